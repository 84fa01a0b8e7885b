"""CSV that spreadsheets read and write, without formulas and without loss."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.sheets import harmless, joined, parted, read_sheet, told, write_sheet

FORMULAS = ("=1+1", "+1", "-1", "@SUM(1)", "\tx", "\rx", "#REF!", "#N/A", "#DIV/0!")


def codes(content: str | bytes) -> list[tuple[int, str]]:
    rows, findings = read_sheet(content, "a.csv", ("id", "text"), ("more",))
    assert rows == [] or not findings
    return [(one.line, one.code) for one in findings]


def test_rows_have_the_line_that_they_start_on_and_no_empty_cells() -> None:
    text = '\ufefftext,id\n"two\nlines",a\n\n,b\n'
    rows, findings = read_sheet(text.encode(), "a.csv", ("id", "text"))
    assert not findings
    assert rows == [(2, {"text": "two\nlines", "id": "a"}), (5, {"id": "b"})]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", [(1, "missing-column"), (1, "missing-column")]),
        ("id\na\n", [(1, "missing-column")]),
        ("id,text,txet\n", [(1, "unknown-column")]),
        ("id,text,zzzzzz\n", [(1, "unknown-column")]),
        ("id,text,id\n", [(1, "duplicate-column")]),
        ("id,text,more\na,b\nc,d,e\n", [(2, "row-length")]),
        ('id,text\na,b\nc,"d"e\n', [(3, "not-csv")]),
        (b"id,text\n\xff,b\n", [(0, "not-utf-8")]),
    ],
)
def test_what_is_wrong_with_the_form_is_told_with_its_line(content: str | bytes, found: list[tuple[int, str]]) -> None:
    assert codes(content) == found


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_that_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless(f"'{text}") == f"''{text}"
    assert told(f"'{text}") == text


def test_an_apostrophe_elsewhere_is_left_alone() -> None:
    for text in ("", "'", "'s morgens", "''", "a=b", "#1", "'#REF! that", "#REF!\n"):
        assert harmless(text) == told(text) == text


@given(st.lists(st.text(), min_size=1))
def test_texts_survive_being_joined_in_one_cell_and_made_harmless(texts: list[str]) -> None:
    cell = joined(texts)
    assert parted(told(harmless(cell))) == tuple(texts)
    assert harmless(cell)[:1] not in {"=", "+", "-", "@", "\t", "\r"}


def test_a_lone_backslash_before_a_semicolon_keeps_it_together() -> None:
    assert parted("a\\;b;c") == ("a;b", "c")
    assert joined(("a;b", "c")) == "a\\;b;c"


def test_a_sheet_is_written_with_its_columns_and_lacks_nothing() -> None:
    text = write_sheet(("id", "text"), [{"id": "a", "text": 'say "so", now'}, {"id": "@b"}])
    assert list(csv.reader(io.StringIO(text))) == [["id", "text"], ["a", 'say "so", now'], ["'@b", ""]]
    rows, findings = read_sheet(text, "a.csv", ("id", "text"))
    assert (rows, findings) == ([(2, {"id": "a", "text": 'say "so", now'}), (3, {"id": "@b"})], [])
