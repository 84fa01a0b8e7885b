"""What the visitor chose by hand: a dictionary (RFC 9651) in the query, a field or a cookie.

    language=es, mode=sub, variant=es-sub, captions=?1, audio_description=?0

The query's `choose=` comes first, then the field `Isogloss-Choice`, then, where the site allows it, the cookie
`isogloss_choice` with the same text. Values are enumerated: what is not one of them is absent, each by itself.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from edge.signals.fields import Headers, field
from edge.structured import InnerList, Value, parse_dictionary
from locales.preference import MODES
from locales.tags import is_language, parse_tag
from rules.context import Choice

FIELD = b"isogloss-choice"
COOKIE = b"isogloss_choice"
LONGEST = 1024

_VARIANT = re.compile(r"[a-z][a-z0-9_-]{0,63}\Z")


def read_choice(query: bytes | None, headers: Headers, *, cookie: bool = False) -> Choice | None:
    """The choice of a request; `query` is the decoded value of `choose=`. The first source that parses to anything counts."""
    choice = parse_choice(query, "query") if query else None
    if choice is None and FIELD in headers:
        said = field(headers, FIELD)
        choice = parse_choice(said, "field") if said else None
    if choice is None and cookie:
        kept = _cookie(field(headers, b"cookie"))
        choice = parse_choice(kept, "cookie") if kept else None
    return choice


@lru_cache(maxsize=1024)
def parse_choice(raw: bytes, origin: str = "query") -> Choice | None:
    """The value of a choice, or None where it says nothing that can be used."""
    members = parse_dictionary(raw, LONGEST)
    if not members:
        return None
    said = {name: member.value for name, member in members.items() if not isinstance(member, InnerList)}
    choice = Choice(
        language=_language(said.get("language")),
        mode=_matching(said.get("mode"), MODES),
        variant=_variant(said.get("variant")),
        captions=_flag(said.get("captions")),
        audio_description=_flag(said.get("audio_description")),
        origin=origin,
    )
    return choice if choice != Choice(origin=origin) else None


def _cookie(value: bytes | None) -> bytes | None:
    """The cookie's text. Scripts that quote or percent-encode it are understood; the last of several counts for nothing."""
    for pair in (value or b"").split(b";"):
        name, _, text = pair.partition(b"=")
        if name.strip() == COOKIE:
            text = text.strip()
            text = text[1:-1] if len(text) > 1 and text[:1] == text[-1:] == b'"' else text
            return unquote_to_bytes(text) if b"%" in text else text
    return None


def _language(value: Value | None) -> str | None:
    tag = parse_tag(value) if isinstance(value, str) else None
    return tag if tag is not None and is_language(tag) else None


def _matching(value: Value | None, words: tuple[str, ...]) -> str | None:
    return str(value) if isinstance(value, str) and value in words else None


def _variant(value: Value | None) -> str | None:
    return str(value) if isinstance(value, str) and _VARIANT.match(value) else None


def _flag(value: Value | None) -> bool | None:
    return value if isinstance(value, bool) else None
