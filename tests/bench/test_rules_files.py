"""The same rules as files of a site: both forms say the same, and a site of them loads."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from bench import rules_files
from bench.machine import BenchFault
from bench.rules_files import FORMS, TABLE, site_with
from bench.rules_made import made_rules
from bench.rules_ours import load_rules
from bench.rules_sites import READERS, bytes_a_rule, counted, load_seconds, main
from edge.site import Loader
from locales.documents import parse_document
from locales.groups import Groups
from rules.loading import load_table

RULES = made_rules(60)


def test_the_table_and_the_bulk_rows_are_the_same_rules() -> None:
    document = parse_document(FORMS["toml"](RULES)[f"{TABLE}.toml"].encode(), f"rules/{TABLE}.toml")
    written, _ = load_table(document, Groups.shipped(), zone=UTC)
    bulk = load_rules(RULES)
    assert [rule.id for rule in written.rules] == [rule.id for rule in RULES]
    assert [(rule.id, set(rule.cells), rule.outcome) for rule in written.rules] == [
        (rule.id, set(rule.cells), rule.outcome) for rule in bulk.rules
    ]


def test_many_rows_are_in_several_files_and_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_files, "ROWS", 25)
    assert list(FORMS["csv"](RULES)) == [f"{TABLE}.toml", *(f"{TABLE}.part{number}.csv" for number in range(3))]
    assert [rule.id for rule in load_rules(RULES).rules] == [rule.id for rule in RULES]


@pytest.mark.parametrize("form", FORMS)
def test_a_site_holds_that_table_alone_and_loads(form: str, tmp_path: Path) -> None:
    site = Loader(site_with(tmp_path / "site", FORMS[form](RULES))).load()
    assert [(table.id, len(table.rules)) for table in site.book.tables] == [(TABLE, len(RULES))]


@pytest.mark.parametrize("form", FORMS)
def test_of_an_unchanged_site_nothing_is_parsed_again(form: str) -> None:
    found = load_seconds(form, 20)
    assert found["parsed"] == 0
    assert found["first"] > 0


def test_what_is_parsed_again_is_counted(tmp_path: Path) -> None:
    folder = site_with(tmp_path / "site", FORMS["csv"](RULES))
    with counted() as calls:
        Loader(folder).load()
    assert set(calls) == set(READERS)
    loader = Loader(folder)
    loader.load()
    rows = folder / "rules" / f"{TABLE}.part0.csv"
    rows.write_text(rows.read_text().replace("Campaign r1\n", "Campaign of today\n"))
    with counted() as calls:
        loader.load()
    assert sorted(calls) == ["load_table", "parse_bulk"]


def test_a_site_that_holds_something_else_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.rules_sites.made_rules", lambda count: RULES)
    with pytest.raises(BenchFault, match="60 rules of revision"):
        load_seconds("csv", 20)


def test_bytes_are_counted_after_visitors_have_asked() -> None:
    found = bytes_a_rule(100)
    assert found["asked"] > found["built"] > 0


def test_the_command_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["csv", "20"]) == 0
    assert '"parsed": 0.0' in capsys.readouterr().out
