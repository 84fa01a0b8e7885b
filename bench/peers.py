"""What the service is measured against, on the same server and with the same bytes.

`constant` is a Starlette route that answers with a constant `Response`, `raw` an ASGI app without Starlette that sends the
same bytes and fields, `empty` a Starlette app that does nothing: the yardstick of a cold start. The bytes and the fields are
those of a real answer, which the bench puts into the file that `ISOGLOSS_BENCH_ANSWER` names.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

#: The path of the peers that is asked for before measuring, and the path that is measured.
HEALTH, MEASURED = "/healthz", "/v1/items/business-class"


def _answer() -> tuple[dict[str, str], bytes]:
    """Fields (without content-length) and body; a kilobyte and no fields where no file is named."""
    name = os.environ.get("ISOGLOSS_BENCH_ANSWER")
    if not name:
        return {"content-type": "application/json"}, b"x" * 1024
    found = json.loads(Path(name).read_text())
    return dict(found["fields"]), found["body"].encode()


FIELDS, BODY = _answer()
_RAW = [
    *((name.encode("latin-1"), value.encode("latin-1")) for name, value in FIELDS.items()),
    (b"content-length", str(len(BODY)).encode()),
]


async def _constant(request: Request) -> Response:
    return Response(BODY, headers=FIELDS)


async def _health(request: Request) -> Response:
    return Response(b"ok")


constant = Starlette(routes=[Route(MEASURED, _constant), Route(HEALTH, _health)])

empty = Starlette(routes=[Route(HEALTH, _health)])


async def raw(scope: Scope, receive: Receive, send: Send) -> None:
    """The floor: what the server itself costs. A fresh list for each answer, as everybody has to send."""
    if scope["type"] != "http":
        await _lifespan(receive, send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": list(_RAW)})
    await send({"type": "http.response.body", "body": BODY})


async def _lifespan(receive: Receive, send: Send) -> None:
    for _ in range(2):
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
