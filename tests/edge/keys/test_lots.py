"""Lots: what bars leave, by place and moment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from edge.keys.lots import Lots
from locales.preference import Confidence
from variants.bars import Rights
from variants.variant import Bars, Item, LawBar, Variant

BEGINS, ENDS = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
LAW = LawBar("law", "a law", frozenset({"FR"}), begins=ENDS)


def item(*bars: Bars) -> Item:
    variants = [Variant(f"v{at}", "u", at, audio="en", bars=bar) for at, bar in enumerate(bars)]
    return Item("film", "fiction", "en", tuple(variants))


def test_without_bars_there_is_one_lot_and_no_place_is_asked() -> None:
    lots = Lots(item(Bars(), Bars()), Rights())
    assert lots.here("DE") == lots.here(None) == lots.anywhere() == ((0, 1),)
    assert not lots.territorial
    assert lots.barred("DE") == ()


def test_a_moment_at_which_a_bar_begins_or_ends_makes_another_lot() -> None:
    lots = Lots(item(Bars(), Bars(begins=BEGINS, ends=ENDS)), Rights())
    assert lots.anywhere() == ((0,), (0, 1))


PLACES = (
    # what an unknown place may see, how sure a known one must be, country, lots
    ("bar", Confidence.low, "DE", ((0, 1),)),
    ("bar", Confidence.low, "US", ((0,),)),
    ("bar", Confidence.low, None, ((0,),)),
    ("allow", Confidence.low, None, ((0, 1),)),
    ("bar", Confidence.high, "DE", ((0,), (0, 1))),
    ("allow", Confidence.high, "US", ((0,), (0, 1))),
)


@pytest.mark.parametrize(("unknown", "least", "country", "found"), PLACES)
def test_bars_by_place_leave_what_the_rights_say(
    unknown: str, least: Confidence, country: str | None, found: tuple[tuple[int, ...], ...]
) -> None:
    rights = Rights("allow" if unknown == "allow" else "bar", least)
    lots = Lots(item(Bars(), Bars(not_in=frozenset({"US"}))), rights)
    assert lots.here(country) == found


def test_a_law_makes_lots_where_it_holds_and_countries_are_told_apart_by_it() -> None:
    lots = Lots(item(Bars(), Bars(laws=(LAW,))), Rights())
    assert lots.here("FR") == ((0,), (0, 1))
    assert lots.here("DE") == ((0, 1),)
    assert lots.barred("FR") != lots.barred("DE") == lots.barred("US")
    assert lots.anywhere() == ((0,), (0, 1))


def test_bars_from_the_first_moment_on_have_none_ahead() -> None:
    assert Lots(item(Bars(begins=datetime.min.replace(tzinfo=UTC))), Rights()).anywhere() == ((0,),)
