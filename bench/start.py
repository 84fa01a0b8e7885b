"""Cold start: from exec to the first answer, the service with the demo against an empty Starlette app on the same server.

The first request names a user agent and languages. Both are started in turn on the same core, with compiled modules in a folder
of the bench's own; the first turn, which fills that folder and the caches of the disk, does not count.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
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
        compiled = Path(name) / "compiled"
        site = demo_site(Path(name) / "site")
        found = [_turn(site, compiled, number) for number in range(turns + 1)][1:]
    line = ratio_line(BUDGET, [ours / theirs for ours, theirs in found])
    ours, theirs = (min(column) * 1000 for column in zip(*found, strict=True))
    yield Line(line.budget, line.value, f"{line.note}; least {ours:.0f} ms and {theirs:.0f} ms")


def _turn(site: Path, compiled: Path, number: int) -> tuple[float, float]:
    """Seconds of the service and of the empty app; who comes first changes."""

    def service() -> float:
        port = free_port()
        return _start(service_command(site, port), port, MEASURED, compiled)

    def empty() -> float:
        port = free_port()
        return _start(peer_command("empty", port), port, HEALTH, compiled)

    if number % 2:
        theirs = empty()
        return service(), theirs
    ours = service()
    return ours, empty()


def _start(command: Sequence[str], port: int, path: str, compiled: Path) -> float:
    env = {"PYTHONPYCACHEPREFIX": str(compiled), "PYTHONDONTWRITEBYTECODE": ""}
    with running(command, port, core=cores()[0], env=env, path=path, fields=FIELDS) as server:
        return server.answered - server.began
