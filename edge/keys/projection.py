"""The classes of one item's visitors, signal by signal, as they stand in the key."""

from __future__ import annotations

from functools import cached_property

from edge.keys.languages import NAMES, Languages
from edge.keys.lots import Lots
from edge.keys.places import Places
from edge.keys.values import Values
from locales.preference import MODES, Confidence
from locales.ranges import LanguageRanges
from locales.words import language_of_words
from rules.book import Plan, RuleBook
from rules.context import Choice, Context
from rules.splits import draw
from variants.bars import Rights
from variants.experience import Rendition, compile_item
from variants.variant import Item

#: Members of a choice that are wishes, and inputs of rules as well.
_WISHES = ("captions", "audio_description")


class Projection:
    """The classes of one item's visitors. Methods give `name=class`, or an empty text for what is blank or never matters."""

    def __init__(self, item: Item, plan: Plan, book: RuleBook, most: int = NAMES, rights: Rights | None = None) -> None:
        """`most`: so many tags are remembered in each of a few memories. `rights`: the site's."""
        self._most = most
        self._item = item
        self._plan = plan
        self._book = book
        self._values = Values(item, plan, book)
        self._ages = _ages(item, plan, book)
        self._lots = Lots(item, rights or Rights())

    # Both are made for the item's first visitor, since at load nobody has asked yet.

    @cached_property
    def languages(self) -> Languages:
        """The classes of languages."""
        return Languages(self._item, self._plan, self._book, self._ages, self._lots, self._most)

    @cached_property
    def places(self) -> Places:
        """The classes of places."""
        return Places(self._item, self._plan, self._book, self.languages, self._lots)

    # Languages.

    def language(self, ranges: LanguageRanges) -> str:
        """The class of an `Accept-Language`."""
        if ranges.wanted or ranges.excluded:
            names = self.languages.header(ranges)
            return f"language={names}" if names else ""
        return ""

    def url(self, tag: str | None) -> str:
        """The class of the language that the address names."""
        return f"url={self.languages.by_hand(tag)}" if tag and not self.languages.mute else ""

    # Places.

    def place(self, country: str | None, region: str | None, confidence: Confidence, *, language: str = "") -> str:
        """The class of a place: territory, subdivision where it makes a difference, and how sure that is.

        `language` is the class of what the visitor's browser says. Whoever refuses languages may refuse one of the place's, by
        which it differs from others that are the same to everybody else; then the place stands as it is.
        """
        if country is None or (places := self.places).blind:
            return ""
        if "!" in language:
            text = f"country={country}"
            if region is not None and places.counts(country, region):
                text += f";region={region}"
        elif region is not None and (name := places.region(country, region)):
            text = f"country={country};region={name}"
        else:
            text = f"country={places.country(country)}"
        return text if confidence is Confidence.high else f"{text};place={confidence.name}"

    def divided(self, country: str) -> bool:
        """Whether any subdivision of a territory makes a difference to somebody."""
        return not self.places.blind and self.places.divided(country)

    # Everything else.

    def value(self, name: str, value: object) -> str:
        """The class of any other input's value: which of the item's cells it meets."""
        if name == "age" and value in self._ages:
            return f"age={value}"
        return self._values.value(name, value)

    def unit(self, unit: str | None) -> str:
        """The class of a unit: the arms that it is in, of the experiments that this item's rules name."""
        if not unit or not self._plan.splits:
            return ""
        return f"split={','.join([str(draw(split, unit)) for split in self._plan.splits])}"

    def terms(self, terms: tuple[str, ...]) -> str:
        """The class of search words: the cells they meet, and the language that they hint at, which a browser may refuse."""
        hint = None if self.languages.mute else language_of_words(terms)
        met = self.value("terms", terms)
        return f"{met or 'terms='}~{hint}" if hint else met

    def moment(self, context: Context) -> str:
        """The classes of the time cells, each on the clock that its table reads; `visitor.` marks those on the visitor's."""
        return self._values.moment(context)

    def zone(self, name: str | None) -> str:
        """The visitor's zone, where a table of this item reads their clock."""
        return f"zone={name}" if name is not None and self._plan.reads_zone else ""

    def choice(self, choice: Choice | None) -> str:
        """The class of a choice: those of its members that can count."""
        if choice is None:
            return ""
        members = (
            ("language", choice.language and self.languages.by_hand(choice.language)),
            ("mode", choice.mode and self._mode(choice.mode)),
            ("variant", choice.variant if choice.variant and self._item.variant(choice.variant) else None),
            *((name, self._flag(name, getattr(choice, name))) for name in _WISHES),
            ("from", "cookie" if choice.language and choice.origin == "cookie" else None),
        )
        text = ",".join(f"{name}={value}" for name, value in members if value)
        return f"choice={text}" if text else ""

    def _mode(self, mode: str) -> str | None:
        """A mode that is chosen. Where nothing is met through an order of modes, as of a page, any but the original only outranks
        what a rule pins; and so does the original itself where there is none.
        """
        renditions = compile_item(self._item).renditions
        ordered = any(one.heard is not None and (one.texts or not one.original) for one in renditions)
        if ordered or (mode == "original" and any(one.original for one in renditions)):
            return mode
        return MODES[1] if self._is_pinned else None

    @cached_property
    def _is_pinned(self) -> bool:
        """Whether a rule of the site pins a variant of the item."""
        return any(variant.id in self._book.pins for variant in self._item.variants)

    def _flag(self, name: str, value: bool | None) -> str | None:
        """A wish for captions or audio description, where there are any, or a rule asks for it.

        Not to want what is there is to have said nothing, but where one must be had for want of the other.
        """
        if value is None:
            return None
        if self._at_odds or (value and any(getattr(variant, name) for variant in self._item.variants)):
            return "?1" if value else "?0"
        told = self._values.value(name, value)
        return told and ("?1" if told.endswith("yes") else "?0")

    @cached_property
    def _at_odds(self) -> bool:
        """Whether captions and audio description may stand against each other: in one variant, or in two that are as good, of
        which neither is there without both.
        """
        renditions = compile_item(self._item).renditions
        wished = {one.variant.id: [bool(getattr(one.variant, name)) for name in _WISHES] for one in renditions}
        plain = {_tracks(one) for one in renditions if not (any(wished[one.variant.id]) or one.variant.bars)}
        alone = [wished[one.variant.id] for one in renditions if _tracks(one) not in plain]
        return any(map(all, wished.values())) or all(any(one[at] for one in alone) for at in range(len(_WISHES)))


def _tracks(rendition: Rendition) -> object:
    """All of a variant by which one may be as good as another."""
    return rendition.heard, rendition.page, rendition.texts, rendition.original, rendition.variant.voiceover


def _ages(item: Item, plan: Plan, book: RuleBook) -> frozenset[str]:
    """The ages that norms name, where an age is read: where a rule or a norm of the site's own asks for it."""
    if not item.has_audio or not ("age" in plan.inputs or book.norms.ages(item.kind, item.channel, own=True)):
        return frozenset()
    return book.norms.ages(item.kind, item.channel)
