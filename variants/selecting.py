"""Which variant somebody gets (SEMANTICS §7), and what the choice says of itself (§8).

    1) bars      which variants are left                        none  →  `barred`
    2) words     the pin, the mode order and the tags that hold: the uppermost layer that speaks has each
    3) pin       a rule or the visitor names a variant          →  that one
    4) original  the visitor chose `mode=original`              →  original audio, subtitles in the first language that has any
    5) passes    own, over all languages of the list    de, en × {original, translated, mode order}  →  de-dub
                 near, over all of them                 ca × {…}                                     →  es-sub
                 the site's default language            en × {…}                                     →  original
                 the item's original language           ja × {…}                                     →  ja
                 the first variant in the file
    6) ties      nearest tracks, captions and audio description, devices, tags, order in the file
    7) account   words used  →  layer, reason, rule, what they overrode, confidence

`select` is a pure function of its arguments. What it works out of an item alone is kept in `item.memo`: see `experience.Offer`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from locales.matching import NEAR_SPOKEN, NEAR_WRITTEN, OWN_WRITTEN, is_refused, spoken_distance, written_distance
from locales.preference import LAYERS, REASONS, Confidence, Listed, Preference, Word
from variants.bars import Rights, Stand, unbarred
from variants.experience import FAR, NOTHING, Candidate, Level, Offer, Reading, Text, View, compile_item, nearest
from variants.variant import WORDLESS, Item, Variant

__all__ = ["Overrode", "Rights", "Selection", "Stand", "select"]

#: The order where no word has one, and in the passes that the visitor's languages have not reached.
DEFAULT = Word("default", mode=("sub", "dub"))

#: Layers whose mode order holds in passes 3–5.
FIRM = ("choice", "rules")

#: Origins of a language by which the person, or the site, names it: no `q=0` of the browser takes it away.
NAMED = ("choice", "url", "rule", "cookie")

#: The layer that put a language of that origin into the list.
LAYER_OF = {"choice": "choice", "cookie": "choice", "rule": "rules"}

RANK = {layer: rank for rank, layer in enumerate(LAYERS)}


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


def select(preference: Preference, item: Item, stand: Stand) -> Selection:
    """The variant of the item for that preference, at that place and moment."""
    offer = compile_item(item)
    barriers = offer.barriers
    live = unbarred(item, stand) if barriers.barred else item.variants  # 1
    boundary = barriers.next_after(stand.moment) if barriers.moments else None
    if not live:
        return _barred(offer, stand, boundary)
    visit = _Visit(preference, offer, stand, live)
    said = _listen(visit)  # 2
    found = _pinned(visit, said) or _chosen_original(visit, said) or _passes(visit, said)  # 3 4 5, and 6 within
    return _account(visit, found, boundary)  # 7


class _Visit:
    """What every step reads. `ids` are those of the variants left, None where that is all of them."""

    __slots__ = ("excluded", "ids", "languages", "live", "offer", "preference", "refused", "stand")

    def __init__(self, preference: Preference, offer: Offer, stand: Stand, live: tuple[Variant, ...]) -> None:
        self.preference = preference
        self.offer = offer
        self.stand = stand
        self.live = live
        self.ids = None if live is offer.item.variants else frozenset(variant.id for variant in live)
        self.languages = preference.languages or (_last_resort(stand.default_language),)
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


class _Said(NamedTuple):
    """What holds: the word of a pin, of the mode order, and each tag's value with its word, in order of mention."""

    pin: Word | None
    mode: Word
    tags: dict[str, tuple[str, Word]]


class _Use(NamedTuple):
    """An output that decided, and whose word it was. `tag` is the key, where the output is `tags`."""

    output: str
    word: Word
    tag: str = ""


class _Found(NamedTuple):
    """A variant, the language it was found for and at which level, and what was used on the way.

    `listed` is None where no language was asked; `level` is that of the alternatives.
    """

    variant: Variant
    experience: str
    listed: Listed | None
    level: Level
    text: str | None
    uses: tuple[_Use, ...]


