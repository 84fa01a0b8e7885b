"""Visitors made up for measuring: realistic ones in any number, all different, and hostile ones.

The same seed gives the same visitors. Shares are rough ones of a European site: half phones, a third desktops, the rest
tablets, televisions, consoles, bots; user agents as browsers and in-app browsers of 2024 to 2026 send them. Addresses are
random ones of the public ranges; the registry data decide where they lie.
"""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

import iptocc

from bench.agents import user_agent

RawFields = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Visitor:
    """A request as a server hands it on: fields (names in lower case) and the raw query. The peer is the proxy in front."""

    fields: RawFields
    query: bytes = b""

    def field(self, name: bytes) -> bytes:
        """The first value of a field, empty where there is none."""
        return next((value for key, value in self.fields if key == name), b"")


# --- places and languages ---------------------------------------------------------------------------------------------

#: Territories of visitors, with the languages that browsers there ask for, most usual first.
LANGUAGES: dict[str, tuple[str, ...]] = {
    "DE": (
        "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7",
        "de",
        "de-DE,de;q=0.9",
        "en-US,en;q=0.9,de;q=0.8",
        "tr-TR,tr;q=0.9,de;q=0.7",
    ),
    "ES": ("es-ES,es;q=0.9", "es-ES,es;q=0.9,ca;q=0.8,en;q=0.7", "ca-ES,ca;q=0.9,es;q=0.8", "es", "en-GB,en;q=0.9"),
    "FR": ("fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7", "fr", "fr-FR", "ar,fr;q=0.8"),
    "AT": ("de-AT,de;q=0.9", "de-AT,de;q=0.9,en;q=0.8", "en-US,en;q=0.9"),
    "CH": ("de-CH,de;q=0.9,fr;q=0.6", "fr-CH,fr;q=0.9,en;q=0.8,de;q=0.7", "it-CH,it;q=0.9"),
    "GB": ("en-GB,en;q=0.9", "en-GB,en-US;q=0.9,en;q=0.8", "pl-PL,pl;q=0.9,en-GB;q=0.8"),
    "US": ("en-US,en;q=0.9", "en-US,en;q=0.9,es;q=0.8", "es-US,es;q=0.9,en;q=0.8", "zh-CN,zh;q=0.9,en;q=0.8"),
    "NL": ("nl-NL,nl;q=0.9,en-US;q=0.8,en;q=0.7", "nl", "en-US,en;q=0.9,nl;q=0.8"),
    "PL": ("pl-PL,pl;q=0.9,en-US;q=0.8,en;q=0.7", "pl", "uk-UA,uk;q=0.9,pl;q=0.7"),
    "IT": ("it-IT,it;q=0.9,en-US;q=0.8,en;q=0.7", "it-it", "it"),
    "SE": ("sv-SE,sv;q=0.9,en-US;q=0.8,en;q=0.7", "sv-SE,sv;q=0.8,en-US;q=0.5,en;q=0.3"),
    "IL": ("he-IL,he;q=0.9,en-US;q=0.8,en;q=0.7", "ru-RU,ru;q=0.9,he;q=0.8", "ar-IL,ar;q=0.9,he;q=0.7"),
    "MX": ("es-MX,es;q=0.9", "es-419,es;q=0.9", "es-MX,es-ES;q=0.8,es;q=0.6,en-US;q=0.4,en;q=0.2"),
    "BR": ("pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7", "pt-BR"),
    "JP": ("ja,en-US;q=0.9,en;q=0.8", "ja-JP,ja;q=0.9"),
    "IN": ("en-IN,en-GB;q=0.9,en-US;q=0.8,en;q=0.7,hi;q=0.6", "hi-IN,hi;q=0.9,en;q=0.8", "ta-IN,ta;q=0.9,en;q=0.7"),
}


_MORE = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "tr", "ar", "he", "fa", "zh-CN", "ja", "ko", "ca")


def accept_language(rng: random.Random) -> str:
    """The header of somebody from a random place; half the people have added languages to the list themselves."""
    header = rng.choice(LANGUAGES[rng.choice(list(LANGUAGES))])
    if rng.random() < 0.5:
        return header
    more = rng.sample(_MORE, rng.randint(1, 4))
    return ",".join((header, *(f"{tag};q=0.{6 - place}" for place, tag in enumerate(more))))


def addresses_in(wanted: Iterable[str], each: int, rng: random.Random) -> dict[str, list[str]]:
    """Random public IPv4 addresses that the registry data place in each of the territories."""
    found: dict[str, list[str]] = {country: [] for country in wanted}
    missing = set(found)
    while missing:
        address = public_address(rng)
        country = iptocc.country_code(address)
        if country in missing:
            found[country].append(address)
            if len(found[country]) >= each:
                missing.discard(country)
    return found


