"""What the service sees of a visitor, and where each of it comes from: for explanations alone.

An answer is never made from here. `reading` has the values; this module asks the same signals once more who said them, so that
an explanation can name the field, the parameter, the file or the clock. An address is named by what was found for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from msgspec import Struct

from edge.headers import spelled
from edge.parameters import parse_parameters
from edge.reading import DEVICE_INPUTS, Reading
from edge.request import Request
from edge.signals.audience import parse_audience
from edge.signals.choice import COOKIE, FIELD
from edge.signals.device import classify
from edge.signals.fields import Headers, field
from edge.signals.hops import CONTEXT
from edge.signals.proxies import Client, walk
from edge.site import Site
from edge.structured import parse_dictionary, to_dictionary
from locales.preference import Listed
from rules.context import Context, Subject
from rules.inputs import INPUTS, STATIC_INPUTS, TIME_INPUTS, WEEKDAYS, daypart_of
from rules.schedules import local_time

Value = str | int | bool | tuple[str, ...] | None

#: Who can have said an input: `name` then says which field, parameter or file. `absence`: that no field came says it.
WITNESSES = (
    "preview", "query", "field", "cookie", "geo-file", "registry", "clock", "url", "rule", "terms", "place", "site", "catalogue",
    "withheld", "absence", "nobody",
)  # fmt: skip

#: Input → the preview parameters that can name it, first those that name it outright.
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "country": ("country", "region"),
    "region": ("region",),
    "language": ("accept_language",),
    "languages": ("accept_language",),
    "device": ("device", "user_agent"),
    "os": ("os", "user_agent"),
    "referrer": ("utm_medium", "referer", "utm_source"),
    "referrer_name": ("referer", "utm_source"),
    "campaign": ("utm_campaign",),
    "terms": ("q", "utm_term", "referer"),
    "segment": ("segment",),
    "stage": ("stage",),
    "seen": ("seen",),
    "age": ("age",),
    "unit": ("unit",),
    "captions": ("choose",),
    "audio_description": ("choose",),
    "choice": ("choose",),
    "save_data": ("save_data",),
    "consent": ("consent", "gpc"),
    **dict.fromkeys(TIME_INPUTS, ("at",)),
}

#: Origin of the first language (SEMANTICS §4) → who said it, where that is no field and no parameter.
_LISTED_BY = {"url": "url", "rule": "rule", "terms": "terms", "place": "place", "default": "site"}


#: All that is told of a unit.
GIVEN = "given"


class Seen(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One input: its value (None: unknown), who said it (`WITNESSES`), under what name, and the text as it came."""

    input: str
    value: Value
    by: str
    name: str = ""
    raw: str = ""


class Source(NamedTuple):
    """Who said an input, under what name, in which bytes."""

    by: str
    name: str = ""
    raw: bytes = b""


