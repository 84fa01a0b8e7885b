"""Flips of schedules and time cells: tables of instants, and a search minute by minute as the oracle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locales.groups import Groups
from rules.cells import Cell, parse_cell
from rules.inputs import INPUTS, TIME_INPUTS
from rules.schedules import CLOCK, HORIZON, Watch, local_time, next_flip, parse_zone, timing_of
from rules.tables import Schedule

GROUPS = Groups.shipped()
BERLIN = "Europe/Berlin"


def cells(**asked: object) -> tuple[Cell, ...]:
    return tuple(parse_cell(INPUTS[name], raw, GROUPS) for name, raw in asked.items())


def at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


def active(begins: str | None = None, ends: str | None = None) -> Schedule:
    return Schedule(at(begins), at(ends))


# zone, time cells, moment, next flip; all instants in UTC
FLIPS: list[tuple[str, str, dict[str, object], str, str | None]] = [
    ("an hour begins", BERLIN, {"hour": "18..23"}, "2026-11-22T10:00", "2026-11-22T17:00"),
    ("it ends at midnight", BERLIN, {"hour": "18..23"}, "2026-11-22T17:00", "2026-11-22T23:00"),
    ("a wrapping range ends", BERLIN, {"hour": "22..2"}, "2026-11-22T23:30", "2026-11-23T02:00"),
    ("a daypart begins", BERLIN, {"daypart": "evening"}, "2026-11-22T10:00", "2026-11-22T17:00"),
    (
        "a daypart and an hour of it",
        BERLIN,
        {"daypart": "evening", "hour": "20"},
        "2026-11-22T10:00",
        "2026-11-22T19:00",
    ),
    ("a weekend begins at local midnight", BERLIN, {"weekday": ["sat", "sun"]}, "2026-11-20T12:00", "2026-11-20T23:00"),
    ("a weekend ends", BERLIN, {"weekday": ["sat", "sun"]}, "2026-11-21T12:00", "2026-11-22T23:00"),
    ("a week passes", BERLIN, {"weekday": "sun", "hour": "12"}, "2026-11-22T12:00", "2026-11-29T11:00"),
    ("a date begins", BERLIN, {"date": "2026-12-24"}, "2026-11-22T12:00", "2026-12-23T23:00"),
    ("a date ends", BERLIN, {"date": "2026-12-24..2026-12-26"}, "2026-12-25T12:00", "2026-12-26T23:00"),
    ("a date is past", BERLIN, {"date": "2026-01-06"}, "2026-11-22T12:00", None),
    ("a date at the horizon", "UTC", {"date": "2027-12-27"}, "2026-11-22T12:00", "2027-12-27T00:00"),
    ("a date beyond the horizon", "UTC", {"date": "2027-12-28"}, "2026-11-22T12:00", None),
    ("every hour of every day", BERLIN, {"hour": "0..23"}, "2026-11-22T12:00", None),
    ("an hour and never a day", BERLIN, {"hour": "7", "date": "2020-01-01"}, "2026-11-22T12:00", None),
    ("a quarter hour of offset", "Asia/Kathmandu", {"hour": "18"}, "2026-11-22T10:00", "2026-11-22T12:15"),
    ("a gap swallows the hour", BERLIN, {"hour": "2"}, "2026-03-29T00:30", "2026-03-30T00:00"),
    ("behind the gap", BERLIN, {"hour": "3"}, "2026-03-29T00:30", "2026-03-29T01:00"),
    ("a gap ends the hour before it", BERLIN, {"hour": "1"}, "2026-03-29T00:30", "2026-03-29T01:00"),
    (
        "a week with a gap on its only day",
        BERLIN,
        {"weekday": "sun", "hour": "2"},
        "2026-03-22T12:00",
        "2026-04-05T00:00",
    ),
    ("a fold makes the hour two", BERLIN, {"hour": "2"}, "2026-10-25T00:30", "2026-10-25T02:00"),
    ("behind a fold", BERLIN, {"hour": "3"}, "2026-10-25T00:30", "2026-10-25T02:00"),
    ("half an hour of gap", "Australia/Lord_Howe", {"hour": "2"}, "2026-10-03T15:00", "2026-10-03T15:30"),
    ("half an hour of hour", "Australia/Lord_Howe", {"hour": "2"}, "2026-10-03T15:45", "2026-10-03T16:00"),
    ("a gap at midnight", "Asia/Beirut", {"weekday": "sun"}, "2026-03-28T12:00", "2026-03-28T22:00"),
    ("a fold at midnight", "Asia/Beirut", {"date": "2026-10-24"}, "2026-10-24T20:30", "2026-10-24T22:00"),
    (
        "a fold across midnight: the day begins",
        "America/St_Johns",
        {"date": "2010-11-07"},
        "2010-11-07T02:00",
        "2010-11-07T02:30",
    ),
    ("it goes after a minute", "America/St_Johns", {"date": "2010-11-07"}, "2010-11-07T02:30", "2010-11-07T02:31"),
    ("and comes again", "America/St_Johns", {"date": "2010-11-07"}, "2010-11-07T02:31", "2010-11-07T03:30"),
    ("the day before comes again", "America/St_Johns", {"date": "2010-11-06"}, "2010-11-07T02:30", "2010-11-07T02:31"),
    ("a day that a zone skipped", "Pacific/Apia", {"weekday": "fri"}, "2011-12-29T12:00", "2012-01-05T10:00"),
    ("the end of the calendar", BERLIN, {"hour": "7"}, "9999-12-31T23:30", None),
    ("the beginning of the calendar", "America/Lima", {"hour": "7"}, "0001-01-01T00:30", None),
]


@pytest.mark.parametrize(("name", "zone", "asked", "moment", "expected"), FLIPS, ids=[row[0] for row in FLIPS])
def test_time_cells_flip_when(
    name: str, zone: str, asked: dict[str, object], moment: str, expected: str | None
) -> None:
    start = at(moment)
    assert start is not None
    assert next_flip(cells(**asked), Schedule(), start, ZoneInfo(zone)) == at(expected)


NIGHT: dict[str, object] = {"hour": "22..5"}
SCHEDULED: list[tuple[str, Schedule, dict[str, object], str, str | None]] = [
    ("open on both sides", active(), {}, "2026-11-22T12:00", None),
    ("not yet begun", active("2026-12-01"), {}, "2026-11-22T12:00", "2026-12-01T00:00"),
    ("begun, without an end", active("2026-11-01"), {}, "2026-11-22T12:00", None),
    ("begun, with an end far away", active("2026-11-01", "2030-01-01"), {}, "2026-11-22T12:00", "2030-01-01T00:00"),
    (
        "the very moment of the beginning",
        active("2026-12-01", "2026-12-02"),
        {},
        "2026-12-01T00:00",
        "2026-12-02T00:00",
    ),
    ("the very moment of the end", active("2026-12-01", "2026-12-02"), {}, "2026-12-02T00:00", None),
    ("begins while the cells hold", active("2026-12-01T23:30"), NIGHT, "2026-11-22T12:00", "2026-12-01T23:30"),
    ("begins while the cells do not hold", active("2026-12-01T12:00"), NIGHT, "2026-11-22T12:00", "2026-12-01T22:00"),
    (
        "ends before the cells ever hold",
        active("2026-12-01T12:00", "2026-12-01T20:00"),
        NIGHT,
        "2026-11-22T12:00",
        None,
    ),
    ("ends while the cells hold", active(None, "2026-11-22T23:00"), NIGHT, "2026-11-22T22:30", "2026-11-22T23:00"),
    ("ends while the cells do not hold", active(None, "2026-11-22T20:00"), NIGHT, "2026-11-22T12:00", None),
    ("the cells flip before the end", active(None, "2026-12-22T20:00"), NIGHT, "2026-11-22T12:00", "2026-11-22T22:00"),
    ("ends before it begins", active("2026-12-02", "2026-12-01"), {}, "2026-11-22T12:00", None),
]


@pytest.mark.parametrize(
    ("name", "schedule", "asked", "moment", "expected"), SCHEDULED, ids=[row[0] for row in SCHEDULED]
)
def test_a_schedule_flips_when(
    name: str, schedule: Schedule, asked: dict[str, object], moment: str, expected: str | None
) -> None:
    start = at(moment)
    assert start is not None
    assert next_flip(cells(**asked), schedule, start, UTC) == at(expected)


def test_flips_are_given_in_utc_whatever_zone_a_schedule_is_written_in() -> None:
    begins = datetime(2026, 12, 1, tzinfo=ZoneInfo(BERLIN))
    flip = next_flip((), Schedule(begins), datetime(2026, 11, 22, tzinfo=UTC), UTC)
    assert flip is not None
    assert flip.tzinfo is UTC
    assert flip == begins


def holds(asked: tuple[Cell, ...], moment: datetime, zone: tzinfo) -> bool:
    """The definition: every cell is asked about the local clock."""
    local = moment.astimezone(zone)
    return all(cell.holds(CLOCK[cell.input](local)) for cell in asked)


HOURS = st.integers(0, 23)
RANGES = st.builds("{}..{}".format, HOURS, HOURS)
ASKED = st.fixed_dictionaries(
    {},
    optional={
        "hour": st.lists(st.one_of(HOURS.map(str), RANGES, RANGES.map("!{}".format)), min_size=1, max_size=2),
        "weekday": st.sampled_from([["sat", "sun"], ["fri"], ["mon..thu"], ["!sun"]]),
        "daypart": st.sampled_from([["night"], ["!evening"], ["morning", "evening"]]),
        "date": st.sampled_from(
            [["2026-03-28..2026-03-30"], ["!2026-10-25"], ["2026-10-24"], ["2026-04-05", "2026-10-04"]]
        ),
    },
)
ZONES = st.sampled_from(
    [BERLIN, "Asia/Beirut", "Australia/Lord_Howe", "America/New_York", "Asia/Kathmandu", "America/Santiago"]
)
#: Days before changes of clock somewhere: March and April, September and October 2026.
MOMENTS = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes),
    st.sampled_from(
        [datetime(2026, *day, tzinfo=UTC) for day in ((3, 7), (3, 27), (4, 3), (9, 5), (10, 3), (10, 23), (10, 31))]
    ),
    st.integers(0, 4 * 24 * 60),
)
STEP = timedelta(minutes=15)


@given(asked=ASKED, name=ZONES, moment=MOMENTS)
@settings(max_examples=150, deadline=None)
def test_the_next_flip_is_the_first_quarter_of_an_hour_with_another_truth(
    asked: dict[str, object], name: str, moment: datetime
) -> None:
    try:
        compiled = cells(**asked)
    except ValueError:  # a cell that could never hold is refused when it is read
        return
    zone = ZoneInfo(name)
    flip = next_flip(compiled, Schedule(), moment, zone)
    now = holds(compiled, moment, zone)
    instant = moment.replace(minute=moment.minute // 15 * 15) + STEP
    end = moment + timedelta(days=6) if flip is None else flip
    while instant < end:
        assert holds(compiled, instant, zone) == now
        instant += STEP
    if flip is not None:
        assert holds(compiled, flip, zone) != now
        assert holds(compiled, flip - timedelta(seconds=1), zone) == now


def test_all_moments_of_a_day_agree_that_nothing_flips_within_the_horizon() -> None:
    far = cells(date="2028-02-01")
    day = datetime(2028, 2, 1, tzinfo=UTC) - timedelta(days=HORIZON)
    for hours in (0, 12, 23):
        assert next_flip(far, Schedule(), day + timedelta(hours=hours), UTC) == datetime(2028, 2, 1, tzinfo=UTC)
        assert next_flip(far, Schedule(), day - timedelta(hours=hours + 1), UTC) is None


def test_zones_are_known_by_their_iana_names_and_nothing_else() -> None:
    assert parse_zone(BERLIN) == ZoneInfo(BERLIN)
    for name in ("Nowhere/Else", "Europe", "../../etc/passwd", "", "a\0b", "/etc/localtime", "x" * 5000):
        assert parse_zone(name) is None


def test_every_time_input_is_read_from_the_local_clock() -> None:
    assert set(CLOCK) == TIME_INPUTS
    local = datetime(2026, 11, 22, 17, 30)
    assert {name: read(local) for name, read in CLOCK.items()} == {
        "weekday": "sun",
        "hour": 17,
        "daypart": "afternoon",
        "date": local.date(),
    }


def test_a_watch_answers_as_its_timing_does_and_asks_it_once_for_each_stretch() -> None:
    watch = Watch(timing_of(cells(hour="18..23"), Schedule()), ZoneInfo(BERLIN))
    for text, expected in (
        ("2026-11-22T10:00", (False, at("2026-11-22T17:00"))),
        ("2026-11-22T16:59:59", (False, at("2026-11-22T17:00"))),
        ("2026-11-22T17:00", (True, at("2026-11-22T23:00"))),
        ("2026-11-22T09:00", (False, at("2026-11-22T17:00"))),
    ):
        moment = at(text)
        assert moment is not None
        assert watch.at(moment, None) == expected


def test_a_watch_without_a_flip_asks_again_on_the_next_day() -> None:
    watch = Watch(timing_of(cells(date="2028-02-01"), Schedule()), UTC)
    flip = datetime(2028, 2, 1, tzinfo=UTC)
    assert watch.at(flip - timedelta(days=HORIZON, hours=1), None) == (False, None)
    assert watch.at(flip - timedelta(days=HORIZON), None) == (False, flip)


def test_a_watch_of_the_visitors_clock_takes_the_sites_where_that_is_not_known() -> None:
    of_visitor = Watch(timing_of(cells(hour="20"), Schedule()), ZoneInfo(BERLIN), of_visitor=True)
    of_site = Watch(timing_of(cells(hour="20"), Schedule()), ZoneInfo(BERLIN))
    moment = datetime(2026, 11, 22, 19, 30, tzinfo=UTC)  # 20:30 in Berlin, 14:30 in New York
    cases = ((of_visitor, "America/New_York", False), (of_visitor, "Nowhere/Else", True), (of_visitor, None, True))
    for watch, name, expected in (*cases, (of_site, "America/New_York", True)):
        assert watch.at(moment, name)[0] is expected


def test_the_ends_of_the_calendar_do_not_raise() -> None:
    for moment, name in (
        (datetime.max.replace(tzinfo=UTC), "Asia/Tokyo"),
        (datetime.min.replace(tzinfo=UTC), "America/Lima"),
    ):
        assert local_time(moment, ZoneInfo(name)) == moment
        watch = Watch(timing_of(cells(hour="0..11"), Schedule()), ZoneInfo(name))
        assert watch.at(moment, None)[1] is None
