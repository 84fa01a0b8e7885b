"""Tests of the way back: a table as CSV says what the table says, or says why it cannot."""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from locales.documents import Document
from locales.findings import Faulty
from locales.groups import Groups
from rules.bulk import parse_bulk
from rules.bulk_writing import LONGEST, to_bulk, to_canonical
from rules.inputs import INPUTS, Input
from rules.loading import load_table
from rules.tables import Outcome, Rule, Schedule, Table

BERLIN = ZoneInfo("Europe/Berlin")
GROUPS = Groups.shipped()
HEAD = {"id": "t", "hit_policy": "first"}


def table(*rules: dict[str, Any], zone: datetime.tzinfo = BERLIN) -> Table:
    """A table of rules as TOML has them. Raises Faulty."""
    return load_table(Document("rules/t.toml", {"table": HEAD, "rules": [*rules]}, lambda path: 7), GROUPS, zone=zone)[
        0
    ]


def back(text: str | bytes, zone: datetime.tzinfo = BERLIN) -> Table:
    """A table whose rules are the rows of a CSV file."""
    document = Document("rules/t.toml", {"table": HEAD}, lambda path: 0)
    return load_table(document, GROUPS, zone=zone, bulk=[parse_bulk(text, "rules/t.csv")])[0]


def bare(found: Table) -> Table:
    """Without the places at which the rules stand."""
    return replace(found, rules=tuple(replace(rule, file="", line=0) for rule in found.rules))


def cells(text: str, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text), delimiter=separator))


EVERYTHING: tuple[dict[str, Any], ...] = (
    {
        "id": "a",
        "when": {"country": ["@dach", "!CH"], "hour": ["18..2"], "terms": ["flug*", "*ספרד"], "campaign": "=1+1; \"x\", y"},
        "then": {"variant": "v", "language": "es", "mode": ["sub", "dub"], "tags": {"market": "-1", "x": "@y"}},
        "why": {"en": "It's = so", "und": "Weil"},
        "active": {"from": datetime.date(2026, 12, 1), "until": datetime.date(2027, 2, 28)},
    },
    {"id": "b", "when": {"language": ["es-419"], "captions": True}, "then": {"mode": "original"}, "why": "'=quoted"},
)  # fmt: skip


def test_a_row_is_written_as_an_editor_would_write_it() -> None:
    found = to_bulk(table(*EVERYTHING), BERLIN)
    assert cells(found) == [
        ["id", "country", "when.language", "campaign", "terms", "hour", "captions", "variant", "then.language", "mode",
         "tags.market", "tags.x", "from", "until", "why", "why.en"],
        ["a", "'@dach|!CH", "", "'=1+1; \"x\", y", "flug*|*ספרד", "18..2", "", "v", "es", "sub>dub",
         "'-1", "'@y", "2026-12-01", "2027-02-28", "Weil", "It's = so"],
        ["b", "", "es-419", "", "", "", "yes", "", "", "original", "", "", "", "", "''=quoted", ""],
    ]  # fmt: skip
    assert "\r" not in found
    assert bare(back(found)) == bare(table(*EVERYTHING))


def test_an_empty_table_is_a_line_of_its_columns() -> None:
    assert to_bulk(table(), BERLIN) == "id\n"
    assert back("id\n").rules == ()


#: What stands in TOML, and what stands in the row: the shortest text that means the same.
MOMENTS: list[tuple[str, object, str]] = [
    ("from", datetime.date(2026, 12, 1), "2026-12-01"),
    ("until", datetime.date(2026, 12, 1), "2026-12-01"),
    ("from", "2026-12-01T20:00", "2026-12-01T20:00:00"),
    ("until", "2026-12-01T00:00", "2026-11-30"),
    ("from", "2026-12-01T20:00:00.000001", "2026-12-01T20:00:00.000001"),
    ("from", "2026-12-01T20:00:00+05:00", "2026-12-01T16:00:00"),
    ("from", "2026-10-25T02:30", "2026-10-25T02:30:00"),
    ("from", "2026-10-25T02:30+01:00", "2026-10-25T01:30:00Z"),
    ("until", "2026-10-25T02:30", "2026-10-25T02:30:00"),
    ("until", "2026-10-25T02:30+02:00", "2026-10-25T00:30:00Z"),
    ("from", "2026-03-29T02:30", "2026-03-29T03:00:00"),
    ("until", "9999-12-31T23:30:00Z", "9999-12-31T23:30:00Z"),
]


