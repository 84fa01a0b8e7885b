"""Splits: the published vectors, by two readings of the algorithm; shares that are even; nobody who moves without need."""

from __future__ import annotations

import hashlib
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from locales.preference import Drawn
from rules.splits import ALL, BITS, HASHES, draw, position
from rules.tables import Arm, Outcome, Split
from tests.conftest import REPOSITORY
from tests.rules import splits_reference

VECTORS = json.loads((REPOSITORY / "tests" / "cases" / "splits.json").read_text("utf-8"))


def split_of(**said: Any) -> Split:
    """A split as a vector has it."""
    holdout = round(said.get("holdout", 0) * 100)
    coverage = round(said["coverage"] * 100) if "coverage" in said else ALL - holdout
    arms = tuple(Arm(arm["id"], arm["weight"], Outcome(mode=("sub",))) for arm in said["arms"])
    return Split(said["experiment"], arms, said["default"], "blake2b-1", coverage, holdout, said.get("salt", ""))


def halves(**said: Any) -> Split:
    arms = [{"id": "a", "weight": 1}, {"id": "b", "weight": 1}]
    return split_of(**{"experiment": "x", "default": "a", "arms": arms, **said})


def crowd(count: int) -> list[str]:
    """Made-up units, the same in every run."""
    chance = random.Random(20261123)
    return [f"{chance.getrandbits(64):x}" for _ in range(count)]


# Vectors


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: json.dumps(case["split"])[15:60])
def test_the_published_vectors_hold(case: dict[str, Any]) -> None:
    split = split_of(**case["split"])
    for unit, arm, fallback in case["draws"]:
        assert draw(split, unit) == Drawn(split.experiment, arm, fallback), unit


@pytest.mark.parametrize(
    "case", VECTORS["positions"], ids=lambda case: f"{case['label']} {case['salt']} {case['unit']}"
)
def test_the_published_positions_hold(case: dict[str, Any]) -> None:
    split = halves(experiment=case["experiment"] or "halves", salt=case["salt"])
    assert f"{position(split, case['label'], case['unit']):016x}" == case["position"]


def test_the_vectors_are_those_of_the_second_reading() -> None:
    """The file and this reading of the page are the same: neither can change without the other."""
    assert (REPOSITORY / "tests" / "cases" / "splits.json").read_text("utf-8") == splits_reference.written()


def by_the_page(split: dict[str, Any], unit: str | None) -> tuple[str, str | None]:
    """The algorithm as `docs/splits.md` numbers its steps, with the BLAKE2b that Python has."""

    def place(label: str, experiment: str) -> int:
        texts = ("blake2b-1", label, split.get("salt", ""), experiment, str(unit))
        return int.from_bytes(hashlib.blake2b("\0".join(texts).encode()).digest()[:8], "big")

    held = round(split.get("holdout", 0) * 100)
    covered = round(split.get("coverage", 100 - held / 100) * 100)
    weights = [arm["weight"] for arm in split["arms"]]
    if unit is None:
        return split["default"], "no-unit"
    if place("holdout", "") * 10_000 < held << 64:
        return split["default"], "holdout"
    if place("coverage", split["experiment"]) * (10_000 - held) >= covered << 64:
        return split["default"], "outside"
    point = place("arm", split["experiment"]) * sum(weights)
    return next(arm["id"] for at, arm in enumerate(split["arms"]) if point < sum(weights[: at + 1]) << 64), None


def test_the_steps_of_the_page_come_to_the_published_vectors() -> None:
    draws = [(case["split"], *row) for case in VECTORS["cases"] for row in case["draws"]]
    assert len(draws) == 180
    assert {fallback for *_, fallback in draws} == {None, "no-unit", "holdout", "outside"}
    for split, unit, *found in draws:
        assert [*by_the_page(split, unit)] == found


def test_the_second_reading_has_the_blake2b_of_the_rfc() -> None:
    abc = splits_reference.blake2b_512(b"abc").hex()  # RFC 7693, appendix A
    assert abc.startswith("ba80a53f981c4d0d6a2797b69f12f6e9")
    for length in (0, 1, 127, 128, 129, 256, 300):
        assert splits_reference.blake2b_512(b"x" * length) == hashlib.blake2b(b"x" * length).digest()


SHARES = st.integers(0, 100)
UNITS = st.one_of(st.none(), st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=40))


@given(
    UNITS, st.lists(st.integers(0, 9), min_size=2, max_size=5).filter(any), SHARES, SHARES, st.sampled_from(["", "s"])
)
def test_both_readings_come_to_the_same(unit: str | None, weights: list[int], one: int, other: int, salt: str) -> None:
    coverage, holdout = sorted((one, other))[0], 100 - max(one, other)
    arms = [{"id": f"arm-{number}", "weight": weight} for number, weight in enumerate(weights)]
    said = {
        "experiment": "e", "salt": salt, "coverage": coverage, "holdout": holdout, "default": "arm-1", "arms": arms,
    }  # fmt: skip
    found = draw(split_of(**said), unit)
    assert (found.arm, found.fallback) == splits_reference.drawn(said, unit)


# Shares


def chi_square(seen: list[int], expected: list[float]) -> float:
    return sum((have - want) ** 2 / want for have, want in zip(seen, expected, strict=True))


