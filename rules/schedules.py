"""When a rule comes into force and when it goes: its schedule, and the cells that read the clock.

A rule's truth in time is that of its schedule and of its time cells together. It is constant between *flips*. What may flip:

    schedule        its two ends
    hour, daypart   the full hours of the local clock
    weekday, date   local midnight
    all of these    a change of the zone's offset: a gap skips local hours, a fold repeats them

Flips are found by asking the truth at those instants only, day by day, and only on days that are not steady. Moments are aware
and in UTC, zones are values: nothing here reads a clock.
"""

from __future__ import annotations

import functools
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo

from msgspec import Struct

from rules.cells import Cell
from rules.inputs import TIME_INPUTS, WEEKDAYS, daypart_of
from rules.tables import ALWAYS, Schedule

#: Days, local ones, after which the search for a flip of date cells gives up.
HORIZON = 400

#: The same without date cells. Weeks repeat, except for a week in which a change of the clock swallows the hour or the day.
WEEKS = 28

#: Before and after these years a local time may not exist as a `datetime`: nothing flips there.
YEARS = (2, 9990)

#: How a time cell's value is read from the local clock.
CLOCK: Mapping[str, Callable[[datetime], object]] = {
    "weekday": lambda local: WEEKDAYS[local.weekday()],
    "hour": lambda local: local.hour,
    "daypart": lambda local: daypart_of(local.hour),
    "date": lambda local: local.date(),
}


@functools.lru_cache(maxsize=1024)
def parse_zone(name: str) -> tzinfo | None:
    """The zone of an IANA name, or None where there is none such. Never raises."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, such as `Europe`
        return None


def clock_zone(of_visitor: bool, name: str | None, site: tzinfo) -> tzinfo:
    """The zone whose clock counts: the visitor's, where a table says so and its name is known, else the site's."""
    if not of_visitor or name is None:
        return site
    return parse_zone(name) or site


def local_time(moment: datetime, zone: tzinfo) -> datetime:
    """The moment on the zone's clock. At the ends of the calendar, where that clock has no time, UTC's stands for it."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


class Pattern(Struct, frozen=True):
    """What the time cells of one rule ask of the local clock: 24 hours, 7 weekdays from Monday, and dates. All must hold."""

    hours: tuple[bool, ...]
    weekdays: tuple[bool, ...]
    dates: tuple[Cell, ...] = ()

    @staticmethod
    def from_cells(cells: Iterable[Cell]) -> Pattern:
        """The pattern of cells on `weekday`, `hour`, `daypart` and `date`. Each is asked about every hour and weekday once."""
        by_input: dict[str, list[Cell]] = {name: [] for name in TIME_INPUTS}
        for cell in cells:
            by_input[cell.input].append(cell)
        return Pattern(
            tuple(
                _all_hold(by_input["hour"], hour) and _all_hold(by_input["daypart"], daypart_of(hour))
                for hour in range(24)
            ),
            tuple(_all_hold(by_input["weekday"], day) for day in WEEKDAYS),
            tuple(by_input["date"]),
        )

    def holds(self, local: datetime) -> bool:
        """Whether all the time cells hold at that time of the local clock."""
        return self.hours[local.hour] and self._admits(local.date())

    def is_steady(self, day: date, truth: bool) -> bool:
        """Whether the pattern has that truth the whole day long."""
        whole_day = all(self.hours) if truth else not any(self.hours)
        return whole_day and self._admits(day) if truth else whole_day or not self._admits(day)

    def next_flip(self, moment: datetime, zone: tzinfo) -> datetime | None:
        """The first instant after the moment at which the truth is another one. None: not within the horizon.

        The horizon counts from the moment's day in UTC, so that all moments of a day agree on None.
        """
        if not YEARS[0] <= moment.year <= YEARS[1]:
            return None
        truth = self.holds(local_time(moment, zone))
        # Where a fold crosses midnight, the day before comes once more: the search begins with it.
        first = moment.date() - timedelta(days=2)
        for ahead in range((HORIZON if self.dates else WEEKS) + 3):
            day = first + timedelta(days=ahead)
            if self.is_steady(day, truth):
                continue
            for instant in _breaks(day, zone):
                if instant > moment and self.holds(local_time(instant, zone)) != truth:
                    return instant
        return None

    def _admits(self, day: date) -> bool:
        return self.weekdays[day.weekday()] and _all_hold(self.dates, day)


def _all_hold(cells: Iterable[Cell], value: object) -> bool:
    return all(cell.holds(value) for cell in cells)


