"""Accept-Language as a value. The cases of tests/cases/ranges.json are read from text and from bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import ranges
from locales.ranges import MAX_BYTES, MAX_RANGES, LanguageRanges

CASES = json.loads((Path(__file__).parent.parent / "cases" / "ranges.json").read_text("utf-8"))["cases"]

PART = st.builds(
    "{}{}{}".format,
    st.sampled_from(["de", "en-GB", "zh-Hant", "iw", "*", "x-y", "", "und", "é"]),
    st.sampled_from(["", ";", ";q=", " ; q=", ";Q=", ";level="]),
    st.sampled_from(["", "0", "0.5", "1", "1.000", "2", "nan", ".7", "0.0001", "-1"]),
)
HEADER = st.one_of(st.text(), st.lists(PART, max_size=40).map(",".join))


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["value"][:40]))
def test_a_field_is_read_leniently(case: dict[str, Any]) -> None:
    expected = LanguageRanges(tuple(case["wanted"]), tuple(case["excluded"]), case["anything"])
    assert LanguageRanges.from_header(case["value"]) == expected
    assert LanguageRanges.from_header(case["value"].encode("latin-1")) == expected


def test_bytes_that_are_no_text_lose_only_their_part() -> None:
    assert LanguageRanges.from_header(b"\xff\xfe\x00,de") == LanguageRanges(("de",))


def test_a_field_is_written_with_falling_weights() -> None:
    value = LanguageRanges(("de-AT", "de", "en"), ("fr",), anything=True)
    assert value.to_header() == "de-AT, de;q=0.9, en;q=0.8, *;q=0.7, fr;q=0"
    assert LanguageRanges().to_header() == ""
    assert LanguageRanges(anything=True).to_header() == "*"


def test_more_wishes_than_tenths_keep_their_order() -> None:
    tags = tuple(f"en-{letter}{letter}" for letter in "ABCDEFGHIJKLMNOPQ")
    value = LanguageRanges(tags)
    assert value.to_header().endswith(";q=0.1")
    assert LanguageRanges.from_header(value.to_header()).wanted == LanguageRanges.from_header(", ".join(tags)).wanted


def test_equal_values_are_one_key() -> None:
    assert len({LanguageRanges.from_header("de, en;q=0.5"), LanguageRanges.from_header("en;q=0.1,de;q=0.2")}) == 1


def test_what_is_remembered_is_bounded_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "_MEMO", 2)
    for _ in range(3):
        assert LanguageRanges.from_header("de,en;q=0.5,fr;q=0.7,de") == LanguageRanges(("de", "fr", "en"))
    assert len(ranges._known) <= 2


def test_a_long_field_reads_as_a_short_one_does() -> None:
    long = LanguageRanges.from_header(", ".join(["fr;q=0.25", "iw-276;q=0.5", "de-Latn-276;q=0", "und", "*;q=0.1"] * 6))
    assert long == LanguageRanges(("he-DE", "fr"), ("de-Latn-DE",), anything=True)


@given(HEADER)
def test_any_text_is_read_and_bounded(text: str) -> None:
    value = LanguageRanges.from_header(text)
    assert len(value.wanted) + len(value.excluded) <= MAX_RANGES
    assert not set(value.wanted) & set(value.excluded)


@given(st.binary(max_size=MAX_BYTES + 10))
def test_any_bytes_are_read(data: bytes) -> None:
    assert len(LanguageRanges.from_header(data).wanted) <= MAX_RANGES


@given(HEADER)
def test_what_is_written_reads_back(text: str) -> None:
    value = LanguageRanges.from_header(text)
    assert LanguageRanges.from_header(value.to_header()) == value
