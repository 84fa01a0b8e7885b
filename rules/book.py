"""The book of a site's rules: tables, norms and policies, and for each item the plan by which `decide` reads them.

Rules are compiled once. A plan is what is left of the tables once the item is known: rules whose cells on item, kind or channel
fail are gone. Of a plan again only what is left in a visitor's country is read, so that a table of ten thousand rows by
country costs no more than the few that are of one.
"""

from __future__ import annotations

import functools
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from operator import attrgetter
from typing import Any, NamedTuple

from msgspec import Struct

from locales.norms import Norm, NormBook
from locales.preference import Word
from rules.cells import Cell, TagCell
from rules.context import Context, Subject
from rules.inputs import STATIC_INPUTS, TIME_INPUTS
from rules.schedules import ALWAYS, Watch, timing_of
from rules.tables import Rule, Table

#: Inputs that a cell reads from the list of languages; all others but those of time are fields of the context.
LANGUAGE_INPUTS = ("language", "languages")

PLACE_INPUTS = ("country", "region")

#: Countries for which a plan keeps what is left of it.
COUNTRIES = 512

#: One cell, compiled: the position of its value in what `Plan.values_of` gives, a predicate, and what it must answer.
Test = tuple[int, Callable[[Any], bool], bool]

#: The position of the country's value, in every plan.
COUNTRY = 0


@dataclass(frozen=True, slots=True)
class Policies:
    """What `site.toml` says of deciding: default language, what a weak header counts (`trust`, `geo`, `hedge`), the zone."""

    default_language: str
    weak_header: str = "hedge"
    zone: tzinfo = UTC


class Row(NamedTuple):
    """A rule, compiled: cells to test, the watch of its time (None: always in force), what it says.

    `tests` are those that neither the item nor the clock settles; `inputs` are the names that they and time cells read.
    """

    tests: tuple[Test, ...]
    watch: Watch | None
    word: Word
    rule: Rule
    inputs: frozenset[str]

    @property
    def is_permanent(self) -> bool:
        """Whether it matches every visitor at any time, so that no row below it is ever reached."""
        return not self.tests and self.watch is None


Rows = tuple[Row, ...]


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
        """What these rows say."""
        languages = (row.word.language for row in rows if row.word.language is not None)
        return Won(rows, tuple([row.word for row in rows]), tuple([row.rule for row in rows]), next(languages, None))


class Left(Struct, frozen=True, eq=False):
    """What is left of a plan in a country. `certain` are the winners where no value and no clock need be asked, else None."""

    tables: tuple[Rows, ...]
    certain: Won | None

    @staticmethod
    def from_tables(tables: tuple[Rows, ...]) -> Left:
        """Certain where the first row of each table is permanent."""
        first = tuple(table[0] for table in tables)
        return Left(tables, Won.from_rows(first) if all(row.is_permanent for row in first) else None)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How to decide about an item. `tables` holds the rows of each table, without those that can never be reached.

    `inputs` are the names that its cells read, those of time among them; item, kind and channel are not. `slots` are the names
    of the values that tests take, in the order in which `values_of` gives them. `reads_time`: a schedule or a time cell
    counts; `reads_zone`: on the visitor's clock.
    """

    tables: tuple[Rows, ...]
    slots: tuple[str, ...]
    fields: attrgetter[tuple[object, ...]]
    inputs: frozenset[str]
    reads_time: bool
    reads_zone: bool
    _in_country: dict[str | None, Left] = field(init=False, repr=False, default_factory=dict)

    def values_of(self, context: Context, language: str | None, languages: tuple[str, ...]) -> tuple[object, ...]:
        """The visitor's values, one for each slot."""
        return (*self.fields(context), language, languages)

    def left_in(self, country: str | None) -> Left:
        """What is left of the tables for a visitor of that country: rows that it does not rule out, without that test."""
        try:
            return self._in_country[country]
        except KeyError:
            left = Left.from_tables(tuple(rows for rows in (_narrowed(rows, country) for rows in self.tables) if rows))
            if len(self._in_country) < COUNTRIES:
                self._in_country[country] = left
            return left


def _narrowed(rows: Rows, country: str | None) -> Rows:
    """Rows that read no country stay as they are, and a table of such rows is shared by all countries."""
    if not any("country" in row.inputs for row in rows):
        return rows
    kept: list[Row] = []
    for row in rows:
        about = [test for test in row.tests if test[0] == COUNTRY]
        if all(predicate(country) is wanted for _, predicate, wanted in about):
            left = row._replace(tests=tuple(test for test in row.tests if test[0] != COUNTRY)) if about else row
            kept.append(left)
            if left.is_permanent:
                break
    return tuple(kept)


#: What the norms say of a language, in a country and region, of a kind and channel and for an age; None where no row does.
NormSaying = Callable[[str, str | None, str | None, str, str, str | None], Word | None]


