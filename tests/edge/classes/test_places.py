"""Sets of territories in few words, which say exactly the set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.classes.places import WORLD, compact
from locales.groups import Groups

GROUPS = Groups.shipped()

TOLD: tuple[tuple[list[str], str], ...] = (
    ([], ""),
    (["DE"], "DE"),
    (["ES", "DE"], "DE, ES"),
    (["AT", "DE", "CH", "LI"], "@dach, LI"),
    (["AT", "DE"], "AT, DE"),
    (["LT", "PL", "LV", "EE"], "@baltic, PL"),
    (sorted(WORLD), "all"),
    (sorted(WORLD - {"ES", "DE"}), "all but DE, ES"),
    (["DE", "unknown"], "DE"),
)


@pytest.mark.parametrize(("countries", "told"), TOLD)
def test_a_set_is_told_in_few_words(countries: list[str], told: str) -> None:
    assert compact(countries, GROUPS) == told


@given(
    st.sets(st.sampled_from(sorted(WORLD))), st.sets(st.sampled_from(["@eu", "@dach", "@nordics", "@baltic", "@gulf"]))
)
def test_what_is_told_is_exactly_the_set(single: set[str], named: set[str]) -> None:
    wanted = single.union(*(GROUPS.members(name) for name in named if name in GROUPS))
    told = compact(wanted, GROUPS)
    if told == "all" or told.startswith("all but "):
        assert wanted - {"all"} == WORLD - set(filter(None, told.removeprefix("all").removeprefix(" but ").split(", ")))
        return
    parts = [
        GROUPS.members(part) if part.startswith("@") else frozenset({part}) for part in filter(None, told.split(", "))
    ]
    assert frozenset().union(*parts) == wanted
    assert sum(map(len, parts)) == len(wanted), "nothing is told twice"
