"""The book of a site's rules: tables, norms and policies, and for each item the plan by which `decide` reads them.

A plan is what is left of the tables once the item is known: rules whose cells on item, kind or channel fail are gone. Of a plan
again only what is left in a visitor's country is read, so that a table of ten thousand rows by country costs no more than the
few that are of one. `rules.compiling` has the tables so that neither step looks at every rule.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from operator import attrgetter

from msgspec import Struct

from locales.norms import Norm, NormBook
from locales.preference import Word
from rules.cells import Cell
from rules.compiling import PLACE_INPUTS, CompiledTable, Group, Part, Row, Rows
from rules.context import Context, Subject
from rules.inputs import TIME_INPUTS
from rules.tables import Rule, Table
from rules.term_index import TermIndex

__all__ = [
    "COUNTRIES", "LANGUAGE_INPUTS", "Left", "Plan", "Policies", "Row", "Rows", "RuleBook", "Won", "static_values", "word_of_norm",
]  # fmt: skip

#: Inputs that a cell reads from the list of languages; all others but those of time are fields of the context.
LANGUAGE_INPUTS = ("language", "languages")

#: What splits read.
UNIT = frozenset({"unit"})

#: Countries for which a plan keeps what is left of it.
COUNTRIES = 512


class Policies(Struct, frozen=True):
    """What `site.toml` says of deciding: default language, what a weak header counts (`trust`, `geo`, `hedge`), the zone."""

    default_language: str
    weak_header: str = "hedge"
    zone: tzinfo = UTC


class Won(Struct, frozen=True, eq=False):
    """The rows that matched, in the order of their tables, and what follows from them alone.

    `language` is that of the first row that says one.
    """

    rows: Rows
    words: tuple[Word, ...]
    rules: tuple[Rule, ...]
    language: str | None

    @staticmethod
    def from_rows(rows: Rows) -> Won:
        """What these rows say, to somebody who has no unit."""
        return Won.saying(rows, tuple([row.word for row in rows]))

    @staticmethod
    def saying(rows: Rows, words: tuple[Word, ...]) -> Won:
        """The same of rows with the word of each."""
        languages = (word.language for word in words if word.language is not None)
        return Won(rows, words, tuple([row.rule for row in rows]), next(languages, None))

    def drawn_for(self, unit: str) -> Won:
        """The same rows, each with what it says to a unit."""
        return Won.saying(self.rows, tuple([row.word_for(unit) for row in self.rows]))


class Left(Struct, frozen=True, eq=False):
    """What is left of a plan in a country. `certain` are the winners where no value and no clock need be asked, else None."""

    tables: tuple[Rows, ...]
    certain: Won | None

    @staticmethod
    def from_tables(tables: tuple[Rows, ...]) -> Left:
        """Certain where the first row of each table is permanent."""
        first = tuple(table[0] for table in tables)
        return Left(tables, Won.from_rows(first) if all(row.is_permanent for row in first) else None)


class Plan:
    """How to decide about an item. `parts` are what it leaves of each table.

    `inputs` are the names that its cells and splits read, those of time among them; item, kind and channel are not. `slots` are
    the names of the values that tests take, in the order in which `values_of` gives them. `said` are the languages of rules.
    `reads_time`: a schedule or a time cell counts; `reads_zone`: on the visitor's clock. `splits` are those of rules, one of each
    experiment by its name: with any, `unit` is among the inputs.
    """

    __slots__ = (
        "_cells", "_fields", "_in_country", "_terms", "inputs", "parts", "reads_time", "reads_zone", "said", "slots", "splits",
    )  # fmt: skip

    def __init__(self, parts: tuple[Part, ...], slots: tuple[str, ...], fields: Fields) -> None:
        self.parts = parts
        self.slots = slots
        self._fields = fields
        timed = [part for part in parts if part.reads_time]
        drawn = {split.experiment: split for part in parts for split in part.splits}
        self.splits = tuple(drawn[name] for name in sorted(drawn))
        self.inputs = frozenset(name for part in parts for name in part.inputs) | (UNIT if drawn else frozenset())
        self.said = frozenset(tag for part in parts for tag in part.said)
        self.reads_time = bool(timed)
        self.reads_zone = any(part.table.of_visitor for part in timed)
        self._cells: dict[tuple[str, bool | None], tuple[Cell, ...]] = {}
        self._in_country: dict[str | None, Left] = {}
        self._terms: TermIndex | None = None

    def values_of(self, context: Context, language: str | None, languages: tuple[str, ...]) -> tuple[object, ...]:
        """The visitor's values, one for each slot."""
        return (*self._fields(context), language, languages)

    def cells_on(self, name: str, of_visitor: bool | None = None) -> tuple[Cell, ...]:
        """The different cells on an input, in order; of time, those of tables that read the visitor's clock, or the site's."""
        key = name, of_visitor
        if key not in self._cells:
            parts = [part for part in self.parts if of_visitor is None or part.table.of_visitor is of_visitor]
            self._cells[key] = tuple(dict.fromkeys(cell for part in parts for cell in part.cells_on(name)))
        return self._cells[key]

    def holding(self, terms: tuple[str, ...]) -> tuple[int, ...]:
        """The positions in `cells_on("terms")` of those that hold for the words of a query."""
        if self._terms is None:
            self._terms = TermIndex(self.cells_on("terms"))
        return self._terms.holding(terms)

    def left_in(self, country: str | None) -> Left:
        """What is left of the tables for a visitor of that country: rows that it does not rule out, without that test."""
        try:
            return self._in_country[country]
        except KeyError:
            left = Left.from_tables(tuple(rows for rows in (part.rows_in(country) for part in self.parts) if rows))
            if len(self._in_country) < COUNTRIES:
                self._in_country[country] = left
            return left


