"""Columns: which of a few rules hold for a value of one input, as bits of one number. The first rule is the lowest bit.

Values are taken in one order, so that of the same table the same visitors are told every time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from msgspec import Struct

from rules.analysis.world import Atom
from rules.cells import Cell
from rules.tables import Rule

Value = TypeVar("Value")

#: What a blank value satisfies.
BLANK: tuple[object, ...] = (None,)

#: The rules that hold for a value, and the value.
Choice = tuple[int, Atom]


class Asked(Struct, frozen=True):
    """What a few rules ask for: by input their cells, each with the bit of its rule. `every` are all of the rules."""

    rules: tuple[Rule, ...]
    cells: Mapping[str, Sequence[tuple[Cell, int]]]
    every: int

    @staticmethod
    def of(rules: Iterable[Rule]) -> Asked:
        """What these rules ask for."""
        found: dict[str, list[tuple[Cell, int]]] = defaultdict(list)
        listed = tuple(rules)
        for position, rule in enumerate(listed):
            for cell in rule.cells:
                found[cell.input].append((cell, 1 << position))
        return Asked(listed, dict(found), (1 << len(listed)) - 1)

    def column(self, name: str) -> Column:
        """The cells of one input."""
        return Column(self.cells.get(name, ()), self.every)

    def reads(self, *names: str) -> bool:
        """Whether any of the rules asks for one of these inputs."""
        return not self.cells.keys().isdisjoint(names)


class Column:
    """The cells of one input. A value is given as the named values that it satisfies; a blank one as `BLANK`.

    `wanted` and `refused` are the rules by the values that their cells name; `free` are those that name none to have. A cell
    that does not hold for a blank value has None among what it refuses.
    """

    __slots__ = ("_free", "refused", "wanted")

    def __init__(self, cells: Iterable[tuple[Cell, int]], every: int) -> None:
        self.wanted: dict[object, int] = {}
        self.refused: dict[object, int] = {}
        self._free = every
        for cell, bit in cells:
            if cell.positives:
                self._free &= ~bit
            for value in _in_order(cell.positives):
                self.wanted[value] = self.wanted.get(value, 0) | bit
            for value in _in_order(cell.negatives):
                self.refused[value] = self.refused.get(value, 0) | bit

    def __bool__(self) -> bool:
        return bool(self.wanted or self.refused)

    @property
    def named(self) -> tuple[object, ...]:
        """The values that cells name, in their order, blank aside."""
        return tuple([value for value in dict.fromkeys((*self.wanted, *self.refused)) if value is not None])

    def holding(self, satisfied: Iterable[object]) -> int:
        """The rules whose cell holds for a value that satisfies these named ones, and no other."""
        found, barred = self.parts(satisfied)
        return (self._free | found) & ~barred

    def parts(self, satisfied: Iterable[object]) -> tuple[int, int]:
        """The rules that want one of these named values, and those that refuse one."""
        found = barred = 0
        for value in satisfied:
            found |= self.wanted.get(value, 0)
            barred |= self.refused.get(value, 0)
        return found, barred

    def combined(self, parts: Iterable[tuple[int, int]]) -> int:
        """The rules whose cell holds for several values together, of each of which the parts are known."""
        found, barred = self._free, 0
        for wanted, refused in parts:
            found |= wanted
            barred |= refused
        return found & ~barred


@lru_cache(2048)
def _in_order(values: frozenset[object]) -> tuple[object, ...]:
    return tuple(values) if len(values) < 2 else tuple(sorted(values, key=repr))


def choices_of(
    values: Iterable[Value], mask_of: Callable[[Value], int], atom_of: Callable[[Value], Atom], needed: int
) -> tuple[Choice, ...]:
    """Of the values for which the needed rules hold, the first of each set of rules that hold."""
    by_mask: dict[int, Value] = {}
    for value in values:
        mask = mask_of(value)
        if mask & needed == needed:
            by_mask.setdefault(mask, value)
    return tuple([(mask, atom_of(value)) for mask, value in by_mask.items()])
