"""`isogloss new`: a commented site to start from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import click

TEMPLATE = Path(__file__).parent.parent / "template"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def new(folder: Path) -> None:
    """Write a commented site into DIR, to start from."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.UsageError(f"{folder} is there already and not empty. Name a folder that is new.")
    try:
        shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written: {error.strerror or error}.") from error
    for written in sorted(_files_of(folder)):
        click.echo(f"wrote {written}")
    click.echo(f"\nNow:  isogloss check --site {folder}\n      isogloss serve --site {folder}")


def _files_of(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
