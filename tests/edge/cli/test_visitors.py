"""Visitors as flags and as members of a JSON object."""

from __future__ import annotations

import pytest

from edge.cli.visitors import named_by, named_in, request_of
from rules.inputs import VISITOR_NAMES
from tests.edge.sites import demo_site


def test_members_are_texts_numbers_and_booleans_as_in_a_query() -> None:
    members = {"country": "ES", "q": 747, "utm_term": 1.5, "gpc": True, "save_data": False, "age": None, "os": ""}
    assert named_in(members) == {"country": "ES", "q": "747", "utm_term": "1.5", "gpc": "yes", "save_data": "no"}


@pytest.mark.parametrize("value", [[], {}, ["ES"], {"country": "ES"}])
def test_nothing_else_is_a_value(value: object) -> None:
    with pytest.raises(ValueError, match='"country" takes a text, a number or a boolean'):
        named_in({"country": value})


def test_a_name_that_is_none_is_told_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=f"names are {', '.join(VISITOR_NAMES)}"):
        named_in({"land": "ES"})


def test_flags_that_are_not_given_or_empty_name_nothing() -> None:
    assert named_by({"country": "ES", "region": None, "q": ""}) == {"country": "ES"}


def test_the_request_is_at_the_named_moment_in_the_zone_of_the_site() -> None:
    site = demo_site()
    assert request_of({"at": "2026-12-24T20:00"}, site).moment.isoformat() == "2026-12-24T19:00:00+00:00"
    with pytest.raises(ValueError, match='"soon" is no moment'):
        request_of({"at": "soon"}, site)


def test_an_address_names_a_language_as_it_does_in_a_browser() -> None:
    site = demo_site()
    cases = {
        "https://www.example/es/business-class?q=x": "es",
        "/he/for-travellers": "he",
        "/business-class": None,
        "/nowhere/at/all": None,
    }
    assert {url: request_of({"url": url}, site).url_language for url in cases} == cases
