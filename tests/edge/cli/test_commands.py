"""The commands: what they print for people and as JSON, and how they end: 0 good, 1 findings, 2 wrong usage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from edge import __version__, serving
from edge.cli.commands import COMMANDS, isogloss
from edge.site import DEMO
from rules.inputs import VISITOR_NAMES
from tests.edge.folders import NO_RULES, add, change, demo_folder, publish

FILM = "business-class"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return demo_folder(tmp_path / "site")


@pytest.fixture(autouse=True)
def _no_site_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ISOGLOSS_SITE", raising=False)


def run(*arguments: object, stdin: str | bytes = "", **environment: str) -> Result:
    result = CliRunner(env=environment).invoke(isogloss, [str(argument) for argument in arguments], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def good(*arguments: object, stdin: str | bytes = "", **environment: str) -> str:
    """What a command prints that ends well."""
    result = run(*arguments, stdin=stdin, **environment)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def misused(*arguments: object) -> str:
    """What a command says that was used wrongly."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: ")
    return result.stderr


# decide, for people


def test_decide_tells_people_the_variant_and_why() -> None:
    lines = good("decide", FILM, "--country", "ES", "--accept-language", "es-ES,es;q=0.9").splitlines()
    assert lines[0] == "es-sub  (sub)"
    assert lines[1].startswith("  because of  airline/es-original: Nuestros viajeros españoles")
    assert lines[2].startswith("  overrode    norm/ES (dub > sub), ")
    assert lines[3] == "  confidence  high"
    assert lines[4].startswith('  key         "business-class;')


def test_decide_without_a_rule_or_norm_says_default() -> None:
    lines = good("decide", FILM, "--accept-language", "en-GB").splitlines()
    assert lines[:2] == ["original  (original)", "  because of  default"]


@pytest.mark.parametrize("country", ["PT", "BR", "AO", "MZ", "MO"])
def test_where_portuguese_is_heard_nobody_is_given_a_spanish_dub(country: str) -> None:
    assert good("decide", FILM, "--country", country).splitlines()[0] == "original  (original)"
    assert good("decide", FILM, "--country", country, "--choose", "mode=dub").splitlines()[0] == "original  (original)"


def test_a_choice_that_counts_for_nothing_is_told_beside_the_answer() -> None:
    for command in ("decide", "explain"):
        result = run(command, FILM, "--country", "DE", "--choose", "mode=zz")
        assert result.exit_code == 0
        assert result.stderr == 'note: "zz" is no mode. Use one of: original, sub, dub, voiceover.\n'
        assert result.stdout == good(command, FILM, "--country", "DE")


def test_decide_reads_every_name_of_a_visitor_as_a_flag() -> None:
    told = good("decide", "--help")
    assert [name for name in VISITOR_NAMES if f"--{name.replace('_', '-')} " not in told] == []
    values = {
        "country": "DE",
        "region": "DE-BE",
        "device": "tv",
        "consent": "2",
        "age": "adult",
        "at": "2026-12-24T20:00",
        "choose": "captions=?0",
    }
    flags = [text for name in VISITOR_NAMES for text in (f"--{name.replace('_', '-')}", values.get(name, "x"))]
    assert good("decide", FILM, *flags).startswith("de-dub")


def test_an_empty_flag_is_no_flag() -> None:
    assert good("decide", FILM, "--country", "", "--at", "") == good("decide", FILM)


def test_a_value_that_nobody_understands_is_told_beside_the_answer() -> None:
    result = run("decide", FILM, "--country", "UK", "--region", "ES-XX", "--device", "telly", "--consent", "7")
    assert result.exit_code == 0
    assert result.stdout.startswith("original")
    assert result.stderr.splitlines() == [
        'note: "UK" is no country of ISO 3166-1. Did you mean "GB"?',
        'note: "ES-XX" is no region of ISO 3166-2. Write one such as "ES-CT".',
        'note: "telly" is no device. Use one of: phone, tablet, desktop, tv, console, wearable, bot, other.',
        'note: "7" is no consent. Use one of: 0, 1, 2, 3.',
    ]


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert good("decide", FILM, "--q", b"\xff\xfe".decode("utf-8", "surrogateescape")).startswith("original")


