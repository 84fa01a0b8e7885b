"""Sights and outlooks: what can be seen of languages is told, and what cannot is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from edge.keys.sights import Sights
from edge.site import Site
from locales.preference import Confidence
from locales.ranges import LanguageRanges
from rules.context import Choice
from tests.edge.sites import item_file, make_site, rules_file, told

_ENGLISH = ("en", "en-GB", "en-US")

#: Name of a site → its page or film.
ITEMS: Mapping[str, Mapping[str, Any]] = {
    # two tracks of one language: which is second cannot be seen
    "two": {
        "kind": "page",
        "variants": [{"id": tag, "language": tag} for tag in ("en", "es-419", "es-MX")],
    },
    # the same the other way round: then es and es-419 get another variant
    "turned": {"kind": "page", "variants": [{"id": tag, "language": tag} for tag in ("en", "es-MX", "es-419")]},
    # where one may be barred, the second can be seen
    "plain": {"kind": "page", "variants": [{"id": tag, "language": tag} for tag in _ENGLISH]},
    "barred": {
        "kind": "page",
        "variants": [{"id": tag, "language": tag, **({"not_in": ["MX"]} if tag == "en" else {})} for tag in _ENGLISH],
    },
    "film": {
        "kind": "fiction",
        "variants": [
            {"id": "original", "audio": "en"},
            {"id": "dub", "audio": "pt-BR"},
            {"id": "sub", "audio": "en", "subtitles": ["hi"]},
        ],
    },
}
ITEMS = {
    name: {**row, "variants": [{**one, "id": one["id"].lower()} for one in row["variants"]]}
    for name, row in ITEMS.items()
}


def site_of(name: str, **settings: Any) -> Site:
    return make_site({"variants/it.toml": item_file("it", ITEMS[name])}, **settings)


HEADERS = (
    # item, one header, another, whether they are one class
    ("two", "es", "es-419", True),
    ("two", "es", "es-MX", False),
    ("two", "es-AR", "es-419", True),
    ("two", "es,de;q=0", "es-419,de;q=0", False),
    ("turned", "es", "es-419", False),
    ("plain", "en-001", "en-CA", True),
    ("barred", "en-001", "en-CA", False),
    ("two", "en", "en-US", True),
    ("film", "pt", "pt-BR", True),
    ("film", "mr", "hi", False),
)


@pytest.mark.parametrize(("name", "one", "other", "alike"), HEADERS)
def test_headers_are_one_class_where_nobody_sees_a_difference(name: str, one: str, other: str, alike: bool) -> None:
    projection = site_of(name).served["it"].projection
    classes = {projection.language(LanguageRanges.from_header(header)) for header in (one, other)}
    assert len(classes) == (1 if alike else 2)


PLACES = (
    # item, default, one place, another, whether they are one class
    ("two", "en", "BE", "CH", True),  # the default stands before all of their languages
    ("two", "de", "BE", "CH", True),
    ("film", "en", "IN-AP", "IN-MH", True),  # Marathi is near to Hindi subtitles, but English is heard there
    ("two", "en", "AQ", "AF", False),  # in Afghanistan English stands in the list
    ("two", "en", "ES", "AD", False),
)


@pytest.mark.parametrize(("name", "default", "one", "other", "alike"), PLACES)
def test_places_are_one_class_where_nobody_sees_a_difference(
    name: str, default: str, one: str, other: str, alike: bool
) -> None:
    projection = site_of(name, default_language=default).served["it"].projection
    codes = [(place[:2], place if "-" in place else None) for place in (one, other)]
    classes = {projection.place(*code, Confidence.high) for code in codes}
    assert len(classes) == (1 if alike else 2)


BY_HAND = (
    ("two", "sw", "yo", True),  # nothing of the item, and nothing that a browser may refuse of it
    ("two", "gsw", "de", True),
    ("two", "en", "en-US", True),
    ("two", "es", "es-419", False),  # whose browser refuses es-419
    ("film", "pt", "pt-BR", False),
)


@pytest.mark.parametrize(("name", "one", "other", "alike"), BY_HAND)
def test_languages_that_are_named_are_told_by_what_browsers_may_refuse(
    name: str, one: str, other: str, alike: bool
) -> None:
    projection = site_of(name).served["it"].projection
    assert (projection.choice(Choice(language=one)) == projection.choice(Choice(language=other))) is alike


def test_where_everything_is_barred_nothing_else_of_a_place_is_told() -> None:
    film = {"kind": "fiction", "variants": [{"id": "a", "audio": "en", "only_in": ["DE"]}]}
    site = make_site({"variants/it.toml": item_file("it", film)})
    keys = {told(site, "it", {"country": code})["key"] for code in ("ES", "FR", "AQ", "US")}
    assert keys == {'"it;country=AD"'}


def test_where_bars_leave_very_many_lots_tracks_are_told_by_their_ranks() -> None:
    rows = [{"id": f"v{day}", "language": "es", "from": f"2026-12-{day:02}"} for day in range(1, 29)]
    row = {"kind": "page", "variants": [{"id": "en", "language": "en"}, {"id": "mx", "language": "es-MX"}, *rows]}
    projection = make_site({"variants/it.toml": item_file("it", row)}).served["it"].projection
    names = [projection.language(LanguageRanges.from_header(tag)) for tag in ("es", "es-MX", "es-AR", "qaa")]
    assert names[3] == "language=und"
    assert len({*names}) == 3
    assert projection.place("ES", None, Confidence.high) != projection.place("MX", None, Confidence.high)


def test_what_no_language_is_makes_nothing_of_a_lot() -> None:
    item = site_of("film").served["it"].item
    sights = Sights(item)
    nothing = sights.sight(sights.view(""), (0, 1, 2))
    assert nothing == sights.sight(sights.view("qaa"), (0, 1, 2))
    assert not nothing.finds
    assert sights.sight(sights.view("hi"), (0, 1, 2)).finds
    assert not sights.sight(sights.view("hi"), (0, 1)).finds


MODES = (
    # variants, whether a rule pins one, mode, class
    ([{"id": "a", "language": "de"}], False, "original", ""),
    ([{"id": "a", "language": "de"}], True, "original", "choice=mode=sub"),
    ([{"id": "a", "language": "en"}], False, "original", "choice=mode=original"),
    ([{"id": "a", "audio": "en"}], False, "dub", ""),
    ([{"id": "a", "audio": "en"}], True, "dub", "choice=mode=sub"),
    ([{"id": "a", "audio": "en", "subtitles": ["en"]}], False, "dub", "choice=mode=dub"),
)


@pytest.mark.parametrize(("variants", "pins", "mode", "name"), MODES)
def test_a_mode_counts_where_something_is_met_through_it(
    variants: list[dict[str, Any]], pins: bool, mode: str, name: str
) -> None:
    rules = {"rules/r.toml": rules_file("r", [{"id": "pin", "then": {"variant": "a"}}])} if pins else {}
    site = make_site({"variants/it.toml": item_file("it", {"variants": variants}), **rules})
    assert site.served["it"].projection.choice(Choice(mode=mode)) == name
