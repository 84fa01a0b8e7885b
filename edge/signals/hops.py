"""Hops: the entries `[[proxies]]` of `site.toml`, as values.

    [[proxies]]
    from = ["10.0.0.0/8", "unix"]                  networks, addresses, and `unix` for a Unix socket
    preset = "cloudflare"                          what this network says, and where (`presets`)
    headers = { country = "X-Geo-Country" }        fields of the operator's own; "" takes one of the preset's away
    secret_env = "CDN_SECRET"                      the variable of the environment that holds a shared secret …
    secret_header = "X-CDN-Secret"                 … and the field that must show it
    context = true                                 Isogloss-Context is read; by default only without a preset
    normalised = true                              … and nothing else is

A content delivery network hands on any field that a visitor invents, Isogloss-Context too; therefore an entry with a preset
does not read it unless it says `context` or `normalised`. An operator's own proxy must set or remove it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from hmac import compare_digest
from ipaddress import ip_network
from typing import Any

from msgspec import Struct, field

from edge.signals.addresses import Network, Networks
from edge.signals.fields import Headers
from edge.signals.fields import field as read_field
from edge.signals.presets import NAMEABLE, PLACE, PRESETS, Source, Sources
from locales.findings import Finding, Severity, did_you_mean

FORWARDED_FOR = b"x-forwarded-for"
FORWARDED = b"forwarded"
CONTEXT = b"isogloss-context"
SECRET = "Isogloss-Hop-Secret"

#: `locate(entry, key)`: the line of a key of the entry with that number, counted from 0.
Locate = Callable[[int, str], int]

_KEYS = ("from", "preset", "headers", "secret_env", "secret_header", "context", "normalised")
_FIELD_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`|~]{1,64}\Z")


class Hop(Struct, frozen=True, eq=False):
    """One `[[proxies]]` entry: whose word is taken, and for what.

    `chain` is the field that holds the addresses of the way here. `secret_field` and `secret`: the hop counts only for a request
    that shows the secret, and then once; a secret of None that is asked for is never shown. `context`: Isogloss-Context is read;
    `normalised`: and nothing else is.
    """

    networks: Networks
    unix: bool = False
    preset: str | None = None
    sources: Sources = field(default_factory=dict)
    chain: bytes = FORWARDED_FOR
    secret_field: bytes | None = None
    secret: bytes | None = None
    context: bool = True
    normalised: bool = False

    def __repr__(self) -> str:
        """Without the secret, that no log may ever hold."""
        return f"Hop(preset={self.preset!r}, chain={self.chain!r}, unix={self.unix})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """The same for printers that ask a Struct for its fields."""
        return [("preset", self.preset), ("chain", self.chain), ("unix", self.unix)]

    def is_proved(self, headers: Headers) -> bool:
        """Whether the secret is shown, where one is asked for."""
        return self.secret_field is None or (
            self.secret is not None and compare_digest(self.secret, headers.get(self.secret_field, b""))
        )

    def says(self, name: str, headers: Headers) -> str | None:
        """The hop's word for an input: text as it came, or None."""
        if self.normalised:
            return None
        for source in self.sources.get(name, ()):
            word = _word(source, headers)
            if word:
                return word
        return None

    def names(self, name: str) -> tuple[str, ...]:
        """The request fields, lower-case, that the input can stem from at this hop: what `Vary` lists."""
        if self.normalised:
            return (CONTEXT.decode("ascii"),)
        own = [source.field for source in self.sources.get(name, ())]
        return tuple(dict.fromkeys(one.decode("ascii") for one in ([*own, CONTEXT] if self.context else own)))


def _word(source: Source, headers: Headers) -> str | None:
    raw = read_field(headers, source.field)
    if not raw:
        return None
    text = raw.decode("latin-1").strip(" \t")
    if source.member is not None:
        text = _members(text).get(source.member, "")
    if source.word is not None:
        return source.word if text.lower() in ("true", "1", "?1") else None
    return text or None


def _members(text: str) -> Mapping[str, str]:
    pairs = (part.partition("=") for part in text.replace(";", ",").split(","))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def parse_proxies(
    tables: Sequence[Mapping[str, Any]], locate: Locate, file: str, environment: Mapping[str, str] = os.environ
) -> tuple[tuple[Hop, ...], list[Finding]]:
    """Every entry that can be used as a hop, and all there is to say of the others. Never raises."""
    hops: list[Hop] = []
    findings: list[Finding] = []
    for number, table in enumerate(tables):
        entry = _Entry(number, table, locate, file)
        hop = entry.hop(environment)
        findings += entry.findings
        if hop is not None:
            hops.append(hop)
    return tuple(hops), findings


