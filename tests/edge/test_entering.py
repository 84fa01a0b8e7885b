"""From the server's scope to a request, and who may look through another visitor's eyes (DESIGN §4)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from edge.entering import entering, may_preview, preview_names
from edge.parameters import parse_parameters
from edge.service import Service
from tests.edge.sites import BUSINESS, DEMO_FILES, OPERATOR, SPANISH, TOKEN, make_site, service_of, visitor
from tests.edge.test_front import scope_of

BEARER = OPERATOR["Authorization"].encode()


def service(policy: str | None) -> Service:
    text = DEMO_FILES["site.toml"].replace('for = "everyone"', f'for = "{policy}"')
    return service_of(make_site({**DEMO_FILES, "site.toml": text if policy else text.partition("[preview]")[0]}))


GRANTS = (
    # policy, authorization, may
    ("off", None, False),
    ("off", BEARER, False),
    ("operators", None, False),
    ("operators", BEARER, True),
    ("operators", BEARER.replace(b"Bearer", b"bearer"), True),
    ("operators", BEARER[:-1], False),
    ("operators", b"Basic " + TOKEN.encode(), False),
    ("operators", b"Bearer", False),
    ("operators", b"\xff\xfe", False),
    (None, None, False),  # the default is operators
    (None, BEARER, True),
    ("everyone", None, True),
    ("everyone", b"Bearer wrong", True),
)


@pytest.mark.parametrize(("policy", "authorization", "may"), GRANTS)
def test_a_preview_needs_a_grant(policy: str | None, authorization: bytes | None, may: bool) -> None:
    assert may_preview(service(policy), authorization) is may


@pytest.mark.parametrize(("policy", "authorization", "may"), GRANTS)
def test_without_it_the_parameters_are_ignored_and_in_no_key(
    policy: str | None, authorization: bytes | None, may: bool
) -> None:
    sent = {} if authorization is None else {b"authorization": authorization}
    query = "?country=DE&accept_language=de&device=tv&at=2026-12-24T20:00"
    with visitor(service(policy), SPANISH) as ask:
        for form in ("/v1/decide/business-class", "/v1/items/business-class"):
            plain = ask.get(form, headers=sent)
            response = ask.get(form + query, headers=sent)
            if may:
                assert response.headers["isogloss-variant"] == "de-dub"
                assert response.headers["isogloss-decision"].endswith(";preview")
                assert response.headers["cache-control"] == response.headers["cdn-cache-control"] == "no-store"
                assert response.headers["isogloss-key"] == '"business-class;country=DE;language=de"'
            else:
                names = [name for name in plain.headers if name != "cache-status"]
                assert [response.headers[name] for name in names] == [plain.headers[name] for name in names]
                assert response.content == plain.content
            assert plain.headers["isogloss-variant"] == "es-sub"


def test_a_preview_is_never_remembered_for_others() -> None:
    with visitor(service("everyone"), SPANISH) as ask:
        for _ in range(2):
            assert ask.get("/v1/decide/business-class?country=DE").headers["isogloss-variant"] == "de-dub"
            answer = ask.get("/v1/decide/business-class").headers
            assert answer["isogloss-variant"] == "es-sub"
            assert ";preview" not in answer["isogloss-decision"]
            assert answer["cache-control"] == "private, max-age=60"


def test_a_preview_of_several_items_is_kept_by_nobody() -> None:
    with visitor(service("everyone"), SPANISH) as ask:
        response = ask.get("/v1/items?ids=business-class,for-travellers&country=DE&accept_language=de")
        assert [one["variant"]["id"] for one in response.json()["items"]] == ["de-dub", "de-from-germany"]
        assert response.headers["cache-control"] == "no-store"


ORDINARY = (
    "q=flug",
    "q=flug&utm_source=google&utm_medium=cpc&utm_campaign=summer&utm_term=x",
    "choose=language%3Dde",
    "url=/business-class",
    "nothing=known&other",
    "country=",
    "",
)


@pytest.mark.parametrize("query", ORDINARY)
def test_words_campaigns_and_choices_are_the_visitors_own_and_need_no_grant(query: str) -> None:
    assert preview_names(query.encode()) == {}
    with visitor(service("everyone"), SPANISH) as ask:
        fields = ask.get(f"/v1/decide/for-travellers?{query}").headers
        assert ";preview" not in fields["isogloss-decision"]
        assert fields["cache-control"] != "no-store"


def test_a_choice_in_the_query_is_heard_without_a_grant() -> None:
    with visitor(service("off"), SPANISH) as ask:
        fields = ask.get("/v1/decide/business-class?choose=mode%3Ddub").headers
    assert fields["isogloss-variant"] == "es-dub"
    assert "reason=choice" in fields["isogloss-decision"]


def test_with_a_grant_ordinary_ones_count_beside_the_named() -> None:
    assert preview_names(b"q=flug&country=AT") == {"q": "flug", "country": "AT"}
    with visitor(service("everyone"), SPANISH) as ask:
        fields = ask.get("/v1/decide/for-travellers?q=flug&country=AT&accept_language=de").headers
    assert fields["isogloss-variant"] == "de-fares"


def test_a_preview_under_an_address_has_its_language() -> None:
    with visitor(service("everyone"), SPANISH) as ask:
        fields = ask.get(
            "/v1/decide/business-class?country=ES&url=https%3A%2F%2Fair.example%2Fde%2Fbusiness-class"
        ).headers
    assert fields["isogloss-variant"] == "de-sub"


MOMENTS = (
    ("2026-12-24T20:00", datetime(2026, 12, 24, 19, tzinfo=UTC)),
    ("2026-12-24T20:00Z", datetime(2026, 12, 24, 20, tzinfo=UTC)),
    ("2026-12-24", datetime(2026, 12, 23, 23, tzinfo=UTC)),
    ("yesterday", None),
    ("9999-99-99", None),
    ("0001-01-01T00:00%2B14:00", None),
)


@pytest.mark.parametrize(("text", "moment"), MOMENTS)
def test_the_moment_is_read_on_the_sites_clock_and_nonsense_is_now(text: str, moment: datetime | None) -> None:
    request = entering(scope_of("/x", [], query=f"at={text}&country=ES".encode()), service("everyone"), lookup=True)
    assert request.preview
    if moment is None:
        assert abs((datetime.now(UTC) - request.moment).total_seconds()) < 60
    else:
        assert request.moment == moment


def test_a_query_beyond_its_limit_is_none() -> None:
    query = b"country=DE&x=" + b"y" * 4096
    request = entering(scope_of("/x", [], query=query), service("everyone"), lookup=True)
    assert (request.query, request.preview) == (b"", False)
    assert parse_parameters(query) == {}


def test_what_the_server_hands_over_is_all_that_is_there() -> None:
    sent = [(b"accept-language", b"de"), (b"accept-language", b"es"), (b"cookie", b"a=b"), (b"cookie", b"c=d")]
    scope = scope_of("/x", sent, "192.0.2.1")
    request = entering(scope, service("off"), lookup=True, target=b"/film", by_field=True, language="de")
    assert request.fields == {b"accept-language": b"de, es", b"cookie": b"a=b; c=d"}
    assert (request.peer, request.target, request.by_field, request.url_language) == ("192.0.2.1", b"/film", True, "de")
    del scope["client"]
    assert entering(scope, service("off"), lookup=True).peer is None
    assert entering({**scope, "client": None}, service("off"), lookup=True).peer is None


def test_a_site_says_operators_where_it_says_nothing() -> None:
    assert make_site({"variants/film.toml": BUSINESS}).settings.preview == "operators"
