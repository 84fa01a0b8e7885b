"""`isogloss check`: what there is to say of a site before it is served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import msgspec

from edge.cli.sites import load_site, site_option, verdict
from edge.site import DEMO
from locales.findings import Faulty, Finding, errors


@click.command()
@site_option
@click.option("--json", "as_json", is_flag=True, help="Print findings as JSON.")
def check(folder: Path | None, as_json: bool) -> None:
    """Read a site, run its tables' own tests, and say what there is to say."""
    try:
        site = load_site(folder or DEMO)
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
        click.echo(verdict(findings, stopped=stopped))
    raise SystemExit(1 if stopped else 0)


def _as_json(finding: Finding) -> dict[str, Any]:
    return {
        "file": finding.file,
        "line": finding.line,
        "severity": finding.severity.name,
        "code": finding.code,
        "problem": finding.problem,
        "cure": finding.cure,
    }
