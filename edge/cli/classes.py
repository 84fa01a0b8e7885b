"""`isogloss classes`: which values of an input are one for an item, and two visitors for each two that are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from edge.classes.asking import Answer, pasteable
from edge.classes.finding import STEPS, Class, InputClasses, Pair, classes_of
from edge.classes.places import compact
from edge.cli.sites import open_site, served_item, site_option
from edge.signals.moment import parse_at
from edge.site import Site

#: Members that people are shown of a class of anything but countries. JSON has all.
SHOWN = 12


@click.command()
@click.argument("item")
@site_option
@click.option("--at", metavar="TEXT", help="The moment, such as 2026-12-24T20:00. Without it: now.")
@click.option("--steps", type=click.IntRange(min=1), default=STEPS, show_default=True, help="Visitors to try at most.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def classes(item: str, folder: Path | None, at: str | None, steps: int, as_json: bool) -> None:
    """Which values of each input are one for ITEM, and two visitors to show each difference.

    Two values are told apart where two visitors who differ in that input alone get different answers. Where the key keeps
    values apart that no visitors tell apart, that is said.
    """
    site = open_site(folder)
    served = served_item(site, item)
    moment = moment_of(at, site)
    found = classes_of(site, served, moment, steps)
    if as_json:
        told = {"item": item, "inputs": [_as_json(one) for one in found]}
        click.echo(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
        return
    click.echo(f"{item} reads {', '.join(sorted(served.reads))}.")
    for one in found:
        for line in _lines(one, site):
            click.echo(line)


def moment_of(at: str | None, site: Site) -> datetime:
    """The moment that is named, or now. Raises click.UsageError where it is none."""
    if at is None:
        return datetime.now(UTC)
    moment = parse_at(at, site.settings.zone)
    if moment is None:
        raise click.UsageError(f'--at: "{at}" is no moment; write 2026-12-24 or 2026-12-24T20:00.')
    return moment


def answered(answer: Answer) -> str:
    """An answer in few words: `es-sub (airline/es-original)`."""
    return f"{answer.variant or 'barred'} ({answer.rule or answer.reason})"


def _lines(one: InputClasses, site: Site) -> Iterator[str]:
    count, title = len(one.classes), _title(one)
    stopped = "  (stopped: the steps are spent; --steps allows more)" if one.stopped else ""
    if count == 1:
        yield f"\n{title}: one class{_apart(one.classes[0])}{stopped}"
        return
    yield f"\n{title}: {count} classes{stopped}"
    for number, group in enumerate(one.classes):
        yield f"  {group.name or '(not in the key)'}: {_members(one, group, site)}{_apart(group)}"
        if number < len(one.witnesses):
            yield from (f"      {line}" for line in _witness(one.witnesses[number]))


def _title(one: InputClasses) -> str:
    names = ", ".join(one.inputs)
    return f"{names} in {one.within}" if one.within else names


def _apart(group: Class) -> str:
    return f"  [{group.keys} classes in the key: kept apart, no witness found]" if group.keys > 1 else ""


def _members(one: InputClasses, group: Class, site: Site) -> str:
    if one.name == "country":
        known = compact(group.members, site.groups)
        return ", ".join(filter(None, ("unknown" if "unknown" in group.members else "", known)))
    more = len(group.members) - SHOWN
    return ", ".join(group.members[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _witness(pair: Pair) -> Iterator[str]:
    told = [answered(answer) for answer in pair.answers]
    yield f"{pasteable(pair.visitors[0])} gets {told[0]}, {pasteable(pair.visitors[1])} gets {told[1]}{_besides(pair)}"


def _besides(pair: Pair) -> str:
    """Where the two get the same for the same reason: what of the answer differs."""
    one, other = pair.answers
    if one.told != other.told:
        return ""
    names = {
        "layer": "layer",
        "overrode": "what it overrode",
        "confidence": "confidence",
        "until": "until when",
        "splits": "arm of an experiment",
    }
    return f": another {', '.join(text for name, text in names.items() if getattr(one, name) != getattr(other, name))}"


def _as_json(one: InputClasses) -> dict[str, Any]:
    return {
        "input": one.name,
        "inputs": one.inputs,
        "within": one.within,
        "stopped": one.stopped,
        "classes": [{"name": each.name, "members": each.members, "keys": each.keys} for each in one.classes],
        "witnesses": [
            {
                "visitors": pair.visitors,
                "preview": [pasteable(visitor) for visitor in pair.visitors],
                "answers": [answer_json(answer) for answer in pair.answers],
            }
            for pair in one.witnesses
        ],
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer as JSON."""
    return {
        "variant": answer.variant or "barred",
        "rule": answer.rule,
        "reason": answer.reason,
        "layer": answer.layer,
        "overrode": [said.rule or said.layer for said in answer.overrode],
        "confidence": answer.confidence,
        "until": answer.until,
        "splits": answer.splits,
    }
