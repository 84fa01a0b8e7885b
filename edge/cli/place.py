"""`isogloss place`: what is known of a territory or a subdivision, for people or as the JSON of `/v1/places/{country}`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from edge.cli.sites import open_site, site_option
from edge.places import Asked, Refused, describe, parse_asked
from locales.place_codes import parse_place

if TYPE_CHECKING:
    from edge.public_holidays import Holidays
    from locales.facts import Clock, Tender
    from locales.gazetteer import Languages, LawRow, NormRow, Official, Spoken


@click.command()
@click.argument("code", metavar="PLACE")
@site_option
@click.option(
    "--date", "day", metavar="DAY", help="A day such as 2026-12-25: its money, and the public holidays of its year."
)
@click.option(
    "--in", "language", metavar="LANGUAGE", help="The language of the names, such as es. Without it: English."
)
@click.option("--json", "as_json", is_flag=True, help="Print what /v1/places answers.")
def place(code: str, folder: Path | None, day: str | None, language: str | None, as_json: bool) -> None:
    """What is PLACE like? ES is a country, ES-CT a part of one."""
    site = open_site(folder)
    asked = _asked(code, day, language)
    members = describe(asked, site)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(members), indent=2).decode())
        return
    for line in in_words(members):
        click.echo(line)


def _asked(code: str, day: str | None, language: str | None) -> Asked:
    """What the arguments say. A code that stands for another is told beside the answer."""
    try:
        asked = parse_asked(code, day or None, language or None)
    except Refused as refusal:
        raise click.UsageError(str(refusal)) from refusal
    found = parse_place(code)
    if found is not None and found.written:
        click.echo(f'note: "{code}" is taken for {found.code}, the code that it has today.', err=True)
    return asked


def in_words(members: dict[str, Any]) -> Iterator[str]:
    """The lines for people."""
    names: dict[str, str] = members["names"].by_language
    country = f"{names.get(members['language'], members['country'])} ({members['country']})"
    yield " in ".join((*filter(None, (members["region"],)), *members["within"], country))
    yield from _row("names", (f"{name} ({tag})" for tag, name in names.items()))
    yield from _spoken(members["languages"])
    yield from _row("money", [_tender(tender) for tender in members["currency"].tenders] or ["none"])
    yield from _row("week", (f"begins on {members['week'].first_day}; free: {' '.join(members['week'].weekend)}",))
    yield from _row("hours", (_hours(members["hours"]),))
    yield from _row("calendars", (", ".join(members["calendars"].used),))
    measures = members["measures"]
    yield from _row("measures", (f"{measures.system}, {measures.temperature}, paper {measures.paper}",))
    yield from _row("groups", (" ".join(members["groups"]),))
    if "holidays" in members:
        yield from _row("holidays", _holidays(members["holidays"]))
    yield from _row("norms", (line for norm in members["norms"] for line in _norm(norm)))
    yield from _row("laws", (line for law in members["laws"] for line in _law(law)))
    yield from _row("sources", sorted(_sources(members)))
    yield from _row("not told", members["notes"])


def _row(name: str, lines: Iterable[str]) -> Iterator[str]:
    """The name before the first line; the others under it."""
    for number, line in enumerate(lines):
        yield f"  {'' if number else name:<10} {line}"


def _spoken(languages: Languages) -> Iterator[str]:
    yield from _row("official", map(_official, languages.official))
    yield from _row("regional", map(_official, languages.regional))
    listed = languages.other or ()
    yield from _row("spoken", (f"{_called(one)}, {one.share:g} %" for one in listed))
    doubt = ", but the place leaves open which" if languages.ambiguous else ""
    yield from _row("visitors", (f"{' '.join(languages.visitors) or 'unknown'}{doubt}",))


def _called(one: Official | Spoken) -> str:
    return f"{one.name} ({one.tag})" if one.name else one.tag


def _official(one: Official) -> str:
    share = "" if one.share is None else f", {one.share:g} %"
    order = ", surname first" if one.name_order == "surname_first" else ""
    return f"{_called(one)}{share}, {one.status.replace('_', ' ')}, {one.script} {one.direction}{order}"


def _tender(tender: Tender) -> str:
    since = f" since {tender.first}" if tender.first else ""
    return f"{tender.currency}{since}{f' until {tender.last}' if tender.last else ''}"


def _hours(clock: Clock) -> str:
    return f"{clock.hours} ({clock.preferred}; allowed {' '.join(clock.allowed)})"


def _holidays(told: Holidays) -> Iterator[str]:
    yield f"{told.date}: {', '.join(told.today) or 'none'}  (of {told.of}, by {told.source})"
    yield from (f"{one.date} {one.name}" for one in told.year)
    yield from filter(None, (told.lacks,))


def _norm(norm: NormRow) -> Iterator[str]:
    year = f", {norm.year}" if norm.year else ""
    silent = "" if norm.decides else ", decides nothing"
    yield f"{norm.name}: {' > '.join(norm.mode)}  ({norm.confidence}, {norm.basis}{year}{silent})"
    yield from (f"  {text}" for text in (norm.note, norm.source) if text)


def _law(law: LawRow) -> Iterator[str]:
    yield f"{law.name}: {law.title} ({law.dated})"
    yield from (f"  {text}" for text in (law.note, law.source) if text)


def _sources(members: dict[str, Any]) -> set[str]:
    named = ("names", "languages", "currency", "week", "hours", "calendars", "measures")
    return {members[name].source for name in named}
