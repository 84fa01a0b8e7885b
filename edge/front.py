"""The ASGI callable in front of the router: it answers look-ups and manifests of known items, and hands on all else.

No middleware, no request object, no thread: a request that was seen before costs a few dictionary look-ups. Every message has
a list of fields of its own, since middleware outside edits lists in place (starlette's GZipMiddleware does).
"""

from __future__ import annotations

import traceback
from datetime import UTC, datetime
from time import time

from msgspec.structs import replace
from starlette.types import ASGIApp, Receive, Scope, Send

from edge.answer import Reader, answer
from edge.entering import entering
from edge.glance import Door
from edge.headers import DEGRADED, Field
from edge.pieces import PROBLEM
from edge.problems import BROKEN, body
from edge.reading import read
from edge.rendering import cors, nothing
from edge.request import Request
from edge.response import Response
from edge.served import REMEMBERS, Served
from edge.service import Service, note
from edge.signals.fields import joined
from edge.site import LOOKUPS, Site


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
        await send({"type": "http.response.start", "status": response.status, "headers": response.fields.copy()})
        await send({"type": "http.response.body", "body": response.body})

    def look_up(self, scope: Scope) -> Response | None:
        """The response for GET and HEAD of a known item, and of any look-up by id; None for anything else."""
        if scope["method"] != "GET":
            return self._head(scope) if scope["method"] == "HEAD" else None
        site = self.service.site
        try:
            door = site.doors[scope["path"]]
        except KeyError:
            return nothing(site, by_field=False) if scope["path"].startswith(LOOKUPS) else None
        raw = scope["headers"]
        fields = dict(raw)
        if len(fields) != len(raw) or scope["query_string"]:
            fields = joined(raw)
            response = respond(entering(scope, self.service, lookup=door.lookup), door.glance.served, site)
        else:
            client = scope["client"]
            peer = client[0] if client else None
            try:
                known = door.glance.recall(fields, peer, door.lookup, time()) if REMEMBERS else None
                response = _answered(door, fields, peer, site) if known is None else known
            except Exception as error:  # whatever it is: see `respond`
                served = door.glance.served
                report(error, served.item.id)
                response = failing(Request(datetime.now(UTC), fields, peer, lookup=door.lookup), served, site)
        response.counter.value += 1
        if b"if-none-match" in fields and not door.lookup:  # a look-up ignores conditions (DESIGN §3)
            return response.unless(fields[b"if-none-match"])
        return response

    def _head(self, scope: Scope) -> Response | None:
        response = self.look_up({**scope, "method": "GET"})
        return response and replace(response, body=b"")


def _answered(door: Door, fields: dict[bytes, bytes], peer: str | None, site: Site) -> Response:
    """The answer of the line to a request that has no query and no field twice. It is remembered."""
    glance, moment = door.glance, datetime.now(UTC)
    response = respond(Request(moment, fields, peer, lookup=door.lookup), glance.served, site, glance.read)
    if REMEMBERS and response.until > 0:
        try:
            glance.keep(fields, peer, response.as_hit(), door.lookup, moment.timestamp())
        except Exception as error:  # whatever it is: the answer is good
            report(error, glance.served.item.id)
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
