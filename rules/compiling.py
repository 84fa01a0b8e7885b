"""Compiling: the rules of a table sorted by what they ask of the item, and the indexes in which they are searched.

Long tables ask the same of the item again and again. Rules that do so are one group, which is asked once.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from itertools import chain

from locales.preference import Drawn, Word
from rules.cells import Cell
from rules.indexes import CellsByInput, Index, Search, cells_by_input
from rules.inputs import STATIC_INPUTS, TIME_INPUTS
from rules.splits import draw
from rules.tables import ALWAYS, Rule, Split, Table
from rules.timetables import Watches

PLACE_INPUTS = ("country", "region")
_PLACES = frozenset(PLACE_INPUTS)

#: An item has an index of its own where it leaves one rule of a table in so many, or fewer.
FEW = 4

#: What an index costs beside its rules, as a number of rules.
INDEX_COST = 64


class Group:
    """Rules of one table that ask the same of the item.

    `positions` are theirs in the table, in order. `cells` are their different cells on other inputs than the item's, by input,
    and `firsts` the position at which each first stands; `said` has the same of the languages that they say, `splits` of their
    experiments. `timed` and `always` are the first positions of a rule that reads the clock, and of one that matches everybody at
    any time.
    """

    __slots__ = ("always", "cells", "firsts", "item", "positions", "said", "splits", "timed")

    def __init__(self, gates: Iterable[Cell]) -> None:
        self.item = tuple(gates)
        self.positions = array("I")
        self.cells: dict[str, tuple[Cell, ...]] = {}
        self.firsts: dict[str, array[int]] = {}
        self.said: dict[str, int] = {}
        self.splits: dict[str, tuple[int, Split]] = {}
        self.timed: int | None = None
        self.always: int | None = None

    def admits(self, static: Mapping[str, str]) -> bool:
        """Whether the cells on item, kind and channel hold."""
        return all(cell.holds(static[cell.input]) for cell in self.item)

    def take(self, position: int, rule: Rule, asks: bool) -> None:
        """Takes the next rule. `asks`: whether it has cells on other inputs than the item's."""
        self.positions.append(position)
        if rule.active is not ALWAYS and rule.active != ALWAYS:
            self._note_timed(position)
        elif not asks and self.always is None:
            self.always = position
        if rule.split is not None:
            self.splits.setdefault(rule.split.experiment, (position, rule.split))
        for outcome in (rule.outcome,) if rule.split is None else rule.outcomes:
            if outcome.language is not None:
                self.said.setdefault(outcome.language, position)

    def ask(self, name: str, asked: Sequence[tuple[int, Cell]]) -> None:
        """Takes the cells on an input, each behind the position of its first rule in the group, in order."""
        self.firsts[name] = array("I", [first for first, _ in asked])
        self.cells[name] = tuple([cell for _, cell in asked])
        if name in TIME_INPUTS:
            self._note_timed(asked[0][0])

    def _note_timed(self, position: int) -> None:
        self.timed = position if self.timed is None else min(self.timed, position)


class CompiledTable:
    """A table with its rules in groups, and the index of them all.

    Items of which few rules are left have an index of these alone, as long as all of these together are no larger than the whole.
    """

    __slots__ = ("_spent", "_watches", "_zone", "groups", "index", "of_visitor", "rules")

    def __init__(self, table: Table, zone: tzinfo) -> None:
        self.rules = table.rules
        self.of_visitor = table.zone == "visitor"
        asked = cells_by_input(table.rules)
        self.groups = _grouped(table.rules, asked)
        self._zone = zone
        self._watches: Watches = {}
        self.index = self._indexed(table.rules, asked)
        self._spent = 0

    def index_of(self, positions: Sequence[int]) -> Index:
        """An index in which the rules at these positions are: of them alone, or of the whole table."""
        cost = len(positions) + INDEX_COST
        if len(positions) * FEW > len(self.rules) or self._spent + cost > len(self.rules):
            return self.index
        self._spent += cost
        rules = tuple([self.rules[position] for position in positions])
        return self._indexed(rules, cells_by_input(rules))

    def _indexed(self, rules: tuple[Rule, ...], asked: CellsByInput) -> Index:
        return Index(rules, asked, self._zone, self.of_visitor, self._watches)


#: Cells by identity, each behind the position of its first rule.
_Firsts = Mapping[int, tuple[int, Cell]]


