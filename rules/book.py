"""The book of a site's rules: tables, norms and policies, and for each item the plan by which `decide` reads them.

A plan is what is left of the tables once the item is known. It is searched by sets of rules (`rules.indexes`), not rule by rule,
and what was found is remembered by the classes of the visitor's values: 0.7 µs for ten rules and for 100,000.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from operator import attrgetter, getitem
from typing import Any

from msgspec import Struct

from locales.norms import Norm, NormBook
from locales.preference import Drawn, Word
from rules.bitsets import Column, new_class
from rules.cells import Cell
from rules.compiling import CompiledTable, Group, Part, word_of_rule
from rules.context import Context, Subject
from rules.indexes import is_certain
from rules.inputs import TIME_INPUTS
from rules.schedules import day_end
from rules.splits import draw
from rules.tables import Rule, Table
from rules.term_index import TermIndex

__all__ = ["LANGUAGE_INPUTS", "Plan", "Policies", "RuleBook", "Won", "static_values", "word_of_norm"]

#: Inputs that a cell reads from the list of languages; all others but those of time are fields of the context.
LANGUAGE_INPUTS = ("language", "languages")

#: What splits read.
UNIT = frozenset({"unit"})

#: Countries for which a plan keeps whether they settle everything.
COUNTRIES = 512

#: Tuples of classes for which a book remembers who won, all plans together.
VISITORS = 16_384

#: Values of inputs that several indexes read, of which a book remembers the class, all plans together.
JOINED_VALUES = 16_384


class Policies(Struct, frozen=True):
    """What `site.toml` says of deciding: default language, what a weak header counts (`trust`, `geo`, `hedge`), the zone."""

    default_language: str
    weak_header: str = "hedge"
    zone: tzinfo = UTC


class Won(Struct, frozen=True, eq=False):
    """The rules that matched, in the order of their tables, and what follows from them alone.

    `language` is that of the first rule that says one.
    """

    rules: tuple[Rule, ...]
    words: tuple[Word, ...]
    language: str | None

    @staticmethod
    def from_rules(rules: tuple[Rule, ...], drawn: Sequence[Drawn | None] = ()) -> Won:
        """What these rules say: of those that split, what they say to the arm that was drawn, or to nobody's unit."""
        words = tuple([word_of_rule(*one) for one in zip(rules, drawn or (None,) * len(rules), strict=True)])
        return Won(rules, words, next((word.language for word in words if word.language is not None), None))


#: Who won, the next moment at which a rule that could win flips, and from when until when that holds.
Known = tuple[Won, datetime | None, datetime, datetime]