def test_a_barred_item_says_so(site: Path) -> None:
    film = site / "variants/business-class.toml"
    publish(film, film.read_text("utf-8").replace("url = ", 'not_in = ["US"]\nurl = '))
    assert good("decide", FILM, "--site", site, "--country", "US").startswith(
        "barred  (nothing is left)\n  because of  barred\n"
    )
    assert json.loads(good("decide", FILM, "--site", site, "--country", "US", "--json")) == {
        "item": FILM, "variant": None, "decision": {"reason": "barred"}
    }  # fmt: skip
    line = good("decide", FILM, "--site", site, "--jsonl", stdin='{"country": "US"}')
    assert json.loads(line)["variant"] == "barred"


# decide, as JSON


def test_decide_prints_the_manifest_as_json() -> None:
    manifest = json.loads(good("decide", FILM, "--country", "ES", "--json"))
    assert (manifest["item"], manifest["variant"]["id"]) == (FILM, "es-sub")
    assert manifest["decision"]["rule"] == "airline/es-original"
    assert manifest["decision"]["overrode"][0]["rule"] == "norm/ES"


def jsonl(stdin: str | bytes, *flags: object) -> tuple[int, list[dict[str, Any]]]:
    result = run("decide", FILM, "--jsonl", *flags, stdin=stdin)
    assert result.stderr == ""
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def test_jsonl_answers_one_line_for_each_visitor() -> None:
    stdin = '{"country": "ES"}\n\n  \n{"country": "DE", "gpc": true, "consent": 0, "q": null}\n{}'
    code, answers = jsonl(stdin)
    assert code == 0
    assert [[*answer] for answer in answers] == [["variant", "reason", "rule", "confidence", "key"]] * 3
    assert [[*answer.values()] for answer in answers] == [
        ["es-sub", "rule", "airline/es-original", "medium", "business-class;country=ES"],
        ["de-dub", "norm", "norm/DE", "medium", "business-class;country=DE"],
        ["original", "default", None, "low", "business-class"],
    ]


def test_jsonl_answers_thousands_in_their_order() -> None:
    countries = ["DE", "ES", "FR"] * 1500
    code, answers = jsonl("".join(f'{{"country": "{country}"}}\n' for country in countries))
    assert code == 0
    variant = {"DE": "de-dub", "ES": "es-sub", "FR": "original"}
    assert [answer["variant"] for answer in answers] == [variant[country] for country in countries]


BROKEN: dict[bytes, str] = {
    b"country=ES": "JSON is malformed",
    b"[]": "Expected `object`",
    b'"ES"': "Expected `object`",
    b'{"contry": "ES"}': '"contry" is no name of a visitor; names are country',
    b'{"country": ["ES"]}': '"country" takes a text, a number or a boolean',
    b'{"at": "Christmas"}': '"Christmas" is no moment',
    b'{"q": "\xff"}': "line 1: ",
    b'{"q": "\\ud800"}': "line 1: ",
    b'{"q": ' + b"[" * 50_000 + b"]" * 50_000 + b"}": "line 1: ",
}


@pytest.mark.parametrize(("line", "told"), BROKEN.items(), ids=[line[:20].decode("latin-1") for line in BROKEN])
def test_a_line_that_is_no_visitor_is_told_in_its_place_and_the_others_are_answered(line: bytes, told: str) -> None:
    code, answers = jsonl(line + b'\n{"country": "ES"}\n')
    assert code == 1
    assert [*answers[0]] == ["error"]
    assert answers[0]["error"].startswith("line 1: ")
    assert told in answers[0]["error"]
    assert answers[1]["variant"] == "es-sub"


def test_what_a_visitor_sends_that_nobody_understands_is_absent_as_ever() -> None:
    code, answers = jsonl('{"country": "XX", "device": "toaster", "age": "old", "choose": ";;;", "url": "%ff"}')
    assert (code, answers[0]["variant"]) == (0, "original")


