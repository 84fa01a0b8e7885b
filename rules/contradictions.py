"""Rules that go against a norm of which we are sure: an editor may well want that, and should know it (SEMANTICS §3, §5).

A rule speaks against a norm if it names places, says an order of modes, asks for nothing else than a norm itself could ask for,
and begins with another mode than the row that would have spoken there: for speakers of the place's own language, of the kind and
channel of some item that the rule is for. Only rows of high confidence count. A norm of the site's own takes the shipped one's
place here as everywhere, and so ends the warning. A rule with a split is a trial, and goes against norms on purpose.

Rules of one table that go against the same rows are told of once.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from msgspec import Struct

from locales.findings import Finding, Severity
from locales.norms import Norm, NormBook
from locales.preference import Confidence
from locales.tags import covers
from locales.territories import is_official, place_languages
from rules.cells import Cell
from rules.context import Subject
from rules.tables import Rule, Table

#: What a norm can ask for. A rule that asks for more, a device or a campaign, speaks of a special audience.
ASKED_BY_NORMS = frozenset(("country", "region", "language", "languages", "item", "kind", "channel", "age"))

#: What of it says where.
ASKED_OF_PLACES = frozenset(("country", "region"))

#: As many rows are named in one finding.
NAMED = 3

#: Kind and channel of an item.
Sort = tuple[str, str]

#: Names of rows, in order.
Names = tuple[str, ...]


def check_contradictions(
    tables: Iterable[Table], norms: NormBook, subjects: Iterable[Subject], moment: datetime.datetime | None = None
) -> tuple[Finding, ...]:
    """Warnings, by table. `subjects` are the site's items; `moment`, aware, is now: what is over goes against nothing."""
    search = _Search(norms, _Sorts.of(subjects))
    return tuple(finding for table in tables for finding in _told(table, search, moment))


def _told(table: Table, search: _Search, moment: datetime.datetime | None) -> Iterator[Finding]:
    found: dict[Names, list[Rule]] = {}
    for rule in table.rules:
        if (
            rule.split is None
            and rule.outcome.mode
            and not (moment and rule.active.ends and rule.active.ends <= moment)
        ):
            names = search.against(rule)
            if names:
                found.setdefault(names, []).append(rule)
    for names, rules in found.items():
        yield _finding(rules[0], search.rows(names), len(rules) - 1)


class _Sorts(Struct, frozen=True):
    """What items a site has, as far as norms tell them apart."""

    by_item: Mapping[str, Sort]
    all: frozenset[Sort]

    @staticmethod
    def of(subjects: Iterable[Subject]) -> _Sorts:
        """Items with nothing to be heard have no norms."""
        by_item = {subject.item: (subject.kind, subject.channel) for subject in subjects if subject.audio}
        return _Sorts(by_item, frozenset(by_item.values()))

    def for_which(self, cells: Mapping[str, Cell]) -> frozenset[Sort]:
        """Kinds and channels of the items that a rule with these cells is for."""
        item = cells.get("item")
        sorts = self.all
        if item is not None and item.positives:
            sorts = frozenset(self.by_item[name] for name in map(str, item.positives) if name in self.by_item)
        return frozenset(sort for sort in sorts if _holds(cells, "kind", sort[0]) and _holds(cells, "channel", sort[1]))


def _holds(cells: Mapping[str, Cell], name: str, value: str) -> bool:
    cell = cells.get(name)
    return cell is None or cell.holds(value)


class _Search:
    """The rows that rules go against.

    Rules of a table mostly ask for the same, and differ in the places that they list. So what a rule asks for besides places is
    answered place by place, each once; and what rows speak in a place is looked up once for all that ask for the same items.
    """

    def __init__(self, norms: NormBook, sorts: _Sorts) -> None:
        self._norms = norms
        self._sorts = sorts
        self._questions: dict[tuple[object, ...], _Question | None] = {}
        self._shared: dict[tuple[object, ...], _Question] = {}
        self._speaking: dict[tuple[object, ...], tuple[tuple[Norm, ...], ...]] = {}
        self._named: dict[str, Norm] = {}

    def against(self, rule: Rule) -> Names:
        """Rows of high confidence that begin with another mode than the rule."""
        country = region = None
        asked: list[object] = [rule.outcome.mode]
        for cell in rule.cells:
            if cell.input not in ASKED_BY_NORMS:
                return ()
            if cell.input == "country":
                country = cell
            elif cell.input == "region":
                region = cell
            else:
                asked += (cell.input, cell.text)
        key = tuple(asked)
        if key not in self._questions:
            self._questions[key] = self._question(rule)
        question = self._questions[key]
        return () if question is None else question.against(country, region)

    def rows(self, names: Names) -> list[Norm]:
        """The rows of names that `against` has told."""
        return [self._named[name] for name in names]

    def _question(self, rule: Rule) -> _Question | None:
        cells = {cell.input: cell for cell in rule.cells if cell.input not in ASKED_OF_PLACES}
        sorts = self._sorts.for_which(cells)
        question = _Question(self, cells, sorts, _first(rule.outcome.mode))
        return self._shared.setdefault((question.first, question.audience), question) if sorts else None

    def names(self, place: str, question: _Question) -> Names:
        """What a question goes against in one place.

        No order is right for all of Belgium, so where the rows of a place's languages differ, one that is right for some of it
        goes against nothing.
        """
        key = (place, question.audience)
        speaking = self._speaking.get(key)
        if speaking is None:
            speaking = self._speaking[key] = tuple(self._sure(place, question))
        if not speaking:
            return ()
        against = [rows for rows in speaking if all(_first(row.mode) != question.first for row in rows)]
        found = {row.name: row for rows in against for row in rows}
        self._named |= found
        return tuple(sorted(found))

    def _sure(self, place: str, question: _Question) -> Iterator[tuple[Norm, ...]]:
        """The rows of high confidence that speak in a place, together those for one sort of items."""
        country, dash, _ = place.partition("-")
        region = place if dash else None
        languages = tuple(_languages(question.cells, country, region))
        for (kind, channel), age in product(question.sorts, question.ages):
            found = [self._norms.lookup(tag, country, region, kind, channel, age) for tag in languages]
            sure = tuple([row for row in found if row is not None and row.confidence is Confidence.high])
            if sure:
                yield sure


