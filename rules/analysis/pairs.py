"""Somebody whom two rules are for, where nothing is known of the site but the two: while its tables are still being read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import product

from rules.analysis.axes import any_referrals
from rules.analysis.field import Field
from rules.analysis.searching import Budget
from rules.analysis.world import Atom, Visitor, World
from rules.context import Subject
from rules.inputs import CHANNELS, KINDS
from rules.tables import Rule, Table

#: When visitors come whom no schedule and no date binds. What reads tables has no clock.
SOME_DAY = datetime(2030, 1, 1, tzinfo=UTC)


def witness_of(first: Rule, second: Rule, zone: tzinfo) -> str:
    """Item and preview parameters of somebody for whom both rules hold; empty where none was found, or none can be said.

    The item stands there where a rule names it.
    """
    rules = (first, second)
    named = {name: sorted(_asked(name, rules)) for name in ("item", "kind")}
    subjects = [
        Subject(*names, audio=True)
        for names in product((*named["item"], ""), dict.fromkeys((*KINDS, *named["kind"])), CHANNELS)
    ]
    world = World(subjects, zone, SOME_DAY, lambda visitor: frozenset(), any_referrals)
    found = Field(Table(first.table, rules), world, Budget()).look((0, 1), 0, _can_be_said)
    return found.text if isinstance(found, Visitor) else ""


def _asked(name: str, rules: Iterable[Rule]) -> Iterator[str]:
    cells = (cell for rule in rules for cell in rule.cells if cell.input == name)
    yield from (value for cell in cells for value in cell.positives if isinstance(value, str))


def _can_be_said(atoms: Sequence[Atom]) -> bool:
    return Visitor.from_atoms(atoms).named is not None
