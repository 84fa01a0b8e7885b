"""Norms as a table of CSV: read with every fault told, written so that nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from locales import norm_rows
from locales.findings import Faulty
from locales.groups import Groups
from locales.norm_rows import Norm
from locales.norm_tables import COLUMNS, SHIPPED, load_norm_table, parse_norm_table, shipped_rows, to_norm_table
from locales.preference import Confidence

GROUPS = Groups.shipped()
HEADER = ",".join(COLUMNS)
GOOD = "ES,,,,,dub>sub,MC22,observed,high,2022,"


def faults(*lines: str) -> list[tuple[int, str]]:
    """Line and code of each finding about a table of these lines."""
    _, findings = parse_norm_table("\n".join((HEADER, *lines)), "norms.csv", GROUPS)
    assert all(one.file == "norms.csv" and one.problem and one.cure for one in findings)
    return [(one.line, one.code) for one in findings]


def bare(rows: Sequence[Norm]) -> list[Norm]:
    """The rows without where they stand."""
    return [replace(row, file="", line=0, site=False) for row in rows]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("SP,,,,,dub,MC22,observed,high,2022,", "unknown-territory"),
        ("ES-ZZ,,,,,dub,MC22,observed,high,2022,", "unknown-region"),
        ("'@dahc,,,,,dub,MC22,observed,high,2022,", "unknown-group"),
        (",,,,,dub,MC22,observed,high,2022,", "missing-place"),
        ("ES,,,,,subtitle,MC22,observed,high,2022,", "unknown-mode"),
        ("ES,,,,,dub>>sub,MC22,observed,high,2022,", "bad-type"),
        ("ES,,,,,,MC22,observed,high,2022,", "missing-mode"),
        ("ES,,,,,dub,,observed,high,2022,", "missing-source"),
        ("ES,,,,,dub,MC22;,observed,high,2022,", "bad-type"),
        ("ES,,,,,dub,MC22,,high,2022,", "missing-basis"),
        ("ES,,,,,dub,MC22,guess,high,2022,", "unknown-basis"),
        ("ES,,,,,dub,MC22,observed,,2022,", "missing-confidence"),
        ("ES,,,,,dub,MC22,observed,sure,2022,", "unknown-confidence"),
        ("ES,,,,,dub,MC22,observed,high,c2022,", "bad-year"),
        ("ES,,,,,dub,MC22,observed,high,2022", "row-length"),
        ("ES,,,radio,,dub,MC22,observed,high,2022,", "unknown-channel"),
    ],
)
def test_every_fault_of_a_row_is_told_with_its_line(line: str, code: str) -> None:
    assert faults(GOOD.replace("ES", "PT"), line) == [(3, code)]


def test_a_code_that_cldr_has_as_an_alias_is_told_as_what_it_stands_for() -> None:
    _, findings = parse_norm_table(
        "\n".join((HEADER, GOOD.replace("ES", "UK"), GOOD.replace("ES", "SU"))), "n.csv", GROUPS
    )
    assert [(one.problem, one.cure) for one in findings] == [
        ('"UK" is no territory.', 'Did you mean "GB"?'),
        ('"SU" is no territory.', 'Did you mean "RU"?'),
    ]


def test_two_rows_of_one_key_are_a_fault() -> None:
    assert faults(GOOD, "PT,,,,,sub,MC22,observed,high,2022,", GOOD) == [(4, "duplicate-norm")]


def test_a_review_that_is_no_date_is_a_fault() -> None:
    _, (finding,) = parse_norm_table(f"{HEADER},review\n{GOOD},soon\n", "norms.csv", GROUPS)
    assert (finding.line, finding.code) == (2, "bad-review")


def test_loading_raises_every_fault() -> None:
    with pytest.raises(Faulty) as raised:
        load_norm_table(f"{HEADER}\n{GOOD}\nSP,,,,,dub,,observed,high,,\n", "norms.csv", GROUPS)
    assert [(one.line, one.code) for one in raised.value.findings] == [(3, "missing-source"), (3, "unknown-territory")]


def test_a_shipped_table_with_a_fault_does_not_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = norm_rows.DATA.joinpath(SHIPPED).read_text(encoding="utf-8").splitlines()
    tmp_path.joinpath(SHIPPED).write_text("\n".join((*lines[:3], lines[2])), encoding="utf-8")
    monkeypatch.setattr(norm_rows, "DATA", tmp_path)
    with pytest.raises(Faulty, match=r"viewing_norms\.csv:4"):
        shipped_rows.__wrapped__()


def test_the_shipped_table_has_no_fault_and_is_read_as_any_other() -> None:
    content = norm_rows.DATA.joinpath(SHIPPED).read_bytes()
    assert load_norm_table(content, SHIPPED, GROUPS) == shipped_rows()


def test_the_shipped_table_is_written_back_byte_for_byte() -> None:
    assert to_norm_table(shipped_rows()).encode() == norm_rows.DATA.joinpath(SHIPPED).read_bytes()


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip)
ROWS = st.builds(
    Norm,
    place=st.sampled_from(["ES", "ES-CT", "@dach", "@419", "001"]),
    language=st.sampled_from(["", "ca", "zh-Hant"]),
    kind=st.sampled_from(["", "children", "a-kind"]),
    channel=st.sampled_from(["", "tv"]),
    age=st.sampled_from(["", "teen"]),
    mode=st.sampled_from([("sub",), ("dub", "sub"), ("original", "voiceover")]),
    sources=st.lists(TEXTS | st.sampled_from(["=1+1", "'@a", "a;b", "a\\;b", "-x", "MC22"]), min_size=1).map(tuple),
    basis=st.sampled_from(norm_rows.BASES),
    confidence=st.sampled_from(Confidence),
    year=st.none() | st.integers(1900, 2199),
    note=st.just("") | TEXTS | st.sampled_from(["=HYPERLINK(1)", "''=x", "+1", '"', "a,b"]),
    review_by=st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1)),
)


@given(st.lists(ROWS, unique_by=lambda row: row.key))
def test_what_is_written_reads_back_without_loss_and_holds_no_formula(rows: list[Norm]) -> None:
    table = to_norm_table(rows)
    assert bare(load_norm_table(table, "norms.csv", GROUPS)) == bare(rows)
    assert table.startswith(f"{HEADER},review\n" if any(row.review_by for row in rows) else f"{HEADER}\n")
