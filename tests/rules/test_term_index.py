"""Tests of the index of cells on search words: it finds what asking every cell finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.cells import Cell, TermCell
from rules.term_index import RunIndex, TermIndex
from tests.rules.books import cells

RUNS: list[list[str]] = [
    ["rome"],
    ["cheap flight*"],
    ["*ferry to rome"],
    ["flug*"],
    ["*flug"],
    ["rome", "flug*"],
    ["cheap rome", "rome"],
    ["!rome"],
    ["rome", "!cheap"],
    ["unknown"],
    ["unknown", "rome"],
    ["!unknown"],
]
CELLS: list[Cell] = [cells({"terms": written})[0] for written in RUNS]
WORDS = ("rome", "cheap", "flight", "flights", "ferry", "carferry", "to", "flug", "flughafen", "hinflug", "other")


@given(st.lists(st.sampled_from(WORDS), max_size=5).map(tuple))
def test_the_index_finds_what_asking_every_cell_finds(terms: tuple[str, ...]) -> None:
    wanted = tuple(position for position, cell in enumerate(CELLS) if cell.holds(terms))
    assert TermIndex(CELLS).holding(terms) == wanted


@given(st.lists(st.sampled_from(WORDS), max_size=5).map(tuple))
def test_the_runs_of_a_query_are_those_that_are_part_of_its_text(terms: tuple[str, ...]) -> None:
    runs = sorted({run for cell in CELLS if isinstance(cell, TermCell) for run in (*cell.runs, *cell.barred)})
    query = f" {' '.join(terms)} "
    assert RunIndex(runs).within(terms) == tuple(run for run in runs if run in query)


def test_of_many_cells_those_alone_are_asked_that_a_word_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [cells({"terms": [f"city {number}"]})[0] for number in range(500)]
    asked: list[Cell] = []
    holds = TermCell.holds

    def counted(cell: TermCell, value: object) -> bool:
        asked.append(cell)
        return holds(cell, value)

    monkeypatch.setattr(TermCell, "holds", counted)
    index = TermIndex([*many, *cells({"terms": ["flug*"]})])
    for terms, found in ((("fares", "to", "city", "7"), (7,)), (("city", "rome"), ()), (("hinflug", "flugs"), (500,))):
        assert index.holding(terms) == found
    assert [cell.text for cell in asked] == [("city 7",), ("flug*",), ("flug*",), ("flug*",)]
