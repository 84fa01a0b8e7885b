"""`isogloss fmt`: the TOML files of a site in their canonical form. Comments and what the files say stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from edge.cli.files import put, site_files
from edge.cli.sites import site_option, stop
from edge.site import DEMO
from edge.toml_form import to_form
from locales.findings import Faulty, Finding


@click.command()
@site_option
@click.option("--check", is_flag=True, help="Write nothing; end with 1 if a file is not in its form.")
def fmt(folder: Path | None, check: bool) -> None:
    """Lay out the TOML files of a site: order of keys, lists, blank lines. What they say, and comments, stay."""
    if folder is None and not check:
        raise click.UsageError("Files of a site of yours are laid out: name it with --site DIR.")
    root = folder or DEMO
    changed = list(_changed(root))
    for relative, text in changed:
        if check:
            click.echo(f"{root / relative} is not in its form.")
        else:
            put(root / relative, text.encode())
            click.echo(f"wrote {root / relative}")
    raise SystemExit(1 if check and changed else 0)


def _changed(root: Path) -> Iterator[tuple[str, str]]:
    """Files that are not in their form, with it. Nothing is given before all files have been read."""
    found: list[tuple[str, str]] = []
    faults: list[Finding] = []
    for relative, content in site_files(root).items():
        if relative.endswith(".toml"):
            try:
                text = to_form(content, relative)
            except Faulty as fault:
                faults += fault.findings
                continue
            if text.encode() != content:
                found.append((relative, text))
    if faults:
        stop(tuple(faults))
    yield from found
