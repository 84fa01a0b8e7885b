"""Overlaps: whether two rules can hold for one visitor at one moment, and what a hit policy makes of it.

`unique` allows no such pair, `any` only pairs that say the same, `first` all. The search has three steps:

1) sets of rules, input by input: those that may share a value with a rule in every one of these inputs (`rules.analysis.lines`).
2) pairs of these, compared in what has no values to list: sets, terms. Most that cannot hold together are known by now.
3) whoever is left is looked for exactly (`rules.analysis.pairs`). Where that cannot be told, they can hold together: the doubt
   falls on the side of a finding.

Most tables have the policy `first`, and then nothing of this is read or done.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from locales.findings import Finding, Severity
from locales.tags import covers
from rules.cells import Cell, DateCell, TagCell
from rules.inputs import INPUTS
from rules.tables import Rule, Schedule

#: Findings of one table, pairs that are compared, and pairs of which somebody is looked for, before the search gives up with a
#: warning.
MOST_FINDINGS = 20
MOST_PAIRS = 100_000
MOST_SEARCHES = 2_000


def check_hit_policy(
    policy: str, rules: Sequence[Rule], zone: datetime.tzinfo = datetime.UTC, *, of_visitor: bool = False
) -> list[Finding]:
    """Pairs of rules that break the hit policy, each told at the later rule, with somebody whom both are for.

    `zone` is the site's: the clock on which that visitor comes. `of_visitor`: the table reads the visitor's own.
    """
    findings: list[Finding] = []
    if policy not in {"unique", "any"}:
        return findings
    from rules.analysis.pairs import meeting_of  # seldom needed: nothing that serves waits for it

    searches = 0
    for compared, (first, second) in enumerate(_candidates(rules, equals=policy == "unique")):
        if compared == MOST_PAIRS or searches == MOST_SEARCHES or len(findings) == MOST_FINDINGS:
            return [*findings, _unfinished(policy, second)]
        if _rest_meets(first, second):
            searches += 1
            witness = meeting_of(first, second, zone, of_visitor=of_visitor)
            if witness is not None:
                findings.append(_told(policy, first, second, witness))
    return findings


def can_hold_together(first: Rule, second: Rule) -> bool:
    """Whether both rules can hold for one visitor at one moment; yes where it cannot be told."""
    from rules.analysis.pairs import meeting_of

    return _rest_meets(first, second) and meeting_of(first, second, datetime.UTC) is not None


def _told(policy: str, first: Rule, second: Rule, witness: str) -> Finding:
    problem = (
        f'"{second.id}" and "{first.id}" (line {first.line}) can hold together; the hit policy "{policy}" forbids it.'
    )
    cure = "Make their cells exclude each other, or use the hit policy first."
    return Finding(second.file, second.line, Severity.error, "overlap", problem, cure, witness)


def _unfinished(policy: str, rule: Rule) -> Finding:
    problem = f'Not all pairs of rules were compared for the hit policy "{policy}".'
    return Finding(
        rule.file, 0, Severity.warning, "unfinished", problem, "Use the hit policy first, or shorter tables."
    )


def _candidates(rules: Sequence[Rule], *, equals: bool) -> Iterator[tuple[Rule, Rule]]:
    """Pairs, the earlier rule first, that may share a value in each input; `equals`: that say the same as well."""
    from rules.analysis.lines import Lines, bits_of
    from rules.analysis.orders import Alike, differs

    lines, alike = Lines(rules), Alike(() if equals else rules)
    for later, rule in enumerate(rules):
        sharing = lines.meeting(rule) & ((1 << later) - 1) & ~alike.common(rule)
        for earlier in bits_of(sharing):
            if equals or differs(rules[earlier], rule):
                yield rules[earlier], rule


def _rest_meets(first: Rule, second: Rule) -> bool:
    return _schedules_meet(first.active, second.active) and all(
        _cells_meet(one, other) for one in first.cells for other in second.cells if one.input == other.input
    )


def _schedules_meet(one: Schedule, other: Schedule) -> bool:
    begins = [schedule.begins for schedule in (one, other) if schedule.begins is not None]
    ends = [schedule.ends for schedule in (one, other) if schedule.ends is not None]
    return not begins or not ends or max(begins) < min(ends)


def _cells_meet(one: Cell, other: Cell) -> bool:
    if isinstance(one, DateCell) and isinstance(other, DateCell):
        return any(one.holds(day) and other.holds(day) for day in _days(one, other))
    if _shuts_out(one, other) or _shuts_out(other, one):
        return False
    if isinstance(one, TagCell) and isinstance(other, TagCell) and not INPUTS[one.input].many:
        return _tags_meet(one, other)
    return True


def _days(*cells: DateCell) -> Iterator[datetime.date]:
    """The first day of every stretch in which none of the cells changes."""
    yield datetime.date.min
    for cell in cells:
        for first, last in (*cell.spans, *cell.gaps):
            yield first
            if last < datetime.date.max:
                yield last + datetime.timedelta(days=1)


def _shuts_out(one: Cell, other: Cell) -> bool:
    """Whether all that satisfies the other's positives is among this one's negatives."""
    return bool(other.positives) and all(map(one.bars, other.positives))


def _tags_meet(one: TagCell, other: TagCell) -> bool:
    """Whether a single language can satisfy both; the narrower of two tags stands for all that they share."""
    if not one.positives or not other.positives or None in one.positives & other.positives:
        return True
    shared = (b if covers(a, b) else a for a in one.wide for b in other.wide if covers(a, b) or covers(b, a))
    return any(not one.bars(tag) and not other.bars(tag) for tag in shared)
