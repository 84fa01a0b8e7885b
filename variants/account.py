"""Step 7 of `selecting`: what an answer says of itself (SEMANTICS §8).

words used  →  the uppermost layer, its reason and rule
lower words that said otherwise for the same outputs  →  overrode
language, place and norm, as far as they were used  →  the least confidence
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from locales.preference import LAYERS, REASONS, SPLIT, Confidence, Drawn, Listed, Preference, Word, complete
from variants.bars import Stand
from variants.experience import Offer, remember
from variants.variant import Variant
from variants.visit import NAMED, Found, Said, Use, Visit

#: An enumeration is slow to give its members.
LOW, HIGH = Confidence.low, Confidence.high

RANK = {layer: rank for rank, layer in enumerate(LAYERS)}
LAST = RANK["default"]

#: Where none was asked, or none understands.
NO_LANGUAGE = Listed("", "default", LOW)


class Told(Struct, frozen=True, eq=False):
    """What follows from the words used alone. `confidence` is their least; `pinned`: a word named the variant."""

    used: tuple[Word, ...]
    layer: str
    reason: str
    rule: str | None
    overrode: tuple[Overrode, ...]
    confidence: Confidence
    reads_place: bool
    pinned: bool
    splits: tuple[Drawn, ...] = ()


NOTHING_USED = Told((), "default", REASONS["default"], None, (), HIGH, False, False)

# Both are made per answer: a frozen Struct costs a tenth of a frozen dataclass.


class Overrode(Struct, frozen=True):
    """What a lower layer said otherwise: an order of modes, a variant, a language, or `key=value` tags."""

    layer: str
    rule: str | None
    said: tuple[str, ...]
    source: str


class Selection(Struct, frozen=True):
    """The answer. `variant` is None where bars left nothing; `reason` is then `barred`, `layer` is `bars`.

    `language` is the one that the variant was found for, None where none was; `text` is the track that it reads along, burned
    in or to be switched on. `alternatives` have the experience of that same language. `boundary`: the next bar begins or ends.
    `recurs`: whoever is answered the same gets this object again, so that what follows from it may be kept by its identity.
    `splits`: the arms whose words were used, uppermost first.
    """

    variant: Variant | None
    experience: str
    language: Listed | None
    alternatives: tuple[tuple[Variant, str], ...]
    used: tuple[Word, ...]
    layer: str
    reason: str
    rule: str | None
    overrode: tuple[Overrode, ...]
    confidence: Confidence
    boundary: datetime | None
    place_read: bool
    text: str | None = None
    recurs: bool = False
    splits: tuple[Drawn, ...] = ()


def account(visit: Visit, said: Said, found: Found, boundary: datetime | None) -> Selection:
    """The whole account of what was found; `boundary` is when the next bar begins or ends.

    What is found as the same object again has the same account, as far as the place, whether it was read, and the clock agree.
    """
    behind = visit.preference.reads_place and _place_behind(visit.preference, found.listed or NO_LANGUAGE)
    accounts = found.accounts
    if accounts is None:
        return _account(visit, said, found, boundary, behind=behind)
    key = (+visit.stand.place_confidence, behind, boundary)
    known: Selection | None = accounts.get(key)
    if known is not None:
        return known
    made = _account(visit, said, found, boundary, behind=behind)
    remember(accounts, key, made)
    return made


def _account(visit: Visit, said: Said, found: Found, boundary: datetime | None, *, behind: bool) -> Selection:
    """The confidence is the least of all that was used: the words, the language, and the place where it was read."""
    told, listed = _tell(visit, said, found) if found.uses else NOTHING_USED, found.listed or NO_LANGUAGE
    confidence, place_read = told.confidence, visit.offer.territorial or told.reads_place
    if not (told.pinned or visit.offer.silent):
        confidence = min(confidence, listed.confidence)
        place_read = place_read or behind
    if place_read:
        confidence = min(confidence, visit.stand.place_confidence)
    return Selection(
        found.variant,
        found.experience,
        found.listed,
        found.level.beside(found.variant, visit.lot),
        told.used,
        told.layer,
        told.reason,
        told.rule,
        told.overrode,
        confidence,
        boundary,
        place_read,
        found.text,
        found.accounts is not None,
        told.splits,
    )


def _tell(visit: Visit, said: Said, found: Found) -> Told:
    used = _in_order(visit.preference.words, found.uses)
    layer = used[0].layer
    return Told(
        used,
        layer,
        REASONS[layer] if used[0].drawn is None else SPLIT,
        used[0].rule,
        _overrode(visit, found) if said.lowest > RANK[layer] else (),
        min((word.confidence for word in used if word.confidence is not None), default=HIGH),
        any(word.reads_place for word in used),
        found.uses[0].output == "variant",
        tuple([word.drawn for word in used if word.drawn is not None]),
    )


def _in_order(words: tuple[Word, ...], uses: tuple[Use, ...]) -> tuple[Word, ...]:
    """The words used, uppermost first and in the order of the tables."""
    used = [use.word for use in uses]
    unlisted = [word for word in used if not any(word is one for one in words)]
    return (*unlisted, *(word for word in words if any(word is one for one in used)))


def _place_behind(preference: Preference, listed: Listed) -> bool:
    """Whether the place, which was asked, was needed to have a language of that origin where it stands.

    The list reads the place for its own languages and to weigh an all-English header, which moves what is searched with it.
    """
    if listed.origin in NAMED:
        return False
    return listed.origin != "terms" or any(listed.origin == "header" for listed in preference.languages)


def _overrode(visit: Visit, found: Found) -> tuple[Overrode, ...]:
    """What lower layers said otherwise for an output that was used. A barred variant is never named."""
    overrode = []
    for word in visit.preference.words:
        rank = RANK[word.layer]
        if rank < LAST:
            for use in found.uses:
                if rank > RANK[use.word.layer] and (said := _otherwise(visit, found, use, word)):
                    overrode.append(Overrode(word.layer, word.rule, said, word.source))
                    break
    return tuple(overrode)


def _otherwise(visit: Visit, found: Found, use: Use, word: Word) -> tuple[str, ...]:
    """What a lower word says otherwise for one output, or nothing. A pin speaks for language and mode too."""
    if use.output == "tags":
        wanted = dict(use.word.tags)[use.tag]
        return tuple(f"{key}={value}" for key, value in word.tags if key == use.tag and value != wanted)
    other = visit.named(word.variant)
    if other is not None and other is not found.variant:
        return (other.id,)
    if word.mode and _other_mode(use, found, word):
        return word.mode
    if word.language is not None and _other_language(visit, use, found, word.language):
        return (word.language,)
    return ()


def _other_mode(use: Use, found: Found, word: Word) -> bool:
    """An order says nothing against somebody's understanding the original."""
    if use.output == "mode":
        return complete(word.mode) != complete(use.word.mode)
    if use.output == "variant":
        return found.experience not in ("original", "translated", complete(word.mode)[0])
    return False


def _other_language(visit: Visit, use: Use, found: Found, language: str) -> bool:
    """A pin goes against a language that does not understand it."""
    if use.output == "language":
        return language != use.word.language
    if use.output == "variant":
        return visit.view(language).own.experiences[found.variant.position] == "foreign"
    return False


def barred(offer: Offer, stand: Stand, boundary: datetime | None) -> Selection:
    """Nothing is left."""
    confidence = stand.place_confidence if offer.territorial else HIGH
    return Selection(None, "", None, (), (), "bars", "barred", None, (), confidence, boundary, offer.territorial)
