"""What a browser says of its reader's languages: the field Accept-Language as a value.

RFC 9110 §12.5.4 gives the field, §12.4.2 its weights, RFC 4647 §2.1 the ranges. Read leniently: a part that is broken is
left out, a field beyond the limits is as if it were absent, and nothing raises.
"""

from __future__ import annotations

import re
from itertools import islice
from operator import itemgetter

from msgspec import Struct

from locales.tags import NO_LANGUAGE, USUAL, read_tag, usual_tag

#: Limits of the field: bytes, and ranges that are not empty. Beyond either the field counts as absent.
MAX_BYTES = 4096
MAX_RANGES = 32
#: The parts of a field of at most so many bytes are remembered: browsers write few different ones, and short fields.
MAX_KNOWN = 256

#: RFC 9110 §12.4.2, and leniently more digits than three, a missing zero (`.5`) and a capital `Q`.
_WEIGHT = re.compile(r"[qQ][ \t]*=[ \t]*([01](?:\.[0-9]{0,16})?|\.[0-9]{1,16})", re.ASCII)
#: A range as browsers write it.
_USUAL_RANGE = re.compile(rf" ?({USUAL})(?:;q=(0\.[0-9]{{1,3}}))?")
_MEMO = 4096


class LanguageRanges(Struct, frozen=True):
    """Canonical tags in order of wish; those refused with `q=0`; whether `*` says that anything else will do."""

    wanted: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    anything: bool = False

    @classmethod
    def from_header(cls, value: str | bytes) -> LanguageRanges:
        """The value of the field; empty where it is too long or says nothing. Equal weights keep their order."""
        if len(value) > MAX_BYTES:
            return _NOTHING
        text = value if isinstance(value, str) else value.decode("latin-1")
        parts = text.split(",")
        if len(parts) > MAX_RANGES:
            # No more than one above the limit is looked for.
            parts = list(islice(filter(str.strip, parts), MAX_RANGES + 1))
            if len(parts) > MAX_RANGES:
                return _NOTHING
        find = _known_range if len(text) <= MAX_KNOWN else _range
        weighed: list[tuple[float, str]] = []
        excluded: list[str] = []
        anything, falling, last = False, True, -1.0
        for part in parts:
            found = find(part)
            below, tag = found
            if tag == "*":
                anything = True
            elif below < 0:
                falling, last = falling and last <= below, below
                weighed.append(found)
            elif tag:
                excluded.append(tag)
        if not falling:
            weighed.sort(key=itemgetter(0))
        wanted = tuple(dict.fromkeys([tag for _, tag in weighed]))
        refused = tuple(dict.fromkeys([tag for tag in excluded if tag not in wanted])) if excluded else ()
        return cls(wanted, refused, anything)

    def to_header(self) -> str:
        """A field that reads back as the same value: weights fall by tenths, down to 0.1."""
        parts = [_part(tag, place) for place, tag in enumerate(self.wanted)]
        if self.anything:
            parts.append(_part("*", len(self.wanted)))
        parts += [f"{tag};q=0" for tag in self.excluded]
        return ", ".join(parts)


_NOTHING = LanguageRanges()

_known: dict[str, tuple[float, str]] = {}


def _known_range(part: str) -> tuple[float, str]:
    """As `_range`, with what it remembers: all of it goes when it is full."""
    found = _known.get(part)
    if found is None:
        if len(_known) >= _MEMO:
            _known.clear()
        found = _known[part] = _range(part)
    return found


def _range(part: str) -> tuple[float, str]:
    """Minus the weight, and the canonical tag: `*` where anything will do, empty for a part that says nothing."""
    usual = _USUAL_RANGE.fullmatch(part)
    if usual is not None:
        tag = usual_tag(usual[1], usual.group(2, 3, 4))
        if tag is not None and tag not in NO_LANGUAGE:
            return -float(usual[5] or 1), tag
    return _unusual_range(part)


def _unusual_range(part: str) -> tuple[float, str]:
    name, parameter, weight = part.partition(";")
    below = -_weight(weight) if parameter else -1.0
    tag = read_tag(name) if below <= 0 else None
    if tag is None or tag in NO_LANGUAGE:
        return (below, "*") if below < 0 and name.strip() == "*" else (0.0, "")
    return below, tag


def _weight(text: str) -> float:
    """The weight, or -1 where it is none: such a range is left out."""
    found = _WEIGHT.fullmatch(text.strip())
    weighs = float(found[1]) if found else -1.0
    return weighs if weighs <= 1 else -1.0


def _part(tag: str, place: int) -> str:
    return f"{tag};q={max(1, 10 - place) / 10}" if place else tag
