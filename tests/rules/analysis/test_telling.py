"""Tests of what is told of a table: each finding, its words, its visitor."""

from __future__ import annotations

import random
import resource
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl

import pytest

from locales.findings import Finding, Severity
from rules.analysis.axes import any_referrals
from rules.analysis.field import Field
from rules.analysis.moving import effects_of
from rules.analysis.searching import Budget, Ended
from rules.analysis.telling import NEEDED, check_field, named, said
from rules.analysis.world import Atom, Visitor
from rules.inputs import DEVICES
from rules.tables import Arm, Outcome, Rule, Split, Table
from tests.rules.analysis.worlds import BERLIN, field_of, world_of
from tests.rules.books import NOON, rule

MODES = ("sub", "dub", "voiceover")

SPLIT = Split("x", (Arm("a", 1, Outcome("es-sub")), Arm("b", 1, Outcome("es-dub"))), "a", "blake2b-1", 10_000)


def table(*whens: Mapping[str, object], **more: object) -> Table:
    """A table of these rules, `r0`, `r1` …, each with another mode than its neighbours."""
    rules = [rule(f"t/r{at}", when, mode=[MODES[at % 3]], **more) for at, when in enumerate(whens)]  # type: ignore[arg-type]
    return Table("t", tuple(rules), file="rules/t.toml")


def told(*whens: Mapping[str, object]) -> list[Finding]:
    return check_field(field_of(table(*whens)))


def codes(*whens: Mapping[str, object]) -> list[str]:
    return [finding.code for finding in told(*whens) if finding.code != "gap"]


#: Tables, and what is said of them besides a gap.
TABLES: list[tuple[Sequence[Mapping[str, object]], list[str]]] = [
    ([{}], []),
    ([{"country": ["DE"]}, {"country": ["ES"]}], []),
    ([{"country": ["DE"]}, {"country": ["DE", "ES"]}], []),
    ([{"country": ["DE", "ES"]}, {"country": ["DE"]}], ["shadowed"]),
    ([{"country": ["@dach"]}, {"country": ["DE"], "device": ["tv"]}], ["shadowed"]),
    # a region implies its country
    ([{"country": ["ES"]}, {"region": ["ES-CT"]}], ["shadowed"]),
    ([{"region": ["ES-CT"]}, {"country": ["ES"]}], []),
    ([{"country": ["DE"], "region": ["ES-CT"]}], ["never-holds"]),
    ([{"country": ["ES"]}, {"region": ["!ES-CT"]}], ["ambiguous-order"]),
    ([{"country": ["ES"]}, {"country": ["ES"], "region": ["!ES-CT"]}], ["shadowed"]),
    # parts of the day are hours
    ([{"daypart": ["night"]}, {"hour": ["2..4"]}], ["shadowed"]),
    ([{"hour": ["0..5"]}, {"daypart": ["night"]}], ["shadowed"]),
    ([{"daypart": ["morning"], "hour": ["12"]}], ["never-holds"]),
    # dates have weekdays
    ([{"weekday": ["thu"]}, {"date": ["2026-12-24"]}], ["shadowed"]),
    ([{"weekday": ["fri"], "date": ["2026-12-24"]}], ["never-holds"]),
    ([{"weekday": ["!sat", "!sun"]}, {"weekday": ["sat..sun"]}, {"device": ["tv"]}], ["shadowed"]),
    ([{"date": ["9999-12-31"]}, {"date": ["9999-12-31"], "weekday": ["mon"]}], []),
    # the first language is one of all
    ([{"languages": ["de"]}, {"language": ["de"]}], ["shadowed"]),
    ([{"language": ["de"]}, {"languages": ["de"]}], []),
    ([{"language": ["zh"]}, {"language": ["zh-TW"]}], ["shadowed"]),
    ([{"language": ["zh-TW"]}, {"language": ["zh-Hant"]}], []),
    ([{"language": ["es-MX"]}, {"language": ["es-419"]}, {"language": ["es"]}], []),
    ([{"language": ["en"]}, {"language": ["en-US"]}], ["shadowed"]),
    ([{"language": ["en-US"]}, {"language": ["en"]}], []),
    # a referrer has a name only if somebody comes that way
    ([{"referrer": ["search"]}, {"referrer": ["search"], "referrer_name": ["google"]}], ["shadowed"]),
    ([{"referrer": ["direct"], "referrer_name": ["google"]}], ["never-holds"]),
    # sets hold several values at once
    ([{"segment": ["gold"]}, {"segment": ["family"]}], ["ambiguous-order"]),
    ([{"segment": ["gold"]}, {"segment": ["!gold"]}, {"segment": ["family"]}], ["shadowed"]),
    ([{"segment": ["!gold"]}, {"segment": ["family"]}], ["ambiguous-order"]),
    # runs of words
    ([{"terms": ["flug*"]}, {"terms": ["flugzeug"]}], ["shadowed"]),
    ([{"terms": ["flugzeug"]}, {"terms": ["flug*"]}], []),
    ([{"terms": ["cheap"]}, {"terms": ["cheap flight*"]}], ["shadowed"]),
    ([{"terms": ["zzyzx", "*wyqwy"]}, {"terms": ["!zzyzx"]}], ["ambiguous-order"]),
    # several together
    ([{"device": ["tv"]}, {"device": ["!tv"]}, {"device": ["unknown"]}, {"os": ["ios"]}], ["shadowed"]),
    ([{"device": ["tv"]}, {"device": ["!tv"]}, {"os": ["ios"]}], ["ambiguous-order"]),
    ([{"os": ["ios"]}, {"os": ["!ios"]}, {"os": ["unknown"]}, {}], ["shadowed"]),
    # flags
    ([{"captions": ["yes"]}, {"captions": ["!yes"]}, {"captions": ["unknown"]}, {}], ["shadowed"]),
    ([{"save_data": ["yes"]}, {"save_data": ["no"]}, {"save_data": ["unknown"]}, {"age": ["teen"]}], ["shadowed"]),
    # items
    ([{"item": ["business-class"]}, {"item": ["business-class"], "kind": ["page"]}], ["no-item"]),
    ([{"kind": ["promo"]}, {"item": ["business-class"]}], ["shadowed"]),
    ([{"item": ["nothing-of-ours"]}], ["no-item"]),
    # what is settled above surprises nobody
    ([{"country": ["ES"], "device": ["tv"]}, {"country": ["ES"]}, {"device": ["tv"]}], []),
]


