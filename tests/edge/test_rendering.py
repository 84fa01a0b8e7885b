"""A selection as a response."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from edge.answer import outcome
from edge.problems import BARRED, body
from edge.rendering import cors, render
from edge.request import Request
from edge.response import Response, etag_of, matches
from edge.site import Site
from edge.structured import Token, parse_item
from tests.edge.sites import BUSINESS, item_file, make_site, rules_file

NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)

WHY = {"en": "We like it", "de": "Es gefällt uns", "es": "Nos gusta"}
RULES = rules_file("r", [{"id": "es", "when": {"country": ["ES", "FR"]}, "then": {"mode": ["sub"]}, "why": WHY}])
HOP = '[[proxies]]\nfrom = ["unix"]\n'


def site_of(more: str = HOP, **files: str) -> Site:
    return make_site({"variants/film.toml": BUSINESS, "rules/r.toml": RULES, **files}, more)


def rendered(
    site: Site, context: str, header: str = "", lookup: bool = False, item: str = "business-class", **more: str
) -> Response:
    """The response to somebody behind a proxy at a Unix socket."""
    named = {name.replace("_", "-").encode(): value.encode() for name, value in more.items()}
    fields = {b"isogloss-context": context.encode(), b"accept-language": header.encode(), **named}
    request = Request(NOON, fields, None, lookup=lookup)
    served = site.served[item]
    return render(request, served, site, *outcome(request, served, site))


LANGUAGES = (
    # context, header, variant, Content-Language
    ("country=DE", "de", "de-dub", "de"),
    ("country=ES", "es", "es-sub", "es"),
    ("country=ES", "es-MX", "es-sub", "es"),
    ("country=ES", "en-GB", "original", "en"),
    ("country=FR", "fr", "original", "en"),
    ("country=ES", "ca", "es-sub", "es"),
)


@pytest.mark.parametrize(("context", "header", "variant", "language"), LANGUAGES)
def test_content_language_is_that_in_which_the_variant_is_met(
    context: str, header: str, variant: str, language: str
) -> None:
    for lookup in (True, False):
        response = rendered(site_of(), context, header, lookup)
        assert response.value(b"isogloss-variant") == variant
        assert response.value(b"content-language") == language


def test_what_has_no_words_has_no_content_language() -> None:
    poster = item_file("poster", {"kind": "image", "variants": [{"id": "a", "language": "zxx"}]})
    response = rendered(site_of(**{"variants/poster.toml": poster}), "country=DE", "de", item="poster")
    assert response.status == 200
    assert not response.value(b"content-language")
    assert json.loads(response.body)["variant"]["label"]


def test_of_a_bilingual_track_the_readers_part_counts() -> None:
    film = item_file(
        "film", {"original_language": "ja", "variants": [{"id": "a", "audio": "ja", "subtitles": ["zh-Hant+en"]}]}
    )
    site = site_of(**{"variants/two.toml": film})
    assert rendered(site, "country=TW", "zh-TW", item="film").value(b"content-language") == "zh-Hant"
    assert rendered(site, "country=US", "en", item="film").value(b"content-language") == "en"


WHYS = (
    ("country=ES", "es", "Nos gusta"),
    ("country=ES", "de", "Es gefällt uns"),
    ("country=ES", "de-AT", "Es gefällt uns"),
    ("country=DE", "de", None),
    ("country=ES", "en-GB", None),
)


@pytest.mark.parametrize(("context", "header", "why"), WHYS)
def test_the_editors_words_are_in_the_language_of_the_variant(context: str, header: str, why: str | None) -> None:
    assert json.loads(rendered(site_of(), context, header).body)["decision"]["why"] == why


def test_a_look_up_has_no_body_no_tag_and_nothing_for_pages() -> None:
    response = rendered(site_of(), "country=ES", "es", lookup=True)
    assert (response.status, response.body, response.etag) == (200, b"", None)
    names = {name for name, _ in response.fields}
    assert names.isdisjoint({b"etag", b"content-type", b"access-control-allow-origin"})
    assert response.value(b"content-length") == "0"


def test_no_field_stands_there_twice_and_all_are_lower_case() -> None:
    for lookup in (True, False):
        names = [name for name, _ in rendered(site_of(), "country=ES", "es", lookup).fields]
        assert len(set(names)) == len(names)
        assert all(name == name.lower() for name in names)


def test_what_is_barred_is_451_as_a_manifest_and_200_as_a_look_up() -> None:
    film = item_file("film", {"variants": [{"id": "a", "audio": "en", "not_in": ["ES"]}]})
    site = site_of(**{"variants/two.toml": film})
    manifest, lookup = rendered(site, "country=ES", item="film"), rendered(site, "country=ES", lookup=True, item="film")
    assert (manifest.status, manifest.body, manifest.etag) == (451, body(BARRED), None)
    assert manifest.value(b"content-type") == "application/problem+json"
    assert (lookup.status, lookup.body) == (200, b"")
    for response in (manifest, lookup):
        decision = parse_item(response.value(b"isogloss-decision"))
        assert decision is not None
        assert (decision.value, decision.parameters["reason"]) == (Token("barred"), Token("barred"))


def test_the_tag_is_of_the_body_and_of_nothing_else() -> None:
    one, two = (
        rendered(site_of(), "country=ES", "es"),
        rendered(site_of(HOP + "[cache]\nmax_age = 5\n"), "country=ES", "es-ES,es;q=0.5"),
    )
    assert one.body == two.body
    assert one.etag == two.etag == etag_of(one.body)
    assert one.value(b"isogloss-decision") != two.value(b"isogloss-decision")
    assert rendered(site_of(), "country=DE", "de").etag != one.etag


def test_equal_classes_give_equal_bodies() -> None:
    bodies = {
        rendered(site_of(), "country=ES", header).body
        for header in ("es", "es-ES", "es-ES,es;q=0.9", "ES, xx", "es;q=0.1")
    }
    assert len(bodies) == 1


def test_when_it_expires_is_the_next_boundary_of_any_kind() -> None:
    film = item_file(
        "film", {"variants": [{"id": "a", "audio": "en"}, {"id": "b", "audio": "de", "from": "2026-12-01"}]}
    )
    rules = rules_file(
        "s", [{"id": "eve", "when": {"daypart": ["evening"], "country": ["ES"]}, "then": {"mode": ["sub"]}}]
    )
    site = site_of(**{"variants/two.toml": film, "rules/s.toml": rules})
    expires = {
        country: json.loads(rendered(site, f"country={country}", "de", item="film").body)["decision"]["expires"]
        for country in ("AT", "ES")
    }
    assert expires == {"AT": "2026-11-30T23:00:00Z", "ES": "2026-11-22T17:00:00Z"}
    assert json.loads(rendered(site, "country=AT", "de").body)["decision"]["expires"] is None


ORIGINS = (
    ('["*"]', "https://a.example", "*"),
    ('["*"]', None, "*"),
    ('["https://a.example"]', "https://a.example", "https://a.example"),
    ('["https://a.example"]', "https://b.example", None),
    ('["https://a.example"]', None, None),
    ('["https://a.example"]', "", None),
    ("[]", "https://a.example", None),
    ("[]", "", None),
)


@pytest.mark.parametrize(("listed", "origin", "allowed"), ORIGINS)
def test_an_origin_reads_where_the_site_lets_it(listed: str, origin: str | None, allowed: str | None) -> None:
    site = site_of(f"[cors]\norigins = {listed}\n")
    fields = {} if origin is None else {b"origin": origin.encode()}
    given = dict(cors(Request(NOON, fields), site))
    assert given.get(b"access-control-allow-origin") == (None if allowed is None else allowed.encode())
    assert b"access-control-allow-credentials" not in given


MATCHING = (
    (b'"a"', True),
    (b'W/"a"', True),
    (b' "b" , W/"a" ', True),
    (b"*", True),
    (b" * ", True),
    (b'"b"', False),
    (b"", False),
    (b"a", False),
    (b'"a', False),
    (b",,,", False),
)


@pytest.mark.parametrize(("condition", "matching"), MATCHING)
def test_a_condition_names_a_tag_by_weak_comparison(condition: bytes, matching: bool) -> None:
    assert matches(condition, b'"a"') is matching


def test_a_304_says_what_a_cache_updates_its_copy_with() -> None:
    response = rendered(site_of(), "country=ES", "es")
    again = response.not_modified()
    assert (again.status, again.body) == (304, b"")
    names = {name for name, _ in again.fields}
    assert {
        b"vary",
        b"cache-control",
        b"cdn-cache-control",
        b"etag",
        b"content-language",
        b"isogloss-decision",
    } <= names
    assert names.isdisjoint({b"content-type", b"content-length"})
