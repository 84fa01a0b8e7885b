"""Tables of chance: what an analysis says of them is what trying everybody says, and every visitor it names is answered so."""

from __future__ import annotations

import random
import re

import pytest

from locales.findings import Finding
from rules.analysis.telling import Shadows, bits_of, check_field
from rules.analysis.world import Visitor
from rules.tables import Table
from tests.rules.analysis.worlds import answers, book_of, everybody, field_of, table_of_chance, turned

TABLES = 1_200
SEED = random.randrange(1_000_000)


def tables(seed: int, count: int = TABLES) -> list[Table]:
    print(f"seed {seed}")
    chance = random.Random(seed)
    return [table_of_chance(chance) for _ in range(count)]


def first(mask: int) -> int | None:
    return next(bits_of(mask), None)


def described(table: Table) -> str:
    return "\n".join(
        f"{rule.id}: { ({cell.input: cell.text for cell in rule.cells}) } {rule.active} {rule.outcome.mode}"
        for rule in table.rules
    )


@pytest.mark.parametrize("seed", [1, SEED])
def test_a_rule_is_shadowed_exactly_if_trying_everybody_finds_nobody(seed: int) -> None:
    count = 0
    for table in tables(seed):
        met = Shadows(field_of(table))
        list(met.findings())
        reached = {first(mask) for mask in everybody(table)}
        unmet = {position for position in range(len(table.rules)) if position not in reached}
        assert met.unmet == unmet, described(table)
        count += len(unmet)
    assert count > 100


class Told:
    """What is told of a table, and the visitors that are named."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.seen: dict[str, Visitor] = {}
        field = field_of(table, seen=self.seen)
        self.findings = check_field(field)

    def of(self, code: str) -> list[Finding]:
        return [finding for finding in self.findings if finding.code == code]

    def answer(self, finding: Finding, table: Table | None = None) -> str | None:
        """The rule that answers the visitor whom a finding names."""
        visitor = self.seen[finding.witness]
        return next(iter(answers(visitor, book_of(table or self.table))), None)

    def rules(self, finding: Finding) -> list[str]:
        """The rules that a finding names, by their full names."""
        return [f"t/{name}" for name in re.findall(r'(?:Rule t/|")(r\d)', finding.problem)]


def test_whom_a_shadowed_rule_does_not_get_is_named() -> None:
    named = 0
    for table in tables(SEED, 600):
        told = Told(table)
        for finding in told.of("shadowed"):
            if finding.witness:
                name, *above = told.rules(finding)
                assert told.answer(finding) != name
                assert told.answer(finding) in [rule.name for rule in table.rules[: int(name[3:])]], described(table)
                assert above
                assert told.answer(finding, turned(table, name, table.rules[0].name)) == name, described(table)
                named += 1
            else:
                assert {cell.input for rule in table.rules for cell in rule.cells} & {"language", "languages"}
    assert named > 50


def holds_both(table: Table, one: int, other: int) -> bool:
    return any(mask >> one & 1 and mask >> other & 1 and first(mask) == one for mask in everybody(table))


def within(masks: set[int], one: int, other: int) -> bool:
    """Whether whoever meets one rule meets the other."""
    return not any(mask >> one & 1 and not mask >> other & 1 for mask in masks)


def surprises(table: Table, masks: set[int]) -> set[str]:
    """The rules below one of another outcome that crosses them, with somebody whom that one answers and they would."""
    rules, reached = table.rules, {first(mask) for mask in masks}
    found = set()
    for later in range(len(rules)):
        for earlier in range(later):
            crossing = not within(masks, later, earlier) and not within(masks, earlier, later)
            both = {earlier, later} <= reached and rules[earlier].outcome != rules[later].outcome
            if crossing and both and any(first(mask) == earlier and mask >> later & 1 for mask in masks):
                found.add(rules[later].name)
    return found


def test_an_order_surprises_exactly_if_two_rules_cross_and_its_visitor_would_be_answered_by_either() -> None:
    count = 0
    for table in tables(SEED, 800):
        told, expected = Told(table), surprises(table, everybody(table))
        found = told.of("ambiguous-order")
        for finding in found:
            name, above = told.rules(finding)[:2]
            assert told.answer(finding) == above, described(table)
            assert told.answer(finding, turned(table, name, above)) == name, described(table)
        names = {told.rules(finding)[0] for finding in found}
        if len(names) < 5 and not {cell.input for rule in table.rules for cell in rule.cells} & {
            "language",
            "languages",
        }:
            assert names == expected, described(table)
        assert names <= expected, described(table)
        count += len(names)
    assert count > 100


def test_a_gap_is_told_exactly_if_trying_everybody_finds_one() -> None:
    gaps = 0
    for table in tables(SEED, 600):
        told = Told(table)
        for finding in told.of("gap"):
            assert told.answer(finding) is None, described(table)
        asked = {cell.input for rule in table.rules for cell in rule.cells}
        if not asked & {"language", "languages"}:
            assert bool(told.of("gap")) == (0 in everybody(table, spoken=True)), described(table)
        gaps += bool(told.of("gap"))
    assert 100 < gaps < 600


def test_somebody_to_try_a_rule_with_that_is_not_in_force_yet_meets_it() -> None:
    count = 0
    for table in tables(SEED, 600):
        told = Told(table)
        for finding in told.of("not-yet"):
            if finding.witness:
                assert told.answer(finding) == told.rules(finding)[0]
                count += 1
    assert count > 50