# explain


def test_explain_tells_people_and_machines() -> None:
    words = good("explain", FILM, "--country", "ES")
    assert "es-sub" in words
    assert "airline/es-original" in words
    made = json.loads(good("explain", FILM, "--country", "ES", "--json"))
    assert isinstance(made, dict)


# check


def test_check_warns_of_the_norm_that_the_demo_goes_against_and_is_content_with_it() -> None:
    first, cure, last = good("check").splitlines()
    assert first.startswith(
        "rules/airline.toml:6: warning: Rule airline/es-original: it says sub first, against norm/ES ("
    )
    assert "Special Eurobarometer 386, Europeans and their Languages (European Commission, 2012)" in first
    assert "write a norm with its source in locales/, which ends this warning" in cure
    assert last == "This site can be served."
    assert [finding["code"] for finding in json.loads(good("check", "--json"))] == ["against-norm"]
    assert good("check", ISOGLOSS_SITE="") == good("check")


def test_check_says_nothing_more_once_the_site_has_a_norm_of_its_own(site: Path) -> None:
    site.joinpath("locales").mkdir()
    own = '[[norms]]\nterritory = "ES"\nmode = ["sub", "dub"]\nsource = "our own viewers, 2026"\n'
    publish(site / "locales/ours.toml", own)
    assert good("check", "--site", site) == "This site can be served.\n"
    assert good("check", "--json", "--site", site) == "[]\n"


def test_check_prints_warnings_and_is_content_with_them(site: Path) -> None:
    never = '\n[[rules]]\nid = "never"\nwhen = { country = "ES", kind = "promo" }\nthen = { mode = "dub" }\n'
    add(site / "rules/airline.toml", never)
    told = good("check", "--site", site).splitlines()
    assert told[0].startswith("rules/airline.toml:6: warning: ")
    assert told[2].startswith("rules/airline.toml:24: warning: ")
    assert told[-1] == "This site can be served."
    _, finding = json.loads(good("check", "--json", ISOGLOSS_SITE=str(site)))
    assert (finding["severity"], finding["file"], finding["line"]) == ("warning", "rules/airline.toml", 24)


def test_check_ends_with_1_where_there_are_errors_and_prints_all_of_them(site: Path) -> None:
    change(site / "rules/airline.toml", '["ES"]', '["UK"]')
    publish(site / "rules/spring.csv", "id,mode\na,sub\n")
    result = run("check", "--site", site)
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines()[0].startswith('rules/airline.toml:8: error: "UK"')
    assert result.stdout.endswith("2 errors: this site cannot be served.\n")
    listed = run("check", "--json", "--site", site)
    assert listed.exit_code == 1
    assert [sorted(finding) for finding in json.loads(listed.stdout)] == [
        ["code", "cure", "file", "line", "problem", "severity"]
    ] * 2


def test_one_error_is_one_error(site: Path) -> None:
    publish(site / "rules/spring.csv", "id,mode\na,sub\n")
    assert run("check", "--site", site).stdout.endswith("\n1 error: this site cannot be served.\n")


@pytest.mark.parametrize("command", [["check"], ["decide", FILM], ["explain", FILM], ["serve"]])
def test_a_folder_that_is_missing_or_empty_is_said_to_be_and_is_never_the_demo(
    command: list[str], tmp_path: Path
) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        for result in (run(*command, "--site", folder), run(*command, ISOGLOSS_SITE=str(folder))):
            assert (result.exit_code, result.stdout) == (1, "")
            assert str(folder) in result.stderr
            assert '"isogloss new DIR" writes a site to start from.' in result.stderr


@pytest.mark.parametrize("command", [["decide", FILM], ["explain", FILM], ["serve", "--port", "0"]])
def test_a_faulty_site_ends_every_command_with_its_findings(command: list[str], site: Path) -> None:
    publish(site / "rules/airline.toml", NO_RULES.replace("airline", "Airline"))
    result = run(*command, "--site", site)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith('rules/airline.toml:2: error: "Airline" cannot be an id.')
    assert result.stderr.endswith("1 error: this site cannot be served.\n")


