"""The last step of the line: a selection as a response, for proxies (fields only) or as the JSON manifest."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import msgspec

from edge import headers, problems
from edge.caching import fresh_until, lifetimes
from edge.headers import NO_STORE, Field
from edge.reading import Reading
from edge.request import Request
from edge.response import MISS, Response, etag_of
from edge.served import Served
from rules.deciding import Decision
from variants.manifest import manifest, reading_language
from variants.selecting import Selection

if TYPE_CHECKING:
    from edge.site import Site

JSON = (b"content-type", b"application/json")
PROBLEM = (b"content-type", problems.MEDIA_TYPE.encode())
ANYBODY = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", headers.EXPOSED.encode())]
ENCODER = msgspec.json.Encoder()
BARRED = "barred"
EXPOSE = (b"access-control-expose-headers", headers.EXPOSED.encode())


def render(
    request: Request, served: Served, site: Site, reading: Reading, decision: Decision, selection: Selection
) -> Response:
    """The whole response: 200, or 451 where a manifest is asked for and every variant is barred."""
    boundaries = decision.expires, selection.boundary
    lives = lifetimes(site.settings, request.moment, *boundaries)
    variant = selection.variant.id if selection.variant is not None else BARRED
    reason = "stale" if site.stale else selection.reason
    vary, cacheable = served.vary(reading.via, request.by_field)
    shared = cacheable and reading.shareable and not served.personal
    language = reading_language(selection)
    decided = headers.decision_text(variant, selection, reason, site.revision, preview=request.preview)
    fields: list[Field] = [
        (b"isogloss-variant", variant.encode()),
        (b"isogloss-key", headers.key_text(served.item.id, reading.classes).encode()),
        (b"isogloss-decision", decided.encode()),
        (b"vary", vary),
        MISS,
        *(NO_STORE if request.preview else headers.cache_control(lives, shared=shared, lookup=request.lookup)),
        *served.purge(variant),
    ]
    if language is not None:
        fields.append((b"content-language", language.encode()))
    status, body, etag = 200, b"", None
    if not request.lookup:
        fields += cors(request, site)
        status, body, etag = _content(served, site, decision, selection, reason, language)
        fields.append(PROBLEM if etag is None else JSON)
    if etag is not None:
        fields.append((b"etag", etag))
    fields.append((b"content-length", b"%d" % len(body)))
    until = fresh_until(site.settings, request.moment, *boundaries)
    return Response(status, fields, body, etag, until, served.counter(site.metrics, variant, reason), lives, shared)


def _content(
    served: Served, site: Site, decision: Decision, selection: Selection, reason: str, language: str | None
) -> tuple[int, bytes, bytes | None]:
    """Status, body and entity tag of a manifest, or of the problem that there is none."""
    if selection.variant is None:
        return 451, problems.body(problems.BARRED), None
    default = site.settings.default_language
    why = why_of(selection, language or default, default)
    expires = expires_text(decision, selection)
    body = ENCODER.encode(manifest(served.item, selection, default, reason=reason, why=why, expires=expires))
    return 200, body, etag_of(body)


def cors(request: Request, site: Site) -> list[Field]:
    """Who may read it from a page of another origin. Never with credentials."""
    origins = site.settings.origins
    if origins == ("*",):
        return ANYBODY
    origin = request.fields.get(b"origin", b"")
    return [(b"access-control-allow-origin", origin), EXPOSE] if origin.decode("latin-1") in origins else []


def why_of(selection: Selection, language: str, default: str) -> str | None:
    """The editor's words of the rule that was used, in a language, in the site's default, or in any."""
    for word in selection.used:
        texts = word.why
        if texts and word.rule == selection.rule:
            return texts.get(language) or texts.get(language.partition("-")[0]) or texts.get(default) or next(iter(texts.values()))
    return None


def expires_text(decision: Decision, selection: Selection) -> str | None:
    """The next boundary of any kind, RFC 3339 in UTC."""
    boundaries = [moment for moment in (decision.expires, selection.boundary) if moment is not None]
    return min(boundaries).astimezone(UTC).isoformat().replace("+00:00", "Z") if boundaries else None
