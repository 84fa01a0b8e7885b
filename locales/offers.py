"""Languages on offer, prepared for `locales.matcher`: which of them a wish can reach, and how far each of those is.

By eye, UTS #35; by ear, the product's table. Either looks up the languages that a rule or row joins to the wished one, so
that the cost of a wish grows with what it can reach and not with what is on offer.

Distances are counted in units, fine enough to rank what is equally far: see `Eye` and `Ear`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from locales.distances import (
    Kinds,
    RegionTable,
    Subtags,
    kinds_of,
    language_between,
    region_between,
    region_table,
    related,
    rules_between,
    script_between,
    unrelated,
)
from locales.spoken import heard, spoken_form
from locales.tags import MAX_LENGTH, complete, maximise, names, parse_tag

#: UTS #35, pseudo-locales: the regions and variants that mark accented, bidirectional and cracked text.
_PSEUDO = {"XA": "-xa", "psaccent": "-xa", "XB": "-xb", "psbidi": "-xb", "XC": "-xc", "pscrack": "-xc"}

_PRIVATE = re.compile(r"x(?:-[a-z0-9]{1,8})+", re.ASCII)
_SERBO_CROATIAN = re.compile(r"\s*sh(?:[-_].*)?\s*", re.ASCII | re.IGNORECASE)

#: So many languages, tags or regions are remembered for an offer; all of them go when it is full.
MEMO = 4096


class Tag(Struct, frozen=True):
    """A wish or something on offer, maximised. `named` has a bit for each of language, script, region that it names."""

    name: str
    subtags: Subtags
    named: int


class Offer(Struct, frozen=True, eq=False):
    """What is on offer, as it was written, one of its parts as a tag, and its place in the order of preference.

    `likely_script` and `likely_region`: whether the script is the likely one of the language, the region that of both.
    """

    text: str
    tag: Tag
    place: int
    likely_script: bool
    likely_region: bool


#: Something on offer that a wish can reach: its distance in units, its place, and itself.
Near = tuple[int, int, Offer]


def read_matchable(text: str) -> str | None:
    """The canonical tag, or None. As ICU does it, private use (`x-piglatin`) and `sh` count as languages here.

    Elsewhere `sh` is `sr-Latn`; CLDR has rules of its own for it, by which Serbian in Cyrillic is not near.
    """
    if len(text) > MAX_LENGTH or not text.isascii():
        return None
    lowered = text.strip().lower().replace("_", "-")
    if _PRIVATE.fullmatch(lowered):
        return lowered
    tag = parse_tag(text)
    return f"sh{tag[2:]}" if tag and _SERBO_CROATIAN.fullmatch(text) else tag


def tag_of(name: str) -> Tag:
    """As ICU does it: `und` and private use are like themselves only; what has no likely subtags takes those of `und`.

    A pseudo-locale, made to test programs, counts as a language of its own.
    """
    language, script, region = _taken_apart(name)
    if not language:
        return _unusual_tag(name)
    subtags = complete(language, script, region)
    if not (subtags[1] and subtags[2]):
        subtags = _completed(subtags)
    return Tag(name, subtags, 4 * (language != "und") + 2 * bool(script) + bool(region))


def _taken_apart(name: str) -> Subtags:
    """Language, script and region of a canonical tag that has nothing else, which their lengths tell; else nothing."""
    language, _, rest = name.partition("-")
    script, _, region = rest.partition("-") if len(rest) > 3 else ("", "", rest)
    if script and not (len(script) == 4 and script.isalpha()):
        return _UNUSUAL
    if len(region) > 3 or "-" in region or region in _PSEUDO or language in ("x", "sh") or name == "und":
        return _UNUSUAL
    return language, script, region


_UNUSUAL = ("", "", "")


def _unusual_tag(name: str) -> Tag:
    if name == "und" or name.startswith("x-"):
        return Tag(name, (name, "", ""), 7)
    language, script, region = _completed(maximise(name))
    if name.startswith("sh-"):
        language = "sh"
    pseudo = _pseudo(name)
    return Tag(name, (language + pseudo, script + pseudo, region), names(name))


def _completed(subtags: Subtags) -> Subtags:
    language, script, region = subtags
    return (language, *maximise("-".join(filter(None, ("und", script, region))))[1:])


def _pseudo(name: str) -> str:
    return next((_PSEUDO[part] for part in name.split("-") if part in _PSEUDO), "")


def offer_of(text: str, tag: Tag, place: int) -> Offer:
    """Something on offer, ready to be compared with others that are as near."""
    language, script, region = tag.subtags
    usual = maximise(language)[1] == script, maximise(f"{language}-{script}")[2] == region
    return Offer(text, tag, place, *usual)


class Sense(Protocol):
    """How distances are measured: `Eye` or `Ear`."""

    #: Units of one step of distance.
    scale: int

    def reach(self, wish: Tag) -> list[Near]:
        """What is on offer and not too far, in any order."""
        ...

    def measure(self, wish: Tag, near: Near) -> tuple[int, str]:
        """The distance as people are told it, and the rules or rows that make it."""
        ...


class Eye:
    """By UTS #35. A unit is an eighth: a tag that names the same subtags goes before one that only implies them.

    `share` divides what a foreign language costs: 4 where the script is favoured, else 1.
    """

    scale = 8

    def __init__(self, offers: Sequence[Offer], limit: int, share: int) -> None:
        self._limit = limit * self.scale
        self._share = share
        self._scripts = {
            language: _grouped((offer.tag.subtags[1], offer) for offer in group)
            for language, group in _grouped((offer.tag.subtags[0], offer) for offer in offers).items()
        }
        self._all_reachable = unrelated() // share * self.scale < self._limit
        self._known: dict[tuple[str, str], tuple[_Reached, ...]] = {}

    def reach(self, wish: Tag) -> list[Near]:
        """The greater part is remembered for a language and script; what is left depends on regions."""
        region = wish.subtags[2]
        kinds = kinds_of(region)
        found: list[Near] = []
        for units, table, there in self._reached(wish.subtags):
            for own, own_kinds, offer in there:
                if own == region:
                    found.append((units or wish.named ^ offer.tag.named, offer.place, offer))
                else:
                    apart = units + table[kinds, own_kinds].distance * 8
                    if apart < self._limit:
                        found.append((apart, offer.place, offer))
        return found

    def measure(self, wish: Tag, near: Near) -> tuple[int, str]:
        """Language, script and region, whatever is favoured."""
        units, _, offer = near
        desired, supported = wish.subtags, offer.tag.subtags
        distance = units // self.scale
        if self._share > 1:
            language = language_between(desired[0], supported[0])
            distance += language - language // self._share
        return distance, rules_between(desired, supported)

    def _reached(self, wish: Subtags) -> tuple[_Reached, ...]:
        found = self._known.get(wish[:2])
        if found is None:
            if len(self._known) >= MEMO:
                self._known.clear()
            found = self._known[wish[:2]] = tuple(self._search(wish))
        return found

    def _search(self, wish: Subtags) -> Iterator[_Reached]:
        languages: Iterable[str] = self._scripts
        if not self._all_reachable:
            languages = (wish[0], *(name for name in related(wish[0]) if name != wish[0]))
        for name in languages:
            for script, offers in self._scripts.get(name, _NONE).items():
                own = (name, script, "")
                units = (language_between(wish[0], name) // self._share + script_between(wish, own)) * self.scale
                if units < self._limit:
                    there = tuple((offer.tag.subtags[2], kinds_of(offer.tag.subtags[2]), offer) for offer in offers)
                    yield units, region_table(wish, own), there


_NONE: Mapping[str, tuple[Offer, ...]] = {}

#: What is on offer in a language and script that are near enough: their units, what regions add, and each with its region.
_Reached = tuple[int, RegionTable, tuple[tuple[str, Kinds, Offer], ...]]


class Ear:
    """By the spoken table. A unit is a 64th: among equals the region ranks, then the subtags that are named."""

    scale = 64

    def __init__(self, offers: Sequence[Offer], limit: int) -> None:
        self._limit = limit * self.scale
        self._offers = _grouped((spoken_form(offer.tag.name), offer) for offer in offers)

    def reach(self, wish: Tag) -> list[Near]:
        """Region never makes a language less understood."""
        form = spoken_form(wish.name)
        found = [self._near(0, wish, offer) for offer in self._offers.get(form, ())]
        for audio, row in heard(form).items():
            units = row.distance * self.scale
            if units < self._limit:
                found += [self._near(units, wish, offer) for offer in self._offers.get(audio, ())]
        return found

    def measure(self, wish: Tag, near: Near) -> tuple[int, str]:
        """The row, with the keys of its sources."""
        row = heard(spoken_form(wish.name)).get(spoken_form(near[2].tag.name))
        return (row.distance, f"{row} ({', '.join(row.sources)})") if row else (0, "same")

    def _near(self, units: int, wish: Tag, offer: Offer) -> Near:
        ranked = region_between(wish.subtags, offer.tag.subtags) * 8 or wish.named ^ offer.tag.named
        return units + ranked, offer.place, offer


def _grouped(pairs: Iterable[tuple[str, Offer]]) -> Mapping[str, tuple[Offer, ...]]:
    groups: dict[str, list[Offer]] = {}
    for key, offer in pairs:
        groups.setdefault(key, []).append(offer)
    return {key: tuple(offers) for key, offers in groups.items()}
