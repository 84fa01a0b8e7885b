"""Tables of chance: what an analysis says of them is what trying everybody says, and every visitor it names is answered so."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator

import pytest

from locales.findings import Finding
from rules.analysis.moving import effects_of, reordered
from rules.analysis.telling import bits_of, check_field
from rules.analysis.world import Visitor
from rules.tables import Table
from tests.conftest import seed_of_run
from tests.rules.analysis.worlds import answers, book_of, everybody, field_of, table_of_chance

#: As many tables are tried in each run; `ISOGLOSS_TABLES=1000` tries more.
TABLES = int(os.environ.get("ISOGLOSS_TABLES") or 250)
SEED = seed_of_run()


def first(mask: int) -> int | None:
    return next(bits_of(mask), None)


class Told:
    """A table, what is told of it, the visitors that are named, and what trying everybody finds: sets of rules as bits."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.seen: dict[str, Visitor] = {}
        self.findings = check_field(field_of(table, seen=self.seen))
        self.masks = everybody(table)
        asked = {cell.input for rule in table.rules for cell in rule.cells}
        #: Somebody of no language can be met in these tables, and cannot be said in a preview.
        self.reads_language = bool(asked & {"language", "languages"})

    def __str__(self) -> str:
        rows = (
            f"{one.id}: { ({cell.input: cell.text for cell in one.cells}) } {one.active}" for one in self.table.rules
        )
        return "\n".join(rows)

    def of(self, *codes: str) -> list[Finding]:
        return [finding for finding in self.findings if finding.code in codes]

    def answer(self, finding: Finding, table: Table | None = None) -> str | None:
        """The rule that answers the visitor whom a finding names."""
        return next(iter(answers(self.seen[finding.witness], book_of(table or self.table))), None)

    def rules(self, finding: Finding) -> list[str]:
        """The rules that a finding names, by their full names."""
        return [f"t/{name}" for name in re.findall(r'(?:Rule t/|")(r\d)', finding.problem)]

    def turned(self, name: str, above: str) -> Table:
        """The same table with a rule moved above another."""
        names = [rule.name for rule in self.table.rules]
        return reordered(self.table, names.index(name), names.index(above))

    def within(self, one: int, other: int) -> bool:
        """Whether whoever meets one rule meets the other."""
        return all(mask >> other & 1 for mask in self.masks if mask >> one & 1)


@pytest.fixture(scope="module")
def every() -> list[Told]:
    chance = random.Random(SEED)
    return [Told(table_of_chance(chance)) for _ in range(TABLES)]


@pytest.fixture(autouse=True)
def _the_seed_is_printed() -> None:
    print(f"seed {SEED}")


def test_a_rule_is_never_reached_exactly_if_trying_everybody_finds_nobody(every: list[Told]) -> None:
    count = 0
    for told in every:
        reached = {first(mask) for mask in told.masks}
        unmet = {rule.name for position, rule in enumerate(told.table.rules) if position not in reached}
        assert {told.rules(one)[0] for one in told.of("shadowed", "never-holds", "no-item")} == unmet, told
        count += len(unmet)
    assert count > TABLES // 10


def test_whom_a_shadowed_rule_does_not_get_is_named(every: list[Told]) -> None:
    named = 0
    for told, finding in [(one, finding) for one in every for finding in one.of("shadowed")]:
        name, *above = told.rules(finding)
        assert above
        if finding.witness:
            assert told.answer(finding) in [rule.name for rule in told.table.rules[: int(name[3:])]], told
            assert told.answer(finding, told.turned(name, "t/r0")) == name, told
            named += 1
        else:
            assert told.reads_language, told
    assert named > TABLES // 20


def surprises(told: Told) -> Iterator[str]:
    """The rules below one of another outcome that crosses them, with somebody whom that one answers and they would."""
    rules, reached = told.table.rules, {first(mask) for mask in told.masks}
    for later in range(len(rules)):
        for earlier in range(later):
            crossing = not told.within(later, earlier) and not told.within(earlier, later)
            both = {earlier, later} <= reached and rules[earlier].outcome != rules[later].outcome
            if crossing and both and any(first(mask) == earlier and mask >> later & 1 for mask in told.masks):
                yield rules[later].name


def test_an_order_surprises_exactly_if_two_rules_cross_and_either_would_answer_the_visitor(every: list[Told]) -> None:
    count = 0
    for told in every:
        found = told.of("ambiguous-order")
        for finding in found:
            name, above = told.rules(finding)[:2]
            assert told.answer(finding) == above, told
            assert told.answer(finding, told.turned(name, above)) == name, told
        names, expected = {told.rules(finding)[0] for finding in found}, set(surprises(told))
        assert names == expected if not told.reads_language and len(found) < 5 else names <= expected, told
        count += len(names)
    assert count > TABLES // 10


def test_a_gap_is_told_exactly_if_trying_everybody_finds_one(every: list[Told]) -> None:
    gaps = 0
    for told in every:
        found = told.of("gap")
        assert [told.answer(finding) for finding in found] == [None] * len(found), told
        if not told.reads_language:
            assert bool(found) == (0 in everybody(told.table, spoken=True)), told
        gaps += len(found)
    assert TABLES // 10 < gaps < TABLES


def test_who_is_to_try_a_rule_that_is_not_in_force_yet_meets_it(every: list[Told]) -> None:
    named = [(told, finding) for told in every for finding in told.of("not-yet") if finding.witness]
    assert len(named) > TABLES // 20
    for told, finding in named:
        assert told.answer(finding) == told.rules(finding)[0], told


def test_what_a_move_changes_is_what_trying_everybody_before_and_after_finds(every: list[Told]) -> None:
    count = 0
    chance = random.Random(SEED)
    for told in every:
        rules = told.table.rules
        moved, above = chance.sample(range(len(rules)), 2)
        after = reordered(told.table, moved, above)
        order = [rules.index(rule) for rule in after.rules]
        changed = set()
        for mask in told.masks:
            then = next((position for position in order if mask >> position & 1), None)
            now = first(mask)
            if now is not None and then is not None and rules[now].outcome != rules[then].outcome:
                changed.add((rules[now].name, rules[then].name))
        found = {}
        for effect in effects_of(field_of(told.table), moved, above):
            assert effect.visitor is not None
            found[effect.before.name, effect.after.name] = effect.visitor
        assert found.keys() == changed if not told.reads_language else found.keys() <= changed, told
        for (one, other), visitor in found.items():
            assert (answers(visitor, book_of(told.table)), answers(visitor, book_of(after))) == (
                frozenset({one}),
                frozenset({other}),
            ), told
        count += len(found)
    assert count > TABLES // 10
