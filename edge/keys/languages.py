"""The classes of languages, and of the lists of them that browsers send.

A language is told by its tracks, by the cells on languages that it meets, and by what norms say to its speakers. Norms and cells
on the first language read the first of a list alone, so the others are told by less.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, product
from typing import TypeVar

from msgspec import Struct

from edge.keys.customs import Customs, Rows
from edge.keys.tracks import Grade, Grades, Tracks
from locales.matching import is_refused
from locales.ranges import LanguageRanges
from locales.tags import WITHIN, covers, is_language, language_of, maximise
from locales.tags import names as names_of
from locales.territories import groups_around, official_somewhere, usages
from rules.book import Plan, RuleBook
from rules.cells import Cell, TagCell
from rules.languages import FACTORY_SETTINGS
from variants.experience import compile_item
from variants.variant import Item

V = TypeVar("V")

#: A language of which nothing is known, that no rule asks for and that no track is near to.
ANY_OTHER = "und"

#: Tags for which an item remembers what they are, unless told otherwise. Visitors speak fewer; a crowd of made-up tags starts it
#: anew.
NAMES = 512

#: Tags that may be the language of a place: without variants or extensions.
_PLAIN = re.compile(r"[a-z]{2,8}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?\Z")

#: Usages of groups of territories that CLDR has locales for.
_OF_GROUPS = ("ar-001", "en-001", "en-150", "es-419")


class Heard(Struct, frozen=True):
    """What a language is anywhere in a list. `cells`: of each cell on all languages 2 if it refuses it, 1 if it wants it."""

    grades: Grades
    cells: tuple[int, ...]

    @property
    def empty(self) -> bool:
        """Whether it makes no difference there."""
        return not any(self.cells) and all(grade is None for grade in self.grades)

    @property
    def owns(self) -> bool:
        """Whether it understands a track as its own."""
        return any(grade is not None and not grade[0] for grade in self.grades)

    def beside(self, others: Sequence[Heard]) -> Heard:
        """The same, but for what is near to it where each such track is another's own: those find it first, in any order."""
        if all(grade is None or not grade[0] or _is_own(at, others) for at, grade in enumerate(self.grades)):
            return Heard(tuple([None if grade is None or grade[0] else grade for grade in self.grades]), self.cells)
        return self

    def adds_nothing_to(self, before: Sequence[Heard]) -> bool:
        """Whether no track and no cell is met better than by a language that stands before, where nobody refuses any."""
        tracks = zip(self.grades, *(one.grades for one in before), strict=True)
        cells = zip(self.cells, *(one.cells for one in before), strict=True)
        return all(_is_met(*grades) for grades in tracks) and all(cell in (0, *others) for cell, *others in cells)


class First(Struct, frozen=True):
    """What a language is as the first of a list, but for what norms say of it elsewhere than at home.

    `met`: whether each cell on the first language holds. `home`: the rows of norms there.
    """

    heard: Heard
    met: tuple[bool, ...]
    home: Rows


