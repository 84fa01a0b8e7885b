"""What lines come of a race, what they ask of other processes, and that a wrong answer of ours ends the bench."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from bench import rules
from bench.machine import BenchFault
from bench.report import Line, Skip
from bench.rules_ours import DECIDE, EXPLAIN, MEMO, NO_MEMO
from bench.rules_race import MEMO_SMALL, Pace, Result, Timing

#: µs of two rounds. The machine slows down between them; ratios within a round do not change by that.
ROUNDS = {
    NO_MEMO: (1.0, 2.0),
    MEMO: (0.9, 1.8),
    MEMO_SMALL: (0.75, 1.5),
    DECIDE: (4.0, 8.0),
    EXPLAIN: (15.0, 30.0),
    "scan": (100.0, 200.0),
    "zen": (8.0, 16.0),
    "cel": (300.0, 600.0),
    "growthbook": (700.0, 1400.0),
}
FLAGD = Timing("flagd", refused="openfeature-flagd-core is not installed (openfeature)")
QUICK = rules.Depth(40, Pace(1, 0.001, 0.0), 1000, 2)


def result(count: int = 10, **other: tuple[float, ...]) -> Result:
    timings = [Timing(name, micros, 19, 40) for name, micros in {**ROUNDS, **other}.items()]
    return Result(count, 40, count / 2, (*timings, FLAGD))


def texts(found: Iterator[Line | Skip]) -> list[str]:
    return [one.text for one in found]


def test_a_size_has_its_ratio_and_a_skip_for_each_engine_that_is_missing() -> None:
    assert texts(rules.size_lines(result())) == [
        "SKIP rules/10/flagd openfeature-flagd-core is not installed (openfeature)",
        "rules/10/no-memo-over-fastest-peer 8.00 >=5 ok",
    ]


def test_the_plain_scan_has_a_line_of_its_own_where_there_is_anything_to_index() -> None:
    assert len(texts(rules.size_lines(result(scan=(1.5, 3.0))))) == 2
    found = list(rules.size_lines(result(1000, scan=(1.5, 3.0))))
    assert [one.text for one in found[1:]] == [
        "rules/1000/no-memo-over-fastest-peer 8.00 >=5 ok",
        "rules/1000/no-memo-over-scan 1.50 >=5 MISS",
    ]
    assert [isinstance(one, Line) and one.note.partition(". ")[0] for one in found[1:]] == [
        "2 rounds, 8.00 to 8.00; the fastest is zen",
        "2 rounds, 1.50 to 1.50; the fastest is scan",
    ]


def test_the_note_has_every_engine_and_the_whole_decision_beside_them() -> None:
    *_, line = rules.size_lines(result())
    assert isinstance(line, Line)
    assert "decide (all layers) 6 us (40 timed, 19 compared)" in line.note
    assert "growthbook 1.05e+03 us" in line.note
    assert "flagd" not in line.note


def test_an_engine_that_answers_otherwise_is_skipped_with_what_it_said() -> None:
    wrong = Result(10, 40, 5.0, (*result().timings[:6], Timing("zen", refused="visitor 3: r1 instead of r2"), FLAGD))
    assert texts(rules.size_lines(wrong))[0] == "SKIP rules/10/zen visitor 3: r1 instead of r2"


@pytest.mark.parametrize("name", [NO_MEMO, MEMO, DECIDE])
def test_a_wrong_answer_of_ours_ends_the_bench(name: str) -> None:
    wrong = Result(10, 40, 5.0, (Timing(name, refused="visitor 3: r1 instead of r2"),))
    with pytest.raises(BenchFault, match=f"{name}, 10 rules: visitor 3"):
        list(rules.size_lines(wrong))


def test_without_any_peer_there_is_no_ratio_and_that_is_a_miss() -> None:
    alone = Result(10, 40, 5.0, (Timing(NO_MEMO, (1.0,)),))
    found = list(rules.size_lines(alone))
    assert [isinstance(one, Skip) for one in found] == [True] * 5 + [False]
    assert all(isinstance(one, Line) and not one.kept and math.isnan(one.value) for one in found[5:])


def test_the_memo_is_flat_within_the_rounds_of_one_process() -> None:
    line = rules.flat_line(result(100_000))
    assert line.text == "rules/memo-flat 1.20 <=1.3 ok"
    assert line.note == "2 rounds, 1.20 to 1.20; 100000 rules over 10, both warm"


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """No process is started: what would have been asked, and answers of their form."""
    asked: list[tuple[str, ...]] = []

    def process(module: str, *arguments: str) -> bytes:
        asked.append((module, *arguments))
        if module == "rules_race":
            return msgspec.json.encode(result(int(arguments[0])))
        held = {"built": 100.0, "asked": 150.0}
        return json.dumps(
            held if arguments[0] == "bytes" else {"first": 0.5 * len(asked), "again": 0.1, "parsed": 0}
        ).encode()

    monkeypatch.setattr(rules, "_process", process)
    return asked


def test_all_lines_of_a_run(processes: list[tuple[str, ...]], tmp_path: Path) -> None:
    found = [one for one in rules.measure(QUICK, tmp_path) if isinstance(one, Line)]
    assert [one.text for one in found[7:]] == [
        "rules/memo-flat 1.20 <=1.3 ok",
        "rules/explain-us 22.5 <=20 MISS",
        "rules/load-10000-toml-s 2.50 <=1 MISS",
        "rules/load-100000-csv-s 3.50 <=5 ok",
        "rules/reload-unchanged 0 <=0 ok",
        "rules/bytes-a-rule-10000 150 <=200 ok",
        "rules/bytes-a-rule-100000 150 <=200 ok",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bench.json", "bench.md", "bench.svg"]


def test_slow_engines_are_left_out_of_the_largest_sizes_where_the_depth_says_so(
    processes: list[tuple[str, ...]],
) -> None:
    list(rules.measure(QUICK))
    races = [one for one in processes if one[0] == "rules_race"]
    assert [(one[1], one[3]) for one in races] == [
        ("10", "scan,zen,cel,growthbook,flagd"),
        ("1000", "scan,zen,cel,growthbook,flagd"),
        ("10000", "scan,zen"),
        ("100000", "scan,zen"),
    ]


def test_a_process_that_fails_says_so() -> None:
    with pytest.raises(BenchFault, match="invalid choice"):
        rules._process("rules_sites", "yaml", "10")


def test_a_process_answers_on_its_standard_output() -> None:
    pace = msgspec.json.encode(Pace(1, 0.0001, 0.0)).decode()
    printed = msgspec.json.decode(rules._process("rules_race", "10", "20", "scan", pace), type=Result)
    assert printed.named("scan").micros
