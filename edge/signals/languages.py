"""The languages of a browser: `Accept-Language` as a priority list (RFC 9110 §12.5.4)."""

from __future__ import annotations

from functools import lru_cache

from edge.signals.fields import Headers
from locales.ranges import MAX_BYTES, LanguageRanges

NONE = LanguageRanges()


def read_languages(headers: Headers) -> LanguageRanges:
    """The ranges of the field, empty where it is absent, overlong or broken. Repeated lines count as one list."""
    value = headers.get(b"accept-language")
    return parse_languages(value) if value is not None and len(value) <= MAX_BYTES else NONE


@lru_cache(maxsize=2048)
def parse_languages(value: bytes) -> LanguageRanges:
    """The ranges of a value. Browsers send a few hundred different ones, so that most are known."""
    return LanguageRanges.from_header(value)
