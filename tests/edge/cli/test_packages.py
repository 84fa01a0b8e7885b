"""The four packages are ours, or nothing is started: `rules` and `variants` are also names of others' distributions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from edge import cli
from edge.cli import PACKAGES, foreign_owners
from tests.conftest import REPOSITORY


def record(root: Path, distribution: str, *files: str) -> None:
    folder = root / f"{distribution}-1.0.dist-info"
    folder.mkdir()
    folder.joinpath("RECORD").write_text("".join(f"{file},sha256=x,1\n" for file in files))


def test_here_they_are_ours() -> None:
    assert list(foreign_owners(REPOSITORY)) == []


def test_a_package_from_another_place_is_told(tmp_path: Path) -> None:
    assert list(foreign_owners(tmp_path, ("rules",))) == [
        f'The package "rules" comes from another place ({REPOSITORY}).'
    ]
    assert list(foreign_owners(tmp_path, ("no_such_package",))) == [
        'The package "no_such_package" comes from another place (nowhere).'
    ]


def test_another_distribution_with_files_in_one_of_them_is_told(tmp_path: Path) -> None:
    record(tmp_path, "isogloss", "rules/__init__.py", "edge/__init__.py")
    record(tmp_path, "rules", "rules/__init__.py", "rules/predicates.py", "rules-1.0.dist-info/METADATA")
    record(tmp_path, "other", "other/rules/__init__.py", "rulesets/__init__.py")
    told = [sentence for sentence in foreign_owners(tmp_path) if "distribution" in sentence]
    assert told == ['The distribution "rules" owns the package "rules" as well.']


def test_the_command_refuses_to_start_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = 'The distribution "rules" owns the package "rules" as well.'
    monkeypatch.setattr(cli, "foreign_owners", lambda root: iter([sentence]))
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2
    told = f"isogloss: {sentence} Install isogloss into an environment of its own.\n"
    assert capsys.readouterr() == ("", told)


def test_nothing_of_the_packages_is_imported_before_that_is_known() -> None:
    script = "import sys, edge.cli; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=60
    )
    assert {name.partition(".")[0] for name in run.stdout.split()}.isdisjoint({"rules", "variants", "locales"})


def test_the_module_is_the_command() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "edge", "decide", "business-class", "--country", "DE"],
        cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (run.returncode, run.stdout.splitlines()[0]) == (0, "de-dub  (dub)")
    assert set(PACKAGES) == {"edge", "locales", "rules", "variants"}
