"""Tables as CSV: the way back from rules to the bulk rows that `rules.bulk` reads, without loss.

    Table ──▶ columns that its rules need ──▶ a row for each rule ──▶ CSV

A spreadsheet takes `@dach` for a formula, so such cells get an apostrophe that reading takes away again (`locales.sheets`).
What a row cannot hold is a finding and never left out: a value with `|` in it, space at the ends of a text, tags that two
rules order differently, a split.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from locales.documents import has_control
from locales.findings import Faulty, Finding, Severity
from locales.sheets import harmless
from rules.bulk import BulkRows, Slot, column_name
from rules.inputs import INPUTS
from rules.moments import parse_begin, parse_end
from rules.parts import NO_LANGUAGE
from rules.tables import Rule, Table

_Parse = Callable[[object, datetime.tzinfo], datetime.datetime]

#: Cells of one row that are not empty.
_Row = Mapping[Slot, str]

#: Characters of a cell, and of the apostrophe before it: `csv.field_size_limit()` less one.
LONGEST = 131_071

#: Columns in their order; tags and reasons, whose names are the site's, have places of their own.
_BEFORE: tuple[Slot, ...] = (("rule", "id"), *(("when", name) for name in INPUTS))
_AFTER: tuple[Slot, ...] = (("then", "variant"), ("then", "language"), ("then", "mode"))
_SCHEDULE: tuple[Slot, ...] = (("active", "from"), ("active", "until"))


def to_bulk(table: Table, zone: datetime.tzinfo, separator: str = ",") -> str:
    """The rules of a table as CSV, in order. Schedules are told on the clock of `zone`, the site's.

    Raises `Faulty` with a finding for everything that a row cannot hold.
    """
    findings: list[Finding] = []
    rows = [_row(rule, zone, findings) for rule in table.rules]
    columns = _columns(table.rules, rows, findings)
    if findings:
        raise Faulty(findings)
    return _csv(columns, ([row.get(slot, "") for slot in columns] for row in rows), separator)


def to_canonical(rows: BulkRows) -> str:
    """The same rows in the form that `to_bulk` writes: commas, LF, no byte order mark, no column without a name."""
    kept = [(at, slot) for at, slot in enumerate(rows.columns) if slot is not None]
    return _csv([slot for _, slot in kept], ([row.cells[at] for at, _ in kept] for row in rows.rows), ",")


def _csv(columns: Iterable[Slot], rows: Iterable[Sequence[str]], separator: str) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow([column_name(slot) for slot in columns])
    writer.writerows([[harmless(cell) for cell in cells] for cells in rows])
    return out.getvalue()


# Rows


def _row(rule: Rule, zone: datetime.tzinfo, findings: list[Finding]) -> _Row:
    row: dict[Slot, str] = {}
    if rule.split is not None:
        findings.append(_split(rule))
    for slot, texts, mark in _parts(rule, zone):
        findings += [_fault(rule, slot, problem) for text in texts for problem in _problems(text, mark)]
        row[slot] = mark.join(texts)
        if len(row[slot]) > LONGEST:
            findings.append(_fault(rule, slot, f"it has more than {LONGEST} characters"))
    return row


def _parts(rule: Rule, zone: datetime.tzinfo) -> Iterator[tuple[Slot, Sequence[str], str]]:
    """What a rule has: the column, the texts of the cell, and what stands between them."""
    outcome, active = rule.outcome, rule.active
    yield ("rule", "id"), [rule.id], ""
    yield from ((("when", cell.input), cell.text, "|") for cell in rule.cells)
    if outcome.variant is not None:
        yield ("then", "variant"), [outcome.variant], ""
    if outcome.language is not None:
        yield ("then", "language"), [outcome.language], ""
    if outcome.mode:
        yield ("then", "mode"), outcome.mode, ">"
    yield from ((("tags", name), [text], "") for name, text in outcome.tags)
    yield from ((_why(language), [text], "") for language, text in rule.why.items())
    if active.begins is not None:
        yield ("active", "from"), [_begin(active.begins, zone)], ""
    if active.ends is not None:
        yield ("active", "until"), [_end(active.ends, zone)], ""


def _why(language: str) -> Slot:
    return "why", "" if language == NO_LANGUAGE else language


def _problems(text: str, mark: str) -> Iterator[str]:
    """Why a text would not come back from a cell as it is."""
    if has_control(text):
        yield f"{text!r} has a line break or a control character"
    elif text != text.strip():
        yield f'"{text}" begins or ends with a space'
    if mark and mark in text:
        yield f'"{text}" has a {mark} in it, which parts the values of a cell'


def _fault(rule: Rule, slot: Slot, problem: str) -> Finding:
    cure = "Change the text, or keep this rule in the TOML file."
    told = f'A row of CSV cannot hold {column_name(slot)} of "{rule.id}": {problem}.'
    return Finding(rule.file, rule.line, Severity.error, "not-for-csv", told, cure)


def _split(rule: Rule) -> Finding:
    told = f'A row of CSV cannot hold "{rule.id}": it splits its visitors between arms.'
    cure = "Splits stay in the TOML file: give them a table of their own, and export the other."
    return Finding(rule.file, rule.line, Severity.error, "not-for-csv", told, cure)


# Columns


def _columns(rules: Sequence[Rule], rows: Iterable[_Row], findings: list[Finding]) -> list[Slot]:
    """The columns that have a cell in any row, `id` always."""
    used: set[Slot] = {("rule", "id")}.union(*rows)
    tags = [("tags", name) for name in _tags(rules, findings)]
    why = sorted(slot for slot in used if slot[0] == "why")
    return [slot for slot in (*_BEFORE, *_AFTER, *tags, *_SCHEDULE, *why) if slot in used]


def _tags(rules: Iterable[Rule], findings: list[Finding]) -> list[str]:
    """An order of the tags in which those of every rule stand as it names them: the first decides among equals."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    orders: dict[tuple[str, ...], Rule] = {}
    for rule in rules:
        names = tuple(name for name, _ in rule.outcome.tags)
        orders.setdefault(names, rule)
    for names in orders:
        for at, name in enumerate(names):
            sorter.add(name, *names[at - 1 : at] if at else ())
    try:
        return list(sorter.static_order())
    except CycleError as error:
        findings.append(_disordered(error.args[1], orders))
        return []