class Languages:
    """The classes of one item's languages.

    `mute`: it is of no language, and no rule asks for one. `plain`: no text of it stands beside sound that one understands.
    """

    def __init__(self, item: Item, plan: Plan, book: RuleBook, ages: frozenset[str], most: int = NAMES) -> None:
        self._most = most
        self._default = book.policies.default_language
        self._said = plan.said
        self._first_cells = _tag_cells(plan.cells_on("language"))
        self._any_cells = _tag_cells(plan.cells_on("languages"))
        self._tracks = Tracks(item)
        self.customs = Customs(book.norms, item, ages)
        self.plain = self._tracks.plain
        self.mute = compile_item(item).silent and not (self._first_cells or self._any_cells)
        named = (tag for cell in (*self._first_cells, *self._any_cells) for tag in (*cell.wide, *cell.narrow))
        self._own = tuple(dict.fromkeys((*self._tracks.tags, *named, *sorted(self._said))))
        countable = (*self._own, self._default)
        self._refusable = tuple(dict.fromkeys(wide for tag in countable for wide in _wider(tag)))
        self._stranger = tuple([not cell.positives for cell in self._first_cells])
        self._heard: dict[str, Heard] = {}
        self._firsts: dict[str, First] = {}
        self._names: dict[str, str] = {}
        self._later: dict[str, str] = {}
        self._met: dict[First, list[str]] = {}
        self._to_come = chain(self._own, _all_usages())

    def _keep(self, memory: dict[str, V], tag: str, value: V) -> V:
        if len(memory) >= self._most:
            memory.clear()
        memory[tag] = value
        return value

    # One language

    def heard(self, tag: str) -> Heard:
        """What the language is anywhere in a list."""
        try:
            return self._heard[tag]
        except KeyError:
            cells = tuple([_meets(cell, tag) for cell in self._any_cells])
            return self._keep(self._heard, tag, Heard(self._tracks.grades(tag), cells))

    def met(self, tag: str) -> tuple[bool, ...]:
        """Which cells on the first language hold."""
        return tuple([cell.holds(tag) for cell in self._first_cells])

    def first(self, tag: str) -> First:
        """What the language is as the first of a list."""
        try:
            return self._firsts[tag]
        except KeyError:
            return self._keep(self._firsts, tag, First(self.heard(tag), self.met(tag), self.customs.rows(tag)))

    def named(self, tag: str) -> str:
        """The class of a language as the first of a list: its first member. The item's own languages come before all others."""
        try:
            return self._names[tag]
        except KeyError:
            return self._keep(self._names, tag, self._name(tag))

    def _name(self, tag: str) -> str:
        first = self.first(tag)
        blank = first.heard.empty and first.met == self._stranger
        if blank and not any(first.home) and not self.customs.elsewhere(tag):
            return ANY_OTHER
        for one in self._members(first):
            # Of one language and with one home, what norms say elsewhere is the same.
            if language_of(one) == language_of(tag) or self.customs.elsewhere(one) == self.customs.elsewhere(tag):
                return one
        if blank and not self.customs.elsewhere(tag):
            return f"{ANY_OTHER}-{'+'.join(row.removeprefix('norm/') for row in first.home)}"
        return self._shortest(tag)

    def _members(self, first: First) -> Iterator[str]:
        """Languages of the world that are the same but for what norms say of them elsewhere, in their order."""
        yield from tuple(self._met.get(first, ()))
        for tag in self._to_come:
            found = self.first(tag)
            self._met.setdefault(found, []).append(tag)
            if found == first:
                yield tag

    def _shortest(self, tag: str) -> str:
        """The shortest form of a tag that is the same."""
        whole = self.first(tag), self.customs.elsewhere(tag)
        return next(one for one in _shorter(tag) if (self.first(one), self.customs.elsewhere(one)) == whole)

    def later(self, tag: str) -> str:
        """The class of a language that stands behind another; empty where it makes no difference there."""
        try:
            return self._later[tag]
        except KeyError:
            heard = self.heard(tag)
            order = chain(self._own, _shorter(tag))
            name = "" if heard.empty else next(one for one in order if self.heard(one) == heard)
            return self._keep(self._later, tag, name)

    # What browsers send

    def header(self, ranges: LanguageRanges) -> str:
        """The class of an `Accept-Language`: names in order, then what it refuses, marked."""
        if self.mute:
            return ""
        wanted = ranges.wanted
        refused = tuple(wide for wide in ranges.excluded if self._refuses(wide, wanted)) if ranges.excluded else ()
        names = _factory(wanted, refused) if FACTORY_SETTINGS.issuperset(wanted) else self._wanted(wanted, refused)
        if refused:
            names += [f"!{wide}" for wide in sorted(refused)]
        return ",".join(names)

    def _refuses(self, wide: str, wanted: tuple[str, ...]) -> bool:
        """Whether a range with `q=0` could count: it covers a track, a range of the header, or the language of a place."""
        tags = (*self._tracks.tags, *wanted)
        return (_PLAIN.match(wide) is not None and is_language(wide)) or any(is_refused(tag, (wide,)) for tag in tags)

    def _wanted(self, tags: tuple[str, ...], refused: tuple[str, ...]) -> list[str]:
        """Names of the tags in order. Empty and repeated ones drop out, save the first: by it norms are looked up, and by it
        a variant is described that no language of the list understands.

        What the header itself refuses comes last in the list, unless the visitor names it elsewhere: it stands by its tag.
        """
        names: list[str] = []
        seen: set[Heard] = set()
        for tag in tags:
            if refused and is_refused(tag, refused):
                names.append(f"{tag}!")
                continue
            name = self.later(tag) if seen else self.named(tag)
            heard = self.heard(tag)
            if name and heard not in seen:
                names.append(name)
            seen.add(heard)
        if all(name.rstrip("!") in FACTORY_SETTINGS for name in names):
            names[0] += "+"  # it says more than English, though nothing that counts for this item
        return names

    # What is named

    def by_hand(self, tag: str) -> str:
        """The class of a language that a choice or an address names: a shorter form of it that is the same.

        What is named takes back what the browser refuses: where `pt-BR;q=0` refuses the track `pt-BR`, `pt-BR` takes that back
        and `pt` does not. Tags that rules say are kept apart, for what a rule says otherwise is told; and those of `_factory`.
        """
        if self.mute:
            return ANY_OTHER
        apart = self._said | FACTORY_SETTINGS
        if tag in apart:
            return tag
        whole = self.first(tag), self.customs.elsewhere(tag), self._takes_back(tag)
        for one in _shorter(tag):
            if (self.first(one), self.customs.elsewhere(one), self._takes_back(one)) == whole:
                return f"{one}+" if one in apart else one
        raise LookupError(f"{tag} is not the same as itself")

    def _takes_back(self, tag: str) -> tuple[bool, ...]:
        return tuple([is_refused(tag, (wide,)) for wide in self._refusable])


