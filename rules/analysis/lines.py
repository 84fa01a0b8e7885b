"""Lines: which rules of a long table hold for a visitor, and which may hold together with a rule; the first is the lowest bit.

A line is one input. It keeps the positions of the rules that want a value and of those that refuse it, and makes sets of them
when they are asked for: a set has an eighth of a byte for each rule, so that one for each of 100,000 values would have more than
a gigabyte. Of values of which many rules speak the set is kept, since it is shorter than the positions. What is made besides is
remembered in a room of so many bytes.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import and_, or_

from locales.tags import WITHIN, covers, language_of, maximise
from rules.analysis.spans import Days, schedules_of, set_of
from rules.analysis.world import Visitor
from rules.book import static_values
from rules.cells import Cell, DateCell
from rules.context import Subject
from rules.inputs import INPUTS, daypart_of
from rules.schedules import CLOCK, local_time
from rules.tables import ALWAYS, Rule
from rules.term_index import RunIndex

#: Bytes for sets that a line remembers, in each of two memories, and sets for which there is always room.
ROOM = 1_500_000

LEAST = 16

#: Bytes of a position in a tuple, and beside the bits of a set.
POSITION = 40
OVERHEAD = 64

#: Values of a cell of which the rules are looked up one by one to see who shares one; with more, all may.
LOOKED_UP = 64

#: The rules that speak of a value: as a set, or where they are few by their positions.
Spoken = int | tuple[int, ...]

#: A cell, and the positions of the rules that have it.
Having = tuple[Cell, Sequence[int]]


class Line:
    """One input with single values, or sets of them, dates aside. `spread` is how many rules a value leaves on average."""

    __slots__ = (
        "_count",
        "_free",
        "_known",
        "_reader",
        "_refusing",
        "_room",
        "_several",
        "_shares",
        "_wanting",
        "name",
        "spread",
    )

    def __init__(self, name: str, cells: Iterable[Having], count: int) -> None:
        self.name = name
        self._count = count
        wanting: dict[object, list[int]] = {}
        refusing: dict[object, list[int]] = {}
        choosy: list[int] = []
        self._several: dict[int, int] = {}
        for cell, positions in cells:
            for value in cell.positives:
                wanting.setdefault(value, []).extend(positions)
            for value in cell.negatives:
                refusing.setdefault(value, []).extend(positions)
            if cell.positives:
                choosy += positions
            if len(cell.positives) > 1:
                self._several.update(dict.fromkeys(positions, len(cell.positives)))
        self._free = (1 << count) - 1 ^ set_of(choosy, count)
        self.spread = count - len(choosy) + sum(map(len, wanting.values())) // (len(wanting) or 1)
        self._wanting = {value: self._spoken(positions) for value, positions in wanting.items()}
        self._refusing = {value: self._spoken(positions) for value, positions in refusing.items()}
        self._reader = _Reader(name, frozenset((*wanting, *refusing)))
        self._known: dict[object, int] = {}
        self._shares: dict[tuple[str, ...], int] = {}
        self._room = max(LEAST, ROOM // (count // 7 + OVERHEAD))

    def _spoken(self, positions: Sequence[int]) -> Spoken:
        few = len(positions) * POSITION < self._count // 7 + OVERHEAD
        return tuple(positions) if few else set_of(positions, self._count)

    def _set(self, spoken: Spoken) -> int:
        if isinstance(spoken, int):
            return spoken
        if len(spoken) < 4:
            return reduce(or_, [1 << position for position in spoken], 0)
        return set_of(spoken, self._count)

    def holding(self, value: object) -> int:
        """The rules whose cell holds for the visitor's value."""
        known = self._known.get(value)
        if known is None:
            if len(self._known) >= self._room:
                self._known.clear()
            known = self._known[value] = self._made(self._reader.met(value))
        return known

    def _made(self, satisfied: Iterable[object]) -> int:
        found, refused = self._free, 0
        for value in satisfied:
            if value in self._wanting:
                found |= self._set(self._wanting[value])
            if value in self._refusing:
                refused |= self._set(self._refusing[value])
        return found & ~refused if refused else found

    def sharing(self, cell: Cell) -> int:
        """The rules that may have a value in common with this cell; surely all that have."""
        row = INPUTS[self.name]
        if row.many:
            return -1
        known = self._shares.get(cell.text)
        if known is None:
            if len(self._shares) >= self._room:
                self._shares.clear()
            known = self._shares[cell.text] = self._shared_tags(cell) if row.kind == "tag" else self._shared(cell)
        return known

    def _shared(self, cell: Cell) -> int:
        values = cell.positives - cell.negatives
        if not cell.positives:
            return ~self._only(cell.negatives)
        if len(values) > LOOKED_UP:
            return -1
        return reduce(or_, [self._made((value,)) for value in values], 0)

    def _only(self, values: Iterable[object]) -> int:
        """The rules that want nothing but some of these values."""
        counts: dict[int, int] = {}
        for value in values:
            spoken = self._wanting.get(value, ())
            if isinstance(spoken, int):
                continue  # of many rules: they are not counted, and so may share
            for position in spoken:
                counts[position] = counts.get(position, 0) + 1
        return set_of([at for at, found in counts.items() if found == self._several.get(at, 1)], self._count)

    def _shared_tags(self, cell: Cell) -> int:
        wide = [value for value in cell.positives if isinstance(value, str)]
        if not wide or None in cell.positives:
            return -1
        near = [tag for tag in self._wanting if isinstance(tag, str) and any(_meet(tag, one) for one in wide)]
        return reduce(or_, [self._set(self._wanting[tag]) for tag in near], self._free)


