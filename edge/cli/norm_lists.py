"""Norms, laws and the search for a norm as lines of text and as JSON, for the command `norms`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import msgspec

from locales.laws import Form, Law
from locales.norm_rows import Norm, citation_of
from locales.norm_walk import Step, Walk
from locales.preference import Confidence


def norm_lines(rows: Iterable[Norm], day: date) -> Iterator[str]:
    """Each row with what it rests on; at the end, how many there are."""
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is told below
        yield from _norm(row, day)
    yield f"{count} row{'' if count == 1 else 's'}"


def _norm(row: Norm, day: date) -> Iterator[str]:
    year = "no year" if row.year is None else str(row.year)
    facts = [row.confidence.name, row.basis, year, _review(row, day), f"{row.file}:{row.line}" if row.site else ""]
    yield f"{row.name}  {' > '.join(row.mode)}  ({', '.join(filter(None, facts))})"
    yield from (f"    {text}" for text in row.citations)
    if row.note:
        yield f"    Note: {row.note}"


def _review(row: Norm, day: date) -> str:
    if row.confidence is Confidence.unverified:
        return ""
    if not row.is_stale(day):
        return f"to be reviewed by {row.review}"
    return "stale" if row.review is None else f"stale since {row.review}"


def norms_json(rows: Iterable[Norm], day: date) -> str:
    """A list of objects, in the order of the rows."""
    return _json([_norm_object(row, day) for row in rows])


def _norm_object(row: Norm, day: date) -> dict[str, Any]:
    return {
        "name": row.name,
        "place": row.place,
        **{name: getattr(row, name) or None for name in ("language", "kind", "channel", "age")},
        "mode": row.mode,
        "basis": row.basis,
        "confidence": row.confidence.name,
        "year": row.year,
        "review": row.review,
        "stale": row.is_stale(day),
        "sources": _sources(row.sources),
        "note": row.note or None,
        "site": row.site,
        "file": row.file,
        "line": row.line,
    }


def _sources(sources: Iterable[str]) -> list[dict[str, str]]:
    return [{"key": source, "text": citation_of(source)} for source in sources]


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


# Laws


def law_lines(laws: Iterable[Law]) -> Iterator[str]:
    """Each law with what it bars and what it rests on."""
    count = 0
    for count, law in enumerate(laws, 1):  # noqa: B007 - the last number is told below
        yield f"{law.name}  {law.place}  {law.told}{f', {law.file}:{law.line}' if law.site else ''}"
        yield f"    {'; '.join(_barred(law))}"
        yield from (f"    {citation_of(source)}" for source in law.sources)
        if law.note:
            yield f"    Note: {law.note}"
    yield f"{count} law{'' if count == 1 else 's'}"


def _barred(law: Law) -> Iterator[str]:
    yield f"kinds {', '.join(law.kinds) or 'any'}, channels {', '.join(law.channels) or 'any'}"
    if law.only:
        yield f"bars all but {', '.join(map(form_text, law.only))}"
    if law.bars:
        yield f"bars {', '.join(map(form_text, law.bars))}"
    if law.begins is not None:
        yield f"from {law.begins.isoformat()}"
    if law.ends is not None:
        yield f"until {law.ends.isoformat()}"


def form_text(form: Form) -> str:
    """A form as it is written."""
    heard = form.language if form.heard == "any" and form.language else form.heard
    if form.heard != "any" and form.language:
        heard = f"{form.heard}:{form.language}"
    return f"{heard}+{form.read}" if form.read else heard


def laws_json(laws: Iterable[Law]) -> str:
    """A list of objects, in the order of the laws."""
    return _json([_law_object(law) for law in laws])


def _law_object(law: Law) -> dict[str, Any]:
    return {
        "name": law.name,
        "place": law.place,
        "kinds": law.kinds,
        "channels": law.channels,
        "only": [form_text(form) for form in law.only],
        "bars": [form_text(form) for form in law.bars],
        "law": law.title,
        "date": law.date,
        "from": law.begins,
        "until": law.ends,
        "sources": _sources(law.sources),
        "note": law.note or None,
        "site": law.site,
        "file": law.file,
        "line": law.line,
    }


# The search


def walk_lines(found: Walk, day: date) -> Iterator[str]:
    """The steps with all rows that were looked at, and the answer."""
    asked = found.asked
    sort = f"{asked.kind or 'any kind'}, {asked.channel}{f', {asked.age}' if asked.age else ''}"
    yield f"For {asked.language} in {asked.region or asked.country or 'no known place'} ({sort}):"
    yield f"  {found.whose}"
    for number, step in enumerate(found.steps, 1):
        yield f"  {number}. {_step(step)}{'' if step.considered else ': no row'}"
        for one in step.considered:
            yield f"       {'→' if one.speaks else ' '} {one.row.name}  {' > '.join(one.row.mode)}: {one.why}"
    if found.found is None:
        yield "No row speaks; the default does: sub > dub."
    else:
        yield from _norm(found.found, day)


def _step(step: Step) -> str:
    named = [f"for speakers of {language}" if language else "for all" for language in step.languages]
    return f"{step.place}, {' or '.join(named)}"


def walk_json(found: Walk, day: date) -> str:
    """The same as an object."""
    steps = [
        {
            "place": step.place,
            "languages": [language or None for language in step.languages],
            "rows": [{"name": one.row.name, "speaks": one.speaks, "why": one.why} for one in step.considered],
        }
        for step in found.steps
    ]
    norm = None if found.found is None else _norm_object(found.found, day)
    return _json({"asked": found.asked, "official": found.official, "whose": found.place, "steps": steps, "norm": norm})
