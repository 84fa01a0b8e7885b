"""Tests of analysed tables by the whole line: every visitor that is named is a preview, and is answered as told."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import pytest

from edge.analysis.tables import field_of, referrals, world_of
from edge.analysis.whole import analyse, merged
from edge.answer import outcome
from edge.classes.asking import request_for
from edge.doubts import doubts
from edge.site import Site
from locales.findings import Faulty, Finding, Severity
from rules.analysis.telling import check_field
from rules.inputs import VISITOR_NAMES
from tests.conftest import seed_of_run
from tests.edge.sites import NOON, demo_site, item_file, make_site, rules_file
from tests.rules.analysis.worlds import CELLS

FILES = {
    "variants/film.toml": item_file(
        "film", {"variants": [{"id": "original", "audio": "en"}, {"id": "de-dub", "audio": "de"}]}
    ),
    "variants/page.toml": item_file(
        "page", {"kind": "page", "variants": [{"id": "en", "language": "en"}, {"id": "de", "language": "de"}]}
    ),
}
HOP = '[[proxies]]\nfrom = ["10.0.0.0/8"]\n'


def site_of(*rules: Mapping[str, Any], more: str = HOP, **settings: object) -> Site:
    return make_site({**FILES, "rules/t.toml": rules_file("t", rules, **settings)}, more)


def told(site: Site) -> list[Finding]:
    """What is said of its tables."""
    world = world_of(site, NOON)
    return [finding for table in site.book.tables for finding in check_field(field_of(table, world))]


def answering(site: Site, witness: str) -> set[str]:
    """The rules that answer the visitor of a finding. All that is said of them must be understood."""
    item, _, query = witness.partition(" ?")
    named = dict(parse_qsl(query))
    assert set(named) <= set(VISITOR_NAMES)
    assert list(doubts(named)) == []
    _, decision, _ = outcome(request_for(site, named, NOON), site.served[item], site)
    return {rule.name for rule in decision.matched}


def turned(rules: Sequence[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    return sorted(rules, key=lambda rule: rule["id"] != name)


def test_the_visitors_of_tables_of_chance_are_answered_as_told() -> None:
    seed = seed_of_run()
    print(f"seed {seed}")
    chance = random.Random(seed)
    counts = dict.fromkeys(("shadowed", "ambiguous-order", "gap"), 0)
    for _ in range(50):
        names = chance.sample(sorted(set(CELLS) - {"item"}), chance.randint(1, 4))
        rules = [
            {
                "id": f"r{number}",
                "when": {name: chance.choice(CELLS[name]) for name in names if chance.random() < 0.6},
                "then": {"mode": [chance.choice(("sub", "dub", "voiceover"))]},
            }
            for number in range(chance.randint(2, 6))
        ]
        site = site_of(*rules)
        for finding in told(site):
            if finding.witness and finding.code in counts:
                counts[finding.code] += 1
                check_answer(site, rules, finding)
    assert all(count > 3 for count in counts.values()), counts


def check_answer(site: Site, rules: Sequence[Mapping[str, Any]], finding: Finding) -> None:
    got = answering(site, finding.witness)
    ids = re.findall(r'(?:Rule t/|")(r\d)', finding.problem)
    if finding.code == "gap":
        assert got == set(), (rules, finding)
        return
    if finding.code == "shadowed":
        assert got, (rules, finding)
        assert got != {f"t/{ids[0]}"}
    else:
        assert got == {f"t/{ids[1]}"}, (rules, finding)
    assert answering(site_of(*turned(rules, ids[0])), finding.witness) == {f"t/{ids[0]}"}, (rules, finding)


def rule(name: str, mode: str, **when: object) -> dict[str, Any]:
    return {"id": name, "when": when, "then": {"mode": [mode]}}


def witnesses(site: Site, code: str) -> list[str]:
    return [finding.witness for finding in told(site) if finding.code == code]


def test_a_visitor_is_made_for_the_item_with_most_to_choose_from() -> None:
    assert witnesses(demo_site(), "gap")[1:2] == ["for-travellers ?country=FR"]


def test_the_visitors_own_clock_counts_where_a_table_says_so() -> None:
    site = site_of(rule("a", "sub", hour=["20..22"]), rule("b", "dub", country=["DE", "JP"]), zone="visitor")
    for witness in witnesses(site, "ambiguous-order"):
        assert answering(site, witness) == {"t/a"}


def test_what_needs_consent_is_said_with_it() -> None:
    rules = [rule("a", "sub", campaign=["summer"]), rule("b", "dub", device=["tv"])]
    assert witnesses(site_of(*rules), "ambiguous-order") == ["film ?device=tv&utm_campaign=summer"]
    shy = site_of(*rules, more="[consent]\ndefault = 0\n")
    assert witnesses(shy, "ambiguous-order") == ["film ?consent=3&device=tv&utm_campaign=summer"]


def test_a_referrer_comes_by_a_way_that_there_is() -> None:
    ways = {(one.referrer, one.name): dict(one.words or ()) for one in referrals(["google", "news", "example.org"])}
    assert ways["search", "google"] == {"referer": "https://www.google.com/"}
    assert ways["paid", "google"] == {"utm_source": "google", "utm_medium": "cpc"}
    assert ways["other", "news"] == {"utm_source": "news"}
    assert ways["other", "example.org"] == {"utm_source": "example.org"}
    assert ("social", "google") not in ways
    assert ("direct", None) in ways
    assert ("internal", None) in ways


def test_tables_that_do_not_meet_their_hit_policy_name_somebody_whom_both_rules_are_for() -> None:
    pairs = [
        (rule("a", "sub", country=["ES"]), rule("b", "sub", device=["tv"])),
        (rule("a", "sub", language=["es"]), rule("b", "sub", languages=["de"])),
        (rule("a", "sub", kind=["promo"], terms=["flug*"]), rule("b", "sub", item=["film"], terms=["!hotel"])),
        (rule("a", "sub", date=["2026-12-24"]), rule("b", "sub", weekday=["thu"], daypart=["evening"])),
        (rule("a", "sub", segment=["gold"]), rule("b", "sub", segment=["family"], captions=["yes"])),
    ]
    for one, other in pairs:
        with pytest.raises(Faulty) as refused:
            site_of(one, other, hit_policy="unique")
        (finding,) = refused.value.findings
        assert (finding.code, finding.severity) == ("overlap", Severity.error)
        witness = finding.witness if finding.witness[0] != "?" else f"film {finding.witness}"
        for rules in ((one, other), (other, one)):
            assert answering(site_of(*rules), witness) == {f"t/{rules[0]['id']}"}, witness


def test_where_nobody_can_be_said_a_broken_hit_policy_is_told_without_a_visitor() -> None:
    with pytest.raises(Faulty) as refused:
        site_of(rule("a", "sub", referrer=["search"]), rule("b", "sub", device=["tv"]), hit_policy="unique")
    assert [finding.witness for finding in refused.value.findings] == [""]


def test_a_load_does_not_analyse() -> None:
    site = site_of(rule("a", "sub", country=["ES"]), rule("b", "dub", device=["tv"]))
    assert [finding.code for finding in site.findings if finding.code != "against-norm"] == []


def test_what_a_load_says_of_a_rule_that_is_never_reached_is_said_once() -> None:
    site = site_of(rule("a", "sub", country=["ES"]), rule("b", "dub", country=["ES"]))
    assert [finding.code for finding in site.findings if finding.code != "against-norm"] == ["unreachable"]
    both = merged(site.findings, analyse(site, {}, NOON))
    assert [finding.code for finding in both if finding.severity is Severity.warning] == ["against-norm", "shadowed"]