#: Beyond these, chance alone would come once in 10,000 (chi-square, by degrees of freedom).
LIMITS = {1: 15.14, 2: 18.42, 3: 21.11, 99: 160.06}


@pytest.mark.parametrize("weights", [(1, 1), (1, 2, 3), (90, 9, 1), (5, 0, 5), (1, 1, 1, 1)])
def test_arms_have_their_shares_of_a_hundred_thousand_units(weights: tuple[int, ...]) -> None:
    split = split_of(
        experiment="shares", default="arm-0", arms=[{"id": f"arm-{n}", "weight": w} for n, w in enumerate(weights)]
    )
    seen = dict.fromkeys((arm.id for arm in split.arms), 0)
    for unit in crowd(100_000):
        seen[draw(split, unit).arm] += 1
    heavy = [(seen[arm.id], 100_000 * arm.weight / sum(weights)) for arm in split.arms if arm.weight]
    assert all(seen[arm.id] == 0 for arm in split.arms if not arm.weight)
    assert chi_square([one for one, _ in heavy], [one for _, one in heavy]) < LIMITS[len(heavy) - 1]


@pytest.mark.parametrize("label", ["holdout", "coverage", "arm"])
def test_positions_are_spread_evenly_and_every_label_has_its_own(label: str) -> None:
    split = halves()
    parts = [0] * 100
    for unit in crowd(100_000):
        parts[position(split, label, unit) * 100 >> BITS] += 1
    assert chi_square(parts, [1000.0] * 100) < LIMITS[99]


def test_coverage_and_holdout_are_shares_of_all_units_and_tell_nothing_of_the_arms() -> None:
    split = halves(coverage=50, holdout=5)
    draws = [draw(split, unit) for unit in crowd(100_000)]
    told = {name: sum(one.fallback == name for one in draws) for name in (None, "outside", "holdout")}
    assert chi_square([told[None], told["outside"], told["holdout"]], [50_000, 45_000, 5_000]) < LIMITS[2]
    arms = [sum(one.arm == arm and one.fallback is None for one in draws) for arm in ("a", "b")]
    assert chi_square(arms, [told[None] / 2] * 2) < LIMITS[1]


def test_two_experiments_do_not_know_of_each_other() -> None:
    one, other = halves(experiment="one"), halves(experiment="other")
    pairs = [(draw(one, unit).arm, draw(other, unit).arm) for unit in crowd(40_000)]
    seen = [pairs.count((first, second)) for first in "ab" for second in "ab"]
    assert chi_square(seen, [10_000.0] * 4) < LIMITS[3]


# Who moves


def test_more_coverage_moves_nobody_from_arm_to_arm_and_takes_nobody_out() -> None:
    units = crowd(5_000)
    before: dict[str, str] = {}
    for coverage in (0, 1, 10, 50, 90, 100):
        split = halves(coverage=coverage)
        inside = {unit: drawn.arm for unit in units if (drawn := draw(split, unit)).fallback is None}
        assert before.items() <= inside.items()
        before = inside
    assert len(before) == len(units)


def test_a_holdout_moves_nobody_from_arm_to_arm() -> None:
    for unit in crowd(5_000):
        with_holdout = draw(halves(holdout=30), unit)
        assert with_holdout.fallback == "holdout" or with_holdout == draw(halves(), unit)


def test_the_same_units_are_held_out_of_all_experiments_of_one_salt() -> None:
    units = crowd(5_000)
    held = [
        {unit for unit in units if draw(halves(**said), unit).fallback == "holdout"}
        for said in (
            {"experiment": "one", "holdout": 5},
            {"experiment": "other", "holdout": 5, "coverage": 10},
            {"experiment": "third", "holdout": 20},
            {"experiment": "one", "holdout": 5, "salt": "again"},
        )
    ]
    assert held[0] == held[1]
    assert held[0] < held[2]
    assert len(held[0] & held[3]) < len(held[0]) / 2


def test_another_salt_is_another_draw() -> None:
    moved = sum(draw(halves(), unit) != draw(halves(salt="2"), unit) for unit in crowd(5_000))
    assert 2_300 < moved < 2_700


def test_without_a_unit_it_is_the_default() -> None:
    for unit in (None, ""):
        assert draw(halves(default="b"), unit) == Drawn("x", "b", "no-unit")


@given(st.text(max_size=20))
def test_whatever_the_unit_it_is_in_an_arm(unit: str) -> None:
    assert draw(halves(), unit).arm in ("a", "b")


def test_where_nothing_weighs_anything_it_is_the_default() -> None:
    split = halves()
    weightless = replace(split, arms=tuple(replace(arm, weight=0) for arm in split.arms), default="b")
    assert draw(weightless, "alice").arm == "b"


def test_a_draw_as_a_text() -> None:
    assert str(Drawn("x", "a")) == "x:a"
    assert str(Drawn("x", "a", "holdout")) == "x:a(holdout)"


def test_an_arm_that_there_is_not_says_nothing() -> None:
    with pytest.raises(KeyError, match="c"):
        halves().says("c")


def test_there_is_one_algorithm_and_its_name_is_published() -> None:
    assert HASHES == ("blake2b-1",)
    assert VECTORS["hash"] in HASHES
