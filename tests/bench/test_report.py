"""The bench's verdicts: what is printed, what is rounded, when it is a miss. Nothing is timed here."""

from __future__ import annotations

import math

import pytest

from bench.report import Budget, Exit, Line, exit_code, least_line, middle, ratio_line, ratios, rotated

SPEED = Budget("lookup/raw-rps", 0.85, least=True)
TIME = Budget("swap/demo/seconds", 1.0)
FAILED = Budget("swap/demo/failed", 0, digits=0)


@pytest.mark.parametrize(
    ("budget", "value", "text"),
    [
        (SPEED, 0.91, "lookup/raw-rps 0.91 >=0.85 ok"),
        (SPEED, 0.85, "lookup/raw-rps 0.85 >=0.85 ok"),
        (SPEED, 0.8, "lookup/raw-rps 0.80 >=0.85 MISS"),
        (SPEED, 0.8496, "lookup/raw-rps 0.84960 >=0.85 MISS"),
        (TIME, 0.994, "swap/demo/seconds 0.99 <=1 ok"),
        (TIME, 1.004, "swap/demo/seconds 1.00400 <=1 MISS"),
        (TIME, math.inf, "swap/demo/seconds inf <=1 MISS"),
        (TIME, math.nan, "swap/demo/seconds nan <=1 MISS"),
        (FAILED, 0, "swap/demo/failed 0 <=0 ok"),
        (FAILED, 3, "swap/demo/failed 3 <=0 MISS"),
    ],
)
def test_a_line_is_name_value_bound_and_verdict_and_never_rounds_a_miss_away(
    budget: Budget, value: float, text: str
) -> None:
    assert Line(budget, value).text == text


@pytest.mark.parametrize(
    ("values", "code"),
    [([0.9, 1.2], Exit.good), ([0.9, 0.2], Exit.missed), ([math.nan], Exit.missed), ([], Exit.skipped)],
)
def test_one_miss_decides_the_exit_code_and_no_line_is_a_skip(values: list[float], code: Exit) -> None:
    assert exit_code(Line(SPEED, value) for value in values) is code


def test_exit_codes_are_those_of_the_design() -> None:
    assert (Exit.good, Exit.missed, Exit.skipped) == (0, 1, 2)


def test_ratios_are_taken_within_a_round_and_rounds_without_both_are_left_out() -> None:
    rounds = [{"ours": 30.0, "theirs": 20.0}, {"ours": 3.0, "theirs": 4.0}, {"ours": 9.0}, {"ours": 1.0, "theirs": 0.0}]
    assert ratios(rounds, "ours", "theirs") == [1.5, 0.75]


def test_a_ratio_is_the_median_and_says_when_rounds_lie_on_both_sides() -> None:
    line = ratio_line(SPEED, [0.8, 0.9, 0.95])
    assert (line.value, line.kept) == (0.9, True)
    assert "inconclusive" in line.note
    assert "inconclusive" not in ratio_line(SPEED, [0.9, 0.91, 1.1]).note


def test_without_any_round_there_is_no_number_and_so_a_miss() -> None:
    assert math.isnan(middle([]))
    assert not ratio_line(SPEED, []).kept


def test_every_configuration_comes_first_once() -> None:
    names = ["a", "b", "c"]
    assert [rotated(names, turn) for turn in range(4)] == [
        ["a", "b", "c"],
        ["b", "c", "a"],
        ["c", "a", "b"],
        ["a", "b", "c"],
    ]
    assert rotated([], 3) == []


def test_of_a_time_the_least_round_counts() -> None:
    line = least_line(Budget("match/warm-us", 0.25, digits=3), [0.3, 0.1, 0.2])
    assert (line.text, line.note) == ("match/warm-us 0.100 <=0.25 ok", "3 rounds, 0.1 to 0.3")
