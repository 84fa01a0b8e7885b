"""Fields of norms and laws as an editor writes them: each reader takes what stands there and gives a value, or raises `Wrong`.

A row is looked at whole, so that every fault is told with its line and its cure: `read_row` gives what could be read, and what
could not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from locales.findings import Finding, Severity, did_you_mean
from locales.groups import Groups
from locales.preference import MODES
from locales.tags import is_language, parse_tag
from locales.territories import (
    TERRITORIES,
    is_macro_region,
    is_region,
    is_territory,
    subdivisions_of,
    territory_of,
)

#: The place of a row that holds everywhere: UN M49, the world.
WORLD = "001"

CHANNELS = ("web", "streaming", "tv", "cinema")
AGES = ("child", "teen", "adult")

_KIND = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_YEARS = range(1900, 2200)


class Wrong(Exception):  # noqa: N818 - it never leaves the readers of rows
    """A value that cannot be used: a stable code, the problem, the cure."""

    def __init__(self, code: str, problem: str, cure: str) -> None:
        super().__init__(problem)
        self.code, self.problem, self.cure = code, problem, cure


#: The field that is wrong, "" for the row as a whole, and what is wrong with it.
Fault = tuple[str, Wrong]

#: Gives the value of a field from what stands there. Groups are those of the site.
Reader = Callable[[str, object, Groups], Any]


def read_row(
    what: str, table: Mapping[str, Any], readers: Mapping[str, Reader], groups: Groups
) -> tuple[dict[str, Any], list[Fault]]:
    """The values of one row by field, and what is wrong with it. `what` says what the row is: `norm`, `law`."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, raw in table.items():
        try:
            if name not in readers:
                cure = did_you_mean(name, readers) or f"Fields of a {what} are: {', '.join(readers)}."
                raise Wrong("unknown-field", f'"{name}" is no field of a {what}.', cure)
            values[name] = readers[name](name, raw, groups)
        except Wrong as wrong:
            faults.append((name, wrong))
    return values, faults


def one_place(what: str, table: Mapping[str, Any], places: Sequence[str]) -> Iterator[Fault]:
    """A row names its place by exactly one of several fields."""
    named = [name for name in places if name in table]
    if not named:
        cure = " or ".join(f'{name} = "{_PLACE_EXAMPLES[name]}"' for name in places if name in _PLACE_EXAMPLES)
        yield "", Wrong("missing-place", f"The {what} names no place.", f"Write {cure}.")
    if len(named) > 1:
        problem = f"The {what} names its place twice, as {named[0]} and as {named[1]}."
        yield named[1], Wrong("two-places", problem, "Keep one of them.")


_PLACE_EXAMPLES = {"territory": "ES", "region": "ES-CT", "group": "dach"}


def missing(what: str, table: Mapping[str, Any], examples: Mapping[str, str]) -> Iterator[Fault]:
    """Fields that a row must have; an example of each stands in the cure."""
    for name, example in examples.items():
        if name not in table:
            yield "", Wrong(f"missing-{name}", f"The {what} has no {name}.", f"Write {name} = {example}.")


def findings_of(faults: Sequence[Fault], file: str, locate: Callable[[str], int]) -> Iterator[Finding]:
    """The faults of one row, each at the line of its field."""
    for name, wrong in faults:
        yield Finding(file, locate(name), Severity.error, wrong.code, wrong.problem, wrong.cure)


# Readers


def read_text(name: str, raw: object, _: Groups) -> str:
    """Any text."""
    if isinstance(raw, str):
        return raw
    raise Wrong("bad-type", f"{name} = {raw!r} is no text.", f'Write {name} = "…".')


def read_texts(name: str, raw: object, _: Groups) -> tuple[str, ...]:
    """One text or several, none of them blank."""
    listed = [raw] if isinstance(raw, str) else raw
    if isinstance(listed, list) and listed and all(isinstance(text, str) and text.strip() for text in listed):
        return tuple(listed)
    problem = f"{name} = {raw!r} is no text and no list of texts."
    raise Wrong("bad-type", problem, f'Write {name} = "…" or {name} = ["…", "…"].')


def read_year(name: str, raw: object, _: Groups) -> int:
    """A year as a number of four digits."""
    if isinstance(raw, int) and not isinstance(raw, bool) and raw in _YEARS:
        return raw
    raise Wrong(
        f"bad-{name}", f"{name} = {raw!r} is no year.", f"Write it with four digits, as a number: {name} = 2026."
    )


