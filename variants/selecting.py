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

from msgspec.structs import replace

from locales.matching import NEAR_WRITTEN, OWN_WRITTEN, is_refused
from locales.preference import Listed, Preference, Word, complete
from variants.account import RANK, Overrode, Selection, account, barred
from variants.bars import Rights, Stand
from variants.experience import FAR, Candidate, Lead, Level, Offer, Reading, Text, compile_item, nearest, remember
from variants.ties import best, equals
from variants.variant import WORDLESS, Item, Variant
from variants.visit import Found, Order, Said, Use, Visit, enter, last_resort

__all__ = ["Overrode", "Rights", "Selection", "Stand", "select"]

#: The order where no word has one, and in the passes that the visitor's languages have not reached.
DEFAULT = Order.from_word(Word("default", mode=("sub", "dub")))

#: Layers whose mode order holds in passes 3–5.
FIRM = ("choice", "rules")

#: The layer that put a language of that origin into the list.
LAYER_OF = {"choice": "choice", "cookie": "choice", "rule": "rules"}


def select(preference: Preference, item: Item, stand: Stand) -> Selection:
    """The variant of the item for that preference, at that place and moment."""
    offer: Offer = item.memo.get("offer") or compile_item(item)
    lot = offer.lot(stand) if offer.barriers.barred else offer.whole  # 1
    boundary = offer.barriers.next_after(stand.moment) if offer.moments else None
    if not lot.variants:
        return barred(offer, stand, boundary)
    visit = enter(preference, offer, stand, lot)
    said = _listen(visit)  # 2
    found = _named(visit, said) if said.names else None  # 3 4
    return account(visit, said, found or _passes(visit, said), boundary)  # 5, and 6 within; 7


# 2) Words


def _listen(visit: Visit) -> Said:
    """What the words come to for this lot. It is kept by the words' identity: what is kept holds them, so none is another."""
    words = visit.preference.words
    key = (visit.lot, *map(id, words))
    heard = visit.offer.heard
    said: Said | None = heard.get(key)
    return remember(heard, key, _said(visit, words)) if said is None else said


def _said(visit: Visit, words: tuple[Word, ...]) -> Said:
    """A pin holds where nobody above has spoken for variant, language or mode; one that is unknown or barred is unsaid."""
    mode: Word | None = None
    pin: Word | None = None
    spoken = False
    tags: dict[str, tuple[str, Word]] = {}
    for word in words:
        if word.variant is not None and not spoken and visit.named(word.variant) is not None:
            pin, spoken = word, True
        if word.mode and mode is None:
            mode = word
        spoken = spoken or bool(word.mode) or word.language is not None
        for key, value in word.tags:
            tags.setdefault(key, (value, word))
    order = DEFAULT if mode is None else Order.from_word(mode)
    names = pin is not None or (order.word.layer == "choice" and order.mode[0] == "original")
    ranks = [RANK[word.layer] for word in words if word.layer != "default"]
    return Said(pin, order, order if order.word.layer in FIRM else DEFAULT, names, tags, max(ranks, default=0), words)


# 3) Pin


def _named(visit: Visit, said: Said) -> Found | None:
    return _chosen_original(visit, said) if said.pin is None else _pinned(visit, said.pin)


def _pinned(visit: Visit, pin: Word) -> Found:
    return _as_met(visit, visit.offer.by_id[pin.variant or ""], (Use("variant", pin),))


def _as_met(visit: Visit, variant: Variant, uses: tuple[Use, ...]) -> Found:
    """A variant that is given whatever the languages: as the first of them that makes something of it meets it."""
    views = [(listed, visit.view(listed.tag)) for listed in visit.languages]
    levels = [(listed, view.own) for listed, view in views] + [(listed, view.near) for listed, view in views]
    met = (one for one in levels if one[1].experiences[variant.position] != "foreign")
    listed, level = next(met, levels[0])
    experience = level.experiences[variant.position]
    return Found(variant, experience, listed, level, _text(visit, variant, experience, listed), uses)


