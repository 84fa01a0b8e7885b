"""Small books for tests: rules written as an editor would, norms as few rows as a test needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from locales.groups import Groups
from locales.norms import Norm, NormBook
from locales.preference import Confidence
from rules.book import Policies, RuleBook
from rules.cells import Cell, parse_cell
from rules.context import Subject
from rules.inputs import INPUTS
from rules.tables import Outcome, Rule, Schedule, Table

GROUPS = Groups.shipped()

FILM = Subject("business-class", "promo", "web", audio=True)
CARTOON = Subject("cartoon", "children", "tv", audio=True)
PAGE = Subject("for-travellers", "page", "web", audio=False)

#: A Sunday noon in Berlin.
NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)


def cells(when: Mapping[str, object]) -> tuple[Cell, ...]:
    return tuple(parse_cell(INPUTS[name], raw, GROUPS) for name, raw in when.items())


def rule(
    name: str,
    when: Mapping[str, object] | None = None,
    *,
    variant: str | None = None,
    language: str | None = None,
    mode: Sequence[str] = (),
    tags: Mapping[str, str] | None = None,
    begins: datetime | None = None,
    ends: datetime | None = None,
    why: Mapping[str, str] | None = None,
) -> Rule:
    """A rule by its full name, `table/rule`."""
    table, identifier = name.split("/")
    outcome = Outcome(variant, language, tuple(mode), tuple((tags or {}).items()))
    return Rule(table, identifier, cells(when or {}), outcome, Schedule(begins, ends), why or {})


def tables(*rules: Rule, zone: str = "site") -> tuple[Table, ...]:
    """Tables of these rules, in the order in which the rules first name them."""
    names = dict.fromkeys(rule.table for rule in rules)
    return tuple(Table(name, tuple(rule for rule in rules if rule.table == name), zone=zone) for name in names)


def norm(
    place: str, mode: Sequence[str], language: str = "", kind: str = "", confidence: Confidence = Confidence.high
) -> Norm:
    return Norm(
        place=place,
        language=language,
        kind=kind,
        channel="",
        age="",
        mode=tuple(mode),
        sources=("A study",),
        basis="observed",
        confidence=confidence,
        year=2026,
        note="",
    )


NORMS = (
    norm("DE", ("dub", "sub")),
    norm("ES", ("dub", "sub")),
    norm("NL", ("sub", "original")),
    norm("CA", ("sub", "dub")),
    norm("001", ("dub", "sub"), kind="children"),
)


def book(*rules: Rule, norms: Sequence[Norm] = NORMS, policies: Policies | None = None, zone: str = "site") -> RuleBook:
    norm_book = NormBook(tuple(norms), GROUPS, Confidence.low)
    return RuleBook(tables(*rules, zone=zone), norm_book, policies or Policies("en"))
