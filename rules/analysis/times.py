"""The axis of time: schedules, dates, weekdays and hours together, as moments that there are.

Between two moments at which a schedule or a span of dates begins or ends, only the weekday and the hour make a difference. So
of every such stretch some days are looked at, at the hours that differ, whatever the stretch's length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from rules.analysis.axes import Axis
from rules.analysis.columns import Asked
from rules.analysis.world import Atom, World
from rules.cells import DateCell, is_within
from rules.inputs import TIME_INPUTS, WEEKDAYS, daypart_of
from rules.schedules import local_time
from rules.tables import ALWAYS, Rule, Schedule

#: The inputs, and a rule's schedule beside them.
TIMES = (*sorted(TIME_INPUTS), "schedule")

#: Stretches that are looked at, those about now first.
STRETCHES = 600

#: Whole days of a stretch that are looked at: every weekday twice, since a change of the clock may take an hour from one day; and
#: how many where weekdays make no difference.
DAYS = 14
FEW_DAYS = 2

#: Days about the first and the last moment that makes a difference.
AROUND = timedelta(days=DAYS + 2)

#: A year on either side of the calendar's ends, where a local time may not exist.
YEARS = (2, 9990)

_DAY = timedelta(days=1)


def time_axis(asked: Asked, needed: int, world: World, *, of_visitor: bool = False) -> Axis:
    """The moments that make a difference, those to come first.

    They are on the site's clock. `of_visitor`: the cells are asked on the visitor's own, which may be a day ahead of the moments
    at which schedules begin and end, or behind; so where a table has both, more may happen than is looked at.
    """
    clock = Clock(asked, world.zone)
    every = _days(asked.rules)
    days = [day for day in every if _is_usual(day)]
    edges = sorted({*_ends(asked.rules), *(_midnight(day, world.zone) for day in days)})
    stretches = list(_stretches(edges, world.moment))
    by_mask: dict[int, datetime] = {}
    for begin, end in stretches[:STRETCHES]:
        for mask, moment in clock.moments(begin, end, needed):
            by_mask.setdefault(mask, moment)
    apart = of_visitor and bool(clock.schedules) and asked.reads(*TIME_INPUTS)
    whole = not apart and len(stretches) <= STRETCHES and len(days) == len(every)
    return Axis(TIMES, [(mask, clock.atom(moment)) for mask, moment in by_mask.items()], whole)


def _ends(rules: Iterable[Rule]) -> set[datetime]:
    """The moments, in UTC, at which a schedule begins or ends; those at the ends of the calendar are passed over."""
    ends = (
        end for rule in rules for end in (rule.active.begins, rule.active.ends) if end is not None and _is_usual(end)
    )
    return {end.astimezone(UTC) for end in ends}


def _is_usual(day: date) -> bool:
    return YEARS[0] <= day.year <= YEARS[1]


def _days(rules: Iterable[Rule]) -> set[date]:
    """The days with which spans begin, and those behind their last ones."""
    cells = (cell for rule in rules for cell in rule.cells if isinstance(cell, DateCell))
    spans = [span for cell in cells for span in (*cell.spans, *cell.gaps)]
    return {day for first, last in spans for day in (first, last + _DAY if last < date.max else last)}


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _stretches(edges: Sequence[datetime], now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretches between the edges: those that begin last before now and after it, then those that are over."""
    begin = min([now, *(edge - AROUND for edge in edges[:1])])
    end = max([now, *edges[-1:]]) + AROUND
    # Of a stretch that now lies in, the days from now on, if they are as many as are looked at.
    found = [(max(one, now) if now <= other - AROUND else one, other) for one, other in pairwise((begin, *edges, end))]
    yield from (stretch for stretch in found if stretch[1] > now)
    yield from (stretch for stretch in reversed(found) if stretch[1] <= now)


class Clock:
    """The rules that hold at a moment: by its stretch for dates and schedules, and within it by weekday and hour."""

    def __init__(self, asked: Asked, zone: tzinfo) -> None:
        self._zone = zone
        self._date = asked.column("date")
        self._spans = [span for span in self._date.named if isinstance(span, tuple)]
        self.schedules = _schedules(asked.rules)
        self._free = asked.every
        for bits in self.schedules.values():
            self._free &= ~bits
        weekday, hour, daypart = map(asked.column, ("weekday", "hour", "daypart"))
        self._weekdays = [weekday.holding((name,)) for name in WEEKDAYS]
        self._hours = [hour.holding((number,)) & daypart.holding((daypart_of(number),)) for number in range(24)]
        #: Of hours at which the same rules hold one, noon before others.
        by_mask: dict[int, int] = {}
        for number in (12, *range(24)):
            by_mask.setdefault(self._hours[number], number)
        self._different = sorted(by_mask.values())
        self._days = DAYS if weekday else FEW_DAYS

    def moments(self, begin: datetime, end: datetime, needed: int) -> Iterator[tuple[int, datetime]]:
        """Moments of a stretch at which the needed rules hold, for each set of rules that do the first."""
        held = self._throughout(begin)
        masks = {held & day & hour for day in self._weekdays for hour in self._hours}
        wanted = {mask for mask in masks if mask & needed == needed}
        for moment in self._within(begin, end) if wanted else ():
            local = local_time(moment, self._zone)
            mask = held & self._weekdays[local.weekday()] & self._hours[local.hour]
            if mask in wanted:
                wanted.remove(mask)
                yield mask, moment
                if not wanted:
                    return

    def _throughout(self, begin: datetime) -> int:
        """The rules that a stretch leaves by its dates and by schedules."""
        day = local_time(begin, self._zone).date()
        held = self._free
        for schedule, bits in self.schedules.items():
            if schedule.holds(begin):
                held |= bits
        return held & self._date.holding([span for span in self._spans if is_within(day, span)])

    def _within(self, begin: datetime, end: datetime) -> Iterator[datetime]:
        """The hours that differ, on days that are wholly within; of a short stretch all hours of others, and its beginning."""
        start, last = local_time(begin, self._zone), local_time(end, self._zone).date()
        first = start.date()
        skipped = int(start.replace(tzinfo=None) > datetime.combine(first, time()))
        days = range(skipped, min((last - first).days, self._days + skipped))
        whole = [first + timedelta(days=number) for number in days]
        yield from (moment for day in whole for moment in self._on(day, self._different, begin, end))
        if len(whole) < self._days:
            yield from (moment for day in (first, last) for moment in self._on(day, range(24), begin, end))
        yield begin

    def _on(self, day: date, hours: Iterable[int], begin: datetime, end: datetime) -> Iterator[datetime]:
        for hour in hours:
            moment = datetime(day.year, day.month, day.day, hour, tzinfo=self._zone).astimezone(UTC)
            if begin <= moment < end and local_time(moment, self._zone).hour == hour:
                yield moment

    def atom(self, moment: datetime) -> Atom:
        """The moment on the site's clock, as a preview says it."""
        at = local_time(moment, self._zone).replace(tzinfo=None)
        text = at.isoformat(timespec="auto" if at.second or at.microsecond else "minutes")
        return Atom((("at", text),), (("moment", moment),))


def _schedules(rules: Iterable[Rule]) -> Mapping[Schedule, int]:
    found: dict[Schedule, int] = {}
    for position, rule in enumerate(rules):
        if rule.active != ALWAYS:
            found[rule.active] = found.get(rule.active, 0) | 1 << position
    return found
