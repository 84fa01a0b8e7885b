"""Values of cells: what one word of an editor's cell stands for, by the kind of its input (see `rules.inputs`).

A value is read strictly, so that a slip is a fault and not a rule that never holds: territories and subdivisions in
capital letters, words from their list, numbers in their range. Every fault says what to write instead.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Mapping
from functools import cache

from msgspec import Struct

from locales.findings import did_you_mean
from locales.groups import Groups
from locales.names import language_name, territory_name
from locales.tags import is_language, known_languages, parse_tag
from locales.territories import TERRITORIES, is_region, is_territory
from locales.words import words
from rules.inputs import Input, is_identifier

#: The word that a blank value has in a cell.
UNKNOWN = "unknown"


class CellFault(ValueError):  # noqa: N818 - reads as what the cell has
    """A cell that cannot be read: what is wrong, and what to write instead. `code` is the finding's stable word."""

    def __init__(self, problem: str, cure: str = "", code: str = "bad-cell") -> None:
        self.problem = problem
        self.cure = cure
        self.code = code
        super().__init__(f"{problem} {cure}".strip())


class Entry(Struct, frozen=True):
    """One value as written: its canonical text, and the values or patterns that it stands for."""

    text: str
    values: tuple[object, ...]


def written_value(input: Input, value: object) -> str:
    """A value of a TOML list as text."""
    if isinstance(value, str):
        text = value.strip()
        if text in {"", "!"}:
            raise CellFault(f"an empty value for {input.name}.", "Leave the whole cell out where everything holds.")
        return text
    if isinstance(value, bool) and input.kind == "flag":
        return "yes" if value else "no"
    if isinstance(value, int) and not isinstance(value, bool) and input.kind in {"hour", "text", "words"}:
        return str(value)
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime) and input.kind == "date":
        return value.isoformat()
    raise CellFault(
        f"{_shown(value)} is not a value of {input.name}.",
        f"It takes {_EXPECTED[input.kind]}, in quotes.",
        "wrong-type",
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list inside a list"
    return str(value)


def read_value(input: Input, text: str, groups: Groups) -> Entry | None:
    """None for the word `unknown`."""
    if text == UNKNOWN:
        return None
    return _READERS[input.kind](input, text, groups)


def _read_territory(input: Input, text: str, groups: Groups) -> Entry:
    if text.startswith("@"):
        return _read_group(text, groups)
    if is_territory(text):
        return Entry(text, (text,))
    raise CellFault(f'"{text}" is not a territory of ISO 3166-1.', _territory_cure(text, groups), "unknown-territory")


def _read_group(text: str, groups: Groups) -> Entry:
    try:
        members = groups.members(text)
    except (KeyError, ValueError):
        members = frozenset()
    if members:
        return Entry(text, tuple(sorted(members)))
    names = ["@" + name.removeprefix("@") for name in groups.names()]
    cure = did_you_mean(text, names) or f"The groups are {', '.join(sorted(names))}; UN M49 regions are numbers, @419."
    raise CellFault(f'"{text}" is not a group of territories.', cure, "unknown-group")


#: Codes that are often written in place of ISO 3166-1's.
_MISTAKEN_TERRITORIES: Mapping[str, str] = {"UK": "GB", "EN": "GB", "EL": "GR"}


def _territory_cure(text: str, groups: Groups) -> str:
    upper = _MISTAKEN_TERRITORIES.get(text.upper(), text.upper())
    if is_territory(upper):
        return f'Did you mean "{upper}"? Territories are two capital letters.'
    names = {name.removeprefix("@") for name in groups.names()}
    if text.lower() in names:
        return f'Did you mean "@{text.lower()}"? Groups begin with @.'
    if text.isascii() and text.isdigit():
        return f'Did you mean "@{text}"? Regions of UN M49 begin with @.'
    if is_region(upper):
        return f'Did you mean region = ["{upper}"]?'
    named = _of_that_name(text, _territory_names())
    return named or did_you_mean(text, TERRITORIES) or "Territories are two capital letters, such as DE."


@cache
def _territory_names() -> Mapping[str, str]:
    """Codes by English name in small letters. Babel is loaded for it, so only for a fault."""
    return {territory_name(code, "en").casefold(): code for code in TERRITORIES}


def _of_that_name(text: str, codes: Mapping[str, str]) -> str:
    """`Did you mean "DE"?` for the name of a thing in place of its code, or an empty text."""
    close = difflib.get_close_matches(text.casefold(), codes, n=1, cutoff=0.8)
    return f'Did you mean "{codes[close[0]]}"?' if close else ""


def _read_region(input: Input, text: str, groups: Groups) -> Entry:
    if is_region(text):
        return Entry(text, (text,))
    if is_region(text.upper()):
        cure = f'Did you mean "{text.upper()}"? Subdivisions are written in capital letters.'
    elif is_territory(text):
        cure = f'Did you mean country = ["{text}"]?'
    else:
        cure = "Subdivisions are those of ISO 3166-2, such as ES-CT."
    raise CellFault(f'"{text}" is not a subdivision of ISO 3166-2.', cure, "unknown-region")


def _read_tag(input: Input, text: str, groups: Groups) -> Entry:
    tag = parse_tag(text)
    if tag is not None and is_language(tag):
        return Entry(tag, (tag,))
    raise CellFault(f'"{text}" is not a language of BCP 47.', language_cure(text), "unknown-language")


#: Territories whose code is often written in place of their language's.
_MISTAKEN_LANGUAGES: Mapping[str, str] = {
    "at": "de",
    "cn": "zh",
    "cz": "cs",
    "dk": "da",
    "gb": "en",
    "gr": "el",
    "in": "hi",
    "jp": "ja",
    "ua": "uk",
    "us": "en",
}


def language_cure(text: str) -> str:
    """What to write in place of a text that is no language."""
    if text.lower() in _MISTAKEN_LANGUAGES:
        return f'Did you mean "{_MISTAKEN_LANGUAGES[text.lower()]}"?'
    named = _of_that_name(text, _language_names())
    return named or "Languages are tags of BCP 47, such as es, es-MX or zh-Hant."


@cache
def _language_names() -> Mapping[str, str]:
    """Codes of two letters by English name in small letters."""
    return {language_name(code, "en").casefold(): code for code in known_languages() if len(code) == 2}


def _read_word(input: Input, text: str, groups: Groups) -> Entry:
    if text in input.values:
        return Entry(text, (text,))
    raise _not_listed(input, text)


def _not_listed(input: Input, text: str) -> CellFault:
    cure = did_you_mean(text, input.values) or f"Use one of: {', '.join(input.values)}, {UNKNOWN}."
    return CellFault(f'"{text}" is not a value of {input.name}.', cure, "unknown-value")


def _read_cycle(input: Input, text: str, groups: Groups) -> Entry:
    first, last = _ends(text)
    for end in (first, last):
        if end not in input.values:
            raise _not_listed(input, end)
    return Entry(text if first != last else first, _turn(input.values, first, last))


def _read_hour(input: Input, text: str, groups: Groups) -> Entry:
    numbers = []
    for end in _ends(text):
        if not re.fullmatch(r"[0-9]{1,2}", end, re.ASCII) or int(end) > 23:
            raise CellFault(f'"{end}" is not an hour.', "Hours are 0 to 23, ranges are written 18..23.", "bad-hour")
        numbers.append(str(int(end)))
    first, last = numbers
    canonical = first if first == last else f"{first}..{last}"
    return Entry(canonical, tuple(map(int, _turn(input.values, first, last))))


def _ends(text: str) -> tuple[str, str]:
    first, dots, last = text.partition("..")
    return (first.strip(), last.strip()) if dots else (text, text)


def _turn(values: tuple[str, ...], first: str, last: str) -> tuple[str, ...]:
    """The values from first to last, both within; where last comes before first, past the end and on from the start."""
    begin, end = values.index(first), values.index(last)
    return values[begin : end + 1] if begin <= end else values[begin:] + values[: end + 1]


def _read_date(input: Input, text: str, groups: Groups) -> Entry:
    first, last = (_day(end) for end in _ends(text))
    canonical = first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"
    return Entry(canonical, ((first, last),))


def _day(text: str) -> datetime.date:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return datetime.date.fromisoformat(text)
    except ValueError:
        pass
    raise CellFault(
        f'"{text}" is not a date.', "Dates are written 2026-12-24, ranges 2026-12-24..2027-01-06.", "bad-date"
    )


def _read_flag(input: Input, text: str, groups: Groups) -> Entry:
    flag = {"yes": True, "true": True, "no": False, "false": False}.get(text)
    if flag is None:
        raise _not_listed(input, text)
    return Entry("yes" if flag else "no", (flag,))


def _read_name(input: Input, text: str, groups: Groups) -> Entry:
    if is_identifier(text):
        return Entry(text, (text,))
    raise CellFault(
        f'"{text}" cannot be a value of {input.name}.',
        "It is made of small letters, digits, - and _, and begins with a letter.",
        "bad-name",
    )


def _read_text(input: Input, text: str, groups: Groups) -> Entry:
    return Entry(text, (text.casefold(),))


def _read_words(input: Input, text: str, groups: Groups) -> Entry:
    begins, ends = not text.startswith("*"), not text.endswith("*")
    middle = text.strip("*")
    run = " ".join(words(middle))
    if not run or "*" in middle:
        raise CellFault(
            f'"{text}" is not a run of words.',
            "A star stands at the very beginning or end: flug*, cheap flight*.",
            "bad-words",
        )
    canonical = f"{'' if begins else '*'}{run}{'' if ends else '*'}"
    return Entry(canonical, (f"{' ' if begins else ''}{run}{' ' if ends else ''}",))


_READERS: Mapping[str, Callable[[Input, str, Groups], Entry]] = {
    "territory": _read_territory,
    "region": _read_region,
    "tag": _read_tag,
    "word": _read_word,
    "cycle": _read_cycle,
    "hour": _read_hour,
    "date": _read_date,
    "flag": _read_flag,
    "name": _read_name,
    "text": _read_text,
    "words": _read_words,
}

_EXPECTED: Mapping[str, str] = {
    "territory": 'codes of ISO 3166-1, such as "DE"',
    "region": 'codes of ISO 3166-2, such as "ES-CT"',
    "tag": 'language tags, such as "es-MX"',
    "word": "words of its list",
    "cycle": "words of its list or ranges of them",
    "hour": 'numbers 0 to 23 or ranges, such as "18..23"',
    "date": 'dates, such as "2026-12-24"',
    "flag": "yes or no",
    "name": "ids",
    "text": "texts",
    "words": "runs of words",
}
