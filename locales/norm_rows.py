"""One norm, and how rows become norms: the shipped table, and the `[[norms]]` of a site.

Shipped rows stand in `data/viewing_norms.csv`, their sources in `data/norm_sources.csv`. A site's rows are what an editor wrote,
so that each is looked at whole and every fault is told with its line and its cure.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from locales.findings import Faulty, Finding, Severity, did_you_mean
from locales.groups import Groups
from locales.preference import MODES, Confidence
from locales.tags import is_language, language_of, parse_tag
from locales.territories import TERRITORIES, is_macro_region, is_region, is_territory, subdivisions_of

DATA = Path(__file__).with_name("data")

#: The place of a row that holds everywhere: UN M49, the world.
WORLD = "001"

#: What a norm may rest on: an answer in a survey, a figure of use, a law, somebody who knows the field.
BASES = ("stated", "observed", "law", "expert")

CHANNELS = ("web", "streaming", "tv", "cinema")
AGES = ("child", "teen", "adult")

#: Fields of `[[norms]]` that name the place; a row has exactly one of them. `place` takes any form.
PLACES = ("territory", "region", "group", "place")
FIELDS = (*PLACES, "language", "kind", "channel", "age", "mode", "source", "basis", "confidence", "year", "note")

_KIND = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_YEARS = range(1900, 2200)

#: What a row is found by: place, language, kind, channel, age; "" is any.
Key = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Norm:
    """One row. `place` is ISO 3166-1, ISO 3166-2, `@group` or `001`; "" in language, kind, channel, age is any.

    `mode` is an order out of `locales.preference.MODES`, best first. `sources` are keys of `norm_sources.csv`, or plain texts
    where the site says so itself. `site` tells a row of the site's, `file` and `line` where it stands.
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

    @property
    def name(self) -> str:
        """`norm/PLACE[/LANGUAGE][/KIND][/CHANNEL][/AGE]`: `norm/ES`, `norm/CH-GE/fr/cinema`."""
        return "/".join(filter(None, ("norm", self.place, self.language, self.kind, self.channel, self.age)))

    @property
    def source_text(self) -> str:
        """The sources as one text for people: titles, publishers and years."""
        cited = _citations()
        return "; ".join(cited.get(source, source) for source in self.sources)

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


@cache
def shipped_rows() -> tuple[Norm, ...]:
    with DATA.joinpath("viewing_norms.csv").open(encoding="utf-8", newline="") as file:
        rows = tuple(_from_row(row, line) for line, row in enumerate(csv.DictReader(file), start=2))
    faults = check_norms(rows)
    if faults:
        raise Faulty(faults)
    return rows


def _from_row(row: Mapping[str, str], line: int) -> Norm:
    """A row of the shipped table. A year is that of the newest source; an empty cell is unknown, or any."""
    return Norm(
        row["place"], row["language"], row["kind"], row["channel"], row["age"],
        tuple(row["mode"].split(">")), tuple(row["source"].split(";")), row["basis"], Confidence[row["confidence"]],
        int(row["year"]) if row["year"] else None, row["note"], file="viewing_norms.csv", line=line,
    )  # fmt: skip


@cache
def _citations() -> dict[str, str]:
    """Key of a source → `Title (publisher, year)`."""
    with DATA.joinpath("norm_sources.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: _citation(row) for row in csv.DictReader(file)}


def _citation(row: Mapping[str, str]) -> str:
    origin = ", ".join(filter(None, (row["publisher_or_author"], row["year"])))
    return f"{row['title']} ({origin})" if origin else row["title"]


# Rows of a site.


class _Wrong(Exception):  # noqa: N818 - it never leaves this module
    """A value that cannot be used: a stable code, the problem, the cure."""

    def __init__(self, code: str, problem: str, cure: str) -> None:
        super().__init__(problem)
        self.code, self.problem, self.cure = code, problem, cure


#: The field that is wrong, "" for the row as a whole, and what is wrong with it.
_Fault = tuple[str, _Wrong]


def parse_site_norms(
    tables: Sequence[Mapping[str, Any]], locate: Callable[[int, str], int], file: str, groups: Groups
) -> tuple[list[Norm], list[Finding]]:
    """The norms of one file's `[[norms]]`, and every fault. `locate` gives the line of a field of the row of that number.

    A row with a fault gives no norm. Without `basis` it is an expert's word, without `confidence` of medium confidence.
    """
    rows: list[Norm] = []
    findings: list[Finding] = []
    for number, table in enumerate(tables):
        values, faults = _read_row(table, groups)
        findings += (
            Finding(file, locate(number, name), Severity.error, wrong.code, wrong.problem, wrong.cure)
            for name, wrong in faults
        )
        if not faults:
            rows.append(_site_norm(values, file, locate(number, "")))
    return rows, [*findings, *check_norms(rows)]


def _site_norm(values: Mapping[str, Any], file: str, line: int) -> Norm:
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
        site=True,
        file=file,
        line=line,
    )


def _read_row(table: Mapping[str, Any], groups: Groups) -> tuple[dict[str, Any], list[_Fault]]:
    values: dict[str, Any] = {}
    faults = list(_missing(table))
    for name, raw in table.items():
        try:
            values[name] = _value(name, raw, groups)
        except _Wrong as wrong:
            faults.append((name, wrong))
    return values, faults


