"""A visitor who meets some rules and none of others: exact, by trying the combinations that make a difference, within a budget.

One axis after the other gives its choices. Each choice is a set of rules that still hold; what is left of the rules to be
avoided is the AND of all choices so far. Nothing left: found. The same left at the same axis a second time is not tried again,
and where a rule holds whatever the axes to come choose, nothing is tried at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from functools import reduce
from operator import and_

from rules.analysis.world import Atom

#: The rules that hold for a value, and the value.
Choice = tuple[int, Atom]

#: Values that were tried at one place and with which later ones are compared.
COMPARED = 16


class Budget:
    """Steps: `each` for one search, `total` for all of them together. `stopped` counts the searches that ran out of them."""

    __slots__ = ("_left", "each", "stopped", "total")

    def __init__(self, each: int = 20_000, total: int = 2_000_000) -> None:
        self.each = each
        self.total = total
        self.stopped = 0
        self._left = 0

    def begin(self) -> None:
        """A new search."""
        self._left = min(self.each, self.total)

    def take(self) -> bool:
        """Whether one more step may be taken; it is then spent."""
        if self._left <= 0:
            return False
        self._left -= 1
        self.total -= 1
        return True


class Ended(Enum):
    """How a search ended that found nobody: there is nobody; the budget was spent; whoever was found is nobody real."""

    nobody = "nobody"
    stopped = "stopped"
    unreal = "unreal"


class _Stopped(Exception):  # noqa: N818 - reads as what the search is
    """The budget of a search is spent."""


Accept = Callable[[Sequence[Atom]], bool]


def find(axes: Sequence[Sequence[Choice]], avoid: int, budget: Budget, accept: Accept) -> tuple[Atom, ...] | Ended:
    """One value of each axis for which none of the rules `avoid` holds, and which `accept` takes."""
    if not all(axes):
        return Ended.nobody
    search = _Search(axes, avoid, budget, accept)
    budget.begin()
    try:
        found = search.run(0, avoid)
    except _Stopped:
        budget.stopped += 1
        return Ended.stopped
    if found is not None:
        return found
    return Ended.unreal if search.refused else Ended.nobody


class _Search:
    def __init__(self, axes: Sequence[Sequence[Choice]], avoid: int, budget: Budget, accept: Accept) -> None:
        self._axes = sorted(axes, key=lambda choices: min((mask & avoid).bit_count() for mask, _ in choices))
        always = [reduce(and_, (mask for mask, _ in choices), avoid) for choices in self._axes]
        self._always = [reduce(and_, always[at:]) for at in range(len(always))]
        self._budget = budget
        self._accept = accept
        self._path: list[Atom] = []
        self._failed: set[tuple[int, int]] = set()
        self.refused = False

    def run(self, at: int, left: int) -> tuple[Atom, ...] | None:
        if not left:
            return self._ended(at)
        if at == len(self._axes) or left & self._always[at] or (at, left) in self._failed:
            return None
        for mask, atom in self._options(at, left):
            self._path.append(atom)
            found = self.run(at + 1, mask)
            if found is not None:
                return found
            self._path.pop()
        self._failed.add((at, left))
        return None

    def _options(self, at: int, left: int) -> Iterator[Choice]:
        """The choices by how much they leave, but for those that leave all that another one, which failed, has left."""
        if not self._budget.take():
            raise _Stopped
        by_mask: dict[int, Atom] = {}
        for mask, atom in self._axes[at]:
            by_mask.setdefault(mask & left, atom)
        tried: list[int] = []
        for mask in sorted(by_mask, key=int.bit_count):
            if not any(one & mask == one for one in tried):
                yield mask, by_mask[mask]
                if len(tried) < COMPARED and not self.refused:
                    tried.append(mask)

    def _ended(self, at: int) -> tuple[Atom, ...] | None:
        """All of the path, and of the axes that matter no more the first value."""
        found = (*self._path, *(choices[0][1] for choices in self._axes[at:]))
        if not self._budget.take():
            raise _Stopped
        if self._accept(found):
            return found
        self.refused = True
        return None
