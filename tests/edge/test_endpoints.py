"""Manifests, errors, health, readiness and counters over HTTP (DESIGN §3)."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from edge.operators import Operators
from edge.service import Service
from locales.findings import Finding, Severity
from tests.edge.sites import (
    BUSINESS,
    DEMO_FILES,
    OPERATOR,
    OWN_HOP,
    PROXY,
    SPANISH,
    demo_site,
    item_file,
    make_site,
    service_of,
    visitor,
)

BARRED = item_file(
    "closed",
    {"variants": [{"id": "a", "audio": "en", "not_in": ["ES"]}, {"id": "b", "audio": "es", "only_in": ["MX"]}]},
)
TWO = {**DEMO_FILES, "variants/closed.toml": BARRED}
OUR_FIELDS = {"Isogloss-Variant", "Isogloss-Key", "Isogloss-Decision", "Content-Language", "ETag"}


def spaniard(more: str = "") -> TestClient:
    """A visitor in Spain of the airline with a barred item beside."""
    return visitor(make_site({**TWO, "site.toml": DEMO_FILES["site.toml"] + more}), SPANISH)


# /v1/items/{item}


def test_a_manifest_says_what_why_and_what_else() -> None:
    with visitor(demo_site(), SPANISH) as ask:
        response = ask.get("/v1/items/business-class")
    body = response.json()
    assert response.headers["content-type"] == "application/json"
    assert response.headers["content-language"] == "es"
    assert body["item"] == "business-class"
    assert (body["variant"]["id"], body["variant"]["experience"]) == ("es-sub", "sub")
    assert body["variant"]["label"] == "Inglés con subtítulos en español"
    assert body["start"] == {"audio": "en", "text": None}
    assert [one["id"] for one in body["alternatives"]] == ["original", "de-dub", "de-sub", "es-dub"]
    assert body["decision"]["rule"] == "airline/es-original"
    assert body["decision"]["why"].startswith("Nuestros viajeros")
    assert [one["rule"] for one in body["decision"]["overrode"]] == ["norm/ES"]
    assert SPANISH not in response.text


def test_a_visitor_of_unknown_items_gets_a_problem() -> None:
    with spaniard() as ask:
        for path, status in (
            ("/v1/items/no-such", 404),
            ("/v1/items/closed", 451),
            ("/nowhere", 404),
            ("/v1/items/a/b", 404),
        ):
            response = ask.get(path)
            assert response.status_code == status
            assert response.headers["content-type"] == "application/problem+json"
            problem = response.json()
            assert problem["status"] == status
            assert problem["type"] == "about:blank"
            assert problem["title"]
            assert problem["detail"]
            assert "no-such" not in response.text


def test_what_is_barred_is_named_nowhere() -> None:
    with visitor(make_site({"variants/film.toml": BARRED.replace('"closed"', '"film"')}, OWN_HOP), PROXY) as ask:
        one = ask.get("/v1/items/film", headers={"X-Geo-Country": "DE"})
        assert one.json()["variant"]["id"] == "a"
        assert one.json()["alternatives"] == []
        none = ask.get("/v1/items/film", headers={"X-Geo-Country": "ES"})
        assert none.status_code == 451
        assert none.headers["isogloss-variant"] == "barred"
        assert none.headers["isogloss-decision"].startswith("barred;reason=barred;")
        assert "media.example" not in none.text


CONDITIONS = (
    ("{etag}", 304),
    ("W/{etag}", 304),
    ('"other", {etag}', 304),
    ("*", 304),
    ('"other"', 200),
    ("", 200),
    ("{etag}-", 200),
    ("nonsense, , ,", 200),
)


@pytest.mark.parametrize(("condition", "status"), CONDITIONS)
def test_a_304_repeats_what_a_cache_needs(condition: str, status: int) -> None:
    with visitor(demo_site(OWN_HOP), PROXY) as ask:
        sent = {"X-Geo-Country": "ES"}
        whole = ask.get("/v1/items/business-class", headers=sent)
        tag = whole.headers["etag"]
        again = ask.get("/v1/items/business-class", headers={**sent, "If-None-Match": condition.format(etag=tag)})
        assert again.status_code == status
        repeated = ("vary", "cache-control", "cdn-cache-control", "etag", "content-language", "isogloss-variant")
        assert {name: again.headers[name] for name in repeated} == {name: whole.headers[name] for name in repeated}
        assert (again.content == b"") is (status == 304)
        assert ("content-type" in again.headers) is (status == 200)


def test_a_range_of_a_manifest_is_ignored() -> None:
    with visitor(demo_site(), SPANISH) as ask:
        assert ask.get("/v1/items/business-class", headers={"Range": "bytes=0-3"}).status_code == 200


# /v1/items?ids=


def test_several_items_come_in_the_order_in_which_they_were_asked_for() -> None:
    with spaniard() as ask:
        response = ask.get("/v1/items?ids=for-travellers,no-such,business-class,closed,for-travellers,,other")
        body = response.json()
        assert [one["item"] for one in body["items"]] == ["for-travellers", "business-class", "for-travellers"]
        assert body["missing"] == ["no-such", "other"]
        assert body["barred"] == ["closed"]
        alone = ask.get("/v1/items/business-class").json()
        assert body["items"][1] == alone


def test_several_items_vary_on_what_any_of_them_varies_and_live_as_the_shortest() -> None:
    soon = item_file(
        "soon", {"variants": [{"id": "a", "audio": "en"}, {"id": "b", "audio": "es", "from": "2999-01-01"}]}
    )
    with visitor(
        make_site({**DEMO_FILES, "variants/soon.toml": soon, "site.toml": DEMO_FILES["site.toml"] + OWN_HOP}), PROXY
    ) as ask:
        sent = {"X-Geo-Country": "ES"}
        both = ask.get("/v1/items?ids=business-class,for-travellers", headers=sent).headers
        assert {"Accept-Language", "Referer", "X-Geo-Country", "Isogloss-Choice"} <= set(both["vary"].split(", "))
        assert both["cdn-cache-control"] == "no-store"
        assert both["surrogate-key"].split() == [
            "isogloss-airline",
            "isogloss-business-class",
            "isogloss-business-class-es-sub",
            "isogloss-for-travellers",
            "isogloss-for-travellers-es-from-spain",
        ]
        public = ask.get("/v1/items?ids=business-class,soon", headers=sent).headers
        assert public["cache-control"] == "private, max-age=60"
        assert public["cdn-cache-control"].startswith("public, max-age=60, ")
        assert set(public["access-control-expose-headers"].split(", ")) >= OUR_FIELDS
        again = ask.get("/v1/items?ids=business-class,soon", headers={**sent, "If-None-Match": public["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert {name: again.headers[name] for name in ("vary", "etag", "cache-control", "cdn-cache-control")} == {
            name: public[name] for name in ("vary", "etag", "cache-control", "cdn-cache-control")
        }


@pytest.mark.parametrize(
    "query", ["", "ids=", "ids=,,", "ids=" + ",".join(["business-class"] * 51), "ids=" + "a," * 2500]
)
def test_none_and_too_many_ids_are_a_mistake(query: str) -> None:
    with spaniard() as ask:
        response = ask.get(f"/v1/items?{query}")
        assert response.status_code == 400
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["access-control-allow-origin"] == "*"


def test_fifty_ids_are_not_too_many() -> None:
    with spaniard() as ask:
        assert len(ask.get("/v1/items?ids=" + ",".join(["business-class"] * 50)).json()["items"]) == 50


def test_unknown_items_alone_are_kept_by_nobody() -> None:
    with spaniard() as ask:
        response = ask.get("/v1/items?ids=a,b")
        assert response.json() == {"items": [], "barred": [], "missing": ["a", "b"]}
        assert response.headers["cache-control"] == "no-store"
        assert "vary" not in response.headers


# Methods and unknown routes


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path", ["/v1/decide", "/v1/decide/business-class", "/v1/items", "/v1/items/business-class", "/healthz", "/"]
)
def test_other_methods_are_not_allowed(method: str, path: str) -> None:
    with spaniard() as ask:
        response = ask.request(method, path)
        assert response.status_code == 405
        assert response.headers["content-type"] == "application/problem+json"
        assert "GET" in response.headers["allow"]


@pytest.mark.parametrize(
    "path", ["/nowhere", "/v1/items/", "/v1/items/a/b", "/healthz/", "/metrics/", "/v1", "/v1/items/%00"]
)
def test_an_unknown_path_is_a_problem_and_no_redirect(path: str) -> None:
    with spaniard() as ask:
        response = ask.get(path)
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["cache-control"] == "no-store"


def test_a_failure_elsewhere_is_a_problem_and_its_text_stays_out_of_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret-words-of-a-visitor")

    with spaniard() as ask:
        monkeypatch.setattr("edge.endpoints.parse_parameters", broken)
        with caplog.at_level("INFO"):
            response = ask.get("/v1/items?ids=secret")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "RuntimeError" in caplog.text
    own = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    assert "secret" not in "".join([*own, response.text])


# Health, readiness, counters


def test_liveness_says_what_the_process_is_made_of() -> None:
    with spaniard() as ask:
        body = ask.get("/healthz").json()
    assert body["status"] == "ok"
    assert set(body["cldr"]) == {"version", "sha256"}


def test_readiness_is_lost_while_draining_and_not_by_a_fault_of_an_editor() -> None:
    service = service_of(demo_site())
    fault = Finding("rules/airline.toml", 7, Severity.error, "unknown-key", "A secret of the editor's.")
    with visitor(service) as ask:
        assert ask.get("/readyz").json() == {"status": "ready", "revision": service.site.revision}
        service.site = service.site.degraded((fault,))
        degraded = ask.get("/readyz")
        assert (degraded.status_code, degraded.json()["status"]) == (200, "degraded")
        assert "secret" not in degraded.text
        assert "A secret of the editor's." in ask.get("/readyz", headers=OPERATOR).text
        assert "reason=stale" in ask.get("/v1/decide/business-class").headers["isogloss-decision"]
        assert ask.get("/v1/items/business-class").json()["decision"]["reason"] == "stale"
        service.drain()
        draining = ask.get("/readyz")
        assert (draining.status_code, draining.json()["status"]) == (503, "draining")
        assert ask.get("/v1/decide/business-class").status_code == 200
        assert ask.get("/healthz").status_code == 200


def test_counters_are_for_operators() -> None:
    with spaniard() as ask:
        ask.get("/v1/decide/business-class")
        for sent in (
            {},
            {"Authorization": "Bearer wrong"},
            {"Authorization": OPERATOR["Authorization"][:-1]},
            {"Authorization": "Basic x"},
        ):
            refused = ask.get("/metrics", headers=sent)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"].startswith("Bearer")
            assert refused.headers["content-type"] == "application/problem+json"
        response = ask.get("/metrics", headers=OPERATOR)
        assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
        lines = response.text.splitlines()
    assert 'isogloss_answers_total{item="business-class",reason="rule",variant="es-sub"} 1' in lines
    assert "isogloss_degraded 0" in lines
    assert "isogloss_items 3" in lines
    assert SPANISH not in response.text


def test_without_a_token_of_the_services_own_nobody_is_an_operator() -> None:
    service = Service(service_of(demo_site()).loader, demo_site(), Operators())
    with visitor(service) as ask:
        for shown in ("Bearer ", "Bearer", "", OPERATOR["Authorization"]):
            assert ask.get("/metrics", headers={"Authorization": shown}).status_code == 401


def test_arriving_through_a_trusted_hop_makes_no_operator() -> None:
    with visitor(demo_site(OWN_HOP), PROXY) as ask:
        assert ask.get("/metrics").status_code == 401


def test_settings_reach_the_answers() -> None:
    site = make_site(
        {"variants/film.toml": BUSINESS},
        OWN_HOP + "[cache]\nmax_age = 7\nstale_while_revalidate = 0\nstale_if_error = 9\n",
    )
    with visitor(site, PROXY) as ask:
        fields = ask.get("/v1/decide/business-class", headers={"X-Geo-Country": "DE"}).headers
    assert fields["cache-control"] == "public, max-age=7, stale-while-revalidate=0, stale-if-error=9"
