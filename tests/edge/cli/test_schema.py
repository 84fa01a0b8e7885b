"""`isogloss schema`: what it prints, and where it writes."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from edge.cli.commands import isogloss
from edge.schemas import KINDS_OF_FILES, to_schema


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(isogloss, ["schema", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def test_a_schema_is_printed() -> None:
    for kind in KINDS_OF_FILES:
        assert json.loads(run(kind).stdout) == to_schema(kind)


def test_schemas_are_written_for_an_editor(tmp_path: Path) -> None:
    folder = tmp_path / "site" / "schemas"
    told = run("--to", folder).stdout.splitlines()
    assert told == [f"wrote {folder / kind}.schema.json" for kind in KINDS_OF_FILES]
    assert json.loads((folder / "rules.schema.json").read_text("utf-8")) == to_schema("rules")
    assert run("rules", "--to", folder).stdout.splitlines() == told[2:3]


def test_wrong_use_is_told(tmp_path: Path) -> None:
    assert "Name one of site, variants, rules, locales" in run(code=2).stderr
    assert "'rule' is not one of" in run("rule", code=2).stderr
    (tmp_path / "file").write_text("")
    assert "cannot be made" in run("--to", tmp_path / "file" / "x", code=1).stderr
