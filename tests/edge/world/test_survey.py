"""One visitor in every country: the founding story as a map, what is not sure, what is barred, and until when it holds."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from edge.site import Site
from edge.world import memory
from edge.world.memory import surveyed
from edge.world.survey import EXPERIENCES, NAMES, Place, Survey, survey
from locales.territories import TERRITORIES
from rules.inputs import VISITOR_NAMES
from tests.edge.folders import NO_RULES
from tests.edge.sites import DEMO_FILES, NOON, demo_site, item_file, make_site, rules_file, told, without_norms

FILM = "business-class"


def places(site: Site, item: str = FILM, moment: datetime = NOON, **named: str) -> dict[str, Place]:
    found = survey(site, site.served[item], named, moment)
    return {place.country: place for place in found.places}


@pytest.fixture(scope="module")
def demo() -> dict[str, Place]:
    return places(demo_site())


def test_germany_is_dubbed_by_norm_and_spain_subtitled_by_rule(demo: dict[str, Place]) -> None:
    germany, spain = demo["DE"], demo["ES"]
    assert (germany.variant, germany.experience, germany.layer, germany.rule) == ("de-dub", "dub", "norms", "norm/DE")
    assert (spain.variant, spain.experience, spain.layer) == ("es-sub", "sub", "rules")
    assert spain.rule == "airline/es-original"


def test_spain_is_dubbed_by_norm_once_the_rule_is_taken_out() -> None:
    site = make_site({**DEMO_FILES, "rules/airline.toml": NO_RULES})
    spain = places(site)["ES"]
    assert (spain.variant, spain.experience, spain.layer, spain.rule) == ("es-dub", "dub", "norms", "norm/ES")


def test_without_norms_the_default_decides() -> None:
    found = places(without_norms(make_site({**DEMO_FILES, "rules/airline.toml": NO_RULES})))
    assert [(found[one].variant, found[one].layer) for one in ("DE", "ES")] == [
        ("de-sub", "default"),
        ("es-sub", "default"),
    ]


def test_every_territory_is_there_and_gets_what_the_line_gives_it(demo: dict[str, Place]) -> None:
    assert set(demo) == TERRITORIES
    assert len(TERRITORIES) == 250  # ISO 3166-1, and XK
    site = demo_site()
    for country in ("AT", "BE", "CA", "GB", "IL", "JP", "MX", "PL", "TV", "VA", "XK"):
        answer = told(site, FILM, {"country": country})
        place = demo[country]
        assert (place.variant, place.rule or "", place.confidence) == (
            answer["variant"],
            answer["rule"],
            answer["confidence"],
        )


def test_places_with_several_languages_say_so_with_low_confidence(demo: dict[str, Place]) -> None:
    for country in ("CH", "BE", "CA"):
        assert demo[country].open, country
        assert demo[country].confidence == "low", country
    assert not demo["DE"].open
    assert not any(place.open for place in places(demo_site(), accept_language="de-DE,de").values())


def test_what_is_in_no_language_of_the_place_is_foreign_there(demo: dict[str, Place]) -> None:
    assert (demo["FR"].variant, demo["FR"].experience) == ("original", "foreign")
    assert demo["GB"].experience == "original"
    assert {place.experience for place in demo.values()} <= set(EXPERIENCES)


def test_a_language_that_is_said_is_the_same_everywhere() -> None:
    found = places(demo_site(), accept_language="de-DE,de;q=0.9")
    assert {place.variant for place in found.values()} <= {"de-dub", "de-sub"}
    assert found["ES"].variant == "de-sub"
    french = places(demo_site(), accept_language="fr-FR,fr")
    assert {place.experience for place in french.values()} == {"foreign"}


def test_everything_else_can_be_said_of_the_visitor() -> None:
    assert set(VISITOR_NAMES) - set(NAMES) == {"country", "region"}
    chosen = places(demo_site(), choose="mode=sub")
    assert (chosen["DE"].variant, chosen["DE"].layer) == ("de-sub", "choice")
    named = places(demo_site(), url="/es/business-class")
    assert named["DE"].variant == "es-dub"


def test_bars_are_on_the_map() -> None:
    row = {"variants": [{"id": "original", "audio": "en", "not_in": ["US", "CA"]}]}
    found = places(make_site({"variants/film.toml": item_file("film", row)}), "film")
    assert [code for code, place in found.items() if place.experience == "barred"] == ["CA", "US"]
    assert (found["US"].variant, found["US"].layer, found["US"].rule) == (None, "bars", None)


def test_what_has_no_words_is_met_as_the_original_everywhere() -> None:
    row = {"variants": [{"id": "music", "audio": "zxx"}]}
    site = make_site({"variants/film.toml": item_file("film", row)})
    found = survey(site, site.served["film"], {}, NOON)
    assert found.count("original") == len(TERRITORIES)


# Until when.

CHRISTMAS = [{"id": "feast", "when": {"country": ["DE"]}, "then": {"mode": "sub"},
              "active": {"from": "2026-12-24T18:00", "until": "2026-12-26"}}]  # fmt: skip


def seasonal() -> Site:
    variants = {"variants": [{"id": "original", "audio": "en"}, {"id": "de-sub", "audio": "en", "subtitles": ["de"]},
                             {"id": "de-dub", "audio": "de"}]}  # fmt: skip
    return make_site(
        {"variants/film.toml": item_file("film", variants), "rules/feast.toml": rules_file("feast", CHRISTMAS)}
    )


def test_a_survey_holds_until_the_next_rule_begins_anywhere() -> None:
    site = seasonal()
    found = survey(site, site.served["film"], {}, NOON)
    assert found.until == datetime(2026, 12, 24, 17, tzinfo=UTC)
    demo = demo_site()
    assert survey(demo, demo.served[FILM], {}, NOON).until is None


def asked(site: Site, named: dict[str, str], moment: datetime = NOON, item: str = "film") -> Survey:
    return asyncio.run(surveyed(site, site.served[item], named, moment))


def test_a_survey_is_made_once_and_again_when_it_no_longer_holds() -> None:
    site = seasonal()
    first = asked(site, {})
    assert asked(site, {}, NOON + timedelta(days=1)) is first
    feast = asked(site, {}, datetime(2026, 12, 24, 18, tzinfo=UTC))
    assert feast is not first
    assert {place.country: place.variant for place in feast.places}["DE"] == "de-sub"
    assert {place.country: place.variant for place in first.places}["DE"] == "de-dub"
    assert asked(site, {"accept_language": "de"}) is not asked(site, {"accept_language": "fr"})


def test_what_is_kept_belongs_to_one_snapshot_and_is_bounded() -> None:
    site, other = seasonal(), seasonal()
    assert asked(site, {}) is not asked(other, {})
    for number in range(memory.MOST + 3):
        memory._KEPT[site]["film", frozenset({("q", str(number))})] = asked(site, {})
    assert len(memory._KEPT[site]) == memory.MOST
    kept = len(memory._KEPT)
    del site
    assert len(memory._KEPT) <= kept


def test_others_are_answered_while_a_survey_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "SLICE", 50)
    site = seasonal()
    turns = 0

    async def both() -> None:
        nonlocal turns
        survey = asyncio.create_task(surveyed(site, site.served["film"], {}, NOON))
        while not survey.done():
            turns += 1
            await asyncio.sleep(0)

    asyncio.run(both())
    assert turns >= len(TERRITORIES) // 50
