"""Plans: what is left of the tables once the item is known, and which inputs are read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rules import book as book_module
from rules.book import Plan, RuleBook
from rules.context import Context, Subject
from tests.rules.books import CARTOON, FILM, NOON, PAGE, book, rule


def names(plan: Plan) -> list[list[str]]:
    """The rules of a plan, table by table, in whichever country they hold."""
    found = []
    for part in plan.parts:
        positions = sorted(position for group in part.groups for position in group.positions if position <= part.last)
        found.append([part.table.rules[position].name for position in positions])
    return found


def values(plan: Plan, **known: object) -> tuple[object, ...]:
    """A visitor's values: those that are named, all others blank."""
    context = Context(**{name: value for name, value in known.items() if name not in {"language", "languages"}})  # type: ignore[arg-type] # tests name fields by text
    return plan.values_of(context, known.get("language"), known.get("languages", ()))  # type: ignore[arg-type] # as above


def found(plan: Plan, **known: object) -> list[str]:
    """The rules that win for such a visitor, worked out and remembered."""
    for _ in range(2):
        won, _ = plan.winners(values(plan, **known), NOON, None)
        rules, _ = plan.search(values(plan, **known), NOON, None)
        assert won.rules == rules
    return [rule.name for rule in rules]


def certain(plan: Plan, country: str | None) -> list[str] | None:
    """The rules that win in a country whatever else a visitor is, None where there is more to ask."""
    won = plan.certain_in(country)
    assert plan.certain_in(country) is won
    return None if won is None else [rule.name for rule in won.rules]


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
    assert plan.inputs == {"country"}
    assert plan.slots == ("country",)
    assert (certain(plan, "ES"), certain(plan, "DE")) == (["a/r"], [])


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
        "segment": ("gold",),
        "terms": (),
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
def test_a_rule_wins_where_its_cell_holds(when: dict[str, object], expected: dict[object, bool]) -> None:
    [name] = when
    only = rule("a/r", when, mode=("sub",))
    plan = book(only).plan(FILM)
    for value, holds in expected.items():
        assert only.cells[0].holds(value) is holds
        assert found(plan, **{name: value}) == ["a/r"] * holds


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


def test_where_the_country_settles_everything_nothing_else_is_asked() -> None:
    site = book(
        rule("a/es-tv", {"country": "ES", "device": "tv"}, mode=("sub",)),
        rule("a/es", {"country": "ES"}, mode=("sub",)),
        rule("a/dach", {"country": "@dach", "kind": "promo", "os": ""}, mode=("sub",)),
        rule("a/soon", {"country": "CH"}, begins=NOON, mode=("sub",)),
        rule("a/blank", {"country": "unknown"}, mode=("sub",)),
        rule("b/nl", {"country": "NL"}, begins=NOON, mode=("sub",)),
        rule("c/all", {"country": "!unknown"}, mode=("sub",)),
    )
    plan = site.plan(FILM)
    for country, expected in (
        ("ES", None),
        ("CH", ["a/dach", "c/all"]),
        ("NL", None),
        ("FR", ["c/all"]),
        (None, ["a/blank"]),
    ):
        assert certain(plan, country) == expected
    assert found(plan, country="ES", device="tv") == ["a/es-tv", "c/all"]
    assert found(plan, country="ES") == ["a/es", "c/all"]


CELLS_ON_COUNTRY: list[tuple[list[str], dict[str | None, bool]]] = [
    (["DE", "ES"], {"DE": True, "FR": False, None: False}),
    (["!US"], {"DE": True, "US": False, None: False}),
    (["!US", "unknown"], {"DE": False, "US": False, None: True}),
    (["@dach", "!CH"], {"DE": True, "CH": False, None: False}),
]


@pytest.mark.parametrize(("country", "expected"), CELLS_ON_COUNTRY)
def test_a_rule_is_certain_where_its_cell_on_the_country_holds(
    country: list[str], expected: dict[str | None, bool]
) -> None:
    plan = book(rule("a/r", {"country": country, "kind": "promo"}, mode=("sub",))).plan(FILM)
    for value, holds in expected.items():
        assert certain(plan, value) == ["a/r"] * holds


def test_rules_keep_their_order_whatever_they_ask_of_the_item() -> None:
    whens = [{"kind": "page"}, {"kind": "promo"}, {"item": "!cartoon"}, {}, {"channel": "tv"}]
    site = book(*(rule(f"a/r{n}", {**whens[n % 5], "segment": f"s{n % 7}"}, mode=("sub",)) for n in range(35)))
    for subject, held in ((FILM, {1, 2, 3}), (PAGE, {0, 2, 3}), (CARTOON, {3, 4})):
        for segment in range(7):
            first = next(n for n in range(35) if n % 5 in held and n % 7 == segment)
            assert found(site.plan(subject), segment=(f"s{segment}",)) == [f"a/r{first}"]


def by_item(items: int, each: int) -> RuleBook:
    """A table that has some rules for each item, and a few for all."""
    whens = [{"item": f"item-{n % items}", "campaign": f"c{n}"} for n in range(items * each)]
    rules = [rule(f"a/r{n}", when, mode=("sub",)) for n, when in enumerate(whens)]
    return book(*rules, rule("a/tv", {"device": "tv"}, mode=("sub",)), rule("a/all", mode=("dub",)))


