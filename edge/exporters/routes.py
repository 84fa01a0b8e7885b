r"""The paths of a site as regular expressions, for a proxy that has to know an item without asking.

They are read by PCRE and RE2 alike, and match the raw target of a request (RFC 9112 §3.2). A path in normal form, with slashes
doubled or one at its end, matches as it does at the service. One with escapes or dot segments matches nothing: what is not known
to be an item's is passed on as it is.

Letters, digits, `-` and `_` stand for themselves; every other character of a path is written `\xHH`, so that none can end a
string or a line of any configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from edge.site import Site
from variants.paths import LANGUAGE, ONE, REST, normal_path

#: What a proxy says where nothing is left to show (DESIGN §3).
BARRED = "barred"

_PLAIN = re.compile(r"[A-Za-z0-9_-]")
_ORIGIN = r"^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?\x23]*)?"
_END = r"(?:[?\x23]|$)"


class Route(Struct, frozen=True):
    """A pattern of paths, the item that it means, and what is shown of it where nobody can be asked: a variant, or `barred`."""

    pattern: str
    item: str
    fallback: str


def routes_of(site: Site) -> tuple[Route, ...]:
    """All patterns of a site's items, the most specific first: the first that matches is the right one."""
    patterns = [(path, served.item.id) for served in site.served.values() for path in served.item.paths]
    fallbacks = {
        name: BARRED if served.fallback is None else served.fallback.id for name, served in site.served.items()
    }
    return tuple(
        [
            Route(expression_of(path, site.settings.languages), item, fallbacks[item])
            for path, item in sorted(patterns, key=_specificity)
        ]
    )


def _specificity(pattern: tuple[str, str]) -> tuple[tuple[int, str], ...]:
    """Segment by segment: written out, `{language}`, `*`, `**`. One that ends goes before one that goes on."""
    ranks: Mapping[str, int] = {LANGUAGE: 1, ONE: 2, REST: 3}
    return tuple([(ranks.get(segment, 0), segment) for segment in normal_path(pattern[0]) or ()])


def expression_of(pattern: str, languages: Sequence[str]) -> str:
    """The regular expression of a checked pattern."""
    segments = normal_path(pattern) or ()
    parts = {LANGUAGE: f"/+(?i:{'|'.join(map(_literal, languages))})", ONE: r"/+[^/?\x23]+", REST: r"(?:/[^?\x23]*)?"}
    written = [parts.get(segment) or f"/+{_literal(segment)}" for segment in segments]
    return f"{_ORIGIN}{''.join(written)}/*{_END}" if segments else f"{_ORIGIN}/*{_END}"


def _literal(text: str) -> str:
    return "".join(char if _PLAIN.match(char) else f"\\x{ord(char):02X}" for char in text)


def matched(routes: Iterable[Route], target: str) -> Route | None:
    """The route of a raw target."""
    return next((route for route in routes if re.match(route.pattern, target)), None)