def _last_resort(tag: str) -> Listed:
    return Listed(tag, "default", Confidence.low)


def _still_excluded(preference: Preference) -> tuple[str, ...]:
    """Without the ranges that a language named by hand takes back."""
    named = [listed.tag for listed in preference.languages if listed.origin in NAMED]
    return tuple(one for one in preference.excluded if not any(is_refused(tag, (one,)) for tag in named))


# 2) Words


def _listen(visit: _Visit) -> _Said:
    """A pin holds where nobody above has spoken for variant, language or mode; one that is unknown or barred is unsaid."""
    mode: Word | None = None
    pin: Word | None = None
    spoken = False
    tags: dict[str, tuple[str, Word]] = {}
    for word in visit.preference.words:
        if word.variant is not None and not spoken and visit.named(word.variant) is not None:
            pin, spoken = word, True
        if word.mode and mode is None:
            mode = word
        spoken = spoken or bool(word.mode) or word.language is not None
        for key, value in word.tags:
            tags.setdefault(key, (value, word))
    return _Said(pin, mode or DEFAULT, tags)


@lru_cache(maxsize=256)
def complete(mode: tuple[str, ...]) -> tuple[str, ...]:
    """The order with what it does not name: voice-over right behind dub, then sub, dub, voiceover."""
    order: list[str] = []
    for name in mode:
        order.append(name)
        if name == "dub" and "voiceover" not in mode:
            order.append("voiceover")
    return tuple(order) + tuple(name for name in ("sub", "dub", "voiceover") if name not in order)


# 3) Pin


def _pinned(visit: _Visit, said: _Said) -> _Found | None:
    if said.pin is None:
        return None
    variant = visit.offer.by_id[said.pin.variant or ""]
    return _as_met(visit, variant, (_Use("variant", said.pin),))


def _as_met(visit: _Visit, variant: Variant, uses: tuple[_Use, ...]) -> _Found:
    """A variant that is given whatever the languages: as the first of them that makes something of it meets it."""
    views = [(listed, visit.view(listed.tag)) for listed in visit.languages]
    levels = [(listed, view.own) for listed, view in views] + [(listed, view.near) for listed, view in views]
    met = (one for one in levels if one[1].experiences[variant.position] != "foreign")
    listed, level = next(met, levels[0])
    experience = level.experiences[variant.position]
    return _Found(variant, experience, listed, level, _text(visit, variant, experience, listed), uses)


# 4) The visitor chose the original


def _chosen_original(visit: _Visit, said: _Said) -> _Found | None:
    if said.mode.layer != "choice" or said.mode.mode[0] != "original":
        return None
    originals = [one for one in visit.offer.renditions if one.original and visit.named(one.variant.id)]
    if not originals:
        return None
    uses = (_Use("mode", said.mode),)
    for listed in visit.languages:
        view = visit.view(listed.tag)
        readings = [(view.readings[one.variant.position], one.variant) for one in originals]
        read = [Candidate(one[:2], variant) for one, variant in readings if one and one.distance <= OWN_WRITTEN]
        if read:
            variant, more = _best(visit, said, sorted(read, key=_key), "original", listed)
            reading = view.readings[variant.position]
            experience = view.own.experiences[variant.position]
            return _Found(variant, experience, listed, view.own, reading and reading.tag, uses + more)
    plain = [Candidate((len(one.variant.burned_in), len(one.texts)), one.variant) for one in originals]
    variant, more = _best(visit, said, sorted(plain, key=_key), "original", visit.languages[0])
    return _as_met(visit, variant, uses + more)


def _key(candidate: Candidate) -> tuple[int, ...]:
    return candidate.key


# 5) Passes