class _Question:
    """What rules ask for besides places, the mode that they begin with, and the rows that they go against, by place."""

    def __init__(self, search: _Search, cells: Mapping[str, Cell], sorts: frozenset[Sort], first: str) -> None:
        self._search = search
        self._places: dict[str, Names] = {}
        self._lists: dict[tuple[object, object], Names] = {}
        self.cells = cells
        self.sorts = sorts
        self.first = first
        self.ages = _named(cells.get("age")) or (None,)
        spoken = [(name, cells[name].text) for name in ("language", "languages") if name in cells]
        #: What decides about the rows that speak in a place.
        self.audience = (sorts, self.ages, tuple(spoken))

    def against(self, country: Cell | None, region: Cell | None) -> Names:
        """The rows in the places that a rule lists."""
        listed = (country and country.text, region and region.text)
        names = self._lists.get(listed)
        if names is None:
            names = self._lists[listed] = self._in_all(_places(country, region))
        return names

    def _in_all(self, places: Iterable[str]) -> Names:
        found: Names = ()
        for place in places:
            names = self._places.get(place)
            if names is None:
                names = self._places[place] = self._search.names(place, self)
            if names:
                found = tuple(sorted({*found, *names})) if found else names
        return found


def _first(mode: Sequence[str]) -> str:
    """What an order begins with for those who do not understand the original; unnamed modes follow, `sub` first (§7)."""
    return next((word for word in mode if word != "original"), "sub")


def _named(cell: Cell | None) -> tuple[str, ...]:
    """What a cell asks for by name, and does not refuse."""
    if cell is None:
        return ()
    return tuple([one for one in cell.positives - cell.negatives if isinstance(one, str)])


def _places(country: Cell | None, region: Cell | None) -> Sequence[str]:
    """The places that a rule names: subdivisions, or where it asks for none, territories."""
    if region is None:
        return _named(country)
    return [one for one in _named(region) if country is None or country.holds(one.partition("-")[0])]


def _languages(cells: Mapping[str, Cell], country: str, region: str | None) -> Iterator[str]:
    """The place's own languages that a rule is for: those that it names, else the first, or all where several share the place."""
    asked = [cells[name] for name in ("language", "languages") if name in cells]
    named = [tag for cell in asked for tag in _named(cell)]
    if named:
        yield from (tag for tag in named if is_official(tag, country, region))
        return
    spoken = place_languages(country, region)
    for tag in spoken.languages if spoken.ambiguous or region else spoken.languages[:1]:
        if not any(_refused(cell, tag) for cell in asked):
            yield tag


def _refused(cell: Cell, tag: str) -> bool:
    return any(isinstance(value, str) and covers(value, tag) for value in cell.negatives)


# Words


def _finding(rule: Rule, rows: Sequence[Norm], others: int) -> Finding:
    told = ", ".join(map(_said, rows[:NAMED])) + (f" and {len(rows) - NAMED} more norms" if len(rows) > NAMED else "")
    more = f" The same goes for {others} more of the table's rules." if others else ""
    source = f"{rows[0].name} rests on: {rows[0].source_text}."
    problem = f"Rule {rule.name}: it says {_first(rule.outcome.mode)} first, against {told}.{more} {source}"
    cure = (
        "The rule is followed, and each answer tells what it overrode. If your own viewers are otherwise, write a norm with its "
        "source in locales/, which ends this warning; else begin the rule's mode as the norm does."
    )
    return Finding(rule.file, rule.line, Severity.warning, "against-norm", problem, cure)


def _said(row: Norm) -> str:
    year = f", {row.year}" if row.year else ""
    return f"{row.name} ({' > '.join(row.mode)}; confidence {row.confidence.name}, {row.basis}{year})"
