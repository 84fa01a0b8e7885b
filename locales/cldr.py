"""The CLDR tables, each read once, on first need.

`scripts/cldr` makes them from the npm package `cldr-core`. Every table is one JSON file, `data/cldr_NAME.json`:

    aliases              {"language": {"iw": "he", "sh": "sr-Latn"}, "script": …, "territory": {"UK": "GB"},
                         "subdivision": {"cn11": "cnbj"}, "variant": …}; several replacements stand with a space
                         between: "YU": "RS ME"
    calendars            {"001": ["gregorian"], "IR": ["persian", "gregorian", …]}: the most used first
    codes                {"DE": ["DEU", "276"]}: ISO 3166-1 alpha-3 and numeric, "" where there is none; has also
                         codes that ISO does not assign (AA, QM…XZ, ZZ)
    containment          {"001": ["019", …], "039": ["ES", …], "419": […], "EU": ["AT", …]}: direct members, of UN M49
                         groups and EU, EZ, UN; nothing deprecated. 003, 202, 419 stand beside the tree: in no list
    currencies           {"BG": [["EUR", "2026-01-01", "", 1], ["BGN", "1999-07-05", "2026-01-31", 1], …]}: ISO 4217, first
                         and last day, "" for one that is not told, 1 for legal tender; order counts
    languages            {"other": ["aav", …]}: language codes that are known and stand not in `likely`
    likely               {"zh": "zh-Hans-CN", "und-TW": "zh-Hant-TW"}: likely subtags, UTS #35
    matching             {"paradigm": ["en", …], "variables": {"$enUS": ["AS", …], "$americas": ["019"]},
                         "rules": [["gsw", "de", 4, 1], …]}: desired, supported, distance, 1 for one way; order counts
    measurement          {"system": {"001": "metric", "US": "US", "GB": "UK", …}, "temperature": {"001": "celsius", …},
                         "paper": {"001": "A4", "US": "US-Letter", …}}
    name_order           {"givenFirst": ["und"], "surnameFirst": ["hu", "ja", …]}: languages
    parents              {"es-MX": "es-419"}: only parents that are not the tag cut short
    scripts              {"ltr": ["Latn", …], "rtl": ["Arab", …]}: ISO 15924
    subdivision_parents  {"ES-B": "ES-CT"}: a subdivision inside another one
    subdivisions         {"ES": ["ES-A", "ES-AB", …]}: ISO 3166-2, all levels, sorted
    territories          {"BE": {"population": 11977600, "literacy": 99.0, "languages": [["en", 59.0, ""], …]}}: percent
                         of the population, largest first; status "", "official", "de_facto_official" or
                         "official_regional"
    time                 {"001": ["H", ["H", "h"]], "fr-CA": …}: preferred and allowed hours of a territory, or of a language
                         in one: H 0-23, h 1-12, hb and hB with noon or with parts of the day (UTS #35, Dates)
    week                 {"first": {"001": "mon", …}, "weekend": {"001": ["sat", "sun"], "IR": ["fri"], …}}
    source               {"package": "cldr-core", "version": "48.2.0", "sha256": …}

Where a territory has no row in calendars, measurement, time or week, that of the world, 001, holds (UTS #35, Supplemental).
Callers must not change what they get: it is shared.
"""

from __future__ import annotations

import os.path
from functools import cache
from typing import Any

from msgspec import json

DATA = os.path.join(os.path.dirname(__file__), "data")


@cache
def table(name: str) -> dict[str, Any]:
    """The table of that name; FileNotFoundError for a name that is none."""
    with open(os.path.join(DATA, f"cldr_{name}.json"), "rb") as file:
        content: dict[str, Any] = json.decode(file.read())
    return content


def version() -> str:
    """The version of the package that the tables were made from, `48.2.0`."""
    return str(table("source")["version"])


def digest() -> str:
    """SHA-256, 64 hex digits, of the files that the tables were made from."""
    return str(table("source")["sha256"])
