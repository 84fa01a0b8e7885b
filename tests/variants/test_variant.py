"""Items and variants as values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.variants.cases import ITEMS, NOON
from variants.experience import compile_item
from variants.variant import Bars

BARS = [
    (Bars(), False, False),
    (Bars(only_in=frozenset({"DE"})), True, True),
    (Bars(only_in=frozenset()), True, True),
    (Bars(not_in=frozenset({"DE"})), True, True),
    (Bars(begins=NOON), True, False),
    (Bars(ends=NOON), True, False),
]


@pytest.mark.parametrize(("bars", "is_there", "territorial"), BARS)
def test_a_bar_that_says_nothing_is_none(bars: Bars, is_there: bool, territorial: bool) -> None:
    assert (bool(bars), bars.territorial) == (is_there, territorial)


@pytest.mark.parametrize(
    ("name", "has_audio"), [("business-class", True), ("page", False), ("silent-film", False), ("mixed-sound", True)]
)
def test_sound_without_words_is_no_audio(name: str, has_audio: bool) -> None:
    assert ITEMS[name].has_audio == has_audio


def test_a_variant_is_found_by_its_id() -> None:
    item = ITEMS["business-class"]
    assert item.variant("de-sub") is item.variants[2]
    assert item.variant("fr-dub") is None


def test_a_copy_of_an_item_remembers_nothing() -> None:
    item = ITEMS["business-class"]
    compile_item(item)
    assert item.memo
    assert replace(item, kind="fiction").memo == {}
    assert replace(item) == item
