"""From a request to a context: only what is asked for is read, and what is beyond its limit is absent (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from edge.reading import Reading, read
from edge.request import Request
from edge.signals.fields import LIMITS
from edge.site import Site
from rules.context import Context
from rules.inputs import INPUTS
from tests.edge.crowd import crowd_site
from tests.edge.sites import OWN_HOP, PROXY, SPANISH, asked, demo_site

NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)
EVERYTHING = frozenset(INPUTS)

IPHONE = b"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1"


def reading_of(
    fields: Mapping[bytes, bytes], peer: str = PROXY, query: bytes = b"", site: Site | None = None
) -> Reading:
    """Everything that these fields say, behind the operator's own proxy."""
    where = site or demo_site(OWN_HOP)
    return read(Request(NOON, fields, peer, query), where.served["for-travellers"], where, EVERYTHING)


#: One visitor, and all that is said of them.
ALL = {
    b"x-geo-country": b"ES",
    b"x-geo-region": b"ES-CT",
    b"accept-language": b"ca, es;q=0.8, de;q=0",
    b"user-agent": IPHONE,
    b"referer": b"https://www.google.com/",
    b"save-data": b"on",
    b"isogloss-choice": b"mode=sub, captions=?1, audio_description=?0",
    b"isogloss-context": b"segment=(gold blue), stage=returning, seen=(film:done), age=adult, consent=2",
}


def test_everything_that_is_said_is_heard() -> None:
    reading = reading_of(ALL, query=b"q=vuelos+baratos&utm_campaign=summer")
    context = reading.context
    assert (context.country, context.region, context.place_confidence.name) == ("ES", "ES-CT", "high")
    assert (context.ranges.wanted, context.ranges.excluded) == (("ca", "es"), ("de",))
    assert (context.device, context.os) == ("phone", "ios")
    assert (context.referrer, context.referrer_name, context.campaign) == ("search", "google", "summer")
    assert context.terms == ("vuelos", "baratos")
    assert (context.segment, context.stage, context.seen, context.age) == (
        ("gold", "blue"),
        "returning",
        ("film:done",),
        "adult",
    )
    assert (context.captions, context.audio_description, context.save_data) == (True, False, True)
    assert context.choice is not None
    assert (context.choice.mode, context.choice.origin) == ("sub", "field")
    assert (context.consent, context.moment) == (2, NOON)
    assert (reading.place.source, reading.shareable) == ("field", True)


def test_nothing_is_read_that_the_item_does_not_ask_for() -> None:
    site = demo_site(OWN_HOP)
    context = read(Request(NOON, ALL, PROXY), site.served["business-class"], site).context
    assert (context.device, context.os, context.referrer_name, context.campaign, context.terms) == (
        None,
        None,
        None,
        None,
        (),
    )


#: A field, and where in the context its absence shows.
LIMITED = (
    (b"accept-language", b"de", b",", "ranges"),
    (b"user-agent", IPHONE, b" ", "device"),
    (b"referer", b"https://www.google.com/", b"#", "referrer"),
    (b"isogloss-choice", b"mode=sub", b" ", "choice"),
    (b"isogloss-context", b"stage=known, consent=2", b" ", "stage"),
)


@pytest.mark.parametrize(("name", "value", "padding", "said"), LIMITED)
def test_a_field_is_read_up_to_its_limit_and_absent_beyond(
    name: bytes, value: bytes, padding: bytes, said: str
) -> None:
    blank = getattr(reading_of({}).context, said)
    full = value + padding * (LIMITS[name] - len(value))
    assert getattr(reading_of({name: full}).context, said) != blank
    assert getattr(reading_of({name: full + padding}).context, said) == blank


