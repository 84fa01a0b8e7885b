"""How an item looks at requests that came over certain hops: the fields of each signal, and what their values came to.

signal      request fields → a part of the classes, some fields of the context
sensor      a signal behind certain hops, and its impressions by raw value
spot        a place, with the context and classes of somebody of whom nothing else is known
way         the hops that were crossed, with their sensors, their spots, and the answers given there
lane        the way over one hop, where the socket's peer alone tells it
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from socket import AF_INET, inet_pton
from typing import Any, NamedTuple

from msgspec import Struct

from edge.reading import Classes
from edge.response import Response
from edge.signals.hops import Hop
from edge.signals.place import Place
from edge.signals.presets import PLACE
from edge.signals.proxies import Client
from rules.context import Context


class Signal(NamedTuple):
    """The request fields that a signal is read from, the part of the classes and the fields of the context that it settles.

    It is looked at where the item reads one of `inputs`.
    """

    fields: tuple[bytes, ...]
    part: str
    settles: tuple[str, ...]
    inputs: frozenset[str]


SIGNALS = (
    Signal((b"accept-language",), "language", ("ranges",), frozenset({"language"})),
    Signal((b"isogloss-choice",), "choice", ("choice", "captions", "audio_description"), frozenset({"choice"})),
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
    Signal(
        (b"sec-gpc", b"dnt"),
        "person",
        ("segment", "stage", "seen", "age", "unit"),
        frozenset({"segment", "stage", "seen", "age", "unit"}),
    ),
)

#: Where no rule reads the visitor's clock.
PLACE_ALONE = tuple(name for name in PLACE if name != "zone")

#: Signals of which some need the visitor's consent.
CONSENTED = frozenset({"visit", "person"})

Raw = bytes | tuple[bytes | None, ...] | None
Raws = tuple[bytes | None, ...]
Key = tuple[object, ...]


class Impression(Struct, frozen=True, eq=False):
    """What a raw value comes to: its class for the item, and what it says to the context. Blank values are left out."""

    text: str
    said: Mapping[str, Any]


class Sensor(Struct, frozen=True, eq=False):
    """One signal of one item, and the raw values seen so far. `position` is that of its class among `Classes`."""

    fields: tuple[bytes, ...]
    position: int
    seen: dict[Raw, Impression]
    signal: Signal

    @staticmethod
    def from_signal(signal: Signal) -> Sensor:
        """A sensor that has seen nothing."""
        return Sensor(signal.fields, Classes._fields.index(signal.part), {}, signal)


class Spot(Struct, frozen=True, eq=False):
    """A place as an item sees it: the context and the classes of somebody of whom nothing else is known.

    Each way has spots of its own, so that a spot stands for the hops that were crossed as well.
    """

    place: Place
    context: Context
    classes: Classes
    shareable: bool
    via: tuple[Hop, ...]


class Answers(dict[Raws, Response | None]):
    """Answers by raw values; None for those that are not known: an exception for each would cost more than the look."""

    def __missing__(self, values: Raws) -> None:
        return None


class Way(Struct, frozen=True, eq=False):
    """The hops that a request has crossed, and how its signals are read behind them.

    `singles` are the sensors of one field (absent, it is a blank signal) with that field and what they have seen, `plurals` the
    sensors of several fields.

    `place_fields` are those in which the hops say the place; `spot_by_values` has what they came to, None where it is the address
    that says it. `spots` are all others, by what was found. `names` are those of all fields that are read, `place_fields` first;
    `manifests` and `lookups` are the answers by the values of these.
    """

    client: Client
    singles: tuple[tuple[bytes, dict[Raw, Impression], Sensor], ...]
    plurals: tuple[Sensor, ...]
    place_fields: tuple[bytes, ...]
    spot_by_values: dict[Raws, Spot | None]
    spots: dict[tuple[str | None, ...], Spot]
    names: tuple[bytes, ...]
    manifests: Answers
    lookups: Answers


class Lane(Struct, frozen=True, eq=False):
    """The way behind a peer that is a hop, where the visitor stands right before it.

    So it is where the hop sends no field `chain`, or one plain address in it whose first byte is none of `others`: those with
    which addresses of hops begin. `names`, `manifests` and `lookups` are those of the way.
    """

    chain: bytes
    others: frozenset[int]
    way: Way
    names: tuple[bytes, ...]
    manifests: Answers
    lookups: Answers

    def may_go_on(self, fields: Mapping[bytes, bytes]) -> bool:
        """Whether it takes a walk to tell who stands in the chain."""
        try:
            return inet_pton(AF_INET, fields[self.chain].decode("ascii"))[0] in self.others
        except (OSError, ValueError):  # more in it than one plain address
            return True


def way_over(via: tuple[Hop, ...], reads: frozenset[str], *, zoned: bool, cookie: bool) -> Way:
    """A way that nobody has gone yet. `reads` are the item's inputs, `zoned`: one is the visitor's clock.

    `cookie`: a choice may stand in a cookie.
    """
    signals = [_with_cookie(signal) if cookie else signal for signal in SIGNALS]
    sensors = [Sensor.from_signal(behind(one, via)) for one in signals if not one.inputs.isdisjoint(reads)]
    singles = tuple([(one.fields[0], one.seen, one) for one in sensors if len(one.fields) == 1])
    plurals = tuple([one for one in sensors if len(one.fields) > 1])
    places = told_by(via, PLACE if zoned else PLACE_ALONE)
    names = tuple(dict.fromkeys((*places, *(name for sensor in sensors for name in sensor.fields))))
    return Way(Client(None, via), singles, plurals, places, {}, {}, names, Answers(), Answers())


#: How a request came, and from where.
Sight = tuple[Way, Spot]


def told_by(via: tuple[Hop, ...], inputs: Iterable[str]) -> tuple[bytes, ...]:
    """The fields in which these hops say something of the inputs."""
    return tuple(dict.fromkeys(name.encode("ascii") for one in inputs for hop in via for name in hop.names(one)))


def behind(signal: Signal, via: tuple[Hop, ...]) -> Signal:
    """The signal with the fields in which these hops say it, or say the consent that it needs."""
    names = told_by(via, sorted(signal.inputs))
    consent = told_by(via, ("consent",)) if signal.part in CONSENTED else ()
    return signal._replace(fields=tuple(dict.fromkeys((*signal.fields, *names, *consent))))


def _with_cookie(signal: Signal) -> Signal:
    return signal._replace(fields=(*signal.fields, b"cookie")) if signal.part == "choice" else signal
