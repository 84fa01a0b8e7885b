"""Laws that say in which form a foreign film may be shown: they remove variants, and never rank them (SEMANTICS §6).

A norm tells what viewers expect, a law what may be shown at all. Shipped laws stand in `data/viewing_laws.csv`, a site's own are
`[[laws]]` in `locales/*.toml`; one of the same id takes a shipped one's stead, and `off = true` takes it out.

A law speaks of forms: what is heard, and what can be read or heard along with it.

    any        whatever is heard           es         Spanish is heard         original       the item's original sound
    dub        what is not the original    dub:id     an Indonesian dub        voiceover:ru   a Russian voice over the original
    original+es    the original, and Spanish to be read, burned in or switched on, unless it is Spanish itself

`only = ["uk", "original+uk"]` bars every variant that is none of these, `bars = ["dub:id"]` every one that is.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from typing import Any

import msgspec

from locales import norm_rows
from locales.findings import Faulty, Finding, Severity, did_you_mean
from locales.groups import Groups
from locales.norm_fields import (
    CHANNELS,
    Fault,
    Reader,
    Wrong,
    each,
    findings_of,
    missing,
    one_place,
    read_flag,
    read_group,
    read_kind,
    read_language,
    read_place,
    read_row,
    read_territory,
    read_text,
    read_texts,
    word_of,
)
from locales.norm_rows import citation_of
from locales.sheets import Row, parted, read_sheet

SHIPPED = "viewing_laws.csv"
COLUMNS = ("id", "place", "kind", "channel", "only", "bars", "law", "date", "from", "until", "source", "note")

#: Words for what is heard that are no language; a language may follow all but `any`.
HEARD = ("any", "original", "dub", "voiceover")

#: Fields of `[[laws]]` that name the place; a row has exactly one of them.
PLACES = ("territory", "group", "place")

# Patterns as texts: the shipped table alone has some hundred values to hold against them, and `re` remembers them.
_ID = r"[a-z][a-z0-9_-]{0,63}"
_DATE = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"


class Form(msgspec.Struct, frozen=True):
    """One form. `heard` is one of `HEARD`, `language` the language of what is heard, `read` what must be understood by eye or
    ear beside it; both are canonical tags, "" for any.
    """

    heard: str
    language: str = ""
    read: str = ""


class Law(msgspec.Struct, frozen=True):
    """One law in one place. `place` is a territory, an `@group` or `001`; empty `kinds` and `channels` are any.

    `title` names the law and its article, `date` is when it was made (ISO 8601, a year at the least). `begins` and `ends` are as
    written: since when, and until when, it is in force as far as the service is concerned. `sources` are as those of a norm.
    """

    id: str
    place: str
    kinds: tuple[str, ...]
    channels: tuple[str, ...]
    only: tuple[Form, ...]
    bars: tuple[Form, ...]
    title: str
    date: str
    sources: tuple[str, ...]
    begins: datetime.date | None = None
    ends: datetime.date | None = None
    note: str = ""
    off: bool = False
    site: bool = False
    file: str = ""
    line: int = 0

    @property
    def name(self) -> str:
        """`law/ua-cinema`."""
        return f"law/{self.id}"

    @property
    def told(self) -> str:
        """The law by name and date, for people."""
        return f"{self.title} ({self.date})"

    @property
    def source_text(self) -> str:
        """The sources as one text for people: titles, publishers and years."""
        return "; ".join(map(citation_of, self.sources))

    def concerns(self, kind: str, channel: str) -> bool:
        """Whether the law speaks of such items."""
        return (not self.kinds or kind in self.kinds) and (not self.channels or channel in self.channels)


def with_site(own: Sequence[Law], shipped: Iterable[Law] | None = None) -> tuple[Law, ...]:
    """The site's laws laid over the shipped ones, those that are off left out."""
    mine = {law.id for law in own}
    kept = (law for law in (shipped_laws() if shipped is None else shipped) if law.id not in mine)
    return tuple(law for law in (*own, *kept) if not law.off)


