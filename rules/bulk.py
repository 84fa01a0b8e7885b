"""Bulk rows: the rules of a table as CSV, one a line, after those of its TOML file.

`rules/airline.csv` and `rules/airline.NAME.csv` belong to `rules/airline.toml`. The first line names the columns:

    id                          the rule's id
    country, device, terms …    an input; empty: any; `DE|AT` or; `!tv` not; `18..23` a range; `@dach` a group
    variant, tags.market …      an outcome
    mode                        an outcome, in order: `sub>dub`
    from, until                 the schedule
    why, why.es                 the reason, in no language or in one
    when.X, then.X              the same in full; `language` is both an input and an outcome, and needs one of them

Commas, semicolons and tabs part cells, whichever the first line uses, or the one that a line above it names, as Excel does:
`sep=;`. A byte order mark and CRLF are allowed for. An apostrophe before a cell that a spreadsheet would take for a formula
(`'@dach`, see `locales.sheets`) is no part of it. What begins with `=` and has none, or is an error of a
spreadsheet (`#REF!`), is refused.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

import msgspec

from locales.documents import LARGEST, has_control
from locales.findings import Faulty, Finding, Severity, did_you_mean
from locales.sheets import is_error, told
from locales.tags import parse_tag
from rules.encodings import decoded
from rules.inputs import INPUTS
from rules.parts import NO_LANGUAGE

#: The part of a rule that a column writes to, and the name there.
Slot = tuple[str, str]

_ID: Slot = ("rule", "id")
_ASKED = tuple(row.name for row in INPUTS.values() if row.cell)
_SAID = ("variant", "language", "mode")

#: Faults of one file that are told. A column that has slipped makes a fault of every row.
MOST_FAULTS = 1000


class BulkRow(msgspec.Struct, frozen=True, gc=False):
    """The line that a row starts on, and its cells, one for each column."""

    line: int
    cells: tuple[str, ...]


class BulkRows(msgspec.Struct, frozen=True):
    """The rows of one file, in order. `columns` are what each column writes to; None for one without a name."""

    file: str
    columns: tuple[Slot | None, ...]
    rows: tuple[BulkRow, ...]


def table_of(file: str) -> str:
    """The name of the TOML file, without its ending, that a CSV file belongs to: up to the first full stop."""
    return PurePosixPath(file).name.partition(".")[0]


def parse_bulk(text: str | bytes, file: str) -> BulkRows:
    """The rows of a CSV file. Raises `Faulty` with every fault of its form; cells are read when the table is loaded."""
    lines = _lines(text, file)
    findings: list[Finding] = []
    line, raw = next(lines, (1, []))
    names = _stripped(raw)
    columns = tuple(_columns(line, names, file, findings))
    at = columns.index(_ID) if _ID in columns and None not in columns else None
    rows = []
    for line, raw in lines:
        if at is not None and _is_bare(raw, len(columns), at):
            cells = tuple(raw)
        else:
            cells = _stripped(raw)
            if at is None or not _is_plain(cells, len(columns), at):
                findings += _row_faults(cells, names, file, line)
            cells = _told(cells)
        if not findings:
            rows.append(BulkRow(line, cells))
        elif len(findings) >= MOST_FAULTS:
            findings.append(too_many(file, line))
            break
    if findings:
        raise Faulty(findings)
    return BulkRows(file, columns, tuple(rows))


# Lines


def _fault(file: str, line: int, code: str, problem: str, cure: str = "") -> Finding:
    return Finding(file, line, Severity.error, code, problem, cure)


def _lines(text: str | bytes, file: str) -> Iterator[tuple[int, list[str]]]:
    """Each line that is not empty, with its number and cells."""
    source = _decoded(text, file)
    declared = _DECLARED.match(source)
    separator = _declared(declared[1], file) if declared else _separator(source)
    before, rest = (1, source[declared.end() :]) if declared else (0, source)
    reader = csv.reader(io.StringIO(rest, newline=""), delimiter=separator, strict=True)
    line = before + 1
    try:
        for cells in reader:
            if any(cells):
                yield line, cells
            line = before + reader.line_num + 1
    except csv.Error as error:
        cure = 'A quote inside quotes is doubled: "".'
        if "limit" in str(error):
            cure = f"A cell has {csv.field_size_limit()} characters at most; a quote that is not closed takes in what follows."
        raise Faulty([_fault(file, line, "not-csv", f"Not CSV: {error}.", cure)]) from None


def _decoded(text: str | bytes, file: str) -> str:
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(content) > LARGEST:
        raise Faulty([_fault(file, 0, "too-large", f"The file has more than {LARGEST} bytes.", "Split it.")])
    return decoded(content, file)


#: Characters that may part cells.
_SEPARATORS = (",", ";", "\t")

#: The line with which Excel tells itself what parts the cells of all others.
_DECLARED = re.compile(r'"?sep=([^\r\n]*?)"?(?:\r\n|[\r\n]|\Z)', re.IGNORECASE)

#: Of what such a line says, as much is told.
_SHOWN = 16


def _declared(said: str, file: str) -> str:
    """The separator that the line names. Raises `Faulty` where it is none."""
    if said in _SEPARATORS:
        return said
    problem = f'The first line says "sep={said[:_SHOWN]}", which names no separator.'
    cure = "Part cells by commas, semicolons or tabs; write sep=; for semicolons, or take the line out."
    raise Faulty([_fault(file, 1, "bad-separator", problem, cure)])


def _separator(source: str) -> str:
    header = source.partition("\n")[0]
    return max(_SEPARATORS, key=header.count)


# Cells


def _is_bare(cells: Sequence[str], count: int, at: int) -> bool:
    """Whether a row is as most are, so that its cells can be taken as they stand: whole, with an id, printable, and without what
    asks for a second look: space at the ends of a cell, an apostrophe, `=`, `#`.
    """
    text = f",{','.join(cells)},"
    return (
        len(cells) == count
        and cells[at] != ""
        and text.isprintable()
        and not ("=" in text or "#" in text or "'" in text or ", " in text or " ," in text)
    )


def _stripped(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(str.strip, cells))


def _told(cells: tuple[str, ...]) -> tuple[str, ...]:
    """The cells without the apostrophes that keep spreadsheets from computing them."""
    return tuple(map(told, cells)) if any(cell[:1] == "'" for cell in cells) else cells


# Columns


def _columns(line: int, names: Sequence[str], file: str, findings: list[Finding]) -> list[Slot | None]:
    """What each column writes to; None for one without a name."""
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
    if _ID not in slots:
        cure = "Its first line names the columns: id, country, mode, …"
        findings.append(_fault(file, line, "missing-column", 'The file has no column "id".', cure))
    return slots


_PLAIN: Mapping[str, Slot] = {
    "id": _ID,
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
    if not dot or not rest or part not in {"why", "tags"}:
        return None
    return ("why", _why(rest)) if part == "why" else (part, rest)


def _why(language: str) -> str:
    """The canonical tag, so that two names of one language are one column; empty for `und`, that is for none."""
    tag = parse_tag(language) or language
    return "" if tag == NO_LANGUAGE else tag


#: The name that a file gives to what a column writes to.
_NAMES: Mapping[Slot, str] = {slot: name for name, slot in _PLAIN.items()}


def column_name(slot: Slot) -> str:
    """The shortest name of a column that writes there."""
    return _NAMES.get(slot) or ".".join(slot)


def _column_cure(name: str) -> str:
    if name == "language":
        return "Write when.language (what the visitor's language must be) or then.language (which one to take)."
    return did_you_mean(name, _PLAIN) or f"The columns are {', '.join(_PLAIN)}, why.LANGUAGE, tags.NAME."


# Rows


def _is_plain(cells: Sequence[str], count: int, at: int) -> bool:
    """Whether a row is without fault, so that nobody need look for it: whole, with an id, printable, without `=` and `#`."""
    text = "".join(cells)
    return len(cells) == count and cells[at] != "" and "=" not in text and "#" not in text and text.isprintable()


def _row_faults(cells: Sequence[str], names: Sequence[str], file: str, line: int) -> Iterator[Finding]:
    if len(cells) != len(names):
        yield _length_fault(cells, names, file, line)
        return
    for at, (name, cell) in enumerate(zip(names, cells, strict=True)):
        if not cell and name == "id":
            yield _fault(
                file, line, "missing-field", "The row has no id.", "Give each row its own; split merged cells."
            )
        elif cell and not name:
            problem = f'"{cell}" stands in column {_letters(at)}, which has no name.'
            yield _fault(file, line, "unknown-column", problem, "Name the column.")
        elif has_control(cell):
            problem = f'Column "{name}": {cell!r} has a line break or a control character.'
            yield _fault(file, line, "control-character", problem, "Take it out.")
        elif cell[:1] == "=":
            problem = f'Column "{name}": "{cell}" is a formula.'
            yield _fault(file, line, "formula", problem, "Save the file with values, not formulas.")
        elif is_error(cell):
            problem = f'Column "{name}": "{cell}" is an error of the spreadsheet.'
            yield _fault(
                file, line, "formula", problem, "Mend the cell there; as a text it has an apostrophe before it."
            )


def _length_fault(cells: Sequence[str], names: Sequence[str], file: str, line: int) -> Finding:
    problem = f'The row "{cells[0]}" has {len(cells)} cells, the first line has {len(names)}.'
    cure = "Quote cells that hold a separator; split merged cells."
    if len(cells) < len(names):
        cure += " Where a spreadsheet leaves out empty cells at the end, make a full column such as id the last one."
    return _fault(file, line, "row-length", problem, cure)


def _letters(at: int) -> str:
    """What a spreadsheet calls the column at that position, from 0: A to Z, AA, AB …"""
    before, last = divmod(at, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def too_many(file: str, line: int) -> Finding:
    """What is said instead of all further faults of a file."""
    problem = f"There are {MOST_FAULTS} faults up to here; what stands below has not been read."
    return _fault(file, line, "too-many-faults", problem, "Mend one of each kind, then look again.")
