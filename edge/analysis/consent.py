"""Rules that ask for what is not read of anybody, or only of those who consent."""

from __future__ import annotations

from collections.abc import Iterator

from edge.site import Site
from locales.findings import Finding, Severity
from rules.analysis.field import Field
from rules.analysis.telling import told, visitor_of
from rules.inputs import INPUTS
from rules.tables import Rule

#: From this level on an input is said by a hop alone.
PERSONAL = 2


def check_consent(site: Site, field: Field) -> Iterator[Finding]:
    """Rules of a table with a cell that needs an input above the level of the site's visitors, and that an unknown one fails."""
    hears = any(hop.context or hop.normalised or "consent" in hop.sources for hop in site.settings.hops)
    for position, rule in enumerate(field.rules):
        names = _needed(rule, site.settings.consent, hears=hears)
        if names:
            visitor = visitor_of(field, (position,), (1 << position) - 1, position)
            if hears:
                yield told(rule, Severity.note, "needs-consent", *_consenting(names), visitor)
            else:
                yield told(rule, Severity.warning, "needs-consent", *_unheard(names, site.settings.consent), visitor)


def _needed(rule: Rule, level: int, *, hears: bool) -> list[str]:
    """The inputs that must be known for the rule to hold, and are not of everybody."""
    least = level if hears else min(level, PERSONAL - 1)
    asked = [cell.input for cell in rule.cells if None in cell.negatives]
    return [name for name in asked if (INPUTS[name].level or 0) > least]


def _consenting(names: list[str]) -> tuple[str, str]:
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
