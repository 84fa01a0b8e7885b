"""Classes of visitors, and the key that names them (SEMANTICS §9).

Two values of an input are one class for an item if swapping them never changes the answer. Each input is projected onto the
item by what is asked of it: the cells of the item's rules, the languages on offer, the norms of places. The key is the list
of classes, each named by its first member: `"business-class;country=ES;language=es"`. Equal keys get equal answers.

Where it is unsure whether two values differ, this module keeps them apart: a key may be longer than it need be, never shorter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from locales.matching import NEAR_SPOKEN, NEAR_WRITTEN, is_refused, region_distance, spoken_distance, written_distance
from locales.preference import Confidence
from locales.ranges import LanguageRanges
from locales.tags import covers, is_language, maximise
from locales.territories import home, place_languages, subdivisions_of
from locales.words import language_of_words
from rules.book import Plan, RuleBook
from rules.cells import Cell, TagCell
from rules.context import Choice, Context
from rules.inputs import INPUTS, TIME_INPUTS, WEEKDAYS, daypart_of
from rules.languages import FACTORY_SETTINGS
from rules.schedules import clock_zone, local_time
from rules.splits import draw
from variants.experience import parts_of
from variants.variant import Item, Variant

#: What browsers send whose owner never set a language, as a class of headers.
FACTORY = "en"

#: A language of which nothing is known, that no rule asks for and that no track is near to.
ANY_OTHER = "und"

#: Names of tags that an item remembers. Visitors speak fewer; a crowd of made-up tags starts it anew.
NAMES = 4096

#: Tags that may be the language of a place: without variants or extensions.
_PLAIN = re.compile(r"[a-z]{2,8}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?\Z")

Heard = tuple[tuple[int, int] | None, ...]

#: The positions of the cells that a value meets, and of each variant whether it is for that device.
Met = tuple[tuple[int, ...], tuple[bool, ...]]


@dataclass(frozen=True, slots=True)
class Profile:
    """What a language is to an item: which tracks it understands or is near to, which cells it meets, whose norms it has.

    `cells`: of each cell whether it wants the language, and whether it refuses it. A cell on all languages of a visitor takes
    the two from different ones of them.
    """

    tracks: Heard
    cells: tuple[tuple[bool, bool], ...]
    norms: tuple[str, str | None]

    @property
    def empty(self) -> bool:
        """Whether the language makes no difference but by its norms."""
        return not any(self.tracks) and not any(map(any, self.cells))

    @property
    def blank(self) -> bool:
        """Whether it makes no difference at all."""
        return self.empty and self.norms == ("", None)


class Projection:
    """The classes of one item's visitors. Methods give `name=class`, or an empty text for what is blank or never matters."""

    def __init__(self, item: Item, plan: Plan, book: RuleBook) -> None:
        self._item = item
        self._plan = plan
        self._book = book
        self._clocks = _clocks(plan)
        self._blank: dict[tuple[str, int], Met] = {}
        self._firsts: dict[int, Counter[tuple[str, ...]]] = {}
        asked = (*plan.cells_on("language"), *plan.cells_on("languages"))
        self._asked = tuple(cell for cell in asked if isinstance(cell, TagCell))
        self._audio = _unique(tag for one in item.variants for tag in (one.audio, *one.audio_description))
        self._texts = _unique(part for one in item.variants for track in _texts(one) for part in parts_of(track))
        self._norm_places = frozenset(row.place for row in book.norms.rows) if item.has_audio else frozenset()
        self._ages = book.norms.ages(item.kind, item.channel) if item.has_audio else frozenset()
        self._names: dict[str, tuple[str, bool]] = {}
        self._divided: dict[str, bool] = {}

    # Languages.

    def language(self, ranges: LanguageRanges) -> str:
        """The class of an `Accept-Language`."""
        wanted = ranges.wanted
        refused = tuple(wide for wide in ranges.excluded if self._refuses(wide, wanted)) if ranges.excluded else ()
        names = self._factory(wanted, refused) if FACTORY_SETTINGS.issuperset(wanted) else self._wanted(wanted, refused)
        if refused:
            names += [f"!{wide}" for wide in sorted(refused)]
        return f"language={','.join(names)}" if names else ""

    def _refuses(self, wide: str, wanted: tuple[str, ...]) -> bool:
        """Whether a range with `q=0` could count: it covers a track, a range of the header, or the language of a place."""
        tags = (*self._audio, *self._texts, *wanted)
        return (_PLAIN.match(wide) is not None and is_language(wide)) or any(is_refused(tag, (wide,)) for tag in tags)

    def _factory(self, wanted: tuple[str, ...], refused: tuple[str, ...]) -> list[str]:
        """Names of a header that says English alone. Where it repeats the site's default by its very tag, it confirms it."""
        default = self._book.policies.default_language
        if default not in FACTORY_SETTINGS:
            name = FACTORY
        else:
            name = default if default in wanted else next(iter(FACTORY_SETTINGS - {default}))
        if not refused:
            return [name] if wanted else []
        return list(dict.fromkeys(f"{tag}!" if is_refused(tag, refused) else name for tag in wanted))

    def _wanted(self, tags: tuple[str, ...], refused: tuple[str, ...]) -> list[str]:
        """Names of the tags in order. Empty and repeated profiles drop out, save the first: by it norms are looked up, and by it
        a variant is described that no language of the list understands.

        What the header itself refuses comes last in the list, unless the visitor names it elsewhere: it stands by its tag.
        """
        keep_first = True
        names: list[str] = []
        for tag in tags:
            if refused and is_refused(tag, refused):
                names.append(f"{tag}!")
                continue
            name, empty = self.named(tag)
            if name not in names and (keep_first or not empty):
                names.append(name)
            keep_first = False
        if all(name.rstrip("!") in FACTORY_SETTINGS for name in names):
            names[0] += "+"  # it says more than English, though nothing that counts for this item
        return names

    def named(self, tag: str) -> tuple[str, bool]:
        """The first member of a tag's class, and whether its profile is empty."""
        try:
            return self._names[tag]
        except KeyError:
            profile = self.profile(tag)
            name = (
                ANY_OTHER if profile.blank else next(short for short in _shorter(tag) if self.profile(short) == profile)
            )
            if len(self._names) >= NAMES:
                self._names.clear()
            return self._names.setdefault(tag, (name, profile.empty))

    def profile(self, tag: str) -> Profile:
        """What the language is to this item."""
        heard = tuple(_near(spoken_distance(tag, audio), tag, audio, NEAR_SPOKEN) for audio in self._audio)
        read = tuple(_near(written_distance(tag, text), tag, text, NEAR_WRITTEN) for text in self._texts)
        cells = tuple([_coverage(cell, tag) for cell in self._asked])
        return Profile(heard + read, cells, _home(tag) if self._item.has_audio else ("", None))

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
            or self.value("region", region) != ""
            or place_languages(country, region) != place_languages(country, None)
        )

    def divided(self, country: str) -> bool:
        """Whether any subdivision of a territory makes a difference."""
        try:
            return self._divided[country]
        except KeyError:
            found = any(self._region_counts(country, region) for region in subdivisions_of(country))
            return self._divided.setdefault(country, found)

    # Everything else.

    def value(self, name: str, value: object) -> str:
        """The class of any other input's value: which of the item's cells it meets."""
        if name == "age" and value in self._ages:
            return f"age={value}"
        return self._class(name, self._plan.cells_on(name), value)

    def _class(self, name: str, cells: tuple[Cell, ...], value: object) -> str:
        met = self._met(name, cells, value)
        return "" if met == self._met_by_nothing(name, cells) else f"{name}={self._name(name, cells, met)}"

    def _met_by_nothing(self, name: str, cells: tuple[Cell, ...]) -> Met:
        """What a blank value meets. The plan's tuple of cells lives as long as the plan, so its id stands for it."""
        key = name, id(cells)
        try:
            return self._blank[key]
        except KeyError:
            return self._blank.setdefault(key, self._met(name, cells, () if INPUTS[name].many else None))

    def _met(self, name: str, cells: tuple[Cell, ...], value: object) -> Met:
        if name == "terms" and isinstance(value, tuple):
            return self._plan.holding(value), ()
        held = tuple([position for position, cell in enumerate(cells) if cell.holds(value)])
        return held, tuple([value in one.devices for one in self._item.variants]) if name == "device" else ()

    def _name(self, name: str, cells: tuple[Cell, ...], met: Met) -> str:
        first = next((word for word in INPUTS[name].values if self._met(name, cells, _typed(name, word)) == met), None)
        return first or "+".join([_cell_name(cells[at], self._begun(cells)) for at in met[0]]) or "other"

    def _begun(self, cells: tuple[Cell, ...]) -> Counter[tuple[str, ...]]:
        """How many of the cells begin with each text."""
        if id(cells) not in self._firsts:
            self._firsts[id(cells)] = Counter(cell.text[:1] for cell in cells)
        return self._firsts[id(cells)]

    def unit(self, unit: str | None) -> str:
        """The class of a unit: the arms that it is in, of the experiments that this item's rules name."""
        if not unit or not self._plan.splits:
            return ""
        return f"split={','.join([str(draw(split, unit)) for split in self._plan.splits])}"

    def terms(self, terms: tuple[str, ...]) -> str:
        """The class of search words: the cells they meet, and the language that they hint at."""
        hint = language_of_words(terms)
        met = self.value("terms", terms)
        return f"{met or 'terms='}~{self.named(hint)[0]}" if hint else met

    def moment(self, context: Context) -> str:
        """The classes of the time cells, each on the clock that its table reads; `visitor.` marks those on the visitor's."""
        return ";".join(filter(None, [self._time(of_visitor, context) for of_visitor in self._clocks]))

    def _time(self, of_visitor: bool, context: Context) -> str:
        zone = clock_zone(of_visitor, context.zone, self._book.policies.zone)
        local = local_time(context.moment, zone)
        clock = {
            "weekday": WEEKDAYS[local.weekday()],
            "hour": local.hour,
            "daypart": daypart_of(local.hour),
            "date": local.date(),
        }
        cells = self._clocks[of_visitor]
        told = [self._class(name, cells[name], clock[name]) for name in clock if name in cells]
        return ";".join(f"visitor.{one}" if of_visitor else one for one in told if one)

    def zone(self, name: str | None) -> str:
        """The visitor's zone, where a table of this item reads their clock."""
        return f"zone={name}" if name is not None and self._plan.reads_zone else ""

    def choice(self, choice: Choice | None) -> str:
        """The class of a choice: those of its members that can count."""
        if choice is None:
            return ""
        members = (
            ("language", choice.language and self._chosen(choice.language)),
            ("mode", choice.mode),
            ("variant", choice.variant if choice.variant and self._item.variant(choice.variant) else None),
            ("captions", self._flag("captions", choice.captions)),
            ("audio_description", self._flag("audio_description", choice.audio_description)),
            ("from", "cookie" if choice.language and choice.origin == "cookie" else None),
        )
        text = ",".join(f"{name}={value}" for name, value in members if value)
        return f"choice={text}" if text else ""

    def _chosen(self, tag: str) -> str:
        """The name of a language chosen by hand.

        What a rule says otherwise is told, so tags that rules say are kept apart. And a choice takes back what the browser
        refuses: by `pt-BR;q=0` the track `pt-BR`, which `pt-BR` would take back and `pt` would not.
        """
        if tag in self._plan.said:
            return tag
        name, _ = self.named(tag)
        if any(is_refused(tag, (track,)) and not is_refused(name, (track,)) for track in (*self._audio, *self._texts)):
            language, _, region = maximise(tag)
            name = f"{language}-{region}"
        return f"{name}+" if name in self._plan.said else name

    def _flag(self, name: str, value: bool | None) -> str | None:
        """A wish for captions or audio description, where there is any, or a rule asks for it."""
        counts = name in self._plan.inputs or any(getattr(variant, name) for variant in self._item.variants)
        return None if value is None or not counts else "?1" if value else "?0"


