"""Everything that the front hands on: look-ups by address, unknown items, several items, health, readiness, counters."""

from __future__ import annotations

import asyncio
import time

import msgspec
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from edge import __version__, headers, problems
from edge.caching import shortest
from edge.entering import entering
from edge.front import respond
from edge.parameters import parse_parameters
from edge.problems import Problem
from edge.rendering import nothing
from edge.response import MISS, Response, etag_of, matches
from edge.service import Service
from edge.signals.fields import field, joined
from edge.site import Site
from locales import cldr

#: Items in one answer.
MOST_ITEMS = 50

ADDRESS = b"x-original-uri"


def service_of(request: HttpRequest) -> Service:
    """The running service."""
    service: Service = request.app.state.service
    return service


def sent(response: Response) -> HttpResponse:
    """A response of the line as one of Starlette's, its fields as they are."""
    made = HttpResponse(response.body, response.status)
    made.raw_headers = response.fields.copy()
    return made


def problem(problem: Problem, fields: dict[str, str] | None = None) -> HttpResponse:
    """An error (RFC 9457)."""
    own = {"Cache-Control": "no-store", **(fields or {})}
    return HttpResponse(problems.body(problem), problem.status, own, problems.MEDIA_TYPE)


async def decide_by_address(request: HttpRequest) -> HttpResponse:
    """`/v1/decide`: the item is found by the address that the visitor asked for. Always 200.

    The field goes before `?url=`, so that every answer here varies on it.
    """
    service = service_of(request)
    site = service.site
    raw = field(joined(request.scope["headers"]), ADDRESS)
    named = parse_parameters(request.scope["query_string"]).get("url")
    target = raw if raw is not None else named.encode("utf-8", "surrogateescape") if named else None
    found = site.catalog.paths.match(target) if target is not None else None
    if found is None:
        return sent(nothing(site, by_field=True))
    item, language = found
    entered = entering(request.scope, service, lookup=True, target=target, by_field=True, language=language)
    return sent(_counted(respond(entered, site.served[item], site)))


def _counted(response: Response) -> Response:
    response.counter.value += 1
    return response


async def decide_unknown(request: HttpRequest) -> HttpResponse:
    """`/v1/decide/{item}` of no known item: the proxy passes the request on."""
    return sent(nothing(service_of(request).site, by_field=False))


async def unknown_item(request: HttpRequest) -> HttpResponse:
    """`/v1/items/{item}` of no known item, and OPTIONS of any."""
    if request.method == "OPTIONS":
        return preflight(request)
    return problem(problems.NO_SUCH_ITEM, cors_of(request))


def preflight(request: HttpRequest) -> HttpResponse:
    """What a browser asks before a request from another origin (Fetch standard, CORS preflight)."""
    fields = {
        "Allow": "GET, HEAD, OPTIONS",
        "Access-Control-Allow-Methods": "GET, HEAD",
        "Access-Control-Max-Age": "86400",
    }
    asked = request.headers.get("access-control-request-headers", "")
    if asked and len(asked) < 512 and asked.isprintable():
        fields["Access-Control-Allow-Headers"] = "Accept-Language, If-None-Match, Isogloss-Choice"
    return HttpResponse(status_code=204, headers={**fields, **cors_of(request), "Vary": "Origin"})


def cors_of(request: HttpRequest) -> dict[str, str]:
    """The origin that may read the answer, as fields. Never with credentials."""
    origins = service_of(request).site.settings.origins
    origin = request.headers.get("origin", "")
    if origins == ("*",):
        return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": headers.EXPOSED}
    if origin not in origins:
        return {"Vary": "Origin"}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": headers.EXPOSED, "Vary": "Origin"}


