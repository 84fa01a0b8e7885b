"""What moving a rule changes: for each rule that it passes a visitor, and their answers before and after, by the whole line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from msgspec import Struct

from edge.analysis.tables import EACH, field_of, world_of
from edge.classes.asking import Answer, Named, ask
from edge.site import Site, serve_all
from rules.analysis.moving import effects_of, reordered
from rules.book import RuleBook
from rules.tables import Rule, Table

#: Items for which a visitor is asked, to name one whose answer changes.
ITEMS = 50


class Move(Struct, frozen=True):
    """A rule of a table, by positions, and the one that it is to stand above."""

    table: Table
    rule: int
    above: int


class Moved(Struct, frozen=True):
    """Visitors who pass from one rule to another. `answers` are those of `visitor`, now and then; without one it is undecided."""

    before: Rule
    after: Rule
    item: str = ""
    visitor: Named | None = None
    answers: tuple[Answer, Answer] | None = None


def find_rule(site: Site, name: str) -> tuple[Table, int] | None:
    """The rule of that full name, or of that id if only one table has it."""
    found = [
        (table, position)
        for table in site.book.tables
        for position, rule in enumerate(table.rules)
        if name in (rule.name, rule.id)
    ]
    return found[0] if len(found) == 1 else None


def moves_of(site: Site, move: Move, moment: datetime, steps: int = EACH) -> Iterator[Moved]:
    """What changes, rule by rule that is passed, in the order of the table."""
    other = _with(site, reordered(move.table, move.rule, move.above))
    field = field_of(move.table, world_of(site, moment), steps)
    for effect in effects_of(field, move.rule, move.above):
        if effect.visitor is None:
            yield Moved(effect.before, effect.after)
            continue
        named = effect.visitor.named or {}
        asked = (
            (item, _asked((site, other), item, named, moment))
            for item in (effect.visitor.item, *islice(site.served, ITEMS))
        )
        item, answers = max(asked, key=lambda one: one[1][0].variant != one[1][1].variant)
        yield Moved(effect.before, effect.after, item, named, answers)


def _asked(sites: tuple[Site, Site], item: str, named: Named, moment: datetime) -> tuple[Answer, Answer]:
    now, then = (ask(site, item, named, moment).answer for site in sites)
    return now, then


def _with(site: Site, table: Table) -> Site:
    """The site with a table in the place of the one of its id."""
    tables = tuple(table if one.id == table.id else one for one in site.book.tables)
    book = RuleBook(tables, site.book.norms, site.book.policies)
    return replace(site, book=book, served=serve_all(site.catalog, book, site.settings))
