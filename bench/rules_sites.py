"""Sites of many rules: how long they take to load, what of an unchanged one is read again, and what a rule takes in memory.

Each measurement has a process of its own, `python -m bench.rules_sites`, which prints JSON: nothing is warm or left over.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from unittest.mock import patch

from bench.machine import BenchFault
from bench.rules_files import FORMS, site_with
from bench.rules_made import made_rules, made_visitors

#: What reads a site's files: a document, bulk rows, and a table of both.
READERS = ("parse_document", "parse_bulk", "load_table")
#: Visitors who ask before memory is counted, so that what is made on the first question is there.
ASKING = 200


def load_seconds(form: str, count: int) -> Mapping[str, float]:
    """Seconds of CPU for a whole load, for the next one with nothing changed, and how many readers that one called."""
    from edge.site import Loader

    with tempfile.TemporaryDirectory() as name:
        folder = site_with(Path(name) / "site", FORMS[form](made_rules(count)))
        loader = Loader(folder)
        began = time.process_time()
        site = loader.load()
        loaded = time.process_time()
        with counted() as calls:
            again = loader.load()
        reloaded = time.process_time()
    held = sum(len(table.rules) for table in again.book.tables)
    if held != count or again.revision != site.revision:
        raise BenchFault(f"{held} rules of revision {again.revision} instead of {count} of {site.revision}")
    return {"first": loaded - began, "again": reloaded - loaded, "parsed": float(len(calls))}


@contextlib.contextmanager
def counted() -> Iterator[list[str]]:
    """Meanwhile each call of a reader leaves its name in the list."""
    import edge.site

    calls: list[str] = []
    with contextlib.ExitStack() as stack:
        for name in READERS:
            stack.enter_context(patch.object(edge.site, name, _noting(name, getattr(edge.site, name), calls)))
        yield calls


def _noting(name: str, read: Callable[..., object], calls: list[str]) -> Callable[..., object]:
    def noting(*given: object, **named: object) -> object:
        calls.append(name)
        return read(*given, **named)

    return noting


def bytes_a_rule(count: int) -> Mapping[str, float]:
    """What the book allocates beyond the table's own records, by tracemalloc, when visitors have asked; for each rule."""
    from bench.rules_ours import load_rules, make_book, make_ours

    rules = made_rules(count)
    visitors = made_visitors(rules, ASKING)
    table = load_rules(rules)
    small = make_ours(make_book(load_rules(made_rules(10))))[
        0
    ]  # what a process learns of languages and places is no rule's
    for visitor in visitors:
        small.first(small.prepare(visitor))
    gc.collect()
    tracemalloc.start()
    book = make_book(table)
    ours = make_ours(book)[0]
    built = _allocated()
    for visitor in visitors:
        ours.first(ours.prepare(visitor))
    return {"built": built / count, "asked": _allocated() / count}


def _allocated() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def main(arguments: Sequence[str] | None = None) -> int:
    """One measurement, as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.rules_sites")
    parser.add_argument("what", choices=["toml", "csv", "bytes"])
    parser.add_argument("rules", type=int)
    asked = parser.parse_args(arguments)
    found = bytes_a_rule(asked.rules) if asked.what == "bytes" else load_seconds(asked.what, asked.rules)
    json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
