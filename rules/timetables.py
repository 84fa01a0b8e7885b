"""When the rules of a table are in force, as sets: for a stretch of time one set, and the sets that flip next.

Long tables have few different timings. Each is asked once for a stretch, whatever the number of its rules; the stretch ends with
the first flip of any. Timings beyond the commonest have no set of their own: rules with one of these are asked one by one, and
only where they hold but for the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from itertools import chain

from msgspec import Struct

from rules.bitsets import set_of
from rules.cells import Cell
from rules.inputs import TIME_INPUTS
from rules.schedules import Watch, clock_zone, day_end, timing_of
from rules.tables import ALWAYS, Rule

#: Timings with a set of their own. A set has an eighth of a byte for each rule.
COMMON = 256

#: Zones of visitors for which a stretch is kept.
ZONES = 64


class Stretch(Struct, frozen=True, eq=False):
    """A time in which nothing flips, `[begins, ends)`: the rules in force, those without a timing among them, and which flip
    next: for each moment at which some do the set of these, the soonest first.
    """

    begins: datetime
    ends: datetime
    in_force: int
    flips: tuple[tuple[datetime, int], ...]


#: Before anything is asked: it holds at no moment.
_NEVER = Stretch(datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), 0, ())

#: Of the rules that a visitor meets but for the clock: the first in force, the first that is so at any time, both as the
#: `bit_length` of the set that begins with it, and the next flip of one above the latter.
Settled = tuple[int, int, datetime | None]

#: Watches of a table by what they watch: the schedule, and the cells that read the clock, as they are written.
Watches = dict[object, Watch]


def time_cells(rule: Rule) -> tuple[Cell, ...]:
    """The cells of a rule that read the clock."""
    return tuple([cell for cell in rule.cells if cell.input in TIME_INPUTS and cell.asks])


class Timetable:
    """The timings of some rules, of which `timed` is the set; `marks` has, for the `bit_length` of a set, whether the first
    rule of it is among them. `site` is the zone that counts where the visitor's does not."""

    __slots__ = (
        "_common", "_count", "_latest", "_odd", "_odd_ones", "_of_visitor", "_site", "_stretches", "_untimed", "marks", "timed",
    )  # fmt: skip

    def __init__(
        self,
        rules: Sequence[Rule],
        site: tzinfo,
        of_visitor: bool = False,
        *,
        cells: bool = True,
        watches: Watches | None = None,
    ) -> None:
        """`cells`: those that read the clock count, not the schedules alone. `watches` are shared by the sections of a table."""
        self._count = count = len(rules)
        self._site = site
        self._of_visitor = of_visitor
        self._stretches: dict[tzinfo, Stretch] = {}
        self._latest = _NEVER
        by_timing: dict[object, list[int]] = {}
        watches = {} if watches is None else watches
        for position, rule in enumerate(rules):
            asked = time_cells(rule) if cells else ()
            if not asked and rule.active == ALWAYS:
                continue
            key = (rule.active, tuple([(cell.input, cell.text) for cell in asked]))
            if key not in watches:
                watches[key] = Watch(timing_of(asked, rule.active), site, of_visitor)
            by_timing.setdefault(key, []).append(position)
        ranked = sorted(by_timing, key=lambda key: -len(by_timing[key]))
        self._common = tuple([(watches[key], set_of(by_timing[key], count)) for key in ranked[:COMMON]])
        self._odd = {position: watches[key] for key in ranked[COMMON:] for position in by_timing[key]}
        self._odd_ones = set_of(self._odd, count)
        self.timed = set_of(chain.from_iterable(by_timing.values()), count)
        self._untimed = (1 << count) - 1 ^ self.timed
        marks = bytearray(count + 1)
        for position in chain.from_iterable(by_timing.values()):
            marks[count - position] = 1
        self.marks = bytes(marks)

    def at(self, moment: datetime, zone: str | None) -> Stretch:
        """The stretch of a moment for a visitor whose zone has that name. Rules with odd timings are not part of it."""
        clock = clock_zone(self._of_visitor, zone, self._site)
        stretch = self._stretches.get(clock)
        if stretch is None or not stretch.begins <= moment < stretch.ends:
            if len(self._stretches) >= ZONES:
                self._stretches.clear()
            stretch = self._stretches[clock] = self._stretch(moment, zone)
        if not self._of_visitor:
            self._latest = stretch
        return stretch

    def _stretch(self, moment: datetime, zone: str | None) -> Stretch:
        """No longer than a day: where a watch knows of no flip, it says so for its day."""
        in_force = self._untimed
        flips: dict[datetime, int] = {}
        for watch, rules in self._common:
            holds, flip = watch.at(moment, zone)
            in_force |= rules if holds else 0
            if flip is not None:
                flips[flip] = flips.get(flip, 0) | rules
        ends = min([day_end(moment), *flips])
        return Stretch(moment, ends, in_force, tuple(sorted(flips.items())))

    def in_force(self, moment: datetime, zone: str | None) -> int:
        """The rules in force, those that are so at any time among them."""
        found = self.at(moment, zone).in_force
        odd = [position for position, watch in self._odd.items() if watch.at(moment, zone)[0]]
        return found | set_of(odd, self._count) if odd else found

    def settle(self, candidates: int, moment: datetime, zone: str | None) -> Settled:
        """Which of the rules that a visitor meets but for the clock are first, and the next flip that counts."""
        length = candidates.bit_length()
        if not self.marks[length]:
            return length, length, None
        stretch = self._latest
        if not stretch.begins <= moment < stretch.ends:
            stretch = self.at(moment, zone)
        always = (candidates & self._untimed).bit_length()
        timed = candidates >> always
        first = always + (timed & stretch.in_force >> always).bit_length()
        expires = None
        for flip, rules in stretch.flips:
            if timed & rules >> always:
                expires = flip
                break
        settled = first, always, expires
        return self._odd_too(candidates, moment, zone, settled) if self._odd else settled

    def _odd_too(self, candidates: int, moment: datetime, zone: str | None, settled: Settled) -> Settled:
        """What was settled without the odd ones, and with them: they are asked one by one."""
        first, always, expires = settled
        odd = (candidates & self._odd_ones) >> always << always
        while odd:
            length = odd.bit_length()
            odd ^= 1 << (length - 1)
            holds, flip = self._odd[self._count - length].at(moment, zone)
            if holds:
                first = max(first, length)
            if flip is not None and (expires is None or flip < expires):
                expires = flip
        return first, always, expires
