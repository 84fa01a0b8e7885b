"""`isogloss match`: what it says to people and to programs, and how it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from edge.cli.commands import isogloss


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    result = CliRunner().invoke(isogloss, ["match", *arguments], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def told(*arguments: str) -> str:
    result = run(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def misused(*arguments: str) -> str:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr.splitlines()[-1]


def test_people_are_told_best_distance_rule_and_runner_up() -> None:
    assert told("--want", "en-AU,fr;q=0.5", "--offer", "en, en-GB,fr").splitlines() == [
        "en-GB  (for en-AU)",
        "  distance    3 by eye",
        "  rule        en-*-$!enUS → en-*-GB 3",
        "  runner-up   en",
    ]


def test_by_ear_the_row_is_told_with_its_sources() -> None:
    assert told("--want", "ca", "--offer", "en,es", "--ear").splitlines() == [
        "es  (for ca)",
        "  distance    6 by ear",
        "  rule        ca → es 6 (IDESCAT2018)",
        "  runner-up   none",
    ]


def test_where_nothing_is_near_there_is_no_answer_unless_a_default_is_named() -> None:
    assert told("--want", "ja", "--offer", "en,de") == "none  (nothing on offer is near enough, or it is refused)\n"
    assert told("--want", "uk", "--offer", "ru,en", "--ear").startswith("none  ")
    assert told("--want", "nl, en;q=0", "--offer", "en,fr", "--default", "en").startswith("none  ")
    assert told("--want", "ja", "--offer", "en,de", "--default", "de").splitlines() == [
        "de  (nothing is near enough)",
        "  rule        default",
        "  runner-up   none",
    ]


def test_options_change_the_answer() -> None:
    assert told("--want", "sr", "--offer", "ro,ru", "--favor", "script").startswith("ru  ")
    assert told("--want", "ca", "--offer", "es", "--threshold", "20").startswith("none  ")
    assert told("--want", "*, en;q=0", "--offer", "en,fr").startswith("fr  (for *)")
    assert told("--want", "", "--offer", "en").startswith("none  ")
    assert told("--want", b"\xff,de".decode("utf-8", "surrogateescape"), "--offer", "de+en,x-own").startswith("de+en  ")


def test_the_wish_is_told_as_it_was_written() -> None:
    wishes = {"iw, en;q=0.5": "he  (for iw)", "x, zh_tw ;q=1": "zh-Hant  (for zh_tw)", "DE": "de  (for DE)"}
    assert {want: told("--want", want, "--offer", "he,zh-Hant,de").splitlines()[0] for want in wishes} == wishes


def test_json_has_all_that_there_is_to_tell() -> None:
    assert json.loads(told("--want", "fr-BE", "--offer", "fr,en", "--json")) == {
        "best": "fr", "wanted": "fr-BE", "distance": 4, "rule": "*-*-* → *-*-* 4", "runner_up": None, "combined": "fr-BE"
    }  # fmt: skip
    assert set(json.loads(told("--want", "ja", "--offer", "en", "--json")).values()) == {None}


_NO_WISH = 'Say what is wanted, such as --want "gsw, fr;q=0.8"; --want "" is a browser that says nothing.'
_TWO_WAYS = "--jsonl reads what is wanted and offered from its lines, not from --want and --offer."

MISUSED = {
    ("--offer", "en"): _NO_WISH,
    ("--offer", "en", "--json"): _NO_WISH,
    (): "Say what is on offer, such as --offer en,de,zh-Hant.",
    ("--want", "de", "--jsonl"): _TWO_WAYS,
    ("--want", "", "--jsonl"): _TWO_WAYS,
    ("--jsonl", "--offer", "en"): _TWO_WAYS,
    ("--want", "de"): "Say what is on offer, such as --offer en,de,zh-Hant.",
    ("--offer", " , "): "Say what is on offer, such as --offer en,de,zh-Hant.",
    ("--offer", "en,german"): '"german" is no language. Did you mean "de"?',
    ("--offer", "de_DE.UTF-8"): '"de_DE.UTF-8" is no language. Did you mean "de-DE"?',
    ("--offer", "en,eqn"): '"eqn" is no language. Did you mean "en"?',
    ("--offer", "de+???"): '"???" is no language. Write a BCP 47 tag such as "es" or "zh-Hant".',
    ("--offer", "#?!{}}"): '"#?!{}}" is no language. Write a BCP 47 tag such as "es" or "zh-Hant".',
    ("--offer", "en", "--default", "english"): '"english" is no language. Did you mean "en"?',
    (
        "--want",
        "en",
        "--offer",
        "en",
        "--ear",
        "--favor",
        "script",
    ): "a script is not heard: favor is for what is read.",
}


@pytest.mark.parametrize("arguments", MISUSED, ids=" ".join)
def test_a_wrong_offer_is_told_with_a_cure(arguments: tuple[str, ...]) -> None:
    assert misused(*arguments) == f"Error: {MISUSED[arguments]}"


def jsonl(stdin: str | bytes) -> tuple[int, list[dict[str, Any]]]:
    result = run("--jsonl", stdin=stdin)
    assert result.stderr == ""
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def test_jsonl_answers_one_line_each() -> None:
    code, answers = jsonl(
        '{"want": "gsw", "offer": ["en", "de"], "ear": false}\n\n'
        '{"want": "gsw", "offer": ["en", "de"], "ear": true}\n'
        '{"want": "uk", "offer": ["ru"], "ear": true}\n'
        '{"want": "sr", "offer": ["ro", "ru"], "favor": "script"}\n'
        '{"want": "fr", "offer": ["fr-Cyrl"], "threshold": 60, "favor": "normal"}\n'
        '{"want": "x-bork", "offer": ["en", "x-bork"]}\n'
        '{"want": "ja", "offer": ["en"], "default": "en"}\n'
        '{"want": "*", "offer": [], "default": null}\n'
        '{"want": "de", "offer": ["50", "de_AT"]}\n'
    )
    assert code == 0
    assert [[*answer.values()] for answer in answers] == [
        ["de", 8, "gsw → de 4, *-*-* → *-*-* 4"],
        ["de", 8, "gsw → de 8 (CLDR48, JUDGE)"],
        [None, None, None],
        ["ru", 84, "* → * 80, *-*-* → *-*-* 4"],
        ["fr-Cyrl", 50, "*-* → *-* 50"],
        ["x-bork", 0, "same"],
        ["en", None, "default"],
        [None, None, None],
        ["de_AT", 4, "*-*-* → *-*-* 4", ["50"]],
    ]
    assert {tuple(answer) for answer in answers[:-1]} == {("best", "distance", "rule")}
    assert [*answers[-1]] == ["best", "distance", "rule", "unreadable"]


BAD_LINES: dict[bytes, str] = {
    b"nonsense": "line 2: JSON is malformed",
    b"[]": "line 2: Expected `object`, got `array`",
    b'{"want": "de"}': "line 2: Object missing required field `offer`",
    b'{"offer": ["de"]}': "line 2: Object missing required field `want`",
    b'{"want": "de", "offer": "de"}': "line 2: Expected `array`, got `str` - at `$.offer`",
    b'{"want": null, "offer": ["de"]}': "line 2: Expected `str`, got `null` - at `$.want`",
    b'{"want": "de", "offer": [1]}': "line 2: Expected `str`, got `int`",
    b'{"want": "de", "offer": ["de"], "favor": "region"}': "line 2: Invalid enum value 'region' - at `$.favor`",
    b'{"want": "de", "offer": ["de"], "threshold": -1}': "line 2: Expected `int` >= 0 - at `$.threshold`",
    b'{"want": "de", "offer": ["de"], "ears": true}': "line 2: Object contains unknown field `ears`",
    b'{"want": "de", "offer": ["de"], "ear": true, "favor": "script"}': "line 2: a script is not heard",
    b"\xff": "line 2: ",
    b"[" * 5000: "line 2: ",
}


@pytest.mark.parametrize("line", BAD_LINES, ids=lambda line: line[:60].decode("latin-1"))
def test_a_bad_line_is_told_and_the_others_are_answered(line: bytes) -> None:
    good = b'{"want": "de", "offer": ["de"]}\n'
    code, answers = jsonl(good + line + b"\n" + good)
    assert code == 1
    assert answers[1]["error"].startswith(BAD_LINES[line])
    assert [*answers[1]] == ["error"]
    assert [answer.get("best") for answer in answers] == ["de", None, "de"]