@dataclass(frozen=True, slots=True, eq=False)
class RuleBook:
    """All that `decide` reads of a site. Immutable: what it remembers beside are plans and words that follow from it.

    `standing` is where `decide` keeps what the layers below the rules say.
    """

    tables: tuple[Table, ...]
    norms: NormBook
    policies: Policies
    norm_word: NormSaying = field(init=False, repr=False)
    standing: dict[tuple[object, ...], tuple[Word, ...]] = field(init=False, repr=False, default_factory=dict)
    _compiled: _Compiled = field(init=False, repr=False)
    _plans: dict[str, tuple[Subject, Plan]] = field(init=False, repr=False, default_factory=dict)
    _shared: dict[bytes, Plan] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        remember = functools.lru_cache(maxsize=16_384)
        object.__setattr__(self, "norm_word", remember(functools.partial(_norm_word, self.norms)))
        object.__setattr__(self, "_compiled", _compile(self.tables, self.policies.zone))

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
        left = [[position for position, row in rows if _admits(row.rule, static)] for rows in self._compiled.tables]
        name = b"".join(array("Q", [len(positions), *positions]).tobytes() for positions in left)
        plan = self._shared.get(name)
        if plan is None:
            plan = self._shared[name] = _plan_of(self._compiled, left)
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


def word_of_rule(rule: Rule) -> Word:
    """What a rule says."""
    said = rule.outcome
    return Word(
        "rules",
        rule.name,
        variant=said.variant,
        language=said.language,
        mode=said.mode,
        tags=said.tags,
        why=rule.why,
        reads_place=any(cell.input in PLACE_INPUTS for cell in rule.cells),
    )


def static_values(subject: Subject) -> Mapping[str, str]:
    """The values of the inputs that the item alone decides."""
    return {"item": subject.item, "kind": subject.kind, "channel": subject.channel}


# Compiling


class _Compiled(NamedTuple):
    """All rules of a book; positions count through all tables."""

    tables: tuple[tuple[tuple[int, Row], ...], ...]
    slots: tuple[str, ...]
    fields: attrgetter[tuple[object, ...]]


def _compile(tables: Iterable[Table], zone: tzinfo) -> _Compiled:
    tables = tuple(tables)
    read = {cell.input for table in tables for rule in table.rules for cell in _open_cells(rule)}
    # `attrgetter` gives a tuple for two names or more only, so the place is always among them.
    names = (*PLACE_INPUTS, *sorted(read - {*PLACE_INPUTS, *LANGUAGE_INPUTS, *TIME_INPUTS}))
    slots = (*names, *LANGUAGE_INPUTS)
    position = iter(range(sum(len(table.rules) for table in tables)))
    rows = tuple(tuple((next(position), _row(rule, table, slots, zone)) for rule in table.rules) for table in tables)
    return _Compiled(rows, slots, attrgetter(*names))


def _row(rule: Rule, table: Table, slots: tuple[str, ...], zone: tzinfo) -> Row:
    cells = _open_cells(rule)
    timing = timing_of((cell for cell in cells if cell.input in TIME_INPUTS), rule.active)
    is_timed = timing.pattern is not None or timing.schedule != ALWAYS
    return Row(
        tests=tuple(_test(cell, slots) for cell in cells if cell.input not in TIME_INPUTS),
        watch=Watch(timing, zone, table.zone == "visitor") if is_timed else None,
        word=word_of_rule(rule),
        rule=rule,
        inputs=frozenset(cell.input for cell in cells),
    )


def _open_cells(rule: Rule) -> list[Cell]:
    """The cells that say something and that the item does not settle."""
    return [cell for cell in rule.cells if cell.input not in STATIC_INPUTS and (cell.positives or cell.negatives)]


def _test(cell: Cell, slots: tuple[str, ...]) -> Test:
    """A cell of plain values is one question to one set; the others, whose `holds` is their own, are asked themselves.

    What covers a language is remembered: visitors have few lists of languages, and many queries.
    """
    position = slots.index(cell.input)
    if isinstance(cell, TagCell):
        return position, functools.lru_cache(maxsize=256)(cell.holds), True
    if type(cell) is not Cell:
        return position, cell.holds, True
    if cell.positives:
        return position, (cell.positives - cell.negatives).__contains__, True
    return position, cell.negatives.__contains__, False


def _admits(rule: Rule, static: Mapping[str, str]) -> bool:
    """Whether the rule's cells on item, kind and channel hold."""
    return all(cell.holds(static[cell.input]) for cell in rule.cells if cell.input in STATIC_INPUTS)


def _plan_of(compiled: _Compiled, left: Iterable[Iterable[int]]) -> Plan:
    rows = {position: row for table in compiled.tables for position, row in table}
    tables = tuple(
        table for table in (_reachable(rows[position] for position in positions) for positions in left) if table
    )
    every = [row for table in tables for row in table]
    watches = [row.watch for row in every if row.watch is not None]
    return Plan(
        tables=tables,
        slots=compiled.slots,
        fields=compiled.fields,
        inputs=frozenset().union(*(row.inputs for row in every)),
        reads_time=bool(watches),
        reads_zone=any(watch.of_visitor for watch in watches),
    )


def _reachable(rows: Iterable[Row]) -> Rows:
    kept: list[Row] = []
    for row in rows:
        kept.append(row)
        if row.is_permanent:
            break
    return tuple(kept)
