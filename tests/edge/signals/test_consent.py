"""Levels of consent, and what they leave of a context."""

from __future__ import annotations

import pytest
from msgspec.structs import fields

from edge.signals.consent import blanked, read_consent
from rules.context import Choice, Context
from rules.inputs import INPUTS


@pytest.mark.parametrize(
    ("said", "headers", "level"),
    [
        (None, {}, 1),
        (3, {}, 3),
        (0, {}, 0),
        (3, {b"sec-gpc": b"1"}, 1),
        (3, {b"dnt": b"1"}, 1),
        (0, {b"sec-gpc": b"1"}, 0),
        (3, {b"sec-gpc": b"0"}, 3),
        (3, {b"sec-gpc": b"true"}, 3),
        (3, {b"sec-gpc": b"11"}, 3),
        (3, {b"sec-gpc": b""}, 3),
        (3, {b"sec-gpc": b"0, 1"}, 1),
        (3, {b"dnt": b"0"}, 3),
        (2, {b"dnt": b"null"}, 2),
    ],
)
def test_exactly_one_caps_the_level(said: int | None, headers: dict[bytes, bytes], level: int) -> None:
    assert read_consent(said, headers, default=1) == level


FULL = Context(
    country="ES",
    device="tv",
    campaign="spring",
    terms=("madrid",),
    segment=("gold",),
    stage="new",
    seen=("x",),
    age="adult",
    captions=True,
    choice=Choice(language="es"),
    consent=3,
)


def test_inputs_above_the_level_are_blank() -> None:
    assert blanked(FULL, 3) is FULL
    functional = blanked(FULL, 1)
    assert (functional.segment, functional.stage, functional.seen, functional.age) == ((), None, (), None)
    assert (functional.campaign, functional.terms, functional.consent) == ("spring", ("madrid",), 1)
    least = blanked(FULL, 0)
    assert (least.campaign, least.terms, least.country, least.captions) == (None, ("madrid",), "ES", True)
    assert least.choice == FULL.choice


def test_words_from_elsewhere_need_the_first_level() -> None:
    assert blanked(FULL, 0, own_terms=False).terms == ()
    assert blanked(FULL, 1, own_terms=False).terms == ("madrid",)


@pytest.mark.parametrize("level", range(4))
def test_no_input_above_the_level_is_ever_left(level: int) -> None:
    left = blanked(FULL, level, own_terms=False)
    for field in fields(Context):
        row = INPUTS.get(field.name)
        if row is not None and row.level is not None and row.level > level:
            assert getattr(left, field.name) == getattr(Context(), field.name), field.name


def test_a_context_that_has_nothing_above_the_level_stays_as_it_is() -> None:
    context = Context(country="ES")
    assert blanked(context, 1) is context
    assert blanked(context, 2) == Context(country="ES", consent=2)
