"""Codes of places as somebody writes them, and what is said of those that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import cldr
from locales.place_codes import LONGEST, PlaceCode, parse_place, place_hint
from locales.territories import TERRITORIES, is_region, territory_of
from tests.locales.own_territories import OWN

READ: dict[str, PlaceCode] = {
    "ES": PlaceCode("ES"),
    "es": PlaceCode("ES"),
    " es ": PlaceCode("ES"),
    "ES-CT": PlaceCode("ES", "ES-CT"),
    "es-ct": PlaceCode("ES", "ES-CT"),
    "es_ct": PlaceCode("ES", "ES-CT"),
    "XK": PlaceCode("XK"),
    "UK": PlaceCode("GB", None, "UK"),
    "uk": PlaceCode("GB", None, "UK"),
    "GBR": PlaceCode("GB", None, "GBR"),
    "esp": PlaceCode("ES", None, "ESP"),
    "724": PlaceCode("ES", None, "724"),
    "FR-GP": PlaceCode("GP", None, "FR-GP"),
    "cn-11": PlaceCode("CN", "CN-BJ", "CN-11"),
    "IN-TG": PlaceCode("IN", "IN-TG"),  # older than CLDR's list, and has languages of its own here
}


@pytest.mark.parametrize(("text", "place"), READ.items())
def test_a_place_is_read_however_it_is_written(text: str, place: PlaceCode) -> None:
    assert parse_place(text) == place


def test_the_code_of_a_place_is_its_narrowest() -> None:
    assert PlaceCode("ES").code == "ES"
    assert PlaceCode("ES", "ES-CT").code == "ES-CT"


HINTS: dict[str, str] = {
    "Spain": 'Did you mean "ES"?',
    "spian": 'Did you mean "ES"?',
    "Germany": 'Did you mean "DE"?',
    "EZ": 'Did you mean "',
    "ES-ZZ": 'Did you mean "ES-',
    "YU": "Today's codes are: RS, ME.",
    "AN": "Today's codes are: CW, SX, BQ.",
    "nz-s": "Today's codes are: NZ-CAN, NZ-MBH, NZ-NSN, NZ-OTA, NZ-STL, NZ-TAS, NZ-WTC.",
    "419": "That is a group of territories; ask for one of them.",
    "001": "That is a group of territories; ask for one of them.",
    "eu": "That is a group of territories; ask for one of them.",
    "": "",
    "98765": "",
    "xx-yy": "",
    "Σπαρτη": "",
    "x" * 65: "",
}


@pytest.mark.parametrize(("text", "hint"), HINTS.items())
def test_what_is_no_place_is_answered_with_what_was_meant(text: str, hint: str) -> None:
    assert parse_place(text) is None
    assert place_hint(text).startswith(hint)
    assert bool(place_hint(text)) is bool(hint)


def test_every_territory_and_subdivision_is_a_place_and_stands_for_itself() -> None:
    for code in TERRITORIES:
        assert parse_place(code.lower()) == PlaceCode(code)
    for country, codes in cldr.table("subdivisions").items():
        ordinary = [code for code in codes if code not in OWN]
        assert [code for code in ordinary if parse_place(code.lower()) != PlaceCode(country, code)] == []


def test_a_subdivision_that_is_a_territory_of_its_own_stands_for_it() -> None:
    assert len(OWN) >= 31
    for code, own in OWN.items():
        assert parse_place(code.lower()) == PlaceCode(own, None, code)
        assert territory_of(code[:2], code) == own


@given(st.text(max_size=2 * LONGEST))
def test_any_text_is_a_known_place_or_none(text: str) -> None:
    place = parse_place(text)
    assert isinstance(place_hint(text), str)
    if place is not None:
        assert place.country in TERRITORIES
        assert place.region is None or is_region(place.region)
