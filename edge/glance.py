"""The short way to an answer: one look at each raw value, and what it came to when it was seen first (DESIGN §7).

    raw value of each signal ──▶ impression: its class, and what it says to the context     one bounded memory for each signal
    classes                  ──▶ encoded answer                                             one for the item
    raw values               ──▶ encoded answer, where one hop says the place               one for each way

A raw value that is new is read the long way (`edge.reading.read`), as if the request held nothing else, so an impression is
always what the long way gives. The place is looked up anew each time: addresses are remembered nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from random import random
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from edge.reading import Classes, Reading, is_shareable, read
from edge.request import NOBODY, Request
from edge.response import Response
from edge.served import Served, memory_for
from edge.signals.audience import read_audience
from edge.signals.fields import LIMITS, OTHER, field
from edge.signals.hops import Hop
from edge.signals.moment import visitor_zone
from edge.signals.place import UNKNOWN, Place, place_of_address, place_of_peer, read_place
from edge.signals.proxies import PEERS, lone_hop, walk
from edge.ways import Impression, Key, Lane, Raw, Raws, Sensor, Sight, Spot, Way, way_over
from rules.context import Context

if TYPE_CHECKING:
    from edge.site import Site


K = TypeVar("K")
V = TypeVar("V")

#: `Classes._make` without a frame of its own.
make = tuple.__new__

#: Ways over hops that are remembered, and places on each of them.
MOST_WAYS = 64
MOST_SPOTS = 8192

#: Of answers found by their classes, the share that is remembered by raw values as well: values that come again soon are, and
#: those that never do cost little.
KEPT = 1 / 16

#: Where the clock's class stands.
MOMENT = Classes._fields.index("moment")

#: Where those of the place and of the browser's languages stand.
PLACE, LANGUAGE = Classes._fields.index("place"), Classes._fields.index("language")


class Door(Struct, frozen=True, eq=False):
    """A path at which an item is answered, as a look-up or as a manifest."""

    glance: Glance
    lookup: bool


class Glance:
    """All sensors of an item, and the answers by what they tell. For requests that have no query and no field twice."""

    __slots__ = (
        "_bound",
        "_by_values",
        "_choosy",
        "_direct",
        "_geo",
        "_hops",
        "_lanes",
        "_moments",
        "_most_by_values",
        "_quarter",
        "_site",
        "_timed",
        "_ways",
        "_zoned",
        "lookups",
        "manifests",
        "served",
    )

    def __init__(self, served: Served, site: Site) -> None:
        self.served = served
        self._bound = memory_for(len(site.served))
        self.lookups: dict[Key, Response] = {}
        self.manifests: dict[Key, Response] = {}
        self._site = site
        self._geo = site.geo
        self._hops = site.settings.hops
        self._timed = served.plan.reads_time
        self._choosy = served.is_choosy
        # The class of the clock and the origin that may read are in no raw value that is looked at.
        self._by_values = not (self._timed or self._choosy)
        self._most_by_values = max(1, self._bound // 8)
        self._zoned = served.plan.reads_zone
        self._quarter = 0.0
        self._moments: dict[str | None, str] = {}
        self._ways: dict[tuple[int, ...], Way] = {}
        self._direct = self._way(())
        self._lanes: dict[str | None, Lane] = {}

    def recall(self, fields: Mapping[bytes, bytes], peer: str | None, lookup: bool, now: float) -> Response | None:
        """The answer given before to the same raw values, else to the same classes, while it may be used."""
        lane: Lane | None
        try:
            lane = self._lanes[peer]
        except KeyError:
            lane = self._meet(peer)
        if lane is None or (lane.chain in fields and lane.may_go_on(fields)):
            return self._by_class(*self._walked(fields, peer), fields, lookup, now)
        answers = lane.lookups if lookup else lane.manifests
        values = tuple(map(fields.get, lane.names))
        response = answers[values]
        if response is not None and now < response.until:
            return response
        way = lane.way
        spot = way.spot_by_values.get(values[: len(way.place_fields)])
        if spot is None:
            return self._by_class(*self._walked(fields, peer), fields, lookup, now)
        known = self._by_class(way, spot, fields, lookup, now)
        if known is not None and self._by_values and random() < KEPT and _within_limits(way.names, values):
            while len(answers) >= self._most_by_values:
                del answers[next(iter(answers))]
            answers[values] = known
        return known

    def _by_class(
        self, way: Way, spot: Spot, fields: Mapping[bytes, bytes], lookup: bool, now: float
    ) -> Response | None:
        try:
            response = (self.lookups if lookup else self.manifests)[self._key(way, spot, fields, now)]
        except KeyError:
            return None
        return response if now < response.until else None

    def _key(self, way: Way, spot: Spot, fields: Mapping[bytes, bytes], now: float) -> Key:
        """What the request comes to: its place, the class of each signal, and that of the clock."""
        parts: list[object] = [spot]
        for name, seen, sensor in way.singles:
            raw = fields.get(name)
            try:
                parts.append(seen[raw].text)
            except KeyError:
                parts.append(self._learn(way, sensor, raw).text)
        for sensor in way.plurals:
            values = tuple(map(fields.get, sensor.fields))
            try:
                parts.append(sensor.seen[values].text)
            except KeyError:
                parts.append(self._learn(way, sensor, values).text)
        if self._timed:
            parts.append(self._moment(spot.context.zone, now))
        if self._choosy:
            parts.append(self.served.reader(fields))
        return tuple(parts)

    def keep(
        self, fields: Mapping[bytes, bytes], peer: str | None, response: Response, lookup: bool, now: float
    ) -> None:
        """Remembers an answer by its classes; where there is no room, the oldest goes."""
        answers = self.lookups if lookup else self.manifests
        while len(answers) >= self._bound:
            del answers[next(iter(answers))]
        way, spot = self._sight(fields, peer)
        answers[self._key(way, spot, fields, now)] = response

    def _drop_answers(self) -> None:
        self.lookups.clear()
        self.manifests.clear()
        for way in self._ways.values():
            way.manifests.clear()
            way.lookups.clear()

    def read(self, request: Request, served: Served, site: Site) -> Reading:
        """What `edge.reading.read` says of the request, put together from impressions."""
        fields = request.fields
        way, spot = self._sight(fields, request.peer)
        texts = [*spot.classes]
        said: dict[str, Any] = {"moment": request.moment}
        for name, seen, sensor in way.singles:
            raw = fields.get(name)
            if raw is not None:
                impression = seen.get(raw) or self._learn(way, sensor, raw)
                texts[sensor.position] = impression.text
                said |= impression.said
        for sensor in way.plurals:
            values = tuple(map(fields.get, sensor.fields))
            impression = sensor.seen.get(values) or self._learn(way, sensor, values)
            texts[sensor.position] = impression.text
            said |= impression.said
        context = replace(spot.context, **said)
        if "!" in texts[LANGUAGE]:
            texts[PLACE] = served.projection.place(
                context.country, context.region, context.place_confidence, language=texts[LANGUAGE]
            )
        if self._timed:
            texts[MOMENT] = self._moment(context.zone, request.moment.timestamp())
        return Reading(context, spot.place, make(Classes, texts), spot.shareable, spot.via)

    def _sight(self, fields: Mapping[bytes, bytes], peer: str | None) -> Sight:
        """How the request came, and from where."""
        lane = self._lanes.get(peer) or self._meet(peer)
        if lane is not None and not (lane.chain in fields and lane.may_go_on(fields)):
            spot = lane.way.spot_by_values.get(tuple(map(fields.get, lane.way.place_fields)))
            if spot is not None:
                return lane.way, spot
        return self._walked(fields, peer)

    def _walked(self, fields: Mapping[bytes, bytes], peer: str | None) -> Sight:
        if not self._hops:
            return self._direct, self._spot(self._direct, place_of_peer(peer, self._geo))
        client = walk(peer, fields, self._hops)
        way = self._way(client.via)
        if client.broken:
            return way, self._spot(way, UNKNOWN)
        raw = tuple(map(fields.get, way.place_fields))
        try:
            spot = way.spot_by_values[raw]
        except KeyError:
            spot = self._learn_place(way, fields, raw)
        if spot is None:
            spot = self._spot(way, place_of_address(client.address, self._geo))
        return way, spot

    def _way(self, via: tuple[Hop, ...]) -> Way:
        """The way over these hops. Hops live as long as the settings do, so each is known by being itself."""
        crossed = {id(hop): hop for hop in via}  # a hop that is crossed twice says nothing new
        known, via = tuple(crossed), tuple(crossed.values())
        try:
            return self._ways[known]
        except KeyError:
            if len(self._ways) >= MOST_WAYS:
                self._forget()
            settings = self._site.settings
            way = way_over(via, self.served.reads, zoned=self._zoned, cookie=settings.choice_cookie)
            return self._ways.setdefault(known, way)

    def _meet(self, peer: str | None) -> Lane | None:
        """The lane behind a peer, None where it takes a walk to tell the way from there.

        Addresses of hops are remembered, a visitor's never.
        """
        lone = lone_hop(peer, self._hops) if peer else None
        if lone is None:
            return None
        way = self._way((lone.hop,))
        lane = Lane(lone.chain, lone.others, way, way.names, way.manifests, way.lookups)
        if len(self._lanes) < PEERS:
            self._lanes[peer] = lane
        return lane

    def _forget(self) -> None:
        """Everything but the direct way. Answers go too: they are known by their spots."""
        self._drop_answers()
        self._lanes.clear()
        self._ways = {(): self._direct}

    def _spot(self, way: Way, place: Place) -> Spot:
        zone = visitor_zone(place) if self._zoned else None
        key = (place.country, place.region, zone, place.source)
        try:
            return way.spots[key]
        except KeyError:
            if len(way.spots) >= MOST_SPOTS:
                self._drop_answers()
                way.spot_by_values.clear()
                way.spots.clear()
            return way.spots.setdefault(key, self._new_spot(way, place))

    def _new_spot(self, way: Way, place: Place) -> Spot:
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
        return Spot(place, context, classes, is_shareable(self.served, place), way.client.via)

    def _learn_place(self, way: Way, fields: Mapping[bytes, bytes], raw: tuple[bytes | None, ...]) -> Spot | None:
        """The spot of what the hops say of the place, None where they say nothing that can be used."""
        audience = read_audience(way.client, fields)
        place = read_place(way.client, fields, audience)
        spot = self._spot(way, place) if place.source == "field" else None
        _keep(way.spot_by_values, raw, spot, self._bound, fields, way.place_fields)
        return spot

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

    def _learn(self, way: Way, sensor: Sensor, raw: Raw) -> Impression:
        signal = sensor.signal
        values = raw if isinstance(raw, tuple) else (raw,)
        fields = {name: value for name, value in zip(sensor.fields, values, strict=True) if value is not None}
        reading = read(NOBODY.having(fields), self.served, self._site, client=way.client)
        blank = Context(consent=self._site.settings.consent)
        said = {name: getattr(reading.context, name) for name in signal.settles}
        said = {name: value for name, value in said.items() if value != getattr(blank, name)}
        impression = Impression(getattr(reading.classes, signal.part), said)
        _keep(sensor.seen, raw, impression, self._bound, fields, sensor.fields)
        return impression


def _within_limits(names: tuple[bytes, ...], values: Raws) -> bool:
    return all(
        value is None or len(value) <= LIMITS.get(name, OTHER) for name, value in zip(names, values, strict=True)
    )


def _keep(
    memory: dict[K, V], key: K, value: V, bound: int, fields: Mapping[bytes, bytes], names: tuple[bytes, ...]
) -> None:
    """Remembers what a raw value came to. What is beyond its limit is not kept; a full memory forgets what it saw first."""
    if any(name in fields and field(fields, name) is None for name in names):
        return
    if len(memory) >= bound:
        del memory[next(iter(memory))]
    memory[key] = value