@pytest.mark.parametrize(("whens", "expected"), TABLES, ids=[str(whens) for whens, _ in TABLES])
def test_what_is_told_of_a_table(whens: Sequence[Mapping[str, object]], expected: list[str]) -> None:
    assert codes(*whens) == expected


def test_a_finding_has_severity_place_cure_and_a_visitor() -> None:
    (found,) = [
        finding for finding in told({"country": ["DE", "ES"]}, {"country": ["ES"]}) if finding.code == "shadowed"
    ]
    assert found.severity is Severity.warning
    assert found.problem == 'Rule t/r1: it is never reached: whoever meets it meets "r0" (line 0) above it.'
    assert found.cure == 'Move it above "r0", or take it out.'
    assert found.witness == "business-class ?country=ES"
    assert str(found).splitlines()[1:] == [f"    {found.cure}", f"    try {found.witness}"]


def test_of_several_rules_those_are_named_that_are_needed() -> None:
    whens = [{"device": [one]} for one in DEVICES]
    found = told(*whens, {"os": ["ios"], "device": ["tv", "phone"]}, {"device": ["unknown"]}, {"os": ["ios"]})
    shadowed = {finding.problem.split(":")[0]: finding.problem for finding in found if finding.code == "shadowed"}
    assert (
        'one of "r0" (line 0), "r1" (line 0), "r2" (line 0), "r3" (line 0) and 5 more above' in shadowed["Rule t/r10"]
    )
    assert 'one of "r0" (line 0), "r3" (line 0) above' in shadowed["Rule t/r8"]


def test_of_too_many_rules_all_are_said_to_be_needed() -> None:
    whens = [{"campaign": [f"c{number}"]} for number in range(NEEDED)]
    found = told(
        *whens, {"campaign": ["unknown"]}, {"campaign": [f"!c{at}" for at in range(NEEDED)]}, {"device": ["tv"]}
    )
    assert f"and {NEEDED - 2} more above it" in found[-1].problem


def test_of_very_many_rules_that_are_never_reached_some_are_told_and_the_others_counted() -> None:
    found = [
        one for one in told({}, *({"campaign": [f"c{number}"]} for number in range(103))) if one.code == "shadowed"
    ]
    assert len(found) == 101
    assert 'Table "t": 3 more of its rules are never reached.' in [one.problem for one in found]


def test_rules_are_named_by_id_and_line() -> None:
    assert named([Rule("t", "a", (), Outcome(), line=3)]) == '"a" (line 3)'


