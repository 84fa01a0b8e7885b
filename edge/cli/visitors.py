"""A visitor on the command line: the names of DESIGN §3 as flags, and as members of a JSON object."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from edge.doubts import doubts
from edge.request import Request, posing
from edge.signals.moment import parse_at
from edge.site import Site
from rules.inputs import VISITOR_NAMES

Command = TypeVar("Command", bound=Callable[..., Any])

_HELP = {
    "country": "ISO 3166-1, such as ES",
    "region": "ISO 3166-2, such as ES-CT",
    "accept_language": 'what the browser says, such as "es-ES,es;q=0.9"',
    "device": "phone, tablet, desktop, tv, console, wearable, bot",
    "unit": "who a split counts, such as a customer number; needs consent 2",
    "q": "words that were searched",
    "choose": 'what the visitor chose, such as "mode=sub"',
    "url": "the address that was asked for",
    "at": "the moment, such as 2026-12-24T20:00",
}


def visitor_flags(command: Command) -> Command:
    """Adds one flag for each name of a visitor."""
    for name in reversed(VISITOR_NAMES):
        command = click.option(f"--{name.replace('_', '-')}", name, metavar="TEXT", help=_HELP.get(name, ""))(command)
    return command


def named_by(flags: Mapping[str, Any]) -> dict[str, str]:
    """The visitor that the flags describe. Bytes that are no UTF-8 are replaced, as in a query."""
    return {name: os.fsencode(flags[name]).decode("utf-8", "replace") for name in VISITOR_NAMES if flags.get(name)}


def named_in(members: Mapping[str, Any]) -> dict[str, str]:
    """The visitor of a JSON object: texts, numbers and booleans as in a query. Raises ValueError naming what is no visitor's."""
    named: dict[str, str] = {}
    for name, value in members.items():
        if name not in VISITOR_NAMES:
            raise ValueError(f'"{name}" is no name of a visitor; names are {", ".join(VISITOR_NAMES)}')
        if isinstance(value, bool):
            named[name] = "yes" if value else "no"
        elif isinstance(value, str | int | float):
            named[name] = str(value)
        elif value is not None:
            raise ValueError(f'"{name}" takes a text, a number or a boolean')
    return {name: value for name, value in named.items() if value}


def request_of(named: Mapping[str, str], site: Site) -> Request:
    """The request that such a visitor sends: at the named moment, or now. Raises ValueError where `at` is no moment."""
    moment = parse_at(named["at"], site.settings.zone) if "at" in named else None
    if moment is None and "at" in named:
        raise ValueError(f'"{named["at"]}" is no moment; write 2026-12-24 or 2026-12-24T20:00')
    request = posing(Request(moment or datetime.now(UTC)), named)
    found = site.catalog.paths.match(request.target) if request.target is not None and "url" in named else None
    return request if found is None else request.with_language(found[1])


def request_by(flags: Mapping[str, Any], site: Site) -> Request:
    """What the flags' visitor sends. What of it nobody understands is told beside the answer, which it does not change."""
    named = named_by(flags)
    for problem, cure in doubts(named):
        click.echo(f"note: {problem} {cure}".rstrip(), err=True)
    try:
        return request_of(named, site)
    except ValueError as error:
        raise click.UsageError(f"--at: {error}.") from error
