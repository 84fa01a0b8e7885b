"""`/v1/places/{country}` over HTTP: facts for every page, that any cache may keep."""

from __future__ import annotations

import gc
import json
import re
import sys
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from edge import places, public_holidays
from edge.places import Asked, body_of, parse_asked
from edge.public_holidays import NOT_INSTALLED
from locales.place_codes import PlaceCode
from tests.conftest import REPOSITORY
from tests.edge.sites import DEMO_FILES, SPANISH, demo_site, make_site, norms_file, visitor
from tests.edge.test_cors import CLOSED
from tests.locales.own_territories import OWN

PAGE = (REPOSITORY / "docs" / "places.md").read_text("utf-8")


@pytest.fixture(scope="module")
def ask() -> Iterator[TestClient]:
    with visitor(demo_site()) as client:
        yield client


def told(ask: TestClient, path: str) -> dict[str, Any]:
    response = ask.get(f"/v1/places/{path}")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


# What is told


def test_a_place_is_told_whole(ask: TestClient) -> None:
    spain = told(ask, "ES")
    assert (spain["place"], spain["country"], spain["region"], spain["language"]) == ("ES", "ES", None, "en")
    assert spain["names"]["by_language"] == {"en": "Spain", "es": "España"}
    (spanish,) = spain["languages"]["official"]
    assert (spanish["tag"], spanish["direction"], spanish["share"]) == ("es", "ltr", 99.0)
    assert spain["currency"]["tenders"] == [{"currency": "EUR", "first": "1999-01-01", "last": None}]
    assert (spain["week"]["first_day"], spain["week"]["weekend"]) == ("mon", ["sat", "sun"])
    assert (spain["hours"]["preferred"], spain["calendars"]["used"]) == ("H", ["gregorian"])
    assert (spain["measures"]["system"], spain["measures"]["paper"]) == ("metric", "A4")
    assert "@eu" in spain["groups"]
    assert "norm/ES" in [row["name"] for row in spain["norms"]]
    assert (spain["laws"], spain["notes"]) == ([], [])
    for facts in ("names", "languages", "currency", "week", "hours", "calendars", "measures"):
        assert "CLDR" in spain[facts]["source"]


def test_the_weekend_is_a_set_and_the_money_that_of_the_day(ask: TestClient) -> None:
    assert told(ask, "BN")["week"]["weekend"] == ["fri", "sun"]
    for day, codes in (("2025-12-31", ["BGN"]), ("2026-01-15", ["EUR", "BGN"]), ("2026-11-22", ["EUR"])):
        money = told(ask, f"BG?date={day}")["currency"]
        assert (money["on"], [one["currency"] for one in money["tenders"]]) == (day, codes)


def test_names_are_in_the_language_asked_for(ask: TestClient) -> None:
    response = ask.get("/v1/places/ES?in=pt-br")
    assert response.headers["content-language"] == "pt-BR"
    assert response.json()["names"]["by_language"]["pt-BR"] == "Espanha"
    assert response.json()["languages"]["official"][0]["name"] == "espanhol"


def test_the_sites_own_norms_are_told_before_the_shipped_ones() -> None:
    files = {
        **DEMO_FILES,
        "locales/ours.toml": norms_file([{"territory": "ES", "mode": ["sub"], "kind": "documentary"}]),
    }
    with visitor(make_site(files)) as ask:
        norms = told(ask, "ES")["norms"]
    assert (norms[0]["name"], norms[0]["site"], norms[0]["source"]) == ("norm/ES/documentary", True, "the tests")
    assert not any(row["site"] for row in norms[1:])


def test_laws_are_those_of_the_site() -> None:
    own = '[[laws]]\nid = "ours"\nterritory = "ES"\nonly = ["original+es"]\nlaw = "Film act"\ndate = 2026\nsource = "Gazette"\n'
    off = '[[laws]]\nid = "si-cinema"\noff = true\n'
    with visitor(make_site({**DEMO_FILES, "locales/laws.toml": own + off})) as ask:
        (law,) = told(ask, "ES")["laws"]
        assert (law["name"], law["title"], law["source"], law["site"]) == ("law/ours", "Film act", "Gazette", True)
        assert law["only"] == [{"heard": "original", "language": "", "read": "es"}]
        assert told(ask, "SI")["laws"] == []
        assert [law["name"] for law in told(ask, "UA")["laws"]] == ["law/ua-cinema"]


# Subdivisions


@pytest.mark.parametrize(("code", "own"), OWN.items())
def test_a_subdivision_that_is_a_territory_of_its_own_is_told_as_it(ask: TestClient, code: str, own: str) -> None:
    found = told(ask, code)
    assert (found["place"], found["country"], found["region"], found["within"]) == (own, own, None, [])
    assert found["languages"]["of"] == own
    assert code[:2] not in {row["place"] for row in found["norms"]}


def test_hong_kong_has_its_own_money_script_and_norms(ask: TestClient) -> None:
    found = told(ask, "CN-HK")
    assert [tender["currency"] for tender in found["currency"]["tenders"]] == ["HKD"]
    assert found["languages"]["official"][0]["script"] == "Hant"
    assert "norm/HK" in [row["name"] for row in found["norms"]]


