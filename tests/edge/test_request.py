"""A request as a value, and posing as somebody else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from edge.request import FIELD_OF, NOBODY, TARGET_PARAMETERS, Request, posing
from rules.inputs import VISITOR_NAMES

NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)

POSED = (
    # name, value, field, what it then says
    ("accept_language", "de-DE,de;q=0.9", b"accept-language", b"de-DE,de;q=0.9"),
    ("user_agent", "curl/8", b"user-agent", b"curl/8"),
    ("referer", "https://a.example/ü", b"referer", "https://a.example/ü".encode()),
    ("gpc", "1", b"sec-gpc", b"1"),
    ("gpc", "yes", b"sec-gpc", b"1"),
    ("gpc", "True", b"sec-gpc", b"1"),
    ("gpc", "no", b"sec-gpc", b"0"),
    ("gpc", "nonsense", b"sec-gpc", b"0"),
    ("save_data", "on", b"save-data", b"on"),
    ("save_data", "yes", b"save-data", b"on"),
    ("save_data", "no", b"save-data", b"0"),
    ("choose", "mode=sub", b"isogloss-choice", b"mode=sub"),
)


@pytest.mark.parametrize(("name", "value", "field", "said"), POSED)
def test_a_named_input_stands_for_the_field_that_it_would_come_from(
    name: str, value: str, field: bytes, said: bytes
) -> None:
    asked = Request(NOON, {field: b"the visitor's own", b"host": b"a.example"})
    posed = posing(asked, {name: value})
    assert posed.fields == {field: said, b"host": b"a.example"}
    assert posed.named == {name: value}
    assert asked.fields[field] == b"the visitor's own"


def test_a_named_user_agent_comes_without_the_hints_of_the_browser_in_use() -> None:
    hints = {b"sec-ch-ua-mobile": b"?1", b"sec-ch-ua-platform": b'"Android"', b"sec-ch-ua-form-factors": b'"Tablet"'}
    assert posing(Request(NOON, hints), {"user_agent": "curl/8"}).fields == {b"user-agent": b"curl/8"}
    assert posing(Request(NOON, hints), {"accept_language": "de"}).fields == {**hints, b"accept-language": b"de"}


TARGETS = (
    # target, query, named, target then
    (None, b"", {"q": "flüge nach"}, b"?q=fl%C3%BCge+nach"),
    (None, b"country=ES", {"utm_term": "a&b", "q": "x"}, b"?q=x&utm_term=a%26b&country=ES"),
    (b"/film?q=old&utm_source=s#top", b"", {"q": "new"}, b"/film?q=new&q=old&utm_source=s"),
    (b"/film", b"", {"utm_campaign": "summer"}, b"/film?utm_campaign=summer"),
    (b"/film", b"", {"url": "/other?a=b"}, b"/other?a=b"),
    (None, b"", {"url": "/other", "q": "x"}, b"/other?q=x"),
    (b"/film", b"", {"country": "ES"}, b"/film"),
    (None, b"", {"country": "ES"}, None),
)


@pytest.mark.parametrize(("target", "query", "named", "then"), TARGETS)
def test_named_words_and_campaigns_stand_in_the_visited_address_and_go_first(
    target: bytes | None, query: bytes, named: dict[str, str], then: bytes | None
) -> None:
    assert posing(Request(NOON, query=query, target=target), named).target == then


VISITED = (
    # target, query, visited, authority
    (None, b"q=a", b"q=a", b"own.example"),
    (b"/film?q=b#c?d", b"q=a", b"q=b", b"own.example"),
    (b"/film", b"q=a", b"", b"own.example"),
    (b"https://air.example:8443/film?q=b", b"", b"q=b", b"air.example:8443"),
    (b"https://air.example?q=b", b"", b"q=b", b"air.example"),
    (b"/film?to=https://other.example/", b"", b"to=https://other.example/", b"own.example"),
)


@pytest.mark.parametrize(("target", "query", "visited", "authority"), VISITED)
def test_the_visited_address_is_the_targets_else_the_requests_own(
    target: bytes | None, query: bytes, visited: bytes, authority: bytes
) -> None:
    request = Request(NOON, {b"host": b"own.example"}, query=query, target=target)
    assert (request.visited, request.authority) == (visited, authority)


def test_a_request_from_nowhere_says_nothing_but_what_is_named() -> None:
    assert (NOBODY.fields, NOBODY.peer, NOBODY.preview) == ({}, None, False)
    assert NOBODY.with_language("de").url_language == "de"
    assert NOBODY.having({b"dnt": b"1"}).fields == {b"dnt": b"1"}


def test_every_name_is_one_of_a_visitor() -> None:
    assert set(VISITOR_NAMES) >= {*FIELD_OF, *TARGET_PARAMETERS}
