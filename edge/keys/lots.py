"""What bars can leave of an item: its lots, in a place or anywhere, at any moment (SEMANTICS §6).

An item without bars has one lot, all of its variants.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from locales.preference import Confidence
from locales.territories import TERRITORIES
from variants.bars import Barriers, Rights, Stand, unbarred
from variants.variant import Bars, Item, LawBar

#: The positions of the variants that are left.
Lot = tuple[int, ...]

#: When a law holds.
Span = tuple[datetime | None, datetime | None]

#: Of each variant with bars by place, whether the site's hold there, and when laws do.
Barred = tuple[tuple[bool, frozenset[Span]], ...]

#: How sure a place can be of which the country is known.
_KNOWN = (Confidence.medium, Confidence.high)


class Lots:
    """The lots of one item, under a site's `[rights]`."""

    def __init__(self, item: Item, rights: Rights) -> None:
        self._item = item
        self._rights = rights
        self._bars = tuple([variant.bars for variant in item.variants if variant.bars.territorial])
        self._moments = _between(Barriers.from_item(item).moments)
        self._here: dict[Barred | None, tuple[Lot, ...]] = {}

    @property
    def territorial(self) -> bool:
        """Whether any bar reads the place."""
        return bool(self._bars)

    def barred(self, country: str) -> Barred:
        """What bars say of a country."""
        return tuple([(_is_unlicensed(one, country), _spans(one.laws, country)) for one in self._bars])

    def here(self, country: str | None) -> tuple[Lot, ...]:
        """The lots of a country, however surely it is known; of None, those of nobody knows where."""
        told = None if country is None else self.barred(country)
        if told not in self._here:
            sure = (Confidence.low,) if country is None else _KNOWN
            found = (self._left(country, one, moment) for one in sure for moment in self._moments)
            self._here[told] = tuple(sorted(set(found)))
        return self._here[told]

    def anywhere(self) -> tuple[Lot, ...]:
        """All lots there are."""
        places: Iterable[str | None] = (None, *sorted(TERRITORIES)) if self._bars else (None,)
        return tuple(sorted({lot for place in places for lot in self.here(place)}))

    def _left(self, country: str | None, confidence: Confidence, moment: datetime) -> Lot:
        stand = Stand(country, confidence, moment, self._rights, "")
        return tuple([variant.position for variant in unbarred(self._item, stand)])


def _between(ends: tuple[datetime, ...]) -> tuple[datetime, ...]:
    """A moment before all of them, and each of them: so one of every time in between."""
    if not ends:
        return (datetime.min.replace(tzinfo=UTC),)
    return (_before(ends[0]), *ends)


def _before(moment: datetime) -> datetime:
    return moment - timedelta(microseconds=1) if moment > datetime.min.replace(tzinfo=UTC) else moment


def _is_unlicensed(bars: Bars, country: str) -> bool:
    """Whether the site's own bars hold in the country, where it is known well enough."""
    return country in bars.not_in or (bars.only_in is not None and country not in bars.only_in)


def _spans(laws: Iterable[LawBar], country: str) -> frozenset[Span]:
    """When laws bar in the country."""
    return frozenset([(law.begins, law.ends) for law in laws if country in law.places])
