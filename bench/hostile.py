"""Requests made to cost time or to break something: what is random, giant, garbled or forged."""

from __future__ import annotations

import random

from bench.visitors import RawFields, Visitor, made_up, public_address

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789 /;.()"
_SCRIPTS = ("Latn-", "Cyrl-", "")
_BAD_LINKS = ("unknown", "[::1]:99", "::ffff:1.2.3.4", "999.1.1.1", "1.2.3.4:80", "fe80::1%eth0", "", "_hidden")
_BAD_HOSTS = ("xn--" + "a" * 60, "[::1", "a" * 300, "www.google." + "x." * 200, "user:pass@host:99999")


def hostile(count: int, seed: int = 2) -> list[Visitor]:
    """So many of them; no two the same. Each does two to four things at once."""
    rng = random.Random(seed)
    return [_hostile(rng) for _ in range(count)]


def _hostile(rng: random.Random) -> Visitor:
    fields = dict(made_up(rng).fields)
    for attack in rng.sample(_ATTACKS, rng.randint(2, 4)):
        fields.update(attack(rng))
    found = list(fields.items())
    if rng.random() < 0.2:
        found.append((b"accept-language", b"de;q=1e9"))
    return Visitor(tuple(found), _noise(rng, 0, 300) if rng.random() < 0.3 else b"")


def _noise(rng: random.Random, low: int, high: int) -> bytes:
    """Any bytes that a server lets through in a field."""
    return rng.randbytes(rng.randint(low, high)).translate(None, b"\r\n\0")


def _random_agent(rng: random.Random) -> RawFields:
    """Within the limit, known to nobody: each is a miss of every memory."""
    text = "Mozilla/5.0 (Linux; Android 14; " + "".join(rng.choices(_LETTERS, k=rng.randint(60, 470)))
    return ((b"user-agent", text.encode()),)


def _giant(rng: random.Random) -> RawFields:
    """Beyond every limit."""
    name = rng.choice((b"user-agent", b"accept-language", b"referer", b"cookie", b"x-original-uri"))
    return ((name, b"/" + rng.choice((b"a", b"de,", b"/", b"%41", b"a=b; ")) * rng.randint(2000, 8000)),)


def _many_ranges(rng: random.Random) -> RawFields:
    """As many as are read, or as many as the bytes allow."""
    header = ",".join(_range(rng) for _ in range(rng.choice((32, 32, 200, 400))))
    return ((b"accept-language", header.encode()),)


def _range(rng: random.Random) -> str:
    language = "".join(rng.choices(_LETTERS[:26], k=2))
    return f"{language}-{rng.choice(_SCRIPTS)}{rng.randint(100, 999)};q=0.{rng.randint(0, 999)}"


def _chain(rng: random.Random) -> RawFields:
    links = [public_address(rng) if rng.random() < 0.5 else rng.choice(_BAD_LINKS) for _ in range(rng.randint(5, 60))]
    return ((b"x-forwarded-for", ", ".join(links).encode()),)


def _bad_page(rng: random.Random) -> RawFields:
    """Search words of half-encoded bytes that are mostly no UTF-8."""
    letters = (
        f"%{rng.randint(0, 255):02x}" if rng.random() < 0.5 else rng.choice("aאضß+ &=")
        for _ in range(rng.randint(100, 600))
    )
    words = "".join(letters)
    return ((b"x-original-uri", f"/business-class?q={words}&utm_term={words}".encode()[: rng.randint(500, 2048)]),)


def _forged(rng: random.Random) -> RawFields:
    return (
        (b"isogloss-context", _noise(rng, 10, 300)),
        (b"isogloss-choice", b"language=" + _noise(rng, 5, 60)),
        (b"sec-ch-ua-platform", _noise(rng, 5, 60)),
        (b"sec-ch-ua-form-factors", b'"Desktop", ' * rng.randint(1, 40)),
    )


def _bad_referrer(rng: random.Random) -> RawFields:
    return ((b"referer", f"https://{rng.choice(_BAD_HOSTS)}/search?q=".encode() + _noise(rng, 10, 1500)),)


_ATTACKS = (_random_agent, _giant, _many_ranges, _chain, _bad_page, _forged, _bad_referrer)