# 4) The visitor chose the original


def _chosen_original(visit: Visit, said: Said) -> Found | None:
    originals = [one for one in visit.offer.renditions if one.original and visit.named(one.variant.id)]
    if not originals:
        return None
    uses = said.order.uses
    for listed in visit.languages:
        view = visit.view(listed.tag)
        readings = [(view.readings[one.variant.position], one.variant) for one in originals]
        read = [Candidate(one[:2], variant) for one, variant in readings if one and one.distance <= OWN_WRITTEN]
        if read:
            variant, more = best(visit, said, sorted(read, key=_key), "original", listed)
            reading = view.readings[variant.position]
            experience = view.own.experiences[variant.position]
            return Found(variant, experience, listed, view.own, reading and reading.tag, uses + more)
    plain = [Candidate((len(one.variant.burned_in), len(one.texts)), one.variant) for one in originals]
    variant, more = best(visit, said, sorted(plain, key=_key), "original", visit.languages[0])
    return _as_met(visit, variant, uses + more)


def _key(candidate: Candidate) -> tuple[int, ...]:
    return candidate.key


# 5) Passes


def _passes(visit: Visit, said: Said) -> Found:
    search, order = visit.search, said.order
    for listed, level in search.levels if order.asks_others else search.fruitful:  # own, near
        found = _first(visit, said, listed, level, said.firm if listed.origin == "default" else order)
        if found is not None:
            return found
    for tag in (visit.stand.default_language, visit.offer.item.original_language):
        if tag != WORDLESS and not (visit.excluded and is_refused(tag, visit.excluded)):
            found = _first(visit, said, last_resort(tag), visit.view(tag).own, said.firm)
            if found is not None:
                return found
    return _first_in_file(visit)


def _first(visit: Visit, said: Said, listed: Listed, level: Level, order: Order) -> Found | None:
    """The best of what one language finds first, None where it finds nothing.

    What no wish and no other language can change is kept by what was said, and by who hears the original where that is asked. It
    holds what was said, so that no other has its number.
    """
    preference = visit.preference
    hearing = visit.search.hearing if order.asks_others else ()
    settled = (id(said), listed.origin, +listed.confidence, hearing)
    known: tuple[Found, Said] | None = level.founds.get(settled) if not preference.captions else None
    if known is not None:
        return known[0]
    key = (order.mode, hearing, visit.lot)
    try:
        lead = level.leads[key]
    except KeyError:
        lead = remember(level.leads, key, _lead(visit, level, order.mode))
    if lead is None:
        return None
    found = _settle(visit, said, lead, listed, level, order)
    if not lead.alone or preference.captions:
        return found
    found = replace(found, accounts={})
    remember(level.founds, settled, (found, said))
    return found


def _lead(visit: Visit, level: Level, mode: tuple[str, ...]) -> Lead | None:
    """The first of `original`, `translated` and the mode order that some variant left fulfils."""
    for experience in ("original", "translated"):
        if candidates := visit.left(level.candidates.get(experience, ())):
            return _made(visit, candidates, experience, ordered=False)
    for experience in complete(mode) if visit.offer.has_audio else ():
        asked = _heard_as_original(visit) if experience == "original" else level.candidates.get(experience, ())
        if candidates := visit.left(asked):
            return _made(visit, candidates, experience, ordered=True)
    return None


def _made(visit: Visit, candidates: tuple[Candidate, ...], experience: str, *, ordered: bool) -> Lead:
    """The lead. Other languages are asked where texts tie, and where a wordless variant has none that this one reads."""
    tied = equals(candidates)
    others = _is_unread(visit, candidates, experience) or (experience == "sub" and len(tied) > 1)
    comforts = len(tied) > 1 and any(one.captions or one.audio_description or one.devices for one in tied)
    return Lead(candidates, experience, ordered, not others and not comforts)


