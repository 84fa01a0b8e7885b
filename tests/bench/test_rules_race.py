"""The race of one size: who is refused, who is timed. Times themselves are never asserted."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Sequence

import pytest

from bench import rules_race as race_of
from bench.rules_made import DEFAULT, MadeRule, Visitor, made_rules, made_visitors
from bench.rules_ours import DECIDE, EXPLAIN, MEMO, NO_MEMO
from bench.rules_peers import PEERS, Contender, Peer, make_scan
from bench.rules_race import MEMO_SMALL, Entry, Pace, Timing, race, spread

PACE = Pace(rounds=2, slice=0.0005, checking=0.0)
RULES = made_rules(30)
VISITORS = made_visitors(RULES, 40)


def make_wrong(rules: Sequence[MadeRule]) -> Contender:
    return Contender("zen", lambda visitor: visitor, lambda visitor: "r1")


def make_missing(rules: Sequence[MadeRule]) -> Contender:
    raise ModuleNotFoundError("No module named 'cel'", name="cel")


@pytest.fixture
def _strange_peers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PEERS, "zen", Peer("zen", "", make_wrong))
    monkeypatch.setitem(PEERS, "cel", Peer("CEL", "the-distribution", make_missing))


@pytest.mark.usefixtures("_strange_peers")
def test_who_answers_otherwise_or_is_missing_is_refused_by_name_and_not_timed() -> None:
    result = race(RULES, VISITORS, ["scan", "zen", "cel"], PACE)
    assert result.named("scan").refused == ""
    assert "r1 instead of" in result.named("zen").refused
    assert result.named("cel").refused == "the-distribution is not installed (cel)"
    assert [result.named(name).micros for name in ("zen", "cel")] == [(), ()]
    assert len(result.named("scan").micros) == PACE.rounds
    assert result.named("flagd").refused == "left out"


def test_ours_answer_every_visitor_as_the_scan_does_and_are_timed_in_every_round() -> None:
    result = race(RULES, VISITORS, ["scan"], PACE)
    assert [timing.name for timing in result.timings] == [NO_MEMO, MEMO, DECIDE, EXPLAIN, "scan", MEMO_SMALL]
    assert [timing.refused for timing in result.timings] == [""] * 6
    assert [result.named(name).checked for name in (NO_MEMO, MEMO, DECIDE)] == [len(VISITORS)] * 3
    assert all(len(timing.micros) == PACE.rounds and min(timing.micros) > 0 for timing in result.timings)
    assert all(timing.timed >= PACE.rounds for timing in result.timings)


def test_the_rank_is_the_position_of_the_row_that_wins() -> None:
    result = race([MadeRule(DEFAULT, {})], VISITORS, [], PACE)
    assert (result.rules, result.visitors, result.rank) == (1, 40, 1)
    assert result.named(MEMO_SMALL).refused == "left out"


def entry(answers: dict[int, str], asked: list[int]) -> Entry:
    """An engine that answers DEFAULT but where it is told otherwise, and writes down who asked."""

    def first(minute: int) -> str:
        asked.append(minute)
        return answers.get(minute, DEFAULT)

    return Entry(Contender("scan", lambda visitor: visitor.minute, first), VISITORS, 0.0)


def test_one_wrong_answer_of_forty_is_found() -> None:
    wrong = entry({VISITORS[33].minute: "r7"}, [])
    wrong.check([DEFAULT] * 40, 40, 0.0)
    assert wrong.refused == f"visitor 33: r7 instead of {DEFAULT}"


def test_a_slow_engine_is_compared_on_as_many_as_asked_for_and_on_more_while_there_is_time() -> None:
    asked: list[int] = []
    slow = entry({}, asked)
    slow.check([DEFAULT] * 40, 19, -1.0)
    assert len(asked) == slow.timing().checked == 19
    hasty = entry({}, [])
    hasty.check([DEFAULT] * 40, 19, 60.0)
    assert hasty.timing().checked == 40


def test_a_round_is_of_one_part_of_the_day_and_has_one_decision_at_least() -> None:
    asked: list[int] = []
    one = entry({}, asked)
    for turn in range(4):
        before = len(asked)
        one.time(turn, 1e-12)
        assert len({minute // 360 for minute in asked[before:]}) == 1
    assert len({minute // 360 for minute in asked}) == 4
    assert one.timing().timed == 4


def test_who_is_timed_as_seen_before_has_been_asked_by_everybody_of_that_part() -> None:
    asked: list[int] = []
    seen = Entry(Contender("scan", lambda visitor: visitor.minute, asked.append, seen=True), VISITORS, 0.0)
    seen.time(0, 1e-12)
    first = VISITORS[0].daypart
    assert asked[:-1] == [visitor.minute for visitor in VISITORS if visitor.daypart == first]


@pytest.mark.parametrize("count", [0, 1, 2, 7, 64, 1000])
def test_a_spread_names_every_number_once_and_its_first_half_lies_everywhere(count: int) -> None:
    found = spread(count)
    assert sorted(found) == list(range(count))
    if count >= 64:
        half = sorted(found[: count // 2])
        assert max(two - one for one, two in itertools.pairwise(half)) <= 4


def test_of_no_round_the_middle_is_not_a_number() -> None:
    assert math.isnan(Timing("zen").middle)
    assert Timing("zen", (3.0, 1.0, 2.0)).middle == 2.0


def test_the_command_prints_a_result(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    pace = json.dumps({"rounds": 1, "slice": 0.0001, "checking": 0.0})
    assert race_of.main(["10", "40", "scan", pace]) == 0
    printed = json.loads(capsysbinary.readouterr().out)
    assert (printed["rules"], printed["visitors"]) == (10, 40)


def test_the_scan_of_the_peers_is_the_one_that_is_right() -> None:
    scan = make_scan(RULES)
    visitor: Visitor = VISITORS[0]
    assert scan.prepare(visitor) is visitor
