"""What the visitor chose by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.signals.choice import parse_choice, read_choice
from rules.context import Choice

ROWS = (
    (
        "language=es, mode=sub, variant=es-sub, captions=?1, audio_description=?0",
        Choice("es", "sub", "es-sub", captions=True, audio_description=False),
    ),
    ('language="ES-mx", mode="original"', Choice("es-MX", "original")),
    ("language=iw", Choice("he")),
    ("captions", Choice(captions=True)),
    ("mode=dub, language=klingonese-nonsense", Choice(mode="dub")),
    ("variant=barred-or-not_1", Choice(variant="barred-or-not_1")),
    ("mode=theatre", None),
    ("language=qqq", None),
    ("language=(es de)", None),
    ("variant=Not-An-Id", None),
    ("captions=yes", None),
    ("captions=1", None),
    ("language=es,", None),
    ("", None),
    ("else=1", None),
    ("language=" + "a" * 2000, None),
)


@pytest.mark.parametrize(("text", "choice"), ROWS)
def test_a_choice_has_enumerated_values(text: str, choice: Choice | None) -> None:
    assert parse_choice(text.encode()) == choice


def test_the_query_comes_before_the_field_and_the_field_before_the_cookie() -> None:
    headers = {b"isogloss-choice": b"language=de", b"cookie": b"a=b; isogloss_choice=language=fr; c=d"}
    assert read_choice(b"language=es", headers, cookie=True) == Choice("es", origin="query")
    assert read_choice(b"broken,", headers, cookie=True) == Choice("de", origin="field")
    assert read_choice(None, {**headers, b"isogloss-choice": b"?"}, cookie=True) == Choice("fr", origin="cookie")


def test_the_cookie_is_read_only_where_the_site_says_so() -> None:
    headers = {b"cookie": b"isogloss_choice=language=fr"}
    assert read_choice(None, headers) is None
    assert read_choice(None, headers, cookie=True) == Choice("fr", origin="cookie")
    assert read_choice(None, {b"cookie": b"other=1"}, cookie=True) is None
    assert read_choice(None, {}, cookie=True) is None


@pytest.mark.parametrize(
    "text", [b'"language=fr, mode=sub"', b"language%3Dfr%2C%20mode%3Dsub", b"language=fr, mode=sub"]
)
def test_a_cookie_may_be_quoted_or_encoded(text: bytes) -> None:
    assert read_choice(None, {b"cookie": b"isogloss_choice=" + text}, cookie=True) == Choice(
        "fr", "sub", origin="cookie"
    )


@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(max_size=200))
def test_nothing_makes_it_raise(query: bytes, field: bytes, cookie: bytes) -> None:
    headers = {b"isogloss-choice": field, b"cookie": b"isogloss_choice=" + cookie}
    found = read_choice(query, headers, cookie=True)
    assert found is None or found.origin in ("query", "field", "cookie")
