"""Which visitors' answers change from one site to another: by trying the same visitors on both.

    every country, and none × {no header, the place's own languages, en-US, the languages on offer, one that nobody offers,
                               those of whose home the norms differ}
                            × who meets a rule that differs; then the values of each other input that either site reads, first
                              one input at a time, then together

Changes that are the same, from one answer to another, are one group: for how many countries, for which languages, with what
else in common, and one visitor to try it with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, combinations, islice, product
from typing import TypeVar

from msgspec import Struct

from edge.classes.asking import Budget, Named, ask
from edge.classes.differing import Occasion, Words, differing, occasions, rules_of
from edge.classes.visitors import Signal, Value, now_of, reads_clock, signals, territories, track_tags
from edge.served import Served
from edge.site import Site
from locales.territories import is_region, place_languages
from rules.cells import TagCell
from rules.tables import Rule

#: Visitors that `changes_of` tries for one item unless told otherwise.
STEPS = 20_000

#: Languages that are tried as one that nobody offers: the first that no track of the item is in.
_FOREIGN = ("ja", "fi", "sw", "ka")

#: Headers that are tried beside a choice by hand, which outranks most of what they say.
BESIDE_CHOICE = 2

#: Languages on offer that are tried behind one that somebody names; languages of a place whose norms differ, and of all of them.
_SECOND, _SPOKEN, _NORMED = 3, 2, 8

OWN, NO_HEADER, ANY = "a language of the place", "no header", "any that was tried"
_UNKNOWN = "unknown"

#: Variant or `barred`, rule or an empty text, reason.
Told = tuple[str, str, str]


#: Country, subdivision or an empty text, and both as parameters.
_Place = tuple[str, str, Named]

V = TypeVar("V")


class Change(Struct, frozen=True):
    """Visitors whose answer changes in the same way, in countries where it does so for the same languages.

    `countries` are codes, and `unknown`; `regions` those subdivisions that were tried and change; `languages` are headers, or
    `OWN`, `NO_HEADER`, or `ANY` alone. `common`: parameters besides that all of them have. `witness` is one of them.
    """

    old: Told
    new: Told
    countries: tuple[str, ...]
    regions: tuple[str, ...]
    languages: tuple[str, ...]
    common: tuple[tuple[str, str], ...]
    visitors: int
    witness: Named


class ItemChanges(Struct, frozen=True):
    """What changes for one item. `beside`: how many get the same for the same reason, but told otherwise: what was overrode,
    how sure it is, until when it holds. `tried`: how many visitors were asked on both sites; none where nothing that the item
    reads differs. `stopped`: there were more.
    """

    item: str
    changes: tuple[Change, ...]
    beside: int
    tried: int
    stopped: bool


class Both(Struct, frozen=True):
    """An item on the old site and on the new."""

    old: Site
    new: Site
    item: str
    moment: datetime

    @property
    def served(self) -> tuple[Served, Served]:
        """The item as either site serves it."""
        return self.old.served[self.item], self.new.served[self.item]

    @property
    def sites(self) -> tuple[Site, Site]:
        """The old site and the new."""
        return self.old, self.new


class _Visitor(Struct, frozen=True):
    """One who is tried. `beside` are the languages of all who are tried in that place with the same of all else."""

    country: str
    region: str
    language: str
    beside: tuple[str, ...]
    others: Words
    named: Named


def changes_of(both: Both, steps: int = STEPS) -> ItemChanges:
    """The changes for one item that both sites have."""
    rules = differing(*(rules_of(site, served) for site, served in zip(both.sites, both.served, strict=True)))
    if not any(rules) and _alike(both):
        return ItemChanges(both.item, (), 0, 0, False)
    budget, beside = Budget(steps), 0
    found: dict[tuple[Told, Told], list[_Visitor]] = {}
    for visitor in _visitors(both, rules):
        if not budget.take():
            break
        old, new = (ask(site, both.item, visitor.named, both.moment).answer for site in (both.old, both.new))
        if old.told != new.told:
            found.setdefault((old.told, new.told), []).append(visitor)
        beside += old != new and old.told == new.told
    changes = [change for (old, new), who in found.items() for change in _grouped(old, new, who)]
    changes.sort(key=lambda change: -change.visitors)
    return ItemChanges(both.item, tuple(changes), beside, budget.spent, budget.stopped)


def _alike(both: Both) -> bool:
    """Whether both sites say the same of all that the item reads besides rules: its file, norms, policies and settings."""
    old, new = both.served
    same = (old.item == new.item, both.old.settings == both.new.settings, both.old.geo is both.new.geo)
    return all(same) and both.old.book.norms.rows == both.new.book.norms.rows


def _grouped(old: Told, new: Told, visitors: Sequence[_Visitor]) -> Iterator[Change]:
    """By the set of languages for which a place changes so."""
    by_place: dict[tuple[str, str], list[_Visitor]] = {}
    for visitor in visitors:
        by_place.setdefault((visitor.country, visitor.region), []).append(visitor)
    groups: dict[tuple[str, ...], list[_Visitor]] = {}
    for listed in by_place.values():
        groups.setdefault(_languages(listed), []).extend(listed)
    for languages, who in groups.items():
        yield Change(
            old,
            new,
            tuple(dict.fromkeys(one.country for one in who if not one.region)),
            tuple(dict.fromkeys(one.region for one in who if one.region)),
            languages,
            tuple(sorted(set[tuple[str, str]].intersection(*(set(one.others) for one in who)))),
            len(who),
            min(who, key=lambda one: len(one.named)).named,
        )


def _languages(visitors: Sequence[_Visitor]) -> tuple[str, ...]:
    """For which languages a place changes so, in the order in which they are tried."""
    changed = {visitor.language for visitor in visitors}
    tried = dict.fromkeys(language for visitor in visitors for language in visitor.beside)
    return (ANY,) if changed >= tried.keys() else tuple(language for language in tried if language in changed)


# Visitors


def _visitors(both: Both, rules: tuple[Sequence[Rule], Sequence[Rule]]) -> Iterator[_Visitor]:
    """Each once. Nobody in particular first, then who meets a rule that differs, so that a budget that is spent has left out the
    unlikely. `rules` are those of the old site and of the new.
    """
    served = both.served
    read = signals(both.old, served, both.moment)
    now = now_of(both.old, both.moment) if any(map(reads_clock, served)) else {}
    places = [*((value.label, "", value.named) for value in territories()), *_regions(both)]
    headers = {
        country: tuple(_headers(country, both, _named(both)))
        for country in dict.fromkeys(country for country, *_ in places)
    }
    aimed = (
        _in_places(occasion, places)
        for site, one, differ in zip(both.sites, served, rules, strict=True)
        for occasion in occasions(site, one, differ, read, both.moment)
    )
    others = (_in_places(Occasion(words), places) for words in _others(_merged(both, read)))
    seen: set[tuple[str, str, Words]] = set()
    for words, (country, region, place) in chain(_in_places(Occasion(), places), _in_turns(aimed), *others):
        if (country, region, words) in seen:
            continue
        seen.add((country, region, words))
        beside = now | dict(words)
        here = headers[country][: BESIDE_CHOICE if "choose" in beside else None]
        labels = tuple(dict.fromkeys(label for label, _ in here))
        for label, header in here:
            said = {**place, **({"accept_language": header} if header else {}), **beside}
            yield _Visitor(country, region, label, labels, words, said)


def _in_places(occasion: Occasion, places: Sequence[_Place]) -> Iterator[tuple[Words, _Place]]:
    return ((occasion.words, place) for place in places if occasion.reaches(place[2].get("country"), place[1] or None))


def _in_turns(many: Iterable[Iterator[V]]) -> Iterator[V]:
    """The first of each, the second of each, and so on."""
    left = list(many)
    while left:
        for one in tuple(left):
            try:
                yield next(one)
            except StopIteration:
                left.remove(one)


def _headers(country: str, both: Both, named: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Names and values of the headers that are tried in a country.

    `named` are languages that rules ask for or that differ in their norms: each alone, and before languages on offer.
    """
    own = place_languages(country, None).languages if country != _UNKNOWN else ()
    yield NO_HEADER, ""
    yield from ((OWN, tag) for tag in own)
    offered = tuple(dict.fromkeys(tag for one in both.served for tag in track_tags(one)))
    foreign = next((tag for tag in _FOREIGN if tag not in (*offered, *named, *own)), None)
    pairs = (f"{tag},{second}" for tag in named for second in offered[:_SECOND] if second != tag)
    more = dict.fromkeys(("en-US", "en-GB", *offered, *named, *filter(None, (foreign,)), *pairs))
    yield from ((tag, tag) for tag in more if tag not in own)


