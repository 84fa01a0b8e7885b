"""Bars: what removes a variant, whatever anybody says (SEMANTICS §6).

They read two things only, the place of the connection and the moment. Where the place is in doubt, the doubt falls on the side
of the rights: a variant that the site limits to places is taken away, unless the site says otherwise. A law bars where it holds,
however surely the place is known; somebody of whom no place is known stands in no law's territory.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from msgspec import Struct

from locales.preference import Confidence
from variants.variant import Bars, Item, LawBar, Variant


@dataclass(frozen=True, slots=True)
class Rights:
    """The site's `[rights]`: what an unknown place may see, and how sure a place must be to count as known."""

    unknown: Literal["bar", "allow"] = "bar"
    least: Confidence = Confidence.low


class Stand(Struct, frozen=True):
    """Where, when and on which site selection takes place. `moment` is aware, `default_language` canonical."""

    country: str | None
    place_confidence: Confidence
    moment: datetime
    rights: Rights
    default_language: str


@dataclass(frozen=True, slots=True)
class Barriers:
    """All bars of one item: who has one, whether any reads the place, and every moment at which one begins or ends."""

    barred: tuple[Variant, ...]
    territorial: bool
    moments: tuple[datetime, ...]

    @staticmethod
    def from_item(item: Item) -> Barriers:
        """The bars of the item's variants."""
        bars = [variant.bars for variant in item.variants]
        ends = {moment for bar in bars for moment in _moments(bar)}
        return Barriers(
            tuple(variant for variant in item.variants if variant.bars),
            any(bar.territorial for bar in bars),
            tuple(sorted(ends)),
        )

    def next_after(self, moment: datetime) -> datetime | None:
        """The next moment at which a bar begins or ends."""
        index = bisect_right(self.moments, moment)
        return self.moments[index] if index < len(self.moments) else None


def _moments(bars: Bars) -> Iterator[datetime]:
    """When the bars begin and end."""
    ends = (bars.begins, bars.ends, *(end for law in bars.laws for end in (law.begins, law.ends)))
    yield from (moment for moment in ends if moment is not None)


def is_barred(bars: Bars, stand: Stand) -> bool:
    """Whether the bars take their variant away from somebody who stands there."""
    if bars.begins is not None and stand.moment < bars.begins:
        return True
    if bars.ends is not None and stand.moment >= bars.ends:
        return True
    if bars.laws and any(holds(law, stand) for law in bars.laws):
        return True
    if not bars.licensed:
        return False
    rights = stand.rights
    if stand.country is None or stand.place_confidence < rights.least:
        return rights.unknown == "bar"
    return stand.country in bars.not_in or (bars.only_in is not None and stand.country not in bars.only_in)


def holds(law: LawBar, stand: Stand) -> bool:
    """Whether the law is in force there and then."""
    if stand.country not in law.places:
        return False
    return (law.begins is None or law.begins <= stand.moment) and (law.ends is None or stand.moment < law.ends)


def why_barred(bars: Bars, stand: Stand) -> Iterator[str]:
    """Each bar that takes the variant away from somebody who stands there, in words; nothing where none does."""
    if bars.begins is not None and stand.moment < bars.begins:
        yield f"begins {bars.begins.isoformat()}"
    if bars.ends is not None and stand.moment >= bars.ends:
        yield f"ended {bars.ends.isoformat()}"
    yield from (f"{law.name} in {stand.country}: {law.told}" for law in bars.laws if holds(law, stand))
    if stand.country is None or stand.place_confidence < stand.rights.least:
        if bars.licensed and stand.rights.unknown == "bar":
            yield "the place is not known well enough"
        return
    if stand.country in bars.not_in:
        yield f"not in {stand.country}"
    if bars.only_in is not None and stand.country not in bars.only_in:
        yield f"only in {', '.join(sorted(bars.only_in))}"


def unbarred(item: Item, stand: Stand) -> tuple[Variant, ...]:
    """The variants that are left, in the order of the file."""
    return tuple(variant for variant in item.variants if not (variant.bars and is_barred(variant.bars, stand)))


def next_boundary(item: Item, moment: datetime) -> datetime | None:
    """The next moment at which a bar of any variant begins or ends."""
    return Barriers.from_item(item).next_after(moment)


def fallback(item: Item) -> Variant | None:
    """What may be given when all else fails: the declared one unless a law bars it, else the first without any bar."""
    declared = None if item.fallback is None else item.variant(item.fallback)
    if declared is not None and not declared.bars:
        return declared
    return next((variant for variant in item.variants if not variant.bars), None)


def begin_of(value: date | datetime, zone: tzinfo) -> datetime:
    """The first instant, in UTC, of a `from`: a bare date is its midnight, a time without a zone is in `zone`.

    A local time that a clock change skips is the next valid instant, one that comes twice is the first.
    """
    return _instant(value if isinstance(value, datetime) else datetime.combine(value, time()), zone, fold=0)


def end_of(value: date | datetime, zone: tzinfo) -> datetime:
    """The instant, in UTC, before which an `until` holds: a bare date includes that day, a time that comes twice is the second.

    The last day of the calendar ends with its last microsecond.
    """
    if isinstance(value, datetime):
        return _instant(value, zone, fold=1)
    if value == date.max:
        return _instant(datetime.max, zone, fold=1)
    return _instant(datetime.combine(value + timedelta(days=1), time()), zone, fold=0)


def _instant(local: datetime, zone: tzinfo, fold: int) -> datetime:
    try:
        if local.tzinfo is not None:
            return local.astimezone(UTC)
        return _valid(local, zone, fold)
    except OverflowError:  # the first and the last day of the calendar, seen from a zone beyond
        return local.replace(tzinfo=UTC)


def _valid(local: datetime, zone: tzinfo, fold: int) -> datetime:
    """In UTC. A gap lies between the two readings of a local time that goes round the zone to another one (PEP 495)."""
    instant = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local:
        return instant
    return _gap_end(local, zone)


def _gap_end(local: datetime, zone: tzinfo) -> datetime:
    """The first instant after a gap. In it, the offset before the change reads later than the offset after it."""
    early, late = sorted(local.replace(tzinfo=zone, fold=fold, microsecond=0).astimezone(UTC) for fold in (0, 1))
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late