def _passes(visit: _Visit, said: _Said) -> _Found:
    firm = said.mode if said.mode.layer in FIRM else DEFAULT
    for near in (False, True):  # own, near
        for listed in visit.languages:
            view = visit.view(listed.tag)
            level = view.near if near else view.own
            word = firm if listed.origin == "default" else said.mode
            if level.candidates or "original" in word.mode:
                found = _first(visit, said, listed, level, word)
                if found is not None:
                    return found
    for tag in (visit.stand.default_language, visit.offer.item.original_language):  # default language, original language
        if tag != WORDLESS and not (visit.excluded and is_refused(tag, visit.excluded)):
            found = _first(visit, said, _last_resort(tag), visit.view(tag).own, firm)
            if found is not None:
                return found
    return _first_in_file(visit)


def _first(visit: _Visit, said: _Said, listed: Listed, level: Level, order: Word) -> _Found | None:
    """The first of `original`, `translated` and the mode order that some variant left fulfils for one language."""
    for experience in ("original", "translated"):
        candidates = level.candidates.get(experience)
        if candidates and (candidates := visit.left(candidates)):
            if candidates[0].key[2] == FAR and visit.offer.intertitled:
                listed, level, candidates = _intertitled(visit, listed, level, candidates)
            return _settle(visit, said, candidates, experience, listed, level, None)
    if visit.offer.has_audio:
        for mode in complete(order.mode):
            candidates = _heard_as_original(visit) if mode == "original" else level.candidates.get(mode)
            if candidates and (candidates := visit.left(candidates)):
                return _settle(visit, said, candidates, mode, listed, level, order)
    return None


def _heard_as_original(visit: _Visit) -> tuple[Candidate, ...] | None:
    """`original` inside an order: the original audio, where any language of the list understands it."""
    for listed in visit.languages:
        candidates = visit.view(listed.tag).own.candidates.get("original")
        if candidates:
            return candidates
    return None


def _intertitled(
    visit: _Visit, listed: Listed, level: Level, candidates: tuple[Candidate, ...]
) -> tuple[Listed, Level, tuple[Candidate, ...]]:
    """Wordless variants whose texts this language cannot read: those that another one reads, else as before."""
    wordless = {candidate.variant.id for candidate in candidates}
    asked = (*visit.languages, _last_resort(visit.stand.default_language))
    views = [(one, visit.view(one.tag)) for one in asked]
    for one, other in [(one, view.own) for one, view in views] + [(one, view.near) for one, view in views]:
        read = other.candidates["original"]
        found = tuple(candidate for candidate in read if candidate.variant.id in wordless and candidate.key[2] < FAR)
        if found:
            return one, other, found
    return listed, level, candidates


def _settle(
    visit: _Visit,
    said: _Said,
    candidates: tuple[Candidate, ...],
    experience: str,
    listed: Listed,
    level: Level,
    order: Word | None,
) -> _Found:
    """The best candidate, with the words that led to it: of the language, of the order, of the tags."""
    uses = _uses(visit, listed, order)
    if len(candidates) == 1:
        variant = candidates[0].variant
    else:
        variant, more = _best(visit, said, candidates, experience, listed)
        uses += more
    return _Found(variant, experience, listed, level, _text(visit, variant, experience, listed), uses)


def _uses(visit: _Visit, listed: Listed, order: Word | None) -> tuple[_Use, ...]:
    """The words that the search itself used: that of the language, and that of the order."""
    mode = () if order is None or order.layer == "default" else (_Use("mode", order),)
    layer = LAYER_OF.get(listed.origin)
    if layer is None or visit.offer.silent:
        return mode
    words = visit.preference.words
    word = next((word for word in words if word.layer == layer and word.language is not None), None)
    return (_Use("language", word or Word(layer, language=listed.tag)), *mode)  # a cookie's language has no word of its own


def _first_in_file(visit: _Visit) -> _Found:
    """None is understood: the first in the file without a refused language that cannot be switched off, else the first."""
    bearable = (variant for variant in visit.live if _bearable(visit, variant))
    variant = next(bearable, visit.live[0])
    level = visit.view(visit.languages[0].tag).own
    return _Found(variant, "foreign", None, level, None, ())


