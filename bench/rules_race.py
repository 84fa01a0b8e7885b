"""One size of table: every engine is built, its answers are compared with the scan's, and then all are timed in turn.

`python -m bench.rules_race` does so in a process of its own, for one size, and prints a `Result` as JSON. In each round every
engine has a slice of CPU time and at least one decision; the next round begins with another one.

A round is of one part of the day, since a day has many more visitors than parts: what changes with the clock a few times a
day is asked for once before the slice begins.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from bench.report import rotated
from bench.rules_made import MadeRule, Scan, Visitor, made_rules, made_visitors
from bench.rules_ours import DECIDE, EXPLAIN, MEMO, NO_MEMO, load_rules, make_book, make_ours
from bench.rules_peers import PEERS, Contender, add_folder, version

#: As few answers of a peer, however slow, are compared; of ours, all that a visitor waits for.
LEAST_CHECKED = 19
CHECKED_WHOLE = frozenset({NO_MEMO, MEMO, DECIDE, EXPLAIN})
#: Rules of the table whose memo is timed beside that of each larger one, and the name that it has there.
SMALL, MEMO_SMALL = 10, "memo-10"
#: Decisions timed between two looks at the clock, at the most.
BATCH = 200


class Timing(msgspec.Struct, frozen=True):
    """One engine at one size: µs of CPU for a decision, round by round; how many were checked and timed; seconds to build.

    `refused` says why it was not timed: it is not installed, or it answers otherwise than the scan.
    """

    name: str
    micros: tuple[float, ...] = ()
    checked: int = 0
    timed: int = 0
    build_seconds: float = 0.0
    version: str = ""
    refused: str = ""

    @property
    def middle(self) -> float:
        """The median round; not a number where there is none."""
        return statistics.median(self.micros) if self.micros else float("nan")


class Result(msgspec.Struct, frozen=True):
    """One size. `rank` is the median position of the row that wins: how far a scan walks."""

    rules: int
    visitors: int
    rank: float
    timings: tuple[Timing, ...]

    def named(self, name: str) -> Timing:
        """The timing of that engine, refused where there is none."""
        return next((one for one in self.timings if one.name == name), Timing(name, refused="left out"))


class Pace(msgspec.Struct, frozen=True):
    """How long is measured: rounds, seconds of CPU for each engine in a round, and seconds for comparing its answers."""

    rounds: int
    slice: float
    checking: float


def race(rules: Sequence[MadeRule], visitors: Sequence[Visitor], names: Sequence[str], pace: Pace) -> Result:
    """Builds, compares and times what is named, and ours."""
    scan = Scan(rules)
    expected = [scan.first(visitor) for visitor in visitors]
    builders: dict[str, Callable[[], Sequence[Contender]]] = {"ours": lambda: make_ours(make_book(load_rules(rules)))}
    for name in names:
        builders[name] = _maker(name, rules)
    entries: list[Entry] = []
    refused: list[Timing] = []
    for name, build in builders.items():
        try:
            entries += _entries(build, visitors)
        except ImportError as error:
            refused.append(Timing(name, refused=f"{PEERS[name].distribution} is not installed ({error.name})"))
    for entry in entries:
        entry.check(expected, len(visitors) if entry.name in CHECKED_WHOLE else LEAST_CHECKED, pace.checking)
    if len(rules) > SMALL:
        entries.append(_small_memo(len(visitors)))
    _time([entry for entry in entries if not entry.refused], pace)
    positions = {rule.id: number for number, rule in enumerate(rules, start=1)}
    rank = statistics.median(positions[name] for name in expected)
    return Result(len(rules), len(visitors), rank, (*(entry.timing() for entry in entries), *refused))


def _time(entries: Sequence[Entry], pace: Pace) -> None:
    """All of them in each round, each time beginning with another one."""
    running = {entry.name: entry for entry in entries}
    gc.collect()
    gc.freeze()
    for turn in range(pace.rounds):
        for name in rotated(list(running), turn):
            running[name].time(turn, pace.slice)
    gc.unfreeze()


def _small_memo(visitors: int) -> Entry:
    """Our memo over a small table, timed beside the large one: two processes could not be compared."""
    rules = made_rules(SMALL)
    asking = made_visitors(rules, visitors)
    scan = Scan(rules)
    (memo,) = (one for one in make_ours(make_book(load_rules(rules))) if one.name == MEMO)
    entry = Entry(Contender(MEMO_SMALL, memo.prepare, memo.first, memo.seen), asking, 0.0)
    entry.check([scan.first(visitor) for visitor in asking], len(asking), 0.0)
    return entry


def name_is_ours(name: str) -> bool:
    """Whether a contender is one of ours."""
    return name not in PEERS


def _maker(name: str, rules: Sequence[MadeRule]) -> Callable[[], Sequence[Contender]]:
    return lambda: [PEERS[name].make(rules)]


def _entries(build: Callable[[], Sequence[Contender]], visitors: Sequence[Visitor]) -> list[Entry]:
    began = time.process_time()
    contenders = build()
    spent = time.process_time() - began
    return [Entry(contender, visitors, spent) for contender in contenders]


class Entry:
    """One engine in the race, with what is known of it so far."""

    def __init__(self, contender: Contender, visitors: Sequence[Visitor], build_seconds: float) -> None:
        self.name = contender.name
        self.refused = ""
        self._contender = contender
        self._asked: list[Any] = [contender.prepare(visitor) for visitor in visitors]
        parts = dict.fromkeys(visitor.daypart for visitor in visitors)
        self._parts = [
            _Part(self._asked, [number for number, one in enumerate(visitors) if one.daypart == part]) for part in parts
        ]
        self._build_seconds = build_seconds
        self._checked = self._timed = 0
        self._micros: list[float] = []

    def check(self, expected: Sequence[str], least: int, seconds: float) -> None:
        """Compares answers with the scan's, spread over the visitors: at least so many, and more while there is time."""
        began = time.process_time()
        for number in range(len(expected)) if least >= len(expected) else spread(len(expected)):
            if self._checked >= least and time.process_time() - began > seconds:
                return
            found = self._contender.first(self._asked[number])
            if found != expected[number]:
                self.refused = f"visitor {number}: {found} instead of {expected[number]}"
                return
            self._checked += 1

    def time(self, turn: int, seconds: float) -> None:
        """One round: whole batches until the slice is used up."""
        part, first = self._parts[turn % len(self._parts)], self._contender.first
        for one in part.asked if self._contender.seen else part.asked[:1]:
            first(one)
        spent, count = 0.0, 0
        while spent < seconds:
            size = 1 if count == 0 else max(1, min(BATCH, int(count / spent * (seconds - spent))))
            spent += timed(first, part.next(size))
            count += size
        self._micros.append(spent / count * 1e6)
        self._timed += count

    def timing(self) -> Timing:
        """What was found."""
        installed = "" if name_is_ours(self.name) else version(PEERS[self.name]) or ""
        micros, build = tuple(self._micros), self._build_seconds
        return Timing(self.name, micros, self._checked, self._timed, build, installed, self.refused)


