"""How findings about a table are worded: rules by name and line, what they say, and at most so many of each sort."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from locales.findings import Finding, Severity
from rules.analysis.world import Visitor
from rules.tables import Rule, Table

#: Findings of one sort that are told for a table; of more the number is told.
TOLD = 100

#: Rules that are named in one finding.
NAMED = 4


def told(rule: Rule, severity: Severity, code: str, problem: str, cure: str, visitor: Visitor | None = None) -> Finding:
    """A finding about a rule, with somebody to try it with."""
    witness = visitor.text if visitor is not None else ""
    return Finding(rule.file, rule.line, severity, code, f"Rule {rule.name}: {problem}", cure, witness)


def named(rules: Sequence[Rule]) -> str:
    """Rules by id and line: `"a" (line 3), "b" (line 9) and 2 more`."""
    listed = ", ".join(f'"{rule.id}" (line {rule.line})' for rule in rules[:NAMED])
    return listed + (f" and {len(rules) - NAMED} more" if len(rules) > NAMED else "")


def few(
    found: Iterable[Callable[[], Finding]], table: Table, severity: Severity, code: str, more: str
) -> Iterator[Finding]:
    """Findings of one sort, each made when it is told; behind the last that is, one that counts the others.

    `more` is what is said of those: `of its rules are never reached`.
    """
    rest = iter(found)
    yield from (make() for make in islice(rest, TOLD))
    count = sum(1 for _ in rest)
    if count:
        problem = f'Table "{table.id}": {count:,} more {more}.'
        yield Finding(table.file, 0, severity, code, problem, "Mend those that are told, and check again.")


def said(rule: Rule) -> str:
    """What a rule says in few words: `mode sub > dub`, `variant es-sub`, `language es`, `tags market=es`, `a split`."""
    if rule.split is not None:
        return f'the split "{rule.split.experiment}"'
    outcome = rule.outcome
    parts = (
        f"variant {outcome.variant}" if outcome.variant else "",
        f"language {outcome.language}" if outcome.language else "",
        f"mode {' > '.join(outcome.mode)}" if outcome.mode else "",
        f"tags {', '.join(f'{name}={value}' for name, value in outcome.tags)}" if outcome.tags else "",
    )
    return ", ".join(filter(None, parts))
