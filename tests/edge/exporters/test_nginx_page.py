"""docs/nginx.md from top to bottom: its files are written, its commands are run, and they print what the page shows."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import BY_THE_CLOCK, REPOSITORY, require_tool
from tests.edge.servers import PATIENCE, environment, free_port

pytestmark = BY_THE_CLOCK

#: The ports that the page names.
PORTS = ("8001", "8002", "8003")


def test_a_newcomer_who_does_what_the_page_says_sees_what_it_shows(tmp_path: Path) -> None:
    for tool in ("nginx", "curl"):
        require_tool(tool)
    script, shown = script_of((REPOSITORY / "docs/nginx.md").read_text("utf-8"))
    for port in PORTS:
        script = script.replace(port, str(free_port()))
    variables = environment(
        PATH=f"{command_folder(tmp_path)}:{os.environ['PATH']}:/usr/sbin", PYTHONPATH=str(REPOSITORY)
    )
    where = tmp_path / "empty"
    where.mkdir()
    with (tmp_path / "printed").open("wb") as printed, (tmp_path / "errors").open("wb") as errors:
        process = subprocess.Popen(
            ["bash", "-c", script], cwd=where, env=variables, stdin=subprocess.DEVNULL, stdout=printed, stderr=errors,
            start_new_session=True,
        )  # fmt: skip
        try:
            process.wait(2 * PATIENCE)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    found = (tmp_path / "printed").read_text().splitlines()
    assert [line for line in found if ", asked" in line] == shown, (tmp_path / "errors").read_text()


def script_of(page: str) -> tuple[str, list[str]]:
    """All that the page runs, as one script, and the lines that it shows."""
    script: list[str] = []
    shown: list[str] = []
    for kind, text in re.findall(r"```(sh|python|console)\n(.*?)```", page, re.S):
        if kind == "python":
            name, content = text.split("\n", 1)
            script.append(f"cat > {name.removeprefix('# ')} <<'PAGE'\n{content}PAGE")
        elif kind == "sh":
            # A page speaks to somebody who waits for a prompt; the service has said when it is ready.
            script.append(
                text.replace("8001 &\n", "8001 >service.log 2>&1 &\nsleep 3\n").replace(
                    "wait %1\n", "wait %1 || true\n"
                )
            )
        else:
            commands = re.split(r"^\$ ", text, flags=re.M)[1:]
            script += [command.splitlines()[0] for command in commands]
            shown += [line for command in commands for line in command.splitlines()[1:]]
    return "\n".join([*script, "exit 0"]), shown


def command_folder(folder: Path) -> Path:
    """A folder with the command `isogloss` of this tree, and python3."""
    made = folder / "bin"
    made.mkdir()
    for name, line in (("isogloss", f'exec {sys.executable} -m edge "$@"'), ("python3", f'exec {sys.executable} "$@"')):
        (made / name).write_text(f"#!/bin/sh\n{line}\n")
        (made / name).chmod(0o755)
    return made


@pytest.mark.parametrize("words", ["X-Test-Country: DE", "--country '$http_x_test_country'"])
def test_the_page_tries_what_it_says(words: str) -> None:
    assert words in script_of((REPOSITORY / "docs/nginx.md").read_text("utf-8"))[0]
