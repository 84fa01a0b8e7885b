"""The short way says what the long way says, for every way over hops that it takes without walking, and for those it walks.

What it remembers by raw values is bounded, in number and in length, and is used no longer than an answer may be.
"""

from __future__ import annotations

import pytest

from edge.answer import answer
from edge.reading import read
from edge.request import Request
from edge.response import Response
from edge.site import Site
from edge.ways import Answers
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
    ("10.0.0.1", {OWN: b"?"}, True),  # its own field is no entry of the chain
    ("10.0.0.1", {CHAIN: b"81.2.69.160,"}, False),
    ("192.0.2.7", {CHAIN: b"81.2.69.160"}, False),  # it has no field for a country
    ("192.0.2.7", {CHAIN: b"10.0.0.1, 10.0.0.1"}, True),
    ("81.2.69.160", {CHAIN: b"10.0.0.1"}, False),
    ("nobody", {CHAIN: b"81.2.69.160"}, False),
    (None, {CHAIN: b"81.2.69.160"}, False),
]


@pytest.fixture(autouse=True)
def every_answer_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.glance.KEPT", 1.0)


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


def asked(site: Site, language: bytes, now: float = 0.0) -> Response | None:
    """What is remembered of an answer to somebody in Spain."""
    glance = site.doors["/v1/items/business-class"].glance
    fields = {OWN: b"81.2.69.160", b"cf-ipcountry": b"ES", b"accept-language": language}
    return glance.recall(fields, "10.0.0.1", False, now)


def answered(site: Site, language: bytes) -> Response:
    glance = site.doors["/v1/items/business-class"].glance
    fields = {OWN: b"81.2.69.160", b"cf-ipcountry": b"ES", b"accept-language": language}
    response = answer(Request(NOON, fields, "10.0.0.1"), glance.served, site, glance.read)
    glance.keep(fields, "10.0.0.1", response, False, NOON.timestamp())
    return response


def remembered(site: Site) -> Answers:
    (way,) = [
        way for way in site.doors["/v1/items/business-class"].glance._ways.values() if way.names[0] == b"cf-ipcountry"
    ]
    return way.manifests


def test_an_answer_is_found_by_its_classes_then_by_its_raw_values() -> None:
    site = demo_site(HOPS)
    assert asked(site, b"de") is None
    given = answered(site, b"de")
    assert remembered(site) == {}
    assert asked(site, b"de") is given
    assert [*remembered(site).values()] == [given]
    assert asked(site, b"de") is given


def test_an_answer_whose_time_is_over_is_not_given() -> None:
    site = demo_site(HOPS)
    given = answered(site, b"de")
    assert asked(site, b"de") is given
    given.until = 5.0
    assert [asked(site, b"de", now) for now in (4.9, 5.0)] == [given, None]


def test_what_is_remembered_by_raw_values_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    site = demo_site(HOPS)
    monkeypatch.setattr(site.doors["/v1/items/business-class"].glance, "_most_by_values", 3)
    for language in (b"de", b"de-DE", b"de-AT", b"de-CH", b"de-LU"):
        given = answered(site, language)
        assert asked(site, language) is given
        assert 0 < len(remembered(site)) <= 3


def test_nothing_that_passes_a_limit_is_remembered() -> None:
    site = demo_site(HOPS)
    long = b"de," * 1400
    given = answered(site, long)
    assert asked(site, long) is given
    assert remembered(site) == {}


def test_a_class_of_the_clock_is_in_no_raw_value() -> None:
    site = demo_site(HOPS)
    glance = site.doors["/v1/items/for-travellers"].glance
    assert glance.served.plan.reads_time
    fields = {OWN: b"81.2.69.160", b"cf-ipcountry": b"NL"}
    for hour in (11, 12, 2):
        moment = NOON.replace(hour=hour)
        known = glance.recall(fields, "10.0.0.1", False, moment.timestamp())
        response = answer(Request(moment, fields, "10.0.0.1"), glance.served, site, glance.read)
        assert known is None or known.value(b"isogloss-key") == response.value(b"isogloss-key")
        glance.keep(fields, "10.0.0.1", response, False, moment.timestamp())
        assert glance.recall(fields, "10.0.0.1", False, moment.timestamp()) is response


def test_a_chain_with_other_words_in_it_is_walked() -> None:
    site = demo_site(
        '[[proxies]]\nfrom = ["10.0.0.0/8"]\nheaders = { country = "X-Geo-Country", address = "Forwarded" }\n'
    )
    glance = site.doors["/v1/items/business-class"].glance
    for chain in (b"81.2.69.160", b"for=81.2.69.160", b"for=81.2.69.160;proto=https", b"for=unknown"):
        request = Request(NOON, {b"forwarded": chain, b"x-geo-country": b"ES"}, "10.0.0.1")
        short, long = glance.read(request, glance.served, site), read(request, glance.served, site)
        assert (short.context.country, short.classes) == (long.context.country, long.classes)


def test_where_a_hop_may_be_anybody_no_address_of_a_peer_is_remembered() -> None:
    site = demo_site('[[proxies]]\nfrom = ["0.0.0.0/0"]\npreset = "cloudflare"\n')
    glance = site.doors["/v1/items/business-class"].glance
    glance.read(Request(NOON, {OWN: b"81.2.69.160", b"cf-ipcountry": b"ES"}, "80.58.201.77"), glance.served, site)
    assert glance._lanes == {}
