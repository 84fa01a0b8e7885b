"""What a wish or an offer is taken for, and that only what a rule or a row joins is looked at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import offers
from locales.offers import Ear, Eye, offer_of, read_matchable, tag_of

TAKEN_FOR = [
    ("zh-TW", "zh-TW", "zh Hant TW"),
    ("IW", "he", "he Hebr IL"),
    ("sh", "sh-Latn", "sh Latn RS"),
    ("sh-Cyrl_ME", "sh-Cyrl-ME", "sh Cyrl ME"),
    ("x-Piglatin", "x-piglatin", "x-piglatin  "),
    ("und", "und", "und  "),
    ("und-TW", "und-TW", "zh Hant TW"),
    ("zxx", "zxx", "zxx Latn US"),
    ("xx", "xx", "xx Latn US"),
    ("xx-LB", "xx-LB", "xx Arab LB"),
    ("en-XA", "en-XA", "en-xa Latn-xa XA"),
    ("fr-PSCRACK", "fr-pscrack", "fr-xc Latn-xc FR"),
    ("de-AT-u-co-phonebk", "de-AT-u-co-phonebk", "de Latn AT"),
    ("de-1996", "de-1996", "de Latn DE"),
    ("de-x-a", "de-x-a", "de Latn DE"),
]


@pytest.mark.parametrize(("text", "name", "subtags"), TAKEN_FOR)
def test_a_text_is_taken_for_a_language_script_and_region(text: str, name: str, subtags: str) -> None:
    assert read_matchable(text) == name
    assert tag_of(name).subtags == tuple(subtags.split(" "))


def test_what_is_no_tag_is_not_read() -> None:
    for text in ("", "x", "x-", "german", "*", "d", "x-\u212aelvin", "de-" + "a" * 70, "sh-?"):
        assert read_matchable(text) is None


SUBTAG = st.sampled_from(
    [
        "zh",
        "en",
        "sh",
        "x",
        "und",
        "xx",
        "Hant",
        "Zzzz",
        "TW",
        "419",
        "XA",
        "ZZ",
        "1996",
        "psbidi",
        "u",
        "nu",
        "latn",
        "a",
    ]
)


@given(st.lists(SUBTAG, max_size=6).map("-".join))
def test_the_short_way_of_reading_agrees_with_the_long_one(text: str) -> None:
    name = read_matchable(text)
    if name is not None:
        assert tag_of(name) == offers._unusual_tag(name)


def test_only_what_can_be_near_is_looked_at() -> None:
    names = ("de", "de-AT", "fr", "ja", "es", "en", "yue", "zh")
    offered = [offer_of(name, tag_of(name), place) for place, name in enumerate(names)]
    reached = {
        name: sorted(near[2].text for near in Eye(offered, 50, 1).reach(tag_of(name)))
        for name in ("gsw", "ca", "ta", "zh-HK", "xx")
    }
    assert reached == {"gsw": ["de", "de-AT"], "ca": ["es"], "ta": ["en"], "zh-HK": [], "xx": []}
    heard = {
        name: sorted(near[2].text for near in Ear(offered, 21).reach(tag_of(name))) for name in ("ca", "zh-HK", "xx")
    }
    assert heard == {"ca": ["es"], "zh-HK": ["yue"], "xx": []}
