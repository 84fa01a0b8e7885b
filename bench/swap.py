"""A changed rule under load, on two workers: what fails, how long the change takes, and who still sees the old answer.

Visitors ask all the time over connections that they renew, so that both workers answer them. They ask at a pace that leaves
the machine room to load the new rules, since a machine without any cannot do anything in time. Each publication changes the
answer itself, not only the revision; an answer that does not fit its revision counts as failed.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.machine import free_port, running, service_command
from bench.peers import MEASURED
from bench.report import Budget, Line
from bench.sites import Edited, edited_bulk, edited_demo, publish

VISITORS = 8
#: Seconds between two requests of one visitor, and requests before its connection is renewed.
PAUSE, RENEWED = 0.004, 50
#: Seconds within which a publication must show at all, and for which it is watched once it has shown.
PATIENCE, WATCHED = 15.0, 0.8

_REQUEST = (
    f"GET {MEASURED} HTTP/1.1\r\nHost: isogloss.example\r\nAccept-Language: es-ES,es;q=0.9\r\n"
    "CF-IPCountry: ES\r\nCF-Connecting-IP: 81.47.1.1\r\n\r\n"
).encode()
_REVISION = re.compile(rb'isogloss-decision: ([^;\r]+)[^\r]*;revision="?([0-9a-f]{16})', re.IGNORECASE)
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer: when it came (monotonic), of which revision, which variant it named, and how many seconds it took."""

    moment: float
    revision: str
    variant: str
    waited: float = 0.0


@dataclass(slots=True)
class Record:
    """All that the visitors have seen, in the order in which it came; `failed` says what went wrong, request by request."""

    seen: list[Seen] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    def add(self, one: Seen) -> None:
        """An answer has come; `known` are all revisions so far."""
        self.seen.append(one)
        self.known.add(one.revision)


@dataclass(frozen=True, slots=True)
class Published:
    """When a file was put in place, and the variant that it makes."""

    moment: float
    variant: str


def measure(publications: int) -> Iterator[Line]:
    """Four lines for the demo and four for ten thousand rules."""
    for name, make, bound in (("demo", edited_demo, 1.0), ("10000-rules", edited_bulk, 2.0)):
        with tempfile.TemporaryDirectory() as folder:
            site = make(Path(folder) / "site")
            port = free_port()
            with running(service_command(site.folder, port, workers=2), port, path="/readyz"):
                record, published = asyncio.run(_story(site, port, publications))
        yield from lines(name, bound, record, published)


def lines(name: str, bound: float, record: Record, published: Sequence[Published]) -> Iterator[Line]:
    """Failed requests, the longest time from file to answer, and the share of answers older than one already seen."""
    failed = [*record.failed, *misfits(record.seen, [one.variant for one in published])]
    yield Line(
        Budget(f"swap/{name}/failed", 0, digits=0), len(failed), f"of {len(record.seen)} requests {failed[:2] or ''}"
    )
    times = switch_times(record.seen, [one.moment for one in published[1:]])
    shown = ", ".join(f"{seconds:.2f}" for seconds in times)
    yield Line(Budget(f"swap/{name}/seconds", bound), max(times, default=float("nan")), f"each: {shown}")
    old = stale(record.seen)
    share = 100 * old / len(record.seen) if record.seen else float("nan")
    yield Line(Budget(f"swap/{name}/stale-percent", 0.1, digits=3), share, f"{old} of {len(record.seen)}")
    yield waiting_line(name, waited_during(record.seen, [one.moment for one in published[1:]], times))


