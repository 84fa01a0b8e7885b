"""Equal keys, equal answers: on sites at random, members of one class take each other's place in visitors at random."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from random import Random

import pytest

from edge.classes.visitors import tags
from edge.site import Site
from locales.preference import Confidence
from locales.ranges import LanguageRanges
from locales.territories import TERRITORIES, subdivisions_of
from tests.conftest import seed_of_run
from tests.edge.keys.open_sites import open_site
from tests.edge.keys.random_sites import Named, random_site, random_visitor
from tests.edge.test_keys import key_and_answer

#: Sites and visitors of a run. Each visitor is asked with several others of the same class in one input.
SITES, VISITORS = 6, 40

SEED = seed_of_run()

Groups = Mapping[str, list[str]]


def countries(site: Site, item: str) -> Groups:
    """Countries by their class."""
    projection = site.served[item].projection
    found: dict[str, list[str]] = defaultdict(list)
    for code in sorted(TERRITORIES):
        found[projection.place(code, None, Confidence.high)].append(code)
    return found


def languages(site: Site, item: str) -> Groups:
    """Tags by their class as a header."""
    projection = site.served[item].projection
    found: dict[str, list[str]] = defaultdict(list)
    for tag in (*tags((site.served[item],)), "en-NG", "aaa", "aab", "de-LU", "es-DE", "sr-Latn-ME", "zh-SG", "qaa"):
        found[projection.language(LanguageRanges.from_header(tag))].append(tag)
    return found


def swapped(rng: Random, named: Named, places: Groups, tongues: Groups) -> list[Named]:
    """The visitor from other countries of the same class, from elsewhere in the country, and with other languages of a class."""
    found = []
    if "country" in named and "region" not in named:
        alike = next(members for members in places.values() if named["country"] in members)
        found += [{**named, "country": code} for code in rng.sample(alike, min(4, len(alike)))]
        inside = subdivisions_of(named["country"])
        found += [{**named, "region": code} for code in rng.sample(inside, min(6, len(inside)))]
    for alike in rng.sample([members for members in tongues.values() if len(members) > 1], 1):
        one, behind = rng.choice(alike), named.get("accept_language", "")
        rest = f",{behind}" if behind and rng.random() < 0.5 else ""
        found += [{**named, "accept_language": f"{tag}{rest}"} for tag in (one, *rng.sample(alike, min(4, len(alike))))]
        found += [{**named, "choose": f"language={tag}"} for tag in (one, *rng.sample(alike, min(2, len(alike))))]
        found += [{**named, "accept_language": f"fr-BE,{tag}"} for tag in rng.sample(alike, min(2, len(alike)))]
    return found


@pytest.mark.parametrize("number", range(SITES))
@pytest.mark.parametrize("make", [random_site, open_site])
def test_members_of_a_class_take_each_others_place(make: Callable[[int], Site], number: int) -> None:
    seed = SEED + number
    print(f"ISOGLOSS_SEED={seed}")  # seen where the test fails
    site, rng = make(seed), Random(seed)
    compared = 0
    for item in ("film", "page"):
        places, tongues = countries(site, item), languages(site, item)
        for _ in range(VISITORS):
            visitor = random_visitor(rng)
            seen: dict[str, tuple[object, Named]] = {}
            for named in (visitor, *swapped(rng, visitor, places, tongues)):
                key, answer = key_and_answer(site, item, named)
                compared += key in seen
                first, who = seen.setdefault(key, (answer, named))
                assert answer == first, f"{item} {key}: {who} and {named}"
    assert compared > 100
