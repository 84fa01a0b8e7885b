"""What the pages show of the program is what it prints: each command with its answer, and each command by itself."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge.cli.commands import isogloss
from tests.conftest import REPOSITORY

PAGES = ("matching.md", "norms.md", "how-a-language-is-chosen.md", "places.md", "spoken.md", "inputs.md")
BLOCKS = [
    (page, block)
    for page in PAGES
    for block in re.findall(r"^```\w*\n(.*?)^```", (REPOSITORY / "docs" / page).read_text("utf-8"), re.M | re.S)
]

#: A command with what it printed, up to the next command of the block.
SHOWN = [
    (page, command, answer)
    for page, block in BLOCKS
    for command, answer in re.findall(r"^\$ isogloss ([^\n]*)\n((?:(?!\$ ).*\n)*)", block, re.M)
]

#: A command alone in its line; what stands after two spaces is a remark.
BARE = [(page, command) for page, block in BLOCKS for command in re.findall(r"^isogloss ((?:(?!  ).)+)", block, re.M)]


def run(command: str, folder: Path | None = None, stdin: str = "") -> Result:
    words = [str(folder) if word == "DIR" else word for word in shlex.split(command)]
    return CliRunner(env={"ISOGLOSS_SITE": ""}).invoke(isogloss, words, input=stdin)


@pytest.mark.parametrize(("page", "command", "answer"), SHOWN, ids=[f"{page}: {command}" for page, command, _ in SHOWN])
def test_a_command_prints_what_the_page_shows(page: str, command: str, answer: str) -> None:
    result = run(command)
    assert (result.exit_code, result.stdout) == (0, answer), page


@pytest.mark.parametrize(("page", "command"), BARE, ids=[": ".join(one) for one in BARE])
def test_a_command_of_a_page_runs(page: str, command: str) -> None:
    result = run(command, REPOSITORY / "edge" / "demo")
    assert (result.exit_code, bool(result.stdout)) == (0, True), (page, result.output)


def test_the_pages_have_commands_to_run() -> None:
    assert [page for page, *_ in SHOWN].count("matching.md") == 2
    assert {page for page, _ in BARE} == {"norms.md", "how-a-language-is-chosen.md"}


def test_a_question_in_a_line_is_answered_as_the_page_shows() -> None:
    pairs = [block.splitlines() for page, block in BLOCKS if page == "matching.md" and block.startswith('{"want"')]
    assert pairs
    for question, answer in pairs:
        assert run("match --jsonl", stdin=question).stdout == f"{answer}\n"
