"""Where the connection comes from: a hop's field › a geo file › registry data › unknown.

    Client ──▶ what a crossed hop says ──▶ its address in the geo file ──▶ its address in the registries' lists ──▶ nowhere

A hop's word is final, also where it says "unknown" (`XX`, `T1` for Tor …): the answer then depends on a field alone and a shared
cache may keep it. Only a field that is absent or broken lets the address speak. No address leaves this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Protocol

from msgspec import Struct

from edge.signals.addresses import EXCEPTIONAL, NOWHERE, has_place, parse_node, text_of
from edge.signals.audience import Audience
from edge.signals.fields import Headers
from edge.signals.geofile import GeoFile
from edge.signals.proxies import Client
from locales.preference import Confidence
from locales.territories import is_region, is_territory

#: What networks and registries write where they know no country: user-assigned and reserved codes of ISO 3166-1, `T1` for Tor.
NO_COUNTRY = frozenset({"ZZ", "XX", "T1", "EU", "AP", "A1", "A2", "O1"})

_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]{1,31}(/[A-Za-z0-9_+-]{1,31}){0,2}\Z")
_SUBDIVISION = re.compile(r"[A-Z0-9]{1,3}\Z")


class Place(Struct, frozen=True):
    """`country` ISO 3166-1, `region` ISO 3166-2, `zone` an IANA name. `source`: field mmdb registry preview unknown.

    Whatever comes of `source` field depends on request fields alone; all else on the address.
    """

    country: str | None = None
    region: str | None = None
    zone: str | None = None
    confidence: Confidence = Confidence.low
    source: str = "unknown"


UNKNOWN = Place()


class Countries(Protocol):
    """A finder of countries by address, as `RegistryPlaces`."""

    def country(self, address: str) -> str | None: ...


class RegistryPlaces:
    """The delegation lists of the five regional internet registries, in `iptocc`: the country that an address was assigned to."""

    def country(self, address: str) -> str | None:
        """ISO 3166-1, or None; also where `iptocc` is not installed. Never raises."""
        find = _registry()
        return find(address) if find is not None else None


@cache
def _registry() -> Callable[[str], str | None] | None:
    try:
        from iptocc import country_code
    except ImportError:
        return None
    return country_code


REGISTRY = RegistryPlaces()


def read_place(
    client: Client,
    headers: Headers,
    audience: Audience | None = None,
    geo: GeoFile | None = None,
    registry: Countries | None = REGISTRY,
) -> Place:
    """The place of a connection. `audience` is the Isogloss-Context of a hop. Never raises."""
    if client.broken:
        return UNKNOWN
    place = _of_fields(client, headers, audience)
    if place is not None:
        return place
    return UNKNOWN if client.address is None else _of_address(client.address, geo, registry)


def _of_fields(client: Client, headers: Headers, audience: Audience | None) -> Place | None:
    told = client.told
    zone = parse_zone(client.says("zone", headers)) if told else None
    if audience is not None and (audience.country or audience.region):
        return _place(audience.country, audience.region, zone, "field")
    if client.normalised:
        return Place(source="field")
    if not told:
        return None
    said = client.says("country", headers)
    if said is not None and said.upper() in NO_COUNTRY:
        return Place(source="field")
    country = parse_country(said)
    region = parse_region(client.says("region", headers), country)
    return _place(country, region, zone, "field") if country or region else None


def _of_address(address: str, geo: GeoFile | None, registry: Countries | None) -> Place:
    if geo is not None:
        found = geo.get(address)
        country = parse_country(found.country)
        if country:
            return _place(country, parse_region(found.subdivision, country), parse_zone(found.zone), "mmdb")
    return UNKNOWN if registry is None else _assigned(registry.country(address))


def place_of_address(address: str | None, geo: GeoFile | None) -> Place:
    """The place of a client's address, where no field says it. `address` is canonical and has a place, None is nowhere."""
    return UNKNOWN if address is None else _of_address(address, geo, REGISTRY)


def place_of_peer(peer: str | None, geo: GeoFile | None) -> Place:
    """The place of a socket's peer where nobody stands between: what `read_place` says of it, the short way.

    Most addresses are IPv4 in networks without an exception; those need no parsing before the registries are asked.
    """
    if peer is None:
        return UNKNOWN
    first = peer.partition(".")[0]
    if first in NOWHERE:
        return UNKNOWN
    if geo is None and first not in EXCEPTIONAL and ":" not in peer:
        return _assigned(REGISTRY.country(peer))
    address = parse_node(peer)
    return _of_address(text_of(address), geo, REGISTRY) if address is not None and has_place(address) else UNKNOWN


@cache
def _assigned(code: str | None) -> Place:
    country = parse_country(code)
    return Place(country, confidence=Confidence.medium, source="registry") if country else UNKNOWN


def from_words(country: str | None, region: str | None) -> Place:
    """A place as a preview, a test or a flag names it. What is no country or region is absent; neither: unknown."""
    known = parse_country(country)
    subdivision = parse_region(region, known)
    return _place(known, subdivision, None, "preview") if known or subdivision else UNKNOWN


def _place(country: str | None, region: str | None, zone: str | None, source: str) -> Place:
    if country is None and region is not None:
        country = region[:2]  # SEMANTICS §1: without a country, the country is the region's prefix
    return Place(country, region, zone, Confidence.high, source)


def parse_country(text: str | None) -> str | None:
    """ISO 3166-1 alpha-2 in capitals, or None for anything else, pseudo codes too."""
    code = text.strip().upper() if text and len(text) <= 8 else ""
    return code if code not in NO_COUNTRY and is_territory(code) else None


def parse_region(text: str | None, country: str | None) -> str | None:
    """ISO 3166-2 from `ES-CT`, from `CT` beside a country, or from CLDR's `esct`. None for what lies in another country."""
    code = text.strip().upper() if text and len(text) <= 16 else ""
    if not code:
        return None
    candidates = [code] if "-" in code else [f"{code[:2]}-{code[2:]}"]
    if country and _SUBDIVISION.match(code):
        candidates.insert(0, f"{country}-{code}")
    return next((one for one in candidates if is_region(one) and country in (None, one[:2])), None)


def parse_zone(text: str | None) -> str | None:
    """The IANA name of a time zone by its form; whether it is known is seen where it is used."""
    return text if text and _ZONE.match(text) else None
