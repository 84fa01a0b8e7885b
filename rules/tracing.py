"""Why a visitor got what they got: the rules tried and what failed, the norms looked up, the languages, all layers' words.

Computed only where an operator asks. There are two ways to the same story:

    trace_briefly   from the sets of the indexes, in the time of a few decisions; of long tables it has the rule that won alone
    trace           by the definition of the tables, rule by rule and cell by cell, in the time that all rules take

Values and sentences are for people: raw inputs stand in them, so a trace is shown to operators alone, and is never kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from msgspec import Struct

from locales.preference import LAYERS, Listed, Word
from rules.book import RuleBook, static_values
from rules.cells import Cell
from rules.context import Context, Subject
from rules.deciding import Decision, completed, decide, languages_of
from rules.explaining import Explained, Overridden, explain, nearness_of, overridden
from rules.inputs import STATIC_INPUTS
from rules.languages import Strength, header_strength
from rules.nearness import NEAR_MISSES, NearMiss, lengths_of
from rules.norm_tracing import NormTrace, trace_norm
from rules.schedules import CLOCK, clock_zone, local_time
from rules.tables import Rule, Table
from rules.wording import in_words, told_draw

#: As many rules that were tried a brief trace tells of, all tables together, and as many that are not in force.
TRIED, INACTIVE = 50, 20


class CellTrace(Struct, frozen=True):
    """One cell asked, and the value that it saw."""

    cell: Cell
    value: object
    holds: bool

    def __str__(self) -> str:
        wants = "" if self.holds else f", asked for {', '.join(self.cell.text)}"
        return f"{self.cell.input} is {in_words(self.value)}{wants}"


class RuleTrace(Struct, frozen=True):
    """One rule tried. `in_force`: its schedule holds. `reached`: no rule above it in its table matches."""

    rule: Rule
    cells: tuple[CellTrace, ...]
    in_force: bool
    reached: bool

    @property
    def failed(self) -> tuple[CellTrace, ...]:
        """The cells that do not hold."""
        return tuple(cell for cell in self.cells if not cell.holds)

    @property
    def matches(self) -> bool:
        """Whether all cells hold and the rule is in force."""
        return self.in_force and not self.failed

    @property
    def near_miss(self) -> NearMiss | None:
        """What stands in the way, where that is a single cell."""
        failed = [at for at, cell in enumerate(self.cells) if not cell.holds] if self.in_force else []
        return NearMiss(self.rule, failed[0], self.cells[failed[0]].value) if len(failed) == 1 else None

    def __str__(self) -> str:
        name = self.rule.name
        if not self.in_force:
            return f"{name} is not in force: {_written_schedule(self.rule)}."
        if self.failed:
            return f"{name} does not match: {'; '.join(map(str, self.failed))}."
        met = "; ".join(map(str, self.cells)) or "it asks for nothing"
        return f"{name} matches: {met}." if self.reached else f"{name} matches too, below the first: {met}."


class TableTrace(Struct, frozen=True):
    """One table: the full name of the rule that is its answer, how many rules were tried to find it, and how many there are.

    `rules` are those that are told of: all, those tried, or the winner alone.
    """

    table: str
    winner: str | None
    tried_count: int
    count: int
    rules: tuple[RuleTrace, ...]

    @property
    def tried(self) -> tuple[RuleTrace, ...]:
        """Of the rules down to the winner, of all where there is none, those that are told of."""
        return tuple(rule for rule in self.rules if rule.reached)

    @property
    def whole(self) -> bool:
        """Whether these are all that were tried."""
        return len(self.tried) == self.tried_count

    def __str__(self) -> str:
        found = f"Table {self.table}: {self.winner or 'no rule'} matches"
        if self.whole:
            return f"{found}."
        untold = self.tried_count - len(self.tried)
        return f"{found}; {untold:,} of its {self.count:,} rules do not and are not told of one by one."


class Trace(Struct, frozen=True):
    """Everything about one decision. `heard` is the list of languages that conditions saw; the decision has the whole one.

    `near_misses` are rules that one cell kept from matching, those of other items, kinds and channels last; five at the most.
    `inactive` are rules that would match if their schedule held, the first of so many. `norm` is None where there is none to look
    for: nothing is heard, or the first language is the site's default.
    """

    decision: Decision
    overridden: tuple[Overridden, ...]
    strength: Strength
    heard: tuple[Listed, ...]
    tables: tuple[TableTrace, ...]
    near_misses: tuple[NearMiss, ...]
    inactive: tuple[RuleTrace, ...]
    inactive_count: int
    norm: NormTrace | None

    @property
    def whole(self) -> bool:
        """Whether each rule that was tried, or is not in force, is told of."""
        return all(table.whole for table in self.tables) and len(self.inactive) == self.inactive_count

    @property
    def layers(self) -> tuple[tuple[str, tuple[Word, ...]], ...]:
        """What every layer says, uppermost first; those that say nothing too."""
        words = self.decision.preference.words
        return tuple((layer, tuple(word for word in words if word.layer == layer)) for layer in LAYERS)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The whole story in English, a sentence for each step."""
        return tuple(_told(self))


