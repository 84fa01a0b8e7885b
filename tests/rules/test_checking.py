"""Tests of what is odd in tables that load."""

from __future__ import annotations

import datetime

import pytest

from locales.documents import parse_document
from locales.findings import Severity
from locales.groups import Groups
from rules.checking import check_table, check_tables
from rules.loading import load_table
from rules.tables import Table

CATALOGUE = {
    "business-class": frozenset({"original", "de-dub", "es-sub"}),
    "for-travellers": frozenset({"de", "en"}),
}

PIN = "then = { variant = 'de-dub' }"
SUB = "then = { mode = 'sub' }"


def table(*rows: str, tests: str = "") -> Table:
    text = "".join(f'[[rules]]\nid = "r{number}"\n{row}\n' for number, row in enumerate(rows))
    document = parse_document(f'[table]\nid = "t"\n{text}{tests}', "rules/t.toml")
    return load_table(document, Groups.shipped(), zone=datetime.UTC)[0]


#: Rules, and of each finding line, severity, code, part of the problem, part of the cure.
FOUND: list[tuple[list[str], list[tuple[int, str, str, str, str]]]] = [
    # nothing odd
    ([f"when = {{ country = 'ES' }}\n{SUB}", f"when = {{ kind = 'promo' }}\n{SUB}", SUB], []),
    ([f"when = {{ languages = 'de', item = 'business-class' }}\n{PIN}"], []),
    # pins
    ([PIN], [(3, "warning", "blind-pin", 'it pins "de-dub"', "Prefer mode")]),
    ([f"when = {{ language = '!en' }}\n{PIN}"], [(3, "warning", "blind-pin", "it pins", "Prefer mode")]),
    ([f"when = {{ item = 'for-travellers', language = 'de' }}\n{PIN}"], [
        (3, "error", "missing-variant", 'the item "for-travellers" has no variant "de-dub"', 'Did you mean "de"?'),
    ]),
    (["when = { item = 'for-travellers', language = 'de' }\nthen = { variant = 'zzz' }"], [
        (3, "error", "missing-variant", 'has no variant "zzz"', "prefer mode"),
    ]),
    (["when = { language = 'de' }\nthen = { variant = 'de-dubb' }"], [
        (3, "warning", "unknown-variant", 'no item has a variant "de-dubb"', 'Did you mean "de-dub"?'),
    ]),
    ([f"when = {{ item = '!for-travellers', language = 'de' }}\n{PIN}"], []),
    # items
    ([f"when = {{ item = ['busines-class', 'business-class'] }}\n{SUB}"], [
        (3, "warning", "unknown-item", 'there is no item "busines-class"', 'Did you mean "business-class"?'),
    ]),
    ([f"when = {{ seen = ['business-class:done', '!zzz'] }}\n{SUB}"], [
        (3, "warning", "unknown-item", 'there is no item "zzz"', ""),
    ]),
    # words that may be the site's own
    ([f"when = {{ kind = ['promo', 'fictoin', '!unknown'], os = 'i-os' }}\n{SUB}"], [
        (3, "warning", "uncommon-value", '"fictoin" is no common value of kind', 'Did you mean "fiction"?'),
        (3, "warning", "uncommon-value", '"i-os" is no common value of os', 'Did you mean "ios"?'),
    ]),
    # order
    ([SUB, f"when = {{ country = 'ES' }}\n{SUB}", SUB], [
        (6, "warning", "unreachable", '"r0" (line 3) stands above it and always holds', "Move it up"),
        (10, "warning", "unreachable", '"r0" (line 3) stands above it and always holds', "Move it up"),
    ]),
    ([f"active = {{ until = 2026-12-01 }}\n{SUB}", SUB], []),
    ([f"active = {{ from = 2026-12-01 }}\n{SUB}", SUB], []),
    ([f"when = {{ country = ['ES', 'DE'] }}\n{SUB}", f"when = {{ country = ['DE', 'ES'] }}\n{SUB}"], [
        (7, "warning", "unreachable", '"r0" (line 3) stands above it and asks the same', "Move it up"),
    ]),
    ([f"when = {{ country = 'ES' }}\n{SUB}", f"when = {{ country = 'ES', device = 'tv' }}\n{SUB}"], []),
    ([f"when = {{ item = 'zzz' }}\n{SUB}", f"when = {{ item = 'zzz', device = 'tv' }}\n{SUB}"], [
        (3, "warning", "unknown-item", 'there is no item "zzz"', ""),
        (7, "warning", "unknown-item", 'there is no item "zzz"', ""),
    ]),
    # dates
    ([f"when = {{ date = '2027-01-06..2026-12-24' }}\n{SUB}"], [
        (3, "warning", "turned-dates", "2027-01-06..2026-12-24 ends before it begins", "Swap"),
    ]),
    ([f"when = {{ date = ['!2026-12-24..2027-01-06'] }}\n{SUB}"], []),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), FOUND, ids=[str(number) for number in range(len(FOUND))])
def test_what_is_odd_is_told(rows: list[str], expected: list[tuple[int, str, str, str, str]]) -> None:
    found = check_table(table(*rows), CATALOGUE)
    assert [(finding.line, finding.severity.name, finding.code) for finding in found] == [row[:3] for row in expected]
    for finding, (_, _, _, problem, cure) in zip(found, expected, strict=True):
        assert finding.problem.startswith("Rule t/r")
        assert problem in finding.problem
        assert cure in finding.cure


@pytest.mark.parametrize(
    ("item", "expect", "codes"),
    [
        ("business-class", "variant = 'es-sub', rule = 't/r0'", []),
        ("business-class", "rule = 'norm/ES'", []),
        ("busines-class", "variant = 'es-sub'", ["unknown-item"]),
        ("busines-class", "variant = 'none'", []),
        ("business-class", "rule = 't/r7'", ["unknown-rule"]),
    ],
)
def test_a_test_that_names_what_is_not_there_is_told(item: str, expect: str, codes: list[str]) -> None:
    made = table(SUB, tests=f"[[tests]]\nname = 'n'\nitem = '{item}'\nexpect = {{ {expect} }}\n")
    found = check_table(made, CATALOGUE)
    assert [finding.code for finding in found] == codes
    assert all(finding.line == 6 and finding.problem.startswith('Test "n"') and finding.cure for finding in found)


def test_a_rule_that_is_over_is_noted_where_the_moment_is_known() -> None:
    made = table(f"active = {{ until = 2026-12-01 }}\n{SUB}", SUB)
    assert check_table(made, CATALOGUE) == ()
    assert check_table(made, CATALOGUE, datetime.datetime(2026, 12, 1, 23, tzinfo=datetime.UTC)) == ()
    (finding,) = check_table(made, CATALOGUE, datetime.datetime(2026, 12, 2, tzinfo=datetime.UTC))
    assert (finding.severity, finding.code, finding.line) == (Severity.note, "expired", 3)
    assert "over since 2026-12-02 00:00 UTC" in finding.problem


def test_findings_of_all_tables_are_in_order() -> None:
    found = check_tables([table(PIN, PIN), table(PIN)], CATALOGUE)
    assert [finding.line for finding in found] == [3, 3, 6, 6]


def test_an_empty_catalogue_is_no_obstacle() -> None:
    assert [finding.code for finding in check_table(table(PIN), {})] == ["blind-pin", "unknown-variant"]
