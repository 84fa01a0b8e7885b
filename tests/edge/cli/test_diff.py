"""`isogloss diff`: what changes between two folders; every visitor it names is decided again by `isogloss decide`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from edge.cli.commands import isogloss
from edge.site import DEMO
from tests.edge.folders import NO_RULES, change, demo_folder, publish

FILM = "business-class"

#: Enough for everybody of whom nothing but place and language is known.
STEPS = ("--steps", "2600")


@pytest.fixture(autouse=True)
def _no_site_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ISOGLOSS_SITE", raising=False)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """The airline without its wish for Spain."""
    folder = demo_folder(tmp_path / "new")
    publish(folder / "rules" / "airline.toml", NO_RULES)
    return folder


def run(*arguments: object, stdin: str = "") -> Result:
    result = CliRunner().invoke(isogloss, [str(argument) for argument in arguments], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def decided(folder: Path, item: str, named: dict[str, str]) -> dict[str, Any]:
    """What the visitor gets, as `isogloss decide` says."""
    result = run("decide", item, "--site", folder, "--jsonl", stdin=json.dumps(named))
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    return {"variant": told["variant"], "rule": told["rule"] or "", "reason": told["reason"]}


def test_without_its_rule_exactly_spain_changes(new: Path) -> None:
    lines = run("diff", DEMO, new, *STEPS).stdout.splitlines()
    assert lines[1:5] == [
        "  es-sub (airline/es-original) becomes es-dub (norm/ES)",
        "      where      1 country: ES; ES-CT",
        "      languages  no header, a language of the place, en-US, en",
        "      try        ?country=ES",
    ]
    assert lines[-1] == "for-travellers: the same; nothing that it reads differs"


def test_every_witness_is_decided_on_both_sides_as_it_is_said(new: Path) -> None:
    told = json.loads(run("diff", DEMO, new, "--json", *STEPS).stdout)
    assert [one["item"] for one in told["items"]] == [FILM, "for-travellers"]
    changes = told["items"][0]["changes"]
    assert changes
    for one in changes:
        assert decided(DEMO, FILM, one["witness"]) == one["old"]
        assert decided(new, FILM, one["witness"]) == one["new"]
        assert one["countries"] == ["ES"]


def test_items_that_come_and_go_are_told_and_end_with_1_where_asked(new: Path) -> None:
    (new / "variants" / "for-travellers.toml").rename(new / "variants" / "for-passengers.toml")
    change(new / "variants" / "for-passengers.toml", 'id = "for-travellers"', 'id = "for-passengers"')
    for table in ("markets", "moments"):
        publish(new / "rules" / f"{table}.toml", NO_RULES.replace("airline", table))
    result = run("diff", DEMO, new, *STEPS, "--exit-code")
    assert result.stdout.splitlines()[:2] == ["for-travellers: removed", "for-passengers: added"]
    assert result.exit_code == 1
    assert run("diff", DEMO, new, *STEPS).exit_code == 0


def test_the_exit_code_is_0_where_nothing_changes(new: Path) -> None:
    assert run("diff", new, new, "--exit-code").exit_code == 0
    assert run("diff", DEMO, new, "--exit-code", "--item", "for-travellers").exit_code == 0
    assert run("diff", DEMO, new, "--exit-code", "--item", FILM, *STEPS).exit_code == 1


def test_a_spent_budget_is_told(new: Path) -> None:
    assert run("diff", DEMO, new, "--steps", 10).stdout.startswith(
        f"{FILM}: 10 visitors tried, no change; stopped there, --steps allows more\n"
    )


WRONG = (
    (("--item", "busines-class"), 'Neither site has an item "busines-class". Did you mean "business-class"?'),
    (("--at", "noon"), '--at: "noon" is no moment'),
    (("--steps", "0"), "--steps"),
)


@pytest.mark.parametrize(("flags", "told"), WRONG)
def test_wrong_usage_ends_with_2(flags: tuple[str, ...], told: str) -> None:
    result = run("diff", DEMO, DEMO, *flags)
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_site_that_cannot_be_served_ends_with_its_findings(new: Path) -> None:
    publish(new / "rules" / "airline.toml", NO_RULES.replace("airline", "Airline"))
    result = run("diff", DEMO, new)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "this site cannot be served" in result.stderr
