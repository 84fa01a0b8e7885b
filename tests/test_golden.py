"""The golden table: territory × header strength × kind, from a visitor by name to the languages, the variant and the reason.

The rows stand in `cases/golden.json`, with the facts that they rest on and a sentence that says why. They were reasoned by
`tests/oracle.py`, which shares no line with the product; here they are held against both, so that neither can drift alone.
Another implementation can run them.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from edge.answer import outcome
from edge.proving import answered
from edge.site import Site
from tests.edge.sites import asked, item_file, make_site
from tests.golden_writer import GOLDEN, to_text, written

TABLE: dict[str, Any] = json.loads(Path(GOLDEN).read_text("utf-8"))
ROWS: list[dict[str, Any]] = TABLE["rows"]


@cache
def site_of(name: str) -> Site:
    files = {f"variants/{item}.toml": item_file(item, row) for item, row in TABLE["items"].items()}
    return make_site(files, **TABLE["sites"][name])


def name_of(row: dict[str, Any]) -> str:
    given = row["given"]
    place = given.get("region") or given.get("country") or "nowhere"
    return f"{place}-{given.get('accept_language') or 'none'}-{row['item']}-{row['site']}"


@pytest.mark.parametrize("row", ROWS, ids=map(name_of, ROWS))
def test_a_row_of_the_golden_table(row: dict[str, Any]) -> None:
    site = site_of(row["site"])
    _, decision, selection = outcome(asked(row["given"]), site.served[row["item"]], site)
    listed = [f"{one.tag} {one.origin} {one.confidence.name}" for one in decision.preference.languages]
    found: dict[str, Any] = {"languages": listed, **answered(selection)}
    assert {name: found[name] for name in row["expect"]} == row["expect"], row["because"]


def test_the_table_is_what_the_oracle_says() -> None:
    assert to_text(written()) == GOLDEN.read_text("utf-8"), "run python -m tests.golden_writer, and read what changed"


#: What the table must have: each of these in at least so many rows.
WANTED = {
    "HK": 6, "TW": 5, "MO": 5, "SG": 6, "UA": 7, "RS": 5, "BA": 5, "HR": 6, "CH": 14, "BE": 9, "CA": 7, "IN": 7, "IL": 7,
    "IR": 6, "ES": 4, "ES-CT": 5, "DE": 10, "AT": 5, "PL": 9, "JP": 7, "BR": 4, "PT": 4, "MX": 4, "US": 6, "GB": 4, "NL": 6,
    "SE": 6, "NO": 6, "FI": 7, "FR": 5, "LU": 9, "MA": 7, "EG": 4, "SA": 4, "KZ": 8, "KR": 6, "CN": 5, "TR": 7, "GE": 5, "CZ": 4,
    "SK": 5, "RO": 6, "HU": 4, "GR": 6, "MD": 5, "CA-QC": 5, "BE-VLG": 4, "BE-WAL": 4, "BE-BRU": 4,
}  # fmt: skip


def test_the_table_has_what_it_must() -> None:
    seen = {json.dumps([row["site"], row["item"], row["given"]], sort_keys=True) for row in ROWS}
    assert len(seen) == len(ROWS) >= 360
    count = Counter(row["given"].get("region") or row["given"].get("country") for row in ROWS)
    assert {place: count[place] for place, least in WANTED.items() if count[place] < least} == {}
    assert sum(place.startswith("IN-") for place in set(count) if place) >= 10
    assert sum(place.startswith("CH-") for place in set(count) if place) >= 6
    expected = [row["expect"] for row in ROWS]
    assert {one["reason"] for one in expected} == {"norm", "hedge", "default", "barred"}
    assert {one["confidence"] for one in expected} == {"low", "medium", "high"}
    experiences = {one["experience"] for one in expected}
    assert experiences == {"original", "sub", "dub", "voiceover", "translated", "foreign", ""}
    assert all(row["because"] for row in ROWS)


def test_the_norms_that_the_table_rests_on_are_those_of_the_data() -> None:
    used = {row["expect"]["rule"] for row in ROWS} - {""}
    assert set(TABLE["norms"]) == used
    assert len(used) >= 60