class Plan:
    """How to decide about an item. `parts` are what it leaves of each table, `searches` how each of these is searched.

    `inputs` are the names that its cells and splits read, those of time among them; item, kind and channel are not. `slots` are
    the names of the values that searches take, in the order in which `values_of` gives them. `said` are the languages of rules.
    `reads_time`: a schedule or a time cell counts; `reads_zone`: on the visitor's clock. `splits` are those of rules, one of each
    experiment by its name: with any, `unit` is among the inputs.

    Values of one class (`rules.bitsets`) leave the same rules, so for each tuple of classes the winners are remembered.
    """

    __slots__ = (
        "_cells", "_certain", "_classes", "_columns", "_fields", "_memory", "_spoken", "_terms", "_won", "inputs", "parts",
        "reads_time", "reads_zone", "said", "searches", "slots", "splits",
    )  # fmt: skip

    def __init__(self, parts: Sequence[Part], static: Mapping[str, str], memory: Memory) -> None:
        self.parts = tuple(parts)
        timed = [part for part in parts if part.reads_time]
        drawn = {split.experiment: split for part in parts for split in part.splits}
        self.splits = tuple(drawn[name] for name in sorted(drawn))
        self.inputs = frozenset(name for part in parts for name in part.inputs) | (UNIT if drawn else frozenset())
        self.said = frozenset(tag for part in parts for tag in part.said)
        self.reads_time = bool(timed)
        self.reads_zone = any(part.table.of_visitor for part in timed)
        read = self.inputs - TIME_INPUTS - UNIT
        fields = sorted(read.difference(LANGUAGE_INPUTS))
        spoken = tuple([name for name in LANGUAGE_INPUTS if name in read])
        self.slots = (*fields, *spoken)
        self._fields = fields_reader(fields)
        self._spoken = SPOKEN[spoken]
        self.searches = tuple([part.search(self.slots, static) for part in parts])
        self._memory = memory
        self._columns = tuple([self._column(name) for name in self.slots])
        self._classes = tuple([column.classes for column in self._columns])
        self._won: dict[object, Known] = memory.new()
        self._certain: dict[str | None, Won | None] = {}
        self._cells: dict[tuple[str, bool | None], tuple[Cell, ...]] = {}
        self._terms: TermIndex | None = None

    def values_of(self, context: Context, language: str | None, languages: tuple[str, ...]) -> tuple[object, ...]:
        """The visitor's values, one for each slot. `language` and `languages` are those that conditions see."""
        return self._fields(context) + self._spoken(language, languages)

    def _column(self, name: str) -> Column | Joined:
        """What knows the classes of an input's values: the column of the only index that reads it, or those of all that do."""
        read = [search.index.columns[name] for search in self.searches if name in search.read]
        return read[0] if len(read) == 1 else self._memory.joined(read)

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

    def certain_in(self, country: str | None) -> Won | None:
        """Who wins in a country where no other value and no clock need be asked, else None."""
        try:
            return self._certain[country]
        except KeyError:
            first = [rule for search in self.searches if (rule := search.first_in(country)) is not None]
            if len(self._certain) >= COUNTRIES:
                self._certain.clear()
            won = self._memory.won(tuple(first)) if all(map(is_certain, first)) else None
            return self._certain.setdefault(country, won)

    def winners(self, values: Sequence[object], moment: datetime, zone: str | None) -> tuple[Won, datetime | None]:
        """Who wins, and the next moment at which a rule that could win flips; remembered by the classes of the values.

        `values` are those of `values_of`. `zone` is the visitor's own, an IANA name.
        """
        key: object
        try:
            key = tuple(map(getitem, self._classes, values))
        except KeyError:
            key = tuple([column.class_of(value) for column, value in zip(self._columns, values, strict=True)])
        if self.reads_time:
            return self._winners_for_now((key, zone) if self.reads_zone else key, values, moment, zone)
        try:
            return self._won[key][0], None
        except KeyError:
            won = self._memory.won(self.search(values, moment, zone)[0])
            self._memory.make_room()
            self._won[key] = won, None, moment, moment
            return won, None

    def _winners_for_now(
        self, key: object, values: Sequence[object], moment: datetime, zone: str | None
    ) -> tuple[Won, datetime | None]:
        """The same where the clock counts: what is remembered holds up to the next flip, or to the end of the day."""
        known = self._won.get(key)
        if known is None or not known[2] <= moment < known[3]:
            rules, expires = self.search(values, moment, zone)
            self._memory.make_room()
            # A flip too far ahead to be known may come before one that is: nothing is believed beyond the day.
            until = day_end(moment) if expires is None else min(expires, day_end(moment))
            known = self._won[key] = self._memory.won(rules), expires, moment, until
        return known[:2]

    def drawn(self, won: Won, unit: str) -> Won:
        """The same winners, each of those that split with what it says to a unit."""
        drawn = tuple([None if rule.split is None else draw(rule.split, unit) for rule in won.rules])
        return self._memory.won(won.rules, drawn) if any(drawn) else won

    def search(
        self, values: Sequence[object], moment: datetime, zone: str | None
    ) -> tuple[tuple[Rule, ...], datetime | None]:
        """As `winners`, worked out anew: the first rule of each table that holds, and the next flip of one that could be it."""
        if len(self.searches) == 1:
            rule, expires = self.searches[0].first(values, moment, zone)
            return (() if rule is None else (rule,)), expires
        rules: list[Rule] = []
        expires = None
        for search in self.searches:
            rule, flip = search.first(values, moment, zone)
            if rule is not None:
                rules.append(rule)
            if flip is not None and (expires is None or flip < expires):
                expires = flip
        return tuple(rules), expires


class Joined:
    """An input that several indexes read: values are of one class where they are so in each of them. As a column has them."""

    __slots__ = ("_columns", "_memory", "_numbers", "classes")

    def __init__(self, columns: Sequence[Column], memory: Memory) -> None:
        self._columns = tuple(columns)
        self._memory = memory
        self._numbers: dict[tuple[int, ...], int] = {}
        self.classes: dict[object, int] = {}

    def class_of(self, value: object) -> int:
        """The number of the value's class."""
        try:
            return self.classes[value]
        except KeyError:
            self._memory.make_room_for_value()
            key = tuple([column.class_of(value) for column in self._columns])
            number = self._numbers.get(key)
            if number is None:
                number = self._numbers[key] = new_class()
            return self.classes.setdefault(value, number)

    def forget(self) -> None:
        """Remembers nothing any more. Classes that come later have other numbers."""
        self.classes.clear()
        self._numbers.clear()


