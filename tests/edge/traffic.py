"""Requests at random, one after another, as a site meets them: few visitors who come again, with one thing changed.

traffic = Traffic(random.Random(7), ("film", "page"), ("10.0.0.1",), {"x-geo-country"})
traffic.next()      # Asked(moment, method, path, query, fields, peer)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from starlette.types import Scope

from tests.edge import crowd
from tests.edge.traffic_sites import BOUNDARIES, DAY, SECRET

Fields = tuple[tuple[bytes, bytes], ...]
Make = Callable[[Random], str]

#: How many values of each field a site meets, and how many visitors come by turns.
VALUES, VISITORS = 3, 4
#: How often one comes in a row, and how many then come that differ in one thing.
REPEATED, DIFFERENT = 3, 5
#: How often it is one of those visitors, and how often a field is sent that nobody reads.
AGAIN, UNREAD = 0.85, 0.03

#: Stands for the entity tag that was told last at the same path.
TOLD = b"<told>"


class Asked(NamedTuple):
    """A request and when it comes."""

    moment: datetime
    method: str
    path: str
    query: bytes
    fields: Fields
    peer: str | None

    def scope(self) -> Scope:
        """As a server hands it on."""
        return {
            "type": "http",
            "method": self.method,
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": self.query,
            "headers": list(self.fields),
            "client": None if self.peer is None else (self.peer, 50000),
            "server": ("127.0.0.1", 8000),
            "scheme": "http",
            "http_version": "1.1",
        }

    def value(self, name: bytes) -> bytes | None:
        """The value of a field's last line."""
        return dict(self.fields).get(name)

    def without(self, name: bytes) -> Asked:
        """The same without that field."""
        return self._replace(fields=tuple(pair for pair in self.fields if pair[0] != name))

    def telling(self, etag: bytes) -> Asked:
        """The same with an entity tag where one is to be told."""
        return self._replace(fields=tuple((name, etag if value == TOLD else value) for name, value in self.fields))


class Call(NamedTuple):
    """What somebody asks for, whenever they do."""

    path: str
    query: bytes
    sent: dict[str, str]
    peer: str | None


def _one(*values: str) -> Make:
    return lambda rnd: rnd.choice(values)


def _languages(rnd: Random) -> str:
    if rnd.random() < 0.4:
        return rnd.choice(crowd.POOLS["accept_language"])
    weights = ("", "", ";q=0.9", ";q=0.5", ";q=0")
    tags = (*crowd.POOLS["accept_language"][:44], "*")
    return ",".join(rnd.choice(tags) + rnd.choice(weights) for _ in range(rnd.choice((1, 1, 2, 3, 8, 20))))


def _members(rnd: Random, pools: Mapping[str, Sequence[str]]) -> str:
    return ", ".join(f"{name}={rnd.choice(pool)}" for name, pool in pools.items() if rnd.random() < 0.3)


_CHOICES = {
    "language": ("de", "es", "en", "fr", "ja", "xx"),
    "mode": ("original", "sub", "dub", "loud"),
    "variant": ("original", "es", "de", "en-deal", "free", "nothing"),
    "captions": ("?1", "?0"),
    "audio_description": ("?1", "?0"),
}
_CONTEXTS = {
    "country": ("DE", "ES", "MX", "XX"),
    "region": ("ES-CT", "CH-GE", "CT"),
    "language": ("de", "es", "ja"),
    "device": ("tv", "phone"),
    "os": ("ios",),
    "age": ("teen", "child"),
    "consent": ("0", "1", "2", "3"),
    "segment": ("gold", "(gold blue)"),
    "stage": ("new", "known"),
    "seen": ("(film)",),
    "save_data": ("?1", "?0"),
    "referrer": ("search", "email"),
}

_COUNTRIES = _one("DE", "ES", "ES", "MX", "CH", "FR", "es", " ES ", "XX", "T1", "junk", "\xff", "", "E" * 1025)
_REGIONS = _one("ES-CT", "CT", "esct", "CH-GE", "GE", "US-CA", "junk", "")
_ZONES = _one(
    "Europe/Madrid", "Asia/Tokyo", "Asia/Kathmandu", "America/Mexico_City", "Australia/Lord_Howe", "junk/x", "Europe"
)
_PLAIN = ("78.46.0.1", "80.58.0.1", "8.8.8.8", "81.2.69.160", "41.0.0.1")
_ADDRESSES = (
    *_PLAIN, "2a02:d180::1", "127.0.0.1", "198.51.100.9",
    "192.0.2.77", "10.9.9.9", "10.1.0.9", "10.3.0.9", "172.16.0.9", "2001:db8::9",
)  # fmt: skip
_BROKEN = ("unknown", "junk", "", "78.46.0.1,", "\xff", "1.2.3.4.5")


def _node(rnd: Random) -> str:
    address = rnd.choice(_ADDRESSES)
    kind = rnd.random()
    if kind < 0.75:
        return address
    return rnd.choice(_BROKEN) if kind < 0.9 else rnd.choice((f"{address}:80", f" {address} ", f"::ffff:{address}"))


