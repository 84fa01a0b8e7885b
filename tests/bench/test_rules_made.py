"""The rules and visitors that engines are measured with, and the scan that says what is right."""

from __future__ import annotations

import random

import pytest

from bench.rules_made import (
    COUNTRIES,
    DAYPARTS,
    DEFAULT,
    INPUTS,
    LANGUAGES,
    Scan,
    Visitor,
    made_rules,
    made_visitors,
    values,
)
from bench.rules_made import MadeRule as Rule
from locales.tags import covers

SPAIN = Visitor("ES", "ES-CT", "es", "phone", "ios", "direct", ("word1", "word2"), "morning", None, 400)


def holds(rule: Rule, visitor: Visitor) -> bool:
    """The definition, word by word."""
    for name, wanted in rule.when.items():
        value = visitor.values[name]
        members = value if isinstance(value, tuple) else (value,)
        if not set(members) & set(wanted):
            return False
    return True


@pytest.mark.parametrize("count", [1, 10, 300])
def test_rules_ask_three_to_six_inputs_for_one_to_four_values_and_the_last_asks_nothing(count: int) -> None:
    rules = made_rules(count)
    assert len({rule.id for rule in rules}) == len(rules) == count
    assert rules[-1] == Rule(DEFAULT, {})
    for rule in rules[:-1]:
        assert 3 <= len(rule.when) <= 6
        assert all(1 <= len(wanted) <= 4 for wanted in rule.when.values())
        assert all(set(wanted) < set(values()[name]) for name, wanted in rule.when.items())


def test_the_most_specific_rule_stands_first() -> None:
    rules = made_rules(300)
    assert [rule.breadth for rule in rules] == sorted(rule.breadth for rule in rules)
    assert [len(rule.when) for rule in rules[:-1]] == sorted((len(rule.when) for rule in rules[:-1]), reverse=True)


def test_regions_of_a_rule_are_in_a_country_that_it_asks_for() -> None:
    asking = [rule.when for rule in made_rules(2000) if {"region", "country"} <= rule.when.keys()]
    assert len(asking) > 50
    assert all({code.partition("-")[0] for code in when["region"]} <= set(when["country"]) for when in asking)


def test_the_same_seed_makes_the_same_and_another_something_else() -> None:
    rules = made_rules(50)
    assert rules == made_rules(50) != made_rules(50, seed=2)
    assert made_visitors(rules, 50) == made_visitors(rules, 50) != made_visitors(rules, 50, seed=2)


def test_visitors_come_in_the_order_of_the_day_and_are_where_their_region_is() -> None:
    visitors = made_visitors(made_rules(100), 400)
    assert [visitor.minute for visitor in visitors] == sorted(visitor.minute for visitor in visitors)
    assert all(visitor.daypart == DAYPARTS[visitor.minute // 360] for visitor in visitors)
    assert all(visitor.region is None or visitor.region.startswith(f"{visitor.country}-") for visitor in visitors)
    assert (
        {visitor.region is None for visitor in visitors}
        == {visitor.segment is None for visitor in visitors}
        == {True, False}
    )


@pytest.mark.parametrize("count", [10, 1000])
def test_at_least_half_of_the_visitors_meet_a_rule_beside_the_last(count: int) -> None:
    rules = made_rules(count)
    scan = Scan(rules)
    met = [scan.first(visitor) != DEFAULT for visitor in made_visitors(rules, 200)]
    assert sum(met) >= 100


def test_no_language_covers_another_so_that_equality_is_enough() -> None:
    assert [(one, two) for one in LANGUAGES for two in LANGUAGES if one != two and covers(one, two)] == []


def test_there_are_nine_inputs_and_no_value_twice() -> None:
    assert tuple(values()) == INPUTS
    assert len(INPUTS) == 9
    assert len(COUNTRIES) == 54
    assert all(len(set(every)) == len(every) for every in values().values())


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ({"country": ("ES",)}, True),
        ({"country": ("DE", "FR")}, False),
        ({"segment": ("segment1",)}, False),
        ({"terms": ("word9", "word2")}, True),
        ({"terms": ("word9",)}, False),
        ({"terms": ("word1",), "device": ("tv",)}, False),
        ({}, True),
    ],
)
def test_the_scan_finds_the_first_rule_that_holds(when: dict[str, tuple[str, ...]], found: bool) -> None:
    assert (Scan([Rule("r1", when), Rule(DEFAULT, {})]).first(SPAIN) == "r1") is found


def test_the_scan_says_what_the_definition_says() -> None:
    rules = made_rules(200)
    scan = Scan(rules)
    visitors = [*made_visitors(rules, 200), *(_anybody(random.Random(number)) for number in range(50))]
    assert [scan.first(one) for one in visitors] == [
        next(rule.id for rule in rules if holds(rule, one)) for one in visitors
    ]


def _anybody(chance: random.Random) -> Visitor:
    drawn = {name: chance.choice(values()[name]) for name in INPUTS}
    return SPAIN._replace(country=drawn["country"], region=None, os=drawn["os"], terms=(), segment=drawn["segment"])


def test_a_table_without_a_last_rule_is_no_table() -> None:
    with pytest.raises(LookupError):
        Scan([Rule("r1", {"country": ("DE",)})]).first(SPAIN)