# new


def test_new_writes_a_commented_site_that_can_be_served(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    told = good("new", folder)
    written = sorted(path for path in folder.rglob("*") if path.is_file())
    assert [f"wrote {path}" for path in written] == told.splitlines()[: len(written)]
    assert f"isogloss serve --site {folder}" in told
    assert {path.relative_to(folder).parts[0] for path in written} == {"site.toml", "variants", "rules", "locales"}
    assert all(path.read_text("utf-8").count("#") > 2 for path in written)
    assert good("check", "--site", folder).splitlines()[-1] == "This site can be served."
    assert good("decide", "film", "--site", folder, "--country", "ES").startswith("es-sub")
    assert good("decide", "film", "--site", folder, "--country", "DE").startswith("de-dub")


def test_new_writes_into_an_empty_folder_and_over_nothing(tmp_path: Path) -> None:
    good("new", tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert "is there already and not empty" in misused("new", tmp_path)
    assert "is there already and not empty" in misused("new", tmp_path / "site.toml")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_new_says_where_it_cannot_write(tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_text("")
    result = run("new", tmp_path / "file" / "site")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Error: {tmp_path}/file/site cannot be written: Not a directory.\n"


# Usage


def test_wrong_usage_names_what_was_meant() -> None:
    cases: dict[tuple[str, ...], str] = {
        ("deside", FILM): 'There is no command "deside". Did you mean "decide"?',
        ("decide", "busines-class"): 'There is no item "busines-class". Did you mean "business-class"?',
        ("decide", "zzz"): 'There is no item "zzz". Items are: business-class, for-travellers.',
        ("explain", "busines-class"): 'Did you mean "business-class"?',
        ("decide", FILM, "--contry", "ES"): "--country",
        ("decide",): "Missing argument 'ITEM'",
        ("decide", FILM, "--at", "Christmas"): '--at: "Christmas" is no moment; write 2026-12-24',
        ("explain", FILM, "--at", "25:00"): "is no moment",
        ("serve", "--server", "apache"): "apache",
        ("serve", "--port", "70000"): "70000",
        ("serve", "--workers", "0"): "0",
        ("serve", "--drain", "-1"): "-1",
        ("serve", "--demo", "--site", "x"): "two sites",
        ("serve", "--host", "0.0.0.0"): "Name one with --site, or say --demo.",
        ("new",): "Missing argument 'DIR'",
        ("check", "--jsno"): "--json",
    }
    assert [arguments for arguments, told in cases.items() if told not in misused(*arguments)] == []


def test_help_and_version_end_well() -> None:
    for arguments in (["--help"], ["-h"], *([name, "--help"] for name in COMMANDS)):
        assert good(*arguments).startswith("Usage: ")
    assert good("--version") == f"isogloss {__version__}\n"


def test_every_command_that_reads_a_site_takes_one() -> None:
    without = {name for name in COMMANDS if "--site DIR" not in good(name, "--help")}
    assert without == {"diff", "match", "new", "schema", "table"}


def test_serve_hands_its_flags_on(monkeypatch: pytest.MonkeyPatch, site: Path) -> None:
    handed: list[tuple[object, ...]] = []
    monkeypatch.setattr(serving, "serve", lambda *arguments: handed.append(arguments))
    good("serve")
    good(
        "serve",
        "--site",
        site,
        "--host",
        "0.0.0.0",
        "--port",
        81,
        "--workers",
        3,
        "--drain",
        0.5,
        "--server",
        "uvicorn",
    )
    good("serve", "--demo", "--host", "0.0.0.0")
    assert handed == [
        (DEMO, "127.0.0.1", 8000, 1, 5.0, "granian"),
        (site, "0.0.0.0", 81, 3, 0.5, "uvicorn"),
        (DEMO, "0.0.0.0", 8000, 1, 5.0, "granian"),
    ]