def _chain(rnd: Random) -> str:
    """Mostly the visitor alone, as a site's own proxy tells it."""
    if rnd.random() < 0.75:
        return rnd.choice(_PLAIN)
    return ", ".join(_node(rnd) for _ in range(rnd.choice((1, 1, 1, 2, 2, 3, 25))))


def _pool(make: Make, rnd: Random) -> list[str]:
    """Values of a field. Of a chain or an address: the usual one, one that ends a short way, and any."""
    if make is _chain:
        return [rnd.choice(_PLAIN), rnd.choice(_ADDRESSES[len(_PLAIN) :]), make(rnd)]
    if make is _node:
        return [rnd.choice(_PLAIN), rnd.choice(_BROKEN), make(rnd)]
    return [make(rnd) for _ in range(VALUES)]


def _forwarded(rnd: Random) -> str:
    node = _node(rnd)
    forms = (
        f"for={node}",
        f"for={node};proto=https",
        f'for="[{node}]"',
        f"for={node}, for={_node(rnd)}",
        node,
        'for="',
    )
    return rnd.choice(forms)


#: Request field → a value of it, and how often somebody sends it.
SENT: Mapping[str, tuple[Make, float]] = {
    "accept-language": (lambda rnd: "de," * 1400 if rnd.random() < 0.03 else _languages(rnd), 0.9),
    "user-agent": (_one(*crowd.POOLS["user_agent"], "X" * 600), 0.6),
    "sec-ch-ua-mobile": (_one("?1", "?0", "x"), 0.2),
    "sec-ch-ua-platform": (_one('"Android"', '"Windows"', '"' + "x" * 70 + '"'), 0.2),
    "sec-ch-ua-form-factors": (_one('"TV"', '"Mobile"'), 0.1),
    "referer": (_one(*crowd.POOLS["referer"], "http://site.example/?q=flug", "https://a.example/" + "r" * 2100), 0.4),
    "host": (_one("site.example", "nowhere.example"), 0.6),
    "sec-gpc": (_one("1", "0"), 0.15),
    "dnt": (_one("1", "0"), 0.15),
    "save-data": (_one("on", "off", " ON "), 0.2),
    "isogloss-choice": (lambda rnd: _members(rnd, _CHOICES) or "x" * 1100, 0.3),
    "cookie": (_one("a=1", "isogloss_choice=language=es", 'a=b; isogloss_choice="mode=sub"', "long=" * 900), 0.3),
    "isogloss-context": (lambda rnd: _members(rnd, _CONTEXTS) or "((", 0.35),
    "isogloss-hop-secret": (_one(SECRET, SECRET, SECRET, "wrong"), 0.6),
    "x-forwarded-for": (_chain, 0.8),
    "forwarded": (_forwarded, 0.4),
    "x-geo-country": (_COUNTRIES, 0.8),
    "x-geo-region": (_REGIONS, 0.3),
    "x-geo-zone": (_ZONES, 0.3),
    "x-device": (_one("tv", "phone", "x"), 0.2),
    "x-segment": (_one("gold", "gold blue"), 0.3),
    "x-age": (_one("teen", "child", "x"), 0.2),
    "x-consent": (_one("0", "1", "2", "3", "x"), 0.4),
    "cf-connecting-ip": (_node, 0.4),
    "cf-ipcountry": (_COUNTRIES, 0.7),
    "cf-region-code": (_REGIONS, 0.2),
    "cf-timezone": (_ZONES, 0.2),
    "cloudfront-viewer-address": (_node, 0.2),
    "cloudfront-viewer-country": (_COUNTRIES, 0.7),
    "cloudfront-viewer-country-region": (_REGIONS, 0.2),
    "cloudfront-viewer-time-zone": (_ZONES, 0.2),
    "cloudfront-is-smarttv-viewer": (_one("true", "false"), 0.2),
    "cloudfront-is-mobile-viewer": (_one("true", "false"), 0.2),
    "cloudfront-is-ios-viewer": (_one("true", "false"), 0.2),
    "true-client-ip": (_node, 0.3),
    "x-akamai-edgescape": (_one("georegion=1,country_code=ES,region_code=CT", "country_code=DE", "country_code="), 0.4),
    "x-akamai-device-characteristics": (_one("is_mobile=true;device_os=Android", "is_tablet=true", "device_os=iOS"), 0.3),
    "x-appengine-country": (_COUNTRIES, 0.7),
    "x-appengine-region": (_REGIONS, 0.2),
    "x-real-ip": (_node, 0.2),
    "x-vercel-ip-country": (_COUNTRIES, 0.7),
    "x-vercel-ip-country-region": (_REGIONS, 0.2),
    "x-vercel-ip-timezone": (_ZONES, 0.2),
    "origin": (_one("https://a.example", "https://b.example", "https://c.example"), 0.3),
    "if-none-match": (_one(TOLD.decode(), TOLD.decode(), '"x"', "*"), 0.1),
    "range": (_one("bytes=0-1"), 0.05),
}  # fmt: skip

