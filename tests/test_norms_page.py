"""`docs/norms.md` says what the data says, and gives every law that a norm rests on either a bar or a reason."""

from __future__ import annotations

import re
import runpy
from typing import Any

import pytest
from click.testing import CliRunner

from edge.cli.commands import isogloss
from locales.findings import errors
from locales.laws import shipped_laws
from locales.norm_tables import shipped_rows
from tests.conftest import REPOSITORY
from tests.edge.sites import make_site
from variants.bars import fallback

PAGE = REPOSITORY / "docs" / "norms.md"
TEXT = PAGE.read_text("utf-8")
SCRIPT: dict[str, Any] = runpy.run_path(str(REPOSITORY / "scripts" / "norms-page"))


def test_the_tables_of_the_page_are_what_the_data_says() -> None:
    assert SCRIPT["made"](TEXT) == TEXT, "run scripts/norms-page"


def test_a_page_that_has_drifted_is_noticed() -> None:
    drifted = TEXT.replace("| all | 116 |  |", "| all | 117 |  |")
    assert drifted != TEXT
    assert SCRIPT["made"](drifted) == TEXT
    with pytest.raises(ValueError, match="the page has the tables"):
        SCRIPT["made"](TEXT.replace("made by scripts/norms-page: laws", "made by hand"))


def test_the_page_counts_every_row_once() -> None:
    rows = len(shipped_rows())
    assert re.search(rf"\| all \|( \d+ \|)+ {rows} \|", TEXT)
    due = re.search(r"norms-page: reviews -->(.*?)<!-- end -->", TEXT, re.S)
    assert due is not None
    assert sum(int(count) for count in re.findall(r"\| (\d+) \|$", due[1], re.M)) == rows


def test_every_norm_that_rests_on_a_law_has_a_law_that_bars_or_a_reason_why_none_does() -> None:
    reasons = set(re.findall(r"^\| ([A-Z]{2})(?:, \w+)? \| [A-Z]", TEXT.partition("## Law is separate")[2], re.M))
    barring = {law.place for law in shipped_laws()}
    assert {row.place for row in shipped_rows() if row.basis == "law"} == reasons | barring


def test_what_the_page_has_an_editor_write_loads() -> None:
    examples = "\n".join(re.findall(r"```toml\n(.*?)```", TEXT, re.S))
    site = make_site({"locales/ours.toml": examples})
    assert not errors(site.findings)
    assert [row.name for row in site.book.norms.rows if row.site] == ["norm/ES/documentary"]
    own = {"house-cinema", "mx-cinema"}
    assert {law.id for law in site.laws if law.site} == own
    assert {law.id for law in site.laws} == {law.id for law in shipped_laws()} - {"si-cinema"} | own


#: A film as an editor writes it: its variants, whether laws are off, and what it falls back on.
CINEMA = """[item]
id = "film"
kind = "fiction"
channel = "{channel}"
original_language = "en"
fallback = "original"
"""
FALLBACKS: list[tuple[str, dict[str, list[str]], str, str | None]] = [
    ("cinema", {"original": [], "ukrainian": ["uk"], "slovenian": ["sl"]}, "", None),
    ("web", {"original": [], "ukrainian": ["uk"]}, "", "original"),
    ("cinema", {"original": [], "both": ["uk", "sl"]}, "", "both"),
    ("cinema", {"original": [], "ukrainian": ["uk"]}, "ua-cinema si-cinema", "original"),
    ("cinema", {"original": [], "ukrainian": ["uk"]}, "ua-cinema", None),
]


@pytest.mark.parametrize(("channel", "variants", "off", "expected"), FALLBACKS)
def test_what_the_page_says_of_films_for_the_cinema_and_their_fallback(
    channel: str, variants: dict[str, list[str]], off: str, expected: str | None
) -> None:
    film = CINEMA.format(channel=channel) + "".join(
        f'[[variants]]\nid = "{name}"\naudio = "en"\nurl = "https://media.example/{name}"\nsubtitles = {texts}\n'
        for name, texts in variants.items()
    )
    laws = "".join(f'[[laws]]\nid = "{law}"\noff = true\n' for law in off.split())
    site = make_site({"variants/film.toml": film, "locales/laws.toml": laws})
    found = fallback(site.served["film"].item)
    assert (found and found.id) == expected
    assert ("no-fallback" in {one.code for one in site.findings}) is (expected is None)


def test_the_commands_of_the_page_run() -> None:
    commands = re.findall(r"^isogloss (norms[^\n]*?)(?: {2,}.*)?$", TEXT, re.M)
    assert len(commands) >= 8
    for command in commands:
        assert CliRunner(env={"ISOGLOSS_SITE": ""}).invoke(isogloss, command.split()).exit_code == 0, command


def test_places_of_the_page_are_places() -> None:
    listed = re.search(r"norms-page: territories -->(.*?)<!-- end -->", TEXT, re.S)
    assert listed is not None
    places = set(re.findall(r"\b[A-Z]{2}\b", listed[1]))
    assert places == {row.place.partition("-")[0] for row in shipped_rows()} - {"001"}
