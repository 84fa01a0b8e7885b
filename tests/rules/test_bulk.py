"""Tests of bulk rows: the CSV of a table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.documents import LARGEST
from locales.findings import Faulty
from rules.bulk import BulkRow, BulkRows, parse_bulk, table_of
from rules.forms import OutcomeForm, RuleForm, ScheduleForm

FILE = "rules/airline.csv"


def row(line: int, id: str, outcome: OutcomeForm, **when: list[str]) -> BulkRow:
    return BulkRow(line, RuleForm(id, outcome, dict(when), {}))


@pytest.mark.parametrize(
    ("file", "table"),
    [("rules/airline.csv", "airline"), ("rules/airline.winter.csv", "airline"), ("airline.csv", "airline")],
)
def test_rows_belong_to_the_table_whose_name_begins_theirs(file: str, table: str) -> None:
    assert table_of(file) == table


SUB = OutcomeForm(mode=["sub", "dub"])

#: A file, and its rows.
GOOD: list[tuple[str | bytes, list[BulkRow]]] = [
    ("id,country,mode\na,DE|!AT,sub>dub\n", [row(2, "a", SUB, country=["DE", "!AT"])]),
    ("id;country;mode\r\na; DE | AT ;sub > dub\r\n", [row(2, "a", SUB, country=["DE", "AT"])]),
    ("id\tcountry\tmode\na\tDE\tsub>dub", [row(2, "a", SUB, country=["DE"])]),
    ("\ufeffid,country,mode\na,DE,sub>dub", [row(2, "a", SUB, country=["DE"])]),
    (b"\xef\xbb\xbfid,country,mode\na,DE,sub>dub", [row(2, "a", SUB, country=["DE"])]),
    ('id,terms,mode\n\na,"cheap, flight*|""x""",sub>dub\n,,\nb,,sub>dub\n', [
        row(3, "a", SUB, terms=["cheap, flight*", '"x"']),
        row(5, "b", SUB),
    ]),
    ("id,when.language,then.language,then.tags.market,tags.x\na,es-MX,es,mx,\n", [
        row(2, "a", OutcomeForm(language="es", tags={"market": "mx"}), language=["es-MX"]),
    ]),
    ("id,when.country,then.variant\na,@eu,es-sub", [row(2, "a", OutcomeForm(variant="es-sub"), country=["@eu"])]),
    ("id,mode,\na,sub>dub,\n", [row(2, "a", SUB)]),
    ("id,mode,why,why.es,from,until\na,sub>dub,Because,Porque,2026-12-01,2026-12-24", [
        BulkRow(2, RuleForm("a", SUB, {}, {"": "Because", "es": "Porque"}, ScheduleForm("2026-12-01", "2026-12-24"))),
    ]),
    ("id,mode\n", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rows"), GOOD, ids=[repr(text)[:50] for text, _ in GOOD])
def test_a_row_is_a_rule(text: str | bytes, rows: list[BulkRow]) -> None:
    assert parse_bulk(text, FILE) == BulkRows(FILE, tuple(rows))


#: A file, and of each finding line, code, part of the problem, part of the cure.
BAD: list[tuple[str | bytes, list[tuple[int, str, str, str]]]] = [
    ("", [(1, "missing-column", 'no column "id"', "id, country, mode")]),
    ("country,mode\nDE,sub", [(1, "missing-column", 'no column "id"', "")]),
    ("id,contry,xyzzy\na,DE,1", [
        (1, "unknown-column", '"contry"', 'Did you mean "country"?'),
        (1, "unknown-column", '"xyzzy"', "tags.NAME"),
        (2, "unknown-column", '"DE" stands in a column without a name', ""),
        (2, "unknown-column", '"1" stands in a column without a name', ""),
    ]),
    ("id,language\na,", [(1, "unknown-column", '"language"', "when.language")]),
    ("id,consent\na,", [(1, "unknown-column", '"consent"', "")]),
    ("id,tags.\na,", [(1, "unknown-column", '"tags."', "")]),
    ("id,when.why.de\na,", [(1, "unknown-column", '"when.why.de"', "")]),
    ("id,mode,then.mode,id\na,,,a", [
        (1, "duplicate-column", '"then.mode" stands there twice', "Keep one."),
        (1, "duplicate-column", '"id" stands there twice', "Keep one."),
    ]),
    ("id,mode,\na,sub,x", [(2, "unknown-column", '"x" stands in a column without a name', "Name the column.")]),
    ("id,mode\na\nb,sub,x\nc,sub", [
        (2, "row-length", "The row has 1 cells, the first line has 2.", "merged"),
        (3, "row-length", "The row has 3 cells, the first line has 2.", "merged"),
    ]),
    ("id,mode\n,sub\na,sub", [(2, "missing-field", "no id", "merged")]),
    ("id,mode\na,=A1\nb, =B2", [
        (2, "formula", '"=A1" is a formula', "values"),
        (3, "formula", '"=B2" is a formula', "values"),
    ]),
    ('id,why,mode\na,"two\nlines",sub\nb,\x00,sub', [
        (2, "control-character", "line break", "Take it out."),
        (4, "control-character", "control character", "Take it out."),
    ]),
    ('id,mode\na,"sub"x\n', [(2, "not-csv", "Not CSV", "doubled")]),
    ('id,mode\na,"sub\n', [(2, "not-csv", "unexpected end of data", "doubled")]),
    ("id,mode\na," + "x" * 200_000, [(2, "not-csv", "field larger than field limit", "")]),
    (b"id,mode\na,\xff", [(0, "not-utf-8", "not UTF-8", "CSV UTF-8")]),
    ("id,mode\na,\ud800", [(0, "not-utf-8", "not UTF-8", "CSV UTF-8")]),
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
    assert all(row.form.id for row in rows.rows)
