"""What the norms say to the speakers of a language: at its home, and in each place where it is official (SEMANTICS §5).

Rows are told by their names, since an answer names the row that it used.
"""

from __future__ import annotations

from locales.norms import NormBook
from locales.tags import language_of
from locales.territories import is_official, is_region, official_names, official_places, usages
from variants.variant import Item

#: Languages of which an item remembers where they are official. There are fewer; a crowd of made-up ones starts it anew.
LANGUAGES = 1024

#: The name of the row that speaks, empty where none does, for each age that counts; first where no age is known.
Rows = tuple[str, ...]

#: A country, a subdivision or None, and the rows there.
There = tuple[str, str | None, Rows]


class Customs:
    """The norms of one item's kind and channel, for the ages that are read of a visitor.

    Every speaker's norm can be seen: by who chooses `mode=original`, if by nobody else, for the answer says what that overrode.
    """

    def __init__(self, norms: NormBook, item: Item, ages: frozenset[str]) -> None:
        self._norms = norms
        self._kind, self._channel = item.kind, item.channel
        #: None first; nothing where no norm is asked.
        self._ages = (None, *sorted(ages)) if item.has_audio else ()
        self._named: tuple[str, ...] | None = None
        self._official: dict[str, tuple[There, ...]] = {}

    @property
    def silence(self) -> Rows:
        """No row at all."""
        return ("",) * len(self._ages)

    def rows(self, tag: str, country: str | None = None, region: str | None = None) -> Rows:
        """The rows for a language in a place; without a place, those of its home. Empty where norms are not asked."""
        found = [self._norms.lookup(tag, country, region, self._kind, self._channel, age) for age in self._ages]
        return tuple(["" if row is None else row.name for row in found])

    def elsewhere(self, tag: str) -> frozenset[There]:
        """The places where the norms say otherwise to speakers of the tag than those of its home do."""
        if not self._ages:
            return frozenset()
        at_home = self.rows(tag)
        return frozenset([there for there in self._where_official(language_of(tag)) if there[2] != at_home])

    def _where_official(self, language: str) -> tuple[There, ...]:
        if language not in self._official:
            if len(self._official) >= LANGUAGES:
                self._official.clear()
            named = [(code[:2], code) for code in self._regions_of_rows() if is_official(language, code[:2], code)]
            places = dict.fromkeys((*official_places(language), *named))
            self._official[language] = tuple([(*place, self.rows(language, *place)) for place in places])
        return self._official[language]

    def _regions_of_rows(self) -> tuple[str, ...]:
        """The subdivisions that rows speak of."""
        if self._named is None:
            self._named = tuple(sorted({row.place for row in self._norms.rows if is_region(row.place)}))
        return self._named

    def here(self, country: str, region: str | None) -> tuple[tuple[str, Rows], ...]:
        """The languages to whose speakers the norms say something else in a place than at some home of theirs."""
        if not self._ages:
            return ()
        found = [(name, self.rows(name, country, region)) for name in official_names(country, region)]
        return tuple([(name, rows) for name, rows in found if self._differs(name, rows)])

    def _differs(self, language: str, rows: Rows) -> bool:
        return any(self.rows(tag) != rows for tag in usages(language))
