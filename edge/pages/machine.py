"""The same visitor for a machine: the commands to ask with, and the fields of the answer."""

from __future__ import annotations

import re

from msgspec.structs import replace

from edge.front import respond
from edge.pages.markup import Html, joined, tag
from edge.pages.view import View
from edge.replaying import replayed

#: Of the answer's fields these are shown, in this order.
_SHOWN = ("isogloss-variant", "isogloss-decision", "isogloss-key", "content-language", "vary", "cache-control")

_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")


def safe_host(value: str) -> str:
    """The authority that a request names, where it is one; else this machine's."""
    return value if _HOST.fullmatch(value) else "localhost:8000"


def machine(view: View) -> Html:
    """Two commands and the fields."""
    texts, item = view.texts, view.served.item.id
    query = view.explained.replay.query.replace("'", "%27")
    lookup = f"curl -sI 'http://{view.host}/v1/decide/{item}?{query}'"
    manifest = f"curl -s 'http://{view.host}/v1/items/{item}?{query}'"
    return joined(
        _block(joined(lookup, "\n", manifest)),
        tag("p", None, texts("machine.fields"), ":"),
        _block(joined("\n".join(_fields(view)))),
    )


def _block(text: Html) -> Html:
    return tag("pre", {"dir": "ltr", "lang": "en", "tabindex": 0}, tag("code", None, text))


def _fields(view: View) -> list[str]:
    """What the look-up of the first command answers."""
    request = replayed(view.explained.replay.parameters, view.site, view.request.moment)
    answered = respond(replace(request, lookup=True, preview=True), view.served, view.site)
    said = [(name, answered.value(name.encode())) for name in _SHOWN]
    return [f"HTTP {answered.status}", *(f"{_title(name)}: {value}" for name, value in said if value)]


def _title(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))
