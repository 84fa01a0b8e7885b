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

from array import array
from collections.abc import Iterator, Mapping, Sequence
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


class NearMiss(Struct, frozen=True, gc=False):
    """A rule in force that a single cell kept from matching, that at position `at`, and the value that it saw."""

    rule: Rule
    at: int
    value: object

    @property
    def cell(self) -> Cell:
        """The cell that failed."""
        return self.rule.cells[self.at]

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

#: In which order the cells of a rule are looked at. The last stands apart: it has failed where no other has.
Order = tuple[tuple[Place, ...], Place]


class Orders:
    """For the rules of a table in which order their cells are looked at: those first that fail most visitors.

    Rules that ask about the same inputs share one. `kinds` has its position in `listed`, by the rule's distance from the end, and
    0 for a rule that nobody has come near yet.
    """

    __slots__ = ("_known", "_numbers", "_places", "_ranks", "_rules", "kinds", "listed")

    def __init__(self, rules: Sequence[Rule], numbers: Mapping[str, int], ranks: Mapping[str, int]) -> None:
        self._rules = rules
        self._numbers = numbers
        self._ranks = ranks
        self._known: dict[tuple[Place, ...], int] = {}
        self._places: dict[Place, Place] = {}
        self.kinds = array("I", [0]) * (len(rules) + 1)
        self.listed: list[Order] = [((), (0, 0))]  # nobody's

    def learn(self, length: int) -> int:
        """The position in `listed` for a rule at that distance from the end."""
        numbers, cells = self._numbers, enumerate(self._rules[-length].cells)
        asked = [(cell.input, at) for at, cell in cells if cell.input in numbers and cell.asks]
        asked.sort(key=lambda entry: self._ranks.get(entry[0], 0))
        places = [(numbers[name], at) for name, at in asked]
        *first, last = [self._places.setdefault(place, place) for place in places]
        kind = self.kinds[length] = self._known.setdefault((*first, last), len(self.listed))
        if kind == len(self.listed):
            self.listed.append((tuple(first), last))
        return kind


class Nearness:
    """A table. `site` is the zone that counts where the visitor's does not."""

    __slots__ = ("_columns", "_fields", "_hours", "_names", "_orders", "_parts", "_rules", "_spoken")

    def __init__(self, table: CompiledTable, site: tzinfo) -> None:
        columns, self._rules = table.index.columns, table.index.rules
        self._hours = Hours(table.index, table.of_visitor, site)
        mixed = sorted([name for name, column in columns.items() if column.members is not None])
        spoken = tuple([name for name in LANGUAGE_INPUTS if name in columns])
        fields = sorted(columns.keys() - STATIC_INPUTS.union(LANGUAGE_INPUTS, mixed))
        self._spoken = SPOKEN[spoken]
        self._fields = fields_reader((*fields, *mixed))
        self._names = tuple([name for name in columns if name in STATIC_INPUTS])
        numbers = {name: number for number, name in enumerate((*spoken, *fields, *mixed, *CLOCK))}
        self._orders = Orders(self._rules, numbers, {name: column.spread for name, column in columns.items()})
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
        rules, orders, kinds = self._rules, self._orders.listed, self._orders.kinds
        for _ in range(NEAR_MISSES - len(found)):
            length = near.bit_length()
            if not length:
                break
            bit = 1 << length - 1
            near ^= bit
            length += below
            places, place = orders[kinds[length] or self._orders.learn(length)]
            for one in places:
                if not lefts[one[0]] & bit:
                    place = one
                    break
            number, at = place
            found.append(NearMiss(rules[-length], at, values[number]))

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
            at = next(at for at, cell in enumerate(rule.cells) if not item.get(cell.input, ALL) >> length - 1 & 1)
            found.append(NearMiss(rule, at, getattr(subject, rule.cells[at].input)))

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
