"""An age counts where a rule or a norm of the site's own asks for it; then it stands in the key, and the answer is private."""

from __future__ import annotations

import pytest

from edge.site import Site
from tests.edge.sites import demo_site, make_site, norms_file, told, visitor

HOP = '[[proxies]]\nfrom = ["10.0.0.0/8"]\npreset = "cloudflare"\ncontext = true\n'

FILM = """
[item]
id = "film"
kind = "fiction"
original_language = "en"
[[variants]]
id = "dub"
audio = "ja"
url = "/dub"
[[variants]]
id = "sub"
audio = "en"
subtitles = ["ja"]
url = "/sub"
"""

OWN = [
    {"territory": "JP", "mode": ["sub"], "source": "us", "basis": "observed", "confidence": "high", "year": 2026},
    {
        "territory": "JP",
        "age": "teen",
        "mode": ["dub"],
        "source": "us",
        "basis": "observed",
        "confidence": "high",
        "year": 2026,
    },
]


@pytest.fixture
def asking() -> Site:
    return make_site({"variants/film.toml": FILM, "locales/ours.toml": norms_file(OWN)}, HOP)


def fields_of(site: Site, item: str, age: str) -> dict[str, str]:
    said = {"CF-IPCountry": "JP", "CF-Connecting-IP": "81.2.69.160", "Isogloss-Context": f"age={age}"}
    with visitor(site, peer="10.0.0.1") as ask:
        return dict(ask.get(f"/v1/decide/{item}", headers=said).headers)


def test_a_norm_of_the_sites_own_may_ask_for_the_age(asking: Site) -> None:
    teen, adult = (told(asking, "film", {"country": "JP", "age": age, "consent": "2"}) for age in ("teen", "adult"))
    assert (teen["variant"], adult["variant"]) == ("dub", "sub")
    assert teen["key"] != adult["key"]
    assert "age=teen" in teen["key"]
    assert fields_of(asking, "film", "adult")["cache-control"].startswith("private")


def test_without_consent_nobody_has_an_age(asking: Site) -> None:
    assert told(asking, "film", {"country": "JP", "age": "teen", "consent": "1"})["variant"] == "sub"


def test_that_shipped_norms_know_of_ages_makes_no_answer_private() -> None:
    site = demo_site(HOP)
    teen, adult = (fields_of(site, "business-class", age) for age in ("teen", "adult"))
    assert "age" not in site.served["business-class"].reads
    assert teen["cache-control"].startswith("public")
    assert {**teen, "cache-status": ""} == {**adult, "cache-status": ""}
