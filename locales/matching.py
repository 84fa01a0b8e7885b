"""How far a language on offer is from a wanted one: by eye, by ear, and in region. Small is near, 0 is the same.

By eye: UTS #35, Language Matching (`locales.distances`). The part of language and script tells whether a text is
understood. The part of region only ranks, so it is kept apart. By ear: the product's own table (`locales.spoken`).

Tags are canonical (`locales.tags.parse_tag`). What cannot be compared is unrelated, never an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from locales.distances import language_between, region_between, script_between
from locales.spoken import heard, spoken_form
from locales.tags import NO_LANGUAGE, maximise, refuses

__all__ = [
    "NEAR_SPOKEN",
    "NEAR_WRITTEN",
    "OWN_SPOKEN",
    "OWN_WRITTEN",
    "UNRELATED",
    "is_refused",
    "region_distance",
    "spoken_distance",
    "spoken_form",
    "written_distance",
]

#: The visitor's own language: understood as such (SEMANTICS §7).
OWN_WRITTEN = 10
OWN_SPOKEN = 5

#: Near: understood well enough where nothing of their own is there.
NEAR_WRITTEN = 40
NEAR_SPOKEN = 20

#: No relation at all: what cannot be compared, and what stands not in the spoken table.
UNRELATED = 100

_MEMO = 16_384


@lru_cache(_MEMO)
def written_distance(want: str, have: str) -> int:
    """Language and script part of UTS #35: 0 for the same, 50 for another script, 80 and more for no relation.

    `have` may be bilingual, `zh-Hant+en`: the least of its parts counts.
    """
    return min(_written(want, part) for part in have.split("+"))


def _written(want: str, have: str) -> int:
    if want == have:
        return 0
    if want in NO_LANGUAGE or have in NO_LANGUAGE:
        return UNRELATED
    desired, supported = maximise(want), maximise(have)
    if not (desired[0] and supported[0]):
        return UNRELATED
    return language_between(desired[0], supported[0]) + script_between(desired, supported)


@lru_cache(_MEMO)
def region_distance(want: str, have: str) -> int:
    """Region part of UTS #35, 0 to 5: `es-AR` is nearer to `es-MX` (4) than to `es-ES` (5). Only ranks among equals.

    Of a bilingual `have` the part that is nearest by eye counts.
    """
    part = min(have.split("+"), key=lambda part: written_distance(want, part))
    return region_between(maximise(want), maximise(part))


@lru_cache(_MEMO)
def spoken_distance(want: str, have: str) -> int:
    """How far a soundtrack is for a listener: 0 for the same spoken form, 100 for a pair that the table lacks."""
    if want == have:
        return 0
    listener, audio = spoken_form(want), spoken_form(have)
    if want in NO_LANGUAGE or have in NO_LANGUAGE or not (listener and audio):
        return UNRELATED
    if listener == audio:
        return 0
    row = heard(listener).get(audio)
    return row.distance if row else UNRELATED


def is_refused(tag: str, excluded: Sequence[str]) -> bool:
    """Whether a range with `q=0` covers the tag: `en;q=0` covers `en-GB`. In doubt it does not.

    Something bilingual is refused when each of its parts is.
    """
    return all(any(refuses(wide, part) for wide in excluded) for part in tag.split("+"))
