"""Children that measure."""

from __future__ import annotations

import os

import pytest

from bench.machine import BenchFault, forked


def test_a_child_begins_from_what_is_known_here_and_leaves_nothing_behind() -> None:
    known = [1.0]

    def work() -> list[float]:
        known.append(2.0)
        return [*known, float(os.getpid())]

    found = forked(work)
    assert found[:2] == [1.0, 2.0]
    assert found[2] != os.getpid()
    assert known == [1.0]


def test_a_child_that_fails_is_a_fault_of_the_bench(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(BenchFault, match="has failed"):
        forked(lambda: [1 / 0])
    assert "ZeroDivisionError" in capfd.readouterr().err
