"""Plans: what is left of the tables once the item is known, and which inputs are read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from locales.preference import Word
from rules import book as book_module
from rules import compiling
from rules.book import Plan, Row
from rules.compiling import Test
from rules.context import Context, Subject
from rules.schedules import Watch
from rules.tables import Outcome, Rule
from tests.rules.books import CARTOON, FILM, NOON, PAGE, book, cells, rule


def names(plan: Plan) -> list[list[str]]:
    """The rules of a plan, table by table, in whichever country they hold."""
    found = []
    for part in plan.parts:
        positions = sorted(position for group in part.groups for position in group.positions if position <= part.last)
        found.append([part.table.rules[position].name for position in positions])
    return found


def rows(plan: Plan, country: str | None) -> list[Row]:
    return [row for table in plan.left_in(country).tables for row in table]


def test_a_plan_holds_only_the_rules_that_can_match_the_item() -> None:
    site = book(
        rule("a/film", {"item": "business-class", "country": "ES"}, mode=("sub",)),
        rule("a/cartoon", {"item": "cartoon"}, mode=("dub",)),
        rule("b/children", {"kind": "children", "channel": "tv"}, mode=("dub",)),
        rule("c/all", mode=("dub",)),
    )
    assert names(site.plan(FILM)) == [["a/film"], ["c/all"]]
    assert names(site.plan(CARTOON)) == [["a/cartoon"], ["b/children"], ["c/all"]]


def test_the_cells_of_the_item_are_gone_and_so_are_those_that_always_hold() -> None:
    plan = book(rule("a/r", {"kind": "promo", "device": "", "country": "ES"}, mode=("sub",))).plan(FILM)
    assert [len(row.tests) for row in rows(plan, "ES")] == [0]
    assert rows(plan, "DE") == []
    assert plan.inputs == {"country"}


def test_below_a_rule_that_always_matches_nothing_is_reached() -> None:
    site = book(
        rule("a/first", {"country": "ES"}, mode=("sub",)),
        rule("a/always", {"kind": "promo"}, mode=("sub",)),
        rule("a/never", {"device": "tv"}, mode=("sub",)),
        rule("b/for-now", begins=NOON, mode=("sub",)),
        rule("b/reached", {"referrer": "search"}, mode=("sub",)),
    )
    assert names(site.plan(FILM)) == [["a/first", "a/always"], ["b/for-now", "b/reached"]]
    assert site.plan(FILM).inputs == {"country", "referrer"}


def test_the_inputs_of_a_plan_are_those_that_its_cells_read() -> None:
    site = book(
        rule("a/r", {"languages": "es", "hour": "18..23", "terms": "flug*", "segment": "gold"}, mode=("sub",)),
        rule("a/s", {"item": "other", "device": "tv"}, mode=("sub",)),
    )
    plan = site.plan(FILM)
    assert plan.inputs == {"languages", "hour", "terms", "segment"}
    context = Context(country="ES", segment=("gold",))
    assert dict(zip(plan.slots, plan.values_of(context, "es", ("es", "en")), strict=True)) == {
        "country": "ES",
        "region": None,
        "device": None,
        "segment": ("gold",),
        "terms": (),
        "language": "es",
        "languages": ("es", "en"),
    }


TIMED = [
    ({}, {}, "site", False, False),
    ({"country": "ES"}, {}, "visitor", False, False),
    ({"hour": "7"}, {}, "site", True, False),
    ({"hour": "7"}, {}, "visitor", True, True),
    ({}, {"ends": NOON}, "site", True, False),
    ({}, {"begins": NOON, "ends": NOON + timedelta(1)}, "site", True, False),
]


@pytest.mark.parametrize(("when", "active", "zone", "reads_time", "reads_zone"), TIMED)
def test_a_plan_knows_whether_it_reads_the_clock_and_whose(
    when: dict[str, object], active: dict[str, Any], zone: str, reads_time: bool, reads_zone: bool
) -> None:
    plan = book(rule("a/r", when, mode=("sub",), **active), zone=zone).plan(FILM)
    assert (plan.reads_time, plan.reads_zone) == (reads_time, reads_zone)


PREDICATES = [
    ({"device": ["tv", "phone"]}, {"tv": True, "bot": False, None: False}),
    ({"device": ["!tv"]}, {"phone": True, "tv": False, None: False}),
    ({"device": ["!tv", "unknown"]}, {"phone": False, "tv": False, None: True}),
    ({"region": ["ES-CT", "ES-MD", "!ES-MD"]}, {"ES-CT": True, "ES-MD": False, None: False}),
    ({"language": "es"}, {"es-MX": True, "de": False, None: False}),
    ({"device": ["!unknown"]}, {"tv": True, None: False}),
    ({"save_data": "yes"}, {True: True, False: False, None: False}),
    ({"campaign": "Winter"}, {"winter": True, "WINTER": True, "summer": False, None: False}),
    ({"segment": ["gold", "new"]}, {("gold",): True, ("old", "new"): True, ("old",): False, (): False}),
    ({"terms": "cheap flight*"}, {("cheap", "flights"): True, ("flights",): False, (): False}),
]


@pytest.mark.parametrize(("when", "expected"), PREDICATES)
def test_a_compiled_test_answers_as_its_cell_does(when: dict[str, object], expected: dict[object, bool]) -> None:
    plan = book(rule("a/r", when, mode=("sub",))).plan(FILM)
    [row] = rows(plan, None)
    [(position, predicate, wanted)] = row.tests
    assert plan.slots[position] == next(iter(when))
    for value, holds in expected.items():
        assert (predicate(value) is wanted) is holds is row.rule.cells[0].holds(value)


def test_a_plan_is_made_once() -> None:
    site = book(rule("a/r", mode=("sub",)))
    assert site.plan(FILM) is site.plan(Subject("business-class", "promo", "web", audio=True))


def test_items_of_which_the_same_rules_are_left_share_a_plan() -> None:
    site = book(rule("a/page", {"kind": "page"}, mode=("sub",)), rule("b/r", {"country": "ES"}, mode=("sub",)))
    assert site.plan(FILM) is site.plan(CARTOON)
    assert names(site.plan(PAGE)) == [["a/page"], ["b/r"]]


def test_an_id_whose_kind_changes_has_another_plan() -> None:
    site = book(rule("a/page", {"kind": "page"}, mode=("sub",)))
    assert names(site.plan(Subject("x", "page", "web", audio=False))) == [["a/page"]]
    assert names(site.plan(Subject("x", "promo", "web", audio=False))) == []


def test_of_a_plan_only_what_is_left_in_a_country_is_read() -> None:
    site = book(
        rule("a/es", {"country": "ES", "device": "tv"}, mode=("sub",)),
        rule("a/dach", {"country": "@dach"}, mode=("sub",)),
        rule("a/known", {"country": "!unknown", "referrer": "search"}, mode=("sub",)),
        rule("a/blank", {"country": "unknown"}, mode=("sub",)),
        rule("b/tv", {"device": "tv"}, mode=("sub",)),
        rule("c/es", {"country": "ES"}, mode=("sub",)),
    )
    plan = site.plan(FILM)
    for country, expected in (
        ("ES", [["a/es", "a/known"], ["b/tv"], ["c/es"]]),
        ("CH", [["a/dach"], ["b/tv"]]),
        ("FR", [["a/known"], ["b/tv"]]),
        (None, [["a/blank"], ["b/tv"]]),
    ):
        left = plan.left_in(country)
        assert [[row.rule.name for row in table] for table in left.tables] == expected
        assert all(plan.slots[position] != "country" for row in rows(plan, country) for position, _, _ in row.tests)
        assert plan.left_in(country) is left
        assert plan.left_in("SE").tables[1] in left.tables


CELLS_ON_COUNTRY: list[tuple[list[str], dict[str | None, bool]]] = [
    (["DE", "ES"], {"DE": True, "FR": False, None: False}),
    (["!US"], {"DE": True, "US": False, None: False}),
    (["!US", "unknown"], {"DE": False, "US": False, None: True}),
    (["@dach", "!CH"], {"DE": True, "CH": False, None: False}),
]


@pytest.mark.parametrize(("country", "expected"), CELLS_ON_COUNTRY)
def test_a_rule_is_left_where_its_cell_on_the_country_holds(
    country: list[str], expected: dict[str | None, bool]
) -> None:
    plan = book(rule("a/r", {"country": country, "kind": "promo", "device": "tv"}, mode=("sub",))).plan(FILM)
    for value, holds in expected.items():
        assert [row.rule.name for row in rows(plan, value)] == ["a/r"] * holds


def test_rules_of_many_groups_keep_their_order() -> None:
    whens = [{"country": "ES"}, {}, {"country": "ES", "kind": "promo"}, {"country": "@eu"}, {"country": "!unknown"}]
    site = book(*(rule(f"a/r{n}", {**whens[n % 5], "campaign": str(n)}, mode=("sub",)) for n in range(20)))
    in_spain = [row.rule.id for row in rows(site.plan(FILM), "ES")]
    assert in_spain == [f"r{n}" for n in range(20)]
    assert [row.rule.id for row in rows(site.plan(FILM), "US")] == [f"r{n}" for n in range(20) if n % 5 in {1, 4}]
    assert [row.rule.id for row in rows(site.plan(FILM), None)] == [f"r{n}" for n in range(20) if n % 5 == 1]


def test_a_rule_that_always_holds_in_a_country_ends_the_table_there() -> None:
    site = book(
        rule("a/tv", {"device": "tv"}, mode=("sub",)),
        rule("a/es", {"country": "ES"}, mode=("sub",)),
        rule("a/all", {"referrer": "search"}, mode=("sub",)),
    )
    plan = site.plan(FILM)
    assert [row.rule.id for row in rows(plan, "ES")] == ["tv", "es"]
    assert [row.rule.id for row in rows(plan, "DE")] == ["tv", "all"]


def test_what_a_plan_reads_ends_at_the_rule_that_always_holds() -> None:
    site = book(
        rule("a/first", {"country": "ES", "hour": "7"}, language="es"),
        rule("a/always", {"kind": "promo"}, language="de"),
        rule("a/never", {"country": "ES", "weekday": "mon", "terms": "x"}, language="fr"),
        rule("a/nor", {"device": "tv"}, language="nl"),
        zone="visitor",
    )
    plan = site.plan(FILM)
    assert plan.inputs == {"country", "hour"}
    assert plan.said == {"es", "de"}
    assert plan.reads_zone
    assert [cell.text for cell in plan.cells_on("country")] == [("ES",)]
    assert (plan.cells_on("terms"), plan.cells_on("weekday"), plan.cells_on("hour", False)) == ((), (), ())
    assert [cell.text for cell in plan.cells_on("hour", True)] == [("7",)]


def test_equal_cells_are_one() -> None:
    site = book(*(rule(f"a/r{n}", {"device": "tv", "campaign": str(n % 2)}, mode=("sub",)) for n in range(4)))
    plan = site.plan(FILM)
    assert [cell.text for cell in plan.cells_on("device")] == [("tv",)]
    assert [cell.text for cell in plan.cells_on("campaign")] == [("0",), ("1",)]
    assert plan.cells_on("campaign") is plan.cells_on("campaign")


def test_a_plan_finds_the_cells_on_search_words_that_hold() -> None:
    whens = ({"terms": "rome"}, {"terms": "flug*", "country": "ES"}, {"terms": "!oslo"}, {"device": "tv"})
    plan = book(*(rule(f"a/r{n}", when, mode=("sub",)) for n, when in enumerate(whens))).plan(FILM)
    for terms in ((), ("rome",), ("flughafen", "rome"), ("oslo",)):
        assert plan.holding(terms) == tuple(at for at, cell in enumerate(plan.cells_on("terms")) if cell.holds(terms))


def test_rows_of_a_large_group_are_ready_before_anybody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counted(tests: tuple[Test, ...], watch: Watch | None, rule: Rule, words: dict[str, Word]) -> Row:
        made.append(rule.id)
        return Row(tests, watch, rule, words)

    monkeypatch.setattr(compiling, "Row", counted)
    spain = cells({"country": "ES"})
    rules = [Rule("a", f"r{n}", (*spain, *cells({"campaign": str(n)})), Outcome(mode=("sub",))) for n in range(3)]
    cases: list[tuple[int, list[str]]] = [(3, []), (2, ["r0", "r1", "r2"])]
    for most, before in cases:
        made.clear()
        monkeypatch.setattr(compiling, "PROMPT", most)
        plan = book(*rules).plan(FILM)
        assert made == before
        assert len(rows(plan, "ES")) == 3
        assert made == ["r0", "r1", "r2"]


def test_countries_beyond_the_bound_are_answered_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_module, "COUNTRIES", 1)
    plan = book(rule("a/r", {"country": ["DE", "ES"]}, mode=("sub",))).plan(FILM)
    assert plan.left_in("DE") is plan.left_in("DE")
    assert plan.left_in("ES").tables == plan.left_in("ES").tables
    assert plan.left_in("ES") is not plan.left_in("ES")


def test_the_word_of_a_norm_is_made_once() -> None:
    site = book()
    word = site.norm_word("de", "DE", None, "promo", "web", None)
    assert word is not None
    assert (word.layer, word.rule, word.mode) == ("norms", "norm/DE", ("dub", "sub"))
    assert site.norm_word("de", "DE", None, "promo", "web", None) is word
