"""The classes of places: countries, and their subdivisions where these make a difference.

Everything through which a place can matter to an item is its signature. Two countries of one signature are one class, named by
the first of them; a subdivision whose signature is its country's is in no key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from edge.keys.customs import Rows
from edge.keys.languages import Heard, Languages
from locales.territories import TERRITORIES, is_official, place_languages, subdivisions_by_width, subdivisions_of
from rules.book import Plan, RuleBook
from rules.cells import Cell
from variants.variant import Bars as VariantBars
from variants.variant import Item, LawBar

#: Subdivisions that an item remembers the class of.
REGIONS = 8192

#: When a law holds.
Span = tuple[datetime | None, datetime | None]


#: The cells that a country and a region are told by: see `_marked`.
Marks = tuple[tuple[int, ...], tuple[int, ...]]

#: Of each variant with bars by place, whether the site's hold there, and when laws do.
Bars = tuple[tuple[bool, frozenset[Span]], ...]


class Expected(Struct, frozen=True):
    """The languages that a place lets one expect: what is asked of the first alone, and those that make a difference, in order.

    `sure`: the place leaves no doubt. `by_default`: the first is the site's default and none of the place's, where by that a weak
    header is not hedged.
    """

    sure: bool
    by_default: bool
    first: tuple[tuple[bool, ...], Rows] | None
    heard: tuple[Heard, ...]


class Signature(Struct, frozen=True):
    """All that a place is to an item. `customs`: for whom norms say something else there than at home."""

    cells: Marks
    bars: Bars
    english: bool
    expected: Expected | None
    customs: tuple[tuple[str, Rows], ...]


class Places:
    """The classes of one item's places."""

    def __init__(self, item: Item, plan: Plan, book: RuleBook, languages: Languages) -> None:
        self._languages = languages
        self._default = book.policies.default_language
        self._marks = {name: _marked(plan.cells_on(name)) for name in ("country", "region")}
        self._bars = tuple([variant.bars for variant in item.variants if variant.bars.territorial])
        #: Whether nothing of the item depends on the place.
        self.blind = languages.mute and not (self._bars or any(self._marks.values()))
        self._hedges = item.has_audio and item.kind != "children" and book.policies.weak_header == "hedge"
        self._countries: dict[str, str] = {}
        self._regions: dict[tuple[str, str], str] = {}
        self._met: dict[Signature, str] = {}
        self._to_come: dict[tuple[Marks, Bars], Iterator[str]] = {}
        self._divided: dict[str, bool] = {}

    def country(self, code: str) -> str:
        """The class of a country."""
        try:
            return self._countries[code]
        except KeyError:
            return self._countries.setdefault(code, self._named(code))

    def _named(self, code: str) -> str:
        signature = self.signature(code)
        if _is_single(signature, code):
            return code
        return self._met.get(signature) or next((one for one in self._walk(signature)), code)

    def _walk(self, wanted: Signature) -> Iterator[str]:
        """Goes on through the countries to the first of that signature. Each signature is kept with its first country.

        Those that rules and bars tell apart from it are passed over: it takes more to see what languages and norms are there.
        """
        alike = wanted.cells, wanted.bars
        if alike not in self._to_come:
            codes = [code for code in sorted(TERRITORIES) if (self._cells(code, None), self._bars_in(code)) == alike]
            self._to_come[alike] = iter(codes)
        for code in self._to_come[alike]:
            found = self.signature(code)
            first = self._met.setdefault(found, code)
            if found == wanted:
                yield first

    def region(self, country: str, region: str) -> str:
        """The class of a subdivision; empty where it is that of the country."""
        key = country, region
        try:
            return self._regions[key]
        except KeyError:
            if len(self._regions) >= REGIONS:
                self._regions.clear()
            return self._regions.setdefault(key, self._region(country, region))

    def _region(self, country: str, region: str) -> str:
        signature = self.signature(country, region)
        if signature == self.signature(country):
            return ""
        return next(
            (one for one in subdivisions_by_width(country) if self.signature(country, one) == signature), region
        )

    def parts(self, country: str) -> bool:
        """Whether a subdivision of a territory is another place than the territory to anybody whose browser refuses nothing."""
        return not self.blind and any(self.region(country, region) for region in subdivisions_of(country))

    def counts(self, country: str, region: str) -> bool:
        """Whether a subdivision is another place than its country to somebody who may refuse a language of either."""
        return self.region(country, region) != "" or place_languages(country, region) != place_languages(country, None)

    def divided(self, country: str) -> bool:
        """Whether any subdivision of a territory counts so."""
        try:
            return self._divided[country]
        except KeyError:
            found = any(self.counts(country, region) for region in subdivisions_of(country))
            return self._divided.setdefault(country, found)

    def signature(self, country: str, region: str | None = None) -> Signature:
        """All that a place is to the item."""
        met, bars = self._cells(country, region), self._bars_in(country)
        if self._languages.mute:
            return Signature(met, bars, False, None, ())
        english = is_official("en", country, region)
        customs = self._languages.customs.here(country, region)
        return Signature(met, bars, english, self._expected(country, region), customs)

    def _cells(self, country: str, region: str | None) -> Marks:
        return self._marks["country"].get(country, ()), self._marks["region"].get(region, ())

    def _bars_in(self, country: str) -> Bars:
        return tuple([(_is_unlicensed(one, country), _spans(one.laws, country)) for one in self._bars])

    def _expected(self, country: str, region: str | None) -> Expected:
        place, languages, default = place_languages(country, region), self._languages, self._default
        tags = list(place.languages)
        by_default = False
        if place.ambiguous:
            by_default = default not in tags
            tags = [default, *(tag for tag in tags if tag != default)]
        if not tags:
            return Expected(sure=True, by_default=False, first=None, heard=())
        heard = [languages.heard(tag) for tag in tags]
        if languages.plain:
            heard = [one.beside([*heard[:at], *heard[at + 1 :]]) for at, one in enumerate(heard)]
        rows = languages.customs.silence if by_default else languages.customs.rows(tags[0], country, region)
        by_default = by_default and self._hedges and not is_official("en", country, region)
        first = languages.met(tags[0]), rows
        return Expected(not place.ambiguous, by_default, first, _telling(heard, plain=languages.plain))


