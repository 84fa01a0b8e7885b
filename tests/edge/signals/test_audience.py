"""What a hop says of the person: enumerated values, each by itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.signals.audience import NOBODY, Audience, from_words, parse_audience, parse_level, read_audience
from edge.signals.proxies import Client, parse_proxies
from locales.ranges import LanguageRanges

ROWS: tuple[tuple[str, Audience], ...] = (
    ("country=ES, device=tv, language=es", Audience(country="ES", device="tv", languages=LanguageRanges(("es",)))),
    ("country=es, region=es-ct, os=WebOS", Audience(country="ES", region="ES-CT", os="webos")),
    ('languages=(es-419 "pt-BR" es-419)', Audience(languages=LanguageRanges(("es-419", "pt-BR")))),
    ("segment=gold", Audience(segment=("gold",))),
    ('segment=(gold "frequent-flyer" gold 7 "two words")', Audience(segment=("gold", "frequent-flyer"))),
    ("stage=returning, age=adult", Audience(stage="returning", age="adult")),
    ("seen=(business-class business-class:done X)", Audience(seen=("business-class", "business-class:done"))),
    ("referrer=search, referrer_name=Google", Audience(referrer="search", referrer_name="google")),
    ("save_data, consent=2", Audience(save_data=True, consent=2)),
    ("save_data=?0, consent=3", Audience(save_data=False, consent=3)),
    ("country=ZZ, region=XX-1, device=toaster, stage=old, age=7, seen=1.5, save_data=2, language=(1 2)", Audience()),
    ("country=(ES DE)", Audience()),
    ("consent=4", Audience(consent=0)),
    ("consent=yes", Audience(consent=0)),
    ("consent", Audience(consent=0)),
    ("consent=(2 3)", Audience(consent=0)),
    ("consent=1.0", Audience(consent=0)),
    ('unit="7f3a91-\\"x\\", y"', Audience(unit='7f3a91-"x", y')),
    ("unit=abc", Audience(unit="abc")),
    ('unit=%"Zo%c3%ab"', Audience(unit="Zoë")),
    ("unit=007", Audience()),
    ('unit="", consent=2', Audience(consent=2)),
    (f'unit="{"x" * 129}"', Audience()),
    ('unit=%"a%00b"', Audience()),
    ("unit=(a b)", Audience()),
    ("unit", Audience()),
    ("country=ES,", Audience(consent=0)),
    ("", Audience(consent=0)),
    ("whatever=1", Audience()),
)


@pytest.mark.parametrize(("text", "audience"), ROWS)
def test_the_context_field_holds_enumerated_values(text: str, audience: Audience) -> None:
    assert parse_audience(text.encode()) == audience


def client_of(**table: Any) -> Client:
    return Client(via=parse_proxies([{"from": ["10.0.0.1"], **table}], lambda entry, key: 1, "site.toml")[0])


def test_nobody_but_a_hop_says_anything() -> None:
    headers = {b"isogloss-context": b"age=adult", b"x-age": b"adult"}
    assert read_audience(Client(), headers) is NOBODY
    assert read_audience(client_of(), headers) == Audience(age="adult")


def test_an_operators_own_fields_fill_what_the_context_leaves_open() -> None:
    client = client_of(
        headers={"segment": "X-Segments", "stage": "X-Stage", "age": "X-Age", "consent": "X-Consent", "unit": "X-Unit"}
    )
    headers = {
        b"x-segments": b"gold, family",
        b"x-stage": b"new",
        b"x-age": b"teen",
        b"x-consent": b"2",
        b"x-unit": b"a, b",
        b"isogloss-context": b"age=adult",
    }
    expected = Audience(segment=("gold", "family"), stage="new", age="adult", consent=2, unit="a, b")
    assert read_audience(client, headers) == expected
    assert read_audience(client, {b"x-consent": b"two"}).consent == 0


def test_plain_texts_say_the_same() -> None:
    given_texts = {
        "segment": "gold family",
        "seen": "business-class:done,x",
        "age": "child",
        "consent": "1",
        "country": "es",
        "unit": "two words, and more",
    }
    assert from_words(given_texts) == Audience(
        country="ES", segment=("gold", "family"), seen=("business-class:done", "x"), age="child", consent=1,
        unit="two words, and more",
    )  # fmt: skip


def test_words_are_plain_texts_however_they_were_written() -> None:
    """A token is a kind of text that no encoder of JSON knows."""
    audience = parse_audience(b"device=tv, stage=known, age=adult, referrer=social, unit=abc, os=ios")
    said = [audience.device, audience.stage, audience.age, audience.referrer, audience.unit, audience.os]
    assert [type(one) for one in said] == [str] * 6


@pytest.mark.parametrize(
    ("value", "level"), [(0, 0), (3, 3), ("2", 2), (4, 0), (-1, 0), ("", 0), (None, 0), (True, 0), (b"1", 0), (1.0, 0)]
)
def test_a_level_that_is_not_understood_is_none_given(value: Any, level: int) -> None:
    assert parse_level(value) == level


@given(st.binary(max_size=200))
def test_nothing_makes_it_raise(raw: bytes) -> None:
    assert parse_audience(raw).consent in (None, 0, 1, 2, 3)
