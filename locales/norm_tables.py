"""Norms as a table of CSV: the shipped one, and what is exported, which is of the same form.

    place,language,kind,channel,age,mode,source,basis,confidence,year,note
    CH-GE,fr,,cinema,,dub>sub,PROCINEMA,observed,high,2014,61.8% of admissions dubbed

`mode` is an order, `source` the keys of `data/norm_sources.csv` or plain texts, parted by `;`. A column `review` (a date) may
follow. What a spreadsheet would take for a formula is written as `locales.sheets` says.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cache
from typing import Any

from locales import norm_rows
from locales.findings import Faulty, Finding
from locales.groups import Groups
from locales.norm_rows import Norm, check_norms, parse_norms
from locales.preference import Confidence
from locales.sheets import Row, joined, parted, read_sheet, write_sheet

COLUMNS = ("place", "language", "kind", "channel", "age", "mode", "source", "basis", "confidence", "year", "note")
OPTIONAL = ("review",)

SHIPPED = "viewing_norms.csv"

#: Cells that every row fills, with an example. What a row rests on and how sure it is, is never left to a default here.
_REQUIRED = {"mode": "sub>dub", "source": "a key of norm_sources.csv", "basis": "observed", "confidence": "medium"}


@cache
def shipped_rows() -> tuple[Norm, ...]:
    """The rows of `data/viewing_norms.csv`.

    Each start reads them, so they are taken as they stand; that `load_norm_table` makes the same of them, a test shows.
    """
    with norm_rows.DATA.joinpath(SHIPPED).open(encoding="utf-8", newline="") as file:
        rows = tuple([_taken(row, line) for line, row in enumerate(csv.DictReader(file), start=2)])
    faults = check_norms(rows)
    if faults:
        raise Faulty(faults)
    return rows


def _taken(row: Mapping[str, str], line: int) -> Norm:
    return Norm(
        row["place"], row["language"], row["kind"], row["channel"], row["age"],
        tuple(row["mode"].split(">")), tuple(row["source"].split(";")), row["basis"], Confidence[row["confidence"]],
        int(row["year"]) if row["year"] else None, row["note"], file=SHIPPED, line=line,
    )  # fmt: skip


def load_norm_table(content: str | bytes, file: str, groups: Groups) -> tuple[Norm, ...]:
    """The rows of a table. Raises Faulty with every fault, each with file, line and cure."""
    rows, findings = parse_norm_table(content, file, groups)
    if findings:
        raise Faulty(findings)
    return tuple(rows)


def parse_norm_table(content: str | bytes, file: str, groups: Groups) -> tuple[list[Norm], list[Finding]]:
    """The rows of a table that can be used, and what is wrong with the others."""
    lines, faults = read_sheet(content, file, COLUMNS, OPTIONAL)
    rows, findings = parse_norms(
        [_fields(cells) for _, cells in lines], _locator(lines), file, groups, required=_REQUIRED, site=False
    )
    return rows, [*faults, *findings]


def _locator(lines: Sequence[Row]) -> Any:
    return lambda number, _: lines[number][0]


def _fields(cells: Mapping[str, str]) -> dict[str, Any]:
    """Cells as the values that a `[[norms]]` would have. What cannot be one stays a text, which is then told of as a fault."""
    fields: dict[str, Any] = dict(cells)
    if "mode" in cells:
        fields["mode"] = cells["mode"].split(">")
    if "source" in cells:
        fields["source"] = list(parted(cells["source"]))
    if cells.get("year", "").isdecimal():
        fields["year"] = int(cells["year"])
    with suppress(KeyError, ValueError):
        fields["review"] = date.fromisoformat(cells["review"])
    return fields


def to_norm_table(rows: Iterable[Norm]) -> str:
    """The rows as a table that `load_norm_table` reads back to the same, file and line aside."""
    rows = tuple(rows)
    columns = (*COLUMNS, *OPTIONAL) if any(row.review_by for row in rows) else COLUMNS
    return write_sheet(columns, map(_cells, rows))


def _cells(row: Norm) -> dict[str, str]:
    return {
        **{name: getattr(row, name) for name in ("place", "language", "kind", "channel", "age", "basis", "note")},
        "mode": ">".join(row.mode),
        "source": joined(row.sources),
        "confidence": row.confidence.name,
        "year": "" if row.year is None else str(row.year),
        "review": "" if row.review_by is None else row.review_by.isoformat(),
    }