def _telling(heard: list[Heard], *, plain: bool) -> tuple[Heard, ...]:
    """The first, and of those behind it the ones that understand something, or understand it better, than all before.

    Where none understands what is left, the first tells how it is met. By one that is near to some tracks and understands none,
    it is met as by one that understands nothing; so the latter goes where the former comes next.
    """
    found = [one for at, one in enumerate(heard) if not at or not one.adds_nothing_to(heard[:at])]
    if plain and len(found) > 1 and found[0].empty and not found[1].owns:
        del found[0]
    return tuple(found)


def _marked(cells: tuple[Cell, ...]) -> Mapping[object, tuple[int, ...]]:
    """Value → the cells that wish for it, by their positions, and those that wish for nothing and refuse it, marked by `~`.

    So a value is told by what names it, and not asked of each of ten thousand cells that do not.
    """
    marks: dict[object, list[int]] = {}
    for at, cell in enumerate(cells):
        for value in cell.positives - cell.negatives if cell.positives else cell.negatives:
            marks.setdefault(value, []).append(at if cell.positives else ~at)
    return {value: tuple(found) for value, found in marks.items()}


def _is_unlicensed(bars: VariantBars, country: str) -> bool:
    """Whether the site's own bars hold in the country, where it is known well enough."""
    return country in bars.not_in or (bars.only_in is not None and country not in bars.only_in)


def _spans(laws: tuple[LawBar, ...], country: str) -> frozenset[Span]:
    """When laws bar in the country."""
    return frozenset([(law.begins, law.ends) for law in laws if country in law.places])


def _is_single(signature: Signature, code: str) -> bool:
    """Whether a row of the country itself speaks there, so that no other country is the same."""
    expected = signature.expected
    told = [rows for _, rows in signature.customs]
    if expected is not None and expected.first is not None:
        told.append(expected.first[1])
    return any(f"{name}/".startswith(f"norm/{code}/") for rows in told for name in rows)