class _Part:
    """The visitors of one part of the day, in a circle."""

    def __init__(self, asked: Sequence[Any], numbers: Sequence[int]) -> None:
        self.asked = [asked[number] for number in numbers]
        self._at = 0

    def next(self, size: int) -> list[Any]:
        """The next so many."""
        found = [self.asked[(self._at + number) % len(self.asked)] for number in range(size)]
        self._at = (self._at + size) % len(self.asked)
        return found


def timed(first: Callable[[Any], object], asked: Sequence[Any]) -> float:
    """Seconds of CPU for those decisions; nothing is collected meanwhile."""
    gc.disable()
    began = time.process_time()
    for one in asked:
        first(one)
    spent = time.process_time() - began
    gc.enable()
    return max(spent, 1e-9)


def spread(count: int) -> list[int]:
    """All numbers below `count`, such that any first part of them lies evenly among them."""
    bits = max(count - 1, 1).bit_length()
    turned = (int(f"{number:0{bits}b}"[::-1], 2) for number in range(1 << bits))
    return [number for number in turned if number < count]


def main(arguments: Sequence[str] | None = None) -> int:
    """One size, as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.rules_race")
    parser.add_argument("rules", type=int)
    parser.add_argument("visitors", type=int)
    parser.add_argument("peers", help="their names, with commas")
    parser.add_argument("pace", help="a Pace as JSON")
    asked = parser.parse_args(arguments)
    add_folder()
    rules = made_rules(asked.rules)
    names = [name for name in asked.peers.split(",") if name]
    pace = msgspec.json.decode(asked.pace, type=Pace)
    result = race(rules, made_visitors(rules, asked.visitors), names, pace)
    sys.stdout.buffer.write(msgspec.json.encode(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
