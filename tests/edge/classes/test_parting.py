"""Parting values by answers: what is together was never told apart, and what is apart has a witness."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.classes.asking import Answer, Budget
from edge.classes.parting import Parting


def answer(variant: str) -> Answer:
    return Answer(variant, "default", None, "default", (), "high", None)


TABLES = st.lists(st.lists(st.sampled_from("xyz"), min_size=6, max_size=6), max_size=5)


@given(TABLES, st.integers(0, 40))
def test_parts_are_what_no_surroundings_told_apart(rows: list[list[str]], steps: int) -> None:
    table = {str(number): dict(enumerate(row)) for number, row in enumerate(rows)}
    budget, parting = Budget(steps), Parting(tuple(range(6)))
    parting.ask([{"a": name} for name in table], lambda around, value: answer(table[around["a"]][value]), budget)
    part_of = {value: part for part in parting.parts for value in part}
    for one in range(6):
        for other in range(one):
            if part_of[one] is part_of[other]:
                alike = all(row[one] == row[other] for row in rows)
                assert alike or budget.stopped
                with pytest.raises(LookupError):
                    parting.witness(one, other)
            else:
                witness = parting.witness(one, other)
                said = table[witness.around["a"]]
                assert said[one] != said[other]
                assert witness.answers == (answer(said[one]), answer(said[other]))
    assert budget.spent <= steps
    assert [part[0] for part in parting.parts] == sorted(part[0] for part in parting.parts)


def test_a_budget_says_when_more_was_asked_for() -> None:
    budget = Budget(3)
    assert [budget.take(2), budget.stopped, budget.take(2), budget.stopped, budget.spent] == [
        True,
        False,
        False,
        True,
        2,
    ]


@given(TABLES, st.integers(0, 60))
def test_two_that_are_together_are_asked_for_in_surroundings_made_for_them(rows: list[list[str]], steps: int) -> None:
    """Every row is a hint for every pair, so that only a spent budget leaves two together that some row tells apart."""
    table = {str(number): dict(enumerate(row)) for number, row in enumerate(rows)}
    budget, parting = Budget(steps), Parting(tuple(range(6)))
    hints = [{"a": name} for name in table]
    left = parting.settle(lambda one, other: hints, lambda around, value: answer(table[around["a"]][value]), budget)
    together = {pair for part in parting.parts for pair in combinations(part, 2)}
    assert set(left) == together
    for one, other in together:
        assert budget.stopped or all(row[one] == row[other] for row in rows)
    for one, other in combinations([part[0] for part in parting.parts], 2):
        assert parting.witness(one, other).answers[0] != parting.witness(one, other).answers[1]
