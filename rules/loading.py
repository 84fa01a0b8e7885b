"""Loading: a table of rules from its TOML document and its bulk rows, every value looked up, every fault told at once.

    forms ──▶ identifiers, cells, outcome, why, schedule ──▶ Rule ──▶ hit policy ──▶ Table

A reader of a part returns None, or what it could read, where there is an error: the finding is in the list by then, and
whoever asked for the part goes on to the next, so that one run shows all faults of a file.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from locales.documents import Document, salvage
from locales.findings import Faulty, Finding, Severity, did_you_mean, errors
from locales.groups import Groups
from locales.preference import LAYERS, MODES, REASONS, Confidence
from locales.tags import is_language, parse_tag
from locales.toml_lines import Path
from rules.bulk import BulkRows
from rules.cell_values import language_cure
from rules.cells import Cell, CellFault, parse_cell
from rules.forms import HeadForm, OutcomeForm, RuleForm, ScheduleForm, TableForm, TestForm
from rules.inputs import INPUTS, RESERVED, VISITOR_NAMES, is_identifier
from rules.moments import MomentFault, parse_begin, parse_end
from rules.overlaps import check_hit_policy
from rules.tables import Outcome, Rule, Schedule, Table, TableTest

T = TypeVar("T")

HIT_POLICIES = ("first", "unique", "any")
ZONES = ("site", "visitor")

#: The language of a `why` that is a plain text: BCP 47's word for one that is not told.
NO_LANGUAGE = "und"


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


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a rule is written, for findings about its parts."""

    file: str
    locate: Callable[[Path], int]
    path: Path = ()

    def line(self, path: Path = ()) -> int:
        return self.locate((*self.path, *path))

    def finding(self, path: Path, code: str, problem: str, cure: str = "") -> Finding:
        return Finding(self.file, self.line(path), Severity.error, code, problem, cure)


def _row_place(file: str, line: int) -> _Place:
    """All parts of a bulk row stand on its line."""
    return _Place(file, lambda path: line)


