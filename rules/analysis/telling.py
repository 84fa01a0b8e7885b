"""What there is to say of a table: rules that nobody meets, orders that surprise, visitors that no rule answers, moves.

never-holds, no-item, shadowed   see `rules.analysis.shadows`
ambiguous-order                  see `rules.analysis.orders`
gap              somebody whom no rule of the table answers                                note
not-yet          the rule is not in force yet                                              note
unfinished       the budget was spent: a warning where rules were not looked at at all     note
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from locales.findings import Finding, Severity
from rules.analysis.field import Avoid, Field
from rules.analysis.orders import check_orders
from rules.analysis.saying import few, told
from rules.analysis.shadows import Shadows

#: Of the steps for a table at the most one in so many is for its gap and for rules to come, and for its order.
BEGINNING = 8
ORDER = 3


def check_field(field: Field) -> list[Finding]:
    """Everything that an analysis says of a table, in order."""
    budget, shadows = field.budget, Shadows(field)
    with budget.at_most(budget.total // BEGINNING):
        findings = [*_gap(field), *_not_yet(field)]
    with budget.at_most(budget.total // ORDER):
        findings += check_orders(field, shadows)
    findings += shadows.findings()
    findings += _unfinished(field, shadows.looked)
    return sorted(findings)


def _gap(field: Field) -> Iterator[Finding]:
    """Somebody whom no rule answers, asking for an item that some rule is for."""
    visitor = field.gap().visitor
    if visitor is not None:
        problem = f'Table "{field.table.id}": there are visitors whom none of its rules answers.'
        cure = "Other tables, norms and the default decide for them. If that is wrong, end the table with a rule without when."
        yield Finding(field.table.file, 0, Severity.note, "gap", problem, cure, visitor.text)


def _not_yet(field: Field) -> Iterator[Finding]:
    found = (
        partial(_coming, field, position)
        for position, rule in enumerate(field.rules)
        if rule.active.begins is not None and rule.active.begins > field.world.moment
    )
    yield from few(found, field.table, Severity.note, "not-yet", "of its rules are not in force yet")


def _coming(field: Field, position: int) -> Finding:
    rule = field.rules[position]
    begins = (rule.active.begins or field.world.moment).astimezone(field.world.zone)
    problem = f"it is not in force before {begins:%Y-%m-%d %H:%M}, on the site's clock."
    visitor = field.search((position,), Avoid(position), position).visitor
    return told(rule, Severity.note, "not-yet", problem, "Nothing to do; preview it with at=.", visitor)


def _unfinished(field: Field, looked: int) -> Iterator[Finding]:
    table, budget, count = field.table, field.budget, len(field.rules)
    undecided = f"{budget.stopped:,} questions about its rules were left undecided"
    cure = "What is told holds; there may be more. Allow more with --steps, or shorten the table."
    if looked < count:
        far = f"stopped after {budget.spent:,} steps: {looked:,} of {count:,} rules were looked at"
        problem = f'Table "{table.id}": {far}, and {undecided}.'
        yield Finding(table.file, 0, Severity.warning, "unfinished", problem, cure)
    elif budget.stopped:
        problem = f'Table "{table.id}": {undecided}, as the steps for one were spent, or there were too many cases.'
        yield Finding(table.file, 0, Severity.note, "unfinished", problem, cure)
