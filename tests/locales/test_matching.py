"""Distances by eye, by ear and in region: the cases of tests/cases/distances.json, and the pairs that matter most."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.matching import (
    NEAR_SPOKEN,
    NEAR_WRITTEN,
    OWN_SPOKEN,
    OWN_WRITTEN,
    UNRELATED,
    is_refused,
    region_distance,
    spoken_distance,
    written_distance,
)
from locales.tags import parse_tag

CASES = json.loads((Path(__file__).parent.parent / "cases" / "distances.json").read_text("utf-8"))["cases"]
MEASURES = {"written": written_distance, "spoken": spoken_distance, "region": region_distance}

TAGS = st.one_of(
    st.sampled_from(
        ["de", "en-GB", "en-001", "zh-HK", "yue", "nb", "es-419", "und", "zxx", "xx", "zh-Hant+en", "de+fr"]
    ),
    st.text(max_size=20),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['want']} → {case['have']}")
def test_how_far_a_language_is(case: dict[str, Any]) -> None:
    want, have = canonical(case["want"]), canonical(case["have"])
    measured = {name: MEASURES[name](want, have) for name in case if name in MEASURES}
    assert measured == {name: case[name] for name in measured}
    assert measured


def canonical(text: str) -> str:
    return "+".join(parse_tag(part) or part for part in text.split("+"))


def test_the_bounds_are_those_of_the_semantics() -> None:
    assert (OWN_WRITTEN, NEAR_WRITTEN, OWN_SPOKEN, NEAR_SPOKEN) == (10, 40, 5, 20)


def test_croats_hear_serbian_as_their_own_whatever_the_script() -> None:
    assert spoken_distance("hr", "sr") <= OWN_SPOKEN
    assert written_distance("hr", "sr") > NEAR_WRITTEN


def test_ukrainians_are_never_given_russian_sound_by_nearness() -> None:
    assert spoken_distance("uk", "ru") > NEAR_SPOKEN


def test_catalans_follow_spanish_but_it_is_not_their_own() -> None:
    assert OWN_SPOKEN < spoken_distance("ca", "es") <= NEAR_SPOKEN
    assert OWN_WRITTEN < written_distance("ca", "es") <= NEAR_WRITTEN


def test_hong_kong_hears_cantonese_and_reads_what_taiwan_reads() -> None:
    assert spoken_distance("zh-HK", "yue") == 0
    assert spoken_distance("zh-HK", "zh-TW") > NEAR_SPOKEN
    assert written_distance("zh-HK", "zh-Hant") == 0


def test_hindi_and_urdu_are_one_language_by_ear_and_two_by_eye() -> None:
    assert spoken_distance("hi", "ur") <= OWN_SPOKEN
    assert written_distance("hi", "ur") > NEAR_WRITTEN


def test_swiss_german_readers_read_german_and_not_the_reverse() -> None:
    assert written_distance("gsw", "de") <= OWN_WRITTEN
    assert written_distance("de", "gsw") > NEAR_WRITTEN


def test_an_australian_is_nearer_to_britain_than_to_america() -> None:
    assert region_distance("en-AU", "en-GB") < region_distance("en-AU", "en-US")


def test_a_region_never_changes_what_is_understood() -> None:
    for want, have in (("pt-BR", "pt-PT"), ("es-MX", "es-ES"), ("ko-KP", "ko-KR"), ("nl-BE", "nl-NL")):
        assert spoken_distance(want, have) == written_distance(want, have) == 0


REFUSED = [
    ("en-GB", ("en",), True),
    ("en", ("en",), True),
    ("zh-TW", ("de", "zh-Hant"), True),
    ("zh-Hant+en", ("en",), False),
    ("zh-Hant+en", ("en", "zh"), True),
    ("en", ("en-US",), False),
    ("de", (), False),
    ("de", ("en",), False),
]


def test_a_refused_range_covers_narrower_tags() -> None:
    assert not [row for row in REFUSED if is_refused(row[0], row[1]) is not row[2]]


@given(TAGS, TAGS)
def test_a_distance_is_bounded_and_nothing_raises(want: str, have: str) -> None:
    assert 0 <= written_distance(want, have) <= 130
    assert 0 <= spoken_distance(want, have) <= UNRELATED
    assert 0 <= region_distance(want, have) <= 5
    assert is_refused(want, (have,)) in (True, False)


@given(TAGS)
def test_a_language_is_no_distance_from_itself(tag: str) -> None:
    assert spoken_distance(tag, tag) == 0
    if "+" not in tag:
        assert written_distance(tag, tag) == region_distance(tag, tag) == 0