def _bearable(visit: _Visit, variant: Variant) -> bool:
    return visit.refused.isdisjoint(visit.offer.renditions[variant.position].fixed)


def _text(visit: _Visit, variant: Variant, experience: str, listed: Listed) -> str | None:
    """The track that is read along: under foreign or wordless sound, or captions for whoever wants them."""
    if experience == "sub" or visit.offer.renditions[variant.position].wordless:
        return _near(visit.view(listed.tag).readings[variant.position])
    if visit.preference.captions and variant.captions:
        texts = [Text(tag, (tag,), False) for tag in variant.captions]
        read = (_near(nearest(one.tag, texts, visit.refused)) for one in (listed, *visit.languages))
        return next(filter(None, read), None)
    return None


def _near(reading: Reading | None) -> str | None:
    return reading.tag if reading is not None and reading.distance <= NEAR_WRITTEN else None


# 6) Ties


def _best(
    visit: _Visit, said: _Said, candidates: Sequence[Candidate], experience: str, listed: Listed
) -> tuple[Variant, tuple[_Use, ...]]:
    """The best of candidates that are in order of their keys and else of the file, and the tags that set it apart."""
    first = candidates[0]
    left = [candidate.variant for candidate in candidates if candidate.key == first.key]
    if len(left) > 1:
        if experience == "sub":
            left = _least(left, [(not _otherwise_heard(visit, variant),) for variant in left])
        left = _least(left, [_comfort(visit, variant, listed) for variant in left])
        if said.tags and len(left) > 1:
            return _by_tags(left, said.tags)
    return left[0], ()


def _least(variants: list[Variant], ranks: Sequence[tuple[int, ...]]) -> list[Variant]:
    best = min(ranks)
    return [variant for variant, rank in zip(variants, ranks, strict=True) if rank == best]


def _otherwise_heard(visit: _Visit, variant: Variant) -> bool:
    """Whether its audio is understood in some other language of the list."""
    return any(visit.view(listed.tag).hears[variant.position] for listed in visit.languages)


def _comfort(visit: _Visit, variant: Variant, listed: Listed) -> tuple[int, ...]:
    """Criteria 2 and 3. What the visitor said of captions and audio description counts before what is not known."""
    preference = visit.preference
    wishes = (
        (preference.captions, variant.captions, written_distance, NEAR_WRITTEN),
        (preference.audio_description, variant.audio_description, spoken_distance, NEAR_SPOKEN),
    )
    known = unknown = 0
    for wanted, tags, distance, near in wishes:
        if wanted:
            languages = (listed, *visit.languages)
            fits = any(distance(one.tag, tag) <= near for one in languages for tag in tags if tag not in visit.refused)
            known += 0 if fits else 1 if tags else 2
        elif wanted is False:
            known += bool(tags)
        else:
            unknown += bool(tags)
    return known, unknown, _device_rank(preference.device, variant.devices)


def _device_rank(device: str | None, named: frozenset[str]) -> int:
    """Named and matching, not named, named and not matching."""
    return 1 if not named else 0 if device in named else 2


def _by_tags(variants: list[Variant], tags: dict[str, tuple[str, Word]]) -> tuple[Variant, tuple[_Use, ...]]:
    """Criteria 4 and 5. Of the tags, those are used in which the best is ahead of some variant that it beat."""
    scores = [_score(variant, tags) for variant in variants]
    best = max(scores, key=lambda score: (sum(score), score))
    beaten = [score for score in scores if score != best]
    uses = (
        _Use("tags", word, key)
        for index, (key, (_, word)) in enumerate(tags.items())
        if any(score[index] < best[index] for score in beaten)
    )
    return variants[scores.index(best)], tuple(uses)


def _score(variant: Variant, tags: dict[str, tuple[str, Word]]) -> tuple[int, ...]:
    """Per tag in order of mention: +1 equal, 0 absent, −1 different."""
    return tuple(0 if key not in variant.tags else 1 if variant.tags[key] == value else -1 for key, (value, _) in tags.items())


