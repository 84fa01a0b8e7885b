"""Surveys that were made before. Each belongs to one snapshot of a site and goes with it; what is kept is bounded.

A survey takes as long as some hundred look-ups. So it is made in slices, and whoever else asks is answered between them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from weakref import WeakKeyDictionary

from cachetools import FIFOCache

from edge.served import Served
from edge.site import Site
from edge.world.survey import Place, Survey, gathered, surveying

#: Surveys kept of a site. One holds 250 small values.
MOST = 32

#: Territories decided before somebody else has a turn: one to three milliseconds.
SLICE = 10

Key = tuple[str, frozenset[tuple[str, str]]]

_KEPT: WeakKeyDictionary[Site, FIFOCache[Key, Survey]] = WeakKeyDictionary()


async def surveyed(site: Site, served: Served, named: Mapping[str, str], moment: datetime) -> Survey:
    """The survey of that moment, made now unless one that still holds is kept. A moment that is named is part of the key."""
    kept = _KEPT.setdefault(site, FIFOCache(MOST))
    key = served.item.id, frozenset(named.items())
    known = kept.get(key)
    if known is not None and (known.until is None or moment < known.until):
        return known
    found: list[tuple[Place, datetime | None]] = []
    for one in surveying(site, served, named, moment):
        found.append(one)
        if len(found) % SLICE == 0:
            await asyncio.sleep(0)
    kept[key] = gathered(iter(found))
    return kept[key]