def _missing(table: Mapping[str, Any]) -> Iterator[_Fault]:
    places = [name for name in PLACES if name in table]
    if not places:
        cure = 'Write territory = "ES", region = "ES-CT" or group = "dach".'
        yield "", _Wrong("missing-place", "The norm names no place.", cure)
    if len(places) > 1:
        problem = f"The norm names its place twice, as {places[0]} and as {places[1]}."
        yield places[1], _Wrong("two-places", problem, "Keep one of them.")
    for name, example in (("mode", '["sub", "dub"]'), ("source", '"our own viewers, 2026"')):
        if name not in table:
            yield "", _Wrong(f"missing-{name}", f"The norm has no {name}.", f"Write {name} = {example}.")


def _value(name: str, raw: object, groups: Groups) -> Any:
    if name not in FIELDS:
        cure = did_you_mean(name, FIELDS) or f"Fields of a norm are: {', '.join(FIELDS)}."
        raise _Wrong("unknown-field", f'"{name}" is no field of a norm.', cure)
    if name == "year":
        return _year(raw)
    if name in ("mode", "source"):
        texts = _texts(name, raw)
        return _mode(texts) if name == "mode" else texts
    if not isinstance(raw, str):
        raise _Wrong("bad-type", f"{name} = {raw!r} is no text.", f'Write {name} = "…".')
    if name in _WORDS:
        return _word(name, raw, _WORDS[name])
    return _TEXTS[name](raw, groups)


def _year(raw: object) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool) and raw in _YEARS:
        return raw
    raise _Wrong("bad-year", f"year = {raw!r} is no year.", "Write it with four digits, as a number: year = 2026.")


def _texts(name: str, raw: object) -> tuple[str, ...]:
    listed = [raw] if isinstance(raw, str) else raw
    if isinstance(listed, list) and listed and all(isinstance(text, str) and text.strip() for text in listed):
        return tuple(listed)
    problem = f"{name} = {raw!r} is no text and no list of texts."
    raise _Wrong("bad-type", problem, f'Write {name} = "…" or {name} = ["…", "…"].')


def _mode(order: tuple[str, ...]) -> tuple[str, ...]:
    for word in order:
        _word("mode", word, MODES)
    if len(set(order)) < len(order):
        raise _Wrong("repeated-mode", f"The order {', '.join(order)} has a mode twice.", "Name each mode once.")
    return order


def _word(name: str, text: str, known: Sequence[str]) -> str:
    if text in known:
        return text
    cure = did_you_mean(text, known) or f"Use one of: {', '.join(known)}."
    raise _Wrong(f"unknown-{name}", f'"{text}" is no {name}.', cure)


def _place(text: str, groups: Groups) -> str:
    if text.startswith("@") and text != f"@{WORLD}":
        return _group(text, groups)
    if is_macro_region(text.removeprefix("@")):
        return _group(text, groups)
    return _region(text, groups) if "-" in text else _territory(text, groups)


def _territory(text: str, _: Groups) -> str:
    if is_territory(text):
        return text
    cure = did_you_mean(text, TERRITORIES) or "Use an ISO 3166-1 code of two capitals."
    raise _Wrong("unknown-territory", f'"{text}" is no territory.', cure)


def _region(text: str, _: Groups) -> str:
    if is_region(text):
        return text
    cure = did_you_mean(text, subdivisions_of(text)) or 'Use an ISO 3166-2 code, such as "ES-CT".'
    raise _Wrong("unknown-region", f'"{text}" is no subdivision.', cure)


def _group(text: str, groups: Groups) -> str:
    """`@dach`, `@419`; the world is `001`."""
    name = text.removeprefix("@")
    if name == WORLD:
        return WORLD
    if name in groups:
        return f"@{name}"
    cure = did_you_mean(name, groups.names()) or "Name a group of the site, a shipped one, or a UN M49 code."
    raise _Wrong("unknown-group", f'"{text}" is no group of territories.', cure)


def _language(text: str, _: Groups) -> str:
    tag = parse_tag(text)
    if tag is not None and is_language(tag):
        return tag
    raise _Wrong("unknown-language", f'"{text}" is no language.', 'Use a BCP 47 tag, such as "es" or "pt-BR".')


def _kind(text: str, _: Groups) -> str:
    if _KIND.fullmatch(text):
        return text
    raise _Wrong("bad-kind", f'"{text}" is no kind.', "Use a-z, 0-9, - and _, beginning with a letter.")


def _note(text: str, _: Groups) -> str:
    return text


#: Fields that take one word of a list, and fields that are read by a function of their own.
_WORDS: Mapping[str, Sequence[str]] = {
    "channel": CHANNELS,
    "age": AGES,
    "basis": BASES,
    "confidence": tuple(Confidence.__members__),
}
_TEXTS: Mapping[str, Callable[[str, Groups], str]] = {
    "territory": _territory,
    "region": _region,
    "group": _group,
    "place": _place,
    "language": _language,
    "kind": _kind,
    "note": _note,
}
