"""Rules whose order surprises: two with different outcomes, both for some visitors, and neither the exception to the other.

Where one is for fewer visitors than the other, it is the exception, and meant. Where a rule above both answers whoever meets
both, it is settled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from locales.findings import Finding, Severity
from rules.analysis.field import Avoid, Field
from rules.analysis.lines import bits_of
from rules.analysis.saying import named, said, told
from rules.analysis.shadows import Shadows
from rules.analysis.spans import set_of
from rules.analysis.world import Visitor
from rules.tables import Outcome, Rule

#: Findings about the order of one table, and pairs of rules that are looked at for them.
ORDERS = 5
PAIRS = 5_000

#: Outcomes that many rules have: of so many the set of these rules is kept.
COMMON = 64


def check_orders(field: Field, shadows: Shadows) -> Iterator[Finding]:
    """Pairs of rules in no clear order, the later rule told."""
    pairs = _Pairs(field, shadows)
    count = looked = 0
    for later in range(len(field.rules)):
        for earlier in pairs.above(later):
            looked += 1
            if looked > PAIRS or count == ORDERS or field.budget.is_spent:
                yield _more(field.rules[later], count, all_pairs=looked > PAIRS)
                return
            crossing = field.is_apart(earlier, later) and field.is_apart(later, earlier)
            visitor = _between(field, earlier, later) if crossing else None
            if visitor is not None:
                count += 1
                yield _ambiguous(field.rules[earlier], field.rules[later], visitor)
                break


class _Pairs:
    """Pairs of rules that may meet and say different things, and that somebody is answered by."""

    def __init__(self, field: Field, shadows: Shadows) -> None:
        self._field = field
        self._shadows = shadows
        self._alike = Alike(field.rules)
        self._unmet = 0

    def above(self, later: int) -> Iterator[int]:
        """The rules above one that it may surprise."""
        rule = self._field.rules[later]
        left = self._field.meeting(later) & ~self._alike.common(rule) & ~self._unmet
        if not left or self._is_unmet(later):
            return
        for earlier in bits_of(left):
            if differs(self._field.rules[earlier], rule) and not self._is_unmet(earlier):
                yield earlier

    def _is_unmet(self, position: int) -> bool:
        if not self._shadows.is_unmet(position):
            return False
        self._unmet |= 1 << position
        return True


class Alike:
    """The rules of a table that say the same, as far as many do: sets of those that share one of the commonest outcomes."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        positions: dict[object, list[int]] = {}
        for position, rule in enumerate(rules):
            positions.setdefault(rule.says, []).append(position)
        common = sorted(positions, key=lambda says: -len(positions[says]))[:COMMON]
        self._sets = {says: set_of(positions[says], len(rules)) for says in common}

    def common(self, rule: Rule) -> int:
        """Rules that say the same as this one; of rare outcomes none."""
        return self._sets.get(rule.says, 0)


def differs(one: Rule, other: Rule) -> bool:
    """Whether two rules say different things to anybody: arms of a split that nobody is in count for nothing."""
    return one.says != other.says and len({*_spoken(one), *_spoken(other)}) > 1


def _spoken(rule: Rule) -> Iterator[Outcome]:
    """What a rule says to somebody."""
    yield rule.outcome
    if rule.split is not None and rule.split.coverage:
        yield from (arm.outcome for arm in rule.split.arms if arm.weight)


def _between(field: Field, earlier: int, later: int) -> Visitor | None:
    """Somebody who meets both rules and is answered by the earlier one."""
    return field.search((earlier, later), Avoid(earlier), earlier).visitor


def _ambiguous(first: Rule, rule: Rule, visitor: Visitor) -> Finding:
    problem = (
        f'it and {named([first])} are both for some visitors, and neither is the exception to the other. "{first.id}" '
        f"({said(first)}) stands above and answers them, not this one ({said(rule)})."
    )
    cure = f'If that is wrong, move it above "{first.id}". To settle it, write a rule for those who meet both above the two.'
    return told(rule, Severity.warning, "ambiguous-order", problem, cure, visitor)


def _more(rule: Rule, count: int, *, all_pairs: bool) -> Finding:
    reason = "the steps for it were spent"
    if count == ORDERS:
        reason = f"{count} pairs of rules in no clear order are told"
    elif all_pairs:
        reason = f"{PAIRS:,} pairs of rules were"
    problem = f"From this rule on, the order of the table was not looked at: {reason}."
    return Finding(rule.file, rule.line, Severity.note, "unfinished", problem, "Settle what is told, and check again.")
