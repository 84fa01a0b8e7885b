"""An explanation as a page, for whoever opens `/v1/explain/{item}` in a browser. What is for operators is in English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from edge.explained import TablePart, TracePart
from edge.explaining import ALL_RULES, TRACE, asks_all_rules
from edge.pages import shell
from edge.pages.form import title_of
from edge.pages.markup import Html, code, joined, tag
from edge.pages.page import interface_of, view_of
from edge.pages.sees import sees
from edge.pages.texts import LANGUAGES, Texts, texts_of
from edge.pages.view import View, address
from edge.pages.why import headline, why
from edge.parameters import parse_parameters
from edge.request import Request
from edge.served import Served
from edge.site import Site


def trace_page(
    request: HttpRequest, entered: Request, served: Served, site: Site, *, operator: bool, fields: Mapping[str, str]
) -> HttpResponse:
    """The response: for a visitor their own inputs and the reasons, for an operator the whole trace below."""
    asked = parse_parameters(request.scope["query_string"])
    texts = texts_of(interface_of(request, asked.get("ui")))
    all_rules = asks_all_rules(request.scope)
    view = view_of(request, texts, entered, served, site, operator=operator, all_rules=all_rules)
    title = f"{texts.plain('trace.title', item=served.item.id)} · Isogloss"
    return shell.document(
        texts, title, _body(view, may_return=entered.preview or site.settings.preview == "everyone"), fields
    )


def _body(view: View, *, may_return: bool) -> Html:
    texts, item = view.texts, view.served.item.id
    here = _path(view)
    speaks = {one: address(here, {**view.named, "ui": one}) for one in LANGUAGES}
    home = view.address() if may_return else here
    banner = shell.banner(texts, view.site.settings.id, speaks, home)
    intro = tag("div", {"class": "intro"}, tag("h1", None, texts("trace.title", item=title_of(view, item))))
    trace = view.explained.trace
    back = tag("p", None, tag("a", {"href": home}, texts("trace.back"))) if may_return else None
    left = tag("div", {"class": "column", "id": "answer"}, _answer(view), _machine(view))
    right = tag(
        "div", {"class": "column"}, shell.section("sees", texts("sees.title"), sees(view), note=texts("sees.note"))
    )
    whole = tag("div", {"class": "columns"}, left, right)
    return joined(
        banner, tag("main", None, intro, _note(view, trace), back, whole, *(_trace(texts, trace) if trace else ()))
    )


def _path(view: View) -> str:
    return f"/v1/explain/{view.served.item.id}"


def _answer(view: View) -> Html:
    variant = view.explained.selection.variant
    name = tag("p", {"class": "name"}, code(variant.id if variant else "barred"))
    return shell.section(
        "why", view.texts("why.title"), tag("p", {"class": "headline"}, headline(view)), name, why(view)
    )


def _machine(view: View) -> Html:
    texts, explained = view.texts, view.explained
    lines = [explained.key, *explained.classes.values()]
    pre = tag("pre", {"dir": "ltr", "tabindex": 0}, tag("code", None, "\n".join(lines)))
    replay = tag("a", {"href": f"?{explained.replay.query}"}, texts("trace.replay"))
    return shell.section("machine", texts("trace.classes"), pre, tag("p", None, replay))


# For operators.


def _note(view: View, trace: TracePart | None) -> Html:
    """To whom this page is shown, and where there is more than it shows."""
    texts = view.texts
    if trace is None or trace.whole:
        return tag("p", {"class": "note"}, texts("trace.operator" if trace else "trace.visitor"))
    link = tag("a", {"href": view.address(_path(view), item=None, **{TRACE: ALL_RULES})}, texts("trace.all"))
    return tag("p", {"class": "note"}, texts("trace.brief"), " ", link)


def _trace(texts: Texts, found: TracePart) -> Iterable[Html]:
    yield shell.section("told", texts("trace.tables"), *(_table(texts, one) for one in found.tables))
    more = found.inactive_count - len(found.inactive)
    blocks: Mapping[str, tuple[str, ...]] = {
        "near_misses": tuple(one.told for one in found.near_misses),
        "inactive": (*found.inactive, *([f"+ {more:,}"] if more else [])),
        "barred": tuple(f"{one.id}: {'; '.join(one.because)}" for one in found.barred),
        "told": found.told,
    }
    for name, lines in blocks.items():
        if lines:
            yield shell.section("told", texts(f"trace.{name}"), _lines(lines))


def _table(texts: Texts, table: TablePart) -> Html:
    rows = [tag("li", {"class": "matches" if rule.matches else None}, rule.told) for rule in table.tried]
    untold = table.tried_count - len(table.tried)
    note = tag("p", {"class": "note"}, texts.plural("trace.untold", untold)) if untold else None
    return joined(tag("h3", None, code(table.table)), tag("ul", {"lang": "en", "dir": "ltr"}, *rows), note)


def _lines(lines: Iterable[str]) -> Html:
    return tag("ul", {"lang": "en", "dir": "ltr"}, *(tag("li", None, line) for line in lines))
