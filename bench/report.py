"""What the bench says: one line for each budget, `name value bound ok|MISS`, and the exit code that follows from them."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Exit(IntEnum):
    """0: every budget is kept. 1: at least one is missed. 2: nothing could be measured, or wrong usage."""

    good = 0
    missed = 1
    skipped = 2


@dataclass(frozen=True, slots=True)
class Budget:
    """One promise. `least`: the bound is a least value (a ratio of speed); otherwise a greatest one (time, faults)."""

    name: str
    bound: float
    least: bool = False
    digits: int = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One budget and what was measured for it; `note` says how sure that is, and goes to people only."""

    budget: Budget
    value: float
    note: str = ""

    @property
    def kept(self) -> bool:
        """Whether the budget is kept. What is not a number is a miss."""
        return self.value >= self.budget.bound if self.budget.least else self.value <= self.budget.bound

    @property
    def text(self) -> str:
        """`name value bound ok|MISS`, separated by single spaces; the value is rounded towards the miss."""
        sign = ">=" if self.budget.least else "<="
        return f"{self.budget.name} {self._shown()} {sign}{self.budget.bound:g} {'ok' if self.kept else 'MISS'}"

    def _shown(self) -> str:
        """The value, rounded so that it never looks better than it is: 0.997 does not become 1.00."""
        shown = f"{self.value:.{self.budget.digits}f}"
        if Line(self.budget, float(shown)).kept == self.kept:
            return shown
        return f"{self.value:.{self.budget.digits + 3}f}"


@dataclass(frozen=True, slots=True)
class Skip:
    """Something that is not measured here, by name, and why. It keeps no budget and misses none."""

    name: str
    reason: str

    @property
    def text(self) -> str:
        """`SKIP name reason`."""
        return f"SKIP {self.name} {self.reason}"


def exit_code(lines: Iterable[Line]) -> Exit:
    """Missed as soon as one line is; skipped where there is no line at all."""
    found = list(lines)
    if not found:
        return Exit.skipped
    return Exit.good if all(line.kept for line in found) else Exit.missed


def ratios(rounds: Sequence[Mapping[str, float]], over: str, under: str) -> list[float]:
    """`over ÷ under` within each round that has both. Never across rounds: the machine is not the same a minute later."""
    return [found[over] / found[under] for found in rounds if found.get(over) and found.get(under)]


def middle(values: Sequence[float]) -> float:
    """The median; not a number where there is nothing."""
    return statistics.median(values) if values else float("nan")


def least_line(budget: Budget, values: Sequence[float], note: str = "") -> Line:
    """The least of the rounds, of a time that a shared machine can only add to; the note says how far they lie apart."""
    return Line(budget, min(values), f"{len(values)} rounds, {min(values):.3g} to {max(values):.3g}{note}")


def ratio_line(budget: Budget, values: Sequence[float]) -> Line:
    """The median of within-round ratios. Where the rounds fall on both sides of the bound, the note says so."""
    if not values:
        return Line(budget, float("nan"), "no round could be used")
    low, high = min(values), max(values)
    split = " - inconclusive, rounds lie on both sides" if low < budget.bound < high else ""
    return Line(budget, middle(values), f"{len(values)} rounds, {low:.2f} to {high:.2f}{split}")


def rotated(names: Sequence[str], turn: int) -> list[str]:
    """The same names, beginning with another one each turn: no configuration is always first, when the machine is coolest."""
    start = turn % len(names) if names else 0
    return [*names[start:], *names[:start]]
