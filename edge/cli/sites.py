"""What every command does with a site: opens it, says what is wrong with it, and finds an item in it."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import click

from edge.served import Served
from edge.site import DEMO, Loader, Site, Unsettled
from edge.watching import Vanished
from locales.findings import Faulty, Finding, did_you_mean, errors

site_option = click.option(
    "--site",
    "folder",
    envvar="ISOGLOSS_SITE",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of the site. Without one: the airline demo.",
)


def open_site(folder: Path | None) -> Site:
    """The site of that folder, or the demo. Ends the program with the findings where it cannot be served."""
    try:
        return load_site(folder or DEMO)
    except Faulty as fault:
        stop(fault.findings)


def load_site(folder: Path) -> Site:
    """The same for a caller who handles findings. Raises Faulty; click.ClickException where there is no folder."""
    try:
        return Loader(folder).load()
    except (Vanished, Unsettled) as error:
        raise click.ClickException(f'{error}. "isogloss new DIR" writes a site to start from.') from error


def served_item(site: Site, item: str) -> Served:
    """An item of the site. Raises click.UsageError with "did you mean"."""
    served = site.served.get(item)
    if served is None:
        cure = did_you_mean(item, site.served) or f"Items are: {', '.join(site.served) or 'none'}."
        raise click.UsageError(f'There is no item "{item}". {cure}')
    return served


def stop(findings: tuple[Finding, ...]) -> NoReturn:
    """Prints the findings and ends with 1."""
    for finding in sorted(findings):
        click.echo(str(finding), err=True)
    click.echo(verdict(findings, stopped=True), err=True)
    raise SystemExit(1)


def verdict(findings: tuple[Finding, ...], *, stopped: bool) -> str:
    """The last line of what is said of a site."""
    count = len(errors(findings))
    return (
        f"{count} error{'s' if count > 1 else ''}: this site cannot be served."
        if stopped
        else "This site can be served."
    )