def read_day(name: str, raw: object, _: Groups) -> date:
    """A date without a time."""
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    raise Wrong(f"bad-{name}", f"{name} = {raw!r} is no date.", f"Write it without quotes: {name} = 2027-12-31.")


def read_flag(name: str, raw: object, _: Groups) -> bool:
    """true or false."""
    if isinstance(raw, bool):
        return raw
    raise Wrong("bad-type", f"{name} = {raw!r} is neither true nor false.", f"Write {name} = true.")


def read_modes(name: str, raw: object, groups: Groups) -> tuple[str, ...]:
    """An order of modes, best first."""
    order = read_texts(name, raw, groups)
    for word in order:
        known_word("mode", word, MODES)
    if len(set(order)) < len(order):
        raise Wrong("repeated-mode", f"The order {', '.join(order)} has a mode twice.", "Name each mode once.")
    return order


def word_of(known: Sequence[str]) -> Reader:
    """A reader of one word of a list."""
    return lambda name, raw, groups: known_word(name, read_text(name, raw, groups), known)


def known_word(name: str, text: str, known: Sequence[str]) -> str:
    """The word, if it is on the list."""
    if text in known:
        return text
    cure = did_you_mean(text, known) or f"Use one of: {', '.join(known)}."
    raise Wrong(f"unknown-{name}", f'"{text}" is no {name}.', cure)


def read_place(name: str, raw: object, groups: Groups) -> str:
    """A place in any form: `ES`, `ES-CT`, `@dach`, `@419`, `001`."""
    text = read_text(name, raw, groups)
    if text.startswith("@") and text != f"@{WORLD}":
        return read_group(name, text, groups)
    if is_macro_region(text.removeprefix("@")):
        return read_group(name, text, groups)
    return read_region(name, text, groups) if "-" in text else read_territory(name, text, groups)


def read_territory(name: str, raw: object, groups: Groups) -> str:
    """ISO 3166-1."""
    text = read_text(name, raw, groups)
    if is_territory(text):
        return text
    cure = territory_meant(text) or "Use an ISO 3166-1 code of two capitals."
    raise Wrong("unknown-territory", f'"{text}" is no territory.', cure)


def territory_meant(text: str) -> str:
    """`Did you mean "GB"?` of `UK`, which CLDR has as an alias; else of the code that looks alike, or an empty text."""
    alias = (parse_tag(f"und-{text}") or "").rpartition("-")[2]
    return f'Did you mean "{alias}"?' if is_territory(alias) else did_you_mean(text, TERRITORIES)


def read_region(name: str, raw: object, groups: Groups) -> str:
    """ISO 3166-2. One that is a territory of its own stands for it, as visitors there do: `CN-HK` is HK."""
    text = read_text(name, raw, groups)
    if is_region(text):
        country = text.partition("-")[0]
        own = territory_of(country, text)
        return text if own == country else own
    cure = did_you_mean(text, subdivisions_of(text)) or 'Use an ISO 3166-2 code, such as "ES-CT".'
    raise Wrong("unknown-region", f'"{text}" is no subdivision.', cure)


def read_group(name: str, raw: object, groups: Groups) -> str:
    """`@dach`, `@419`; the world is `001`."""
    text = read_text(name, raw, groups)
    group = text.removeprefix("@")
    if group == WORLD:
        return WORLD
    if group in groups:
        return f"@{group}"
    cure = did_you_mean(group, groups.names()) or "Name a group of the site, a shipped one, or a UN M49 code."
    raise Wrong("unknown-group", f'"{text}" is no group of territories.', cure)


def read_language(name: str, raw: object, groups: Groups) -> str:
    """The canonical tag of a language."""
    text = read_text(name, raw, groups)
    tag = parse_tag(text)
    if tag is not None and is_language(tag):
        return tag
    raise Wrong("unknown-language", f'"{text}" is no language.', 'Use a BCP 47 tag, such as "es" or "pt-BR".')


def read_kind(name: str, raw: object, groups: Groups) -> str:
    """A kind of item; a site may have kinds of its own."""
    text = read_text(name, raw, groups)
    if _KIND.fullmatch(text):
        return text
    raise Wrong("bad-kind", f'"{text}" is no kind.', "Use a-z, 0-9, - and _, beginning with a letter.")


def each(reader: Reader) -> Reader:
    """A reader of one value or several."""
    return lambda name, raw, groups: tuple(reader(name, one, groups) for one in read_texts(name, raw, groups))