#: What the norms say of a language, in a country and region, of a kind and channel and for an age; None where no row does.
NormSaying = Callable[[str, str | None, str | None, str, str, str | None], Word | None]

#: The visitor's values that are fields of the context.
Fields = Callable[[Context], tuple[object, ...]]


class RuleBook:
    """All that `decide` reads of a site. Immutable: what it remembers beside are plans and words that follow from it.

    `standing` is where `decide` keeps what the layers below the rules say.
    """

    __slots__ = (
        "_compiled", "_fields", "_plans", "_shared", "_slots", "norm_word", "norms", "policies", "standing", "tables",
    )  # fmt: skip

    def __init__(self, tables: tuple[Table, ...], norms: NormBook, policies: Policies) -> None:
        self.tables = tables
        self.norms = norms
        self.policies = policies
        self.norm_word: NormSaying = functools.lru_cache(maxsize=16_384)(functools.partial(_norm_word, norms))
        self.standing: dict[tuple[object, ...], tuple[Word, ...]] = {}
        self._compiled = tuple(CompiledTable(table, policies.zone) for table in tables)
        read = frozenset().union(*(table.inputs for table in self._compiled))
        # `attrgetter` gives a tuple for two names or more only, so the place is always among them.
        names = (*PLACE_INPUTS, *sorted(read - {*PLACE_INPUTS, *LANGUAGE_INPUTS, *TIME_INPUTS}))
        self._fields: Fields = attrgetter(*names)
        self._slots = (*names, *LANGUAGE_INPUTS)
        for table in self._compiled:
            table.take(self._slots)
        self._plans: dict[str, tuple[Subject, Plan]] = {}
        self._shared: dict[tuple[Group, ...], Plan] = {}

    def plan(self, subject: Subject) -> Plan:
        """The plan for an item of the catalogue. It is remembered by the id alone, which is hashed faster than the whole."""
        known = self._plans.get(subject.item)
        if known is not None and (known[0] is subject or known[0] == subject):
            return known[1]
        plan = self._make_plan(subject)
        self._plans[subject.item] = subject, plan
        return plan

    def _make_plan(self, subject: Subject) -> Plan:
        """Items of which the same rules are left share one plan."""
        static = static_values(subject)
        left = [[group for group in table.groups if group.admits(static)] for table in self._compiled]
        name = tuple(group for groups in left for group in groups)
        plan = self._shared.get(name)
        if plan is None:
            parts = [Part(table, groups) for table, groups in zip(self._compiled, left, strict=True) if groups]
            plan = self._shared[name] = Plan(tuple(parts), self._slots, self._fields)
        return plan


def _norm_word(
    norms: NormBook, language: str, country: str | None, region: str | None, kind: str, channel: str, age: str | None
) -> Word | None:
    """The word of the row that SEMANTICS §5 finds."""
    row = norms.lookup(language, country, region, kind, channel, age)
    return None if row is None else word_of_norm(row)


def word_of_norm(row: Norm) -> Word:
    """What a norm says. It always reads the place."""
    return Word("norms", row.name, mode=row.mode, confidence=row.confidence, source=row.source_text, reads_place=True)


def static_values(subject: Subject) -> Mapping[str, str]:
    """The values of the inputs that the item alone decides."""
    return {"item": subject.item, "kind": subject.kind, "channel": subject.channel}
