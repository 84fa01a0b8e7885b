"""Where things stand in a TOML text: the line of every table, key and array element.

tomllib gives values without places. The place of a path, `("rules", 3, "when", "country")`, is found in two steps:

1) `scan_headers`, before parsing: strings, comments, brackets  →  headers `[table]`, `[[array]]`; too deep nesting
2) `Locator`, when a line is asked for: the section's own keys  →  keys, dotted keys, inline tables, array elements

A path that is not in the text has the line of the nearest thing around it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property

from msgspec import Struct

from locales.toml_plain import PLAIN, Plain

Path = tuple[str | int, ...]

#: Brackets inside each other: far more than a person writes, and far fewer than Python's stack holds.
DEEPEST = 32


class TooDeep(ValueError):  # noqa: N818 - reads as what the text is
    """Brackets are nested deeper than `DEEPEST`, at `line`."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(f"nested too deep in line {line}")


#: The four kinds of strings; possessive, so that a text full of quotes costs no more than its length.
_STRINGS = "|".join(
    (
        r'"""(?:[^"\\]++|\\.|"{1,2}(?!"))*+"{3,5}',
        r"\'\'\'(?:[^']++|'{1,2}(?!'))*+'{3,5}",
        r'"(?:[^"\\\n]++|\\.)*+"',
        r"'[^'\n]*+'",
    )
)
_MARKS = rf"{_STRINGS}|#[^\n]*+|[\[\]{{}}]"
_COARSE = re.compile(_MARKS, re.DOTALL)
_PLAIN_HEADER = re.compile(r"\[\[?([A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]++)*+)\]")


#: A text with as many lists of tables is looked through for plain sections: the pattern takes milliseconds to make.
MANY = 100


@cache
def _with_plain() -> re.Pattern[str]:
    return re.compile(f"{PLAIN}|{_MARKS}", re.DOTALL | re.MULTILINE)


def scan_headers(source: str, plain: list[Plain] | None = None) -> list[tuple[int, int]]:
    """Line and offset of each header, in order. Raises `TooDeep`. Any text will do.

    `plain` takes the plain sections of a long text.
    """
    headers: list[tuple[int, int]] = []
    depth, line, seen = 0, 1, 0
    looking = plain is not None and source.count("\n[[") >= MANY
    for token in (_with_plain() if looking else _COARSE).finditer(source):
        mark, start = token[0], token.start()
        if plain is not None and token.lastgroup:
            if depth:  # in a list of several lines: this is no section
                plain.clear()
                return scan_headers(source)
            line += source.count("\n", seen, start)
            seen = start
            plain.append(Plain(token["name"], token["lines"], len(headers), start, token.end()))
            headers.append((line, start))
        elif mark in "[{":
            if depth == 0 and not source[source.rfind("\n", 0, start) + 1 : start].strip():
                line += source.count("\n", seen, start)
                seen = start
                headers.append((line, start))
            depth += 1
            if depth > DEEPEST:
                raise TooDeep(source.count("\n", 0, start) + 1)
        elif mark in "]}":
            depth = max(0, depth - 1)
    return headers


class _Section(Struct, frozen=True, gc=False):
    """What stands under one header: the header's line (0: before all headers), and from where to where its keys are."""

    line: int
    begin: int
    end: int


