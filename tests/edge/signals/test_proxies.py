"""The walk from the socket to the visitor. The cases of tests/cases/hops.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.signals import proxies
from edge.signals.fields import joined
from edge.signals.place import read_place
from edge.signals.proxies import Client, Hop, lone_hop, parse_proxies, walk

FILE = json.loads((Path(__file__).parents[2] / "cases" / "hops.json").read_text("utf-8"))


def hops_of(tables: list[dict[str, Any]], environment: dict[str, str] | None = None) -> tuple[Hop, ...]:
    hops, _ = parse_proxies(tables, lambda entry, key: 1, "site.toml", environment or {})
    return hops


def headers_of(fields: dict[str, Any]) -> dict[bytes, bytes]:
    lines = [(name, line) for name, value in fields.items() for line in ([value] if isinstance(value, str) else value)]
    return joined((name.encode(), line.encode()) for name, line in lines)


@pytest.mark.parametrize("case", FILE["cases"], ids=lambda case: case["name"])
def test_the_walk_ends_at_the_first_who_is_no_hop(case: dict[str, Any]) -> None:
    client = walk(case["peer"], headers_of(case["fields"]), hops_of(FILE["hops"][case["hops"]]))
    assert (client.address, len(client.via), client.broken) == (
        case["address"],
        case["crossed"],
        case.get("broken", False),
    )


SECRET = [{"from": ["0.0.0.0/0"], "secret_env": "SECRET", "secret_header": "X-Secret", "preset": "cloudflare"}]


def test_a_hop_with_a_secret_counts_for_a_request_that_shows_it() -> None:
    fields = {"x-forwarded-for": "1.1.1.1, 81.2.69.160", "cf-ipcountry": "ES", "x-secret": "open sesame"}
    hops = hops_of(SECRET, {"SECRET": "open sesame"})
    client = walk("8.8.8.8", headers_of(fields), hops)
    assert (client.address, client.hop) == ("81.2.69.160", hops[0])
    assert read_place(client, headers_of(fields)).country == "ES"


@pytest.mark.parametrize("environment", [{"SECRET": "open sesame"}, {}])
def test_a_hop_with_a_secret_is_nobody_to_those_who_do_not_show_it(environment: dict[str, str]) -> None:
    for shown in ({}, {"x-secret": ""}, {"x-secret": "open"}):
        client = walk("8.8.8.8", headers_of({"x-forwarded-for": "81.2.69.160", **shown}), hops_of(SECRET, environment))
        assert (client.address, client.hop) == ("8.8.8.8", None)


def test_a_secret_and_an_address_stand_in_no_representation() -> None:
    hop = hops_of(SECRET, {"SECRET": "open sesame"})[0]
    assert "sesame" not in repr(hop)
    client = Client("81.2.69.160", (hop,))
    assert "81.2.69.160" not in repr(client)
    assert "81.2.69.160" not in str(client.__rich_repr__())


def test_the_context_field_is_read_where_a_hop_may_set_it() -> None:
    headers = {b"isogloss-context": b"age=adult"}
    plain, preset, told = hops_of(
        [
            {"from": ["10.0.0.1"]},
            {"from": ["10.0.0.2"], "preset": "cloudflare"},
            {"from": ["10.0.0.3"], "preset": "cloudflare", "context": True},
        ]
    )
    assert walk("10.0.0.1", headers, [plain]).context(headers) == b"age=adult"
    assert walk("10.0.0.2", headers, [preset]).context(headers) is None
    assert walk("10.0.0.3", headers, [told]).context(headers) == b"age=adult"
    assert walk("8.8.8.8", headers, [plain]).context(headers) is None


def test_an_overlong_context_is_one_that_says_nothing() -> None:
    headers = {b"isogloss-context": b"a" * 5000}
    assert walk("10.0.0.1", headers, hops_of([{"from": ["10.0.0.1"]}])).context(headers) == b""


def test_a_normalised_hop_is_read_by_one_field_alone() -> None:
    hop = hops_of([{"from": ["10.0.0.1"], "preset": "cloudflare", "normalised": True}])[0]
    headers = {b"cf-ipcountry": b"ES", b"isogloss-context": b"country=DE"}
    client = walk("10.0.0.1", headers, [hop])
    assert client.normalised
    assert client.says("country", headers) is None
    assert client.context(headers) == b"country=DE"
    assert hop.names("country") == ("isogloss-context",)


def test_the_nearest_hop_has_the_last_word() -> None:
    hops = hops_of(
        [
            {"from": ["10.0.0.1"], "headers": {"country": "X-Geo"}},
            {"from": ["10.0.0.2"], "preset": "cloudflare"},
        ]
    )
    headers = {b"x-forwarded-for": b"81.2.69.160, 10.0.0.2", b"cf-ipcountry": b"DE"}
    assert walk("10.0.0.1", headers, hops).says("country", headers) == "DE"
    assert walk("10.0.0.1", headers, hops).says("country", {**headers, b"x-geo": b"ES"}) == "ES"


BYTES = st.binary(max_size=200)
NAMES = st.sampled_from(
    [
        b"x-forwarded-for",
        b"forwarded",
        b"x-real-ip",
        b"cf-connecting-ip",
        b"cf-ipcountry",
        b"x-geo",
        b"isogloss-context",
    ]
)
ENTRY = st.sampled_from([b"10.0.0.9", b"1.1.1.1", b"unknown", b"", b"[::1]:80", b"unix:", b"for=10.0.0.9", b'"'])
CHAIN = st.one_of(BYTES, st.lists(ENTRY, max_size=30).map(b", ".join))
FIELDS = st.dictionaries(NAMES, CHAIN, max_size=7)
HOPS = hops_of(
    [
        {"from": ["10.0.0.0/8", "unix"], "headers": {"country": "X-Geo"}},
        {"from": ["192.0.2.0/24"], "preset": "cloudflare"},
        {"from": ["198.51.100.0/24"], "headers": {"address": "Forwarded"}},
    ]
)


@given(FIELDS, st.one_of(st.none(), st.text(max_size=60), st.sampled_from(["10.0.0.1", "192.0.2.1", "198.51.100.1"])))
def test_nothing_makes_the_walk_raise(headers: dict[bytes, bytes], peer: str | None) -> None:
    client = walk(peer, headers, HOPS)
    assert read_place(client, headers).source in ("field", "registry", "unknown")


@given(FIELDS)
def test_nothing_that_a_visitor_sends_changes_the_place(headers: dict[bytes, bytes]) -> None:
    assert read_place(walk("81.2.69.160", headers, HOPS), headers) == read_place(walk("81.2.69.160", {}, HOPS), {})


@given(FIELDS, CHAIN)
def test_nothing_that_a_visitor_sends_through_a_hop_changes_the_address(sent: dict[bytes, bytes], chain: bytes) -> None:
    headers = {**sent, b"x-forwarded-for": chain + b", 81.2.69.160"}
    assert walk("10.0.0.1", headers, HOPS).address == "81.2.69.160"


SHORT = hops_of([{"from": ["10.0.0.0/8"]}, {"from": ["192.0.2.0/24"], "preset": "cloudflare"}])


def test_a_hop_that_shows_no_secret_is_known_by_its_address() -> None:
    plain, network = lone_hop("10.0.0.1", SHORT), lone_hop("192.0.2.7", SHORT)
    assert plain is not None
    assert network is not None
    assert plain.hop == SHORT[0]
    assert (network.hop, network.chain) == (SHORT[1], b"x-forwarded-for")
    assert plain.others == network.others == {10, 192}
    assert plain.others_six == network.others_six == set()
    assert (plain.via, network.via) == ((SHORT[0],), (SHORT[1],))
    assert [lone_hop(peer, SHORT) for peer in ("81.2.69.160", "nobody")] == [None, None]


def test_a_secret_is_never_taken_for_granted() -> None:
    secret = replace(SHORT[0], secret_field=b"x-secret", secret=b"s")
    assert lone_hop("192.0.2.7", (secret, SHORT[1])) is None


MET = hops_of([{"from": ["10.0.0.0/8", "2001:db8::/32"]}, {"from": ["192.0.2.0/24"], "preset": "cloudflare"}])
PLACES = st.sampled_from(
    ["81.2.69.160", "10.0.0.7", "10.9.9.9, 10.0.0.7", "192.0.2.9", "192.0.3.9", "127.0.0.1", "::1", "2001:db8::7", "2001:218::1",
     "2001:0218:0:0::1", "::ffff:81.2.69.160", "::ffff:10.0.0.7", "81.2.69.160:443", "[2001:218::1]:80", " 81.2.69.160", "", " ",
     "081.2.69.160", "1.2.3.4,", "fe80::1%eth0", "unix:", "nobody", "\u0663.1.1.1", "240.0.0.1"]
)  # fmt: skip


@given(
    st.sampled_from(["10.0.0.1", "192.0.2.7", "2001:db8::1", "81.2.69.160"]), st.none() | PLACES.map(str.encode) | CHAIN
)
def test_a_hop_that_was_met_tells_what_a_walk_tells(peer: str, chain: bytes | None) -> None:
    headers = {} if chain is None else {b"x-forwarded-for": chain}
    walk(peer, {}, MET)
    # Hops in a list of their own have not been met.
    assert walk(peer, headers, MET) == walk(peer, headers, [*MET])


def test_peers_are_remembered_within_bounds_and_only_where_no_visitor_could_be_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    met: dict[str, object] = {}
    monkeypatch.setattr(proxies, "_met", met)
    monkeypatch.setattr(proxies, "PEERS", 2)
    for peer in ("10.0.0.1", "10.0.0.2", "10.0.0.3"):
        walk(peer, {b"x-forwarded-for": b"81.2.69.160"}, MET)
    assert list(met) == ["10.0.0.3"]
    wide = hops_of([{"from": ["0.0.0.0/0"]}])
    secret = hops_of(SECRET, {"SECRET": "open sesame"})
    walk("8.8.8.8", {}, wide)
    walk("8.8.4.4", {b"x-secret": b"open sesame"}, secret)
    walk("81.2.69.160", {}, MET)
    assert list(met) == ["10.0.0.3"]
