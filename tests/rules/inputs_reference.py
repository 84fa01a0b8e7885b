"""The reference of inputs as a page: `python -m tests.rules.inputs_reference > docs/inputs.md` writes it anew."""

from __future__ import annotations

from collections.abc import Mapping

from rules.inputs import INPUTS, VISITOR_NAMES, Input

HEAD = """# Inputs

What a rule can ask about, and what that is read from. This page is made from the table in `rules/inputs.py`.

A cell is a list of values, and one value may stand alone. `["DE", "AT"]` means either, `["!tv"]` means not, and with both at
least one of the first and none of the second. An empty or missing cell always holds. A range such as `"18..23"` includes both
ends and may wrap: `"22..2"`. An input of which nothing is known matches only an empty cell or the word `unknown`.

**Level** is the least consent with which an input is read: 0 this request only, 1 functional, 2 personal. Without it the
input is blank. **Fields** are request header fields; a trusted hop may send others, which the site's settings name.
"""

VALUES: Mapping[str, str] = {
    "territory": 'ISO 3166-1 alpha-2 (`"DE"`), a group (`"@dach"`), a region of UN M49 (`"@419"`)',
    "region": 'ISO 3166-2 (`"ES-CT"`)',
    "tag": 'BCP 47 (`"es"`, `"es-MX"`, `"zh-Hant"`); a wide tag includes narrow ones, `"es-419"` includes `es-MX`',
    "hour": '0 to 23, ranges (`"18..23"`)',
    "date": 'ISO dates (`"2026-12-24"`), ranges (`"2026-12-24..2027-01-06"`)',
    "text": "any text, without regard to capital letters",
    "words": 'runs of whole words; a star makes the first or last one an end or a beginning: `"flug*"`, `"cheap flight*"`',
    "unit": "any text of 128 characters at most, with regard to capital letters, not in cells",
    "choice": "`language=es, mode=sub, variant=ID, captions=?1`, not in cells",
}

TAIL = """
## How a visitor is described

The same names serve as flags, as `given` in a table's tests, as members of `--jsonl` and as preview parameters; values are
texts as in a query, numbers and booleans are accepted.

"""


def reference() -> str:
    """The page."""
    names = "\n".join(f"- `{name}`" for name in VISITOR_NAMES)
    return HEAD + "".join(map(_section, INPUTS.values())) + TAIL + names + "\n"


def _section(row: Input) -> str:
    rows = {
        "values": _values(row),
        "a visitor has": "any number of them" if row.many else "one, or nothing is known",
        "fields": ", ".join(f"`{name}`" for name in row.fields) or "none",
        "level": "does not matter" if row.level is None else str(row.level),
        "in cells": "yes" if row.cell else "no",
    }
    lines = "\n".join(f"| {name} | {text} |" for name, text in rows.items())
    return f"\n### {row.name}\n\n{row.description}\n\n| | |\n|---|---|\n{lines}\n"


def _values(row: Input) -> str:
    listed = ", ".join(f"`{value}`" for value in row.values)
    if row.kind == "cycle":
        return f'{listed}, ranges (`"{row.values[-2]}..{row.values[0]}"`)'
    if row.kind == "name":
        return f"{listed} and others of the site's own" if listed else "an id"
    return VALUES.get(row.kind, listed)


if __name__ == "__main__":
    print(reference(), end="")
