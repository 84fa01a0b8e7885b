"""Search engines read pages from the United States, with no Accept-Language: the URL's language is all they say, and it stays."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.edge.sites import OWN_HOP, PROXY, demo_site, visitor

GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
FROM_AMERICA = {"User-Agent": GOOGLEBOT, "X-Geo-Country": "US"}

#: Path, variant, experience's language, reason.
ROWS = (
    ("/es/business-class", "es-dub", "es", "norm"),
    ("/de/business-class", "de-dub", "de", "norm"),
    ("/en/business-class", "original", "en", "default"),
    ("/business-class", "original", "en", "default"),
    ("/es/for-travellers", "es", "es", "default"),
    ("/he/for-travellers", "he", "he", "default"),
    ("/fa/for-travellers", "fa", "fa", "default"),
)


def asked(fields: Mapping[str, str]) -> Mapping[str, str]:
    with visitor(demo_site(OWN_HOP), PROXY) as ask:
        response = ask.get("/v1/decide", headers=dict(fields))
    assert response.status_code == 200
    return response.headers


@pytest.mark.parametrize(("path", "variant", "language", "reason"), ROWS)
def test_a_crawler_gets_the_language_that_the_url_names(path: str, variant: str, language: str, reason: str) -> None:
    fields = asked({**FROM_AMERICA, "X-Original-URI": path})
    assert fields["isogloss-variant"] == variant
    assert fields["content-language"] == language
    assert f";reason={reason};" in fields["isogloss-decision"]
    assert "location" not in fields


@pytest.mark.parametrize("header", ["en-US,en;q=0.9", "de-DE,de;q=0.9", "*", "es;q=0"])
def test_no_browser_setting_turns_an_address_that_names_a_language(header: str) -> None:
    fields = asked({**FROM_AMERICA, "X-Original-URI": "/es/business-class", "Accept-Language": header})
    assert fields["isogloss-variant"] == "es-dub"
    assert fields["content-language"] == "es"


def test_a_crawler_and_a_person_of_the_same_class_share_an_answer() -> None:
    path = {"X-Original-URI": "/es/business-class", "X-Geo-Country": "US"}
    crawler, person = asked({**FROM_AMERICA, **path}), asked({"User-Agent": "Mozilla/5.0 (Macintosh)", **path})
    assert crawler["isogloss-key"] == person["isogloss-key"]
    assert "user-agent" not in crawler["vary"].lower()
