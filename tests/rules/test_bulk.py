"""Tests of bulk rows: the CSV of a table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.documents import LARGEST
from locales.findings import Faulty
from rules.bulk import BulkRow, BulkRows, parse_bulk, table_of

FILE = "rules/airline.csv"


Row = tuple[int, dict[str, str]]


@pytest.mark.parametrize(
    ("file", "table"),
    [("rules/airline.csv", "airline"), ("rules/airline.winter.csv", "airline"), ("airline.csv", "airline")],
)
def test_rows_belong_to_the_table_whose_name_begins_theirs(file: str, table: str) -> None:
    assert table_of(file) == table


#: A file, and its rows: the line, and the cells that are not empty by what they write to.
GOOD: list[tuple[str | bytes, list[Row]]] = [
    ("id,country,mode\na,DE|!AT,sub>dub\n", [(2, {"rule.id": "a", "when.country": "DE|!AT", "then.mode": "sub>dub"})]),
    ("id;country;mode\r\na; DE | AT ;sub > dub\r\n", [
        (2, {"rule.id": "a", "when.country": "DE | AT", "then.mode": "sub > dub"}),
    ]),
    ("id\tcountry\na\tDE", [(2, {"rule.id": "a", "when.country": "DE"})]),
    ("\ufeffid,country\na,DE", [(2, {"rule.id": "a", "when.country": "DE"})]),
    (b"\xef\xbb\xbfid,country\na,DE", [(2, {"rule.id": "a", "when.country": "DE"})]),
    ('id,terms,mode\n\na,"cheap, flight*|""x""",sub\n,,\nb,,sub\n', [
        (3, {"rule.id": "a", "when.terms": 'cheap, flight*|"x"', "then.mode": "sub"}),
        (5, {"rule.id": "b", "then.mode": "sub"}),
    ]),
    ("id,when.language,then.language,then.tags.market,tags.x\na,es-MX,es,mx,\n", [
        (2, {"rule.id": "a", "when.language": "es-MX", "then.language": "es", "tags.market": "mx"}),
    ]),
    ("id,when.country,then.variant\na,@eu,es-sub", [
        (2, {"rule.id": "a", "when.country": "@eu", "then.variant": "es-sub"}),
    ]),
    ("id,mode,\na,sub,\n", [(2, {"rule.id": "a", "then.mode": "sub"})]),
    ("id,why,why.es,from,until\na,Because a = b,Porque\u200b,2026-12-01,2026-12-24", [
        (2, {"rule.id": "a", "why.": "Because a = b", "why.es": "Porque\u200b", "active.from": "2026-12-01",
             "active.until": "2026-12-24"}),
    ]),
    ("id,mode\n", []),
    ("sep=;\r\nid;country;why\r\na;DE;x, y, z\r\n", [(3, {"rule.id": "a", "when.country": "DE", "why.": "x, y, z"})]),
    ('\ufeff"SEP=,"\nid,mode\n\na,sub\n', [(4, {"rule.id": "a", "then.mode": "sub"})]),
    ("sep=\t\rid\tmode\ra\tsub", [(3, {"rule.id": "a", "then.mode": "sub"})]),
    ("id,country,why\na,DE , x \nb, ,y\u00a0\n", [
        (2, {"rule.id": "a", "when.country": "DE", "why.": "x"}),
        (3, {"rule.id": "b", "why.": "y"}),
    ]),
    ("id,country,campaign\na,'@dach|AT,'=SUM(A1)\nb,'DE,''+1\n", [
        (2, {"rule.id": "a", "when.country": "@dach|AT", "when.campaign": "=SUM(A1)"}),
        (3, {"rule.id": "b", "when.country": "'DE", "when.campaign": "'+1"}),
    ]),
    ("id,why.und,why.pt-br\na,x,y", [(2, {"rule.id": "a", "why.": "x", "why.pt-BR": "y"})]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rows"), GOOD, ids=[repr(text)[:50] for text, _ in GOOD])
def test_a_row_has_a_cell_for_each_column(text: str | bytes, rows: list[Row]) -> None:
    found = parse_bulk(text, FILE)
    assert found.file == FILE
    assert [(row.line, written(found, row)) for row in found.rows] == rows


def written(found: BulkRows, row: BulkRow) -> dict[str, str]:
    cells = zip(found.columns, row.cells, strict=True)
    return {".".join(slot): cell for slot, cell in cells if slot is not None and cell}


#: A file, and of each finding line, code, part of the problem, part of the cure.
BAD: list[tuple[str | bytes, list[tuple[int, str, str, str]]]] = [
    ("", [(1, "missing-column", 'no column "id"', "id, country, mode")]),
    ("country,mode\nDE,sub", [(1, "missing-column", 'no column "id"', "")]),
    ("id,contry,xyzzy\na,DE,1", [
        (1, "unknown-column", '"contry"', 'Did you mean "country"?'),
        (1, "unknown-column", '"xyzzy"', "tags.NAME"),
    ]),
    ("id,language\na,", [(1, "unknown-column", '"language"', "when.language")]),
    ("id,consent\na,", [(1, "unknown-column", '"consent"', "")]),
    ("id,tags.\na,", [(1, "unknown-column", '"tags."', "")]),
    ("id,when.why.de\na,", [(1, "unknown-column", '"when.why.de"', "")]),
    ("id,mode,then.mode,id\na,,,a", [
        (1, "duplicate-column", '"then.mode" stands there twice', "Keep one."),
        (1, "duplicate-column", '"id" stands there twice', "Keep one."),
    ]),
    ("id,why,why.und,why.he,why.iw\na,,,,", [
        (1, "duplicate-column", '"why.und" stands there twice', "Keep one."),
        (1, "duplicate-column", '"why.iw" stands there twice', "Keep one."),
    ]),
    ("id,mode,\na,sub,x", [(2, "unknown-column", '"x" stands in column C, which has no name.', "Name the column.")]),
    (f"id{',' * 27}\na{',' * 26}x,y", [
        (2, "unknown-column", '"x" stands in column AA,', ""),
        (2, "unknown-column", '"y" stands in column AB,', ""),
    ]),
    ("id,mode\na\nb,sub,x\nc,sub", [
        (2, "row-length", 'The row "a" has 1 cells, the first line has 2.', "leaves out empty cells at the end"),
        (3, "row-length", 'The row "b" has 3 cells, the first line has 2.', "merged cells."),
    ]),
    ("id,mode\n,sub\na,sub", [(2, "missing-field", "no id", "merged")]),
    ("id,mode\n ,sub\na,sub", [(2, "missing-field", "no id", "merged")]),
    ("id,mode\na,=A1\nb, =B2", [
        (2, "formula", 'Column "mode": "=A1" is a formula', "values"),
        (3, "formula", 'Column "mode": "=B2" is a formula', "values"),
    ]),
    ("id,then.mode,why\na,#REF!,#NAME?\nb,sub,#1", [
        (2, "formula", 'Column "then.mode": "#REF!" is an error', "Mend the cell"),
        (2, "formula", 'Column "why": "#NAME?" is an error', "apostrophe"),
    ]),
    ('id,why,mode\na,"two\nlines",sub\nb,\x00,sub', [
        (2, "control-character", "Column \"why\": 'two\\nlines' has a line break", "Take it out."),
        (4, "control-character", "Column \"why\": '\\x00' has a line break or a control character", "Take it out."),
    ]),
    ("sep=|\nid|mode\na|sub\n", [(1, "bad-separator", 'The first line says "sep=|", which names no', "sep=;")]),
    ("sep=\nid,mode\n", [(1, "bad-separator", '"sep="', "take the line out")]),
    ("sep=;;\nid;mode\n", [(1, "bad-separator", '"sep=;;"', "")]),
    ("sep=" + "x" * 99, [(1, "bad-separator", '"sep=xxxxxxxxxxxxxxxx"', "")]),
    ("sep=;", [(1, "missing-column", 'no column "id"', "")]),
    ("sep=;\nid,mode\na,sub\n", [
        (2, "unknown-column", '"id,mode" is no column', ""),
        (2, "missing-column", 'no column "id"', ""),
    ]),
    ("sep=;\nid;mode\na;sub;x\n", [(3, "row-length", 'The row "a" has 3 cells, the first line has 2.', "")]),
    ('sep=;\nid;mode\na;"sub"x\n', [(3, "not-csv", "Not CSV", "doubled")]),
    ('id,mode\na,"sub"x\n', [(2, "not-csv", "Not CSV", "doubled")]),
    ('id,mode\na,"sub\n', [(2, "not-csv", "unexpected end of data", "doubled")]),
    ("id,mode\na," + "x" * 200_000, [(2, "not-csv", "field larger than field limit", "131072 characters")]),
    (b"id,why\r\na,x\r\nb;F\xfcr sie", [(3, "not-utf-8", 'not UTF-8: "Für" has the byte FC.', "CSV UTF-8")]),
    (b"\xef\xbb\xbfid\r\xe9", [(2, "not-utf-8", '"é" has the byte E9.', "CSV UTF-8")]),
    (b"id\n" + b"x" * 99 + b"\xe9", [(2, "not-utf-8", f'"{"x" * 40}é" has the byte E9.', "CSV UTF-8")]),
    ("id,mode\na,\ud800", [(2, "not-utf-8", "has the byte ED.", "CSV UTF-8")]),
    ("id,mode\na,sub\n".encode("utf-16"), [(0, "not-utf-8", "UTF-16", "CSV UTF-8")]),
    ("id,mode\na,sub\n".encode("utf-16-be"), [(0, "not-utf-8", "UTF-16", "CSV UTF-8")]),
    (b"PK\x03\x04\x14\x00\x06\x00\x08", [(0, "not-utf-8", "is a workbook", "CSV UTF-8")]),
    ("id,mode\n" + ",sub\n" * 1500, [
        *[(line, "missing-field", "no id", "merged") for line in range(2, 1002)],
        (1001, "too-many-faults", "There are 1000 faults up to here", "look again"),
    ]),
    ("\n" * (LARGEST + 1), [(0, "too-large", "more than", "Split it.")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), BAD, ids=[repr(text[:40]) for text, _ in BAD])
def test_a_fault_of_the_file_names_its_line(text: str | bytes, expected: list[tuple[int, str, str, str]]) -> None:
    with pytest.raises(Faulty) as caught:
        parse_bulk(text, FILE)
    found = [(finding.line, finding.code) for finding in caught.value.findings]
    assert found == [row[:2] for row in expected]
    for finding, (_, _, problem, cure) in zip(caught.value.findings, expected, strict=True):
        assert finding.file == FILE
        assert problem in finding.problem
        assert cure in finding.cure


@given(st.one_of(st.binary(max_size=100), st.text('id,;"\n\r\t=|é', max_size=60).map(lambda text: f"id,mode\n{text}")))
def test_whatever_a_file_holds_the_answer_is_rows_or_findings(text: str | bytes) -> None:
    try:
        rows = parse_bulk(text, FILE)
    except Faulty:
        return
    assert all(written(rows, row)["rule.id"] for row in rows.rows)
