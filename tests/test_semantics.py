"""SEMANTICS end to end: every row of §10, and more, from a visitor by name to a variant, through sites made for it.

The rows stand in `cases/story.json`: items and sites as editors would write them, visitors by the names of the preview's
parameters. Another implementation can run them.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from edge.signals.moment import parse_at
from edge.site import Site
from tests.edge.sites import NOON, item_file, make_site, norms_file, rules_file, told, visitor, without_norms

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "cases" / "story.json").read_text("utf-8"))
ROWS: list[dict[str, Any]] = CASES["rows"]


@cache
def site_of(name: str) -> Site:
    """A site of the cases, with all items."""
    row = CASES["sites"][name]
    files = {f"variants/{item}.toml": item_file(item, one) for item, one in CASES["items"].items()}
    files |= {f"rules/{table}.toml": rules_file(table, rules) for table, rules in row["tables"].items()}
    if row.get("site_norms"):
        files["locales/ours.toml"] = norms_file(row["site_norms"])
    settings = {key: row[key] for key in ("weak_header", "least_confidence") if key in row}
    more = row.get("more", "") + '[preview]\nfor = "everyone"\n'
    site = make_site(files, more, languages=["en", "de", "es"], tables=list(row["tables"]), **settings)
    return site if row["norms"] else without_norms(site)


def moment_of(row: dict[str, Any], site: Site) -> datetime:
    return parse_at(row["given"].get("at"), site.settings.zone) or NOON


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['item']}: {row['who']}" for row in ROWS])
def test_a_row_of_the_story(row: dict[str, Any]) -> None:
    site = site_of(row["site"])
    found = told(site, row["item"], row["given"], moment_of(row, site))
    assert {name: found[name] for name in row["expect"]} == row["expect"], found


@pytest.mark.parametrize("name", CASES["sites"])
def test_the_same_rows_by_preview_over_http(name: str) -> None:
    """Headers and manifest say what the values say."""
    with visitor(site_of(name)) as ask:
        for row in (row for row in ROWS if row["site"] == name and "url" not in row["given"]):
            given = {"at": "2026-11-22T12:00", **row["given"]}
            response = ask.get(
                f"/v1/items/{row['item']}", params={name: value for name, value in given.items() if value}
            )
            fields = response.headers
            assert fields["isogloss-variant"] == row["expect"]["variant"], row
            assert fields["isogloss-decision"].endswith(";preview")
            assert response.status_code == (451 if row["expect"]["variant"] == "barred" else 200)
            if response.status_code == 200:
                decision = response.json()["decision"]
                assert decision["reason"] == row["expect"].get("reason", decision["reason"])
                assert (decision["rule"] or "") == row["expect"].get("rule", decision["rule"] or "")


def test_there_are_enough_rows_and_no_two_are_the_same() -> None:
    seen = {json.dumps([row["site"], row["item"], row["given"]], sort_keys=True) for row in ROWS}
    assert len(seen) == len(ROWS) >= 75
