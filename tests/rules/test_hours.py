"""What the clock and the schedules leave of the rules of an index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest

from rules import hours
from rules.hours import Hour, Hours
from rules.schedules import CLOCK
from rules.tables import Rule
from tests.rules.books import NOON, book, rule

BERLIN = ZoneInfo("Europe/Berlin")


def hours_of(*rules: Rule, of_visitor: bool = False, site: tzinfo = BERLIN) -> Hours:
    return Hours(book(*rules).compiled[0].index, of_visitor, site)


def test_without_a_clock_an_hour_lasts_from_one_schedule_to_the_next() -> None:
    found = hours_of(
        rule("t/always", {"country": "ES"}, mode=("sub",)),
        rule("t/from", begins=NOON, mode=("sub",)),
        rule("t/until", ends=NOON + timedelta(hours=9), mode=("sub",)),
    )
    moments = [NOON + timedelta(microseconds=1) * step for step in (-1, 0, 1)]
    before, begins, after = (found.at(moment, None) for moment in moments)
    assert (before.in_force, begins.in_force) == (0b101, 0b111)
    assert begins is after
    assert found.at(NOON + timedelta(hours=9), None).in_force == 0b110
    assert before == Hour(before.in_force, before.none, before.most, [], ()) or before.lefts == []
    assert (before.none, before.most, before.values) == (0b101, 0b101, ())


def test_rules_that_the_clock_fails_once_are_told_from_those_that_it_fails_twice() -> None:
    found = hours_of(
        rule("t/sunday-noon", {"weekday": "sun", "hour": "12"}, mode=("sub",)),
        rule("t/sunday-night", {"weekday": "sun", "hour": "2"}, mode=("sub",)),
        rule("t/monday-night", {"weekday": "mon", "hour": "2"}, mode=("sub",)),
        rule("t/later", {"weekday": "mon"}, begins=NOON + timedelta(days=9), mode=("sub",)),
    ).at(NOON, None)
    assert (found.in_force, found.none, found.most) == (0b1110, 0b1000, 0b1100)
    assert dict(zip(CLOCK, found.values, strict=True))["weekday"] == "sun"
    assert dict(zip(CLOCK, found.lefts, strict=True)) == {"weekday": 0b1100, "hour": 0b1001, "daypart": -1, "date": -1}


@pytest.mark.parametrize(
    ("of_visitor", "zone", "expected"),
    [(False, "Asia/Tokyo", 12), (True, "Asia/Tokyo", 20), (True, None, 12), (True, "Nowhere/Else", 12)],
)
def test_the_hour_is_that_of_the_clock_that_counts(of_visitor: bool, zone: str | None, expected: int) -> None:
    found = hours_of(rule("t/evening", {"hour": "20"}, mode=("sub",)), of_visitor=of_visitor)
    assert dict(zip(CLOCK, found.at(NOON, zone).values, strict=True))["hour"] == expected


def test_the_same_hour_of_another_day_is_another_one_and_an_hour_of_half_an_hour_is_kept() -> None:
    found = hours_of(rule("t/day", {"date": "2026-11-22"}, mode=("sub",)), site=ZoneInfo("Asia/Kathmandu"))
    today = datetime(2026, 11, 22, 6, 15, tzinfo=UTC)  # noon in Kathmandu
    assert found.at(today, None) is found.at(today + timedelta(minutes=59), None)
    assert found.at(today, None) is not found.at(today + timedelta(minutes=60), None)
    assert [found.at(today + timedelta(days=days), None).none for days in (-1, 0, 1)] == [0, 1, 0]


def test_no_more_hours_are_kept_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hours, "HOURS", 2)
    found = hours_of(rule("t/noon", {"hour": "12"}, mode=("sub",)))
    first = found.at(NOON, None)
    for ahead in range(3):
        assert found.at(NOON + timedelta(hours=ahead), None).none == (ahead == 0)
    assert found.at(NOON, None) is not first
