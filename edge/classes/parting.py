"""Parting the values of an input by what visitors get who differ in it alone.

All values begin as one part. Each surroundings, a visitor without that input, is asked with every value of every part that is
left together, and parts them by the answers. So a part is what no surroundings have told apart, and for two values of
different parts the surroundings that parted them are known: two visitors who differ in that input alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Generic, TypeVar

from edge.classes.asking import Answer, Budget, Named

V = TypeVar("V")

#: The answer that somebody gets in these surroundings with that value.
Asks = Callable[[Named, V], Answer]


class Witness(Generic[V]):
    """Two values, the surroundings in which they get different answers, and both answers."""

    __slots__ = ("answers", "around", "values")

    def __init__(self, around: Named, values: tuple[V, V], answers: tuple[Answer, Answer]) -> None:
        self.around = around
        self.values = values
        self.answers = answers


class Parting(Generic[V]):
    """Values in parts, in the order in which they were given."""

    def __init__(self, values: Sequence[V]) -> None:
        self._values = tuple(values)
        self._parts: list[list[int]] = [list(range(len(self._values)))]
        self._said: list[dict[int, Answer]] = []
        self._around: list[Named] = []

    @property
    def parts(self) -> tuple[tuple[V, ...], ...]:
        """The parts, by their first values."""
        return tuple(tuple(self._values[at] for at in part) for part in sorted(self._parts))

    def ask(self, arounds: Iterable[Named], asks: Asks[V], budget: Budget) -> None:
        """Asks in all surroundings, until every value is alone or the budget is spent. Parts are never left half asked."""
        for around in arounds:
            together = [part for part in self._parts if len(part) > 1]
            if not together or not budget.take(sum(map(len, together))):
                return
            self._take({at: asks(around, self._values[at]) for part in together for at in part}, around)

    def settle(
        self, hints: Callable[[V, V], Iterable[Named]], asks: Asks[V], budget: Budget
    ) -> tuple[tuple[V, V], ...]:
        """Asks for two values that are left together in surroundings made for the two, until nothing is left to try.

        Gives the pairs that were not told apart.
        """
        untold: dict[tuple[int, int], None] = {}
        while pair := next((one for one in self._together() if one not in untold), None):
            untold[pair] = None
            for around in hints(self._values[pair[0]], self._values[pair[1]]):
                part = next(part for part in self._parts if pair[0] in part)
                if pair[1] not in part or not budget.take(len(part)):
                    break
                self._take({at: asks(around, self._values[at]) for at in part}, around)
        return tuple((self._values[one], self._values[other]) for one, other in self._together())

    def _together(self) -> Iterable[tuple[int, int]]:
        return (pair for part in self._parts for pair in combinations(part, 2))

    def _take(self, said: dict[int, Answer], around: Named) -> None:
        """Parts what was asked together."""
        self._around.append(around)
        self._said.append(said)
        self._parts = [part for old in self._parts for part in (_parted(old, said) if old[0] in said else [old])]

    def witness(self, one: V, other: V) -> Witness[V]:
        """The first surroundings that told two values of different parts apart. LookupError where none did."""
        first, second = self._values.index(one), self._values.index(other)
        for around, said in zip(self._around, self._said, strict=True):
            if first in said and second in said and said[first] != said[second]:
                return Witness(around, (one, other), (said[first], said[second]))
        raise LookupError("these two were never told apart")


def _parted(part: list[int], said: dict[int, Answer]) -> list[list[int]]:
    found: dict[Answer, list[int]] = {}
    for at in part:
        found.setdefault(said[at], []).append(at)
    return list(found.values())
