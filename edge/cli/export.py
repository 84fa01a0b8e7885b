"""`isogloss export`: the configuration of a proxy that stands before the service."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from edge.cli.sites import open_site, site_option
from edge.exporters import nginx
from edge.exporters.lookup import Lookup, lookup_of, parse_place

#: What each proxy is told in look-up mode, and how it names what it knows of a visitor.
LOOKUPS: Mapping[str, tuple[Callable[[Lookup], str], re.Pattern[str], str]] = {
    "nginx": (nginx.lookup_configuration, re.compile(r"\$[a-z][a-z0-9_]*"), "$geoip2_data_country_code"),
}

#: A folder that needs no quotes in any configuration.
_FOLDER = re.compile(r"/[A-Za-z0-9._/-]+")


@click.command()
@site_option
@click.option("--mode", type=click.Choice(["lookup"]), required=True, help="lookup: the proxy asks the service.")
@click.option("--to", "target", type=click.Choice(sorted(LOOKUPS)), required=True, help="The proxy.")
@click.option(
    "--service", default="127.0.0.1:8080", show_default=True, metavar="HOST:PORT", help="Where Isogloss listens."
)
@click.option(
    "--origin", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT", help="Where the content is."
)
@click.option("--listen", default=80, show_default=True, type=click.IntRange(1, 65535), help="The proxy's own port.")
@click.option(
    "--country",
    metavar="NAME",
    help="The proxy's own name of the visitor's country. Without it, the service finds the place by the address.",
)
@click.option(
    "--cache", default="/var/cache/isogloss", show_default=True, metavar="DIR", help="Where the proxy keeps its caches."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it there, and not to the terminal.",
)
def export(
    folder: Path | None,
    mode: str,
    target: str,
    service: str,
    origin: str,
    listen: int,
    country: str | None,
    cache: str,
    out: Path | None,
) -> None:
    """Write the configuration of a proxy that asks Isogloss which variant a visitor gets."""
    write, name, example = LOOKUPS[target]
    if country is not None and name.fullmatch(country) is None:
        raise click.UsageError(f'"{country}" is no name of {target}\'s. Write it as {example}.')
    if _FOLDER.fullmatch(cache) is None:
        raise click.UsageError(f'"{cache}" cannot stand in a configuration. Name a folder such as /var/cache/isogloss.')
    site = open_site(folder)
    lookup = lookup_of(site, listen, parse_place(service, 8080), parse_place(origin, 80), country, cache)
    text = write(lookup)
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror or error}.") from error
    click.echo(f"wrote {out}")
