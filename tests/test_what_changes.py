"""The examples of docs/what-changes.md are run: every line that the page shows is printed, in that order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from edge.cli.commands import isogloss
from tests.edge.folders import NO_RULES, demo_folder, publish

PAGE = Path(__file__).parent.parent / "docs" / "what-changes.md"
EXAMPLES = re.findall(r"```console\n\$ isogloss (.+)\n((?:.+\n)+)```", PAGE.read_text("utf-8"))


@pytest.mark.parametrize(("command", "shown"), EXAMPLES, ids=[command for command, _ in EXAMPLES])
def test_an_example_is_what_the_program_prints(
    command: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo_folder(tmp_path / "airline")
    publish(demo_folder(tmp_path / "airline-new") / "rules" / "airline.toml", NO_RULES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ISOGLOSS_SITE", "airline")
    result = CliRunner().invoke(isogloss, shlex.split(command))
    assert result.exit_code == 0
    printed = iter(result.stdout.splitlines())
    for line in shown.splitlines():
        assert any(line == one for one in printed), line


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) == 7