def _named(both: Both) -> tuple[str, ...]:
    """The languages that rules ask for, and those of places for which the two sites have other norms."""
    asked = dict.fromkeys(tag for one in both.served for tag in _asked(one))
    old, new = (set(site.book.norms.rows) for site in both.sites)
    differing = sorted({(row.language, row.place) for row in old ^ new})
    spoken = (
        (language,) if language else place_languages(*_territory(place)).languages[:_SPOKEN]
        for language, place in differing
    )
    return (*asked, *islice((tag for tag in dict.fromkeys(chain.from_iterable(spoken)) if tag not in asked), _NORMED))


def _territory(place: str) -> tuple[str, str | None]:
    """The country of a place that norms name, and the subdivision."""
    return place[:2], place if is_region(place) else None


def _asked(served: Served) -> Iterator[str]:
    """The languages that rules ask for."""
    for name in ("language", "languages"):
        yield from (tag for cell in served.plan.cells_on(name) if isinstance(cell, TagCell) for tag in cell.wide)


def _regions(both: Both) -> list[tuple[str, str, dict[str, str]]]:
    """The subdivisions that cells or norms of either site name, each in its country."""
    cells = [text.lstrip("!") for one in both.served for cell in one.plan.cells_on("region") for text in cell.text]
    rows = [row.place for site in (both.old, both.new) for row in site.book.norms.rows]
    codes = sorted({code for code in (*cells, *rows) if is_region(code)})
    return [(code[:2], code, {"country": code[:2], "region": code}) for code in codes]


