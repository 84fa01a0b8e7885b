"""Rule tables of 10 to 100,000 rules against other engines: µs of CPU for the winning row, answers compared beforehand.

Each size has a process of its own, in which all engines take turns (`bench.rules_race`); loading and memory are measured in
others (`bench.rules_sites`). `--plot FOLDER` writes down what was found and draws it (`bench.rules_page`).
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.machine import TOP, BenchFault, cores, pinned
from bench.report import Budget, Line, Skip, ratio_line, ratios
from bench.rules_ours import DECIDE, EXPLAIN, MEMO, NO_MEMO
from bench.rules_peers import PEERS
from bench.rules_race import CHECKED_WHOLE, MEMO_SMALL, Pace, Result, Timing

SIZES = (10, 1_000, 10_000, 100_000)
#: Where the memo's flatness, and where the cost of an explanation is promised.
LARGEST, EXPLAINED = 100_000, 10_000

#: From here on a plain scan is a peer. Over ten rules it is one loop of a microsecond, and there is nothing to index.
INDEXED = 1_000

FLAT = Budget("rules/memo-flat", 1.3)
EXPLAINING = Budget("rules/explain-us", 20.0, digits=1)
LOADS: Mapping[str, Budget] = {
    "toml 10000": Budget("rules/load-10000-toml-s", 1.0),
    "csv 100000": Budget("rules/load-100000-csv-s", 5.0),
}
AGAIN = Budget("rules/reload-unchanged", 0, digits=0)
BYTES = {count: Budget(f"rules/bytes-a-rule-{count}", 200.0, digits=0) for count in (10_000, 100_000)}

#: Peers that look at one rule after the other in Python or by interpreting: at the largest size they take minutes.
SLOW = ("cel", "growthbook", "flagd")


@dataclass(frozen=True, slots=True)
class Depth:
    """How much is measured: visitors, pace, up to which size the slow peers run, and turns of each load."""

    visitors: int
    pace: Pace
    slow_up_to: int
    turns: int


FULL = Depth(600, Pace(rounds=8, slice=0.15, checking=0.5), LARGEST, 2)
QUICK = Depth(400, Pace(rounds=2, slice=0.03, checking=0.05), EXPLAINED, 1)


class Figures(msgspec.Struct, frozen=True):
    """All that a run has found, as it is written down beside the page: the machine, each size, each line with its note."""

    machine: str
    python: str
    results: tuple[Result, ...]
    lines: tuple[tuple[str, str], ...]


def measure(depth: Depth, plot: Path | None = None) -> Iterator[Line | Skip]:
    """All lines of this part, and a skip for each peer that was not timed. Raises BenchFault where ours answers wrongly."""
    results: list[Result] = []
    found: list[Line | Skip] = []
    with pinned(cores()[1]):
        for one in _measured(depth, results):
            found.append(one)
            yield one
    if plot is not None:
        from bench.rules_page import write_page

        lines = [(one.text, one.note) for one in found if isinstance(one, Line)]
        write_page(plot, Figures(machine_name(), platform.python_version(), tuple(results), tuple(lines)))


def _measured(depth: Depth, results: list[Result]) -> Iterator[Line | Skip]:
    for count in SIZES:
        result = _race(count, depth)
        results.append(result)
        yield from size_lines(result)
    yield flat_line(results[-1])
    explained = next(one for one in results if one.rules == EXPLAINED).named(EXPLAIN)
    yield Line(EXPLAINING, explained.middle, f"{EXPLAINED} rules; {_told(explained)}")
    yield from _site_lines(depth.turns)


# --- what comes of one size -------------------------------------------------------------------------------------------


def size_lines(result: Result) -> Iterator[Line | Skip]:
    """The ratio over the fastest engine and, where there is anything to index, that over a plain scan.

    Before them stands who is left out.
    """
    wrong = [one for one in result.timings if one.name in CHECKED_WHOLE and one.refused]
    if wrong:
        raise BenchFault(f"{wrong[0].name}, {result.rules} rules: {wrong[0].refused}")
    for name in PEERS:
        if reason := result.named(name).refused:
            yield Skip(f"rules/{result.rules}/{name}", reason)
    rounds = result_rounds(result.timings)
    told = "; ".join(_told(one) for one in result.timings if not one.refused)
    asked = {"fastest-peer": [name for name in PEERS if name != "scan"]}
    if result.rules >= INDEXED:
        asked["scan"] = ["scan"]
    for over, names in asked.items():
        budget = Budget(f"rules/{result.rules}/no-memo-over-{over}", 5.0, least=True)
        line = ratio_line(budget, ratios(with_fastest(rounds, names), "fastest", NO_MEMO))
        fastest = min((result.named(name) for name in names), key=lambda one: (bool(one.refused), one.middle))
        yield Line(budget, line.value, f"{line.note}; the fastest is {fastest.name}. {told}")


def result_rounds(timings: Iterable[Timing]) -> list[Mapping[str, float]]:
    """µs by name, for each round."""
    timed = [one for one in timings if one.micros]
    count = min((len(one.micros) for one in timed), default=0)
    return [{one.name: one.micros[number] for one in timed} for number in range(count)]


def with_fastest(rounds: Sequence[Mapping[str, float]], names: Sequence[str]) -> list[Mapping[str, float]]:
    """Each round, and `fastest`: the least of those names in it."""
    found: list[Mapping[str, float]] = []
    for one in rounds:
        there = [one[name] for name in names if name in one]
        found.append({**one, "fastest": min(there)} if there else one)
    return found


def flat_line(result: Result) -> Line:
    """The memo over the largest table ÷ that over ten rules, in the same rounds."""
    line = ratio_line(FLAT, ratios(result_rounds(result.timings), MEMO, MEMO_SMALL))
    return Line(FLAT, line.value, f"{line.note}; {result.rules} rules over 10, both warm")


def _told(one: Timing) -> str:
    """A timing in a few words. `decide` is the whole decision over all layers, printed beside and without a bound."""
    suffix = " (all layers)" if one.name == DECIDE else ""
    return f"{one.name}{suffix} {one.middle:.3g} us ({one.timed} timed, {one.checked} compared)"


# --- processes --------------------------------------------------------------------------------------------------------


def _race(count: int, depth: Depth) -> Result:
    """One size in a process of its own."""
    names = [name for name in PEERS if count <= depth.slow_up_to or name not in SLOW]
    pace = msgspec.json.encode(depth.pace).decode()
    output = _process("rules_race", str(count), str(depth.visitors), ",".join(names), pace)
    return msgspec.json.decode(output, type=Result)


def _site_lines(turns: int) -> Iterator[Line]:
    again: list[Mapping[str, float]] = []
    for what, budget in LOADS.items():
        found = [json.loads(_process("rules_sites", *what.split())) for _ in range(turns)]
        again += found
        seconds = sorted(one["first"] for one in found)
        yield Line(budget, seconds[0], f"{turns} processes, {seconds[0]:.2f} to {seconds[-1]:.2f} s of CPU")
    parsed = max(one["parsed"] for one in again)
    share = max(one["again"] / one["first"] for one in again)
    yield Line(
        AGAIN, parsed, f"readers called by a load with nothing changed, which takes {share:.0%} of the first at most"
    )
    for count, budget in BYTES.items():
        held = json.loads(_process("rules_sites", "bytes", str(count)))
        yield Line(budget, held["asked"], f"by tracemalloc, after visitors have asked; {held['built']:.0f} before")


def _process(module: str, *arguments: str) -> bytes:
    """What a module of the bench prints."""
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{module}", *arguments], cwd=TOP, capture_output=True, check=False
    )
    if done.returncode:
        raise BenchFault(f"bench.{module} {' '.join(arguments)}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout


def machine_name() -> str:
    """The processor as Linux names it, and how many cores there are."""
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {len(names) or 1} cores"
