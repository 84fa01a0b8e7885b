"""Columns: which rules of a table hold for a value of one input, as bits of one number. The first rule is the lowest bit.

Values are taken in one order, so that of the same table the same visitors are told every time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rules.cells import Cell
from rules.tables import Rule


class Column:
    """The cells of one input. A value is given as the named values that it satisfies; a blank one as `BLANK`.

    `wanted` and `refused` are the rules by the values that their cells name; `free` are those that name none to have. A cell
    that does not hold for a blank value has None among what it refuses.
    """

    __slots__ = ("_free", "refused", "wanted")

    def __init__(self, name: str, rules: Sequence[Rule]) -> None:
        self.wanted: dict[object, int] = defaultdict(int)
        self.refused: dict[object, int] = defaultdict(int)
        self._free = (1 << len(rules)) - 1
        for cell, bits in _cells(name, rules):
            if cell.positives:
                self._free &= ~bits
            for value in sorted(cell.positives, key=repr):
                self.wanted[value] |= bits
            for value in sorted(cell.negatives, key=repr):
                self.refused[value] |= bits

    def __bool__(self) -> bool:
        return bool(self.wanted or self.refused)

    @property
    def named(self) -> tuple[object, ...]:
        """The values that cells name, in their order, blank aside."""
        return tuple(value for value in dict.fromkeys((*self.wanted, *self.refused)) if value is not None)

    def holding(self, satisfied: Iterable[object]) -> int:
        """The rules whose cell holds for a value that satisfies these named ones, and no other."""
        return self.combined([self.parts(satisfied)])

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


#: What a blank value satisfies.
BLANK: tuple[object, ...] = (None,)


def _cells(name: str, rules: Sequence[Rule]) -> Iterable[tuple[Cell, int]]:
    """The different cells on an input with the rules that have them; equal cells of a table mostly are one object."""
    found: dict[int, tuple[Cell, int]] = {}
    for position, rule in enumerate(rules):
        for cell in rule.cells:
            if cell.input == name:
                known = found.get(id(cell))
                found[id(cell)] = cell, (known[1] if known else 0) | 1 << position
    return found.values()


def columns_of(names: Iterable[str], rules: Sequence[Rule]) -> Mapping[str, Column]:
    """The columns of these inputs; those that no rule reads are false."""
    return {name: Column(name, rules) for name in names}
