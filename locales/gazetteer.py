"""The entry of a place: everything that is known of a territory or a subdivision, each group of facts with its source.

Put together from `locales.facts` (what CLDR says), `locales.territories` (its languages), `locales.names` (names, by Babel),
the site's groups and its norms. It is a function of these and of what is asked: no clock, no visitor. What has no source is
None or an empty list, and `notes` says why.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

from msgspec import UNSET, Struct, UnsetType

from locales import cldr
from locales.facts import (
    Calendars,
    Clock,
    Measures,
    Money,
    Week,
    calendars,
    clock,
    clock_of,
    direction,
    measures,
    money,
    source,
    surname_first,
    week,
)
from locales.groups import Groups
from locales.laws import Form, Law
from locales.names import language_name, territory_name
from locales.norms import Norm, NormBook
from locales.place_codes import PlaceCode
from locales.tags import maximise
from locales.territories import members, place_languages

DATA = Path(__file__).with_name("data")

WORLD = "001"

#: CLDR's statuses of a language in a territory. Those of the country as a whole stand before regional ones.
NATIONAL = ("official", "de_facto_official")
REGIONAL = "official_regional"


class Official(Struct, frozen=True):
    """A language with a status. `name` is None where nobody has one, `share`, percent of the population, where nobody counts it.

    `hours` is there only where CLDR has others for its speakers than for the territory.
    """

    tag: str
    name: str | None
    share: float | None
    status: str
    script: str
    direction: str | None
    name_order: str
    hours: Clock | None = None
    source: str | UnsetType = UNSET


class Spoken(Struct, frozen=True):
    """A language without a status, its share in percent."""

    tag: str
    name: str | None
    share: float
    source: str | UnsetType = UNSET


class Languages(Struct, frozen=True):
    """Each list by share. `of` is the place that the official ones are of; `other` is None where nobody counts it.

    `visitors` is what somebody is taken to speak of whom only the place is known, `ambiguous` whether it leaves that open.
    """

    of: str
    official: tuple[Official, ...]
    regional: tuple[Official, ...]
    other: tuple[Spoken, ...] | None
    visitors: tuple[str, ...]
    ambiguous: bool
    source: str


class NormRow(Struct, frozen=True):
    """A norm as it is told. `decides`: it is of enough confidence for this site. `source` says every one of `sources` in full."""

    name: str
    place: str
    language: str | None
    kind: str | None
    channel: str | None
    age: str | None
    mode: tuple[str, ...]
    basis: str
    confidence: str
    year: int | None
    note: str | None
    sources: tuple[str, ...]
    source: str
    site: bool
    decides: bool


class LawRow(Struct, frozen=True):
    """A law that bars variants. `only` are the forms that alone may be shown, `bars` those that may not (`locales.laws`).

    `since` and `until` are when it is in force, None where it has no end that is told.
    """

    name: str
    place: str
    title: str
    dated: str
    kinds: tuple[str, ...]
    channels: tuple[str, ...]
    only: tuple[Form, ...]
    bars: tuple[Form, ...]
    since: date | None
    until: date | None
    note: str | None
    sources: tuple[str, ...]
    source: str
    site: bool


class Names(Struct, frozen=True):
    """The territory's names by language: in its official ones, in English, and in the one that was asked for."""

    by_language: dict[str, str]
    source: str


class Entry(Struct, frozen=True):
    """The whole of it. `within` are the subdivisions around a subdivision, narrow to wide. `language` is that of the names."""

    place: str
    country: str
    region: str | None
    within: tuple[str, ...]
    language: str
    names: Names
    languages: Languages
    currency: Money
    week: Week
    hours: Clock
    calendars: Calendars
    measures: Measures
    groups: tuple[str, ...]
    norms: tuple[NormRow, ...]
    laws: tuple[LawRow, ...]
    notes: tuple[str, ...]


def has_names(language: str) -> bool:
    """Whether there are names in a language."""
    return language_name("en", language) != "en"


def entry(
    place: PlaceCode, language: str, on: date | None, groups: Groups, norms: NormBook, laws: Iterable[Law]
) -> Entry:
    """The entry of a place, with names in a language that has them (`has_names`), and money of a day."""
    country, region = place.country, place.region
    languages = _languages(country, region, language)
    return Entry(
        place=place.code,
        country=country,
        region=region,
        within=tuple(_around(region)),
        language=language,
        names=Names(_names(country, languages.official, language), f"CLDR {_babels_cldr()} by Babel"),
        languages=languages,
        currency=money(country, on),
        week=week(country),
        hours=clock(country),
        calendars=calendars(country),
        measures=measures(country),
        groups=tuple(_groups(country, groups)),
        norms=tuple(_norm(row, norms) for row in _rows(place, norms)),
        laws=tuple(_law(law) for law in laws if _width(law.place, place, groups) is not None),
        notes=tuple(_notes(place, languages)),
    )


def _babels_cldr() -> str:
    from babel.core import get_cldr_version

    return get_cldr_version()


def _names(country: str, official: Iterable[Official], language: str) -> dict[str, str]:
    """What is called by its code alone has no name."""
    tags = dict.fromkeys((language, *(one.tag for one in official), "en"))
    named = ((tag, territory_name(country, tag)) for tag in tags)
    return {tag: name for tag, name in named if name != country}


def _around(region: str | None) -> Iterator[str]:
    parents = cldr.table("subdivision_parents")
    while region in parents:
        region = parents[region]
        yield region


