"""The tables of docs/how-a-language-is-chosen.md are read out of the page and run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from locales.matching import (
    NEAR_SPOKEN,
    NEAR_WRITTEN,
    OWN_SPOKEN,
    OWN_WRITTEN,
    spoken_distance,
    written_distance,
)
from locales.ranges import LanguageRanges
from locales.words import words
from rules.context import Choice, Context
from rules.languages import NAMED, visitor_languages

PAGE = Path(__file__).parent.parent / "docs" / "how-a-language-is-chosen.md"
TEXT = PAGE.read_text("utf-8")


def table(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head, and without backticks."""
    below = TEXT.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in below.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in row.strip("|").split("|")] for row in rows[2:]]


EXAMPLES = table("Worked examples")


#: What stands in the column `besides`: the origin, and what it says.
BESIDES = re.compile(r"the (address|search|choice|cookie|rule) (.+)|(a page)?")


def context_of(place: str, header: str, origin: str | None, what: str) -> Context:
    choices = {"choice": "query", "cookie": "cookie"}
    return Context(
        country=None if place == "nowhere" else place[:2],
        region=place if "-" in place else None,
        ranges=LanguageRanges.from_header(header),
        url_language=what.strip("/") if origin == "address" else None,
        terms=words(what) if origin == "search" else (),
        choice=Choice(language=what, origin=choices[origin]) if origin in choices else None,
    )


@pytest.mark.parametrize("row", EXAMPLES, ids=" ".join)
def test_a_worked_example(row: list[str]) -> None:
    place, header, besides, policy, expected = row
    found = BESIDES.fullmatch(besides)
    assert found is not None
    origin, what, page = found.groups()
    rule = what if origin == "rule" else None
    listing = visitor_languages(context_of(place, header, origin, what), page is None, "en", policy, rule)
    assert ", ".join(f"{one.tag} {one.origin} {one.confidence.name}" for one in listing.listed) == expected


@pytest.mark.parametrize("row", table("Ear and eye"), ids=" ".join)
def test_ear_and_eye(row: list[str]) -> None:
    want, have, eye, ear = row
    assert said(written_distance(want, have), OWN_WRITTEN, NEAR_WRITTEN) == eye
    assert said(spoken_distance(want, have), OWN_SPOKEN, NEAR_SPOKEN) == ear


def said(distance: int, own: int, near: int) -> str:
    return "own" if distance <= own else "near" if distance <= near else "no"


def test_the_order_of_evidence_is_the_one_of_the_code() -> None:
    """One visitor of whom everything is known, in an ambiguous place."""
    origins = [row[0] for row in table("The order of evidence")]
    assert origins[: len(NAMED)] == list(NAMED)
    strong = Context(country="CH", ranges=LanguageRanges(("sv",)), terms=words("vuelos"), url_language="pl")
    listed = visitor_languages(strong, True, "en", "hedge", "nl").listed
    assert [entry.origin for entry in listed] == ["url", "rule", "header", "terms"]
    silent = visitor_languages(Context(country="DE", terms=words("vuelos")), True, "en", "hedge").listed
    assert [entry.origin for entry in (*listed[-2:], *silent[1:])] == origins[4:7]


def test_the_examples_show_every_origin_and_every_policy() -> None:
    shown = {entry.split()[1] for row in EXAMPLES for entry in row[4].split(", ")}
    assert shown == {row[0] for row in table("The order of evidence")}
    assert {row[3] for row in EXAMPLES} == {row[0].removesuffix(" (default)") for row in policies()}
    assert len(EXAMPLES) >= 30


def policies() -> Iterator[list[str]]:
    """The rows of the table of policies."""
    below = TEXT.split("| `weak_header` |", 1)[1].split("\n\n", 1)[0]
    yield from (
        [cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in below.splitlines()[2:]
    )


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([\w./-]+)(?:#[\w-]+)?\)", TEXT):
        assert (PAGE.parent / target).exists(), target
