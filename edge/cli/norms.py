"""`isogloss norms`: what viewers of a place expect, on what that rests, what has become old, and which row speaks for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from edge.cli.norm_lists import law_lines, laws_json, norm_lines, norms_json, walk_json, walk_lines
from edge.cli.sites import open_site, site_option
from edge.site import Site
from locales.findings import did_you_mean
from locales.groups import Groups
from locales.laws import Law
from locales.norm_fields import Wrong, read_place
from locales.norm_rows import BASES, CHANNELS, WORLD, Norm
from locales.norm_tables import to_norm_table
from locales.norm_walk import Asked, walk
from locales.preference import Confidence
from locales.tags import is_language, known_languages, language_of, parse_tag
from locales.territories import place_languages

_CONFIDENCES = tuple(Confidence.__members__)


@click.command()
@site_option
@click.option("--place", "--country", metavar="PLACE", help="Rows of ES and its regions, of ES-CT, of @dach, of 001.")
@click.option("--language", metavar="TAG", help="Rows that name this language.")
@click.option("--kind", metavar="KIND", help="Rows that name this kind: children, documentary …")
@click.option("--channel", type=click.Choice(CHANNELS), help="Rows that name this channel.")
@click.option("--age", type=click.Choice(("child", "teen", "adult")), help="Rows that name this age.")
@click.option(
    "--confidence", type=click.Choice(_CONFIDENCES), multiple=True, help="Rows of this confidence; repeatable."
)
@click.option("--basis", type=click.Choice(BASES), multiple=True, help="Rows that rest on this; repeatable.")
@click.option("--stale", is_flag=True, help="Rows that are due for review.")
@click.option("--unverified", is_flag=True, help="Rows that nobody has verified.")
@click.option("--own", is_flag=True, help="The site's own rows.")
@click.option("--laws", is_flag=True, help="The laws that bar variants, instead of norms.")
@click.option(
    "--why", is_flag=True, help="Which row speaks for PLACE, language, kind, channel and age, and why no other."
)
@click.option("--on", "day", metavar="DATE", help="The day on which a row is stale or not. Without one: today.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV in the form of the shipped table.")
@click.option("--strict", is_flag=True, help="End with 1 if a listed row is stale or unverified.")
def norms(folder: Path | None, strict: bool, laws: bool, why: bool, **asked: Any) -> None:
    """List, filter, explain and export the norms of a site: its own and the shipped ones."""
    form = _form(asked["as_json"], asked["as_csv"])
    site = open_site(folder)
    wanted = _Wanted(site, asked)
    if form == "csv" and (why or laws):
        raise click.UsageError("--csv is for norms; laws and reasons are printed as text or with --json.")
    if why:
        found = walk(site.book.norms, wanted.visit())
        click.echo(walk_json(found, wanted.day) if form == "json" else "\n".join(walk_lines(found, wanted.day)))
        _warn([found.found] if found.found else [], wanted.day, site, strict=strict)
    if laws:
        chosen = tuple(law for law in site.laws if wanted.has_law(law))
        click.echo(laws_json(chosen) if form == "json" else "\n".join(law_lines(chosen)))
        return
    rows = sorted(filter(wanted.has, site.book.norms.rows), key=lambda row: (row.key, row.name))
    _hint_at_kinds(asked["kind"], site)
    click.echo(_printed(rows, form, wanted.day), nl=form != "csv")
    _warn(rows, wanted.day, site, strict=strict)


def _form(as_json: bool, as_csv: bool) -> str | None:
    if as_json and as_csv:
        raise click.UsageError("--json and --csv are two forms: ask for one of them.")
    return "json" if as_json else "csv" if as_csv else None


def _hint_at_kinds(kind: str | None, site: Site) -> None:
    """A kind that no row names is no fault, as a site may have kinds of its own; but it may be a slip."""
    known = sorted({row.kind for row in site.book.norms.rows if row.kind})
    if kind is not None and kind not in known:
        cure = did_you_mean(kind, known)
        click.echo(
            f'note: No row names the kind "{kind}". {cure} Kinds: {", ".join(known)}.'.replace("  ", " "), err=True
        )


def _warn(rows: Iterable[Norm], day: date, site: Site, *, strict: bool) -> NoReturn:
    """Says what is to be said of the rows as a whole, and ends the program."""
    doubts = list(_doubts(rows, day, site))
    for doubt in doubts:
        click.echo(f"warning: {doubt}", err=True)
    raise SystemExit(1 if strict and doubts else 0)


def _printed(rows: list[Norm], form: str | None, day: date) -> str:
    if form == "csv":
        return to_norm_table(rows)
    return norms_json(rows, day) if form == "json" else "\n".join(norm_lines(rows, day))


def _doubts(rows: Iterable[Norm], day: date, site: Site) -> Iterator[str]:
    """What is stale, as `--stale` lists it, and what is unverified, due on that day or not."""
    listed = tuple(rows)
    unverified = sum(row.confidence is Confidence.unverified for row in listed)
    stale = [row for row in listed if row.is_stale(day)]
    if stale:
        at_once = ", ".join(f"{count} {reason}" for reason, count in _at_once(stale).items() if count)
        why = f" ({at_once})" if at_once else ""
        yield f"{_count(len(stale), 'row')} due for review on {day.isoformat()}{why}. See them with --stale."
    if unverified:
        weight = "as good as any other" if site.book.norms.least is Confidence.unverified else "without any weight"
        yield f"{_count(unverified, 'row')} unverified, and {weight} on this site. See them with --unverified."


def _at_once(stale: Iterable[Norm]) -> Mapping[str, int]:
    """How many rows are due at once and not by their age, by the reason."""
    undated = [row.confidence is Confidence.unverified for row in stale if row.review is None]
    return {"unverified": sum(undated), "without a year": len(undated) - sum(undated)}


def _count(count: int, what: str) -> str:
    return f"{count} {what} is" if count == 1 else f"{count} {what}s are"


class _Wanted:
    """The filters, read. Wrong usage names what was meant."""

    def __init__(self, site: Site, asked: dict[str, Any]) -> None:
        self._asked = asked
        self._channel = site.settings.channel
        self.place = _place(asked["place"], site.groups)
        self.language = _language(asked["language"])
        self.day = _day(asked["day"])

    def has(self, row: Norm) -> bool:
        """Whether a row passes all filters."""
        asked = self._asked
        named = all(asked[name] in (None, getattr(row, name)) for name in ("kind", "channel", "age"))
        return (
            named
            and self._in_place(row.place)
            and (self.language is None or language_of(row.language) == language_of(self.language))
            and (not asked["confidence"] or row.confidence.name in asked["confidence"])
            and (not asked["basis"] or row.basis in asked["basis"])
            and (not asked["stale"] or row.is_stale(self.day))
            and (not asked["unverified"] or row.confidence is Confidence.unverified)
            and (not asked["own"] or row.site)
        )

    def has_law(self, law: Law) -> bool:
        """Whether a law passes those filters that laws can pass."""
        kind, channel = self._asked["kind"], self._asked["channel"]
        return (
            self._in_place(law.place)
            and (kind is None or kind in law.kinds or not law.kinds)
            and (channel is None or channel in law.channels or not law.channels)
            and (not self._asked["own"] or law.site)
        )

    def _in_place(self, place: str) -> bool:
        """A territory has the rows of its subdivisions with it."""
        return self.place is None or place == self.place or place.startswith(f"{self.place}-")

    def visit(self) -> Asked:
        """The visit that `--why` is asked of. Without a language it is the first of the place."""
        if self.place is not None and (self.place.startswith("@") or self.place == WORLD):
            raise click.UsageError("A visit is from a territory or a subdivision: --place ES, --place ES-CT.")
        country = None if self.place is None else self.place.partition("-")[0]
        region = self.place if self.place != country else None
        language = self.language or (country and next(iter(place_languages(country, region).languages), None))
        if not language:
            raise click.UsageError("--why needs a place or a language: --place ES, --language es.")
        channel = self._asked["channel"] or self._channel
        return Asked(language, country, region, self._asked["kind"] or "", channel, self._asked["age"])


def _place(text: str | None, groups: Groups) -> str | None:
    if text is None:
        return None
    try:
        return read_place("place", text, groups)
    except Wrong as wrong:
        raise click.UsageError(f"--place: {wrong} {wrong.cure}") from None


def _language(text: str | None) -> str | None:
    if text is None:
        return None
    tag = parse_tag(text)
    if tag is None or not is_language(tag):
        raise click.UsageError(f'--language: "{text}" is no language. {did_you_mean(text, known_languages())}'.strip())
    return tag


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f'--on: "{text}" is no date; write 2026-12-31.') from None
