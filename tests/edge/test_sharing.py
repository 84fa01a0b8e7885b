"""Which caches may share an answer: hops, `Vary`, `[cache] keyed`, personal inputs (DESIGN §3, §4)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.site import Site
from tests.edge.crowd import NAMES, crowd_site
from tests.edge.sites import (
    BUSINESS,
    DEMO_FILES,
    GERMAN,
    LOOPBACK,
    OWN_HOP,
    PROXY,
    SPANISH,
    demo_site,
    item_file,
    make_site,
    rules_file,
    visitor,
)
from tests.edge.test_front import FORMS, Fields, front_of, looked_up, plain, scope_of

Sent = Mapping[str, str]

CLOUDFLARE = '[[proxies]]\nfrom = ["10.0.0.0/8"]\npreset = "cloudflare"\n'
CLOUDFRONT = '[[proxies]]\nfrom = ["10.0.0.0/8"]\npreset = "cloudfront"\n'
NORMALISED = '[[proxies]]\nfrom = ["10.0.0.0/8"]\nnormalised = true\n'
KEYED = '[cache]\nkeyed = ["country", "region"]\n'

SHARED = "public, max-age=60, stale-while-revalidate=60, stale-if-error=86400"
ALONE = ("private, max-age=60", "no-store")

#: A page whose rules ask for segments, and one whose rules ask for the device.
PERSONAL = {
    "variants/film.toml": BUSINESS,
    "rules/r.toml": rules_file("r", [{"id": "gold", "when": {"segment": ["gold"]}, "then": {"mode": ["sub"]}}]),
}
BY_DEVICE = {
    "variants/film.toml": BUSINESS,
    "rules/r.toml": rules_file("r", [{"id": "tv", "when": {"device": ["tv"]}, "then": {"mode": ["sub"]}}]),
}

SHAREABLE: tuple[tuple[str, str, str, Sent, str, str], ...] = (
    # name, more of site.toml, peer, fields, variant, Vary
    (
        "Cloudflare says the country",
        CLOUDFLARE,
        PROXY,
        {"CF-IPCountry": "ES"},
        "es-sub",
        "CF-IPCountry, Cf-Region-Code, Accept-Language, Isogloss-Choice",
    ),
    (
        "CloudFront says the country",
        CLOUDFRONT,
        PROXY,
        {"CloudFront-Viewer-Country": "DE"},
        "de-dub",
        "Cloudfront-Viewer-Country, Cloudfront-Viewer-Country-Region, Accept-Language, Isogloss-Choice",
    ),
    (
        "the operator's own proxy says it",
        OWN_HOP,
        PROXY,
        {"X-Geo-Country": "ES"},
        "es-sub",
        "X-Geo-Country, Isogloss-Context, X-Geo-Region, Accept-Language, Isogloss-Choice",
    ),
    (
        "the hop says that nobody knows",
        CLOUDFLARE,
        PROXY,
        {"CF-IPCountry": "XX", "Accept-Language": "de"},
        "de-dub",
        "CF-IPCountry, Cf-Region-Code, Accept-Language, Isogloss-Choice",
    ),
    (
        "a normalised field says all",
        NORMALISED,
        PROXY,
        {"Isogloss-Context": "country=ES, language=es"},
        "es-sub",
        "Isogloss-Context, Isogloss-Choice",
    ),
    (
        "the site's cache keys on the place",
        KEYED,
        SPANISH,
        {},
        "es-sub",
        "Accept-Language, Isogloss-Choice",
    ),
    (
        "the site's cache keys on place and language",
        '[cache]\nkeyed = ["country", "region", "language", "choice"]\n',
        SPANISH,
        {},
        "es-sub",
        "",
    ),
)


@pytest.mark.parametrize(
    ("name", "more", "peer", "sent", "variant", "vary"), SHAREABLE, ids=[row[0] for row in SHAREABLE]
)
def test_a_shared_cache_may_keep_it(name: str, more: str, peer: str, sent: Sent, variant: str, vary: str) -> None:
    with visitor(demo_site(more), peer) as ask:
        for _ in range(2):
            decided = ask.get("/v1/decide/business-class", headers=dict(sent))
            manifest = ask.get("/v1/items/business-class", headers=dict(sent))
            assert decided.headers["isogloss-variant"] == manifest.headers["isogloss-variant"] == variant
            assert decided.headers["cache-control"] == SHARED
            assert "cdn-cache-control" not in decided.headers
            assert manifest.headers["cache-control"] == "private, max-age=60"
            assert manifest.headers["cdn-cache-control"] == SHARED
            for response in (decided, manifest):
                assert response.headers.get("vary", "") == vary
                assert len(vary) <= 128
                assert "set-cookie" not in response.headers


ALONE_ROWS: tuple[tuple[str, Mapping[str, str] | None, str, str, Sent], ...] = (
    # name, files, more, peer, fields
    ("only the address says where", None, "", SPANISH, {}),
    ("the hop does not say it, so its address does", None, CLOUDFLARE, PROXY, {"X-Forwarded-For": SPANISH}),
    ("the cache keys on regions and not on countries", None, '[cache]\nkeyed = ["region"]\n', SPANISH, {}),
    ("nobody's hop", None, CLOUDFLARE, SPANISH, {"CF-IPCountry": "DE"}),
    ("a rule asks for segments", PERSONAL, OWN_HOP, PROXY, {"X-Geo-Country": "ES"}),
    ("a rule asks for the device: User-Agent in Vary", BY_DEVICE, OWN_HOP, PROXY, {"X-Geo-Country": "ES"}),
    ("and CloudFront's flags beside it", BY_DEVICE, CLOUDFRONT, PROXY, {"CloudFront-Viewer-Country": "ES"}),
    ("the choice is read from a cookie", None, OWN_HOP + "[choice]\ncookie = true\n", PROXY, {"X-Geo-Country": "ES"}),
)


@pytest.mark.parametrize(("name", "files", "more", "peer", "sent"), ALONE_ROWS, ids=[row[0] for row in ALONE_ROWS])
def test_no_shared_cache_may_keep_it(
    name: str, files: Mapping[str, str] | None, more: str, peer: str, sent: Sent
) -> None:
    site = demo_site(more) if files is None else make_site(files, more)
    with visitor(site, peer) as ask:
        for _ in range(2):
            for form in FORMS:
                fields = ask.get(f"{form}business-class", headers=dict(sent)).headers
                assert (fields["cache-control"], fields["cdn-cache-control"]) == ALONE
                assert "set-cookie" not in fields


def test_the_page_of_the_demo_reads_the_referrer_so_it_is_private() -> None:
    with visitor(demo_site(OWN_HOP), PROXY) as ask:
        fields = ask.get("/v1/decide/for-travellers", headers={"X-Geo-Country": "ES"}).headers
    assert "Referer" in fields["vary"].split(", ")
    assert fields["cache-control"] == "private, max-age=60"


def test_the_cure_is_one_normalised_field() -> None:
    sent = {"Isogloss-Context": "country=ES, language=de, device=tv, referrer=social", "User-Agent": "curl/8"}
    with visitor(demo_site(NORMALISED), PROXY) as ask:
        fields = ask.get("/v1/decide/for-travellers", headers=sent).headers
    assert fields["isogloss-variant"] == "de-from-spain"
    assert fields["vary"] == "Isogloss-Context, Isogloss-Choice"
    assert fields["cache-control"] == SHARED


def test_a_vary_that_is_too_long_makes_an_answer_private() -> None:
    names = {"country": "X-" + "Country-" * 7 + "A", "region": "X-" + "Region-" * 7 + "A"}
    hop = f'[[proxies]]\nfrom = ["10.0.0.0/8"]\nheaders = {{ country = "{names["country"]}", region = "{names["region"]}" }}\n'
    with visitor(demo_site(hop), PROXY) as ask:
        fields = ask.get("/v1/decide/business-class", headers={names["country"]: "ES"}).headers
    assert fields["isogloss-variant"] == "es-sub"
    assert len(fields["vary"]) > 128
    assert (fields["cache-control"], fields["cdn-cache-control"]) == ALONE
    assert {"Accept-Language", "Isogloss-Choice"} <= set(fields["vary"].split(", "))


def test_vary_does_not_depend_on_what_was_sent() -> None:
    """The bug of those who list a field only where it was there: the first visitor's answer is everybody's."""
    with visitor(demo_site(OWN_HOP), PROXY) as ask:
        sent: tuple[Sent, ...] = (
            {"X-Geo-Country": "ES"},
            {"X-Geo-Country": "ES", "Accept-Language": "de"},
            {"X-Geo-Country": "CH", "X-Geo-Region": "CH-GE"},
            {"X-Geo-Country": "ES", "Isogloss-Choice": "mode=dub"},
            {},
        )
        seen = {ask.get("/v1/decide/business-class", headers=dict(one)).headers["vary"] for one in sent}
    assert len(seen) == 1


def test_an_item_found_by_its_address_varies_on_the_address() -> None:
    with visitor(demo_site(OWN_HOP), PROXY) as ask:
        found = ask.get("/v1/decide", headers={"X-Geo-Country": "ES", "X-Original-URI": "/business-class"}).headers
        none = ask.get("/v1/decide", headers={"X-Original-URI": "/nothing"}).headers
    assert found["vary"].split(", ")[-1] == "X-Original-URI"
    assert found["cache-control"] == SHARED
    assert (none["vary"], none["cache-control"]) == ("X-Original-URI", "public, max-age=60")


def test_the_visitors_clock_stems_from_the_hops_field_where_that_says_the_zone() -> None:
    rules = rules_file("r", [{"id": "late", "when": {"hour": ["18..23"]}, "then": {"mode": ["sub"]}}], zone="visitor")
    with visitor(make_site({"variants/film.toml": BUSINESS, "rules/r.toml": rules}, CLOUDFLARE), PROXY) as ask:
        fields = ask.get(
            "/v1/decide/business-class", headers={"CF-IPCountry": "US", "CF-Timezone": "Asia/Tokyo"}
        ).headers
    assert "zone=Asia/Tokyo" in fields["isogloss-key"]
    assert "cf-timezone" in fields["vary"].lower().split(", ")


#: Every field that anything is read from, and values that would make a difference.
CANDIDATES: Mapping[bytes, tuple[bytes, ...]] = {
    b"accept-language": (b"de", b"es-MX,en;q=0.5", b"en-US,en"),
    b"isogloss-choice": (b"mode=sub", b"language=de", b"variant=original, captions=?1"),
    b"isogloss-context": (
        b"country=DE, language=de, device=tv",
        b"country=ES, segment=gold, age=teen, consent=3",
        b'country=DE, unit="alice", consent=2',
        b'country=DE, unit="mallory", consent=2',
        b"((",
    ),
    b"cookie": (b"isogloss_choice=language=de", b"isogloss_choice=mode=sub"),
    b"x-original-uri": (b"/business-class?q=flug&choose=language%3Dde", b"/de/business-class"),
    b"user-agent": (
        b"Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/537.36",
        b"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)",
    ),
    b"sec-ch-ua-mobile": (b"?1", b"?0"),
    b"sec-ch-ua-platform": (b'"Android"', b'"macOS"'),
    b"sec-ch-ua-form-factors": (b'"Tablet"', b'"TV"'),
    b"referer": (
        b"https://www.google.de/search?q=flug",
        b"https://www.instagram.com/",
        b"https://www.google.de/search?q=vuelos",
    ),
    b"save-data": (b"on", b"off"),
    b"sec-gpc": (b"1",),
    b"dnt": (b"1",),
    b"x-geo-country": (b"ES", b"DE"),
    b"x-geo-region": (b"ES-CT", b"CH-GE"),
    b"x-consent": (b"0", b"3"),
    b"cf-ipcountry": (b"ES", b"DE"),
    b"cf-region-code": (b"CT",),
    b"cf-timezone": (b"Asia/Tokyo", b"America/New_York"),
    b"cloudfront-viewer-country": (b"ES", b"DE"),
    b"cloudfront-is-smarttv-viewer": (b"true",),
    b"cloudfront-is-ios-viewer": (b"true",),
    b"x-forwarded-for": (b"80.58.0.1", b"78.46.0.1"),
    b"forwarded": (b"for=80.58.0.1",),
    b"cf-connecting-ip": (b"78.46.0.1",),
    b"accept": (b"text/html",),
    b"origin": (b"https://a.example",),
    b"if-none-match": (b"*",),
    b"range": (b"bytes=0-1",),
}

#: Fields without which the place would come from an address: then no shared cache keeps the answer, and none reads `Vary`.
PLACED: Mapping[str, tuple[str, Fields]] = {
    "cloudflare": (CLOUDFLARE, [(b"cf-ipcountry", b"FR")]),
    "cloudfront": (CLOUDFRONT, [(b"cloudfront-viewer-country", b"FR")]),
    "own": (OWN_HOP.replace("headers = {", 'headers = { consent = "X-Consent",'), [(b"x-geo-country", b"FR")]),
    "normalised": (NORMALISED, [(b"isogloss-context", b"country=FR")]),
    "keyed": (KEYED, []),
}


def placed_site(name: str) -> Site:
    return crowd_site(more=PLACED[name][0])


@settings(max_examples=40)
@given(st.sampled_from(sorted(PLACED)), st.lists(st.sampled_from(sorted(CANDIDATES)), max_size=5))
def test_a_field_that_is_not_in_vary_makes_no_difference(name: str, others: list[bytes]) -> None:
    """The base visitor and the same with one field more, or another, that Vary does not name."""
    fixed = PLACED[name][1]
    front = front_of(placed_site(name))
    base = {field: CANDIDATES[field][0] for field in others} | dict(fixed)
    query = b"q=flug&utm_term=vuelos+baratos"
    for item in NAMES:
        path = f"/v1/decide/{item}"
        first = looked_up(front, scope_of(path, base.items(), PROXY, query))
        named = first.value(b"vary").lower().encode().split(b", ")
        for field, values in CANDIDATES.items():
            if field not in named:
                for value in values:
                    other = looked_up(front, scope_of(path, {**base, field: value}.items(), PROXY, query))
                    assert plain(other) == plain(first), (item, field, value, base)


def test_the_revision_is_in_no_entity_tag() -> None:
    """A publish that changes nothing for an item keeps its tag, and its cached copies."""
    sites = [
        demo_site(),
        make_site(
            {**DEMO_FILES, "variants/other.toml": item_file("other", {"variants": [{"id": "a", "audio": "en"}]})}
        ),
    ]
    tags, revisions = [], []
    for site in sites:
        with visitor(site, GERMAN) as ask:
            fields = ask.get("/v1/items/business-class").headers
            tags.append(fields["etag"])
            revisions.append(fields["isogloss-decision"].partition("revision=")[2])
    assert tags[0] == tags[1]
    assert revisions[0] != revisions[1]


FORGED = (
    {"CF-IPCountry": "DE"},
    {"Isogloss-Context": "country=DE"},
    {"X-Forwarded-For": GERMAN},
    {"Forwarded": f"for={GERMAN}"},
    {"True-Client-IP": GERMAN, "CF-Connecting-IP": GERMAN, "X-Real-IP": GERMAN},
    {"CloudFront-Viewer-Country": "DE", "X-Geo-Country": "DE", "X-AppEngine-Country": "DE"},
)


@pytest.mark.parametrize("sent", FORGED, ids=[next(iter(one)) for one in FORGED])
@pytest.mark.parametrize("more", ["", OWN_HOP, CLOUDFLARE, NORMALISED])
def test_what_somebody_who_is_no_hop_says_of_the_place_is_not_heard(sent: Sent, more: str) -> None:
    with visitor(demo_site(more), SPANISH) as ask:
        for form in FORMS:
            assert ask.get(f"{form}business-class", headers=dict(sent)).headers["isogloss-variant"] == "es-sub"
    with visitor(demo_site(more), LOOPBACK) as ask:
        assert "country=" not in ask.get("/v1/decide/business-class", headers=dict(sent)).headers["isogloss-key"]


def test_segments_count_with_the_hops_consent_and_not_against_the_visitors_word() -> None:
    given: tuple[tuple[str, Sent, str], ...] = (
        ("segment=gold, consent=2", {}, "de-sub"),
        ("segment=gold, consent=1", {}, "de-dub"),
        ("segment=gold", {}, "de-dub"),
        ("segment=gold, consent=3", {"Sec-GPC": "1"}, "de-dub"),
        ("segment=gold, consent=3", {"DNT": "1"}, "de-dub"),
        ("segment=gold, consent=3", {"DNT": "0", "Sec-GPC": "true"}, "de-sub"),
        ("segment=gold, consent=9", {}, "de-dub"),
        ("segment=blue, consent=3", {}, "de-dub"),
    )
    with visitor(make_site(PERSONAL, '[[proxies]]\nfrom = ["10.0.0.0/8"]\n'), PROXY) as ask:
        for context, sent, variant in given:
            fields = ask.get(
                "/v1/decide/business-class", headers={"Isogloss-Context": f"country=DE, {context}", **sent}
            ).headers
            assert fields["isogloss-variant"] == variant, (context, sent)
            assert (fields["cache-control"], fields["cdn-cache-control"]) == ALONE
            assert ("segment=" in fields["isogloss-key"]) is (variant == "de-sub")


def test_behind_a_normalised_hop_the_browsers_own_fields_are_not_read() -> None:
    sent = {
        "Isogloss-Context": "country=DE",
        "Accept-Language": "es",
        "Save-Data": "on",
        "Referer": "https://www.google.com/",
    }
    with visitor(demo_site(NORMALISED), PROXY) as ask:
        assert ask.get("/v1/decide/business-class", headers=sent).headers["isogloss-variant"] == "de-dub"
        with_page = {**sent, "Isogloss-Context": "country=DE, language=de"}
        assert ask.get("/v1/decide/for-travellers", headers=with_page).headers["isogloss-variant"] == "de-from-germany"


def test_a_rule_on_campaigns_alone_does_not_make_the_referrer_count() -> None:
    rules = rules_file("r", [{"id": "summer", "when": {"campaign": ["summer"]}, "then": {"mode": ["sub"]}}])
    site = make_site({"variants/film.toml": BUSINESS, "rules/r.toml": rules}, OWN_HOP)
    sent = {"Referer": "https://www.google.es/search?q=vuelos+baratos+a+madrid", "Accept-Language": "*"}
    with visitor(site, PROXY) as ask:
        fields = ask.get("/v1/decide/business-class?utm_campaign=winter", headers=sent).headers
    assert "Referer" in fields["vary"].split(", ") or fields["isogloss-variant"] == "original"


def test_a_cache_keyed_on_the_country_alone_is_not_handed_what_a_subdivision_decides() -> None:
    """One visitor's subdivision is in the geo file, the next one's is not, and both are in Spain to such a cache."""
    from edge.reading import is_shareable
    from edge.signals.place import Place
    from locales.preference import Confidence

    film = demo_site('[cache]\nkeyed = ["country"]').served["business-class"]
    found = {country: Place(country, None, None, Confidence.high, "mmdb") for country in ("ES", "SE")}
    assert not is_shareable(film, found["ES"])
    assert is_shareable(film, found["SE"])
    assert is_shareable(film, Place("ES", None, None, Confidence.medium, "registry"))
