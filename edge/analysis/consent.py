"""Rules that ask for what is not read of anybody, or only of those who consent."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from edge.site import Site
from locales.findings import Finding, Severity
from rules.analysis.field import Avoid, Field
from rules.analysis.saying import few, told
from rules.inputs import INPUTS
from rules.tables import Rule

#: Steps of the table's budget that are for people to try at the most.
STEPS = 100_000

#: From this level on an input is said by a hop alone.
PERSONAL = 2


def check_consent(site: Site, field: Field) -> Iterator[Finding]:
    """Rules of a table with a cell that needs an input above the level of the site's visitors, and that an unknown one fails."""
    hears = any(hop.context or hop.normalised or "consent" in hop.sources for hop in site.settings.hops)
    severity = Severity.note if hears else Severity.warning
    names = (_needed(rule, site.settings.consent, hears=hears) for rule in field.rules)
    words = _consenting if hears else _unheard
    found = (
        partial(_finding, field, position, severity, words(asked, site.settings.consent))
        for position, asked in enumerate(names)
        if asked
    )
    with field.budget.at_most(STEPS):
        yield from few(found, field.table, severity, "needs-consent", "of its rules need a consent")


def _finding(field: Field, position: int, severity: Severity, words: tuple[str, str]) -> Finding:
    visitor = field.search((position,), Avoid(position), position).visitor
    return told(field.rules[position], severity, "needs-consent", *words, visitor)


def _needed(rule: Rule, level: int, *, hears: bool) -> list[str]:
    """The inputs that must be known for the rule to hold, and are not of everybody."""
    least = level if hears else min(level, PERSONAL - 1)
    asked = [cell.input for cell in rule.cells if None in cell.negatives]
    return [name for name in asked if (INPUTS[name].level or 0) > least]


def _consenting(names: list[str], default: int) -> tuple[str, str]:
    level = max(INPUTS[name].level or 0 for name in names)
    problem = f"it holds only for visitors who consent: {' and '.join(names)} is read from level {level} on."
    return problem, "Nothing to do, if a proxy says consent and the rest; preview it with consent=."


def _unheard(names: list[str], default: int) -> tuple[str, str]:
    level = max(INPUTS[name].level or 0 for name in names)
    problem = (
        f"it can never hold: {' and '.join(names)} is read from consent level {level} on, visitors of this site are of level "
        f"{default}, and no entry of [[proxies]] says more of them."
    )
    return problem, "Name the proxy that says it, in site.toml, or ask for something else."
