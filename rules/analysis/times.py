"""The axis of time: schedules, dates, weekdays and hours together, as moments that there are.

Between two moments at which a schedule or a span of dates begins or ends, only the weekday and the hour make a difference. So
of every such stretch some days are looked at, at the hours that differ, whatever the stretch's length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise

from rules.analysis.axes import ClosedAxis
from rules.analysis.columns import Column, columns_of
from rules.analysis.searching import Choice
from rules.analysis.world import Atom, World
from rules.cells import DateCell
from rules.inputs import TIME_INPUTS, WEEKDAYS, daypart_of
from rules.schedules import local_time
from rules.tables import ALWAYS, Rule, Schedule

#: Stretches that are looked at, those about now first.
STRETCHES = 600

#: Days of a stretch that are looked at: every weekday twice, since a change of the clock may take an hour from one.
DAYS = 15

#: A year on either side of the calendar's ends, where a local time may not exist.
YEARS = (2, 9990)

_DAY = timedelta(days=1)


def time_axis(rules: Sequence[Rule], world: World, *, of_visitor: bool = False) -> ClosedAxis | None:
    """The moments that make a difference, those to come first; none where no rule reads the clock.

    They are on the site's clock. `of_visitor`: the cells are asked on the visitor's own, which may be a day ahead of the moments
    at which schedules begin and end, or behind; so where a table has both, more may happen than is looked at.
    """
    columns = columns_of(("weekday", "hour", "daypart", "date"), rules)
    schedules = _schedules(rules)
    if not any(columns.values()) and not schedules:
        return None
    days = [day for day in _days(rules) if _is_usual(day)]
    edges = sorted({*_ends(rules), *(_midnight(day, world.zone) for day in days)})
    clock = _Clock(columns, schedules, (1 << len(rules)) - 1, world)
    stretches = list(_stretches(edges, world.moment))
    choices = (choice for stretch in stretches[:STRETCHES] for choice in clock.choices(*stretch))
    apart = of_visitor and bool(schedules) and any(columns.values())
    whole = not apart and len(stretches) <= STRETCHES and len(days) == len(_days(rules))
    return ClosedAxis((*sorted(TIME_INPUTS), "schedule"), rules, choices, whole=whole)


def _schedules(rules: Sequence[Rule]) -> Mapping[Schedule, int]:
    found: dict[Schedule, int] = {}
    for position, rule in enumerate(rules):
        if rule.active != ALWAYS:
            found[rule.active] = found.get(rule.active, 0) | 1 << position
    return found


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
    around = timedelta(days=DAYS)
    begin = min([now, *(edge - around for edge in edges[:1])])
    end = max([now, *edges[-1:]]) + around
    # Of a stretch that now lies in, the days from now on, if they are as many as are looked at.
    found = [(max(one, now) if now <= other - around else one, other) for one, other in pairwise((begin, *edges, end))]
    yield from (stretch for stretch in found if stretch[1] > now)
    yield from (stretch for stretch in reversed(found) if stretch[1] <= now)


class _Clock:
    """The rules that hold at a moment, by the local clock and by schedules."""

    def __init__(
        self, columns: Mapping[str, Column], schedules: Mapping[Schedule, int], every: int, world: World
    ) -> None:
        self._columns = columns
        self._schedules = schedules
        self._free = every
        for bits in schedules.values():
            self._free &= ~bits
        self._zone = world.zone
        by_mask: dict[int, int] = {}
        for hour in (12, *range(24)):
            by_mask.setdefault(self._at_hour(hour), hour)
        self._hours = sorted(by_mask.values())

    def choices(self, begin: datetime, end: datetime) -> Iterator[Choice]:
        """Moments of a stretch, each with the rules that hold then."""
        active = self._free
        for schedule, bits in self._schedules.items():
            if schedule.holds(begin):
                active |= bits
        for moment in self._moments(begin, end):
            local = local_time(moment, self._zone)
            yield active & self._on_day(local.date()) & self._at_hour(local.hour), self._atom(moment, local)

    def _moments(self, begin: datetime, end: datetime) -> Iterator[datetime]:
        """The hours that differ, on the days that are wholly within; all hours of the days that are not, and its beginning."""
        first = local_time(begin, self._zone).date()
        days = [first + timedelta(days=number) for number in range(DAYS)]
        partial = {first, local_time(end, self._zone).date()} if len(self._hours) > 1 else set()
        # Whole days first: their moments are the nicer ones to read.
        for day in sorted(days, key=lambda one: one in partial):
            for hour in range(24) if day in partial else self._hours:
                moment = datetime(day.year, day.month, day.day, hour, tzinfo=self._zone).astimezone(UTC)
                if begin <= moment < end and local_time(moment, self._zone).hour == hour:
                    yield moment
        yield begin

    def _on_day(self, day: date) -> int:
        spans = self._columns["date"]
        within = [span for span in spans.named if isinstance(span, tuple) and _within(day, span)]
        return spans.holding(within) & self._columns["weekday"].holding((WEEKDAYS[day.weekday()],))

    def _at_hour(self, hour: int) -> int:
        return self._columns["hour"].holding((hour,)) & self._columns["daypart"].holding((daypart_of(hour),))

    def _atom(self, moment: datetime, local: datetime) -> Atom:
        at = local.replace(tzinfo=None)
        text = at.isoformat(timespec="auto" if at.second or at.microsecond else "minutes")
        return Atom((("at", text),), (("moment", moment),))


def _within(day: date, span: tuple[date, date]) -> bool:
    first, last = span
    return first <= day <= last if first <= last else day >= first or day <= last
