"""Rows of norms: the shipped ones, and those that an editor writes."""

from __future__ import annotations

import csv
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from locales import norm_rows
from locales.groups import Groups
from locales.norm_rows import BASES, Norm, parse_site_norms
from locales.norm_tables import shipped_rows
from locales.preference import MODES, Confidence
from locales.tags import parse_tag
from locales.territories import is_region, is_territory
from tests.conftest import require_shared

GROUPS = Groups.shipped()
WHOLE = {
    "region": "ES-CT",
    "language": "ca-es",
    "kind": "documentary",
    "channel": "tv",
    "age": "teen",
    "mode": ["sub", "voiceover"],
    "source": ["our own viewers, 2026", "a survey"],
    "basis": "observed",
    "confidence": "high",
    "year": 2026,
    "note": "autumn",
}
LEAST = {"territory": "ES", "mode": "sub", "source": "our own viewers"}


def parsed(*tables: dict[str, Any]) -> tuple[list[Norm], list[tuple[int, str]]]:
    """The rows, and line and code of each finding; the line of a field is 10 for each row and its place in the row."""

    def locate(number: int, name: str) -> int:
        return 10 * number + (1 + list(tables[number]).index(name) if name else 0)

    rows, findings = parse_site_norms(tables, locate, "locales/ours.toml", GROUPS)
    assert all(finding.file == "locales/ours.toml" and finding.problem and finding.cure for finding in findings)
    return rows, [(finding.line, finding.code) for finding in findings]


def cure(**fields: object) -> str:
    _, findings = parse_site_norms([{**LEAST, **fields}], lambda number, name: 1, "ours.toml", GROUPS)
    return findings[0].cure


def test_a_whole_row_of_a_site() -> None:
    (row,), findings = parsed(WHOLE)
    assert not findings
    assert row == Norm(
        "ES-CT", "ca-ES", "documentary", "tv", "teen", ("sub", "voiceover"), ("our own viewers, 2026", "a survey"),
        "observed", Confidence.high, 2026, "autumn", True, "locales/ours.toml", 0,
    )  # fmt: skip
    assert row.name == "norm/ES-CT/ca-ES/documentary/tv/teen"
    assert row.source_text == "our own viewers, 2026; a survey"


def test_a_row_needs_a_place_a_mode_and_a_source_alone() -> None:
    (row,), findings = parsed(LEAST)
    assert not findings
    assert (row.name, row.mode, row.basis, row.confidence) == ("norm/ES", ("sub",), "expert", Confidence.medium)


@pytest.mark.parametrize(
    ("field", "text", "place"),
    [
        ("territory", "ES", "ES"), ("region", "ES-CT", "ES-CT"), ("group", "dach", "@dach"), ("group", "@dach", "@dach"),
        ("group", "419", "@419"), ("group", "001", "001"), ("place", "ES", "ES"), ("place", "ES-CT", "ES-CT"),
        ("place", "@dach", "@dach"), ("place", "@419", "@419"), ("place", "419", "@419"), ("place", "001", "001"),
        ("place", "@001", "001"), ("place", "EU", "@EU"),
    ],
)  # fmt: skip
def test_a_place_is_written_in_many_ways(field: str, text: str, place: str) -> None:
    (row,), findings = parsed({field: text, "mode": "dub", "source": "x"})
    assert not findings
    assert row.place == place


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"territory": "SP"}, [(1, "unknown-territory")]),
        ({"territory": 7}, [(1, "bad-type")]),
        ({"region": "ES-CT"}, [(0, "two-places"), ]),
        ({"mode": []}, [(2, "bad-type")]),
        ({"mode": [" "]}, [(2, "bad-type")]),
        ({"mode": [7]}, [(2, "bad-type")]),
        ({"mode": "subtitle"}, [(2, "unknown-mode")]),
        ({"mode": ["sub", "sub"]}, [(2, "repeated-mode")]),
        ({"source": 7}, [(3, "bad-type")]),
        ({"channel": "telly"}, [(4, "unknown-channel")]),
        ({"age": "old"}, [(4, "unknown-age")]),
        ({"kind": "A film"}, [(4, "bad-kind")]),
        ({"language": "klingonisch"}, [(4, "unknown-language")]),
        ({"language": "xx"}, [(4, "unknown-language")]),
        ({"basis": "guess"}, [(4, "unknown-basis")]),
        ({"confidence": "sure"}, [(4, "unknown-confidence")]),
        ({"year": "2026"}, [(4, "bad-year")]),
        ({"year": True}, [(4, "bad-year")]),
        ({"year": 26}, [(4, "bad-year")]),
        ({"note": ["x"]}, [(4, "bad-type")]),
        ({"review": "2027-01-01"}, [(4, "bad-review")]),
        ({"review": datetime(2027, 1, 1)}, [(4, "bad-review")]),
        ({"chanel": "tv"}, [(4, "unknown-field")]),
        ({"chanel": "tv", "kind": "?"}, [(4, "unknown-field"), (5, "bad-kind")]),
    ],
)  # fmt: skip
def test_every_fault_of_a_row_is_told_and_the_row_gives_no_norm(
    changed: dict[str, object], faults: list[tuple[int, str]]
) -> None:
    rows, findings = parsed({**LEAST, **changed})
    assert not rows
    assert [code for _, code in findings] == [code for _, code in faults]
    if faults[0][0]:
        assert findings == faults


@pytest.mark.parametrize(
    ("place", "code"),
    [("ES-ZZ", "unknown-region"), ("SP", "unknown-territory"), ("@dahc", "unknown-group"), ("@@", "unknown-group")],
)
def test_a_place_that_is_none_is_told_as_what_it_looks_like(place: str, code: str) -> None:
    assert parsed({"place": place, "mode": "sub", "source": "x"}) == ([], [(1, code)])


