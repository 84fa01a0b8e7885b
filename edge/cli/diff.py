"""`isogloss diff`: which visitors' answers change from one folder of a site to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from edge.classes.asking import pasteable
from edge.classes.changes import STEPS, Both, Change, ItemChanges, Told, added, changes_of
from edge.classes.places import compact
from edge.cli.classes import moment_of
from edge.cli.sites import open_site
from edge.site import Site
from locales.findings import did_you_mean

UNKNOWN = "unknown"


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--item", "only", metavar="ITEM", help="This item alone.")
@click.option("--at", metavar="TEXT", help="The moment, such as 2026-12-24T20:00. Without it: now.")
@click.option(
    "--steps", type=click.IntRange(min=1), default=STEPS, show_default=True, help="Visitors to try for an item."
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option("--exit-code", is_flag=True, help="End with 1 where something changes.")
def diff(old: Path, new: Path, only: str | None, at: str | None, steps: int, as_json: bool, exit_code: bool) -> None:
    """Which visitors' answers change from the site in folder OLD to the one in folder NEW.

    The same visitors are tried on both: every country, several languages, the values of all else that either site reads.
    """
    one, other = open_site(old), open_site(new)
    names = _names(one, other, only)
    gone, come = (tuple(name for name in listed if name in names) for listed in _lists(one, other))
    moment = moment_of(at, one)
    both = [name for name in names if name in one.served and name in other.served]
    found = [changes_of(Both(one, other, name, moment), steps) for name in both]
    if as_json:
        told = {"removed": gone, "added": come, "items": [_as_json(changes) for changes in found]}
        click.echo(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
    else:
        for line in _lines(gone, come, found, other):
            click.echo(line)
    changed = bool(gone or come or any(changes.changes or changes.beside for changes in found))
    raise SystemExit(1 if changed and exit_code else 0)


def _names(old: Site, new: Site, only: str | None) -> tuple[str, ...]:
    names = tuple(dict.fromkeys((*old.served, *new.served)))
    if only is None:
        return names
    if only not in names:
        raise click.UsageError(f'Neither site has an item "{only}". {did_you_mean(only, names)}'.strip())
    return (only,)


def _lists(old: Site, new: Site) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return added(new.served, old.served), added(old.served, new.served)


def _lines(gone: Sequence[str], come: Sequence[str], found: Sequence[ItemChanges], site: Site) -> Iterator[str]:
    yield from (f"{name}: removed" for name in gone)
    yield from (f"{name}: added" for name in come)
    for one in found:
        yield f"{one.item}: {_summary(one)}"
        for change in one.changes:
            yield f"  {_told(change.old)} becomes {_told(change.new)}"
            yield f"      where      {_where(change, site)}"
            yield f"      languages  {', '.join(change.languages)}"
            if change.common:
                yield f"      all with   {', '.join(f'{name}={text}' for name, text in change.common)}"
            yield f"      try        {pasteable(change.witness)}"


def _summary(one: ItemChanges) -> str:
    if not one.tried:
        return "the same; nothing that it reads differs"
    count = sum(change.visitors for change in one.changes)
    told = (
        f"{count} of {one.tried} visitors tried get another answer"
        if count
        else f"{one.tried} visitors tried, no change"
    )
    beside = (
        f"; {one.beside} get the same, said otherwise (what it overrode, confidence, until when)" if one.beside else ""
    )
    return f"{told}{beside}{'; stopped there, --steps allows more' if one.stopped else ''}"


def _told(told: Told) -> str:
    variant, rule, reason = told
    return f"{variant} ({rule or reason})"


def _where(change: Change, site: Site) -> str:
    known = [country for country in change.countries if country != UNKNOWN]
    count = (
        f"{len(known)} {'country' if len(known) == 1 else 'countries'}: {compact(known, site.groups)}" if known else ""
    )
    unknown = UNKNOWN if UNKNOWN in change.countries else ""
    return "; ".join(filter(None, (count, unknown, ", ".join(change.regions))))


def _as_json(one: ItemChanges) -> dict[str, Any]:
    return {
        "item": one.item,
        "tried": one.tried,
        "stopped": one.stopped,
        "beside": one.beside,
        "changes": [_change_json(change) for change in one.changes],
    }


def _change_json(change: Change) -> dict[str, Any]:
    answers = {
        name: dict(zip(("variant", "rule", "reason"), told, strict=True))
        for name, told in (("old", change.old), ("new", change.new))
    }
    return {
        **answers,
        "countries": change.countries,
        "regions": change.regions,
        "languages": change.languages,
        "common": dict(change.common),
        "visitors": change.visitors,
        "witness": change.witness,
        "preview": pasteable(change.witness),
    }