class Witness:
    """The one request that is asked about."""

    def __init__(self, request: Request, reading: Reading, site: Site, listed: tuple[Listed, ...]) -> None:
        self.request = request
        self.reading = reading
        self.site = site
        self.listed = listed
        self.client: Client = walk(request.peer, request.fields, site.settings.hops)
        self.visited = parse_parameters(request.visited)

    def source(self, name: str) -> Source:
        """Who said an input."""
        if name in STATIC_INPUTS:
            return Source("catalogue")
        if name in TIME_INPUTS:
            return self._named(name) or Source("clock")
        if name in ("language", "languages"):
            return self._of_languages()
        if name in ("country", "region"):
            return self._of_place(name)
        if self._value(name) in (None, ()):
            return Source("withheld" if self._is_withheld(name) else "nobody")
        told = self._named(name) or self._of_hop(name) or self._of_query(name) or self._of_field(name)
        return told or Source("site" if name == "consent" else "absence")

    def _value(self, name: str) -> object:
        return getattr(self.reading.context, name)

    def _is_withheld(self, name: str) -> bool:
        return (INPUTS[name].level or 0) > self.reading.context.consent

    def _named(self, name: str) -> Source | None:
        """The first preview parameter that names the input."""
        named = self.request.named
        parameter = next((one for one in PARAMETERS[name] if one in named), None)
        return Source("preview", parameter, named[parameter].encode("utf-8", "replace")) if parameter else None

    def _of_languages(self) -> Source:
        origin = self.listed[0].origin
        if origin in _LISTED_BY:
            return Source(_LISTED_BY[origin])
        if origin != "header":
            return self._of_choice()
        header = _of_fields(self.request.fields, (b"accept-language",))
        return self._named("languages") or self._of_hop("languages") or header or Source("nobody")

    def _of_choice(self) -> Source:
        """The choice of the query, of its field, or of the cookie."""
        query = parse_parameters(self.request.query).get("choose")
        choice = self.reading.context.choice
        if query and choice is not None and choice.origin == "query":
            return self._named("choice") or Source("query", "choose", query.encode("utf-8", "replace"))
        raw = field(self.request.fields, FIELD)
        return Source("field", spelled(FIELD.decode()), raw) if raw else Source("cookie", COOKIE.decode())

    def _of_place(self, name: str) -> Source:
        found = self.reading.place.source
        if found == "preview" or self._value(name) is None:
            return self._named(name) or Source("nobody")
        if found == "mmdb":
            return Source("geo-file", (self.site.settings.geo or "").rpartition("/")[2])
        return (self._of_hop(name) or Source("nobody")) if found == "field" else Source("registry")

    def _of_hop(self, name: str) -> Source | None:
        """A field of a trusted hop; Isogloss-Context comes before the others."""
        if not self.client.via or self.request.named:
            return None
        fields = self.request.fields
        context = self.client.context(fields)
        if context and getattr(parse_audience(context), name, None):
            return Source("field", spelled(CONTEXT.decode()), _without_unit(context))
        if self.client.says(name, fields) is None:
            return None
        own = [source.field for hop in self.client.via for source in hop.sources.get(name, ())]
        return next((Source("field", spelled(one.decode()), fields[one]) for one in own if one in fields), None)

    def _of_query(self, name: str) -> Source | None:
        """A parameter of the visited address."""
        if name == "choice" or "choose" in PARAMETERS[name]:
            return self._of_choice()
        parameter = next((one for one in PARAMETERS[name] if one in self.visited), None)
        return Source("query", parameter, self.visited[parameter].encode("utf-8", "replace")) if parameter else None

    def _of_field(self, name: str) -> Source | None:
        fields = tuple(one.encode() for one in INPUTS[name].fields)
        if not fields or self.client.normalised:
            return None
        if name in DEVICE_INPUTS and self._is_in_agent(name):
            fields = (b"user-agent",)
        return _of_fields(self.request.fields, fields)

    def _is_in_agent(self, name: str) -> bool:
        """Whether the user agent alone tells as much as it tells together with the client hints."""
        agent = field(self.request.fields, b"user-agent")
        return agent is not None and getattr(classify(agent), name) == self._value(name)


def _without_unit(context: bytes) -> bytes:
    """Isogloss-Context as it came, but for the unit: it says who somebody is."""
    members = parse_dictionary(context) or {}
    if "unit" not in members:
        return context
    return to_dictionary({name: member for name, member in members.items() if name != "unit"}).encode()


def _of_fields(fields: Headers, names: tuple[bytes, ...]) -> Source | None:
    """The first of the fields that was sent."""
    found = ((name, raw) for name in names if (raw := field(fields, name)) is not None)
    return next((Source("field", spelled(name.decode()), raw) for name, raw in found), None)


def seen_inputs(
    request: Request, reading: Reading, site: Site, subject: Subject, listed: tuple[Listed, ...]
) -> tuple[Seen, ...]:
    """Every input of SEMANTICS §1 in its order. `listed` is the visitor's list of languages."""
    witness = Witness(request, reading, site, listed)
    values = dict(_values(reading.context, subject, site, listed))
    return tuple(_seen(name, values[name], witness.source(name)) for name in INPUTS)


def _seen(name: str, value: Value, source: Source) -> Seen:
    if name == "unit":
        return Seen(input=name, value=value, by=source.by, name=source.name)
    raw = source.raw.decode("utf-8", "replace")
    return Seen(input=name, value=value, by=source.by, name=source.name, raw="" if raw == value else raw)


def _values(context: Context, subject: Subject, site: Site, listed: tuple[Listed, ...]) -> Iterator[tuple[str, Value]]:
    """Values as JSON has them; those of the clock are the site's."""
    local = local_time(context.moment, site.settings.zone)
    tags = tuple(one.tag for one in listed)
    known: dict[str, Value] = {
        "language": tags[0] if tags else None,
        "languages": tags,
        "weekday": WEEKDAYS[local.weekday()],
        "hour": local.hour,
        "daypart": daypart_of(local.hour),
        "date": date.isoformat(local),
        "choice": choice_text(context) or None,
        "unit": GIVEN if context.unit else None,
        "item": subject.item,
        "kind": subject.kind,
        "channel": subject.channel,
    }
    for name in INPUTS:
        yield name, known[name] if name in known else getattr(context, name)


def choice_text(context: Context) -> str:
    """The choice as `choose=` takes it, empty where there is none: `language=es, mode=sub`."""
    choice = context.choice
    if choice is None:
        return ""
    flags = {None: "", True: "?1", False: "?0"}
    members = {
        "language": choice.language or "",
        "mode": choice.mode or "",
        "variant": choice.variant or "",
        "captions": flags[choice.captions],
        "audio_description": flags[choice.audio_description],
    }
    return ", ".join(f"{name}={value}" for name, value in members.items() if value)
