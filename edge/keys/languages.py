"""The classes of languages, and of the lists of them that browsers send.

A language is told by what it makes of the item, by the cells on languages that it meets, and by what norms say to its speakers.
Norms and cells on the first language read the first of a list alone, so the others are told by less.

Whoever refuses a language (`q=0`) may take any track away, and so sees more: how each track ranks. So a header that refuses
anything is told more closely; and so is what is named by hand, since the header beside it may refuse something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import product

from edge.keys.customs import Customs
from edge.keys.lots import Lot, Lots
from edge.keys.named import Named
from edge.keys.naming import ANY_OTHER, NO_TAG, Heard, Names
from edge.keys.sights import Sight, Sights
from edge.keys.tracks import Tracks
from locales.matching import is_refused
from locales.ranges import LanguageRanges
from locales.tags import WITHIN, is_language, language_of, maximise
from locales.tags import names as names_of
from locales.territories import groups_around
from rules.book import Plan, RuleBook
from rules.cells import Cell, TagCell
from rules.languages import FACTORY_SETTINGS
from variants.experience import compile_item
from variants.variant import Item

#: Tags for which an item remembers what they are, unless told otherwise. Visitors speak fewer; a crowd of made-up tags starts it
#: anew.
NAMES = 512

#: Lots of an item for which it is asked what can be seen of each. Where bars leave more, tracks are told by their ranks.
LOTS = 24

#: Tags that may be the language of a place: without variants or extensions.
_PLAIN = re.compile(r"[a-z]{2,8}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?\Z")


class Languages:
    """The classes of one item's languages. `mute`: it is of no language, and no rule asks for one."""

    def __init__(
        self, item: Item, plan: Plan, book: RuleBook, ages: frozenset[str], lots: Lots, most: int = NAMES
    ) -> None:
        self._item = item
        self._lots = lots
        self._most = most
        self._default = book.policies.default_language
        self._weak_header = book.policies.weak_header
        self._said = plan.said
        cells = [_tag_cells(plan.cells_on(name)) for name in ("language", "languages")]
        self._cells = Named(cells[0]), Named(cells[1], in_list=True)
        self._sights = Sights(item)
        self._tracks = Tracks(item)
        self.customs = Customs(book.norms, item, ages)
        self.mute = compile_item(item).silent and not any(cells)
        named = (tag for cell in (*cells[0], *cells[1]) for tag in (*cell.wide, *cell.narrow))
        self._own = tuple(dict.fromkeys((*self._tracks.tags, *named, *sorted(self._said))))
        self._numbers: dict[tuple[Sight, ...], int] = {}
        self._seen: dict[tuple[str, Lot], Sight] = {}

    # One language

    @cached_property
    def _anywhere(self) -> tuple[Lot, ...]:
        return self._lots.anywhere()

    def _understood(self, tag: str) -> object:
        """What can be seen of what the language makes of the item, in all its lots, as a number. Of most, that is nothing."""
        grades = self._tracks.grades(tag)
        if len(self._anywhere) > LOTS or not any(grades):
            return grades
        view = self._sights.view(tag)
        seen = tuple([self._sights.sight(view, lot) for lot in self._anywhere])
        return self._numbers.setdefault(seen, len(self._numbers))

    @cached_property
    def plainly(self) -> Names:
        """Languages as they stand in a header that refuses nothing."""
        return Names(self._understood, self._cells, self.customs, self._own, self._most)

    @cached_property
    def _closely(self) -> Names:
        """The same where something is refused: told by how each track ranks."""
        return Names(self._tracks.grades, self._cells, self.customs, self._own, self._most)

    @cached_property
    def _by_hand(self) -> Names:
        """Languages that are named."""
        return Names(self._tracks.grades, self._cells, self.customs, self._own, self._most, self._takes_back)

    def heard(self, tag: str) -> Heard:
        """What the language is anywhere in a list."""
        return self.plainly.heard(tag)

    def is_understood(self, tag: str) -> bool:
        """Whether it understands anything of the item."""
        return self.heard(tag).tracks != self.heard(NO_TAG).tracks

    def met(self, tag: str) -> int:
        """The number of the cells on the first language that it meets."""
        return self._cells[0].number(tag)

    def met_in_list(self, tags: Sequence[str]) -> int:
        """The number of the cells on all languages that these tags meet together."""
        return self._cells[1].number_of_list(tags)

    def sight(self, tag: str, lot: Lot) -> Sight:
        """What can be seen of what the language makes of a lot."""
        try:
            return self._seen[tag, lot]
        except KeyError:
            if len(self._seen) >= self._most:
                self._seen.clear()
            return self._seen.setdefault((tag, lot), self._sights.sight(self._sights.view(tag), lot))

    def grades(self, tag: str) -> object:
        """How each track of the item ranks."""
        return self._tracks.grades(tag)

    # What browsers send

    def header(self, ranges: LanguageRanges) -> str:
        """The class of an `Accept-Language`: names in order, then what it refuses, marked."""
        if self.mute:
            return ""
        wanted = ranges.wanted
        refused = tuple(wide for wide in ranges.excluded if self._refuses(wide, wanted)) if ranges.excluded else ()
        told = self._factory if FACTORY_SETTINGS.issuperset(wanted) else self._wanted
        names = told(wanted, refused)
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
        classes = self._closely if refused else self.plainly
        names: list[str] = []
        seen: set[Heard] = set()
        for tag in tags:
            if refused and is_refused(tag, refused):
                names.append(f"{tag}!")
                continue
            name = classes.later(tag) if seen else classes.named(tag)
            heard = classes.heard(tag)
            if name and heard not in seen:
                names.append(name)
            seen.add(heard)
        if all(name.rstrip("!") in FACTORY_SETTINGS for name in names):
            names[0] += "+"  # it says more than English, though nothing that counts for this item
        return names

    def _factory(self, wanted: tuple[str, ...], refused: tuple[str, ...]) -> list[str]:
        """Names of a header that says English alone: one, or its very tags where these can be told apart.

        Where it says the site's default by its very tag, that is a language of the visitor's in an ambiguous place, with norms.
        """
        if refused or self._parts_english:
            return [f"{tag}!" if refused and is_refused(tag, refused) else tag for tag in sorted(wanted)]
        if not wanted:
            return []
        told = self._default in FACTORY_SETTINGS and self._item.has_audio and self.places_first
        return [self._default if self._default in wanted else wanted[0]] if told else [min(FACTORY_SETTINGS)]

    @cached_property
    def _parts_english(self) -> bool:
        """Whether there is a lot of which nobody has anything in English.

        Somebody who chose `en` and searches there in another language, from nobody knows where, is surer of that language if
        the header says `en` as well than if it says `en-US`: by the choice it is no news, and so the place is not asked. Where
        bars read the place, it is asked in any case.
        """
        return not self._lots.territorial and any(not self.sight("en", lot).owns for lot in self._lots.here(None))

    @property
    def places_first(self) -> bool:
        """Whether the languages of the place come before a header that says English alone."""
        return self._weak_header == "geo" or (self._weak_header == "hedge" and self._item.has_audio)

    # What is named

    def by_hand(self, tag: str) -> str:
        """The class of a language that a choice or an address names.

        What is named takes back what the browser refuses: where `pt-BR;q=0` refuses the track `pt-BR`, `pt-BR` takes that back
        and `pt` does not. Tags that rules say are kept apart, for what a rule says otherwise is told; and so are those of English
        alone, where `_factory` tells them apart.
        """
        if self.mute:
            return ANY_OTHER
        if tag in self._apart:
            return tag
        name = self._by_hand.named(tag)
        return f"{name}+" if name in self._apart else name

    @cached_property
    def _apart(self) -> frozenset[str]:
        return self._said | FACTORY_SETTINGS if self._parts_english else self._said

    def _takes_back(self, tag: str) -> tuple[str, ...]:
        likely = maximise(tag)[0]
        languages = dict.fromkeys((language_of(tag), likely, WITHIN.get(likely, likely)))
        return tuple([wide for one in languages for wide in self._refusable.get(one, ()) if is_refused(tag, (wide,))])

    @cached_property
    def _refusable(self) -> dict[str, list[str]]:
        """The ranges by which somebody may refuse a language that counts, by language."""
        found: dict[str, list[str]] = {}
        for wide in dict.fromkeys(wide for tag in (*self._own, self._default) for wide in _wider(tag)):
            found.setdefault(language_of(wide), []).append(wide)
        return found


def _tag_cells(cells: tuple[Cell, ...]) -> tuple[TagCell, ...]:
    return tuple(cell for cell in cells if isinstance(cell, TagCell))


def _wider(tag: str) -> Iterator[str]:
    """The ranges that refuse a tag: by language, by script, by a region that it names, and by what that lies in."""
    language, script, region = maximise(tag)
    languages = dict.fromkeys(filter(None, (language_of(tag), language, WITHIN.get(language))))
    regions = ("", region, *groups_around(region)) if names_of(tag) & 1 else ("",)
    for parts in product(languages, dict.fromkeys(("", script)), regions):
        yield "-".join(filter(None, parts))
