"""The matcher's part of the bench: what it asks, and how a line comes of rounds. Nothing is timed here but whether it runs."""

from __future__ import annotations

import pytest

from bench import match
from bench.machine import BenchFault
from locales.matcher import Matcher
from locales.ranges import LanguageRanges


def ranges_of(header: str) -> int:
    return len(LanguageRanges.from_header(header).wanted)


def test_the_headers_are_those_of_browsers_with_some_two_ranges_and_a_half() -> None:
    assert len(match.HEADERS) == 20
    assert sum(map(ranges_of, match.HEADERS)) / 20 == pytest.approx(2.4, abs=0.1)
    assert sum(map(ranges_of, match.new_headers())) / len(match.new_headers()) == pytest.approx(2.4, abs=0.2)


def test_new_headers_are_of_parts_that_have_been_seen() -> None:
    seen = {part for header in match.HEADERS for part in header.split(",")}
    headers = match.new_headers()
    assert len(headers) == len(set(headers)) > 300
    assert not set(headers) & set(match.HEADERS)
    assert {part for header in headers for part in header.split(",")} <= seen


def test_unseen_ranges_are_new_each_time() -> None:
    ranges = [
        part.partition(";")[0]
        for number in range(15)
        for header in match.unseen_headers(number)
        for part in header.split(",")
    ]
    assert len(ranges) == len(set(ranges)) == 15 * 47


def test_the_offers_are_of_20_and_of_200_languages_that_can_be_read() -> None:
    assert [len(set(offered)) for offered in (match.SMALL, match.large())] == [20, 200]
    assert Matcher(match.large()).unreadable == ()


def test_a_wrong_answer_stops_the_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    match._check_answers()
    monkeypatch.setattr(match, "HEADERS", {"de": "en"})
    with pytest.raises(BenchFault, match="instead of en"):
        match._check_answers()


def test_without_langcodes_nothing_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "langcodes", None)
    with pytest.raises(BenchFault, match="langcodes is missing"):
        match._closest()


def test_a_time_is_that_of_one_value() -> None:
    calls: list[str] = []
    assert match.timed(calls.append, ["a", "b"], turns=3) >= 0
    assert calls == ["a", "b"] * 3
