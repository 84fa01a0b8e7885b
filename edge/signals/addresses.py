"""IP addresses as packed bytes: 4 for IPv4, 16 for IPv6, none for a Unix socket.

Nothing here caches: an address is never a key of anything (DESIGN §4). The C library's parser takes 0.1 µs where
`ipaddress.ip_address` takes 2, so nothing needs to.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

from msgspec import Struct, field

#: The peer at the other end of a Unix socket.
UNIX = b""

FOUR = 4
_VERSION_FOUR = 4
_MAPPED = bytes(10) + b"\xff\xff"
_LONGEST_NODE = 80
_GROUPS = 8

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: First byte of an address → (bits to drop, the prefixes that remain), one pair for each prefix length in use there.
Masks = Mapping[int, tuple[tuple[int, frozenset[int]], ...]]


def parse_address(text: str) -> bytes | None:
    """A bare address; IPv4-mapped ones (`::ffff:192.0.2.1`) are unmapped. None for anything else."""
    try:
        packed = inet_pton(AF_INET6 if ":" in text else AF_INET, text)
    except (OSError, ValueError):  # ValueError: an embedded null
        return None
    return packed[12:] if packed.startswith(_MAPPED) else packed


def parse_node(raw: bytes | str) -> bytes | None:
    """The address of a list entry or a peer: ports, brackets and zones are dropped; `unix:` is a Unix socket.

    Sources: RFC 7239 §6 (nodes), RFC 4007 §11 (zones), and nginx, which writes `unix:`. None for anything else.
    """
    if len(raw) > _LONGEST_NODE:
        return None
    text = (raw.decode("latin-1") if isinstance(raw, bytes) else raw).strip(" \t")
    if ":" not in text and "%" not in text and "[" not in text:  # IPv4 as it mostly comes, or nothing
        try:
            return inet_pton(AF_INET, text)
        except (OSError, ValueError):
            return None
    return UNIX if text == "unix:" else parse_address(_bare(text).partition("%")[0])


def _bare(text: str) -> str:
    if text.startswith("["):
        inside, bracket, port = text[1:].partition("]")
        return inside if bracket and _is_port(port) else ""
    colons = text.count(":")
    if colons in (1, _GROUPS):
        # One colon: IPv4 with a port. Eight: all groups of an IPv6 address and a port, as CloudFront-Viewer-Address has it.
        host, _, port = text.rpartition(":")
        return host if _is_port(":" + port) and not text.startswith("::") else text
    return text


def _is_port(text: str) -> bool:
    # RFC 7239 §6: a port may be obfuscated, `_` and letters; what it says does not matter, only that it is one.
    return not text or (
        text[0] == ":" and text[1:].isascii() and text[1:].replace("_", "").replace(".", "").replace("-", "").isalnum()
    )


def text_of(packed: bytes) -> str:
    """The canonical text of an address, RFC 5952 for IPv6."""
    return inet_ntop(AF_INET if len(packed) == FOUR else AF_INET6, packed)


#: First bytes of addresses.
WIDE = 64


class Networks(Struct, frozen=True):
    """A set of networks that answers in a few dict look-ups, however many there are, and in one for most addresses."""

    four: Masks = field(default_factory=dict)
    six: Masks = field(default_factory=dict)

    @classmethod
    def of(cls, networks: Iterable[Network]) -> Networks:
        """IPv4-mapped IPv6 networks count as IPv4, as addresses do."""
        four: list[Network] = []
        six: list[Network] = []
        for network in map(_unmapped, networks):
            (four if network.version == _VERSION_FOUR else six).append(network)
        return cls(_masks(four), _masks(six))

    def __contains__(self, packed: bytes) -> bool:
        masks = (self.four if len(packed) == FOUR else self.six).get(packed[0]) if packed else None
        if masks is not None:
            number = int.from_bytes(packed)
            for drop, prefixes in masks:
                if number >> drop in prefixes:
                    return True
        return False

    def __bool__(self) -> bool:
        return bool(self.four or self.six)

    @property
    def is_wide(self) -> bool:
        """Whether so much of the internet is in it that visitors are: by first bytes, more than a quarter."""
        return max(len(self.four), len(self.six)) > WIDE


def _masks(networks: Iterable[Network]) -> Masks:
    found: dict[int, dict[int, set[int]]] = {}
    for network in networks:
        drop = network.max_prefixlen - network.prefixlen
        prefix = int(network.network_address) >> drop
        for first in range(network[0].packed[0], network[-1].packed[0] + 1):
            found.setdefault(first, {}).setdefault(drop, set()).add(prefix)
    return {
        first: tuple((drop, frozenset(prefixes)) for drop, prefixes in sorted(masks.items()))
        for first, masks in found.items()
    }


def _unmapped(network: Network) -> Network:
    if isinstance(network, ipaddress.IPv6Network) and network.prefixlen >= 96:
        mapped = network.network_address.ipv4_mapped
        if mapped is not None:
            return ipaddress.IPv4Network((mapped, network.prefixlen - 96))
    return network


# IANA special-purpose address registries (RFC 6890 and successors), without multicast and class E, which close the list.
_SPECIAL = """
0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24
192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
"""
SPECIAL = Networks.of(map(ipaddress.ip_network, _SPECIAL.split()))


def _first_numbers(*, whole: bool) -> frozenset[str]:
    """First numbers of IPv4 addresses, as text: all of whose addresses are special, or some."""
    found: set[str] = set()
    for network in map(ipaddress.ip_network, _SPECIAL.split()):
        if isinstance(network, ipaddress.IPv4Network) and (network.prefixlen <= 8) is whole:
            found.update(map(str, range(network[0].packed[0], network[-1].packed[0] + 1)))
    return frozenset(found)


#: First numbers after which no address has a place, and those after which it takes a closer look.
NOWHERE = _first_numbers(whole=True)
EXCEPTIONAL = _first_numbers(whole=False)


def has_place(packed: bytes) -> bool:
    """Whether the address belongs to the public internet: private, loopback, link-local … ones are nowhere."""
    if len(packed) == FOUR and packed[0] not in SPECIAL.four:  # the first byte tells of most addresses
        return True
    return bool(packed) and packed not in SPECIAL