def _groups(country: str, groups: Groups) -> Iterator[str]:
    """Named groups, then UN M49 regions, narrow to wide, as cells name them; the world says nothing."""
    yield from (f"@{name}" for name in groups.of(country))
    regions = (code for code in cldr.table("containment") if code.isdigit() and code != WORLD)
    around = [code for code in regions if country in members(code)]
    yield from (f"@{code}" for code in sorted(around, key=lambda code: (len(members(code)), code)))


# Languages.


def _languages(country: str, region: str | None, language: str) -> Languages:
    rows = list(_rows_of_cldr(country))
    own = next((code for code in (region, *_around(region)) if code in _local()), None)
    official = [_official(country, row, language) for row in _local()[own]] if own else None
    visitors = place_languages(country, region)
    return Languages(
        of=own or country,
        official=tuple(official or (_official(country, row, language) for row in rows if row.status in NATIONAL)),
        regional=() if own else tuple(_official(country, row, language) for row in rows if row.status == REGIONAL),
        other=None if own else tuple(_spoken(row, language) for row in rows if not row.status),
        visitors=visitors.languages,
        ambiguous=visitors.ambiguous,
        source="subdivision_languages.csv" if own else source(),
    )


class _Row(Struct, frozen=True):
    tag: str
    share: float | None
    status: str
    source: str | UnsetType = UNSET


def _rows_of_cldr(country: str) -> Iterator[_Row]:
    """CLDR's languages of a territory, with the statuses that are corrected."""
    for tag, share, status in cldr.table("territories").get(country, {}).get("languages", ()):
        yield _corrections().get((country, tag), _Row(tag, share, status))


def _official(country: str, row: _Row, language: str) -> Official:
    script = _script(row.tag, country)
    return Official(
        tag=row.tag,
        name=_name(row.tag, language),
        share=row.share,
        status=row.status,
        script=script,
        direction=direction(script),
        name_order="surname_first" if surname_first(row.tag) else "given_first",
        hours=clock_of(row.tag, country),
        source=row.source,
    )


def _spoken(row: _Row, language: str) -> Spoken:
    return Spoken(row.tag, _name(row.tag, language), row.share or 0.0, row.source)


def _name(tag: str, language: str) -> str | None:
    name = language_name(tag, language)
    return None if name == tag else name


def _script(tag: str, country: str) -> str:
    """The script that the tag names, else the likely one in this place: `ms` is Latn, `ug` in KZ Cyrl."""
    return maximise(tag if "-" in tag else f"{tag}-{country}")[1]


@cache
def _local() -> dict[str, tuple[_Row, ...]]:
    """Subdivision → its official languages, in the order of the file."""
    table: dict[str, tuple[_Row, ...]] = {}
    with DATA.joinpath("subdivision_languages.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            share = float(row["share"]) if row["share"] else None
            found = _Row(row["language"], share, "official", row["source"])
            table[row["region"]] = (*table.get(row["region"], ()), found)
    return table


@cache
def _corrections() -> dict[tuple[str, str], _Row]:
    """Territory and language → CLDR's share with the status that is right."""
    shares = {
        (country, tag): share
        for country, facts in cldr.table("territories").items()
        for tag, share, _ in facts["languages"]
    }
    with DATA.joinpath("official_corrections.csv").open(encoding="utf-8", newline="") as file:
        keyed = [((row["territory"], row["language"]), row) for row in csv.DictReader(file)]
    return {key: _Row(key[1], shares[key], row["status"], row["source"]) for key, row in keyed}


# Norms and laws.


def _rows(place: PlaceCode, norms: NormBook) -> Iterator[Norm]:
    """The rows that speak of a place, from narrow to wide: of it, of its subdivisions, of its groups, of the world."""
    found = [(_width(row.place, place, norms.groups), row) for row in norms.rows]
    speaking = [(width, row) for width, row in found if width is not None]
    yield from (row for _, row in sorted(speaking, key=lambda pair: (pair[0], not pair[1].site, pair[1].name)))


def _width(named: str, place: PlaceCode, groups: Groups) -> int | None:
    """How wide a row's place is around this one; None where it does not speak of it."""
    if named in (place.region, place.country):
        return 0 if named == place.code else 2
    if named.startswith(f"{place.country}-"):
        return 1 if place.region is None else None
    if named.startswith("@"):
        return 3 if place.country in groups.members(named) else None
    return 4 if named == WORLD else None


def _norm(row: Norm, norms: NormBook) -> NormRow:
    return NormRow(
        name=row.name,
        place=row.place,
        language=row.language or None,
        kind=row.kind or None,
        channel=row.channel or None,
        age=row.age or None,
        mode=row.mode,
        basis=row.basis,
        confidence=row.confidence.name,
        year=row.year,
        note=row.note or None,
        sources=row.sources,
        source=row.source_text,
        site=row.site,
        decides=row.confidence >= norms.least,
    )


def _law(law: Law) -> LawRow:
    return LawRow(
        name=law.name,
        place=law.place,
        title=law.title,
        dated=law.date,
        kinds=law.kinds,
        channels=law.channels,
        only=law.only,
        bars=law.bars,
        since=law.begins,
        until=law.ends,
        note=law.note or None,
        sources=law.sources,
        source=law.source_text,
        site=law.site,
    )


def _notes(place: PlaceCode, languages: Languages) -> Iterator[str]:
    """What is not told, and why."""
    if place.region is not None:
        yield (
            f"The names are those of the country {place.country}, not of {place.region}; so are money, week, hours, calendars "
            "and measures: CLDR has all of them by territory alone."
        )
    if languages.other is None:
        yield f"Which other languages are spoken in {languages.of} is counted by no source here."
    if place.region is not None and languages.of == place.country:
        yield f"No source here tells the official languages of {place.region}: those of the country stand for them."
    if not languages.official:
        yield "No language is official here."
