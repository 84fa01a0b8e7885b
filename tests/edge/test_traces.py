"""What an operator is told of the rules: of long tables what is worth telling, and every rule where all are asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from edge.app import make_app
from edge.cli.commands import isogloss
from edge.explained import Explanation, TracePart
from edge.explaining import explanation, in_words
from edge.pages.texts import LANGUAGES, texts_of
from edge.request import Request, posing
from edge.service import Service
from tests.edge.test_explaining import SITE, TOKEN, site_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OPERATOR = {"Authorization": f"Bearer {TOKEN}"}
PAGE = {**OPERATOR, "Accept": "text/html"}
ITEM = "/v1/explain/film?country=ES&accept_language=de"

#: Rules for other countries and devices, some of them for phones in Spain; the last but one for Spain; 30 that have ended.
LONG = "".join(
    [
        '[table]\nid = "long"\n',
        *(
            f'[[rules]]\nid = "r{number}"\nwhen = {{ country = "{"ES" if number > 52 else "FR"}", device = "phone" }}\n'
            'then = { mode = ["dub"] }\n'
            for number in range(60)
        ),
        '[[rules]]\nid = "spain"\nwhen = { country = "ES" }\nthen = { mode = ["sub", "dub"] }\n',
        *(
            f'[[rules]]\nid = "old{number}"\nwhen = {{ country = "ES" }}\nthen = {{ mode = ["dub"] }}\n'
            "active = { until = 2026-01-01 }\n"
            for number in range(30)
        ),
    ]
)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return site_of(tmp_path_factory.mktemp("long"), {**SITE, "rules/all.toml": LONG})


def explained(service: Service, *, all_rules: bool = False) -> Explanation:
    request = posing(Request(NOON), {"country": "ES", "accept_language": "de", "device": "tv"})
    return explanation(request, service.site.served["film"], service.site, operator=True, all_rules=all_rules)


def traced(service: Service, *, all_rules: bool = False) -> TracePart:
    found = explained(service, all_rules=all_rules).trace
    assert found is not None
    return found


def test_of_a_long_table_the_winner_is_told_and_how_many_are_not(long: Service) -> None:
    [table] = traced(long).tables
    assert (table.winner, table.count, table.tried_count) == ("long/spain", 91, 61)
    assert [rule.rule for rule in table.tried] == ["long/spain"]
    assert not traced(long).whole


def test_where_all_rules_are_asked_for_each_is_told(long: Service) -> None:
    found = traced(long, all_rules=True)
    [table] = found.tables
    assert [rule.rule for rule in table.tried] == [*(f"long/r{number}" for number in range(60)), "long/spain"]
    assert (len(found.inactive), found.whole) == (30, True)
    brief = traced(long)
    assert (found.near_misses, found.words, found.norm_steps) == (brief.near_misses, brief.words, brief.norm_steps)


def test_a_near_miss_says_which_cell_failed_what_it_saw_and_what_it_asked(long: Service) -> None:
    near = traced(long).near_misses
    assert [one.rule for one in near] == [f"long/r{number}" for number in range(53, 58)]
    cell = near[0].cell
    assert (cell.input, cell.wants, cell.saw, cell.holds) == ("device", ("phone",), "tv", False)
    assert near[0].told == "long/r53 does not match: device is tv, asked for phone."


def test_of_rules_that_are_not_in_force_the_first_are_told_and_how_many_there_are(long: Service) -> None:
    found = traced(long)
    assert (len(found.inactive), found.inactive_count) == (20, 30)
    assert found.inactive[0].startswith("long/old0 is not in force: until ")


def test_a_word_that_is_not_heard_says_who_is(long: Service) -> None:
    found = traced(long)
    lost = {word.rule: word.overridden for word in found.words if word.overridden}
    assert lost == {"norm/DE": {"mode": "long/spain"}}
    assert "Of the mode, long/spain is heard and norm/DE is not." in found.told


def test_the_words_of_the_command_say_that_there_is_more(long: Service) -> None:
    brief, whole = (in_words(explained(long, all_rules=all_rules)) for all_rules in (False, True))
    hint = "  Not every rule is told of here; --all-rules tells of each."
    assert hint in brief.splitlines()
    assert hint not in whole.splitlines()
    assert "  and 10 more" in brief.splitlines()
    assert "long/r0 does not match" in whole
    assert "long/r0 does not match" not in brief


def test_over_http_an_operator_asks_for_all_rules_and_nobody_else_does(long: Service) -> None:
    with TestClient(make_app(long, watching=False)) as client:
        for query, fields, told in (
            ("", OPERATOR, [1]),
            ("&trace=all", OPERATOR, [61]),
            ("&trace=some", OPERATOR, [1]),
            ("&trace=all", {}, []),
        ):
            made = client.get(ITEM + query, headers=fields).json()
            tables = made.get("trace", {"tables": []})["tables"]
            assert [len(table["tried"]) for table in tables] == told
            assert "parameters" not in made["replay"] or "trace" not in made["replay"]["parameters"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_an_operator_leads_to_all_rules(long: Service, language: str) -> None:
    texts = texts_of(language)
    with TestClient(make_app(long, watching=False)) as client:
        brief = client.get(f"{ITEM}&ui={language}", headers=PAGE).text
        whole = client.get(f"{ITEM}&ui={language}&trace=all", headers=PAGE).text
    assert texts.said["trace.brief"] in brief
    assert texts.plural("trace.untold", 60) in brief
    assert "trace=all" in brief
    assert "<li>+ 10</li>" in brief
    assert texts.said["trace.operator"] in whole
    assert texts.said["trace.brief"] not in whole
    assert "long/r0 does not match" in whole


def test_the_command_takes_a_flag(tmp_path: Path) -> None:
    for name, text in {**SITE, "rules/all.toml": LONG}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    asked = ["explain", "film", "--site", str(tmp_path), "--country", "ES", "--at", "2026-11-22"]
    brief, whole = (CliRunner().invoke(isogloss, [*asked, *flags]) for flags in ([], ["--all-rules"]))
    assert (brief.exit_code, whole.exit_code) == (0, 0)
    assert "long/r0" not in brief.stdout
    assert "  long/r0 does not match" in whole.stdout
