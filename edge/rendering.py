"""The last step of the line: a selection as a response, for proxies (fields only) or as the JSON manifest.

All but the visitor's key is ready made (`edge.pieces`), where the same selection went the same way before.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from edge import headers
from edge.headers import Field
from edge.pieces import Form, Words, form_of, why_of
from edge.reading import Reading
from edge.request import Request
from edge.response import MISS, Response
from edge.served import Served
from rules.deciding import Decision
from variants.selecting import Selection

if TYPE_CHECKING:
    from edge.caching import Lifetimes
    from edge.site import Site

__all__ = ["cors", "expires_text", "render", "why_of"]

ANYBODY = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", headers.EXPOSED.encode())]
EXPOSE = (b"access-control-expose-headers", headers.EXPOSED.encode())


def render(
    request: Request, served: Served, site: Site, reading: Reading, decision: Decision, selection: Selection
) -> Response:
    """The whole response: 200, or 451 where a manifest is asked for and every variant is barred."""
    timeless = decision.expires is None and selection.boundary is None
    lives, until = served.endless if timeless else served.life(request.moment, decision.expires, selection.boundary)
    via = tuple(map(id, reading.via))  # hops live as long as the settings do
    reader = served.reader(request.fields) if served.is_choosy else None
    route = (lives, request.lookup, reading.shareable, via, request.by_field, request.preview, reader)
    key = (id(selection), decision.expires, site.stale, route)
    try:
        form = served.forms[key]
    except KeyError:
        form = _form(request, served, site, reading, decision, selection, lives)
        if selection.recurs:  # what is kept holds the selection, so that no other has its number
            served.keep(served.forms, key, form)
    named = (b"isogloss-key", headers.key_text(served.item.id, reading.classes).encode())
    return Response(form.status, [named, *form.fields], form.body, form.etag, until, form.counter, lives, form.shared)


def _form(
    request: Request,
    served: Served,
    site: Site,
    reading: Reading,
    decision: Decision,
    selection: Selection,
    lives: Lifetimes,
) -> Form:
    """All but the visitor's key."""
    vary, cacheable = served.vary(reading.via, request.by_field)
    shared = cacheable and reading.shareable and not served.personal
    control = (
        headers.NO_STORE if request.preview else headers.cache_control(lives, shared=shared, lookup=request.lookup)
    )
    readers = () if request.lookup else cors(request, site)
    face, default = served.face(selection), site.settings.default_language
    reason = "stale" if site.stale else selection.reason
    expires, counter = expires_text(decision, selection), served.counter(site, face.name, reason)
    words = Words(reason, why_of(selection, face.language or default, default), expires, site.revision, request.preview)
    return form_of(face, selection, words, ((b"vary", vary), MISS, *control, *readers), counter, shared, request.lookup)


def cors(request: Request, site: Site) -> list[Field]:
    """Who may read it from a page of another origin. Never with credentials."""
    origins = site.settings.origins
    if origins == ("*",):
        return ANYBODY
    origin = request.fields.get(b"origin", b"")
    return [(b"access-control-allow-origin", origin), EXPOSE] if origin.decode("latin-1") in origins else []


def expires_text(decision: Decision, selection: Selection) -> str | None:
    """The next boundary of any kind, RFC 3339 in UTC."""
    boundaries = [moment for moment in (decision.expires, selection.boundary) if moment is not None]
    return min(boundaries).astimezone(UTC).isoformat().replace("+00:00", "Z") if boundaries else None


def nothing(site: Site, *, by_field: bool) -> Response:
    """The look-up's word for "no item of mine". It depends on the address alone, so every cache may keep it."""
    age, reason = site.settings.max_age, "stale" if site.stale else "default"
    fields = [
        (b"isogloss-variant", b"none"),
        (b"isogloss-decision", f'none;reason={reason};confidence=high;revision="{site.revision}"'.encode()),
        (b"cache-control", f"public, max-age={age}".encode()),
        *headers.tagged((f"isogloss-{site.settings.id}",)),
        (b"content-length", b"0"),
    ]
    return Response(200, [*fields, (b"vary", b"X-Original-URI")] if by_field else fields)
