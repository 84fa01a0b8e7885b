"""`/v1/places/{country}`: the facts and norms of a territory or a subdivision, for every page and app (DESIGN §3).

The answer is a function of the place, the revision and two parameters, and of nothing that a visitor is or has: any cache may
keep it. `date` (2026-12-25) is the day of the money and of the public holidays; `in` is the language of the names, English
without it. Other parameters mean nothing.
"""

from __future__ import annotations

import asyncio
import re
from datetime import date
from threading import Lock
from typing import Any
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

import msgspec
from cachetools import FIFOCache
from msgspec import Struct
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from edge import headers
from edge.caching import whole
from edge.endpoints import cors_of, preflight, problem, sent, service_of
from edge.headers import Field
from edge.parameters import parse_parameters
from edge.problems import Problem
from edge.response import Response, etag_of, matches
from edge.site import Site
from locales.place_codes import PlaceCode, parse_place, place_hint
from locales.tags import is_language, parse_tag

#: Answers that are remembered for one revision.
REMEMBERED = 512

#: The language of names where none is asked for.
ENGLISH = "en"

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_TAG = 64


class Asked(Struct, frozen=True):
    """What an answer depends on beside the revision: a place in its canonical form, the language of the names, a day."""

    place: PlaceCode
    language: str = ENGLISH
    on: date | None = None

    def address(self) -> str:
        """The shortest address of this answer, relative to any other place's."""
        members = [("date", self.on.isoformat())] if self.on else []
        members += [("in", self.language)] if self.language != ENGLISH else []
        return f"{self.place.code}?{urlencode(members)}" if members else self.place.code


class Refused(ValueError):  # noqa: N818 - reads as what was asked
    """A place, a day or a language that is none. `status` is that of HTTP; the message never repeats what was sent."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def parse_asked(code: str, day: str | None, language: str | None) -> Asked:
    """What is asked for; raises Refused."""
    place = parse_place(code)
    if place is None:
        cure = place_hint(code) or "Places are codes of ISO 3166-1 and ISO 3166-2, such as ES and ES-CT."
        raise Refused(404, f"There is no place of that code. {cure}")
    return Asked(PlaceCode(place.country, place.region), _language(language), _day(day))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Refused(400, "date takes a day of the calendar, such as 2026-12-25.")


def _language(text: str | None) -> str:
    from locales.gazetteer import has_names

    if text is None:
        return ENGLISH
    tag = parse_tag(text) if len(text) <= _LONGEST_TAG else None
    if tag is None or not is_language(tag):
        raise Refused(400, "in takes a language as a BCP 47 tag, such as es or pt-BR.")
    if not has_names(tag):
        raise Refused(400, "There are no names in that language. Without in they are in English.")
    return tag


def describe(asked: Asked, site: Site) -> dict[str, Any]:
    """The members of the answer, ready for JSON. `holidays` is there only where a day is asked for and they are known."""
    from edge.public_holidays import Untold, public_holidays
    from locales.gazetteer import entry

    made = entry(asked.place, asked.language, asked.on, site.groups, site.book.norms, site.laws)
    members: dict[str, Any] = {name: getattr(made, name) for name in made.__struct_fields__}
    if asked.on is not None:
        try:
            members["holidays"] = public_holidays(asked.place, asked.on, asked.language)
        except Untold as reason:
            members["notes"] = (*made.notes, str(reason))
    return members


_bodies: WeakKeyDictionary[Site, FIFOCache[Asked, bytes]] = WeakKeyDictionary()
_bodies_lock = Lock()  # answers are made in threads


def body_of(asked: Asked, site: Site) -> bytes:
    """The answer as JSON, remembered as long as the revision."""
    with _bodies_lock:
        known = _bodies.setdefault(site, FIFOCache(REMEMBERED))
        body = known.get(asked)
    if body is None:
        body = msgspec.json.encode(describe(asked, site))
        with _bodies_lock:
            known[asked] = body
    return body


async def places(request: HttpRequest) -> HttpResponse:
    """`/v1/places/{country}`: 200, 304; 404 for what is no place, 400 for a parameter that says nothing."""
    if request.method == "OPTIONS":
        return preflight(request)
    site = service_of(request).site
    named = parse_parameters(request.scope["query_string"])
    code = request.path_params["country"]
    try:
        # Names of a language are read from a file on first need: others' requests do not wait for it.
        asked, body = await asyncio.to_thread(_answer, code, named.get("date"), named.get("in"), site)
    except Refused as refusal:
        title = {400: "Bad Request", 404: "Not Found"}[refusal.status]
        return problem(Problem(title, refusal.status, str(refusal)), cors_of(request))
    return sent(_response(request, site, asked, body))


def _answer(code: str, day: str | None, language: str | None, site: Site) -> tuple[Asked, bytes]:
    asked = parse_asked(code, day, language)
    return asked, body_of(asked, site)


def _response(request: HttpRequest, site: Site, asked: Asked, body: bytes) -> Response:
    etag = etag_of(body)
    fields: list[Field] = [
        (b"etag", etag),
        *headers.cache_control(whole(site.settings), shared=True, lookup=True),
        (b"content-language", asked.language.encode()),
        (b"content-location", asked.address().encode()),
        *((name.lower().encode(), value.encode()) for name, value in cors_of(request).items()),
        *headers.tagged((f"isogloss-{site.settings.id}",)),
    ]
    condition = request.headers.get("if-none-match")
    if condition is not None and matches(condition.encode("latin-1"), etag):
        return Response(304, fields)
    form = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    return Response(200, [*fields, *form], body)
