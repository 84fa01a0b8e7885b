"""When: the moment that is asked about, and the visitor's own clock. The time now comes from the caller."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from edge.signals.place import Place

_FORM = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:[Zz]|[+ -]\d\d:?\d\d)?)?\Z", re.ASCII)
_STEP = timedelta(seconds=1)
#: Clocks that agree in the middle of winter, of summer and of Ramadan (Morocco's exception) are taken to agree.
_SEASONS = tuple(
    datetime(2026, month, day, 12, tzinfo=UTC) for month, day in ((1, 15), (3, 1), (4, 20), (7, 15), (10, 28))
)


def parse_at(text: str | None, zone: tzinfo) -> datetime | None:
    """The moment of `at=`: ISO 8601 date or date-time as UTC; without an offset in `zone`. None for anything else.

    A plus sign that a form made a blank is understood. In a gap of the clock the next valid instant counts, in a fold the first.
    """
    if not text or not _FORM.match(text):
        return None
    head, tail = text[:11], text[11:].replace(" ", "+")
    try:
        local = datetime.fromisoformat((head + tail).upper())
        return local.astimezone(UTC) if local.tzinfo is not None else to_utc(local, zone)
    except (ValueError, OverflowError):
        return None


def to_utc(local: datetime, zone: tzinfo) -> datetime:
    """The instant of a wall clock's reading (naive) in a zone; see `parse_at` for gaps and folds."""
    early, late = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early <= late or early.astimezone(zone).replace(tzinfo=None) == local:
        return early
    # In a gap fold 0 reads the clock before it, fold 1 the clock after it: the change lies between the two instants.
    before = late.astimezone(zone).utcoffset()
    low, high = late, early
    while high - low > _STEP:
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return high.replace(microsecond=0)


def visitor_zone(place: Place) -> str | None:
    """The IANA name of the visitor's time zone: what the place says, else that of a country whose clocks all agree."""
    if place.zone is not None and _known(place.zone):
        return place.zone
    return _zone_of(place.country) if place.country is not None else None


@lru_cache(maxsize=1024)
def _known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        return False
    return True


@lru_cache(maxsize=512)
def _zone_of(country: str) -> str | None:
    """Germany has two zones and one time, Spain has two times: the Canaries are an hour behind, so that nothing can be said."""
    names = _zones().get(country, ())
    clocks = {tuple(day.astimezone(ZoneInfo(name)).utcoffset() for day in _SEASONS) for name in names}
    return names[0] if len(clocks) == 1 else None


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    """Territory → its zones, from the IANA time zone database's `zone.tab`."""
    zones: dict[str, tuple[str, ...]] = {}
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            territory, _, zone = line.split("\t")[:3]
            zones[territory] = (*zones.get(territory, ()), zone)
    return zones