def test_items_with_few_rules_of_a_long_table_have_an_index_of_their_own_while_there_is_room() -> None:
    site = by_item(8, 50)
    plans = [site.plan(Subject(f"item-{n}", "promo", "web", audio=True)) for n in range(8)]
    whole = site.compiled[0].index
    indexes = [search.index for plan in plans for search in plan.searches]
    sizes = [len(index.rules) for index in indexes]
    assert sizes == [52, 52, 52, 402, 402, 402, 402, 402]
    assert all((index is whole) is (size == 402) for index, size in zip(indexes, sizes, strict=True))
    for item, plan in enumerate(plans):
        assert found(plan, campaign=f"c{item + 8}", device="tv") == [f"a/r{item + 8}"]
        assert found(plan, campaign=f"c{item + 9}", device="tv") == ["a/tv"]
        assert found(plan, campaign="other") == ["a/all"]
        assert plan.inputs == {"campaign", "device"}


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


def test_countries_beyond_the_bound_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_module, "COUNTRIES", 1)
    plan = book(rule("a/r", {"country": ["DE", "ES"]}, mode=("sub",))).plan(FILM)
    for country, expected in (("DE", ["a/r"]), ("FR", []), ("DE", ["a/r"])):
        assert certain(plan, country) == expected


def test_who_won_is_remembered_by_classes_and_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_module, "VISITORS", 3)
    monkeypatch.setattr(book_module, "JOINED_VALUES", 2)
    tables = ("a", "b", "c", "d", "e")
    rules = [
        rule(f"{table}/r{n}", {"campaign": [f"{table}{n}", str(n)]}, mode=("sub",))
        for table in tables
        for n in range(5)
    ]
    site = book(*rules)
    plan = site.plan(FILM)
    for campaign in ("a1", "b2", "3", "none", "NONE", "a1", "other", "e0", "4"):
        expected = [one.name for one in rules if one.cells[0].holds(campaign)]
        assert found(plan, campaign=campaign) == expected
        won, _ = plan.winners(values(plan, campaign=campaign), NOON, None)
        assert plan.winners(values(plan, campaign=campaign), NOON, None)[0] is won
    first, _ = plan.winners(values(plan, campaign="none"), NOON, None)
    assert plan.winners(values(plan, campaign="another"), NOON, None)[0] is first


def test_what_is_remembered_where_the_clock_counts_ends_with_the_next_flip() -> None:
    later = NOON + timedelta(hours=3)
    plan = book(
        rule("a/later", {"device": "tv"}, begins=later, mode=("sub",)), rule("a/tv", {"os": "ios"}, mode=("sub",))
    ).plan(FILM)
    tv = values(plan, device="tv", os="ios")
    for moment, name, expires in (
        (NOON, "a/tv", later),
        (later - timedelta(seconds=1), "a/tv", later),
        (later, "a/later", None),
        (later + timedelta(days=9), "a/later", None),
        (NOON, "a/tv", later),
    ):
        won, flip = plan.winners(tv, moment, None)
        assert ([rule.name for rule in won.rules], flip) == ([name], expires)


def test_the_word_of_a_norm_is_made_once() -> None:
    site = book()
    word = site.norm_word("de", "DE", None, "promo", "web", None)
    assert word is not None
    assert (word.layer, word.rule, word.mode) == ("norms", "norm/DE", ("dub", "sub"))
    assert site.norm_word("de", "DE", None, "promo", "web", None) is word


def test_what_is_remembered_of_now_ends_with_the_day_even_where_a_flip_beyond_the_horizon_hides_behind_a_known_one() -> (
    None
):
    """Within 400 days nothing of `june` flips; `until` is known, and later than that."""
    plan = book(
        rule("a/june", {"country": "ES", "date": "2028-06-01..2028-06-30"}, mode=("sub",)),
        rule("a/until", {"country": "ES"}, mode=("dub",), ends=NOON + timedelta(days=1200)),
    ).plan(FILM)
    summer = NOON.replace(year=2028, month=6, day=15)
    won = [plan.winners(values(plan, country="ES"), moment, None)[0].rules[0].id for moment in (NOON, summer, NOON)]
    assert won == ["until", "june", "until"]


def test_a_rule_whose_dates_end_beyond_the_horizon_and_before_its_schedule_ends_with_its_dates() -> None:
    ends = NOON + timedelta(days=1200)
    plan = book(rule("a/r", {"date": "2026-01-01..2028-06-30"}, mode=("sub",), ends=ends)).plan(FILM)
    asked = [plan.search(values(plan), moment, None) for moment in (NOON, NOON + timedelta(days=700))]
    assert [[one.id for one in rules] for rules, _ in asked] == [["r"], []]
    assert asked[0][1] is None  # nobody knows yet


def test_values_that_several_tables_read_are_remembered_within_one_bound_for_all_plans(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(book_module, "JOINED_VALUES", 10)
    site = book(rule("a/r", {"campaign": "x"}, mode=("sub",)), rule("b/r", {"campaign": "y"}, mode=("dub",)))
    film, other = site.plan(FILM), book(rule("a/r", {"campaign": "x"}, mode=("sub",))).plan(FILM)
    assert found(other, campaign="x") == ["a/r"]
    for number in range(50):
        film.winners(values(film, campaign=f"c{number}"), NOON, None)
        (joined,) = film._columns
        assert len(joined.classes) <= 10
    assert (found(film, campaign="x"), found(film, campaign="y")) == (["a/r"], ["b/r"])
