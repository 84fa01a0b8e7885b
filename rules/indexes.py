"""The index of some rules of one table, and the search that finds the first which a visitor meets.

For each input that the rules ask about, the visitor's value leaves a set of them (`rules.bitsets`). The sets are AND-ed, those
that leave few first, until none can be left but the rule that always holds; the highest bit of what remains is the answer.

    country ES    1110 1111
    device tv     0111 0001     together 0110 0001: the second rule is the first that holds, whatever stands below it

What the clock asks is looked at last, and only for rules that hold besides (`rules.timetables`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from itertools import chain
from typing import Any

from rules.atoms import fold_of
from rules.bitsets import SETS, Column, Room, Speaking
from rules.cells import Cell
from rules.inputs import INPUTS, STATIC_INPUTS, TIME_INPUTS
from rules.tables import ALWAYS, Rule
from rules.timetables import Timetable, Watches

#: Inputs of which a rule may ask and still be certain in a country.
_CERTAIN = STATIC_INPUTS | {"country"}


#: For each input its cells, by identity, each with the positions of the rules that have it.
CellsByInput = Mapping[str, Mapping[int, tuple[Cell, list[int]]]]


class Index:
    """Some rules of a table, in order, by the sets that values leave. `all` is the set of them all.

    `columns` are by input, those of time aside; `timetable` is None where no rule reads the clock.
    """

    __slots__ = ("_schedules", "_zone", "all", "columns", "rules", "timetable")

    def __init__(
        self, rules: tuple[Rule, ...], asked: CellsByInput, zone: tzinfo, of_visitor: bool, watches: Watches
    ) -> None:
        """`asked` are the cells of these rules; `watches` those of their table."""
        self.rules = rules
        self._zone = zone
        self.all = (1 << len(self.rules)) - 1
        self._schedules: Timetable | None = None
        self.columns = _columns({name: asked[name] for name in asked if name not in TIME_INPUTS}, len(self.rules))
        timed = not TIME_INPUTS.isdisjoint(asked) or any(rule.active != ALWAYS for rule in self.rules)
        self.timetable = Timetable(self.rules, zone, of_visitor, watches=watches) if timed else None

    def clock(self) -> Mapping[str, Column]:
        """The columns of time. They are made for whoever explains, who keeps them."""
        return _columns(cells_by_input(self.rules, TIME_INPUTS) if self.timetable else {}, len(self.rules))

    def scheduled(self, moment: datetime) -> int:
        """The rules whose schedule holds, whatever their cells ask of the clock."""
        if self.timetable is None:
            return self.all
        if self._schedules is None:
            self._schedules = Timetable(self.rules, self._zone, cells=False)
        return self._schedules.in_force(moment, None)

    def admitted(self, values: Mapping[str, str]) -> int:
        """The rules whose cells on the item, its kind and its channel hold, as far as these are given."""
        found = self.all
        for name in values.keys() & self.columns.keys():
            found &= self.columns[name].leaves(values[name])
        return found


def cells_by_input(rules: Iterable[Rule], names: Collection[str] = INPUTS) -> CellsByInput:
    """The cells that ask for anything, those on these inputs. Equal cells of a table mostly are one object."""
    found: dict[str, dict[int, tuple[Cell, list[int]]]] = {}
    for position, rule in enumerate(rules):
        for cell in rule.cells:
            of_input = found.get(cell.input)
            if of_input is None:
                if cell.input not in names:
                    continue
                of_input = found[cell.input] = {}
            known = of_input.get(id(cell))
            if known is None:
                of_input[id(cell)] = (cell, [position])
            else:
                known[1].append(position)
    asking = {name: {key: one for key, one in cells.items() if one[0].asks} for name, cells in found.items()}
    return {name: cells for name, cells in asking.items() if cells}


def _columns(asked: CellsByInput, count: int) -> dict[str, Column]:
    """A column for each input. Sets are made at the start for the atoms of which most rules speak."""
    speaking = {name: Speaking(cells.values()) for name, cells in asked.items()}
    counts = sorted(chain.from_iterable([one.counts() for one in speaking.values()]), reverse=True)
    few = counts[SETS] if len(counts) > SETS else 0
    room = Room(count)
    return {name: Column(name, one, count, few, room) for name, one in speaking.items()}


class Search:
    """How the rules of an index that an item leaves are searched. `slots` are the names of a visitor's values, in order.

    `admitted` is the set of the rules that the item leaves; `last` is the position of the first that always holds, in the index.
    """

    __slots__ = (
        "_admitted", "_broad", "_country", "_limit", "_lone", "_mixed", "_narrow", "_rules", "_start",
        "_timetable", "index", "read",
    )  # fmt: skip

    def __init__(self, index: Index, read: Collection[str], slots: Sequence[str], admitted: int, last: int) -> None:
        self.index = index
        self.read = frozenset(read) & index.columns.keys()
        self._rules = index.rules
        self._admitted = admitted
        self._limit = 1 << max(0, len(index.rules) - last)
        self._timetable = index.timetable
        self._country = index.columns.get("country")
        ordered = sorted(self.read, key=lambda name: (index.columns[name].spread, slots.index(name)))
        lone = [name for name in ordered if index.columns[name].members is None]
        self._lone = tuple([(slots.index(name), index.columns[name]) for name in lone])
        steps = [(slot, column.sets) for slot, column in self._lone]
        half = -(-len(steps) // 2)
        self._narrow, self._broad = tuple(steps[:half]), tuple(steps[half:])
        self._mixed = tuple(
            [
                (slots.index(name), fold_of(name), members, index.columns[name].free)
                for name in ordered
                if (members := index.columns[name].members) is not None
            ]
        )
        # All of them are the same as all bits there are, with which a set is AND-ed by a mere copy.
        self._start = -1 if steps and admitted == index.all else admitted

    def first(self, values: Sequence[Any], moment: datetime, zone: str | None) -> tuple[Rule | None, datetime | None]:
        """The first rule that holds for the values of the slots, and the next moment at which one that could be it flips."""
        found = self._start
        try:
            for slot, sets in self._narrow:
                found &= sets[values[slot]]
            if found >= self._limit:  # something above the rule that always holds is left
                for slot, sets in self._broad:
                    found &= sets[values[slot]]
        except KeyError:
            found = self._learning(values)
        if found >= self._limit:
            for slot, fold, members, free in self._mixed:
                left = 0
                for member in values[slot] if fold is None else map(fold, values[slot]):
                    if member in members:
                        left |= members[member]
                found &= left or free
        length = found.bit_length()
        timetable = self._timetable
        if timetable is None or not timetable.marks[length]:
            return (self._rules[-length] if length else None), None
        length, _, expires = timetable.settle(found, moment, zone)
        return (self._rules[-length] if length else None), expires

    def _learning(self, values: Sequence[object]) -> int:
        """The rules that are left by values of which some are new, inputs with several of them aside."""
        found = self._start
        for slot, column in self._lone:
            found &= column.leaves(values[slot])
        return found

    def first_in(self, country: str | None) -> Rule | None:
        """The first of the rules that the country leaves."""
        found = self._admitted if self._country is None else self._admitted & self._country.leaves(country)
        return self._rules[-found.bit_length()] if found else None


def is_certain(rule: Rule) -> bool:
    """Whether nothing but the item and the country decides about it."""
    return rule.active == ALWAYS and all(cell.input in _CERTAIN or not cell.asks for cell in rule.cells)
