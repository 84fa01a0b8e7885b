"""Surroundings made to tell two places or two languages apart: for each way in which their signatures differ, a visitor by whom
that shows.

The key says that they differ and why; whether they do is then asked of the whole line like everything else.
"""

from __future__ import annotations

from collections.abc import Iterator

from edge.classes.asking import Named
from edge.keys.languages import Languages
from edge.keys.places import Places
from edge.served import Served
from locales.territories import usages
from rules.languages import FACTORY_SETTINGS

#: Of a place: a country and a subdivision.
Place = tuple[str, str | None]

#: Behind it, a header that says English alone says more than that.
_MORE = "qaa"


class Pointing:
    """Makes surroundings for one item."""

    def __init__(self, served: Served) -> None:
        self._languages: Languages = served.projection.languages
        self._places: Places = served.projection.places
        # By what a choice overrode a norm shows, and by how a variant is met that was asked for, what the languages are.
        pins = [{"choose": f"variant={variant.id}"} for variant in served.item.variants]
        self._telling = [{"choose": "mode=original"}, *pins]

    def nowhere(self) -> Iterator[Named]:
        """Visitors who may get another answer in some place than where the place is unknown."""
        yield from ({}, {"accept_language": "en"}, *self._telling)

    def places(self, one: Place, other: Place) -> Iterator[Named]:
        """Visitors, but for their place, who may get another answer in the one place than in the other."""
        first, second = self._places.signature(*one), self._places.signature(*other)
        if first.english != second.english:
            yield {"accept_language": "en"}
        if first.expected != second.expected:
            yield from ({}, *self._telling)
        customs = self._languages.customs
        told = {name for name, _ in {*first.customs} ^ {*second.customs}}
        for tag in (usage for name in sorted(told) for usage in usages(name)):
            if customs.rows(tag, *one) != customs.rows(tag, *other):
                yield from ({"accept_language": _strong(tag), **said} for said in self._telling)

    def languages(self, one: str, other: str) -> Iterator[Named]:
        """Visitors, but for their first language, who may get another answer with the one than with the other."""
        first, second = self._languages.plainly.first(one), self._languages.plainly.first(other)
        if (first.heard, first.home) != (second.heard, second.home):
            yield from ({}, *self._telling)
        customs = self._languages.customs
        for country, region, _ in sorted(customs.elsewhere(one) ^ customs.elsewhere(other), key=str):
            place = {"country": country} if region is None else {"country": country, "region": region}
            yield from ({**place, **said} for said in self._telling)


def _strong(tag: str) -> str:
    return f"{tag},{_MORE}" if tag in FACTORY_SETTINGS else tag
