"""Errors as RFC 9457 `application/problem+json`: what happened and what to do, never what the visitor sent."""

from __future__ import annotations

import msgspec

MEDIA_TYPE = "application/problem+json"


class Problem(msgspec.Struct):
    """The members of RFC 9457 §3.1. `type` stays `about:blank`, so `title` is the status phrase (§4.2.1)."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"


NO_SUCH_ITEM = Problem("Not Found", 404, "No item of that id. Ids stand in the site's variants/*.toml.")
NO_SUCH_PAGE = Problem(
    "Not Found", 404, "Nothing is served here. Manifests are at /v1/items/{item}, look-ups at /v1/decide/{item}."
)
NOT_ALLOWED = Problem("Method Not Allowed", 405, "GET, HEAD and OPTIONS are answered.")
BARRED = Problem(
    "Unavailable For Legal Reasons", 451, "Every variant of this item is barred where you are, or at this time."
)
TOO_MANY = Problem("Bad Request", 400, "ids takes 1 to 50 item ids, separated by commas.")
OPERATORS_ONLY = Problem(
    "Unauthorized", 401, "This is for operators: send Authorization: Bearer and a token of the site's."
)
BROKEN = Problem("Internal Server Error", 500, "The service failed to answer. Proxies fall back by themselves.")


def body(problem: Problem) -> bytes:
    """The JSON text of a problem."""
    return msgspec.json.encode(problem)
