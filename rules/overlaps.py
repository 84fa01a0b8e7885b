"""Overlaps: whether two rules can hold for one visitor at one moment, and what a hit policy makes of it.

`unique` allows no such pair, `any` only pairs of equal outcome, `first` all. The search has two steps:

1) sets of rules as bits of one number, for inputs with single values: for each value the rules that allow it. A rule's
   candidates are the rules that share a value with it in every one of these inputs. Exact, and linear in the rules.
2) pairs of candidates, compared in what has no values to list: languages, terms, sets, dates, schedules. Where that
   cannot be told, they can hold together: the doubt falls on the side of a finding.

The hours of `daypart` and `hour` are one input here, and `region` speaks for its country.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence

from locales.findings import Finding, Severity
from locales.tags import covers
from rules.cells import Cell, DateCell, TagCell
from rules.inputs import INPUTS, STATIC_INPUTS, TIME_INPUTS, closed_values, daypart_of
from rules.tables import Rule, Schedule

#: Findings of one table, and pairs that are compared, before the search gives up with a warning.
MOST_FINDINGS = 20
MOST_PAIRS = 100_000

#: Stands for every value that no rule names.
OTHER = object()

Values = frozenset[object]


def check_hit_policy(policy: str, rules: Sequence[Rule], zone: datetime.tzinfo = datetime.UTC) -> list[Finding]:
    """Pairs of rules that break the hit policy, each told at the later rule, with somebody whom both are for.

    `zone` is the site's: the clock on which that visitor comes.
    """
    findings: list[Finding] = []
    if policy not in {"unique", "any"}:
        return findings
    for compared, (first, second) in enumerate(_candidates(rules, equals=policy == "unique")):
        if len(findings) == MOST_FINDINGS or compared == MOST_PAIRS:
            problem = f'Not all pairs of rules were compared for the hit policy "{policy}".'
            cure = "Use the hit policy first, or shorter tables."
            return [*findings, Finding(second.file, 0, Severity.warning, "unfinished", problem, cure)]
        if _rest_meets(first, second):
            findings.append(_told(policy, first, second, zone))
    return findings


def can_hold_together(first: Rule, second: Rule) -> bool:
    """Whether both rules can hold for one visitor at one moment; yes where it cannot be told."""
    return any(True for _ in _candidates((first, second), equals=True)) and _rest_meets(first, second)


def _told(policy: str, first: Rule, second: Rule, zone: datetime.tzinfo) -> Finding:
    from rules.analysis.pairs import witness_of  # seldom needed: nothing that serves waits for it

    problem = (
        f'"{second.id}" and "{first.id}" (line {first.line}) can hold together; the hit policy "{policy}" forbids it.'
    )
    cure = "Make their cells exclude each other, or use the hit policy first."
    return Finding(second.file, second.line, Severity.error, "overlap", problem, cure, witness_of(first, second, zone))


# Step 1: inputs with single values


def _candidates(rules: Sequence[Rule], *, equals: bool) -> Iterator[tuple[Rule, Rule]]:
    """Pairs, the earlier rule first, that share a value in each input of step 1; `equals`: of equal outcome as well."""
    columns = [_Column(name, cells, len(rules)) for name, cells in _columns(rules).items()]
    alike: dict[object, int] = defaultdict(int)
    for position, rule in enumerate(rules):
        alike[rule.says] |= 1 << position
    for position, rule in enumerate(rules):
        sharing = -1 << (position + 1) & (1 << len(rules)) - 1
        if not equals:
            sharing &= ~alike[rule.says]
        for column in columns:
            sharing &= column.sharing(position)
        while sharing:
            lowest = sharing & -sharing
            sharing ^= lowest
            yield rule, rules[lowest.bit_length() - 1]


def _columns(rules: Sequence[Rule]) -> dict[str, dict[int, list[Cell]]]:
    """The cells of step 1 by input, then by the position of their rule."""
    columns: dict[str, dict[int, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for position, rule in enumerate(rules):
        for cell in rule.cells:
            for plain in _plain_cells(cell):
                columns[plain.input][position].append(plain)
    return columns


def _plain_cells(cell: Cell) -> Iterator[Cell]:
    """What a cell asks of inputs with single values: of more than its own where inputs depend on each other."""
    row = INPUTS[cell.input]
    if cell.input == "daypart":
        hours = frozenset(hour for hour in range(24) if cell.holds(daypart_of(hour)))
        yield Cell("hour", cell.text, hours, frozenset({None}))
    elif not row.many and row.kind not in {"tag", "date"}:
        yield cell
        if cell.input == "region" and cell.positives and None not in cell.positives:
            countries = frozenset(str(region).partition("-")[0] for region in cell.positives)
            yield Cell("country", cell.text, countries, frozenset({None}))


class _Column:
    """One input of step 1: what each rule allows of it, and which rules allow a value, as bits."""

    def __init__(self, name: str, cells: dict[int, list[Cell]], count: int) -> None:
        universe = _universe(name, [cell for listed in cells.values() for cell in listed])
        self._allowed = {position: _allowed(listed, universe) for position, listed in cells.items()}
        self._free = (1 << count) - 1
        self._rules: dict[object, int] = defaultdict(int)
        for position, values in self._allowed.items():
            self._free ^= 1 << position
            for value in values:
                self._rules[value] |= 1 << position

    def sharing(self, position: int) -> int:
        """The rules that share a value with the one at that position."""
        if position not in self._allowed:
            return -1
        found = self._free
        for value in self._allowed[position]:
            found |= self._rules[value]
        return found


def _universe(name: str, cells: Sequence[Cell]) -> Values:
    """Every value that makes a difference. Time and the item are never blank."""
    row = INPUTS[name]
    blank: Values = frozenset() if name in TIME_INPUTS | STATIC_INPUTS else frozenset({None})
    closed = closed_values(row)
    if closed:
        return blank | closed
    named = frozenset(value for cell in cells for value in cell.positives | cell.negatives if value is not None)
    return blank | named | {OTHER}


def _allowed(cells: Sequence[Cell], universe: Values) -> Values:
    values = universe
    for cell in cells:
        values = values & ((cell.positives or universe) - cell.negatives)
    return values


# Step 2: everything else


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
