"""`isogloss place`: facts of a place for people, and as `/v1/places` has them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from edge import public_holidays
from edge.public_holidays import NOT_INSTALLED
from tests.edge.cli.test_commands import good, misused, run
from tests.edge.folders import demo_folder, publish
from tests.edge.sites import demo_site, norms_file, visitor


@pytest.fixture(autouse=True)
def _no_site_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ISOGLOSS_SITE", raising=False)


def rows(*arguments: object) -> dict[str, list[str]]:
    """What is printed for people, by the name of the row; the headline stands under an empty name."""
    headline, *lines = good("place", *arguments).splitlines()
    found: dict[str, list[str]] = {"": [headline]}
    name = ""
    for line in lines:
        name = line[2:12].strip() or name
        found.setdefault(name, []).append(line[13:])
    return found


def test_a_country_is_told_in_rows() -> None:
    told = rows("ES")
    assert told[""] == ["Spain (ES)"]
    assert told["names"] == ["Spain (en)", "España (es)"]
    assert told["official"] == ["Spanish (es), 99 %, official, Latn ltr"]
    assert told["regional"][0] == "Catalan (ca), 17 %, official regional, Latn ltr"
    assert told["spoken"][0] == "English (en), 24 %"
    assert told["visitors"] == ["es"]
    assert told["money"] == ["EUR since 1999-01-01"]
    assert told["week"] == ["begins on mon; free: sat sun"]
    assert told["hours"] == ["0-23 (H; allowed H hB h hb)"]
    assert told["calendars"] == ["gregorian"]
    assert told["measures"] == ["metric, celsius, paper A4"]
    assert "@eu" in told["groups"][0]
    assert told["norms"][0].startswith("norm/ES: dub > sub  (high, ")
    assert "CLDR 48.2" in told["sources"]
    assert not {"not told", "laws", "holidays"} & set(told)


def test_a_subdivision_says_where_it_lies_and_what_is_not_told_of_it() -> None:
    told = rows("es-b", "--in", "de")
    assert told[""] == ["ES-B in ES-CT in Spanien (ES)"]
    assert told["official"][2] == "Okzitanisch (oc), official, Latn ltr"
    assert len(told["not told"]) == 2


def test_what_differs_elsewhere_is_seen() -> None:
    assert rows("HU")["official"] == ["Hungarian (hu), 100 %, official, Latn ltr, surname first"]
    assert rows("CH")["visitors"][0].endswith(", but the place leaves open which")
    assert rows("AQ")["visitors"] == ["unknown"]
    assert rows("AQ")["money"] == ["none"]
    assert rows("BN")["week"] == ["begins on mon; free: fri sun"]
    assert "hne, 1.1 %" in rows("IN")["spoken"]
    assert rows("SI")["laws"][0].startswith("law/si-cinema: ")
    assert "laws" not in rows("MX")
    assert any("decides nothing" in line for line in rows("GB")["norms"])


def test_a_day_brings_its_money_and_its_holidays() -> None:
    told = rows("BG", "--date", "2025-12-24")
    assert told["money"] == ["BGN since 1999-07-05 until 2026-01-31"]
    assert told["holidays"][0] == f"2025-12-24: Christmas Eve  (of BG, by {public_holidays_source()})"
    assert "2025-03-03 Liberation Day" in told["holidays"]
    assert rows("BG", "--date", "2025-12-23")["holidays"][0].startswith("2025-12-23: none  ")
    assert "2001 to 2035" in rows("IN", "--date", "1990-01-01")["holidays"][-1]


def public_holidays_source() -> str:
    from holidays.version import __version__

    return f"holidays {__version__}"


def test_without_the_package_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    public_holidays._year.cache_clear()
    told = rows("ES", "--date", "2026-12-25")
    assert "holidays" not in told
    assert told["not told"] == [NOT_INSTALLED]


ARGUMENTS: dict[str, tuple[str, ...]] = {
    "ES": ("ES",),
    "ES-CT?date=2026-12-26&in=ca": ("es-ct", "--date", "2026-12-26", "--in", "ca"),
}


@pytest.mark.parametrize(("path", "arguments"), ARGUMENTS.items())
def test_json_is_what_http_answers(path: str, arguments: tuple[str, ...]) -> None:
    with visitor(demo_site()) as ask:
        answered = ask.get(f"/v1/places/{path}").json()
    assert json.loads(good("place", *arguments, "--json")) == answered


def test_the_sites_own_norms_are_told(tmp_path: Path) -> None:
    site = demo_folder(tmp_path / "site")
    site.joinpath("locales").mkdir(exist_ok=True)
    publish(site / "locales/ours.toml", norms_file([{"territory": "ES", "mode": ["sub"], "kind": "documentary"}]))
    assert rows("ES", "--site", site)["norms"][0] == "norm/ES/documentary: sub  (high, observed, 2026)"


@pytest.mark.parametrize(("code", "today"), [("uk", "GB"), ("ESP", "ES"), ("fr-gp", "GP"), ("CN-HK", "HK")])
def test_another_code_is_understood_and_told_beside_the_answer(code: str, today: str) -> None:
    result = run("place", code)
    assert result.exit_code == 0
    assert result.stderr == f'note: "{code}" is taken for {today}, the code that it has today.\n'
    assert result.stdout == good("place", today)


def test_wrong_usage_names_what_was_meant() -> None:
    cases: dict[tuple[str, ...], str] = {
        ("Spain",): 'There is no place of that code. Did you mean "ES"?',
        ("ES-ZZ",): 'Did you mean "ES-',
        ("YU",): "Today's codes are: RS, ME.",
        ("ES", "--date", "Christmas"): "date takes a day of the calendar, such as 2026-12-25.",
        ("ES", "--in", "xx"): "in takes a language as a BCP 47 tag",
        ("ES", "--in", "tlh"): "There are no names in that language.",
        (): "Missing argument 'PLACE'",
    }
    assert [arguments for arguments, told in cases.items() if told not in misused("place", *arguments)] == []
