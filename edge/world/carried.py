"""What the links of the map say of the visitor. The page has some 260 of them, so what they repeat is bounded.

A value is left out of the links, not of the map, where it says nothing or has no room beside those before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from urllib.parse import urlencode

from edge.doubts import doubts
from edge.pages.markup import escaped
from edge.signals.choice import parse_choice
from edge.signals.moment import parse_at
from locales.ranges import LanguageRanges

#: Characters of all values in one link, names included, as they stand in the page. 260 links of so many are 57 KB.
ROOM = 220

#: Characters that the page shows of a value that its links leave out.
SHOWN = 60


def carried(named: Mapping[str, str], zone: tzinfo) -> dict[str, str]:
    """The values that links repeat, in their order. `zone` is the site's, for `at`."""
    kept: dict[str, str] = {}
    room = ROOM
    for name, value in named.items():
        width = len(escaped(f"&{urlencode({name: value}, errors='replace')}"))
        if width <= room and _says_something(name, value, zone):
            room -= width
            kept[name] = value
    return kept


def _says_something(name: str, value: str, zone: tzinfo) -> bool:
    if name == "at":
        return parse_at(value, zone) is not None
    if name == "accept_language":
        return LanguageRanges.from_header(value) != LanguageRanges()
    if name == "choose":
        return parse_choice(value.encode("utf-8", "replace")) is not None
    return not any(doubts({name: value}))


def shown(value: str) -> str:
    """The beginning of a long value."""
    return value if len(value) <= SHOWN else f"{value[:SHOWN]}…"
