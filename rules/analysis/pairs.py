"""Somebody whom two rules are for, where nothing is known of the site but the two: while its tables are still being read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import product

from rules.analysis.axes import Items, any_referrals
from rules.analysis.excerpt import Excerpt, Scene
from rules.analysis.searching import Budget, Ended
from rules.analysis.world import Atom, Visitor, World
from rules.context import Subject
from rules.inputs import CHANNELS, KINDS
from rules.tables import Rule

#: When visitors come whom no schedule and no date binds. What reads tables has no clock.
SOME_DAY = datetime(2030, 1, 1, tzinfo=UTC)


def meeting_of(first: Rule, second: Rule, zone: tzinfo, *, of_visitor: bool = False) -> str | None:
    """Item and preview parameters of somebody for whom both rules hold; None where it is sure that there is nobody.

    Empty where nobody was found, or nobody who can be said. The item stands there where a rule names it. `zone` is the site's,
    `of_visitor` says whether the table reads the visitor's own clock.
    """
    rules = (first, second)
    items, kinds = ((*sorted(_asked(name, rules)), *others) for name, others in (("item", ("",)), ("kind", KINDS)))
    subjects = [Subject(*names, audio=True) for names in product(items, dict.fromkeys(kinds), CHANNELS)]
    world = World(subjects, zone, SOME_DAY, lambda visitor: frozenset(), any_referrals)
    excerpt = Excerpt(rules, (), Scene(world, Items(subjects), of_visitor))
    budget = Budget()
    budget.begin()
    found = excerpt.find(budget, _can_be_said)
    if isinstance(found, tuple):
        return Visitor.from_atoms(found).text
    return None if found is Ended.nobody else ""


def _asked(name: str, rules: Iterable[Rule]) -> set[str]:
    """The values of an input that a cell names and all let be."""
    cells = [cell for rule in rules for cell in rule.cells if cell.input == name]
    values = {value for cell in cells for value in cell.positives if isinstance(value, str)}
    return {value for value in values if all(cell.holds(value) for cell in cells)}


def _can_be_said(atoms: Sequence[Atom]) -> bool:
    return Visitor.from_atoms(atoms).named is not None
