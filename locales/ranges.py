"""What a browser says of its reader's languages: the field Accept-Language as a value.

RFC 9110 §12.5.4 gives the field, §12.4.2 its weights, RFC 4647 §2.1 the ranges. Read leniently: a part that is broken is
left out, a field beyond the limits is as if it were absent, and nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from operator import itemgetter
from typing import TypeVar

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
#: Minus the weight: whoever sorts by it has the greatest wish first, and equal ones as they came.
_BELOW = itemgetter(0)

Named = TypeVar("Named")


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
        return cls(*read_parts(text, _known.__getitem__ if len(text) <= MAX_KNOWN else _range))

    def to_header(self) -> str:
        """A field that reads back as the same value: weights fall by tenths, down to 0.1."""
        parts = [_part(tag, place) for place, tag in enumerate(self.wanted)]
        if self.anything:
            parts.append(_part("*", len(self.wanted)))
        parts += [f"{tag};q=0" for tag in self.excluded]
        return ", ".join(parts)


_NOTHING = LanguageRanges()


def read_parts(
    text: str, find: Callable[[str], tuple[float, Named | None]]
) -> tuple[tuple[Named, ...], tuple[Named, ...], bool]:
    """What a field wants, in order; what it refuses; whether anything else will do. Nothing where it has too many parts.

    `find` reads one part, as `read_range` does; what a range names may be other than its tag, if it can be a key.
    """
    parts = text.split(",")
    if len(parts) > MAX_RANGES:
        # No more than one above the limit is looked for.
        parts = list(islice(filter(str.strip, parts), MAX_RANGES + 1))
        if len(parts) > MAX_RANGES:
            return (), (), False
    found = sorted(map(find, parts), key=_BELOW)
    wanted = dict.fromkeys([named for below, named in found if below < 0 and named is not None])
    if len(wanted) == len(found):
        return tuple(wanted), (), False
    anything = any(named is None and below < 0 for below, named in found)
    excluded = [named for below, named in found if below >= 0 and named is not None]
    return tuple(wanted), tuple(dict.fromkeys([named for named in excluded if named not in wanted])), anything


class _Known(dict[str, tuple[float, str | None]]):
    """Parts as `_range` reads them. One that is not there is read and remembered; all of them go when there is no room."""

    __slots__ = ()

    def __missing__(self, part: str) -> tuple[float, str | None]:
        if len(self) >= _MEMO:
            self.clear()
        found = self[part] = _range(part)
        return found


_known = _Known()


def _range(part: str) -> tuple[float, str | None]:
    return read_range(part, _language)


def read_range(part: str, read: Callable[[str], str | None]) -> tuple[float, str | None]:
    """One part of a field: minus its weight, and the tag that `read` makes of its range.

    None in place of the tag stands for `*`: below 0 anything will do, 0 nothing else will do. Above 0: the part says nothing.
    """
    usual = _USUAL_RANGE.fullmatch(part)
    if usual is not None:
        tag = usual_tag(usual[1], usual.group(2, 3, 4))
        if tag is not None and tag not in NO_LANGUAGE:
            return -float(usual[5] or 1), tag
    name, parameter, weight = part.partition(";")
    below = -_weight(weight) if parameter else -1.0
    tag = read(name) if below <= 0 else None
    if tag is None:
        return (below, None) if name.strip() == "*" else (1.0, None)
    return below, tag


def _language(name: str) -> str | None:
    tag = read_tag(name)
    return None if tag in NO_LANGUAGE else tag


def _weight(text: str) -> float:
    """The weight, or -1 where it is none: such a range is left out."""
    found = _WEIGHT.fullmatch(text.strip())
    weighs = float(found[1]) if found else -1.0
    return weighs if weighs <= 1 else -1.0


def _part(tag: str, place: int) -> str:
    return f"{tag};q={max(1, 10 - place) / 10}" if place else tag
