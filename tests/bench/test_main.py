"""The command: which parts run, what it prints, how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import bench.__main__ as command
from bench.machine import BenchFault
from bench.report import Budget, Exit, Line, Skip

GOOD = Line(Budget("start", 2.0), 1.5, "a remark")
BAD = Line(Budget("context", 40.0), 55.0)


def part(*found: Line) -> command.Part:
    return lambda effort: iter(found)


def broken(effort: command.Effort) -> Iterator[Line]:
    raise BenchFault("no answer")


@pytest.fixture(autouse=True)
def _parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        command, "PARTS", {"start": part(GOOD), "context": part(BAD), "http": part(GOOD), "swap": broken}
    )
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("sys.platform", "linux")


@pytest.mark.parametrize(
    ("arguments", "output", "code"),
    [
        (["--only", "start"], "start 1.50 <=2 ok\n", Exit.good),
        (["--only", "context"], "context 55.00 <=40 MISS\n", Exit.missed),
        (["--only", "start", "--only", "context"], "start 1.50 <=2 ok\ncontext 55.00 <=40 MISS\n", Exit.missed),
        (["--only", "start", "--only", "swap"], "start 1.50 <=2 ok\n", Exit.missed),
    ],
)
def test_lines_go_to_standard_output_and_a_miss_decides(
    arguments: list[str], output: str, code: Exit, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["--quick", *arguments]) is code
    assert capsys.readouterr().out == output


def test_without_wrk_nothing_is_measured_and_the_exit_code_is_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert command.main([]) is Exit.skipped
    assert capsys.readouterr().out.startswith("SKIP the load generator wrk is missing")
    assert command.main(["--only", "start"]) is Exit.good


def test_elsewhere_than_on_linux_it_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert command.main(["--only", "start"]) is Exit.skipped


def test_what_is_not_measured_is_said_by_name_and_misses_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = Skip("rules/10/zen", "zen-engine is not installed")
    monkeypatch.setattr(command, "PARTS", {"rules": lambda effort: iter([found, GOOD])})
    assert command.main(["--only", "rules"]) is Exit.good
    assert capsys.readouterr().out == "SKIP rules/10/zen zen-engine is not installed\nstart 1.50 <=2 ok\n"


def test_the_folder_of_the_plot_reaches_the_part_that_draws_it(monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[Path | None] = []

    def drawing(effort: command.Effort) -> Iterator[Line]:
        folders.append(effort.plot)
        return iter([GOOD])

    monkeypatch.setattr(command, "PARTS", {"rules": drawing})
    command.main(["--only", "rules", "--plot", "docs"])
    command.main(["--only", "rules"])
    assert folders == [Path("docs"), None]


@pytest.mark.parametrize("arguments", [["--only", "nothing"], ["--only", "start", "--plot", "docs"]])
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)
    assert ended.value.code == 2
