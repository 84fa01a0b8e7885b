"""The search for a norm, told: it comes to the row that the look-up finds, and says of every other why not."""

from __future__ import annotations

from itertools import product

import pytest

from locales.groups import Groups
from locales.norm_walk import Asked, Walk, walk
from locales.norms import Norm, NormBook
from locales.preference import Confidence
from tests.locales.own_territories import OWN

GROUPS = Groups.shipped()
SHIPPED = NormBook.shipped(GROUPS)


def norm(name: str, *mode: str, site: bool = False, confidence: Confidence = Confidence.high) -> Norm:
    """A row by its name, as `ES//children`: place/language/kind/channel/age, the last ones left out where empty."""
    place, language, kind, channel, age = (*name.split("/"), "", "", "", "")[:5]
    return Norm(
        place, language, kind, channel, age, mode or ("sub",), ("a test",), "expert", confidence, None, "", site
    )


def told(found: Walk) -> dict[str, str]:
    return {one.row.name: one.why for step in found.steps for one in step.considered}


VISITS = [
    Asked(language, place and place[:2], place if place and "-" in place else None, kind, channel, age)
    for language, place, kind, channel, age in product(
        ("es", "de", "fr", "ca", "eo", "en-US", "zh-HK"),
        (None, "ES", "ES-CT", "CH", "CH-GE", "BE-VLG", "SE", *OWN),
        ("promo", "children", "documentary"),
        ("web", "tv", "cinema"),
        (None, "teen"),
    )
]


def test_the_walk_ends_at_the_row_that_the_look_up_finds() -> None:
    for asked in VISITS:
        found = walk(SHIPPED, asked)
        looked_up = SHIPPED.lookup(asked.language, asked.country, asked.region, asked.kind, asked.channel, asked.age)
        speaking = [one.row for step in found.steps for one in step.considered if one.speaks]
        assert found.found is looked_up
        assert speaking == ([looked_up] if looked_up else []), asked


def test_every_row_that_does_not_speak_says_why() -> None:
    rows = NormBook(
        (
            norm("ES/es", confidence=Confidence.unverified), norm("ES//news"), norm("ES///tv"), norm("ES"),
            norm("ES////teen"), norm("ES/es/promo"), norm("ES/es//web"), norm("ES/ca"), norm("001"),
        ),
        GROUPS,
        Confidence.low,
    )  # fmt: skip
    found = walk(rows, Asked("es", "ES", None, "promo", "web", None))
    assert found.found is not None
    assert found.found.name == "norm/ES/es/promo"
    assert told(found) == {
        "norm/ES/es": "is passed over: its confidence, unverified, is below the least, low",
        "norm/ES/es/promo": "speaks",
        "norm/ES/es/web": "is wider than the one that speaks",
        "norm/ES": "is not asked any more",
        "norm/ES/news": "is for the kind news",
        "norm/ES/tv": "is for the channel tv",
        "norm/ES/teen": "is for the age teen",
        "norm/001": "is not asked any more",
    }


def test_the_sites_rows_stand_first_and_a_shipped_one_of_the_step_gives_way() -> None:
    rows = NormBook((norm("ES//promo"),), GROUPS, Confidence.low).with_site([norm("ES", site=True)])
    found = walk(rows, Asked("es", "ES", None, "promo", "web", None))
    assert list(told(found).items())[:2] == [
        ("norm/ES", "speaks"),
        ("norm/ES/promo", "is shipped, and the site's own rows go first"),
    ]


def test_for_children_a_row_without_a_kind_says_so() -> None:
    rows = NormBook((norm("ES"), norm("001")), GROUPS, Confidence.low)
    found = walk(rows, Asked("es", "ES", None, "children", "web", None))
    assert told(found) == {
        "norm/ES": "does not name children, and for them only rows that do count",
        "norm/001": "speaks",
    }


def test_without_a_row_nothing_speaks() -> None:
    found = walk(NormBook((norm("ES//news"),), GROUPS, Confidence.low), Asked("es", "ES", None, "promo", "web", None))
    assert found.found is None
    assert told(found) == {"norm/ES/news": "is for the kind news"}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("es", "ES", None), "es is official in ES, whose rows count."),
        (("ca", "ES", "ES-CT"), "ca is official in ES-CT, whose rows count."),
        (("zh-HK", "CN", "CN-HK"), "zh-HK is official in HK, whose rows count."),
        (("fr", "DE", "DE-BE"), "fr is not official in DE-BE; it is at home in FR, whose rows count."),
        (("fr", "DE", None), "fr is not official in DE; it is at home in FR, whose rows count."),
        (("fr", None, None), "fr is asked for without a place; it is at home in FR, whose rows count."),
        (("eo", "DE", None), "eo has no home that is known, so only the world's rows count."),
    ],
)
def test_whose_rows_count_is_said_in_a_sentence(asked: tuple[str, str | None, str | None], sentence: str) -> None:
    assert walk(SHIPPED, Asked(*asked, "promo", "web", None)).whose == sentence
