"""Addresses as packed bytes, and sets of networks."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.signals.addresses import SPECIAL, UNIX, Networks, has_place, parse_address, parse_node, text_of

NODES = (
    ("81.2.69.160", "81.2.69.160"),
    (" 81.2.69.160\t", "81.2.69.160"),
    (b"81.2.69.160:80", "81.2.69.160"),
    ("[2001:db8::1]", "2001:db8::1"),
    ("[2001:db8::1]:80", "2001:db8::1"),
    ("2001:db8::1", "2001:db8::1"),
    ("2001:db8:0:0:0:0:0:1:80", "2001:db8::1"),
    ("fe80::1%eth0", "fe80::1"),
    ("[fe80::1%25eth0]:80", "fe80::1"),
    ("::ffff:81.2.69.160", "81.2.69.160"),
    ("[::ffff:81.2.69.160]:80", "81.2.69.160"),
    ("81.2.69.160:_secret", "81.2.69.160"),
)
NO_NODES = (
    "", " ", "unknown", "_hidden", "81.2.69", "81.2.69.256", "81.2.69.160 81.2.69.161", "81.2.69.160:80:80", "[81.2.69.160",
    "[::1]x", "[::1]:80;x", "::1]", "81.2.69.160:8 0", "0x51.2.69.160", "81.2.69.160\x00", "٨١.2.69.160", "1:2:3:4:5:6:7:8:9:10",
    "x" * 100,
)  # fmt: skip


@pytest.mark.parametrize(("raw", "text"), NODES)
def test_ports_brackets_and_zones_are_dropped(raw: str | bytes, text: str) -> None:
    packed = parse_node(raw)
    assert packed is not None
    assert text_of(packed) == text


@pytest.mark.parametrize("raw", NO_NODES)
def test_what_is_no_address_is_none(raw: str) -> None:
    assert parse_node(raw) is None
    assert parse_node(raw.encode()) is None


def test_a_unix_socket_has_no_address() -> None:
    assert parse_node("unix:") == UNIX
    assert UNIX not in Networks.of([ip_network("0.0.0.0/0"), ip_network("::/0")])
    assert not has_place(UNIX)


@pytest.mark.parametrize(
    "text",
    ["10.1.2.3", "127.0.0.1", "169.254.1.1", "172.31.0.1", "192.168.0.1", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
     "198.51.100.1", "::", "::1", "fe80::1", "fd00::1", "ff02::1", "2001:db8::1"],
)  # fmt: skip
def test_special_addresses_are_nowhere(text: str) -> None:
    assert not has_place(parse_node(text) or UNIX)


@pytest.mark.parametrize(
    "text", ["81.2.69.160", "1.1.1.1", "172.32.0.1", "2a02:d180::1", "2001:218::1", "2606:4700::1111"]
)
def test_public_addresses_have_a_place(text: str) -> None:
    assert has_place(parse_node(text) or UNIX)


def test_mapped_networks_are_networks_of_ipv4() -> None:
    networks = Networks.of([ip_network("::ffff:10.0.0.0/104"), ip_network("2001:db8::/32")])
    assert (parse_node("10.9.9.9") or UNIX) in networks
    assert (parse_node("11.0.0.1") or UNIX) not in networks
    assert networks
    assert not Networks()


@given(st.ip_addresses())
def test_text_and_bytes_agree_with_the_standard_library(address: IPv4Address | IPv6Address) -> None:
    packed = parse_address(str(address))
    assert packed is not None
    mapped = getattr(address, "ipv4_mapped", None)
    assert ip_address(text_of(packed)) == (mapped or address)


@given(st.ip_addresses(), st.lists(st.ip_addresses(v=4), max_size=5), st.integers(0, 32))
def test_a_set_of_networks_agrees_with_the_standard_library(
    address: IPv4Address | IPv6Address, bases: list[IPv4Address], length: int
) -> None:
    networks = [ip_network((base, length), strict=False) for base in bases]
    packed = parse_address(str(address))
    assert packed is not None
    inside = any(ip_address(text_of(packed)) in network for network in networks)
    assert (packed in Networks.of(networks)) is inside


@given(st.ip_addresses())
def test_what_the_standard_library_calls_private_is_nowhere(address: IPv4Address | IPv6Address) -> None:
    packed = parse_address(str(address))
    if packed is not None and ip_address(text_of(packed)).is_private:
        assert packed in SPECIAL


@given(st.one_of(st.text(max_size=90), st.binary(max_size=90)))
def test_nothing_makes_the_parser_raise(raw: str | bytes) -> None:
    packed = parse_node(raw)
    assert packed is None or len(packed) in (0, 4, 16)
