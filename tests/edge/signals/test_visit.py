"""Referrer, campaign and words. The cases of tests/cases/visits.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.signals.visit import Visit, parse_visit, to_terms
from locales.words import words
from rules.inputs import REFERRERS

CASES = json.loads((Path(__file__).parents[2] / "cases" / "visits.json").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_visit_is_told_by_referer_and_query(case: dict[str, Any]) -> None:
    referer = case.get("referer")
    found = parse_visit(referer and referer.encode(), case.get("query", "").encode(), case.get("host", "").encode())
    assert found == Visit(
        case["referrer"],
        case.get("referrer_name"),
        case.get("campaign"),
        tuple(case.get("terms", ())),
        case.get("own_terms", True),
    )


def test_what_passes_its_limit_is_absent() -> None:
    google = b"https://www.google.com/"
    assert parse_visit(google + b"x" * 2048) == Visit()
    assert parse_visit(google, b"q=a&utm_medium=email&x=" + b"x" * 4096) == Visit("search", "google")
    assert parse_visit(None, b"&" * 200 + b"q=late") == Visit()


def test_a_page_of_the_site_itself_lends_no_words_but_those_of_its_search() -> None:
    assert parse_visit(b"https://a.example/?page=2", b"", b"a.example") == Visit("internal")
    assert parse_visit(b"https://a.example/?search=rom", b"", b"A.example:443") == Visit("internal", terms=("rom",))
    assert parse_visit(b"https://a.example/?page=2", b"utm_term=rom", b"a.example").terms == ("rom",)


def test_terms_are_thirty_two_of_sixty_four_characters() -> None:
    assert to_terms("a" * 65 + " b " + "a" * 200) == ("b",)
    assert to_terms(" ".join(f"w{number}" for number in range(40))) == tuple(f"w{number}" for number in range(32))
    assert parse_visit(None, b"q=" + b"a" * 65) == Visit()
    longest = tuple("abcdefghijklmnopqrstuvwxyz012345"[number] * 64 for number in range(32))
    assert to_terms(" ".join(longest)) == longest


@given(st.text(max_size=100))
def test_terms_are_the_words_of_the_normal_form(text: str) -> None:
    assert to_terms(text) == tuple(word for word in words(text) if len(word) <= 64)[:32]


@given(
    st.one_of(st.none(), st.binary(max_size=120), st.binary(max_size=60).map(b"https://".__add__)),
    st.binary(max_size=120),
    st.binary(max_size=40),
)
def test_nothing_makes_it_raise(referer: bytes | None, query: bytes, host: bytes) -> None:
    found = parse_visit(referer, query, host)
    assert found.referrer in REFERRERS
    assert all(len(term) <= 64 for term in found.terms)


@given(st.text(max_size=60), st.text(max_size=60))
def test_identifiers_of_clicks_appear_nowhere(identifier: str, source: str) -> None:
    marked = f"mark{identifier}".encode().hex()
    found = parse_visit(None, f"gclid={marked}&utm_source={source}".encode())
    assert found.referrer == "paid"
    assert marked not in repr(found)
