"""What the languages of a place make of an item together, as far as anybody can see it (SEMANTICS §4, §7).

They stand one behind the other, and behind what somebody says by hand. Whoever says nothing sees which of them finds something
first; whoever names a variant, how that one is met; and so do those who name a language first that finds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from edge.keys.sights import FOREIGN, Firsts, Shown, Sight

#: A level at which variants are met, and whether as one's own.
Level = tuple[Shown, bool]


class Found(Struct, frozen=True):
    """What is found first. `own`: as understood by somebody; `leads`: by the first of the list, where that can be seen.

    `firm`: by the site's default, which stands for want of better and keeps to no order of norms.
    """

    firsts: tuple[tuple[str, Firsts], ...]
    own: bool
    leads: bool
    firm: bool


class Outlook(Struct, frozen=True):
    """What a list of languages makes of a lot. `met` goes by variant: the number of the level that meets it, if any.

    `original` is what the first reads that reads an original, `hearing` the originals that the first hears that hears any.
    """

    levels: tuple[Level, ...]
    met: tuple[tuple[int, str | None] | None, ...]
    found: Found | None
    unread: tuple[object, ...]
    original: tuple[tuple[tuple[int, str], ...], Shown] | None
    hearing: Firsts
    heard: frozenset[int]
    comforts: tuple[tuple[str | None, bool], ...]


def outlook(sights: Sequence[Sight], size: int, *, alone: bool, default: bool, audio: bool) -> Outlook:
    """Of languages in order, for a lot of that size.

    `alone`: nothing stands before them. `default`: the first is the site's, and none of the place's. `audio`: the item has any.
    """
    meetings = [_met(sights, at) for at in range(size)]
    levels = list(dict.fromkeys([one[:2] for one in meetings if one is not None]))
    met = tuple([None if one is None else (levels.index(one[:2]), one[2]) for one in meetings])
    return Outlook(
        tuple(levels),
        met,
        _found(sights, leads=alone and (audio or None in met), default=default),
        _unread(sights),
        next(((one.original, one.own) for one in sights if one.original), None),
        _hearing(sights) if audio else (),
        frozenset([at for one in sights for at in one.heard]),
        _comforts(sights),
    )


def _met(sights: Sequence[Sight], at: int) -> tuple[Shown, bool, str | None] | None:
    """The level at which a variant is met, and the captions that are read with it."""
    for one in sights:
        if one.own.met[at] != FOREIGN:
            return one.own, True, _captions(one, at)
    for one in sights:
        if one.near is not None and one.near.met[at] != FOREIGN:
            return one.near, False, _captions(one, at)
    return None


def _captions(sight: Sight, at: int) -> str | None:
    return sight.comforts[at][0] if sight.comforts else None


def _found(sights: Sequence[Sight], *, leads: bool, default: bool) -> Found | None:
    """By the first that finds something of its own, else by the first that finds something near."""
    order = [*(one for one in sights if one.owns), *(one for one in sights if one.firsts)]
    if not order:
        return None
    first = order[0] is sights[0]
    finder = order[0]
    return Found(
        finder.firsts, finder.owns, leads and first and finder.owns, default and first and len(finder.firsts) > 1
    )


def _unread(sights: Sequence[Sight]) -> tuple[object, ...]:
    """Of the first that reads a text of what has no words, else of the first that reads one nearly: its ranks are negative."""
    read = [one for one in sights if one.unread]
    if not read:
        return ()
    first = next((one for one in read if one.unread[0][0] > 0), None)
    return (read[0].unread, read[0].near) if first is None else (first.unread, first.own)


def _hearing(sights: Sequence[Sight]) -> Firsts:
    owning = (one.firsts for one in sights if one.owns)
    return next((firsts for listed in owning for name, firsts in listed if name == "original"), ())


def _comforts(sights: Sequence[Sight]) -> tuple[tuple[str | None, bool], ...]:
    """Of each variant the captions that the first reads that reads any, and whether anybody hears a description."""
    columns = zip(*[one.comforts for one in sights], strict=True)
    return tuple(
        [(next((read for read, _ in column if read), None), any(heard for _, heard in column)) for column in columns]
    )