def test_of_32_ranges_all_count_and_of_33_none() -> None:
    for number, count in ((31, 32), (32, 0)):
        header = b"de," + b",".join(b"%c%c" % (97 + one // 26, 97 + one % 26) for one in range(number))
        assert bool(reading_of({b"accept-language": header}).context.ranges.wanted) is (count == 32)


def test_of_a_search_32_words_of_64_letters_count() -> None:
    query = b"q=" + b"+".join(b"w%d" % number for number in range(40))
    assert len(reading_of({}, query=query).context.terms) == 32
    long = reading_of({}, query=b"q=short+" + b"x" * 65 + b"+" + b"y" * 64).context.terms
    assert long == ("short", "y" * 64)


def test_of_20_hops_all_are_crossed_and_of_21_none() -> None:
    for number, country in ((19, "ES"), (20, None)):
        chain = ", ".join([SPANISH, *["10.0.0.1"] * number])
        assert reading_of({b"x-forwarded-for": chain.encode()}).context.country == country


BROKEN = (
    {b"accept-language": b"\xff\xfe,;;q=,*;q=x"},
    {b"user-agent": b"\x00\xff" * 200},
    {b"referer": b"http://[::1"},
    {b"referer": b"javascript:alert(1)"},
    {b"isogloss-choice": b"mode=(sub dub"},
    {b"isogloss-context": b"country=\xff"},
    {b"x-geo-country": b"\xff\xff"},
    {b"x-forwarded-for": b"unknown"},
    {b"save-data": b"\xff"},
    {b"sec-ch-ua-mobile": b"??"},
    {b"cookie": b"isogloss_choice=%ff%fe"},
)


@pytest.mark.parametrize("fields", BROKEN)
def test_a_broken_signal_is_an_absent_one(fields: dict[bytes, bytes]) -> None:
    reading = reading_of(fields)
    agent = "user-agent" in str(fields)
    told = {name: getattr(reading.context, name) for name in INPUTS if hasattr(reading.context, name)}
    blank = {name: getattr(reading_of({}).context, name) for name in told}
    differing = {name for name in told if told[name] != blank[name]}
    assert differing <= ({"device", "os"} if agent else {"save_data", "referrer", "referrer_name", "consent"}), (
        differing
    )


def test_inputs_above_the_visitors_level_are_blank_before_any_table_sees_them() -> None:
    for consent, seen in ((b"2", True), (b"1", False), (b"0", False), (b"x", False)):
        fields = {**ALL, b"isogloss-context": b"segment=gold, stage=known, seen=(film), age=teen, consent=" + consent}
        context = reading_of(fields, query=b"q=own&utm_campaign=summer").context
        assert [bool(value) for value in (context.segment, context.stage, context.seen, context.age)] == [seen] * 4
        assert (context.campaign == "summer") is (consent in (b"1", b"2"))
        assert context.terms == ("own",)


def test_words_from_elsewhere_need_more_consent_than_the_sites_own_search() -> None:
    leaked = {b"referer": b"https://www.google.com/search?q=vuelos"}
    assert reading_of(leaked).context.terms == ("vuelos",)
    assert reading_of({**leaked, b"isogloss-context": b"consent=0"}).context.terms == ()
    assert reading_of({b"isogloss-context": b"consent=0"}, query=b"q=vuelos").context.terms == ("vuelos",)


def test_whatever_is_named_goes_before_every_signal() -> None:
    site = demo_site(OWN_HOP)
    named = {
        "country": "CH",
        "region": "CH-GE",
        "accept_language": "fr",
        "device": "tv",
        "os": "tizen",
        "referer": "https://www.instagram.com/",
        "q": "vols",
        "stage": "new",
        "consent": "3",
        "save_data": "no",
        "choose": "mode=dub",
    }
    from edge.request import posing

    context = read(posing(Request(NOON, ALL, PROXY), named), site.served["for-travellers"], site, EVERYTHING).context
    assert (context.country, context.region, context.ranges.wanted) == ("CH", "CH-GE", ("fr",))
    assert (context.device, context.os, context.referrer) == ("tv", "tizen", "social")
    assert (context.terms, context.stage, context.save_data) == (("vols",), "new", False)
    assert context.choice is not None
    assert context.choice.mode == "dub"


def test_the_cookie_is_read_where_the_site_says_so_and_never_in_a_preview() -> None:
    cookie = {b"cookie": b"a=b; isogloss_choice=mode=sub"}
    for site, read_it in ((crowd_site(), True), (crowd_site(more=""), False)):
        served = site.served["film"]
        choice = read(Request(NOON, cookie), served, site).context.choice
        assert (choice is not None and choice.origin == "cookie") is read_it
    site = crowd_site()
    preview = asked({"country": "ES"}).having(cookie)
    assert read(preview, site.served["film"], site).context.choice is None


def test_the_context_of_nobody_is_blank() -> None:
    context = reading_of({}, "").context
    assert context == Context(moment=NOON, referrer="direct", consent=1)