def check_laws(laws: Iterable[Law]) -> tuple[Finding, ...]:
    """Laws of one source that have the id of one before."""
    first: dict[str, Law] = {}
    findings = []
    for law in laws:
        before = first.setdefault(law.id, law)
        if before is not law:
            problem = f"{law.name} stands twice, first at {before.file}:{before.line}."
            cure = "Give each an id of its own."
            findings.append(Finding(law.file, law.line, Severity.error, "duplicate-law", problem, cure))
    return tuple(findings)


@cache
def shipped_laws() -> tuple[Law, ...]:
    """The rows of `data/viewing_laws.csv`."""
    return load_law_table(norm_rows.DATA.joinpath(SHIPPED).read_bytes(), SHIPPED, Groups.shipped())


def load_law_table(content: str | bytes, file: str, groups: Groups) -> tuple[Law, ...]:
    """The rows of a table of CSV. Raises Faulty with every fault, each with file, line and cure."""
    lines, faults = read_sheet(content, file, COLUMNS)
    laws, findings = _parse([_fields(cells) for _, cells in lines], _locator(lines), file, groups, site=False)
    if faults or findings:
        raise Faulty((*faults, *findings))
    return tuple(laws)


def _locator(lines: Sequence[Row]) -> Callable[[int, str], int]:
    return lambda number, _: lines[number][0]


def _fields(cells: Mapping[str, str]) -> dict[str, Any]:
    """Cells as the values that a `[[laws]]` would have; several in one are parted by `;`."""
    fields: dict[str, Any] = dict(cells)
    for name in ("kind", "channel", "only", "bars", "source"):
        if name in cells:
            fields[name] = list(parted(cells[name]))
    for name in ("from", "until"):
        with suppress(KeyError, ValueError):
            fields[name] = datetime.date.fromisoformat(cells[name])
    return fields


def parse_site_laws(
    tables: Sequence[Mapping[str, Any]], locate: Callable[[int, str], int], file: str, groups: Groups
) -> tuple[list[Law], list[Finding]]:
    """The laws of one file's `[[laws]]`, and every fault. `locate` gives the line of a field of the row of that number."""
    return _parse(tables, locate, file, groups, site=True)


def _parse(
    tables: Sequence[Mapping[str, Any]],
    locate: Callable[[int, str], int],
    file: str,
    groups: Groups,
    *,
    site: bool,
) -> tuple[list[Law], list[Finding]]:
    laws: list[Law] = []
    findings: list[Finding] = []
    for number, table in enumerate(tables):
        values, faults = read_row("law", table, _READERS, groups)
        faults = [*_missing(table), *faults, *_odd(values), *_unknown(values)]
        findings += findings_of(faults, file, partial(locate, number))
        if not faults:
            laws.append(_law(values, file, locate(number, ""), site=site))
    return laws, [*findings, *check_laws(laws)]


def _missing(table: Mapping[str, Any]) -> Iterator[Fault]:
    """A law that is only taken out needs no more than its id."""
    yield from missing("law", table, {"id": '"film-act"'})
    if table.get("off") is True:
        return
    yield from one_place("law", table, PLACES)
    yield from missing(
        "law", table, {"law": '"Film act, article 8"', "date": "2021-03-22", "source": '"Official gazette"'}
    )
    if "only" not in table and "bars" not in table:
        cure = 'Write only = ["original+es"] (all else is barred) or bars = ["dub:id"].'
        yield "", Wrong("bars-nothing", "The law says neither what alone may be shown nor what it bars.", cure)


def _odd(values: Mapping[str, Any]) -> Iterator[Fault]:
    begins, ends = values.get("from"), values.get("until")
    if begins is not None and ends is not None and _day(begins) > _day(ends):
        yield "until", Wrong("never", "The law ends before it begins.", "Let `until` come after `from`.")


