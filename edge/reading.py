"""From a raw request to the visitor's context, and to the classes that the visitor is of for an item.

Only those signals are evaluated that the item's rules, bars and languages read; everything else stays blank. An explanation
reads all. Whatever is named (a preview, a flag, a test) replaces the signal of that name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from edge.parameters import parse_parameters
from edge.request import Request
from edge.served import Served
from edge.signals.audience import NOBODY, Audience, from_words, read_audience
from edge.signals.choice import read_choice
from edge.signals.consent import blanked, read_consent
from edge.signals.device import NOTHING, Device, read_device
from edge.signals.fields import field
from edge.signals.hops import Hop
from edge.signals.languages import read_languages
from edge.signals.moment import visitor_zone
from edge.signals.place import Place, read_place
from edge.signals.place import from_words as named_place
from edge.signals.proxies import Client, walk
from edge.signals.visit import Visit, parse_visit
from rules.context import Context
from rules.inputs import INPUTS

if TYPE_CHECKING:
    from edge.site import Site

NO_VISIT = Visit()

DEVICE_INPUTS = frozenset({"device", "os"})
VISIT_INPUTS = frozenset({"referrer", "referrer_name", "campaign", "terms"})
EVERYTHING = frozenset(INPUTS)


class Classes(NamedTuple):
    """A visitor's classes for one item, signal by signal, as they stand in the key. Blank where nothing matters.

    `moment` comes last: an answer that was remembered ends by itself when the clock's classes change.
    """

    place: str = ""
    url: str = ""
    language: str = ""
    device: str = ""
    visit: str = ""
    person: str = ""
    save_data: str = ""
    choice: str = ""
    zone: str = ""
    moment: str = ""


class Reading(Struct, frozen=True):
    """What a request says. `shareable`: all that was read came from request fields, or the site's own cache keys on it."""

    context: Context
    place: Place
    classes: Classes
    shareable: bool
    via: tuple[Hop, ...] = ()
    own_terms: bool = True


def read(request: Request, served: Served, site: Site, reads: frozenset[str] | None = None) -> Reading:
    """The context of a request for an item, with the inputs `reads` evaluated: by default those that the item needs."""
    wanted = served.reads if reads is None else reads
    client = walk(request.peer, request.fields, site.settings.hops)
    audience = _audience(request, client)
    place = _place(request, client, audience, site)
    device = read_device(client, request.fields, audience) if not DEVICE_INPUTS.isdisjoint(wanted) else NOTHING
    visit = _visit(request, client, VISIT_INPUTS.isdisjoint(wanted))
    level = read_consent(audience.consent, request.fields, site.settings.consent)
    context = blanked(_context(request, served, site, audience, place, device, visit), level, own_terms=visit.own_terms)
    classes = classes_of(served, context)
    return Reading(context, place, classes, is_shareable(served, place, classes), client.via, visit.own_terms)


def _audience(request: Request, client: Client) -> Audience:
    """What a hop says of the person; a preview says it instead."""
    if request.named:
        return from_words(request.named)
    return read_audience(client, request.fields) if client.via else NOBODY


def _place(request: Request, client: Client, audience: Audience, site: Site) -> Place:
    named = request.named
    if "country" in named or "region" in named:
        return named_place(named.get("country"), named.get("region"))
    return read_place(client, request.fields, audience, site.geo)


def _visit(request: Request, client: Client, query_only: bool) -> Visit:
    """Where the visitor comes from and what they search. Without rules that ask, only the address itself is looked at."""
    query = request.visited
    if query_only:
        return parse_visit(None, query) if query else NO_VISIT
    referer = None if client.normalised else field(request.fields, b"referer")
    return parse_visit(referer, query, request.authority)


def _context(
    request: Request, served: Served, site: Site, audience: Audience, place: Place, device: Device, visit: Visit
) -> Context:
    choose = parse_parameters(request.query).get("choose") if request.query else None
    choice = read_choice(
        choose.encode() if choose else None, request.fields, cookie=site.settings.choice_cookie and not request.named
    )
    save_data = audience.save_data
    if save_data is None and request.fields.get(b"save-data") is not None:
        save_data = request.fields[b"save-data"].strip().lower() == b"on"
    return Context(
        country=place.country,
        region=place.region,
        place_confidence=place.confidence,
        ranges=audience.languages or read_languages(request.fields),
        url_language=request.url_language,
        device=device.device,
        os=device.os,
        referrer=audience.referrer or visit.referrer,
        referrer_name=audience.referrer_name or visit.referrer_name,
        campaign=visit.campaign,
        terms=visit.terms,
        segment=audience.segment,
        stage=audience.stage,
        seen=audience.seen,
        age=audience.age,
        captions=choice.captions if choice else None,
        audio_description=choice.audio_description if choice else None,
        save_data=save_data,
        choice=choice,
        moment=request.moment,
        zone=visitor_zone(place) if served.plan.reads_zone else None,
    )


def classes_of(served: Served, context: Context) -> Classes:
    """The visitor's classes for the item: the context, projected."""
    projection, reads = served.projection, served.reads

    def among(*names: str) -> str:
        return ";".join(filter(None, [projection.value(name, getattr(context, name)) for name in names if name in reads]))

    terms = projection.terms(context.terms) if context.terms else ""
    return Classes(
        place=projection.place(context.country, context.region, context.place_confidence),
        url=f"url={projection.named(context.url_language)[0]}" if context.url_language else "",
        language=projection.language(context.ranges),
        device=among("device", "os"),
        visit=";".join(filter(None, (among("referrer", "referrer_name", "campaign"), terms))),
        person=among("segment", "stage", "seen", "age"),
        save_data=among("save_data"),
        choice=projection.choice(context.choice),
        zone=projection.zone(context.zone),
        moment=projection.moment(context),
    )


def is_shareable(served: Served, place: Place, classes: Classes) -> bool:
    """Whether the place came from a field, or the site's own cache keys on what was read of it."""
    keyed = served.settings.keyed
    if place.source == "field":
        return True
    return "country" in keyed and ("region" in keyed or ";region=" not in classes.place)
