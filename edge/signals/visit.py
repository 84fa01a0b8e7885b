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
_STATED = ("utm_source", "utm_medium", "utm_campaign", "utm_term")
_PAIRS = 128


def _pairs(*names: str) -> re.Pattern[bytes]:
    """A pattern of the pairs that have one of the names, in a query behind an ampersand."""
    return re.compile(b"&(%b)(?:=([^&]*+))?(?![^&])" % "|".join(names).encode("ascii"))


#: What the address that is asked for is read for, and what a referrer is. All else of a query is passed over.
_ASKED = _pairs("q", *_STATED, *sorted(_CLICKS))
_SEARCHED = _pairs(*dict.fromkeys((*OWN_SEARCH, *LEAKED_SEARCH)))
_PIECES = 128
_LONGEST_PIECE = 2 * TERM_LENGTH
#: Visitors come from few hosts, and a host is short.
_of_host = lru_cache(maxsize=1024)(source)
_NAME = re.compile(r"[\w.-]{1,64}\Z")
_LONGEST = LIMITS[b"referer"]
_NOTHING: Mapping[str, str] = {}


class Said(Struct, frozen=True):
    """What the address that is asked for says of the way to it.

    `kind`: paid or email, whatever the referrer is. `known`: kind and name that its source has in the table, `name`: the source
    as a name; `stated`: it names any. `own`: words of the site's own search, `bought`: those of `utm_term`.
    """

    kind: str | None = None
    social: bool = False
    stated: bool = False
    known: tuple[str, str] | None = None
    name: str | None = None
    campaign: str | None = None
    own: tuple[str, ...] = ()
    bought: tuple[str, ...] = ()


SILENT = Said()


def parse_visit(referer: bytes | None, query: bytes = b"", host: bytes = b"") -> Visit:
    """`query`: of the address that is asked for, without `?`. `host`: the authority of that address. Never raises.

    What passes its limit, or cannot be read, is absent.
    """
    said = _said(query) if query and len(query) <= QUERY else SILENT
    origin = parse_origin(referer) if referer and len(referer) <= _LONGEST else None
    if origin is None:
        if said is SILENT:
            return DIRECT
        kind, name = _kind(None, said, internal=False)
        return Visit(kind, name, said.campaign, said.own or said.bought, bool(said.own) or not said.bought)
    internal = origin.host == _host(host)
    kind, name = _kind(origin, said, internal)
    if not origin.query and said is SILENT:
        return Visit(kind, name)
    terms, own = (said.own, True) if said.own else _terms(origin, said, internal, kind)
    return Visit(kind, name, said.campaign, terms, own)


@lru_cache(maxsize=1024)
def _said(query: bytes) -> Said:
    """Many visitors come by the same link."""
    asked = parse_query(query)
    if not asked:
        return SILENT
    medium = asked.get("utm_medium", "").strip().lower()
    stated = asked.get("utm_source", "").strip().lower()
    paid = medium in _PAID or not _CLICKS.isdisjoint(asked)
    return Said(
        kind="paid" if paid else "email" if medium in _EMAIL else None,
        social=medium in _SOCIAL,
        stated=bool(stated),
        known=source(stated) if stated else None,
        name=stated if _NAME.match(stated) else None,
        campaign=_campaign(asked.get("utm_campaign")),
        own=to_terms(asked.get("q")),
        bought=to_terms(asked.get("utm_term")),
    )


def _kind(origin: Origin | None, said: Said, internal: bool) -> tuple[str, str | None]:
    """Kind and name. Rows of one table: what the link says of itself comes before what the browser says."""
    known = (None if origin is None or internal else _of_host(origin.host)) or said.known
    if said.kind is not None:
        return said.kind, _name(origin, said, known, internal)
    if internal:
        return "internal", None
    if known is not None:
        return known
    if said.social:
        return "social", _name(origin, said, known, internal)
    return ("direct", None) if origin is None and not said.stated else ("other", _name(origin, said, known, internal))


def _name(origin: Origin | None, said: Said, known: tuple[str, str] | None, internal: bool) -> str | None:
    if known is not None:
        return known[1]
    return said.name or (origin.site if origin and not internal else None)


def _terms(origin: Origin, said: Said, internal: bool, kind: str) -> tuple[tuple[str, ...], bool]:
    """The words of the first source that has any, and whether it is the site's own search. The link itself has none."""
    leaks = kind in ("search", "paid")
    slipped = _found(_SEARCHED, origin.query) if origin.query and (internal or leaks) else _NOTHING
    found = to_terms(_first(slipped, OWN_SEARCH)) if internal else ()
    if found:
        return found, True
    found = said.bought or (to_terms(_first(slipped, LEAKED_SEARCH)) if leaks else ())
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


def parse_query(query: bytes) -> Mapping[str, str]:
    """What an address that is asked for says of the way to it: search words, campaign, decoded; of a repeated name the first.

    Names of paid clicks are there without value. A query beyond its limit says nothing.
    """
    return _found(_ASKED, query)


def _found(pairs: re.Pattern[bytes], query: bytes) -> Mapping[str, str]:
    """The pairs in a query, decoded; of the first 128 of all its pairs, and within its limit."""
    if len(query) > QUERY:
        return _NOTHING
    if query.count(b"&") >= _PAIRS:
        query = b"&".join(query.split(b"&", _PAIRS)[:_PAIRS])
    found: dict[str, str] = {}
    for raw_name, raw in pairs.findall(b"&" + query):
        name = raw_name.decode("ascii")
        if name not in found:
            value = "" if name in _CLICKS else _decoded(raw)
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