class Memory:
    """Who won for visitors seen before, of all plans of a book: so many tuples of classes, then all is forgotten.

    Of the values that several indexes read, it counts those that all plans remember together, in the same way.
    """

    __slots__ = ("_joined", "_left", "_plans", "_values_left", "_won")

    def __init__(self) -> None:
        self._left = VISITORS
        self._values_left = JOINED_VALUES
        self._joined: list[Joined] = []
        self._plans: list[dict[object, Known]] = []
        self._won: dict[tuple[tuple[int, ...], tuple[Drawn | None, ...]], Won] = {}

    def new(self) -> dict[object, Known]:
        """A memory for one plan more."""
        self._plans.append({})
        return self._plans[-1]

    def joined(self, columns: Sequence[Column]) -> Joined:
        """An input that several indexes read."""
        self._joined.append(Joined(columns, self))
        return self._joined[-1]

    def make_room_for_value(self) -> None:
        """Called before a value of such an input is remembered."""
        if not self._values_left:
            self._values_left = JOINED_VALUES
            for one in self._joined:
                one.forget()
        self._values_left -= 1

    def make_room(self) -> None:
        """Called before something is remembered."""
        self._left -= 1
        if self._left < 0:
            self._left = VISITORS
            self._won.clear()
            for plan in self._plans:
                plan.clear()

    def won(self, rules: tuple[Rule, ...], drawn: tuple[Drawn | None, ...] = ()) -> Won:
        """What these rules say, made once. Rules live as long as the book, so no two have one identity."""
        key = tuple(map(id, rules)), drawn
        known = self._won.get(key)
        if known is None:
            if len(self._won) >= VISITORS:
                self._won.clear()
            known = self._won[key] = Won.from_rules(rules, drawn)
        return known


#: Takes the values of some fields from a context.
Fields = Callable[[Context], tuple[object, ...]]

#: Takes those that rules ask about from the visitor's languages, the first and all.
SPOKEN: Mapping[tuple[str, ...], Callable[[str | None, tuple[str, ...]], tuple[object, ...]]] = {
    (): lambda first, languages: (),
    ("language",): lambda first, languages: (first,),
    ("languages",): lambda first, languages: (languages,),
    ("language", "languages"): lambda first, languages: (first, languages),
}


def fields_reader(names: Sequence[str]) -> Fields:
    """`attrgetter` gives a tuple for two names or more only."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda context: tuple([getattr(context, name) for name in names])


#: What the norms say of a language, in a country and region, of a kind and channel and for an age; None where no row does.
NormSaying = Callable[[str, str | None, str | None, str, str, str | None], Word | None]


class RuleBook:
    """All that `decide` reads of a site. Immutable: what it remembers beside are plans and words that follow from it.

    `compiled` are the tables as they are searched. `pins` are the variants that rules name (None: some rule names none).
    `standing` is where `decide` keeps what the layers below the rules say; `kept` has what else follows from the book alone, each
    under the name of the module that made it.
    """

    __slots__ = (
        "_memory",
        "_plans",
        "_shared",
        "compiled",
        "kept",
        "norm_word",
        "norms",
        "pins",
        "policies",
        "standing",
        "tables",
    )

    def __init__(self, tables: tuple[Table, ...], norms: NormBook, policies: Policies) -> None:
        self.tables = tables
        self.norms = norms
        self.pins = frozenset([said.variant for table in tables for rule in table.rules for said in rule.outcomes])
        self.policies = policies
        self.norm_word: NormSaying = functools.lru_cache(maxsize=16_384)(functools.partial(_norm_word, norms))
        self.standing: dict[tuple[object, ...], tuple[Word, ...]] = {}
        self.kept: dict[str, Any] = {}
        self.compiled = tuple(CompiledTable(table, policies.zone) for table in tables)
        self._memory = Memory()
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
        left = [[group for group in table.groups if group.admits(static)] for table in self.compiled]
        name = tuple(group for groups in left for group in groups)
        plan = self._shared.get(name)
        if plan is None:
            parts = [Part(table, groups) for table, groups in zip(self.compiled, left, strict=True) if groups]
            plan = self._shared[name] = Plan(parts, static, self._memory)
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
