"""Tests of the search for a visitor: what it finds, when it stops, what it costs."""

from __future__ import annotations

import random
from itertools import product

from rules.analysis.searching import Budget, Choice, Ended, find
from rules.analysis.world import Atom
from tests.conftest import seed_of_run


def axis(*masks: int) -> list[Choice]:
    return [(mask, Atom(item=f"{number}")) for number, mask in enumerate(masks)]


def anybody(atoms: object) -> bool:
    return True


def test_what_is_found_leaves_none_of_the_rules() -> None:
    found = find([axis(0b11, 0b01), axis(0b11, 0b10)], 0b11, Budget(), anybody)
    assert isinstance(found, tuple)
    assert [atom.item for atom in found] == ["1", "1"]


def test_where_a_rule_always_holds_nobody_is_found_without_a_step() -> None:
    budget = Budget()
    assert find([axis(0b11, 0b01)] * 30, 0b01, budget, anybody) is Ended.nobody
    assert budget.total == Budget().total


def test_an_axis_without_values_leaves_nobody() -> None:
    assert find([axis(0b1), []], 0, Budget(), anybody) is Ended.nobody


def test_the_search_is_what_trying_all_combinations_finds() -> None:
    seed = seed_of_run()
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(2_000):
        axes = [[chance.getrandbits(6) | chance.getrandbits(6) for _ in range(4)] for _ in range(3)]
        combinations = {one & other & another for one, other, another in product(*axes)}
        found = find([axis(*masks) for masks in axes], 0b111111, Budget(), anybody)
        assert (found is Ended.nobody) is (0 not in combinations)


def test_where_nobody_real_is_found_that_is_another_answer_than_that_there_is_nobody() -> None:
    asked = []

    def refuse(atoms: object) -> bool:
        asked.append(atoms)
        return False

    assert find([axis(0, 0b1), axis(0b1, 0)], 0b1, Budget(), refuse) is Ended.unreal
    assert len(asked) == 2


RULES = (1 << 200) - 1


def hard() -> list[list[Choice]]:
    """Sixteen million combinations, of which none leaves nothing: each choice takes away one rule in seven."""
    chance = random.Random(1)
    return [axis(*(RULES & ~_one_in_seven(chance) for _ in range(4))) for _ in range(12)]


def _one_in_seven(chance: random.Random) -> int:
    return sum(1 << number for number in range(200) if chance.random() < 1 / 7)


def test_the_search_stops_when_its_steps_are_spent_and_says_so() -> None:
    budget = Budget(each=50)
    assert find(hard(), RULES, budget, anybody) is Ended.stopped
    assert (budget.stopped, budget.total) == (1, Budget().total - 50)


def test_all_searches_together_have_an_end_too() -> None:
    budget = Budget(each=50, total=70)
    found = [find(hard(), RULES, budget, anybody) for _ in range(3)]
    assert found == [Ended.stopped] * 3
    assert budget.total == 0


def test_asking_for_somebody_is_a_step() -> None:
    assert find([axis(0)], 0b1, Budget(each=1), anybody) is Ended.stopped
    assert find([axis(0)], 0b1, Budget(each=2), anybody) != Ended.stopped
