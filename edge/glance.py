"""The short way to an answer: one look at each raw value, and what it came to when it was seen first (DESIGN §7).

    raw value of each signal ──▶ impression: its class, and what it says to the context     one bounded memory for each signal
    classes                  ──▶ encoded answer                                             one for the item

A raw value that is new is read the long way (`edge.reading.read`), as if the request held nothing else, so an impression is
always what the long way gives. The place is looked up anew each time: addresses are remembered nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from cachetools import FIFOCache
from msgspec import Struct
from msgspec.structs import replace

from edge.reading import Classes, Reading, is_shareable, read
from edge.request import NOBODY, Request
from edge.response import Response
from edge.served import Served, memory_for
from edge.signals.fields import field
from edge.signals.moment import visitor_zone
from edge.signals.place import Place, place_of_peer
from rules.context import Context

if TYPE_CHECKING:
    from edge.site import Site


#: `Classes._make` without a frame of its own.
make = tuple.__new__

#: Where the clock's class stands.
MOMENT = Classes._fields.index("moment")


class Signal(NamedTuple):
    """The request fields that a signal is read from, the part of the classes and the fields of the context that it settles.

    It is looked at where the item reads one of `inputs`.
    """

    fields: tuple[bytes, ...]
    part: str
    settles: tuple[str, ...]
    inputs: frozenset[str]


SIGNALS = (
    Signal((b"accept-language",), "language", ("ranges",), frozenset({"country"})),
    Signal((b"isogloss-choice",), "choice", ("choice", "captions", "audio_description"), frozenset({"country"})),
    Signal(
        (b"user-agent", b"sec-ch-ua-form-factors", b"sec-ch-ua-mobile", b"sec-ch-ua-platform"),
        "device",
        ("device", "os"),
        frozenset({"device", "os"}),
    ),
    Signal(
        (b"referer", b"host", b"sec-gpc", b"dnt"),
        "visit",
        ("referrer", "referrer_name", "campaign", "terms", "consent"),
        frozenset({"referrer", "referrer_name", "campaign", "terms"}),
    ),
    Signal((b"save-data",), "save_data", ("save_data",), frozenset({"save_data"})),
)

Raw = bytes | tuple[bytes | None, ...] | None


class Impression(Struct, frozen=True, eq=False):
    """What a raw value comes to: its class for the item, and what it says to the context. Blank values are left out."""

    text: str
    said: Mapping[str, Any]


class Sensor(Struct, frozen=True, eq=False):
    """One signal of one item, and the raw values seen so far.

    `alone` is the field of a signal that has one only: where that is absent, the signal is blank. `position` is that of its
    class among `Classes`.
    """

    alone: bytes | None
    fields: tuple[bytes, ...]
    position: int
    seen: dict[Raw, Impression]
    signal: Signal

    @staticmethod
    def from_signal(signal: Signal) -> Sensor:
        """A sensor that has seen nothing."""
        alone = signal.fields[0] if len(signal.fields) == 1 else None
        return Sensor(alone, signal.fields, Classes._fields.index(signal.part), {}, signal)


class Spot(Struct, frozen=True, eq=False):
    """A place as an item sees it: the context and the classes of somebody of whom nothing else is known."""

    place: Place
    context: Context
    classes: Classes
    shareable: bool


class Glance:
    """All sensors of an item, and the answers by what they tell. For requests that come directly and have no query."""

    __slots__ = ("_bound", "_geo", "_moments", "_quarter", "_sensors", "_site", "_spots", "_timed", "answers", "served")

    def __init__(self, served: Served, site: Site) -> None:
        bound = memory_for(len(site.served))
        self.served = served
        self._bound = bound
        self.answers: FIFOCache[tuple[object, ...], Response] = FIFOCache(bound)
        self._site = site
        self._geo = site.geo
        self._timed = served.plan.reads_time
        self._spots: dict[tuple[str | None, ...], Spot] = {}
        self._quarter = 0.0
        self._moments: dict[str | None, str] = {}
        self._sensors = tuple(
            Sensor.from_signal(_with_cookie(signal) if site.settings.choice_cookie else signal)
            for signal in SIGNALS
            if not signal.inputs.isdisjoint(served.reads)
        )

    def key(self, fields: Mapping[bytes, bytes], peer: str | None, lookup: bool, now: float) -> tuple[object, ...]:
        """What the request comes to: the form asked for, its place, the class of each signal, and that of the clock (a timestamp)."""
        get = fields.get
        place = place_of_peer(peer, self._geo)
        parts: list[object] = [lookup, place.country, place.region, place.zone, place.source]
        for sensor in self._sensors:
            alone = sensor.alone
            raw: Raw = get(alone) if alone is not None else tuple([get(name) for name in sensor.fields])
            try:
                parts.append(sensor.seen[raw].text)
            except KeyError:
                parts.append(self._learn(sensor, raw).text)
        if self._timed:
            parts.append(self._moment(self._spot(place).context.zone, now))
        return tuple(parts)

    def read(self, request: Request, served: Served, site: Site) -> Reading:
        """What `edge.reading.read` says of the request, put together from impressions."""
        place = place_of_peer(request.peer, self._geo)
        spot = self._spot(place)
        texts = [*spot.classes]
        said: dict[str, Any] = {"moment": request.moment}
        get = request.fields.get
        for sensor in self._sensors:
            alone = sensor.alone
            raw: Raw = get(alone) if alone is not None else tuple([get(name) for name in sensor.fields])
            if raw is None:
                continue
            try:
                impression = sensor.seen[raw]
            except KeyError:
                impression = self._learn(sensor, raw)
            texts[sensor.position] = impression.text
            said |= impression.said
        context = replace(spot.context, **said)
        if self._timed:
            texts[MOMENT] = self._moment(context.zone, request.moment.timestamp())
        return Reading(context, spot.place, make(Classes, texts), spot.shareable)

    def _spot(self, place: Place) -> Spot:
        try:
            return self._spots[place.country, place.region, place.zone, place.source]
        except KeyError:
            return self._learn_spot(place)

    def _learn_spot(self, place: Place) -> Spot:
        projection, plan = self.served.projection, self.served.plan
        context = Context(
            country=place.country,
            region=place.region,
            place_confidence=place.confidence,
            zone=visitor_zone(place) if plan.reads_zone else None,
            consent=self._site.settings.consent,
        )
        text = projection.place(place.country, place.region, place.confidence)
        classes = Classes(place=text, zone=projection.zone(context.zone))
        spot = Spot(place, context, classes, is_shareable(self.served, place, classes))
        return self._spots.setdefault((place.country, place.region, place.zone, place.source), spot)

    def _moment(self, zone: str | None, now: float) -> str:
        """The class of the clock. Clocks of today are whole quarters of an hour apart, so within one it stays as it is."""
        quarter = now // 900
        if quarter != self._quarter:
            self._quarter, self._moments = quarter, {}
        moments = self._moments
        try:
            return moments[zone]
        except KeyError:
            context = Context(moment=datetime.fromtimestamp(now, UTC), zone=zone)
            return moments.setdefault(zone, self.served.projection.moment(context))

    def _learn(self, sensor: Sensor, raw: Raw) -> Impression:
        signal = sensor.signal
        values = raw if isinstance(raw, tuple) else (raw,)
        fields = {name: value for name, value in zip(signal.fields, values, strict=True) if value is not None}
        reading = read(NOBODY.having(fields), self.served, self._site)
        blank = Context(consent=self._site.settings.consent)
        said = {name: getattr(reading.context, name) for name in signal.settles}
        said = {name: value for name, value in said.items() if value != getattr(blank, name)}
        impression = Impression(getattr(reading.classes, signal.part), said)
        if all(field(fields, name) is not None for name in fields):  # what is beyond its limit is not kept
            seen = sensor.seen
            if len(seen) >= self._bound:
                del seen[next(iter(seen))]  # the one that was seen first
            seen[raw] = impression
        return impression


def _with_cookie(signal: Signal) -> Signal:
    return signal._replace(fields=(*signal.fields, b"cookie")) if signal.part == "choice" else signal
