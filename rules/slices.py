"""A long table in parts: of its sets the bits of some rules that stand one behind the other.

    rules       0 1 2 3 4 5 6 7
    a set       0 1 1 0 1 0 0 1      of the first part 0110, of the second 1001

Whoever looks for the first few rules asks part by part, and stops. Numbers are shorter then, and what is behind is not touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from rules.bitsets import Column
from rules.hours import HOURS, Hour

#: Rules of a part. A set of them takes 1,032 bytes, the most that the allocator of glibc keeps at hand for the next one.
PART = 7_500

#: Values of which a part keeps what they leave of it, all inputs together.
SLICES = 512

#: Of an hour, what `none`, `most` and `lefts` are of a part.
Clock = tuple[int, int, list[int]]


class Columns(NamedTuple):
    """The columns of a table: `mixed` of inputs of which a visitor has several values, so that hardly two have the same and what
    these leave is put together; `item` of those that the item decides; `lone` of all others.
    """

    lone: Sequence[Column]
    mixed: Sequence[Column]
    item: Sequence[Column]


def left_by(column: Column, value: Any) -> int:
    """The rules that a value leaves. Nothing of it is remembered."""
    return column.left_by(column.met(value))


def parts_of(count: int, columns: Columns) -> tuple[Part, ...]:
    """The parts of a table with so many rules, the first rules first."""
    return tuple([Part(count, count - start, columns) for start in range(0, count, PART)])


class Part:
    """The rules of a table whose bits are from `below` up to `above`, that one not included. `count` are all rules.

    `lefts` and `item` have, for each input of the visitor and of the item, what values leave of it.
    """

    __slots__ = ("_left", "_mask", "_whole", "below", "hours", "item", "lefts")

    def __init__(self, count: int, above: int, columns: Columns) -> None:
        self.below = max(0, above - PART)
        self._mask = (1 << above - self.below) - 1
        self._whole = count == above - self.below
        self._left = SLICES
        self.lefts = (
            *[Slices(column.leaves, self) for column in columns.lone],
            *[MixedSlices(partial(left_by, column), self) for column in columns.mixed],
        )
        self.item = tuple([Slices(column.leaves, self) for column in columns.item])
        self.hours = SlicedHours(self)

    def cut(self, found: int) -> int:
        """What is of the part in a set of the whole table."""
        return found if self._whole or found < 0 else found >> self.below & self._mask

    def make_room(self) -> None:
        """Called before a slice is kept: when there are as many as may be, all go."""
        if not self._left:
            self._left = SLICES
            for one in (*self.lefts, *self.item):
                one.clear()
        self._left -= 1


class Slices(dict[Any, int]):
    """What values of an input leave of a part, by value."""

    __slots__ = ("_leaves", "_part")

    def __init__(self, leaves: Callable[[Any], int], part: Part) -> None:
        super().__init__()
        self._leaves = leaves
        self._part = part

    def __missing__(self, value: object) -> int:
        self._part.make_room()
        return self.setdefault(value, self._part.cut(self._leaves(value)))


class MixedSlices(Slices):
    """The same for an input of which a visitor has a tuple of values: it leaves what any of these does."""

    __slots__ = ()

    def __missing__(self, values: Any) -> int:
        if len(values) < 2:
            return super().__missing__(values)
        left = 0
        for value in values:
            left |= self[value,]
        return left


class SlicedHours(dict[Hour, Clock]):
    """What hours come to in a part."""

    __slots__ = ("_part",)

    def __init__(self, part: Part) -> None:
        super().__init__()
        self._part = part

    def __missing__(self, hour: Hour) -> Clock:
        if len(self) >= HOURS:
            self.clear()
        cut = self._part.cut
        return self.setdefault(hour, (cut(hour.none), cut(hour.most), [cut(left) for left in hour.lefts]))
