"""Response fields: Vary as people write it, caches that may share, and fields that parse by RFC 9651."""

from __future__ import annotations

import pytest

from edge.caching import Lifetimes
from edge.headers import (
    DEGRADED,
    EXPOSED,
    LONGEST_VARY,
    NO_STORE,
    cache_control,
    key_text,
    purge_fields,
    shareable,
    spelled,
    vary_text,
)
from edge.structured import Token, parse_item, parse_list
from tests.edge.sites import OWN_HOP, PROXY, demo_site, visitor

SPELLED = (
    ("accept-language", "Accept-Language"),
    ("sec-ch-ua-mobile", "Sec-CH-UA-Mobile"),
    ("sec-ch-ua-form-factors", "Sec-CH-UA-Form-Factors"),
    ("dnt", "DNT"),
    ("sec-gpc", "Sec-GPC"),
    ("x-original-uri", "X-Original-URI"),
    ("cf-ipcountry", "CF-IPCountry"),
    ("isogloss-context", "Isogloss-Context"),
    ("user-agent", "User-Agent"),
)


@pytest.mark.parametrize(("name", "text"), SPELLED)
def test_a_field_is_spelled_as_people_write_it(name: str, text: str) -> None:
    assert spelled(name) == text


def test_vary_keeps_the_order_and_names_nothing_twice() -> None:
    assert vary_text(["dnt", "accept-language", "dnt"]) == "DNT, Accept-Language"
    assert vary_text([]) == ""


SHAREABLE: tuple[tuple[list[str], bool], ...] = (
    (["accept-language", "isogloss-choice"], True),
    ([], True),
    (["accept-language", "user-agent"], False),
    (["referer"], False),
    (["cookie"], False),
    (["x" * LONGEST_VARY], True),
    (["x" * (LONGEST_VARY + 1)], False),
    (["x" * 63, "y" * 63], True),  # and a comma and a space: 128 bytes
    (["x" * 63, "y" * 64], False),
    (["x" * 100, "x" * 100], True),  # the same field, named once
)


@pytest.mark.parametrize(("names", "shared"), SHAREABLE)
def test_a_shared_cache_works_with_a_short_vary_without_people_in_it(names: list[str], shared: bool) -> None:
    assert shareable(names) is shared


LIVES = Lifetimes(60, 30, 600)
PUBLIC = b"public, max-age=60, stale-while-revalidate=30, stale-if-error=600"


def test_a_look_up_is_for_proxies_and_a_manifest_for_browsers_behind_a_cdn() -> None:
    assert dict(cache_control(LIVES, shared=True, lookup=True)) == {b"cache-control": PUBLIC}
    assert dict(cache_control(LIVES, shared=True, lookup=False)) == {
        b"cache-control": b"private, max-age=60",
        b"cdn-cache-control": PUBLIC,
    }
    for lookup in (True, False):
        assert dict(cache_control(LIVES, shared=False, lookup=lookup)) == {
            b"cache-control": b"private, max-age=60",
            b"cdn-cache-control": b"no-store",
        }


def test_nobody_keeps_what_was_given_because_something_failed() -> None:
    assert dict(DEGRADED) == {b"cache-control": b"private, max-age=0", b"cdn-cache-control": b"no-store"}
    assert dict(NO_STORE) == {b"cache-control": b"no-store", b"cdn-cache-control": b"no-store"}


def test_purge_fields_name_the_site_the_item_and_the_variant() -> None:
    fields = {name: value.decode() for name, value in purge_fields("airline", "film", "de-dub")}
    assert fields[b"surrogate-key"] == "isogloss-airline isogloss-film isogloss-film-de-dub"
    assert fields[b"cache-tag"] == "isogloss-airline,isogloss-film,isogloss-film-de-dub"
    groups = parse_list(fields[b"cache-groups"])
    assert groups is not None
    assert len(groups) == 3


def test_the_key_leaves_out_what_is_blank() -> None:
    assert key_text("film", ["country=ES", "", "language=es"]) == '"film;country=ES;language=es"'
    assert key_text("film", []) == '"film"'


def test_every_field_of_ours_parses_and_says_what_it_should() -> None:
    with visitor(demo_site(OWN_HOP), PROXY) as ask:
        fields = ask.get("/v1/items/business-class", headers={"X-Geo-Country": "ES"}).headers
    decision = parse_item(fields["isogloss-decision"])
    assert decision is not None
    assert decision.value == Token("es-sub")
    assert decision.parameters["reason"] == Token("rule")
    assert decision.parameters["rule"] == "airline/es-original"
    assert decision.parameters["overrode"] == "norm/ES"
    assert isinstance(decision.parameters["confidence"], Token)
    assert len(str(decision.parameters["revision"])) == 16
    key = parse_item(fields["isogloss-key"])
    assert key is not None
    assert key.value == "business-class;country=ES"
    for name in ("isogloss-variant", "cache-status"):
        assert parse_item(fields[name]) is not None
    assert [len(parse_list(fields[name]) or ()) for name in ("cache-groups", "vary")] == [3, 5]


def test_a_page_of_another_origin_can_read_our_fields() -> None:
    assert {"Isogloss-Variant", "Isogloss-Key", "Isogloss-Decision", "Content-Language"} <= set(EXPOSED.split(", "))
