"""`isogloss schema`: JSON Schema of a site's files, by which editors complete and underline."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from edge.cli.files import put
from edge.schemas import KINDS_OF_FILES, to_schema


@click.command()
@click.argument("kind", type=click.Choice(KINDS_OF_FILES), required=False)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write KIND.schema.json there; without KIND all.",
)
def schema(kind: str | None, folder: Path | None) -> None:
    """Print the JSON Schema (draft 2020-12) of one kind of TOML file: site, variants, rules, locales."""
    if folder is None:
        if kind is None:
            raise click.UsageError(
                f"Name one of {', '.join(KINDS_OF_FILES)}, or a folder for all of them with --to DIR."
            )
        click.echo(_printed(kind))
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be made: {error.strerror or error}.") from error
    for one in KINDS_OF_FILES if kind is None else (kind,):
        target = folder / f"{one}.schema.json"
        put(target, f"{_printed(one)}\n".encode())
        click.echo(f"wrote {target}")


def _printed(kind: str) -> str:
    return msgspec.json.format(msgspec.json.encode(to_schema(kind)), indent=2).decode()
