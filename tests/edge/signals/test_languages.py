"""Accept-Language of a request as a priority list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.signals.fields import joined
from edge.signals.languages import NONE, read_languages
from locales.ranges import LanguageRanges


def test_repeated_lines_are_one_list() -> None:
    headers = joined([(b"accept-language", b"es-ES"), (b"accept-language", b"en;q=0.5, de;q=0")])
    assert read_languages(headers) == LanguageRanges(("es-ES", "en"), ("de",))


def test_an_absent_or_overlong_field_says_nothing() -> None:
    assert read_languages({}) == NONE
    assert read_languages({b"accept-language": b"de," * 1400}) == NONE


@given(st.binary(max_size=300))
def test_nothing_makes_it_raise(value: bytes) -> None:
    assert isinstance(read_languages({b"accept-language": value}), LanguageRanges)
