"""A second reading of SEMANTICS §3 and §8 for the rules: every table from its top, every cell asked, every word built anew.

It shares with the engine what is tested elsewhere by itself: `Cell.holds`, the list of languages, the row of a norm, and when the
timing of a single rule flips. It knows no plan, no set, no class and no memory.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from locales.preference import Drawn, Listed, Word
from rules.book import RuleBook
from rules.cells import Cell
from rules.context import Context, Subject
from rules.inputs import INPUTS, TIME_INPUTS
from rules.languages import Listing, visitor_languages
from rules.schedules import CLOCK, HORIZON, clock_zone, next_flip
from rules.tables import Outcome, Rule, Schedule, Split, Table
from tests.rules.splits_reference import drawn as drawn_by_the_page


class Scanned(NamedTuple):
    """Who won in each table, what that says to this visitor, what all layers say, the whole list of languages, the next flip."""

    rules: tuple[Rule, ...]
    won: tuple[Word, ...]
    words: tuple[Word, ...]
    languages: tuple[Listed, ...]
    expires: datetime | None


def scan(context: Context, subject: Subject, site: RuleBook) -> Scanned:
    """What `decide` has to find."""
    heard = _languages(context, subject, site, None)
    values = seen_by(context, subject, (heard.first, heard.accepted))
    rules: list[Rule] = []
    flips: list[datetime] = []
    for table in site.tables:
        winner = _winner(table, values, context, site.policies.zone, flips)
        rules += [] if winner is None else [winner]
    won = tuple(word_of(rule, context.unit) for rule in rules)
    said = next((word.language for word in won if word.language is not None), None)
    listing = heard if said is None else _languages(context, subject, site, said)
    words = (*_of_choice(context), *won, *_below(context, subject, site, listing))
    return Scanned(tuple(rules), won, words, listing.listed, min(flips, default=None))


def country_of(context: Context) -> str | None:
    """Without a country, that of the region (SEMANTICS §1)."""
    return context.region.partition("-")[0] if context.country is None and context.region else context.country


def _languages(context: Context, subject: Subject, site: RuleBook, said: str | None) -> Listing:
    placed = Context(
        country=country_of(context),
        region=context.region,
        ranges=context.ranges,
        url_language=context.url_language,
        terms=context.terms,
        choice=context.choice,
    )
    policies = site.policies
    return visitor_languages(placed, subject.audio, policies.default_language, policies.weak_header, said)


def seen_by(context: Context, subject: Subject, languages: tuple[str | None, tuple[str, ...]]) -> dict[str, object]:
    """What cells see, those on time aside. `languages` are the first, and all that are accepted."""
    values: dict[str, object] = {name: getattr(context, name, None) for name in INPUTS}
    values |= {"item": subject.item, "kind": subject.kind, "channel": subject.channel}
    values |= {"country": country_of(context), "language": languages[0], "languages": languages[1]}
    for name in ("captions", "audio_description"):
        chosen = None if context.choice is None else getattr(context.choice, name)
        values[name] = values[name] if chosen is None else chosen
    return values


def _winner(
    table: Table, values: dict[str, object], context: Context, site: tzinfo, flips: list[datetime]
) -> Rule | None:
    """The first rule that holds; into `flips` go those of the rules that could be it, at one time or another."""
    zone = clock_zone(table.zone == "visitor", context.zone, site)
    winner: Rule | None = None
    for rule in table.rules:
        timed = tuple(cell for cell in rule.cells if cell.input in TIME_INPUTS and (cell.positives or cell.negatives))
        if not all(cell.holds(values[cell.input]) for cell in rule.cells if cell.input not in TIME_INPUTS):
            continue
        if not timed and rule.active == Schedule():
            return winner or rule
        flip = _next_flip(timed, rule.active, context.moment, zone)
        flips += [] if flip is None else [flip]
        local = context.moment.astimezone(zone)
        if rule.active.holds(context.moment) and all(cell.holds(CLOCK[cell.input](local)) for cell in timed):
            winner = winner or rule
    return winner


#: Visitors come back to the same moments.
@functools.lru_cache(maxsize=65_536)
def _next_flip(timed: tuple[Cell, ...], active: Schedule, moment: datetime, zone: tzinfo) -> datetime | None:
    return next_flip(timed, active, moment, zone)


def steady(context: Context, found: Scanned) -> Iterator[datetime]:
    """Moments up to the next flip, its last microsecond among them, at which the same rules must win.

    A flip that lies further ahead than `HORIZON` days may not be known.
    """
    known = context.moment + timedelta(days=HORIZON - 2)
    until = known if found.expires is None else min(found.expires, known)
    length = until - context.moment
    yield from (context.moment + length * part // 7 for part in (1, 3, 5))
    yield until - timedelta(microseconds=1)


# Words


def word_of(rule: Rule, unit: str | None) -> Word:
    """What a rule says to a unit."""
    drawn, said = None, rule.outcome
    if rule.split is not None:
        drawn = drawn_in(rule.split, unit or None)
        said = {arm.id: arm.outcome for arm in rule.split.arms}[drawn.arm]
    place = any(cell.input in {"country", "region"} for cell in rule.cells)
    return _word_of(rule, said, drawn, place)


def _word_of(rule: Rule, said: Outcome, drawn: Drawn | None, place: bool) -> Word:
    return Word(
        "rules",
        f"{rule.table}/{rule.id}",
        variant=said.variant,
        language=said.language,
        mode=said.mode,
        tags=said.tags,
        why=rule.why,
        reads_place=place,
        drawn=drawn,
    )


@functools.lru_cache(maxsize=65_536)
def drawn_in(split: Split, unit: str | None) -> Drawn:
    """The arm by the letter of `docs/splits.md`."""
    arms = [{"id": arm.id, "weight": arm.weight} for arm in split.arms]
    written = {
        "experiment": split.experiment,
        "salt": split.salt,
        "default": split.default,
        "holdout": split.holdout / 100,
        "coverage": split.coverage / 100,
        "arms": arms,
    }
    return Drawn(split.experiment, *drawn_by_the_page(written, unit))


def _of_choice(context: Context) -> tuple[Word, ...]:
    choice = context.choice
    language = None if choice is None or choice.origin == "cookie" else choice.language
    if choice is None or (choice.variant, choice.mode, language) == (None, None, None):
        return ()
    return (
        Word("choice", variant=choice.variant, language=language, mode=() if choice.mode is None else (choice.mode,)),
    )


def _below(context: Context, subject: Subject, site: RuleBook, listing: Listing) -> Iterator[Word]:
    """Hedge, norms, default."""
    if listing.hedged and subject.kind != "children":
        yield Word("hedge", mode=("sub", "original"), reads_place=True)
    first = listing.listed[0]
    if first.origin != "default" and subject.audio:
        place = country_of(context), context.region
        row = site.norms.lookup(first.tag, *place, subject.kind, subject.channel, context.age)
        if row is not None:
            yield Word(
                "norms",
                row.name,
                mode=row.mode,
                confidence=row.confidence,
                source=row.source_text,
                reads_place=True,
            )
    yield Word("default", mode=("sub", "dub"))
