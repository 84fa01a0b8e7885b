"""Public holidays of a place, by the package `holidays`: an extra, `pip install isogloss[holidays]`, imported on first need.

It knows some 250 territories and the subdivisions of many. What it estimates, such as days by the moon, it says so in the name.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from msgspec import Struct

from locales import cldr
from locales.place_codes import PlaceCode
from locales.tags import maximise, parse_tag

if TYPE_CHECKING:
    from holidays import HolidayBase

NOT_INSTALLED = "Public holidays are not told: the package holidays is not installed (pip install isogloss[holidays])."
UNKNOWN = "The package holidays knows none of this place."

#: The package says by a warning what it lacks of a year, and warnings are caught for all threads at once.
_ALONE = Lock()


class Untold(Exception):  # noqa: N818 - reads as what the holidays are
    """Nothing is known, or nobody is there who knows. The message says why, for people."""


class Holiday(Struct, frozen=True):
    """A day and what it is called, in the language of the list."""

    date: date
    name: str


class Holidays(Struct, frozen=True):
    """Those of a year, by day; `today` are the names of the one that was asked for. `of` is the place that they are of.

    `language` is that of the names, None where the package does not say; `lacks` is what it says itself that is missing.
    """

    of: str
    date: date
    today: tuple[str, ...]
    year: tuple[Holiday, ...]
    language: str | None
    lacks: str | None
    source: str


class _Year(Struct, frozen=True):
    of: str
    language: str | None
    days: tuple[Holiday, ...]
    lacks: str | None


def public_holidays(place: PlaceCode, on: date, language: str) -> Holidays:
    """The public holidays of the year of a day, named in a language where there are such names, else in the place's own.

    Raises Untold.
    """
    year = _year(place, on.year, language)
    today = tuple(holiday.name for holiday in year.days if holiday.date == on)
    return Holidays(year.of, on, today, year.days, year.language, year.lacks, f"holidays {_version()}")


def _version() -> str:
    from holidays.version import __version__

    return __version__


@lru_cache(maxsize=256)
def _year(place: PlaceCode, year: int, language: str) -> _Year:
    """Raises Untold."""
    try:
        from holidays import country_holidays
    except ImportError as error:
        raise Untold(NOT_INSTALLED) from error
    try:
        known = country_holidays(place.country)
    except NotImplementedError as error:
        raise Untold(UNKNOWN) from error
    if not known.start_year <= year <= known.end_year:
        raise Untold(f"Public holidays of this place are told from {known.start_year} to {known.end_year}.")
    of, subdivision = _subdivision(place, known)
    spoken = _spoken(known, language)
    with _ALONE, warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        found = country_holidays(place.country, subdiv=subdivision, years=year, language=spoken)
    days = (Holiday(day, name) for day in sorted(found) for name in found.get_list(day))
    lacks = next((str(one.message) for one in said if one.category is UserWarning), None)
    return _Year(of, _tag(spoken), tuple(one for one in days if one.date.year == year), lacks)


def _subdivision(place: PlaceCode, known: HolidayBase) -> tuple[str, str | None]:
    """The narrowest place that the package has holidays of, and its name for it: Barcelona's are Catalonia's."""
    for region in _outwards(place.region):
        name = region.partition("-")[2]
        if name in known.subdivisions:
            return region, name
    return place.country, None


def _outwards(region: str | None) -> Iterator[str]:
    parents = cldr.table("subdivision_parents")
    while region is not None:
        yield region
        region = parents.get(region)


def _spoken(known: HolidayBase, language: str) -> str | None:
    """The package's name for the language asked for where it has names in it, else for the place's own."""
    wanted = maximise(language)
    offered = sorted(known.supported_languages)
    exact = next((name for name in offered if _tag(name) == language), None)
    near = next((name for name in offered if maximise(_tag(name) or "und")[:2] == wanted[:2]), None)
    return exact or near or known.default_language


def _tag(name: str | None) -> str | None:
    """`en_US` as a tag."""
    return None if name is None else parse_tag(name.replace("_", "-"))
