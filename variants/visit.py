"""What the steps of `selecting` hand to each other: who asks, what was said, what was found."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from msgspec import Struct

from locales.matching import is_refused
from locales.preference import Confidence, Listed, Preference, Word
from variants.bars import Stand
from variants.experience import NOTHING, Candidate, Level, Lot, Offer, Search, View
from variants.variant import Variant

#: Origins of a language by which the person, or the site, names it: no `q=0` of the browser takes it away.
NAMED = ("choice", "url", "rule", "cookie")


class Visit(Struct, frozen=True, eq=False):
    """What every step reads. `lot` holds the variants that are left.

    `excluded` are the ranges that the visitor refuses, `refused` the languages on offer that these cover.
    """

    preference: Preference
    offer: Offer
    stand: Stand
    lot: Lot
    languages: tuple[Listed, ...]
    search: Search
    excluded: tuple[str, ...] = ()
    refused: frozenset[str] = NOTHING

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


class Use(Struct, frozen=True):
    """An output that decided, and whose word it was. `tag` is the key, where the output is `tags`."""

    output: str
    word: Word
    tag: str = ""


class Order(Struct, frozen=True):
    """A mode order, whose word it is, and how using it is told: not at all, where it is the order of nobody.

    `asks_others`: `original` stands in it, which is about all languages of the list.
    """

    mode: tuple[str, ...]
    word: Word
    uses: tuple[Use, ...]
    asks_others: bool

    @staticmethod
    def from_word(word: Word) -> Order:
        """The order of a word."""
        uses = () if word.layer == "default" else (Use("mode", word),)
        return Order(word.mode, word, uses, "original" in word.mode)


class Said(Struct, frozen=True):
    """What holds: the word of a pin, the mode order, and each tag's value with its word, in order of mention.

    `firm` is the order of the passes that the visitor's languages have not reached. `names`: a variant, or the original, is named
    outright. `lowest` is the rank of the lowest layer
    but the default that says anything. `words` are those that it comes from.
    """

    pin: Word | None
    order: Order
    firm: Order
    names: bool
    tags: dict[str, tuple[str, Word]]
    lowest: int
    words: tuple[Word, ...]


class Found(Struct, frozen=True):
    """A variant, the language it was found for and at which level, and what was used on the way.

    `listed` is None where no language was asked; `level` is that of the alternatives. `accounts` is where `account` keeps what it
    comes to; None where it is not found again as the same object.
    """

    variant: Variant
    experience: str
    listed: Listed | None
    level: Level
    text: str | None
    uses: tuple[Use, ...]
    accounts: dict[tuple[object, ...], Any] | None = None


def enter(preference: Preference, offer: Offer, stand: Stand, lot: Lot) -> Visit:
    """The visit of somebody who stands there. Without any language of their own, the site's default is theirs."""
    languages = preference.languages or _no_languages(stand.default_language)
    if not preference.excluded:
        search = offer.searches.get((id(languages), NOTHING)) or offer.search(languages, NOTHING)
        return Visit(preference, offer, stand, lot, languages, search)
    excluded = _still_excluded(preference)
    refused = offer.refused(excluded)
    return Visit(preference, offer, stand, lot, languages, offer.search(languages, refused), excluded, refused)


@lru_cache(maxsize=256)
def _no_languages(default: str) -> tuple[Listed, ...]:
    return (last_resort(default),)


@lru_cache(maxsize=256)
def last_resort(tag: str) -> Listed:
    """A language that nobody has named: the site's default, or the item's original."""
    return Listed(tag, "default", Confidence.low)


def _still_excluded(preference: Preference) -> tuple[str, ...]:
    """Without the ranges that a language named by hand takes back."""
    named = [listed.tag for listed in preference.languages if listed.origin in NAMED]
    return tuple(one for one in preference.excluded if not any(is_refused(tag, (one,)) for tag in named))
