"""Why a visitor got what they got: what is told to whom, where inputs come from, and that a replay gives the same answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from edge.answer import outcome
from edge.app import make_app
from edge.explained import Explanation
from edge.explaining import explanation, in_words, prefers_html
from edge.operators import Operators
from edge.replaying import replayed
from edge.request import Request, posing
from edge.service import Service
from edge.site import DEMO, Loader, Site
from rules.inputs import INPUTS, VISITOR_NAMES
from tests.conftest import require_shared

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOKEN = "a-token-of-thirty-two-bytes-or-more"

#: A site that reads every signal, with bars, schedules, a hop, the visitor's clock and the choice cookie.
SITE = {
    "site.toml": """
[site]
id = "thorough"
default_language = "en"
languages = ["en", "de", "es"]
zone = "Europe/Berlin"
weak_header = "geo"
[rights]
least = "high"
[preview]
for = "everyone"
[choice]
cookie = true
[[proxies]]
from = ["10.0.0.0/8"]
headers = { country = "X-Country", zone = "X-Zone" }
""",
    "variants/film.toml": """
[item]
id = "film"
kind = "promo"
original_language = "en"
paths = ["/film", "/{language}/film"]
[[variants]]
id = "original"
audio = "en"
url = "https://media.example/en.mp4"
only_in = ["AT", "CH", "DE", "ES", "FR"]
[[variants]]
id = "de-dub"
audio = "de"
url = "https://media.example/de.mp4"
not_in = ["CH"]
[[variants]]
id = "es-sub"
audio = "en"
subtitles = ["es"]
url = "https://media.example/es.mp4"
devices = ["tv"]
from = 2026-01-01
until = 2026-12-31
""",
    "rules/all.toml": """
[table]
id = "all"
zone = "visitor"
[[rules]]
id = "night"
when = { daypart = ["night"] }
then = { variant = "es-sub" }
[[rules]]
id = "german"
when = { terms = ["flug*"] }
then = { language = "de" }
[[rules]]
id = "known"
when = { stage = ["known"], segment = ["gold"] }
then = { variant = "de-dub" }
[[rules]]
id = "social"
when = { referrer = ["social", "paid"] }
then = { mode = ["dub", "sub"] }
[[rules]]
id = "inside"
when = { referrer = ["internal"] }
then = { variant = "de-dub" }
[[rules]]
id = "frugal"
when = { save_data = ["yes"], device = ["phone"], os = ["android"] }
then = { variant = "original" }
[[rules]]
id = "winter"
when = { country = ["FR"] }
then = { mode = ["dub"] }
active = { from = 2026-12-01, until = 2027-02-28 }
why = { en = "Winter is for dubbing", de = "Im Winter wird synchronisiert" }
""",
}


def site_of(folder: Path, files: Mapping[str, str]) -> Service:
    """The service of a site with these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Service(Loader(folder), Loader(folder).load(), Operators((TOKEN.encode(),)))


@pytest.fixture(scope="module")
def demo() -> Service:
    return Service(Loader(DEMO), Loader(DEMO).load(), Operators((TOKEN.encode(),)))


