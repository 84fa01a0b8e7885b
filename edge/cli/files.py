"""What commands that write into a site do with its files: read them all, and put a new one there at once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click

from edge.watching import Vanished, look


def site_files(folder: Path) -> dict[str, bytes]:
    """The files of a site, by path relative to the folder. Raises click.ClickException where there are none."""
    try:
        return {relative: (folder / relative).read_bytes() for relative, *_ in look(folder).signature}
    except (Vanished, OSError) as error:
        raise click.ClickException(f'{error}. "isogloss new DIR" writes a site to start from.') from error


def put(target: Path, content: bytes) -> None:
    """Puts the whole file there at once, so that a service that looks at the folder never reads half of it.

    A link stays, and what it leads to is written; a file keeps the rights that it has.
    """
    real = Path(os.path.realpath(target))
    beside = real.with_name(f".{real.name}.new")
    try:
        beside.write_bytes(content)
        if real.exists():
            shutil.copymode(real, beside)
        os.replace(beside, real)
    except OSError as error:
        raise click.ClickException(f"{target} cannot be written: {error.strerror or error}.") from error