def _disordered(circle: Sequence[str], orders: Mapping[tuple[str, ...], Rule]) -> Finding:
    """The finding for tags of which each is named before the next, and the last before the first."""
    steps = {*pairwise(circle)}
    told = [rule for names, rule in orders.items() if steps & {*pairwise(names)}]
    problem = (
        f"Rules name the tags {', '.join(sorted(set(circle)))} in orders that no one order of columns has: "
        f"{', '.join(rule.id for rule in told)}."
    )
    cure = "Name the tags in the same order in each of them: the first decides where two variants are equal."
    return Finding(told[-1].file, told[-1].line, Severity.error, "not-for-csv", problem, cure)


# Schedules


def _begin(moment: datetime.datetime, zone: datetime.tzinfo) -> str:
    return _moment(moment, zone, parse_begin, datetime.timedelta())


def _end(moment: datetime.datetime, zone: datetime.tzinfo) -> str:
    return _moment(moment, zone, parse_end, datetime.timedelta(microseconds=1))


def _moment(moment: datetime.datetime, zone: datetime.tzinfo, parse: _Parse, back: datetime.timedelta) -> str:
    """The shortest text that `parse` takes for the moment: a date, a local time, or a time in UTC.

    `back` leads from a moment to the last day before it.
    """
    texts: tuple[str, ...] = ()
    try:
        local = moment.astimezone(zone).replace(tzinfo=None, fold=0)
        texts = ((local - back).date().isoformat(), local.isoformat())
    except OverflowError:  # the first and the last hours of the calendar, elsewhere
        pass
    utc = moment.astimezone(datetime.UTC).replace(tzinfo=None).isoformat() + "Z"
    return next((text for text in texts if parse(text, zone) == moment), utc)