async def several(request: HttpRequest) -> HttpResponse:
    """`/v1/items?ids=a,b,c`: manifests in that order; ids that are none stand under `missing`."""
    if request.method == "OPTIONS":
        return preflight(request)
    service = service_of(request)
    site = service.site
    ids = [name for name in parse_parameters(request.scope["query_string"]).get("ids", "").split(",") if name]
    if not 0 < len(ids) <= MOST_ITEMS:
        return problem(problems.TOO_MANY, cors_of(request))
    entered = entering(request.scope, service, lookup=False)
    known = [name for name in dict.fromkeys(ids) if name in site.served]
    answers = {name: _counted(respond(entered, site.served[name], site)) for name in known}
    body = msgspec.json.encode(
        {
            "items": [
                msgspec.Raw(answers[name].body) for name in ids if name in answers and answers[name].status == 200
            ],
            "barred": [name for name in ids if name in answers and answers[name].status == 451],
            "missing": [name for name in ids if name not in answers],
        }
    )
    return _together(request, site, list(answers.values()), body, preview=entered.preview)


def _together(request: HttpRequest, site: Site, answers: list[Response], body: bytes, *, preview: bool) -> HttpResponse:
    """One response for several answers: it varies on all that any varies on, and lives as long as the shortest."""
    etag = etag_of(body)
    allowed = cors_of(request)
    vary = dict.fromkeys(name for one in answers for name in one.value(b"vary").split(", ") if name)
    vary |= dict.fromkeys(filter(None, [allowed.pop("Vary", "")]))
    lives = shortest(one.lives for one in answers)
    shared = all(one.shared for one in answers) and headers.shareable(name.lower() for name in vary)
    control = headers.NO_STORE if preview or not answers else headers.cache_control(lives, shared=shared, lookup=False)
    keys = dict.fromkeys(key for one in answers for key in one.value(b"surrogate-key").split())
    fields = [(b"content-type", b"application/json"), (b"etag", etag), *control, MISS]
    fields += [(name.lower().encode(), value.encode()) for name, value in allowed.items()]
    fields += [(b"vary", ", ".join(vary).encode())] if vary else []
    fields += headers.tagged(tuple(keys)) if keys else []
    condition = request.headers.get("if-none-match")
    if condition is not None and matches(condition.encode("latin-1"), etag):
        return sent(Response(304, fields[1:]))
    return sent(Response(200, [*fields, (b"content-length", str(len(body)).encode())], body))


def _json(content: object, status: int = 200) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(content), status, {"Cache-Control": "no-store"}, "application/json")


async def healthz(request: HttpRequest) -> HttpResponse:
    """Liveness: the process answers. What it is made of stands beside it."""
    return _json({"status": "ok", "version": __version__, "cldr": {"version": cldr.version(), "sha256": cldr.digest()}})


async def readyz(request: HttpRequest) -> HttpResponse:
    """Readiness: 503 while draining; degraded, but ready, while a faulty change waits to be mended. Details for operators."""
    service = service_of(request)
    site = service.site
    if service.draining:
        return _json({"status": "draining"}, 503)
    state: dict[str, object] = {"status": "degraded" if site.stale else "ready", "revision": site.revision}
    if service.operators.admits(_authorization(request)):
        state["findings"] = [str(finding) for finding in (*site.stale, *site.findings)]
        state["items"] = len(site.served)
        state["uptime"] = round(time.time() - service.started)
    return _json(state)


async def metrics(request: HttpRequest) -> HttpResponse:
    """Counters for operators, in the Prometheus text format."""
    service = service_of(request)
    if not service.operators.admits(_authorization(request)):
        return problem(problems.OPERATORS_ONLY, {"WWW-Authenticate": 'Bearer realm="isogloss"'})
    site = service.site
    if site.geo is not None:
        site.metrics.counter("isogloss_geo_faults_total").value = site.geo.failures
    gauges = [
        ("isogloss_degraded", "1 while a faulty change waits to be mended.", (), float(bool(site.stale))),
        ("isogloss_items", "Items of the site.", (), float(len(site.served))),
        (
            "isogloss_build_info",
            "The revision that is served.",
            (("revision", site.revision), ("version", __version__)),
            1.0,
        ),
    ]
    text = await asyncio.to_thread(site.metrics.text, gauges)
    return HttpResponse(text, headers={"Cache-Control": "no-store"}, media_type="text/plain; version=0.0.4")


def _authorization(request: HttpRequest) -> bytes | None:
    return joined(request.scope["headers"]).get(b"authorization")
