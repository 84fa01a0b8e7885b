"""The page at `/`: what the service sees of this visitor, what they get and why, and a form to be somebody else."""

from __future__ import annotations

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from edge import problems
from edge.endpoints import problem, service_of
from edge.entering import entering, may_preview
from edge.explaining import PRIVATE, explanation, unread
from edge.pages import form, machine, shell
from edge.pages.markup import Html, joined, tag
from edge.pages.screen import screen
from edge.pages.sees import sees
from edge.pages.texts import LANGUAGES, Texts, interface_language, texts_of
from edge.pages.view import View, address
from edge.pages.why import alternatives, headline, why
from edge.parameters import parse_parameters
from edge.request import Request
from edge.served import Served
from edge.service import Service
from edge.signals.fields import joined as joined_fields
from edge.signals.languages import read_languages
from edge.site import Site
from edge.world.table import legend_of
from rules.inputs import VISITOR_NAMES


async def page_endpoint(request: HttpRequest) -> HttpResponse:
    """`/`, where this request may preview; else, and on a site without items, there is no such page."""
    service = service_of(request)
    site = service.site
    fields = joined_fields(request.scope["headers"])
    if not may_preview(service, fields.get(b"authorization")) or not site.served:
        return problem(problems.NO_SUCH_PAGE)
    return front_page(request, service, site)


def front_page(request: HttpRequest, service: Service, site: Site) -> HttpResponse:
    """The whole page for whoever the query describes."""
    asked = parse_parameters(request.scope["query_string"])
    served = site.served.get(asked.get("item", "")) or next(iter(site.served.values()))
    entered = entering(request.scope, service, lookup=False)
    operator = service.operators.admits(entered.fields.get(b"authorization"))
    texts = texts_of(interface_of(request, asked.get("ui")))
    view = view_of(request, texts, entered, served, site, operator=operator)
    title = f"{texts.plain('title_of', item=form.item_title(served.item, texts.language)[0])} · Isogloss"
    return shell.document(texts, title, _body(view), PRIVATE)


def interface_of(request: HttpRequest, asked: str | None) -> str:
    """The language of the interface: the reader's own, whoever they ask about."""
    return interface_language(asked, read_languages(joined_fields(request.scope["headers"])))


def view_of(
    request: HttpRequest,
    texts: Texts,
    entered: Request,
    served: Served,
    site: Site,
    *,
    operator: bool,
    all_rules: bool = False,
) -> View:
    """All that the parts of a page are made from."""
    asked = parse_parameters(request.scope["query_string"])
    kept = {"ui": asked["ui"]} if asked.get("ui") in LANGUAGES else {}
    if served is not next(iter(site.served.values())):
        kept["item"] = served.item.id
    return View(
        texts=texts,
        site=site,
        served=served,
        request=entered,
        explained=explanation(
            entered,
            served,
            site,
            operator=operator,
            all_rules=all_rules,
            in_language=texts.language,
            unread=unread(request.scope),
        ),
        named={name: asked[name] for name in VISITOR_NAMES if name in asked},
        kept=kept,
        host=machine.safe_host(request.headers.get("host", "")),
    )


def _body(view: View) -> Html:
    texts = view.texts
    speaks = {one: view.address(ui=one) for one in LANGUAGES}
    banner = shell.banner(texts, view.site.settings.id, speaks, view.elsewhere({}))
    intro = tag("div", {"class": "intro"}, tag("h1", None, texts("title")), tag("p", None, texts("tagline")))
    answer = tag("div", {"class": "column", "id": "answer"}, _answer(view), _why(view), _alternatives(view))
    visitor = tag("div", {"class": "column"}, _sees(view), _form(view))
    columns = tag("div", {"class": "columns"}, answer, visitor)
    return joined(
        banner, tag("main", None, intro, form.quick(view), form.items(view), columns, _map(view), _machine(view))
    )


def _answer(view: View) -> Html:
    variant = view.explained.selection.variant
    label = variant.label if variant else view.texts("screen.no_variant")
    heading = tag("h2", {"id": "h-answer"}, tag("bdi", None, label))
    name = tag(
        "p", {"class": "name"}, tag("code", {"dir": "ltr"}, variant.id if variant else "barred"), " ", _kind(view)
    )
    told = tag("p", {"class": "headline"}, headline(view))
    drawn = screen(view.texts, view.served.item, view.explained)
    return tag("section", {"class": "card answer", "aria-labelledby": "h-answer"}, drawn, heading, name, told)


def _kind(view: View) -> Html | None:
    variant = view.explained.selection.variant
    if variant is None:
        return None
    return tag("span", {"class": f"kind {variant.experience}"}, view.texts.word("experience", variant.experience))


def _why(view: View) -> Html:
    texts, item = view.texts, view.served.item.id
    link = tag("a", {"href": view.address(f"/v1/explain/{item}", item=None)}, texts("why.details"))
    return shell.section("why", texts("why.title"), why(view), tag("p", None, link))


def _alternatives(view: View) -> Html:
    texts = view.texts
    return shell.section(
        "alternatives", texts("alternatives.title"), alternatives(view), note=texts("alternatives.note")
    )


def _sees(view: View) -> Html:
    return shell.section("sees", view.texts("sees.title"), sees(view), note=view.texts("sees.note"))


def _form(view: View) -> Html:
    return shell.section("form", view.texts("form.title"), form.form(view), note=view.texts("form.note"))


def _map(view: View) -> Html:
    """The world for this item, asked by somebody who says no language. The picture is fetched when it comes into sight."""
    texts, item = view.texts, view.served.item
    query = {"ui": texts.language, **{name: view.named[name] for name in ("at",) if name in view.named}}
    alt = texts.plain("map.title", item=form.item_title(item, texts.language)[0])
    source = address(f"/map/{item.id}.svg", query)
    picture = tag("img", {"src": source, "alt": alt, "width": 1000, "height": 487, "loading": "lazy"})
    link = address(f"/map/{item.id}", query)
    drawn = tag("figure", {"class": "map"}, tag("a", {"href": link}, picture), legend_of(texts, item))
    more = tag("p", None, tag("a", {"href": link}, texts("map.more")))
    return shell.section("world-map", texts("map.heading"), drawn, more, note=texts("map.silent"))


def _machine(view: View) -> Html:
    return shell.section("machine", view.texts("machine.title"), machine.machine(view), note=view.texts("machine.note"))
