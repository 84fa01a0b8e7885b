"""Explanations at the speed of a decision. That they say what a trace of all rules says is shown in test_engine.py."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from locales.preference import Drawn, Word
from rules import slices
from rules.context import Choice, Context
from rules.deciding import decide
from rules.explaining import Overridden, explain, overridden
from rules.nearness import NEAR_MISSES
from rules.tables import Rule
from rules.tracing import trace, trace_briefly
from tests.rules.books import FILM, NOON, PAGE, book, rule
from tests.rules.test_deciding import visitor
from tests.rules.test_split_rules import TRIAL, unit_in

MADRID = visitor("ES", "es-ES,es;q=0.9", device="phone")


def test_it_has_the_decision_and_the_rules_that_one_cell_kept_from_winning() -> None:
    site = book(
        rule("a/tv", {"country": "ES", "device": ["tv", "console"]}, mode=("dub",)),
        rule("a/two", {"country": "FR", "device": "tv"}, mode=("dub",)),
        rule("a/winter", {"country": "FR"}, begins=NOON + timedelta(days=9), mode=("dub",)),
        rule("a/es", {"country": "ES"}, mode=("sub",)),
        rule("b/morning", {"country": "ES", "hour": "6..11"}, mode=("sub",)),
        rule("b/evening", {"country": "ES", "hour": "18..23"}, mode=("sub",)),
        rule("b/words", {"languages": "es", "terms": "flug*"}, mode=("sub",)),
    )
    found = explain(MADRID, FILM, site)
    assert found.decision == decide(MADRID, FILM, site)
    assert [str(near) for near in found.near_misses] == [
        "a/tv does not match: device is phone, asked for tv, console.",
        "b/evening does not match: hour is 11, asked for 18..23.",
        "b/words does not match: terms is unknown, asked for flug*.",
    ]
    assert [(near.rule.id, near.cell.input, near.value) for near in found.near_misses] == [
        ("tv", "device", "phone"),
        ("evening", "hour", 11),
        ("words", "terms", ()),
    ]


def test_rules_of_other_items_come_last_and_five_are_enough() -> None:
    rules = [
        rule("a/item", {"item": "other"}, mode=("sub",)),
        *(rule(f"a/r{number}", {"country": "FR"}, mode=("sub",)) for number in range(NEAR_MISSES - 1)),
        rule("b/kind", {"kind": "page"}, mode=("sub",)),
    ]
    near = [miss.rule.id for miss in explain(MADRID, FILM, book(*rules)).near_misses]
    assert near == ["r0", "r1", "r2", "r3", "item"]
    more = (*rules, rule("c/fr", {"country": "FR"}, mode=("sub",)))
    assert [miss.rule.id for miss in explain(MADRID, FILM, book(*more)).near_misses] == ["r0", "r1", "r2", "r3", "fr"]


def test_a_rule_that_a_cell_on_the_item_keeps_out_says_which_and_what_the_item_is() -> None:
    site = book(rule("a/page", {"kind": "page", "channel": "web", "country": "ES"}, mode=("sub",)))
    [near] = explain(MADRID, FILM, site).near_misses
    assert str(near) == "a/page does not match: kind is promo, asked for page."
    assert explain(MADRID, PAGE, site).near_misses == ()
    assert explain(visitor("FR"), FILM, site).near_misses == ()


def test_it_draws_the_arm_of_the_unit() -> None:
    site = book(TRIAL)
    for unit, drawn in (
        (unit_in("arm-1"), Drawn("x", "arm-1")),
        (unit_in("arm-0"), Drawn("x", "arm-0")),
        (None, Drawn("x", "arm-0", "no-unit")),
    ):
        found = explain(visitor("DE", "de", unit=unit), FILM, site)
        assert [word.drawn for word in found.decision.preference.words if word.layer == "rules"] == [drawn]


def test_the_country_of_a_lone_region_and_the_wishes_of_a_choice_count() -> None:
    site = book(rule("a/es", {"country": "ES", "captions": "no"}, mode=("sub",)))
    known = Context(region="ES-CT", choice=Choice(captions=True), moment=NOON)
    [near] = explain(known, FILM, site).near_misses
    assert str(near) == "a/es does not match: captions is yes, asked for no."


# What is said in vain


def said(layer: str, **outputs: object) -> Word:
    return replace(Word(layer, f"{layer}/x"), **outputs)


DEFAULT = Word("default", mode=("sub", "dub"))
RULE = said("rules", mode=("sub", "dub"), language="es", tags=(("market", "es"),))

IN_VAIN: list[tuple[str, tuple[Word, ...], list[tuple[str, str]]]] = [
    ("nobody else says anything", (RULE,), []),
    ("the default is no word of anybody", (said("rules", mode=("dub",)),), []),
    ("another order", (RULE, said("norms", mode=("dub", "sub"))), [("mode", "norms/x")]),
    ("an order that comes to the same", (RULE, said("norms", mode=("sub",))), []),
    ("a later table is of the same layer", (RULE, said("rules", mode=("dub",), language="de")), []),
    ("an output that only a lower layer has", (said("rules", language="es"), said("norms", mode=("dub",))), []),
    (
        "a choice stands above rules and norms",
        (said("choice", mode=("original",)), RULE, said("norms", mode=("dub",))),
        [("mode", "rules/x"), ("mode", "norms/x")],
    ),
    ("another language", (said("choice", language="de"), RULE), [("language", "rules/x")]),
    ("another variant", (said("choice", variant="a"), said("rules", variant="b")), [("variant", "rules/x")]),
    ("the same variant", (said("choice", variant="a"), said("rules", variant="a")), []),
    (
        "tags are each for themselves",
        (RULE, said("norms", tags=(("market", "fr"), ("cut", "long")))),
        [("tags.market", "norms/x")],
    ),
]


@pytest.mark.parametrize(("name", "words", "expected"), IN_VAIN, ids=[row[0] for row in IN_VAIN])
def test_what_a_lower_layer_says_otherwise(name: str, words: tuple[Word, ...], expected: list[tuple[str, str]]) -> None:
    found = overridden((*words, DEFAULT))
    assert [(one.output, one.word.rule) for one in found] == expected, name
    assert all(one.by is words[0] for one in found)


def test_the_norm_of_a_place_is_overridden_by_the_rule_that_wins() -> None:
    site = book(rule("a/es", {"country": "ES"}, mode=("sub", "dub")))
    found = explain(MADRID, FILM, site)
    by, norm, _ = found.decision.preference.words
    assert found.overridden == (Overridden("mode", norm, by),)
    assert (by.rule, norm.rule) == ("a/es", "norm/ES")


# Long tables


def long_table(count: int, near: tuple[int, ...]) -> list[Rule]:
    """Rules for France and a television, but at some places for a television alone."""
    both, one = ({"country": "FR", "device": "tv"}, {"country": "ES", "device": "tv"})
    rules = [rule(f"a/r{number}", one if number in near else both, mode=("sub",)) for number in range(2)]
    far, close = rule("a/far", both, mode=("sub",)), rule("a/near", one, mode=("sub",))
    return [*rules, *(replace(close if at in near else far, id=f"r{at}") for at in range(2, count))]


@pytest.mark.parametrize(
    ("near", "told"),
    [
        ((0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 4)),
        ((7_499, 7_500, 14_999, 15_000), (7_499, 7_500, 14_999, 15_000)),
        ((1, 7_500, 15_001, 15_009, 16_000, 16_005), (1, 7_500, 15_001, 15_009, 16_000)),
        ((16_009,), (16_009,)),
        ((), ()),
    ],
)
def test_a_table_of_several_parts_is_asked_from_its_first_to_its_last(
    near: tuple[int, ...], told: tuple[int, ...]
) -> None:
    site = book(*long_table(16_010, near))
    assert len(site.compiled[0].rules) > 2 * slices.PART
    for _ in range(2):
        assert [miss.rule.id for miss in explain(MADRID, FILM, site).near_misses] == [f"r{at}" for at in told]


def test_what_is_kept_is_bounded_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "SLICES", 3)
    site = book(*(rule(f"a/r{at}", {"country": "ES", "terms": f"word{at}"}, mode=("sub",)) for at in range(9)))
    for words in ((), ("word1",), ("word2", "other"), ("word3", "word4", "word5"), ("word1",)):
        context = replace(MADRID, terms=words)
        assert explain(context, FILM, site).near_misses == trace(context, FILM, site).near_misses


def test_hours_are_kept_for_each_part_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "HOURS", 1)
    monkeypatch.setattr(slices, "PART", 2)
    site = book(*(rule(f"a/r{hour}", {"country": "ES", "hour": str(hour)}, mode=("sub",)) for hour in range(8, 16)))
    for ahead in (0, 1, 2, 0):
        context = replace(MADRID, moment=NOON + timedelta(hours=ahead))
        assert explain(context, FILM, site).near_misses == trace(context, FILM, site).near_misses


# The brief trace


def test_of_a_long_table_a_brief_trace_has_the_winner_alone_and_says_how_many_it_leaves_out() -> None:
    site = book(*long_table(60, ()), rule("a/es", {"country": "ES"}, mode=("sub",)), rule("b/es", mode=("dub",)))
    brief, whole = trace_briefly(MADRID, FILM, site), trace(MADRID, FILM, site)
    long, short = brief.tables
    assert ([one.rule.id for one in long.tried], long.tried_count, long.count) == (["es"], 61, 61)
    assert ([one.rule.id for one in short.tried], short.tried_count) == (["es"], 1)
    assert (long.whole, short.whole, brief.whole, whole.whole) == (False, True, False, True)
    assert "Table a: a/es matches; 60 of its 61 rules do not and are not told of one by one." in brief.sentences
    assert "Table a: a/es matches." in whole.sentences
    assert set(brief.sentences) - {str(long)} <= set(whole.sentences)


def test_of_a_long_table_in_which_nobody_wins_it_has_no_rule() -> None:
    [long] = trace_briefly(MADRID, FILM, book(*long_table(60, ()))).tables
    assert (long.winner, long.tried, long.tried_count) == (None, (), 60)
    assert str(long) == "Table a: no rule matches; 60 of its 60 rules do not and are not told of one by one."


def test_of_many_rules_that_are_not_in_force_it_has_the_first() -> None:
    later = NOON + timedelta(days=1)
    site = book(*(rule(f"a/r{at}", {"country": "ES"}, begins=later, mode=("sub",)) for at in range(30)))
    brief, whole = trace_briefly(MADRID, FILM, site), trace(MADRID, FILM, site)
    assert (len(brief.inactive), brief.inactive_count, brief.whole) == (20, 30, False)
    assert brief.inactive == whole.inactive[:20]