@dataclass(slots=True)
class _Loading:
    """One run over one table."""

    document: Document
    groups: Groups
    zone: datetime.tzinfo
    findings: list[Finding] = field(default_factory=list)
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)

    def table(self, bulk: Sequence[BulkRows]) -> Table | None:
        form = self.salvaged(TableForm) or _remains(self.document.data)
        head = self.head() if isinstance(self.document.data.get("table"), dict) else None
        name = head.id if head else ""
        rules = [*self.own_rules(name, form), *self.bulk_rules(name, bulk)]
        tests = self.tests(form)
        self.findings += _duplicates(rules)
        if head is None:
            return None
        self.findings += check_hit_policy(head.hit_policy, rules)
        return Table(head.id, tuple(rules), head.hit_policy, head.zone, tuple(tests), self.document.file)

    def salvaged(self, type_: type[T], path: Path = ()) -> T | None:
        value, findings = salvage(self.document, type_, path)
        self.findings += findings
        return value

    def head(self) -> HeadForm | None:
        head = self.salvaged(HeadForm, ("table",))
        if head is not None:
            place = _Place(self.document.file, self.document.locate, ("table",))
            self.findings += _identifier_faults(place, ("id",), head.id)
            self.findings += _word_faults(place, ("hit_policy",), head.hit_policy, HIT_POLICIES)
            self.findings += _word_faults(place, ("zone",), head.zone, ZONES)
        return head

    # Rules

    def own_rules(self, table: str, form: TableForm) -> Iterable[Rule]:
        for position, raw in enumerate(form.rules):
            path: Path = ("rules", position)
            place = _Place(self.document.file, self.document.locate, path)
            known = len(self.findings)
            rule = self.salvaged(RuleForm, path)
            if rule is not None:
                yield self.rule(table, rule, place, whole=known == len(self.findings))
            elif isinstance(raw.get("when"), dict):
                self.read_cells(raw["when"], place)

    def bulk_rules(self, table: str, bulk: Sequence[BulkRows]) -> Iterable[Rule]:
        for rows in bulk:
            for row in rows.rows:
                yield self.rule(table, row.form, _row_place(rows.file, row.line), whole=True)

    def rule(self, table: str, form: RuleForm, place: _Place, *, whole: bool) -> Rule:
        """`whole`: nothing of the rule has been refused yet."""
        self.findings += _identifier_faults(place, ("id",), form.id)
        if whole and form.then == OutcomeForm():
            cure = "Write then = { mode = … }, or variant, language, tags."
            self.findings.append(place.finding(("then",), "empty-outcome", "The rule says nothing.", cure))
        return Rule(
            table,
            form.id,
            self.read_cells(form.when, place),
            self.outcome(form.then, place),
            self.schedule(form.active, place),
            self.why(form.why, place),
            place.file,
            place.line(),
        )

    def read_cells(self, when: Mapping[str, Any], place: _Place) -> tuple[Cell, ...]:
        """The cells that ask for something, in the order of the inputs."""
        found: dict[str, Cell] = {}
        for name, raw in when.items():
            path: Path = ("when", name)
            if name not in INPUTS or not INPUTS[name].cell:
                self.findings.append(place.finding(path, "unknown-input", *_unknown_input(name)))
            elif raw not in ("", []):
                try:
                    found[name] = self.cell(name, raw)
                except CellFault as fault:
                    self.findings.append(place.finding(path, fault.code, fault.problem, fault.cure))
        return tuple(found[name] for name in INPUTS if name in found)

    def cell(self, name: str, raw: object) -> Cell:
        """The same cell is read once: long tables repeat themselves."""
        key = name, repr(raw)
        if key not in self.cells:
            self.cells[key] = parse_cell(INPUTS[name], raw, self.groups)
        return self.cells[key]

    def outcome(self, form: OutcomeForm, place: _Place) -> Outcome:
        path: Path = ("then",)
        language = self.language(form.language, place, (*path, "language")) if form.language is not None else None
        mode = (form.mode,) if isinstance(form.mode, str) else tuple(form.mode or ())
        self.findings += _mode_faults(place, mode, empty=form.mode == [])
        if form.variant is not None:
            self.findings += _identifier_faults(place, (*path, "variant"), form.variant)
        for tag, value in form.tags.items():
            self.findings += _identifier_faults(place, (*path, "tags", tag), tag)
            if not value:
                self.findings.append(
                    place.finding((*path, "tags", tag), "empty-text", f'The tag "{tag}" has no value.')
                )
        return Outcome(form.variant, language, mode, tuple(form.tags.items()))

    def language(self, text: str, place: _Place, path: Path) -> str | None:
        tag = parse_tag(text)
        if tag is not None and is_language(tag):
            return tag
        problem = f'"{text}" is not a language of BCP 47.'
        self.findings.append(place.finding(path, "unknown-language", problem, language_cure(text)))
        return None

    def why(self, written: str | Mapping[str, str], place: _Place) -> Mapping[str, str]:
        if isinstance(written, str):
            return {NO_LANGUAGE: written} if written else {}
        texts: dict[str, str] = {}
        for name, text in written.items():
            tag = NO_LANGUAGE if name == "" else self.language(name, place, ("why", name))
            if tag is not None:
                texts[tag] = text
            if not text:
                self.findings.append(place.finding(("why", name), "empty-text", f'"why" has no text for "{name}".'))
        return texts

    def schedule(self, form: ScheduleForm, place: _Place) -> Schedule:
        begins = self.moment(form.from_, parse_begin, place, ("active", "from"))
        ends = self.moment(form.until, parse_end, place, ("active", "until"))
        if begins is not None and ends is not None and ends <= begins:
            problem = f"The rule ends ({form.until}) before it begins ({form.from_})."
            self.findings.append(
                place.finding(("active", "until"), "empty-schedule", problem, "Swap the two, or mend one.")
            )
        return Schedule(begins, ends)

    def moment(
        self,
        written: object,
        parse: Callable[[object, datetime.tzinfo], datetime.datetime],
        place: _Place,
        path: Path,
    ) -> datetime.datetime | None:
        if written is None:
            return None
        try:
            return parse(written, self.zone)
        except MomentFault as fault:
            self.findings.append(place.finding(path, "bad-moment", fault.problem, fault.cure))
            return None

    # Tests

    def tests(self, form: TableForm) -> Iterable[TableTest]:
        for position in range(len(form.tests)):
            path: Path = ("tests", position)
            place = _Place(self.document.file, self.document.locate, path)
            test = self.salvaged(TestForm, path)
            if test is not None:
                yield self.test(test, place)

    def test(self, form: TestForm, place: _Place) -> TableTest:
        given: dict[str, str] = {}
        for name, value in form.given.items():
            self.findings += _word_faults(place, ("given", name), name, VISITOR_NAMES)
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
        self.findings += [] if is_identifier(form.item) else _identifier_faults(place, ("item",), form.item)
        return TableTest(form.name, form.item, given, expect, place.file, place.line())

    def expected(self, name: str, value: str, place: _Place) -> str:
        path: Path = ("expect", name)
        self.findings += _word_faults(place, path, name, EXPECTATIONS)
        self.findings += _word_faults(place, path, value, EXPECTATIONS.get(name, ()))
        return (self.language(value, place, path) or value) if name == "language" else value


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
    "reason": (*dict.fromkeys(REASONS.values()), "split", "barred", "stale", "error"),
    "rule": (),
    "layer": LAYERS,
    "experience": ("original", "dub", "voiceover", "sub", "foreign", "translated"),
    "confidence": tuple(level.name for level in Confidence),
    "language": (),
}


