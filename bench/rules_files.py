"""The same rules as an editor would write them: a table in TOML, bulk rows in CSV, and a whole site that has one of the two."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.rules_made import INPUTS, MadeRule
from bench.sites import demo_site

#: The id of the table and the stem of its files.
TABLE = "rows"
HEAD = f'[table]\nid = "{TABLE}"\n'

#: Rows of one file: a site's file has 8 MiB at the most, and a table may have several.
ROWS = 50_000

_MODES = ("sub>dub", "dub>sub")
_FOCUS = ("fares", "miles", "lounge", "family")


def csv_text(rules: Sequence[MadeRule]) -> str:
    """Bulk rows: every input a column, then what the rule says and why."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["id", *(f"when.{name}" for name in INPUTS), "mode", "tags.focus", "why.en"])
    for number, rule in enumerate(rules):
        cells = ["|".join(rule.when.get(name, ())) for name in INPUTS]
        writer.writerow([rule.id, *cells, _MODES[number % 2], _FOCUS[number % 4], _why(rule)])
    return file.getvalue()


def toml_text(rules: Sequence[MadeRule]) -> str:
    """The same as a table of its own."""
    return "\n".join([HEAD, *(_toml_rule(number, rule) for number, rule in enumerate(rules))])


def _toml_rule(number: int, rule: MadeRule) -> str:
    when = ", ".join(f"{name} = {_listed(wanted)}" for name, wanted in rule.when.items())
    said = f'mode = {_listed(_MODES[number % 2].split(">"))}, tags = {{ focus = "{_FOCUS[number % 4]}" }}'
    return f'[[rules]]\nid = "{rule.id}"\nwhen = {{ {when} }}\nthen = {{ {said} }}\nwhy = "{_why(rule)}"\n'


def _why(rule: MadeRule) -> str:
    return f"Campaign {rule.id}"


def _listed(values: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


def site_with(folder: Path, files: Mapping[str, str]) -> Path:
    """The demo with those files of one table in the place of all its own."""
    demo_site(folder)
    site = folder / "site.toml"
    site.write_text(re.sub(r"(?m)^tables = \[.*?\]", f'tables = ["{TABLE}"]', site.read_text()))
    for own in (folder / "rules").iterdir():
        own.unlink()
    for name, text in files.items():
        (folder / "rules" / name).write_text(text)
    return folder


def _csv_files(rules: Sequence[MadeRule]) -> Mapping[str, str]:
    starts = range(0, len(rules), ROWS)
    return {f"{TABLE}.part{start // ROWS}.csv": csv_text(rules[start : start + ROWS]) for start in starts}


#: The files of a table, by the form that an editor keeps it in.
FORMS: Mapping[str, Callable[[Sequence[MadeRule]], Mapping[str, str]]] = {
    "toml": lambda rules: {f"{TABLE}.toml": toml_text(rules)},
    "csv": lambda rules: {f"{TABLE}.toml": HEAD, **_csv_files(rules)},
}
