"""The classes of the values of every input for one item, with two visitors for each two neighbours (SEMANTICS §9).

The key keeps values apart wherever it is not sure that they are one. Here they are asked for: a class is what no two visitors
were found to tell apart. Where the key has more classes than that, a class says how many it is in the key: there the key is
sufficient, and no witness was found that it need be so long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice, pairwise, product
from typing import Any

from msgspec import Struct

from edge.classes.aiming import Aim
from edge.classes.asking import Answer, Asked, Budget, Named, ask
from edge.classes.parting import Parting
from edge.classes.pointing import Place, Pointing
from edge.classes.visitors import (
    UNKNOWN,
    Signal,
    Value,
    now_of,
    reads_clock,
    regions,
    signals,
    stands,
    tags,
    territories,
    track_tags,
)
from edge.served import Served
from edge.site import Site

#: Steps that `classes_of` takes unless told otherwise: some seconds.
STEPS = 40_000

#: Places and languages have some hundred values each, and get so many times the steps of other inputs.
_WEIGHT = 12

#: Surroundings that are tried before those that are made to tell two values apart.
FIRST = 12

#: How the parts of a key begin that a signal tells, where it is not its own name.
_PARTS: dict[str, tuple[str, ...]] = {
    "country": ("country=", "zone="),
    "region": ("country=", "region="),
    "referrer": ("referrer=", "referrer_name="),
    "unit": ("split=",),
    "time": ("weekday=", "hour=", "daypart=", "date=", "visitor."),
    "captions": ("choice=",),
    "audio_description": ("choice=",),
}


#: Where somebody is.
_PLACE = frozenset({"country", "region"})

#: Inputs that are parts of one choice.
_CHOSEN = frozenset({"choice", "captions", "audio_description"})

#: What stands in no key: consent blanks other inputs, and these do.
_KEYLESS = frozenset({"consent"})


class Class(Struct, frozen=True):
    """Values that nobody was found to tell apart. `name` is that of the first in the key, empty where the key says nothing.

    `keys`: how many classes the key makes of them.
    """

    name: str
    members: tuple[str, ...]
    keys: int


class Pair(Struct, frozen=True):
    """Two visitors who differ in one input alone, one of each of two neighbouring classes, and their answers."""

    visitors: tuple[Named, Named]
    answers: tuple[Answer, Answer]


class InputClasses(Struct, frozen=True):
    """The classes of an input's values, and a witness for each two that follow each other.

    `inputs` are the names of all inputs that the signal tells. `within`: the territory whose subdivisions these are.
    `stopped`: the budget was spent before everything was tried.
    """

    name: str
    inputs: tuple[str, ...]
    classes: tuple[Class, ...]
    witnesses: tuple[Pair, ...]
    stopped: bool
    within: str | None = None


def classes_of(site: Site, served: Served, moment: datetime, steps: int = STEPS) -> Iterator[InputClasses]:
    """The classes of each input that the item can read: place, language, then the others in the order of the inputs."""
    finder = _Finder(site, served, moment)
    tasks = [finder.countries, *finder.region_tasks(), finder.languages, *finder.signal_tasks()]
    left, weights = steps, [_WEIGHT if task in (finder.countries, finder.languages) else 1 for task in tasks]
    for number, task in enumerate(tasks):
        budget = Budget(left * weights[number] // sum(weights[number:]))
        yield task(budget)
        left -= budget.spent


Task = Callable[[Budget], InputClasses]
Hints = Callable[[Value, Value], Iterable[Named]]
Combine = Callable[[Named, Value], Named]


def _standing(stands: Sequence[Named], hints: Hints) -> Hints:
    """The hints, each for visitors who stand there and then."""
    return lambda one, other: ({**stand, **hint} for hint, stand in product(hints(one, other), stands))


def _nothing(one: Value, other: Value) -> Iterable[Named]:
    return ()


class _Finder:
    def __init__(self, site: Site, served: Served, moment: datetime) -> None:
        self._site = site
        self._served = served
        self._moment = moment
        self._signals = signals(site, (served,), moment)
        self._now = now_of(site, moment) if reads_clock(served) else {}
        self._stands = [self._now | one for one in stands(site, served)]
        aim = Aim(site, served, self._signals, moment)
        self._aimed = [*aim.visitors(), aim.passer()]
        self._tags = tags((served,))
        self._pointing = Pointing(served)
        self._few = ("", *dict.fromkeys((*track_tags(served), "en-US", "en")))

    def countries(self, budget: Budget) -> InputClasses:
        bases = [_without(base, _PLACE) for base in self._bases()]
        arounds = chain(self._with_headers(bases, self._few), self._with_headers(bases[:1], self._tags))
        return self._classes("country", ("country",), territories(), arounds, budget, hints=self._point_at_places)

    def region_tasks(self) -> list[Task]:
        places = self._served.projection.places
        return [self._regions_of(value.label) for value in territories()[1:] if places.parts(value.label)]

    def _regions_of(self, country: str) -> Task:
        def task(budget: Budget) -> InputClasses:
            bases = [_without(base, _PLACE) for base in self._bases()]
            arounds = self._with_headers(bases, self._few)
            hints = self._point_at_places
            return self._classes("region", ("region",), regions(country), arounds, budget, within=country, hints=hints)

        return task

    def languages(self, budget: Budget) -> InputClasses:
        values = (UNKNOWN, *(Value(tag, (("accept_language", tag),)) for tag in self._tags))
        bases = [_without(base, {"accept_language"}) for base in self._bases()]
        places = [self._now | value.named for value in territories()]
        # Those who understand nothing of the item are told apart by what comes second in their list, if at all.
        behind = [self._now | {"accept_language": tag} for tag in self._few if tag]
        arounds = chain(bases, places, behind, (a | b for a, b in product(behind, bases)), _over(bases[1:], places))
        hints = self._point_at_languages
        return self._classes("language", ("language", "languages"), values, arounds, budget, _listing, hints=hints)

    def signal_tasks(self) -> list[Task]:
        return [self._signal_task(signal) for signal in self._signals]

    def _signal_task(self, signal: Signal) -> Task:
        def task(budget: Budget) -> InputClasses:
            needs = dict(signal.needs)
            bases = [_without(base, signal.parameters) | needs for base in self._bases()]
            places = [value.named for value in territories()[1:]]
            arounds = chain(self._with_headers(bases, self._few), _over(bases[:1], places))
            told: dict[str, Any] = (
                {"combine": _choosing, "hints": self._point_at_choices} if signal.name in _CHOSEN else {}
            )
            return self._classes(signal.name, signal.inputs, signal.values, arounds, budget, needs=needs, **told)

        return task

    def _bases(self) -> list[dict[str, str]]:
        """Nobody in particular; somebody for each rule, and one for none; with each value of each other signal, if they are few;
        whenever bars turn.
        """
        singles = [dict(one.needs) | value.named for one in self._signals for value in one.values[1:9]]
        return _unlike([*(self._now | one for one in ({}, *self._aimed, *singles)), *self._stands])

    def _with_headers(self, bases: Sequence[Named], headers: Iterable[str]) -> Iterator[dict[str, str]]:
        said = [{"accept_language": tag} if tag else {} for tag in headers]
        yield from _unlike([dict(base) | header for header, base in product(said, bases)])

    def _classes(
        self,
        name: str,
        inputs: tuple[str, ...],
        values: Sequence[Value],
        arounds: Iterable[Named],
        budget: Budget,
        combine: Combine = lambda around, value: {**around, **value.named},
        *,
        needs: Named | None = None,
        within: str | None = None,
        hints: Hints = _nothing,
    ) -> InputClasses:
        """Values of one class in the key are asked for once: the key is sufficient, and the tests hold it to that."""
        by_key: dict[str, list[Value]] = {}
        for value in values:
            by_key.setdefault(self._key(name, combine(needs or {}, value), value), []).append(value)
        keys = {members[0]: key for key, members in by_key.items()}
        parting = Parting(tuple(keys))
        timeless = name == "time"

        def asks(around: Named, value: Value) -> Answer:
            return self._answer(combine(around, value), timeless=timeless)

        arounds = iter(arounds)
        parting.ask(islice(arounds, FIRST), asks, budget)
        gone = _PLACE if name in _PLACE else ()
        stands = _unlike([_without(stand, gone) for stand in self._stands])
        for few in (stands[:1], stands[1:]):
            parting.settle(_standing(few, hints), asks, budget)
        parting.ask(arounds, asks, budget)
        classes = [
            Class(
                keys[part[0]],
                tuple(one.label for first in part for one in by_key[keys[first]]),
                1 if name in _KEYLESS else len(part),
            )
            for part in parting.parts
        ]
        firsts = [part[0] for part in parting.parts]
        pairs = [self._pair(parting, *two, combine) for two in pairwise(firsts)]
        read = tuple(one for one in inputs if one in self._served.reads)
        return InputClasses(name, read, tuple(classes), tuple(pairs), budget.stopped, within)

    def _point_at_places(self, one: Value, other: Value) -> Iterator[Named]:
        places = [_place_of(value) for value in (one, other)]
        if places[0] is None or places[1] is None:
            yield from self._pointing.nowhere()
        else:
            yield from self._pointing.places(places[0], places[1])

    def _point_at_languages(self, one: Value, other: Value) -> Iterator[Named]:
        first, second = (value.named.get("accept_language") for value in (one, other))
        if first is None or second is None:
            yield from self._pointing.silence()
        else:
            yield from self._pointing.languages(first, second)

    def _point_at_choices(self, one: Value, other: Value) -> Iterator[Named]:
        if all(value.named.get("choose", "").startswith("language=") for value in (one, other)):
            yield from self._pointing.refusals()
        yield from self._pointing.choices()

    def _pair(self, parting: Parting[Value], one: Value, other: Value, combine: Combine) -> Pair:
        witness = parting.witness(one, other)
        return Pair((combine(witness.around, one), combine(witness.around, other)), witness.answers)

    def _answer(self, named: Named, *, timeless: bool) -> Answer:
        answer = self._ask(named).answer
        return answer.unbounded if timeless else answer

    def _ask(self, named: Named) -> Asked:
        return ask(self._site, self._served.item.id, named, self._moment, whole=True)

    def _key(self, name: str, named: Named, value: Value) -> str:
        """The class of a value as it stands in the key; what stands in none, as consent does not, goes by its own name."""
        if name in _KEYLESS:
            return f"{name}={value.label}"
        parts = ";".join(filter(None, self._ask(named).classes)).split(";")
        return ";".join(part for part in parts if part.startswith(_PARTS.get(name, (f"{name}=",))))


def _place_of(value: Value) -> Place | None:
    named = value.named
    return (named["country"], named.get("region")) if "country" in named else None


def _listing(around: Named, value: Value) -> Named:
    """The value before what the surroundings list."""
    header = ",".join(filter(None, (value.named.get("accept_language"), around.get("accept_language"))))
    return {**around, "accept_language": header} if header else dict(around)


def _choosing(around: Named, value: Value) -> Named:
    """The value's part of a choice, with those that the surroundings choose beside."""
    parts = [part.strip() for named in (around, value.named) for part in named.get("choose", "").split(",")]
    chosen = {part.partition("=")[0]: part for part in parts if part}
    return {**around, **value.named, **({"choose": ", ".join(chosen.values())} if chosen else {})}


def _without(named: Named, names: Iterable[str]) -> dict[str, str]:
    gone = frozenset(names)
    return {name: text for name, text in named.items() if name not in gone}


def _over(bases: Iterable[Named], places: Iterable[Named]) -> Iterator[dict[str, str]]:
    """Every base in every place; one that has a place already keeps it."""
    for base, place in product(bases, places):
        yield {**place, **base} if "country" not in base else dict(base)


def _unlike(named: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Without repeats, in order."""
    return list({tuple(sorted(one.items())): one for one in named}.values())