# 7) Account


def _account(visit: _Visit, found: _Found, boundary: datetime | None) -> Selection:
    used = _in_order(visit.preference.words, found.uses)
    confidence, place_read = _confidence(visit, found, used)
    layer = used[0].layer if used else "default"
    return Selection(
        found.variant,
        found.experience,
        found.listed,
        _alternatives(visit, found),
        used,
        layer,
        REASONS[layer],
        used[0].rule if used else None,
        _overrode(visit, found) if used else (),
        confidence,
        boundary,
        place_read,
        found.text,
    )


def _alternatives(visit: _Visit, found: _Found) -> tuple[tuple[Variant, str], ...]:
    """The other variants left, in the order of the file."""
    chosen, experiences = found.variant, found.level.experiences
    return tuple([(one, experiences[one.position]) for one in visit.live if one is not chosen])


def _in_order(words: tuple[Word, ...], uses: tuple[_Use, ...]) -> tuple[Word, ...]:
    """The words used, uppermost first and in the order of the tables."""
    if len(uses) < 2:
        return (uses[0].word,) if uses else ()
    used = [use.word for use in uses]
    unlisted = [word for word in used if not any(word is one for one in words)]
    return (*unlisted, *(word for word in words if any(word is one for one in used)))


def _confidence(visit: _Visit, found: _Found, used: tuple[Word, ...]) -> tuple[Confidence, bool]:
    """The least of all that was used, and whether the place was."""
    least = Confidence.high
    place = visit.offer.barriers.territorial
    if not visit.offer.silent and not (found.uses and found.uses[0].output == "variant"):
        least = found.listed.confidence if found.listed else Confidence.low
        place = place or _place_behind(visit.preference, found.listed.origin if found.listed else "default")
    for word in used:
        place = place or word.reads_place
        if word.confidence is not None and word.confidence < least:
            least = word.confidence
    return (min(least, visit.stand.place_confidence) if place else least), place


def _place_behind(preference: Preference, origin: str) -> bool:
    """Whether the place was needed to have a language of that origin where it stands.

    The list reads the place for its own languages and to weigh an all-English header, which moves what is searched with it.
    """
    if not preference.reads_place or origin in NAMED:
        return False
    return origin != "terms" or any(listed.origin == "header" for listed in preference.languages)


def _overrode(visit: _Visit, found: _Found) -> tuple[Overrode, ...]:
    """What lower layers said otherwise for an output that was used. A barred variant is never named."""
    overrode = []
    for word in visit.preference.words:
        rank = RANK[word.layer]
        if rank < RANK["default"]:
            for use in found.uses:
                if rank > RANK[use.word.layer] and (said := _otherwise(visit, found, use, word)):
                    overrode.append(Overrode(word.layer, word.rule, said, word.source))
                    break
    return tuple(overrode)


def _otherwise(visit: _Visit, found: _Found, use: _Use, word: Word) -> tuple[str, ...]:
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


def _other_mode(use: _Use, found: _Found, word: Word) -> bool:
    """An order says nothing against somebody's understanding the original."""
    if use.output == "mode":
        return complete(word.mode) != complete(use.word.mode)
    if use.output == "variant":
        return found.experience not in ("original", "translated", complete(word.mode)[0])
    return False


def _other_language(visit: _Visit, use: _Use, found: _Found, language: str) -> bool:
    """A pin goes against a language that does not understand it."""
    if use.output == "language":
        return language != use.word.language
    if use.output == "variant":
        return visit.view(language).own.experiences[found.variant.position] == "foreign"
    return False


def _barred(offer: Offer, stand: Stand, boundary: datetime | None) -> Selection:
    """Nothing is left."""
    territorial = offer.barriers.territorial
    confidence = stand.place_confidence if territorial else Confidence.high
    return Selection(None, "", None, (), (), "bars", "barred", None, (), confidence, boundary, territorial)
