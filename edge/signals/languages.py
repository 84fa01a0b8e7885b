"""The languages of a browser: `Accept-Language` as a priority list (RFC 9110 §12.5.4)."""

from __future__ import annotations

from functools import lru_cache

from edge.signals.fields import LIMITS, Headers
from locales.ranges import LanguageRanges

NONE = LanguageRanges()
_LONGEST = LIMITS[b"accept-language"]


def read_languages(headers: Headers) -> LanguageRanges:
    """The ranges of the field, empty where it is absent, overlong or broken. Repeated lines count as one list."""
    value = headers.get(b"accept-language")
    return parse_languages(value) if value is not None and len(value) <= _LONGEST else NONE


@lru_cache(maxsize=2048)
def parse_languages(value: bytes) -> LanguageRanges:
    """The ranges of a value. Browsers send a few hundred different ones, so that most are known."""
    return LanguageRanges.from_header(value)
