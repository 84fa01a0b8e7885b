"""How far a soundtrack is for a listener: the product's own table, `data/spoken_distance.csv`. CLDR has none for the ear.

Directed, from listener to soundtrack, language alone (SEMANTICS §7): what `zh-HK` and `zh-MO` hear is `yue`, what other
Chinese hear is `cmn`. A pair that the table lacks is not understood, unless it is the same language.

A row that names a region is carried in the file and not read, since a region never makes a language more or less
understood. Such rows either rank dubs of one language, which `locales.matching.region_distance` does, or tell of the people
of one territory (`de-CH` and Swiss German) what the tag of a browser does not: it says how its reader writes.
"""

from __future__ import annotations

import os.path
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from msgspec import Struct

from locales import cldr
from locales.tags import NO_LANGUAGE, maximise

_MEMO = 16_384


class SpokenRow(Struct, frozen=True):
    """One row: distance 0 to 100, basis (measured, official, judgement), keys of `data/spoken_sources.csv`, a remark."""

    listener: str
    audio: str
    distance: int
    basis: str
    sources: tuple[str, ...]
    note: str

    @property
    def names_region(self) -> bool:
        """Whether a side is more than a language: such a row is not read."""
        return "-" in self.listener + self.audio

    def __str__(self) -> str:
        return f"{self.listener} → {self.audio} {self.distance}"


@lru_cache(_MEMO)
def spoken_form(tag: str) -> str:
    """What a tag sounds like: its language, but `yue` for Chinese of HK and MO and `cmn` for all other Chinese."""
    if tag in NO_LANGUAGE:
        return tag
    language, _, region = maximise(tag)
    if language != "zh":
        return language
    return "yue" if region in ("HK", "MO") else "cmn"


def heard(listener: str) -> Mapping[str, SpokenRow]:
    """The spoken forms of other languages that the table tells of for a listener, a spoken form, each with its row."""
    return _table().get(listener, {})


def rows() -> Iterator[SpokenRow]:
    """All rows as the file has them, those that name a region as well."""
    import csv  # only here: a start without a soundtrack does not need it

    with open(os.path.join(cldr.DATA, "spoken_distance.csv"), encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sources = tuple(row["source"].split(";"))
            yield SpokenRow(row["listener"], row["audio"], int(row["distance"]), row["basis"], sources, row["note"])


@cache
def _table() -> Mapping[str, Mapping[str, SpokenRow]]:
    """Listener → audio → row, in spoken forms. A row with canonical codes goes before one with their aliases."""
    table: dict[str, dict[str, SpokenRow]] = {}
    for row in sorted((row for row in rows() if not row.names_region), key=_has_alias):
        listener, audio = spoken_form(row.listener), spoken_form(row.audio)
        if listener != audio:
            table.setdefault(listener, {}).setdefault(audio, row)
    return table


def _has_alias(row: SpokenRow) -> bool:
    return any(maximise(tag)[0] != tag for tag in (row.listener, row.audio))
