"""Selection, by the language-neutral rows of `tests/cases/selection.json` and by properties that hold for all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.preference import Confidence, Listed, Preference, Word
from tests.variants.cases import CASES, ITEMS, LAST, NOON, make_preference, make_stand, make_word, moment, told
from variants.bars import unbarred
from variants.selecting import Rights, Stand, select

ROWS = CASES["cases"]


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_the_variant_and_what_is_said_of_it(row: dict[str, Any]) -> None:
    expected = dict(row["expect"])
    if "boundary" in expected:
        expected["boundary"] = moment(expected["boundary"])
    said = told(select(make_preference(row), ITEMS[row["item"]], make_stand(row["stand"])))
    assert {name: said[name] for name in expected} == expected


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_the_same_question_has_the_same_answer(row: dict[str, Any]) -> None:
    preference, stand = make_preference(row), make_stand(row["stand"])
    once = select(preference, replace(ITEMS[row["item"]]), stand)
    assert told(select(preference, ITEMS[row["item"]], stand)) == told(once)


def test_the_cases_name_every_row_once() -> None:
    names = [row["name"] for row in ROWS]
    assert len(names) == len(set(names))
    assert {row["item"] for row in ROWS} == set(ITEMS)
    assert {name for row in ROWS for name in row["words"]} == set(CASES["words"])


def test_without_any_word_the_order_is_that_of_the_default() -> None:
    listed = Listed("de", "header", Confidence.high)
    selection = select(Preference((), (listed,)), ITEMS["business-class"], stand_in("DE"))
    assert (told(selection)["variant"], selection.reason) == ("de-sub", "default")


def test_a_rules_language_whose_word_is_gone_is_still_the_rules_layer() -> None:
    listed = Listed("de", "rule", Confidence.high)
    selection = select(Preference((LAST,), (listed,)), ITEMS["business-class"], stand_in("DE"))
    assert (told(selection)["variant"], selection.reason, selection.rule) == ("de-sub", "rule", None)


def test_a_tag_of_an_upper_layer_overrides_the_same_tag_of_a_lower_one() -> None:
    """No layer of today has tags beside `rules`; a later one may."""
    words = (
        Word("rules", "a/market", tags=(("market", "es"),)),
        Word("norms", "n", tags=(("market", "de"), ("focus", "x"))),
    )
    listed = Listed("de", "header", Confidence.high)
    selection = select(Preference((*words, LAST), (listed,)), ITEMS["market"], stand_in("ES"))
    assert told(selection)["overrode"] == [["norms", "n", ["market=de"]]]


def stand_in(country: str | None, confidence: Confidence = Confidence.high) -> Stand:
    return Stand(country, confidence, NOON, Rights(), "en")


LANGUAGES = (
    "ca",
    "de",
    "de-AT",
    "en",
    "en-GB",
    "es",
    "es-MX",
    "fr",
    "gsw",
    "ja",
    "pl",
    "ta",
    "zh-HK",
    "zh-TW",
    "zxx",
    "xx",
)
ORIGINS = ("choice", "url", "rule", "cookie", "header", "terms", "place", "default")
RANKS = {"choice": 0, "rules": 1, "hedge": 2, "norms": 3}

listed_languages = st.builds(Listed, st.sampled_from(LANGUAGES), st.sampled_from(ORIGINS), st.sampled_from(Confidence))
some_words = st.lists(st.sampled_from(sorted(CASES["words"])), max_size=4, unique=True).map(
    lambda names: sorted((make_word(CASES["words"][name]) for name in names), key=lambda word: RANKS[word.layer])
)
preferences = st.builds(
    Preference,
    some_words.map(lambda words: (*words, LAST)),
    st.lists(listed_languages, max_size=4).map(tuple),
    st.lists(st.sampled_from(LANGUAGES), max_size=2).map(tuple),
    st.sampled_from((None, True, False)),
    st.sampled_from((None, True, False)),
    st.sampled_from((None, "tv", "phone", "desktop")),
    st.booleans(),
)
stands = st.builds(
    Stand,
    st.sampled_from((None, "AT", "DE", "ES", "US")),
    st.sampled_from(Confidence),
    st.datetimes(timezones=st.just(NOON.tzinfo)),
    st.builds(Rights, st.sampled_from(("bar", "allow")), st.sampled_from(Confidence)),
    st.sampled_from(("en", "de", "it")),
)


@given(preferences, st.sampled_from(sorted(ITEMS)), stands)
def test_whatever_is_said_a_variant_that_is_left_is_given_and_no_barred_one_is_named(
    preference: Preference, name: str, stand: Stand
) -> None:
    item = ITEMS[name]
    live = unbarred(item, stand)
    selection = select(preference, item, stand)
    if not live:
        assert (selection.variant, selection.reason, selection.alternatives) == (None, "barred", ())
        return
    assert selection.variant in live
    others = [variant for variant, _ in selection.alternatives]
    assert others == [variant for variant in live if variant is not selection.variant]
    barred = {variant.id for variant in item.variants} - {variant.id for variant in live}
    assert not barred & {word for one in selection.overrode for word in one.said}
    assert (selection.reason == "default") == (not selection.used)
    assert selection.boundary is None or selection.boundary > stand.moment
