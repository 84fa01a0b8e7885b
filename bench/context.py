"""The whole context of a visitor whom the process has never seen, in µs of CPU: every input is read, none is left blank.

Realistic visitors and hostile ones, each read once. Before them others are read, so that engines and tables are loaded;
what the process remembers of those helps the measured ones only as far as visitors really are alike.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from bench.hostile import hostile
from bench.report import Budget, Line, middle
from bench.sites import PLAIN, demo_site
from bench.visitors import Visitor, realistic

COLD = Budget("context/cold-us", 40.0, digits=1)
HOSTILE = Budget("context/hostile-us", 150.0, digits=1)
WARM_UP = 300


def measure(count: int) -> Iterator[Line]:
    """Two lines, over so many visitors each."""
    with tempfile.TemporaryDirectory() as name:
        reader = Reader(demo_site(Path(name), PLAIN))
        reader.each(realistic(WARM_UP, seed=11))
        reader.each(hostile(WARM_UP, seed=12))
        for budget, make in ((COLD, realistic), (HOSTILE, hostile)):
            with blank_classes():
                micros = reader.each(make(count, seed=1))
            with_classes = middle(reader.each(make(count, seed=2)))
            note = f"{len(micros)} visitors; {spread(micros)}; p50 {with_classes:.0f} with their classes for an item"
            yield Line(budget, sum(micros) / len(micros), note)


def spread(micros: Sequence[float]) -> str:
    """Median, 99th percentile and the greatest."""
    ordered = sorted(micros)
    return f"p50 {ordered[len(ordered) // 2]:.0f}, p99 {ordered[len(ordered) * 99 // 100]:.0f}, most {ordered[-1]:.0f}"


@contextlib.contextmanager
def blank_classes() -> Iterator[None]:
    """Meanwhile a context is read and not classified: classes belong to an item, and are remembered for it."""
    from edge import reading

    with patch.object(reading, "classes_of", lambda served, context: reading.Classes()):
        yield


class Reader:
    """Reads visitors as the service does, from the fields that a server hands on to the finished context."""

    def __init__(self, folder: Path) -> None:
        from edge.site import Loader

        self.site = Loader(folder).load()
        self.served = self.site.served["business-class"]
        self.moment = datetime(2026, 11, 22, 18, tzinfo=UTC)

    def each(self, visitors: Sequence[Visitor]) -> list[float]:
        """µs of CPU for each visitor, the clock's own cost (some 0.5 µs) included."""
        from edge.reading import EVERYTHING, read
        from edge.request import Request
        from edge.signals.fields import joined

        clock, site, served, moment = time.process_time_ns, self.site, self.served, self.moment
        found = []
        for visitor in visitors:
            began = clock()
            fields = joined(visitor.fields)
            request = Request(moment, fields, "127.0.0.1", visitor.query, fields.get(b"x-original-uri"), lookup=True)
            read(request, served, site, EVERYTHING)
            found.append((clock() - began) / 1000)
        return found
