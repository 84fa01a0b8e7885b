"""CSV as spreadsheets read and write it: shipped tables, and what is exported.

A cell that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a carriage return; OWASP, CSV
injection), or that is an error of one (`#REF!`), gets an apostrophe before it. Reading takes one away again, so nothing is lost:
`@dach` is written `'@dach`, and a text that already looks so gets a second one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from locales.findings import Finding, Severity, did_you_mean

#: What spreadsheets show in place of a value that they cannot work out.
ERRORS = ("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")

_ALTERED = rf"(?:[=+\-@\t\r]|(?:{'|'.join(map(re.escape, ERRORS))})\Z)"
_FORMULA = re.compile(rf"'*{_ALTERED}")
_NEUTRALISED = re.compile(rf"''*{_ALTERED}")
_UNESCAPED = re.compile(r"\\(.)|;")

#: One row: the line that it starts on, and its cells by column, those that are empty left out.
Row = tuple[int, dict[str, str]]


def read_sheet(
    content: str | bytes, file: str, columns: Sequence[str], optional: Sequence[str] = ()
) -> tuple[list[Row], list[Finding]]:
    """The rows of a table whose first line names its columns, in any order; or none, and what is wrong with its form."""
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [_fault(file, 0, "not-utf-8", "The file is not UTF-8.", "Save it as CSV UTF-8.")]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            lines.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        return [], [_fault(file, line, "not-csv", f"Not CSV: {error}.", 'A quote inside quotes is doubled: "".')]
    header = lines[0][1] if lines else []
    rows = [(line, cells) for line, cells in lines[1:] if cells]
    findings = [*_header_faults(header, file, columns, optional), *_length_faults(rows, len(header), file)]
    return ([] if findings else [(line, _named(header, cells)) for line, cells in rows]), findings


def _named(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return {name: told(cell) for name, cell in zip(header, cells, strict=True) if cell}


def _length_faults(rows: Iterable[tuple[int, list[str]]], length: int, file: str) -> Iterator[Finding]:
    for line, cells in rows:
        if len(cells) != length:
            problem = f"The row has {len(cells)} cells, the first line has {length}."
            yield _fault(file, line, "row-length", problem, "Quote cells that hold a comma.")


def _fault(file: str, line: int, code: str, problem: str, cure: str) -> Finding:
    return Finding(file, line, Severity.error, code, problem, cure)


def _header_faults(
    header: Sequence[str], file: str, columns: Sequence[str], optional: Sequence[str]
) -> Iterator[Finding]:
    known = (*columns, *optional)
    for name in columns:
        if name not in header:
            cure = f"Its first line names the columns: {', '.join(columns)}."
            yield _fault(file, 1, "missing-column", f'The file has no column "{name}".', cure)
    for at, name in enumerate(header):
        if name not in known:
            yield _fault(file, 1, "unknown-column", f'"{name}" is no column.', did_you_mean(name, known) or "Drop it.")
        elif name in header[:at]:
            yield _fault(file, 1, "duplicate-column", f'The column "{name}" stands there twice.', "Keep one.")


def write_sheet(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """A table with those columns; a cell that a row lacks is empty."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[harmless(row.get(name, "")) for name in columns] for row in rows])
    return out.getvalue()


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def is_error(cell: str) -> bool:
    """Whether a spreadsheet wrote that it could not work out a value."""
    return cell in ERRORS


def told(cell: str) -> str:
    """The text of a cell that `harmless` may have written."""
    return cell[1:] if _NEUTRALISED.match(cell) else cell


def joined(texts: Iterable[str]) -> str:
    """Several texts in one cell, parted by `;`; a semicolon of their own has a backslash before it."""
    return ";".join(text.replace("\\", "\\\\").replace(";", "\\;") for text in texts)


def parted(cell: str) -> tuple[str, ...]:
    """The texts of a cell that `joined` has written."""
    texts, rest = [""], 0
    for found in _UNESCAPED.finditer(cell):
        texts[-1] += cell[rest : found.start()] + (found[1] or "")
        if found[1] is None:
            texts.append("")
        rest = found.end()
    texts[-1] += cell[rest:]
    return tuple(texts)
