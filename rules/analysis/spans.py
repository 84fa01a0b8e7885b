"""Spans of time of many rules: which of them a moment is in, without asking one by one.

Rules are sorted by where their span begins, and again by where it ends. The set of those that have begun is made from the set at
the last of a few marks and the rules behind that mark; so is the set of those that are over. The first rule is the lowest bit.

    begun by now, not over by now      a span is half-open, [begin, end)
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Generic, TypeVar

from rules.cells import DateCell
from rules.tables import Schedule

#: Marks for each end of the spans, and rules between two marks at the least.
MARKS = 64
BETWEEN = 64

Point = TypeVar("Point", int, datetime)


def set_of(positions: Iterable[int], count: int) -> int:
    """The set of the rules at these positions, of so many."""
    octets = bytearray((count >> 3) + 1)
    for position in positions:
        octets[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(octets, "little")


class _Line(Generic[Point]):
    """Points in order, each with the rules at it."""

    __slots__ = ("_count", "_marks", "_points", "_positions", "_step")

    def __init__(self, found: Sequence[tuple[Point, int]], count: int) -> None:
        ordered: list[tuple[Point, int]] = sorted(found)
        self._count = count
        self._points: list[Point] = [point for point, _ in ordered]
        self._positions = [position for _, position in ordered]
        self._step = max(BETWEEN, -(-len(ordered) // MARKS))
        self._marks = [0]
        for start in range(0, len(ordered), self._step):
            self._marks.append(self._marks[-1] | set_of(self._positions[start : start + self._step], count))

    def before(self, point: Point, *, too: bool) -> int:
        """The rules whose point is before the given one, or, `too`, is the same."""
        end = (bisect_right if too else bisect_left)(self._points, point)
        mark = end // self._step
        rest = self._positions[mark * self._step : end]
        return self._marks[mark] | set_of(rest, self._count) if rest else self._marks[mark]


class Spans(Generic[Point]):
    """Rules with a span each, by position; without a begin or an end (None) it is open there. `free` are rules that have none."""

    __slots__ = ("_begins", "_ends", "_every", "_open")

    def __init__(self, spans: Mapping[int, tuple[Point | None, Point | None]], count: int, free: int = 0) -> None:
        self._every = free | set_of(spans, count)
        self._open = free | set_of([position for position, (begin, _) in spans.items() if begin is None], count)
        self._begins: _Line[Point] = _Line(
            [(begin, at) for at, (begin, _) in spans.items() if begin is not None], count
        )
        self._ends: _Line[Point] = _Line([(end, at) for at, (_, end) in spans.items() if end is not None], count)

    def holding(self, at: Point) -> int:
        """The rules whose span has that point in it, and those without one."""
        return (self._open | self._begins.before(at, too=True)) & ~self._ends.before(at, too=True)

    def meeting(self, begin: Point | None, end: Point | None) -> int:
        """The rules whose span has a point in common with this one, and those without one."""
        begun = self._every if end is None else self._open | self._begins.before(end, too=False)
        return begun if begin is None else begun & ~self._ends.before(begin, too=True)


def schedules_of(active: Mapping[int, Schedule], count: int) -> Spans[datetime]:
    """The schedules of rules, by position; the others are always in force."""
    free = (1 << count) - 1 ^ set_of(active, count)
    return Spans({position: (one.begins, one.ends) for position, one in active.items()}, count, free)


class Days:
    """The date cells of rules, by position: each a union of spans of days."""

    __slots__ = ("_free", "_layers")

    def __init__(self, cells: Mapping[int, DateCell], count: int) -> None:
        self._free = (1 << count) - 1 ^ set_of(cells, count)
        layers: list[dict[int, tuple[int | None, int | None]]] = []
        for position, cell in cells.items():
            for layer, span in enumerate(spans_of(cell)):
                if layer == len(layers):
                    layers.append({})
                layers[layer][position] = span
        self._layers = [Spans(layer, count) for layer in layers]

    def holding(self, day: date) -> int:
        """The rules whose cell holds on that day."""
        found, at = self._free, day.toordinal()
        for layer in self._layers:
            found |= layer.holding(at)
        return found

    def meeting(self, cell: DateCell) -> int:
        """The rules whose cell holds on a day on which this one does."""
        found = self._free
        for begin, end in spans_of(cell):
            for layer in self._layers:
                found |= layer.meeting(begin, end)
        return found


def spans_of(cell: DateCell) -> list[tuple[int, int]]:
    """The days on which a cell holds, as half-open spans of their numbers, in order and apart."""
    points = {date.min.toordinal(), date.max.toordinal() + 1}
    for first, last in (*cell.spans, *cell.gaps):
        points |= {first.toordinal(), last.toordinal() + 1}
    ordered = sorted(points)
    found: list[tuple[int, int]] = []
    for begin, end in pairwise(ordered):
        if cell.holds(date.fromordinal(begin)):
            joined = found.pop()[0] if found and found[-1][1] == begin else begin
            found.append((joined, end))
    return found
