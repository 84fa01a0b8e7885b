"""What the clock and the schedules leave of the rules of an index: the same for everybody for an hour, and kept for some hours.

`rules.timetables` knows of each rule whether its schedule and its time cells hold together. An explanation must know of both
apart, since only a rule whose schedule holds can be missed by a single cell, and that cell may be one of time.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, tzinfo

from msgspec import Struct

from rules.bitsets import Column
from rules.indexes import Index
from rules.schedules import CLOCK, clock_zone, local_time
from rules.tables import ALWAYS

#: Hours that are kept for an index.
HOURS = 24

#: What an input that nobody asks about leaves: all rules.
ALL = -1


class Hour(Struct, frozen=True, eq=False):
    """An hour of the local clock under some schedules. `in_force`: the rules whose schedule holds.

    Of these, `none` are the rules that no time cell fails, `most` those that one fails at the most. `lefts` are the rules that
    each input of the clock leaves, whatever their schedule, and `values` is what it reads, both in the order of `CLOCK`.
    """

    in_force: int
    none: int
    most: int
    lefts: list[int]
    values: tuple[object, ...]


class Hours:
    """The hours of an index. `site` is the zone that counts where the visitor's does not."""

    __slots__ = ("_columns", "_flips", "_index", "_kept", "_of_visitor", "_site")

    def __init__(self, index: Index, of_visitor: bool, site: tzinfo) -> None:
        self._index = index
        self._of_visitor = of_visitor
        self._site = site
        self._columns: tuple[Column | None, ...] | None = None
        self._flips: list[datetime] = []
        self._kept: dict[object, Hour] = {}

    def at(self, moment: datetime, zone: str | None) -> Hour:
        """The hour of a moment for a visitor whose zone has that name."""
        if self._columns is None:
            self._wind()
        stretch = bisect_right(self._flips, moment)
        if not self._columns:
            return self._kept.get(stretch) or self._keep(stretch, moment, None)
        local = local_time(moment, clock_zone(True, zone, self._site) if self._of_visitor else self._site)
        key = stretch, local.toordinal(), local.hour
        return self._kept.get(key) or self._keep(key, moment, local)

    def _wind(self) -> None:
        """Finds the columns of time, and the moments at which a schedule begins or ends: between two, all stay as they are."""
        clock = self._index.clock()
        self._columns = tuple([clock.get(name) for name in CLOCK]) if clock else ()
        actives = {rule.active for rule in self._index.rules if rule.active is not ALWAYS}
        flips = {flip for active in actives for flip in (active.begins, active.ends) if flip is not None}
        self._flips = sorted(flips)

    def _keep(self, key: object, moment: datetime, local: datetime | None) -> Hour:
        """Works the hour out and keeps it. `local`: what the clock shows, None where no cell asks."""
        none = most = in_force = self._index.scheduled(moment)
        values = () if local is None else tuple([read(local) for read in CLOCK.values()])
        lefts = [ALL if at is None else at.leaves(seen) for at, seen in zip(self._columns or (), values, strict=True)]
        for left in lefts:
            most = most & left | none
            none &= left
        if len(self._kept) >= HOURS:
            self._kept.clear()
        return self._kept.setdefault(key, Hour(in_force, none, most, lefts, values))