@pytest.mark.parametrize(("end", "written", "told"), MOMENTS)
def test_a_schedule_is_told_on_the_clock_of_the_site(end: str, written: object, told: str) -> None:
    one = table({"id": "a", "then": {"mode": "sub"}, "active": {end: written}})
    text = to_bulk(one, BERLIN)
    assert cells(text) == [["id", "mode", end], ["a", "sub", told]]
    assert bare(back(text)) == bare(one)


# What a row cannot hold

HELD_BACK: list[tuple[dict[str, Any], str]] = [
    ({"when": {"campaign": ["a|b"]}, "then": {"mode": "sub"}}, 'campaign of "a": "a|b" has a | in it'),
    ({"then": {"mode": "sub"}, "why": " because"}, 'why of "a": " because" begins or ends with a space'),
    ({"then": {"mode": "sub"}, "why": {"de": "two\nlines"}}, "why.de of \"a\": 'two\\nlines' has a line break"),
    ({"then": {"tags": {"x": "y\u2003"}}}, "tags.x"),
    ({"then": {"mode": "sub"}, "why": "=" * (LONGEST + 1)}, "more than 131071 characters"),
]


@pytest.mark.parametrize(("rule", "problem"), HELD_BACK, ids=[problem for _, problem in HELD_BACK])
def test_what_a_row_cannot_hold_is_told_and_never_left_out(rule: dict[str, Any], problem: str) -> None:
    with pytest.raises(Faulty) as caught:
        to_bulk(table({"id": "a", **rule}), BERLIN)
    [finding] = caught.value.findings
    assert (finding.file, finding.line, finding.code) == ("rules/t.toml", 7, "not-for-csv")
    assert problem in finding.problem
    assert finding.cure


def test_the_longest_text_that_is_written_is_read() -> None:
    one = table({"id": "a", "then": {"mode": "sub"}, "why": "=" * LONGEST})
    assert bare(back(to_bulk(one, BERLIN))) == bare(one)


def tagged(*orders: str) -> Table:
    rules = [{"id": f"r{at}", "then": {"tags": dict.fromkeys(names, "v")}} for at, names in enumerate(orders)]
    return table(*rules)


def test_columns_of_tags_stand_in_the_order_in_which_every_rule_names_them() -> None:
    found = tagged("b", "cb", "ac")
    assert cells(to_bulk(found, BERLIN))[0] == ["id", "tags.a", "tags.c", "tags.b"]
    assert bare(back(to_bulk(found, BERLIN))) == bare(found)


def test_tags_that_no_one_order_of_columns_has_are_told_with_their_rules() -> None:
    with pytest.raises(Faulty) as caught:
        to_bulk(tagged("ab", "x", "bc", "ca"), BERLIN)
    [finding] = caught.value.findings
    assert "a, b, c" in finding.problem
    assert finding.problem.endswith(": r0, r2, r3.")
    assert "same order" in finding.cure


# What is imported


def test_rows_are_put_into_the_form_that_is_exported() -> None:
    sheet = b"\xef\xbb\xbfmode;id;;when.country;why.iw\r\nsub > dub;a;; @dach ;x\r\n;;;;\r\ndub;b;;;=\r\n".replace(
        b";=", b";'="
    )
    text = to_canonical(parse_bulk(sheet, "rules/t.csv"))
    assert text == "mode,id,country,why.he\nsub > dub,a,'@dach,x\ndub,b,,'=\n"
    assert bare(back(text)) == bare(back(sheet))


# Whatever a table says

FREE = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=8)
ANY_TEXT = st.one_of(
    FREE,
    st.sampled_from(
        ["=1", "'=1", "@x", "''-", "a;b", 'say "x"', "a,b", "a|b", "!x", "007", "\u200f", "#REF!", "'#N/A", "#1"]
    ),
)
NAMES = st.sampled_from(["a", "b-c", "promo", "x_1"])


def values(row: Input) -> st.SearchStrategy[str]:
    """Values of an input as an editor writes them."""
    known: dict[str, st.SearchStrategy[str]] = {
        "territory": st.sampled_from(["DE", "AT", "CH", "ES", "@dach", "@419", "@eu"]),
        "region": st.sampled_from(["ES-CT", "CH-GE"]),
        "tag": st.sampled_from(["de", "es-MX", "zh-Hant", "iw"]),
        "hour": st.sampled_from(["7", "18..23", "22..2"]),
        "date": st.sampled_from(["2026-12-24", "2026-12-24..2027-01-06"]),
        "words": st.sampled_from(["flug*", "*ספרד", "cheap  Flight*", "a"]),
        "text": ANY_TEXT,
        "name": NAMES,
    }
    return known[row.kind] if row.kind in known else st.sampled_from(row.values)


