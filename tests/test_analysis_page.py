"""docs/analysis.md is what the program prints: every finding of the two example sites stands on the page as it is told."""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from functools import cache

import pytest
from click.testing import CliRunner, Result

from edge.cli.commands import isogloss
from tests.conftest import REPOSITORY

PAGE = (REPOSITORY / "docs/analysis.md").read_text("utf-8")
SITES = {name: f"docs/examples/{name}" for name in ("findings", "refused")}
AT = "2026-11-22T12:00"

#: What a load says of the examples besides, of which the page does not speak.
BESIDE = {"against-norm", "no-fallback", "law-bars-all"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.M | re.S)


@cache
def run(*words: str) -> Result:
    result = CliRunner(env={"ISOGLOSS_SITE": ""}).invoke(isogloss, words)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)


def shown(site: str) -> list[str]:
    """The findings on the page, each with the lines below it."""
    text = "".join(blocks(site))
    return re.findall(r"^\S.*\n(?: {4}.*\n)*", text, re.M)


@pytest.mark.parametrize("site", SITES)
def test_each_finding_of_the_page_is_printed(site: str) -> None:
    printed = run("check", "--all", "--site", SITES[site], "--at", AT).stdout
    assert shown(site)
    for finding in shown(site):
        assert finding in printed


@pytest.mark.parametrize("site", SITES)
def test_the_page_shows_each_sort_of_finding_that_there_is_of_the_examples(site: str) -> None:
    told = json.loads(run("check", "--all", "--json", "--site", SITES[site], "--at", AT).stdout)
    whole = Counter(one["code"] for one in told)
    on_page = Counter(one["code"] for one in told if any(one["problem"] in finding for finding in shown(site)))
    assert on_page.total() == len(shown(site))
    assert whole.keys() - on_page.keys() <= BESIDE
    assert all(whole[code] == on_page[code] for code in on_page if code != "gap")


def test_the_rules_of_the_page_are_those_of_the_examples() -> None:
    files = [path.read_text("utf-8") for path in (REPOSITORY / "docs/examples").rglob("*.toml")]
    assert blocks("toml")
    for block in blocks("toml"):
        assert any(block in text for text in files), block


CONSOLE = re.findall(r"^\$ isogloss ([^\n]*)\n((?:(?!\$ ).*\n)*)", "".join(blocks("console")), re.M)


@pytest.mark.parametrize(("command", "answer"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_a_command_of_the_page_prints_what_the_page_shows(command: str, answer: str) -> None:
    result = run(*shlex.split(command))
    assert result.exit_code == 0
    assert result.stdout.startswith(answer)


def test_the_page_has_commands() -> None:
    assert len(CONSOLE) == 2


def test_without_all_no_note_of_an_analysis_is_printed() -> None:
    told = json.loads(run("check", "--json", "--site", SITES["findings"], "--at", AT).stdout)
    assert {one["code"] for one in told if one["severity"] == "note"} <= {"expired", *BESIDE}
    assert {"shadowed", "ambiguous-order", "unreachable-variant"} <= {one["code"] for one in told}
