"""Pages from top to bottom: their files are written, their commands are run, and they print what the page shows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from edge.cli.commands import isogloss
from tests.conftest import REPOSITORY

#: Pages, and how many blocks of commands each has.
PAGES = {"write-a-rule-table": 5, "how-decisions-are-made": 3}


@pytest.mark.parametrize(("page", "count"), PAGES.items())
def test_a_newcomer_who_does_what_a_page_says_sees_what_it_shows(
    page: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```(toml|console)\n(.*?)```", (REPOSITORY / f"docs/{page}.md").read_text("utf-8"), re.S)
    assert [kind for kind, _ in blocks].count("console") == count
    for kind, text in blocks:
        if kind == "toml":
            head, content = text.split("\n", 1)
            Path(head.removeprefix("# ")).write_text(content, "utf-8")
            continue
        for command, shown in commands_of(text):
            printed = iter(CliRunner().invoke(isogloss, shlex.split(command)).output.splitlines())
            for line in shown:
                assert any(line == one for one in printed), f"{command}: {line}"


def commands_of(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a block with the lines that are shown below it."""
    for part in re.split(r"^\$ isogloss ", text, flags=re.M)[1:]:
        command, *shown = part.splitlines()
        yield command, shown
