"""One item of one revision, ready to be answered: what it reads, what it varies on, and the answers given so far.

Two levels remember (DESIGN §7): raw value → class, one memory for each signal; tuple of classes → encoded answer. Both are
bounded, both belong to the item of this revision and go with it. Addresses are in neither. `edge.glance` has a shorter way.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

from cachetools import FIFOCache

from edge.caching import Lifetimes, fresh_until, lifetimes, whole
from edge.headers import shareable, vary_text
from edge.keys import Projection
from edge.metrics import Counter
from edge.pieces import Face, Form, face_of
from edge.response import Response
from edge.settings import Settings
from edge.signals.fields import Headers
from edge.signals.hops import Hop
from locales.norms import NormBook
from rules.book import RuleBook
from rules.context import Subject
from rules.inputs import INPUTS
from variants.bars import fallback
from variants.variant import Item

if TYPE_CHECKING:
    from datetime import datetime

    from edge.reading import Reading
    from edge.request import Request
    from edge.site import Site
    from variants.selecting import Selection

#: Raw values and answers remembered for an item, and the least where a site has very many items.
MOST = 4096
LEAST = 128
TOTAL = 1_048_576

#: Inputs that the list of languages, bars and the choice layer read for every item.
ALWAYS = ("country", "region", "language", "choice")

#: Switches the second level off, for measuring what an answer costs.
REMEMBERS = os.environ.get("ISOGLOSS_MEMO", "on") != "off"

Key = tuple[object, ...]
K = TypeVar("K")
V = TypeVar("V")


def _key(request: Request, reading: Reading, reader: bytes | None) -> Key:
    """What an encoded answer depends on: the classes, which stand in its key too, and the form asked for."""
    via = tuple(map(id, reading.via)) if reading.via else ()
    return (request.lookup, request.by_field, reading.shareable, via, reader, reading.classes)


def memory_for(items: int) -> int:
    """How much each memory of an item holds, on a site of that many items."""
    return max(LEAST, min(MOST, TOTAL // max(1, items)))


class Served:
    """What the edge keeps of an item. `reads` are the names of all inputs that can matter to it.

    `is_choosy`: not every origin may read it.
    """

    __slots__ = (
        "_answers", "_bodies", "_counters", "_faces", "_most", "_vary", "endless", "fallback", "forms", "is_choosy", "item",
        "personal", "plan", "projection", "reads", "settings", "subject",
    )  # fmt: skip

    def __init__(self, item: Item, book: RuleBook, settings: Settings, items: int = 1) -> None:
        self.item = item
        self.settings = settings
        self.subject = Subject(item.id, item.kind, item.channel, item.has_audio)
        self.plan = book.plan(self.subject)
        self.projection = Projection(item, self.plan, book, memory_for(items) // 8, settings.rights)
        self.reads = _reads(item, self.plan.inputs, book.norms)
        self.personal = any(
            (INPUTS[name].level or 0) >= 2 for name in self.reads
        )  # the level of what is personal, SEMANTICS §1
        self.fallback = fallback(item)
        self.is_choosy = settings.origins != ("*",)
        self._vary: dict[tuple[tuple[int, ...], bool], tuple[bytes, bool]] = {}
        self.endless = whole(settings), float("inf")
        self._most = memory_for(items) // 8
        self.forms: dict[tuple[object, ...], Form] = {}
        self._faces: dict[tuple[object, ...], Face] = {}
        self._bodies: dict[bytes, bytes] = {}
        self._counters: dict[tuple[str, str], Counter] = {}
        self._answers: FIFOCache[Key, Response] = FIFOCache(memory_for(items))

    def vary(self, via: tuple[Hop, ...], by_field: bool) -> tuple[bytes, bool]:
        """The value of `Vary` for requests that came over these hops, and whether a shared cache can work with it.

        `by_field`: the item was found by `X-Original-URI`. Inputs on which the site's own cache keys are not listed.
        """
        key = (tuple(dict.fromkeys(map(id, via))), by_field)  # hops live as long as the settings do
        try:
            return self._vary[key]
        except KeyError:
            names = tuple(self._varies_on(via, by_field))
            return self.keep(self._vary, key, (vary_text(names).encode(), shareable(names)))

    def _varies_on(self, via: tuple[Hop, ...], by_field: bool) -> Iterator[str]:
        normalised = any(hop.normalised for hop in via)
        if normalised:
            yield from ("isogloss-context", "isogloss-choice")
        for name in INPUTS:
            if name in self.reads and name not in self.settings.keyed and not normalised:
                yield from (one for one in INPUTS[name].fields if one != "x-original-uri")
                yield from (one for hop in via for one in hop.names(name))
        if self.plan.reads_zone and not normalised:
            yield from (one for hop in via for one in hop.names("zone"))
        if self.settings.choice_cookie:
            yield "cookie"
        if by_field:
            yield "x-original-uri"
        if self.settings.origins != ("*",):
            yield "origin"

    def reader(self, fields: Headers) -> bytes | None:
        """The origin that is told it may read the answer, where not every one is."""
        origin = fields.get(b"origin") if self.is_choosy else None
        return origin if origin is not None and origin.decode("latin-1") in self.settings.origins else None

    def recall(self, request: Request, reading: Reading) -> Response | None:
        """The answer encoded before for the classes of a reading, while it may be used."""
        try:
            response = self._answers[_key(request, reading, self.reader(request.fields))]
        except KeyError:
            return None
        return response if request.moment.timestamp() < response.until else None

    def remember(self, request: Request, reading: Reading, response: Response) -> Response:
        """Keeps an encoded answer for the classes of a reading, as the hit that it will be; gives it as the miss that it is."""
        hit = response.as_hit()
        # Many classes get the same manifest: it is kept once, and stays in the processor's cache.
        if len(self._bodies) >= self._most:
            self._bodies.clear()
        hit.body = self._bodies.setdefault(hit.body, hit.body)
        self._answers[_key(request, reading, self.reader(request.fields))] = hit
        return response

    def keep(self, memory: dict[K, V], key: K, value: V) -> V:
        """Keeps a ready-made piece; a memory that is full starts anew."""
        if len(memory) >= self._most:
            memory.clear()
        memory[key] = value
        return value

    def counter(self, site: Site, variant: str, reason: str) -> Counter:
        """The counter of answers with that variant for that reason."""
        try:
            return self._counters[variant, reason]
        except KeyError:
            labels = {"item": self.item.id, "variant": variant, "reason": reason}
            made = self._counters[variant, reason] = site.metrics.counter("isogloss_answers_total", **labels)
            return made

    def life(self, moment: datetime, boundary: datetime | None, bar: datetime | None) -> tuple[Lifetimes, float]:
        """How long an answer may live in caches, and until when (seconds since 1970) in this process."""
        return lifetimes(self.settings, moment, boundary, bar), fresh_until(self.settings, moment, boundary, bar)

    def face(self, selection: Selection) -> Face:
        """What a response says of the selected variant, ready made for each language that meets it.

        Alternatives that are the same are mostly one object (`variants.experience.Level.beside`), and a face keeps its own.
        """
        listed, variant, beside = selection.language, selection.variant, selection.alternatives
        if variant is None:
            key: tuple[object, ...] = ()
        else:
            tag = None if listed is None else listed.tag
            key = (variant.position, selection.experience, tag, selection.text, id(beside))
        known = self._faces.get(key)
        if known is not None and known.alternatives is beside:
            return known
        return self.keep(self._faces, key, face_of(self.item, selection, self.settings))


def _reads(item: Item, asked: frozenset[str], norms: NormBook) -> frozenset[str]:
    """All inputs that the item's answer can depend on: what its rules ask about, and what every answer reads.

    An age is personal, and what reads it is kept by no shared cache. So it counts where a rule or a norm of the site's own asks
    for it; that shipped norms know of ages does not make every film of every site private.
    """
    reads = {*ALWAYS, *asked}
    if item.has_audio and norms.ages(item.kind, item.channel, own=True):
        reads.add("age")
    if any(variant.devices for variant in item.variants):
        reads.add("device")
    if any((INPUTS[name].level or 0) >= 1 for name in reads) or "terms" in reads:
        reads.add("consent")
    return frozenset(reads)