def _meet(one: str, other: str) -> bool:
    return covers(one, other) or covers(other, one)


class _Reader:
    """From a visitor's value to the values, of those that cells name, that it satisfies. A blank one satisfies None."""

    __slots__ = ("_by_language", "_kind", "_many", "_named", "_runs")

    def __init__(self, name: str, named: frozenset[object]) -> None:
        row = INPUTS[name]
        self._kind = row.kind
        self._many = row.many
        self._named = named
        texts = sorted(value for value in named if isinstance(value, str))
        self._runs = RunIndex(texts if row.kind == "words" else ())
        self._by_language: dict[str, list[str]] = {}
        for tag in texts if row.kind == "tag" else ():
            self._by_language.setdefault(language_of(tag), []).append(tag)

    def met(self, value: object) -> Iterable[object]:
        """The named values that it satisfies."""
        if value is None or value == ():
            return (None,)
        members = value if isinstance(value, tuple) else (value,)
        if self._kind == "words":
            return self._runs.within(members)
        if self._kind == "tag":
            return dict.fromkeys(tag for member in members for tag in self._covering(member))
        if self._kind == "text":
            members = tuple([member.casefold() for member in members])
        return [member for member in members if member in self._named]

    def _covering(self, tag: str) -> Iterable[str]:
        likely = maximise(tag)[0]
        near = dict.fromkeys((language_of(tag), likely, WITHIN.get(likely, "")))
        return [one for language in near for one in self._by_language.get(language, ()) if covers(one, tag)]


class Lines:
    """A table as lines. Days and schedules are lines of their own (`rules.analysis.spans`)."""

    __slots__ = ("_count", "_days", "_derived", "_lines", "_rules", "_schedules")

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._count = count = len(rules)
        asked: dict[str, dict[int, tuple[Cell, list[int]]]] = {}
        derived: dict[str, dict[int, tuple[Cell, list[int]]]] = {}
        dates: dict[int, DateCell] = {}
        plain: dict[int, Cell | None] = {}
        for position, rule in enumerate(rules):
            for cell in rule.cells:
                if isinstance(cell, DateCell):
                    dates[position] = cell
                    continue
                asked.setdefault(cell.input, {}).setdefault(id(cell), (cell, []))[1].append(position)
                if id(cell) not in plain:
                    plain[id(cell)] = implied(cell)
                follows = plain[id(cell)]
                if follows is not None:
                    derived.setdefault(follows.input, {}).setdefault(id(cell), (follows, []))[1].append(position)
        lines = [Line(name, cells.values(), count) for name, cells in asked.items()]
        self._lines = sorted(lines, key=lambda line: line.spread)
        self._derived = [Line(name, cells.values(), count) for name, cells in derived.items()]
        self._days = Days(dates, count) if dates else None
        active = {position: rule.active for position, rule in enumerate(rules) if rule.active != ALWAYS}
        self._schedules = schedules_of(active, count) if active else None

    def reads(self, name: str) -> bool:
        """Whether any rule asks for an input."""
        return any(line.name == name for line in self._lines)

    @property
    def steps(self) -> int:
        """What it costs to ask for one visitor, in steps of a budget."""
        return 1 + len(self._lines) * self._count // 250_000

    def about(self, subject: Subject) -> int:
        """The rules that are for an item."""
        static = static_values(subject)
        masks = [line.holding(static[line.name]) for line in self._lines if line.name in static]
        return reduce(and_, masks, (1 << self._count) - 1)

    def holding(self, visitor: Visitor, subject: Subject, moment: datetime.datetime, zone: datetime.tzinfo) -> int:
        """The rules that hold for a visitor; at that moment, unless they name one."""
        static = static_values(subject)
        at = visitor.moment or moment
        local = local_time(at, zone)
        found = (1 << self._count) - 1
        for line in self._lines:
            name = line.name
            if name in static:
                found &= line.holding(static[name])
            elif name in CLOCK:
                found &= line.holding(CLOCK[name](local))
            else:
                found &= line.holding(visitor.value(name))
            if not found:
                return 0
        if self._days is not None:
            found &= self._days.holding(local.date())
        return found if self._schedules is None else found & self._schedules.holding(at)

    def meeting(self, rule: Rule) -> int:
        """The rules that may hold together with one; surely all that do."""
        found = (1 << self._count) - 1
        cells = {cell.input: cell for cell in rule.cells}
        follow = {one.input: one for one in map(implied, rule.cells) if one is not None}
        for line in (*self._lines, *self._derived):
            for cell in (cells.get(line.name), follow.get(line.name)):
                if cell is not None:
                    found &= line.sharing(cell)
        date = cells.get("date")
        if self._days is not None and isinstance(date, DateCell):
            found &= self._days.meeting(date)
        if self._schedules is not None:
            found &= self._schedules.meeting(rule.active.begins, rule.active.ends)
        return found


def implied(cell: Cell) -> Cell | None:
    """What a cell asks of another input that depends on its own: a region of its country, a part of the day of the hour."""
    if cell.input == "daypart":
        hours = frozenset(hour for hour in range(24) if cell.holds(daypart_of(hour)))
        return Cell("hour", cell.text, hours, frozenset({None}))
    if cell.input == "region" and cell.positives and None not in cell.positives:
        countries = frozenset(str(region).partition("-")[0] for region in cell.positives)
        return Cell("country", cell.text, countries, frozenset({None}))
    return None


def bits_of(mask: int) -> Iterator[int]:
    """The positions of the rules in a set, the first rule first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
