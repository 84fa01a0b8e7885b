"""Who is believed: the hops between the visitor and the socket (DESIGN §4).

    visitor ── CDN edge ── load balancer ── socket        X-Forwarded-For: (whatever the visitor sent), visitor, CDN edge
                                peer ▲
    the walk goes leftward from the peer:  load balancer is a hop · CDN edge is a hop · visitor is none: the client

Each address on the way is looked for among the hops; the first that is none is the client. What stands further left was said
by the client and is not looked at. An entry that cannot be parsed ends the walk: then the place is unknown. So is the address
where the chain ends at a hop: a proxy's address is never the visitor's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import force_setattr

from edge.signals.addresses import FOUR, UNIX, has_place, parse_address, parse_node, text_of
from edge.signals.fields import HOPS, Headers
from edge.signals.fields import field as read_field
from edge.signals.hops import CONTEXT, FORWARDED, Hop, parse_proxies

__all__ = ["Client", "Hop", "Lone", "lone_hop", "parse_proxies", "walk"]

LONGEST_FORWARDED = 4096
#: Addresses of hops that are remembered; a visitor's never is.
PEERS = 1024
_PIECE = re.compile(rb'"(?:[^"\\]|\\.)*"|[^",]+|[",]')


class Client(Struct, frozen=True):
    """Where the walk came to. `address`: canonical text, None where it is unknown or has no place. `via`: the hops that
    were crossed, the socket's peer first. `broken`: the walk ended at something that is no address, so the place is unknown.

    What follows from the hops is asked for by every signal, and is worked out once. `told`: a hop has fields in which it says
    anything of the visitor. `normalised`: a hop says everything in Isogloss-Context, so that no other field of the visitor's is
    read.
    """

    address: str | None = None
    via: tuple[Hop, ...] = ()
    broken: bool = False
    told: bool = False
    normalised: bool = False

    def __post_init__(self) -> None:
        for hop in self.via:
            if hop.sources:
                force_setattr(self, "told", True)
            if hop.normalised:
                force_setattr(self, "normalised", True)

    def __repr__(self) -> str:
        """All but the address, that no log may ever hold."""
        return f"Client(via={self.via!r}, broken={self.broken})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """The same for printers that ask a Struct for its fields."""
        return [("via", self.via), ("broken", self.broken)]

    @property
    def hop(self) -> Hop | None:
        """The hop at the other end of the socket, if it is one."""
        return self.via[0] if self.via else None

    def says(self, name: str, headers: Headers) -> str | None:
        """The word of the nearest hop that has one: it could have changed what the others said."""
        for hop in self.via:
            if hop.sources:
                word = hop.says(name, headers)
                if word is not None:
                    return word
        return None

    def context(self, headers: Headers) -> bytes | None:
        """The raw Isogloss-Context, where a hop may set it. Beyond its limit: empty bytes that parse to nothing known."""
        if CONTEXT not in headers or not any(hop.context for hop in self.via):
            return None
        return read_field(headers, CONTEXT) or b""


def walk(peer: str | None, headers: Headers, hops: Sequence[Hop]) -> Client:
    """From the socket's peer leftward along the chain; `peer` is the text of its address, None or empty for a Unix socket."""
    met = _met.get(peer) if peer else None
    if met is not None and met[0] is hops and met[1] is not None:
        client = _right_before(met[1], headers)
        if client is not None:
            return client
    address = parse_node(peer) if peer else UNIX
    via: tuple[Hop, ...] = ()
    entries: Iterator[bytes] = iter(())
    while address is not None:
        hop = _hop(address, headers, hops, via)
        if hop is None:
            return Client(text_of(address) if has_place(address) else None, via)
        if len(via) == HOPS:
            return Client(None, via, True)
        if not via:
            if met is None or met[0] is not hops:
                _meet(peer, hop, hops)
            entries = _chain(headers.get(hop.chain, b""), hop.chain)
        via = (*via, hop)
        entry = next(entries, None)
        if entry is None:
            return _at_the_end(headers, via)
        address = parse_node(entry)
    return Client(None, via, bool(via))


class Lone(Struct, frozen=True, eq=False):
    """A peer that is a hop and shows no secret: the commonest way can be told from it without walking.

    Where the field `chain` is absent, or is one address whose first byte is none of `others` (IPv4) or `others_six`, the visitor
    stands right before this hop.
    """

    hop: Hop
    chain: bytes
    others: frozenset[int]
    others_six: frozenset[int]
    via: tuple[Hop, ...]


