"""How the visitor came here, and what they look for: referrer, campaign, words.

    Referer, utm_* ──▶ paid? › email? › the site itself? › a name of `data/referrers.toml`? › a host, or nobody
    q › the site's own search › utm_term › words that the referrer lets slip ──▶ words in normal form

Most browsers send only the origin of another site, and the large search engines no words at all. Identifiers of advertisers
(`gclid` and such) say that a click was paid for; their values are dropped unread.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from edge.signals.fields import LIMITS, QUERY, TERM_LENGTH, TERMS
from edge.signals.referrers import Origin, parse_origin, source
from locales.words import words


class Visit(Struct, frozen=True):
    """`referrer`: direct internal search social ai email paid other. `own_terms`: the terms are of the site's own search (consent
    level 0), else level 1.
    """

    referrer: str = "direct"
    referrer_name: str | None = None
    campaign: str | None = None
    terms: tuple[str, ...] = ()
    own_terms: bool = True


DIRECT = Visit()

#: Names under which sites and engines pass the words of a search, first match first.
OWN_SEARCH = ("q", "s", "query", "search", "k")
LEAKED_SEARCH = ("q", "query", "p", "wd", "word", "text", "keyword", "keywords", "search_query", "search", "s")

_PAID = frozenset({
    "cpc", "ppc", "cpm", "cpv", "cpa", "paid", "paidsearch", "paid-search", "paid_search", "paidsocial", "paid-social",
    "paid_social", "display", "banner", "retargeting", "remarketing", "sem", "ads", "ad", "sponsored",
})  # fmt: skip
_EMAIL = frozenset({"email", "e-mail", "e_mail", "mail", "newsletter"})
_SOCIAL = frozenset({"social", "social-media", "social_media", "socialmedia", "social-network", "sm"})
_CLICKS = frozenset({"gclid", "gbraid", "wbraid", "dclid", "msclkid", "yclid"})
_READ = frozenset({"utm_source", "utm_medium", "utm_campaign", "utm_term", *LEAKED_SEARCH, *OWN_SEARCH})
_NAMES = {name.encode("ascii"): name for name in _READ | _CLICKS}
_PAIRS = 128
_PIECES = 128
_LONGEST_PIECE = 2 * TERM_LENGTH
#: Visitors come from few hosts, and a host is short.
_of_host = lru_cache(maxsize=1024)(source)
_NAME = re.compile(r"[\w.-]{1,64}\Z")


@lru_cache(maxsize=1024)
def parse_visit(referer: bytes | None, query: bytes = b"", host: bytes = b"") -> Visit:
    """`query`: of the address that is asked for, without `?`. `host`: the authority of that address. Never raises.

    What passes its limit, or cannot be read, is absent.
    """
    asked = parse_query(query) if query and len(query) <= QUERY else {}
    origin = parse_origin(referer) if referer and len(referer) <= LIMITS[b"referer"] else None
    if origin is None and not asked:
        return DIRECT
    internal = origin is not None and origin.host == _host(host)
    if origin is None or asked:
        kind, name = _kind(origin, asked, internal)
    else:
        kind, name = _kind_of_origin(origin, internal)
        if not origin.query:
            return Visit(kind, name)
    terms, own = _terms(origin, asked, internal, kind)
    return Visit(kind, name, _campaign(asked.get("utm_campaign")), terms, own)


def _kind_of_origin(origin: Origin, internal: bool) -> tuple[str, str | None]:
    """What `_kind` says where the link says nothing of itself."""
    return ("internal", None) if internal else _of_host(origin.host) or ("other", origin.site)


def _kind(origin: Origin | None, asked: Mapping[str, str], internal: bool) -> tuple[str, str | None]:
    """Kind and name. Rows of one table: what the link says of itself comes before what the browser says."""
    medium = asked.get("utm_medium", "").strip().lower()
    stated = asked.get("utm_source", "").strip().lower()
    if medium in _PAID or not _CLICKS.isdisjoint(asked):
        return "paid", _name(origin, stated, internal)
    if medium in _EMAIL:
        return "email", _name(origin, stated, internal)
    if internal:
        return "internal", None
    known = _known(origin, stated, internal)
    if known is not None:
        return known
    if medium in _SOCIAL:
        return "social", _name(origin, stated, internal)
    return ("direct", None) if origin is None and not stated else ("other", _name(origin, stated, internal))


def _known(origin: Origin | None, stated: str, internal: bool) -> tuple[str, str] | None:
    by_referrer = _of_host(origin.host) if origin is not None and not internal else None
    return by_referrer or (source(stated) if stated else None)


def _name(origin: Origin | None, stated: str, internal: bool) -> str | None:
    known = _known(origin, stated, internal)
    if known is not None:
        return known[1]
    return (stated if _NAME.match(stated) else None) or (origin.site if origin and not internal else None)


def _terms(origin: Origin | None, asked: Mapping[str, str], internal: bool, kind: str) -> tuple[tuple[str, ...], bool]:
    """The words of the first source that has any, and whether it is the site's own search."""
    found = to_terms(asked.get("q"))
    if found:
        return found, True
    slipped = parse_query(origin.query) if origin is not None and origin.query else {}
    if internal and slipped:
        found = to_terms(_first(slipped, OWN_SEARCH))
        if found:
            return found, True
    found = to_terms(asked.get("utm_term"))
    if not found and slipped and kind in ("search", "paid"):
        found = to_terms(_first(slipped, LEAKED_SEARCH))
    return found, not found


def to_terms(text: str | None) -> tuple[str, ...]:
    """The words of a search in normal form, at most 32 of at most 64 characters; a longer word is absent.

    Read piece by piece, and no further than needed: one character can become eighteen in normal form (U+FDFA).
    """
    if not text:
        return ()
    if len(text) <= _LONGEST_PIECE:
        return tuple([word for word in words(text) if len(word) <= TERM_LENGTH][:TERMS])
    found: list[str] = []
    for piece in text.split(None, _PIECES)[:_PIECES]:
        if len(piece) <= _LONGEST_PIECE:
            found += [word for word in words(piece) if len(word) <= TERM_LENGTH]
        if len(found) >= TERMS:
            break
    return tuple(found[:TERMS])


def parse_query(query: bytes) -> dict[str, str]:
    """The parameters that are read here, decoded; of a repeated one the first. Names of paid clicks are there without value."""
    found: dict[str, str] = {}
    for pair in query.split(b"&", _PAIRS)[:_PAIRS]:
        raw_name, _, raw = pair.partition(b"=")
        name = _NAMES.get(raw_name)
        if name is None or name in found:
            continue
        if name in _CLICKS:
            found[name] = ""
        else:
            value = _decoded(raw)
            if value is not None:
                found[name] = value
    return found


def _decoded(raw: bytes) -> str | None:
    spaced = raw.replace(b"+", b" ")
    try:
        return (unquote_to_bytes(spaced) if b"%" in spaced else spaced).decode("utf-8")
    except UnicodeDecodeError:
        return None


def _campaign(text: str | None) -> str | None:
    # Compared without regard to case, shown as it came: one line of at most 64 characters.
    clean = text.strip() if text else ""
    return clean if 0 < len(clean) <= TERM_LENGTH and clean.isprintable() else None


def _first(asked: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((asked[name] for name in names if asked.get(name)), None)


@lru_cache(maxsize=64)
def _host(authority: bytes) -> str | None:
    text = authority.decode("latin-1").lower().rpartition("@")[2]
    if text.startswith("["):
        return text.partition("]")[0] + "]"
    return text.partition(":")[0].rstrip(".") or None
