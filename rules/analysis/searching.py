"""A visitor who meets some rules and none of others: exact, by trying the combinations that make a difference, within a budget.

One axis after the other gives its choices. Each choice is a set of rules that still hold; what is left of the rules to be
avoided is the AND of all choices so far. Nothing left: found. The same left at the same axis a second time is not tried again,
and where a rule holds whatever the axes to come choose, nothing is tried at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import reduce
from itertools import islice, product
from operator import and_

from rules.analysis.columns import Choice
from rules.analysis.world import Atom

#: Values that were tried at one place and with which later ones are compared.
COMPARED = 16

#: Combinations of values that matter no more of which one is looked for that is accepted.
TRIED = 12

#: Choices that are looked through for the price of one step.
A_STEP = 16


class Budget:
    """Steps: `each` for one question, `total` for all of them together. `stopped` counts the questions that ran out of them.

    A step is some 20 µs of work: a few values compared, a rule of a long table looked up.
    """

    __slots__ = ("_kept", "_left", "each", "spent", "stopped", "total")

    def __init__(self, each: int = 20_000, total: int = 2_000_000) -> None:
        self.each = each
        self.total = total
        self.spent = 0
        self.stopped = 0
        self._left = 0
        self._kept = 0

    def begin(self) -> None:
        """A new question."""
        self._left = min(self.each, self.total - self._kept)

    def take(self, steps: int = 1) -> bool:
        """Whether there was a step left; as many as that are then spent, though the last ones may be borrowed."""
        if self._left <= 0:
            return False
        self._left -= steps
        self.total -= steps
        self.spent += steps
        return True

    @property
    def is_spent(self) -> bool:
        """Whether there is nothing left for another question."""
        return self.total <= self._kept

    @contextmanager
    def at_most(self, steps: int) -> Iterator[None]:
        """Meanwhile no more than so many are spent, whatever there is."""
        before = self._kept
        self._kept = max(before, self.total - steps)
        try:
            yield
        finally:
            self._kept = before


class Ended(Enum):
    """How a search ended that found nobody: there is nobody; the budget was spent; whoever was found is nobody real."""

    nobody = "nobody"
    stopped = "stopped"
    unreal = "unreal"


class _Stopped(Exception):  # noqa: N818 - reads as what the search is
    """The budget of a question is spent."""


Accept = Callable[[Sequence[Atom]], bool]


def find(axes: Sequence[Sequence[Choice]], avoid: int, budget: Budget, accept: Accept) -> tuple[Atom, ...] | Ended:
    """One value of each axis for which none of the rules `avoid` holds, and which `accept` takes. The question has begun."""
    if not all(axes):
        return Ended.nobody
    search = _Search(axes, avoid, budget, accept)
    try:
        found = search.run(0, avoid)
    except _Stopped:
        return Ended.stopped
    if found is not None:
        return found
    return Ended.unreal if search.refused else Ended.nobody


class _Search:
    def __init__(self, axes: Sequence[Sequence[Choice]], avoid: int, budget: Budget, accept: Accept) -> None:
        self._axes = axes
        self._always: list[int] = []
        if avoid:
            self._axes = sorted(axes, key=lambda choices: min([(mask & avoid).bit_count() for mask, _ in choices]))
            always = [reduce(and_, [mask for mask, _ in choices], avoid) for choices in self._axes]
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
        if not self.refused:
            self._failed.add((at, left))
        return None

    def _options(self, at: int, left: int) -> Iterator[Choice]:
        """The choices by how much they leave, but for those that leave all that another one, which failed, has left."""
        if not self._budget.take(1 + len(self._axes[at]) // A_STEP):
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
        """All of the path, and of the axes that matter no more the first value, or whichever of a few is accepted."""
        rest = ([atom for _, atom in choices] for choices in self._axes[at:])
        for values in islice(product(*rest), TRIED):
            if not self._budget.take():
                raise _Stopped
            found = (*self._path, *values)
            if self._accept(found):
                return found
            self.refused = True
        return None
