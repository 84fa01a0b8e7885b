"""Why a visitor got what they got: every rule tried and what failed, the norms looked up, the languages, all layers' words.

Computed only where somebody asks for an explanation. It reads tables by their definition, cell by cell, and not by the plan
that `decide` runs; both must come to the same rules. Values and sentences are for people: raw inputs stand in them, so a
trace is shown to the visitor in question and to operators, and is never kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from locales.norms import CHILDREN, WORLD, Norm, NormBook
from locales.preference import LAYERS, Listed, Word
from locales.tags import language_of
from locales.territories import home, is_official
from rules.book import RuleBook, static_values
from rules.cells import Cell
from rules.context import Context, Subject
from rules.deciding import Decision, completed, decide, languages_of
from rules.inputs import STATIC_INPUTS
from rules.languages import Strength, header_strength
from rules.schedules import CLOCK, clock_zone, local_time
from rules.splits import HOLDOUT, NO_UNIT, OUTSIDE
from rules.tables import Rule, Table

#: As many near misses are told.
NEAR_MISSES = 5


@dataclass(frozen=True, slots=True)
class CellTrace:
    """One cell asked: what it wants, as written, and what it saw, in words."""

    input: str
    wants: tuple[str, ...]
    saw: str
    holds: bool

    def __str__(self) -> str:
        return f"{self.input} is {self.saw}" + ("" if self.holds else f", asked for {', '.join(self.wants)}")


@dataclass(frozen=True, slots=True)
class RuleTrace:
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
    def is_near_miss(self) -> bool:
        """Whether a single cell stands in the way."""
        return self.in_force and len(self.failed) == 1

    def __str__(self) -> str:
        name = self.rule.name
        if not self.in_force:
            return f"{name} is not in force: {_written_schedule(self.rule)}."
        if self.failed:
            return f"{name} does not match: {'; '.join(map(str, self.failed))}."
        met = "; ".join(map(str, self.cells)) or "it asks for nothing"
        return f"{name} matches: {met}." if self.reached else f"{name} matches too, below the first: {met}."


@dataclass(frozen=True, slots=True)
class TableTrace:
    """One table: all its rules, and the full name of the one that is its answer."""

    table: str
    rules: tuple[RuleTrace, ...]
    winner: str | None

    @property
    def tried(self) -> tuple[RuleTrace, ...]:
        """The rules down to the winner, all of them where there is none."""
        return tuple(rule for rule in self.rules if rule.reached)


@dataclass(frozen=True, slots=True)
class NormStep:
    """One step of the search for a norm: rows of that place, for speakers of that language ("": any), that fit the item.

    `passed_over` are names of rows of too little confidence, `found` is the name of the row that ended the search.
    """

    place: str
    language: str
    passed_over: tuple[str, ...] = ()
    found: str | None = None

    def __str__(self) -> str:
        asked = f"{self.place}, {self.language}" if self.language else self.place
        unsure = f" (passed over: {', '.join(self.passed_over)})" if self.passed_over else ""
        return f"Norms of {asked}: {self.found or 'none'}{unsure}."


@dataclass(frozen=True, slots=True)
class NormTrace:
    """The search for the norm of the first language. `place`: whose rows count; `official`: the language is official there.

    Where it is not official in the place of the visit, the place is its home, None where nobody knows one.
    """

    language: str
    official: bool
    place: str | None
    steps: tuple[NormStep, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything about one decision. `heard` is the list of languages that conditions saw; the decision has the whole one.

    `norm` is None where there is none to look for: nothing is heard, or the first language is the site's default.
    """

    decision: Decision
    strength: Strength
    heard: tuple[Listed, ...]
    tables: tuple[TableTrace, ...]
    norm: NormTrace | None

    @property
    def layers(self) -> tuple[tuple[str, tuple[Word, ...]], ...]:
        """What every layer says, uppermost first; those that say nothing too."""
        words = self.decision.preference.words
        return tuple((layer, tuple(word for word in words if word.layer == layer)) for layer in LAYERS)

    @property
    def near_misses(self) -> tuple[RuleTrace, ...]:
        """Rules that one cell kept from matching, those of other items, kinds and channels last; five at the most."""
        near = [rule for table in self.tables for rule in table.rules if rule.is_near_miss]
        near.sort(key=lambda rule: rule.failed[0].input in STATIC_INPUTS)
        return tuple(near[:NEAR_MISSES])

    @property
    def inactive(self) -> tuple[RuleTrace, ...]:
        """Rules that would match if their schedule held."""
        return tuple(rule for table in self.tables for rule in table.rules if not rule.in_force and not rule.failed)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The whole story in English, a sentence for each step."""
        return tuple(_told(self))


def trace(context: Context, subject: Subject, book: RuleBook) -> Trace:
    """What `decide` answers for the same three, with all that led to it."""
    context = completed(context)
    decision = decide(context, subject, book)
    heard = languages_of(context, subject, book)
    seen = {**static_values(subject), "language": heard.first, "languages": heard.accepted}
    first = decision.preference.languages[0]
    return Trace(
        decision=decision,
        strength=header_strength(context.ranges.wanted, context.country, context.region),
        heard=heard.listed,
        tables=tuple(_traced_table(table, context, seen, book.policies.zone) for table in book.tables),
        norm=None
        if first.origin == "default" or not subject.audio
        else _traced_norm(first.tag, context, subject, book.norms),
    )


# Tables


def _traced_table(table: Table, context: Context, seen: Mapping[str, object], site: tzinfo) -> TableTrace:
    local = local_time(context.moment, clock_zone(table.zone == "visitor", context.zone, site))
    rules: list[RuleTrace] = []
    winner: str | None = None
    for rule in table.rules:
        cells = tuple(_traced_cell(cell, context, seen, local) for cell in rule.cells)
        traced = RuleTrace(rule, cells, rule.active.holds(context.moment), reached=winner is None)
        rules.append(traced)
        if winner is None and traced.matches:
            winner = rule.name
    return TableTrace(table.id, tuple(rules), winner)


def _traced_cell(cell: Cell, context: Context, seen: Mapping[str, object], local: datetime) -> CellTrace:
    value = _value(cell.input, context, seen, local)
    return CellTrace(cell.input, cell.text, in_words(value), cell.holds(value))


def _value(name: str, context: Context, seen: Mapping[str, object], local: datetime) -> object:
    """The value of an input: of the item or of the list of languages, of the clock, of the visitor."""
    if name in seen:
        return seen[name]
    return CLOCK[name](local) if name in CLOCK else getattr(context, name)


def in_words(value: object) -> str:
    """A value of an input for people: `unknown` where it is blank."""
    if value is None or value == ():
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _written_schedule(rule: Rule) -> str:
    begins, ends = rule.active.begins, rule.active.ends
    parts = (
        "" if begins is None else f"from {begins.isoformat()}",
        "" if ends is None else f"until {ends.isoformat()}",
    )
    return " ".join(filter(None, parts))


# Norms


def _traced_norm(language: str, context: Context, subject: Subject, norms: NormBook) -> NormTrace:
    """The steps of SEMANTICS §5, down to the row that `NormBook.lookup` finds."""
    country, region = context.country, context.region
    official = country is not None and is_official(language, country, region)
    if not official:
        country, region = home(language), None
    found = norms.lookup(language, context.country, context.region, subject.kind, subject.channel, context.age)
    steps: list[NormStep] = []
    for place, spoken in _norm_places(language_of(language), country, region, norms):
        fitting = [row for row in norms.rows if _fits(row, place, spoken, subject, context.age)]
        here = None if found is None or found not in fitting else found.name
        unsure = tuple(row.name for row in fitting if row.confidence < norms.least)
        steps.append(NormStep(place, spoken, unsure, here))
        if here is not None:
            break
    return NormTrace(language, official, region or country, tuple(steps))


def _norm_places(language: str, country: str | None, region: str | None, norms: NormBook) -> Iterator[tuple[str, str]]:
    own = [place for place in (region, country) if place is not None]
    yield from ((place, language) for place in own)
    yield from ((place, "") for place in own)
    groups = sorted({row.place for row in norms.rows if row.place.startswith("@")})
    for place in (*(group for group in groups if country in norms.groups.members(group)), WORLD):
        yield place, language
        yield place, ""


def _fits(row: Norm, place: str, language: str, subject: Subject, age: str | None) -> bool:
    if row.place != place or language_of(row.language) != language:
        return False
    kinds = {subject.kind} if subject.kind == CHILDREN and place != WORLD else {subject.kind, ""}
    return row.kind in kinds and row.channel in {subject.channel, ""} and row.age in {age or "", ""}


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
        yield f"Table {table.table}: {table.winner or 'no rule'} matches."
        yield from map(str, table.tried)
    if trace.norm is not None:
        yield _told_norm(trace.norm)
        yield from map(str, trace.norm.steps)
    for layer, words in trace.layers:
        yield from map(_told_word, words) if words else (f"The layer {layer} says nothing.",)
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


#: Why somebody got the default of a split, by what `Drawn.fallback` says.
_FALLBACKS = {
    NO_UNIT: "no unit was given",
    OUTSIDE: "the unit is not covered",
    HOLDOUT: "the unit is in the holdout",
}


def told_draw(experiment: str, arm: str, fallback: str | None) -> str:
    """Which arm somebody is in, and why. It never says who they are."""
    if fallback is None:
        return f"{experiment}: the arm {arm}, by the unit that was given"
    return f"{experiment}: the default arm {arm}, since {_FALLBACKS[fallback]}"