def _is_own(track: int, others: Sequence[Heard]) -> bool:
    return any(grade is not None and not grade[0] for grade in (other.grades[track] for other in others))


def _is_met(grade: Grade, *before: Grade) -> bool:
    """Whether one of those before is at least as near: as one's own, or near where this is no more than that."""
    return grade is None or any(one is not None and (grade[0] or not one[0]) for one in before)


def _factory(wanted: tuple[str, ...], refused: tuple[str, ...]) -> list[str]:
    """Names of a header that says English alone: its very tags, sorted.

    By its very tag it confirms the site's default, and is no news beside a choice; whether anything is left of the header then
    tells whether the place was read.
    """
    return [f"{tag}!" if refused and is_refused(tag, refused) else tag for tag in sorted(wanted)]


def _tag_cells(cells: tuple[Cell, ...]) -> tuple[TagCell, ...]:
    return tuple(cell for cell in cells if isinstance(cell, TagCell))


def _meets(cell: TagCell, tag: str) -> int:
    """2 where the tag makes a cell on all languages fail, 1 where it may make it hold, else 0."""
    if any(covers(narrow, tag) for narrow in cell.narrow):
        return 2
    return int(any(covers(wide, tag) for wide in cell.wide))


def _shorter(tag: str) -> tuple[str, ...]:
    """Tags that may stand for a tag, the shortest first, and itself."""
    language, script, region = maximise(tag)
    known = [(language,), (language, script), (language, region), (language, script, region)]
    return (*("-".join(parts) for parts in known if all(parts)), tag)


def _wider(tag: str) -> Iterator[str]:
    """The ranges that refuse a tag: by language, by script, by a region that it names, and by what that lies in."""
    language, script, region = maximise(tag)
    languages = dict.fromkeys(filter(None, (language_of(tag), language, WITHIN.get(language))))
    regions = ("", region, *groups_around(region)) if names_of(tag) & 1 else ("",)
    for parts in product(languages, dict.fromkeys(("", script)), regions):
        yield "-".join(filter(None, parts))


def _all_usages() -> Iterator[str]:
    """The official languages of the world, then their usages by script and territory, then those of groups of territories."""
    names = official_somewhere()
    yield from names
    yield from (usage for name in names for usage in usages(name)[1:])
    yield from _OF_GROUPS
