"""`isogloss map`: what every country gets, as a picture and as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from edge.cli.sites import open_site, served_item, site_option
from edge.cli.visitors import named_by, request_by, visitor_flags
from edge.pages.texts import LANGUAGES, texts_of
from edge.world.page import file_of, picture
from edge.world.survey import EXPERIENCES, WHERE, survey


@click.command("map")
@click.argument("item")
@site_option
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=".", metavar="DIR", help="Where to write. [here]"
)
@click.option("--ui", type=click.Choice(LANGUAGES), default=LANGUAGES[0], help="Language of picture and page.")
@visitor_flags
def map_(item: str, folder: Path | None, out: Path, ui: str, **flags: Any) -> None:
    """Draw what each country gets of ITEM: DIR/ITEM.svg, and DIR/ITEM.html with a table of all countries.

    The visitor is the same everywhere. Without --accept-language nobody says a language, and the place speaks.
    """
    site = open_site(folder)
    served = served_item(site, item)
    request, named, texts = request_by(flags, site), named_by(flags), texts_of(ui)
    found = survey(site, served, named, request.moment)
    files = {
        f"{item}.svg": picture(texts, served, found, keyed=True),
        f"{item}.html": file_of(texts, served, found, named),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (out / name).write_text(text, encoding="utf-8")
            click.echo(f"wrote {out / name}")
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written to: {error.strerror or error}.") from error
    counts = ((one, found.count(one)) for one in EXPERIENCES)
    click.echo(", ".join(f"{one} {number}" for one, number in counts if number))


#: Every country is asked for, so nobody names one.
map_.params = [option for option in map_.params if option.name not in WHERE]