def _unknown(values: Mapping[str, Any]) -> Iterator[Fault]:
    """A row that takes out a law which is none: the one that was meant would stay in force. Own laws may rest, whole."""
    if values.get("off") is True and "id" in values and "only" not in values and "bars" not in values:
        known = [law.id for law in shipped_laws()]
        if values["id"] not in known:
            cure = did_you_mean(values["id"], known) or f"Shipped laws are: {', '.join(known)}."
            yield "id", Wrong("unknown-law", f'There is no shipped law "{values["id"]}" to take out.', cure)


def _day(moment: datetime.date) -> datetime.date:
    return moment.date() if isinstance(moment, datetime.datetime) else moment


def _law(values: Mapping[str, Any], file: str, line: int, *, site: bool) -> Law:
    return Law(
        id=values["id"],
        place=next((values[name] for name in PLACES if name in values), ""),
        kinds=values.get("kind", ()),
        channels=values.get("channel", ()),
        only=values.get("only", ()),
        bars=values.get("bars", ()),
        title=values.get("law", ""),
        date=values.get("date", ""),
        sources=values.get("source", ()),
        begins=values.get("from"),
        ends=values.get("until"),
        note=values.get("note", ""),
        off=values.get("off", False),
        site=site,
        file=file,
        line=line,
    )


# Readers


def _read_id(name: str, raw: object, groups: Groups) -> str:
    text = read_text(name, raw, groups)
    if re.fullmatch(_ID, text):
        return text
    raise Wrong("bad-id", f'"{text}" is no id.', "Use a-z, 0-9, - and _, beginning with a letter.")


def _read_wide(name: str, raw: object, groups: Groups) -> str:
    """Bars know territories; a law of a subdivision would be told of nowhere, so it is refused."""
    text = read_place(name, raw, groups)
    if "-" in text and not text.startswith("@"):
        cure = f'Write territory = "{text.partition("-")[0]}" if it holds in all of it, or bar the variants themselves.'
        raise Wrong("narrow-law", f'"{text}" is a subdivision; laws hold in territories.', cure)
    return text


def _read_date(name: str, raw: object, _: Groups) -> str:
    """A date, or as much of one as is known: `2021-03-22`, "2021-03", 2009."""
    text = raw.isoformat() if isinstance(raw, datetime.date) else str(raw)
    if re.fullmatch(_DATE, text):
        return text
    raise Wrong(
        "bad-date", f"{name} = {raw!r} is no date.", f"Write {name} = 2021-03-22, or as much of it as is known."
    )


def _read_moment(name: str, raw: object, _: Groups) -> datetime.date:
    if isinstance(raw, datetime.date):
        return raw
    cure = f"Write a date or a time without quotes: {name} = 2026-12-01."
    raise Wrong("bad-moment", f"{name} = {raw!r} is no date and no time.", cure)


def read_form(name: str, raw: object, groups: Groups) -> Form:
    """A form from its text. A word of `HEARD` goes before a language of the same letters."""
    text = read_text(name, raw, groups)
    sound, plus, read = text.partition("+")
    heard, colon, language = sound.partition(":")
    if not heard or (plus and not read) or (colon and (not language or heard not in HEARD[1:])):
        raise Wrong("bad-form", f'"{text}" is no form.', _FORM_CURE)
    if not colon and heard not in HEARD:
        heard, language = "any", heard
    try:
        return Form(
            heard, language and read_language(name, language, groups), read and read_language(name, read, groups)
        )
    except Wrong as wrong:
        raise Wrong("bad-form", f'"{text}" is no form: {wrong}', _FORM_CURE) from None


_FORM_CURE = 'Write one such as "es", "original+es", "dub:id" or "any+uk".'

_READERS: Mapping[str, Reader] = {
    "id": _read_id,
    "territory": read_territory,
    "group": read_group,
    "place": _read_wide,
    "kind": each(read_kind),
    "channel": each(word_of(CHANNELS)),
    "only": each(read_form),
    "bars": each(read_form),
    "law": read_text,
    "date": _read_date,
    "source": read_texts,
    "from": _read_moment,
    "until": _read_moment,
    "note": read_text,
    "off": read_flag,
}
