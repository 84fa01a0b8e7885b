"""Classes of visitors, and the key that names them (SEMANTICS §9).

Two values of an input are one class for an item if swapping them never changes the answer. Each input is projected onto the
item by what is asked of it: the cells of the item's rules, the languages on offer, the norms of places. The key is the list
of classes, each named by its first member: `"business-class;country=ES;language=es"`. Equal keys get equal answers.

Where it is unsure whether two values differ, this module keeps them apart: a key may be longer than it need be, never shorter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from cachetools import LRUCache

from locales.matching import NEAR_SPOKEN, NEAR_WRITTEN, region_distance, spoken_distance, written_distance
from locales.preference import Confidence
from locales.ranges import LanguageRanges
from locales.tags import maximise
from locales.territories import home, place_languages
from locales.words import language_of_words
from rules.book import Plan, RuleBook
from rules.cells import Cell
from rules.context import Choice, Context
from rules.inputs import INPUTS, STATIC_INPUTS, TIME_INPUTS, WEEKDAYS, daypart_of
from rules.languages import FACTORY_SETTINGS
from rules.schedules import local_time, parse_zone
from variants.variant import Item

#: What browsers send whose owner never set a language, as a class of headers.
FACTORY = "en"

Heard = tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """What a language is to an item: which tracks it understands or is near to, which cells it meets, whose norms it has."""

    tracks: Heard
    cells: tuple[bool, ...]
    norms: tuple[str, str | None]

    @property
    def empty(self) -> bool:
        """Whether the language makes no difference but by its norms."""
        return not any(self.tracks) and not any(self.cells)


class Projection:
    """The classes of one item's visitors. Methods give `name=class`, or an empty text for what is blank or never matters."""

    def __init__(self, item: Item, plan: Plan, book: RuleBook) -> None:
        self._item = item
        self._plan = plan
        self._book = book
        self._cells = _cells_by_input(plan)
        self._audio = _unique(tag for one in item.variants for tag in (one.audio, *one.audio_description))
        self._texts = _unique(
            tag for one in item.variants for tag in (*one.subtitles, *one.burned_in, *one.captions, one.language)
        )
        self._norm_places = frozenset(row.place for row in book.norms.rows)
        self._names: LRUCache[str, tuple[str, bool]] = LRUCache(4096)

    # Languages.

    def language(self, ranges: LanguageRanges) -> str:
        """The class of an `Accept-Language`."""
        refused = [f"!{tag}" for tag in sorted(ranges.excluded)]
        if not ranges.wanted:
            return f"language={','.join(refused)}" if refused else ""
        if FACTORY_SETTINGS.issuperset(ranges.wanted):
            return f"language={','.join([FACTORY, *refused])}"
        names = self._wanted(ranges.wanted) or ["und"]
        if names == [FACTORY]:
            names = [f"{FACTORY}+"]
        return f"language={','.join([*names, *refused])}"

    def _wanted(self, tags: tuple[str, ...]) -> list[str]:
        """Names of the tags in order: empty and repeated profiles drop out, save the first, by which norms are looked up."""
        keep_first = self._item.has_audio or "language" in self._plan.inputs
        names: list[str] = []
        for position, tag in enumerate(tags):
            name, empty = self.named(tag)
            if name not in names and (not empty or (keep_first and position == 0)):
                names.append(name)
        return names

    def named(self, tag: str) -> tuple[str, bool]:
        """The first member of a tag's class, and whether its profile is empty."""
        try:
            return self._names[tag]
        except KeyError:
            profile = self.profile(tag)
            language, script, region = maximise(tag)
            shorter = (language, f"{language}-{script}", f"{language}-{region}")
            name = next((short for short in shorter if self.profile(short) == profile), tag)
            self._names[tag] = name, profile.empty
            return name, profile.empty

    def profile(self, tag: str) -> Profile:
        """What the language is to this item."""
        heard = tuple(_near(spoken_distance(tag, audio), tag, audio, NEAR_SPOKEN) for audio in self._audio)
        read = tuple(_near(written_distance(tag, text), tag, text, NEAR_WRITTEN) for text in self._texts)
        cells = tuple(cell.holds((tag,)) for name in ("language", "languages") for cell in self._cells.get(name, ()))
        norms = (maximise(tag)[0], home(tag)) if self._item.has_audio else ("", None)
        return Profile(heard + read, cells, norms)

    # Places.

    def place(self, country: str | None, region: str | None, confidence: Confidence) -> str:
        """The class of a place: territory, subdivision where it makes a difference, and how sure that is."""
        if country is None:
            return ""
        text = f"country={country}"
        if region is not None and self._region_counts(country, region):
            text += f";region={region}"
        return text if confidence is Confidence.high else f"{text};place={confidence.name}"

    def _region_counts(self, country: str, region: str) -> bool:
        return (
            region in self._norm_places
            or "region" in self._plan.inputs
            or place_languages(country, region) != place_languages(country, None)
        )

    # Everything else.

    def value(self, name: str, value: object) -> str:
        """The class of any other input's value: which of the item's cells it meets."""
        cells = self._cells.get(name, ())
        met = self._met(name, cells, value)
        blank = self._met(name, cells, () if INPUTS[name].many else None)
        return "" if met == blank else f"{name}={self._name(name, cells, value, met)}"

    def _met(self, name: str, cells: tuple[Cell, ...], value: object) -> tuple[bool, ...]:
        met = tuple(cell.holds(value) for cell in cells)
        if name == "device":
            met += tuple(value in variant.devices for variant in self._item.variants)
        return met

    def _name(self, name: str, cells: tuple[Cell, ...], value: object, met: tuple[bool, ...]) -> str:
        first = next((word for word in INPUTS[name].values if self._met(name, cells, _typed(name, word)) == met), None)
        return first or "+".join(_cell_name(cell, cells) for cell, holds in zip(cells, met, strict=False) if holds) or "other"

    def terms(self, terms: tuple[str, ...]) -> str:
        """The class of search words: the cells they meet, and the language that they hint at."""
        hint = language_of_words(terms)
        met = self.value("terms", terms)
        return f"{met or 'terms='}~{self.named(hint)[0]}" if hint else met

    def moment(self, context: Context) -> str:
        """The classes of the time cells, on the clock that the tables read."""
        names = [name for name in INPUTS if name in TIME_INPUTS and name in self._plan.inputs]
        if not names:
            return ""
        zone = (self._plan.reads_zone and context.zone and parse_zone(context.zone)) or self._book.policies.zone
        local = local_time(context.moment, zone)
        clock = {
            "weekday": WEEKDAYS[local.weekday()],
            "hour": local.hour,
            "daypart": daypart_of(local.hour),
            "date": local.date(),
        }
        return ";".join(filter(None, (self.value(name, clock[name]) for name in names)))

    def zone(self, name: str | None) -> str:
        """The visitor's zone, where a table of this item reads their clock."""
        return f"zone={name}" if name is not None and self._plan.reads_zone else ""

    def choice(self, choice: Choice | None) -> str:
        """The class of a choice: its own members, since each of them may count."""
        if choice is None:
            return ""
        members = (
            ("language", choice.language and self.named(choice.language)[0]),
            ("mode", choice.mode),
            ("variant", choice.variant if choice.variant and self._item.variant(choice.variant) else None),
            ("captions", _flag(choice.captions)),
            ("audio_description", _flag(choice.audio_description)),
            ("from", "cookie" if choice.origin == "cookie" else None),
        )
        text = ",".join(f"{name}={value}" for name, value in members if value)
        return f"choice={text}" if text else ""


