"""`docs/tables.md` shows rows and rules that say the same, cells that load, and commands that run."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from edge.cli.commands import isogloss
from edge.schemas import to_schema
from edge.toml_form import to_form
from locales.documents import parse_document
from locales.findings import Faulty
from locales.groups import Groups
from rules.bulk import parse_bulk
from rules.bulk_writing import to_bulk
from rules.loading import load_table
from rules.tables import Table
from tests.conftest import REPOSITORY
from tests.edge.folders import demo_folder, publish
from tests.rules.test_bulk_writing import BERLIN, bare

TEXT = (REPOSITORY / "docs/tables.md").read_text("utf-8")
[CSV] = re.findall(r"```csv\n(.*?)```", TEXT, re.S)
TOML, HEADED = re.findall(r"```toml\n(.*?)```", TEXT, re.S)
HEAD = '[table]\nid = "airline"\n'


def load(text: str, rows: str | bytes = "") -> Table:
    bulk = [parse_bulk(rows, "rules/airline.csv")] if rows else []
    return load_table(parse_document(text, "rules/airline.toml"), Groups.shipped(), zone=BERLIN, bulk=bulk)[0]


def test_the_rows_say_what_the_rules_say() -> None:
    assert bare(load(HEAD, CSV)) == bare(load(TOML))
    assert bare(load(HEAD, to_bulk(load(TOML), BERLIN))) == bare(load(TOML))


def test_the_rules_are_in_their_form_and_good_by_schema() -> None:
    for text in (TOML, HEADED):
        assert to_form(text, "rules/airline.toml") == text
        Draft202012Validator(to_schema("rules")).validate({**tomllib.loads(text), "rules": []})


def test_cells_of_the_page_load() -> None:
    listed = re.search(r"In a cell of an input:\n(.*?)\n## ", TEXT, re.S)
    assert listed is not None
    cells = [
        text.replace("\\|", "|")
        for line in re.findall(r"^\| (`.*?) \| ", listed[1], re.M)
        for text in re.findall("`(.*?)`", line)
    ]
    assert len(cells) == 8
    for cell in cells:
        column = "device" if cell == "!tv" else "hour" if ".." in cell else "country"
        assert load(HEAD, f"id,{column},mode\na,{cell},sub\n").rules[0].cells, cell


def test_columns_of_the_page_are_columns() -> None:
    listed = re.search(r"## Columns\n(.*?)\nIn a cell", TEXT, re.S)
    assert listed is not None
    names = [name for line in re.findall(r"^\| (`.*?) \|", listed[1], re.M) for name in re.findall("`(.*?)`", line)]
    assert {"id", "country", "when.language", "tags.market", "why.es", "until"} <= set(names)
    parse_bulk(",".join(names), "rules/airline.csv")


@pytest.mark.parametrize(("rows", "told"), [
    ("id,contry\n", '"contry" is no column.'),
    ("id,mode\na,=A1\n", 'Column "mode": "=A1" is a formula.'),
    ("id,why\na,#NAME?\n", 'Column "why": "#NAME?" is an error of the spreadsheet.'),
    ("id,when.item,kind,mode,why,why.es\nspain,x,y,sub,z\n", 'The row "spain" has 5 cells, the first line has 6.'),
    ("sep=:\nid:mode\na:sub\n", 'The first line says "sep=:", which names no separator.'),
    ("id,mode\n,sub\n", "The row has no id."),
    ("id,country,mode\na,\"DE,AT\",sub\n", 'Column "country": "DE,AT" is not a territory of ISO 3166-1.'),
    (b"id,why\na,F\xfcr\n", 'The file is not UTF-8: "Für" has the byte FC.'),
])  # fmt: skip
def test_what_is_said_is_what_the_page_says(rows: str | bytes, told: str) -> None:
    assert f"| `{told}` |" in TEXT
    with pytest.raises(Faulty) as caught:
        load(HEAD, rows)
    assert [finding.problem for finding in caught.value.findings] == [told]


def test_the_commands_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ISOGLOSS_SITE", raising=False)
    demo_folder(tmp_path / "mysite")
    commands = re.findall(r"^    isogloss (.*)$", TEXT, re.M)
    assert len(commands) == 6
    for command in commands:
        if command.startswith("table import"):
            publish(tmp_path / "mysite/rules/airline.toml", HEAD)
        result = CliRunner().invoke(isogloss, command.split())
        assert result.exit_code == 0, (command, result.output)
    assert (tmp_path / "mysite/rules/airline.csv").exists()
    assert (tmp_path / "mysite/schemas/rules.schema.json").exists()
