"""Splits from the outside: who says a unit and who may, what answers tell of arms, and that nothing tells who somebody is."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from edge.answer import outcome
from edge.classes.changes import Both, changes_of
from edge.classes.finding import classes_of
from edge.cli.commands import isogloss
from edge.explaining import explanation
from edge.site import Loader, Site
from edge.telling import in_words
from edge.units import made_up, unit_like
from locales.findings import Faulty
from tests.edge.sites import (
    BUSINESS,
    NOON,
    NOWHERE,
    OPERATOR,
    PROXY,
    asked,
    demo_site,
    item_file,
    make_site,
    rules_file,
    service_of,
    site_file,
    told,
    visitor,
)

SECRET = "alice-whom-nobody-may-know"
HOP = '[preview]\nfor = "everyone"\n[[proxies]]\nfrom = ["10.0.0.0/8"]\nheaders = { country = "X-Geo-Country" }\n'
ARMS = [{"id": "dub", "then": {"mode": "dub"}}, {"id": "sub", "then": {"mode": "sub"}}]
SPLIT: dict[str, Any] = {"experiment": "de-subtitles", "hash": "blake2b-1", "default": "dub", "arms": ARMS}
RULE = {"id": "try", "when": {"country": "DE"}, "why": {"en": "We try subtitles"}, "split": SPLIT}


def rules(**more: Any) -> str:
    return rules_file("trial", [{**RULE, "split": {**SPLIT, **more}}])


@cache
def site(more: str = HOP, coverage: float = 100, holdout: float = 0) -> Site:
    text = rules(coverage=coverage, holdout=holdout)
    return make_site({"variants/business-class.toml": BUSINESS, "rules/trial.toml": text}, more=more)


def unit_in(arm: str, of: Site | None = None) -> str:
    """A unit that the key says to be in that arm."""
    projection = (of or site()).served["business-class"].projection
    return next(unit for unit in made_up() if projection.unit(unit) == f"split=de-subtitles:{arm}")


GERMAN = {"country": "DE", "accept_language": "de", "consent": "2"}
BERLIN = {"X-Geo-Country": "DE", "Accept-Language": "de"}


# Answers


@pytest.mark.parametrize("arm", ["dub", "sub"])
def test_an_arm_decides_and_the_answer_tells_it(arm: str) -> None:
    unit = unit_in(arm)
    with visitor(site(), PROXY) as ask:
        sent = {**BERLIN, "Isogloss-Context": f'unit="{unit}", consent=2'}
        answers = [
            ask.get(f"/v1/{form}/business-class", headers=sent) for form in ("decide", "items") for _ in range(2)
        ]
    for answer in answers:
        assert answer.headers["isogloss-variant"] == f"de-{arm}"
        assert f';reason=split;rule="trial/try";split="de-subtitles:{arm}";' in answer.headers["isogloss-decision"]
        assert answer.headers["isogloss-key"] == f'"business-class;country=DE;language=de;split=de-subtitles:{arm}"'
        assert unit not in str(answer.headers) + answer.text
    decision = answers[-1].json()["decision"]
    assert (decision["reason"], decision["layer"], decision["rule"]) == ("split", "rules", "trial/try")
    assert decision["why"] == "We try subtitles"
    assert decision["splits"] == [{"experiment": "de-subtitles", "arm": arm, "fallback": None}]


FALLBACKS: tuple[tuple[float, float, dict[str, str], str], ...] = (
    # coverage, holdout, parameters, fallback
    (100.0, 0.0, {}, "no-unit"),
    (100.0, 0.0, {"unit": SECRET, "consent": "1"}, "no-unit"),
    (100.0, 0.0, {"unit": SECRET, "consent": "0"}, "no-unit"),
    (100.0, 0.0, {"unit": SECRET, "gpc": "1"}, "no-unit"),
    (100.0, 0.0, {"unit": "x" * 129}, "no-unit"),
    (0.0, 0.0, {"unit": SECRET}, "outside"),
    (0.0, 100.0, {"unit": SECRET}, "holdout"),
)


@pytest.mark.parametrize(("coverage", "holdout", "named", "fallback"), FALLBACKS)
def test_the_default_is_given_and_the_answer_says_why(
    coverage: float, holdout: float, named: dict[str, str], fallback: str
) -> None:
    found = told(site(HOP, coverage, holdout), "business-class", {**GERMAN, **named})
    assert (found["variant"], found["reason"], found["rule"]) == ("de-dub", "split", "trial/try")
    assert found["split"] == f"de-subtitles:dub({fallback})"
    assert (fallback == "no-unit") is ("split=" not in found["key"])


def test_a_rule_that_is_not_used_tells_no_arm() -> None:
    """Whoever chose for themselves was not in the experiment, whatever arm they would have been in."""
    named = {**GERMAN, "unit": unit_in("sub"), "choose": "mode=dub"}
    found = told(site(), "business-class", named)
    assert (found["variant"], found["reason"], found["split"]) == ("de-dub", "choice", "")
    manifest = visitor(site()).get("/v1/items/business-class", params=named).json()
    assert "splits" not in manifest["decision"]


def test_a_manifest_without_a_split_has_no_member_for_it() -> None:
    manifest = visitor(demo_site()).get("/v1/items/business-class").json()
    assert set(manifest["decision"]) == {"reason", "layer", "rule", "why", "confidence", "expires", "overrode"}


def test_where_two_tables_split_both_arms_are_told_and_the_first_is_the_rule() -> None:
    tags = [{"id": name, "then": {"tags": {"weight": name}}} for name in ("light", "heavy")]
    second = rules_file(
        "weights", [{"id": "by-tag", "split": {**SPLIT, "experiment": "weights", "default": "light", "arms": tags}}]
    )
    page = item_file(
        "page",
        {
            "kind": "page",
            "variants": [{"id": one, "language": "de", "tags": {"weight": one}} for one in ("light", "heavy")],
        },
    )
    languages = [{"id": name, "then": {"language": name}} for name in ("de", "en")]
    first = rules_file(
        "trial", [{"id": "try", "split": {**SPLIT, "experiment": "tongues", "default": "de", "arms": languages}}]
    )
    both = make_site(
        {"variants/page.toml": page, "rules/trial.toml": first, "rules/weights.toml": second},
        tables=["trial", "weights"],
    )
    projection = both.served["page"].projection
    unit = next(one for one in made_up() if projection.unit(one) == "split=tongues:de,weights:heavy")
    found = told(both, "page", {"consent": "2", "unit": unit})
    assert (found["variant"], found["reason"], found["rule"]) == ("heavy", "split", "trial/try")
    assert found["split"] == "tongues:de weights:heavy"


# Who may say it


def test_nobody_but_a_hop_says_a_unit() -> None:
    unit = unit_in("sub")
    sent = {"Isogloss-Context": f'country=DE, unit="{unit}", consent=2', "Accept-Language": "de"}
    for peer, variant in ((PROXY, "de-sub"), ("127.0.0.1", "de-dub")):
        answer = visitor(site(), peer).get("/v1/decide/business-class", headers=sent)
        assert answer.headers["isogloss-variant"] == variant, peer


def test_an_operator_may_name_a_field_of_their_own() -> None:
    more = HOP.replace('"X-Geo-Country" }', '"X-Geo-Country", unit = "X-Customer", consent = "X-Consent" }')
    sent = {**BERLIN, "X-Customer": unit_in("sub"), "X-Consent": "2"}
    ask = visitor(site(more), PROXY)
    for _ in range(2):  # what is remembered says the same
        assert ask.get("/v1/decide/business-class", headers=sent).headers["isogloss-variant"] == "de-sub"
    assert (
        ask.get("/v1/decide/business-class", headers={**sent, "X-Consent": "1"}).headers["isogloss-variant"] == "de-dub"
    )
    vary = ask.get("/v1/decide/business-class", headers=sent).headers["vary"]
    assert {"X-Customer", "X-Consent", "Isogloss-Context"} <= set(vary.split(", "))


def test_a_field_of_its_own_is_in_no_vary_of_an_item_that_no_split_can_reach() -> None:
    more = HOP.replace('"X-Geo-Country" }', '"X-Geo-Country", unit = "X-Customer" }')
    page = item_file("page", {"kind": "page", "variants": [{"id": "a", "language": "en"}]})
    only = rules_file("trial", [{**RULE, "when": {"item": "business-class"}}])
    of = make_site(
        {"variants/business-class.toml": BUSINESS, "variants/page.toml": page, "rules/trial.toml": only}, more=more
    )
    varied = {
        item: visitor(of, PROXY).get(f"/v1/decide/{item}", headers={**BERLIN, "X-Customer": "x"}).headers
        for item in ("business-class", "page")
    }
    assert "X-Customer" in varied["business-class"]["vary"]
    assert "X-Customer" not in varied["page"]["vary"]
    assert varied["page"]["cache-control"].startswith("public")
    assert varied["business-class"]["cache-control"].startswith("private")


def test_not_to_be_tracked_is_not_to_be_counted() -> None:
    sent = {**BERLIN, "Isogloss-Context": f'unit="{unit_in("sub")}", consent=3'}
    ask = visitor(site(), PROXY)
    assert ask.get("/v1/decide/business-class", headers=sent).headers["isogloss-variant"] == "de-sub"
    for field in ("Sec-GPC", "DNT"):
        answer = ask.get("/v1/decide/business-class", headers={**sent, field: "1"})
        assert answer.headers["isogloss-variant"] == "de-dub"
        assert 'split="de-subtitles:dub(no-unit)"' in answer.headers["isogloss-decision"]


def test_an_item_whose_rules_split_is_private_to_everyone() -> None:
    more = HOP + '[cache]\nkeyed = ["country"]\n'
    for peer, sent in ((PROXY, BERLIN), ("127.0.0.1", {})):
        answer = visitor(site(more), peer).get("/v1/items/business-class", headers=sent)
        assert answer.headers["cache-control"].startswith("private")
        assert answer.headers["cdn-cache-control"] == "no-store"


# Nothing tells who it is


def test_a_unit_stands_in_no_answer_no_explanation_no_log_and_no_metric(caplog: pytest.LogCaptureFixture) -> None:
    service = service_of(site())
    ask = visitor(service, PROXY)
    sent = {**BERLIN, "Isogloss-Context": f'stage=known, unit="{SECRET}", consent=2', **OPERATOR}
    with caplog.at_level("DEBUG"):
        answers = [
            ask.get(path, headers={**sent, "Accept": form})
            for path in (
                "/v1/decide/business-class",
                "/v1/items/business-class",
                "/v1/explain/business-class",
                "/metrics",
            )
            for form in ("application/json", "text/html")
        ]
        by_name = [
            ask.get(path, params={**GERMAN, "unit": SECRET})
            for path in ("/v1/decide/business-class", "/v1/items/business-class", "/v1/explain/business-class")
        ]
    assert all(answer.status_code == 200 for answer in (*answers, *by_name))
    for answer in (*answers, *by_name):
        assert SECRET not in answer.text + str(answer.headers), answer.url
    own = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    assert not any(SECRET in line for line in own)
    found = answers[4].json()
    seen = {one["input"]: one for one in found["inputs"]}
    assert seen["unit"] == {"input": "unit", "value": "given", "by": "field", "name": "Isogloss-Context"}
    assert seen["stage"]["raw"] == "stage=known, consent=2"
    assert "unit" in found["replay"]["parameters"]
    assert found["decision"]["splits"] == [
        {"experiment": "de-subtitles", "arm": found["selection"]["variant"]["id"][3:], "fallback": None}
    ]


def test_a_failure_tells_nothing_of_it(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("edge.answer.decide", fails)
    own = make_site({"variants/business-class.toml": BUSINESS, "rules/trial.toml": rules()}, more=HOP)
    with caplog.at_level("INFO"):
        sent = {**BERLIN, "Isogloss-Context": f'unit="{SECRET}", consent=2'}
        answer = visitor(own, PROXY).get("/v1/decide/business-class", headers=sent)
    assert "reason=error" in answer.headers["isogloss-decision"]
    assert SECRET not in caplog.text.replace("httpx", "")


def test_without_consent_it_is_withheld() -> None:
    found = explanation(
        asked({"country": "DE", "unit": SECRET}), site().served["business-class"], site(), operator=True
    )
    seen = {one.input: one for one in found.inputs}
    assert (seen["unit"].value, seen["unit"].by) == (None, "withheld")
    assert "unit" not in found.replay.parameters


@pytest.mark.parametrize("unit", ["alice", "bob", "carol", "dave", "eve"])
def test_an_explanation_replays_with_a_made_up_unit_of_the_same_arms(unit: str) -> None:
    of = site(HOP, 60, 20)
    served = of.served["business-class"]
    found = explanation(asked({**GERMAN, "unit": unit}), served, of, operator=False)
    parameters = found.replay.parameters
    assert re.fullmatch(r"example-\d+", parameters["unit"])
    assert told(of, "business-class", parameters)["key"] == told(of, "business-class", {**GERMAN, "unit": unit})["key"]


def test_arms_that_no_made_up_unit_is_in_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    of = site(HOP, 0.01)
    monkeypatch.setattr("edge.units.made_up", lambda: iter(("example-1", "example-2")))
    projection = of.served["business-class"].projection
    rare = next(unit for unit in (f"u{number}" for number in range(200_000)) if "outside" not in projection.unit(unit))
    assert unit_like(projection, rare) is None
    found = explanation(asked({**GERMAN, "unit": rare}), of.served["business-class"], of, operator=False)
    assert "unit" not in found.replay.parameters


# Commands


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "site.toml": site_file(),
        "variants/business-class.toml": BUSINESS,
        "rules/trial.toml": rules(),
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments: str, given: str | None = None) -> str:
    result = CliRunner().invoke(isogloss, arguments, input=given)
    assert result.exit_code == 0, result.output
    return result.output


def test_decide_and_explain_take_a_unit_and_tell_the_arm(folder: Path) -> None:
    flags = (
        "business-class",
        "--site",
        str(folder),
        "--country",
        "DE",
        "--accept-language",
        "de",
        "--consent",
        "2",
        "--unit",
    )
    for command, line in (
        ("decide", "  experiment  de-subtitles: the arm sub"),
        ("explain", "unit is given (named as unit)"),
    ):
        output = run(command, *flags, unit_in("sub"))
        assert line in output
        assert unit_in("sub") not in output.replace(f"unit={unit_in('sub')}&", "")  # the made-up one of the replay
    said = json.loads(run("decide", *flags, unit_in("sub"), "--json"))
    assert said["decision"]["splits"] == [{"experiment": "de-subtitles", "arm": "sub", "fallback": None}]
    assert "given as unit" in run("decide", *flags, "x" * 200)


def test_jsonl_tells_the_arm_where_there_is_one(folder: Path) -> None:
    lines = "".join(
        json.dumps({"country": code, "accept_language": "de", "consent": 2, "unit": unit_in("sub")}) + "\n"
        for code in ("DE", "FR")
    )
    german, french = map(
        json.loads, run("decide", "business-class", "--site", str(folder), "--jsonl", given=lines).splitlines()
    )
    assert (german["variant"], german["split"]) == ("de-sub", "de-subtitles:sub")
    assert "split" not in french


def test_a_tables_own_test_expects_an_arm(folder: Path) -> None:
    table = folder / "rules/trial.toml"
    test = '[[tests]]\nname = "an arm"\nitem = "business-class"\ngiven = { country = "DE", consent = 2, unit = "%s" }\n'
    test += 'expect = { split = "de-subtitles:%s" }\n'
    table.write_text(rules() + test % (unit_in("sub"), "sub"), encoding="utf-8")
    assert Loader(folder).load().book.tables[0].tests[0].expect == {"split": "de-subtitles:sub"}
    table.write_text(rules() + test % (unit_in("sub"), "dub"), encoding="utf-8")
    with pytest.raises(Faulty, match='expects split = "de-subtitles:dub", but gets "de-subtitles:sub"'):
        Loader(folder).load()


def test_one_experiment_that_two_tables_draw_differently_stops_the_load() -> None:
    files = {
        "variants/business-class.toml": BUSINESS,
        "rules/trial.toml": rules(),
        "rules/other.toml": rules(coverage=50).replace('"trial"', '"other"'),
        "site.toml": site_file(),
    }
    with pytest.raises(Faulty, match='the experiment "de-subtitles" has other coverage'):
        Loader(NOWHERE).build({name: text.encode() for name, text in files.items()})


def test_classes_are_the_arms_with_two_visitors_for_each_two() -> None:
    of = site(HOP, 60, 20)
    [units] = [one for one in classes_of(of, of.served["business-class"], NOON) if one.name == "unit"]
    assert {one.name for one in units.classes} == {
        "", *(f"split=de-subtitles:{arm}" for arm in ("dub", "sub", "dub(holdout)", "dub(outside)")),
    }  # fmt: skip
    assert all(pair.answers[0] != pair.answers[1] for pair in units.witnesses)
    assert len(units.witnesses) == 4


def test_a_diff_sees_another_coverage() -> None:
    """Whoever was in the arm that is not the default, and is not covered any more."""
    found = changes_of(Both(site(), site(HOP, 50), "business-class", NOON), 8_000)
    assert {(change.old[0], change.new[0]) for change in found.changes} == {("de-sub", "de-dub"), ("es-sub", "es-dub")}
    assert all("unit" in change.witness for change in found.changes)
    assert found.beside  # of the default arm, told otherwise


def test_the_page_shows_the_experiment_in_every_language() -> None:
    ask = visitor(site(HOP, 60, 20))
    units = {"dub(holdout)", "dub(outside)", "sub"}
    for language in ("en", "de", "es", "he", "fa"):
        for arm in units:
            unit = unit_in(arm, site(HOP, 60, 20))
            text = ask.get("/", params={**GERMAN, "unit": unit, "ui": language, "item": "business-class"}).text
            assert "de-subtitles" in text
            assert "trial/try" in text
        assert "de-subtitles" in ask.get("/", params={**GERMAN, "ui": language, "item": "business-class"}).text


def test_an_explanation_in_plain_words_names_the_experiment() -> None:
    found = explanation(asked(GERMAN), site().served["business-class"], site(), operator=True)
    text = in_words(found)
    assert "  experiment  de-subtitles: the default arm dub, since no unit was given\n" in text
    assert "Experiment de-subtitles: the default arm dub, since no unit was given." in text


def test_an_operator_is_told_the_arm_of_a_rule_that_was_not_used() -> None:
    named = {**GERMAN, "unit": unit_in("sub"), "choose": "mode=dub"}
    found = explanation(asked(named), site().served["business-class"], site(), operator=True)
    assert found.decision.splits == ()
    assert found.trace is not None
    assert [word.split for word in found.trace.words if word.layer == "rules"] == ["de-subtitles:sub"]


def test_the_line_itself_says_which_arms_were_used() -> None:
    _, _, selection = outcome(asked({**GERMAN, "unit": unit_in("sub")}), site().served["business-class"], site())
    assert [str(one) for one in selection.splits] == ["de-subtitles:sub"]
