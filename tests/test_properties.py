"""Whatever reaches the application: `/v1/decide` answers, bars hold, equal inputs get equal bodies, and nobody moves house."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote, quote_from_bytes, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Scope

from edge.app import make_app
from edge.reading import read
from edge.request import Request
from edge.site import Site
from edge.units import unit_like
from locales.preference import Confidence
from locales.tags import is_language
from tests.edge.crowd import NAMES, POOLS, crowd_site, headers, visitors
from tests.edge.sites import GERMAN, LOOPBACK, OWN_HOP, PROXY, SPANISH, demo_site, service_of
from tests.edge.test_front import scope_of
from tests.edge.test_sharing import CANDIDATES, CLOUDFLARE, CLOUDFRONT, NORMALISED
from variants.bars import Stand, unbarred

Answer = tuple[int, dict[str, str], bytes]


@cache
def app_of(more: str) -> tuple[ASGIApp, Site]:
    site = crowd_site(more=more)
    return make_app(service_of(site), watching=False), site


HOPS = ("", OWN_HOP, CLOUDFLARE + "[choice]\ncookie = true\n", NORMALISED)


def answered(app: ASGIApp, scope: Scope) -> Answer:
    """What the application says, over bare ASGI: no client between that would refuse to send it."""
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    asyncio.run(_called(app, scope, receive, send))
    start, bodies = messages[0], messages[1:]
    fields = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    return start["status"], fields, b"".join(message.get("body", b"") for message in bodies)


async def _called(app: ASGIApp, scope: Scope, receive: Any, send: Any) -> None:
    await app(scope, receive, send)


def is_answer(site: Site, answer: Answer) -> str:
    """The variant of a look-up's answer, which is one of the site's, or `none`, or `barred`."""
    status, fields, body = answer
    known = {variant.id for item in site.catalog.items.values() for variant in item.variants}
    assert (status, body) == (200, b"")
    assert fields["isogloss-variant"] in known | {"none", "barred"}
    assert "reason=error" not in fields["isogloss-decision"]
    assert fields["content-length"] == "0"
    assert all(text.isascii() and text.isprintable() for text in fields.values())
    return fields["isogloss-variant"]


FIELD_NAMES = st.one_of(st.sampled_from(sorted(CANDIDATES)), st.from_regex(rb"[a-z][a-z0-9-]{0,12}", fullmatch=True))
FIELD_VALUES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([value for values in CANDIDATES.values() for value in values]),
    headers().map(str.encode),
    st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
FIELDS = st.lists(st.tuples(FIELD_NAMES, FIELD_VALUES), max_size=8)

QUERIES = st.one_of(
    st.binary(max_size=40),
    visitors().map(lambda named: urlencode(named).encode()),
    st.lists(st.tuples(st.sampled_from([*POOLS, "at", "ids", "choose"]), st.binary(max_size=12)), max_size=5).map(
        lambda pairs: "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs).encode()
    ),
)

PIECES = (
    *(
        b"/",
        b"..",
        b".",
        b"%2f",
        b"%2F",
        b"%5c",
        b"\\",
        b"%0d%0a",
        b"%00",
        b"\x00",
        b"?",
        b"#",
        b"&",
        b"%",
        b"%zz",
        b"%62",
    ),
    *(b"business-class", b"for-travellers", b"de", b"xx", b"q=flug", b"\xc3\xbc", b"%C3%BC", b"https://", b"a.example"),
)
TARGETS = st.one_of(st.binary(max_size=40), st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join))
PEERS = st.sampled_from(
    [LOOPBACK, GERMAN, SPANISH, PROXY, "::ffff:10.0.0.1", "", "nonsense", "fe80::1%eth0", "2001:db8::1"]
)


@settings(max_examples=150)
@given(st.sampled_from(HOPS), PEERS, FIELDS, QUERIES, st.sampled_from(NAMES), st.sampled_from(["GET", "HEAD"]))
def test_a_look_up_answers_whatever_is_sent(
    more: str, peer: str, fields: list[tuple[bytes, bytes]], query: bytes, item: str, method: str
) -> None:
    app, site = app_of(more)
    scope = {**scope_of(f"/v1/decide/{item}", fields, peer, query), "method": method}
    assert is_answer(site, answered(app, scope)) != "none"


@settings(max_examples=150)
@example(target=b"/de/business-class/..%2fbusiness-class", fields=[], query=b"", more="")
@example(target=b"/business-class\r\nX-Other: 1", fields=[], query=b"url=%0d%0a", more="")
@given(TARGETS, FIELDS, QUERIES, st.sampled_from(HOPS))
def test_a_look_up_by_address_answers_whatever_the_address(
    target: bytes, fields: list[tuple[bytes, bytes]], query: bytes, more: str
) -> None:
    app, site = app_of(more)
    sent = [pair for pair in fields if pair[0] != b"x-original-uri"]
    is_answer(site, answered(app, scope_of("/v1/decide", [*sent, (b"x-original-uri", target)], PROXY, query)))
    by_query = b"url=" + quote_from_bytes(target).encode()
    is_answer(site, answered(app, scope_of("/v1/decide", sent, PROXY, by_query)))


@settings(max_examples=60)
@given(st.text(max_size=30), FIELDS)
def test_a_look_up_of_anything_answers(name: str, fields: list[tuple[bytes, bytes]]) -> None:
    app, site = app_of("")
    scope = {
        **scope_of("/v1/decide", fields),
        "path": f"/v1/decide/{name}",
        "raw_path": b"/v1/decide/" + quote(name, errors="replace").encode(),
    }
    is_answer(site, answered(app, scope))


@settings(max_examples=60)
@given(FIELDS, QUERIES, st.sampled_from(["/v1/items", *(f"/v1/items/{name}" for name in NAMES), "/v1/items/none"]))
def test_a_manifest_answers_whatever_is_sent(fields: list[tuple[bytes, bytes]], query: bytes, path: str) -> None:
    app, _ = app_of(OWN_HOP)
    status, sent, body = answered(app, scope_of(path, fields, PROXY, query))
    assert status in (200, 304, 400, 404, 451)
    assert status == 304 or json.loads(body)
    assert all(text.isprintable() for text in sent.values())


HOSTILE: Mapping[str, tuple[bytes, bytes]] = {
    "10,000 ranges": (b"accept-language", b"de," * 10_000),
    "10,000 empty ranges": (b"accept-language", b"," * 10_000),
    "absurd weights": (
        b"accept-language",
        b"de;q=1e99,en;q=-1,es;q=NaN,fr;q=" + b"9" * 400 + b",it;q=0.0000000000000000001",
    ),
    "one endless tag": (b"accept-language", b"de-" + b"x" * 4000),
    "an endless user agent": (b"user-agent", b"Mozilla/5.0 (" * 5000),
    "a user agent of nulls": (b"user-agent", bytes(500)),
    "an endless referrer": (b"referer", b"https://www.google.com/?q=" + b"%25" * 20_000),
    "a nested choice": (b"isogloss-choice", b"mode=" + b"(" * 900),
    "10,000 cookies": (b"cookie", b"isogloss_choice=mode=sub; " * 2500),
    "10,000 hops": (b"x-forwarded-for", b"10.0.0.1, " * 10_000),
    "a chain of garbage": (b"x-forwarded-for", b"80.58.0.1, <script>, 10.0.0.1:99999, [::1"),
    "an unclosed quote": (b"forwarded", b'for="[2001:db8::1'),
    "an endless context": (b"isogloss-context", b"country=ES, " * 5000),
    "an endless address": (b"x-original-uri", b"/../" * 20_000),
    "bytes that are no text": (b"isogloss-context", bytes(range(128, 256))),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("more", HOPS, ids=["no hop", "own hop", "cloudflare", "normalised"])
def test_a_hostile_field_is_an_absent_one(name: str, more: str) -> None:
    app, site = app_of(more)
    for item in NAMES:
        assert is_answer(site, answered(app, scope_of(f"/v1/decide/{item}", [HOSTILE[name]], PROXY))) != "none"
    is_answer(site, answered(app, scope_of("/v1/decide", [HOSTILE[name]], PROXY, b"x=" + b"%41" * 30_000)))


@pytest.mark.parametrize(
    "query",
    [b"a=b&" * 2000, b"country=DE&" * 400, b"%" * 4096, b"=&" * 2048, b"ids=" + b"," * 4000, b"q=" + b"+a" * 2000],
)
def test_a_hostile_query_harms_nobody(query: bytes) -> None:
    app, site = app_of("")
    for item in NAMES:
        is_answer(site, answered(app, scope_of(f"/v1/decide/{item}", [], LOOPBACK, query)))
    assert answered(app, scope_of("/v1/items", [], LOOPBACK, query))[0] == 400


# Bars


def named_in(body: Mapping[str, Any]) -> set[str]:
    """Every variant that a manifest names. What a word said may be a language as well as a variant of that id."""
    said = {word for one in body["decision"]["overrode"] for word in one["said"] if not is_language(word)}
    return {body["variant"]["id"], *(one["id"] for one in body["alternatives"]), *said}


LICENSED = ("licensed", "leaving")


@settings(max_examples=100)
@given(visitors(), st.sampled_from(LICENSED), st.sampled_from(POOLS["country"]))
def test_no_answer_names_a_variant_that_is_barred(named: dict[str, str], item: str, country: str) -> None:
    """Neither by what visitors say of themselves, nor by what they chose, nor as an alternative, nor as overridden."""
    app, site = app_of(OWN_HOP)
    where = (b"x-geo-country", country.encode())
    sent = [
        (b"accept-language", named.get("accept_language", "").encode()),
        (b"isogloss-choice", named.get("choose", "").encode()),
        where,
    ]
    asked = [(name, named[name]) for name in ("q", "utm_campaign") if name in named]
    query = urlencode(asked).encode()
    status, fields, body = answered(app, scope_of(f"/v1/items/{item}", sent, PROXY, query))
    place = Stand(country or None, Confidence.high, datetime.now(UTC), site.settings.rights, "en")
    left = {variant.id for variant in unbarred(site.catalog.items[item], place)}
    barred = {variant.id for variant in site.catalog.items[item].variants} - left
    assert (status == 451) is (not left)
    assert fields["isogloss-variant"] in (left or {"barred"})
    if status == 200:
        assert named_in(json.loads(body)).isdisjoint(barred)
    else:
        assert not any(name.encode() in body for name in barred - {"original", "de", "es", "free"})
    lookup = answered(app, scope_of(f"/v1/decide/{item}", sent, PROXY, query))
    assert lookup[1]["isogloss-variant"] == fields["isogloss-variant"]


@settings(max_examples=60)
@given(
    FIELDS, QUERIES.filter(lambda query: b"country" not in query and b"region" not in query), st.sampled_from(LICENSED)
)
def test_somebody_of_unknown_place_gets_nothing_that_is_barred_somewhere(
    fields: list[tuple[bytes, bytes]], query: bytes, item: str
) -> None:
    app, site = app_of("")
    free = {variant.id for variant in site.catalog.items[item].variants if not variant.bars}
    answer = answered(app, scope_of(f"/v1/decide/{item}", fields, LOOPBACK, query))
    assert is_answer(site, answer) in (free or {"barred"})


# Equal inputs


@settings(max_examples=25)
@given(
    st.lists(st.tuples(FIELDS, st.sampled_from(NAMES), st.sampled_from([GERMAN, SPANISH])), min_size=2, max_size=8),
    st.permutations(range(8)),
)
def test_equal_inputs_get_equal_bodies_whoever_came_before(
    crowd: list[tuple[list[tuple[bytes, bytes]], str, str]], order: Iterable[int]
) -> None:
    """The same visitors in two orders: what is remembered of the ones before shows in nobody's answer."""
    app, _ = app_of("")
    fresh = make_app(service_of(crowd_site.__wrapped__(more="")), watching=False)
    scopes = [scope_of(f"/v1/items/{item}", fields, peer) for fields, item, peer in crowd]
    first = [_without_memory(answered(app, scope)) for scope in scopes]
    for position in order:
        if position < len(scopes):
            assert _without_memory(answered(fresh, scopes[position])) == first[position]


