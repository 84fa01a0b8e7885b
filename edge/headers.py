"""The response fields of an answer (DESIGN §3), as pairs of bytes in lower case, ready for ASGI.

Own fields follow RFC 9651. `Vary` lists every request field that the item could read, present or not (RFC 9110 §12.5.5);
`CDN-Cache-Control` is RFC 9213, `Cache-Status` RFC 9211, `Cache-Groups` RFC 9875.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from edge.caching import Lifetimes
from variants.selecting import Selection

Field = tuple[bytes, bytes]

#: Fields of the request with which no shared cache can keep answers apart sensibly: an answer that reads one is private.
UNSHAREABLE = frozenset({"user-agent", "referer", "cookie"})

#: nginx stores nothing whose Vary is longer (measured, nginx 1.22.1).
LONGEST_VARY = 128

#: Names as they are usually written; any other field is written with capitals at its parts.
_SPELLED = {"dnt": "DNT", "sec-gpc": "Sec-GPC", "x-original-uri": "X-Original-URI", "cf-ipcountry": "CF-IPCountry"}

EXPOSED = "Isogloss-Variant, Isogloss-Key, Isogloss-Decision, Content-Language, ETag, Cache-Status"


def vary_text(names: Iterable[str]) -> str:
    """The value of `Vary` for request fields in lower case, in order, without repeats."""
    return ", ".join(spelled(name) for name in dict.fromkeys(names))


def spelled(name: str) -> str:
    """A field's name as people write it: `Accept-Language`, `Sec-CH-UA-Mobile`."""
    usual = _SPELLED.get(name) or "-".join(part.capitalize() for part in name.split("-"))
    return usual.replace("Sec-Ch-Ua", "Sec-CH-UA")


def shareable(names: Iterable[str]) -> bool:
    """Whether a shared cache could keep answers apart that vary on these fields."""
    listed = tuple(names)
    return UNSHAREABLE.isdisjoint(listed) and len(vary_text(listed)) <= LONGEST_VARY


def decision_text(variant: str, selection: Selection, reason: str, revision: str, *, preview: bool) -> str:
    """The value of `Isogloss-Decision`: an sf-token with parameters."""
    rule = "" if selection.rule is None else f';rule="{selection.rule}"'
    overrode = (
        f';overrode="{" ".join([said.rule or said.layer for said in selection.overrode])}"'
        if selection.overrode
        else ""
    )
    split = f';split="{" ".join(map(str, selection.splits))}"' if selection.splits else ""
    confidence, tail = selection.confidence.name, ";preview" if preview else ""
    return f'{variant};reason={reason}{rule}{split}{overrode};confidence={confidence};revision="{revision}"{tail}'


def key_text(item: str, classes: Iterable[str]) -> str:
    """The value of `Isogloss-Key`: an sf-string of the item and the classes that are not blank."""
    return f'"{";".join(filter(None, (item, *classes)))}"'


@lru_cache(maxsize=1024)
def cache_control(lives: Lifetimes, *, shared: bool, lookup: bool) -> tuple[Field, ...]:
    """`Cache-Control` and `CDN-Cache-Control`: a look-up is for proxies, a manifest for browsers with a CDN before them."""
    if not shared:
        return ((b"cache-control", b"private, max-age=%d" % lives.max_age), (b"cdn-cache-control", b"no-store"))
    public = f"public, {lives.text()}".encode()
    if lookup:
        return ((b"cache-control", public),)
    return ((b"cache-control", b"private, max-age=%d" % lives.max_age), (b"cdn-cache-control", public))


NO_STORE: list[Field] = [(b"cache-control", b"no-store"), (b"cdn-cache-control", b"no-store")]
#: For an answer given because something failed: nobody keeps it.
DEGRADED: list[Field] = [(b"cache-control", b"private, max-age=0"), (b"cdn-cache-control", b"no-store")]


def purge_fields(site: str, item: str, variant: str) -> list[Field]:
    """Names by which caches drop answers: of the site, of the item, of the variant. No revision: a publish purges by them."""
    return tagged((f"isogloss-{site}", f"isogloss-{item}", f"isogloss-{item}-{variant}"))


def tagged(names: Sequence[str]) -> list[Field]:
    """Names of an answer, in the three fields by which caches know them."""
    return [
        (b"surrogate-key", " ".join(names).encode()),
        (b"cache-tag", ",".join(names).encode()),
        (b"cache-groups", ", ".join(f'"{name}"' for name in names).encode()),
    ]
