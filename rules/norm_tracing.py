"""The search for a norm, told step by step (SEMANTICS §5). It comes to the row that `NormBook.lookup` finds."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from locales.norms import CHILDREN, WORLD, Norm, NormBook
from locales.tags import language_of
from locales.territories import home, is_official
from rules.context import Context, Subject


class NormStep(Struct, frozen=True):
    """One step of the search for a norm: rows of that place, for speakers of that language ("": any), that fit the item.

    `passed_over` are names of rows of too little confidence, `found` is the name of the row that ended the search.
    """

    place: str
    language: str
    passed_over: tuple[str, ...] = ()
    found: str | None = None

    def __str__(self) -> str:
        asked = f"{self.place}, {self.language}" if self.language else self.place
        unsure = f" (passed over: {', '.join(self.passed_over)})" if self.passed_over else ""
        return f"Norms of {asked}: {self.found or 'none'}{unsure}."


class NormTrace(Struct, frozen=True):
    """The search for the norm of the first language. `place`: whose rows count; `official`: the language is official there.

    Where it is not official in the place of the visit, the place is its home, None where nobody knows one.
    """

    language: str
    official: bool
    place: str | None
    steps: tuple[NormStep, ...]


def trace_norm(language: str, context: Context, subject: Subject, norms: NormBook) -> NormTrace:
    """The steps of SEMANTICS §5, down to the row that `NormBook.lookup` finds."""
    country, region = context.country, context.region
    official = country is not None and is_official(language, country, region)
    if not official:
        country, region = home(language), None
    found = norms.lookup(language, context.country, context.region, subject.kind, subject.channel, context.age)
    steps: list[NormStep] = []
    for place, spoken in _norm_places(language_of(language), country, region, norms):
        fitting = [row for row in norms.rows if _fits(row, place, spoken, subject, context.age)]
        here = None if found is None or found not in fitting else found.name
        unsure = tuple(row.name for row in fitting if row.confidence < norms.least)
        steps.append(NormStep(place, spoken, unsure, here))
        if here is not None:
            break
    return NormTrace(language, official, region or country, tuple(steps))


def _norm_places(language: str, country: str | None, region: str | None, norms: NormBook) -> Iterator[tuple[str, str]]:
    own = [place for place in (region, country) if place is not None]
    yield from ((place, language) for place in own)
    yield from ((place, "") for place in own)
    groups = sorted({row.place for row in norms.rows if row.place.startswith("@")})
    for place in (*(group for group in groups if country in norms.groups.members(group)), WORLD):
        yield place, language
        yield place, ""


def _fits(row: Norm, place: str, language: str, subject: Subject, age: str | None) -> bool:
    if row.place != place or language_of(row.language) != language:
        return False
    kinds = {subject.kind} if subject.kind == CHILDREN and place != WORLD else {subject.kind, ""}
    return row.kind in kinds and row.channel in {subject.channel, ""} and row.age in {age or "", ""}
