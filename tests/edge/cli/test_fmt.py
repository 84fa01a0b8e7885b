"""`isogloss fmt`: files of a site in their form, without a change of what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge.cli.commands import isogloss
from edge.cli.new import TEMPLATE
from edge.site import Loader
from tests.edge.folders import add, demo_folder, publish


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return demo_folder(tmp_path / "site")


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(isogloss, ["fmt", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def test_demo_and_template_are_in_their_form() -> None:
    assert run("--check").output == ""
    assert run("--check", "--site", TEMPLATE).output == ""


def test_a_file_is_laid_out_and_says_the_same(site: Path) -> None:
    before = Loader(site).load()
    file = site / "rules/airline.toml"
    tidy = file.read_text("utf-8")
    publish(
        file, tidy.replace("\n\n", "\n\n\n").replace(' = ["ES"]', '=[ "ES" ,]').replace("[[tests]]", " [[ tests ]]")
    )
    assert run("--check", "--site", site, code=1).stdout == f"{file} is not in its form.\n"
    assert file.read_text("utf-8") != tidy
    assert run("--site", site).stdout == f"wrote {file}\n"
    assert file.read_text("utf-8") == tidy
    assert run("--check", "--site", site).output == ""
    assert [table.rules for table in Loader(site).load().book.tables] == [table.rules for table in before.book.tables]


def test_nothing_is_written_where_one_file_is_no_toml(site: Path) -> None:
    add(site / "site.toml", "\n\n\n# end\n")
    add(site / "rules/airline.toml", "id = \n")
    before = (site / "site.toml").read_bytes()
    assert "rules/airline.toml:23: error: Not TOML" in run("--site", site, code=1).stderr
    assert (site / "site.toml").read_bytes() == before


def test_wrong_use_is_told(tmp_path: Path) -> None:
    assert "name it with --site DIR" in run(code=2).stderr
    assert "isogloss new DIR" in run("--site", tmp_path / "none", code=1).stderr
