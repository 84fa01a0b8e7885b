"""`isogloss classes`: what it prints, and every visitor it names decided again by `isogloss decide`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from edge.cli.commands import isogloss

FILM = "business-class"
STEPS = ("--steps", "1500", "--at", "2026-11-22T12:00")


@pytest.fixture(autouse=True)
def _no_site_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ISOGLOSS_SITE", raising=False)


def run(*arguments: object, stdin: str = "") -> Result:
    result = CliRunner().invoke(isogloss, [str(argument) for argument in arguments], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def told_of(item: str) -> dict[str, Any]:
    result = run("classes", item, "--json", *STEPS)
    assert (result.exit_code, result.stderr) == (0, "")
    told: dict[str, Any] = json.loads(result.stdout)
    return told


@pytest.mark.parametrize("item", [FILM, "for-travellers"])
def test_every_witness_is_decided_as_it_is_said(item: str) -> None:
    pairs = [pair for one in told_of(item)["inputs"] for pair in one["witnesses"]]
    lines = [json.dumps(visitor) for pair in pairs for visitor in pair["visitors"]]
    answers = [answer for pair in pairs for answer in pair["answers"]]
    decided = run("decide", item, "--jsonl", stdin="\n".join(lines)).stdout.splitlines()
    assert len(decided) == len(answers) > 20
    for line, answer in zip(map(json.loads, decided), answers, strict=True):
        assert {name: answer[name] for name in ("variant", "rule", "reason", "confidence")} == {
            name: line[name] for name in ("variant", "rule", "reason", "confidence")
        }


def test_people_see_classes_by_name_and_two_visitors_between_them() -> None:
    lines = run("classes", FILM, *STEPS).stdout.splitlines()
    assert lines[0] == "business-class reads choice, country, language, region."
    at = next(number for number, line in enumerate(lines) if line.startswith("  country=ES: ES"))
    assert "?country=ES gets es-sub (airline/es-original), " in lines[at + 1]
    kept = "region in AT: one class  [3 classes in the key: kept apart, no witness found]"
    assert any(line.startswith(kept) for line in lines)


def test_an_input_with_one_class_is_told_as_such() -> None:
    told = run("classes", "for-travellers", *STEPS).stdout
    assert "\nconsent: one class" in told
    assert "\ndaypart: 2 classes" in told


WRONG = (
    (("busines-class",), 'There is no item "busines-class".'),
    ((FILM, "--at", "noon"), '--at: "noon" is no moment'),
)


@pytest.mark.parametrize(("arguments", "told"), WRONG)
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...], told: str) -> None:
    result = run("classes", *arguments)
    assert result.exit_code == 2
    assert told in result.stderr
