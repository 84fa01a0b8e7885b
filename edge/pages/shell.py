"""A whole document around its parts, and the response fields under which it is shown.

Nothing is fetched from elsewhere and nothing runs: one style sheet inside the document, admitted by its hash (CSP Level 3 §8.3),
no script at all; the page at `/` shows one picture, which is our own.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache

from starlette.responses import Response as HttpResponse

from edge.pages.markup import Html, joined, tag
from edge.pages.texts import DATA, LANGUAGES, Texts, texts_of
from edge.world.outlines import DATA as MAP

#: An arc on a square, the line on the map: as `data:`, so that no browser asks for /favicon.ico.
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' "
    "fill='%23123a63'/%3E%3Cpath d='M6 21c7-1 6-10 12-11 4-.6 5 2 8 1' fill='none' stroke='%23f3c98b' stroke-width='3' "
    "stroke-linecap='round'/%3E%3C/svg%3E"
)


@cache
def style() -> Html:
    """The style sheet, as it stands in the document: of the pages, and of the map."""
    return Html("".join(path.read_text(encoding="utf-8") for path in (DATA / "style.css", MAP / "map.css")))


@cache
def policy(sheet: str | None = None) -> str:
    """The Content-Security-Policy of every page, or of a document with another style sheet."""
    digest = base64.b64encode(hashlib.sha256((sheet or style()).encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def document(texts: Texts, title: str, body: Html, fields: Mapping[str, str]) -> HttpResponse:
    """The response: the document in the language of the interface."""
    return HttpResponse(
        whole(texts, title, body),
        headers={**fields, "Content-Language": texts.language, "Content-Security-Policy": policy()},
        media_type="text/html",
    )


def whole(texts: Texts, title: str, body: Html) -> str:
    """The document alone, which needs nothing beside it."""
    head = joined(
        Html('<meta charset="utf-8">'),
        tag("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        tag("meta", {"name": "color-scheme", "content": "light dark"}),
        tag("meta", {"name": "robots", "content": "noindex"}),
        tag("title", None, title),
        tag("link", {"rel": "icon", "href": _ICON}),
        tag("style", None, style()),
    )
    html = {"lang": texts.language, "dir": texts.direction}
    return f"<!doctype html>\n{tag('html', html, tag('head', None, head), tag('body', None, body))}\n"


def banner(texts: Texts, site: str, addresses: Mapping[str, str], home: str) -> Html:
    """The head of a page: name, site, and for each language of the interface the address of this page in it."""
    mark = Html(
        '<svg viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path d="M3 22c9-1 8-12 15-13 5-.7 6 3 11 1"/></svg>'
    )
    name = tag("a", {"class": "brand", "href": home}, mark, tag("span", {"lang": "en", "dir": "ltr"}, "Isogloss"))
    links = tag("ul", None, *(_tongue(texts, one, addresses[one]) for one in LANGUAGES))
    switch = tag("nav", {"class": "speaks", "aria-label": texts.plain("speaks")}, links)
    skip = tag("a", {"class": "skip", "href": "#answer"}, texts("skip"))
    return tag(
        "header", {"class": "banner"}, skip, name, tag("span", {"class": "site"}, texts("site", site=site)), switch
    )


def _tongue(texts: Texts, language: str, address: str) -> Html:
    here = "page" if language == texts.language else None
    attributes = {"class": "tongue", "href": address, "lang": language, "hreflang": language, "aria-current": here}
    return tag("li", None, tag("a", attributes, texts_of(language)("name")))


def section(name: str, title: Html, *content: Html | None, note: Html | None = None) -> Html:
    """A part of a page with its heading."""
    heading = tag("h2", {"id": f"h-{name}"}, title)
    below = tag("p", {"class": "note"}, note) if note else None
    return tag("section", {"class": f"card {name}", "aria-labelledby": f"h-{name}"}, heading, below, *content)
