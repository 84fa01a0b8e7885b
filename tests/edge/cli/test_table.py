"""`isogloss table`: rules into a spreadsheet and back, and what keeps a file from being written."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge.cli import table as command
from edge.cli.commands import isogloss
from edge.site import Loader
from rules.tables import Table
from tests.edge.folders import NO_RULES, add, demo_folder, publish

HEADER = "id,country,kind,mode,why.de,why.en,why.es"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return demo_folder(tmp_path / "site")


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(isogloss, ["table", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def table(folder: Path, name: str) -> Table:
    return next(one for one in Loader(folder).load().book.tables if one.id == name)


def test_both_ways_take_a_site() -> None:
    for name in ("export", "import"):
        assert "--site DIR" in run(name, "--help").stdout


# export


def test_the_demo_is_exported_without_a_site() -> None:
    lines = run("export", "airline").stdout.splitlines()
    assert lines[0] == HEADER
    assert lines[1].startswith("es-original,ES,promo,sub>dub,")


def test_rows_of_csv_files_follow_those_of_the_toml_file(site: Path) -> None:
    publish(site / "rules/airline.winter.csv", "id;country;mode\r\nsnow;@419;dub\r\n")
    lines = run("export", "airline", "--site", site).stdout.splitlines()
    assert [line.partition(",")[0] for line in lines] == ["id", "es-original", "snow"]
    assert lines[2].startswith("snow,'@419,")


def test_a_file_for_a_spreadsheet_is_written_and_not_written_over(site: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    flags = ("export", "airline", "--site", site, "--to", target)
    assert run(*flags, "--separator", "semicolon", "--bom").stdout == f"wrote {target}\n"
    assert target.read_bytes().startswith(b"\xef\xbb\xbf" + HEADER.replace(",", ";").encode() + b"\n")
    assert "is there already" in run(*flags, code=2).stderr
    run(*flags, "--force", "--separator", "tab")
    assert target.read_bytes().startswith(HEADER.replace(",", "\t").encode() + b"\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "site"]


def test_what_a_row_cannot_hold_ends_the_export(site: Path) -> None:
    add(
        site / "rules/airline.toml",
        '\n[[rules]]\nid = "x"\nwhen = { country = "PT" }\nthen = { mode = "sub" }\nwhy = "so "\n',
    )
    result = run("export", "airline", "--site", site, code=1)
    assert result.stdout == ""
    assert 'cannot hold why of "x": "so " begins or ends with a space.' in result.stderr


@pytest.mark.parametrize("arguments", [("export", "airlin"), ("import", "airlin", __file__)])
def test_an_unknown_table_names_the_one_that_was_meant(site: Path, arguments: tuple[str, ...]) -> None:
    assert 'Did you mean "airline"?' in run(*arguments, "--site", site, code=2).stderr
    assert (
        "Tables are: airline, markets, moments."
        in run(arguments[0], "xyz", *arguments[2:], "--site", site, code=2).stderr
    )


def test_a_file_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    assert "cannot be written: No such file" in run("export", "airline", "--to", tmp_path / "no/out.csv", code=1).stderr


# import


def test_a_table_goes_out_and_comes_back(site: Path, tmp_path: Path) -> None:
    before = table(site, "markets")
    run("export", "markets", "--site", site, "--to", tmp_path / "m.csv", "--separator", "semicolon", "--bom")
    publish(site / "rules/markets.toml", '[table]\nid = "markets"\n')
    told = run("import", "markets", tmp_path / "m.csv", "--site", site).stdout
    assert told == f"wrote {site / 'rules/markets.csv'}\n3 rules.\n"
    after = table(site, "markets")
    assert [(rule.id, rule.cells, rule.outcome, rule.why) for rule in after.rules] == [
        (rule.id, rule.cells, rule.outcome, rule.why) for rule in before.rules
    ]
    first = (site / "rules/markets.csv").read_bytes()
    assert first.startswith(b"id,country,")
    assert run("export", "markets", "--site", site).stdout.encode() == first


def rows(folder: Path, text: str | bytes) -> Path:
    source = folder.parent / "sheet.csv"
    publish(source, text)
    return source


def test_rows_that_are_there_are_written_over_by_force_alone(site: Path) -> None:
    source = rows(site, "id,country,mode\na,JP,sub\n")
    run("import", "moments", source, "--site", site, "--as", "late")
    assert "is there already" in run("import", "moments", source, "--site", site, "--as", "late", code=2).stderr
    publish(source, "id,country,mode\na,JP,dub\n")
    assert run("import", "moments", source, "--site", site, "--as", "late", "--check").stdout == (
        f"{source}: 1 rule for rules/moments.late.csv. Nothing was written.\n"
    )
    assert (site / "rules/moments.late.csv").read_text() == "id,country,mode\na,JP,sub\n"
    run("import", "moments", source, "--site", site, "--as", "late", "--force")
    assert (site / "rules/moments.late.csv").read_text() == "id,country,mode\na,JP,dub\n"


def test_rows_belong_to_the_file_whatever_the_table_is_called(site: Path) -> None:
    (site / "rules/airline.toml").rename(site / "rules/wishes.toml")
    run("import", "airline", rows(site, "id,country,mode\na,PT,sub\n"), "--site", site)
    assert [rule.id for rule in table(site, "airline").rules] == ["es-original", "a"]
    assert (site / "rules/wishes.csv").exists()


def test_the_line_in_which_excel_names_its_separator_is_left_out(site: Path) -> None:
    source = rows(site, "\ufeffsep=;\r\nid;country;mode\r\na;PT|AO;sub\r\n")
    run("import", "airline", source, "--site", site)
    assert (site / "rules/airline.csv").read_text() == "id,country,mode\na,PT|AO,sub\n"


#: A sheet, and what is said of it.
BAD: list[tuple[str | bytes, str]] = [
    ("id,contry\na,DE\n", 'sheet.csv:1: error: "contry" is no column.\n    Did you mean "country"?'),
    ("id,country,mode\na,UK,sub\n", 'sheet.csv:2: error: Column "country": "UK" is not a territory'),
    ("id,mode\na,=B1\n", 'sheet.csv:2: error: Column "mode": "=B1" is a formula.'),
    ("sep=:\nid:mode\na:sub\n", "sheet.csv:1: error: The first line says \"sep=:\", which names no separator.\n    Part"),
    ("sep=;\nid;country\na;UK\n", 'sheet.csv:3: error: Column "country": "UK" is not a territory'),
    ("id;mode\r\n;sub\r\n", "sheet.csv:2: error: The row has no id."),
    (b"id,why\na,\xe9", "sheet.csv:2: error: The file is not UTF-8: \"é\" has the byte E9."),
    ("id,mode\nes-original,sub\n", "Where the row is to take the place of a rule of another file, take that rule out first."),
    ("id,mode\na,sub\na,sub\n", 'sheet.csv:3: error: The id "a" is also that of the rule in line 2.\n    Rename one of them.\n'),
    ("id,country,mode\na,DE,sub\n", 'rules/airline.toml:18: error: The test "Berlin" expects'),
    ("id,from,mode\na,12/24/2026,sub\n", 'sheet.csv:2: error: Column "from": "12/24/2026" is neither a date nor a time.'),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "told"), BAD, ids=[told for _, told in BAD])
def test_a_sheet_with_a_fault_is_told_and_not_written(site: Path, sheet: str | bytes, told: str) -> None:
    source = rows(site, sheet)
    assert told in run("import", "airline", source, "--site", site, code=1).stderr
    assert not (site / "rules/airline.csv").exists()


def test_warnings_are_told_and_the_rows_written(site: Path) -> None:
    source = rows(site, "id,country,mode\na,IT,sub>dub\n")
    assert f"{source}:2: warning: Rule airline/a" in run("import", "airline", source, "--site", site).stderr
    assert (site / "rules/airline.csv").exists()


def test_a_site_that_cannot_be_read_is_told(site: Path) -> None:
    for text in ('[table]\nid = "airline', NO_RULES.replace("airline", "Bad"), "table = 1"):
        publish(site / "rules/airline.toml", text)
        source = rows(site, "id,mode\na,sub\n")
        assert "rules/airline.toml" in run("import", "moments", source, "--site", site, code=1).stderr


def test_wrong_use_is_told(site: Path, tmp_path: Path) -> None:
    source = rows(site, "id,mode\na,sub\n")
    assert "name it with --site" in run("import", "airline", source, code=2).stderr
    assert '"No/such" is no name' in run("import", "airline", source, "--site", site, "--as", "No/such", code=2).stderr
    assert "isogloss new DIR" in run("import", "airline", source, "--site", tmp_path / "none", code=1).stderr


def test_every_separator_is_one_that_is_read() -> None:
    assert set(command.SEPARATORS.values()) == {",", ";", "\t"}
