"""Tests of the one table of inputs, and of the page made from it."""

from __future__ import annotations

import pytest
from msgspec.structs import fields

from rules.context import Context, Subject
from rules.inputs import (
    DAYPARTS,
    INPUTS,
    STATIC_INPUTS,
    TIME_INPUTS,
    VISITOR_NAMES,
    WEEKDAYS,
    daypart_of,
    is_identifier,
)
from tests.conftest import REPOSITORY
from tests.rules.inputs_reference import reference

ORDER = [
    *("country", "region", "language", "languages", "device", "os", "referrer", "referrer_name", "campaign", "terms"),
    *("weekday", "hour", "daypart", "date", "segment", "stage", "seen", "age", "unit", "captions", "audio_description"),
    *("save_data", "choice", "consent", "item", "kind", "channel"),
]


def test_inputs_stand_in_the_order_of_the_semantics() -> None:
    assert list(INPUTS) == ORDER
    assert all(name == row.name for name, row in INPUTS.items())


def test_every_input_is_a_field_of_the_context_or_of_the_item_or_is_read_from_its_clock_and_languages() -> None:
    known = {field.name for type_ in (Context, Subject) for field in fields(type_)}
    derived = TIME_INPUTS | {"language", "languages"}
    assert {name for name in INPUTS if name not in known} == derived


def test_request_fields_are_written_in_lower_case_and_sorted() -> None:
    for row in INPUTS.values():
        assert [name.lower() for name in row.fields] == sorted(row.fields), row.name


def test_levels_of_consent_are_those_of_the_semantics() -> None:
    levels = {name: row.level for name, row in INPUTS.items()}
    assert {name for name, level in levels.items() if level == 2} == {"segment", "stage", "seen", "age", "unit"}
    assert {name for name, level in levels.items() if level == 1} == {"campaign"}
    assert {name for name, level in levels.items() if level is None} == {"consent"} | STATIC_INPUTS


def test_time_and_the_item_stem_from_no_request_field() -> None:
    assert not any(INPUTS[name].fields for name in TIME_INPUTS | STATIC_INPUTS)


def test_every_hour_has_one_daypart_and_they_follow_each_other() -> None:
    for name, (first, last) in DAYPARTS.items():
        assert {daypart_of(hour) for hour in range(first, last + 1)} == {name}
    assert [daypart_of(hour) for hour in (0, 5, 6, 11, 12, 17, 18, 23)] == [
        "night", "night", "morning", "morning", "afternoon", "afternoon", "evening", "evening",
    ]  # fmt: skip


def test_the_week_begins_as_python_counts_it() -> None:
    assert WEEKDAYS[0] == "mon"
    assert len(WEEKDAYS) == 7


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("a", True),
        ("es-original", True),
        ("a_1", True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("", False),
        ("1a", False),
        ("Es", False),
        ("a b", False),
        ("a\n", False),
        ("é", False),
        ("none", False),
        ("barred", False),
    ],
)
def test_an_id_is_small_letters_digits_and_dashes_and_no_reserved_word(text: str, good: bool) -> None:
    assert is_identifier(text) is good


def test_visitors_are_described_by_names_that_are_given_once() -> None:
    assert len(set(VISITOR_NAMES)) == len(VISITOR_NAMES) == 23


def test_the_reference_of_inputs_is_that_of_the_table() -> None:
    page = REPOSITORY / "docs" / "inputs.md"
    assert page.read_text("utf-8") == reference(), (
        "write it anew: python -m tests.rules.inputs_reference > docs/inputs.md"
    )


@pytest.mark.parametrize("name", INPUTS)
def test_every_input_has_a_heading_in_the_reference(name: str) -> None:
    assert f"\n### {name}\n" in reference()
