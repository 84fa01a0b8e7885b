"""The last step of the line: a selection as a response, for proxies (fields only) or as the JSON manifest.

What is ready made is put together (`edge.pieces`): a response is a frame, what follows from the selection, and the visitor's key.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from edge import headers
from edge.headers import Field
from edge.pieces import Frame, Piece, piece_of, why_of
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
    lives, until = served.life(request.moment, decision.expires, selection.boundary)
    frame, piece = _frame(request, served, site, reading, lives), _piece(request, served, site, decision, selection)
    fields: list[Field] = [
        piece.variant,
        (b"isogloss-key", headers.key_text(served.item.id, reading.classes).encode()),
        *frame.fields,
        *piece.fields,
    ]
    return Response(piece.status, fields, piece.body, piece.etag, until, piece.counter, lives, frame.shared)


def _frame(request: Request, served: Served, site: Site, reading: Reading, lives: Lifetimes) -> Frame:
    """The frame of a request. Those that differ are few: hops, forms, origins that may read, lives near a boundary."""
    via = tuple(map(id, reading.via))  # hops live as long as the settings do
    origin = request.fields.get(b"origin") if served.is_choosy else None
    key = (lives, request.lookup, reading.shareable, via, request.by_field, request.preview, origin)
    try:
        return served.frames[key]
    except KeyError:
        vary, cacheable = served.vary(reading.via, request.by_field)
        shared = cacheable and reading.shareable and not served.personal
        control = (
            headers.NO_STORE if request.preview else headers.cache_control(lives, shared=shared, lookup=request.lookup)
        )
        form = () if request.lookup else cors(request, site)
        return served.keep(served.frames, key, Frame(((b"vary", vary), MISS, *control, *form), shared))


def _piece(request: Request, served: Served, site: Site, decision: Decision, selection: Selection) -> Piece:
    """What follows from the selection. It is kept where the same one is met again, and holds it, so that none has its number."""
    key = (id(selection), decision.expires, request.lookup, request.preview, site.stale)
    try:
        return served.pieces[key]
    except KeyError:
        face, default = served.face(selection), site.settings.default_language
        reason = "stale" if site.stale else selection.reason
        made = piece_of(
            face,
            selection,
            reason,
            expires_text(decision, selection),
            served.counter(site, face.name, reason),
            revision=site.revision,
            default=default,
            preview=request.preview,
            lookup=request.lookup,
        )
        return served.keep(served.pieces, key, made) if selection.recurs else made


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
