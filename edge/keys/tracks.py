"""What a language understands of an item's tracks, as far as selection can tell two languages apart by it.

Distances rank tracks among each other and are held against two limits; nothing else is asked of them. So a language is told by
the order in which it has the tracks of each kind, and by which of them it understands as its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from locales.matching import (
    NEAR_SPOKEN,
    NEAR_WRITTEN,
    OWN_SPOKEN,
    OWN_WRITTEN,
    region_distance,
    spoken_distance,
    written_distance,
)
from variants.experience import Rendition, compile_item
from variants.variant import Item

#: A track, and whether it is heard.
Track = tuple[str, bool]

#: Of a track, None where it is not even near; else whether it is near only, the rank of its distance, that of its region.
Grade = tuple[bool, int, int] | None

#: The grades of all tracks, kind by kind.
Grades = tuple[Grade, ...]


class Tracks:
    """The tracks of an item in kinds: those whose distances selection compares with each other."""

    def __init__(self, item: Item) -> None:
        renditions = compile_item(item).renditions
        kinds: dict[str, dict[Track, None]] = {}
        for one in renditions:
            for kind, track in _tracks(one):
                kinds.setdefault(kind, {})[track] = None
        self._kinds = tuple(tuple(kinds[kind]) for kind in sorted(kinds))
        self.tags = tuple(dict.fromkeys(tag for kind in self._kinds for tag, _ in kind))

    def grades(self, tag: str) -> Grades:
        """What the language makes of them."""
        return tuple([grade for kind in self._kinds for grade in _graded(tag, kind)])


def _tracks(rendition: Rendition) -> Iterable[tuple[str, Track]]:
    """Each track with its kind: the experience that it gives to whoever understands it, or the use of a text."""
    variant = rendition.variant
    if rendition.heard is not None:
        yield "original" if rendition.original else "voiceover" if variant.voiceover else "dub", (rendition.heard, True)
    if rendition.page is not None:
        yield "original" if rendition.original else "translated", (rendition.page, False)
    yield from (("text", (part, False)) for text in rendition.texts for part in text.parts)
    yield from (("captions", (tag, False)) for tag in variant.captions)
    yield from (("described", (tag, True)) for tag in variant.audio_description)


def _graded(tag: str, tracks: tuple[Track, ...]) -> list[Grade]:
    measured = [_measured(tag, track) for track in tracks]
    near = {one[1:] for one in measured if one is not None}
    distances = sorted({distance for distance, _ in near})
    return [
        None
        if one is None
        else (one[0], distances.index(one[1]), sum(1 for other in near if other[0] == one[1] and other[1] < one[2]))
        for one in measured
    ]


def _measured(tag: str, track: Track) -> tuple[bool, int, int] | None:
    """Whether it is near only, its distance, and that of its region; None where it is not even near."""
    have, by_ear = track
    distance = spoken_distance(tag, have) if by_ear else written_distance(tag, have)
    own, near = (OWN_SPOKEN, NEAR_SPOKEN) if by_ear else (OWN_WRITTEN, NEAR_WRITTEN)
    return None if distance > near else (distance > own, distance, region_distance(tag, have))
