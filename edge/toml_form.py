"""The canonical form of a site's TOML files. Only the looks of a file change: what it says, and its comments, stay.

- Keys stand in the order of the documents, each with the comments above it; keys that no document names follow. A comment at the
  top of a table, with a blank line below it, is the table's and stays at the top.
- One blank line before each table, or before the comment that stands right above it; nowhere two.
- `key = value`, `[a, b]`, `{ a = 1, b = 2 }`. A list stands on one line where that has at most 120 columns, else each of its
  values has a line of its own. A list with comments in it stays as it is.
- Texts, numbers and dates stay as they are written. A comment behind a value stays in its column.

Tables stay where they are: the order of rules and of variants says something.

TOML's grammar is that of its version 1.0.0. What is read here has been parsed by `tomllib` before, and what comes of it is
parsed again and compared: a form that said anything else would be no form.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from locales.documents import parse_document
from rules.inputs import INPUTS, VISITOR_NAMES

WIDTH = 120

_WHEN = tuple(INPUTS)
_THEN = ("variant", "language", "mode", "tags")
_NORM = ("territory", "region", "group", "place", "language", "kind", "channel", "age", "mode", "source", "basis")
_SITE = ("id", "default_language", "languages", "zone", "channel", "weak_header", "tables", "least_confidence")
_HEARD = ("audio", "language", "voiceover", "subtitles", "burned_in", "captions", "audio_description")

#: Folder → table → its keys in the order of the documents. Not here: `tags` and lists, whose own order says something.
ORDERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "site": {
        "site": (*_SITE, "publish_delay"),
        "rights": ("unknown", "least"),
        "cache": ("keyed", "max_age", "stale_while_revalidate", "stale_if_error"),
        "proxies": ("from", "preset", "headers", "secret_env", "secret_header", "context", "normalised"),
    },
    "variants": {
        "item": ("id", "kind", "channel", "original_language", "paths", "title", "fallback"),
        "variants": (
            *("id", *_HEARD, "tags", "devices", "url", "media_type"),
            *("not_in", "only_in", "from", "until"),
        ),
    },
    "rules": {
        "table": ("id", "hit_policy", "zone"),
        "rules": ("id", "when", "then", "why", "active", "split"),
        "rules.when": _WHEN,
        "rules.then": _THEN,
        "rules.split": ("experiment", "hash", "salt", "coverage", "holdout", "default", "arms"),
        "rules.split.arms": ("id", "weight", "then"),
        "rules.split.arms.then": _THEN,
        "rules.active": ("from", "until"),
        "tests": ("name", "given", "item", "expect"),
        "tests.given": VISITOR_NAMES,
        "tests.expect": ("variant", "experience", "language", "reason", "layer", "rule", "split", "confidence"),
    },
    "locales": {
        "norms": (*_NORM, "confidence", "year", "review", "note"),
        "laws": (
            *("id", "territory", "group", "place", "kind", "channel", "only", "bars"),
            *("law", "date", "from", "until", "source", "note", "off"),
        ),
    },
}


def to_form(text: str | bytes, file: str) -> str:
    """The canonical form of a file; `file` is relative to the site's folder. Raises `Faulty` where it is no TOML of a site."""
    before = parse_document(text, file).data
    source = (text.encode("utf-8") if isinstance(text, str) else text).decode("utf-8-sig").replace("\r\n", "\n")
    folder = PurePosixPath(file).parts[0].removesuffix(".toml")
    after = "\n".join([*_lines(_Reader(source, ORDERS.get(folder, {})).sections()), ""]).lstrip("\n")
    if not _same(tomllib.loads(after), before):
        raise AssertionError(f"{file}: the canonical form would say something else")
    return after


