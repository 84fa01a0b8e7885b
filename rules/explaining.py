"""Why these rules, at the speed of a decision: who won in each table, and which rules one cell kept from winning.

`rules.tracing` tells the whole story, rule by rule and cell by cell, and takes as long as the tables are. Here the sets of the
indexes answer: input by input, `none` are the rules that no cell has failed so far, and `one` those that exactly one has.

                     none  one
                     1111  0000
    device  1010     1010  0101
    country 0110     0010  1100      0101 & 0110, and 1000 anew

What the winners overrode in the layers below them is known from the selection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from itertools import chain

from msgspec import Struct

from rules.book import RuleBook, Won, static_values
from rules.cells import Cell
from rules.compiling import CompiledTable
from rules.context import Context, Subject
from rules.deciding import completed, languages_of, winners
from rules.indexes import Index
from rules.inputs import STATIC_INPUTS
from rules.schedules import CLOCK, clock_zone, local_time
from rules.tables import Rule
from rules.tracing import NEAR_MISSES, in_words


class NearMiss(Struct, frozen=True):
    """A rule in force that a single cell kept from matching, and the value that the cell saw."""

    rule: Rule
    cell: Cell
    value: object

    def __str__(self) -> str:
        asked = ", ".join(self.cell.text)
        return f"{self.rule.name} does not match: {self.cell.input} is {in_words(self.value)}, asked for {asked}."


class Explained(Struct, frozen=True):
    """Who won, the next moment at which a rule that could win flips, and near misses.

    These are in the order of their tables, those of other items, kinds and channels last; five at the most.
    """

    won: Won
    expires: datetime | None
    near_misses: tuple[NearMiss, ...]


def explain(context: Context, subject: Subject, book: RuleBook) -> Explained:
    """Which rules `decide` finds for the same three, and which it nearly found."""
    context = completed(context)
    heard = languages_of(context, subject, book)
    won, expires = winners(context, book.plan(subject), heard)
    known = {**static_values(subject), "language": heard.first, "languages": heard.accepted}
    near: list[NearMiss] = []
    tried: list[_Tried] = []
    for table in book.compiled:
        seen = _seen(table, context, known, book.policies.zone)
        one = _Tried(table.index, context, seen)
        tried.append(one)
        near += one.missed(one.others, one.of_item, NEAR_MISSES - len(near))
    for one in tried:
        near += one.missed(one.of_item, one.others, NEAR_MISSES - len(near))
    return Explained(won, expires, tuple(near))


#: For each of some inputs the visitor's value, and the rules that it leaves.
Left = dict[str, tuple[object, int]]

#: What an input that is not asked leaves: all rules.
_ANYBODY = (None, -1)


def _seen(table: CompiledTable, context: Context, known: Mapping[str, object], site: tzinfo) -> Mapping[str, object]:
    """What is known, and where a rule of the table reads the clock, what that says."""
    if table.index.timetable is None:
        return known
    local = local_time(context.moment, clock_zone(table.of_visitor, context.zone, site))
    return {**known, **{name: read(local) for name, read in CLOCK.items()}}


class _Tried:
    """One index, and what each of a visitor's values leaves of it: those of the item, and all others."""

    __slots__ = ("_in_force", "_rules", "of_item", "others")

    def __init__(self, index: Index, context: Context, known: Mapping[str, object]) -> None:
        self._rules = index.rules
        self._in_force = index.scheduled(context.moment)
        self.of_item: Left = {}
        self.others: Left = {}
        for name, column in chain(index.columns.items(), index.clock.items()):
            value = known[name] if name in known else getattr(context, name)
            (self.of_item if name in STATIC_INPUTS else self.others)[name] = value, column.leaves(value)

    def missed(self, asked: Left, held: Left, most: int) -> Iterator[NearMiss]:
        """So many rules that all of `held` leave, and all of `asked` but one."""
        if not asked or not most:
            return
        none, one = self._in_force, 0
        for _, left in held.values():
            none &= left
        for _, left in asked.values():
            still = none & left
            one = one & left | none ^ still
            none = still
        while one and most:
            length = one.bit_length()
            one ^= 1 << (length - 1)
            most -= 1
            yield _told(self._rules[-length], length - 1, asked)


def _told(rule: Rule, bit: int, asked: Left) -> NearMiss:
    """A rule and the one of its cells that failed: the rule's bit is missing from what the input leaves."""
    cells = iter(rule.cells)
    while True:  # one of them did
        cell = next(cells)
        value, left = asked.get(cell.input, _ANYBODY)
        if not left >> bit & 1:
            return NearMiss(rule, cell, value)
