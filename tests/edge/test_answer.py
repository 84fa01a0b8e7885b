"""The straight line, and what of it is remembered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from edge.answer import answer, outcome, stand
from edge.request import Request
from edge.site import Site
from tests.edge.sites import BUSINESS, GERMAN, SPANISH, asked, item_file, make_site, rules_file

NOW = datetime.now(UTC)

#: In the evening Spain hears, else it reads; only social visitors are asked.
EVENING = rules_file(
    "r",
    [
        {"id": "dub", "when": {"country": ["ES"], "daypart": ["evening"]}, "then": {"mode": ["dub"]}},
        {"id": "sub", "when": {"country": ["ES"]}, "then": {"mode": ["sub"]}},
    ],
)


def evening_site() -> Site:
    return make_site({"variants/film.toml": BUSINESS, "rules/r.toml": EVENING})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_an_answer_is_the_outcome_rendered() -> None:
    site = evening_site()
    served = site.served["business-class"]
    request = Request(NOW, {b"accept-language": b"es"}, SPANISH)
    reading, decision, selection = outcome(request, served, site)
    response = answer(request, served, site)
    assert selection.variant is not None
    assert response.value(b"isogloss-variant") == selection.variant.id
    assert decision.preference.languages[0].tag == "es"
    assert stand(reading, site).country == "ES"
    assert stand(reading, site).default_language == "en"


def test_an_answer_is_remembered_for_its_classes_and_no_longer_than_it_may_be() -> None:
    site = evening_site()
    served = site.served["business-class"]

    def told(moment: datetime, peer: str = SPANISH, header: bytes = b"es") -> tuple[str, str]:
        response = answer(Request(moment, {b"accept-language": header}, peer, lookup=True), served, site)
        return response.value(b"isogloss-variant"), response.value(b"cache-status").removeprefix("isogloss; ")

    noon, dusk = at("2026-11-22T12:00+01:00"), at("2026-11-22T18:00+01:00")
    assert told(noon) == ("es-sub", "fwd=miss")
    assert told(noon + timedelta(hours=1), header=b"es-ES,es;q=0.9") == ("es-sub", "hit")
    assert told(noon, GERMAN)[1] == "fwd=miss"
    assert told(dusk - timedelta(milliseconds=1))[0] == "es-sub"
    assert told(dusk) == ("es-dub", "fwd=miss")
    assert told(dusk + timedelta(hours=3)) == ("es-dub", "hit")
    assert told(dusk + timedelta(hours=6)) == ("es-sub", "fwd=miss")


def test_lives_end_where_the_day_part_does() -> None:
    site = evening_site()
    served = site.served["business-class"]
    dusk = at("2026-11-22T18:00+01:00")
    for before in (0.5, 1, 2, 30, 61, 100, 121, 122, 3600):
        response = answer(Request(dusk - timedelta(seconds=before), {}, SPANISH), served, site)
        assert response.lives.max_age + response.lives.stale_while_revalidate <= before
        assert response.lives.stale_if_error == 86_400
        assert response.until <= dusk.timestamp()


def test_a_preview_is_neither_given_from_memory_nor_put_there() -> None:
    site = evening_site()
    served = site.served["business-class"]
    plain = Request(NOW, {}, SPANISH)
    import msgspec

    preview = msgspec.structs.replace(asked({"country": "ES"}, NOW), preview=True)
    answer(preview, served, site)
    assert answer(plain, served, site).value(b"cache-status") == "isogloss; fwd=miss"
    assert answer(preview, served, site).value(b"cache-status") == "isogloss; fwd=miss"


BARS = (
    # moment, variant, longest stale-if-error
    ("2026-11-30T12:00:00+01:00", "de-sub", 12 * 3600),
    ("2026-11-30T23:59:30+01:00", "de-sub", 30),
    ("2026-11-30T23:59:59.5+01:00", "de-sub", 0),
    ("2026-12-01T00:00:00+01:00", "de-dub", 86_400),
)


@pytest.mark.parametrize(("moment", "variant", "longest"), BARS)
def test_not_even_stale_if_error_outlives_a_bar(moment: str, variant: str, longest: int) -> None:
    film = item_file(
        "film",
        {
            "variants": [
                {"id": "de-sub", "audio": "en", "subtitles": ["de"]},
                {"id": "de-dub", "audio": "de", "from": "2026-12-01"},
            ]
        },
    )
    site = make_site({"variants/film.toml": film})
    response = answer(Request(at(moment), {b"accept-language": b"de"}, GERMAN), site.served["film"], site)
    assert response.value(b"isogloss-variant") == variant
    assert response.lives.max_age + response.lives.stale_if_error <= longest + 60


def test_the_key_that_is_given_from_memory_is_the_key_of_the_moment() -> None:
    """A rule that reads the clock and somebody else: its hours are in the key, though nothing flips for this visitor."""
    page = item_file("page", {"kind": "page", "variants": [{"id": "en", "language": "en"}]})
    rules = rules_file(
        "r", [{"id": "late", "when": {"referrer": ["social"], "daypart": ["evening"]}, "then": {"tags": {"a": "b"}}}]
    )
    site = make_site({"variants/page.toml": page, "rules/r.toml": rules})
    keys = [
        answer(Request(at(moment), {}, SPANISH), site.served["page"], site).value(b"isogloss-key")
        for moment in ("2026-11-22T12:00+01:00", "2026-11-22T20:00+01:00", "2026-11-22T12:00+01:00")
    ]
    assert ("daypart=evening" in keys[1]) is not ("daypart=evening" in keys[0])
    assert keys[2] == keys[0]
