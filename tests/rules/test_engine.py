"""The engine finds what a plain scan finds, says what it says, and explains what a full trace tells: thousands of random visits.

Each run draws new ones. A failing run prints its seed; `ISOGLOSS_SEED=…` draws the same again.
"""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace

from rules import atoms, bitsets, compiling, hours, indexes, slices, timetables, tracing
from rules import book as book_module
from rules.book import RuleBook
from rules.context import Context, Subject
from rules.deciding import completed, decide, languages_of
from rules.explaining import Explained, explain
from rules.inputs import INPUTS
from rules.tracing import INACTIVE, trace, trace_briefly
from tests.conftest import UNMEASURED, seed_of_run
from tests.rules.engine_books import ASKED, any_book, any_round, any_visit
from tests.rules.engine_scan import Scanned, scan, steady

SEED = seed_of_run()

#: Rounds of two books each, and visits to these; the same where next to nothing is remembered.
ROUNDS, TIGHT_ROUNDS, VISITS = 55, 30, 60


def check_decision(context: Context, subject: Subject, site: RuleBook, expected: Scanned) -> None:
    decision = decide(context, subject, site)
    assert decision.matched == expected.rules
    assert decision.preference.words == expected.words
    assert decision.preference.languages == expected.languages
    assert decision.expires == expected.expires


def check_plan(context: Context, subject: Subject, site: RuleBook, expected: Scanned) -> None:
    """Search and memory, as tools ask them."""
    whole = completed(context)
    plan, heard = site.plan(subject), languages_of(whole, subject, site)
    values = plan.values_of(whole, heard.first, heard.accepted)
    assert plan.search(values, whole.moment, whole.zone) == (expected.rules, expected.expires)
    won, flip = plan.winners(values, whole.moment, whole.zone)
    assert (won.rules, flip) == (expected.rules, expected.expires)
    assert plan.drawn(won, context.unit or "").words == expected.won


def check_explanation(context: Context, subject: Subject, site: RuleBook, expected: Scanned) -> None:
    """What the sets tell is what all rules tell, asked one by one."""
    traced, brief = trace(context, subject, site), trace_briefly(context, subject, site)
    explained = explain(context, subject, site)
    assert explained == Explained(traced.decision, traced.overridden, traced.near_misses)
    assert list(map(str, explained.near_misses)) == list(map(str, traced.near_misses))
    assert (explained.decision.matched, explained.decision.expires) == (expected.rules, expected.expires)
    assert explained.decision.preference.words == expected.words
    assert [table.winner for table in traced.tables if table.winner] == [rule.name for rule in expected.rules]
    assert (brief.decision, brief.overridden, brief.near_misses) == (
        traced.decision,
        traced.overridden,
        traced.near_misses,
    )
    assert brief.inactive == tuple(replace(one, reached=True) for one in traced.inactive[:INACTIVE])
    assert brief.inactive_count == len(traced.inactive)
    for one, whole in zip(brief.tables, traced.tables, strict=True):
        assert (one.winner, one.tried_count, one.count) == (whole.winner, whole.tried_count, whole.count)
        assert one.tried == (whole.tried if one.whole else whole.tried[-1:] if whole.winner else ())


def check_stretch(context: Context, subject: Subject, site: RuleBook, expected: Scanned) -> None:
    """Up to the next flip nothing changes."""
    for moment in steady(context, expected):
        assert decide(replace(context, moment=moment), subject, site).matched == expected.rules


#: What is checked, and of how many visits in a hundred.
CHECKS = ((check_decision, 100), (check_plan, 40), (check_stretch, 20), (check_explanation, 20), (check_decision, 30))


def check_round(chance: random.Random, visits: int) -> None:
    """Two books of one round, asked in turns. Some visitors come back at the next flip, just before it, and where they were."""
    given = any_round(chance)
    sites = any_book(chance, given), any_book(chance, given)
    again: list[tuple[Context, Subject, RuleBook]] = []
    for _ in range(visits):
        context, subject, site = again.pop() if again else (*any_visit(chance, given), chance.choice(sites))
        expected = scan(context, subject, site)
        for check, often in CHECKS:
            if chance.randrange(100) < often:
                check(context, subject, site, expected)
        if not again and expected.expires is not None and chance.random() < 0.5:
            flip = expected.expires
            moments = (context.moment, flip, flip - flip.resolution, flip, context.moment)
            again += [(replace(context, moment=moment), subject, site) for moment in moments]


@UNMEASURED
def test_a_search_by_sets_finds_what_a_plain_scan_finds() -> None:
    print(f"ISOGLOSS_SEED={SEED}")
    chance = random.Random(SEED)
    for _ in range(ROUNDS):
        check_round(chance, VISITS)


#: Bounds of the engine, and what they are made for a round. Some stay as they are: what one memory forgets, another remembers.
BOUNDS = (
    *((bitsets, name, (1, 2, 5)) for name in ("VALUES", "ROOM_PER_RULE")),
    (bitsets, "LEAST_ROOM", (1, 300, 700)),
    (indexes, "SETS", (0, 3, 9)),
    (atoms, "TAGS", (1, 2)),
    *((timetables, name, (1, 2)) for name in ("COMMON", "ZONES")),
    *((book_module, name, (1, 2, 6)) for name in ("COUNTRIES", "VISITORS", "JOINED_VALUES")),
    (compiling, "INDEX_COST", (1, 64)),
    *((slices, name, (1, 3, 8)) for name in ("PART", "SLICES")),
    *((module, "HOURS", (1, 2)) for module in (hours, slices)),
    (tracing, "TRIED", (0, 2, 9)),
)


def test_the_same_where_next_to_nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    print(f"ISOGLOSS_SEED={SEED}")
    chance = random.Random(SEED)
    for _ in range(TIGHT_ROUNDS):
        with monkeypatch.context() as tight:
            for module, name, bounds in BOUNDS:
                if chance.random() < 0.7:
                    tight.setattr(module, name, chance.choice(bounds))
            check_round(chance, VISITS)


def test_every_input_that_a_rule_may_ask_about_is_drawn() -> None:
    assert set(ASKED) == {name for name, row in INPUTS.items() if row.cell}
    assert ROUNDS * VISITS >= 3000
