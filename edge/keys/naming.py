"""The names of classes of languages: each has that of its first member.

The item's own languages come before all others, then the official ones of the world, then their usages by script and territory.
So nothing depends on who came first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from msgspec import Struct

from edge.keys.customs import Customs, Rows
from edge.keys.named import Named
from locales.tags import NO_LANGUAGE, language_of, maximise
from locales.territories import official_somewhere, usages

V = TypeVar("V")

#: A language of which nothing is known, that no rule asks for and that no track is near to.
ANY_OTHER = "und"

#: What is no language, so that nothing is understood by it.
NO_TAG = ""

#: Usages of groups of territories that CLDR has locales for.
_OF_GROUPS = ("ar-001", "en-001", "en-150", "es-419")


class Heard(Struct, frozen=True):
    """What a language is anywhere in a list. `tracks`: what it makes of the item; `cells`: the number of the cells it meets."""

    tracks: object
    cells: int


class First(Struct, frozen=True):
    """What a language is as the first of a list, but for what norms say of it elsewhere than at home.

    `met`: the number of the cells on the first language that it meets. `home`: the rows of norms there. `back`: the refusals
    that it takes back, where it is named by hand.
    """

    heard: Heard
    met: int
    home: Rows
    back: tuple[str, ...] = ()


class Names:
    """The classes of one item's languages, as `understood` tells what each makes of the tracks.

    `own` are the item's own languages. `takes_back` tells what a language takes back that is named. `most` tags are remembered.
    """

    def __init__(
        self,
        understood: Callable[[str], object],
        cells: tuple[Named, Named],
        customs: Customs,
        own: Sequence[str],
        most: int,
        takes_back: Callable[[str], tuple[str, ...]] = lambda tag: (),
    ) -> None:
        """`cells` are those on the first language, and those on all."""
        self._understood = understood
        self._first_cells, self._any_cells = cells
        self._customs = customs
        self._own = own
        self._most = most
        self._takes_back = takes_back
        self._forms: dict[str, object] = {}
        self._heard: dict[str, Heard] = {}
        self._firsts: dict[str, First] = {}
        self._names: dict[str, str] = {}
        self._later: dict[str, str] = {}
        self._own_by_heard: dict[Heard, str] | None = None
        self._met: dict[First, list[str]] = {}
        self._to_come = chain(own, _all_usages())

    def _keep(self, memory: dict[str, V], tag: str, value: V) -> V:
        if len(memory) >= self._most:
            memory.clear()
        memory[tag] = value
        return value

    def heard(self, tag: str) -> Heard:
        """What the language is anywhere in a list."""
        try:
            return self._heard[tag]
        except KeyError:
            return self._keep(self._heard, tag, Heard(self._tracks(tag), self._any_cells.number(tag)))

    def _tracks(self, tag: str) -> object:
        """What the language makes of the item. Distances ask no more of a tag than its likely subtags, where all are known."""
        likely = maximise(tag)
        form = "-".join(likely) if all(likely) and language_of(tag) not in NO_LANGUAGE else tag
        try:
            return self._forms[form]
        except KeyError:
            return self._keep(self._forms, form, self._understood(tag))

    def first(self, tag: str) -> First:
        """What the language is as the first of a list."""
        try:
            return self._firsts[tag]
        except KeyError:
            met, home = self._first_cells.number(tag), self._customs.rows(tag)
            return self._keep(self._firsts, tag, First(self.heard(tag), met, home, self._takes_back(tag)))

    def named(self, tag: str) -> str:
        """The class of a language as the first of a list."""
        try:
            return self._names[tag]
        except KeyError:
            return self._keep(self._names, tag, self._name(tag))

    def _name(self, tag: str) -> str:
        first = self.first(tag)
        blank = self._is_blank(first)
        if blank and not any(first.home) and not self._customs.elsewhere(tag):
            return ANY_OTHER
        for one in self._members(first):
            # Of one language and with one home, what norms say elsewhere is the same.
            if language_of(one) == language_of(tag) or self._customs.elsewhere(one) == self._customs.elsewhere(tag):
                return one
        if blank and not self._customs.elsewhere(tag):
            return f"{ANY_OTHER}-{'+'.join(row.removeprefix('norm/') for row in first.home)}"
        return self._shortest(tag)

    def _is_blank(self, first: First) -> bool:
        return first.heard == self.heard(NO_TAG) and first.met == self._first_cells.number(NO_TAG) and not first.back

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
        whole = self.first(tag), self._customs.elsewhere(tag)
        return next(one for one in shorter(tag) if (self.first(one), self._customs.elsewhere(one)) == whole)

    def later(self, tag: str) -> str:
        """The class of a language that stands behind another; empty where it makes no difference there."""
        try:
            return self._later[tag]
        except KeyError:
            heard = self.heard(tag)
            if heard == self.heard(NO_TAG):
                return self._keep(self._later, tag, "")
            own = self._first_own(heard)
            return self._keep(self._later, tag, own or next(one for one in shorter(tag) if self.heard(one) == heard))

    def _first_own(self, heard: Heard) -> str | None:
        """The first of the item's own languages that is the same."""
        if self._own_by_heard is None:
            self._own_by_heard = {}
            for tag in self._own:
                self._own_by_heard.setdefault(self.heard(tag), tag)
        return self._own_by_heard.get(heard)


def shorter(tag: str) -> tuple[str, ...]:
    """Tags that may stand for a tag, the shortest first, and itself."""
    language, script, region = maximise(tag)
    known = [(language,), (language, script), (language, region), (language, script, region)]
    return (*("-".join(parts) for parts in known if all(parts)), tag)


def _all_usages() -> Iterator[str]:
    """The official languages of the world, then their usages by script and territory, then those of groups of territories."""
    names = official_somewhere()
    yield from names
    yield from (usage for name in names for usage in usages(name)[1:])
    yield from _OF_GROUPS