def _without_memory(answer: Answer) -> Answer:
    status, fields, body = answer
    return status, {name: value for name, value in fields.items() if name != "cache-status"}, body


# Places


PLACED = (
    b"cf-ipcountry",
    b"cf-region-code",
    b"cf-connecting-ip",
    b"x-forwarded-for",
    b"forwarded",
    b"x-real-ip",
    b"true-client-ip",
    b"x-geo-country",
    b"x-geo-region",
    b"isogloss-context",
    b"cloudfront-viewer-country",
    b"cloudfront-viewer-address",
    b"x-akamai-edgescape",
    b"x-appengine-country",
    b"x-vercel-ip-country",
    b"fastly-client-ip",
    b"isogloss-hop-secret",
)
WORDS = st.sampled_from(
    [b"DE", b"US", b"country=DE", b"80.58.0.1", b"10.0.0.1", b"for=78.46.0.1", b"country_code=DE", b"CT"]
)


@settings(max_examples=200)
@given(
    st.sampled_from([OWN_HOP, CLOUDFLARE, CLOUDFRONT, NORMALISED, ""]),
    st.sampled_from([GERMAN, SPANISH, LOOPBACK, "192.168.1.1", "2001:db8::1", "11.0.0.1"]),
    st.dictionaries(st.sampled_from(PLACED), st.one_of(WORDS, st.binary(max_size=20)), max_size=8),
    FIELDS,
)
def test_nothing_that_somebody_who_is_no_hop_sends_changes_their_place(
    more: str, peer: str, forged: dict[bytes, bytes], fields: list[tuple[bytes, bytes]]
) -> None:
    site = _demo_site(more)
    served = site.served["business-class"]
    sent = {**dict(fields), **forged}
    said = read(Request(datetime.now(UTC), sent, peer, b"q=DE&url=/DE"), served, site)
    quiet = read(Request(datetime.now(UTC), {}, peer), served, site)
    assert said.place == quiet.place
    assert said.via == ()
    assert (said.context.country, said.context.region) == (quiet.context.country, quiet.context.region)
    assert (said.context.segment, said.context.age) == ((), None)


@cache
def _demo_site(more: str) -> Site:
    return demo_site(more)


# Units


@settings(max_examples=60)
@given(
    st.sampled_from([OWN_HOP, NORMALISED, ""]),
    st.from_regex("zq[0-9a-f]{8,20}", fullmatch=True),
    st.sampled_from(["DE", "FR", "ES", "US"]),
    st.integers(0, 3),
    st.sampled_from(["/v1/decide/", "/v1/items/", "/v1/explain/"]),
)
def test_a_unit_stands_in_nothing_that_is_sent_and_counts_by_its_arms_alone(
    more: str, unit: str, country: str, consent: int, path: str
) -> None:
    app, site = app_of(more)
    like = unit_like(site.served["trial"].projection, unit)
    answers = []
    for one in (unit, like):
        context = f'country={country}, language=de, consent={consent}, unit="{one}"'.encode()
        answers.append(answered(app, scope_of(f"{path}trial", [(b"isogloss-context", context)], PROXY)))
    assert unit not in str(answers)
    if path != "/v1/explain/":
        assert _without_memory(answers[0]) == _without_memory(answers[1])
    counted = "split=" in answers[0][1].get("isogloss-key", "")
    assert counted is (more != "" and consent >= 2 and path != "/v1/explain/")
