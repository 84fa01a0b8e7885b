"""Checking: what is odd in tables that load. Each check is a function of the catalogue and the tables; none raises.

A catalogue is what the site offers, as ids: `{"business-class": {"original", "de-dub"}}`. A new check is one more
function in `CHECKS`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from locales.findings import Finding, Severity, did_you_mean
from rules.cells import Cell, DateCell
from rules.inputs import INPUTS
from rules.tables import Rule, Table

Catalogue = Mapping[str, frozenset[str]]


def check_tables(
    tables: Iterable[Table], catalogue: Catalogue, moment: datetime.datetime | None = None
) -> tuple[Finding, ...]:
    """Findings about all tables of a site, by file and line."""
    return tuple(sorted(finding for table in tables for finding in check_table(table, catalogue, moment)))


def check_table(table: Table, catalogue: Catalogue, moment: datetime.datetime | None = None) -> tuple[Finding, ...]:
    """Findings about one table. `moment`, aware, is now: without it nothing is said of what is over."""
    findings = [finding for check in CHECKS for finding in check(table, catalogue)]
    if moment is not None:
        findings += _over(table, moment)
    return tuple(sorted(findings))


def _finding(rule: Rule, severity: Severity, code: str, problem: str, cure: str = "") -> Finding:
    return Finding(rule.file, rule.line, severity, code, f"Rule {rule.name}: {problem}", cure)


def _cell(rule: Rule, name: str) -> Cell | None:
    return next((cell for cell in rule.cells if cell.input == name), None)


def _missing_variants(table: Table, catalogue: Catalogue) -> Iterator[Finding]:
    """A pin that an item named by the rule lacks is an error; one that no item has at all, a warning (SEMANTICS §3)."""
    known = frozenset().union(*catalogue.values())
    for rule in table.rules:
        pin, cell = rule.outcome.variant, _cell(rule, "item")
        if pin is None:
            continue
        named = [item for item in catalogue if cell is not None and cell.positives and cell.holds(item)]
        for item in named:
            if pin not in catalogue[item]:
                problem = f'the item "{item}" has no variant "{pin}".'
                cure = did_you_mean(pin, catalogue[item]) or "Pin a variant that it has, or prefer mode."
                yield _finding(rule, Severity.error, "missing-variant", problem, cure)
        if not named and pin not in known:
            problem = f'no item has a variant "{pin}".'
            yield _finding(rule, Severity.warning, "unknown-variant", problem, did_you_mean(pin, known))


def _blind_pins(table: Table, catalogue: Catalogue) -> Iterator[Finding]:
    """A pin wins even where the visitor does not understand it."""
    for rule in table.rules:
        asks = any(cell.positives for cell in rule.cells if cell.input in {"language", "languages"})
        if rule.outcome.variant is not None and not asks:
            problem = f'it pins "{rule.outcome.variant}" whatever language the visitor understands.'
            cure = "Prefer mode, or ask for the language in when."
            yield _finding(rule, Severity.warning, "blind-pin", problem, cure)


def _unknown_items(table: Table, catalogue: Catalogue) -> Iterator[Finding]:
    for rule in table.rules:
        for name in ("item", "seen"):
            cell = _cell(rule, name)
            values = cell.positives | cell.negatives if cell else frozenset()
            for value in sorted(str(value).removesuffix(":done") for value in values if value is not None):
                if value not in catalogue:
                    yield _finding(
                        rule,
                        Severity.warning,
                        "unknown-item",
                        f'there is no item "{value}".',
                        did_you_mean(value, catalogue),
                    )
    for test in table.tests:
        if test.item not in catalogue and test.expect.get("variant") != "none":
            problem = f'Test "{test.name}": there is no item "{test.item}".'
            cure = did_you_mean(test.item, catalogue)
            yield Finding(test.file, test.line, Severity.warning, "unknown-item", problem, cure)


def _unknown_rules(table: Table, catalogue: Catalogue) -> Iterator[Finding]:
    """A test that expects a rule of this table which the table does not have."""
    names = {rule.name for rule in table.rules}
    for test in table.tests:
        rule = test.expect.get("rule", "")
        if rule.startswith(f"{table.id}/") and rule not in names:
            problem = f'Test "{test.name}": there is no rule "{rule}".'
            yield Finding(test.file, test.line, Severity.warning, "unknown-rule", problem, did_you_mean(rule, names))


def _uncommon_words(table: Table, catalogue: Catalogue) -> Iterator[Finding]:
    """Inputs whose list is open: a word that is not on it may be the site's own, or a slip."""
    for rule in table.rules:
        for cell in rule.cells:
            listed = INPUTS[cell.input].values
            if INPUTS[cell.input].kind != "name" or not listed:
                continue
            for value in sorted(str(value) for value in (cell.positives | cell.negatives) - {None, *listed}):
                problem = f'"{value}" is no common value of {cell.input}.'
                yield _finding(rule, Severity.warning, "uncommon-value", problem, did_you_mean(value, listed))


def _unreachable_rules(table: Table, catalogue: Catalogue) -> Iterator[Finding]:
    """A rule below one that always holds, or below one that asks for nothing else than the rule itself does."""
    earlier: dict[tuple[tuple[str, tuple[str, ...]], ...], Rule] = {}
    always: Rule | None = None
    for rule in table.rules:
        asked = tuple((cell.input, tuple(sorted(cell.text))) for cell in rule.cells)
        above = always or earlier.get(asked)
        if above is not None:
            reason = "always holds" if above is always else "asks the same"
            problem = f'it is never reached, "{above.id}" (line {above.line}) stands above it and {reason}.'
            yield _finding(rule, Severity.warning, "unreachable", problem, "Move it up, or take it out.")
        elif rule.active.begins is None and rule.active.ends is None:
            earlier[asked] = rule
            always = rule if not asked else None


def _turned_dates(table: Table, catalogue: Catalogue) -> Iterator[Finding]:
    for rule in table.rules:
        for cell in rule.cells:
            if isinstance(cell, DateCell) and any(first > last for first, last in (*cell.spans, *cell.gaps)):
                problem = f"the range of dates {', '.join(cell.text)} ends before it begins: it means all days outside."
                yield _finding(
                    rule, Severity.warning, "turned-dates", problem, "Swap its ends, if the days between are meant."
                )


def _over(table: Table, moment: datetime.datetime) -> Iterator[Finding]:
    for rule in table.rules:
        if rule.active.ends is not None and rule.active.ends <= moment:
            problem = f"it is over since {rule.active.ends:%Y-%m-%d %H:%M} UTC."
            yield _finding(rule, Severity.note, "expired", problem, "Take it out, or move its end.")


#: Every check that needs no clock. Each takes a table and the catalogue.
CHECKS: Sequence[Callable[[Table, Catalogue], Iterable[Finding]]] = (
    _missing_variants,
    _blind_pins,
    _unknown_items,
    _unknown_rules,
    _uncommon_words,
    _unreachable_rules,
    _turned_dates,
)
