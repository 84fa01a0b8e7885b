"""A visitor as preview parameters: an explanation carries them, so that anybody who may preview sees the same answer again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

from edge.answer import outcome
from edge.provenance import choice_text
from edge.reading import VISIT_INPUTS, Reading
from edge.request import TARGET_PARAMETERS, Request, posing
from edge.served import Served
from edge.signals.fields import field
from edge.signals.moment import parse_at
from edge.signals.visit import parse_query
from edge.site import Site
from edge.units import unit_like
from rules.context import Context
from variants.selecting import Selection

#: A country and a value of a field that say: none.
NOWHERE = "ZZ"
NOTHING = " "

#: A host that nobody comes from (RFC 6761 §6.4): a referrer is the site's own only where the host is the same.
NO_HOST = "nowhere.invalid"

_PERSON = ("segment", "seen")
_CLICKS = frozenset({"gclid", "gbraid", "wbraid", "dclid", "msclkid", "yclid"})


def replay_of(request: Request, served: Served, site: Site, reading: Reading, selection: Selection) -> dict[str, str]:
    """Preview parameters with which anybody gets the same variant. Inputs that the item cannot read are left out.

    What no parameter can say (a cookie's rank, the time zone of a geo file, the word of a hop) is made up for by naming the
    variant, where without it another one would be given.
    """
    named = dict(_parameters(request, served, site, reading.context))
    _, _, again = outcome(replayed(named, site, request.moment), served, site)
    if again.variant is selection.variant:
        return named
    if selection.variant is None:
        return {**named, "country": NOWHERE}
    said = named.get("choose")
    pin = f"variant={selection.variant.id}"
    return {**named, "choose": f"{said}, {pin}" if said else pin}


def replayed(named: dict[str, str], site: Site, moment: datetime) -> Request:
    """The request of the visitor whom the parameters name, from nowhere; at that moment, where they name none."""
    at = parse_at(named["at"], site.settings.zone) if "at" in named else None
    request = posing(Request(at or moment), named)
    found = site.catalog.paths.match(request.target) if request.target is not None and "url" in named else None
    return request if found is None else request.with_language(found[1])


def query_of(named: dict[str, str]) -> str:
    """The parameters as a query."""
    return "&".join(f"{name}={quote(value, safe=',;/:*')}" for name, value in named.items())


def _parameters(request: Request, served: Served, site: Site, context: Context) -> Iterator[tuple[str, str]]:
    yield "country", context.country or NOWHERE
    if context.region is not None:
        yield "region", context.region
    yield "accept_language", context.ranges.to_header().replace(", ", ",") or "*"
    yield from _device(served, context)
    yield from _visit(request, served)
    yield from _person(served, site, context)
    chosen = choice_text(context)
    if chosen:
        yield "choose", chosen
    if context.url_language is not None or (_reads_visit(served) and field(request.fields, b"referer")):
        yield "url", _address(request)
    if served.plan.reads_time or any(variant.bars for variant in served.item.variants):
        yield "at", context.moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _device(served: Served, context: Context) -> Iterator[tuple[str, str]]:
    if {"device", "os"}.isdisjoint(served.reads):
        return
    for name, value in (("device", context.device), ("os", context.os)):
        if value is not None:
            yield name, value
    yield "user_agent", NOTHING


def _visit(request: Request, served: Served) -> Iterator[tuple[str, str]]:
    """Search words count for every item, since they tell a language; the rest where rules ask."""
    asked = parse_query(request.visited)
    reads = _reads_visit(served)
    if reads:
        referer = field(request.fields, b"referer")
        yield "referer", referer.decode("utf-8", "replace") if referer else NOTHING
    for name in TARGET_PARAMETERS if reads else ("q", "utm_term"):
        if reads and name == "utm_medium" and not _CLICKS.isdisjoint(asked):
            yield name, "cpc"
        elif asked.get(name):
            yield name, asked[name]


def _reads_visit(served: Served) -> bool:
    return not VISIT_INPUTS.isdisjoint(served.reads)


def _person(served: Served, site: Site, context: Context) -> Iterator[tuple[str, str]]:
    """A unit is replaced by a made-up one of the same arms: an explanation names nobody."""
    for name in ("segment", "stage", "seen", "age"):
        value = getattr(context, name)
        if value and name in served.reads:
            yield name, ",".join(value) if name in _PERSON else value
    unit = context.unit and "unit" in served.reads and unit_like(served.projection, context.unit)
    if unit:
        yield "unit", unit
    if context.save_data is not None and "save_data" in served.reads:
        yield "save_data", "yes" if context.save_data else "no"
    if context.consent != site.settings.consent:
        yield "consent", str(context.consent)


def _address(request: Request) -> str:
    """The visited address without its query: the path names a language, the host tells who is the site itself."""
    if request.target is not None and not request.target.startswith(b"?"):
        target = request.target.partition(b"#")[0].partition(b"?")[0].decode("utf-8", "replace")
        return target if "://" in target[:16] else f"http://{_host(request)}{target}"
    return f"http://{_host(request)}/"


def _host(request: Request) -> str:
    return request.authority.decode("utf-8", "replace") or NO_HOST
