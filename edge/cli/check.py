"""`isogloss check`: what there is to say of a site before it is served."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import click
import msgspec

from edge.analysis.moves import Move, Moved, find_rule, moves_of
from edge.analysis.tables import EACH
from edge.analysis.whole import analyse, merged
from edge.classes.asking import pasteable
from edge.cli.classes import answer_json, answered, moment_of
from edge.cli.sites import load_site, site_option, stop, verdict
from edge.site import DEMO, Site
from edge.watching import look
from locales.findings import Faulty, Finding, Severity, did_you_mean, errors


@click.command()
@site_option
@click.option("--all", "every", is_flag=True, help="Tell notes as well: gaps, groups that nothing names, and the like.")
@click.option(
    "--move", "moved", metavar="RULE", help="Tell instead whose answers change once RULE stands elsewhere ..."
)
@click.option("--above", metavar="RULE", help="... right above this one.")
@click.option("--at", metavar="TEXT", help="The moment that counts as now, such as 2026-12-24T20:00.")
@click.option("--steps", type=click.IntRange(min=1), default=EACH, show_default=True, help="Steps for one question.")
@click.option("--json", "as_json", is_flag=True, help="Print findings as JSON.")
def check(
    folder: Path | None, every: bool, moved: str | None, above: str | None, at: str | None, steps: int, as_json: bool
) -> None:
    """Read a site, run its tables' own tests, look for rules and variants that nobody gets, and say what there is to say."""
    if (moved is None) != (above is None):
        raise click.UsageError("--move and --above go together: which rule, and above which.")
    try:
        site = load_site(folder or DEMO)
    except Faulty as fault:
        if moved is not None:
            stop(fault.findings)
        _print(fault.findings, stopped=True, as_json=as_json)
        raise SystemExit(1) from None
    moment = moment_of(at, site)
    if moved is not None and above is not None:
        _print_moves(list(moves_of(site, _move(site, moved, above), moment, steps)), moved, above, as_json=as_json)
        return
    analysed = analyse(site, _files(folder or DEMO), moment, steps)
    told = [finding for finding in analysed if every or finding.severity is not Severity.note]
    _print(merged(site.findings, told), stopped=False, as_json=as_json)


def _files(folder: Path) -> dict[str, bytes]:
    return {relative: (folder / relative).read_bytes() for relative, *_ in look(folder).signature}


def _print(findings: Sequence[Finding], *, stopped: bool, as_json: bool) -> None:
    if as_json:
        _print_json([_as_json(finding) for finding in sorted(findings)])
        return
    for finding in sorted(findings):
        click.echo(str(finding))
    click.echo(verdict(tuple(errors(findings)), stopped=stopped))


def _print_json(told: object) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())


def _as_json(finding: Finding) -> dict[str, Any]:
    told: dict[str, Any] = {
        "file": finding.file,
        "line": finding.line,
        "severity": finding.severity.name,
        "code": finding.code,
        "problem": finding.problem,
        "cure": finding.cure,
    }
    if finding.witness:
        item, _, query = finding.witness.rpartition("?")
        told["witness"] = {"item": item.strip(), "visitor": dict(parse_qsl(query)), "preview": f"?{query}"}
    return told


# Moves


def _move(site: Site, moved: str, above: str) -> Move:
    """Raises click.UsageError where there are no such two rules in one table."""
    (table, rule), (other, position) = _rule(site, moved), _rule(site, above)
    if table is not other:
        raise click.UsageError(f'"{moved}" and "{above}" are rules of different tables.')
    return Move(table, rule, position)


def _rule(site: Site, name: str) -> Any:
    found = find_rule(site, name)
    if found is None:
        names = [rule.name for table in site.book.tables for rule in table.rules]
        raise click.UsageError(f'There is no one rule "{name}". {did_you_mean(name, names)}'.strip())
    return found


def _print_moves(found: Sequence[Moved], moved: str, above: str, *, as_json: bool) -> None:
    if as_json:
        _print_json({"move": moved, "above": above, "changes": [_move_json(one) for one in found]})
        return
    if not found:
        click.echo(f"Nobody's answer changes if {moved} stands above {above}.")
    for one in found:
        for line in _move_lines(one):
            click.echo(line)


def _move_lines(one: Moved) -> Iterator[str]:
    yield f"Visitors pass from {one.before.name} (line {one.before.line}) to {one.after.name} (line {one.after.line})"
    if one.visitor is None or one.answers is None:
        yield "      undecided: the steps are spent; --steps allows more"
        return
    now, then = map(answered, one.answers)
    yield f"      try   {one.item} {pasteable(one.visitor)}"
    yield f"      gets  {now}, then {then}"


def _move_json(one: Moved) -> dict[str, Any]:
    told: dict[str, Any] = {"from": one.before.name, "to": one.after.name, "decided": one.answers is not None}
    if one.visitor is not None and one.answers is not None:
        told["witness"] = {"item": one.item, "visitor": one.visitor, "preview": pasteable(one.visitor)}
        told["now"], told["then"] = map(answer_json, one.answers)
    return told
