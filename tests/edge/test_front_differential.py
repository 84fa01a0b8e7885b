"""What the application says with all its memories is what it would say if it remembered nothing.

    requests at random ──▶ one application, one after another                          ──▶ answers ─┐
                     └───▶ each to a site that has answered nobody, in another order   ──▶ answers ─┴─▶ the same

The second side takes the long way (`edge.answer.answer`) for items, and an application of its own for all else. The clock goes
on between requests. Where the two differ, the shortest sequence that shows it is told.

`ISOGLOSS_TRAFFIC=100000 pytest tests/edge/test_front_differential.py` tries that many requests instead of `REQUESTS`, and
`ISOGLOSS_TRAFFIC_SEED=7` begins with another seed.
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import gc
import logging
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

import msgspec
import pytest
from starlette.types import ASGIApp, Message

from edge.answer import answer
from edge.app import make_app
from edge.entering import entering
from edge.served import Served
from edge.signals.hops import Hop
from edge.site import LOOKUPS, MANIFESTS, Site, serve_all
from rules.book import RuleBook
from tests.edge import traffic_sites
from tests.edge.sites import make_site, service_of
from tests.edge.traffic import Asked, Traffic
from tests.edge.traffic_sites import BEHIND, CITIES, ITEMS, MORE, SECRET, SECRET_VARIABLE, TIMELESS, Behind

#: Requests in all; and of one round: at a site behind hops, where there is more to remember, and at any other.
REQUESTS = int(os.environ.get("ISOGLOSS_TRAFFIC", "3700"))
FIRST_SEED = int(os.environ.get("ISOGLOSS_TRAFFIC_SEED", "1"))
BEHIND_HOPS, ELSEWHERE = 200, 60


def _length(behind: Behind) -> int:
    return BEHIND_HOPS if behind.is_told_apart else ELSEWHERE


SEEDS = range(FIRST_SEED, FIRST_SEED + max(1, REQUESTS // sum(map(_length, BEHIND.values()))))

#: Bounds of memories: as they are; with every answer remembered by its raw values; and so small that all of them overflow.
BOUNDS: tuple[dict[str, float], ...] = (
    {},
    {"edge.glance.KEPT": 1.0},
    {
        "edge.glance.KEPT": 1.0,
        "edge.glance.MOST_WAYS": 2,
        "edge.glance.MOST_SPOTS": 2,
        "edge.served.MOST": 16,
        "edge.served.LEAST": 16,
    },
)

#: A remembered answer says that it is one, a fresh one that it was worked out (RFC 9211).
WHETHER_REMEMBERED = b"cache-status"
#: An answer is used for up to a second after it was encoded, so near a boundary its ages may be a second off.
AGES = (b"cache-control", b"cdn-cache-control")


class Answer(NamedTuple):
    """What came back over ASGI."""

    status: int
    fields: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def value(self, name: bytes) -> bytes:
        return next((value for found, value in self.fields if found == name), b"")


class Clock:
    """The time of a test, in the place of that of every module of `edge` that asks for it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moment = traffic_sites.DAY
        clock = self

        class Stopped(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Any:
                return clock.moment.astimezone(tz)

        for name, module in [*sys.modules.items()]:
            if name.startswith("edge."):
                if getattr(module, "time", None) is time.time:
                    monkeypatch.setattr(module, "time", self.seconds)
                if getattr(module, "datetime", None) is datetime:
                    monkeypatch.setattr(module, "datetime", Stopped)

    def seconds(self) -> float:
        """Since 1970."""
        return self.moment.timestamp()


async def ask(app: ASGIApp, asked: Asked) -> Answer:
    """One request to an application."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(asked.scope(), receive, send)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(sent[0]["status"], tuple(sent[0]["headers"]), body)


class Round:
    """One site, twice, and the clock of both. `behind`, `seed`: which site it is and what comes to it."""

    def __init__(self, behind: str, seed: int, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rnd = random.Random(f"{behind} {seed}")
        self.behind, self.clock = BEHIND[behind], clock
        self.bounds = BOUNDS[seed % len(BOUNDS)]
        self.monkeypatch = monkeypatch
        self.more = MORE[(seed + seed // 3 + [*BEHIND].index(behind)) % len(MORE)]
        self.said = {
            "weak_header": self.rnd.choice(("trust", "geo", "hedge")),
            "default_language": self.rnd.choice(("en", "de", "ja")),
            "languages": ["en", "de", "es", "fr"],
            "tables": ["timed", "shop", "a", "b", "c", "d"],
        }
        self.untouched = self.site()

    def site(self) -> Site:
        """The site, built anew."""
        site = make_site(traffic_sites.files(), self.more + self.behind.proxies, **self.said)
        return dataclasses.replace(site, geo=CITIES).opened() if self.behind.geo else site

    def traffic(self) -> Iterator[Asked]:
        """What comes to it, mostly for the same item."""
        items = (self.rnd.choice(TIMELESS if self.behind.peers else ITEMS), self.rnd.choice(ITEMS))
        traffic = Traffic(self.rnd, items, self.behind.peers, _told_by(self.untouched.settings.hops))
        return (traffic.next() for _ in range(_length(self.behind)))

    def remembering(self, sequence: Iterable[Asked]) -> tuple[list[tuple[Asked, Answer]], str]:
        """The requests as they were sent, each with the answer of one application, and what that has counted."""
        with self.monkeypatch.context() as patch:
            for name, bound in self.bounds.items():
                patch.setattr(name, bound)
            site = self.site()
            random.seed(repr(self.said))  # it is chance that decides what is remembered by raw values
            return asyncio.run(self._play(make_app(service_of(site), watching=False), sequence)), site.metrics.text()

    async def _play(self, app: ASGIApp, sequence: Iterable[Asked]) -> list[tuple[Asked, Answer]]:
        played: list[tuple[Asked, Answer]] = []
        etags: dict[str, bytes] = {}
        for one in sequence:
            asked = one.telling(etags.get(one.path, b'"none yet"'))
            self.clock.moment = asked.moment
            given = await ask(app, asked)
            etags[asked.path] = given.value(b"etag") or etags.get(asked.path, b'"none yet"')
            played.append((asked, given))
        return played

    def fresh(self, asked: Asked) -> Answer:
        """What a site says that has answered nobody."""
        self.clock.moment = asked.moment
        site = _unread(self.untouched)
        place, _, item = asked.path.rpartition("/")
        lookup = f"{place}/" == LOOKUPS
        if asked.method in ("GET", "HEAD") and item in site.catalog.items and (lookup or f"{place}/" == MANIFESTS):
            return _long_way(asked, site, item, lookup=lookup)
        site = dataclasses.replace(site, served=serve_all(site.catalog, site.book, site.settings)).opened()
        return asyncio.run(ask(make_app(service_of(site), watching=False), asked))

    def differs(self, sequence: Sequence[Asked]) -> bool:
        """Whether the last answer is another one for what came before it."""
        played, _ = self.remembering(sequence)
        return bool(differences(played[-1][1], self.fresh(sequence[-1])))


def _told_by(hops: Iterable[Hop]) -> set[str]:
    """All fields in which hops say anything."""
    named = {source.field for hop in hops for sources in hop.sources.values() for source in sources}
    named |= {name for hop in hops for name in (hop.chain, hop.secret_field) if name}
    return {name.decode() for name in named} | {"isogloss-context" for hop in hops if hop.context}


def _unread(site: Site) -> Site:
    """The same site with a book and items that nobody has worked with."""
    book = RuleBook(site.book.tables, site.book.norms, site.book.policies)
    items = {name: dataclasses.replace(item) for name, item in site.catalog.items.items()}
    return dataclasses.replace(site, book=book, catalog=msgspec.structs.replace(site.catalog, items=items), served={})


def _long_way(asked: Asked, site: Site, item: str, *, lookup: bool) -> Answer:
    served = Served(site.catalog.items[item], site.book, site.settings, len(site.catalog.items))
    request = entering(asked.scope(), service_of(site), lookup=lookup)
    response = answer(request, served, site)
    response.counter.value += 1
    if not lookup and b"if-none-match" in request.fields:
        response = response.unless(request.fields[b"if-none-match"])
    return Answer(response.status, tuple(response.fields), b"" if asked.method == "HEAD" else response.body)


def differences(known: Answer, fresh: Answer) -> list[str]:
    """All in which two answers differ that should be the same."""
    told = [f"status {known.status}, not {fresh.status}"] if known.status != fresh.status else []
    if known.body != fresh.body:
        told.append(f"body {known.body!r}\n     not {fresh.body!r}")
    aged = not known.value(WHETHER_REMEMBERED).endswith(b"miss")
    for name in sorted({name for name, _ in (*known.fields, *fresh.fields)} - {WHETHER_REMEMBERED}):
        ours, theirs = ([value for found, value in one.fields if found == name] for one in (known, fresh))
        if ours != theirs and not (aged and name in AGES and _near(ours, theirs)):
            told.append(f"{name.decode()} {ours}\n     not {theirs}")
    return told


def _near(ours: Sequence[bytes], theirs: Sequence[bytes]) -> bool:
    """Whether two lists of directives are the same but for a second."""
    one, other = (re.split(rb"(\d+)", b"\n".join(values)) for values in (ours, theirs))
    return len(one) == len(other) and all(
        a == b or (a.isdigit() and b.isdigit() and abs(int(a) - int(b)) <= 1) for a, b in zip(one, other, strict=True)
    )


@functools.cache
def _memories() -> list[functools._lru_cache_wrapper[object]]:
    """Memories of the modules themselves: they have a bound where they are of what visitors send."""
    ours = ("edge", "rules", "variants", "locales")
    found = [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)]
    return [
        one
        for one in found
        if one.__module__.partition(".")[0] in ours and one.cache_parameters()["maxsize"] is not None
    ]


def shortest(sequence: Sequence[Asked], still: Callable[[Sequence[Asked]], bool]) -> Sequence[Asked]:
    """As few requests as still show it, with as few fields. The last one stays."""
    size = len(sequence) // 2
    while size:
        at = 0
        while at + size < len(sequence):
            trial = [*sequence[:at], *sequence[at + size :]]
            sequence, at = (trial, at) if still(trial) else (sequence, at + size)
        size //= 2
    for name in sorted({name for asked in sequence for name, _ in asked.fields}):
        trial = [asked.without(name) for asked in sequence]
        sequence = trial if still(trial) else sequence
    return sequence


@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_remembered_is_what_would_be_said_anew(
    behind: str, seed: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    monkeypatch.setattr(logging.getLogger("isogloss"), "propagate", True)
    caplog.set_level("INFO")
    one = Round(behind, seed, Clock(monkeypatch), monkeypatch)
    played, counted = one.remembering(one.traffic())
    for memory in _memories():
        memory.cache_clear()
    for at in one.rnd.sample(range(len(played)), len(played)):
        asked, given = played[at]
        told = differences(given, one.fresh(asked))
        if told:
            history = shortest([asked for asked, _ in played[: at + 1]], one.differs)
            ((*_, (asked, given)), _) = one.remembering(history)
            lines = [*map(str, history), *differences(given, one.fresh(asked))]
            pytest.fail(
                "\n".join([f"behind {behind}, seed {seed}, {one.bounds}, {one.said}, {one.more}", *lines]),
                pytrace=False,
            )
    assert one.untouched.metrics.text() == counted
    assert "an answer failed" not in caplog.text


def test_the_traffic_meets_what_it_is_made_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the comparison would say nothing: hits and misses, every status, answers that end while they are remembered."""
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    clock = Clock(monkeypatch)
    met: dict[str, int] = {}
    for behind in BEHIND:
        one = Round(behind, 0, clock, monkeypatch)
        for asked, given in one.remembering(one.traffic())[0]:
            for what in (f"status {given.status}", asked.method, given.value(b"cache-status").decode() or "neither"):
                met[what] = met.get(what, 0) + 1
    assert met["isogloss; hit"] > met["isogloss; fwd=miss"] / 4
    assert met.keys() >= {"status 200", "status 304", "status 404", "status 405", "status 451", "HEAD", "OPTIONS"}
