"""A table's own tests: each runs through the straight line at every load, and a failing one stops the load (DESIGN §2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from edge.answer import outcome
from edge.doubts import doubts
from edge.request import NOBODY, posing
from edge.signals.moment import parse_at
from locales.findings import Finding, Severity, did_you_mean
from rules.tables import TableTest
from variants.selecting import Selection

if TYPE_CHECKING:
    from datetime import datetime

    from edge.site import Site


def check_examples(site: Site, now: datetime) -> tuple[Finding, ...]:
    """What the tables' tests found: an error where one fails, a warning where nobody understands what is given.

    A test without `at` runs as of `now`.
    """
    return tuple(
        finding for table in site.book.tables for test in table.tests for finding in _failures(site, test, now)
    )


def _failures(site: Site, test: TableTest, now: datetime) -> Iterator[Finding]:
    served = site.served.get(test.item)
    if served is None:
        cure = did_you_mean(test.item, site.served) or f"Items are: {', '.join(site.served) or 'none'}."
        yield _finding(test, f'The test "{test.name}" asks for the item "{test.item}", which there is not.', cure)
        return
    for problem, cure in doubts(test.given):
        yield _finding(test, f'In the test "{test.name}": {problem}', cure, Severity.warning)
    moment = now
    if "at" in test.given:
        parsed = parse_at(test.given["at"], site.settings.zone)
        if parsed is None:
            problem = f'The test "{test.name}" says at = "{test.given["at"]}", which is no moment.'
            yield _finding(test, problem, "Write 2026-12-24T20:00.")
            return
        moment = parsed
    request = posing(replace(NOBODY, moment=moment), test.given)
    found = site.catalog.paths.match(request.target) if request.target is not None and "url" in test.given else None
    if found is not None:
        request = request.with_language(found[1])
    _, _, selection = outcome(request, served, site, classed=False)
    got = answered(selection)
    for name, wanted in test.expect.items():
        if got.get(name, "") != wanted:
            problem = f'The test "{test.name}" expects {name} = "{wanted}", but gets "{got.get(name, "")}".'
            yield _finding(test, problem, f"The answer is {_told(got)}.")


def answered(selection: Selection) -> dict[str, str]:
    """What a test can expect of an answer."""
    return {
        "variant": selection.variant.id if selection.variant else "barred",
        "reason": selection.reason,
        "rule": selection.rule or "",
        "layer": selection.layer,
        "split": " ".join(map(str, selection.splits)),
        "experience": selection.experience,
        "confidence": selection.confidence.name,
        "language": selection.language.tag if selection.language else "",
    }


def _told(got: dict[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in got.items() if value)


def _finding(test: TableTest, problem: str, cure: str, severity: Severity = Severity.error) -> Finding:
    code = "failing-test" if severity is Severity.error else "given-value"
    return Finding(test.file, test.line, severity, code, problem, cure)