def _given_text(value: object) -> str | None:
    """A value of `given` as it would stand in a query."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else None


def _identifier_faults(place: _Place, path: Path, text: str) -> list[Finding]:
    if is_identifier(text):
        return []
    if text in RESERVED:
        return [place.finding(path, "reserved-word", f'"{text}" has a meaning of its own.', "Choose another id.")]
    cure = "Ids are small letters, digits, - and _, begin with a letter and have 64 characters at most."
    return [place.finding(path, "bad-id", f'"{text}" cannot be an id.', cure)]


def _word_faults(place: _Place, path: Path, word: str, known: Iterable[str]) -> list[Finding]:
    """Nothing where the list is empty: any word will do."""
    words = tuple(known)
    if not words or word in words:
        return []
    cure = did_you_mean(word, words) or f"Use one of: {', '.join(words)}."
    return [place.finding(path, "unknown-word", f'"{word}" is not known here.', cure)]


#: What editors write for modes, letters only.
_MODE_WORDS: Mapping[str, str] = {
    "ov": "original",
    "originalversion": "original",
    "omu": "sub",
    "vost": "sub",
    "caption": "sub",
    "captions": "sub",
    "lektor": "voiceover",
    "vo": "voiceover",
}


def _mode_faults(place: _Place, modes: Sequence[str], *, empty: bool) -> list[Finding]:
    path: Path = ("then", "mode")
    if empty:
        return [place.finding(path, "empty-mode", "The order of modes is empty.", f"Use some of: {', '.join(MODES)}.")]
    faults = [
        place.finding(path, "unknown-mode", f'"{mode}" is not a mode.', _mode_cure(mode))
        for mode in modes
        if mode not in MODES
    ]
    twice = [mode for mode in MODES if modes.count(mode) > 1]
    return faults + [
        place.finding(path, "duplicate-mode", f'"{mode}" stands there twice.', "Keep one.") for mode in twice
    ]


def _mode_cure(mode: str) -> str:
    letters = "".join(filter(str.isalpha, mode.casefold()))
    guess = _MODE_WORDS.get(letters) or next((known for known in MODES if letters.startswith(known)), None)
    return f'Did you mean "{guess}"?' if guess else did_you_mean(letters, MODES) or f"Use one of: {', '.join(MODES)}."


#: What editors write for inputs.
_INPUT_WORDS: Mapping[str, str] = {
    "lang": "language",
    "territory": "country",
    "q": "terms",
    "query": "terms",
    "time": "hour",
}


#: Why no rule asks about some inputs.
_NOT_ASKED: Mapping[str, str] = {
    "choice": "What the visitor chooses stands above all rules as it is.",
    "consent": 'Inputs beyond the visitor\'s consent are blank: ask them for "unknown".',
}


def _unknown_input(name: str) -> tuple[str, str]:
    """Problem and cure."""
    if name in INPUTS:
        return f'A rule cannot ask about "{name}".', _NOT_ASKED[name]
    known = [row.name for row in INPUTS.values() if row.cell]
    guess = _INPUT_WORDS.get(name.casefold())
    cure = f'Did you mean "{guess}"?' if guess else did_you_mean(name, known) or f"Use one of: {', '.join(known)}."
    return f'"{name}" is no input.', cure


def _duplicates(rules: Iterable[Rule]) -> Iterable[Finding]:
    seen: dict[str, Rule] = {}
    for rule in rules:
        first = seen.setdefault(rule.id, rule)
        if first is not rule:
            problem = f'The id "{rule.id}" is also that of the rule in {first.file} line {first.line}.'
            yield Finding(rule.file, rule.line, Severity.error, "duplicate-id", problem, "Rename one of them.")
