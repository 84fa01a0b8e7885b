"""Checking: what is odd in tables that load. Each check is a function of a table's sheet; none raises.

A catalogue is what the site offers, as ids: `{"business-class": {"original", "de-dub"}}`. A new check is one more
function in `CHECKS`. Tables are long and repeat themselves: a check asks the sheet for the rules that can be its own, and looks
at a cell once, however many rules have it.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from locales.findings import Finding, Severity, did_you_mean
from rules.cells import Cell, DateCell
from rules.inputs import INPUTS
from rules.split_parts import check_experiments
from rules.tables import Outcome, Rule, Table

Catalogue = Mapping[str, frozenset[str]]

#: Inputs whose list is open.
_LISTED = tuple(row.name for row in INPUTS.values() if row.kind == "name" and row.values)

#: Inputs whose cells are looked at.
_CHECKED = frozenset({*_LISTED, "item", "seen", "date"})


class Sheet:
    """A table and the catalogue; its rules that pin a variant, and the cells that are looked at."""

    def __init__(self, table: Table, catalogue: Catalogue) -> None:
        self.table = table
        self.catalogue = catalogue
        self.pins = [
            (rule, said.variant) for rule in table.rules for said in _outcomes(rule) if said.variant is not None
        ]
        self._cells = {id(cell): cell for rule in table.rules for cell in rule.cells if cell.input in _CHECKED}

    def cells_on(self, *inputs: str) -> Iterator[Cell]:
        """The different cells on some of the inputs whose cells are looked at."""
        return (cell for cell in self._cells.values() if cell.input in inputs)

    def rules_with(self, cell: Cell) -> Sequence[Rule]:
        """The rules that have one of these cells."""
        return self._rules[id(cell)]

    @cached_property
    def _rules(self) -> Mapping[int, Sequence[Rule]]:
        """Made where there is something to say of a cell, which is seldom."""
        found: dict[int, list[Rule]] = {key: [] for key in self._cells}
        for rule in self.table.rules:
            for cell in rule.cells:
                if cell.input in _CHECKED:
                    found[id(cell)].append(rule)
        return found


def _outcomes(rule: Rule) -> Sequence[Outcome]:
    return (rule.outcome,) if rule.split is None else rule.outcomes


def check_tables(
    tables: Iterable[Table], catalogue: Catalogue, moment: datetime.datetime | None = None
) -> tuple[Finding, ...]:
    """Findings about all tables of a site, by file and line."""
    whole = tuple(tables)
    found = [finding for table in whole for finding in check_table(table, catalogue, moment)]
    return tuple(sorted([*found, *check_experiments(whole)]))


def check_table(table: Table, catalogue: Catalogue, moment: datetime.datetime | None = None) -> tuple[Finding, ...]:
    """Findings about one table. `moment`, aware, is now: without it nothing is said of what is over."""
    sheet = Sheet(table, catalogue)
    findings = [finding for check in CHECKS for finding in check(sheet)]
    if moment is not None:
        findings += _over(table, moment)
    return tuple(sorted(findings))


def _finding(rule: Rule, severity: Severity, code: str, problem: str, cure: str = "") -> Finding:
    return Finding(rule.file, rule.line, severity, code, f"Rule {rule.name}: {problem}", cure)


def _cell(rule: Rule, name: str) -> Cell | None:
    return next((cell for cell in rule.cells if cell.input == name), None)


def _missing_variants(sheet: Sheet) -> Iterator[Finding]:
    """A pin that an item named by the rule lacks is an error; one that no item has at all, a warning (SEMANTICS §3)."""
    catalogue = sheet.catalogue
    known = frozenset().union(*catalogue.values())
    for rule, pin in sheet.pins:
        cell = _cell(rule, "item")
        named = [item for item in catalogue if cell is not None and cell.positives and cell.holds(item)]
        for item in named:
            if pin not in catalogue[item]:
                problem = f'the item "{item}" has no variant "{pin}".'
                cure = did_you_mean(pin, catalogue[item]) or "Pin a variant that it has, or prefer mode."
                yield _finding(rule, Severity.error, "missing-variant", problem, cure)
        if not named and pin not in known:
            problem = f'no item has a variant "{pin}".'
            yield _finding(rule, Severity.warning, "unknown-variant", problem, did_you_mean(pin, known))


def _blind_pins(sheet: Sheet) -> Iterator[Finding]:
    """A pin wins even where the visitor does not understand it."""
    for rule, pin in sheet.pins:
        if not any(cell.positives for cell in rule.cells if cell.input in {"language", "languages"}):
            problem = f'it pins "{pin}" whatever language the visitor understands.'
            cure = "Prefer mode, or ask for the language in when."
            yield _finding(rule, Severity.warning, "blind-pin", problem, cure)


def _unknown_items(sheet: Sheet) -> Iterator[Finding]:
    for cell in sheet.cells_on("item", "seen"):
        for value in sorted(str(value).removesuffix(":done") for value in _named(cell)):
            if value not in sheet.catalogue:
                problem, cure = f'there is no item "{value}".', did_you_mean(value, sheet.catalogue)
                for rule in sheet.rules_with(cell):
                    yield _finding(rule, Severity.warning, "unknown-item", problem, cure)
    for test in sheet.table.tests:
        if test.item not in sheet.catalogue and test.expect.get("variant") != "none":
            problem = f'Test "{test.name}": there is no item "{test.item}".'
            cure = did_you_mean(test.item, sheet.catalogue)
            yield Finding(test.file, test.line, Severity.warning, "unknown-item", problem, cure)


def _named(cell: Cell) -> frozenset[object]:
    """The values that a cell speaks of, blank aside."""
    return (cell.positives | cell.negatives) - {None}


def _unknown_rules(sheet: Sheet) -> Iterator[Finding]:
    """A test that expects a rule of this table which the table does not have."""
    prefix = f"{sheet.table.id}/"
    names = {f"{prefix}{rule.id}" for rule in sheet.table.rules} if sheet.table.tests else ()
    for test in sheet.table.tests:
        rule = test.expect.get("rule", "")
        if rule.startswith(prefix) and rule not in names:
            problem = f'Test "{test.name}": there is no rule "{rule}".'
            yield Finding(test.file, test.line, Severity.warning, "unknown-rule", problem, did_you_mean(rule, names))


def _uncommon_words(sheet: Sheet) -> Iterator[Finding]:
    """Inputs whose list is open: a word that is not on it may be the site's own, or a slip."""
    for cell in sheet.cells_on(*_LISTED):
        listed = INPUTS[cell.input].values
        for value in sorted(map(str, _named(cell).difference(listed))):
            problem, cure = f'"{value}" is no common value of {cell.input}.', did_you_mean(value, listed)
            for rule in sheet.rules_with(cell):
                yield _finding(rule, Severity.warning, "uncommon-value", problem, cure)


