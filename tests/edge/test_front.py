"""The front: look-ups and manifests of known items, the short way and the long way, and nothing else."""

from __future__ import annotations

import gc
import inspect
import random
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import edge
from edge.app import ROUTES, make_app
from edge.entering import entering
from edge.front import Front, respond
from edge.reading import read
from edge.request import Request
from edge.response import Response
from edge.site import Site
from tests.edge import crowd
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
    make_site,
    service_of,
    visitor,
)

Fields = list[tuple[bytes, bytes]]

FORMS = ("/v1/decide/", "/v1/items/")


def scope_of(path: str, fields: Iterable[tuple[bytes, bytes]], peer: str = LOOPBACK, query: bytes = b"") -> Scope:
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": list(fields),
        "client": (peer, 50000),
        "server": ("127.0.0.1", 8000),
        "scheme": "http",
        "http_version": "1.1",
    }


async def _refuses(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("the front should have answered")


def front_of(site: Site) -> Front:
    return Front(_refuses, service_of(site))


def looked_up(front: Front, scope: Scope) -> Response:
    response = front.look_up(scope)
    assert response is not None
    return response


def plain(response: Response) -> tuple[int, Fields, bytes]:
    """A response without the word whether it was remembered."""
    return response.status, sorted(pair for pair in response.fields if pair[0] != b"cache-status"), response.body


def bytes_of(pool: Iterable[str]) -> st.SearchStrategy[bytes | None]:
    return st.one_of(st.none(), st.sampled_from([text.encode() for text in pool]), st.binary(max_size=12))


#: Everything that a browser can send and that some item reads.
SENT = st.fixed_dictionaries(
    {
        b"accept-language": st.one_of(st.none(), crowd.headers().map(str.encode), st.binary(max_size=12)),
        b"user-agent": bytes_of(crowd.POOLS["user_agent"]),
        b"referer": bytes_of(crowd.POOLS["referer"]),
        b"host": bytes_of(["www.google.com", "air.example"]),
        b"sec-gpc": bytes_of(["1", "0"]),
        b"dnt": bytes_of(["1"]),
        b"save-data": bytes_of(["on", "off"]),
        b"isogloss-choice": bytes_of([one for one in crowd.POOLS["choose"] if one]),
        b"cookie": bytes_of(
            ["isogloss_choice=language=de", 'a=b; isogloss_choice="mode=sub"', "isogloss_choice=%6Dode=dub"]
        ),
        b"sec-ch-ua-mobile": bytes_of(["?1", "?0"]),
        b"sec-ch-ua-platform": bytes_of(['"Android"', '"macOS"']),
        b"sec-ch-ua-form-factors": bytes_of(['"Tablet"', '"Watch"']),
        b"isogloss-context": bytes_of(["country=ES, segment=gold, consent=3"]),
        b"cf-ipcountry": bytes_of(["ES"]),
        b"origin": bytes_of(["https://a.example", "https://b.example"]),
    }
).map(lambda sent: [(name, value) for name, value in sent.items() if value is not None])

PEERS = st.sampled_from([GERMAN, SPANISH, LOOPBACK, "2001:db8::1", "::ffff:80.58.0.1", "testclient", ""])


@settings(max_examples=120)
@given(SENT, PEERS, st.sampled_from(FORMS))
def test_the_short_way_says_what_the_long_way_says(sent: Fields, peer: str, form: str) -> None:
    site = crowd_site()
    front = front_of(site)
    for item in NAMES:
        scope = scope_of(form + item, sent, peer)
        short = [plain(looked_up(front, scope)) for _ in range(2)]
        request = entering(scope, front.service, lookup=form == FORMS[0])
        long = plain(respond(request, UNREMEMBERED.served[item], UNREMEMBERED))
        assert short == [long, long], item


#: The same site, with memories of its own that no short way fills.
UNREMEMBERED = crowd_site.__wrapped__()


def test_head_is_get_without_its_body() -> None:
    with visitor(demo_site(), SPANISH) as ask:
        for form in FORMS:
            whole, head = ask.get(form + "business-class"), ask.head(form + "business-class")
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["content-length"] == str(len(whole.content))
            assert head.headers["isogloss-variant"] == whole.headers["isogloss-variant"] == "es-sub"
            assert head.headers.get("etag") == whole.headers.get("etag")


DOUBLED = (
    # fields, as if it were these
    ([(b"accept-language", b"es"), (b"accept-language", b"de")], [(b"accept-language", b"es, de")]),
    ([(b"accept-language", b""), (b"accept-language", b"de")], [(b"accept-language", b"de")]),
    (
        [(b"isogloss-choice", b"mode=sub"), (b"isogloss-choice", b"language=de")],
        [(b"isogloss-choice", b"mode=sub, language=de")],
    ),
    ([(b"host", b"a"), (b"host", b"b"), (b"accept-language", b"de")], [(b"accept-language", b"de")]),
)


@pytest.mark.parametrize(("sent", "meant"), DOUBLED)
def test_the_lines_of_a_repeated_field_count_as_one_list(sent: Fields, meant: Fields) -> None:
    front = front_of(demo_site())
    for form in FORMS:
        path = form + "business-class"
        assert plain(looked_up(front, scope_of(path, sent))) == plain(looked_up(front, scope_of(path, meant)))


def test_one_of_several_conditions_that_matches_is_enough() -> None:
    front = front_of(demo_site())
    etag = looked_up(front, scope_of("/v1/items/business-class", [])).etag
    assert etag is not None
    for lines in ((etag, b'"other"'), (b'"other"', etag)):
        conditions = [(b"if-none-match", line) for line in lines]
        assert looked_up(front, scope_of("/v1/items/business-class", conditions)).status == 304


def test_every_message_has_a_list_of_its_own() -> None:
    """A middleware outside that edits lists in place leaves later answers as they are."""

    def vandal(app: ASGIApp) -> ASGIApp:
        async def call(scope: Scope, receive: Receive, send: Send) -> None:
            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"].append((b"x-vandal", b"was here"))
                    message["headers"][:] = [pair for pair in message["headers"] if pair[0] != b"vary"]
                await send(message)

            await app(scope, receive, sending)

        return call

    service = service_of(demo_site())
    with visitor(service, SPANISH, around=vandal) as spoiled, visitor(service, SPANISH) as ask:
        for form in FORMS:
            for _ in range(3):
                assert spoiled.get(form + "business-class").headers.get_list("x-vandal") == ["was here"]
                clean = ask.get(form + "business-class").headers
                assert "x-vandal" not in clean
                assert clean["vary"] == "Accept-Language, Isogloss-Choice"


def test_compression_outside_does_no_harm() -> None:
    service = service_of(demo_site())
    with visitor(service, SPANISH, around=lambda app: GZipMiddleware(app, minimum_size=100)) as ask:
        packed = [ask.get("/v1/items/business-class", headers={"Accept-Encoding": "gzip"}) for _ in range(3)]
        bare = ask.get("/v1/items/business-class", headers={"Accept-Encoding": "identity"})
    assert {one.headers["content-encoding"] for one in packed} == {"gzip"}
    assert {one.headers["vary"] for one in packed} == {"Accept-Language, Isogloss-Choice, Accept-Encoding"}
    assert "content-encoding" not in bare.headers
    assert {one.text for one in packed} == {bare.text}


def test_an_answer_says_whether_it_was_remembered() -> None:
    with visitor(demo_site(), SPANISH) as ask:
        told = [ask.get("/v1/items/business-class").headers["cache-status"] for _ in range(2)]
    assert told == ["isogloss; fwd=miss", "isogloss; hit"]


LISTED = '[cors]\norigins = ["https://a.example", "https://c.example"]\n'


def test_a_remembered_answer_is_not_given_to_a_page_of_another_origin() -> None:
    with visitor(make_site({"variants/film.toml": BUSINESS}, LISTED), SPANISH) as ask:
        asked = ("https://a.example", "https://b.example", None, "https://c.example", "https://a.example")
        allowed = [
            ask.get("/v1/items/business-class", headers={"Origin": origin} if origin else {}).headers.get(
                "access-control-allow-origin"
            )
            for origin in asked
        ]
    assert allowed == ["https://a.example", None, None, "https://c.example", "https://a.example"]


def held_by(root: object) -> Iterable[bytes | str]:
    """All texts that can be reached from an object, modules and classes aside."""
    seen: set[int] = set()
    left = [root]
    while left:
        one = left.pop()
        if id(one) in seen or inspect.ismodule(one) or isinstance(one, type) or inspect.isfunction(one):
            continue
        seen.add(id(one))
        if isinstance(one, (bytes, str)):
            yield one
        else:
            left += gc.get_referents(one)


def test_nothing_beyond_its_limit_is_remembered_and_no_address_ever() -> None:
    site = make_site(DEMO_FILES)
    front = front_of(site)
    long = {
        b"accept-language": b"de," * 1400,
        b"user-agent": b"long" * 200,
        b"referer": b"https://a.example/" + b"long" * 600,
        b"isogloss-choice": b"mode=sub" + b" " * 1100,
        b"cookie": b"long=" * 900,
    }
    for item in site.served:
        for form in FORMS:
            looked_up(front, scope_of(form + item, long.items(), "80.58.201.77"))
            looked_up(front, scope_of(form + item, [(b"accept-language", b"es")], "80.58.201.77"))
    texts = set(held_by((site.doors, site.served)))
    assert not [one for one in texts if isinstance(one, bytes) and one in long.values()]
    assert not [one for one in texts if "80.58.201.77" in str(one)]


def test_memory_is_bounded_whatever_visitors_send() -> None:
    site = make_site(DEMO_FILES)
    front = front_of(site)
    for number in range(5000):
        sent = [(b"accept-language", b"de-x-%d" % number), (b"referer", b"https://a%d.example/" % number)]
        looked_up(front, scope_of("/v1/decide/for-travellers", sent))
    raw = [one for one in set(held_by((site.doors, site.served))) if isinstance(one, bytes) and b"de-x-" in one]
    assert len(raw) <= 4096


def broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError("secret-words-of-a-visitor")


BREAKABLE = (
    "edge.answer.select",
    "edge.answer.decide",
    "edge.answer.render",
    "edge.reading.read_device",
    "edge.reading._context",
)


@pytest.mark.parametrize("name", BREAKABLE)
@pytest.mark.parametrize("peer", [LOOPBACK, PROXY])
def test_where_something_fails_a_proxy_gets_the_fallback_and_keeps_it_not(
    name: str, peer: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    site = make_site({"variants/film.toml": BUSINESS + 'devices = ["tv"]\n'}, OWN_HOP if peer == PROXY else "")
    with visitor(site, peer) as ask:
        monkeypatch.setattr(name, broken)
        with caplog.at_level("INFO"):
            response = ask.get("/v1/decide/business-class", headers={"Accept-Language": "de", "User-Agent": "curl/8"})
            manifest = ask.get("/v1/items/business-class", headers={"Accept-Language": "de", "User-Agent": "curl/8"})
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["isogloss-variant"] == "original"
    assert response.headers["isogloss-decision"].startswith("original;reason=error;")
    assert response.headers["cache-control"] == "private, max-age=0"
    assert response.headers["cdn-cache-control"] == "no-store"
    assert "etag" not in response.headers
    assert manifest.headers["cache-control"] == "private, max-age=0"
    assert manifest.headers["isogloss-variant"] == "original"
    assert "RuntimeError" in caplog.text
    assert "secret-words" not in caplog.text


def test_an_item_without_a_fallback_is_barred_where_something_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    film = DEMO_FILES["variants/business-class.toml"].replace("url =", 'only_in = ["DE"]\nurl =')
    with visitor(make_site({"variants/film.toml": film})) as ask:
        monkeypatch.setattr("edge.answer.select", broken)
        response = ask.get("/v1/decide/business-class")
    assert (response.status_code, response.headers["isogloss-variant"]) == (200, "barred")


def test_after_a_failure_the_next_answer_is_whole_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with visitor(demo_site(), SPANISH) as ask:
        with monkeypatch.context() as patch:
            patch.setattr("edge.answer.select", broken)
            assert "reason=error" in ask.get("/v1/decide/business-class").headers["isogloss-decision"]
        assert ask.get("/v1/decide/business-class").headers["isogloss-variant"] == "es-sub"


HANDED_ON = (
    "/v1/items",
    "/v1/decide",
    "/v1/items/no-such",
    "/",
    "/healthz",
    "/v1/explain/business-class",
)


@pytest.mark.parametrize("path", HANDED_ON)
def test_all_else_is_handed_on(path: str) -> None:
    assert front_of(demo_site()).look_up(scope_of(path, [])) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get", "BREW"])
def test_other_methods_are_handed_on(method: str) -> None:
    scope = {**scope_of("/v1/items/business-class", []), "method": method}
    assert front_of(demo_site()).look_up(scope) is None


def test_every_answer_is_counted_by_item_variant_and_reason() -> None:
    site = demo_site()
    with visitor(site, SPANISH) as ask:
        for _ in range(3):
            ask.get("/v1/decide/business-class")
        ask.get("/v1/items?ids=business-class")
        ask.get("/v1/decide", headers={"X-Original-URI": "/business-class"})
    text = site.metrics.text()
    assert 'isogloss_answers_total{item="business-class",reason="rule",variant="es-sub"} 5' in text


def test_the_look_up_path_holds_nothing_slow() -> None:
    """No class of middleware that wraps bodies, no endpoint in a thread, nothing encoded or packed on the way."""
    app = make_app(service_of(demo_site()), watching=False)
    assert isinstance(app, Front)
    assert all(inspect.iscoroutinefunction(route.endpoint) for route in ROUTES)
    source = "".join(path.read_text("utf-8") for path in Path(edge.__file__).parent.rglob("*.py"))
    assert not re.findall(
        r"^\s*(?:from|import) .*\b(?:BaseHTTPMiddleware|JSONResponse|GZip\w*|gzip|run_in_threadpool)\b", source, re.M
    )
    assert not re.findall(r"\b(?:BaseHTTPMiddleware|JSONResponse|GZipMiddleware|TTLCache)\(", source)
    assert "add_middleware" not in source


def test_no_route_but_the_look_ups_and_the_page_is_there_twice() -> None:
    assert len({route.path for route in ROUTES}) == len(ROUTES)


NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_ways_over_hops_and_places_that_they_make_up_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hop that passes on what visitors write must not let them fill the memory."""
    monkeypatch.setattr("edge.glance.MOST_WAYS", 4)
    monkeypatch.setattr("edge.glance.MOST_SPOTS", 8)
    hops = "".join(f'\n[[proxies]]\nfrom = ["10.{number}.0.0/16"]\npreset = "cloudflare"\n' for number in range(3))
    site = demo_site(hops)
    glance = site.doors["/v1/items/business-class"].glance
    rng = random.Random(5)
    for _ in range(300):
        chain = ", ".join(f"10.{rng.randrange(3)}.0.1" for _ in range(rng.randrange(1, 8)))
        fields = {
            b"x-forwarded-for": chain.encode(),
            b"cf-ipcountry": rng.choice((b"ES", b"DE", b"FR", b"IT", b"PL")),
            b"cf-region-code": rng.choice((b"CT", b"MD", b"BE", b"XX")),
            b"cf-timezone": f"Made/Up{rng.randrange(10_000)}".encode(),
        }
        short = glance.read(Request(NOON, fields, "10.0.0.1"), glance.served, site)
        long = read(Request(NOON, fields, "10.0.0.1"), glance.served, site)
        assert (short.classes, short.context.country, short.shareable) == (
            long.classes,
            long.context.country,
            long.shareable,
        )
        ways = glance._ways
        assert len(ways) <= 4
        assert all(len(way.spots) <= 8 for way in ways.values())