@functools.lru_cache(maxsize=64)
def _breaks(day: date, zone: tzinfo) -> tuple[datetime, ...]:
    """The instants, in order, at which something may flip on a local day: its hours, both midnights, a change of offset.

    A local time in a fold is two instants. One in a gap is none: it gives two others, at which asking does no harm.
    """
    midnight = datetime(day.year, day.month, day.day)
    clock = [midnight + timedelta(hours=hour) for hour in range(25)]
    instants = {time.replace(tzinfo=zone, fold=fold).astimezone(UTC) for time in clock for fold in (0, 1)}
    change = _offset_change(min(instants), max(instants), zone)
    return tuple(sorted(instants if change is None else instants | {change}))


def _offset_change(begin: datetime, end: datetime, zone: tzinfo) -> datetime | None:
    """The instant within (begin, end] at which the zone's offset becomes what it is at the end, to the second."""
    before, after = (local_time(instant, zone).utcoffset() for instant in (begin, end))
    if before == after:
        return None
    low, high = 0, int((end - begin).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if local_time(begin + timedelta(seconds=middle), zone).utcoffset() == after:
            high = middle
        else:
            low = middle
    return begin + timedelta(seconds=high)


class Timing(Struct, frozen=True):
    """When a rule is in force: its schedule, and the pattern of its time cells where it has any."""

    schedule: Schedule = ALWAYS
    pattern: Pattern | None = None

    def holds(self, moment: datetime, zone: tzinfo) -> bool:
        """Whether the rule is in force at the moment, on the zone's clock."""
        return self.schedule.holds(moment) and (self.pattern is None or self.pattern.holds(local_time(moment, zone)))

    def next_flip(self, moment: datetime, zone: tzinfo) -> datetime | None:
        """The next instant, in UTC, at which `holds` changes. None where it never does, or not within `HORIZON` days."""
        begins, ends = self.schedule.begins, self.schedule.ends
        start = moment
        if begins is not None and moment < begins:
            start = begins.astimezone(UTC)
            if self.holds(start, zone):
                return start
        if ends is not None and ends <= start:
            return None
        flip = None if self.pattern is None else self.pattern.next_flip(start, zone)
        if ends is None or (flip is not None and flip < ends):
            return flip
        if self.pattern is not None and ends - start > timedelta(days=HORIZON):
            return None  # whether the pattern flips before is not known
        return ends.astimezone(UTC) if self.holds(start, zone) else None


def next_flip(cells: Iterable[Cell], schedule: Schedule, moment: datetime, zone: tzinfo) -> datetime | None:
    """The next instant, in UTC, at which the truth of the schedule and of the time cells together changes.

    `cells` are those on time inputs, others are none of its business. None where nothing changes, or not within `HORIZON` days.
    """
    return timing_of(cells, schedule).next_flip(moment, zone)


def timing_of(cells: Iterable[Cell], schedule: Schedule) -> Timing:
    """The timing of a rule from its time cells and its schedule."""
    asked = tuple(cells)
    return Timing(schedule, Pattern.from_cells(asked) if asked else None)


class Watch:
    """A timing that remembers the stretch of time it was last asked about, for each zone.

    Within a stretch nothing flips, so `at` is one look-up. Zones are bounded by the names that exist.
    """

    __slots__ = ("_site", "_stretches", "of_visitor", "timing")

    def __init__(self, timing: Timing, site: tzinfo, of_visitor: bool = False) -> None:
        self.timing = timing
        self.of_visitor = of_visitor
        self._site = site
        self._stretches: dict[tzinfo, tuple[datetime, datetime, bool, datetime | None]] = {}

    def at(self, moment: datetime, name: str | None) -> tuple[bool, datetime | None]:
        """Whether the rule is in force, and when that next changes, for a visitor whose zone has that name."""
        zone = clock_zone(self.of_visitor, name, self._site)
        stretch = self._stretches.get(zone)
        if stretch is None or not stretch[0] <= moment < stretch[1]:
            holds, flip = self.timing.holds(moment, zone), self.timing.next_flip(moment, zone)
            until = day_end(moment) if flip is None else min(flip, day_end(moment))
            self._stretches[zone] = stretch = (moment, until, holds, flip)
        return stretch[2], stretch[3]


def day_end(moment: datetime) -> datetime:
    """The end of the moment's day in UTC, the last day of the calendar excepted."""
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1) if midnight.year < datetime.max.year else moment
