"""The product's own table of search engines, social networks, assistants and mail hosts (`data/referrers.toml`).

It is read when the first visitor comes from anywhere, and answers by dict look-ups from then on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct, json

DATA = Path(__file__).with_name("data") / "referrers.toml"

#: Second-level labels under which countries register names: google.co.uk, yahoo.com.br, goo.ne.jp.
_SECOND_LEVEL = frozenset({"co", "com", "net", "org", "ne", "or", "ac", "gov", "edu"})
#: What may stand before the host of a search engine, besides a language or country of two letters.
_PREFIXES = frozenset(
    {"www", "m", "mobile", "search", "images", "news", "video", "html", "lite", "safe", "next", "wap", "touch", "start"}
)
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\Z")
#: As browsers send it: scheme and host in lower case, nothing else before the path.
_PLAIN = re.compile(rb"https?://([a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,3})(?:[/?#]|\Z)")
_LONGEST_HOST = 253
_APP = "app:"


class Origin(Struct, frozen=True):
    """Where a referrer points: host in lower case (`app:NAME` for an Android application), and its raw query."""

    host: str
    query: bytes = b""

    @property
    def site(self) -> str:
        """The host as a name: without `www.` and without the mark of an application."""
        return self.host.removeprefix(_APP).removeprefix("www.")


def parse_origin(referer: bytes) -> Origin | None:
    """The origin of a `Referer` (RFC 9110 §10.1.3): an http, https or android-app address. None for anything else."""
    plain = _PLAIN.match(referer)
    if plain is not None:
        query = referer.strip().partition(b"#")[0].partition(b"?")[2] if b"?" in referer else b""
        return Origin(plain[1].decode("ascii"), query)
    scheme, separator, rest = referer.strip().partition(b"://")
    kind = scheme.lower()
    if not separator or kind not in (b"http", b"https", b"android-app"):
        return None
    address, _, _ = rest.partition(b"#")
    before, _, query = address.partition(b"?")
    authority = before.partition(b"/")[0].rpartition(b"@")[2]
    host = _host(authority.decode("latin-1").lower())
    if host is None:
        return None
    return Origin(_APP + host if kind == b"android-app" else host, query)


def _host(authority: str) -> str | None:
    if authority.startswith("["):
        return authority.partition("]")[0] + "]"
    host = authority.partition(":")[0].rstrip(".")
    return host if len(host) <= _LONGEST_HOST and _HOST.match(host) else None


def source(host: str) -> tuple[str, str] | None:
    """Kind and name of a host, of an application (`app:NAME`), or of a name as `utm_source` has it (`google`)."""
    table = _table()
    found = table.hosts.get(host) or table.names.get(host)
    if found is not None:
        return found
    labels = host.split(".")
    for start in range(len(labels) - 1):
        found = _at(table.hosts, labels[start:])
        if found is not None:
            return found if found[0] != "search" or _usual(labels[:start]) else None
    return None


def _at(hosts: Mapping[str, tuple[str, str]], labels: list[str]) -> tuple[str, str] | None:
    """The row of exactly these labels, or of those before a public suffix of one or two labels."""
    found = hosts.get(".".join(labels))
    if found is not None:
        return found
    found = hosts.get(".".join(labels[:-1]) + ".*")
    if found is not None or len(labels) < 3 or labels[-2] not in _SECOND_LEVEL:
        return found
    return hosts.get(".".join(labels[:-2]) + ".*")


def _usual(labels: list[str]) -> bool:
    return all(label in _PREFIXES or len(label) == 2 for label in labels)


class _Table(Struct, frozen=True):
    hosts: Mapping[str, tuple[str, str]]
    names: Mapping[str, tuple[str, str]]


@cache
def _table() -> _Table:
    hosts: dict[str, tuple[str, str]] = {}
    names: dict[str, tuple[str, str]] = {}
    for kind, name, listed in _rows():
        names[name] = (kind, name)
        hosts.update(dict.fromkeys(listed, (kind, name)))
    return _Table(hosts, names)


def _rows() -> Iterator[tuple[str, str, list[str]]]:
    """Kind, name and hosts of each row.

    The file is TOML of the plainest sort: a row stands on a line, and its array is JSON as well. The standard library's parser
    takes 3 ms for it, at the first visitor of every process.
    """
    kind = ""
    for line in DATA.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            name, _, listed = line.partition(" = ")
            yield kind, name, json.decode(listed, type=list[str])
