"""Bars: who may see a variant, until when, and what is given when all else fails."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.preference import Confidence
from tests.variants.cases import ITEMS, NOON, make_item
from variants.bars import Rights, Stand, begin_of, end_of, fallback, is_barred, next_boundary, unbarred
from variants.variant import Bars

DACH = frozenset({"AT", "CH", "DE"})
HOUR = timedelta(hours=1)

PLACES = [
    (Bars(), None, Confidence.low, Rights(), False),
    (Bars(only_in=DACH), "DE", Confidence.high, Rights(), False),
    (Bars(only_in=DACH), "FR", Confidence.high, Rights(), True),
    (Bars(only_in=frozenset()), "FR", Confidence.high, Rights(), True),
    (Bars(not_in=DACH), "DE", Confidence.high, Rights(), True),
    (Bars(not_in=DACH), "FR", Confidence.high, Rights(), False),
    (Bars(only_in=DACH, not_in=frozenset({"CH"})), "CH", Confidence.high, Rights(), True),
    (Bars(only_in=DACH), None, Confidence.low, Rights(), True),
    (Bars(not_in=DACH), None, Confidence.low, Rights(), True),
    (Bars(not_in=DACH), None, Confidence.low, Rights("allow"), False),
    (Bars(not_in=DACH), "DE", Confidence.low, Rights("allow"), True),
    (Bars(only_in=DACH), "DE", Confidence.low, Rights("bar", Confidence.medium), True),
    (Bars(not_in=DACH), "DE", Confidence.low, Rights("allow", Confidence.medium), False),
    (Bars(only_in=DACH), "DE", Confidence.medium, Rights("bar", Confidence.medium), False),
    (Bars(begins=NOON), None, Confidence.low, Rights(), False),
    (Bars(begins=NOON + HOUR), None, Confidence.low, Rights("allow"), True),
    (Bars(ends=NOON), None, Confidence.low, Rights("allow"), True),
    (Bars(ends=NOON + HOUR), None, Confidence.low, Rights(), False),
]


@pytest.mark.parametrize(("bars", "country", "confidence", "rights", "barred"), PLACES)
def test_bars_read_the_place_and_the_moment(
    bars: Bars, country: str | None, confidence: Confidence, rights: Rights, barred: bool
) -> None:
    assert is_barred(bars, Stand(country, confidence, NOON, rights, "en")) == barred


def test_what_is_left_keeps_the_order_of_the_file() -> None:
    stand = Stand("DE", Confidence.high, NOON, Rights(), "en")
    assert [variant.id for variant in unbarred(ITEMS["de-dub-not-in-de"], stand)] == ["original", "de-sub"]


@pytest.mark.parametrize(
    ("now", "boundary"),
    [
        ("2026-01-01T00:00:00Z", "2026-12-01T00:00:00Z"),
        ("2026-12-01T00:00:00Z", "2026-12-25T00:00:00Z"),
        ("2026-12-25T00:00:01Z", "2027-12-01T00:00:00Z"),
        ("2027-12-01T00:00:00Z", None),
    ],
)
def test_the_next_boundary_lies_after_now(now: str, boundary: str | None) -> None:
    expected = None if boundary is None else datetime.fromisoformat(boundary)
    assert next_boundary(ITEMS["timed"], datetime.fromisoformat(now)) == expected


FREE, BARRED = {"id": "free", "audio": "en"}, {"id": "barred", "audio": "de", "not_in": ["US"]}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"variants": [BARRED, FREE]}, "free"),
        ({"variants": [BARRED]}, None),
        ({"variants": [FREE, {"id": "other", "audio": "es"}], "fallback": "other"}, "other"),
    ],
)
def test_the_fallback_is_the_declared_one_or_the_first_without_a_bar(row: dict[str, Any], expected: str | None) -> None:
    found = fallback(make_item("item", {"original_language": "en", **row}))
    assert (found and found.id) == expected


BERLIN, NEW_YORK, HAVANA = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("America/Havana")
APIA, KIRITIMATI = ZoneInfo("Pacific/Apia"), ZoneInfo("Pacific/Kiritimati")

BEGINS = [
    (date(2026, 12, 1), BERLIN, "2026-11-30T23:00:00Z"),
    (datetime(2026, 7, 1, 12), BERLIN, "2026-07-01T10:00:00Z"),
    (datetime(2026, 7, 1, 12, tzinfo=UTC), BERLIN, "2026-07-01T12:00:00Z"),
    (datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=-3))), BERLIN, "2026-07-01T15:00:00Z"),
    (datetime(2026, 3, 29, 2, 30), BERLIN, "2026-03-29T01:00:00Z"),  # a gap from 2:00 to 3:00
    (datetime(2026, 3, 29, 2, 30, 0, 500_000), BERLIN, "2026-03-29T01:00:00Z"),
    (datetime(2026, 3, 29, 3, 0), BERLIN, "2026-03-29T01:00:00Z"),
    (datetime(2026, 10, 25, 2, 30), BERLIN, "2026-10-25T00:30:00Z"),  # a fold: the first
    (date(2011, 12, 30), APIA, "2011-12-30T10:00:00Z"),  # a day that the zone left out
    (date(2026, 3, 8), HAVANA, "2026-03-08T05:00:00Z"),  # a midnight that the zone left out
    (date(1, 1, 1), BERLIN, "0001-01-01T00:00:00Z"),
]
ENDS = [
    (date(2027, 2, 28), BERLIN, "2027-02-28T23:00:00Z"),
    (datetime(2026, 7, 1, 12), BERLIN, "2026-07-01T10:00:00Z"),
    (datetime(2026, 3, 29, 2, 30), BERLIN, "2026-03-29T01:00:00Z"),
    (datetime(2026, 10, 25, 2, 30), BERLIN, "2026-10-25T01:30:00Z"),  # a fold: the second
    (date(2026, 10, 31), HAVANA, "2026-11-01T04:00:00Z"),  # midnight comes twice: the day ends with the first
    (date.max, NEW_YORK, "9999-12-31T23:59:59.999999Z"),
    (date.max, BERLIN, "9999-12-31T22:59:59.999999Z"),
]


@pytest.mark.parametrize(("value", "zone", "expected"), BEGINS)
def test_from_is_the_first_instant(value: date | datetime, zone: ZoneInfo, expected: str) -> None:
    assert begin_of(value, zone) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(("value", "zone", "expected"), ENDS)
def test_until_includes_a_bare_date(value: date | datetime, zone: ZoneInfo, expected: str) -> None:
    assert end_of(value, zone) == datetime.fromisoformat(expected)


@given(st.dates(), st.sampled_from((BERLIN, NEW_YORK, HAVANA, APIA, KIRITIMATI)))
def test_a_day_ends_where_the_next_begins(day: date, zone: ZoneInfo) -> None:
    begins, ends = begin_of(day, zone), end_of(day, zone)
    assert begins <= ends
    if date.min + timedelta(days=2) < day < date.max - timedelta(days=2):
        assert begin_of(day + timedelta(days=1), zone) == ends
