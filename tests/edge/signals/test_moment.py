"""Moments that are named, and the visitor's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.signals.moment import parse_at, to_utc, visitor_zone
from edge.signals.place import Place

BERLIN = ZoneInfo("Europe/Berlin")
ROWS = (
    ("2026-12-24T20:00", "2026-12-24T19:00"),
    ("2026-12-24 20:00", "2026-12-24T19:00"),
    ("2026-07-01T20:00:30.5", "2026-07-01T18:00:30.500000"),
    ("2026-12-24", "2026-12-23T23:00"),
    ("2026-12-24T20:00Z", "2026-12-24T20:00"),
    ("2026-12-24t20:00z", "2026-12-24T20:00"),
    ("2026-12-24T20:00+05:30", "2026-12-24T14:30"),
    ("2026-12-24T20:00 05:30", "2026-12-24T14:30"),  # a plus sign in a query
    ("2026-12-24T20:00-0300", "2026-12-24T23:00"),
    ("2026-03-29T02:30", "2026-03-29T01:00"),  # the gap: the clock goes from two to three
    ("2026-03-29T02:00", "2026-03-29T01:00"),
    ("2026-03-29T01:59", "2026-03-29T00:59"),
    ("2026-03-29T03:00", "2026-03-29T01:00"),
    ("2026-10-25T02:30", "2026-10-25T00:30"),  # the fold: the first of two
    ("2026-10-25T03:00", "2026-10-25T02:00"),
)


@pytest.mark.parametrize(("text", "utc"), ROWS)
def test_a_moment_without_zone_is_in_the_sites(text: str, utc: str) -> None:
    assert parse_at(text, BERLIN) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [None, "", "now", "2026", "2026-13-01", "2026-02-30", "2026-12-24T25:00", "2026-12-24T20", "20261224", "2026-W52-4",
     "1766606400", "2026-12-24T20:00+99:00", "0001-01-01T00:00", "9999-12-31T23:00-12:00", "٢٠٢٦-12-24", "2026-12-24T20:00\n"],
)  # fmt: skip
def test_what_is_no_moment_is_absent(text: str | None) -> None:
    assert parse_at(text, BERLIN) is None


def test_a_clock_that_goes_half_an_hour_forward_has_a_gap_too() -> None:
    found = to_utc(datetime(2026, 10, 4, 2, 15), ZoneInfo("Australia/Lord_Howe"))
    assert found == datetime(2026, 10, 3, 15, 30, tzinfo=UTC)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Tehran"]),
)
def test_an_instant_reads_as_it_was_written_or_comes_next(local: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    back = to_utc(local, zone).astimezone(zone).replace(tzinfo=None)
    assert back == local or local < back <= local + timedelta(hours=1)


@given(st.text(max_size=40))
def test_nothing_makes_it_raise(text: str) -> None:
    assert parse_at(text, BERLIN) is None or len(text) >= 10


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        (Place("DE"), "Europe/Berlin"),
        (Place("IL"), "Asia/Jerusalem"),
        (Place("US"), None),
        (Place("ES"), None),
        (Place("ES", zone="Atlantic/Canary"), "Atlantic/Canary"),
        (Place("ES", zone="Nowhere/Land"), None),
        (Place("DE", zone="Europe"), "Europe/Berlin"),
        (Place(), None),
        (Place("QQ"), None),
    ],
)
def test_the_visitors_zone_comes_from_the_place(place: Place, zone: str | None) -> None:
    assert visitor_zone(place) == zone
