"""Tests of cells: what they hold for, how they are written, and what is said of wrong ones."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.groups import Groups
from rules.cells import Cell, CellFault, CellReader, parse_cell
from rules.inputs import INPUTS, WEEKDAYS

GROUPS = Groups.shipped()


def cell(name: str, raw: object) -> Cell:
    return parse_cell(INPUTS[name], raw, GROUPS)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


#: Input, cell as written, values that it holds for, values that it does not hold for.
HOLDS: list[tuple[str, object, list[object], list[object]]] = [
    # one value, several, none of them, mixed
    ("country", "DE", ["DE"], ["AT", None]),
    ("country", ["DE", "AT"], ["DE", "AT"], ["ES", None]),
    ("country", ["!US"], ["DE"], ["US", None]),
    ("country", ["@dach", "!CH"], ["DE", "AT"], ["CH", "ES", None]),
    ("country", ["!@dach"], ["ES"], ["DE", "CH", None]),
    ("country", ["@419"], ["MX", "AR"], ["ES", "US", None]),
    ("country", ["@eu"], ["DE", "ES"], ["CH", "GB", None]),
    # blank
    ("country", ["unknown"], [None], ["DE"]),
    ("country", ["!unknown"], ["DE"], [None]),
    ("country", ["unknown", "DE"], [None, "DE"], ["AT"]),
    ("country", ["unknown", "!US"], [None], ["US", "DE"]),
    ("country", ["DE", "!unknown"], ["DE"], [None, "AT"]),
    ("country", [], ["DE", None], []),
    ("country", "", ["DE", None], []),
    ("region", ["ES-CT"], ["ES-CT"], ["ES-MD", None]),
    # languages: wide tags include narrow ones
    ("language", ["zh"], ["zh", "zh-Hant", "zh-TW"], ["en", None]),
    ("language", ["zh-Hant"], ["zh-TW", "zh-Hant"], ["zh-CN", "zh"]),
    ("language", ["es-419"], ["es-MX"], ["es-ES", "es"]),
    ("language", ["es", "!es-MX"], ["es", "es-AR"], ["es-MX", "de"]),
    ("language", ["!en"], ["de"], ["en", "en-GB", None]),
    ("language", ["unknown"], [None], ["en"]),
    ("languages", ["de", "fr"], [("en", "de-AT"), ("fr",)], [("en",), ()]),
    ("languages", ["!en"], [("de",)], [("de", "en-GB"), ()]),
    ("languages", ["de", "!en"], [("de",)], [("de", "en"), ("fr",), ()]),
    ("languages", ["unknown"], [()], [("en",)]),
    ("languages", ["unknown", "de"], [(), ("de",)], [("en",)]),
    # words of a list
    ("device", ["!tv"], ["phone"], ["tv", None]),
    ("device", ["tv", "console"], ["tv"], ["phone", None]),
    ("os", ["ios", "playstation"], ["ios", "playstation"], ["android", None]),
    ("referrer", ["search", "ai"], ["ai"], ["direct", None]),
    ("stage", "new", ["new"], ["known", None]),
    ("age", ["!child"], ["adult"], ["child", None]),
    ("channel", ["web"], ["web"], ["tv"]),
    ("kind", ["promo", "webinar"], ["promo", "webinar"], ["fiction"]),
    ("item", ["business-class"], ["business-class"], ["other"]),
    # texts, without regard to case
    ("campaign", ["Summer Sale"], ["summer sale", "SUMMER SALE"], ["summer", None]),
    ("campaign", [2026], ["2026"], ["2027"]),
    ("campaign", ["straße"], ["STRASSE"], ["strase"]),
    ("referrer_name", ["!google"], ["bing"], ["Google", None]),
    # sets
    ("segment", ["VIP", "crew"], [("vip",), ("x", "Crew")], [("x",), ()]),
    ("segment", ["!vip"], [("x",)], [("x", "vip"), ()]),
    ("segment", ["a", "!b"], [("a", "c")], [("a", "b"), ("c",)]),
    ("segment", ["unknown"], [()], [("a",)]),
    ("segment", ["!unknown"], [("a",)], [()]),
    ("seen", ["business-class:done"], [("business-class", "business-class:done")], [("business-class",)]),
    # runs of words
    ("terms", ["flug*"], [("billige", "flugtickets"), ("flug",)], [("billigflug",), ()]),
    ("terms", ["*flug"], [("billigflug",), ("flug",)], [("flüge", "flugs")]),
    ("terms", ["*flug*"], [("billigflugs",)], [("fl", "ug")]),
    ("terms", ["cheap flight*"], [("find", "cheap", "flights")], [("cheap", "x", "flights"), ("flights", "cheap")]),
    ("terms", ["new york"], [("new", "york", "city")], [("new", "yorker"), ("brandnew", "york")]),
    ("terms", ["Flüge"], [("fluge",)], [("flug",)]),
    ("terms", ["*ספרד"], [("לספרד",)], [("ספרדית",)]),
    ("terms", ["شركة"], [("شركه",)], [("شرك",)]),
    ("terms", ["flight", "!cheap"], [("flight", "madrid")], [("cheap", "flight"), ("madrid",)]),
    ("terms", ["!cheap*"], [("flight",)], [("cheapest",), ()]),
    ("terms", ["unknown"], [()], [("flight",)]),
    ("terms", ["unknown", "!flug"], [()], [("flug",), ("zug",)]),
    ("terms", [747], [("boeing", "747")], [("7478",)]),
    # time
    ("hour", ["18..23"], [18, 23, 20], [17, 0, None]),
    ("hour", "22..2", [22, 23, 0, 2], [3, 21]),
    ("hour", 7, [7], [8]),
    ("hour", [1, "3..4", "!4"], [1, 3], [2, 4]),
    ("hour", ["!0..5"], [6, 23], [0, 5]),
    ("weekday", ["fri..mon"], ["fri", "sat", "sun", "mon"], ["tue", "thu"]),
    ("weekday", ["mon..fri", "!wed"], ["mon", "fri"], ["wed", "sat"]),
    ("daypart", ["evening..night"], ["evening", "night"], ["morning"]),
    ("date", ["2026-12-24"], [day("2026-12-24")], [day("2026-12-25"), None]),
    ("date", datetime.date(2026, 12, 24), [day("2026-12-24")], [day("2025-12-24")]),
    ("date", ["2026-12-24..2027-01-06"], [day("2026-12-24"), day("2027-01-06")], [day("2027-01-07")]),
    ("date", ["2027-01-06..2026-12-24"], [day("2026-12-24"), day("2027-01-06")], [day("2026-12-30")]),
    ("date", ["!2026-12-24..2026-12-26"], [day("2026-12-27")], [day("2026-12-25")]),
    ("date", ["2026-12-01..2026-12-31", "!2026-12-24"], [day("2026-12-25")], [day("2026-12-24"), day("2027-01-01")]),
    ("date", ["unknown"], [None], [day("2026-12-24")]),
    # flags
    ("captions", "yes", [True], [False, None]),
    ("captions", False, [False], [True, None]),
    ("save_data", ["true"], [True], [False, None]),
    ("audio_description", ["!yes"], [False], [True, None]),
    ("captions", ["no", "unknown"], [False, None], [True]),
]


@pytest.mark.parametrize(("name", "raw", "good", "bad"), HOLDS, ids=[f"{row[0]}={row[1]}" for row in HOLDS])
def test_a_cell_holds_for_its_values_and_for_no_other(
    name: str, raw: object, good: list[object], bad: list[object]
) -> None:
    made = cell(name, raw)
    assert [value for value in good if not made.holds(value)] == []
    assert [value for value in bad if made.holds(value)] == []


#: Input, cell as written, its canonical text.
TEXTS: list[tuple[str, object, tuple[str, ...]]] = [
    ("country", "DE", ("DE",)),
    ("country", [" DE ", "! CH", "DE"], ("DE", "!CH")),
    ("country", ["@dach", "unknown"], ("@dach", "unknown")),
    ("country", ["@dach", "!unknown"], ("@dach", "!unknown")),
    ("language", ["IW", "zh_tw"], ("he", "zh-TW")),
    ("hour", [7, "07", "7..7", "18 .. 23"], ("7", "18..23")),
    ("weekday", ["fri..mon", "sat..sat"], ("fri..mon", "sat")),
    ("date", [datetime.date(2026, 1, 2), "2026-01-03..2026-01-03"], ("2026-01-02", "2026-01-03")),
    ("captions", [True, "true"], ("yes",)),
    ("terms", ["Cheap  Flight*", "*ABC*"], ("cheap flight*", "*abc*")),
    ("campaign", ["Summer"], ("Summer",)),
]


@pytest.mark.parametrize(("name", "raw", "text"), TEXTS)
def test_a_cell_keeps_what_was_written_in_canonical_form(name: str, raw: object, text: tuple[str, ...]) -> None:
    assert cell(name, raw).text == text


#: Input, cell as written, code of the fault, a part of the problem, a part of the cure.
FAULTS: list[tuple[str, object, str, str, str]] = [
    ("country", "UK", "unknown-territory", '"UK"', 'Did you mean "GB"?'),
    ("country", "EN", "unknown-territory", '"EN"', 'Did you mean "GB"?'),
    ("country", "de", "unknown-territory", '"de"', 'Did you mean "DE"? Territories are two capital letters.'),
    ("country", "dach", "unknown-territory", '"dach"', 'Did you mean "@dach"?'),
    ("country", "419", "unknown-territory", '"419"', 'Did you mean "@419"?'),
    ("country", "es-ct", "unknown-territory", '"es-ct"', 'Did you mean region = ["ES-CT"]?'),
    ("country", "Germany", "unknown-territory", '"Germany"', 'Did you mean "DE"?'),
    ("country", "Atlantis", "unknown-territory", '"Atlantis"', "two capital letters"),
    ("country", "XQ", "unknown-territory", '"XQ"', "Did you mean"),
    ("country", "@dahc", "unknown-group", '"@dahc"', 'Did you mean "@dach"?'),
    ("country", "@7777777777", "unknown-group", '"@7777777777"', "UN M49"),
    ("country", 7, "wrong-type", "7", "ISO 3166-1"),
    ("country", True, "wrong-type", "true", "ISO 3166-1"),
    ("country", False, "wrong-type", "false", "ISO 3166-1"),
    ("country", [["DE"]], "wrong-type", "a list inside a list", ""),
    ("country", {"is": "DE"}, "wrong-type", "a table", ""),
    ("country", datetime.datetime(2026, 1, 1), "wrong-type", "2026", ""),
    ("country", ["DE", ""], "bad-cell", "empty value", "Leave the whole cell out"),
    ("country", ["!"], "bad-cell", "empty value", ""),
    ("region", "es-ct", "unknown-region", '"es-ct"', 'Did you mean "ES-CT"?'),
    ("region", "ES", "unknown-region", '"ES"', 'Did you mean country = ["ES"]?'),
    ("region", "Catalonia", "unknown-region", '"Catalonia"', "ISO 3166-2"),
    ("language", "cn", "unknown-language", '"cn"', 'Did you mean "zh"?'),
    ("languages", "jp", "unknown-language", '"jp"', 'Did you mean "ja"?'),
    ("language", "Spanish", "unknown-language", '"Spanish"', 'Did you mean "es"?'),
    ("country", "Unted States", "unknown-territory", '"Unted States"', 'Did you mean "US"?'),
    ("language", "German please", "unknown-language", '"German please"', "BCP 47"),
    ("language", "qqx", "unknown-language", '"qqx"', "BCP 47"),
    ("device", "fone", "unknown-value", '"fone"', 'Did you mean "phone"?'),
    ("device", "zzzzzz", "unknown-value", '"zzzzzz"', "Use one of: phone, "),
    ("weekday", "monday", "unknown-value", '"monday"', 'Did you mean "mon"?'),
    ("weekday", "mon..friday", "unknown-value", '"friday"', 'Did you mean "fri"?'),
    ("daypart", "noon", "unknown-value", '"noon"', "afternoon"),
    ("hour", 24, "bad-hour", '"24"', "0 to 23"),
    ("hour", -1, "bad-hour", '"-1"', "0 to 23"),
    ("hour", "18..", "bad-hour", '""', "18..23"),
    ("hour", "noon", "bad-hour", '"noon"', "0 to 23"),
    ("hour", "١", "bad-hour", '"١"', "0 to 23"),
    ("hour", 1.5, "wrong-type", "1.5", "0 to 23"),
    ("hour", True, "wrong-type", "true", "0 to 23"),
    ("date", "24.12.2026", "bad-date", "24.12.2026", "2026-12-24"),
    ("date", "2026-02-30", "bad-date", "2026-02-30", "2026-12-24"),
    ("date", "20261224", "bad-date", "20261224", "2026-12-24"),
    ("date", datetime.datetime(2026, 1, 1), "wrong-type", "2026-01-01", "2026-12-24"),
    ("captions", "maybe", "unknown-value", '"maybe"', ""),
    ("captions", 1, "wrong-type", "1", "yes or no"),
    ("item", "Business Class", "bad-name", '"Business Class"', "small letters"),
    ("item", "none", "bad-name", '"none"', ""),
    ("terms", "*", "bad-words", '"*"', "flug*"),
    ("terms", "a*b", "bad-words", '"a*b"', "flug*"),
    ("terms", "...", "bad-words", '"..."', "flug*"),
    ("country", ["DE", "!DE"], "contradiction", '["DE", "!DE"]', "opposite"),
    ("country", ["DE", "!@dach"], "contradiction", "can never hold", ""),
    ("country", ["unknown", "!unknown"], "contradiction", "can never hold", ""),
    ("language", ["es-MX", "!es"], "contradiction", "can never hold", ""),
    ("languages", ["de", "!de"], "contradiction", "can never hold", ""),
    ("captions", ["!yes", "!no"], "contradiction", "can never hold", ""),
    ("weekday", ["!mon..sun"], "contradiction", "can never hold", ""),
    ("hour", ["!0..23"], "contradiction", "can never hold", ""),
    ("date", ["2026-01-01", "!2026-01-01"], "contradiction", "can never hold", ""),
    ("date", ["2026-01-05", "!2026-01-01..2026-01-31"], "contradiction", "can never hold", ""),
    ("terms", ["cheap flight", "!cheap*"], "contradiction", "can never hold", ""),
    ("segment", ["VIP", "!vip"], "contradiction", "can never hold", ""),
]


@pytest.mark.parametrize(("name", "raw", "code", "problem", "cure"), FAULTS)
def test_a_wrong_cell_says_what_is_wrong_and_what_to_write(
    name: str, raw: object, code: str, problem: str, cure: str
) -> None:
    with pytest.raises(CellFault) as caught:
        cell(name, raw)
    assert caught.value.code == code
    assert problem in caught.value.problem
    assert cure in caught.value.cure
    assert str(caught.value) == f"{caught.value.problem} {caught.value.cure}".strip()


def test_equal_cells_are_one_key() -> None:
    assert cell("country", ["DE", "@eu"]) == cell("country", ["DE", "@eu", "DE"])
    assert len({cell("terms", "a*"), cell("terms", "a*"), cell("terms", "a")}) == 2


@given(
    st.lists(st.sampled_from(["DE", "AT", "US", "unknown"])), st.lists(st.sampled_from(["DE", "AT", "US", "unknown"]))
)
def test_any_of_the_positives_and_none_of_the_negatives(wanted: list[str], refused: list[str]) -> None:
    raw = [*wanted, *(f"!{value}" for value in refused)]
    if wanted and set(wanted) <= set(refused):
        with pytest.raises(CellFault, match="can never hold"):
            cell("country", raw)
        return
    made = cell("country", raw)
    for value in ("DE", "AT", "US", "ES", None):
        word = "unknown" if value is None else value
        blank_is_meant = value is not None or not (wanted or refused) or word in wanted
        expected = (not wanted or word in wanted) and word not in refused and blank_is_meant
        assert made.holds(value) is expected, (wanted, refused, value)


@given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 23))
def test_a_range_of_hours_is_a_walk_round_the_clock(first: int, last: int, hour: int) -> None:
    walked = {(first + step) % 24 for step in range((last - first) % 24 + 1)}
    assert cell("hour", f"{first}..{last}").holds(hour) is (hour in walked)


@given(st.sampled_from(WEEKDAYS), st.sampled_from(WEEKDAYS))
def test_a_day_is_in_a_range_or_in_its_negation(first: str, last: str) -> None:
    inside = cell("weekday", f"{first}..{last}")
    for name in WEEKDAYS:
        try:
            assert cell("weekday", f"!{first}..{last}").holds(name) is not inside.holds(name)
        except CellFault:
            assert all(inside.holds(every) for every in WEEKDAYS)


#: Texts of cells, good and bad, by input.
WRITTEN: dict[str, tuple[str, ...]] = {
    "country": ("DE", "!DE", " AT", "@dach", "!@eu", "@419", "unknown", "!unknown", "UK", "", "!"),
    "language": ("es", "ES", "es-mx", "!es", "unknown", "jp"),
    "hour": ("7", "07", "22..2", "!7", "24"),
    "date": ("2026-12-24", "2026-12-24..2027-01-06", "!2026-12-24", "2026-02-30"),
    "terms": ("cheap flight*", "*flug", "!flug", "Cheap  flight*", "*", "unknown"),
    "segment": ("vip", "VIP", "!vip", "unknown"),
    "campaign": ("x", "X", "!x"),
    "device": ("tv", "!tv", "telly"),
}


@given(
    st.sampled_from(sorted(WRITTEN)).flatmap(
        lambda name: st.tuples(
            st.just(name), st.lists(st.lists(st.sampled_from(WRITTEN[name]), max_size=4), max_size=5)
        )
    )
)
def test_a_reader_of_many_cells_reads_each_as_if_it_were_the_only_one(case: tuple[str, list[list[str]]]) -> None:
    name, lists = case
    reader = CellReader(INPUTS[name], GROUPS)
    for texts in lists:
        alone = outcome(partial(cell, name, texts))
        assert outcome(partial(reader.read, texts)) == alone, texts


def test_a_value_that_is_written_twice_is_one_to_a_reader_that_knows_it() -> None:
    reader = CellReader(INPUTS["hour"], GROUPS)
    assert [reader.read(["7", "07"]).text for _ in range(2)] == [("7",)] * 2
    assert reader.read([]) == cell("hour", [])


def outcome(read: Callable[[], Cell]) -> tuple[object, ...]:
    try:
        found = read()
    except CellFault as fault:
        return fault.code, fault.problem, fault.cure
    return type(found), found
