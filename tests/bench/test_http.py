"""The pure parts of the HTTP bench: requests, checks of answers, what wrk says, which rounds count."""

from __future__ import annotations

import json
import math

import pytest

from bench.http import (
    FIELDS,
    SETS,
    STORY,
    Run,
    check_answer,
    lines,
    lua_parts,
    parse_run,
    request_columns,
    request_fields,
)
from bench.machine import Answer, BenchFault, parse_stat

COLUMNS = request_columns()


def run(rps: float, server: float = 0.95, generator: float = 0.5) -> Run:
    return Run(rps, server * 1e6 / rps, server, generator, 1, 2)


def manifest(variant: str, named: str | None = None, without: str = "") -> Answer:
    fields = {name: "x" for name in FIELDS if name != without} | {"isogloss-variant": named or variant}
    return Answer(200, tuple(fields.items()), json.dumps({"variant": {"id": variant}}).encode())


def test_columns_count_through_every_combination_before_one_repeats() -> None:
    sizes = [len(column) for column in COLUMNS]
    assert math.lcm(*sizes) == math.prod(sizes) > 10_000_000
    assert all(len(set(column)) == len(column) for column in COLUMNS)


def test_no_two_of_the_first_requests_have_the_same_fields() -> None:
    assert len({tuple(request_fields(COLUMNS, number)) for number in range(SETS)}) == SETS


def test_a_request_has_the_fields_that_the_story_needs() -> None:
    names = [name for name, _ in request_fields(COLUMNS, 5)]
    assert {"Host", "Accept-Language", "CF-IPCountry", "User-Agent", "Referer"} <= set(names)
    assert len(set(names)) == len(names)


def test_the_sets_contain_the_founding_visitors() -> None:
    asked = [dict(request_fields(COLUMNS, number)) for number in range(4096)]
    assert STORY.keys() <= {(one["CF-IPCountry"], one["Accept-Language"][:2]) for one in asked}


def test_the_parts_are_ascii_so_that_strings_of_json_are_strings_of_lua() -> None:
    assert lua_parts(COLUMNS).isascii()
    assert "\\u" not in lua_parts(COLUMNS)


@pytest.mark.parametrize(
    ("answer", "country", "problem"),
    [
        (manifest("de-dub"), "DE", ""),
        (manifest("de-sub"), "DE", "variant de-sub, not de-dub"),
        (manifest("de-sub"), "FR", ""),
        (manifest("de-dub", named="de-sub"), "DE", "field and body name different variants"),
        (manifest("de-dub", without="vary"), "DE", "no vary"),
        (Answer(503, (), b""), "DE", "status 503"),
    ],
)
def test_a_fast_wrong_answer_counts_for_nothing(answer: Answer, country: str, problem: str) -> None:
    assert check_answer(answer, [("CF-IPCountry", country), ("Accept-Language", "de")], STORY) == problem


def test_a_line_of_wrk_becomes_a_run() -> None:
    found = parse_run("Running 3s test\nisogloss 60000 3000000 0 1500 4000\n", cpu=2.85, generator=1.2)
    assert (found.rps, found.p50, found.p99) == (20000.0, 1500, 4000)
    assert [found.cpu, found.server, found.generator] == pytest.approx([47.5, 0.95, 0.4])
    assert not found.contended


@pytest.mark.parametrize("output", ["", "unable to connect", "isogloss 100 3000000 1 1 1", "isogloss 0 3000000 0 0 0"])
def test_a_failed_request_ends_the_bench(output: str) -> None:
    with pytest.raises(BenchFault):
        parse_run(output, 1.0, 1.0)


def test_requests_a_second_are_compared_in_undisturbed_rounds_where_there_are_enough() -> None:
    calm = {
        "lookup": run(40.0),
        "combinations": run(36.0),
        "no-memo": run(24.0),
        "starlette": run(32.0),
        "raw": run(44.0),
    }
    rough = calm | {"lookup": run(10.0, server=0.5)}
    values = {line.budget.name: line.value for line in lines([calm, rough, calm, calm], wanted=3)}
    assert values["lookup/starlette-rps"] == pytest.approx(1.25)
    assert values["combinations/lookup-rps"] == pytest.approx(0.9)
    assert values["no-memo/lookup-rps"] == pytest.approx(0.6)
    few = {line.budget.name: line.value for line in lines([rough, rough, calm], wanted=3)}
    assert few["lookup/starlette-rps"] == pytest.approx(10 / 32)


def test_cpu_of_a_process_is_read_past_any_name() -> None:
    text = "4711 (gran) ian (x) S 42 4711 4711 0 -1 4194560 1 0 0 0 150 30 7 7 20 0 3 0 9999"
    assert parse_stat(text) == (42, 180)