def public_address(rng: random.Random) -> str:
    """An IPv4 address that anybody may have."""
    while True:
        address = ipaddress.IPv4Address(rng.getrandbits(32))
        if address.is_global and not address.is_multicast:
            return str(address)


def _address(rng: random.Random) -> str:
    """One in seven comes by IPv6."""
    if rng.random() < 1 / 7:
        top = rng.choice((0x2001_0000, 0x2400_0000, 0x2600_0000, 0x2800_0000, 0x2A00_0000, 0x2A02_0000))
        return str(ipaddress.IPv6Address((top | rng.getrandbits(16)) << 96 | rng.getrandbits(96)))
    return public_address(rng)


def _hints(agent: str) -> RawFields:
    """Chromium sends two client hints unasked."""
    if "Chrome/" not in agent or "Googlebot" in agent:
        return ()
    system = b'"Android"' if "Android" in agent else b'"Windows"' if "Windows" in agent else b'"Linux"'
    return (b"sec-ch-ua-mobile", b"?1" if "Mobile" in agent else b"?0"), (b"sec-ch-ua-platform", system)


# --- where they come from ---------------------------------------------------------------------------------------------

_WORDS = (
    "flug", "Flüge", "business class", "vuelos baratos", "ליסבון", "cheap flights", "Rom", "تهران", "legroom", "Sitzplatz",
)  # fmt: skip
_SITES = (
    "www.reise-forum.example", "blog.example.org", "www.instagram.com", "t.co", "facebook.com", "chatgpt.com", "mail.google.com",
)  # fmt: skip
_ENGINES = tuple(
    f"https://{host}/"
    for host in ("www.google.com", "www.google.de", "www.bing.com", "duckduckgo.com", "www.ecosia.org", "yandex.ru")
)
#: Fields that few send.
_RARE = ((b"save-data", b"on"), (b"sec-gpc", b"1"), (b"dnt", b"1"), (b"isogloss-choice", b"mode=sub"))


def referrer(rng: random.Random) -> str:
    """A referrer as browsers send it: mostly the origin alone, sometimes a page, sometimes with the search words."""
    kind = rng.random()
    if kind < 0.45:
        return rng.choice(_ENGINES)
    if kind < 0.55:
        return f"https://www.baidu.com/link?url={rng.getrandbits(64):x}&wd={rng.choice(('flug', 'hotel'))}+{rng.randint(1, 999)}"
    if kind < 0.7:
        return f"https://www.airline.example/{rng.choice(('de', 'es', 'en'))}/offers/{rng.randint(1, 4000)}"
    return f"https://{rng.choice(_SITES)}/{rng.choice(('', 'thread/', 'a/', 'story/'))}{rng.randint(1, 99999)}"


def _page(rng: random.Random) -> bytes:
    """The URL of the page that the visitor looks at, as the proxy passes it on."""
    pairs: list[tuple[str, str]] = []
    if rng.random() < 0.25:
        source, medium = rng.choice((("newsletter", "email"), ("google", "cpc"), ("instagram", "social")))
        campaign = f"autumn-{rng.randint(1, 60)}"
        pairs += [("utm_source", source), ("utm_medium", medium), ("utm_campaign", campaign)]
    if rng.random() < 0.2:
        pairs.append(("q", f"{rng.choice(_WORDS)} {rng.choice(_WORDS)}"))
    query = f"?{urlencode(pairs)}" if pairs else ""
    return f"{rng.choice(('', '/de', '/es', '/en', '/he'))}/business-class{query}".encode()


def made_up(rng: random.Random) -> Visitor:
    """One visitor, at random."""
    agent = user_agent(rng)
    fields = [
        (b"host", b"isogloss.example"),
        (b"accept", b"*/*"),
        (b"accept-encoding", b"gzip, deflate, br"),
        (b"accept-language", accept_language(rng).encode()),
        (b"user-agent", agent.encode()),
        *_hints(agent),
        (b"x-forwarded-for", _address(rng).encode()),
        (b"x-original-uri", _page(rng)),
    ]
    if rng.random() < 0.6:
        fields.append((b"referer", referrer(rng).encode()))
    if rng.random() < 0.08:
        fields.append(rng.choice(_RARE))
    return Visitor(tuple(fields))


def realistic(count: int, seed: int = 1) -> list[Visitor]:
    """So many visitors, no two with the same user agent or the same address."""
    rng = random.Random(seed)
    agents: set[bytes] = set()
    found: list[Visitor] = []
    while len(found) < count:
        visitor = made_up(rng)
        agent = visitor.field(b"user-agent")
        if agent not in agents:
            agents.add(agent)
            found.append(visitor)
    return found
