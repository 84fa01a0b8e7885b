"""The whole context of a visitor whom the process has never seen, in µs of CPU: every input is read, none is left blank.

Realistic visitors and hostile ones. A round reads thousands of them, each once, and its figure is the mean of all. Every round
is a child of its own, forked off after other visitors were read, so that engines and tables are loaded and nobody of the
measured ones has been seen; what is remembered of those others helps only as far as visitors really are alike. The fields are
copied before the clock starts: to the process they are as new as those that a server has just parsed. All rounds run on one
core, every second one is followed by one of hostile visitors, and the least counts: a shared machine only adds.
"""

from __future__ import annotations

import contextlib
import gc
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from unittest.mock import patch

from bench.hostile import hostile
from bench.machine import cores, forked, pinned
from bench.report import Budget, Line, least_line, middle
from bench.sites import PLAIN, demo_site
from bench.visitors import Visitor, realistic

COLD = Budget("context/cold-us", 40.0, digits=1)
HOSTILE = Budget("context/hostile-us", 150.0, digits=1)
MIXES: Mapping[Budget, Callable[[int, int], list[Visitor]]] = {COLD: realistic, HOSTILE: hostile}
WARM_UP = 300
#: Further rounds would find no quieter moment that is worth the wait.
MOST_ROUNDS = 7


def measure(rounds: int, count: int) -> Iterator[Line]:
    """Two lines, each of the least of the rounds over so many visitors."""
    from edge.service import settle_memory

    with tempfile.TemporaryDirectory() as name, pinned(cores()[1]):
        reader = Reader(demo_site(Path(name), PLAIN))
        reader.each(realistic(WARM_UP, seed=11))
        reader.each(hostile(WARM_UP, seed=12))
        visitors = {budget: make(count, 1) for budget, make in MIXES.items()}
        settle_memory()  # as the service does when it starts
        means: dict[Budget, list[float]] = {budget: [] for budget in MIXES}
        for turn in range(min(rounds, MOST_ROUNDS)):
            for budget in (COLD, HOSTILE) if turn % 2 == 0 else (COLD,):
                with blank_classes():
                    means[budget] += forked(partial(reader.mean, visitors[budget]))
        for budget in MIXES:
            with blank_classes():
                each = forked(partial(reader.each, visitors[budget]))
            classified = middle(forked(partial(reader.each, visitors[budget][: count // 4])))
            note = f" for {count} visitors; {spread(each)}; p50 {classified:.0f} with their classes for an item"
            yield least_line(budget, means[budget], note)


def spread(micros: Sequence[float]) -> str:
    """Median, 99th percentile and the greatest."""
    ordered = sorted(micros)
    return f"p50 {ordered[len(ordered) // 2]:.0f}, p99 {ordered[len(ordered) * 99 // 100]:.0f}, most {ordered[-1]:.0f}"


@contextlib.contextmanager
def blank_classes() -> Iterator[None]:
    """Meanwhile a context is read and not classified: classes belong to an item, and are remembered for it."""
    from edge import reading

    blank = reading.Classes()
    with patch.object(reading, "classes_of", lambda served, context: blank):
        yield


def just_come(visitors: Sequence[Visitor]) -> list[Visitor]:
    """The same visitors in memory of their own, which the garbage collector does not walk: a server has one at a time."""
    gc.disable()
    copies = [
        Visitor(tuple([(bytes(bytearray(name)), bytes(bytearray(value))) for name, value in one.fields]), one.query)
        for one in visitors
    ]
    gc.freeze()
    gc.enable()
    return copies


class Reader:
    """Reads visitors as the service does, from the fields that a server hands on to the finished context."""

    def __init__(self, folder: Path) -> None:
        from edge.site import Loader

        self.site = Loader(folder).load()
        self.served = self.site.served["business-class"]
        self.moment = datetime(2026, 11, 22, 18, tzinfo=UTC)

    def mean(self, visitors: Sequence[Visitor]) -> list[float]:
        """µs of CPU for a visitor, the mean over all of them: one value. The clock is read twice in all."""
        read_one, come = self._read_one(), just_come(visitors)
        began = time.process_time_ns()
        for visitor in come:
            read_one(visitor)
        return [(time.process_time_ns() - began) / 1000 / len(come)]

    def each(self, visitors: Sequence[Visitor]) -> list[float]:
        """µs of CPU for each visitor, the clock's own cost (some 0.7 µs) included."""
        read_one, clock = self._read_one(), time.process_time_ns
        found = []
        for visitor in just_come(visitors):
            began = clock()
            read_one(visitor)
            found.append((clock() - began) / 1000)
        return found

    def _read_one(self) -> Callable[[Visitor], object]:
        from edge.reading import EVERYTHING, read
        from edge.request import Request
        from edge.signals.fields import joined

        site, served, moment = self.site, self.served, self.moment

        def read_one(visitor: Visitor) -> object:
            fields = joined(visitor.fields)
            request = Request(moment, fields, "127.0.0.1", visitor.query, fields.get(b"x-original-uri"), lookup=True)
            return read(request, served, site, EVERYTHING)

        return read_one