@pytest.mark.parametrize(
    ("outcome", "split", "words"),
    [
        (Outcome("es-sub"), None, "variant es-sub"),
        (Outcome(language="es", mode=("sub", "dub")), None, "language es, mode sub > dub"),
        (Outcome(tags=(("a", "b"), ("c", "d"))), None, "tags a=b, c=d"),
        (Outcome("es-sub"), SPLIT, 'the split "x"'),
    ],
)
def test_what_a_rule_says_is_told_in_few_words(outcome: Outcome, split: Split | None, words: str) -> None:
    assert said(Rule("t", "a", (), outcome, split=split)) == words


def test_of_orders_that_surprise_only_some_are_told() -> None:
    whens = [{"country": ["ES"]}, *({"campaign": [f"c{number}"]} for number in range(9))]
    rules = [rule(f"t/r{at}", when, mode=["dub" if at else "sub"]) for at, when in enumerate(whens)]
    found = [one.code for one in check_field(field_of(Table("t", tuple(rules))))]
    assert found == ["gap", "unfinished", *["ambiguous-order"] * 5]


def test_of_pairs_only_some_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.analysis.telling.PAIRS", 2)
    assert "unfinished" not in codes({"country": ["ES"]}, {}, {}, {})
    (found,) = [one for one in told(*({"segment": [f"s{at}", "x"]} for at in range(4))) if one.code == "unfinished"]
    assert "2 pairs of rules were." in found.problem


def test_rules_whose_schedules_never_meet_do_not_shadow() -> None:
    noon = [NOON + timedelta(days=days) for days in (1, 2, 3)]
    first = rule("t/a", {}, mode=["sub"], begins=noon[0], ends=noon[1])
    second = rule("t/b", {}, mode=["dub"], begins=noon[1], ends=noon[2])
    within = rule("t/c", {}, mode=["sub"], begins=noon[1], ends=noon[1] + timedelta(seconds=90))
    assert [one.code for one in check_field(field_of(Table("t", (first, second))))] == ["gap", "not-yet", "not-yet"]
    found = check_field(field_of(Table("t", (first, second, within))))
    assert [one.code for one in found if one.code != "not-yet"] == ["gap", "shadowed"]


def test_where_nothing_is_in_force_any_more_visitors_come_now() -> None:
    over = rule("t/a", {}, mode=["sub"], ends=NOON - timedelta(days=900))
    (gap,) = check_field(field_of(Table("t", (over,))))
    assert dict(parse_qsl(gap.witness.partition("?")[2]))["at"] >= "2026-11-22"


def test_hours_of_a_short_schedule_are_all_looked_at() -> None:
    begins = datetime(2026, 12, 24, 9, 30, tzinfo=NOON.tzinfo)
    late = rule("t/a", {"hour": ["11"]}, mode=["sub"], begins=begins, ends=begins + timedelta(hours=1))
    never = rule("t/b", {"hour": ["12"]}, mode=["dub"], begins=begins, ends=begins + timedelta(hours=1))
    found = [one.problem for one in check_field(field_of(Table("t", (late, never)))) if one.code == "never-holds"]
    assert found == ["Rule t/b: it can never hold: what it asks of hour excludes each other."]


def test_a_schedule_that_nothing_else_fits_is_said_to_be_time() -> None:
    begins = datetime(2026, 12, 24, 9, 30, tzinfo=NOON.tzinfo)
    never = rule("t/b", {"date": ["2027-01-01"]}, mode=["dub"], begins=begins, ends=begins + timedelta(hours=1))
    (found,) = [one for one in check_field(field_of(Table("t", (never,)))) if one.code == "never-holds"]
    assert "what it asks of date excludes each other" in found.problem


def test_of_dates_on_the_visitors_clock_beside_a_schedule_nothing_is_claimed() -> None:
    """In London it is still the day before when December begins in Berlin."""
    begins = datetime(2026, 12, 1, tzinfo=BERLIN)
    late = rule("t/b", {"date": ["2026-11-30"]}, mode=["dub"], begins=begins)
    codes_by_zone = {
        zone: {one.code for one in check_field(field_of(Table("t", (late,), zone=zone)))} - {"gap", "not-yet"}
        for zone in ("site", "visitor")
    }
    assert codes_by_zone == {"site": {"never-holds"}, "visitor": {"unfinished"}}


def test_the_ends_of_the_calendar_are_no_trouble() -> None:
    ends = [datetime(1, 1, 1, tzinfo=NOON.tzinfo), datetime(9999, 12, 31, tzinfo=NOON.tzinfo)]
    rules = (rule("t/a", {}, mode=["sub"], begins=ends[0], ends=ends[1]), rule("t/b", {"hour": ["3"]}, mode=["dub"]))
    assert [one.code for one in check_field(field_of(Table("t", rules)))] == ["shadowed"]


