"""Axes: inputs that depend on each other, with every combination of their values that makes a difference to a few rules.

    place      country, region             a subdivision stands in its own country
    item       item, kind, channel         the items that the site has
    referrer   referrer, referrer_name     the ways to come that the site's signals tell
    wishes     captions, audio_description   one choice says both
    others     one input each; languages, words and sets, and time, have modules of their own

Of values for which the same rules hold one is kept, the most telling first and the blank one last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, islice, product

from msgspec import Struct

from locales.territories import TERRITORIES, subdivisions_of
from rules.analysis.columns import BLANK, Asked, Choice, Column, choices_of
from rules.analysis.world import Atom, Referral, World
from rules.context import Subject
from rules.inputs import INPUTS, REFERRERS

ITEM = ("item", "kind", "channel")
PLACE = ("country", "region")
REFERRER = ("referrer", "referrer_name")
WISHES = ("captions", "audio_description")

#: Territories that say something to most readers come first.
WELL_KNOWN = ("DE", "ES", "FR", "GB", "US", "IN", "BR", "JP", "NL", "PL")


class Axis(Struct, frozen=True):
    """Inputs that go together, and the choices there are of their values where some rules must hold.

    `whole`: no choice was left out that could make a difference.
    """

    inputs: tuple[str, ...]
    choices: Sequence[Choice]
    whole: bool = True


def place_axis(asked: Asked, needed: int) -> Axis:
    """Each territory and subdivision that a cell names, one of either that none names, and no place at all."""
    countries, regions = map(asked.column, PLACE)
    places = chain(_places(countries, regions), [(None, None)])

    def mask_of(place: tuple[str | None, str | None]) -> int:
        country, region = ((value,) for value in place)  # a blank value satisfies None
        return countries.holding(country) & regions.holding(region)

    return Axis(PLACE, choices_of(places, mask_of, _place_atom, needed))


def _places(countries: Column, regions: Column) -> Iterator[tuple[str | None, str | None]]:
    named = dict.fromkeys(map(str, regions.named))
    codes = dict.fromkeys((*map(str, countries.named), *(code[:2] for code in named)))
    other = next((code for code in _territories() if code not in codes), None)
    listed = codes if other is None else (*codes, other)
    yield from ((code[:2], code) for code in named)
    yield from ((code, None) for code in listed)
    if regions:
        yield from ((code, next((one for one in subdivisions_of(code) if one not in named), None)) for code in listed)


@cache
def _territories() -> tuple[str, ...]:
    """All of them, those first that most readers know: these have subdivisions too."""
    return tuple(dict.fromkeys((*WELL_KNOWN, *sorted(TERRITORIES))))


def _place_atom(place: tuple[str | None, str | None]) -> Atom:
    said = tuple(zip(PLACE, place, strict=True))
    return Atom(tuple([(name, code) for name, code in said if code is not None]), said)


class Items:
    """The items of a site, by what rules can ask of them. Of items that are alike to some rules the first is named."""

    __slots__ = ("_by_item", "_by_sort", "_subjects")

    def __init__(self, subjects: Iterable[Subject]) -> None:
        self._subjects = tuple(subjects)
        self._by_item: dict[str, list[int]] = {}
        self._by_sort: dict[tuple[str, str], list[int]] = {}
        for number, subject in enumerate(self._subjects):
            self._by_item.setdefault(subject.item, []).append(number)
            self._by_sort.setdefault((subject.kind, subject.channel), []).append(number)

    @property
    def first(self) -> tuple[Subject, ...]:
        """The first of all, if there is any."""
        return self._subjects[:1]

    def telling(self, named: Iterable[object]) -> list[Subject]:
        """Those of these ids, and of each kind and channel one more."""
        ids = dict.fromkeys(map(str, named))
        found = {number for item in ids for number in self._by_item.get(item, ())}
        for numbers in self._by_sort.values():
            found.update(islice((number for number in numbers if self._subjects[number].item not in ids), 1))
        return [self._subjects[number] for number in sorted(found)]

    def subject(self, item: str) -> Subject | None:
        """The item of that id."""
        return next((self._subjects[number] for number in self._by_item.get(item, ())), None)


def item_axis(asked: Asked, needed: int, items: Items) -> Axis:
    """The items of the site: kind and channel follow from the item."""
    if not asked.reads(*ITEM):
        return Axis(ITEM, [(asked.every, Atom(item=subject.item)) for subject in items.first])
    item, kind, channel = map(asked.column, ITEM)

    def mask_of(subject: Subject) -> int:
        return item.holding((subject.item,)) & kind.holding((subject.kind,)) & channel.holding((subject.channel,))

    subjects = items.telling(item.named)
    return Axis(ITEM, choices_of(subjects, mask_of, lambda subject: Atom(item=subject.item), needed))


def referrer_axis(asked: Asked, needed: int, world: World) -> Axis:
    """The ways to come by which the site knows a referrer of that kind and name."""
    kind, name = map(asked.column, REFERRER)

    def mask_of(way: Referral) -> int:
        return kind.holding((way.referrer,)) & name.holding(BLANK if way.name is None else (way.name.casefold(),))

    def atom_of(way: Referral) -> Atom:
        return Atom(way.words, (("referrer", way.referrer), ("referrer_name", way.name)))

    ways = world.referrals([str(value) for value in name.named])
    return Axis(REFERRER, choices_of(ways, mask_of, atom_of, needed))


def any_referrals(names: Sequence[str], nameless: Collection[str] = ("direct", "internal")) -> Sequence[Referral]:
    """Every kind with every name, but for those that have none, and how nobody knows: for those who know of no signals."""
    unnamed = [Referral(kind, None, () if kind == "direct" else None) for kind in REFERRERS]
    nameable = [kind for kind in REFERRERS if kind not in nameless]
    return [*unnamed, *(Referral(kind, name, None) for kind in nameable for name in (*names, "nowhere.example"))]


def wishes_axis(asked: Asked, needed: int) -> Axis:
    """Captions and audio description, each wanted, not wanted or unsaid."""
    captions, described = map(asked.column, WISHES)

    def mask_of(flags: tuple[bool | None, ...]) -> int:
        return captions.holding(flags[:1]) & described.holding(flags[1:])

    def atom_of(flags: tuple[bool | None, ...]) -> Atom:
        said = tuple(zip(WISHES, flags, strict=True))
        chosen = ", ".join(f"{name}=?{int(flag)}" for name, flag in said if flag is not None)
        return Atom((("choose", chosen),) if chosen else (), said)

    return Axis(WISHES, choices_of(product((True, False, None), repeat=2), mask_of, atom_of, needed))


def flag_axis(asked: Asked, needed: int) -> Axis:
    """Whether data is to be saved."""
    column = asked.column("save_data")
    said: Mapping[bool | None, Atom] = {
        True: Atom((("save_data", "yes"),), (("save_data", True),)),
        False: Atom((("save_data", "no"),), (("save_data", False),)),
        None: Atom(),
    }
    return Axis(("save_data",), choices_of(said, lambda flag: column.holding((flag,)), said.__getitem__, needed))


def unnamed(column: Column) -> str:
    """A word that no cell of a column names."""
    named = frozenset(column.named)
    numbers = ("something", *(f"something-{number}" for number in range(len(named))))
    return next(word for word in numbers if word not in named)


#: Inputs with one value of a list or of the site's own, each with its preview parameter.
SINGLE: Mapping[str, str] = {
    "device": "device", "os": "os", "campaign": "utm_campaign", "stage": "stage", "age": "age",
}  # fmt: skip


def single_axis(name: str, asked: Asked, needed: int, world: World) -> Axis:
    """The values that cells name, those of the input's list, one that is neither where there can be one, and none."""
    row, column, parameter = INPUTS[name], asked.column(name), SINGLE[name]
    others = () if row.kind == "word" else (unnamed(column),)
    needs = world.needs(name)

    def mask_of(text: str | None) -> int:
        return column.holding(BLANK if text is None else (text.casefold(),))

    def atom_of(text: str | None) -> Atom:
        return Atom() if text is None else Atom(((parameter, text), *needs), ((name, text),))

    values = (*dict.fromkeys((*map(str, column.named), *row.values, *others)), None)
    return Axis((name,), choices_of(values, mask_of, atom_of, needed))