def test_an_ordinary_subdivision_says_that_names_and_money_are_the_countrys(ask: TestClient) -> None:
    (note, *_) = told(ask, "ES-CT")["notes"]
    assert note.startswith("The names are those of the country ES, not of ES-CT; so are money, ")


# Public holidays


def test_public_holidays_are_told_of_a_day_and_only_then(ask: TestClient) -> None:
    assert "holidays" not in told(ask, "ES")
    holidays = told(ask, "ES-CT?date=2026-12-26&in=ca")["holidays"]
    assert (holidays["of"], holidays["date"], holidays["today"]) == ("ES-CT", "2026-12-26", ["Sant Esteve"])
    assert holidays["year"][0] == {"date": "2026-01-01", "name": "Cap d'Any"}
    assert holidays["source"].startswith("holidays ")


def test_without_the_package_the_member_is_absent_and_it_is_said_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    public_holidays._year.cache_clear()
    with visitor(demo_site()) as ask:
        spain = told(ask, "ES?date=2026-12-25")
        assert "holidays" not in spain
        assert spain["notes"] == [NOT_INSTALLED]
        assert NOT_INSTALLED not in told(ask, "ES")["notes"]
    public_holidays._year.cache_clear()


# Caches


def test_any_cache_may_keep_it_as_long_as_the_site_says() -> None:
    with visitor(make_site({**DEMO_FILES, "site.toml": DEMO_FILES["site.toml"] + "[cache]\nmax_age = 300\n"})) as ask:
        fields = ask.get("/v1/places/ES").headers
    assert fields["cache-control"] == "public, max-age=300, stale-while-revalidate=60, stale-if-error=86400"
    assert fields["content-type"] == "application/json"
    assert fields["access-control-allow-origin"] == "*"
    assert fields["surrogate-key"] == "isogloss-airline"
    assert "vary" not in fields
    assert "set-cookie" not in fields


def test_it_is_the_same_for_everybody() -> None:
    site = demo_site()
    somebody = {
        "Accept-Language": "de", "User-Agent": "Mozilla/5.0 (iPhone)", "Isogloss-Choice": "language=fr", "Cookie": "a=b",
        "Referer": "https://www.example/", "Sec-GPC": "1", "Accept": "text/html",
    }  # fmt: skip
    with visitor(site) as one, visitor(site, SPANISH) as other:
        first, second = one.get("/v1/places/ES"), other.get("/v1/places/ES?country=DE&utm_source=x", headers=somebody)
    assert first.content == second.content
    assert dict(first.headers) == dict(second.headers)


def test_a_publish_that_changes_nothing_here_keeps_the_tag() -> None:
    rules = {
        **DEMO_FILES,
        "rules/airline.toml": DEMO_FILES["rules/airline.toml"].replace("Our Spanish", "All our Spanish"),
    }
    norm = {**DEMO_FILES, "locales/ours.toml": norms_file([{"territory": "ES", "mode": ["sub"]}])}
    tags = []
    for files in (DEMO_FILES, rules, norm):
        with visitor(make_site(files)) as ask:
            tags.append(ask.get("/v1/places/ES").headers["etag"])
    assert tags[0] == tags[1] != tags[2]


@pytest.mark.parametrize(
    ("condition", "status"), [("{}", 304), ("W/{}", 304), ('"x", {}', 304), ("*", 304), ('"x"', 200)]
)
def test_a_304_repeats_what_a_cache_needs(ask: TestClient, condition: str, status: int) -> None:
    whole = ask.get("/v1/places/es")
    again = ask.get("/v1/places/es", headers={"If-None-Match": condition.format(whole.headers["etag"])})
    assert again.status_code == status
    assert (again.content == b"") is (status == 304)
    repeated = ("etag", "cache-control", "content-language", "content-location", "access-control-allow-origin")
    assert {name: again.headers[name] for name in repeated} == {name: whole.headers[name] for name in repeated}
    assert ("content-type" in again.headers) is (status == 200)


def test_head_is_get_without_the_content(ask: TestClient) -> None:
    whole, head = ask.get("/v1/places/ES"), ask.head("/v1/places/ES")
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(whole.headers)


ADDRESSES: dict[str, str] = {
    "ES": "ES",
    "es": "ES",
    "es-ct": "ES-CT",
    "uk": "GB",
    "cn-hk?in=zh-Hant": "HK?in=zh-Hant",
    **OWN,
    "ESP": "ES",
    "ES?in=en": "ES",
    "ES?in=EN&date=": "ES",
    "ES?in=iw&date=2026-12-25": "ES?date=2026-12-25&in=he",
    "ES?unknown=1&in=de": "ES?in=de",
}


@pytest.mark.parametrize(("asked", "address"), ADDRESSES.items())
def test_every_way_of_asking_names_the_one_address_of_the_answer(ask: TestClient, asked: str, address: str) -> None:
    response = ask.get(f"/v1/places/{asked}")
    assert response.headers["content-location"] == address
    assert response.content == ask.get(f"/v1/places/{address}").content