def cell(row: Input) -> st.SearchStrategy[list[str]]:
    mark = st.sampled_from(["", "!", "! "])
    return mark.flatmap(lambda sign: st.lists((values(row) | st.just("unknown")).map(sign.__add__), max_size=2))


MOMENT = st.one_of(
    st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1)),
    st.datetimes(datetime.datetime(1990, 1, 1), datetime.datetime(2090, 1, 1)),
    st.datetimes(datetime.datetime(1990, 1, 1), datetime.datetime(2090, 1, 1), timezones=st.just(datetime.UTC)),
)
RULE = st.fixed_dictionaries(
    {"then": st.fixed_dictionaries({"variant": st.none() | NAMES}, optional={
        "language": st.sampled_from(["es", "zh-Hant"]),
        "mode": st.lists(st.sampled_from(["sub", "dub", "voiceover", "original"]), min_size=1, unique=True),
        "tags": st.dictionaries(NAMES, ANY_TEXT, min_size=1, max_size=3).map(lambda tags: dict(sorted(tags.items()))),
    })},
    optional={
        "when": st.lists(st.sampled_from([row for row in INPUTS.values() if row.cell]), max_size=4).flatmap(
            lambda rows: st.fixed_dictionaries({row.name: cell(row) for row in rows})),
        "why": ANY_TEXT | st.dictionaries(st.sampled_from(["de", "en", "he", "und", ""]), ANY_TEXT, max_size=3),
        "active": st.fixed_dictionaries({}, optional={"from": MOMENT, "until": MOMENT}),
    },
)  # fmt: skip
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])


def is_good(rule: dict[str, Any], zone: datetime.tzinfo) -> bool:
    """Whether a rule can be loaded (no cell contradicts itself, no text is blank) and a row can hold it."""
    try:
        to_bulk(table({"id": "r", **rule}, zone=zone), zone)
    except Faulty:
        return False
    return True


@settings(max_examples=300)
@given(st.lists(RULE, min_size=1, max_size=6), ZONES.map(ZoneInfo), st.sampled_from(",;\t"), st.booleans())
def test_a_table_that_goes_out_and_comes_back_is_the_same_table(
    rules: list[dict[str, Any]], zone: ZoneInfo, separator: str, bom: bool
) -> None:
    good = [{"id": f"r{at}", **rule} for at, rule in enumerate(rules) if is_good(rule, zone)]
    one = table(*good, zone=zone)
    text = to_bulk(one, zone, separator)
    edited = text.replace("\n", "\r\n").encode("utf-8-sig" if bom else "utf-8")
    assert bare(back(edited, zone)) == bare(one)
    assert bare(back(to_canonical(parse_bulk(edited, "rules/t.csv")), zone)) == bare(one)


ARMS = st.lists(st.sampled_from(["sub", "dub", "original"]), min_size=2, max_size=3, unique=True).map(
    lambda modes: [{"id": mode, "weight": 1, "then": {"mode": mode}} for mode in modes]
)


@given(st.lists(RULE | ARMS.map(lambda arms: {"split": arms}), min_size=1, max_size=6))
def test_of_a_table_with_splits_each_is_named_and_nothing_is_written(rules: list[dict[str, Any]]) -> None:
    made = []
    for at, rule in enumerate(rules):
        if "split" in rule:
            arms = rule["split"]
            split = {"experiment": "x", "hash": "blake2b-1", "default": arms[0]["id"], "arms": arms}
            made.append({"id": f"r{at}", "when": {"device": "tv"}, "split": split})
        elif is_good(rule, BERLIN):
            made.append({"id": f"r{at}", **rule})
    splitting = [rule["id"] for rule in made if "split" in rule]
    one = table(*made)
    if not splitting:
        assert bare(back(to_bulk(one, BERLIN))) == bare(one)
        return
    with pytest.raises(Faulty) as caught:
        to_bulk(one, BERLIN)
    assert [found.problem for found in caught.value.findings] == [
        f'A row of CSV cannot hold "{name}": it splits its visitors between arms.' for name in splitting
    ]


@given(ZONES.map(ZoneInfo), st.datetimes(datetime.datetime(1, 1, 3), datetime.datetime(9999, 12, 29)))
def test_every_moment_comes_back(zone: ZoneInfo, moment: datetime.datetime) -> None:
    at = moment.replace(tzinfo=datetime.UTC)
    rules = (
        Rule("t", "a", (), Outcome(mode=("sub",)), Schedule(begins=at)),
        Rule("t", "b", (), Outcome(mode=("sub",)), Schedule(ends=at)),
    )
    assert bare(back(to_bulk(Table("t", rules), zone), zone)).rules == rules
