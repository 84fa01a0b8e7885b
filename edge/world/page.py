"""`/map/{item}`: the world for one item as a page, and `/map/{item}.svg` as a picture; open to whom the page at `/` is.

The visitor of the map is nobody in particular: nothing of the reader's own request is in it, only what the query names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from edge import problems
from edge.endpoints import problem, service_of
from edge.entering import may_preview
from edge.explaining import PRIVATE
from edge.pages import shell
from edge.pages.form import item_title
from edge.pages.markup import Html, code, joined, tag
from edge.pages.page import interface_of
from edge.pages.texts import LANGUAGES, Texts, texts_of
from edge.pages.view import address
from edge.parameters import parse_parameters
from edge.served import Served
from edge.signals.fields import joined as joined_fields
from edge.signals.moment import parse_at
from edge.site import Site
from edge.world.carried import carried, shown
from edge.world.drawing import drawing, europe, style
from edge.world.memory import surveyed
from edge.world.survey import NAMES, Survey
from edge.world.table import Address, legend, table

SVG = ".svg"

#: Visitors to try beside the one who says no language: what their browsers say.
READERS = ("de-DE,de;q=0.9", "en-GB,en;q=0.9", "es-ES,es;q=0.9", "fa-IR,fa;q=0.9", "fr-FR,fr;q=0.9", "he-IL,he;q=0.9")


async def map_endpoint(request: HttpRequest) -> HttpResponse:
    """The page or the picture; where this request may not preview there is neither."""
    service = service_of(request)
    site = service.site
    fields = joined_fields(request.scope["headers"])
    if not may_preview(service, fields.get(b"authorization")):
        return problem(problems.NO_SUCH_PAGE)
    path: str = request.path_params["item"]
    served = site.served.get(path.removesuffix(SVG))
    if served is None:
        return problem(problems.NO_SUCH_ITEM)
    asked = parse_parameters(request.scope["query_string"])
    named = {name: asked[name] for name in NAMES if name in asked}
    moment = parse_at(named.get("at"), site.settings.zone) or datetime.now(UTC)
    found = await surveyed(site, served, named, moment)
    texts = texts_of(interface_of(request, asked.get("ui")))
    if path.endswith(SVG):
        return _picture(texts, served, found, keyed=asked.get("legend") == "yes")
    body = await asyncio.to_thread(_body, texts, site, served, found, named)  # 250 rows of HTML take some milliseconds
    return shell.document(texts, page_title(texts, served), body, PRIVATE)


def page_title(texts: Texts, served: Served) -> str:
    """The title of the document."""
    return f"{texts.plain('map.title', item=item_title(served.item, texts.language)[0])} · Isogloss"


def picture(texts: Texts, served: Served, found: Survey, *, keyed: bool) -> str:
    """The picture as a file of its own."""
    return f"{drawing(texts, found, page_title(texts, served), alone=True, keyed=keyed)}\n"


def _picture(texts: Texts, served: Served, found: Survey, *, keyed: bool) -> HttpResponse:
    fields = {**PRIVATE, "Content-Language": texts.language, "Content-Security-Policy": shell.policy(style())}
    return HttpResponse(picture(texts, served, found, keyed=keyed), headers=fields, media_type="image/svg+xml")


def file_of(texts: Texts, served: Served, found: Survey, named: Mapping[str, str]) -> str:
    """The page as a file of its own: it links to nothing."""
    body = tag("main", None, content(texts, served, found, named))
    return shell.whole(texts, page_title(texts, served), body)


# The page


def _body(texts: Texts, site: Site, served: Served, found: Survey, named: Mapping[str, str]) -> Html:
    item = served.item.id
    here, kept, said = f"/map/{item}", {"ui": texts.language}, carried(named, site.settings.zone)
    speaks = {one: address(here, {**said, "ui": one}) for one in LANGUAGES}
    home = address("/", {**said, "item": item, **kept})
    banner = shell.banner(texts, site.settings.id, speaks, home)
    back = tag("p", None, tag("a", {"href": home}, texts("trace.back")))
    alone = tag("a", {"href": address(f"{here}{SVG}", {**said, **kept, "legend": "yes"})}, texts("map.alone"))

    def somebody_in(country: str) -> str:
        """A visitor who says as much as the one of the map: the star stands for no language, where the reader's own would."""
        return address("/", {"accept_language": "*", **said, "country": country, "item": item, **kept})

    readers = joined(_left_out(texts, named, said), _readers(texts, here, said))
    shortened = {name: value if name in said else shown(value) for name, value in named.items()}
    whole = content(texts, served, found, shortened, somebody_in, readers, tag("p", None, alone))
    return joined(banner, tag("main", None, whole, back))


def _left_out(texts: Texts, named: Mapping[str, str], said: Mapping[str, str]) -> Html | None:
    """What the links do not say of the visitor, if anything."""
    lacking = [code(name) for name in named if name not in said]
    return tag("p", {"class": "note"}, texts("map.left_out", named=texts.listed(lacking))) if lacking else None


def _readers(texts: Texts, here: str, named: Mapping[str, str]) -> Html:
    """Who else could be asking: one link each, the present one marked."""
    others = {name: value for name, value in named.items() if name != "accept_language"}
    said = {"": texts("map.nobody"), **{one: texts.language_name(one.partition("-")[0]) for one in READERS}}
    links = (
        tag(
            "a",
            {
                "href": address(here, {**others, "accept_language": value, "ui": texts.language}),
                "aria-current": "page" if named.get("accept_language", "") == value else None,
            },
            label,
        )
        for value, label in said.items()
    )
    listed = tag("ul", None, *(tag("li", None, link) for link in links))
    return tag("nav", {"class": "quick", "aria-label": texts.plain("map.readers")}, listed)


def content(
    texts: Texts,
    served: Served,
    found: Survey,
    named: Mapping[str, str],
    somebody_in: Address = None,
    readers: Html | None = None,
    more: Html | None = None,
) -> Html:
    """What the page says, whether it is served or a file: who is asking, the map with its legend, and the table."""
    title, language = item_title(served.item, texts.language)
    heading = tag("h1", None, texts("map.title", item=tag("bdi", {"lang": language}, title)))
    intro = tag("div", {"class": "intro"}, heading, tag("p", None, _visitor(texts, named)))
    keys = ("low", "dots", "boundaries", "projection")
    notes = (tag("p", {"class": "note"}, texts(f"map.{key}")) for key in keys)
    figure = tag(
        "figure",
        {"class": "map", "id": "answer"},
        drawing(texts, found, texts.plain("map.title", item=title)),
        tag("figcaption", {"class": "beside"}, tag("div", None, legend(texts, found), *notes, more), europe()),
    )
    card = tag("div", {"class": "card listed"}, figure)
    listed = tag("div", {"class": "card listed"}, table(texts, served.item, found, somebody_in))
    return joined(intro, readers, card, listed)


def _visitor(texts: Texts, named: Mapping[str, str]) -> Html:
    said = {name: value for name, value in named.items() if name != "at"}
    listed = texts.listed([code(f"{name}={value}") for name, value in said.items()])
    who = texts("map.says", named=listed) if said else texts("map.silent")
    return joined(who, " ", texts("map.at", moment=code(named["at"])) if "at" in named else None)
