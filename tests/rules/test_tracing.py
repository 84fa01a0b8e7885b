"""The trace of a decision: it finds what `decide` finds, and says why all else was not found."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from locales.norms import NormBook
from locales.preference import LAYERS, Confidence
from locales.ranges import LanguageRanges
from rules.book import Policies, RuleBook
from rules.context import Choice, Context, Subject
from rules.deciding import decide
from rules.languages import Strength
from rules.nearness import NEAR_MISSES
from rules.norm_tracing import NormTrace
from rules.tracing import Trace, trace
from rules.wording import in_words
from tests.rules.books import CARTOON, FILM, GROUPS, NOON, NORMS, book, norm, rule
from tests.rules.test_deciding import CONTEXTS, SUBJECTS, books, visitor

SITE = book(
    rule("airline/tv", {"country": "ES", "device": ["tv", "console"]}, mode=("dub",)),
    rule(
        "airline/winter",
        {"country": "ES"},
        begins=NOON + timedelta(days=9),
        ends=NOON + timedelta(days=99),
        mode=("dub",),
    ),
    rule("airline/es-original", {"country": ["ES"], "kind": ["promo"]}, mode=("sub", "dub"), tags={"market": "es"}),
    rule("airline/all", mode=("dub",)),
    rule("words/flight", {"terms": "flug*", "weekday": "sun", "segment": "gold"}, language="de"),
)
MADRID = visitor("ES", "es-ES,es;q=0.9", device="phone")


def test_a_trace_holds_the_decision_itself() -> None:
    assert trace(MADRID, FILM, SITE).decision == decide(MADRID, FILM, SITE)


def test_every_rule_is_tried_down_to_the_winner_and_the_rest_is_there_for_operators() -> None:
    airline, words = trace(MADRID, FILM, SITE).tables
    assert [rule.rule.id for rule in airline.tried] == ["tv", "winter", "es-original"]
    assert [rule.rule.id for rule in airline.rules] == ["tv", "winter", "es-original", "all"]
    assert (airline.table, airline.winner) == ("airline", "airline/es-original")
    assert (words.winner, [rule.rule.id for rule in words.tried]) == (None, ["flight"])


def test_rules_say_in_words_what_they_saw() -> None:
    airline, words = trace(MADRID, FILM, SITE).tables
    assert [str(rule) for rule in (*airline.rules, *words.rules)] == [
        "airline/tv does not match: device is phone, asked for tv, console.",
        "airline/winter is not in force: from 2026-12-01T11:00:00+00:00 until 2027-03-01T11:00:00+00:00.",
        "airline/es-original matches: country is ES; kind is promo.",
        "airline/all matches too, below the first: it asks for nothing.",
        "words/flight does not match: terms is unknown, asked for flug*; segment is unknown, asked for gold.",
    ]


def test_a_near_miss_fails_by_one_cell_and_rules_of_other_items_come_last() -> None:
    site = book(
        rule("a/item", {"item": "other"}, mode=("sub",)),
        rule("a/two", {"country": "FR", "device": "tv"}, mode=("sub",)),
        *(rule(f"a/r{number}", {"country": "FR"}, mode=("sub",)) for number in range(NEAR_MISSES - 1)),
        rule("b/ended", {"country": "FR"}, ends=NOON, mode=("sub",)),
    )
    near = [rule.rule.id for rule in trace(MADRID, FILM, site).near_misses]
    assert near == ["r0", "r1", "r2", "r3", "item"]
    more = book(*(rule(f"a/r{number}", {"country": "FR"}, mode=("sub",)) for number in range(9)))
    assert len(trace(MADRID, FILM, more).near_misses) == NEAR_MISSES


def test_inactive_rules_are_those_that_only_their_schedule_keeps_out() -> None:
    assert [rule.rule.id for rule in trace(MADRID, FILM, SITE).inactive] == ["winter"]
    assert trace(visitor("FR"), FILM, SITE).inactive == ()


def test_every_layer_tells_its_words_or_that_it_has_none() -> None:
    told = dict(trace(MADRID, FILM, SITE).layers)
    assert tuple(told) == LAYERS
    assert {layer: [word.rule for word in words] for layer, words in told.items()} == {
        "choice": [],
        "rules": ["airline/es-original"],
        "hedge": [],
        "norms": ["norm/ES"],
        "default": [None],
    }


VALUES: list[tuple[object, str]] = [
    (None, "unknown"),
    ((), "unknown"),
    (("es", "en"), "es, en"),
    (True, "yes"),
    (False, "no"),
    (0, "0"),
    (date(2026, 12, 24), "2026-12-24"),
    ("ES", "ES"),
]


@pytest.mark.parametrize(("value", "expected"), VALUES)
def test_values_in_words(value: object, expected: str) -> None:
    assert in_words(value) == expected


def test_time_cells_see_the_clock_of_their_table() -> None:
    asks = rule("t/now", {"hour": "1", "weekday": "mon", "daypart": "night", "date": "2026-11-23"}, mode=("sub",))
    late = Context(moment=NOON + timedelta(hours=13, minutes=30), zone="America/New_York")
    for zone, expected in (
        ("site", "hour is 1; weekday is mon; daypart is night; date is 2026-11-23."),
        ("visitor", "hour is 19, asked for 1; weekday is sun, asked for mon;"),
    ):
        site = book(asks, policies=Policies("en", zone=ZoneInfo("Europe/Berlin")), zone=zone)
        assert expected in str(trace(late, FILM, site).tables[0].rules[0])


# Norms


def steps(traced: Trace) -> list[str]:
    assert traced.norm is not None
    return list(map(str, traced.norm.steps))


def test_the_search_for_a_norm_is_told_step_by_step() -> None:
    traced = trace(visitor("ES", "ca", region="ES-CT"), FILM, book())
    assert traced.norm is not None
    assert (traced.norm.language, traced.norm.official, traced.norm.place) == ("ca", True, "ES-CT")
    assert steps(traced) == [
        "Norms of ES-CT, ca: none.",
        "Norms of ES, ca: none.",
        "Norms of ES-CT: none.",
        "Norms of ES: norm/ES.",
    ]


def test_groups_and_the_world_follow_and_rows_of_little_confidence_are_passed_over() -> None:
    rows = (norm("FR", ("sub",), confidence=Confidence.unverified), norm("@eu", ("sub",)), norm("@dach", ("dub",)))
    assert steps(trace(visitor("FR", "fr"), FILM, book(norms=rows))) == [
        "Norms of FR, fr: none.",
        "Norms of FR: none (passed over: norm/FR).",
        "Norms of @eu, fr: none.",
        "Norms of @eu: norm/@eu.",
    ]


def test_children_have_rows_that_name_them_and_the_worlds() -> None:
    traced = trace(visitor("DE", "de"), CARTOON, book())
    assert steps(traced)[-1] == "Norms of 001: norm/001/children."
    assert "Norms of DE: none." in steps(traced)


def test_whose_norms_count() -> None:
    for context, expected in (
        (visitor("DE", "de"), "de is official in DE, whose norms count."),
        (visitor("DE", "es"), "es is not official in the place of the visit; it is at home in ES, whose norms count."),
        (visitor(None, "es"), "es is not official in the place of the visit; it is at home in ES, whose norms count."),
        (visitor("DE", "tlh"), "tlh has no home that is known; the world's norms count."),
    ):
        assert expected in trace(context, FILM, book()).sentences


def test_the_sites_default_has_no_norm_to_look_for() -> None:
    assert trace(visitor("CH"), FILM, book()).norm is None


SHIPPED = RuleBook((), NormBook.shipped(GROUPS, Confidence.low), Policies("en"))


@given(context=CONTEXTS, subject=SUBJECTS)
@settings(max_examples=100, deadline=None)
def test_the_search_ends_at_the_row_that_decide_finds(context: Context, subject: Subject) -> None:
    for site in (SHIPPED, book(norms=NORMS)):
        traced = trace(context, subject, site)
        said = [word.rule for word in traced.decision.preference.words if word.layer == "norms"]
        assert _ends(traced.norm) == said


def _ends(norm: NormTrace | None) -> list[str | None]:
    found = [] if norm is None else [step.found for step in norm.steps if step.found is not None]
    assert norm is None or not found or norm.steps[-1].found == found[0]
    return list(found)


# The whole story


def test_the_story_of_a_visitor_in_sentences() -> None:
    context = visitor("DE", "en-US,en, fr;q=0", choice=Choice(variant="de-dub", language="it", mode="dub"))
    weak = visitor("DE", "en-US,en")
    site = book(rule("t/german", {"country": "DE"}, language="de", tags={"a": "b", "c": "d"}), norms=NORMS)
    told = trace(context, FILM, site).sentences
    for sentence in (
        "The Accept-Language header is weak: only English, where English is not official.",
        "The visitor's languages: it (choice, high), de (rule, high), en-US (header, medium), en (header, medium).",
        "Conditions saw them without the rules' own: it (choice, high), de (place, medium), "
        "en-US (header, medium), en (header, medium).",
        "Refused: fr.",
        "Table t: t/german matches.",
        "t/german matches: country is DE.",
        "The layer choice says variant de-dub; language it; mode dub.",
        "The layer rules (t/german) says language de; tags a = b, c = d.",
        "The layer hedge says nothing.",
        "The layer default says mode sub, dub.",
        "No rule flips with time.",
    ):
        assert sentence in told
    assert "The layer hedge says mode sub, original." in trace(weak, FILM, book()).sentences


def test_the_story_tells_strength_and_the_next_flip() -> None:
    site = book(rule("t/evening", {"daypart": "evening"}, mode=("sub",)))
    for header, strength, expected in (
        ("", Strength.none, "The Accept-Language header is absent or says nothing."),
        ("es", Strength.strong, "The Accept-Language header is strong."),
    ):
        traced = trace(Context(country="DE", ranges=LanguageRanges.from_header(header), moment=NOON), FILM, site)
        assert traced.strength is strength
        assert traced.sentences[0] == expected
        assert "Table t: no rule matches." in traced.sentences
        assert traced.sentences[-1] == "The next rule flips at 2026-11-22T18:00:00+00:00."


@given(site=books(), context=CONTEXTS, subject=SUBJECTS)
@settings(max_examples=100, deadline=None)
def test_the_winners_of_a_trace_are_those_of_decide(site: RuleBook, context: Context, subject: Subject) -> None:
    traced = trace(context, subject, site)
    assert [table.winner for table in traced.tables if table.winner is not None] == [
        rule.name for rule in decide(context, subject, site).matched
    ]
    assert all(traced.sentences)
