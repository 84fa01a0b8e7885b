"""Tests of rules that can hold together."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.documents import parse_document
from locales.findings import Severity
from locales.groups import Groups
from rules.bulk import parse_bulk
from rules.cells import CellFault, parse_cell
from rules.inputs import INPUTS
from rules.loading import load_table
from rules.overlaps import MOST_FINDINGS, can_hold_together, check_hit_policy
from rules.tables import Outcome, Rule

GROUPS = Groups.shipped()


def rules(*rows: str) -> tuple[Rule, ...]:
    """The rules of lines of TOML: `when` and what follows it."""
    text = "".join(
        f'[[rules]]\nid = "r{number}"\nthen = {{ mode = "sub" }}\n{row}\n' for number, row in enumerate(rows)
    )
    document = parse_document(f'[table]\nid = "t"\n{text}', "rules/t.toml")
    return load_table(document, GROUPS, zone=ZoneInfo("UTC"))[0].rules


#: Two rules' cells, and whether both can hold.
PAIRS: list[tuple[str, str, bool]] = [
    # single values
    ("", "", True),
    ("country = 'DE'", "", True),
    ("country = 'DE'", "country = 'ES'", False),
    ("country = ['DE', 'AT']", "country = ['@dach', '!DE']", True),
    ("country = ['DE']", "country = ['@dach', '!DE']", False),
    ("country = '!DE'", "country = '!ES'", True),
    ("country = '!DE'", "country = 'DE'", False),
    ("country = 'unknown'", "country = '!DE'", False),
    ("country = 'unknown'", "country = ['unknown', 'DE']", True),
    ("country = 'DE'", "device = 'tv'", True),
    ("country = 'DE', device = 'tv'", "country = 'DE', device = '!tv'", False),
    ("device = '!tv'", "device = ['!phone', '!tablet', '!desktop', '!console', '!wearable', '!bot', '!other']", False),
    ("captions = 'yes'", "captions = '!yes'", False),
    ("captions = '!yes'", "captions = '!no'", False),
    ("campaign = 'Summer'", "campaign = 'SUMMER'", True),
    ("campaign = 'Summer'", "campaign = 'winter'", False),
    ("campaign = '!a'", "campaign = '!b'", True),
    ("item = 'a'", "item = 'b'", False),
    ("item = 'unknown'", "item = '!a'", False),
    # a region speaks for its country
    ("region = 'ES-CT'", "country = 'ES'", True),
    ("region = 'ES-CT'", "country = 'DE'", False),
    ("region = ['ES-CT', 'unknown']", "country = 'DE'", True),
    ("region = '!ES-CT'", "country = 'DE'", True),
    ("region = 'ES-CT'", "region = 'ES-MD'", False),
    # time
    ("hour = '22..2'", "hour = '2..5'", True),
    ("hour = '22..1'", "hour = '2..5'", False),
    ("hour = '0..4'", "daypart = 'night'", True),
    ("hour = '6..9'", "daypart = 'night'", False),
    ("daypart = '!night'", "hour = '0..5'", False),
    ("weekday = 'fri..mon'", "weekday = 'tue..thu'", False),
    ("date = '2026-01-01..2026-01-31'", "date = '2026-01-31..2026-02-03'", True),
    ("date = '2026-01-01..2026-01-31'", "date = '2026-02-01'", False),
    ("date = '!2026-01-01..2026-01-31'", "date = '2026-01-05'", False),
    ("date = '!2026-01-01..2026-01-31'", "date = '2026-01-05..2026-02-01'", True),
    ("date = '9999-12-31'", "date = '!9999-12-31'", False),
    ("date = '2026-01-01'", "weekday = 'mon'", True),
    # one language
    ("language = 'de'", "language = 'es'", False),
    ("language = 'zh'", "language = 'zh-TW'", True),
    ("language = ['es', '!es-MX']", "language = 'es-MX'", False),
    ("language = ['es', '!es-MX']", "language = 'es-AR'", True),
    ("language = '!en'", "language = 'en-GB'", False),
    ("language = '!en'", "language = '!de'", True),
    ("language = 'unknown'", "language = 'de'", False),
    ("language = 'unknown'", "language = ['de', 'unknown']", True),
    # sets hold several at once
    ("languages = 'de'", "languages = 'es'", True),
    ("languages = 'de-AT'", "languages = '!de'", False),
    ("languages = 'unknown'", "languages = 'de'", False),
    ("segment = 'a'", "segment = 'b'", True),
    ("segment = 'A'", "segment = '!a'", False),
    ("terms = 'flug*'", "terms = 'madrid'", True),
    ("terms = 'cheap flight'", "terms = '!cheap*'", False),
    ("terms = 'cheap*'", "terms = '!cheap'", True),
]


@pytest.mark.parametrize(("one", "other", "together"), PAIRS)
def test_two_rules_can_or_cannot_hold_together(one: str, other: str, together: bool) -> None:
    first, second = rules(f"when = {{ {one} }}", f"when = {{ {other} }}")
    assert can_hold_together(first, second) is together
    assert can_hold_together(second, first) is together


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("{}", "{ from = 2026-01-01 }", True),
        ("{ until = 2026-01-01 }", "{ until = 2026-01-05 }", True),
        ("{ from = 2026-01-01 }", "{ from = 2026-01-05 }", True),
        ("{ until = 2026-01-01 }", "{ from = 2026-01-02 }", False),
        ("{ until = 2026-01-02 }", "{ from = 2026-01-02 }", True),
    ],
)
def test_rules_that_are_never_in_force_at_once_do_not_hold_together(one: str, other: str, together: bool) -> None:
    first, second = rules(f"active = {one}", f"active = {other}")
    assert can_hold_together(first, second) is together


def test_unique_allows_no_pair_and_any_allows_pairs_that_say_the_same() -> None:
    first, second, third = rules(
        "when = { country = 'DE' }", "when = { country = '@dach' }", "when = { country = 'ES' }"
    )
    other = Rule(second.table, second.id, second.cells, Outcome(mode=("dub",)), file=second.file, line=second.line)
    assert check_hit_policy("first", [first, other, third]) == []
    assert check_hit_policy("any", [first, second, third]) == []
    for policy, pair in (("unique", second), ("any", other)):
        (finding,) = check_hit_policy(policy, [first, pair, third])
        assert (finding.line, finding.code, finding.severity) == (7, "overlap", Severity.error)
        assert f'"r1" and "r0" (line 3) can hold together; the hit policy "{policy}" forbids it.' == finding.problem


def test_pairs_that_differ_in_language_alone_do_not_break_unique() -> None:
    assert check_hit_policy("unique", rules("when = { language = 'de' }", "when = { language = 'es' }")) == []


def test_the_work_has_an_end() -> None:
    found = check_hit_policy("unique", rules(*[""] * 40))
    assert [finding.code for finding in found] == ["overlap"] * MOST_FINDINGS + ["unfinished"]
    assert found[-1].severity is Severity.warning


def test_ten_thousand_rules_that_exclude_each_other_are_compared() -> None:
    rows = "".join(f"r{number},{number % 24},a{number},sub\n" for number in range(10_000))
    document = parse_document('[table]\nid = "t"\nhit_policy = "unique"', "rules/t.toml")
    many = parse_bulk(f"id,hour,campaign,mode\n{rows}", "rules/t.csv")
    table, findings = load_table(document, GROUPS, zone=ZoneInfo("UTC"), bulk=[many])
    assert len(table.rules) == 10_000
    assert findings == ()


WORDS = ["phone", "tv", "bot", "unknown"]
VALUES = st.lists(st.sampled_from([*WORDS, *(f"!{word}" for word in WORDS)]), max_size=4)


@given(VALUES, VALUES)
def test_for_listed_values_the_answer_is_exact(one: list[str], other: list[str]) -> None:
    try:
        cells = [parse_cell(INPUTS["device"], raw, GROUPS) for raw in (one, other)]
    except CellFault:
        return
    first, second = (Rule("t", "r", (cell,), Outcome(mode=("sub",))) for cell in cells)
    devices = (*INPUTS["device"].values, None)
    assert can_hold_together(first, second) is any(all(cell.holds(device) for cell in cells) for device in devices)


DAYS = [f"2026-01-{number:02}" for number in range(1, 8)]
SPANS = st.tuples(st.booleans(), st.sampled_from(DAYS), st.sampled_from(DAYS)).map(
    lambda span: f"{'!' if span[0] else ''}{span[1]}..{span[2]}"
)


@given(st.lists(SPANS, max_size=2), st.lists(SPANS, max_size=2))
def test_for_dates_the_answer_is_exact(one: list[str], other: list[str]) -> None:
    try:
        cells = [parse_cell(INPUTS["date"], raw, GROUPS) for raw in (one, other)]
    except CellFault:
        return
    first, second = (Rule("t", "r", (cell,), Outcome(mode=("sub",))) for cell in cells)
    start = datetime.date(2025, 12, 25)
    days = [start + datetime.timedelta(days=number) for number in range(30)]
    held = any(all(cell.holds(day) for cell in cells) for day in days)
    assert can_hold_together(first, second) is held
    assert can_hold_together(second, first) is held
