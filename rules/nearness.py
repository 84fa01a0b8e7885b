"""How near the rules of a book come to a visitor, read from the sets of the indexes and not rule by rule.

Input by input, `none` are the rules that no cell has failed so far, and `most` those that one cell has failed at the most. What
is of `most` and not of `none` when all inputs have been asked are the near misses:

                     none  most
                     1111  1111
    device  1010     1010  1111
    country 0110     0010  1110      near misses: 1100

Few are wanted, and the first of them, so a long table is asked part by part.

Nothing is kept of a visitor. What is kept follows from a value, from the hour (`rules.hours`), or from a rule: in which order its
cells are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from itertools import islice
from operator import getitem

from msgspec import Struct

from rules.book import LANGUAGE_INPUTS, SPOKEN, fields_reader
from rules.cells import Cell
from rules.compiling import CompiledTable
from rules.context import Context, Subject
from rules.hours import ALL, Hour, Hours
from rules.inputs import STATIC_INPUTS
from rules.languages import Listing
from rules.schedules import CLOCK
from rules.slices import Columns, left_by, parts_of
from rules.tables import Rule
from rules.wording import in_words

#: As many near misses are told.
NEAR_MISSES = 5

#: Rules of which a table keeps in which order their cells are looked at.
ORDERS = 4096


class NearMiss(Struct, frozen=True, gc=False):
    """A rule in force that a single cell kept from matching, and the value that the cell saw."""

    rule: Rule
    cell: Cell
    value: object

    def __str__(self) -> str:
        asked = ", ".join(self.cell.text)
        return f"{self.rule.name} does not match: {self.cell.input} is {in_words(self.value)}, asked for {asked}."


def near_misses(tables: Sequence[Nearness], context: Context, subject: Subject, heard: Listing) -> tuple[NearMiss, ...]:
    """Near misses in the order of their tables, those of other items, kinds and channels last; five at the most.

    `context` is a completed one, `heard` are the languages that conditions see.
    """
    found: list[NearMiss] = []
    for table in tables:
        table.add(context, subject, heard, found)
        if len(found) == NEAR_MISSES:
            return tuple(found)
    for table in tables:
        table.add_of_others(context, subject, heard, found)
    return tuple(found)


#: A cell of a rule: the number of its input among those of the table, and its position in the rule.
Place = tuple[int, int]

#: In which order the cells of a rule are looked at, and the last one. Rules that ask about the same inputs share one.
Order = tuple[tuple[Place, ...], Place]


class Nearness:
    """A table. `site` is the zone that counts where the visitor's does not."""

    __slots__ = (
        "_columns", "_fields", "_hours", "_names", "_numbers", "_orders", "_parts", "_ranks", "_rules", "_shared", "_spoken",
    )  # fmt: skip

    def __init__(self, table: CompiledTable, site: tzinfo) -> None:
        columns, self._rules = table.index.columns, table.index.rules
        self._hours = Hours(table.index, table.of_visitor, site)
        mixed = sorted([name for name, column in columns.items() if column.members is not None])
        spoken = tuple([name for name in LANGUAGE_INPUTS if name in columns])
        fields = sorted(columns.keys() - STATIC_INPUTS.union(LANGUAGE_INPUTS, mixed))
        self._spoken = SPOKEN[spoken]
        self._fields = fields_reader((*fields, *mixed))
        self._names = tuple([name for name in columns if name in STATIC_INPUTS])
        self._numbers = {name: number for number, name in enumerate((*spoken, *fields, *mixed, *CLOCK))}
        self._ranks = {name: column.spread for name, column in columns.items()}
        self._orders: dict[int, Order] = {}
        self._shared: dict[Order, Order] = {}
        self._columns = Columns(
            *[[columns[name] for name in names] for names in ((*spoken, *fields), mixed, self._names)]
        )
        self._parts = parts_of(len(self._rules), self._columns)

    def add(self, context: Context, subject: Subject, heard: Listing, found: list[NearMiss]) -> None:
        """Adds near misses among the rules that the item leaves."""
        hour = self._hours.at(context.moment, context.zone)
        values = self._spoken(heard.first, heard.accepted) + self._fields(context)
        for part in self._parts:
            none, most, clock = part.hours[hour]
            lefts = list(map(getitem, part.lefts, values))
            for left in lefts:
                most = most & left | none
                none &= left
            near = most ^ none
            if self._names:
                for left in map(getitem, part.item, self._item_of(subject)):
                    near &= left
            if near:
                self._tell(near, part.below, lefts + clock, values + hour.values, found)
                if len(found) == NEAR_MISSES:
                    return

    def _item_of(self, subject: Subject) -> list[object]:
        return [getattr(subject, name) for name in self._names]

    def _tell(
        self, near: int, below: int, lefts: Sequence[int], values: Sequence[object], found: list[NearMiss]
    ) -> None:
        """Adds the first of these. The cell that failed is the one whose set lacks the rule."""
        rules, orders = self._rules, self._orders
        for _ in range(NEAR_MISSES - len(found)):
            length = near.bit_length()
            if not length:
                break
            bit = 1 << length - 1
            near ^= bit
            length += below
            places, place = orders.get(length) or self._order(length)
            for one in places:
                if not lefts[one[0]] & bit:
                    place = one
                    break
            number, at = place
            rule = rules[-length]
            found.append(NearMiss(rule, rule.cells[at], values[number]))

    def _order(self, length: int) -> Order:
        """The cells of a rule, those first that fail most. The last has failed where no other has: it need not be looked at."""
        if len(self._orders) >= ORDERS:
            self._orders.clear()
            self._shared.clear()
        cells = [(at, cell) for at, cell in enumerate(self._rules[-length].cells) if cell.asks]
        cells.sort(key=lambda entry: self._ranks.get(entry[1].input, 0))
        *first, last = [(self._numbers[cell.input], at) for at, cell in cells if cell.input in self._numbers]
        order = tuple(first), last
        return self._orders.setdefault(length, self._shared.setdefault(order, order))

    def add_of_others(self, context: Context, subject: Subject, heard: Listing, found: list[NearMiss]) -> None:
        """Adds rules that only a cell on the item, its kind or its channel kept from matching."""
        if not self._names:
            return
        hour, lefts, item = self._whole(context, subject, heard)
        none = hour.none
        for left in lefts:
            none &= left
        most = none
        for left in item.values():
            most = most & left | none
            none &= left
        for length in islice(lengths_of(most ^ none), NEAR_MISSES - len(found)):
            rule = self._rules[-length]
            cell = next(cell for cell in rule.cells if not item.get(cell.input, ALL) >> length - 1 & 1)
            found.append(NearMiss(rule, cell, getattr(subject, cell.input)))

    def standing(self, context: Context, subject: Subject, heard: Listing) -> tuple[int, int]:
        """The rules that match, and those that would if their schedule held: sets of the rules of the table's index."""
        hour, lefts, item = self._whole(context, subject, heard)
        found = (1 << len(self._rules)) - 1
        for left in (*lefts, *item.values(), *hour.lefts):
            found &= left
        matching = found & hour.in_force
        return matching, found ^ matching

    def _whole(self, context: Context, subject: Subject, heard: Listing) -> tuple[Hour, list[int], dict[str, int]]:
        """The hour, and what is left of the whole table by each input of the visitor, and by name, by those of the item."""
        values = self._spoken(heard.first, heard.accepted) + self._fields(context)
        lone, mixed, item = self._columns
        lefts = [left_by(column, value) for column, value in zip((*lone, *mixed), values, strict=True)]
        of_item = {
            name: left_by(column, getattr(subject, name)) for name, column in zip(self._names, item, strict=True)
        }
        return self._hours.at(context.moment, context.zone), lefts, of_item


def lengths_of(found: int) -> Iterator[int]:
    """The rules of a set, the first one first, each by its distance from the end of all: the last rule's is 1."""
    while found:
        length = found.bit_length()
        found ^= 1 << length - 1
        yield length