def _clocks(plan: Plan) -> dict[bool, dict[str, tuple[Cell, ...]]]:
    """The time cells by whether they read the visitor's clock, in the order of their tables, then by input."""
    read = dict.fromkeys(part.table.of_visitor for part in plan.parts if not TIME_INPUTS.isdisjoint(part.inputs))
    asked = sorted(TIME_INPUTS & plan.inputs)
    return {of_visitor: {name: plan.cells_on(name, of_visitor) for name in asked} for of_visitor in read}


def _texts(variant: Variant) -> tuple[str, ...]:
    page = () if variant.language is None else (variant.language,)
    return (*variant.subtitles, *variant.burned_in, *variant.captions, *page)


def _shorter(tag: str) -> tuple[str, ...]:
    """Tags that may stand for a tag, the shortest first, and itself."""
    language, script, region = maximise(tag)
    known = [(language,), (language, script), (language, region), (language, script, region)]
    return (*("-".join(parts) for parts in known if all(parts)), tag)


def _home(tag: str) -> tuple[str, str | None]:
    """Where norms for a language are looked for: where it is official, and at its home. Unknown ones have neither."""
    return maximise(tag)[0] if is_language(tag) else "", home(tag)


def _coverage(cell: TagCell, tag: str) -> tuple[bool, bool]:
    return any(covers(wide, tag) for wide in cell.wide), any(covers(narrow, tag) for narrow in cell.narrow)


def _unique(tags: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for tag in tags if tag is not None))


def _near(distance: int, want: str, have: str, limit: int) -> tuple[int, int] | None:
    return (distance, region_distance(want, have)) if distance <= limit else None


def _typed(name: str, word: str) -> object:
    kind = INPUTS[name].kind
    if kind == "hour":
        return int(word)
    return word == "yes" if kind == "flag" else word


def _cell_name(cell: Cell, begun: Counter[tuple[str, ...]]) -> str:
    """A cell's first text where no other cell begins with it, else all of it.

    All but plain ASCII is percent-encoded: it stands in a string of RFC 9651, whose parts a semicolon separates.
    """
    return quote("|".join(cell.text[:1] if begun[cell.text[:1]] == 1 else cell.text), safe=" *|!@.:/+<>-_~()")
