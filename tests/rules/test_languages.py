"""The visitor's languages: the cases of tests/cases/languages.json, and the pieces one by one.

Each case is a visitor and the list expected, an entry written `tag origin confidence`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from locales.preference import Confidence, Listed
from locales.ranges import LanguageRanges
from locales.territories import subdivisions_of
from locales.words import words
from rules.context import Choice, Context
from rules.languages import (
    Listing,
    Strength,
    chosen_language,
    header_strength,
    remembered_language,
    visitor_languages,
)

CASES: dict[str, Any] = json.loads((Path(__file__).parent.parent / "cases" / "languages.json").read_text("utf-8"))
ROWS: list[dict[str, Any]] = CASES["cases"]


def listing_of(row: dict[str, Any]) -> Listing:
    chosen = [
        Choice(language=row[origin], origin=name)
        for origin, name in (("choice", "query"), ("cookie", "cookie"))
        if origin in row
    ]
    context = Context(
        country=row.get("country"),
        region=row.get("region"),
        ranges=LanguageRanges.from_header(row.get("accept_language", "")),
        url_language=row.get("url"),
        terms=words(row.get("q", "")),
        choice=chosen[0] if chosen else None,
    )
    return visitor_languages(
        context, row.get("audio", True), row.get("default", "en"), row.get("weak", "hedge"), row.get("rule")
    )


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_the_list_of_a_visitor(row: dict[str, Any]) -> None:
    listing = listing_of(row)
    assert [f"{entry.tag} {entry.origin} {entry.confidence.name}" for entry in listing.listed] == row["list"]
    assert list(listing.accepted) == row.get("accepted", [entry.split()[0] for entry in row["list"]])
    assert listing.first == (listing.accepted[0] if listing.accepted else None)
    assert list(listing.excluded) == row.get("excluded", [])
    assert listing.hedged is row.get("hedged", False)
    assert listing.reads_place is row["reads_place"]


def test_the_cases_have_names_of_their_own_and_cover_what_they_must() -> None:
    assert len({row["name"] for row in ROWS}) == len(ROWS) >= 60
    for key in ("choice", "cookie", "url", "rule", "q", "region", "excluded", "hedged", "audio"):
        assert any(key in row for row in ROWS), key
    assert {row.get("weak", "hedge") for row in ROWS} == {"trust", "geo", "hedge"}


STRENGTHS = [
    ("", "DE", None, Strength.none),
    ("*", "DE", None, Strength.none),
    ("de;q=0", "DE", None, Strength.none),
    ("*, de;q=0", "DE", None, Strength.none),
    ("%%%", "DE", None, Strength.none),
    ("en", "DE", None, Strength.weak),
    ("en-US,en;q=0.9", "DE", None, Strength.weak),
    ("EN-us", "DE", None, Strength.weak),
    ("en-US,en;q=0.9,*;q=0.1", "DE", None, Strength.weak),
    ("en, de;q=0", "DE", None, Strength.weak),
    ("en-GB,en", "DE", None, Strength.strong),
    ("en-US,en,de", "DE", None, Strength.strong),
    ("de", "DE", None, Strength.strong),
    ("en-US,en", None, None, Strength.strong),
    ("en-US,en", "US", None, Strength.strong),
    ("en-US,en", "GB", None, Strength.strong),
    ("en-US,en", "IN", None, Strength.strong),
    ("en-US,en", "IE", None, Strength.strong),
    ("en-US,en", "CA", None, Strength.strong),
    ("en-US,en", "CA", "CA-QC", Strength.strong),
    ("en-US,en", "CA", "CA-ON", Strength.strong),
    ("en-US,en", "ES", "ES-CT", Strength.weak),
]


@pytest.mark.parametrize(("header", "country", "region", "expected"), STRENGTHS)
def test_strength_of_a_header(header: str, country: str | None, region: str | None, expected: Strength) -> None:
    assert header_strength(LanguageRanges.from_header(header).wanted, country, region) is expected


#: Where at least 30 of 100 people know English and it is not official (CLDR 48.2, territory information).
WIDELY_READ = (
    *(
        "AE",
        "AT",
        "BA",
        "BE",
        "CH",
        "CY",
        "DE",
        "DK",
        "EE",
        "EG",
        "ET",
        "FI",
        "FR",
        "GR",
        "HR",
        "IL",
        "IQ",
        "IT",
        "JO",
        "LB",
    ),
    *("LT", "LU", "LV", "MV", "NL", "PL", "RO", "SE", "SI"),
)


def test_english_that_is_widely_read_and_not_official_is_weak_all_the_same() -> None:
    for country in WIDELY_READ:
        assert header_strength(("en-US", "en"), country, None) is Strength.weak, country
        assert header_strength(("en-GB", "en"), country, None) is Strength.strong, country
        for audio, first in ((True, "place"), (False, "header")):
            context = Context(country=country, ranges=LanguageRanges(("en-US", "en")))
            listed = visitor_languages(context, audio, "xx", "hedge").listed
            assert listed[0].origin in (first, "default" if audio else first), country


def test_russian_is_never_supposed_of_anybody_in_ukraine() -> None:
    """Neither by the country nor by any of its regions; who lists it has it."""
    for region in (None, *subdivisions_of("UA")):
        for header in ((), ("en",), ("uk",)):
            context = Context(country="UA", region=region, ranges=LanguageRanges(header))
            assert "ru" not in visitor_languages(context, True, "en", "geo").accepted, region
    context = Context(country="UA", ranges=LanguageRanges(("ru",)))
    assert visitor_languages(context, True, "en", "geo").accepted == ("ru",)


def test_a_choice_of_now_and_a_remembered_one_are_two_things() -> None:
    for origin, now, earlier in (("query", "es", None), ("field", "es", None), ("cookie", None, "es")):
        choice = Choice(language="es", origin=origin)
        assert (chosen_language(choice), remembered_language(choice)) == (now, earlier)


def test_equal_visitors_share_one_list() -> None:
    first, second = (
        visitor_languages(Context(country="DE", ranges=LanguageRanges(("de",))), True, "en", "hedge") for _ in range(2)
    )
    assert first is second
    assert first.listed == (Listed("de", "header", Confidence.high),)
