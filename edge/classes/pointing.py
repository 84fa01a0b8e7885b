"""Surroundings made to tell two places or two languages apart: for each way in which their signatures differ, a visitor by whom
that shows.

The key says that they differ and why; whether they do is then asked of the whole line like everything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice, product

from edge.classes.asking import Named
from edge.classes.visitors import cell_tags, track_tags
from edge.keys.languages import Languages
from edge.keys.places import Places
from edge.served import Served
from locales.preference import MODES
from locales.territories import place_languages, usages
from locales.words import language_of_words, words
from rules.languages import FACTORY_SETTINGS

#: Of a place: a country and a subdivision.
Place = tuple[str, str | None]

#: Behind it, a header that says English alone says more than that.
_MORE = "qaa"

#: Languages of which one understands nothing of an item, and else a tag that is no language of anybody.
_STRANGERS = ("zu", "ka", "lo", _MORE)

#: Searches, each in a language that its words tell.
_SEARCHES = (
    "aber", "ahora", "alors", "agora", "aerei", "afmetingen", "akkor", "bardzo", "biljetter", "bedste", "dovolena", "hrvatski",
    "lahko", "alebo", "kerana", "chuyen", "altyazı", "авиабилеты", "авіаквитки", "авионске", "гледаи", "ارخص", "ارزان", "جہاز",
    "טיסות", "उड़ानें", "लागि", "航空券", "机票", "항공권", "เที่ยวบิน", "πτήσεις",
)  # fmt: skip

#: Sets of languages that are refused together, at most.
REFUSALS = 120


class Pointing:
    """Makes surroundings for one item."""

    def __init__(self, served: Served) -> None:
        self._languages: Languages = served.projection.languages
        self._places: Places = served.projection.places
        self._tracks = track_tags(served)
        self._named = tuple(dict.fromkeys((*self._tracks, *cell_tags(served))))
        # By what a choice overrode a norm shows, and by how a variant is met that was asked for, what the languages are.
        variants = served.item.variants
        pins = [f"variant={variant.id}" for variant in variants]
        modes = [f"mode={mode}" for mode in MODES if served.item.has_audio and mode != "original"]
        wishes = [name for name in ("captions", "audio_description") if any(getattr(one, name) for one in variants)]
        self._telling = ["mode=original", *pins]
        self._says = ["", *self._telling, *modes, *(f"{name}=?1" for name in wishes)]
        self._says += [f"{pin}, captions=?1" for pin in pins if "captions" in wishes]
        told = {search: language_of_words(words(search)) for search in _SEARCHES}
        self._searches = [search for search, tag in told.items() if tag and self._languages.is_understood(tag)]
        self._stranger = next(tag for tag in _STRANGERS if not self._languages.is_understood(tag) or tag == _MORE)

    def nowhere(self) -> Iterator[Named]:
        """Visitors who may get another answer in some place than where the place is unknown."""
        yield from ({}, {"accept_language": "en"}, *({"choose": said} for said in self._telling))
        yield from self._choosing([self._stranger, *self._named])
        yield from self._searching()

    def places(self, one: Place, other: Place) -> Iterator[Named]:
        """Visitors, but for their place, who may get another answer in the one place than in the other."""
        first, second = self._places.signature(*one), self._places.signature(*other)
        if first.english != second.english:
            yield {"accept_language": "en"}
        if first.expected != second.expected:
            yield {}
            yield from self._choosing([None])
            there = dict.fromkeys(tag for place in (one, other) for tag in place_languages(*place).languages)
            yield from self._choosing([self._stranger, *dict.fromkeys((*there, *self._named))])
            yield from ({"accept_language": "en", **_chosen(said)} for said in self._says)
        customs = self._languages.customs
        told = {name for name, _ in {*first.customs} ^ {*second.customs}}
        for tag in (usage for name in sorted(told) for usage in usages(name)):
            if customs.rows(tag, *one) != customs.rows(tag, *other):
                yield from ({"accept_language": _strong(tag), "choose": said} for said in self._telling)

    def silence(self) -> Iterator[Named]:
        """Visitors who may get another answer with some language than with none."""
        yield from map(_chosen, self._says)
        yield from self._searching()

    def languages(self, one: str, other: str) -> Iterator[Named]:
        """Visitors, but for their first language, who may get another answer with the one than with the other."""
        if FACTORY_SETTINGS.issuperset((one, other)):
            yield from self._searching()
        first, second = (self._languages.plainly.first(tag) for tag in (one, other))
        if (first.heard, first.home) != (second.heard, second.home):
            yield from map(_chosen, self._says)
            behind = [self._stranger, *self._named, one, other]
            yield from ({"accept_language": tag, **_chosen(said)} for tag, said in product(behind, self._says))
            yield from self._choosing(behind)
        customs = self._languages.customs
        for country, region, _ in sorted(customs.elsewhere(one) ^ customs.elsewhere(other), key=str):
            place = {"country": country} if region is None else {"country": country, "region": region}
            yield from ({**place, **_chosen(said)} for said in ("", *self._telling))

    def choices(self) -> Iterator[Named]:
        """Visitors of whom a part of a choice may be seen: by what they choose beside, or where norms say something else."""
        for tag in self._tracks:
            yield from ({"accept_language": _strong(tag), **_chosen(said)} for said in self._says)
        for tag in self._tracks:
            for country, region, _ in sorted(self._languages.customs.elsewhere(tag), key=str):
                place = {"country": country} if region is None else {"country": country, "region": region}
                yield {"accept_language": _strong(tag), **place}

    def refusals(self) -> Iterator[Named]:
        """Visitors, but for the language that they name, whose browsers refuse what that may take back, or what is next to it."""
        refused = dict.fromkeys((*self._tracks, *(tag.partition("-")[0] for tag in self._tracks)))
        sets = (few for size in (1, 2, 3) for few in combinations(refused, size))
        for few in islice(sets, REFUSALS):
            ranges = ",".join(f"{tag};q=0" for tag in few)
            yield from ({"accept_language": f"{tag},{ranges}"} for tag in ("*", *self._tracks))

    def _searching(self) -> Iterator[Named]:
        """Visitors who search in a language that counts, and whose browsers may say English."""
        for search in self._searches:
            for tag in ("", "en", "en-US"):
                chosen = _chosen(f"language={tag}") if tag else {}
                yield from ({"q": search, **chosen, **header} for header in ({}, {"accept_language": "en"}))

    def _choosing(self, tags: Sequence[str | None]) -> Iterator[Named]:
        """Visitors who name one of these languages, or none, and say all that there is to say beside."""
        for tag, said in product(tags, self._says):
            yield _chosen(*(f"language={tag}",) if tag is not None else (), said)


def _chosen(*said: str) -> dict[str, str]:
    choice = ", ".join(filter(None, said))
    return {"choose": choice} if choice else {}


def _strong(tag: str) -> str:
    return f"{tag},{_MORE}" if tag in FACTORY_SETTINGS else tag
