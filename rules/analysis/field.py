"""A table over its axes: who meets a rule, and who meets some rules and no other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_

from msgspec import Struct

from rules.analysis.axes import (
    Axis,
    Box,
    flag_axis,
    item_axis,
    place_axis,
    referrer_axis,
    single_axes,
    wishes_axis,
)
from rules.analysis.searching import Accept, Budget, Ended, find
from rules.analysis.sets import open_axes
from rules.analysis.times import time_axis
from rules.analysis.world import Atom, Visitor, World
from rules.tables import Rule, Table

#: Somebody, or why nobody.
Found = Visitor | Ended


class Field:
    """All visitors of a table, as far as it tells them apart."""

    __slots__ = ("axes", "budget", "rules", "table", "world")

    def __init__(self, table: Table, world: World, budget: Budget) -> None:
        rules = table.rules
        self.table = table
        self.rules: Sequence[Rule] = rules
        self.world = world
        self.budget = budget
        closed = (
            place_axis(rules),
            referrer_axis(rules, world),
            wishes_axis(rules),
            flag_axis(rules),
            time_axis(rules, world, of_visitor=table.zone == "visitor"),
        )
        listed: list[Axis | None] = [
            item_axis(rules, world),
            *closed,
            *single_axes(rules, world),
            *open_axes(rules, world),
        ]
        self.axes: list[Axis] = [axis for axis in listed if axis is not None]

    def boxes(self, required: Iterable[int], avoid: int = 0) -> Boxes:
        """Where all these rules hold."""
        positions = tuple(required)
        for position in positions:
            avoid &= self.meeting(position)  # of the others none ever holds there, whatever they refuse
        return Boxes([axis.box(positions, avoid) for axis in self.axes])

    def search(self, required: Iterable[int], avoid: int, answer: int) -> Found:
        """A visitor for whom the required rules hold and the others do not, and whom the rule `answer` answers."""
        wanted = self.rules[answer].name
        return self.look(required, avoid, lambda atoms: self._answers(atoms, wanted))

    def meets(self, required: Iterable[int], avoid: int) -> Ended | None:
        """Whether anybody meets the rules and none of the others: None, or why not. Nobody is asked for."""
        found = self.look(required, avoid, lambda atoms: True)
        return found if isinstance(found, Ended) else None

    def meeting(self, position: int) -> int:
        """The rules that may hold together with one; each other one never does."""
        return reduce(and_, [axis.meeting(position) for axis in self.axes])

    def is_within(self, position: int, other: int) -> bool:
        """Whether whoever meets a rule meets the other one."""
        boxes = self.boxes((position,), 1 << other)
        return boxes.whole and bool(boxes.every >> other & 1)

    def gap(self) -> Found:
        """Somebody whom no rule answers, asking for an item that some rule is for."""
        every = (1 << len(self.rules)) - 1
        items, *others = self.boxes((), every).listed
        spoken = Box.of([choice for choice in items.choices if choice[0]])
        return self._found(Boxes([spoken, *others]), every, lambda atoms: self._answers(atoms, None))

    def look(self, required: Iterable[int], avoid: int, accept: Accept) -> Found:
        """Somebody whom `accept` takes. That there is nobody is said only where nothing was left out."""
        return self._found(self.boxes(required, avoid), avoid, accept)

    def _found(self, boxes: Boxes, avoid: int, accept: Accept) -> Found:
        relevant = avoid & boxes.some
        found = find([box.choices for box in boxes.listed], relevant, self.budget, accept)
        if found is Ended.nobody and not boxes.whole:
            self.budget.stopped += 1
            return Ended.stopped
        if isinstance(found, Ended):
            return found
        return Visitor.from_atoms(found)

    def _answers(self, atoms: Sequence[Atom], wanted: str | None) -> bool:
        visitor = Visitor.from_atoms(atoms)
        if visitor.named is None:
            return False
        found = self.world.answering(visitor)
        return not any(name.startswith(f"{self.table.id}/") for name in found) if wanted is None else wanted in found


class Boxes(Struct, frozen=True):
    """A box of each axis."""

    listed: list[Box]

    @property
    def some(self) -> int:
        """The rules that may hold somewhere in it."""
        return reduce(and_, [box.some for box in self.listed])

    @property
    def every(self) -> int:
        """The rules that hold everywhere in it."""
        return reduce(and_, [box.every for box in self.listed])

    @property
    def whole(self) -> bool:
        """Whether nothing was left out."""
        return all(box.whole for box in self.listed)
