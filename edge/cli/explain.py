"""`isogloss explain`: how one visitor got their answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import msgspec

from edge.cli.sites import open_site, served_item, site_option
from edge.cli.visitors import request_by, visitor_flags
from edge.explaining import explanation, in_words


@click.command()
@click.argument("item")
@site_option
@visitor_flags
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as JSON.")
@click.option("--all-rules", is_flag=True, help="Tell of each rule that was tried, also of very long tables.")
def explain(item: str, folder: Path | None, as_json: bool, all_rules: bool, **flags: Any) -> None:
    """Why does a visitor get what they get?"""
    site = open_site(folder)
    language = None if as_json else "en"
    asked, served = request_by(flags, site), served_item(site, item)
    made = explanation(asked, served, site, operator=True, all_rules=all_rules, in_language=language)
    click.echo(msgspec.json.format(msgspec.json.encode(made), indent=2).decode() if as_json else in_words(made))