def trace(context: Context, subject: Subject, book: RuleBook) -> Trace:
    """What `decide` answers for the same three, with all rules."""
    reader = _Reader(context, subject, book)
    tables = tuple([_whole_table(table, reader) for table in book.tables])
    rules = [rule for table in tables for rule in table.rules]
    near = [one for rule in rules if (one := rule.near_miss) is not None]
    near.sort(key=lambda one: one.cell.input in STATIC_INPUTS)
    decision = decide(context, subject, book)
    explained = Explained(decision, overridden(decision.preference.words), tuple(near[:NEAR_MISSES]))
    inactive = tuple([rule for rule in rules if not rule.in_force and not rule.failed])
    return _trace(explained, reader, tables, inactive, len(inactive))


def trace_briefly(context: Context, subject: Subject, book: RuleBook) -> Trace:
    """The same with those rules alone that are worth telling: no table is gone through."""
    reader = _Reader(context, subject, book)
    tables: list[TableTrace] = []
    inactive: list[RuleTrace] = []
    idle_count, left = 0, TRIED
    for table, nearness in zip(book.tables, nearness_of(book), strict=True):
        matching, idle = nearness.standing(reader.context, subject, reader.heard)
        tables.append(_brief_table(table, matching.bit_length(), left, reader))
        left = max(0, left - len(tables[-1].rules))
        idle_count += idle.bit_count()
        first = [table.rules[-length] for length in islice(lengths_of(idle), INACTIVE - len(inactive))]
        inactive += [reader.rule(table, rule) for rule in first]
    return _trace(explain(context, subject, book), reader, tuple(tables), tuple(inactive), idle_count)


def _trace(
    explained: Explained,
    reader: _Reader,
    tables: tuple[TableTrace, ...],
    inactive: tuple[RuleTrace, ...],
    inactive_count: int,
) -> Trace:
    context, subject = reader.context, reader.subject
    first = explained.decision.preference.languages[0]
    silent = first.origin == "default" or not subject.audio
    return Trace(
        decision=explained.decision,
        overridden=explained.overridden,
        strength=header_strength(context.ranges.wanted, context.country, context.region),
        heard=reader.heard.listed,
        tables=tables,
        near_misses=explained.near_misses,
        inactive=inactive,
        inactive_count=inactive_count,
        norm=None if silent else trace_norm(first.tag, context, subject, reader.book.norms),
    )


# Tables


def _whole_table(table: Table, reader: _Reader) -> TableTrace:
    """All rules, by what their cells say."""
    rules: list[RuleTrace] = []
    winner: str | None = None
    tried = 0
    for rule in table.rules:
        rules.append(reader.rule(table, rule, reached=winner is None))
        tried += winner is None
        if winner is None and rules[-1].matches:
            winner = rule.name
    return TableTrace(table.id, winner, tried, len(rules), tuple(rules))


def _brief_table(table: Table, length: int, most: int, reader: _Reader) -> TableTrace:
    """The rules that were tried where they are few, else the winner: the one at that distance from the end, none at 0."""
    count = len(table.rules)
    tried = count - length + 1 if length else count
    told = table.rules[:tried] if tried <= most else table.rules[tried - 1 : tried] if length else ()
    rules = tuple([reader.rule(table, rule) for rule in told])
    return TableTrace(table.id, table.rules[-length].name if length else None, tried, count, rules)


