"""Our own rule tables, behind the one interface that the bench asks: whatever the engine's names are, they stand here only.

A visitor is prepared as others' are: the values that the table asks about, in the form that the engine takes. The whole decision
begins with the context instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bench.rules_files import FORMS
from bench.rules_made import MadeRule, Visitor
from bench.rules_peers import Contender
from locales.documents import parse_document
from locales.groups import Groups
from locales.norms import NormBook
from locales.ranges import LanguageRanges
from rules.book import Plan, Policies, RuleBook
from rules.bulk import parse_bulk
from rules.context import Context, Subject
from rules.deciding import decide, languages_of
from rules.explaining import explain
from rules.loading import load_table
from rules.tables import Table

#: The day on which all visitors come; a Sunday in November, in UTC.
DAY = datetime(2026, 11, 22, tzinfo=UTC)

_SUBJECT = Subject("film", "fiction", "streaming", True)
#: The header is believed as it stands, so that its first language is the visitor's first.
_POLICIES = Policies("en", "trust", UTC)

#: The names of our contenders: each visitor new to the table; each asked before; all layers; with the explanation.
NO_MEMO, MEMO, DECIDE, EXPLAIN = "no-memo", "memo", "decide", "explain"


class Prepared(NamedTuple):
    """A normalised visitor: the context, and the values that the table asks about, as the engine takes them."""

    context: Context
    values: tuple[object, ...]


def load_rules(rules: Sequence[MadeRule]) -> Table:
    """The table, read from bulk rows as a site has them."""
    (head, *rows) = ((f"rules/{name}", text.encode()) for name, text in FORMS["csv"](rules).items())
    bulk = [parse_bulk(text, name) for name, text in rows]
    table, _ = load_table(parse_document(head[1], head[0]), Groups.shipped(), zone=UTC, bulk=bulk)
    return table


def make_book(table: Table) -> RuleBook:
    """The compiled book of one table with the norms that are shipped."""
    return RuleBook((table,), NormBook.shipped(Groups.shipped()), _POLICIES)


def make_ours(book: RuleBook) -> list[Contender]:
    """What is timed of ours, by name."""
    plan = book.plan(_SUBJECT)
    anew, remembered = _matchers(plan)

    def prepare(visitor: Visitor) -> Prepared:
        context = _context(visitor)
        heard = languages_of(context, _SUBJECT, book)
        return Prepared(context, plan.values_of(context, heard.first, heard.accepted))

    def decided(one: Prepared) -> str | None:
        return decide(one.context, _SUBJECT, book).matched[0].id

    def explained(one: Prepared) -> str | None:
        return explain(one.context, _SUBJECT, book).decision.matched[0].id

    return [
        Contender(NO_MEMO, prepare, anew),
        Contender(MEMO, prepare, remembered, seen=True),
        Contender(DECIDE, prepare, decided),
        Contender(EXPLAIN, prepare, explained),
    ]


def _matchers(plan: Plan) -> tuple[Callable[[Prepared], str | None], Callable[[Prepared], str | None]]:
    """The winning row of the table, worked out anew; and remembered by the classes of the values."""
    (table,) = plan.searches
    first, winners = table.first, plan.winners

    def anew(one: Prepared) -> str | None:
        rule, _ = first(one.values, one.context.moment, None)
        return None if rule is None else rule.id

    def remembered(one: Prepared) -> str | None:
        return winners(one.values, one.context.moment, None)[0].rules[0].id

    return anew, remembered


def _context(visitor: Visitor) -> Context:
    """The visitor as the service sees one whose fields have been read."""
    return Context(
        country=visitor.country,
        region=visitor.region,
        ranges=LanguageRanges((visitor.language,)),
        device=visitor.device,
        os=visitor.os,
        referrer=visitor.referrer,
        terms=visitor.terms,
        segment=() if visitor.segment is None else (visitor.segment,),
        consent=3,
        moment=DAY + timedelta(minutes=visitor.minute),
    )
