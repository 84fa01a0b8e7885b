"""Lifetimes: never past a boundary; stale-if-error past a rule's, never past a bar's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.caching import NOT_AT_ALL, Lifetimes, fresh_until, lifetimes, shortest
from edge.settings import Settings
from tests.edge.sites import BUSINESS, make_site

NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)


@cache
def settings_of(max_age: int, revalidate: int, error: int) -> Settings:
    cache_section = f"[cache]\nmax_age = {max_age}\nstale_while_revalidate = {revalidate}\nstale_if_error = {error}\n"
    return make_site({"variants/film.toml": BUSINESS}, more=cache_section).settings


USUAL = settings_of(60, 60, 86_400)


def ahead(seconds: float | None) -> datetime | None:
    return None if seconds is None else NOW + timedelta(seconds=seconds)


TABLE = (
    # boundary, bar: max-age, stale-while-revalidate, stale-if-error
    (None, None, (60, 60, 86_400)),
    (86_400 * 30, None, (60, 60, 86_400)),
    (121, None, (60, 60, 86_400)),
    (120, None, (60, 59, 86_400)),
    (61, None, (60, 0, 86_400)),
    (31, None, (30, 0, 86_400)),
    (0.5, None, (0, 0, 86_400)),
    (None, 86_400 * 30, (60, 60, 86_400)),
    (None, 3601, (60, 60, 3540)),
    (None, 31, (30, 0, 0)),
    (11, 3601, (10, 0, 3590)),
    (3601, 11, (10, 0, 0)),
    (-5, None, (0, 0, 86_400)),
)


@pytest.mark.parametrize(("boundary", "bar", "lives"), TABLE)
def test_lifetimes_are_what_the_site_asks_for_cut_at_the_next_boundary(
    boundary: float | None, bar: float | None, lives: tuple[int, int, int]
) -> None:
    found = lifetimes(USUAL, NOW, ahead(boundary), ahead(bar))
    assert (found.max_age, found.stale_while_revalidate, found.stale_if_error) == lives
    assert found.text() == "max-age={}, stale-while-revalidate={}, stale-if-error={}".format(*lives)


ANY_SECONDS = st.one_of(st.none(), st.floats(0.001, 200_000))


@given(ANY_SECONDS, ANY_SECONDS, st.sampled_from([(60, 60, 86_400), (0, 0, 0), (3600, 10, 5), (1, 86_400, 86_400)]))
@settings(max_examples=200)
def test_no_life_passes_a_boundary_however_long_the_answer_was_kept_here(
    boundary: float | None, bar: float | None, asked: tuple[int, int, int]
) -> None:
    """An answer that leaves at the last moment at which it is still used lives in caches from then on."""
    site = settings_of(*asked)
    found = lifetimes(site, NOW, ahead(boundary), ahead(bar))
    last = fresh_until(site, NOW, ahead(boundary), ahead(bar)) - NOW.timestamp()
    if boundary is None and bar is None:
        assert last == float("inf")
        return
    ends = min(one for one in (boundary, bar) if one is not None)
    assert 0 < last <= ends + 1e-6
    assert min(found.max_age, found.stale_while_revalidate, found.stale_if_error) >= 0
    assert last + found.max_age + found.stale_while_revalidate <= ends + 1e-6 or found.max_age == 0
    assert found.max_age + found.stale_while_revalidate <= max(0.0, ends)
    if bar is not None:
        assert last + found.max_age + found.stale_if_error <= bar + 1e-6 or found.stale_if_error == 0


def test_an_answer_without_a_boundary_is_used_for_ever_and_one_near_its_end_for_a_second() -> None:
    at = NOW.timestamp()
    assert fresh_until(USUAL, NOW, None, None) == float("inf")
    assert fresh_until(USUAL, NOW, ahead(3600), None) == at + 3600 - 60 - 60 - 1
    assert fresh_until(USUAL, NOW, ahead(100), None) == at + 1
    assert fresh_until(USUAL, NOW, ahead(0.25), None) == at + 0.25
    assert fresh_until(USUAL, NOW, None, ahead(86_400 * 3)) == at + 86_400 * 2 - 61
    assert fresh_until(USUAL, NOW, ahead(86_400 * 3), ahead(3600)) == at + 1


def test_several_answers_live_as_long_as_the_shortest_of_each() -> None:
    assert shortest([Lifetimes(60, 0, 9), Lifetimes(5, 70, 10)]) == Lifetimes(5, 0, 9)
    assert shortest([]) == NOT_AT_ALL
