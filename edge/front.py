"""The ASGI callable in front of the router: it answers look-ups and manifests of known items, and hands on all else.

No middleware, no request object, no thread: a request that was seen before costs a few dictionary look-ups. Every message has
a list of fields of its own, since middleware outside edits lists in place (starlette's GZipMiddleware does).
"""

from __future__ import annotations

import time
import traceback
from datetime import UTC, datetime

from starlette.types import ASGIApp, Receive, Scope, Send

from edge.answer import Reader, answer
from edge.entering import entering
from edge.glance import Glance
from edge.headers import DEGRADED, Field
from edge.pieces import PROBLEM
from edge.problems import BROKEN, body
from edge.reading import read
from edge.rendering import cors, nothing
from edge.request import Request
from edge.response import Response, matches
from edge.served import REMEMBERS, Served
from edge.service import Service, note
from edge.signals.fields import joined
from edge.site import Site

LOOKUPS = "/v1/decide/"


class Front:
    """Wraps the application that answers everything else."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = self.look_up(scope) if scope["type"] == "http" else None
        if response is None:
            await self.app(scope, receive, send)
            return
        content = b"" if scope["method"] == "HEAD" else response.body
        await send({"type": "http.response.start", "status": response.status, "headers": response.fields.copy()})
        await send({"type": "http.response.body", "body": content})

    def look_up(self, scope: Scope) -> Response | None:
        """The response for GET and HEAD of a known item, and of any look-up by id; None for anything else."""
        site = self.service.site
        glance = site.doors.get(scope["path"])
        if scope["method"] not in ("GET", "HEAD"):
            return None
        lookup = scope["path"].startswith(LOOKUPS)
        if glance is None:
            return nothing(site, by_field=False) if lookup else None
        raw = scope["headers"]
        fields = dict(raw)
        repeated = len(fields) != len(raw)
        if repeated or scope["query_string"]:
            response = respond(entering(scope, self.service, lookup=lookup), glance.served, site)
        else:
            response = self._at_a_glance(glance, fields, scope["client"], lookup, site)
        response.counter.value += 1
        if lookup or response.etag is None:
            return response  # a look-up ignores conditions (DESIGN §3)
        condition = (joined(raw) if repeated else fields).get(b"if-none-match")
        return response.not_modified() if condition is not None and matches(condition, response.etag) else response

    def _at_a_glance(
        self, glance: Glance, fields: dict[bytes, bytes], client: tuple[str, int] | None, lookup: bool, site: Site
    ) -> Response:
        """The answer to a request that has no query and no field twice."""
        peer = client[0] if client else None
        if not REMEMBERS:
            return respond(Request(datetime.now(UTC), fields, peer, lookup=lookup), glance.served, site, glance.read)
        now = time.time()
        try:
            key = glance.key(fields, peer, lookup, now)
        except Exception as error:  # whatever it is: see `respond`
            report(error, glance.served.item.id)
            return failing(Request(datetime.now(UTC), fields, peer, lookup=lookup), glance.served, site)
        try:
            response = glance.answers[key]
        except KeyError:
            pass
        else:
            if now < response.until:
                return response
        response = respond(Request(datetime.now(UTC), fields, peer, lookup=lookup), glance.served, site, glance.read)
        if response.until > 0:
            glance.answers[key] = response.as_hit()
        return response


def respond(request: Request, served: Served, site: Site, read: Reader = read) -> Response:
    """The answer of the line; where it fails by a fault of ours, the item's fallback, which nobody keeps."""
    try:
        return answer(request, served, site, read)
    except Exception as error:  # whatever it is, a proxy in front must get a variant
        report(error, served.item.id)
        return failing(request, served, site)


def report(error: Exception, item: str) -> None:
    """The kind of a failure and where it happened. Its text stays out of the log: a visitor's words may stand in it."""
    frames = traceback.extract_tb(error.__traceback__)
    note(
        "an answer failed",
        item=item,
        error=type(error).__name__,
        at_line=[f"{f.filename}:{f.lineno}" for f in frames[-3:]],
    )


def failing(request: Request, served: Served, site: Site) -> Response:
    """The fallback of an item, or `barred` where it has none; as a manifest, an error."""
    variant = served.fallback.id if served.fallback is not None else "barred"
    fields: list[Field] = [
        (b"isogloss-variant", variant.encode()),
        (b"isogloss-decision", f'{variant};reason=error;confidence=low;revision="{site.revision}"'.encode()),
        *DEGRADED,
    ]
    if request.lookup:
        return Response(200, [*fields, (b"content-length", b"0")])
    content = body(BROKEN)
    length = (b"content-length", str(len(content)).encode())
    return Response(500, [*fields, *cors(request, site), PROBLEM, length], content)
