"""What the steps of `selecting` hand to each other: who asks, what was said, what was found."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from locales.matching import is_refused
from locales.preference import Confidence, Listed, Preference, Word
from variants.bars import Stand
from variants.experience import NOTHING, Candidate, Level, Lot, Offer, View
from variants.variant import Variant

#: Origins of a language by which the person, or the site, names it: no `q=0` of the browser takes it away.
NAMED = ("choice", "url", "rule", "cookie")


class Visit:
    """What every step reads. `lot` holds the variants that are left."""

    __slots__ = ("excluded", "languages", "lot", "offer", "preference", "refused", "stand")

    def __init__(self, preference: Preference, offer: Offer, stand: Stand, lot: Lot) -> None:
        self.preference = preference
        self.offer = offer
        self.stand = stand
        self.lot = lot
        self.languages = preference.languages or (last_resort(stand.default_language),)
        self.excluded = preference.excluded and _still_excluded(preference)
        self.refused = offer.refused(self.excluded) if self.excluded else NOTHING

    def view(self, tag: str) -> View:
        """What a language makes of the item, for this visitor."""
        return self.offer.view(tag, self.refused)

    def left(self, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        """Those that no bar took away."""
        return self.lot.left(candidates)

    def named(self, identifier: str | None) -> Variant | None:
        """The variant of that id, if it is there and not barred."""
        if identifier is None:
            return None
        ids = self.lot.ids
        return self.offer.by_id.get(identifier) if ids is None or identifier in ids else None


class Said(Struct, frozen=True):
    """What holds: the word of a pin, of the mode order, and each tag's value with its word, in order of mention."""

    pin: Word | None
    mode: Word
    tags: dict[str, tuple[str, Word]]


class Use(Struct, frozen=True):
    """An output that decided, and whose word it was. `tag` is the key, where the output is `tags`."""

    output: str
    word: Word
    tag: str = ""


class Found(Struct, frozen=True):
    """A variant, the language it was found for and at which level, and what was used on the way.

    `listed` is None where no language was asked; `level` is that of the alternatives.
    """

    variant: Variant
    experience: str
    listed: Listed | None
    level: Level
    text: str | None
    uses: tuple[Use, ...]


@lru_cache(maxsize=256)
def complete(mode: tuple[str, ...]) -> tuple[str, ...]:
    """The order with what it does not name: voice-over right behind dub, then sub, dub, voiceover."""
    order: list[str] = []
    for name in mode:
        order.append(name)
        if name == "dub" and "voiceover" not in mode:
            order.append("voiceover")
    return tuple(order) + tuple(name for name in ("sub", "dub", "voiceover") if name not in order)


def last_resort(tag: str) -> Listed:
    return Listed(tag, "default", Confidence.low)


def _still_excluded(preference: Preference) -> tuple[str, ...]:
    """Without the ranges that a language named by hand takes back."""
    named = [listed.tag for listed in preference.languages if listed.origin in NAMED]
    return tuple(one for one in preference.excluded if not any(is_refused(tag, (one,)) for tag in named))
