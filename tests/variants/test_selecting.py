"""Selection, by the language-neutral rows of `tests/cases/selection.json` and by properties that hold for all of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.variants.cases import CASES, ITEMS, make_preference, make_stand, moment, told
from variants.bars import unbarred
from variants.selecting import complete, select

ROWS = CASES["cases"]


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_the_variant_and_what_is_said_of_it(row: dict[str, Any]) -> None:
    expected = dict(row["expect"])
    if "boundary" in expected:
        expected["boundary"] = moment(expected["boundary"])
    said = told(select(make_preference(row), ITEMS[row["item"]], make_stand(row["stand"])))
    assert {name: said[name] for name in expected} == expected
