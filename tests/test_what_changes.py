"""The examples of docs/what-changes.md are run: every line that the page shows is printed, in that order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from edge.cli.commands import isogloss
from tests.conftest import UNMEASURED
from tests.edge.folders import NO_RULES, demo_folder, publish

PAGE = Path(__file__).parent.parent / "docs" / "what-changes.md"
EXAMPLES = re.findall(r"```console\n\$ isogloss (.+)\n((?:.+\n)+)```", PAGE.read_text("utf-8"))


#: Each command once, with every answer that the page shows of it: the page cuts long ones into parts.
COMMANDS = {command: [answer for each, answer in EXAMPLES if each == command] for command, _ in EXAMPLES}


@UNMEASURED
@pytest.mark.parametrize(("command", "shown"), COMMANDS.items(), ids=COMMANDS)
def test_an_example_is_what_the_program_prints(
    command: str, shown: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo_folder(tmp_path / "airline")
    publish(demo_folder(tmp_path / "airline-new") / "rules" / "airline.toml", NO_RULES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ISOGLOSS_SITE", "airline")
    result = CliRunner().invoke(isogloss, shlex.split(command))
    assert result.exit_code == 0
    for part in shown:
        printed = iter(result.stdout.splitlines())
        for line in part.splitlines():
            assert any(line == one for one in printed), line


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) == 7
