"""What one language makes of an item, as far as anybody can see it (SEMANTICS §7).

Two languages that make the same of it are one class, whatever their distances are: not how near a track is can be seen, but which
variant somebody gets, how the others are met beside it, and what is read. So a sight has, for a lot of variants,

    own       how each is met by one's own understanding, and the text that is read of it
    near      the same by what is near, where anybody comes to see that: it meets a variant that is not understood as one's own
    firsts    the best of each experience that an order of modes may ask for
    original  the texts that somebody reads who asks for the original
    heard     what is heard of variants whose subtitles may be as good as another's
    comforts  captions that are read, and audio description that is heard

Among variants that are equally good, those that no wish, device or tag prefers to an earlier one are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from edge.keys.lots import Lot
from locales.matching import NEAR_SPOKEN, NEAR_WRITTEN, OWN_WRITTEN, spoken_distance, written_distance
from variants.experience import FAR, Candidate, Level, Rendition, Text, View, compile_item, nearest, parts_of, view_of
from variants.ties import equals
from variants.variant import Item

#: Variants, by position, of which none is better than another but by a wish.
Firsts = tuple[int, ...]

#: A text track that is read, and the language of it.
Read = tuple[str, str] | None

FOREIGN = "foreign"


class Shown(Struct, frozen=True):
    """One level of understanding: of each variant of the lot how it is met, and what is read of it, where texts count."""

    met: tuple[str, ...]
    read: tuple[Read, ...]


class Sight(Struct, frozen=True):
    """What a language makes of a lot. `owns`: it understands something as its own; `firsts` are of the level where it finds any.

    `unread`: where variants without words have texts, which of these it reads.
    """

    own: Shown
    near: Shown | None
    owns: bool
    firsts: tuple[tuple[str, Firsts], ...]
    unread: tuple[tuple[int, int], ...]
    original: tuple[tuple[int, str], ...]
    heard: Firsts
    comforts: tuple[tuple[str | None, bool], ...]

    @property
    def finds(self) -> bool:
        """Whether it understands anything, as its own or nearly."""
        return bool(self.firsts)


class Sights:
    """What languages make of one item."""

    def __init__(self, item: Item) -> None:
        offer = compile_item(item)
        self._renditions = offer.renditions
        self._intertitled = offer.intertitled
        self._profiles = [_profile(one) for one in offer.renditions]
        self._tied = frozenset(_may_tie(offer.renditions))
        self._comforting = any(one.variant.captions or one.variant.audio_description for one in offer.renditions)

    def view(self, tag: str) -> View:
        """All that the language makes of the item; it is not remembered."""
        return view_of(self._renditions, tag)

    def sight(self, view: View, lot: Lot) -> Sight:
        """What can be seen of a view."""
        owns = any(view.own.experiences[at] != FOREIGN for at in lot)
        nearly = any(view.own.experiences[at] == FOREIGN != view.near.experiences[at] for at in lot)
        return Sight(
            self._shown(view, view.own, lot),
            self._shown(view, view.near, lot) if nearly or self._intertitled else None,
            owns,
            self._firsts(view.own if owns else view.near, lot),
            self._unread(view, lot) if self._intertitled else (),
            self._original(view, lot),
            tuple([at for at in lot if view.hears[at] and at in self._tied]),
            tuple([self._comfort(view.tag, self._renditions[at]) for at in lot]) if self._comforting else (),
        )

    def _shown(self, view: View, level: Level, lot: Lot) -> Shown:
        return Shown(
            tuple([level.experiences[at] for at in lot]),
            tuple([self._read(view, level.experiences[at], at) for at in lot]),
        )

    def _read(self, view: View, experience: str, at: int) -> Read:
        """The text is read under foreign sound, or where there are no words; elsewhere it does not count."""
        reading = view.readings[at]
        if (
            reading is None
            or reading.distance > NEAR_WRITTEN
            or not (experience == "sub" or self._renditions[at].wordless)
        ):
            return None
        return reading.tag, min(parts_of(reading.tag), key=lambda part: written_distance(view.tag, part))

    def _firsts(self, level: Level, lot: Lot) -> tuple[tuple[str, Firsts], ...]:
        """`original`, else `translated`, come before all orders of modes."""
        found = {name: left for name, all_ in level.candidates.items() if (left := _left(all_, lot))}
        for name in ("original", "translated"):
            if name in found:
                return ((name, self._best(found[name], name)),)
        return tuple([(name, self._best(found[name], name)) for name in sorted(found)])

    def _best(self, candidates: Sequence[Candidate], experience: str) -> Firsts:
        positions = [variant.position for variant in equals(candidates)]
        return self._preferable(positions, heard=experience == "sub")

    def _preferable(self, positions: Iterable[int], *, heard: bool = False) -> Firsts:
        """Of variants in the order of the file the first of each profile. Under subtitles it matters what is heard, too."""
        firsts: dict[object, int] = {}
        for at in positions:
            firsts.setdefault((self._profiles[at], self._renditions[at].heard if heard else None), at)
        return tuple(firsts.values())

    def _unread(self, view: View, lot: Lot) -> tuple[tuple[int, int], ...]:
        """The originals of which the language reads a text, with their ranks: for those who come to look at these alone.

        What is near is looked at where nobody reads any as their own: its ranks are negative.
        """
        for sign, level in ((1, view.own), (-1, view.near)):
            read = [one for one in _left(level.candidates.get("original", ()), lot) if one.key[2] < FAR]
            if read:
                keys = sorted({one.key for one in read})
                return tuple([(sign * (1 + keys.index(one.key)), one.variant.position) for one in read])
        return ()

    def _original(self, view: View, lot: Lot) -> tuple[tuple[int, str], ...]:
        """The originals whose texts the language reads best as its own, with those texts."""
        read = [
            (reading[:2], at, reading.tag)
            for at in lot
            if self._renditions[at].original and (reading := view.readings[at]) is not None
            if reading.distance <= OWN_WRITTEN
        ]
        best = min(read)[0] if read else None
        texts = {at: tag for key, at, tag in read if key == best}
        return tuple([(at, texts[at]) for at in self._preferable(texts)])

    def _comfort(self, tag: str, rendition: Rendition) -> tuple[str | None, bool]:
        """The captions that are read, and whether an audio description is heard."""
        captions = nearest(tag, [Text(one, (one,), False) for one in rendition.variant.captions])
        described = rendition.variant.audio_description
        return (
            captions.tag if captions is not None and captions.distance <= NEAR_WRITTEN else None,
            any(spoken_distance(tag, one) <= NEAR_SPOKEN for one in described),
        )


def _left(candidates: Iterable[Candidate], lot: Lot) -> list[Candidate]:
    return [one for one in candidates if one.variant.position in lot]


def _profile(rendition: Rendition) -> object:
    """All by which a wish, a device or a tag may prefer a variant to another one that is as good."""
    variant = rendition.variant
    return variant.captions, variant.audio_description, variant.devices, tuple(sorted(variant.tags.items()))


def _may_tie(renditions: Sequence[Rendition]) -> Iterable[int]:
    """The variants whose subtitles may be as good as those of another that is heard in another language."""
    read = [one for one in renditions if one.heard is not None and one.texts]
    for one in read:
        if any(other.heard != one.heard and other.original == one.original for other in read):
            yield one.variant.position
