"""Compiling: the rules of a table sorted by what the item and the country settle, and each as a row of tests once it is read.

Long tables ask the same of the item and of the country again and again. Rules that do so are one group, which is asked once;
of the groups that do not hold in a visitor's country no rule is compiled, let alone asked.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from itertools import chain
from typing import Any, NamedTuple

from locales.preference import Drawn, Word
from rules.cells import Cell, TagCell
from rules.inputs import STATIC_INPUTS, TIME_INPUTS
from rules.schedules import Watch, timing_of
from rules.splits import draw
from rules.tables import ALWAYS, Rule, Split, Table

PLACE_INPUTS = ("country", "region")
_PLACES = frozenset(PLACE_INPUTS)

#: Inputs whose cells part the rules of a table into groups.
_GATES = STATIC_INPUTS | {"country"}

#: Rules of a group beyond which its rows are made at load, so that nobody's first request waits for them.
PROMPT = 1000

#: One cell, compiled: the position of its value in what `Plan.values_of` gives, a predicate, and what it must answer.
Test = tuple[int, Callable[[Any], bool], bool]


class Row(NamedTuple):
    """A rule, compiled: cells to test, the watch of its time (None: always in force), what it says.

    `tests` are those that neither the item nor the country nor the clock settles. `words` are those of its table by the rule's
    id: of most rules nobody ever asks what they say.
    """

    tests: tuple[Test, ...]
    watch: Watch | None
    rule: Rule
    words: dict[str, Word]

    @property
    def word(self) -> Word:
        """What the rule says."""
        try:
            return self.words[self.rule.id]
        except KeyError:
            return self.words.setdefault(self.rule.id, word_of_rule(self.rule))

    def word_for(self, unit: str) -> Word:
        """What the rule says to a unit. A word for each arm is kept as that of a rule is."""
        split = self.rule.split
        if split is None:
            return self.word
        drawn = draw(split, unit)
        key = f"{self.rule.id}:{drawn.arm}({drawn.fallback})"
        return self.words.get(key) or self.words.setdefault(key, word_of_rule(self.rule, drawn))

    @property
    def is_permanent(self) -> bool:
        """Whether it matches, where its group holds, every visitor at any time, so that no row below it is ever reached."""
        return not self.tests and self.watch is None


Rows = tuple[Row, ...]


class Group:
    """Rules of one table that ask the same of the item and the same of the country.

    `positions` are theirs in the table, in order. `cells` are their different cells on other inputs than the item's, by input,
    each with the position at which it first stands; `said` has the same of the languages that they say, `splits` of experiments.
    `timed` and `always` are the first positions of a rule that reads the clock, and of one that matches everybody at any time.
    """

    __slots__ = ("always", "cells", "country", "item", "positions", "said", "splits", "timed")

    def __init__(self, gates: Iterable[Cell]) -> None:
        asking = [cell for cell in gates if _asks(cell)]
        self.item = tuple(cell for cell in asking if cell.input in STATIC_INPUTS)
        self.country = tuple(cell for cell in asking if cell.input not in STATIC_INPUTS)
        self.positions: list[int] = []
        self.cells: dict[str, list[tuple[int, Cell]]] = {}
        self.said: dict[str, int] = {}
        self.splits: dict[str, tuple[int, Split]] = {}
        self.timed: int | None = None
        self.always: int | None = None

    def admits(self, static: Mapping[str, str]) -> bool:
        """Whether the cells on item, kind and channel hold."""
        return all(cell.holds(static[cell.input]) for cell in self.item)

    def holds_in(self, country: str | None) -> bool:
        """Whether the cells on the country hold."""
        return all(cell.holds(country) for cell in self.country)

    def summarise(self, rules: Sequence[Rule]) -> None:
        """Fills in what is known of the rules beside their positions. Equal cells of a table mostly are one object."""
        known = set(map(id, self.item))
        for position in self.positions:
            rule = rules[position]
            for cell in rule.cells:
                if id(cell) not in known:
                    known.add(id(cell))
                    if _asks(cell):
                        self.cells.setdefault(cell.input, []).append((position, cell))
            if self.timed is None and _is_timed(rule):
                self.timed = position
            if self.always is None and not self.country and _always_holds(rule):
                self.always = position
            if rule.split is not None:
                self.splits.setdefault(rule.split.experiment, (position, rule.split))
            for outcome in rule.outcomes:
                if outcome.language is not None:
                    self.said.setdefault(outcome.language, position)


def _asks(cell: Cell) -> bool:
    return bool(cell.positives or cell.negatives)


def _is_timed(rule: Rule) -> bool:
    return rule.active != ALWAYS or any(cell.input in TIME_INPUTS and _asks(cell) for cell in rule.cells)


def _always_holds(rule: Rule) -> bool:
    """Whether the item alone decides it."""
    return not _is_timed(rule) and all(cell.input in STATIC_INPUTS or not _asks(cell) for cell in rule.cells)


class CompiledTable:
    """A table whose rules are in groups. Rows are made when they are first read, and kept."""

    __slots__ = ("_rows", "_slots", "_tests", "_words", "_zone", "groups", "of_visitor", "rules")

    def __init__(self, table: Table, zone: tzinfo) -> None:
        self.rules = table.rules
        self.of_visitor = table.zone == "visitor"
        self._zone = zone
        self._slots: tuple[str, ...] = ()
        self._rows: dict[int, Row] = {}
        self._tests: dict[int, Test] = {}
        self._words: dict[str, Word] = {}
        self.groups = _grouped(table.rules)

    @property
    def inputs(self) -> frozenset[str]:
        """The inputs that its cells read, those of the item aside."""
        return frozenset(name for group in self.groups for name in group.cells)

    def take(self, slots: tuple[str, ...]) -> None:
        """The names of the values that tests will be given, in order."""
        self._slots = slots

    def row(self, position: int) -> Row:
        """The rule at that position, compiled, without the tests that its group answers."""
        try:
            return self._rows[position]
        except KeyError:
            row = self._row(self.rules[position])
            return self._rows.setdefault(position, row)

    def _row(self, rule: Rule) -> Row:
        tests: list[Test] = []
        times: list[Cell] = []
        for cell in rule.cells:
            if cell.input in TIME_INPUTS:
                times.append(cell)
            elif cell.input not in _GATES and _asks(cell):
                tests.append(self._test(cell))
        is_timed = bool(times) or rule.active != ALWAYS
        watch = Watch(timing_of(times, rule.active), self._zone, self.of_visitor) if is_timed else None
        return Row(tuple(tests), watch, rule, self._words)

    def _test(self, cell: Cell) -> Test:
        """The test of a cell; the same for all rules that share it."""
        try:
            return self._tests[id(cell)]  # a cell lives as long as the table, so nothing else gets its id
        except KeyError:
            return self._tests.setdefault(id(cell), (self._slots.index(cell.input), *_predicate(cell)))


def _grouped(rules: Sequence[Rule]) -> tuple[Group, ...]:
    groups: dict[tuple[int, ...], Group] = {}
    for position, rule in enumerate(rules):
        key = tuple([id(cell) for cell in rule.cells if cell.input in _GATES])
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group([cell for cell in rule.cells if cell.input in _GATES])
        group.positions.append(position)
    for group in groups.values():
        group.summarise(rules)
    return tuple(groups.values())


def _predicate(cell: Cell) -> tuple[Callable[[Any], bool], bool]:
    """A cell of plain values is one question to one set; the others, whose `holds` is their own, are asked themselves.

    What covers a language is remembered: visitors have few lists of languages, and many queries.
    """
    if isinstance(cell, TagCell):
        return functools.lru_cache(maxsize=256)(cell.holds), True
    if type(cell) is not Cell:
        return cell.holds, True
    if cell.positives:
        return (cell.positives - cell.negatives).__contains__, True
    return cell.negatives.__contains__, False


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

    __slots__ = ("_everywhere", "groups", "last", "table")

    def __init__(self, table: CompiledTable, groups: Sequence[Group]) -> None:
        always = [group.always for group in groups if group.always is not None and not group.country]
        self.last = min(always, default=len(table.rules))
        self.table = table
        self.groups = tuple(group for group in groups if group.positions[0] <= self.last)
        self._everywhere: Rows | None = None
        for group in self.groups:
            if not group.country or len(group.positions) > PROMPT:
                for position in self._reached(group.positions):
                    table.row(position)

    def rows_in(self, country: str | None) -> Rows:
        """The rows that the country does not rule out. Where none reads it, all countries share them."""
        if not any(group.country for group in self.groups):
            if self._everywhere is None:
                self._everywhere = self._rows(self.groups)
            return self._everywhere
        return self._rows([group for group in self.groups if group.holds_in(country)])

    def _rows(self, groups: Sequence[Group]) -> Rows:
        kept: list[Row] = []
        for position in self._reached(sorted(chain.from_iterable([group.positions for group in groups]))):
            row = self.table.row(position)
            kept.append(row)
            if row.is_permanent:
                break
        return tuple(kept)

    def _reached(self, positions: Iterable[int]) -> Iterator[int]:
        for position in positions:
            if position > self.last:
                return
            yield position

    def cells_on(self, name: str) -> list[Cell]:
        """The cells on an input, in the order in which they first stand; the same cell may come again."""
        found = [entry for group in self.groups for entry in group.cells.get(name, ()) if entry[0] <= self.last]
        found.sort(key=_first)
        return [cell for _, cell in found]

    @property
    def inputs(self) -> Iterator[str]:
        """The inputs that its cells read."""
        for group in self.groups:
            yield from (name for name, cells in group.cells.items() if cells[0][0] <= self.last)

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


def _first(entry: tuple[int, Cell]) -> int:
    return entry[0]