@pytest.fixture(scope="module")
def thorough(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return site_of(tmp_path_factory.mktemp("site"), SITE)


@pytest.fixture(scope="module")
def client(demo: Service) -> Iterator[TestClient]:
    with TestClient(make_app(demo, watching=False)) as found:
        yield found


def explained(
    service: Service, item: str, named: Mapping[str, str] | None = None, *, operator: bool = False, **request: Any
) -> Explanation:
    """The explanation for a visitor who is named, or for a request as it came."""
    asked = Request(NOON, **request)
    return explanation(
        posing(asked, named) if named else asked, service.site.served[item], service.site, operator=operator
    )


def inputs_of(found: Explanation) -> dict[str, tuple[object, str, str]]:
    return {one.input: (one.value, one.by, one.name) for one in found.inputs}


# The founding story.


def test_madrid_is_told_the_rule_its_reason_and_the_norm_that_it_overrode(demo: Service) -> None:
    found = explained(demo, "business-class", {"country": "ES"})
    assert found.selection.variant is not None
    assert (found.selection.variant.id, found.selection.variant.experience) == ("es-sub", "sub")
    assert (found.decision.reason, found.decision.rule) == ("rule", "airline/es-original")
    assert found.decision.used[0].why["en"].startswith("Our Spanish travellers")
    [overrode] = found.decision.overrode
    assert (overrode.rule, overrode.said) == ("norm/ES", ("dub", "sub"))


def test_a_norm_shows_its_sources_basis_confidence_and_year(demo: Service) -> None:
    [word] = explained(demo, "business-class", {"country": "DE"}).decision.used
    assert word.rule == "norm/DE"
    assert word.norm is not None
    assert word.norm.basis in ("stated", "observed", "law", "expert")
    assert word.norm.confidence == "high"
    assert word.norm.year is not None
    assert len(word.norm.sources) > 1
    assert all(word.norm.sources)


def test_every_input_has_a_value_and_a_witness(demo: Service) -> None:
    found = explained(demo, "for-travellers", {"country": "ES", "q": "vuelos"})
    assert [one.input for one in found.inputs] == list(INPUTS)
    assert inputs_of(found)["terms"] == (("vuelos",), "preview", "q")
    assert inputs_of(found)["country"] == ("ES", "preview", "country")
    assert inputs_of(found)["kind"] == ("page", "catalogue", "")


AGENT = b"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36"

WITNESSES: list[tuple[str, dict[str, Any], str, tuple[object, str, str]]] = [
    ("a hop's field", {"fields": {b"x-country": b"ES"}, "peer": "10.0.0.1"}, "country", ("ES", "field", "X-Country")),
    ("nobody's hop", {"fields": {b"x-country": b"ES"}, "peer": "192.0.2.1"}, "country", (None, "nobody", "")),
    (
        "Isogloss-Context",
        {"fields": {b"isogloss-context": b"country=FR, device=tv"}, "peer": "10.0.0.1"},
        "device",
        ("tv", "field", "Isogloss-Context"),
    ),
    ("the registries", {"peer": "84.88.0.1"}, "country", ("ES", "registry", "")),
    ("a user agent", {"fields": {b"user-agent": AGENT}}, "device", ("phone", "field", "User-Agent")),
    ("its system", {"fields": {b"user-agent": AGENT}}, "os", ("android", "field", "User-Agent")),
    (
        "a client hint",
        {"fields": {b"sec-ch-ua-mobile": b"?1", b"sec-ch-ua-platform": b'"Android"'}},
        "device",
        ("phone", "field", "Sec-CH-UA-Mobile"),
    ),
    ("no user agent", {}, "device", (None, "nobody", "")),
    ("no referrer", {}, "referrer", ("direct", "absence", "")),
    (
        "a referrer",
        {"fields": {b"referer": b"https://www.instagram.com/"}},
        "referrer",
        ("social", "field", "Referer"),
    ),
    ("search words", {"query": b"q=Fl%C3%BCge"}, "terms", (("fluge",), "query", "q")),
    ("a campaign", {"query": b"utm_campaign=Spring"}, "campaign", ("Spring", "query", "utm_campaign")),
    ("a browser", {"fields": {b"accept-language": b"de"}}, "language", ("de", "field", "Accept-Language")),
    ("a place", {"fields": {b"x-country": b"DE"}, "peer": "10.0.0.1"}, "language", ("de", "place", "")),
    ("an address", {"url_language": "es"}, "language", ("es", "url", "")),
    ("nothing at all", {}, "language", ("en", "site", "")),
    ("words of a search", {"query": "q=ברלין".encode()}, "language", ("he", "terms", "")),
    ("a choice", {"query": b"choose=mode%3Dsub"}, "choice", ("mode=sub", "query", "choose")),
    (
        "a choice in a field",
        {"fields": {b"isogloss-choice": b"mode=sub, captions"}},
        "choice",
        ("mode=sub, captions=?1", "field", "Isogloss-Choice"),
    ),
    ("captions in it", {"fields": {b"isogloss-choice": b"captions"}}, "captions", (True, "field", "Isogloss-Choice")),
    (
        "a choice in a cookie",
        {"fields": {b"cookie": b"isogloss_choice=language%3Dde"}},
        "choice",
        ("language=de", "cookie", "isogloss_choice"),
    ),
    (
        "its language",
        {"fields": {b"cookie": b"isogloss_choice=language%3Dde"}},
        "language",
        ("de", "cookie", "isogloss_choice"),
    ),
    ("the site's consent", {}, "consent", (1, "site", "")),
    ("a refusal", {"fields": {b"sec-gpc": b"1"}}, "consent", (1, "field", "Sec-GPC")),
    ("a person without consent", {}, "stage", (None, "withheld", "")),
    ("the clock", {}, "daypart", ("afternoon", "clock", "")),
    ("data to save", {"fields": {b"save-data": b"on"}}, "save_data", (True, "field", "Save-Data")),
]


@pytest.mark.parametrize(("name", "request_", "input_", "expected"), WITNESSES, ids=[row[0] for row in WITNESSES])
def test_an_input_says_where_it_comes_from(
    thorough: Service, name: str, request_: dict[str, Any], input_: str, expected: tuple[object, str, str]
) -> None:
    assert inputs_of(explained(thorough, "film", None, **request_))[input_] == expected


def test_a_rule_that_puts_a_language_into_the_list_is_its_witness_where_it_counted(thorough: Service) -> None:
    found = explained(thorough, "film", {"country": "DE", "accept_language": "es", "q": "Flug"})
    assert (found.languages[0].tag, found.languages[0].origin) == ("de", "rule")
    assert inputs_of(found)["language"] == ("de", "rule", "")


def test_what_passes_its_limit_is_named_and_not_shown(thorough: Service) -> None:
    found = explained(thorough, "film", None, fields={b"user-agent": b"x" * 600})
    assert found.beyond == ("user-agent",)
    assert inputs_of(found)["device"] == (None, "nobody", "")
    assert b"xxxx" not in msgspec.json.encode(found)


def test_no_address_stands_in_an_explanation(thorough: Service) -> None:
    found = explained(
        thorough, "film", None, operator=True, peer="84.88.0.1", fields={b"x-forwarded-for": b"84.88.0.1"}
    )
    assert b"84.88" not in msgspec.json.encode(found)
    assert "84.88" not in in_words(found)


# Visitors and operators.


def test_a_visitor_is_told_nothing_of_rules_that_did_not_win(thorough: Service) -> None:
    found = explained(thorough, "film", {"country": "FR", "accept_language": "de"})
    text = msgspec.json.encode(found).decode()
    assert found.trace is None
    assert "es-sub" in text  # an alternative that is live
    for hidden in ("all/night", "all/winter", "Winter"):
        assert hidden not in text


def test_a_rules_language_that_did_not_count_is_hidden_from_visitors(tmp_path: Path) -> None:
    rule = '[table]\nid = "t"\n[[rules]]\nid = "r"\nwhen = { country = ["DE"] }\nthen = { language = "fa" }\n'
    service = site_of(tmp_path, {**SITE, "rules/all.toml": rule})
    asked = {"country": "DE", "accept_language": "de"}
    assert [one.tag for one in explained(service, "film", asked).languages] == ["de"]
    assert [one.tag for one in explained(service, "film", asked, operator=True).languages] == ["fa", "de"]


def test_an_operator_is_told_everything(thorough: Service) -> None:
    found = explained(thorough, "film", {"country": "CH", "accept_language": "de"}, operator=True)
    assert found.trace is not None
    assert [table.table for table in found.trace.tables] == ["all"]
    assert len(found.trace.tables[0].tried) == 7
    assert [(one.id, one.because) for one in found.trace.barred] == [("de-dub", ("not in CH",))]
    assert any(word.layer == "default" for word in found.trace.words)
    assert any("Norms of" in step for step in found.trace.norm_steps)
    assert found.trace.told


def test_an_operator_is_told_of_rules_that_would_match_if_they_were_in_force(thorough: Service) -> None:
    found = explained(thorough, "film", {"country": "FR", "accept_language": "de"}, operator=True)
    assert found.trace is not None
    [inactive] = found.trace.inactive
    assert inactive.startswith("all/winter is not in force")


def test_where_the_site_allows_the_unknown_no_place_bars(tmp_path: Path) -> None:
    site = SITE["site.toml"].replace('least = "high"', 'unknown = "allow"')
    service = site_of(tmp_path, {**SITE, "site.toml": site})
    nowhere = replayed({"country": "ZZ", "at": "2027-06-01"}, service.site, NOON)
    found = explanation(nowhere, service.site.served["film"], service.site, operator=True)
    assert found.trace is not None
    assert [(one.id, len(one.because)) for one in found.trace.barred] == [("es-sub", 1)]


BARRED: list[tuple[dict[str, str], dict[str, tuple[str, ...]]]] = [
    ({"country": "US"}, {"original": ("only in AT, CH, DE, ES, FR",)}),
    ({"country": "DE", "at": "2027-06-01"}, {"es-sub": ("ended 2026-12-31T23:00:00+00:00",)}),
    ({"country": "DE", "at": "2025-06-01"}, {"es-sub": ("begins 2025-12-31T23:00:00+00:00",)}),
    (
        {"country": "ZZ"},
        {"original": ("the place is not known well enough",), "de-dub": ("the place is not known well enough",)},
    ),
]


@pytest.mark.parametrize(("asked", "expected"), BARRED)
def test_a_barred_variant_says_by_what(
    thorough: Service, asked: dict[str, str], expected: dict[str, tuple[str, ...]]
) -> None:
    site = thorough.site
    found = explanation(replayed(asked, site, NOON), site.served["film"], site, operator=True)
    assert found.trace is not None
    assert {one.id: one.because for one in found.trace.barred} == expected


def test_visitors_never_see_what_is_barred(thorough: Service) -> None:
    found = explained(thorough, "film", {"country": "CH", "accept_language": "de"})
    assert b"de-dub" not in msgspec.json.encode(found)


def test_where_everything_is_barred_there_is_no_variant_and_the_reason_says_so(thorough: Service) -> None:
    site = thorough.site
    nowhere = replayed({"country": "ZZ", "at": "2027-06-01"}, site, NOON)
    found = explanation(nowhere, site.served["film"], site, operator=False)
    assert found.selection.variant is None
    assert found.decision.reason == "barred"
    assert "barred" in in_words(found).splitlines()[0]


# The words of the command.


def test_the_command_tells_the_story_in_plain_words(demo: Service) -> None:
    lines = in_words(explained(demo, "business-class", {"country": "ES"}, operator=True)).splitlines()
    assert lines[0].startswith("business-class: es-sub")
    assert any("overrode    norm/ES: dub, then sub. stated, confidence high" in line for line in lines)
    assert "  country is ES (named as country)" in lines
    assert any(line.startswith("  unknown: region, device") for line in lines)
    assert "How it came about" in lines


def test_raw_texts_cannot_write_to_a_terminal(demo: Service) -> None:
    found = explained(demo, "business-class", None, fields={b"user-agent": b"\x1b[2J" + b"a" * 400})
    told = in_words(found)
    assert "\x1b" not in told
    assert "a" * 200 not in told
    assert "too long" not in told


def test_the_command_names_what_was_too_long(demo: Service) -> None:
    told = in_words(explained(demo, "business-class", None, fields={b"user-agent": b"a" * 600}))
    assert "  too long, so not read: user-agent" in told.splitlines()


# Over HTTP.


def test_json_is_for_programs_and_private(client: TestClient) -> None:
    answered = client.get("/v1/explain/business-class?country=ES")
    assert answered.status_code == 200
    assert answered.headers["content-type"] == "application/json"
    assert answered.headers["cache-control"] == "private, no-store"
    assert answered.headers["vary"].startswith("Accept, Accept-Language")
    assert answered.headers["x-content-type-options"] == "nosniff"
    found = msgspec.json.decode(answered.content, type=Explanation)
    assert found.selection.variant is not None
    assert found.selection.variant.id == "es-sub"
    assert found.trace is None
    assert found.preview


def test_no_other_origin_may_read_an_explanation(client: TestClient) -> None:
    for method in ("GET", "OPTIONS"):
        answered = client.request(method, "/v1/explain/business-class", headers={"Origin": "https://www.example"})
        assert not [name for name in answered.headers if name.startswith("access-control-")]


def test_an_operators_token_opens_the_trace_and_no_other_does(client: TestClient) -> None:
    for token, opened in ((TOKEN, True), (TOKEN[:-1] + "x", False), ("", False)):
        answered = client.get("/v1/explain/business-class", headers={"Authorization": f"Bearer {token}"})
        assert ("trace" in answered.json()) is opened


def test_an_unknown_item_is_a_problem(client: TestClient) -> None:
    answered = client.get("/v1/explain/nothing")
    assert answered.status_code == 404
    assert answered.headers["content-type"] == "application/problem+json"
    assert answered.headers["cache-control"] == "private, no-store"
    assert answered.json()["status"] == 404


def test_a_browser_gets_a_page(client: TestClient) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answered = client.get("/v1/explain/business-class?country=ES", headers={"Accept": browser})
    assert answered.headers["content-type"] == "text/html; charset=utf-8"
    assert answered.headers["vary"].startswith("Accept, ")
    assert "default-src 'none'" in answered.headers["content-security-policy"]
    assert "airline/es-original" in answered.text
    assert "markets/" not in answered.text


def test_an_operators_page_shows_rules_tried_and_near_misses(client: TestClient) -> None:
    fields = {"Accept": "text/html", "Authorization": f"Bearer {TOKEN}"}
    answered = client.get("/v1/explain/business-class?country=ES&ui=he", headers=fields)
    assert "markets/spain does not match: kind is promo, asked for page." in answered.text
    assert '<html lang="he" dir="rtl">' in answered.text


ACCEPTS = [
    ("", False),
    ("*/*", False),
    ("application/json", False),
    ("text/html", True),
    ("text/html;q=0.5, application/json", False),
    ("text/html, */*;q=0.8", True),
    ("text/*", True),
    ("text/html;q=0", False),
    ("text/html;q=nonsense, application/json;q=0.1", False),
    ("text/html;q=٣", False),
    ("TEXT/HTML ; Q=0.9, application/json;q=0.1", True),
]


@pytest.mark.parametrize(("accept", "expected"), ACCEPTS)
def test_html_is_for_those_who_like_it_better(accept: str, expected: bool) -> None:
    assert prefers_html(accept) is expected


# Replay.


def variant_of(body: bytes, status: int) -> str:
    return str(msgspec.json.decode(body)["variant"]["id"]) if status == 200 else "barred"


def replays(service: Service, client: TestClient, request: Request, item: str) -> None:
    """The answer, its explanation, and what the replay gets over HTTP all name one variant."""
    site: Site = service.site
    served = site.served[item]
    found = explanation(request, served, site, operator=False)
    told = found.selection.variant.id if found.selection.variant else "barred"
    _, _, selection = outcome(request, served, site)
    assert (selection.variant.id if selection.variant else "barred") == told
    again = client.get(f"/v1/items/{item}?{found.replay.query}")
    assert variant_of(again.content, again.status_code) == told, found.replay


TEXTS = st.text(max_size=12)
VISITORS: dict[str, st.SearchStrategy[str]] = {
    "country": st.sampled_from(["DE", "ES", "FR", "CH", "US", "ZZ", "xx"]),
    "region": st.sampled_from(["ES-CT", "CH-GE", "US-NY", "nowhere"]),
    "accept_language": st.sampled_from(
        ["de", "es-ES,es;q=0.9", "en-US,en", "*", "*, de;q=0", "ca", "he", "zh-HK", ";;;"]
    ),
    "user_agent": st.sampled_from([AGENT.decode(), "curl/8", " ", "\N{SNOWMAN}"]),
    "device": st.sampled_from(["tv", "phone", "toaster"]),
    "os": st.sampled_from(["android", "tizen"]),
    "referer": st.sampled_from(
        ["https://www.instagram.com/", "https://www.bing.com/search?q=Flug", "http://testserver/x", "ä"]
    ),
    "q": st.sampled_from(["Flug nach Rom", "טיסה", "vuelos", "<script>"]) | TEXTS,
    "utm_source": st.sampled_from(["google", "newsletter"]),
    "utm_medium": st.sampled_from(["cpc", "email", "social"]),
    "utm_term": st.sampled_from(["flug", "كتاب"]),
    "segment": st.sampled_from(["gold", "gold family"]),
    "stage": st.sampled_from(["known", "new"]),
    "age": st.sampled_from(["child", "adult"]),
    "unit": st.sampled_from(["alice", "bob", "a b, c"]),
    "consent": st.sampled_from(["0", "1", "2", "3", "x"]),
    "gpc": st.sampled_from(["1", "0"]),
    "choose": st.sampled_from(["mode=sub", "mode=original", "variant=de-dub", "language=es", "captions"]) | TEXTS,
    "save_data": st.sampled_from(["yes", "no"]),
    "url": st.sampled_from(["/de/film", "/film?q=Flug", "https://www.example/es/film#x", "/de/business-class"]) | TEXTS,
    "at": st.sampled_from(["2026-12-24T20:00", "2027-01-05T02:30", "2025-01-01", "2026-07-01T03:00Z", "never"]),
}


def test_every_preview_parameter_but_the_unread_ones_is_tried_here() -> None:
    assert set(VISITOR_NAMES) - set(VISITORS) == {"seen", "utm_campaign"}


@settings(max_examples=150)
@given(named=st.fixed_dictionaries({}, optional=VISITORS), item=st.sampled_from(["business-class", "for-travellers"]))
def test_the_explanation_of_anybody_replays_to_the_same_variant(
    demo: Service, client: TestClient, named: dict[str, str], item: str
) -> None:
    sent = {name: value for name, value in named.items() if value}
    replays(demo, client, replayed(sent, demo.site, NOON), item)


RAW: dict[bytes, st.SearchStrategy[bytes]] = {
    b"accept-language": st.sampled_from([b"de", b"es,en;q=0.5", b"en-US", b"en;q=0, *", b"\xff\xfe"]),
    b"x-country": st.sampled_from([b"DE", b"CH", b"FR", b"US", b"XX", b"??"]),
    b"x-zone": st.sampled_from([b"America/New_York", b"Asia/Tokyo", b"Mars/Base"]),
    b"user-agent": st.sampled_from([AGENT, b"curl/8", b"\xff"]),
    b"referer": st.sampled_from([b"https://www.instagram.com/", b"https://host.example/a?q=Flug", b"\xff"]),
    b"host": st.just(b"host.example"),
    b"cookie": st.sampled_from(
        [b"isogloss_choice=" + text for text in (b"language%3Dde", b"mode%3Dsub", b"language%3Des")]
    ),
    b"isogloss-choice": st.sampled_from([b"mode=original", b"variant=es-sub", b"nonsense("]),
    b"isogloss-context": st.sampled_from(
        [b"country=DE, device=tv", b"stage=known, segment=(gold), consent=2", b"referrer=social", b"("]
    ),
    b"save-data": st.sampled_from([b"on", b"off"]),
    b"sec-gpc": st.just(b"1"),
}


@settings(max_examples=50)
@given(
    fields=st.fixed_dictionaries({}, optional=RAW),
    peer=st.sampled_from(["10.0.0.1", "84.88.0.1", "192.0.2.1", None, ""]),
    query=st.sampled_from([b"", b"q=Flug", b"gclid=1", b"utm_medium=email&gclid=2", b"choose=language%3Des"]),
    language=st.sampled_from([None, None, "de", "es"]),
    hour=st.integers(min_value=0, max_value=23),
)
def test_a_request_as_it_came_through_hops_cookies_and_clocks_replays_to_the_same_variant(
    thorough: Service, fields: dict[bytes, bytes], peer: str | None, query: bytes, language: str | None, hour: int
) -> None:
    target = f"/{language}/film?".encode() + query if language else None
    request = Request(NOON.replace(hour=hour), fields, peer, b"" if target else query, target, url_language=language)
    with TestClient(make_app(thorough, watching=False)) as client:
        replays(thorough, client, request, "film")


def test_a_place_that_is_not_known_well_enough_replays_as_unknown(tmp_path: Path) -> None:
    film = '[item]\nid = "film"\nkind = "promo"\noriginal_language = "en"\n'
    only = '[[variants]]\nid = "original"\naudio = "en"\nurl = "/en"\nonly_in = ["ES"]\n'
    service = site_of(tmp_path, {"site.toml": SITE["site.toml"], "variants/film.toml": film + only})
    found = explained(service, "film", None, peer="84.88.0.1")  # the registries say ES, with medium confidence
    assert found.selection.variant is None
    assert found.replay.parameters["country"] == "ZZ"


def test_what_no_parameter_can_say_is_made_up_for_by_naming_the_variant(thorough: Service) -> None:
    fields = {b"x-country": b"ES", b"x-zone": b"Asia/Tokyo", b"accept-language": b"de"}
    choices = ((b"", "variant=es-sub"), (b"choose=captions", "captions=?1, variant=es-sub"))
    for query, expected in choices:
        at_night = Request(
            NOON.replace(hour=17), fields, "10.0.0.1", query
        )  # 02:00 in Tokyo; a preview cannot name a zone
        found = explanation(at_night, thorough.site.served["film"], thorough.site, operator=False)
        assert found.decision.rule == "all/night"
        assert found.replay.parameters["choose"] == expected


def test_a_place_of_a_geo_file_names_the_file(tmp_path: Path) -> None:
    city = require_shared("geoip/GeoIP2-City-Test.mmdb")
    (tmp_path / "city.mmdb").write_bytes(city.read_bytes())
    site = SITE["site.toml"] + '[geo]\ndatabase = "city.mmdb"\n'
    service = site_of(tmp_path, {**SITE, "site.toml": site})
    assert inputs_of(explained(service, "film", None, peer="81.2.69.160"))["country"] == ("GB", "geo-file", "city.mmdb")


def test_behind_a_hop_that_says_everything_no_other_field_is_a_witness(tmp_path: Path) -> None:
    site = SITE["site.toml"].replace('headers = { country = "X-Country", zone = "X-Zone" }', "normalised = true")
    service = site_of(tmp_path, {**SITE, "site.toml": site})
    fields = {b"isogloss-context": b"country=ES", b"user-agent": AGENT, b"referer": b"https://www.instagram.com/"}
    found = inputs_of(explained(service, "film", None, peer="10.0.0.1", fields=fields))
    assert found["country"] == ("ES", "field", "Isogloss-Context")
    assert found["device"] == (None, "nobody", "")
    assert found["referrer"] == ("direct", "absence", "")


def test_a_replay_says_what_a_frugal_client_asked_for(thorough: Service) -> None:
    frugal = {b"save-data": b"on", b"user-agent": AGENT, b"x-country": b"ES"}
    found = explained(thorough, "film", None, peer="10.0.0.1", fields=frugal)
    assert found.replay.parameters["save_data"] == "yes"
    assert (found.replay.parameters["device"], found.replay.parameters["os"]) == ("phone", "android")


def test_a_replay_names_only_what_the_item_reads(demo: Service) -> None:
    asked = {"country": "ES", "accept_language": "es", "device": "tv", "stage": "known", "consent": "2"}
    assert set(explained(demo, "business-class", asked).replay.parameters) == {"country", "accept_language", "consent"}


def test_a_replay_is_a_query_that_reads_back(demo: Service) -> None:
    replay = explained(demo, "for-travellers", {"country": "ES", "q": "vuelos & más"}).replay
    assert f"q={quote('vuelos & más')}" in replay.query
