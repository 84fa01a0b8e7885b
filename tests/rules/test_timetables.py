"""Timetables: of many rules those in force at a moment, and the next of them to flip."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rules import timetables
from rules.bitsets import set_of
from rules.schedules import Watch
from rules.tables import Rule
from rules.timetables import Timetable
from tests.rules.books import NOON, rule
from tests.rules.test_bitsets import members

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), "America/New_York"
HOUR = timedelta(hours=1)

#: At noon in Berlin, six in the morning in New York.
RULES = (
    rule("t/evening", {"daypart": "evening"}, mode=("sub",)),
    rule("t/always", {"device": "tv", "hour": ""}, mode=("sub",)),
    rule("t/morning", {"hour": "6..11"}, mode=("sub",)),
    rule("t/ends", begins=NOON - HOUR, ends=NOON + HOUR, mode=("sub",)),
    rule("t/begins", {"daypart": "afternoon"}, begins=NOON + 2 * HOUR, mode=("sub",)),
    rule("t/over", ends=NOON, mode=("sub",)),
)
EVENING = datetime(2026, 11, 22, 17, tzinfo=UTC)


def by_name(
    table: Timetable, names: str, moment: datetime, zone: str | None = None
) -> tuple[str | None, datetime | None]:
    """Which of the named rules is first in force, and when the next of them flips."""
    candidates = set_of([n for n, one in enumerate(RULES) if one.id in names.split()], len(RULES))
    length, _, expires = table.settle(candidates, moment, zone)
    return (RULES[-length].id if length else None), expires


CASES: list[tuple[str, datetime, str | None, datetime | None]] = [
    ("evening always morning", NOON, "always", EVENING),
    ("evening always", EVENING, "evening", EVENING + 6 * HOUR),
    ("always ends", NOON, "always", None),
    ("ends always", NOON, "always", None),
    ("morning ends", NOON, "ends", NOON + HOUR),
    ("ends over", NOON + HOUR, None, None),
    ("begins over", NOON, None, NOON + 2 * HOUR),
    ("begins over", NOON + 2 * HOUR, "begins", EVENING),
    ("", NOON, None, None),
]


@pytest.mark.parametrize("common", [256, 2, 1])
def test_the_first_in_force_and_the_next_flip_above_what_always_is(
    common: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timetables, "COMMON", common)
    table = Timetable(RULES, BERLIN)
    assert members(table.timed, len(RULES)) == [0, 2, 3, 4, 5]
    for names, moment, first, expires in (*CASES, *CASES):
        assert by_name(table, names, moment) == (first, expires)
    assert members(table.in_force(NOON, None), len(RULES)) == [1, 3]
    assert members(Timetable(RULES, BERLIN, cells=False).in_force(NOON, None), len(RULES)) == [0, 1, 2, 3]


def test_the_visitors_clock_counts_where_the_table_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timetables, "ZONES", 2)
    table = Timetable(RULES, BERLIN, of_visitor=True)
    for _ in range(2):
        assert by_name(table, "evening morning", NOON, NEW_YORK) == ("morning", NOON + 6 * HOUR)
        assert by_name(table, "evening morning", NOON, None) == (None, EVENING)
        assert by_name(table, "evening morning", NOON, "Asia/Tokyo") == (
            "evening",
            datetime(2026, 11, 22, 15, tzinfo=UTC),
        )
        assert by_name(table, "evening morning", NOON, "Nowhere/Else") == (None, EVENING)
    assert by_name(Timetable(RULES, BERLIN), "evening morning", NOON, NEW_YORK) == (None, EVENING)


def test_rules_of_one_timing_are_asked_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Watch] = []
    at = Watch.at

    def counted(watch: Watch, moment: datetime, name: str | None) -> tuple[bool, datetime | None]:
        asked.append(watch)
        return at(watch, moment, name)

    monkeypatch.setattr(Watch, "at", counted)
    many: list[Rule] = [rule(f"t/r{n}", {"hour": "6..11" if n % 2 else "8"}, mode=("sub",)) for n in range(500)]
    table = Timetable(many, BERLIN)
    everything = (1 << 500) - 1
    for minutes in range(60):
        assert table.settle(everything, NOON - 4 * HOUR + timedelta(minutes=minutes), None) == (500, 0, NOON - 3 * HOUR)
    assert len(asked) == 2
    assert table.settle(everything, NOON - 3 * HOUR, None) == (499, 0, NOON)
    assert len(asked) == 4
