"""Findings: what a check has to say about a file, with place, value and cure.

A `check_` function returns findings and never raises. A `load_` function that cannot give a value raises `Faulty`, which
carries the same findings, so that a command, a reload and a test all show one form.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from enum import IntEnum

from msgspec import Struct


class Severity(IntEnum):
    """Only an error stops a load."""

    note = 0
    warning = 1
    error = 2


class Finding(Struct, frozen=True, order=True):
    """One thing to say about one place of a site.

    `file` is relative to the site's folder, `line` counts from 1 (0: the whole file), `problem` names the value, `cure` says
    what to write instead, `code` is a stable word such as `unknown-territory`. `witness` is somebody to try it with, as item
    and preview parameters: `business-class ?country=ES`.
    """

    file: str
    line: int
    severity: Severity
    code: str
    problem: str
    cure: str = ""
    witness: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        text = f"{place}: {self.severity.name}: {self.problem}"
        return "\n    ".join(filter(None, (text, self.cure, self.witness and f"try {self.witness}")))


class Faulty(ValueError):  # noqa: N818 - reads as what the site is
    """A site, a file or a row cannot be used as it stands. `findings` has at least one error."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those findings that stop a load."""
    return tuple(finding for finding in findings if finding.severity is Severity.error)


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """`Did you mean "ES"?`, or an empty text where nothing known is close to the value."""
    folded = {word.casefold(): word for word in known}
    close = difflib.get_close_matches(value.casefold(), list(folded), n=1, cutoff=0.5)
    return f'Did you mean "{folded[close[0]]}"?' if close else ""
