"""`isogloss table`: the rules of a table as CSV for a spreadsheet, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

import click
from msgspec.structs import replace

from edge.cli.files import put, site_files
from edge.cli.sites import open_site, site_option, stop
from edge.site import Loader, Site
from locales.documents import parse_document
from locales.findings import Faulty, Finding, did_you_mean
from rules.bulk import BulkRows, parse_bulk
from rules.bulk_writing import to_bulk, to_canonical
from rules.inputs import is_identifier
from rules.tables import Table

SEPARATORS: Mapping[str, str] = {"comma": ",", "semicolon": ";", "tab": "\t"}


@click.group()
def table() -> None:
    """Take the rules of a table into a spreadsheet, and back. Settings and tests stay in the TOML file."""


@table.command("export")
@site_option
@click.argument("name", metavar="TABLE")
@click.option(
    "--to", "target", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write this file."
)
@click.option("--separator", type=click.Choice(tuple(SEPARATORS)), default="comma", help="What parts cells: comma.")
@click.option("--bom", is_flag=True, help="Begin with a byte order mark, without which Excel misreads other scripts.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def export(folder: Path | None, name: str, target: Path | None, separator: str, bom: bool, force: bool) -> None:
    """Print all rules of TABLE as CSV: those of its TOML file, then those of its CSV files."""
    site = open_site(folder)
    try:
        text = to_bulk(_table(site, name), site.settings.zone, SEPARATORS[separator])
    except Faulty as fault:
        stop(fault.findings)
    content = text.encode("utf-8-sig" if bom else "utf-8")
    if target is None:
        click.echo(content, nl=False)
        return
    _write(target, content, force=force)


def _table(site: Site, name: str) -> Table:
    tables = {one.id: one for one in site.book.tables}
    if name not in tables:
        raise _no_table(name, tables)
    return tables[name]


def _no_table(name: str, known: Iterable[str]) -> click.UsageError:
    names = sorted(known)
    cure = did_you_mean(name, names) or f"Tables are: {', '.join(names) or 'none'}."
    return click.UsageError(f'There is no table "{name}". {cure}')


@table.command("import")
@site_option
@click.argument("name", metavar="TABLE")
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE")
@click.option("--as", "part", metavar="NAME", help="Write rules/TABLE.NAME.csv: one of several files of the table.")
@click.option("--check", "only_check", is_flag=True, help="Only check; write nothing.")
@click.option("--force", is_flag=True, help="Write over the rows that are there.")
def import_(folder: Path | None, name: str, source: Path, part: str | None, only_check: bool, force: bool) -> None:
    """Check the CSV of FILE as rows of TABLE, with the whole site and its tests, and write rules/TABLE.csv."""
    if folder is None:
        raise click.UsageError("Rows are written into a site of yours: name it with --site DIR.")
    if part is not None and not is_identifier(part):
        raise click.UsageError(f'--as: "{part}" is no name. Use small letters, digits, - and _.')
    files = site_files(folder)
    relative = f"rules/{_stem(files, name)}{'.' + part if part else ''}.csv"
    if not only_check:
        _refuse_to_overwrite(folder / relative, force=force)
    rows, warnings = _checked(folder, files, relative, source)
    for finding in warnings:
        click.echo(str(finding), err=True)
    count = f"{len(rows.rows)} rule{'' if len(rows.rows) == 1 else 's'}"
    if only_check:
        click.echo(f"{source}: {count} for {relative}. Nothing was written.")
        return
    _write(folder / relative, to_canonical(rows).encode(), force=force)
    click.echo(f"{count}.")


def _stem(files: Mapping[str, bytes], name: str) -> str:
    """The name, without its ending, of the TOML file that has the table: its rows are found by it."""
    stems: dict[str, str] = {}
    for relative, content in files.items():
        if relative.startswith("rules/") and relative.endswith(".toml"):
            stem = PurePosixPath(relative).stem
            stems[_id_of(content, relative) or stem] = stem
    if name not in stems:
        raise _no_table(name, stems)
    return stems[name]


def _id_of(content: bytes, file: str) -> str | None:
    """The id of the table of a file; None where it cannot be read, of which the check of the site will tell."""
    try:
        head = parse_document(content, file).data.get("table")
    except Faulty:
        return None
    found = head.get("id") if isinstance(head, dict) else None
    return found if isinstance(found, str) else None


def _checked(
    folder: Path, files: Mapping[str, bytes], relative: str, source: Path
) -> tuple[BulkRows, tuple[Finding, ...]]:
    """The rows, and what the site would say of them. Ends the program with the findings where it could not be served."""
    content = source.read_bytes()
    try:
        rows = parse_bulk(content, relative)
        site = Loader(folder).build({**files, relative: content})
    except Faulty as fault:
        stop(tuple(_renamed(fault.findings, relative, source)))
    return rows, tuple(_renamed(site.findings, relative, source))


def _renamed(findings: Iterable[Finding], relative: str, source: Path) -> Iterable[Finding]:
    """Findings of the rows, with the file that the editor has open, and what to do where the TOML file has the rule too."""
    for one in findings:
        if one.file != relative:
            yield one
            continue
        problem = one.problem.replace(f"in {relative} line", "in line")
        cure = f"{one.cure}{_REPLACED}" if one.code == "duplicate-id" and problem == one.problem else one.cure
        yield replace(one, file=str(source), problem=problem, cure=cure)


_REPLACED = " Where the row is to take the place of a rule of another file, take that rule out first."


def _write(target: Path, content: bytes, *, force: bool) -> None:
    _refuse_to_overwrite(target, force=force)
    put(target, content)
    click.echo(f"wrote {target}")


def _refuse_to_overwrite(target: Path, *, force: bool) -> None:
    if target.exists() and not force:
        raise click.UsageError(f"{target} is there already. Write over it with --force.")