def _cells_by_input(plan: Plan) -> dict[str, tuple[Cell, ...]]:
    cells: dict[str, dict[Cell, None]] = {}
    for table in plan.tables:
        for row in table:
            for cell in row.rule.cells:
                if cell.input not in STATIC_INPUTS:
                    cells.setdefault(cell.input, {})[cell] = None
    return {name: tuple(found) for name, found in cells.items()}


def _unique(tags: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for tag in tags if tag is not None))


def _near(distance: int, want: str, have: str, limit: int) -> tuple[int, int] | None:
    return (distance, region_distance(want, have)) if distance <= limit else None


def _typed(name: str, word: str) -> object:
    kind = INPUTS[name].kind
    if kind == "hour":
        return int(word)
    return word == "yes" if kind == "flag" else word


def _flag(value: bool | None) -> str | None:
    return None if value is None else "?1" if value else "?0"


def _cell_name(cell: Cell, cells: tuple[Cell, ...]) -> str:
    """A cell's first text where no other cell begins with it, else all of it.

    All but plain ASCII is percent-encoded: it stands in a string of RFC 9651, whose parts a semicolon separates.
    """
    alone = sum(other.text[:1] == cell.text[:1] for other in cells) == 1
    return quote("|".join(cell.text[:1] if alone else cell.text), safe=" *|!@.:/+<>-_~()")
