"""Tests of what `isogloss check` prints of an analysis; tests/test_analysis_page.py has more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rules.inputs import VISITOR_NAMES
from tests.edge.cli.test_commands import good, misused, run
from tests.edge.folders import add, demo_folder, publish

SHADOWED = '\n[[rules]]\nid = "spain-on-tv"\nwhen = { country = "ES", kind = "promo", device = "tv" }\nthen = { mode = "dub" }\n'
CROSSING = '\n[[rules]]\nid = "tv"\nwhen = { device = "tv" }\nthen = { mode = "dub" }\n'
PHONE = CROSSING.replace("tv", "phone")
IOS = '\n[[rules]]\nid = "ios"\nwhen = { os = "ios" }\nthen = { mode = "sub" }\n'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return demo_folder(tmp_path / "site")


def findings(site: Path, *more: str) -> list[dict[str, object]]:
    told: list[dict[str, object]] = json.loads(good("check", "--json", "--site", site, *more))
    return told


def test_a_rule_that_nobody_reaches_is_told_with_somebody_to_try(site: Path) -> None:
    add(site / "rules/airline.toml", SHADOWED)
    lines = good("check", "--site", site).splitlines()
    assert lines[2].startswith("rules/airline.toml:24: warning: Rule airline/spain-on-tv: it is never reached: ")
    assert lines[4] == "    try business-class ?country=ES&device=tv"
    assert lines[-1] == "This site can be served."


def test_a_visitor_of_json_is_one_that_decide_takes_as_flags(site: Path) -> None:
    add(site / "rules/airline.toml", CROSSING)
    (found,) = [one for one in findings(site) if one["code"] == "ambiguous-order"]
    witness = found["witness"]
    assert isinstance(witness, dict)
    assert witness["preview"] == "?country=ES&device=tv"
    assert set(witness["visitor"]) <= set(VISITOR_NAMES)
    flags = [word for name, text in witness["visitor"].items() for word in (f"--{name.replace('_', '-')}", text)]
    assert good("decide", witness["item"], "--site", site, *flags).startswith("es-sub")


def test_notes_of_an_analysis_are_told_on_demand(site: Path) -> None:
    assert {one["severity"] for one in findings(site)} == {"warning"}
    assert {one["code"] for one in findings(site, "--all")} == {"against-norm", "gap"}


def test_a_moment_can_be_named(site: Path) -> None:
    later = '\n[[rules]]\nid = "later"\nwhen = { country = "FR" }\nthen = { mode = "sub" }\nactive = { from = 2031-01-01 }\n'
    add(site / "rules/airline.toml", later)
    assert "not-yet" in {one["code"] for one in findings(site, "--all", "--at", "2030-12-31")}
    assert "not-yet" not in {one["code"] for one in findings(site, "--all", "--at", "2031-01-02")}
    assert "is no moment" in misused("check", "--site", site, "--at", "soon")


def test_what_a_move_changes_is_told(site: Path) -> None:
    add(site / "rules/airline.toml", CROSSING)
    told = good("check", "--site", site, "--move", "airline/tv", "--above", "es-original").splitlines()
    assert told == [
        "Visitors pass from airline/es-original (line 6) to airline/tv (line 24)",
        "      try   business-class ?country=ES&device=tv",
        "      gets  es-sub (airline/es-original), then es-dub (airline/tv)",
    ]
    made = json.loads(good("check", "--site", site, "--move", "tv", "--above", "es-original", "--json"))
    (change,) = made["changes"]
    assert (made["move"], made["above"], change["decided"]) == ("tv", "es-original", True)
    assert (change["from"], change["to"]) == ("airline/es-original", "airline/tv")
    assert (change["now"]["variant"], change["then"]["variant"]) == ("es-sub", "es-dub")
    assert change["witness"]["preview"] == "?country=ES&device=tv"


def test_a_move_that_is_left_undecided_says_so(site: Path) -> None:
    add(site / "rules/airline.toml", CROSSING + PHONE + IOS)
    move = ("check", "--site", site, "--move", "ios", "--above", "phone", "--steps", "1")
    assert good(*move).splitlines()[1:] == ["      undecided: the steps are spent; --steps allows more"]
    (change,) = json.loads(good(*move, "--json"))["changes"]
    assert change == {"from": "airline/phone", "to": "airline/ios", "decided": False}


def test_a_move_that_changes_nothing_says_so() -> None:
    told = good("check", "--move", "markets/spain", "--above", "markets/germany")
    assert told == "Nobody's answer changes if markets/spain stands above markets/germany.\n"


def test_a_move_needs_two_rules_of_one_table() -> None:
    assert "--move and --above go together" in misused("check", "--move", "markets/spain")
    assert 'There is no one rule "markets/spian". Did you mean "markets/spain"?' in misused(
        "check", "--move", "markets/spian", "--above", "markets/germany"
    )
    assert "are rules of different tables" in misused(
        "check", "--move", "markets/spain", "--above", "airline/es-original"
    )


def test_no_move_is_told_of_a_site_that_cannot_be_served(site: Path) -> None:
    publish(site / "rules/airline.toml", '[table]\nid = "Airline"\n')
    result = run("check", "--site", site, "--move", "a", "--above", "b")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "cannot be served" in result.stderr
