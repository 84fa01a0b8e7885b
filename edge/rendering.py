"""The last step of the line: a selection as a response, for proxies (fields only) or as the JSON manifest."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from edge import headers, problems
from edge.headers import Field
from edge.pieces import Face
from edge.reading import Reading
from edge.request import Request
from edge.response import Response, etag_from
from edge.served import Served
from rules.deciding import Decision
from variants.manifest import decided
from variants.selecting import Selection

if TYPE_CHECKING:
    from edge.site import Site

JSON = (b"content-type", b"application/json")
PROBLEM = (b"content-type", problems.MEDIA_TYPE.encode())
ANYBODY = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", headers.EXPOSED.encode())]
EXPOSE = (b"access-control-expose-headers", headers.EXPOSED.encode())


def render(
    request: Request, served: Served, site: Site, reading: Reading, decision: Decision, selection: Selection
) -> Response:
    """The whole response: 200, or 451 where a manifest is asked for and every variant is barred."""
    lives, until = served.life(request.moment, decision.expires, selection.boundary)
    frame, face = served.frame(request, reading, lives), served.face(selection)
    reason = "stale" if site.stale else selection.reason
    told = headers.decision_text(face.name, selection, reason, site.revision, preview=request.preview)
    fields: list[Field] = [
        face.variant,
        (b"isogloss-key", headers.key_text(served.item.id, reading.classes).encode()),
        (b"isogloss-decision", told.encode()),
        *frame.fields,
        *face.fields,
    ]
    status, body, etag = 200, b"", None
    if not request.lookup:
        fields += cors(request, site)
        if selection.variant is None:
            status, body = 451, problems.body(problems.BARRED)
            fields.append(PROBLEM)
        else:
            body, etag = _manifest(face, site, decision, selection, reason)
            fields += (JSON, (b"etag", etag))
    fields.append((b"content-length", b"%d" % len(body)))
    return Response(status, fields, body, etag, until, served.counter(site.metrics, face.name, reason), lives, frame.shared)


def _manifest(face: Face, site: Site, decision: Decision, selection: Selection, reason: str) -> tuple[bytes, bytes]:
    """The body of a manifest and its entity tag: what is ready made, and why it is this variant."""
    default = site.settings.default_language
    why = why_of(selection, face.language or default, default)
    rest = decided(selection, reason=reason, why=why, expires=expires_text(decision, selection))
    digest = face.digest.copy()
    digest.update(rest)
    return face.opening + rest, etag_from(digest)


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
    if decision.expires is None and selection.boundary is None:
        return None
    boundaries = [moment for moment in (decision.expires, selection.boundary) if moment is not None]
    return min(boundaries).astimezone(UTC).isoformat().replace("+00:00", "Z")