def _unreachable_rules(sheet: Sheet) -> Iterator[Finding]:
    """A rule below one that always holds, or below one that asks for nothing else than the rule itself does."""
    earlier: dict[frozenset[object], Rule] = {}
    always: Rule | None = None
    rules = sheet.table.rules
    rough = [hash(tuple([hash(cell.positives) for cell in rule.cells])) for rule in rules]
    alike = {one for one, count in Counter(rough).items() if count > 1}
    for rule, one in zip(rules, rough, strict=True):
        asked = _asked(rule) if one in alike else None
        above = always or (None if asked is None else earlier.get(asked))
        if above is not None:
            reason = "always holds" if above is always else "asks the same"
            problem = f'it is never reached, "{above.id}" (line {above.line}) stands above it and {reason}.'
            yield _finding(rule, Severity.warning, "unreachable", problem, "Move it up, or take it out.")
        elif rule.active.begins is None and rule.active.ends is None:
            always = None if rule.cells else rule
            if asked is not None:
                earlier[asked] = rule


def _asked(rule: Rule) -> frozenset[object]:
    """What a rule asks, whatever the order of the values in its cells."""
    return frozenset([(cell.input, frozenset(cell.text)) for cell in rule.cells])


def _turned_dates(sheet: Sheet) -> Iterator[Finding]:
    for cell in sheet.cells_on("date"):
        if isinstance(cell, DateCell) and any(first > last for first, last in (*cell.spans, *cell.gaps)):
            problem = f"the range of dates {', '.join(cell.text)} ends before it begins: it means all days outside."
            cure = "Swap its ends, if the days between are meant."
            for rule in sheet.rules_with(cell):
                yield _finding(rule, Severity.warning, "turned-dates", problem, cure)


def _over(table: Table, moment: datetime.datetime) -> Iterator[Finding]:
    for rule in table.rules:
        if rule.active.ends is not None and rule.active.ends <= moment:
            problem = f"it is over since {rule.active.ends:%Y-%m-%d %H:%M} UTC."
            yield _finding(rule, Severity.note, "expired", problem, "Take it out, or move its end.")


#: Every check that needs no clock.
CHECKS: Sequence[Callable[[Sheet], Iterable[Finding]]] = (
    _missing_variants,
    _blind_pins,
    _unknown_items,
    _unknown_rules,
    _uncommon_words,
    _unreachable_rules,
    _turned_dates,
)