def test_answers_are_remembered_for_a_revision_and_go_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "REMEMBERED", 2)
    site, asked = demo_site(), [Asked(PlaceCode(code)) for code in ("ES", "DE", "FR")]
    bodies = [body_of(one, site) for one in asked]
    assert body_of(asked[2], site) is bodies[2]
    assert body_of(asked[0], site) == bodies[0]
    assert len(places._bodies[site]) == 2
    gone = weakref.ref(site)
    del site
    gc.collect()
    assert gone() is None


# Pages of other origins


def test_listed_origins_alone_may_read_it() -> None:
    with visitor(demo_site(CLOSED)) as ask:
        for path in ("ES", "XX", "ES?date=x"):
            for origin, allowed in (
                ("https://a.example", "https://a.example"),
                ("https://evil.example", None),
                (None, None),
            ):
                fields = ask.get(f"/v1/places/{path}", headers={"Origin": origin} if origin else {}).headers
                assert fields.get("access-control-allow-origin") == allowed
                assert fields["vary"] == "Origin"


def test_a_browser_may_ask_beforehand(ask: TestClient) -> None:
    sent = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    response = ask.options("/v1/places/ES", headers=sent)
    assert (response.status_code, response.headers["access-control-allow-methods"]) == (204, "GET, HEAD")


# What cannot be answered


FAULTS: dict[str, tuple[int, str]] = {
    "XX": (404, 'There is no place of that code. Did you mean "'),
    "Spain": (404, 'There is no place of that code. Did you mean "ES"?'),
    "ES-ZZ": (404, 'There is no place of that code. Did you mean "ES-'),
    "YU": (404, "There is no place of that code. Today's codes are: RS, ME."),
    "419": (404, "There is no place of that code. That is a group of territories"),
    "98765": (
        404,
        "There is no place of that code. Places are codes of ISO 3166-1 and ISO 3166-2, such as ES and ES-CT.",
    ),
    "%00": (404, "There is no place of that code."),
    "%ff%fe": (404, "There is no place of that code."),
    "x" * 4000: (404, "There is no place of that code."),
    "ES?date=2026-13-01": (400, "date takes a day of the calendar, such as 2026-12-25."),
    "ES?date=2026-02-29": (400, "date takes a day of the calendar"),
    "ES?date=20261225": (400, "date takes a day of the calendar"),
    "ES?date=tomorrow": (400, "date takes a day of the calendar"),
    "ES?date=0000-01-01": (400, "date takes a day of the calendar"),
    "ES?in=klingon-please": (400, "in takes a language as a BCP 47 tag, such as es or pt-BR."),
    "ES?in=xx": (400, "in takes a language"),
    "ES?in=" + "e" * 100: (400, "in takes a language"),
    "ES?in=tlh": (400, "There are no names in that language."),
}


@pytest.mark.parametrize(("path", "fault"), FAULTS.items(), ids=[path[:24] for path in FAULTS])
def test_what_cannot_be_answered_is_a_problem_with_a_cure(ask: TestClient, path: str, fault: tuple[int, str]) -> None:
    response = ask.get(f"/v1/places/{path}")
    status, detail = fault
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    problem = response.json()
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    assert problem["title"] == {400: "Bad Request", 404: "Not Found"}[status]
    assert problem["detail"].startswith(detail)
    assert len(problem["detail"]) < 200


@pytest.mark.parametrize("path", ["/v1/places", "/v1/places/", "/v1/places/ES/CT"])
def test_other_paths_are_not_served(ask: TestClient, path: str) -> None:
    assert ask.get(path).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_allowed(ask: TestClient, method: str) -> None:
    assert ask.request(method, "/v1/places/ES").status_code == 405


@given(st.text(max_size=80), st.none() | st.text(max_size=12), st.none() | st.text(max_size=80))
def test_whatever_is_asked_for_is_understood_or_refused(code: str, day: str | None, language: str | None) -> None:
    statuses = []
    try:
        asked = parse_asked(code, day, language)
    except places.Refused as refusal:
        statuses.append(refusal.status)
    else:
        assert parse_asked(asked.place.code, day, asked.language) == asked
    assert {*statuses} <= {400, 404}


# The page of the documents


def test_the_page_shows_what_is_answered(ask: TestClient) -> None:
    ((path, shown),) = re.findall(r"^GET /v1/places/(\S+)\n```\n\n```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert json.loads(shown) == told(ask, path), f'docs/places.md: take what "GET /v1/places/{path}" answers'


def test_the_page_names_every_member_and_no_other(ask: TestClient) -> None:
    answered = told(ask, "ES?date=2026-12-25")
    named = re.findall(r"^\| `([a-z_]+)` \|", PAGE, re.MULTILINE)
    assert named == list(answered)
    groups = ("names", "languages", "currency", "week", "hours", "calendars", "measures", "holidays")
    assert [name for group in groups for name in answered[group] if f"`{name}`" not in PAGE] == []
    assert [name for group in ("norms",) for name in answered[group][0] if f"`{name}`" not in PAGE] == []
    assert [name for name in told(ask, "SI")["laws"][0] if f"`{name}`" not in PAGE] == []
