"""One norm, and how the rows of a file become norms: a site's `[[norms]]` here, a table of CSV in `locales.norm_tables`.

A row is what an editor wrote, so each is looked at whole and every fault is told with its line and its cure.

**Review.** Norms drift. Where the sources have figures of two moments, the lead turned within some ten years: dubbed admissions
in Switzerland went from 45 to 55 % between 2003 and 2014 (PROCINEMA), dubbed screenings in La Paz from 20 to 70 % in fifteen
years (CINEYPUNTO16). So a row of high confidence is due for review ten years after its year, one of medium confidence after half
that time, one of low confidence after three; one without a year, or that nobody has verified, is due at once. A row that is due
still decides: being old makes it no less the best that is known.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from locales.findings import Finding, Severity
from locales.groups import Groups
from locales.norm_fields import (
    AGES,
    CHANNELS,
    WORLD,
    Fault,
    Reader,
    findings_of,
    missing,
    one_place,
    read_day,
    read_group,
    read_kind,
    read_language,
    read_modes,
    read_place,
    read_region,
    read_row,
    read_territory,
    read_text,
    read_texts,
    read_year,
    word_of,
)
from locales.preference import Confidence
from locales.tags import language_of

__all__ = [
    "AGES",
    "BASES",
    "CHANNELS",
    "DATA",
    "WORLD",
    "Key",
    "Norm",
    "check_norms",
    "parse_norms",
    "parse_site_norms",
]

DATA = Path(__file__).with_name("data")

#: What a norm may rest on: an answer in a survey, a figure of use, a law, somebody who knows the field.
BASES = ("stated", "observed", "law", "expert")

#: Fields of `[[norms]]` that name the place; a row has exactly one of them. `place` takes any form.
PLACES = ("territory", "region", "group", "place")

#: Years after its own until a row of that confidence is due for review; `unverified` ones are due at once.
REVIEWED_AFTER: Mapping[Confidence, int] = {Confidence.high: 10, Confidence.medium: 5, Confidence.low: 3}

#: What a row is found by: place, language, kind, channel, age; "" is any.
Key = tuple[str, str, str, str, str]


class Norm(Struct, frozen=True):
    """One row. `place` is ISO 3166-1, ISO 3166-2, `@group` or `001`; "" in language, kind, channel, age is any.

    `mode` is an order out of `locales.preference.MODES`, best first. `sources` are keys of `norm_sources.csv`, or plain texts
    where the site says so itself. `review_by` is the day that the row itself names for its review, None where it names none.
    `site` tells a row of the site's, `file` and `line` where it stands.
    """

    place: str
    language: str
    kind: str
    channel: str
    age: str
    mode: tuple[str, ...]
    sources: tuple[str, ...]
    basis: str
    confidence: Confidence
    year: int | None
    note: str
    site: bool = False
    file: str = ""
    line: int = 0
    review_by: date | None = None

    @property
    def name(self) -> str:
        """`norm/PLACE[/LANGUAGE][/KIND][/CHANNEL][/AGE]`: `norm/ES`, `norm/CH-GE/fr/cinema`."""
        return "/".join(filter(None, ("norm", self.place, self.language, self.kind, self.channel, self.age)))

    @property
    def source_text(self) -> str:
        """The sources as one text for people: titles, publishers and years."""
        return "; ".join(self.citations)

    @property
    def citations(self) -> tuple[str, ...]:
        """The same, one text for each source."""
        return tuple(map(citation_of, self.sources))

    @property
    def review(self) -> date | None:
        """The day from which the row is due for review; None: at once, as nobody knows of when it is, or whether it is so."""
        after = REVIEWED_AFTER.get(self.confidence)
        if self.review_by is not None or self.year is None or after is None:
            return self.review_by
        return date(self.year + after + 1, 1, 1)

    def is_stale(self, day: date) -> bool:
        """Whether the row is due for review on that day."""
        return self.review is None or day >= self.review

    @property
    def key(self) -> Key:
        """What makes two rows of one source the same row. Languages compare as such: `fr-CH` is `fr`."""
        return (self.place, language_of(self.language), self.kind, self.channel, self.age)


def check_norms(rows: Iterable[Norm]) -> tuple[Finding, ...]:
    """Rows of one source that have the same place, language, kind, channel and age as one before."""
    first: dict[Key, Norm] = {}
    findings: list[Finding] = []
    for row in rows:
        before = first.setdefault(row.key, row)
        if before is not row:
            problem = f"{row.name} stands twice, first at {before.file}:{before.line}."
            cure = "Keep one of the two, or say which kind, channel or age each is for."
            findings.append(Finding(row.file, row.line, Severity.error, "duplicate-norm", problem, cure))
    return tuple(findings)


def citation_of(source: str) -> str:
    """A source for people, `Title (publisher, year)`; what is no key of `norm_sources.csv` is such a text itself."""
    return _citations().get(source, source)


@cache
def _citations() -> dict[str, str]:
    """Key of a source → `Title (publisher, year)`."""
    with DATA.joinpath("norm_sources.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: _citation(row) for row in csv.DictReader(file)}


def _citation(row: Mapping[str, str]) -> str:
    origin = ", ".join(filter(None, (row["publisher_or_author"], row["year"])))
    return f"{row['title']} ({origin})" if origin else row["title"]


# Rows as they are written


def parse_site_norms(
    tables: Sequence[Mapping[str, Any]], locate: Callable[[int, str], int], file: str, groups: Groups
) -> tuple[list[Norm], list[Finding]]:
    """The norms of one file's `[[norms]]`, and every fault. `locate` gives the line of a field of the row of that number.

    A row with a fault gives no norm. Without `basis` it is an expert's word, without `confidence` of medium confidence.
    """
    return parse_norms(tables, locate, file, groups, required=_REQUIRED, site=True)


def parse_norms(
    tables: Sequence[Mapping[str, Any]],
    locate: Callable[[int, str], int],
    file: str,
    groups: Groups,
    *,
    required: Mapping[str, str],
    site: bool,
) -> tuple[list[Norm], list[Finding]]:
    """The same for any rows. `required` are fields that must be there, each with an example."""
    rows: list[Norm] = []
    findings: list[Finding] = []
    for number, table in enumerate(tables):
        values, faults = read_row("norm", table, _READERS, groups)
        faults = [*_missing(table, required), *faults]
        findings += findings_of(faults, file, partial(locate, number))
        if not faults:
            rows.append(_norm(values, file, locate(number, ""), site=site))
    return rows, [*findings, *check_norms(rows)]


def _missing(table: Mapping[str, Any], required: Mapping[str, str]) -> Iterator[Fault]:
    yield from one_place("norm", table, PLACES)
    yield from missing("norm", table, required)


def _norm(values: Mapping[str, Any], file: str, line: int, *, site: bool) -> Norm:
    return Norm(
        place=next(values[name] for name in PLACES if name in values),
        language=values.get("language", ""),
        kind=values.get("kind", ""),
        channel=values.get("channel", ""),
        age=values.get("age", ""),
        mode=values["mode"],
        sources=values["source"],
        basis=values.get("basis", "expert"),
        confidence=Confidence[values.get("confidence", "medium")],
        year=values.get("year"),
        note=values.get("note", ""),
        site=site,
        file=file,
        line=line,
        review_by=values.get("review"),
    )


_REQUIRED = {"mode": '["sub", "dub"]', "source": '"our own viewers, 2026"'}

_READERS: Mapping[str, Reader] = {
    "territory": read_territory,
    "region": read_region,
    "group": read_group,
    "place": read_place,
    "language": read_language,
    "kind": read_kind,
    "channel": word_of(CHANNELS),
    "age": word_of(AGES),
    "mode": read_modes,
    "source": read_texts,
    "basis": word_of(BASES),
    "confidence": word_of(tuple(Confidence.__members__)),
    "year": read_year,
    "review": read_day,
    "note": read_text,
}
