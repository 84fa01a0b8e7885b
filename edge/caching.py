"""How long an answer may live in somebody else's cache (DESIGN §3; RFC 9111, RFC 5861, RFC 9213)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from edge.settings import Settings


class Lifetimes(Struct, frozen=True):
    """Seconds. `max_age + stale_while_revalidate` never passes the next boundary, `stale_if_error` never a bar's."""

    max_age: int
    stale_while_revalidate: int
    stale_if_error: int

    def text(self) -> str:
        """The three directives, without public or private."""
        return (
            f"max-age={self.max_age}, stale-while-revalidate={self.stale_while_revalidate}, "
            f"stale-if-error={self.stale_if_error}"
        )


NOT_AT_ALL = Lifetimes(0, 0, 0)


def whole(settings: Settings) -> Lifetimes:
    """What the site asks for."""
    return Lifetimes(settings.max_age, settings.stale_while_revalidate, settings.stale_if_error)


def lifetimes(settings: Settings, now: datetime, boundary: datetime | None, bar: datetime | None) -> Lifetimes:
    """What the site asks for, cut at the next boundary of any kind and at the next one of a bar.

    A second is held back, since an answer is encoded once and used for up to a second afterwards.
    """
    if boundary is None and bar is None:
        return whole(settings)
    until_any = _seconds(now, _earliest(boundary, bar))
    until_bar = _seconds(now, bar)
    max_age = min(settings.max_age, until_any)
    return Lifetimes(
        max_age,
        min(settings.stale_while_revalidate, until_any - max_age),
        min(settings.stale_if_error, until_bar - max_age),
    )


def shortest(lives: Iterable[Lifetimes]) -> Lifetimes:
    """What several answers together may live: the least of each."""
    listed = tuple(lives) or (NOT_AT_ALL,)
    return Lifetimes(
        min(one.max_age for one in listed),
        min(one.stale_while_revalidate for one in listed),
        min(one.stale_if_error for one in listed),
    )


def fresh_until(settings: Settings, now: datetime, boundary: datetime | None, bar: datetime | None) -> float:
    """Until when (seconds since 1970) an encoded answer of this process may be used as it is.

    While every boundary is farther away than the longest life given to caches, that is the moment when one no longer is;
    then a second at a time, and never beyond the boundary itself.
    """
    if boundary is None and bar is None:
        return float("inf")
    ends = min(_timestamp(boundary), _timestamp(bar))
    margin = settings.max_age + 1
    roomy = min(
        ends - margin - settings.stale_while_revalidate,
        _timestamp(bar) - margin - max(settings.stale_while_revalidate, settings.stale_if_error),
    )
    at = now.timestamp()
    return roomy if at < roomy else min(at + 1, ends)


def _timestamp(moment: datetime | None) -> float:
    return float("inf") if moment is None else moment.timestamp()


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _seconds(now: datetime, boundary: datetime | None) -> int:
    return 31_536_000 if boundary is None else max(0, int((boundary - now).total_seconds()) - 1)
