"""`isogloss map`: two files, what is said of them, and wrong usage."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge.cli.commands import isogloss
from edge.pages.texts import LANGUAGES
from edge.world.survey import NAMES
from tests.edge.folders import NO_RULES, demo_folder, publish

FILM = "business-class"


@pytest.fixture(autouse=True)
def _no_site_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ISOGLOSS_SITE", raising=False)


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(isogloss, ["map", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def drawn(folder: Path, *arguments: object) -> tuple[str, str]:
    """The picture and the page."""
    result = run(FILM, "--out", folder, *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return (folder / f"{FILM}.svg").read_text("utf-8"), (folder / f"{FILM}.html").read_text("utf-8")


def test_it_writes_the_picture_and_the_page_and_counts(tmp_path: Path) -> None:
    result = run(FILM, "--out", tmp_path / "new" / "maps")
    lines = result.stdout.splitlines()
    assert lines[:2] == [f"wrote {tmp_path / 'new' / 'maps' / FILM}{end}" for end in (".svg", ".html")]
    counts = dict(part.split(" ") for part in lines[2].split(", "))
    assert sum(map(int, counts.values())) == 250
    assert list(counts) == ["original", "dub", "sub", "foreign"]


def test_the_page_needs_nothing_beside_it(tmp_path: Path) -> None:
    picture, page = drawn(tmp_path)
    assert picture.startswith('<svg class="world" role="img"')
    assert page.startswith("<!doctype html>")
    assert "Germany: Dubbed · de-dub (norm/DE)" in picture
    assert "Spain: Subtitled · es-sub (airline/es-original)" in page
    assert "<a " not in page
    assert "src=" not in page


def test_without_the_rule_spain_is_dubbed_by_norm(tmp_path: Path) -> None:
    site = demo_folder(tmp_path / "site")
    publish(site / "rules" / "airline.toml", NO_RULES)
    picture, _ = drawn(tmp_path, "--site", site)
    assert "Spain: Dubbed · es-dub (norm/ES)" in picture


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_every_language_of_the_pages(tmp_path: Path, language: str) -> None:
    _, page = drawn(tmp_path, "--ui", language)
    assert f'<html lang="{language}"' in page


def test_the_visitor_can_be_described_but_for_the_place(tmp_path: Path) -> None:
    told = run("--help").stdout
    assert [name for name in NAMES if f"--{name.replace('_', '-')} " not in told] == []
    assert "--country" not in told
    _, page = drawn(tmp_path, "--accept-language", "de-DE,de", "--at", "2026-12-24")
    assert "Spain: Subtitled · de-sub" in page
    assert "accept_language=de-DE,de" in page
    refused = run(FILM, "--country", "ES")
    assert refused.exit_code == 2
    assert "No such option" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("busines-class",), 'Did you mean "business-class"?'),
        ((FILM, "--at", "soon"), '"soon" is no moment'),
        ((FILM, "--ui", "tlh"), "tlh"),
    ],
)
def test_wrong_usage_ends_with_2(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    result = run(*arguments, "--out", tmp_path)
    assert result.exit_code == 2
    assert told in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_text("", "utf-8")
    result = run(FILM, "--out", tmp_path / "file" / "maps")
    assert result.exit_code == 1
    assert "cannot be written to" in result.stderr