#: Peers that are hops, and what can be told of them without walking, for the hops that they were met among.
_met: dict[str, tuple[Sequence[Hop], Lone | None]] = {}


def _meet(peer: str | None, hop: Hop, hops: Sequence[Hop]) -> None:
    """Remembers a hop at the socket that needs no secret to be one: whoever is in a wide network may be a visitor."""
    if peer and hop.secret_field is None and not hop.networks.is_wide:
        if len(_met) >= PEERS:
            _met.clear()
        _met[peer] = hops, lone_hop(peer, hops)


def _right_before(lone: Lone, headers: Headers) -> Client | None:
    """The client, where the chain is its plain address alone. None where it takes a walk to tell."""
    chain = headers.get(lone.chain, b",")
    if b"," in chain:
        return None
    text = chain.decode("latin-1")
    address = parse_address(text)
    if address is None or address[0] in (lone.others if len(address) == FOUR else lone.others_six):
        return None
    if not has_place(address):
        return Client(None, lone.via)
    # Of IPv4 only the canonical text can be parsed.
    return Client(text_of(address) if ":" in text else text, lone.via)


def lone_hop(peer: str, hops: Sequence[Hop]) -> Lone | None:
    """The hop at an address, None where the way from there takes a walk to tell, or where a hop may be any visitor."""
    address = parse_node(peer)
    hop = next((one for one in hops if address and address in one.networks), None)
    if (
        hop is None
        or hop.chain == FORWARDED
        or any(one.secret_field is not None or one.networks.is_wide for one in hops)
    ):
        return None
    four = frozenset(first for one in hops for first in one.networks.four)
    six = frozenset(first for one in hops for first in one.networks.six)
    return Lone(hop, hop.chain, four, six, (hop,))


def _hop(address: bytes, headers: Headers, hops: Sequence[Hop], via: tuple[Hop, ...]) -> Hop | None:
    # A secret proves one connection, not every address in its networks: with `from = ["0.0.0.0/0"]` the walk would else go on
    # to what the visitor wrote.
    for hop in hops:
        if (address in hop.networks if address else hop.unix) and (
            hop.secret_field is None or (hop.is_proved(headers) and not _crossed(hop, via))
        ):
            return hop
    return None


def _crossed(hop: Hop, via: tuple[Hop, ...]) -> bool:
    return any(hop is crossed for crossed in via)


def _at_the_end(headers: Headers, via: tuple[Hop, ...]) -> Client:
    """The chain says no more: a network's own field for the address, of the outermost hop that has one.

    It is no entry of the chain: what is no address in it says as little as an absent field.
    """
    for hop in reversed(via):
        raw = hop.says("address", headers)
        if raw is not None:
            address = parse_node(raw)
            return Client(text_of(address) if address and has_place(address) else None, via)
    return Client(None, via)


def _chain(value: bytes, name: bytes) -> Iterator[bytes]:
    """The entries of a chain, last first, at most one more than hops are allowed. `name` is that of the field."""
    value = value.strip(b" \t")
    if not value:
        return iter(())
    if b"," not in value and name != FORWARDED:
        return iter((value,))
    parts = value.rsplit(b",", HOPS + 1)[-(HOPS + 1) :]
    if name == FORWARDED:
        return (_for(part) for part in reversed(_elements(value)))
    return reversed(parts)


def _elements(value: bytes) -> list[bytes]:
    """The elements of Forwarded (RFC 7239 §4), commas within quotes apart. Only the end of an overlong value is looked at."""
    elements = [b""]
    for piece in _PIECE.findall(value[-LONGEST_FORWARDED:]):
        if piece == b'"':  # nobody closed it: no element can be told from another
            return [b""]
        if piece == b",":
            elements.append(b"")
        else:
            elements[-1] += piece
    return elements[-(HOPS + 1) :]


def _for(element: bytes) -> bytes:
    """The node of `for=` without its quotes; empty, and so unparsable, where there is none or more than one."""
    pairs = [pair.partition(b"=") for pair in element.split(b";")]
    nodes = [value.strip(b" \t") for name, _, value in pairs if name.strip(b" \t").lower() == b"for"]
    if len(nodes) != 1:
        return b""
    node = nodes[0]
    return node[1:-1] if len(node) > 1 and node[:1] == node[-1:] == b'"' else node
