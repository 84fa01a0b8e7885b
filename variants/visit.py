"""What the steps of `selecting` hand to each other: who asks, what was said, what was found."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from locales.matching import is_refused
from locales.preference import Confidence, Listed, Preference, Word
from variants.bars import Stand
from variants.experience import NOTHING, Candidate, Level, Offer, View
from variants.variant import Variant

#: Origins of a language by which the person, or the site, names it: no `q=0` of the browser takes it away.
NAMED = ("choice", "url", "rule", "cookie")


class Visit:
    """What every step reads. `ids` are those of the variants left, None where that is all of them."""

    __slots__ = ("excluded", "ids", "languages", "live", "offer", "preference", "refused", "stand")

    def __init__(self, preference: Preference, offer: Offer, stand: Stand, live: tuple[Variant, ...]) -> None:
        self.preference = preference
        self.offer = offer
        self.stand = stand
        self.live = live
        self.ids = None if live is offer.item.variants else frozenset(variant.id for variant in live)
        self.languages = preference.languages or (last_resort(stand.default_language),)
        self.excluded = preference.excluded and _still_excluded(preference)
        self.refused = offer.refused(self.excluded) if self.excluded else NOTHING

    def view(self, tag: str) -> View:
        """What a language makes of the item, for this visitor."""
        return self.offer.view(tag, self.refused)

    def left(self, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        """Those that no bar took away."""
        if self.ids is None:
            return candidates
        return tuple(candidate for candidate in candidates if candidate.variant.id in self.ids)

    def named(self, identifier: str | None) -> Variant | None:
        """The variant of that id, if it is there and not barred."""
        if identifier is None or (self.ids is not None and identifier not in self.ids):
            return None
        return self.offer.by_id.get(identifier)


class Said(NamedTuple):
    """What holds: the word of a pin, of the mode order, and each tag's value with its word, in order of mention."""

    pin: Word | None
    mode: Word
    tags: dict[str, tuple[str, Word]]


class Use(NamedTuple):
    """An output that decided, and whose word it was. `tag` is the key, where the output is `tags`."""

    output: str
    word: Word
    tag: str = ""


class Found(NamedTuple):
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
