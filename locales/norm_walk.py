"""The search for a norm, told step by step: which rows were looked at, which one speaks, and why the others do not.

It walks the steps of `NormBook.lookup` (SEMANTICS §5) over all rows, for people who ask why. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from locales.norms import CHILDREN, WORLD, Norm, NormBook, whose_rows
from locales.tags import language_of


class Asked(Struct, frozen=True):
    """What a norm is looked for: a canonical tag, the place of the visit, the item, and the visitor's age band if known."""

    language: str
    country: str | None
    region: str | None
    kind: str
    channel: str
    age: str | None


class Considered(Struct, frozen=True):
    """A row and what became of it: `why` is a clause, `speaks` is true of one row at the most."""

    row: Norm
    speaks: bool
    why: str


class Step(Struct, frozen=True):
    """One step: a place, the languages that its rows may name ("": none), and all such rows."""

    place: str
    languages: tuple[str, ...]
    considered: tuple[Considered, ...]


class Walk(Struct, frozen=True):
    """The whole search. `found` is None where no row speaks; then the layer `default` says sub, then dub."""

    asked: Asked
    official: bool
    place: str | None
    steps: tuple[Step, ...]
    found: Norm | None

    @property
    def whose(self) -> str:
        """Whose rows count, as a sentence."""
        language = self.asked.language
        if self.official:
            return f"{language} is official in {self.place}, whose rows count."
        if self.place is None:
            return f"{language} has no home that is known, so only the world's rows count."
        where = self.asked.region or self.asked.country
        visit = f"not official in {where}" if where else "asked for without a place"
        return f"{language} is {visit}; it is at home in {self.place}, whose rows count."


def walk(book: NormBook, asked: Asked) -> Walk:
    """The search of `book.lookup` for the same six, told."""
    found = book.lookup(asked.language, asked.country, asked.region, asked.kind, asked.channel, asked.age)
    official, country, region = whose_rows(asked.language, asked.country, asked.region)
    steps: list[Step] = []
    over = False
    for place, spoken in book.steps(language_of(asked.language), country, region):
        rows = [row for row in book.rows if row.place == place and language_of(row.language) in spoken]
        told = tuple(_considered(row, asked, book, found, over) for row in sorted(rows, key=_in_order))
        steps.append(Step(place, spoken, told))
        over = over or any(one.speaks for one in told)
    return Walk(asked, official, region or country, tuple(steps), found)


def _in_order(row: Norm) -> tuple[bool, bool, str]:
    return (not row.site, not row.language, row.name)


def _considered(row: Norm, asked: Asked, book: NormBook, found: Norm | None, over: bool) -> Considered:
    if row is found:
        return Considered(row, True, "speaks")
    reason = next(_misfits(row, asked), "") or _outdone(row, book, found, over)
    return Considered(row, False, reason)


def _misfits(row: Norm, asked: Asked) -> Iterator[str]:
    """Why a row is for something else."""
    if row.kind and row.kind != asked.kind:
        yield f"is for the kind {row.kind}"
    if not row.kind and asked.kind == CHILDREN and row.place != WORLD:
        yield "does not name children, and for them only rows that do count"
    if row.channel and row.channel != asked.channel:
        yield f"is for the channel {row.channel}"
    if row.age and row.age != asked.age:
        yield f"is for the age {row.age}"


def _outdone(row: Norm, book: NormBook, found: Norm | None, over: bool) -> str:
    """Why a row that fits is passed over."""
    if row.confidence < book.least:
        return f"is passed over: its confidence, {row.confidence.name}, is below the least, {book.least.name}"
    if over or found is None:
        return "is not asked any more"
    if found.site and not row.site:
        return "is shipped, and the site's own rows go first"
    return "is wider than the one that speaks"
