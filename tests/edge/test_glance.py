"""The short way says what the long way says, for every way over hops that it takes without walking, and for those it walks."""

from __future__ import annotations

import pytest

from edge.reading import read
from edge.request import Request
from edge.site import Site
from tests.edge.sites import NOON, demo_site

HOPS = """
[[proxies]]
from = ["10.0.0.0/8"]
preset = "cloudflare"
[[proxies]]
from = ["192.0.2.0/24"]
"""

CHAIN, OWN = b"x-forwarded-for", b"cf-connecting-ip"

#: (socket peer, fields) → whether the place that the hop says counts.
WAYS: list[tuple[str | None, dict[bytes, bytes], bool]] = [
    ("10.0.0.1", {CHAIN: b"81.2.69.160"}, True),
    ("10.0.0.1", {OWN: b"81.2.69.160"}, True),
    ("10.0.0.1", {OWN: b"127.0.0.1"}, True),
    ("10.0.0.1", {OWN: b"10.0.0.9"}, True),  # its own field is the visitor's, whoever it is
    ("10.0.0.1", {CHAIN: b"192.0.0.1"}, True),  # a hop has addresses that begin so
    ("10.0.0.1", {CHAIN: b"192.0.2.1"}, True),
    ("10.0.0.1", {CHAIN: b"81.2.69.160, 192.0.2.1"}, True),
    ("10.0.0.1", {CHAIN: b"2a02:d180::"}, True),
    ("10.0.0.1", {CHAIN: b"0.0.0.1"}, True),
    ("10.0.0.1", {}, True),
    ("10.0.0.1", {CHAIN: b"\xff"}, False),
    ("10.0.0.1", {CHAIN: b"unknown"}, False),
    ("10.0.0.1", {OWN: b"?"}, False),
    ("10.0.0.1", {CHAIN: b"81.2.69.160,"}, False),
    ("192.0.2.7", {CHAIN: b"81.2.69.160"}, False),  # it has no field for a country
    ("192.0.2.7", {CHAIN: b"10.0.0.1, 10.0.0.1"}, True),
    ("81.2.69.160", {CHAIN: b"10.0.0.1"}, False),
    ("nobody", {CHAIN: b"81.2.69.160"}, False),
    (None, {CHAIN: b"81.2.69.160"}, False),
]


@pytest.fixture(scope="module")
def site() -> Site:
    return demo_site(HOPS)


@pytest.mark.parametrize(("peer", "way", "counts"), WAYS)
@pytest.mark.parametrize("item", ["business-class", "for-travellers"])
def test_the_short_way_comes_to_what_the_long_way_comes_to(
    site: Site, peer: str | None, way: dict[bytes, bytes], counts: bool, item: str
) -> None:
    glance = site.doors[f"/v1/items/{item}"].glance
    fields = {**way, b"cf-ipcountry": b"ES", b"accept-language": b"ca,es;q=0.5", b"referer": b"https://www.google.com/"}
    request = Request(NOON, fields, peer)
    long = read(request, glance.served, site)
    for _ in range(2):  # met, then known
        short = glance.read(request, glance.served, site)
        assert (short.context.country, short.place.source) == (long.context.country, long.place.source)
        assert (short.classes, short.shareable) == (long.classes, long.shareable)
        assert short.via == tuple(
            {id(hop): hop for hop in long.via}.values()
        )  # one that is crossed twice says nothing new
        assert (short.context.country == "ES" and short.place.source == "field") is counts
