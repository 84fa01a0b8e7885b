"""The short way to an answer given before: one look at each raw value, no context, no decision (DESIGN §7).

    raw value of each signal ──▶ its class        one bounded memory for each signal of the item
    classes                  ──▶ encoded answer

A raw value that is new is read the long way (`edge.reading`), as if the request held nothing else; so the class is always the
one that the long way gives. The place is looked up anew each time: addresses are remembered nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachetools import LRUCache

from edge.reading import Classes, read
from edge.request import NOBODY
from edge.response import Response
from edge.served import REMEMBERS, Served, memory_for
from edge.signals.fields import Headers
from edge.signals.place import read_place
from edge.signals.proxies import walk

if TYPE_CHECKING:
    from edge.site import Site

#: Signal → the request fields that it is read from, the part of the classes that it settles, the inputs that need it.
SIGNALS: tuple[tuple[tuple[bytes, ...], str, frozenset[str]], ...] = (
    ((b"accept-language",), "language", frozenset({"country"})),
    ((b"isogloss-choice",), "choice", frozenset({"country"})),
    (
        (b"user-agent", b"sec-ch-ua-form-factors", b"sec-ch-ua-mobile", b"sec-ch-ua-platform"),
        "device",
        frozenset({"device", "os"}),
    ),
    (
        (b"referer", b"host", b"sec-gpc", b"dnt"),
        "visit",
        frozenset({"referrer", "referrer_name", "campaign", "terms"}),
    ),
    ((b"save-data",), "save_data", frozenset({"save_data"})),
)

Raw = tuple[bytes | None, ...]


class Sensor:
    """One signal of one item: raw values seen, and the class of each."""

    __slots__ = ("fields", "first", "part", "seen")

    def __init__(self, fields: tuple[bytes, ...], part: str, bound: int) -> None:
        self.fields = fields
        self.first = fields[0] if len(fields) == 1 else None
        self.part = part
        self.seen: LRUCache[bytes | Raw | None, str] = LRUCache(bound)


class Glance:
    """All sensors of an item, and the answers by what they tell."""

    __slots__ = ("_answers", "_places", "_sensors", "_site", "served")

    def __init__(self, served: Served, site: Site) -> None:
        bound = memory_for(len(site.served))
        self.served = served
        self._site = site
        self._sensors = tuple(
            Sensor((*fields, b"cookie") if part == "choice" and site.settings.choice_cookie else fields, part, bound)
            for fields, part, inputs in SIGNALS
            if not inputs.isdisjoint(served.reads)
        )
        self._places: dict[tuple[object, ...], str] = {}
        self._answers: LRUCache[tuple[object, ...], Response] = LRUCache(bound)

    def key(self, fields: Headers, peer: str | None, lookup: bool) -> tuple[object, ...]:
        """What the request comes to: its place and the class of each signal."""
        get = fields.get
        parts: list[object] = [lookup, self._place(peer)]
        for sensor in self._sensors:
            first = sensor.first
            raw = get(first) if first is not None else tuple([get(name) for name in sensor.fields])
            try:
                parts.append(sensor.seen[raw])
            except KeyError:
                parts.append(self._learn(sensor, raw))
        return tuple(parts)

    def recall(self, key: tuple[object, ...], now: float) -> Response | None:
        """The answer to a key, while it may be used."""
        try:
            response = self._answers[key]
        except KeyError:
            return None
        return response if now < response.until else None

    def remember(self, key: tuple[object, ...], response: Response) -> None:
        """Keeps an answer, unless remembering is switched off."""
        if REMEMBERS:
            self._answers[key] = response

    def _place(self, peer: str | None) -> str:
        place = read_place(walk(peer, {}, ()), {}, None, self._site.geo)
        known = (place.country, place.region, place.zone, place.source)
        try:
            return self._places[known]
        except KeyError:
            projection = self.served.projection
            text = projection.place(place.country, place.region, place.confidence) + projection.zone(place.zone) + place.source
            return self._places.setdefault(known, text)

    def _learn(self, sensor: Sensor, raw: bytes | Raw | None) -> str:
        values = raw if isinstance(raw, tuple) else (raw,)
        fields = {name: value for name, value in zip(sensor.fields, values, strict=True) if value is not None}
        classes: Classes = read(NOBODY.having(fields), self.served, self._site).classes
        text = sensor.seen[raw] = getattr(classes, sensor.part)
        return text
