"""Moments as editors write them: dates and times of the site's zone, turned into instants.

A schedule is half-open. A bare date begins at its midnight and, as an end, includes the day. Clock changes:

    gap    02:30 does not exist    →  the next valid instant, 03:00
    fold   02:30 exists twice      →  `from` takes the first, `until` the second
"""

from __future__ import annotations

import datetime
import re


class MomentFault(ValueError):  # noqa: N818 - reads as what the text has
    """A text or value that is no moment: what is wrong, and what to write instead."""

    def __init__(self, problem: str, cure: str) -> None:
        self.problem = problem
        self.cure = cure
        super().__init__(f"{problem} {cure}")


def parse_begin(written: object, zone: datetime.tzinfo) -> datetime.datetime:
    """The first instant of what is written, in UTC. Raises `MomentFault`."""
    return _instant(_naive_or_aware(written), zone, written, fold=0)


def parse_end(written: object, zone: datetime.tzinfo) -> datetime.datetime:
    """The first instant after what is written, in UTC: for a bare date the next midnight. Raises `MomentFault`."""
    value = _naive_or_aware(written)
    if not isinstance(value, datetime.datetime):
        try:
            value += datetime.timedelta(days=1)
        except OverflowError:
            raise _out_of_range(written) from None
    return _instant(value, zone, written, fold=1)


_TEXT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)


def _naive_or_aware(written: object) -> datetime.date:
    """A date, or a datetime with or without an offset."""
    if isinstance(written, datetime.date):
        return written
    text = written if isinstance(written, str) else ""
    try:
        if _TEXT.fullmatch(text):
            return datetime.date.fromisoformat(text) if len(text) == 10 else datetime.datetime.fromisoformat(text)
    except ValueError:
        pass
    raise MomentFault(f'"{written}" is neither a date nor a time.', "Write 2026-12-24 or 2026-12-24T20:00.")


def _out_of_range(written: object) -> MomentFault:
    return MomentFault(f'"{written}" is beyond the calendar.', "Leave it out where there is no end.")


def _instant(value: datetime.date, zone: datetime.tzinfo, written: object, *, fold: int) -> datetime.datetime:
    local = value if isinstance(value, datetime.datetime) else datetime.datetime(value.year, value.month, value.day)
    try:
        return from_local(local, zone, fold=fold) if local.tzinfo is None else local.astimezone(datetime.UTC)
    except OverflowError:
        raise _out_of_range(written) from None


def from_local(local: datetime.datetime, zone: datetime.tzinfo, *, fold: int) -> datetime.datetime:
    """The instant of a local time, in UTC: in a gap the next valid one, in a fold the first (0) or the second (1)."""
    instant = local.replace(tzinfo=zone, fold=fold).astimezone(datetime.UTC)
    if instant.astimezone(zone).replace(tzinfo=None, fold=0) == local.replace(fold=0):
        return instant
    early, late = sorted(local.replace(tzinfo=zone, fold=side).astimezone(datetime.UTC) for side in (0, 1))
    return _change_between(early, late, zone)


def _change_between(early: datetime.datetime, late: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """The instant between two at which the zone's offset becomes that of the later one, to the second."""
    offset = late.astimezone(zone).utcoffset()
    low, high = 0, int((late - early).total_seconds())
    while low < high:
        middle = (low + high) // 2
        if (early + datetime.timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle + 1
    return early + datetime.timedelta(seconds=high)