def test_what_is_missing_is_told_at_the_row() -> None:
    assert parsed(LEAST, {}) == (
        parsed(LEAST)[0],
        [(10, "missing-place"), (10, "missing-mode"), (10, "missing-source")],
    )


def test_the_same_row_twice_is_a_fault() -> None:
    rows, findings = parsed(LEAST, {**LEAST, "mode": "dub"}, {**LEAST, "kind": "news"})
    assert len(rows) == 3
    assert findings == [(10, "duplicate-norm")]


def test_cures_name_what_was_meant() -> None:
    assert cure(territory="es") == 'Did you mean "ES"?'
    assert cure(territory="??") == "Use an ISO 3166-1 code of two capitals."
    assert cure(mode="subtitles") == 'Did you mean "sub"?'
    assert cure(chanel="tv") == 'Did you mean "channel"?'
    assert cure(q="tv").startswith("Fields of a norm are: territory, ")
    assert cure(channel="qqq") == "Use one of: web, streaming, tv, cinema."
    _, (finding,) = parse_site_norms([{"group": "dahc", "mode": "sub", "source": "x"}], lambda *_: 1, "f", GROUPS)
    assert finding.cure == 'Did you mean "dach"?'


def test_shipped_rows_are_sound() -> None:
    for row in shipped_rows():
        assert row.place == "001" or is_territory(row.place) or is_region(row.place), row.name
        assert not row.language or parse_tag(row.language) == row.language, row.name
        assert set() < set(row.mode) <= set(MODES), row.name
        assert row.basis in BASES, row.name
        assert row.source_text, row.name
        assert (row.site, row.file, row.line > 1) == (False, "viewing_norms.csv", True), row.name
        assert ("recall" not in row.sources) or row.confidence is Confidence.unverified, row.name


def test_every_shipped_source_is_cited_with_its_title() -> None:
    cited = norm_rows._citations()
    assert {source for row in shipped_rows() for source in row.sources} <= set(cited)
    spain = next(row for row in shipped_rows() if row.name == "norm/ES")
    assert spain.source_text.startswith(
        "Special Eurobarometer 386, Europeans and their Languages (European Commission, 2012); "
    )
    assert norm_rows._citation({"title": "Forum", "publisher_or_author": "", "year": ""}) == "Forum"
    assert norm_rows._citation({"title": "Map", "publisher_or_author": "A", "year": ""}) == "Map (A)"


def table_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_sources_are_carried_over_byte_for_byte() -> None:
    name = "norm_sources.csv"
    assert norm_rows.DATA.joinpath(name).read_bytes() == require_shared(f"data/{name}").read_bytes()


def test_the_norms_are_carried_over_but_for_sources_that_their_notes_name() -> None:
    given, ours = table_of(require_shared("data/viewing_norms.csv")), table_of(norm_rows.DATA / "viewing_norms.csv")
    added = {}
    for before, after in zip(given, ours, strict=True):
        old, new = (row.pop("source").split(";") for row in (before, after))
        assert (before, old) == (after, new[: len(old)])
        if new != old:
            added[after["place"]] = new[len(old) :]
    assert added == {
        "AE": ["ALJENAIBI"], "ES": ["PREPLY-ES", "BABBEL19"], "GR": ["KARAM01"], "MN": ["BORNEO"], "MX": ["PARROT"],
        "SA": ["SAUDIDUB"], "TZ": ["SABAHTZ"],
    }  # fmt: skip


def test_a_source_that_a_note_names_is_a_source_of_the_row_and_every_source_has_a_row() -> None:
    keys = {row["key"] for row in table_of(norm_rows.DATA / "norm_sources.csv")}
    for row in shipped_rows():
        assert keys & set(re.findall(r"[A-Z0-9]+(?:-[A-Z0-9]+)*", row.note)) <= set(row.sources), row.name
    assert keys == {source for row in shipped_rows() for source in row.sources}


#: A row by confidence, year and the day that it names itself → the day from which it is due for review.
REVIEWS = [
    ("high", 2016, None, date(2027, 1, 1)),
    ("medium", 2021, None, date(2027, 1, 1)),
    ("low", 2023, None, date(2027, 1, 1)),
    ("unverified", 2026, None, None),
    ("high", None, None, None),
    ("high", 2016, date(2030, 6, 1), date(2030, 6, 1)),
    ("high", None, date(2030, 6, 1), date(2030, 6, 1)),
]


@pytest.mark.parametrize(("confidence", "year", "own", "review"), REVIEWS)
def test_a_row_is_due_for_review_the_sooner_the_less_sure_it_is(
    confidence: str, year: int | None, own: date | None, review: date | None
) -> None:
    named = {"year": year, "review": own}
    given = {name: value for name, value in named.items() if value is not None}
    (row,), findings = parsed({**LEAST, "confidence": confidence, **given})
    assert not findings
    assert row.review == review
    if review is None:
        assert row.is_stale(date(1900, 1, 1))
    else:
        assert row.is_stale(review)
        assert not row.is_stale(review - timedelta(days=1))


def test_every_shipped_row_says_on_what_it_rests_and_when_it_is_due() -> None:
    for row in shipped_rows():
        assert row.citations
        assert all(text and text not in row.sources for text in row.citations), row.name
        undated = row.year is None or row.confidence is Confidence.unverified
        assert (row.review is None) is undated, row.name


def test_shipped_rows_are_of_116_territories_at_least() -> None:
    places = {row.place for row in shipped_rows()} - {"001"}
    territories = {place.partition("-")[0] for place in places}
    assert len(territories) >= 116
    assert {"CH-GE", "CA-QC", "ES-CT"} <= places
