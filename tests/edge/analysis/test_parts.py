"""Tests of what is looked for besides tables: moves, groups, consent, variants."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest

from edge.analysis import variants as searching
from edge.analysis.consent import check_consent
from edge.analysis.groups import check_groups
from edge.analysis.moves import Move, find_rule, moves_of
from edge.analysis.tables import field_of, world_of
from edge.analysis.variants import check_variants
from edge.classes.asking import ask
from edge.site import Site
from locales.findings import Finding, Severity
from tests.edge.analysis.test_tables import HOP, rule, site_of
from tests.edge.sites import DEMO_FILES, NOON, demo_site, item_file, make_site, rules_file

# Groups


def unused(files: Mapping[str, str]) -> list[str]:
    """The groups that nothing names."""
    site = make_site(files)
    found = list(check_groups({name: text.encode() for name, text in files.items()}, site.groups))
    assert {(finding.severity, finding.code, finding.file) for finding in found} <= {
        (Severity.note, "unused-group", "locales/ours.toml")
    }
    return [f"{finding.line} {finding.problem.removeprefix('Nothing names the group ')}" for finding in found]


FAR = {"id": "x", "audio": "fr", "not_in": ["@far"]}
NORM = '[[norms]]\ngroup = "far"\nmode = ["sub", "dub"]\nsource = "we"\n'
FILM: dict[str, Any] = {"variants": [{"id": "original", "audio": "en"}, {"id": "de-dub", "audio": "de"}]}
GROUPS = '[groups]\nalps = ["AT", "CH"]\nnear = ["@alps", "DE"]\nfar = ["JP"]\n'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, ["2 @alps.", "3 @near.", "4 @far."]),
        ({"rules/t.toml": rules_file("t", [rule("a", "sub", country=["@alps"])])}, ["3 @near.", "4 @far."]),
        ({"rules/t.toml": rules_file("t", [rule("a", "sub", country=["FR", "!@near"])])}, ["4 @far."]),
        ({"rules/t.toml": rules_file("t", []), "rules/t.csv": "id,country,mode\na,'@near|!@far,sub\n"}, []),
        (
            {"variants/film.toml": item_file("film", {"variants": [*FILM["variants"], FAR]})},
            ["2 @alps.", "3 @near."],
        ),
        ({"locales/more.toml": NORM}, ["2 @alps.", "3 @near."]),
    ],
)
def test_a_group_that_nothing_names_is_told(files: dict[str, str], expected: list[str]) -> None:
    whole = {"variants/film.toml": item_file("film", FILM), "locales/ours.toml": GROUPS, **files}
    assert unused(whole) == expected


def test_a_group_in_the_place_of_a_shipped_one_is_used_by_what_is_shipped() -> None:
    whole = {"variants/film.toml": item_file("film", FILM), "locales/ours.toml": '[groups]\ndach = ["DE", "AT"]\n'}
    assert unused(whole) == []


# Consent


def consent(site: Site) -> list[Finding]:
    (table,) = site.book.tables
    return list(check_consent(site, field_of(table, world_of(site, NOON))))


def test_a_rule_about_what_nobody_says_can_never_hold() -> None:
    (found,) = consent(site_of(rule("a", "sub", segment=["gold"]), rule("b", "dub", device=["tv"]), more=""))
    assert (found.severity, found.code) == (Severity.warning, "needs-consent")
    assert (
        "segment is read from consent level 2 on, visitors of this site are of level 1, and no entry" in found.problem
    )
    assert found.witness == "film ?consent=3&segment=gold&device=tv" or found.witness.startswith(
        "film ?consent=3&device="
    )


def test_where_a_proxy_may_say_it_that_is_a_note() -> None:
    (found,) = consent(site_of(rule("a", "sub", stage=["new"], age=["child"]), more=HOP))
    assert found.severity is Severity.note
    assert "stage and age is read from level 2 on" in found.problem


@pytest.mark.parametrize(
    ("more", "level"),
    [
        (HOP + "context = false\n", Severity.warning),
        (HOP + 'context = false\nheaders = { consent = "X-Consent" }\n', Severity.note),
        (HOP + "normalised = true\n", Severity.note),
        ("[consent]\ndefault = 2\n", Severity.warning),
    ],
)
def test_who_may_say_it(more: str, level: Severity) -> None:
    assert [one.severity for one in consent(site_of(rule("a", "sub", segment=["gold"]), more=more))] == [level]


def test_a_site_whose_visitors_are_of_that_level_needs_nothing_more() -> None:
    assert consent(site_of(rule("a", "sub", segment=["gold"]), more="[consent]\ndefault = 2\n" + HOP)) == []
    assert consent(site_of(rule("a", "sub", segment=["unknown", "gold"], device=["tv"]), more="")) == []
    (found,) = consent(site_of(rule("a", "sub", campaign=["x"]), more="[consent]\ndefault = 0\n"))
    assert "campaign is read from consent level 1 on, visitors of this site are of level 0" in found.problem


# Moves


def move(site: Site, moved: str, above: str) -> Move:
    one, other = find_rule(site, moved), find_rule(site, above)
    assert one is not None
    assert other is not None
    return Move(one[0], one[1], other[1])


def test_a_move_names_somebody_and_both_answers() -> None:
    site = site_of(rule("a", "sub", country=["DE"]), rule("b", "dub", device=["tv"]))
    (found,) = moves_of(site, move(site, "t/b", "a"), NOON)
    assert (found.before.name, found.after.name) == ("t/a", "t/b")
    assert found.visitor == {"country": "DE", "device": "tv"}
    other = site_of(rule("b", "dub", device=["tv"]), rule("a", "sub", country=["DE"]))
    assert found.answers == tuple(ask(one, found.item, found.visitor, NOON).answer for one in (site, other))


def test_a_move_names_an_item_whose_answer_changes_if_there_is_one() -> None:
    rules = rules_file("t", [rule("a", "sub", country=["DE"]), rule("b", "dub", device=["tv"])])
    more: list[Any] = [{"id": "de-sub", "audio": "en", "subtitles": ["de"]}]
    files = {
        "variants/a.toml": item_file("a", {"variants": [*FILM["variants"], {"id": "fr-dub", "audio": "fr"}]}),
        "variants/b.toml": item_file("b", {"variants": [*FILM["variants"], *more]}),
    }
    site = make_site({**files, "rules/t.toml": rules})
    (found,) = moves_of(site, move(site, "b", "a"), NOON)
    assert found.answers is not None
    assert (found.item, [answer.variant for answer in found.answers]) == ("b", ["de-sub", "de-dub"])


def test_a_move_that_is_not_decided_names_nobody() -> None:
    site = site_of(rule("c", "sub", os=["ios"]), rule("a", "sub", country=["DE"]), rule("b", "dub", device=["tv"]))
    (found,) = moves_of(site, move(site, "b", "a"), NOON, steps=1)
    assert (found.visitor, found.answers) == (None, None)


def test_a_rule_is_found_by_its_full_name_or_an_id_that_is_its_own() -> None:
    site = make_site({**DEMO_FILES, "rules/more.toml": rules_file("more", [rule("spain", "sub", country=["ES"])])})
    assert find_rule(site, "spain") is None
    found = find_rule(site, "more/spain")
    assert found is not None
    assert (found[0].id, found[1]) == ("more", 0)
    assert find_rule(site, "nothing") is None


# Variants


def unreached(variants: list[dict[str, Any]], moment: datetime = NOON, **item: Any) -> list[Finding]:
    site = make_site({"variants/film.toml": item_file("film", {"variants": variants, **item})})
    return list(check_variants(site, moment))


def test_every_variant_of_the_demo_is_somebodys_answer() -> None:
    assert list(check_variants(demo_site(), NOON)) == []


def test_who_chooses_a_variant_that_is_nobodys_answer_else_is_named() -> None:
    (found,) = unreached([{"id": "original", "audio": "en"}, {"id": "again", "audio": "en"}])
    assert (found.code, found.severity, found.line) == ("only-by-choice", Severity.note, 13)
    assert found.witness == "film ?choose=variant%3Dagain"
    assert dict(parse_qsl(found.witness.partition("?")[2])) == {"choose": "variant=again"}


def test_who_chooses_stands_where_the_variant_may_be_shown_and_comes_when_it_may() -> None:
    (found,) = unreached([
        {"id": "original", "audio": "en"},
        {"id": "again", "audio": "en", "only_in": ["JP"], "from": "2031-01-01"},
    ])  # fmt: skip
    assert dict(parse_qsl(found.witness.partition("?")[2])) == {
        "at": "2031-01-01T00:00", "choose": "variant=again", "country": "JP",
    }  # fmt: skip


def test_a_variant_that_begins_later_is_reached_then() -> None:
    assert unreached([{"id": "original", "audio": "en"}, {"id": "de-dub", "audio": "de", "from": "2031-01-01"}]) == []


def test_a_variant_that_is_over_is_only_said_to_be() -> None:
    variants = [{"id": "original", "audio": "en"}, {"id": "old", "audio": "de", "until": "2020-10-31"}]
    (found,) = unreached(variants)
    assert (found.code, found.severity) == ("expired", Severity.note)
    assert found.problem == '"old" of "film" is over since 2020-10-31 23:00 UTC.'
    still = datetime(2020, 10, 1, tzinfo=UTC)
    assert unreached(variants, still) == []


def test_a_variant_that_a_law_bars_wherever_it_may_be_shown_is_nobodys() -> None:
    variants: list[dict[str, Any]] = [
        {"id": "original", "audio": "en"},
        {"id": "id-dub", "audio": "id", "only_in": ["ID"]},
    ]
    (found,) = unreached(variants, kind="fiction", channel="cinema")
    assert (found.code, found.severity, found.witness) == ("unreachable-variant", Severity.warning, "")


def test_an_item_that_nobody_may_get_harms_no_search() -> None:
    found = unreached([{"id": "original", "audio": "en", "from": "2031-01-01", "only_in": ["JP"]}])
    assert found == []


def test_a_site_of_very_many_items_is_looked_at_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "TOTAL", 3)
    found = list(check_variants(demo_site(), NOON))
    assert [one.code for one in found][-1] == "unfinished"