def test_more_stretches_of_time_than_are_looked_at_leave_rules_undecided() -> None:
    days = [date(2026, 1, 1) + timedelta(days=2 * number) for number in range(400)]
    whens = [{"date": [day.isoformat()]} for day in days]
    found = told(*whens, {"date": ["2026-01-01..2026-01-02"]}, {"date": ["2026-01-01"]})
    assert [one.code for one in found if one.code in {"shadowed", "never-holds"}] == []


# How far it looks


def test_ten_million_combinations_stay_within_the_steps_and_the_memory() -> None:
    """Seven inputs with ten values each, and three hundred rules that ask for one and refuse another."""
    names = ("campaign", "os", "segment", "seen", "terms", "referrer_name", "country")
    values = {name: [f"{name[0]}v{number}" for number in range(10)] for name in names}
    values["country"] = ["DE", "AT", "CH", "FR", "ES", "IT", "PT", "NL", "BE", "PL"]
    chance = random.Random(1)
    whens = []
    for _ in range(300):
        asked = {name: chance.sample(values[name], 2) for name in chance.sample(names, 3)}
        whens.append({name: [one, f"!{other}"] for name, (one, other) in asked.items()})
    field = field_of(table(*whens), each=2_000, total=100_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = check_field(field)
    assert found
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024  # KiB


def test_where_the_steps_are_spent_that_is_told_and_nothing_else() -> None:
    whens = [{"os": ["ios"]}, {"os": ["!ios"]}, {"os": ["unknown"]}, {"device": ["tv"]}]
    found = check_field(field_of(table(*whens), each=0))
    assert "shadowed" not in {one.code for one in found}
    (last,) = [one for one in found if one.code == "unfinished"]
    assert last.severity is Severity.note
    assert 'Table "t": ' in last.problem
    assert "questions about its rules were left undecided, as the steps were spent, or" in last.problem


def test_too_many_refused_values_leave_a_rule_undecided() -> None:
    refused = [f"!s{number}" for number in range(7)]
    whens = [{"segment": [one]} for one in refused] + [
        {"segment": ["unknown"]},
        {"segment": [f"s{at}" for at in range(7)]},
    ]
    assert "shadowed" not in codes(*whens, {})
    assert "unfinished" in codes(*whens, {})


def test_what_is_remembered_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    whens = [{"segment": [one, "!x"]} for one in ("a", "b", "a")]
    whole = codes(*whens)
    monkeypatch.setattr("rules.analysis.sets.REMEMBERED", 1)
    monkeypatch.setattr("rules.analysis.sets.BOXES", 1)
    assert codes(*whens) == whole


# Who cannot be said, and who is not real


def test_nobody_is_named_whom_no_preview_can_say() -> None:
    rules = table({"referrer": ["search"]}, {"referrer": ["search"], "device": ["tv"]})
    field = Field(rules, world_of(rules, any_referrals), Budget())
    (found,) = [one for one in check_field(field) if one.code == "shadowed"]
    assert found.witness == ""
    assert field.search((0, 1), 0, 0) is Ended.unreal
    assert Visitor.from_atoms([Atom(None)]).text == ""


def test_somebody_without_any_language_is_not_named() -> None:
    rules = table({"language": ["!ja"]}, {"language": ["ja"]}, {"device": ["tv"]})
    assert "shadowed" not in {one.code for one in check_field(field_of(rules))}
    assert [one.witness for one in check_field(field_of(rules)) if one.code == "gap"] == []


# Moves


def test_a_move_to_where_the_rule_is_changes_nothing() -> None:
    field = field_of(table({"country": ["ES"]}, {"device": ["tv"]}))
    assert list(effects_of(field, 0, 1)) == []
    assert len(list(effects_of(field, 1, 0))) == 1


def test_rules_that_say_the_same_change_nothing_by_their_order() -> None:
    rules = (rule("t/a", {"country": ["ES"]}, mode=["sub"]), rule("t/b", {"device": ["tv"]}, mode=["sub"]))
    assert list(effects_of(field_of(Table("t", rules)), 1, 0)) == []


def test_a_move_that_cannot_be_decided_is_said_to_be() -> None:
    field = field_of(table({"country": ["ES"]}, {"device": ["tv"]}, {"os": ["ios"]}), each=0)
    effects = list(effects_of(field, 2, 0))
    assert [(one.before.id, one.after.id, one.visitor) for one in effects] == [("r0", "r2", None), ("r1", "r2", None)]