def waiting_line(name: str, waited: Sequence[float]) -> Line:
    """The 99th percentile of what answers took while a change was on its way."""
    milliseconds = sorted(1000 * seconds for seconds in waited)
    budget = Budget(f"swap/{name}/p99-ms", 50.0, digits=1)
    if not milliseconds:
        return Line(budget, float("nan"), "no answer came meanwhile")
    note = f"{len(milliseconds)} answers, p50 {milliseconds[len(milliseconds) // 2]:.1f}, most {milliseconds[-1]:.1f}"
    return Line(budget, milliseconds[-(-len(milliseconds) * 99 // 100) - 1], note)


# --- what the record says ---------------------------------------------------------------------------------------------


def revisions(seen: Sequence[Seen]) -> list[str]:
    """Revisions in the order of their first appearance, which is that of their publication."""
    return list(dict.fromkeys(one.revision for one in seen))


def stale(seen: Sequence[Seen]) -> int:
    """How many answers came after one of a later revision, whoever got that one."""
    order = {revision: number for number, revision in enumerate(revisions(seen))}
    newest = old = 0
    for one in seen:
        number = order[one.revision]
        old += number < newest
        newest = max(newest, number)
    return old


def switch_times(seen: Sequence[Seen], published: Sequence[float]) -> list[float]:
    """For each publication: seconds until nobody gets an older answer any more; infinite where it has never shown."""
    order = revisions(seen)
    times = []
    for number, moment in enumerate(published, start=1):
        if number >= len(order):
            times.append(float("inf"))
            continue
        first = next(one.moment for one in seen if one.revision == order[number])
        earlier = set(order[:number])
        last = max((one.moment for one in seen if one.revision in earlier), default=first)
        times.append(max(first, last) - moment)
    return times


def waited_during(seen: Sequence[Seen], published: Sequence[float], times: Sequence[float]) -> list[float]:
    """Seconds that answers took which were under way between a publication and the moment when all had switched."""
    spans = [(moment, moment + took) for moment, took in zip(published, times, strict=True)]
    return [
        one.waited
        for one in seen
        if any(one.moment >= begin and one.moment - one.waited <= end for begin, end in spans)
    ]


def misfits(seen: Sequence[Seen], variants: Sequence[str]) -> list[str]:
    """Answers whose variant is not that of their revision."""
    right = dict(zip(revisions(seen), variants, strict=False))
    return [f"{one.variant} in {one.revision}" for one in seen if right.get(one.revision, one.variant) != one.variant]


# --- the story --------------------------------------------------------------------------------------------------------


async def _story(site: Edited, port: int, publications: int) -> tuple[Record, list[Published]]:
    """Visitors come, the file is changed again and again, visitors go."""
    record, stop = Record(), asyncio.Event()
    visitors = [asyncio.create_task(_visitor(port, record, stop)) for _ in range(VISITORS)]
    published = [Published(time.monotonic(), site.variant(0))]
    await asyncio.sleep(1.0)
    for number in range(1, publications + 1):
        text = site.text(number)
        published.append(Published(time.monotonic(), site.variant(number)))
        publish(site.file, text)
        await _until_known(record, number + 1)
        await asyncio.sleep(WATCHED)
    stop.set()
    await asyncio.gather(*visitors)
    return record, published


async def _until_known(record: Record, revisions_wanted: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(record.known) < revisions_wanted and time.monotonic() < deadline:
        await asyncio.sleep(0.02)


async def _visitor(port: int, record: Record, stop: asyncio.Event) -> None:
    """Asks until told to stop; whatever goes wrong is written down, and a new connection is tried."""
    while not stop.is_set():
        try:
            async with asyncio.timeout(10):
                await _connection(port, record, stop)
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            record.failed.append(f"{type(error).__name__}: {error}")
            await asyncio.sleep(0.05)


async def _connection(port: int, record: Record, stop: asyncio.Event) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for _ in range(RENEWED):
            if stop.is_set():
                return
            writer.write(_REQUEST)
            record.add(await _answer(reader, time.monotonic()))
            await asyncio.sleep(PAUSE)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader, asked: float) -> Seen:
    """One answer to what was asked at that moment; ValueError where it is not a 200 that says its revision."""
    head = await reader.readuntil(b"\r\n\r\n")
    decision, length = _REVISION.search(head), _LENGTH.search(head)
    if not head.startswith(b"HTTP/1.1 200") or decision is None or length is None:
        raise ValueError(head.partition(b"\r\n")[0].decode("latin-1"))
    await reader.readexactly(int(length[1]))
    now = time.monotonic()
    return Seen(now, decision[2].decode(), decision[1].decode(), now - asked)
