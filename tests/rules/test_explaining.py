"""Explanations at the speed of a decision. That they say what a full trace says is shown in test_engine.py."""

from __future__ import annotations

from datetime import timedelta

from rules.deciding import decide
from rules.explaining import explain
from rules.tracing import NEAR_MISSES
from tests.rules.books import FILM, NOON, book, rule
from tests.rules.test_deciding import visitor

MADRID = visitor("ES", "es-ES,es;q=0.9", device="phone")


def test_it_has_the_rules_that_win_and_those_that_one_cell_kept_from_it() -> None:
    site = book(
        rule("a/tv", {"country": "ES", "device": ["tv", "console"]}, mode=("dub",)),
        rule("a/two", {"country": "FR", "device": "tv"}, mode=("dub",)),
        rule("a/winter", {"country": "FR"}, begins=NOON + timedelta(days=9), mode=("dub",)),
        rule("a/es", {"country": "ES"}, mode=("sub",)),
        rule("b/morning", {"country": "ES", "hour": "6..11"}, mode=("sub",)),
        rule("b/words", {"languages": "es", "terms": "flug*"}, mode=("sub",)),
    )
    found = explain(MADRID, FILM, site)
    decision = decide(MADRID, FILM, site)
    assert (found.won.rules, found.expires) == (decision.matched, decision.expires)
    assert [str(near) for near in found.near_misses] == [
        "a/tv does not match: device is phone, asked for tv, console.",
        "b/words does not match: terms is unknown, asked for flug*.",
    ]
    assert [(near.rule.id, near.cell.input, near.value) for near in found.near_misses] == [
        ("tv", "device", "phone"),
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
