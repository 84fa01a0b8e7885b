"""Who may read a manifest from a page of another origin (DESIGN §3; Fetch standard)."""

from __future__ import annotations

import pytest

from tests.edge.sites import demo_site, visitor
from tests.edge.test_endpoints import OUR_FIELDS, spaniard

CLOSED = '[cors]\norigins = ["https://a.example", "https://b.example:8443"]\n'

MANIFESTS = (
    "/v1/items/business-class",
    "/v1/items/closed",
    "/v1/items/no-such",
    "/v1/items?ids=business-class",
    "/v1/items",
)


@pytest.mark.parametrize("path", MANIFESTS)
def test_any_page_may_read_a_manifest_and_never_with_credentials(path: str) -> None:
    with spaniard() as ask:
        for sent in ({}, {"Origin": "https://page.example"}, {"Origin": "null"}):
            fields = ask.get(path, headers=sent).headers
            assert fields["access-control-allow-origin"] == "*"
            assert set(fields["access-control-expose-headers"].split(", ")) >= OUR_FIELDS
            assert "access-control-allow-credentials" not in fields


@pytest.mark.parametrize("path", MANIFESTS)
def test_listed_origins_alone_may_read_it_and_the_answer_varies_on_them(path: str) -> None:
    with spaniard(CLOSED) as ask:
        for origin, allowed in (
            ("https://a.example", True),
            ("https://b.example:8443", True),
            ("https://b.example", False),
            ("http://a.example", False),
            ("https://a.example.evil.example", False),
            ("null", False),
            (None, False),
            ("https://a.example", True),
        ):
            fields = ask.get(path, headers={} if origin is None else {"Origin": origin}).headers
            assert fields.get("access-control-allow-origin") == (origin if allowed else None)
            assert "Origin" in fields["vary"].split(", ")
            assert "access-control-allow-credentials" not in fields


@pytest.mark.parametrize("path", ["/v1/items/business-class", "/v1/items/no-such", "/v1/items"])
def test_a_browser_may_ask_beforehand(path: str) -> None:
    sent = {
        "Origin": "https://a.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "isogloss-choice",
    }
    with spaniard() as ask:
        fields = ask.options(path, headers=sent).headers
        assert fields["access-control-allow-origin"] == "*"
        assert "Isogloss-Choice" in fields["access-control-allow-headers"]
    with spaniard(CLOSED) as ask:
        response = ask.options(path, headers=sent)
        assert (response.status_code, response.content) == (204, b"")
        assert response.headers["access-control-allow-origin"] == "https://a.example"
        assert response.headers["access-control-allow-methods"] == "GET, HEAD"
        refused = ask.options(path, headers={**sent, "Origin": "https://evil.example"}).headers
        assert "access-control-allow-origin" not in refused
        assert refused["vary"] == "Origin"
        assert "access-control-allow-credentials" not in refused


@pytest.mark.parametrize("path", ["/v1/decide", "/v1/decide/business-class", "/healthz", "/v1/explain/business-class"])
def test_options_elsewhere_say_what_is_allowed_and_no_more(path: str) -> None:
    with spaniard() as ask:
        response = ask.options(path, headers={"Origin": "https://a.example"})
        assert response.status_code == 204
        assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
        assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("path", ["/v1/explain/business-class", "/healthz", "/readyz", "/"])
def test_nothing_else_is_for_pages_of_other_origins(path: str) -> None:
    with spaniard() as ask:
        response = ask.get(path, headers={"Origin": "https://a.example"})
        assert response.status_code == 200
        assert not [name for name in response.headers if name.startswith("access-control-")]


def test_an_explanation_is_private_and_kept_by_nobody() -> None:
    with spaniard() as ask:
        assert ask.get("/v1/explain/business-class").headers["cache-control"] == "private, no-store"


def test_what_is_remembered_for_one_origin_is_told_to_no_other() -> None:
    site = demo_site('[cors]\norigins = ["https://a.example"]\n')
    asked = (None, "https://a.example", None, "https://evil.example", "https://a.example")
    with visitor(site) as ask:
        answers = [ask.get("/v1/items/business-class", headers={"Origin": one} if one else {}) for one in asked]
    told = [answer.headers.get("access-control-allow-origin") for answer in answers]
    assert told == [one if one == "https://a.example" else None for one in asked]
    assert [answer.headers["cache-status"].endswith("hit") for answer in answers] == [False, False, True, True, True]
