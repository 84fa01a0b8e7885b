"""Sets of rules as numbers, and columns: the set that each value of an input leaves."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pytest

from rules import atoms, bitsets
from rules.bitsets import Column, Room, Speaking, set_of
from tests.rules.books import cells


def members(rules: int, count: int) -> list[int]:
    """The positions of a set, read bit by bit."""
    return [position for position in range(count) if rules >> (count - 1 - position) & 1]


def column(name: str, written: Sequence[object], few: int = 0, room: Room | None = None) -> Column:
    """A column of rules that each have one cell; an empty one asks for nothing."""
    asked = [(cells({name: raw})[0], [position]) for position, raw in enumerate(written)]
    speaking = Speaking((cell, positions) for cell, positions in asked if cell.asks)
    return Column(name, speaking, len(written), few, room or Room(len(written)))


@pytest.mark.parametrize("count", [1, 7, 8, 9, 64, 1001])
def test_the_first_rule_is_the_highest_bit(count: int) -> None:
    chance = random.Random(count)
    for _ in range(20):
        positions = sorted(chance.sample(range(count), chance.randint(0, count)))
        found = set_of(positions, count)
        assert members(found, count) == positions
        assert count - found.bit_length() == (positions[0] if positions else count)


CELLS: Mapping[str, tuple[list[object], list[object]]] = {
    "country": ([["DE", "AT"], "", ["!DE"], ["unknown"], ["@dach", "!CH"]], ["DE", "AT", "CH", "XX", None]),
    "save_data": (["yes", "no", "", ["!yes", "unknown"]], [True, False, None]),
    "campaign": ([["Winter", "x"], ["!WINTER"], "", ["unknown"]], ["winter", "Winter", "X", "other", None]),
    "segment": ([["gold", "New"], ["!gold"], "", ["unknown"]], [("gold",), ("NEW", "old"), ("old",), ()]),
    "language": ([["zh"], ["zh-Hant", "de"], ["!es-419"], ["unknown"]], ["zh-TW", "es-MX", "es-ES", "de", "eo", None]),
    "languages": (
        [["zh"], ["es", "!de"], ["!es-419"], ["unknown"]],
        [("zh-TW",), ("es-MX",), ("de", "es"), ("eo",), ()],
    ),
    "terms": (
        [["flug*"], ["cheap flight*"], ["!rome"], ["unknown"], ["rome", "*light"]],
        [("cheap", "flights"), ("flight", "cheap"), ("to", "rome"), ("flughafen",), ()],
    ),
    "hour": ([["22..2"], ["!7"], ["0..23"]], [0, 7, 22]),
    "date": (
        [["2026-11-22"], ["2026-12-24..2026-01-06"], ["!2026-11-22"], ["2026-11-01..2026-11-30", "!2026-11-22"]],
        [date(2026, 11, 22), date(2026, 11, 23), date(2026, 12, 31), date(2026, 7, 1)],
    ),
}


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("few", [0, 1, 100])
def test_a_value_leaves_the_rules_whose_cell_holds(name: str, few: int) -> None:
    written, values = CELLS[name]
    parsed = [cells({name: raw})[0] for raw in written]
    found = column(name, written, few)
    for value in (*values, *values):
        expected = [position for position, cell in enumerate(parsed) if cell.holds(value)]
        assert members(found.leaves(value), len(written)) == expected
        for other in values:
            if found.class_of(other) == found.class_of(value):
                assert found.leaves(other) == found.leaves(value)


def test_values_that_leave_the_same_rules_are_one_class() -> None:
    classes = column("country", [["DE", "AT"], ["@dach"], ["ES"], ["FR", "ES"], ["!IT"]]).class_of
    assert classes("DE") == classes("AT") != classes("CH")
    assert classes("US") == classes("NL") != classes(None)
    assert len({classes(one) for one in ("DE", "CH", "ES", "FR", "US", None)}) == 6
    for few in (0, 9):
        terms = column("terms", [["rome"], ["cheap flight*"]], few).class_of
        assert terms(("to", "rome")) == terms(("rome", "hotel")) != terms(("oslo",))
        assert terms(("oslo",)) == terms(("paris",))


def test_equal_sets_that_are_made_at_the_start_are_one_number() -> None:
    found = column("country", [["@eu", "DE"], ["@eu"], "", ["US"]])
    assert found.leaves("FR") is found.leaves("IT")
    assert found.leaves("BR") is found.free


MIXED: list[tuple[str, list[object], tuple[str, ...] | None]] = [
    ("terms", [["rome"], ["oslo", "rome"], ""], ("rome", "oslo")),
    ("segment", [["Gold"], ["new", "gold"], ""], ("gold", "new")),
    ("terms", [["rome"], ["cheap flight*"]], None),
    ("terms", [["rome"], ["cheap flights"]], None),
    ("terms", [["rome"], ["!oslo"]], None),
    ("terms", [["rome"], ["unknown"]], None),
    ("terms", [["rome"], ["!unknown"]], None),
    ("languages", [["de"], ["en"]], None),
    ("campaign", [["a"]], None),
]


@pytest.mark.parametrize(("name", "written", "expected"), MIXED)
def test_where_single_values_are_enough_each_has_the_rules_that_it_leaves(
    name: str, written: list[object], expected: tuple[str, ...] | None
) -> None:
    found = column(name, written)
    assert (None if found.members is None else tuple(sorted(found.members, reverse=name == "terms"))) == expected
    for member, rules in (found.members or {}).items():
        assert rules == found.leaves((member,))
    assert column(name, written, few=9).members is None  # without sets there is nothing to put together


def test_tags_that_visitors_bring_are_remembered_within_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atoms, "TAGS", 2)
    found = column("language", [["de"], ["en"], ["zh-Hant"]])
    for _ in range(3):
        assert [members(found.left_by(found.met(tag)), 3) for tag in ("de-AT", "en", "zh-TW", "fr", "de")] == [
            [0], [1], [2], [], [0],
        ]  # fmt: skip


def sizes(found: Iterable[Column]) -> list[int]:
    return [len(one.sets) for one in found]


def test_what_is_remembered_of_visitors_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bitsets, "VALUES", 5)
    found = column("campaign", [["a"], ["b"], ["!c"]])
    start, classes = len(found.sets), {found.class_of(one) for one in ("a", "b", "c", "else")}
    for number in range(100):
        found.leaves(f"v{number}"), found.class_of(f"v{number}")
        assert len(found.sets) <= start + 5
        assert len(found.classes) <= start + 5
    assert members(found.leaves("a"), 3) == [0, 2]
    assert classes == {found.class_of(one) for one in ("a", "b", "c", "else")}


def test_sets_made_for_visitors_share_the_room_of_their_index(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(800)
    room.left = 10 * room.set_size
    one, other = (column(name, [[f"word{n}"] for n in range(800)], 9, room) for name in ("terms", "campaign"))
    for number in range(60):
        assert members(one.leaves((f"word{number}",)), 800) == [number]
        assert members(other.leaves(f"word{number}"), 800) == [number]
        assert sum(sizes((one, other))) <= 10 + 2 * 2  # blank is there from the start, and each may have one beyond
    assert room.left >= -room.set_size
