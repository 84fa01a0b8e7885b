"""What a proxy must know of a site to ask the service which variant a visitor gets, and to go on where it gets no answer.

A proxy strips whatever a visitor sends in fields of ours, hands on the fields that decisions read, and keeps an answer under the
values of all of them. Where nobody answers, a path's fallback stands: a variant that nothing ever bars (DESIGN §3).
"""

from __future__ import annotations

import re

import click
from msgspec import Struct

from edge import __version__
from edge.exporters.routes import Route, routes_of
from edge.headers import spelled
from edge.signals.hops import CONTEXT
from edge.site import Site
from rules.inputs import INPUTS

#: Fields of ours, which a proxy alone may set. The service's answers carry the others (`edge.headers`).
OURS = ("isogloss-variant", "isogloss-context", "isogloss-choice", "isogloss-key", "isogloss-decision")

#: Fields that an answer of `/v1/decide` by address always needs.
ADDRESS = "x-original-uri"

#: Milliseconds for a connection, and for an answer. A visitor waits no longer for one: 300 ms with what a proxy adds itself.
CONNECT_MS, ANSWER_MS = 100, 150

#: Milliseconds that a proxy asks nobody after a failure, so that a dead service is not asked for each visitor.
PAUSE_MS = 1_000

_PLACE = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}))(?::(?P<port>[0-9]{1,5}))?\Z")


class Place(Struct, frozen=True):
    """Where somebody listens: a host, an address, or an IPv6 address in brackets, and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Lookup(Struct, frozen=True):
    """One site as a proxy sees it. `fields` are those that decisions read, in lower case, fields of ours aside.

    `country` is what the proxy knows of the visitor's country, in its own language; None where the service finds it from the
    address that the proxy hands on.
    """

    site: str
    revision: str
    routes: tuple[Route, ...]
    fields: tuple[str, ...]
    listen: int
    service: Place
    origin: Place
    country: str | None = None
    folder: str = "/var/cache/isogloss"

    def head(self, mark: str, target: str, use: str) -> str:
        """The first lines of a file, as comments that begin with `mark`: what it is, of which revision, and how it is used."""
        lines = (
            f"Isogloss {__version__}, site {self.site}, revision {self.revision}",
            f"Look-up mode for {target}: each request asks which variant its visitor gets, the answer is cached,",
            "and the content is cached once for each variant.",
            "",
            f"Made by: isogloss export --mode lookup --to {target}",
            f"Use it:  {use}",
            "",
            "Change the site, not this file: paths and fallbacks of items stand in it. Fields that a visitor",
            "sends in our name never reach the service or the origin.",
        )
        return "\n".join(f"{mark} {line}".rstrip() for line in lines)


def parse_place(text: str, port: int) -> Place:
    """A place as it is written on the command line: `host`, `host:port`, `[::1]:port`. Raises click.BadParameter."""
    found = _PLACE.match(text)
    number = int(found["port"] or port) if found else 0
    if found is None or not 0 < number < 65_536:
        raise click.BadParameter(f'"{text}" is no host and port. Write it as 127.0.0.1:8080 or [::1]:8080.')
    return Place(found["host"], number)


def lookup_of(site: Site, listen: int, service: Place, origin: Place, country: str | None, folder: str) -> Lookup:
    """What a proxy must know of the site."""
    return Lookup(
        site.settings.id, site.revision, routes_of(site), fields_of(site), listen, service, origin, country, folder
    )


def fields_of(site: Site) -> tuple[str, ...]:
    """The request fields that decisions about any item read, as names in lower case, without ours and the address."""
    read = {
        name for served in site.served.values() for one in served.reads if one not in site.settings.keyed
        for name in INPUTS[one].fields
    }  # fmt: skip
    return tuple(sorted(read - {ADDRESS, CONTEXT.decode("ascii"), *OURS}))


def title(field: str) -> str:
    """A field as people write it."""
    return spelled(field)