class _Entry:
    """One table while it is read. `findings` grows; what is wrong reads as if it were not there."""

    def __init__(self, number: int, table: Mapping[str, Any], locate: Locate, file: str) -> None:
        self.number, self.table, self.locate, self.file = number, table, locate, file
        self.findings: list[Finding] = []

    def say(self, key: str, code: str, problem: str, cure: str, severity: Severity = Severity.error) -> None:
        self.findings.append(Finding(self.file, self.locate(self.number, key), severity, code, problem, cure))

    def hop(self, environment: Mapping[str, str]) -> Hop | None:
        for key in self.table.keys() - set(_KEYS):
            self.say(
                key,
                "unknown-key",
                f'"{key}" is no setting of a proxy.',
                did_you_mean(key, _KEYS) or f"Settings are {', '.join(_KEYS)}.",
            )
        networks, unix = self.networks()
        preset = self.preset()
        chain, sources = self.sources(preset)
        secret_field, secret = self.secret(environment, networks)
        normalised = self.flag("normalised", default=False)
        if not networks and not unix:
            return None
        return Hop(
            networks=Networks.of(networks),
            unix=unix,
            preset=preset,
            sources=sources,
            chain=chain,
            secret_field=secret_field,
            secret=secret,
            context=self.flag("context", default=preset is None) or normalised,
            normalised=normalised,
        )

    def networks(self) -> tuple[list[Network], bool]:
        given = self.table.get("from", [])
        entries = [given] if isinstance(given, str) else given
        if not isinstance(entries, list) or not entries:
            self.say(
                "from",
                "proxy-from",
                "A proxy needs `from`: whose connections it stands for.",
                'Write from = ["10.0.0.0/8"] or from = ["unix"].',
            )
            return [], False
        networks = [network for entry in entries if entry != "unix" and (network := self.network(entry)) is not None]
        return networks, "unix" in entries

    def network(self, text: object) -> Network | None:
        try:
            return ip_network(str(text), strict=False)
        except ValueError:
            self.say(
                "from",
                "proxy-from",
                f'"{text}" is no network.',
                'Write an address or a network such as "10.0.0.0/8" or "2001:db8::/32", or "unix".',
            )
            return None

    def preset(self) -> str | None:
        name = self.table.get("preset")
        if name is None or (isinstance(name, str) and name in PRESETS):
            return name
        self.say(
            "preset",
            "unknown-preset",
            f'"{name}" is no preset.',
            did_you_mean(str(name), PRESETS) or f"Presets are {', '.join(PRESETS)}.",
        )
        return None

    def sources(self, preset: str | None) -> tuple[bytes, Sources]:
        sources = dict(PRESETS[preset]) if preset else {}
        named = self.table.get("headers", {})
        if not isinstance(named, Mapping):
            self.say(
                "headers",
                "proxy-headers",
                "`headers` maps inputs to fields.",
                'Write headers = { country = "X-Geo-Country" }.',
            )
            return FORWARDED_FOR, sources
        if "country" in named:
            # One speaker for the whole place: a preset's region beside another's country could be one that a visitor sent.
            sources = {name: found for name, found in sources.items() if name not in PLACE}
        chain = FORWARDED_FOR
        for name, value in named.items():
            sources.pop(name, None)
            found = self.source(name, value)
            if found is not None and name == "address":
                chain = found
            elif found is not None:
                sources[name] = (Source(found),)
        return chain, sources

    def source(self, name: str, value: object) -> bytes | None:
        if name not in NAMEABLE:
            self.say(
                "headers",
                "unknown-input",
                f'A proxy cannot say "{name}".',
                did_you_mean(name, NAMEABLE) or f"It can say {', '.join(NAMEABLE)}.",
            )
        elif value and not (isinstance(value, str) and _FIELD_NAME.match(value)):
            self.say(
                "headers",
                "proxy-headers",
                f'"{value}" is no name of a header field.',
                'Write a name such as "X-Geo-Country".',
            )
        elif value:
            return str(value).lower().encode("ascii")
        return None

    def secret(self, environment: Mapping[str, str], networks: Sequence[Network]) -> tuple[bytes | None, bytes | None]:
        variable = self.table.get("secret_env")
        if variable is None:
            if any(network.prefixlen == 0 for network in networks):
                self.say(
                    "from",
                    "everybody-is-a-hop",
                    "This network holds every address: whatever anybody sends is believed.",
                    "Name your proxies' networks, or ask for a secret with `secret_env`.",
                    Severity.warning,
                )
            return None, None
        name = self.table.get("secret_header", SECRET)
        if not isinstance(name, str) or not _FIELD_NAME.match(name):
            self.say(
                "secret_header",
                "proxy-headers",
                f'"{name}" is no name of a header field.',
                'Write a name such as "X-CDN-Secret".',
            )
            name = SECRET
        secret = environment.get(str(variable), "")
        if not secret:
            self.say(
                "secret_env",
                "unset-secret",
                f"The environment variable {variable} is not set: this proxy is not believed.",
                f"Set {variable} where the service runs.",
                Severity.warning,
            )
        return name.lower().encode("ascii"), secret.encode() or None

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.table.get(key, default)
        if not isinstance(value, bool):
            self.say(key, "proxy-flag", f"`{key}` is either true or false.", f"Write {key} = true.")
            return default
        return value
