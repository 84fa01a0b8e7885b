"""What a territory is like, beside its languages: week, hours, calendar, measures, paper, money. No names, no guesses.

All of it is CLDR's (`locales.cldr`), save the weekends of `data/weekend_corrections.csv`, each row with its source. `row` says
whose row of CLDR holds: the territory's own, or that of the world, `001`, which UTS #35 (Supplemental) gives to all others.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from locales import cldr

DATA = Path(__file__).with_name("data")

WORLD = "001"

#: Hour patterns of UTS #35 (Dates, Time Data) → the hours that they count; hb and hB name noon or parts of the day beside.
HOURS: Mapping[str, str] = {"H": "0-23", "h": "1-12", "K": "0-11", "k": "1-24"}


class Week(Struct, frozen=True):
    """Days are mon … sun. `weekend` is a set, in the order of CLDR or of the correction; it need not be one run of days."""

    first_day: str
    first_day_row: str
    weekend: tuple[str, ...]
    weekend_row: str
    source: str


class Clock(Struct, frozen=True):
    """Hour patterns of UTS #35. `hours` are those of the preferred one: `0-23`, `1-12`. `row` may be of a language there."""

    preferred: str
    hours: str
    allowed: tuple[str, ...]
    row: str
    source: str


class Measures(Struct, frozen=True):
    """`system` is metric, US or UK; `temperature`, of the weather, celsius or fahrenheit; `paper` A4 or US-Letter."""

    system: str
    system_row: str
    temperature: str
    temperature_row: str
    paper: str
    paper_row: str
    source: str


class Calendars(Struct, frozen=True):
    """Calendars by their names in BCP 47 and CLDR, the most used first: `("persian", "gregorian", …)`."""

    used: tuple[str, ...]
    row: str
    source: str


class Tender(Struct, frozen=True):
    """A legal tender: ISO 4217, the first day and the last, None where none is told."""

    currency: str
    first: date | None
    last: date | None


class Money(Struct, frozen=True):
    """The legal tenders of `on`, or, without a day, those whose last day is not told; the usual one first. May be none."""

    on: date | None
    tenders: tuple[Tender, ...]
    source: str


def source() -> str:
    """What the facts are cited by: `CLDR 48.2`."""
    return f"CLDR {cldr.version().removesuffix('.0')}"


def week(country: str) -> Week:
    """The first day and the weekend of a territory."""
    table = cldr.table("week")
    first, first_row = _of(table["first"], country)
    days, row = _of(table["weekend"], country)
    corrected = _weekends().get(country)
    if corrected is None:
        return Week(first, first_row, tuple(days), row, source())
    return Week(first, first_row, corrected[0], country, f"{source()}; weekend: {corrected[1]}")


def clock(country: str) -> Clock:
    """The hours of a territory."""
    return _clock(country if country in cldr.table("time") else WORLD)


def clock_of(language: str, country: str) -> Clock | None:
    """The hours that CLDR has for the speakers of a language in a territory; None where theirs are those of the territory."""
    row = f"{language}-{country}"
    return _clock(row) if row in cldr.table("time") else None


def _clock(row: str) -> Clock:
    preferred, allowed = cldr.table("time")[row]
    return Clock(preferred, HOURS[preferred[0]], tuple(allowed), row, source())


def measures(country: str) -> Measures:
    """How a territory measures."""
    table = cldr.table("measurement")
    system, temperature, paper = (_of(table[what], country) for what in ("system", "temperature", "paper"))
    return Measures(*system, *temperature, *paper, source())


def calendars(country: str) -> Calendars:
    """The calendars of a territory."""
    used, row = _of(cldr.table("calendars"), country)
    return Calendars(tuple(used), row, source())


def money(country: str, on: date | None = None) -> Money:
    """The legal tenders of a territory, on a day or as far as is known. No clock is asked, so without a day no tender ends."""
    rows = (_tender(row) for row in cldr.table("currencies").get(country, ()) if row[3])
    return Money(on, tuple(tender for tender in rows if _holds(tender, on)), source())


def _tender(row: list[Any]) -> Tender:
    code, first, last, _ = row
    return Tender(code, _day(first), _day(last))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _holds(tender: Tender, on: date | None) -> bool:
    if on is None:
        return tender.last is None
    return (tender.first is None or tender.first <= on) and (tender.last is None or on <= tender.last)


def surname_first(language: str) -> bool:
    """Whether the surname comes first in names of people, by the language of a tag: `hu`, `ja`."""
    return language.partition("-")[0] in cldr.table("name_order")["surnameFirst"]


def direction(script: str) -> str | None:
    """`ltr` or `rtl`, by the ISO 15924 code of a script; None where CLDR does not tell."""
    table = cldr.table("scripts")
    return next((way for way in ("ltr", "rtl") if script in table[way]), None)


def _of(table: Mapping[str, Any], country: str) -> tuple[Any, str]:
    """The value of a territory and whose row it is."""
    row = country if country in table else WORLD
    return table[row], row


@cache
def _weekends() -> dict[str, tuple[tuple[str, ...], str]]:
    with DATA.joinpath("weekend_corrections.csv").open(encoding="utf-8", newline="") as file:
        return {row["territory"]: (tuple(row["days"].split()), row["source"]) for row in csv.DictReader(file)}
