"""Loading: a table of rules from its TOML document and its bulk rows, every value looked up, every fault told at once.

    forms, rows ──▶ identifiers, cells, outcome, why, schedule ──▶ Rule ──▶ hit policy ──▶ Table

Whatever is wrong is told, and the reading goes on.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import msgspec

from locales.documents import Document, salvage
from locales.findings import Faulty, Finding, Severity, errors
from locales.groups import Groups
from locales.preference import LAYERS, REASONS, SPLIT, Confidence
from locales.toml_lines import Path
from rules.bulk import MOST_FAULTS, BulkRows
from rules.forms import HeadForm, OutcomeForm, RuleForm, TableForm, TestForm
from rules.inputs import VISITOR_NAMES
from rules.overlaps import check_hit_policy
from rules.parts import Parts, Place, identifier_faults, word_faults
from rules.rows import RowReader
from rules.split_parts import parse_split
from rules.tables import Rule, Table, TableTest

T = TypeVar("T")

HIT_POLICIES = ("first", "unique", "any")
ZONES = ("site", "visitor")


def load_table(
    document: Document, groups: Groups, *, zone: datetime.tzinfo, bulk: Sequence[BulkRows] = ()
) -> tuple[Table, tuple[Finding, ...]]:
    """The table of a document, its bulk rows after its own, and what else there is to say.

    `zone` is the site's: times without an offset are on its clock. Raises `Faulty` with every finding if one is an
    error.
    """
    loading = _Loading(document, groups, zone)
    table = loading.table(bulk)
    findings = tuple(sorted(loading.findings))
    if table is None or errors(findings):
        raise Faulty(findings)
    return table, findings


class _Loading:
    """One run over one table."""

    def __init__(self, document: Document, groups: Groups, zone: datetime.tzinfo) -> None:
        self.document = document
        self.parts = Parts(groups, zone)
        self.findings = self.parts.findings

    def table(self, bulk: Sequence[BulkRows]) -> Table | None:
        form = self.salvaged(TableForm) or _remains(self.document.data)
        head = self.head() if isinstance(self.document.data.get("table"), dict) else None
        name = head.id if head else ""
        rules = [*self.own_rules(name, form), *self.bulk_rules(name, bulk)]
        tests = self.tests(form)
        self.findings += islice(_duplicates(rules), MOST_FAULTS)
        if head is None:
            return None
        self.findings += check_hit_policy(head.hit_policy, rules, self.parts.zone)
        return Table(head.id, tuple(rules), head.hit_policy, head.zone, tuple(tests), self.document.file)

    def salvaged(self, type_: type[T], path: Path = ()) -> T | None:
        value, findings = salvage(self.document, type_, path)
        self.findings += findings
        return value

    def head(self) -> HeadForm | None:
        head = self.salvaged(HeadForm, ("table",))
        if head is not None:
            place = Place(self.document.file, self.document.locate, ("table",))
            self.findings += identifier_faults(place, ("id",), head.id)
            self.findings += word_faults(place, ("hit_policy",), head.hit_policy, HIT_POLICIES)
            self.findings += word_faults(place, ("zone",), head.zone, ZONES)
        return head

    # Rules

    def own_rules(self, table: str, form: TableForm) -> Iterable[Rule]:
        forms = self.rule_forms(form.rules)
        for position, raw in enumerate(form.rules):
            path: Path = ("rules", position)
            place = Place(self.document.file, self.document.locate, path)
            known = len(self.findings)
            rule = forms[position] if forms else self.salvaged(RuleForm, path)
            if rule is not None:
                self.findings += _outcome_faults(raw, place)
                yield self.rule(table, rule, place, whole=known == len(self.findings))
            elif isinstance(raw.get("when"), dict):
                self.parts.cells(raw["when"], place)

    def rule_forms(self, rules: Sequence[Mapping[str, Any]]) -> Sequence[RuleForm]:
        """The forms of all rules; none where one of them has a fault, for then each is read on its own."""
        try:
            return msgspec.convert(rules, list[RuleForm])
        except msgspec.ValidationError:
            return ()

    def bulk_rules(self, table: str, bulk: Sequence[BulkRows]) -> Iterable[Rule]:
        for rows in bulk:
            yield from RowReader(self.parts, table, rows).rules()

    def rule(self, table: str, form: RuleForm, place: Place, *, whole: bool) -> Rule:
        """`whole`: nothing of the rule has been refused yet."""
        self.findings += identifier_faults(place, ("id",), form.id)
        split = None if form.split is None else parse_split(self.parts, form.split, place, whole=whole)
        said = None if split is None else next((arm.outcome for arm in split.arms if arm.id == split.default), None)
        return Rule(
            table,
            form.id,
            self.parts.cells(form.when, place),
            said or self.parts.outcome(form.then or OutcomeForm(), place, whole=whole and form.split is None),
            self.parts.schedule(form.active, place),
            self.parts.why(form.why, place),
            place.file,
            place.line(),
            split,
        )

    # Tests

    def tests(self, form: TableForm) -> Iterable[TableTest]:
        for position in range(len(form.tests)):
            path: Path = ("tests", position)
            place = Place(self.document.file, self.document.locate, path)
            test = self.salvaged(TestForm, path)
            if test is not None:
                yield self.test(test, place)

    def test(self, form: TestForm, place: Place) -> TableTest:
        given: dict[str, str] = {}
        for name, value in form.given.items():
            self.findings += word_faults(place, ("given", name), name, VISITOR_NAMES)
            text = _given_text(value)
            if text is None:
                problem = f'"{name}" is neither a text nor a number.'
                self.findings.append(place.finding(("given", name), "wrong-type", problem, "Write it as in a query."))
            else:
                given[name] = text
        expect = {name: self.expected(name, value, place) for name, value in form.expect.items()}
        if not expect:
            self.findings.append(
                place.finding(("expect",), "empty-test", "The test expects nothing.", 'Write variant = "…".')
            )
        self.findings += identifier_faults(place, ("item",), form.item)
        return TableTest(form.name, form.item, given, expect, place.file, place.line())

    def expected(self, name: str, value: str, place: Place) -> str:
        path: Path = ("expect", name)
        self.findings += word_faults(place, path, name, EXPECTATIONS)
        self.findings += word_faults(place, path, value, EXPECTATIONS.get(name, ()))
        return (self.parts.language(value, place, path) or value) if name == "language" else value


def _remains(data: Mapping[str, Any]) -> TableForm:
    """What there is of a file whose form is wrong, so that its rules and tests can be looked at all the same."""
    lists = (data.get(name, []) for name in ("rules", "tests"))
    rules, tests = (
        rows if isinstance(rows, list) and all(isinstance(row, dict) for row in rows) else [] for rows in lists
    )
    return TableForm({}, rules, tests)


#: What a test may expect, and the words that each may be; empty: any.
EXPECTATIONS: Mapping[str, tuple[str, ...]] = {
    "variant": (),
    "reason": (*dict.fromkeys(REASONS.values()), SPLIT, "barred", "stale", "error"),
    "rule": (),
    "layer": LAYERS,
    "split": (),
    "experience": ("original", "dub", "voiceover", "sub", "foreign", "translated"),
    "confidence": tuple(level.name for level in Confidence),
    "language": (),
}


def _outcome_faults(raw: Mapping[str, Any], place: Place) -> list[Finding]:
    """A rule says something, or its arms do. `raw` is the rule as it stands in the file."""
    if "then" not in raw and "split" not in raw:
        cure = "Write [then] or then = { … }, or [rules.split]."
        return [place.finding(("then",), "missing-field", '"then" is missing.', cure)]
    if "then" in raw and "split" in raw:
        cure = "Move what it says into the arms, or take the split out."
        return [place.finding(("split",), "two-outcomes", "The rule has both then and a split.", cure)]
    return []


def _given_text(value: object) -> str | None:
    """A value of `given` as it would stand in a query."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else None


def _duplicates(rules: Iterable[Rule]) -> Iterable[Finding]:
    seen: dict[str, Rule] = {}
    for rule in rules:
        first = seen.setdefault(rule.id, rule)
        if first is not rule:
            problem = f'The id "{rule.id}" is also that of the rule in {first.file} line {first.line}.'
            yield Finding(rule.file, rule.line, Severity.error, "duplicate-id", problem, "Rename one of them.")
