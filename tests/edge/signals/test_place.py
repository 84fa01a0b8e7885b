"""Place: a hop's field, a geo file, registry data, unknown; in that order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.signals import place as module
from edge.signals.audience import Audience
from edge.signals.fields import joined
from edge.signals.geofile import GeoFile
from edge.signals.place import UNKNOWN, Place, RegistryPlaces, from_words, place_of_peer, read_place
from edge.signals.proxies import Client, parse_proxies, walk
from locales.preference import Confidence
from tests.conftest import require_shared

HIGH = Confidence.high
MADRID = "Europe/Madrid"


class Spain:
    """A registry that assigned every address to Spain."""

    def country(self, address: str) -> str | None:
        return "ES"


def client_of(address: str | None = None, **table: Any) -> Client:
    hops, _ = parse_proxies([{"from": ["10.0.0.1"], **table}], lambda entry, key: 1, "site.toml")
    return Client(address, hops)


# Fields that Cloudflare sends, and the place they give; the address alone would be Spain.
FIELDS: tuple[tuple[dict[str, str], Place], ...] = (
    ({"cf-ipcountry": "DE"}, Place("DE", None, None, HIGH, "field")),
    (
        {"cf-ipcountry": "de", "cf-region-code": "BE", "cf-timezone": "Europe/Berlin"},
        Place("DE", "DE-BE", "Europe/Berlin", HIGH, "field"),
    ),
    ({"cf-ipcountry": "ES", "cf-region-code": "ES-CT"}, Place("ES", "ES-CT", None, HIGH, "field")),
    ({"cf-ipcountry": "US", "cf-region-code": "usca"}, Place("US", "US-CA", None, HIGH, "field")),
    ({"cf-region-code": "ES-CT"}, Place("ES", "ES-CT", None, HIGH, "field")),
    ({"cf-ipcountry": "DE", "cf-region-code": "ES-CT"}, Place("DE", None, None, HIGH, "field")),
    ({"cf-ipcountry": "DE", "cf-region-code": "QQ"}, Place("DE", None, None, HIGH, "field")),
    ({"cf-ipcountry": "DE", "cf-timezone": "../../etc/passwd"}, Place("DE", None, None, HIGH, "field")),
    ({"cf-ipcountry": "ZZ"}, Place(source="field")),
    ({"cf-ipcountry": "xx"}, Place(source="field")),
    ({"cf-ipcountry": "T1"}, Place(source="field")),
    ({"cf-ipcountry": "EU"}, Place(source="field")),
    ({"cf-ipcountry": "AP"}, Place(source="field")),
    ({"cf-ipcountry": "Germany"}, Place("ES", None, None, Confidence.medium, "registry")),
    ({"cf-ipcountry": "D"}, Place("ES", None, None, Confidence.medium, "registry")),
    ({"cf-ipcountry": "DE, ES"}, Place("ES", None, None, Confidence.medium, "registry")),
    ({"cf-ipcountry": "QQ"}, Place("ES", None, None, Confidence.medium, "registry")),
    ({}, Place("ES", None, None, Confidence.medium, "registry")),
)


@pytest.mark.parametrize(("fields", "expected"), FIELDS)
def test_a_hops_field_comes_first_and_a_broken_one_is_absent(fields: dict[str, str], expected: Place) -> None:
    headers = joined((name.encode(), value.encode()) for name, value in fields.items())
    assert read_place(client_of("81.2.69.160", preset="cloudflare"), headers, registry=Spain()) == expected
    assert read_place(Client("81.2.69.160"), headers, registry=Spain()).source == "registry"


def test_a_broken_chain_leaves_no_place_at_all() -> None:
    hops = client_of(preset="cloudflare").via
    assert read_place(Client(None, hops, broken=True), {b"cf-ipcountry": b"DE"}, registry=Spain()) == UNKNOWN


def test_a_geo_file_comes_before_the_registries() -> None:
    geo = GeoFile.load(require_shared("geoip/GeoIP2-City-Test.mmdb"))
    assert read_place(Client("81.2.69.160"), {}, None, geo, Spain()) == Place(
        "GB", "GB-ENG", "Europe/London", HIGH, "mmdb"
    )
    assert read_place(Client("1.1.1.1"), {}, None, geo, Spain()) == Place(
        "ES", None, None, Confidence.medium, "registry"
    )
    assert read_place(Client("1.1.1.1"), {}, None, geo, None) == UNKNOWN
    assert read_place(Client(None), {}, None, geo, Spain()) == UNKNOWN


def test_the_embedded_registry_data_know_countries() -> None:
    assert read_place(Client("193.0.6.139"), {}).country == "NL"
    assert read_place(Client("193.0.6.139"), {}).confidence is Confidence.medium
    assert RegistryPlaces().country("no address") is None


def test_without_registry_data_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    module._registry.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "iptocc", None)
    assert read_place(Client("193.0.6.139"), {}) == UNKNOWN
    module._registry.cache_clear()


def test_the_context_of_a_hop_comes_before_its_fields() -> None:
    client = client_of("81.2.69.160", preset="cloudflare", context=True)
    headers = {b"cf-ipcountry": b"DE", b"cf-timezone": MADRID.encode()}
    assert read_place(client, headers, Audience(region="ES-CT")) == Place("ES", "ES-CT", MADRID, HIGH, "field")
    assert read_place(client, headers, Audience(device="tv")).country == "DE"


def test_a_normalised_hop_is_the_only_one_that_is_asked() -> None:
    client = client_of("81.2.69.160", preset="cloudflare", normalised=True)
    assert read_place(client, {b"cf-ipcountry": b"DE"}, Audience(), registry=Spain()) == Place(source="field")
    assert read_place(client, {}, Audience(country="FR")).country == "FR"


@pytest.mark.parametrize(
    ("country", "region", "expected"),
    [
        ("es", None, Place("ES", None, None, HIGH, "preview")),
        (None, "es-ct", Place("ES", "ES-CT", None, HIGH, "preview")),
        ("ES", "CT", Place("ES", "ES-CT", None, HIGH, "preview")),
        ("DE", "ES-CT", Place("DE", None, None, HIGH, "preview")),
        ("Spain", "", UNKNOWN),
        (None, None, UNKNOWN),
    ],
)
def test_a_place_can_be_named(country: str | None, region: str | None, expected: Place) -> None:
    assert from_words(country, region) == expected


PEERS = st.one_of(
    st.none(),
    st.ip_addresses().map(str),
    st.sampled_from(
        [
            "127.0.0.1",
            "100.64.0.1",
            "100.1.1.1",
            "198.51.100.1",
            "192.0.2.1",
            "203.0.113.9",
            "239.1.1.1",
            "::ffff:193.0.6.139",
        ]
    ),
    st.sampled_from(["193.0.6.139", "81.2.69.160", "2a02:d180::1", "fe80::1%eth0", "testclient", "", "."]),
)


@given(PEERS, st.booleans())
def test_the_short_way_to_the_place_of_a_peer_leads_where_the_long_one_does(peer: str | None, filed: bool) -> None:
    geo = GeoFile.load(require_shared("geoip/GeoIP2-Country-Test.mmdb")) if filed else None
    assert place_of_peer(peer, geo) == read_place(walk(peer, {}, ()), {}, None, geo)
