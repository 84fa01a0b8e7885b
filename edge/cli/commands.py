"""The commands. Each opens the site, runs the straight line or a check, and prints for people or as JSON."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import click
import msgspec

from edge import __version__
from edge.answer import outcome
from edge.cli.visitors import named_by, named_in, request_of, visitor_flags
from edge.doubts import doubts
from edge.headers import key_text
from edge.rendering import expires_text, why_of
from edge.request import Request
from edge.served import Served
from edge.site import DEMO, Loader, Site, Unsettled
from edge.watching import Vanished
from locales.findings import Faulty, Finding, did_you_mean, errors
from variants.manifest import manifest, reading_language

TEMPLATE = Path(__file__).parent.parent / "template"

_site_option = click.option(
    "--site",
    "folder",
    envvar="ISOGLOSS_SITE",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of the site. Without one: the airline demo.",
)


class _Group(click.Group):
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """An unknown command names the one that was meant."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            hint = did_you_mean(args[0], self.commands)
            ctx.fail(f'There is no command "{args[0]}". {hint}'.strip())
        return super().resolve_command(ctx, args)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, message="isogloss %(version)s")
def isogloss() -> None:
    """Picks the variant of a content item that fits who is asking."""


@isogloss.command()
@_site_option
@click.option("--demo", is_flag=True, help="Serve the airline demo, whatever the address.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 256), help="Processes that answer.")
@click.option(
    "--drain", default=5.0, show_default=True, type=click.FloatRange(0, 600), help="Seconds to serve on after SIGTERM."
)
@click.option("--server", type=click.Choice(["granian", "uvicorn"]), default="granian", show_default=True)
def serve(folder: Path | None, demo: bool, host: str, port: int, workers: int, drain: float, server: str) -> None:
    """Serve a site over HTTP."""
    from edge import serving

    try:
        serving.serve(serving.folder_for(folder, host, demo=demo), host, port, workers, drain, server)
    except serving.Refused as refusal:
        raise click.UsageError(str(refusal)) from refusal
    except Faulty as fault:
        _stop(fault.findings)
    except Vanished as vanished:
        raise click.ClickException(f'{vanished}. "isogloss new DIR" writes a site to start from.') from vanished


@isogloss.command()
@click.argument("item")
@_site_option
@visitor_flags
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON.")
@click.option("--jsonl", is_flag=True, help="Read one visitor (a JSON object) a line, answer one line each.")
def decide(item: str, folder: Path | None, as_json: bool, jsonl: bool, **flags: Any) -> None:
    """Which variant of ITEM does a visitor get?"""
    site = _open(folder)
    served = _served(site, item)
    if jsonl:
        raise SystemExit(_decide_lines(site, served))
    reading, decision, selection = outcome(_request(flags, site), served, site)
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
    for said in selection.overrode:
        source = f", {said.source}" if said.source else ""
        click.echo(f"  overrode    {said.rule or said.layer} ({' > '.join(said.said)}){source}")
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
        "confidence": selection.confidence.name,
        "key": key_text(served.item.id, reading.classes).strip('"'),
    }


@isogloss.command()
@click.argument("item")
@_site_option
@visitor_flags
@click.option("--json", "as_json", is_flag=True, help="Print the whole trace as JSON.")
def explain(item: str, folder: Path | None, as_json: bool, **flags: Any) -> None:
    """Why does a visitor get what they get?"""
    from edge.explaining import explanation, in_words

    site = _open(folder)
    language = None if as_json else "en"
    made = explanation(_request(flags, site), _served(site, item), site, operator=True, in_language=language)
    click.echo(msgspec.json.format(msgspec.json.encode(made), indent=2).decode() if as_json else in_words(made))


@isogloss.command()
@_site_option
@click.option("--json", "as_json", is_flag=True, help="Print findings as JSON.")
def check(folder: Path | None, as_json: bool) -> None:
    """Read a site, run its tables' own tests, and say what there is to say."""
    try:
        site = _load(folder or DEMO)
        findings = site.findings
    except Faulty as fault:
        findings = fault.findings
    stopped = bool(errors(findings))
    if as_json:
        told = msgspec.json.encode([_as_json(finding) for finding in sorted(findings)])
        click.echo(msgspec.json.format(told, indent=2).decode())
    else:
        for finding in sorted(findings):
            click.echo(str(finding))
        click.echo(_verdict(findings, stopped=stopped))
    raise SystemExit(1 if stopped else 0)


def _verdict(findings: tuple[Finding, ...], *, stopped: bool) -> str:
    count = len(errors(findings))
    return (
        f"{count} error{'s' if count > 1 else ''}: this site cannot be served."
        if stopped
        else "This site can be served."
    )


def _as_json(finding: Finding) -> dict[str, Any]:
    return {
        "file": finding.file,
        "line": finding.line,
        "severity": finding.severity.name,
        "code": finding.code,
        "problem": finding.problem,
        "cure": finding.cure,
    }


@isogloss.command()
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


def _open(folder: Path | None) -> Site:
    try:
        return _load(folder or DEMO)
    except Faulty as fault:
        _stop(fault.findings)


def _load(folder: Path) -> Site:
    try:
        return Loader(folder).load()
    except (Vanished, Unsettled) as error:
        raise click.ClickException(f'{error}. "isogloss new DIR" writes a site to start from.') from error


def _request(flags: Mapping[str, Any], site: Site) -> Request:
    """What the flags' visitor sends. What of it nobody understands is told beside the answer, which it does not change."""
    named = named_by(flags)
    for problem, cure in doubts(named):
        click.echo(f"note: {problem} {cure}".rstrip(), err=True)
    try:
        return request_of(named, site)
    except ValueError as error:
        raise click.UsageError(f"--at: {error}.") from error


def _served(site: Site, item: str) -> Served:
    served = site.served.get(item)
    if served is None:
        cure = did_you_mean(item, site.served) or f"Items are: {', '.join(site.served) or 'none'}."
        raise click.UsageError(f'There is no item "{item}". {cure}')
    return served


def _stop(findings: tuple[Finding, ...]) -> NoReturn:
    for finding in sorted(findings):
        click.echo(str(finding), err=True)
    click.echo(_verdict(findings, stopped=True), err=True)
    raise SystemExit(1)
