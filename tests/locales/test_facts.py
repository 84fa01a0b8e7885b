"""Facts of territories: what CLDR says, what is corrected, and what holds where nothing is said."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

import pytest

from locales import cldr
from locales.facts import (
    DATA,
    calendars,
    clock,
    clock_of,
    direction,
    measures,
    money,
    source,
    surname_first,
    week,
)
from locales.names import RIGHT_TO_LEFT
from locales.territories import TERRITORIES, is_territory

WEEKS: dict[str, tuple[str, list[str]]] = {
    "ES": ("mon", ["sat", "sun"]),
    "US": ("sun", ["sat", "sun"]),
    "IL": ("sun", ["fri", "sat"]),
    "IR": ("sat", ["fri"]),
    "AF": ("sat", ["thu", "fri"]),
    "IN": ("sun", ["sun"]),
    "BN": ("mon", ["fri", "sun"]),  # no run of days: only a set can say it
    "BD": ("sun", ["fri", "sat"]),
    "MV": ("fri", ["fri", "sat"]),
    "AE": ("mon", ["sat", "sun"]),
    "BQ": ("mon", ["sat", "sun"]),  # Babel has no locale for it
}


@pytest.mark.parametrize(("country", "expected"), WEEKS.items())
def test_first_day_and_weekend(country: str, expected: tuple[str, list[str]]) -> None:
    found = week(country)
    assert (found.first_day, [*found.weekend]) == expected


def test_whose_word_it_is_is_told() -> None:
    assert source() == "CLDR 48.2"
    assert (week("IL").weekend_row, week("ES").weekend_row, week("BQ").first_day_row) == ("IL", "001", "001")
    assert week("IL").source == "CLDR 48.2"
    assert week("BN").source.startswith("CLDR 48.2; weekend: ")
    assert week("BN").weekend_row == "BN"
    assert (measures("US").system_row, measures("US").paper_row, measures("ES").paper_row) == ("US", "US", "001")
    assert (clock("US").row, clock("AQ").row, calendars("IR").row, calendars("ES").row) == ("US", "001", "IR", "001")


def test_a_weekend_is_corrected_only_where_cldr_says_nothing_and_with_a_source() -> None:
    with DATA.joinpath("weekend_corrections.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        assert is_territory(row["territory"])
        assert row["territory"] not in cldr.table("week")["weekend"]
        assert set(row["days"].split()) < {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
        assert row["source"].count("; ") >= 1  # two that agree


HOURS: dict[str, tuple[str, str]] = {
    "ES": ("H", "0-23"),
    "US": ("h", "1-12"),
    "IR": ("H", "0-23"),
    "IN": ("h", "1-12"),
    "AQ": ("H", "0-23"),
}


@pytest.mark.parametrize(("country", "expected"), HOURS.items())
def test_hours(country: str, expected: tuple[str, str]) -> None:
    found = clock(country)
    assert (found.preferred, found.hours) == expected
    assert found.preferred in found.allowed


def test_a_language_may_count_hours_in_its_own_way() -> None:
    assert clock("CA").preferred == "h"
    french = clock_of("fr", "CA")
    assert french is not None
    assert (french.preferred, french.row) == ("H", "fr-CA")
    assert clock_of("en", "CA") is None


MEASURES: dict[str, tuple[str, str, str]] = {
    "ES": ("metric", "celsius", "A4"),
    "US": ("US", "fahrenheit", "US-Letter"),
    "GB": ("UK", "celsius", "A4"),
    "MX": ("metric", "celsius", "US-Letter"),
    "LR": ("US", "celsius", "A4"),
    "PR": ("metric", "fahrenheit", "US-Letter"),
}


@pytest.mark.parametrize(("country", "expected"), MEASURES.items())
def test_measures(country: str, expected: tuple[str, str, str]) -> None:
    found = measures(country)
    assert (found.system, found.temperature, found.paper) == expected


def test_calendars() -> None:
    assert calendars("ES").used == ("gregorian",)
    assert calendars("IR").used[0] == "persian"
    assert calendars("IL").used[:2] == ("gregorian", "hebrew")
    assert calendars("TH").used == ("buddhist", "gregorian")


TENDERS: list[tuple[str, str | None, list[str]]] = [
    ("BG", None, ["EUR"]),
    ("BG", "2025-12-31", ["BGN"]),
    ("BG", "2026-01-01", ["EUR", "BGN"]),  # both, for a month
    ("BG", "2026-01-31", ["EUR", "BGN"]),
    ("BG", "2026-02-01", ["EUR"]),
    ("HR", "2022-12-31", ["HRK"]),
    ("HR", "2026-01-01", ["EUR"]),
    ("CH", None, ["CHF"]),  # CHE and CHW are no legal tender
    ("PA", None, ["PAB", "USD"]),
    ("CW", "2026-01-01", ["XCG"]),
    ("AQ", None, []),
    ("ES", "1800-01-01", []),
    ("ZZ", None, []),
]


@pytest.mark.parametrize(("country", "day", "codes"), TENDERS)
def test_money_is_that_of_a_day(country: str, day: str | None, codes: list[str]) -> None:
    on = date.fromisoformat(day) if day else None
    found = money(country, on)
    assert found.on == on
    assert [tender.currency for tender in found.tenders] == codes


def test_a_tender_tells_its_first_and_last_day() -> None:
    euro, lev = money("BG", date(2026, 1, 15)).tenders
    assert (euro.first, euro.last) == (date(2026, 1, 1), None)
    assert (lev.first, lev.last) == (date(1999, 7, 5), date(2026, 1, 31))


def test_the_order_of_names_is_that_of_the_language() -> None:
    for language in ("hu", "ja", "zh-Hant", "ko", "vi", "ta"):
        assert surname_first(language)
    for language in ("es", "de", "hr", "und"):
        assert not surname_first(language)


def test_direction_is_that_of_the_script_and_is_not_guessed() -> None:
    assert {script: direction(script) for script in ("Arab", "Hebr", "Thaa", "Latn", "Deva", "Zyyy", "Qaaa")} == {
        "Arab": "rtl", "Hebr": "rtl", "Thaa": "rtl", "Latn": "ltr", "Deva": "ltr", "Zyyy": None, "Qaaa": None
    }  # fmt: skip


def test_the_scripts_that_names_are_written_in_run_as_cldr_says() -> None:
    """`locales.names` has its own short list, with kinds of Syriac and of Arabic that CLDR has no row for."""
    known = {*cldr.table("scripts")["ltr"], *cldr.table("scripts")["rtl"]}
    assert {script for script in RIGHT_TO_LEFT if script in known} <= set(cldr.table("scripts")["rtl"])
    likely = {tag.split("-")[1] for tag in cldr.table("likely").values()}
    assert {script for script in likely & known if direction(script) == "rtl"} - RIGHT_TO_LEFT <= UNNAMED


#: Scripts from right to left in which Babel has no name of anything: most are of the past.
UNNAMED = {
    "Avst", "Chrs", "Cprt", "Elym", "Gara", "Hatr", "Hung", "Khar", "Lydi", "Mani", "Mend", "Merc", "Mero", "Narb", "Nbat",
    "Orkh", "Ougr", "Palm", "Phli", "Phlp", "Phnx", "Prti", "Sarb", "Sidt", "Sogd", "Sogo",
}  # fmt: skip


def test_every_territory_has_every_fact() -> None:
    answers: list[Any] = []
    for country in sorted(TERRITORIES):
        answers += [week(country), clock(country), calendars(country), measures(country), money(country)]
        assert week(country).weekend
        assert money(country).tenders or country == "AQ"
    assert len(answers) == 5 * len(TERRITORIES)
