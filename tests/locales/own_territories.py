"""Subdivisions of ISO 3166-2 that ISO 3166-1 has as territories of their own, with these: CLDR's aliases, and China's three."""

from __future__ import annotations

from collections.abc import Mapping

from locales import cldr
from locales.territories import TERRITORIES

OWN: Mapping[str, str] = {
    f"{alias[:2]}-{alias[2:]}".upper(): territory
    for alias, territory in cldr.table("aliases")["subdivision"].items()
    if territory in TERRITORIES
} | {"CN-HK": "HK", "CN-MO": "MO", "CN-TW": "TW"}
