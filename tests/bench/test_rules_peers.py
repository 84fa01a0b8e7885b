"""How the same rule is written for each engine; and what happens where one is missing. No engine is needed here."""

from __future__ import annotations

import sys

import pytest

from bench import rules_peers as peers
from bench.rules_made import DEFAULT, INPUTS, MadeRule, Visitor

RULES = [MadeRule("r1", {"country": ("DE", "AT"), "terms": ("fares", "miles")}), MadeRule(DEFAULT, {})]
VISITOR = Visitor("ES", None, "es", "phone", "ios", "direct", ("fares",), "night", None, 3)


def test_a_visitor_is_plain_json() -> None:
    assert peers.plain(VISITOR) == {
        "country": "ES",
        "region": None,
        "language": "es",
        "device": "phone",
        "os": "ios",
        "referrer": "direct",
        "terms": ["fares"],
        "daypart": "night",
        "segment": None,
    }


def test_zen_gets_one_decision_table_with_a_column_for_each_input() -> None:
    graph = peers.zen_graph(RULES)
    nodes = graph["nodes"]
    assert isinstance(nodes, list)
    content = nodes[1]["content"]
    assert content["hitPolicy"] == "first"
    assert [column["field"] for column in content["inputs"]] == list(INPUTS)
    assert content["rules"][0]["country"] == '"DE", "AT"'
    assert content["rules"][0]["terms"] == 'some($, # in ["fares", "miles"])'
    assert [row["row"] for row in content["rules"]] == ['"r1"', '"default"']
    assert {content["rules"][1][name] for name in INPUTS} == {""}


def test_cel_gets_an_expression_for_each_rule() -> None:
    assert [peers.cel_text(rule) for rule in RULES] == [
        'country in ["DE", "AT"] && terms.exists(word, word in ["fares", "miles"])',
        "true",
    ]


def test_growthbook_gets_a_condition_for_each_rule() -> None:
    assert peers.growthbook_condition(RULES[0]) == {
        "country": {"$in": ["DE", "AT"]},
        "terms": {"$in": ["fares", "miles"]},
    }


def test_flagd_gets_one_long_if() -> None:
    condition = {
        "and": [
            {"in": [{"var": "country"}, ["DE", "AT"]]},
            {"some": [{"var": "terms"}, {"in": [{"var": ""}, ["fares", "miles"]]}]},
        ]
    }
    assert peers.flagd_flag(RULES) == {
        "state": "ENABLED",
        "variants": {"r1": "r1", DEFAULT: DEFAULT},
        "defaultVariant": DEFAULT,
        "targeting": {"if": [condition, "r1", DEFAULT]},
    }


def test_the_scan_is_a_peer_that_needs_nothing() -> None:
    scan = peers.PEERS["scan"]
    contender = scan.make(RULES)
    assert contender.first(contender.prepare(VISITOR)) == DEFAULT
    assert peers.version(scan) == ""


def test_a_peer_that_is_not_installed_has_no_version() -> None:
    assert peers.version(peers.Peer("nothing", "isogloss-nothing-of-that-name", peers.make_scan)) is None


def test_the_folder_of_peers_comes_last_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["first"])
    monkeypatch.delenv(peers.PEERS_FOLDER, raising=False)
    peers.add_folder()
    monkeypatch.setenv(peers.PEERS_FOLDER, "peers")
    peers.add_folder()
    peers.add_folder()
    assert sys.path == ["first", "peers"]
