"""Decision tables as values: tables of rules, rules of cells and an outcome. Loading makes them, deciding reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from rules.cells import Cell

# Sites have many thousands of these values. They never lead back to themselves, so the garbage collector need not walk them.


class Outcome(Struct, frozen=True, gc=False):
    """What a rule says: a pin, a language, an order of modes, tags. At least one of them."""

    variant: str | None = None
    language: str | None = None
    mode: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()


class Arm(Struct, frozen=True, gc=False):
    """One arm of a split. `weight`: its share of those who take part, among the weights of all arms."""

    id: str
    weight: int
    outcome: Outcome


class Split(Struct, frozen=True, gc=False):
    """Visitors in arms (`rules.splits` draws them). `default` is the arm without a unit, outside coverage and in the holdout.

    `coverage` and `holdout` are hundredths of a percent of all units; together they are 10,000 at the most.
    """

    experiment: str
    arms: tuple[Arm, ...]
    default: str
    hash: str
    coverage: int
    holdout: int = 0
    salt: str = ""

    def says(self, arm: str) -> Outcome:
        """What an arm says. KeyError where there is none of that id."""
        for one in self.arms:
            if one.id == arm:
                return one.outcome
        raise KeyError(arm)


class Schedule(Struct, frozen=True, gc=False):
    """Half-open `[begins, ends)`, both aware; None is open. A bare date in `until` has been moved to the next midnight."""

    begins: datetime | None = None
    ends: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Whether the rule is in force at that moment."""
        return (self.begins is None or self.begins <= moment) and (self.ends is None or moment < self.ends)


#: In force at any time.
ALWAYS = Schedule()


class Rule(Struct, frozen=True, gc=False):
    """One row: all cells must hold. `line` is where it starts in `file`.

    A rule with a `split` says what the arm says that a visitor is in; its `outcome` is that of the default arm.
    """

    table: str
    id: str
    cells: tuple[Cell, ...]
    outcome: Outcome
    active: Schedule = ALWAYS
    why: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    split: Split | None = None

    @property
    def name(self) -> str:
        """The full name, `airline/es-original`."""
        return f"{self.table}/{self.id}"

    @property
    def says(self) -> Outcome | Split:
        """What the rule says, equal where two rules say the same."""
        return self.split or self.outcome

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """All that the rule may say: of a split, what each arm says."""
        return (self.outcome,) if self.split is None else tuple(arm.outcome for arm in self.split.arms)


class TableTest(Struct, frozen=True):
    """An editor's own example: a visitor as names and texts, an item, and what is expected of the answer."""

    name: str
    item: str
    given: Mapping[str, str]
    expect: Mapping[str, str]
    file: str = ""
    line: int = 0


class Table(Struct, frozen=True):
    """Rules in order. `hit_policy` is first, unique or any; `zone` is `site` or `visitor`: whose clock time cells read."""

    id: str
    rules: tuple[Rule, ...]
    hit_policy: str = "first"
    zone: str = "site"
    tests: tuple[TableTest, ...] = ()
    file: str = ""
