"""How somebody with one language experiences the variants of an item: a relation, not a label (SEMANTICS §7).

    audio, by ear                          texts, by eye     experience
    understood, the original language      any               original
    understood, another                    any               dub, or voiceover where the variant says so
    not understood                         understood        sub
    not understood                         not understood    foreign

Pages and images have a `language`, by eye, in place of audio: original, translated or foreign. Sound without words (`zxx`), and
what has neither audio nor language, is original for everybody.

*Understood* has two levels, *own* and *near*. What the visitor refused (`q=0`) is understood at neither. All that is worked out
for a language is kept in the item's `Offer`, bounded by `MOST_VIEWS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct

from locales.matching import (
    NEAR_SPOKEN,
    NEAR_WRITTEN,
    OWN_SPOKEN,
    OWN_WRITTEN,
    is_refused,
    region_distance,
    spoken_distance,
    spoken_form,
    written_distance,
)
from locales.preference import Listed
from variants.bars import Barriers, Stand, unbarred
from variants.variant import WORDLESS, Item, Variant

#: Farther than any distance of a table: refused, or not there at all.
FAR = 10_000

#: Views of languages that an offer remembers. A site's visitors speak fewer; a crowd of made-up tags starts it anew.
MOST_VIEWS = 512

K = TypeVar("K")
V = TypeVar("V")

NOTHING: frozenset[str] = frozenset()


class Text(NamedTuple):
    """A track that is read. A bilingual one, `zh-Hant+en`, has two parts; `burned` cannot be switched off."""

    tag: str
    parts: tuple[str, ...]
    burned: bool


class Reading(NamedTuple):
    """The text of a variant that lies nearest to a language, and the part of it that does."""

    distance: int
    region: int
    tag: str
    part: str


class Candidate(NamedTuple):
    """A variant and how well it fulfils an experience: the least key is the best (criterion 1 of the ties)."""

    key: tuple[int, ...]
    variant: Variant


class Rendition(Struct, frozen=True):
    """A variant as the senses meet it: `heard` and `page` are never `zxx`, and at most one of them is there."""

    variant: Variant
    heard: str | None
    page: str | None
    texts: tuple[Text, ...]
    original: bool

    @property
    def wordless(self) -> bool:
        """Whether there is nothing to understand but texts."""
        return self.heard is None and self.page is None

    @property
    def fixed(self) -> tuple[str, ...]:
        """The languages that nobody can switch off."""
        spoken = tuple(tag for tag in (self.heard, self.page) if tag is not None)
        return spoken + tuple(part for text in self.texts if text.burned for part in text.parts)


class Lot:
    """The variants of an item that no bar took away. Those that are the same are one object, by which things are kept.

    `ids` is None where nothing was taken.
    """

    __slots__ = ("ids", "variants")

    def __init__(self, variants: tuple[Variant, ...], *, whole: bool) -> None:
        self.variants = variants
        self.ids = None if whole else frozenset(variant.id for variant in variants)

    def left(self, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        """Those of the candidates that are in it."""
        if self.ids is None:
            return candidates
        return tuple(candidate for candidate in candidates if candidate.variant.id in self.ids)


class Lead(Struct, frozen=True, eq=False):
    """What a language finds first: the variants that offer this experience. `ordered`: it was found through the mode order.

    `alone`: which of them is the best is a matter of this language, and not of others, captions, audio description or device.
    """

    candidates: tuple[Candidate, ...]
    experience: str
    ordered: bool
    alone: bool


class Level(Struct, frozen=True, eq=False):
    """What a language makes of the item at one level of understanding.

    `experiences` go by position. `candidates` has the variants of each experience but `foreign`, the best first. `leads` keeps
    what is found first of a lot under a mode order, `founds` what comes of it, `besides` what stands beside a variant.
    """

    experiences: tuple[str, ...]
    candidates: dict[str, tuple[Candidate, ...]]
    leads: dict[tuple[tuple[str, ...], tuple[str, ...], Lot], Lead | None] = {}
    founds: dict[tuple[object, ...], Any] = {}
    besides: dict[tuple[int, Lot], tuple[tuple[Variant, str], ...]] = {}

    def beside(self, chosen: Variant, lot: Lot) -> tuple[tuple[Variant, str], ...]:
        """The other variants of a lot with their experiences, in the order of the file: the same object each time."""
        key = (chosen.position, lot)
        try:
            return self.besides[key]
        except KeyError:
            found = tuple([(one, self.experiences[one.position]) for one in lot.variants if one is not chosen])
            return remember(self.besides, key, found)


class View(Struct, frozen=True, eq=False):
    """What a language makes of an item. `hears` (own) and `readings` (any distance) go by position."""

    tag: str
    own: Level
    near: Level
    hears: tuple[bool, ...]
    readings: tuple[Reading | None, ...]


class Search(Struct, frozen=True, eq=False):
    """Where passes 1 and 2 look for the languages of a list: all own levels, then all near ones.

    `fruitful` are those at which anything is understood. `hearing` are the tags whose own level has an original. It holds the
    list, so that it may be kept by the list's identity.
    """

    languages: tuple[Listed, ...]
    levels: tuple[tuple[Listed, Level], ...]
    fruitful: tuple[tuple[Listed, Level], ...]
    hearing: tuple[str, ...]

    @staticmethod
    def from_views(languages: tuple[Listed, ...], views: Sequence[tuple[Listed, View]]) -> Search:
        """The search through what each language makes of the item."""
        levels = (*((one, view.own) for one, view in views), *((one, view.near) for one, view in views))
        fruitful = tuple([(one, level) for one, level in levels if level.candidates])
        hearing = tuple([one.tag for one, view in views if "original" in view.own.candidates])
        return Search(languages, levels, fruitful, hearing)


class Offer(Struct, frozen=True, eq=False):
    """An item, made ready for selection. `tags` are all languages on offer, texts in parts.

    `silent`: nothing is heard or read, so that no language matters; `intertitled`: a wordless variant has texts. `territorial`:
    a bar reads the place, `moments`: or the clock. `heard` is where `selecting` keeps what words come to.
    """

    item: Item
    renditions: tuple[Rendition, ...]
    by_id: dict[str, Variant]
    barriers: Barriers
    has_audio: bool
    silent: bool
    intertitled: bool
    tags: frozenset[str]
    whole: Lot
    territorial: bool
    moments: bool
    heard: dict[tuple[object, ...], Any] = {}
    lots: dict[tuple[int, ...], Lot] = {}
    searches: dict[tuple[int, frozenset[str]], Search] = {}
    views: dict[tuple[str, frozenset[str]], View] = {}
    refusals: dict[tuple[str, ...], frozenset[str]] = {}

    def refused(self, excluded: tuple[str, ...]) -> frozenset[str]:
        """The languages on offer that the excluded ranges cover."""
        if not excluded:
            return NOTHING
        found = self.refusals.get(excluded)
        if found is None:
            found = remember(self.refusals, excluded, frozenset(tag for tag in self.tags if is_refused(tag, excluded)))
        return found

    def view(self, tag: str, refused: frozenset[str] = NOTHING) -> View:
        """What the language makes of the item, where those of `refused` do not count as understood."""
        key = (tag, refused)
        try:
            return self.views[key]
        except KeyError:
            return remember(self.views, key, view_of(self.renditions, tag, refused))

    def search(self, languages: tuple[Listed, ...], refused: frozenset[str]) -> Search:
        """Where passes 1 and 2 look for these languages."""
        key = (id(languages), refused)
        try:
            return self.searches[key]
        except KeyError:
            views = [(listed, self.view(listed.tag, refused)) for listed in languages]
            return remember(self.searches, key, Search.from_views(languages, views))

    def lot(self, stand: Stand) -> Lot:
        """The variants that are left for somebody who stands there, of an item with bars; of any other, it is the whole."""
        live = unbarred(self.item, stand)
        key = tuple([variant.position for variant in live])
        found = self.lots.get(key)
        return remember(self.lots, key, Lot(live, whole=False)) if found is None else found


def compile_item(item: Item) -> Offer:
    """The item's offer. It is made once and kept in the item's memo."""
    offer: Offer | None = item.memo.get("offer")
    if offer is None:
        renditions = tuple(_rendition(variant, item.original_language) for variant in item.variants)
        barriers = Barriers.from_item(item)
        offer = item.memo["offer"] = Offer(
            item,
            renditions,
            {variant.id: variant for variant in item.variants},
            barriers,
            item.has_audio,
            all(rendition.wordless and not rendition.texts for rendition in renditions),
            any(rendition.wordless and rendition.texts for rendition in renditions),
            frozenset(tag for rendition in renditions for tag in _languages(rendition)),
            Lot(item.variants, whole=True),
            barriers.territorial,
            bool(barriers.moments),
        )
    return offer


def parts_of(track: str) -> tuple[str, ...]:
    """The languages of a text track: two in a bilingual one."""
    return tuple(track.split("+"))


def nearest(tag: str, texts: Sequence[Text], refused: frozenset[str] = NOTHING) -> Reading | None:
    """The text nearest to a language, region last; among equals what is burned in, for it needs no switching."""
    ranked = [
        (written_distance(tag, part), region_distance(tag, part), not text.burned, index, text.tag, part)
        for index, text in enumerate(texts)
        for part in text.parts
        if part not in refused
    ]
    if not ranked:
        return None
    distance, region, _, _, track, part = min(ranked)
    return Reading(distance, region, track, part)


def remember(memo: dict[K, V], key: K, value: V) -> V:
    """Keeps a value of an offer; a memory that is full starts anew."""
    if len(memo) >= MOST_VIEWS:
        memo.clear()
    memo[key] = value
    return value


def _rendition(variant: Variant, original_language: str) -> Rendition:
    heard = None if variant.audio == WORDLESS else variant.audio
    page = None if heard is not None or WORDLESS in (variant.audio, variant.language) else variant.language
    return Rendition(
        variant,
        heard,
        page,
        tuple(Text(tag, parts_of(tag), False) for tag in variant.subtitles)
        + tuple(Text(tag, parts_of(tag), True) for tag in variant.burned_in),
        _is_original(heard, page, original_language),
    )


def _is_original(heard: str | None, page: str | None, original_language: str) -> bool:
    """By ear the same spoken form, by eye the same language and script."""
    if original_language == WORDLESS:
        return False
    if heard is not None:
        return spoken_form(heard) == spoken_form(original_language)
    return page is not None and written_distance(original_language, page) == 0


def _languages(rendition: Rendition) -> tuple[str, ...]:
    texts = tuple(part for text in rendition.texts for part in text.parts)
    return (*rendition.fixed, *texts, *rendition.variant.captions, *rendition.variant.audio_description)


class _Sense(NamedTuple):
    """One language before one rendition. `distance` and `region` are of what is heard, or of the page."""

    rendition: Rendition
    distance: int
    region: int
    reading: Reading | None


def view_of(renditions: Sequence[Rendition], tag: str, refused: frozenset[str] = NOTHING) -> View:
    """What a language makes of these renditions. Nothing is remembered: see `Offer.view`."""
    senses = tuple(_sense(rendition, tag, refused) for rendition in renditions)
    return View(
        tag,
        _level(senses, OWN_SPOKEN, OWN_WRITTEN),
        _level(senses, NEAR_SPOKEN, NEAR_WRITTEN),
        tuple(sense.rendition.heard is not None and sense.distance <= OWN_SPOKEN for sense in senses),
        tuple(sense.reading for sense in senses),
    )


def _sense(rendition: Rendition, tag: str, refused: frozenset[str]) -> _Sense:
    reading = nearest(tag, rendition.texts, refused)
    met = rendition.heard or rendition.page
    if met is None:
        return _Sense(rendition, 0, 0, reading)
    if met in refused:
        return _Sense(rendition, FAR, 0, reading)
    distance = spoken_distance(tag, met) if rendition.heard else written_distance(tag, met)
    return _Sense(rendition, distance, region_distance(tag, met), reading)


def _level(senses: tuple[_Sense, ...], spoken: int, written: int) -> Level:
    experiences = tuple(_experience(sense, spoken, written) for sense in senses)
    candidates: dict[str, list[Candidate]] = {}
    for sense, experience in zip(senses, experiences, strict=True):
        if experience != "foreign":
            key = _key(sense, experience, written)
            candidates.setdefault(experience, []).append(Candidate(key, sense.rendition.variant))
    return Level(
        experiences, {name: tuple(sorted(found, key=lambda one: one.key)) for name, found in candidates.items()}
    )


def _experience(sense: _Sense, spoken: int, written: int) -> str:
    """The table at the top of this module."""
    rendition = sense.rendition
    if rendition.wordless:
        return "original"
    if rendition.page is not None:
        return "foreign" if sense.distance > written else "original" if rendition.original else "translated"
    if sense.distance <= spoken:
        return "original" if rendition.original else "voiceover" if rendition.variant.voiceover else "dub"
    return "sub" if sense.reading is not None and sense.reading.distance <= written else "foreign"


def _key(sense: _Sense, experience: str, written: int) -> tuple[int, ...]:
    """Criterion 1: `sub`: nearest text, then original audio; else nearest audio or page, then fewest burned-in texts.

    Wordless variants differ in their texts alone: the nearest first, where it is understood at all.
    """
    rendition, reading = sense.rendition, sense.reading
    if experience == "sub" and reading is not None:
        return (reading.distance, reading.region, 0 if rendition.original else 1)
    text = (0, 0)
    if rendition.wordless:
        text = (reading.distance, reading.region) if reading is not None and reading.distance <= written else (FAR, 0)
    return (sense.distance, sense.region, *text, len(rendition.variant.burned_in))
