"""Cold start: from exec to the first answer, the service with the demo against an empty Starlette app on the same server.

The first request names a user agent and languages, and the service knows its first answer only when it has read them. Both
are started in turn on the same core; the first turn, which fills the caches of the disk, does not count.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.machine import Fields, cores, free_port, peer_command, pinned, running, service_command
from bench.peers import HEALTH, MEASURED
from bench.report import Budget, Line, ratio_line
from bench.sites import demo_site

BUDGET = Budget("cold-start/starlette", 2.0)

FIELDS: Fields = (
    ("Host", "isogloss.example"),
    ("Accept-Language", "de-DE,de;q=0.9,en;q=0.8"),
    (
        "User-Agent",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148",
    ),
    ("CF-IPCountry", "DE"),
    ("CF-Connecting-IP", "84.185.105.60"),
)


def measure(turns: int) -> Iterator[Line]:
    """One line. A turn takes about a second."""
    with tempfile.TemporaryDirectory() as name, pinned(cores()[1]):
        site = demo_site(Path(name))
        found = [_turn(site, number) for number in range(turns + 1)][1:]
    line = ratio_line(BUDGET, [ours / theirs for ours, theirs in found])
    ours, theirs = (min(column) * 1000 for column in zip(*found, strict=True))
    yield Line(line.budget, line.value, f"{line.note}; least {ours:.0f} ms and {theirs:.0f} ms")


def _turn(site: Path, number: int) -> tuple[float, float]:
    """Seconds of the service and of the empty app; who comes first changes."""
    if number % 2:
        theirs = _empty()
        return _service(site), theirs
    ours = _service(site)
    return ours, _empty()


def _service(site: Path) -> float:
    port = free_port()
    with running(service_command(site, port), port, core=cores()[0], path=MEASURED, fields=FIELDS) as server:
        return server.answered - server.began


def _empty() -> float:
    port = free_port()
    with running(peer_command("empty", port), port, core=cores()[0], path=HEALTH, fields=FIELDS) as server:
        return server.answered - server.began
