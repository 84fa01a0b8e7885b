"""The last step of the line: a selection as a response, for proxies (fields only) or as the JSON manifest."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import msgspec

from edge import headers, problems
from edge.caching import fresh_until, lifetimes
from edge.headers import Field
from edge.reading import Reading
from edge.request import Request
from edge.response import Response, etag_of
from edge.served import Served
from rules.deciding import Decision
from variants.manifest import Manifest, manifest, reading_language
from variants.selecting import Selection

if TYPE_CHECKING:
    from edge.site import Site

JSON = (b"content-type", b"application/json")
PROBLEM = (b"content-type", problems.MEDIA_TYPE.encode())
EXPOSE = (b"access-control-expose-headers", headers.EXPOSED.encode())


def render(
    request: Request, served: Served, site: Site, reading: Reading, decision: Decision, selection: Selection
) -> Response:
    """The whole response: 200, or 451 where a manifest is asked for and every variant is barred."""
    settings, now = site.settings, request.moment
    variant = selection.variant.id if selection.variant else "barred"
    reason = "stale" if site.stale else selection.reason
    vary, shared = served.vary(reading.via, request.by_field)
    shared = shared and reading.shareable and not served.personal
    lives = lifetimes(settings, now, decision.expires, selection.boundary)
    fields: list[Field] = [
        (b"isogloss-variant", variant.encode()),
        (b"isogloss-key", headers.key_text(served.item.id, reading.classes).encode()),
        (b"isogloss-decision", headers.decision_text(variant, selection, reason, site.revision, preview=request.preview).encode()),
        (b"vary", vary),
        *(headers.NO_STORE if request.preview else headers.cache_control(lives, shared=shared, lookup=request.lookup)),
        (b"cache-status", b"isogloss; fwd=miss" if request.preview else b"isogloss; hit"),
        *served.purge(variant),
    ]
    until = fresh_until(settings, now, decision.expires, selection.boundary)
    counter = site.metrics.counter("isogloss_answers_total", item=served.item.id, variant=variant, reason=reason)
    if request.lookup:
        fields.append((b"content-length", b"0"))
        return Response(200, _with_language(fields, selection, site), until=until, counter=counter, lives=lives, shared=shared)
    fields += cors(request, site)
    if selection.variant is None:
        body = problems.body(problems.BARRED)
        return Response(451, [*fields, PROBLEM, _length(body)], body, until=until, counter=counter, lives=lives, shared=shared)
    body = msgspec.json.encode(_manifest(served, site, decision, selection, reason))
    etag = etag_of(body)
    fields = [*_with_language(fields, selection, site), JSON, (b"etag", etag), _length(body)]
    return Response(200, fields, body, etag, until, counter, lives, shared)


def cors(request: Request, site: Site) -> list[Field]:
    """Who may read it from a page of another origin. Never with credentials."""
    origins = site.settings.origins
    if origins == ("*",):
        return [(b"access-control-allow-origin", b"*"), EXPOSE]
    origin = request.fields.get(b"origin", b"")
    return [(b"access-control-allow-origin", origin), EXPOSE] if origin.decode("latin-1") in origins else []


def _length(body: bytes) -> Field:
    return (b"content-length", str(len(body)).encode())


def _with_language(fields: list[Field], selection: Selection, site: Site) -> list[Field]:
    if selection.variant is None:
        return fields
    language = reading_language(selection)
    return [*fields, (b"content-language", language.encode())] if language else fields


def _manifest(served: Served, site: Site, decision: Decision, selection: Selection, reason: str) -> Manifest:
    default = site.settings.default_language
    why = why_of(selection, reading_language(selection) or default, default)
    return manifest(served.item, selection, default, reason=reason, why=why, expires=expires_text(decision, selection))


def why_of(selection: Selection, language: str, default: str) -> str | None:
    """The editor's words of the rule that was used, in a language, in the site's default, or in any."""
    for word in selection.used:
        if word.rule == selection.rule and word.why:
            texts = word.why
            return texts.get(language) or texts.get(language.partition("-")[0]) or texts.get(default) or next(iter(texts.values()))
    return None


def expires_text(decision: Decision, selection: Selection) -> str | None:
    """The next boundary of any kind, RFC 3339 in UTC."""
    boundaries = [moment for moment in (decision.expires, selection.boundary) if moment is not None]
    return min(boundaries).astimezone(UTC).isoformat().replace("+00:00", "Z") if boundaries else None