def _heard_as_original(visit: Visit) -> tuple[Candidate, ...]:
    """`original` inside an order: the original audio, where any language of the list understands it.

    Nothing wordless is left by then: it would have been the original for everybody.
    """
    for tag in visit.search.hearing:
        candidates = visit.left(visit.view(tag).own.candidates["original"])
        if candidates:
            return candidates
    return ()


def _intertitled(
    visit: Visit, listed: Listed, level: Level, candidates: tuple[Candidate, ...]
) -> tuple[Listed, Level, tuple[Candidate, ...]]:
    """Wordless variants whose texts this language cannot read: those that another one reads, else as before."""
    wordless = {candidate.variant.id for candidate in candidates}
    asked = (*visit.languages, last_resort(visit.stand.default_language))
    views = [(one, visit.view(one.tag)) for one in asked]
    for one, other in [(one, view.own) for one, view in views] + [(one, view.near) for one, view in views]:
        read = other.candidates["original"]
        found = tuple(candidate for candidate in read if candidate.variant.id in wordless and candidate.key[2] < FAR)
        if found:
            return one, other, found
    return listed, level, candidates


def _is_unread(visit: Visit, candidates: tuple[Candidate, ...], experience: str) -> bool:
    return visit.offer.intertitled and experience == "original" and candidates[0].key[2] == FAR


def _settle(visit: Visit, said: Said, lead: Lead, listed: Listed, level: Level, order: Order) -> Found:
    """The best candidate, with the words that led to it: of the language, of the order, of the tags."""
    candidates, experience = lead.candidates, lead.experience
    if _is_unread(visit, candidates, experience):
        listed, level, candidates = _intertitled(visit, listed, level, candidates)
    variant, more = best(visit, said, candidates, experience, listed)
    uses = _uses(visit, listed, order.uses if lead.ordered else ()) + more
    return Found(variant, experience, listed, level, _text(visit, variant, experience, listed), uses)


def _uses(visit: Visit, listed: Listed, mode: tuple[Use, ...]) -> tuple[Use, ...]:
    """The words that the search itself used: that of the language, and before it that of the order."""
    if listed.origin not in LAYER_OF or visit.offer.silent:
        return mode
    layer = LAYER_OF[listed.origin]
    words = visit.preference.words
    word = next((word for word in words if word.layer == layer and word.language is not None), None)
    return (
        Use("language", word or Word(layer, language=listed.tag)),
        *mode,
    )  # a cookie's language has no word of its own


def _first_in_file(visit: Visit) -> Found:
    """None is understood: the first in the file without a refused language that cannot be switched off, else the first."""
    left = visit.lot.variants
    variant = next((variant for variant in left if _bearable(visit, variant)), left[0])
    level = visit.view(visit.languages[0].tag).own
    return Found(variant, "foreign", None, level, None, ())


def _bearable(visit: Visit, variant: Variant) -> bool:
    return visit.refused.isdisjoint(visit.offer.renditions[variant.position].fixed)


def _text(visit: Visit, variant: Variant, experience: str, listed: Listed) -> str | None:
    """The track that is read along: under foreign or wordless sound, or captions for whoever wants them."""
    if experience == "sub" or _is_wordless(visit, variant):
        return _near(visit.view(listed.tag).readings[variant.position])
    if not visit.preference.captions or not variant.captions:
        return None
    texts = [Text(tag, (tag,), False) for tag in variant.captions]
    found = (_near(nearest(one.tag, texts, visit.refused)) for one in (listed, *visit.languages))
    return next(filter(None, found), None)


def _is_wordless(visit: Visit, variant: Variant) -> bool:
    return visit.offer.renditions[variant.position].wordless


def _near(reading: Reading | None) -> str | None:
    return reading.tag if reading is not None and reading.distance <= NEAR_WRITTEN else None
