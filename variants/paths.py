"""Which item a URL means: normal form of paths, and the patterns of items (DESIGN §2).

    /business-class               a segment as it is written
    /{language}/business-class    one segment that is one of the site's languages, in any case of letters
    /films/*                      any one segment
    /films/**                     the rest, which may be empty; only as the last segment

The normal form (RFC 3986 §6.2.2, §5.2.4) drops scheme, authority, query and fragment, decodes unreserved characters only, and
resolves dot segments, doubled slashes and a slash at the end. A path with `%2F`, `%5C`, a control or a backslash, or with a
broken escape, has none: it matches nothing, for proxies and origins disagree on what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from locales.findings import Faulty, Finding, Severity
from variants.variant import Item

#: Longest path that is read, in bytes.
LONGEST = 2048

#: Most segments of a pattern.
DEEPEST = 32

LANGUAGE = "{language}"
ONE = "*"
REST = "**"

_ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_NEVER = re.compile(r"[\x00-\x20\x7f\\]")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_FORBIDDEN = frozenset([*range(0x20), 0x7F, ord("/"), ord("\\")])
#: C1 controls, as UTF-8 writes them.
_C1 = re.compile(r"%C2%[89]")


def normal_path(raw: str | bytes) -> tuple[str, ...] | None:
    """The segments of a raw path or URL in normal form, or None where it has none. Never raises.

    What is not ASCII is written as escapes of its UTF-8 bytes, in capitals.
    """
    if len(raw) > LONGEST:
        return None
    text = _ascii(raw)
    origin = _ORIGIN.match(text)
    path = (text[origin.end() :] if origin else text).partition("#")[0].partition("?")[0]
    if origin and not path:
        return ()
    if not path.startswith("/") or _NEVER.search(path):
        return None
    if "%" in path:
        decoded = _decoded(path)
        if decoded is None:
            return None
        path = decoded
    return _resolved(path)


def _ascii(raw: str | bytes) -> str:
    content = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
    if content.isascii():
        return content.decode("ascii")
    return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in content)


def _decoded(path: str) -> str | None:
    """Unreserved characters as themselves, all other escapes in capitals; None for a broken or a forbidden one."""
    pieces = []
    end = 0
    for escape in _ESCAPE.finditer(path):
        byte = int(escape[1], 16) if escape[1] else -1
        if byte < 0 or byte in _FORBIDDEN:
            return None
        pieces += [path[end : escape.start()], chr(byte) if byte in _UNRESERVED else escape[0].upper()]
        end = escape.end()
    text = "".join((*pieces, path[end:]))
    return None if _C1.search(text) else text


def _resolved(path: str) -> tuple[str, ...]:
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment and segment != ".":
            segments.append(segment)
    return tuple(segments)


def check_pattern(pattern: str) -> str | None:
    """What is wrong with a pattern, in a sentence that ends in the cure; None where nothing is."""
    if not pattern.startswith("/") or "?" in pattern or "#" in pattern:
        return 'A path begins with "/" and has no query and no fragment.'
    segments = normal_path(pattern)
    if segments is None:
        return "Leave out spaces, backslashes, broken escapes and %2F."
    if len(segments) > DEEPEST or any(segment in (".", "..") for segment in pattern.split("/")):
        return f"Write it without dot segments, and with at most {DEEPEST} segments."
    if REST in segments[:-1]:
        return '"**" stands for the rest and can only be the last segment.'
    if segments.count(LANGUAGE) > 1:
        return f'"{LANGUAGE}" can stand in one segment only.'
    if any(set(segment) & set("*{}") and segment not in (LANGUAGE, ONE, REST) for segment in segments):
        return f'A whole segment is "*", "**" or "{LANGUAGE}"; parts of one cannot be.'
    return None


class _Node(Struct, eq=False):
    """A place in the tree of patterns. `item` is where a pattern ends, `rest` where one goes on with `**`."""

    literals: dict[str, _Node] = {}
    language: _Node | None = None
    one: _Node | None = None
    item: str | None = None
    rest: str | None = None

    def below(self, segment: str) -> _Node:
        """The node that a segment of a pattern leads to, made where it is missing."""
        if segment == LANGUAGE:
            self.language = self.language or _Node()
            return self.language
        if segment == ONE:
            self.one = self.one or _Node()
            return self.one
        return self.literals.setdefault(segment, _Node())


class PathTable(Struct, frozen=True, eq=False):
    """All patterns of a site. The most specific wins, segment by segment: written out, `{language}`, `*`, `**`."""

    root: _Node
    languages: dict[str, str]

    @staticmethod
    def build(items: Iterable[Item], languages: Sequence[str]) -> PathTable:
        """The table of the items' checked patterns. Raises Faulty where two items have the same one."""
        table = PathTable(_Node(), {tag.lower(): tag for tag in languages})
        owners: dict[str, Item] = {}
        faults = [fault for item in items for pattern in item.paths for fault in table._add(pattern, item, owners)]
        if faults:
            raise Faulty(faults)
        return table

    def match(self, raw: str | bytes) -> tuple[str, str | None] | None:
        """The id of the item that a raw path or URL means, and the language that it names; None for no item."""
        segments = normal_path(raw)
        return None if segments is None else self._find(self.root, segments, 0, None)

    def _add(self, pattern: str, item: Item, owners: dict[str, Item]) -> Iterator[Finding]:
        segments = normal_path(pattern) or ()
        is_rest = segments[-1:] == (REST,)
        node = self.root
        for segment in segments[:-1] if is_rest else segments:
            node = node.below(segment)
        first = owners.setdefault("/".join(segments), item)
        if first.id != item.id:
            problem = f'"{pattern}" is a path of "{item.id}" and of "{first.id}" ({first.file}:{first.lines.get("paths", 0)}).'
            yield Finding(
                item.file,
                item.lines.get("paths", 0),
                Severity.error,
                "same-path",
                problem,
                "Take it out of one of them.",
            )
        elif is_rest:
            node.rest = item.id
        else:
            node.item = item.id

    def _find(
        self, node: _Node, segments: tuple[str, ...], index: int, language: str | None
    ) -> tuple[str, str | None] | None:
        """Depth first, the most specific branch first. Each node is visited at most once, whatever the path."""
        if index == len(segments):
            found = node.item or node.rest
            return (found, language) if found is not None else None
        segment = segments[index]
        branches = (
            (node.literals.get(segment), language),
            (node.language, named) if (named := self.languages.get(segment.lower())) is not None else (None, None),
            (node.one, language),
        )
        for branch, tongue in branches:
            if branch is not None and (found_below := self._find(branch, segments, index + 1, tongue)) is not None:
                return found_below
        return (node.rest, language) if node.rest is not None else None