def _grouped(rules: Sequence[Rule], asked: CellsByInput) -> tuple[Group, ...]:
    """The groups in the order of their first rules."""
    gates = {key: cell for name in asked.keys() & STATIC_INPUTS for key, (cell, _) in asked[name].items()}
    others = frozenset().union(*[asked[name] for name in asked.keys() - STATIC_INPUTS])
    groups: dict[tuple[int, ...], Group] = {}
    group_of: list[Group] = []
    for position, rule in enumerate(rules):
        key = tuple([one for one in map(id, rule.cells) if one in gates]) if gates else ()
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group([gates[one] for one in key])
        group.take(position, rule, not others.isdisjoint(map(id, rule.cells)))
        group_of.append(group)
    for name in asked.keys() - STATIC_INPUTS:
        for group, firsts in _by_group(asked[name], group_of, len(groups)).items():
            group.ask(name, sorted(firsts.values(), key=_first))
    return tuple(groups.values())


def _by_group(
    cells: Mapping[int, tuple[Cell, list[int]]], group_of: Sequence[Group], count: int
) -> Mapping[Group, _Firsts]:
    """The cells on an input by group, with the position of the first rule of the group; `count` are all groups."""
    if count == 1:
        return {group_of[0]: {key: (positions[0], cell) for key, (cell, positions) in cells.items()}}
    found: defaultdict[Group, dict[int, tuple[int, Cell]]] = defaultdict(dict)
    for key, (cell, positions) in cells.items():
        backwards = positions[::-1]
        for group, first in dict(zip(map(group_of.__getitem__, backwards), backwards, strict=True)).items():
            found[group][key] = first, cell
    return found


def word_of_rule(rule: Rule, drawn: Drawn | None = None) -> Word:
    """What a rule says; of a split, what it says to somebody in that arm, or without a unit."""
    said = rule.outcome
    if rule.split is not None:
        drawn = drawn or draw(rule.split, None)
        said = rule.split.says(drawn.arm)
    return Word(
        "rules",
        rule.name,
        variant=said.variant,
        language=said.language,
        mode=said.mode,
        tags=said.tags,
        why=rule.why,
        reads_place=not _PLACES.isdisjoint([cell.input for cell in rule.cells]),
        drawn=drawn,
    )


class Part:
    """What an item leaves of a table: the groups that admit it, down to the rule that always matches it, `last`."""

    __slots__ = ("groups", "last", "table")

    def __init__(self, table: CompiledTable, groups: Sequence[Group]) -> None:
        self.last = min((group.always for group in groups if group.always is not None), default=len(table.rules))
        self.table = table
        self.groups = tuple(group for group in groups if group.positions[0] <= self.last)

    def search(self, slots: Sequence[str], static: Mapping[str, str]) -> Search:
        """How its rules are searched, given the names of a visitor's values. `static` are those of the item."""
        read, last = frozenset(self.inputs) - TIME_INPUTS, self.last
        positions = sorted(chain.from_iterable([group.positions for group in self.groups]))
        del positions[bisect_right(positions, last) :]
        index = self.table.index_of(positions)
        if index is not self.table.index:
            return Search(index, read, slots, index.all, bisect_left(positions, last))
        return Search(index, read, slots, index.admitted(static), last)

    def cells_on(self, name: str) -> list[Cell]:
        """The cells on an input, in the order in which they first stand; the same cell may come again."""
        found: list[tuple[int, Cell]] = []
        for group in self.groups:
            firsts = group.firsts.get(name, ())
            found += zip(firsts[: bisect_right(firsts, self.last)], group.cells.get(name, ()), strict=False)
        found.sort(key=_first)
        return [cell for _, cell in found]

    @property
    def inputs(self) -> Iterator[str]:
        """The inputs that its cells read."""
        for group in self.groups:
            yield from (name for name, firsts in group.firsts.items() if firsts[0] <= self.last)

    @property
    def said(self) -> Iterator[str]:
        """The languages that its rules say."""
        for group in self.groups:
            yield from (tag for tag, position in group.said.items() if position <= self.last)

    @property
    def splits(self) -> Iterator[Split]:
        """The splits of its rules; one of each experiment in a group."""
        for group in self.groups:
            yield from (split for position, split in group.splits.values() if position <= self.last)

    @property
    def reads_time(self) -> bool:
        """Whether a schedule or a time cell counts."""
        return any(group.timed is not None and group.timed <= self.last for group in self.groups)


def _first(entry: tuple[int, *tuple[object, ...]]) -> int:
    return entry[0]
