"""`docs/splits.md` shows a rule that loads, answers that are given, and an algorithm that is the one in use."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from edge.cli.commands import isogloss
from edge.schemas import to_schema
from edge.site import Site
from edge.toml_form import to_form
from edge.units import made_up
from locales.documents import parse_document
from locales.findings import Faulty
from locales.groups import Groups
from rules.loading import load_table
from rules.split_parts import check_experiments
from rules.splits import draw
from rules.tables import Table
from tests.conftest import REPOSITORY, require_tool
from tests.edge.sites import BUSINESS, PROXY, make_site, site_file, visitor
from tests.rules.test_loading import BERLIN

TEXT = (REPOSITORY / "docs" / "splits.md").read_text("utf-8")
RULES, TESTS = re.findall(r"```toml\n(.*?)```", TEXT, re.S)
SHOWN = dict(re.findall(r"```console\n\$ ([^\n]*)\n(.*?)```", TEXT, re.S))
PREVIEW = '[preview]\nfor = "everyone"\n'


def site() -> Site:
    return make_site({"variants/business-class.toml": BUSINESS, "rules/trial.toml": RULES + TESTS}, more=PREVIEW)


def table(changes: tuple[tuple[str, str], ...] = ()) -> Table:
    text = RULES
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return load_table(parse_document(text, "rules/trial.toml"), Groups.shipped(), zone=BERLIN)[0]


def test_the_files_of_the_page_load_are_in_their_form_and_good_by_schema() -> None:
    assert [test.expect["split"] for test in site().book.tables[0].tests] == ["de-subtitles-2026:dub(no-unit)"]
    assert to_form(RULES, "rules/trial.toml") == RULES
    Draft202012Validator(to_schema("rules")).validate(tomllib.loads(RULES + TESTS))


def test_a_split_is_laid_out_in_the_order_of_the_page() -> None:
    swapped = RULES.replace('default = "dub"\n', "").replace("[rules.split]\n", '[rules.split]\ndefault = "dub"\n')
    swapped = swapped.replace(
        'id = "sub"\nweight = 1\nthen = { mode = ["sub"] }', 'then = { mode = ["sub"] }\nweight=1\nid="sub"'
    )
    assert swapped != RULES
    assert to_form(swapped.replace('id="sub"', 'id = "sub"'), "rules/trial.toml") == RULES


def test_every_key_of_a_split_is_told() -> None:
    told = re.findall(r"^\| `(\w+)` \| ", TEXT.partition("## Who is counted")[0], re.M)
    properties = to_schema("rules")["$defs"]["SplitForm"]["properties"]
    assert set(told) == set(properties)


def test_the_command_prints_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {
        "site.toml": site_file(),
        "variants/business-class.toml": BUSINESS,
        "rules/trial.toml": RULES,
    }.items():
        path = tmp_path / "airline" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    [(command, printed)] = [(one, answer) for one, answer in SHOWN.items() if one.startswith("isogloss")]
    result = CliRunner(env={"ISOGLOSS_SITE": ""}).invoke(isogloss, shlex.split(command)[1:])
    assert (result.exit_code, result.stdout[: len(printed)]) == (0, printed)


def test_answers_tell_what_the_page_shows() -> None:
    of = site()
    projection = of.served["business-class"].projection
    unit = next(one for one in made_up() if projection.unit(one) == "split=de-subtitles-2026:sub")
    named = {"country": "DE", "accept_language": "de", "consent": "2", "unit": unit}
    answer = visitor(of).get("/v1/items/business-class", params=named)
    decision, key = re.findall(r"^Isogloss-(?:Decision|Key): (.*)$", TEXT, re.M)
    assert answer.headers["isogloss-decision"].startswith(decision.rstrip("…"))
    assert answer.headers["isogloss-key"] == key
    shown: dict[str, Any] = json.loads("{" + re.findall(r"```json\n(.*?)```", TEXT, re.S)[0] + "}")
    assert answer.json()["decision"]["splits"] == shown["splits"]


REFUSED = (
    ('when = {', 'then = { mode = ["sub"] }\nwhen = {'),
    ('"blake2b-1"', '"murmur3"'),
    ('default = "dub"', 'default = "subs"'),
    ("coverage = 50", "coverage = 98"),
    ("weight = 1\nthen = { mode = [\"sub\"]", "weight = -1\nthen = { mode = [\"sub\"]"),
    ('id = "dub"\nweight', 'id = "sub"\nweight'),
)  # fmt: skip


def refusals() -> list[str]:
    return re.findall(r"^\| `([^`]*)` \| ", TEXT.partition("## What is refused")[2], re.M)


def test_one_experiment_that_is_drawn_in_two_ways_is_refused_as_the_page_says() -> None:
    *_, said = refusals()
    other = replace(table((("weight = 1", "weight = 2"),)), id="other")
    [found] = check_experiments([table(), other])
    assert found.problem.replace("de-subtitles-2026", "x").partition(": ")[2].startswith(said.rstrip("…"))
    assert len(refusals()) == len(REFUSED) + 1


def test_a_hop_says_a_unit_as_the_page_shows() -> None:
    hop = '[[proxies]]\nfrom = ["10.0.0.0/8"]\nheaders = { country = "X-Geo-Country", unit = "X-Customer" }\n'
    of = make_site({"variants/business-class.toml": BUSINESS, "rules/trial.toml": RULES}, more=hop)
    [shown] = re.findall(r"^Isogloss-Context: (.*)$", TEXT, re.M)
    for sent, told in (
        ({"Isogloss-Context": shown}, "dub(outside)"),
        ({"Isogloss-Context": shown.replace('"7f3a91c2"', "42")}, "dub(no-unit)"),
        ({"Isogloss-Context": shown.replace("=2", "=1")}, "dub(no-unit)"),
        ({"Isogloss-Context": "consent=2", "X-Customer": "7f3a91c2"}, "dub(outside)"),
        ({"Isogloss-Context": "consent=2", "X-Customer": "x" * 128}, "dub(outside)"),
        ({"Isogloss-Context": "consent=2", "X-Customer": "x" * 129}, "dub(no-unit)"),
    ):
        headers = {"X-Geo-Country": "DE", "Accept-Language": "de", **sent}
        answer = visitor(of, PROXY).get("/v1/items/business-class", headers=headers)
        assert f'split="de-subtitles-2026:{told}"' in answer.headers["isogloss-decision"], sent
        assert answer.headers["cache-control"].startswith("private")
        assert answer.json()["decision"]["layer"] == "rules"
    agreed = make_site(
        {"variants/business-class.toml": BUSINESS, "rules/trial.toml": RULES}, more=f"{hop}[consent]\ndefault = 2\n"
    )
    answer = visitor(agreed, PROXY).get(
        "/v1/items/business-class", headers={"X-Geo-Country": "DE", "Accept-Language": "de", "X-Customer": "7f3a91c2"}
    )
    assert 'split="de-subtitles-2026:dub(outside)"' in answer.headers["isogloss-decision"]


@pytest.mark.parametrize("change", REFUSED, ids=lambda change: str(change[1])[:20])
def test_what_is_said_is_what_the_page_says(change: tuple[str, str]) -> None:
    said = refusals()
    with pytest.raises(Faulty) as caught:
        table((change,))
    problems = [re.sub('The default of "[^"]*"', 'The default of "x"', one.problem) for one in caught.value.findings]
    assert set(problems) & set(said), problems


def moved(*changes: tuple[str, str]) -> set[tuple[str | None, str | None]]:
    """Which arms people go from and to; None: they are not drawn."""
    one, other = table().rules[0].split, table(changes).rules[0].split
    assert one is not None
    assert other is not None
    pairs = set()
    for unit in made_up(3_000):
        before, after = draw(one, unit), draw(other, unit)
        pairs.add(tuple(None if drawn.fallback else drawn.arm for drawn in (before, after)))
    return {(old, new) for old, new in pairs if old != new}


MOVES: tuple[tuple[str, tuple[tuple[str, str], ...], bool, bool], ...] = (
    # what changes, how, whether people come in or go out, whether they go from arm to arm
    ("coverage", (("coverage = 50", "coverage = 60"),), True, False),
    ("holdout", (("holdout = 5", "holdout = 20"),), True, False),
    ("weight", (("weight = 1", "weight = 3"),), False, True),
    ("salt", (('hash = "blake2b-1"', 'hash = "blake2b-1"\nsalt = "again"'),), True, True),
    ("name", (("de-subtitles-2026", "another"),), True, True),
    ("default", (('default = "dub"', 'default = "sub"'),), False, False),
    ("then", (('mode = ["dub"]', 'mode = ["voiceover"]'),), False, False),
)  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "joins", "swaps"), MOVES, ids=[row[0] for row in MOVES])
def test_what_moves_people_is_what_the_page_says(
    name: str, changes: tuple[tuple[str, str], ...], joins: bool, swaps: bool
) -> None:
    pairs = moved(*changes)
    assert any(None in pair for pair in pairs) is joins
    assert any(None not in pair for pair in pairs) is swaps
    if name == "coverage":
        assert all(old is None for old, _ in pairs)


def test_the_position_of_the_page_is_what_the_tools_say() -> None:
    require_tool("b2sum")
    [(command, printed)] = [(one, answer) for one, answer in SHOWN.items() if one.startswith("printf")]
    assert subprocess.run(["sh", "-c", command], check=True, capture_output=True, text=True).stdout == printed
    vectors = json.loads((REPOSITORY / "tests" / "cases" / "splits.json").read_text("utf-8"))
    alice = [one for one in vectors["positions"] if (one["label"], one["salt"], one["unit"]) == ("arm", "", "alice")]
    assert alice[0]["position"] == printed.strip()
    draws = sum(len(case["draws"]) for case in vectors["cases"])
    assert f"has {draws} draws and {len(vectors['positions'])} positions" in TEXT
