"""Laws over HTTP and through a load: what they take away, what caches learn of it, and what a fault in a file does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.site import Loader, Site
from locales.findings import Faulty, Severity
from tests.edge.folders import change, demo_folder, publish
from tests.edge.sites import DEMO_FILES, NOON, OPERATOR, OWN_HOP, PROXY, demo_site, item_file, make_site, told, visitor

FILM = item_file(
    "film",
    {
        "kind": "fiction",
        "channel": "cinema",
        "variants": [
            {"id": "original", "audio": "en"},
            {"id": "es-dub", "audio": "es"},
            {"id": "es-sub", "audio": "en", "subtitles": ["es"]},
            {"id": "ru-dub", "audio": "ru"},
        ],
    },
)
OURS = """
[[laws]]
id = "spanish-act"
territory = "ES"
channel = "cinema"
bars = ["dub"]
law = "A made-up act, article 1"
date = 2026-01-01
from = 2026-12-01
until = 2026-12-31
source = "the tests"
"""
#: A law that asks for subtitles where the shipped norm ranks the dub first.
MEXICAN = """
[[laws]]
id = "mexican-act"
territory = "MX"
kind = ["fiction"]
channel = ["cinema"]
only = ["original+es"]
law = "A made-up act, article 2"
date = 2026-01-01
source = "the tests"
"""
TRUSTED = OWN_HOP


def film_site(ours: str = "", more: str = "") -> Site:
    return make_site({"variants/film.toml": FILM, **({"locales/ours.toml": ours} if ours else {})}, more)


def variant(site: Site, moment: datetime = NOON, **named: str) -> str:
    found: str = told(site, "film", named, moment)["variant"]
    return found


def test_a_law_bars_what_the_norm_of_the_place_would_rank_first() -> None:
    site = film_site(MEXICAN)
    assert variant(film_site(), country="MX", accept_language="es-MX") == "es-dub"
    assert variant(site, country="ES", accept_language="es-ES") == "es-dub"
    assert variant(site, country="MX", accept_language="es-MX") == "es-sub"
    assert variant(site, country="MX", accept_language="ru") == "es-sub"
    assert variant(site, country="UA", accept_language="uk") == "barred"
    assert variant(site, accept_language="ru") == "ru-dub"


def test_no_choice_of_the_visitor_opens_what_a_law_bars() -> None:
    site = film_site(MEXICAN)
    for wish in ("variant=es-dub", "mode=dub", "language=ru,mode=dub"):
        assert variant(site, country="MX", accept_language="es", choose=wish) == "es-sub"
        assert variant(site, country="UA", accept_language="ru", choose=wish) == "barred"


def test_a_law_outranks_a_rule_that_pins() -> None:
    pin = '[table]\nid = "house"\n[[rules]]\nid = "pin"\nwhen = { item = ["film"] }\nthen = { variant = "es-dub" }\n'
    site = make_site({"variants/film.toml": FILM, "rules/house.toml": pin, "locales/ours.toml": MEXICAN})
    assert variant(site, country="ES") == "es-dub"
    assert variant(site, country="MX", accept_language="es-MX") == "es-sub"


def test_the_key_tells_the_countries_of_laws_apart_and_vary_names_the_field_of_the_country() -> None:
    site = film_site(MEXICAN, more=TRUSTED)
    keys: dict[str, str] = {}
    with visitor(site, peer=PROXY) as ask:
        for country, wanted in (
            ("ES", "es-dub"),
            ("MX", "es-sub"),
            ("UA", "barred"),
        ) * 2:  # the second time from memory
            answer = ask.get("/v1/decide/film", headers={"X-Geo-Country": country, "Accept-Language": "es"})
            assert (answer.status_code, answer.headers["Isogloss-Variant"]) == (200, wanted)
            keys[country] = answer.headers["Isogloss-Key"]
            assert "x-geo-country" in answer.headers["Vary"].lower()
        assert len(set(keys.values())) == 3
        gone = ask.get("/v1/items/film", headers={"X-Geo-Country": "UA", "Accept-Language": "es"})
        assert gone.status_code == 451


def test_equal_keys_get_equal_answers_and_no_country_with_a_law_shares_its_key() -> None:
    site = film_site(OURS + MEXICAN)
    found: dict[str, set[tuple[str, ...]]] = {}
    for country in (None, "ES", "MX", "UA", "SI", "ID", "DE", "AR", "RU"):
        for header in ("es", "es-MX", "ru", "uk, ru;q=0.5", "en", "de", ""):
            for moment in (NOON, NOON + timedelta(days=20)):
                named = {"accept_language": header, **({"country": country} if country else {})}
                answer = told(site, "film", named, moment)
                key = f"{answer.pop('key')} {moment}"
                found.setdefault(key, set()).add(tuple(map(str, answer.values())))
    assert [key for key, answers in found.items() if len(answers) > 1] == []


def test_a_law_that_begins_or_ends_is_a_boundary_that_no_answer_outlives() -> None:
    site = film_site(OURS, more=TRUSTED)
    begins, ends = datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)
    second = timedelta(seconds=1)
    spanish = {"country": "ES", "accept_language": "es"}
    assert [variant(site, moment, **spanish) for moment in (begins - second, begins, ends - second, ends)] == [
        "es-dub", "es-sub", "es-sub", "es-dub",
    ]  # fmt: skip
    with visitor(site, peer=PROXY) as ask:
        soon = "/v1/items/film?country=ES&accept_language=es&at=2026-11-30T23:59:30"
        made = ask.get(soon, headers=OPERATOR).json()
        assert (made["variant"]["id"], made["decision"]["expires"]) == ("es-dub", "2026-11-30T23:00:00Z")


def test_operators_are_told_the_law_and_its_date_and_visitors_are_not() -> None:
    site = film_site(MEXICAN, more=TRUSTED)
    field = {"X-Geo-Country": "UA", "Accept": "application/json"}
    with visitor(site, peer=PROXY) as ask:
        trace = ask.get("/v1/explain/film", headers={**OPERATOR, **field}).json()["trace"]
        assert trace["barred"][0]["because"] == [
            "law/ua-cinema in UA: Ruling of the Constitutional Court of Ukraine of 24 December 2007 on the language of films "
            "(2007-12-24)"
        ]
        told_to_all = ask.get("/v1/explain/film", headers=field).text
        assert "law/" not in told_to_all
        manifest = ask.get("/v1/items/film", headers={"X-Geo-Country": "MX"}).text
        assert "es-dub" not in manifest
        assert "law/" not in manifest


def test_an_explanation_has_the_sources_of_a_norm_in_full_and_when_it_is_due_for_review() -> None:
    site = film_site(more=TRUSTED)
    with visitor(site, peer=PROXY) as ask:
        field = {"X-Geo-Country": "ES", "Accept-Language": "es", "Accept": "application/json"}
        norm = ask.get("/v1/explain/film", headers=field).json()["decision"]["used"][0]["norm"]
        assert (
            norm["sources"][0] == "Special Eurobarometer 386, Europeans and their Languages (European Commission, 2012)"
        )
        assert (norm["basis"], norm["year"], norm["review"]) == ("stated", 2022, "2033-01-01")


# Loading


def test_laws_change_nothing_of_the_demo() -> None:
    site = demo_site()
    assert not any(one.bars for item in site.catalog.items.values() for one in item.variants)
    assert {one.code for one in site.findings} == {"against-norm"}


def test_the_demo_has_one_warning_of_the_rule_that_goes_against_the_norm_of_spain() -> None:
    (finding,) = demo_site().findings
    assert (finding.file, finding.severity) == ("rules/airline.toml", Severity.warning)
    assert finding.problem.startswith("Rule airline/es-original: it says sub first, against norm/ES (dub > sub; ")
    assert "Special Eurobarometer 386, Europeans and their Languages (European Commission, 2012)" in finding.problem


def test_a_norm_of_the_sites_own_ends_that_warning_and_is_what_the_rule_overrides() -> None:
    own = '[[norms]]\nterritory = "ES"\nmode = ["sub", "dub"]\nsource = "our own viewers, 2026"\nconfidence = "high"\n'
    assert make_site({**DEMO_FILES, "locales/ours.toml": own}).findings == ()


def test_check_tells_of_items_that_laws_leave_nothing_of() -> None:
    codes = {finding.code: finding for finding in film_site().findings}
    assert codes["law-bars-all"].severity is Severity.note
    assert codes["law-bars-all"].problem.startswith('Laws can bar every variant of "film" in SI, UA: law/ua-cinema, ')
    assert codes["law-bars-all"].line == 2
    off = '[[laws]]\nid = "ua-cinema"\noff = true\n[[laws]]\nid = "si-cinema"\noff = true\n'
    site = film_site(off)
    assert "law-bars-all" not in {finding.code for finding in site.findings}
    assert variant(site, country="UA", accept_language="ru") == "ru-dub"
    assert {law.id for law in site.laws}.isdisjoint({"ua-cinema", "si-cinema"})


def test_a_law_of_a_kind_that_is_none_is_told() -> None:
    site = film_site(OURS + 'kind = ["ficton"]\n')
    assert [one.cure for one in site.findings if one.code == "unknown-kind"] == ['Did you mean "fiction"?']


NORM = '[[norms]]\nterritory = "ES"\nmode = ["sub"]\nsource = "our own viewers"\n'

#: What is wrong with a file of norms or laws: text, line, code, part of the cure.
FAULTS = [
    (NORM.replace("ES", "EN"), 2, "unknown-territory", "Did you mean"),
    (NORM.replace("sub", "subtitle"), 3, "unknown-mode", 'Did you mean "sub"?'),
    (NORM.replace('source = "our own viewers"', ""), 1, "missing-source", "Write source = "),
    (NORM + NORM, 5, "duplicate-norm", "Keep one of the two"),
    (OURS.replace('"ES"', '"EN"'), 4, "unknown-territory", "Did you mean"),
    (OURS.replace('"dub"', '"dubb"'), 6, "bad-form", 'Write one such as "es"'),
    (OURS.replace('source = "the tests"', ""), 2, "missing-source", "Write source = "),
    (OURS + OURS, 13, "duplicate-law", "an id of its own"),
    ('[[laws]]\noff = true\nid = "ua-cinnema"\n', 3, "unknown-law", 'Did you mean "ua-cinema"?'),
    ("laws = 7\n", 1, "wrong-type", "Write a list."),
]


@pytest.mark.parametrize(("text", "line", "code", "cure"), FAULTS, ids=[code for _, _, code, _ in FAULTS])
def test_a_fault_is_told_with_file_line_and_cure_and_the_last_good_revision_is_kept(
    text: str, line: int, code: str, cure: str, tmp_path: Path
) -> None:
    folder = demo_folder(tmp_path / "site")
    loader = Loader(folder)
    good = loader.load()
    folder.joinpath("locales").mkdir()
    publish(folder / "locales/ours.toml", text)
    with pytest.raises(Faulty) as raised:
        loader.load()
    (finding,) = [one for one in raised.value.findings if one.severity is Severity.error]
    assert (finding.file, finding.line, finding.code) == ("locales/ours.toml", line, code)
    assert cure in finding.cure
    kept = good.degraded(raised.value.findings)
    assert told(kept, "business-class", {"country": "DE"})["variant"] == "de-dub"
    assert kept.stale == raised.value.findings
    change(folder / "locales/ours.toml", text, OURS)
    assert [law.id for law in loader.load().laws][:1] == ["spanish-act"]


def test_the_same_law_in_two_files_is_a_fault() -> None:
    with pytest.raises(Faulty, match="law/spanish-act stands twice"):
        make_site({"variants/film.toml": FILM, "locales/a.toml": OURS, "locales/b.toml": OURS})
