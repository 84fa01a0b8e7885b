"""`isogloss norms`: lists, filters, explains, warns, exports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from edge.cli.commands import isogloss
from edge.cli.norm_lists import form_text
from locales import norm_rows
from locales.groups import Groups
from locales.laws import read_form
from locales.norm_tables import load_norm_table
from tests.edge.folders import demo_folder, publish

TODAY = ("--on", "2026-11-22")
OURS = """
[[norms]]
group = "dach"
kind = "documentary"
mode = ["voiceover", "sub"]
source = ["our own viewers; and their friends", "=a survey"]
basis = "observed"
confidence = "high"
year = 2026
review = 2027-03-01
note = "+ten points"

[[laws]]
id = "si-cinema"
territory = "SI"
bars = ["dub:sl"]
law = "Another act"
date = 2026-01-01
from = 2026-02-01
until = 2026-12-31
source = "our lawyer"
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = demo_folder(tmp_path / "site")
    folder.joinpath("locales").mkdir()
    publish(folder / "locales/ours.toml", OURS)
    return folder


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner(env={"ISOGLOSS_SITE": ""}).invoke(isogloss, ["norms", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def names(*arguments: object) -> list[str]:
    rows: list[dict[str, Any]] = json.loads(run("--json", *TODAY, *arguments).stdout)
    return [row["name"] for row in rows]


# Lists and filters


def test_it_lists_all_rows_with_what_they_rest_on() -> None:
    lines = run(*TODAY).stdout.splitlines()
    assert lines[-1] == "300 rows"
    at = lines.index("norm/ES  dub > sub  (high, stated, 2022, to be reviewed by 2033-01-01)")
    assert lines[at + 1] == "    Special Eurobarometer 386, Europeans and their Languages (European Commission, 2012)"


FILTERS: list[tuple[tuple[str, ...], list[str]]] = [
    (("--place", "UA"), ["norm/UA", "norm/UA/cinema", "norm/UA/tv"]),
    (("--country", "UA", "--channel", "tv"), ["norm/UA/tv"]),
    (("--place", "CH-GE"), ["norm/CH-GE/fr/cinema"]),
    (("--place", "CH", "--language", "fr-CH"), ["norm/CH/fr", "norm/CH/fr/cinema", "norm/CH-GE/fr/cinema"]),
    (("--place", "001"), ["norm/001/children"]),
    (("--place", "BR", "--age", "teen"), ["norm/BR/streaming/teen"]),
    (("--place", "MX", "--kind", "documentary"), ["norm/MX/documentary/cinema"]),
    (("--place", "AM", "--unverified"), ["norm/AM"]),
    (("--place", "AM", "--basis", "law"), ["norm/AM/cinema", "norm/AM/tv"]),
    (("--place", "AM", "--basis", "law", "--basis", "expert"), ["norm/AM", "norm/AM/cinema", "norm/AM/tv"]),
    (("--place", "AM", "--confidence", "high"), ["norm/AM/cinema"]),
    (("--place", "ES", "--stale", "--kind", "children"), ["norm/ES/children"]),
    (("--place", "ES", "--stale", "--confidence", "high"), []),
    (("--own",), []),
]


@pytest.mark.parametrize(("filters", "found"), FILTERS, ids=[" ".join(filters) for filters, _ in FILTERS])
def test_filters_leave_the_rows_that_pass_all_of_them(filters: tuple[str, ...], found: list[str]) -> None:
    assert names(*filters) == found


def test_a_sites_own_rows_are_listed_with_where_they_stand(site: Path) -> None:
    assert names("--own", "--site", site) == ["norm/@dach/documentary"]
    assert names("--place", "@dach", "--site", site) == ["norm/@dach/documentary"]
    lines = run("--own", "--site", site, *TODAY).stdout.splitlines()
    assert lines == [
        "norm/@dach/documentary  voiceover > sub  "
        "(high, observed, 2026, to be reviewed by 2027-03-01, locales/ours.toml:2)",
        "    our own viewers; and their friends",
        "    =a survey",
        "    Note: +ten points",
        "1 row",
    ]


# Stale and unverified


def test_stale_and_unverified_rows_are_warned_of_and_the_command_ends_well_all_the_same() -> None:
    result = run("--place", "CH", *TODAY)
    assert result.stderr == "warning: 11 rows are due for review on 2026-11-22. See them with --stale.\n"
    assert run("--place", "AM", *TODAY).stderr == (
        "warning: 1 row is due for review on 2026-11-22 (1 unverified). See them with --stale.\n"
        "warning: 1 row is unverified, and without any weight on this site. See them with --unverified.\n"
    )
    assert "(2 without a year)" in run("--place", "HU", *TODAY).stderr
    assert run("--place", "ES", "--confidence", "high", "--on", "2020-01-01").stderr == ""


def test_a_site_whose_unverified_rows_decide_is_told_so(site: Path) -> None:
    settings = site / "site.toml"
    publish(settings, settings.read_text("utf-8").replace("[preview]", 'least_confidence = "unverified"\n[preview]'))
    assert "unverified, and as good as any other on this site" in run("--place", "AM", "--site", site, *TODAY).stderr


def test_the_warning_counts_the_rows_that_stale_lists() -> None:
    warned = run(*TODAY).stderr.splitlines()[0]
    listed = [row for row in json.loads(run("--json", "--stale", *TODAY).stdout) if row["stale"]]
    unverified = sum(row["confidence"] == "unverified" for row in listed)
    undated = sum(row["review"] is None for row in listed) - unverified
    assert warned == (
        f"warning: {len(listed)} rows are due for review on 2026-11-22"
        f" ({unverified} unverified, {undated} without a year). See them with --stale."
    )
    assert run("--stale", *TODAY).stdout.splitlines()[-1] == f"{len(listed)} rows"


def test_a_kind_that_no_row_names_is_hinted_at() -> None:
    known = "Kinds: children, documentary.\n"
    assert run("--kind", "foo", *TODAY).stderr == f'note: No row names the kind "foo". {known}'
    meant = run("--kind", "childern", *TODAY)
    assert (meant.stdout, meant.stderr) == (
        "0 rows\n", f'note: No row names the kind "childern". Did you mean "children"? {known}'
    )  # fmt: skip
    assert "note:" not in run("--kind", "documentary", "--place", "ES", *TODAY).stderr


def test_strict_ends_with_1_where_there_is_something_to_warn_of() -> None:
    run("--place", "AM", "--strict", *TODAY, code=1)
    run("--why", "--place", "HU", "--strict", *TODAY, code=1)
    run("--why", "--place", "ES", "--strict", *TODAY)
    run("--place", "ES", "--confidence", "high", "--strict", "--on", "2020-01-01")


def test_the_more_time_passes_the_more_rows_are_stale() -> None:
    counts = [len(names("--stale", "--on", day)) for day in ("1990-01-01", "2026-11-22", "2100-01-01")]
    assert counts == sorted(counts)
    assert 0 < counts[0] < counts[1] < counts[2] == 300


def test_a_row_without_a_year_is_stale_and_said_to_have_none() -> None:
    told = run("--place", "SK", "--kind", "children", *TODAY).stdout
    assert "norm/SK/children  dub  (high, law, no year, stale)" in told


# Why


def test_why_walks_the_steps_and_says_of_each_row_what_became_of_it() -> None:
    lines = run("--why", "--place", "ES-CT", "--language", "ca", *TODAY).stdout.splitlines()
    assert lines[:2] == ["For ca in ES-CT (any kind, web):", "  ca is official in ES-CT, whose rows count."]
    assert lines[2].startswith("  1. ES-CT, for speakers of ca")
    assert "       → norm/ES  dub > sub: speaks" in lines
    assert "         norm/ES-CT/cinema  dub > original: is for the channel cinema" in lines
    assert lines[lines.index("       → norm/ES  dub > sub: speaks") - 1] == "  4. ES, for all"
    assert "    Special Eurobarometer 386, Europeans and their Languages (European Commission, 2012)" in lines


def test_why_takes_the_place_without_a_language_and_the_language_without_a_place() -> None:
    assert run("--why", "--place", "DE", *TODAY).stdout.startswith("For de in DE (any kind, web):")
    assert run("--why", "--language", "fr", "--kind", "children", "--age", "teen", *TODAY).stdout.startswith(
        "For fr in no known place (children, web, teen):\n  fr is asked for without a place; it is at home in FR"
    )
    made = json.loads(run("--why", "--place", "UA", "--channel", "cinema", "--json", *TODAY).stdout)
    assert (made["official"], made["whose"], made["norm"]["name"]) == (True, "UA", "norm/UA/cinema")
    assert made["norm"]["sources"][0]["text"].startswith("On the Ukrainian language in cinemas")
    assert [row["name"] for step in made["steps"] for row in step["rows"] if row["speaks"]] == ["norm/UA/cinema"]


def test_why_says_that_the_default_speaks_where_no_row_does() -> None:
    told = run("--why", "--language", "eo", *TODAY).stdout
    assert told.endswith("No row speaks; the default does: sub > dub.\n")
    assert "1. 001, for speakers of eo or for all" in told
    assert json.loads(run("--why", "--language", "eo", "--json").stdout)["norm"] is None


# Exports


def test_csv_is_the_shipped_table_byte_for_byte() -> None:
    rows = run("--csv", *TODAY).stdout.splitlines(keepends=True)
    shipped = norm_rows.DATA.joinpath("viewing_norms.csv").read_text("utf-8").splitlines(keepends=True)
    assert (rows[0], sorted(rows)) == (shipped[0], sorted(shipped))


def test_csv_with_rows_of_the_site_reads_back_without_loss_and_without_formulas(site: Path) -> None:
    table = run("--own", "--csv", "--site", site, *TODAY).stdout
    (row,) = load_norm_table(table, "export.csv", Groups.shipped())
    assert (row.place, row.sources, row.note) == (
        "@dach",
        ("our own viewers; and their friends", "=a survey"),
        "+ten points",
    )
    assert str(row.review_by) == "2027-03-01"
    line = table.splitlines()[1]
    assert line.startswith("'@dach,")
    assert ",'+ten points," in line


def test_json_has_every_source_in_full() -> None:
    rows = json.loads(run("--place", "UA", "--json", *TODAY).stdout)
    row = next(row for row in rows if row["name"] == "norm/UA/cinema")
    assert row == {
        "name": "norm/UA/cinema", "place": "UA", "language": None, "kind": None, "channel": "cinema", "age": None,
        "mode": ["dub", "sub"], "basis": "law", "confidence": "high", "year": 2023, "review": "2034-01-01", "stale": False,
        "sources": [
            {"key": "NNBY09", "text": "On the Ukrainian language in cinemas (Nasha Niva, 2009)"},
            {"key": "THR", "text": "Georgia to ban films in Russian language (The Hollywood Reporter, 2010)"},
            {"key": "RAZUMKOV23", "text": "Poll on English-language films (Razumkov Centre, 2023)"},
        ],
        "note": row["note"], "site": False, "file": "viewing_norms.csv", "line": row["line"],
    }  # fmt: skip


# Laws


def test_laws_are_listed_with_what_they_bar(site: Path) -> None:
    lines = run("--laws", "--place", "UA").stdout.splitlines()
    assert lines[0].startswith("law/ua-cinema  UA  Ruling of the Constitutional Court of Ukraine of 24 December 2007")
    assert lines[1] == "    kinds fiction, children, documentary, channels cinema; bars all but uk, original+uk"
    assert lines[-1] == "1 law"
    assert run("--laws", "--site", site, "--own").stdout.splitlines() == [
        "law/si-cinema  SI  Another act (2026-01-01), locales/ours.toml:13",
        "    kinds any, channels any; bars dub:sl; from 2026-02-01; until 2026-12-31",
        "    our lawyer",
        "1 law",
    ]
    listed = json.loads(run("--laws", "--channel", "tv", "--kind", "children", "--json").stdout)
    assert [law["name"] for law in listed] == ["law/ge-tv", "law/md-tv-children"]
    assert (listed[1]["only"], listed[1]["sources"][0]["key"]) == (["ro"], "MD-LEGE")


@pytest.mark.parametrize(
    "text", ["any", "es", "any+es", "original+es", "original:en", "dub", "dub:id", "voiceover:ru+uk"]
)
def test_forms_are_told_as_they_are_written(text: str) -> None:
    form = read_form("only", text, Groups.shipped())
    assert read_form("only", form_text(form), Groups.shipped()) == form
    assert form_text(form) == text


# Usage and faults


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--place", "SP"), '--place: "SP" is no territory. Did you mean "'),
        (("--place", "@dahc"), 'Did you mean "dach"?'),
        (("--language", "xx"), '--language: "xx" is no language.'),
        (("--on", "Christmas"), '--on: "Christmas" is no date; write 2026-12-31.'),
        (("--confidence", "sure"), "sure"),
        (("--why",), "--why needs a place or a language"),
        (("--why", "--place", "@dach"), "A visit is from a territory or a subdivision"),
        (("--why", "--place", "001"), "A visit is from a territory or a subdivision"),
        (("--laws", "--csv"), "--csv is for norms"),
        (("--csv", "--json"), "--json and --csv are two forms"),
        (("--json", "--csv"), "--json and --csv are two forms"),
        (("--place", "UK"), '"UK" is no territory. Did you mean "GB"?'),
    ],
)
def test_wrong_usage_names_what_was_meant(arguments: tuple[str, ...], told: str) -> None:
    result = run(*arguments, code=2)
    assert told in result.stderr
    assert result.stdout == ""


def test_a_norms_file_with_faults_is_told_with_file_line_and_cure(site: Path) -> None:
    publish(site / "locales/ours.toml", OURS.replace('"dach"', '"dahc"').replace('"voiceover"', '"voice"'))
    result = run("--site", site, code=1)
    assert 'locales/ours.toml:3: error: "dahc" is no group of territories.\n    Did you mean "dach"?' in result.stderr
    assert 'locales/ours.toml:5: error: "voice" is no mode.\n    Did you mean "voiceover"?' in result.stderr