#: How often the hops of a site stand among its peers.
HOPS = 24

#: Fields of a browser, read at every site.
OWN = frozenset(
    {
        "accept-language", "user-agent", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-ch-ua-form-factors", "referer", "host",
        "sec-gpc", "dnt", "save-data", "isogloss-choice", "cookie", "origin", "if-none-match", "range",
    }
)  # fmt: skip

#: Peers of any site, beside its own hops.
PEERS = (
    "78.46.0.1",
    "80.58.0.1",
    "2a02:d180::1",
    "::ffff:10.0.0.1",
    "::ffff:80.58.0.1",
    "127.0.0.1",
    "testclient",
    "",
    None,
)

_QUERIES = (
    "q=flug", "q=vuelos+baratos&utm_campaign=summer", "choose=language%3Dde", "utm_medium=email",
    "country=DE&accept_language=es&device=tv", "country=ES&at=2026-11-20T20:00", "x=" + "1" * 4100,
)  # fmt: skip
_METHODS = ("GET",) * 14 + ("HEAD",) * 4 + ("OPTIONS", "POST", "get")
_STEPS = (0.3, 0.3, 1, 1, 7, 60, 300, 900, 3600)


class Traffic:
    """Requests for some items. The clock starts shortly before something starts or ends, mostly stands still, then goes on.

    `names` are the fields that hops are asked for; what only other hops would say is sent seldom.
    """

    def __init__(self, rnd: Random, items: Sequence[str], peers: Sequence[str | None], names: Collection[str]) -> None:
        self.rnd = rnd
        self.items = items
        self.peers = (*[peer for peer in peers for _ in range(HOPS // len(peers))], *PEERS)
        self.moment = rnd.choice((DAY.replace(hour=10), *BOUNDARIES)) - timedelta(seconds=rnd.choice((1, 59, 300)))
        self.often = {name: often if name in names or name in OWN else UNREAD for name, (_, often) in SENT.items()}
        self.pools = {name: _pool(make, rnd) for name, (make, _) in SENT.items()}
        self.visitors = [self._somebody() for _ in range(VISITORS)]
        self.coming: list[Call] = []

    def _somebody(self) -> Call:
        rnd = self.rnd
        sent = {name: rnd.choice(self.pools[name]) for name, often in self.often.items() if rnd.random() < often}
        return self._sent_to(Call("", b"", sent, rnd.choice(self.peers)))

    def next(self) -> Asked:
        """Somebody comes until all of it is remembered, then some who differ from that in one thing; now or a little later."""
        rnd = self.rnd
        if not self.coming:
            at = rnd.randrange(VISITORS)
            call = self.visitors[at] if rnd.random() < AGAIN else self._somebody()
            others = [self._changed(call) for _ in range(DIFFERENT)]
            self.coming = [*[call] * REPEATED, *others]
            self.visitors[at] = others[0]
        call = self.coming.pop(0)
        if rnd.random() < 0.2:
            self.moment += timedelta(seconds=rnd.choice(_STEPS))
        fields = [(name.encode(), value.encode("latin-1", "replace")) for name, value in call.sent.items()]
        if rnd.random() < 0.04 and fields:
            name = rnd.choice([*call.sent])
            fields.append((name.encode(), rnd.choice(self.pools.get(name, [""])).encode("latin-1", "replace")))
        return Asked(self.moment, rnd.choice(_METHODS), call.path, call.query, tuple(fields), call.peer)

    def _changed(self, call: Call) -> Call:
        """Another peer, another path, or one field more, less, or with another value."""
        rnd, kind = self.rnd, self.rnd.random()
        if kind < 0.15:
            return call._replace(peer=rnd.choice(self.peers))
        if kind < 0.3:
            return self._sent_to(call)
        (name,) = rnd.choices([*self.often], [*self.often.values()])
        sent = dict(call.sent)
        if name in sent and rnd.random() < 0.4:
            del sent[name]
        else:
            sent[name] = rnd.choice(self.pools[name])
        return call._replace(sent=sent)

    def _sent_to(self, call: Call) -> Call:
        """Where it is asked, and with what query; a look-up by address has a field for that."""
        rnd = self.rnd
        item = self.items[0] if rnd.random() < 0.7 else rnd.choice(self.items)
        query = rnd.choice(_QUERIES).encode() if rnd.random() < 0.1 else b""
        kind = rnd.random()
        if kind < 0.88:
            return call._replace(path=rnd.choice(("/v1/items/", "/v1/decide/")) + item, query=query)
        if kind < 0.94:
            address = rnd.choice((f"/{item}", f"/de/{item}?q=flug", f"https://site.example/{item}", "/nowhere", ""))
            return call._replace(path="/v1/decide", query=query, sent={**call.sent, "x-original-uri": address})
        if kind < 0.97:
            return call._replace(path="/v1/items", query=f"ids={item},{rnd.choice(self.items)},no-such".encode())
        path = rnd.choice(("/v1/items/no-such", "/v1/decide/no-such", f"/v1/decide/{item}/", "/v1/nothing"))
        return call._replace(path=path, query=query)
