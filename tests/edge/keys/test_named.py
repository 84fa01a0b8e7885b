"""Cells by the values that they name find what asking every cell finds."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.keys.named import NOTHING, Named
from rules.cells import Cell, TagCell
from rules.inputs import INPUTS
from tests.rules.books import cells

#: For inputs of each kind what cells may name, and what visitors may be.
NAMES: Mapping[str, Sequence[str]] = {
    "country": ("DE", "US", "@419", "MX", "CH"),
    "region": ("ES-CT", "CH-GE", "CH-ZH"),
    "device": ("tv", "phone", "other"),
    "os": ("ios", "haiku", "windows"),
    "campaign": ("Spring", "autumn", "straße"),
    "segment": ("gold", "blue", "Red"),
    "terms": ("flug*", "*ferry", "cheap flight*", "rome", "to rome", "*a*"),
    "language": ("de", "es", "es-MX", "zh-Hant", "es-419", "no"),
    "languages": ("de", "es", "es-MX", "zh-Hant", "es-419", "no"),
    "hour": ("22..2", "7", "9..12"),
    "weekday": ("fri..sun", "mon"),
    "date": ("2026-12-24..2026-12-26", "2026-12-26", "2027-01-01..2026-12-31"),
    "captions": ("yes", "no"),
}
_SETS = {
    "segment": ("GOLD", "blue", "red", "new"),
    "terms": ("flugzeug", "carferry", "cheap", "flights", "to", "rome", "x"),
}
_TAGS = ("de", "de-AT", "es", "es-MX", "es-AR", "zh-TW", "zh", "nb", "en", "es-419", "qaa", "gsw")
VALUES: Mapping[str, Sequence[object]] = {
    "country": (None, "DE", "US", "MX", "AR", "AQ"),
    "region": (None, "ES-CT", "CH-GE", "CH-ZH", "DE-BE"),
    "device": (None, "tv", "phone", "desktop"),
    "os": (None, "ios", "haiku", "windows", "linux"),
    "campaign": (None, "SPRING", "autumn", "STRASSE", "winter"),
    "segment": ((), ("GOLD",), ("gold", "blue"), ("red", "new"), ("new",)),
    "terms": ((), ("cheap", "flights", "to", "rome"), ("carferry",), ("flugzeug", "rome"), ("x",)),
    "language": (None, *_TAGS),
    "languages": ((), *((tag,) for tag in _TAGS)),
    "hour": (None, *range(24)),
    "weekday": (None, "fri", "sat", "mon", "wed"),
    "date": (None, *(datetime.date(2026, 12, day) for day in (23, 24, 26, 27, 31))),
    "captions": (None, True, False),
}


def written(name: str) -> st.SearchStrategy[list[str]]:
    """A cell: some names of values, some of them refused, perhaps the word for a blank value."""
    texts = [*NAMES[name], *(f"!{text}" for text in NAMES[name]), "unknown", "!unknown"]
    return st.lists(st.sampled_from(texts), min_size=1, max_size=4, unique_by=lambda text: text.lstrip("!"))


def readable(name: str, rows: Sequence[Sequence[str]]) -> list[Cell]:
    """The cells; what contradicts itself is none."""
    found: list[Cell] = []
    for row in rows:
        try:
            found += cells({name: row})
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def held(asked: Sequence[Cell], named: Named, value: object) -> list[int]:
    """The positions of the cells that hold, put together from what is wanted and what is refused."""
    wanted, refused = named.met(value)
    return sorted({*wanted, *(at for at, cell in enumerate(asked) if not cell.positives and at not in refused)})


@pytest.mark.parametrize("name", [name for name in NAMES if name != "languages"])
@given(st.data())
def test_what_is_met_is_what_holds(name: str, data: st.DataObject) -> None:
    asked = readable(name, data.draw(st.lists(written(name), max_size=6)))
    named = Named(asked)
    for value in VALUES[name]:
        assert held(asked, named, value) == [at for at, cell in enumerate(asked) if cell.holds(value)], value


@given(st.lists(st.sampled_from(_SETS["segment"]), max_size=4), st.lists(written("segment"), max_size=6))
def test_sets_of_any_values_meet_what_holds(members: list[str], rows: list[list[str]]) -> None:
    asked = readable("segment", rows)
    assert held(asked, Named(asked), tuple(members)) == [
        at for at, cell in enumerate(asked) if cell.holds(tuple(members))
    ]


@given(st.lists(st.sampled_from(_SETS["terms"]), max_size=5), st.lists(written("terms"), max_size=6))
def test_searches_of_any_words_meet_what_holds(words: list[str], rows: list[list[str]]) -> None:
    asked = readable("terms", rows)
    assert held(asked, Named(asked), tuple(words)) == [at for at, cell in enumerate(asked) if cell.holds(tuple(words))]


_LISTS = st.lists(st.sampled_from(_TAGS), min_size=1, max_size=4)


@given(_LISTS, _LISTS, st.lists(written("languages"), max_size=6))
def test_lists_of_one_number_meet_the_same_cells(one: list[str], other: list[str], rows: list[list[str]]) -> None:
    asked = readable("languages", rows)
    named = Named(asked, in_list=True)
    if named.number_of_list(one) == named.number_of_list(other):
        assert [cell.holds(tuple(one)) for cell in asked] == [cell.holds(tuple(other)) for cell in asked]


@given(st.sampled_from(_TAGS), st.sampled_from(_TAGS), _LISTS, st.lists(written("languages"), max_size=6))
def test_tags_of_one_number_take_each_others_place(
    one: str, other: str, beside: list[str], rows: list[list[str]]
) -> None:
    asked = readable("languages", rows)
    named = Named(asked, in_list=True)
    if named.number(one) == named.number(other):
        said = [[cell.holds((tag, *beside)) for cell in asked] for tag in (one, other)]
        assert said[0] == said[1]


@given(st.sampled_from(["campaign", "os", "country"]), st.data())
def test_the_first_that_is_alike_is_alike_and_is_the_same_for_all_that_are(name: str, data: st.DataObject) -> None:
    asked = readable(name, data.draw(st.lists(written(name), max_size=6)))
    named = Named(asked)
    firsts = {value: named.first_alike(value) for value in VALUES[name]}
    for value, first in firsts.items():
        if first is None:
            assert named.met(value) == NOTHING or named.met(value) == named.met(None)
        else:
            assert named.met(first) == named.met(value)
        assert all(firsts[other] == first for other in VALUES[name] if named.met(other) == named.met(value))


def test_of_many_cells_none_is_asked_for_a_value_that_is_new() -> None:
    """A visitor can always send another campaign, and another language."""
    campaigns = Named([cells({"campaign": [f"c{number}", f"!d{number}"]})[0] for number in range(500)])
    tags = [
        cell
        for cell in readable("language", [["de", f"!x{letter}a"] for letter in "bcdfg"])
        if isinstance(cell, TagCell)
    ]
    languages = Named(tags)
    with (
        patch.object(Cell, "holds", side_effect=AssertionError),
        patch.object(TagCell, "holds", side_effect=AssertionError),
    ):
        assert campaigns.met("new") == NOTHING
        assert campaigns.met("C7") == ((7,), ())
        assert languages.met("fr") == NOTHING
        assert languages.met("de-AT") == (tuple(range(len(tags))), ())


def test_every_kind_of_cell_is_tried() -> None:
    kinds = {row.kind for row in INPUTS.values() if row.cell} - {"word"}
    assert {INPUTS[name].kind for name in NAMES} - {"word"} == kinds - ({"level", "choice"} & kinds)
