"""Query parameters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.parameters import parse_parameters
from edge.signals.fields import QUERY

CASES: dict[bytes, dict[str, str]] = {
    b"": {},
    b"country=ES": {"country": "ES"},
    b"country=ES&q=flug+nach%20Rom": {"country": "ES", "q": "flug nach Rom"},
    b"country=&q=": {},  # as a form sends what was left empty
    b"country=ES&country=DE": {"country": "ES"},
    b"country=&country=DE": {"country": "DE"},
    b"country": {},
    b"q=%D7%98%D7%99%D7%A1%D7%94": {"q": "טיסה"},
    b"q=\xd7\x98": {"q": "×\x98"},  # raw bytes are no query (RFC 3986); they do no harm
    b"q=%ff%fe": {"q": "\ufffd\ufffd"},
    b"q=%": {"q": "%"},
    b"a=b=c": {"a": "b=c"},
    b"a;b=c": {"a;b": "c"},
    b"&&=&": {},
}


def test_the_first_of_each_name_counts_and_empty_ones_are_absent() -> None:
    assert {query: parse_parameters(query) for query in CASES} == CASES


def test_a_query_beyond_its_limit_has_no_parameters() -> None:
    longest = b"q=" + b"a" * (QUERY - 2)
    assert parse_parameters(longest) == {"q": "a" * (QUERY - 2)}
    assert parse_parameters(longest + b"a") == {}


@given(st.binary(max_size=QUERY + 10))
def test_nothing_that_is_sent_raises(query: bytes) -> None:
    assert all(parse_parameters(query).values())
