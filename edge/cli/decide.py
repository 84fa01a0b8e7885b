"""`isogloss decide`: the straight line for one visitor, or for each line of standard input."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from edge.answer import outcome, stand
from edge.cli.sites import open_site, served_item, site_option
from edge.cli.visitors import named_in, request_by, request_of, visitor_flags
from edge.headers import key_text
from edge.rendering import expires_text, why_of
from edge.served import Served
from edge.site import Site
from rules.wording import told_draw
from variants.bars import why_barred
from variants.manifest import manifest, reading_language


@click.command()
@click.argument("item")
@site_option
@visitor_flags
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON.")
@click.option("--jsonl", is_flag=True, help="Read one visitor (a JSON object) a line, answer one line each.")
def decide(item: str, folder: Path | None, as_json: bool, jsonl: bool, **flags: Any) -> None:
    """Which variant of ITEM does a visitor get?"""
    site = open_site(folder)
    served = served_item(site, item)
    if jsonl:
        raise SystemExit(_decide_lines(site, served))
    reading, decision, selection = outcome(request_by(flags, site), served, site)
    why = why_of(
        selection, reading_language(selection) or site.settings.default_language, site.settings.default_language
    )
    if as_json and selection.variant is not None:
        expires = expires_text(decision, selection)
        made = manifest(served.item, selection, site.settings.default_language, why=why, expires=expires)
        click.echo(msgspec.json.format(msgspec.json.encode(made), indent=2).decode())
        return
    if as_json:
        click.echo(json.dumps({"item": item, "variant": None, "decision": {"reason": "barred"}}))
        return
    name = selection.variant.id if selection.variant else "barred"
    click.echo(f"{name}  ({selection.experience or 'nothing is left'})")
    click.echo(f"  because of  {selection.rule or selection.reason}{f': {why}' if why else ''}")
    for drawn in selection.splits:
        click.echo(f"  experiment  {told_draw(drawn.experiment, drawn.arm, drawn.fallback)}")
    for said in selection.overrode:
        source = f", {said.source}" if said.source else ""
        click.echo(f"  overrode    {said.rule or said.layer} ({' > '.join(said.said)}){source}")
    for variant in served.item.variants:
        because = "; ".join(why_barred(variant.bars, stand(reading, site))) if variant.bars else ""
        if because:
            click.echo(f"  barred      {variant.id}: {because}")
    click.echo(f"  confidence  {selection.confidence.name}")
    click.echo(f"  key         {key_text(item, reading.classes)}")


def _decide_lines(site: Site, served: Served) -> int:
    status = 0
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            members = msgspec.json.decode(line, type=dict[str, Any])
            answer = _decided(site, served, named_in(members))
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            answer, status = {"error": f"line {number}: {error}"}, 1
        sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()
    return status


def _decided(site: Site, served: Served, named: dict[str, str]) -> dict[str, Any]:
    reading, _, selection = outcome(request_of(named, site), served, site)
    return {
        "variant": selection.variant.id if selection.variant else "barred",
        "reason": selection.reason,
        "rule": selection.rule,
        **({"split": " ".join(map(str, selection.splits))} if selection.splits else {}),
        "confidence": selection.confidence.name,
        "key": key_text(served.item.id, reading.classes).strip('"'),
    }
