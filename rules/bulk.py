"""Bulk rows: the rules of a table as CSV, one a line, after those of its TOML file.

`rules/airline.csv` and `rules/airline.NAME.csv` belong to `rules/airline.toml`. The first line names the columns:

    id                          the rule's id
    country, device, terms …    an input; empty: any; `DE|AT` or; `!tv` not; `18..23` a range; `@dach` a group
    variant, tags.market …      an outcome
    mode                        an outcome, in order: `sub>dub`
    from, until                 the schedule
    why, why.es                 the reason, in no language or in one
    when.X, then.X              the same in full; `language` is both an input and an outcome, and needs one of them

Commas, semicolons and tabs part cells, whichever the first line uses. A byte order mark and CRLF are allowed for.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import msgspec

from locales.documents import LARGEST, has_control
from locales.findings import Faulty, Finding, Severity, did_you_mean
from rules.forms import OutcomeForm, RuleForm, ScheduleForm
from rules.inputs import INPUTS

#: The part of a rule that a column writes to, and the name there.
Slot = tuple[str, str]

_ASKED = tuple(row.name for row in INPUTS.values() if row.cell)
_SAID = ("variant", "language", "mode")


class BulkRow(msgspec.Struct, frozen=True):
    """One rule and the line that it starts on."""

    line: int
    form: RuleForm


class BulkRows(msgspec.Struct, frozen=True):
    """The rows of one file, in order."""

    file: str
    rows: tuple[BulkRow, ...]


def table_of(file: str) -> str:
    """The name of the TOML file, without its ending, that a CSV file belongs to: up to the first full stop."""
    return PurePosixPath(file).name.partition(".")[0]


def parse_bulk(text: str | bytes, file: str) -> BulkRows:
    """The rows of a CSV file. Raises `Faulty` with every fault of its form; cells are read when the table is loaded."""
    lines = _lines(text, file)
    findings: list[Finding] = []
    slots = _columns(next(lines, (1, [])), file, findings)
    rows = []
    for line, cells in lines:
        faults = list(_row_faults(cells, slots, file, line))
        findings += faults
        if not findings:
            rows.append(BulkRow(line, _form(slots, cells)))
    if findings:
        raise Faulty(findings)
    return BulkRows(file, tuple(rows))


# Lines


def _fault(file: str, line: int, code: str, problem: str, cure: str = "") -> Finding:
    return Finding(file, line, Severity.error, code, problem, cure)


def _lines(text: str | bytes, file: str) -> Iterator[tuple[int, list[str]]]:
    """Each line that is not empty, with its number, as stripped cells."""
    source = _decoded(text, file)
    reader = csv.reader(io.StringIO(source, newline=""), delimiter=_separator(source), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cells):
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise Faulty(
            [_fault(file, line, "not-csv", f"Not CSV: {error}.", 'A quote inside quotes is doubled: "".')]
        ) from None


def _decoded(text: str | bytes, file: str) -> str:
    try:
        content = text.encode("utf-8") if isinstance(text, str) else text
        if len(content) > LARGEST:
            raise Faulty([_fault(file, 0, "too-large", f"The file has more than {LARGEST} bytes.", "Split it.")])
        return content.decode("utf-8-sig")
    except UnicodeError:
        raise Faulty([_fault(file, 0, "not-utf-8", "The file is not UTF-8.", "Save it as CSV UTF-8.")]) from None


def _separator(source: str) -> str:
    header = source.partition("\n")[0]
    return max(",;\t", key=header.count)


# Columns


def _columns(header: tuple[int, list[str]], file: str, findings: list[Finding]) -> list[Slot | None]:
    """What each column writes to; None for one without a name."""
    line, names = header
    slots: list[Slot | None] = []
    for name in names:
        slot = _slot(name)
        if name and slot is None:
            findings.append(_fault(file, line, "unknown-column", f'"{name}" is no column.', _column_cure(name)))
        elif slot is not None and slot in slots:
            findings.append(
                _fault(file, line, "duplicate-column", f'The column "{name}" stands there twice.', "Keep one.")
            )
        slots.append(slot)
    if ("rule", "id") not in slots:
        cure = "Its first line names the columns: id, country, mode, …"
        findings.append(_fault(file, line, "missing-column", 'The file has no column "id".', cure))
    return slots


_PLAIN: Mapping[str, Slot] = {
    "id": ("rule", "id"),
    "why": ("why", ""),
    "from": ("active", "from"),
    "until": ("active", "until"),
    **{f"when.{name}": ("when", name) for name in _ASKED},
    **{f"then.{name}": ("then", name) for name in _SAID},
    **{name: ("when", name) for name in _ASKED if name not in _SAID},
    **{name: ("then", name) for name in _SAID if name not in _ASKED},
}


def _slot(name: str) -> Slot | None:
    if name in _PLAIN:
        return _PLAIN[name]
    part, dot, rest = name.removeprefix("then.").partition(".")
    return (part, rest) if dot and rest and part in {"why", "tags"} else None


def _column_cure(name: str) -> str:
    if name == "language":
        return "Write when.language (what the visitor's language must be) or then.language (which one to take)."
    return did_you_mean(name, _PLAIN) or f"The columns are {', '.join(_PLAIN)}, why.LANGUAGE, tags.NAME."


# Rows


def _row_faults(cells: Sequence[str], slots: Sequence[Slot | None], file: str, line: int) -> Iterator[Finding]:
    if len(cells) != len(slots):
        problem = f"The row has {len(cells)} cells, the first line has {len(slots)}."
        yield _fault(file, line, "row-length", problem, "Quote cells that hold a separator; split merged cells.")
        return
    if has_control("".join(cells)):
        yield _fault(file, line, "control-character", "A cell has a line break or a control character.", "Take it out.")
    for cell, slot in zip(cells, slots, strict=True):
        if not cell:
            if slot == ("rule", "id"):
                yield _fault(
                    file, line, "missing-field", "The row has no id.", "Give each row its own; split merged cells."
                )
        elif cell[0] == "=":
            yield _fault(file, line, "formula", f'"{cell}" is a formula.', "Save the file with values, not formulas.")
        elif slot is None:
            yield _fault(
                file, line, "unknown-column", f'"{cell}" stands in a column without a name.', "Name the column."
            )


def _form(slots: Sequence[Slot | None], cells: Sequence[str]) -> RuleForm:
    parts: dict[str, dict[str, Any]] = {"rule": {}, "when": {}, "then": {}, "tags": {}, "why": {}, "active": {}}
    for slot, cell in zip(slots, cells, strict=True):
        if cell and slot is not None:
            parts[slot[0]][slot[1]] = cell
    when = {name: [value.strip() for value in cell.split("|")] for name, cell in parts["when"].items()}
    if "mode" in parts["then"]:
        parts["then"]["mode"] = [mode.strip() for mode in parts["then"]["mode"].split(">")]
    outcome = OutcomeForm(**parts["then"], tags=parts["tags"])
    schedule = ScheduleForm(parts["active"].get("from"), parts["active"].get("until"))
    return RuleForm(parts["rule"]["id"], outcome, when, parts["why"], schedule)