def _merged(both: Both, read: Iterable[Signal]) -> list[tuple[Value, ...]]:
    """For each other signal that either site reads its values, but for those that both sites' keys take for one."""
    found: list[tuple[Value, ...]] = []
    for signal in read:
        by_keys: dict[tuple[object, ...], Value] = {}
        for value in signal.values:
            words = dict(signal.needs) | value.named
            keys = tuple(ask(site, both.item, words, both.moment).classes for site in both.sites)
            by_keys.setdefault((value if signal.name == "consent" else None, *keys), value)
        found.append(tuple(_said(signal, value) for value in by_keys.values()))
    return found


def _said(signal: Signal, value: Value) -> Value:
    return Value(value.label, tuple((dict(signal.needs) | value.named).items()) if value.words else ())


def _others(values: Sequence[tuple[Value, ...]]) -> Iterator[Words]:
    """Nothing, then what one signal says, then two together, and so on; each combination of parameters once.

    A choice by hand comes last and stands alone: it outranks what it would be combined with.
    """
    said = [[one.named for one in known if one.words] for known in values]
    plain = [known for known in said if not any("choose" in one for one in known)]
    together = (chosen for count in range(len(plain) + 1) for chosen in combinations(plain, count))
    combined = (_united(each) for chosen in together for each in product(*chosen))
    by_hand = (_united((one,)) for known in said for one in known if "choose" in one)
    seen: set[Words] = set()
    for words in chain(combined, by_hand):
        if words not in seen:
            seen.add(words)
            yield words


def _united(named: Iterable[Named]) -> Words:
    return tuple(sorted({name: text for one in named for name, text in one.items()}.items()))


def added(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[str, ...]:
    """The items of the new site that the old one has not; the other way round, those that are gone."""
    return tuple(name for name in new if name not in old)
