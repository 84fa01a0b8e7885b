"""Faults of bulk rows, as an editor at a spreadsheet meets them: the column, the value, what to write instead, and an end."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from locales.documents import Document
from locales.findings import Faulty, Finding
from locales.groups import Groups
from rules.bulk import MOST_FAULTS, parse_bulk
from rules.loading import load_table
from tests.conftest import UNMEASURED

FILE = "rules/t.csv"


def faults(text: str) -> tuple[Finding, ...]:
    document = Document("rules/t.toml", {"table": {"id": "t"}}, lambda path: 1)
    with pytest.raises(Faulty) as caught:
        load_table(document, Groups.shipped(), zone=ZoneInfo("Europe/Berlin"), bulk=[parse_bulk(text, FILE)])
    return caught.value.findings


#: A column, a cell of it, and problem and cure of the one finding.
CELLS: list[tuple[str, str, str, str]] = [
    ("id", "1E+05", '"1E+05" cannot be an id.', "begin with a letter"),
    ("id", "none", '"none" has a meaning of its own.', "another id"),
    ("country", "UK", '"UK" is not a territory', 'Did you mean "GB"?'),
    ("country", "DE||AT", "an empty value for country.", "where everything holds"),
    ("country", "DE|!DE", 'country = ["DE", "!DE"] can never hold.', "opposite"),
    ("country", '"DE, AT"', '"DE, AT" is not a territory', "Values of one cell have | between them: DE|AT"),
    ("country", "!DE/!AT", '"DE/!AT" is not a territory', "| between them: !DE|!AT"),
    ("country", "@dach;FR", '"@dach;FR" is not a group', "| between them: @dach|FR"),
    ("country", '"DE, Austria"', '"DE, Austria" is not a territory', "Territories are two capital letters"),
    ("region", "es-ct", '"es-ct" is not a subdivision', 'Did you mean "ES-CT"?'),
    ("when.language", "german", '"german" is not a language', 'Did you mean "de"?'),
    ("when.hour", "18-23", '"18-23" is not an hour.', "18..23"),
    ("hour", "7.0", '"7.0" is not an hour.', "0 to 23"),
    ("date", "24/12/2026", '"24/12/2026" is not a date.', "2026-12-24"),
    ("captions", "TRUE", '"TRUE" is not a value of captions.', "yes, no"),
    ("device", "tv>phone", '"tv>phone" is not a value of device.', "| between them: tv|phone"),
    ("mode", "subs", '"subs" is not a mode.', 'Did you mean "sub"?'),
    ("then.mode", '"sub, dub"', '"sub, dub" is not a mode.', "Values of one cell have > between them: sub>dub"),
    ("mode", "sub|dub", '"sub|dub" is not a mode.', "> between them: sub>dub"),
    ("mode", "sub>sub", '"sub" stands there twice.', "Keep one."),
    ("variant", "De Dub", '"De Dub" cannot be an id.', "small letters"),
    ("then.language", "spanish", '"spanish" is not a language', 'Did you mean "es"?'),
    ("tags.Market", "x", '"Market" cannot be an id.', "small letters"),
    ("from", "12/24/2026", '"12/24/2026" is neither a date nor a time.', "2026-12-24"),
    ("until", "46380", '"46380" is neither a date nor a time.', "2026-12-24T20:00"),
    ("why.xx-y", "no", '"xx-y" is not a language', "BCP 47"),
]  # fmt: skip

#: The shortest name of a column.
SHORT = {"when.hour": "hour", "then.mode": "mode"}


@pytest.mark.parametrize(("column", "cell", "problem", "cure"), CELLS, ids=[f"{row[0]}={row[1]}" for row in CELLS])
def test_a_fault_of_a_cell_names_file_line_column_value_and_cure(
    column: str, cell: str, problem: str, cure: str
) -> None:
    given = {"id": "a", "tags.ok": "yes", column: cell}
    [found] = faults(f"{','.join(given)}\n\n{','.join(given.values())}\n")
    assert (found.file, found.line) == (FILE, 3)
    assert found.problem.startswith(f'Column "{SHORT.get(column, column)}": {problem}')
    assert cure in found.cure


def test_a_row_that_says_nothing_is_told_which_columns_say_something() -> None:
    [found] = faults("id,country,mode\na,DE,\n")
    assert (found.line, found.problem) == (2, "The rule says nothing.")
    assert found.cure == "Fill a cell of variant, then.language, mode or tags.NAME."


def test_a_schedule_that_ends_before_it_begins_is_a_fault_of_its_end() -> None:
    [found] = faults("id,mode,from,until\na,sub,2027-01-01,2026-01-01\n")
    assert found.problem == 'Column "until": The rule ends (2026-01-01) before it begins (2027-01-01).'


ROWS = 3 * MOST_FAULTS


def test_faults_of_rows_are_told_up_to_a_number() -> None:
    """Rows are read column by column: those of the first that is spoilt come first."""
    found = faults("id,country,hour,mode\n" + "".join(f"r{row},DEU,24,sub\n" for row in range(ROWS)))
    assert len(found) == MOST_FAULTS + 1
    [last] = (one for one in found if one.code == "too-many-faults")
    assert last.line == max(one.line for one in found) == MOST_FAULTS + 1
    assert {one.code for one in found} == {"unknown-territory", "too-many-faults"}
    found = faults("id,mode\n" + "a,sub\n" * ROWS)
    assert [one.code for one in found] == ["duplicate-id"] * MOST_FAULTS


@UNMEASURED
def test_of_100_000_rows_the_one_bad_cell_is_named() -> None:
    rows = [f"r{row},DE,c{row},sub\n" for row in range(100_000)]
    rows[77_777] = "r77777,ED,c77777,sub\n"
    [found] = faults("id,country,campaign,mode\n" + "".join(rows))
    assert (found.line, found.code) == (77_779, "unknown-territory")
    assert '"ED"' in found.problem
