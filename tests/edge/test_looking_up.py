"""Look-ups, as a proxy makes them: always 200, no body (DESIGN §3)."""

from __future__ import annotations

import pytest

from tests.edge.sites import (
    GERMAN,
    LOOPBACK,
    SPANISH,
    demo_site,
    visitor,
)
from tests.edge.test_endpoints import spaniard

ADDRESSES = (
    # X-Original-URI, ?url=, variant
    ("/business-class", None, "es-sub"),
    ("/business-class/", None, "es-sub"),
    ("/business-class?utm_source=x#top", None, "es-sub"),
    ("https://air.example/business-class", None, "es-sub"),
    ("//business-class", None, "es-sub"),
    ("/a/../business-class", None, "es-sub"),
    ("/%62usiness-class", None, "es-sub"),
    ("/de/business-class", None, "de-sub"),
    ("/xx/business-class", None, "none"),
    ("/business%2Fclass", None, "none"),
    ("/business-class%0d%0aX: y", None, "none"),
    ("/business-class%00", None, "none"),
    ("\\business-class", None, "none"),
    ("/BUSINESS-CLASS", None, "none"),
    ("", None, "none"),
    ("nonsense", None, "none"),
    (None, "/business-class", "es-sub"),
    (None, "https://air.example/de/business-class", "de-sub"),
    (None, "/nothing", "none"),
    (None, None, "none"),
    ("/nothing", "/business-class", "none"),
    ("/business-class", "/de/business-class", "es-sub"),
    ("/business-class?" + "x" * 2100, None, "none"),
)


@pytest.mark.parametrize(("field", "url", "variant"), ADDRESSES)
def test_a_proxy_asks_by_the_address_that_the_visitor_asked_for(
    field: str | None, url: str | None, variant: str
) -> None:
    with visitor(demo_site(), SPANISH) as ask:
        response = ask.get(
            "/v1/decide",
            headers={} if field is None else {"X-Original-URI": field},
            params={} if url is None else {"url": url},
        )
        assert (response.status_code, response.content) == (200, b"")
        assert response.headers["isogloss-variant"] == variant
        assert "X-Original-URI" in response.headers["vary"].split(", ")
        assert response.headers["content-length"] == "0"


LOOKUPS = (
    ("/v1/decide/business-class", "es-sub"),
    ("/v1/decide/closed", "barred"),
    ("/v1/decide/no-such", "none"),
    ("/v1/decide/", "none"),
    ("/v1/decide/a/b/c", "none"),
    ("/v1/decide/business-class/", "none"),
    ("/v1/decide/%2e%2e%2fetc", "none"),
    ("/v1/decide/b\u00fcro", "none"),
    ("/v1/decide/none", "none"),
)


@pytest.mark.parametrize(("path", "variant"), LOOKUPS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_look_up_is_always_200_with_a_variant_none_or_barred(path: str, variant: str, method: str) -> None:
    conditions = {
        "If-None-Match": "*",
        "Range": "bytes=0-1",
        "If-Modified-Since": "Sun, 22 Nov 2026 11:00:00 GMT",
        "If-Match": '"x"',
    }
    with spaniard() as ask:
        for sent in ({}, conditions, {"If-None-Match": '"x"', "If-Range": '"x"'}):
            response = ask.request(method, path, headers=sent)
            assert (response.status_code, response.content) == (200, b"")
            assert response.headers["isogloss-variant"] == variant
            assert response.headers["isogloss-decision"].startswith(f"{variant};reason=")
            assert "etag" not in response.headers
            assert "access-control-allow-origin" not in response.headers


def test_the_field_of_the_look_up_is_never_taken_for_the_visitors_preview() -> None:
    """The demo's preview is open to everyone, but what stands inside the visitor's address is theirs alone."""
    with visitor(demo_site(), SPANISH) as ask:
        sent = {"X-Original-URI": "/business-class?country=DE&accept_language=de&at=2030-01-01"}
        fields = ask.get("/v1/decide", headers=sent).headers
        assert fields["isogloss-variant"] == "es-sub"
        assert ";preview" not in fields["isogloss-decision"]
        words = {"X-Original-URI": "/for-travellers?q=vuelos+baratos"}
        assert ask.get("/v1/decide", headers=words).headers["isogloss-variant"] == "es-from-spain"
        previewed = ask.get("/v1/decide?country=DE", headers={"X-Original-URI": "/business-class"}).headers
        assert previewed["isogloss-variant"] == "de-dub"
        assert previewed["isogloss-decision"].endswith(";preview")
        assert previewed["cache-control"] == "no-store"


def test_germany_and_spain_by_address() -> None:
    for peer, variant in (
        (GERMAN, "de-dub"),
        (SPANISH, "es-sub"),
        (LOOPBACK, "original"),
        ("::ffff:80.58.0.1", "es-sub"),
    ):
        with visitor(demo_site(), peer) as ask:
            assert ask.get("/v1/decide/business-class").headers["isogloss-variant"] == variant
