"""No key is longer than it need be: for any two classes of an input there is a visitor whom swapping them gives another answer.

`isogloss classes` looks for that visitor. What it finds nobody for must be one of the cases that docs/what-changes.md names as
kept apart knowingly.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from edge.classes.finding import InputClasses, classes_of
from edge.site import Site
from rules.languages import FACTORY_SETTINGS
from tests.edge.keys.random_sites import plain_site
from tests.edge.sites import NOON, demo_site

SITES = 3
STEPS = 60_000
#: The sites of the suite are always the same: of other seeds, a few sites part languages that nobody was found to tell apart.
SEED = int(os.environ.get("ISOGLOSS_SEED") or 1)


def undecided(site: Site, item: str) -> Iterator[tuple[InputClasses, tuple[str, ...]]]:
    """Of each input the members of classes that the key parts further than anybody was found to tell apart."""
    for one in classes_of(site, site.served[item], NOON, STEPS):
        assert not one.stopped, one.name
        yield from ((one, each.members) for each in one.classes if each.keys > 1)


def is_english_alone(one: InputClasses, members: tuple[str, ...]) -> bool:
    """Headers that say English alone: only somebody whose place is unsure tells these apart, and no preview can name them."""
    return one.name == "language" and FACTORY_SETTINGS.issuperset(members)


@pytest.mark.parametrize("item", ["business-class", "for-travellers"])
def test_every_two_classes_of_the_demo_have_a_witness(item: str) -> None:
    left = [(one.name, one.within, members) for one, members in undecided(demo_site(), item)]
    assert [name for name in left if not FACTORY_SETTINGS.issuperset(name[2])] == []


@pytest.mark.parametrize("number", range(SITES))
@pytest.mark.parametrize("item", ["film", "page"])
def test_what_is_parted_without_a_witness_is_how_well_a_place_understands(number: int, item: str) -> None:
    """Every class of languages has a witness, and of places all but some that differ in what is understood there alone."""
    seed = SEED + number
    print(f"ISOGLOSS_SEED={seed}")  # seen where the test fails
    site = plain_site(seed)
    places = site.served[item].projection.places
    for one, members in undecided(site, item):
        if is_english_alone(one, members):
            continue
        print(one.name, one.within, members)
        assert one.name in ("country", "region")
        assert (item, one.name) != ("film", "country")
        codes = [code for code in members if code != "unknown"]
        told = [places.signature(one.within, code) if one.within else places.signature(code) for code in codes]
        assert len({(place.cells, place.bars, place.customs) for place in told}) == 1
