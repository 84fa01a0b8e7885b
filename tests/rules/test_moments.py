"""Tests of moments as editors write them, at the changes of clocks above all."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.moments import MomentFault, from_local, parse_begin, parse_end

BERLIN = "Europe/Berlin"
OFFSET = datetime.timezone(datetime.timedelta(hours=2))

#: What is written, zone, the instant as a beginning, the instant as an end; both in UTC.
MOMENTS: list[tuple[object, str, str, str]] = [
    # a bare date includes its day
    (datetime.date(2026, 12, 1), BERLIN, "2026-11-30T23:00", "2026-12-01T23:00"),
    ("2026-12-01", BERLIN, "2026-11-30T23:00", "2026-12-01T23:00"),
    # a day with a change of the clock has 23 or 25 hours
    ("2026-03-29", BERLIN, "2026-03-28T23:00", "2026-03-29T22:00"),
    ("2026-10-25", BERLIN, "2026-10-24T22:00", "2026-10-25T23:00"),
    # a time is on the site's clock, unless it says where
    (datetime.datetime(2026, 7, 1, 20), BERLIN, "2026-07-01T18:00", "2026-07-01T18:00"),
    ("2026-07-01T20:00", BERLIN, "2026-07-01T18:00", "2026-07-01T18:00"),
    ("2026-07-01 20:00:30", BERLIN, "2026-07-01T18:00:30", "2026-07-01T18:00:30"),
    ("2026-07-01T20:00Z", BERLIN, "2026-07-01T20:00", "2026-07-01T20:00"),
    ("2026-07-01T20:00+05:30", BERLIN, "2026-07-01T14:30", "2026-07-01T14:30"),
    (datetime.datetime(2026, 7, 1, 20, tzinfo=OFFSET), "UTC", "2026-07-01T18:00", "2026-07-01T18:00"),
    # in a gap the next valid instant
    ("2026-03-29T02:00", BERLIN, "2026-03-29T01:00", "2026-03-29T01:00"),
    ("2026-03-29T02:30", BERLIN, "2026-03-29T01:00", "2026-03-29T01:00"),
    ("2026-03-29T02:59:59", BERLIN, "2026-03-29T01:00", "2026-03-29T01:00"),
    ("2026-03-29T03:00", BERLIN, "2026-03-29T01:00", "2026-03-29T01:00"),
    # half an hour's gap; a whole day's; midnight itself
    ("2026-10-04T02:10", "Australia/Lord_Howe", "2026-10-03T15:30", "2026-10-03T15:30"),
    ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00", "2011-12-30T10:00"),
    ("2011-12-30T12:00", "Pacific/Apia", "2011-12-30T10:00", "2011-12-30T10:00"),
    ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00", "2018-11-05T02:00"),
    ("2018-11-03", "America/Sao_Paulo", "2018-11-03T03:00", "2018-11-04T03:00"),
    # in a fold the first as a beginning, the second as an end
    ("2026-10-25T02:30", BERLIN, "2026-10-25T00:30", "2026-10-25T01:30"),
    ("2026-10-25T02:00", BERLIN, "2026-10-25T00:00", "2026-10-25T01:00"),
    ("2026-10-25T03:00", BERLIN, "2026-10-25T02:00", "2026-10-25T02:00"),
]


@pytest.mark.parametrize(("written", "zone", "begin", "end"), MOMENTS)
def test_what_is_written_is_an_instant(written: object, zone: str, begin: str, end: str) -> None:
    for parse, expected in ((parse_begin, begin), (parse_end, end)):
        assert parse(written, ZoneInfo(zone)) == datetime.datetime.fromisoformat(f"{expected}+00:00")
        assert parse(written, ZoneInfo(zone)).tzinfo is datetime.UTC


@pytest.mark.parametrize(
    "written",
    [
        "",
        "soon",
        "2026-13-01",
        "2026-02-30T10:00",
        "20261201",
        "2026-W01",
        "2026-12-01T25:00",
        "2026-12-01T20",
        7,
        None,
    ],
)
def test_what_is_no_moment_is_a_fault(written: object) -> None:
    for parse in (parse_begin, parse_end):
        with pytest.raises(MomentFault, match="neither a date nor a time"):
            parse(written, datetime.UTC)


def test_a_time_without_a_date_is_a_fault() -> None:
    with pytest.raises(MomentFault, match=r"20:00:00.*Write 2026-12-24") as caught:
        parse_begin(datetime.time(20), datetime.UTC)
    assert caught.value.cure == "Write 2026-12-24 or 2026-12-24T20:00."


@pytest.mark.parametrize("written", ["9999-12-31", "9999-12-31T23:00-05:00"])
def test_an_end_beyond_the_calendar_is_a_fault(written: str) -> None:
    with pytest.raises(MomentFault, match="beyond the calendar"):
        parse_end(written, datetime.UTC)


ZONES = st.sampled_from(
    [BERLIN, "America/Havana", "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia", "Asia/Tehran"]
)
LOCALS = st.datetimes(datetime.datetime(1995, 1, 1), datetime.datetime(2036, 1, 1))


@given(LOCALS, ZONES)
def test_a_beginning_is_never_after_the_end_of_the_same_time(local: datetime.datetime, name: str) -> None:
    zone = ZoneInfo(name)
    first, second = (from_local(local, zone, fold=fold) for fold in (0, 1))
    assert first <= second
    read = first.astimezone(zone).replace(tzinfo=None, fold=0)
    assert read >= local.replace(microsecond=local.microsecond)
    before = (first - datetime.timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None, fold=0)
    assert read == local or before < local
