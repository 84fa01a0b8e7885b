"""Public holidays: by the optional package where it is there, and said to be untold where it is not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import pytest

from edge import public_holidays as module
from edge.public_holidays import NOT_INSTALLED, UNKNOWN, Holidays, Untold, public_holidays
from locales.place_codes import PlaceCode, parse_place
from locales.territories import TERRITORIES
from tests.conftest import REPOSITORY
from tests.test_frame import PYPROJECT

CHRISTMAS = date(2026, 12, 25)


def of(code: str, on: date = CHRISTMAS, language: str = "en") -> Holidays:
    place = parse_place(code)
    assert place is not None
    return public_holidays(place, on, language)


@pytest.fixture
def _without_the_package(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "holidays", None)
    module._year.cache_clear()
    yield
    module._year.cache_clear()


def test_the_holidays_of_a_day_and_of_its_year() -> None:
    told = of("DE")
    assert (told.of, told.date, told.today, told.language, told.lacks) == (
        "DE",
        CHRISTMAS,
        ("Christmas Day",),
        "en-US",
        None,
    )
    days = {one.date: one.name for one in told.year}
    assert days[date(2026, 10, 3)] == "German Unity Day"
    assert list(days) == sorted(days)
    assert {day.year for day in days} == {2026}
    assert of("DE", date(2026, 12, 24)).today == ()


def test_the_release_is_the_pinned_one_and_is_named() -> None:
    (pinned,) = PYPROJECT["project"]["optional-dependencies"]["holidays"]
    assert of("DE").source == pinned.replace("==", " ")
    for path in ("requirements/test.in", "docs/install.md"):
        assert pinned in (REPOSITORY / path).read_text("utf-8")


SUBDIVISIONS: dict[str, str] = {
    "ES": "ES",
    "ES-CT": "ES-CT",
    "ES-B": "ES-CT",
    "US-CA": "US-CA",
    "SE-AB": "SE",
    "DE-BY": "DE-BY",
}


@pytest.mark.parametrize(("code", "narrowest"), SUBDIVISIONS.items())
def test_holidays_are_those_of_the_narrowest_place_that_has_some(code: str, narrowest: str) -> None:
    assert of(code).of == narrowest


def test_a_subdivision_has_days_of_its_own() -> None:
    saint_stephen = date(2026, 12, 26)
    assert of("ES-CT", saint_stephen).today
    assert not of("ES", saint_stephen).today


LANGUAGES: dict[tuple[str, str], tuple[str, str]] = {
    ("DE", "de"): ("de", "Erster Weihnachtstag"),
    ("ES", "ca"): ("ca", "Nativitat del Senyor"),
    ("DE", "en-GB"): ("en-US", "Christmas Day"),
    ("DE", "fa"): ("de", "Erster Weihnachtstag"),
    ("HK", "zh-Hant"): ("zh-HK", "聖誕節"),
}


@pytest.mark.parametrize(("asked", "expected"), LANGUAGES.items())
def test_names_are_in_the_language_asked_for_or_else_in_the_places_own(
    asked: tuple[str, str], expected: tuple[str, str]
) -> None:
    told = of(asked[0], language=asked[1])
    assert (told.language, told.today[0]) == expected


def test_a_place_whose_names_have_no_language_told_has_none() -> None:
    assert of("AQ").language is None


def test_years_that_the_package_does_not_know_are_not_guessed() -> None:
    with pytest.raises(Untold, match="of this place are told from 1984 to 2100"):
        of("BN", date(1950, 1, 1))
    assert "2001 to 2035" in str(of("IN", date(1990, 1, 1)).lacks)


def test_a_place_that_the_package_does_not_know_is_untold() -> None:
    with pytest.raises(Untold, match=UNKNOWN):
        public_holidays(PlaceCode("ZZ"), CHRISTMAS, "en")


@pytest.mark.usefixtures("_without_the_package")
def test_without_the_package_holidays_are_untold_and_how_to_get_it_is_said() -> None:
    with pytest.raises(Untold) as untold:
        of("DE")
    assert str(untold.value) == NOT_INSTALLED
    assert "pip install isogloss[holidays]" in NOT_INSTALLED


@pytest.mark.parametrize("year", [1, 1901, 2100, 9999])
def test_no_place_and_no_year_raises_anything_else(year: int) -> None:
    told = []
    for country in sorted(TERRITORIES):
        with suppress(Untold):
            told.append(public_holidays(PlaceCode(country), date(year, 12, 31), "en"))
    assert bool(told) is (1901 <= year <= 2100)
    assert all(holiday.date.year == year for one in told for holiday in one.year)


def test_a_start_does_not_load_the_package() -> None:
    code = "import sys, edge.app, edge.cli.place; print('holidays' in sys.modules, 'babel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    assert done.stdout == "False False\n"
