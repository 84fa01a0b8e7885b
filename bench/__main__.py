"""`python -m bench`: prints one line for each budget of the design, `name value bound ok|MISS`; details go to standard error.

Exit codes: 0 all kept, 1 a miss, 2 skipped because the load generator is missing (or wrong usage).
"""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench import context, http, match, rules, start, swap
from bench.machine import BenchFault, cores
from bench.report import Exit, Line, Skip, exit_code


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: rounds and seconds of each timed run, visitors, turns of a cold start, publications."""

    rounds: int
    seconds: int
    visitors: int
    turns: int
    publications: int
    rules: rules.Depth
    direct: bool = False
    plot: Path | None = None


FULL = Effort(rounds=15, seconds=1, visitors=4000, turns=7, publications=5, rules=rules.FULL)
QUICK = Effort(rounds=1, seconds=1, visitors=3000, turns=1, publications=1, rules=rules.QUICK)

Part = Callable[[Effort], Iterator[Line | Skip]]

PARTS: Mapping[str, Part] = {
    "match": lambda effort: match.measure(effort.rounds),
    "context": lambda effort: context.measure(effort.rounds, effort.visitors),
    "start": lambda effort: start.measure(effort.turns),
    "http": lambda effort: http.measure(effort.rounds, effort.seconds, direct=effort.direct),
    "swap": lambda effort: swap.measure(effort.publications),
    "rules": lambda effort: rules.measure(effort.rules, effort.plot),
}
#: Asked for by name alone: it takes as long as all others together, and measures other engines more than the service.
BY_NAME = "rules"
NEEDS_WRK = frozenset({"http"})


def main(arguments: Sequence[str] | None = None) -> Exit:
    """Measures the parts that are asked for, all by default, and prints lines as they come."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    parts = asked.only or [part for part in PARTS if part != BY_NAME]
    if asked.plot and "rules" not in parts:
        parser.error("--plot writes figures of the part rules, which is not among those asked for")
    missing = _missing(parts)
    if missing:
        print(f"SKIP {missing}")
        return Exit.skipped
    first, second = cores()
    pinning = "one core: nothing is pinned" if second is None else f"server on core {first}, load on core {second}"
    say(f"Python {platform.python_version()}, {platform.machine()}, {pinning}")
    effort = replace(QUICK if asked.quick else FULL, direct=asked.direct, plot=asked.plot)
    lines: list[Line] = []
    try:
        for part in parts:
            for found in PARTS[part](effort):
                print(found.text, flush=True)
                if isinstance(found, Line):
                    lines.append(found)
                    say(f"  {found.note}")
    except BenchFault as fault:
        say(str(fault))
        return Exit.missed
    return exit_code(lines)


def say(text: str) -> None:
    """A remark for people, not for programs."""
    print(text, file=sys.stderr, flush=True)


def _missing(parts: Sequence[str]) -> str:
    """What this machine lacks to measure them, empty where it has everything."""
    if sys.platform != "linux":
        return "CPU times are read from /proc, which only Linux has"
    if not NEEDS_WRK.isdisjoint(parts) and shutil.which("wrk") is None:
        return "the load generator wrk is missing (apt-get install wrk)"
    return ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measures the service against its budgets.")
    parser.add_argument("--quick", action="store_true", help="one short round: does it run at all?")
    parser.add_argument("--only", action="append", choices=list(PARTS), help="this part alone; may be repeated")
    parser.add_argument("--direct", action="store_true", help="http: without a hop in front; for comparison, no budget")
    parser.add_argument(
        "--plot", type=Path, metavar="FOLDER", help="rules: write the figures, their plot and table there"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