class Locator:
    """Lines of the paths of one text, which is TOML. Nothing is worked out before the first line is asked for."""

    def __init__(self, source: str, headers: list[tuple[int, int]]) -> None:
        self._source = source
        self._headers = headers
        self._keys: dict[Path, dict[Path, int]] = {}
        self._known_names: dict[str, Sequence[str]] = {}

    def line(self, path: Sequence[str | int]) -> int:
        """The line of a path, or of the nearest thing around it; 0 where nothing is."""
        wanted = tuple(path)
        if wanted in self._sections:
            return self._sections[wanted].line
        length = next(n for n in range(len(wanted) - 1, -1, -1) if wanted[:n] in self._sections)
        section = self._sections[wanted[:length]]
        keys = self._keys_of(wanted[:length], section)
        return next((keys[wanted[:n]] for n in range(len(wanted), length, -1) if wanted[:n] in keys), section.line)

    def element(self, header: int) -> int:
        """Which element of its list of tables the header at a position begins; 0 for one that begins a table."""
        return self._read[1][header]

    @property
    def _sections(self) -> dict[Path, _Section]:
        """By path. An array of tables is there as a whole, with its first line, and by element."""
        return self._read[0]

    @cached_property
    def _read(self) -> tuple[dict[Path, _Section], list[int]]:
        """The sections, and for each header its `element`."""
        elements: list[int] = []
        begins = [begin for _, begin in self._headers] + [len(self._source)]
        sections: dict[Path, _Section] = {(): _Section(0, 0, begins[0])}
        last: dict[Path, int] = {}
        for (line, begin), end in zip(self._headers, begins[1:], strict=True):
            body = self._source.find("\n", begin, end)
            body = end if body < 0 else body
            path = _numbered(self._names(self._source[begin:body]), last)
            elements.append(0)
            if self._source.startswith("[[", begin):
                elements[-1] = last[path] = last.get(path, -1) + 1
                path = (*path, last[path])
            for length in range(1, len(path)):
                if path[:length] not in sections:
                    sections[path[:length]] = _Section(line, end, end)
            sections[path] = _Section(line, body, end)
        return sections, elements

    def _names(self, header: str) -> Sequence[str]:
        """The names in the line of a header. Long tables have the same again and again."""
        names = self._known_names.get(header)
        if names is None:
            plain = _PLAIN_HEADER.match(header)
            names = plain[1].split(".") if plain else _Reader(header, 0, len(header), 1).header()
            self._known_names[header] = names
        return names

    def _keys_of(self, path: Path, section: _Section) -> dict[Path, int]:
        if path not in self._keys:
            self._keys[path] = _Reader(self._source, section.begin, section.end, max(section.line, 1)).keys(path)
        return self._keys[path]


def _numbered(names: Sequence[str], last: Mapping[Path, int]) -> Path:
    """The path of a header: an array of tables on the way stands for its last element."""
    path: Path = ()
    for name in names:
        path = (*path, last[path], name) if path in last else (*path, name)
    return path


@cache
def _tokens() -> re.Pattern[str]:
    """All that a line is made of. A start without a fault asks for the line of few keys, or of none."""
    return re.compile(
        rf"(?P<string>{_STRINGS})|#[^\n]*+|(?P<mark>[\[\]{{}},=.\n])|(?P<bare>[^\s\[\]{{}},=.#\"']++)", re.DOTALL
    )


class _Reader:
    """The keys of a stretch of TOML, and their lines. The text is known to be TOML, and not deep."""

    def __init__(self, source: str, begin: int, end: int, line: int) -> None:
        self._tokens = self._lined(_tokens().finditer(source, begin, end), line)
        self._found: dict[Path, int] = {}
        self._advance()

    @staticmethod
    def _lined(tokens: Iterator[re.Match[str]], line: int) -> Iterator[tuple[str, str, int]]:
        """Kind (`string`, `bare`, or the mark itself), text and line."""
        for token in tokens:
            text = token[0]
            if token.lastgroup:
                yield (text if token.lastgroup == "mark" else token.lastgroup), text, line
            line += text.count("\n")

    def _advance(self) -> None:
        self._kind, self._text, self._line = next(self._tokens, ("", "", 0))

    def _skip(self, kinds: str) -> None:
        while self._kind and self._kind in kinds:
            self._advance()

    def header(self) -> list[str]:
        """The names between the brackets of a header."""
        self._skip("[")
        return self._names("]")

    def keys(self, path: Path) -> dict[Path, int]:
        """Every path below a section's own, with its line."""
        self._skip("\n")
        while self._kind:
            self._pair(path)
            self._skip("\n")
        return self._found

    def _names(self, end: str) -> list[str]:
        names = []
        while self._kind != end:
            if self._kind == "string":
                names.append(next(iter(tomllib.loads(f"{self._text} = 0"))))
            elif self._kind == "bare":
                names.append(self._text)
            self._advance()
        self._advance()
        return names

    def _pair(self, path: Path) -> None:
        line = self._line
        for name in self._names("="):
            path = (*path, name)
            self._found.setdefault(path, line)
        self._value(path)

    def _value(self, path: Path) -> None:
        if self._kind == "[":
            self._array(path)
        elif self._kind == "{":
            self._advance()
            self._skip(",\n")
            while self._kind != "}":
                self._pair(path)
                self._skip(",\n")
            self._advance()
        else:
            while self._kind and self._kind not in ",]}\n":
                self._advance()

    def _array(self, path: Path) -> None:
        self._advance()
        self._skip(",\n")
        position = 0
        while self._kind != "]":
            self._found[(*path, position)] = self._line
            self._value((*path, position))
            self._skip(",\n")
            position += 1
        self._advance()
