"""The classes of places: countries, and their subdivisions where these make a difference.

Everything through which a place can matter to an item is its signature. Two countries of one signature are one class, named by
the first of them; a subdivision whose signature is its country's is in no key.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from edge.keys.customs import Rows
from edge.keys.languages import LOTS, Languages
from edge.keys.lots import Barred, Lot, Lots
from edge.keys.named import Met, Named
from edge.keys.outlook import Outlook, outlook
from locales.territories import TERRITORIES, is_official, place_languages, subdivisions_by_width, subdivisions_of
from rules.book import Plan, RuleBook
from variants.variant import Item

#: Subdivisions that an item remembers the class of.
REGIONS = 8192

#: The cells that a country and a region meet.
Marks = tuple[Met, Met]


class Expected(Struct, frozen=True):
    """What comes of the languages that a place lets one expect.

    `met` and `cells`: the numbers of the cells that the first and all of them meet; `rows`: of norms, for the first. `alone`:
    what they find for somebody who says nothing, in each lot; `behind`: for somebody who names a language that finds nothing,
    with the cells. `sure`: the place leaves no doubt, None where nothing is found. `hedged`: a weak header is, since the first
    is the place's.
    """

    met: int
    cells: int
    rows: Rows
    alone: tuple[object, ...]
    behind: tuple[object, ...]
    sure: bool | None
    hedged: bool


class Signature(Struct, frozen=True):
    """All that a place is to an item. `customs`: for whom norms say something else there than at home."""

    cells: Marks
    bars: Barred
    english: bool
    expected: Expected | None
    customs: tuple[tuple[str, Rows], ...]


class Places:
    """The classes of one item's places."""

    def __init__(self, item: Item, plan: Plan, book: RuleBook, languages: Languages, lots: Lots) -> None:
        self._languages = languages
        #: What bars leave of the item.
        self.lots = lots
        self._audio = item.has_audio
        self._default = book.policies.default_language
        cells = [plan.cells_on(name) for name in ("country", "region")]
        self._cell_index = Named(cells[0]), Named(cells[1])
        #: Whether nothing of the item depends on the place.
        self.blind = languages.mute and not (lots.territorial or any(cells))
        self._hedges = item.has_audio and item.kind != "children" and book.policies.weak_header == "hedge"
        self._countries: dict[str, str] = {}
        self._regions: dict[tuple[str, str], str] = {}
        self._met: dict[Signature, str] = {}
        self._to_come: dict[tuple[Marks, Barred], Iterator[str]] = {}
        self._divided: dict[str, bool] = {}
        self._outlooks: dict[tuple[object, ...], int] = {}
        self._numbers: dict[Outlook, int] = {}

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
            codes = [code for code in sorted(TERRITORIES) if (self._cells(code, None), self.lots.barred(code)) == alike]
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
        met, bars = self._cells(country, region), self.lots.barred(country)
        if self._languages.mute or not any(self.lots.here(country)):
            return Signature(met, bars, False, None, ())
        english = is_official("en", country, region)
        expected = self._expected(country, region, hedges=self._hedges and not english)
        customs = self._languages.customs.here(country, region)
        return Signature(met, bars, english and self._hears_english(expected), expected, customs)

    def _hears_english(self, expected: Expected) -> bool:
        """Whether it can be seen that a header in English alone is taken for a wish there: whether anything comes of it, or of
        the languages of the place, which else come before it.
        """
        if self._audio or self._languages.is_understood("en"):
            return True
        meets = expected.met, expected.cells
        told = expected.sure is not None or meets != (self._languages.met("en"), self._languages.met_in_list(("en",)))
        return self._languages.places_first and told

    def _cells(self, country: str, region: str | None) -> Marks:
        return self._cell_index[0].met(country), self._cell_index[1].met(region)

    def _expected(self, country: str, region: str | None, *, hedges: bool) -> Expected:
        place, languages = place_languages(country, region), self._languages
        tags, by_default = place.languages, False
        if place.ambiguous:
            by_default = self._default not in tags
            tags = (self._default, *(tag for tag in tags if tag != self._default))
        listed = tags or (self._default,)
        alone = self._seen(country, listed, alone=True, default=by_default or not tags)
        return Expected(
            languages.met(listed[0]),
            languages.met_in_list(listed),
            languages.customs.silence if by_default or not tags else languages.customs.rows(tags[0], country, region),
            alone,
            (languages.met_in_list(tags), *self._seen(country, tags, alone=False, default=by_default)),
            bool(tags) and not place.ambiguous if any(map(_finds, alone)) else None,
            hedges and bool(tags) and not by_default,
        )

    def _seen(self, country: str, tags: tuple[str, ...], *, alone: bool, default: bool) -> tuple[object, ...]:
        """What these languages find in each lot, as numbers. Where bars leave very many, they are told by how tracks rank."""
        lots = self.lots.here(country)
        if len(lots) > LOTS:
            return (default, *(self._languages.grades(tag) for tag in tags))
        return tuple([self._outlook(tags, lot, alone, default) for lot in lots])

    def _outlook(self, tags: tuple[str, ...], lot: Lot, alone: bool, default: bool) -> int:
        key = tags, lot, alone, default
        if key not in self._outlooks:  # so many places have their own languages, and no more are kept
            sights = [self._languages.sight(tag, lot) for tag in tags]
            seen = outlook(sights, len(lot), alone=alone, default=default, audio=self._audio)
            number = self._numbers.setdefault(seen, len(self._numbers))
            self._outlooks[key] = number if seen.found is not None else ~number
        return self._outlooks[key]


def _finds(seen: object) -> bool:
    """Whether anything is found: numbers of those that find nothing are negative. Where that is not known, it may be."""
    return not isinstance(seen, int) or seen >= 0


def _is_single(signature: Signature, code: str) -> bool:
    """Whether a row of the country itself speaks there, so that no other country is the same."""
    told = [rows for _, rows in signature.customs]
    if signature.expected is not None:
        told.append(signature.expected.rows)
    return any(f"{name}/".startswith(f"norm/{code}/") for rows in told for name in rows)
