"""The context of visitors who were never seen: what a round is."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import partial

import pytest

from bench import context
from bench.report import Budget
from bench.sites import PLAIN, demo_site
from bench.visitors import realistic


@pytest.fixture(autouse=True)
def _walked_again() -> Iterator[None]:
    """What was hidden from the garbage collector is shown to it again."""
    yield
    gc.unfreeze()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> context.Reader:
    return context.Reader(demo_site(tmp_path_factory.mktemp("demo"), PLAIN))


def test_visitors_who_have_just_come_are_the_same_in_memory_of_their_own() -> None:
    before = realistic(3)
    after = context.just_come(before)
    assert after == before
    for one, other in zip(before, after, strict=True):
        for raw, copy in zip(one.fields, other.fields, strict=True):
            assert raw[0] is not copy[0]
            assert raw[1] is not copy[1]


def test_a_round_is_the_mean_of_its_visitors(reader: context.Reader) -> None:
    (mean,) = reader.mean(realistic(5))
    assert mean > 0
    assert len(reader.each(realistic(5))) == 5


def test_every_second_round_is_followed_by_one_of_hostile_visitors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def forked(work: partial[list[float]]) -> list[float]:
        asked.append(work.func.__name__)
        return [30.0 + len(asked)]

    monkeypatch.setattr(context, "forked", forked)
    monkeypatch.setattr(context, "WARM_UP", 3)
    cold, hostile = context.measure(rounds=3, count=8)
    assert [line.budget for line in (cold, hostile)] == [context.COLD, context.HOSTILE]
    assert (cold.value, hostile.value) == (31.0, 32.0)
    assert cold.note.startswith("3 rounds, 31 to 34 for 8 visitors")
    assert hostile.note.startswith("2 rounds, 32 to 35 for 8 visitors")
    assert asked == ["mean"] * 5 + ["each"] * 4


def test_the_budgets_are_those_of_the_design() -> None:
    assert Budget("context/cold-us", 40.0, digits=1) == context.COLD
    assert Budget("context/hostile-us", 150.0, digits=1) == context.HOSTILE