class _Reader:
    """Reads cells by their definition, for one visitor. `heard` are the languages that conditions see."""

    def __init__(self, context: Context, subject: Subject, book: RuleBook) -> None:
        self.context = context = completed(context)
        self.subject = subject
        self.book = book
        self.heard = languages_of(context, subject, book)
        self._seen = {**static_values(subject), "language": self.heard.first, "languages": self.heard.accepted}
        site, theirs = (clock_zone(of_visitor, context.zone, book.policies.zone) for of_visitor in (False, True))
        self._local = {"site": local_time(context.moment, site), "visitor": local_time(context.moment, theirs)}

    def rule(self, table: Table, rule: Rule, *, reached: bool = True) -> RuleTrace:
        """One rule, with each of its cells."""
        cells = tuple([self._cell(cell, self._local[table.zone]) for cell in rule.cells])
        return RuleTrace(rule, cells, rule.active.holds(self.context.moment), reached)

    def _cell(self, cell: Cell, local: datetime) -> CellTrace:
        value = self._value(cell.input, local)
        return CellTrace(cell, value, cell.holds(value))

    def _value(self, name: str, local: datetime) -> object:
        """The value of an input: of the item or of the list of languages, of the clock, of the visitor."""
        if name in self._seen:
            return self._seen[name]
        return CLOCK[name](local) if name in CLOCK else getattr(self.context, name)


def _written_schedule(rule: Rule) -> str:
    begins, ends = rule.active.begins, rule.active.ends
    parts = (
        "" if begins is None else f"from {begins.isoformat()}",
        "" if ends is None else f"until {ends.isoformat()}",
    )
    return " ".join(filter(None, parts))


# The story


def _told(trace: Trace) -> Iterator[str]:
    preference = trace.decision.preference
    yield f"The Accept-Language header is {_STRENGTHS[trace.strength]}."
    yield f"The visitor's languages: {_told_languages(preference.languages)}."
    if trace.heard != preference.languages:
        yield f"Conditions saw them without the rules' own: {_told_languages(trace.heard)}."
    if preference.excluded:
        yield f"Refused: {', '.join(preference.excluded)}."
    for table in trace.tables:
        yield str(table)
        yield from map(str, table.tried)
    if trace.norm is not None:
        yield _told_norm(trace.norm)
        yield from map(str, trace.norm.steps)
    for layer, words in trace.layers:
        yield from map(_told_word, words) if words else (f"The layer {layer} says nothing.",)
    yield from map(_told_overridden, trace.overridden)
    expires = trace.decision.expires
    yield "No rule flips with time." if expires is None else f"The next rule flips at {expires.isoformat()}."


_STRENGTHS = {
    Strength.none: "absent or says nothing",
    Strength.weak: "weak: only English, where English is not official",
    Strength.strong: "strong",
}


def _told_languages(listed: Iterable[Listed]) -> str:
    return ", ".join(f"{entry.tag} ({entry.origin}, {entry.confidence.name})" for entry in listed)


def _told_norm(norm: NormTrace) -> str:
    if norm.official:
        return f"{norm.language} is official in {norm.place}, whose norms count."
    if norm.place is None:
        return f"{norm.language} has no home that is known; the world's norms count."
    return (
        f"{norm.language} is not official in the place of the visit; it is at home in {norm.place}, whose norms count."
    )


def _told_word(word: Word) -> str:
    said = {
        "variant": word.variant or "",
        "language": word.language or "",
        "mode": ", ".join(word.mode),
        "tags": ", ".join(f"{name} = {value}" for name, value in word.tags),
    }
    name = word.layer if word.rule is None else f"{word.layer} ({word.rule})"
    drawn = (
        ""
        if word.drawn is None
        else f" Experiment {told_draw(word.drawn.experiment, word.drawn.arm, word.drawn.fallback)}."
    )
    return f"The layer {name} says {'; '.join(f'{output} {value}' for output, value in said.items() if value)}.{drawn}"


def _told_overridden(one: Overridden) -> str:
    above, below = (word.rule or f"the layer {word.layer}" for word in (one.by, one.word))
    what = f"tag {one.output.partition('.')[2]}" if one.output.startswith("tags.") else one.output
    return f"Of the {what}, {above} is heard and {below} is not."
