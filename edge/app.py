"""The application: the front, and behind it a Starlette router for all that is not a look-up of a known item."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from edge import endpoints, problems
from edge.front import Front, report
from edge.operators import Operators
from edge.pages import explain_endpoint, page_endpoint
from edge.service import Service, drain_on_signal, log_to_stderr
from edge.world import map_endpoint

#: The folder of the site, for servers that are started by other means than `isogloss serve`.
SITE_VARIABLE = "ISOGLOSS_SITE"


async def _places(request: HttpRequest) -> HttpResponse:
    """`/v1/places/{country}`: see `edge.places`, loaded when it is first asked for."""
    from edge.places import places

    return await places(request)


ROUTES = (
    Route("/v1/decide", endpoints.decide_by_address, methods=["GET", "HEAD"]),
    Route("/v1/decide/{item:path}", endpoints.decide_unknown, methods=["GET", "HEAD"]),
    Route("/v1/items", endpoints.several, methods=["GET", "HEAD", "OPTIONS"]),
    Route("/v1/items/{item}", endpoints.unknown_item, methods=["GET", "HEAD", "OPTIONS"]),
    Route("/v1/places/{country}", _places, methods=["GET", "HEAD", "OPTIONS"]),
    Route("/v1/explain/{item}", explain_endpoint, methods=["GET", "HEAD"]),
    Route("/healthz", endpoints.healthz, methods=["GET", "HEAD"]),
    Route("/readyz", endpoints.readyz, methods=["GET", "HEAD"]),
    Route("/metrics", endpoints.metrics, methods=["GET", "HEAD"]),
    Route("/map/{item}", map_endpoint, methods=["GET", "HEAD"]),
    Route("/", page_endpoint, methods=["GET", "HEAD"]),
)


def make_app(service: Service, *, watching: bool = True) -> ASGIApp:
    """The ASGI application of a service; with `watching`, it follows changes of the folder while it runs."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        drain_on_signal(service)
        gc.freeze()  # nothing is garbage yet; see `edge.service.settle_memory`
        keeper = asyncio.create_task(service.keep_current()) if watching else None
        yield
        if keeper is not None:
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeper

    app = Starlette(
        routes=list(ROUTES),
        lifespan=lifespan,
        exception_handlers={HTTPException: _http_problem, Exception: _broken},
    )
    app.router.redirect_slashes = False  # a proxy's look-up follows no redirect
    app.state.service = service
    return Front(_discreet(app), service)


def _discreet(app: ASGIApp) -> ASGIApp:
    """The application, whose failures are noted by their kind: a server would log their text, and a visitor's words with it.

    Starlette has sent its answer by then.
    """

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except Exception as error:  # whatever it is: it has been answered, and is reported here
            if scope["type"] == "lifespan":
                raise
            report(error, "")

    return call


def from_environment() -> ASGIApp:
    """The application for `uvicorn --factory edge.app:from_environment` and the like: the site stands in `ISOGLOSS_SITE`."""
    folder = os.environ.get(SITE_VARIABLE)
    if not folder:
        raise SystemExit(
            f"{SITE_VARIABLE} names no site. Set it to the site's folder, or start with: isogloss serve --demo"
        )
    log_to_stderr()
    return make_app(Service.open(Path(folder), Operators.from_environment(os.environ)))


async def _http_problem(request: HttpRequest, error: Exception) -> HttpResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    known = {404: problems.NO_SUCH_PAGE, 405: problems.NOT_ALLOWED}
    problem = known.get(status, problems.BROKEN)
    fields = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if status == 405 and request.method == "OPTIONS":
        return HttpResponse(status_code=204, headers={"Allow": f"{fields.get('Allow', 'GET, HEAD')}, OPTIONS"})
    return HttpResponse(problems.body(problem), status, {**fields, "Cache-Control": "no-store"}, problems.MEDIA_TYPE)


async def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    return await _http_problem(request, error)