def _same(one: object, other: object) -> bool:
    """Whether two parsed values are equal and of one type: 1, 1.0 and true are three values of TOML."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and repr(one) == repr(other)


# Reading

_TOKEN = re.compile(
    r'''(?P<comment>\#[^\n]*)
    |(?P<text>"""(?:[^"\\]|\\[\s\S]|"(?!""))*"{3,5}|\'\'\'(?:[^']|'(?!''))*'{3,5}|"(?:[^"\\]|\\.)*"|'[^']*')
    |(?P<mark>[\[\]{},=])
    |(?P<end>\n)
    |(?P<space>[ \t]+)
    |(?P<word>[^\s\[\]{},=\#"']+)''',
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Value:
    """A value: its text, or the values of a list that may be written on several lines."""

    text: str
    listed: tuple[str, ...] | None = None


@dataclass(slots=True)
class _Entry:
    """A key with its value, and the lines above it: comments, and an empty text where there are blank ones.

    `column` is where the comment behind the value began.
    """

    above: list[str]
    key: str
    value: _Value
    comment: str = ""
    column: int = 0


@dataclass(slots=True)
class _Section:
    """A table: its header, empty for what stands before the first, its keys in canonical order, and the lines after them.

    `about` are the lines at its top that belong to no key.
    """

    header: str
    entries: list[_Entry] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)

    def arrange(self, order: Sequence[str]) -> None:
        """Puts the keys in order; those of one rank, and those without, as they stood."""
        if self.entries:
            first = self.entries[0]
            self.about, first.above = _split(first.above)
        self.entries.sort(key=lambda entry: _rank(entry.key, order))


class _Reader:
    """Reads one text from its beginning to its end."""

    def __init__(self, source: str, orders: Mapping[str, Sequence[str]]) -> None:
        self._source = source
        self._tokens = [(found.lastgroup or "", found[0], found.start()) for found in _TOKEN.finditer(source)]
        self._tokens.append(("end", "\n", len(source)))
        self._at = 0
        self._orders = orders

    def sections(self) -> list[_Section]:
        """The tables in their order."""
        found = [_Section("")]
        name = ""
        while self._at < len(self._tokens):
            self._skip("space")
            section = found[-1]
            kind, text, _ = self._next()
            if kind == "end":
                section.below.append("")
            elif kind == "comment":
                section.below.append(text.rstrip())
                self._next()
            elif text == "[":
                name, header = self._header()
                found.append(_Section(header))
            else:
                self._at -= 1
                section.entries.append(self._entry(name, section.below))
                section.below = []
        for section in found:
            section.arrange(self._orders.get(_name_of(section.header), ()))
        return found

    def _next(self) -> tuple[str, str, int]:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _skip(self, *kinds: str) -> None:
        while self._at < len(self._tokens) and self._tokens[self._at][0] in kinds:
            self._at += 1

    def _header(self) -> tuple[str, str]:
        """The name of a table, and its whole line."""
        text = "["
        while True:
            kind, token, _ = self._next()
            if kind == "end":
                return _name_of(text), text
            text += f"  {token.rstrip()}" if kind == "comment" else token.strip(" \t")

    def _entry(self, table: str, above: list[str]) -> _Entry:
        key = self._key()
        entry = _Entry(above, key, self._value(_inside(table, key)))
        self._skip("space")
        kind, text, at = self._next()
        if kind == "comment":
            entry.comment = text.rstrip()
            entry.column = at - (self._source.rfind("\n", 0, at) + 1)
            self._next()
        return entry

    def _key(self) -> str:
        """A key, dotted or not, with the mark behind it taken."""
        text = ""
        while True:
            _, token, _ = self._next()
            if token == "=":
                self._skip("space")
                return text
            text += token.strip(" \t")

    def _value(self, path: str) -> _Value:
        kind, text, start = self._tokens[self._at]
        if text in ("[", "{"):
            values, commented = self._inner(path)
            whole = self._source[start : self._tokens[self._at][2]]
            if commented:
                return _Value(whole)
            if text == "{":
                return _Value(f"{{ {', '.join(values)} }}" if values else "{}")
            return _Value(f"[{', '.join(values)}]", tuple(values))
        end = start
        while kind in ("text", "word", "space"):  # a date and its time may have a space between them
            self._at += 1
            kind, _, end = self._tokens[self._at]
        return _Value(self._source[start:end].rstrip(" \t"))

    def _inner(self, path: str) -> tuple[list[str], bool]:
        """The values of a list, or the pairs of a table, and whether there are comments among them."""
        opening = self._next()[1]
        pairs: list[tuple[str, str]] = []
        before = self._at
        while True:
            self._skip("space", "end", "comment")
            mark = self._tokens[self._at][1]
            if mark in ("]", "}"):
                break
            if mark == ",":
                self._at += 1
                continue
            key = self._key() if opening == "{" else ""
            value = self._value(_inside(path, key) if key else path).text
            pairs.append((key, f"{key} = {value}" if key else value))
        commented = any(kind == "comment" for kind, *_ in self._tokens[before : self._at])
        self._at += 1
        order = self._orders.get(path, ()) if opening == "{" else ()
        pairs.sort(key=lambda pair: _rank(pair[0], order))
        return [text for _, text in pairs], commented


def _name_of(header: str) -> str:
    """`rules` of `[[rules]]  # comment`."""
    return re.sub(r"[\"'\s]", "", header.partition("#")[0]).strip("[]")


def _inside(table: str, key: str) -> str:
    return f"{table}.{_bare(key)}" if table else _bare(key)


def _bare(key: str) -> str:
    return re.sub(r"[\"']", "", key)


def _rank(key: str, order: Sequence[str]) -> int:
    first = _bare(key).partition(".")[0]
    return order.index(first) if first in order else len(order)


def _split(lines: list[str]) -> tuple[list[str], list[str]]:
    """Lines above a first key: comments that a blank line parts from it, and the others."""
    end = len(lines)
    while end and lines[end - 1]:
        end -= 1
    return (lines[:end], lines[end:]) if any(lines[:end]) else ([], lines)


# Writing


def _lines(sections: Iterable[_Section]) -> list[str]:
    """All lines, without blank ones at the end."""
    lines: list[str] = []
    for section in sections:
        if section.header:
            _part(lines)
            lines.append(section.header)
        _add(lines, section.about, first=bool(section.header))
        for number, entry in enumerate(section.entries):
            _add(lines, entry.above, first=bool(section.header) and number == 0 and not section.about)
            lines += _written(entry)
        _add(lines, section.below)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _add(lines: list[str], more: Iterable[str], *, first: bool = False) -> None:
    """Adds comments and blank lines: no two blank ones behind each other, and none first below a header."""
    for line in more:
        if line or (lines and lines[-1] and not first):
            lines.append(line)
            first = False


def _part(lines: list[str]) -> None:
    """Makes sure of one blank line before a header, or before the comment right above it."""
    if not lines or not lines[-1]:
        return
    above = len(lines)
    while above and lines[above - 1].startswith("#"):
        above -= 1
    if above == len(lines) or (above and lines[above - 1]):
        lines.append("")


def _written(entry: _Entry) -> Iterator[str]:
    start = f"{entry.key} = "
    line = start + entry.value.text
    if entry.value.listed is not None and len(line) > WIDTH:
        yield f"{start}["
        yield from (f"    {value}," for value in entry.value.listed)
        line = "]"
    *first, last = line.split("\n")
    yield from first
    yield f"{last.ljust(max(entry.column, len(last) + 2))}{entry.comment}" if entry.comment else last
