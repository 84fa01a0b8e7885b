"""Paths: normal form, patterns, and which of them wins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.findings import Faulty
from variants.paths import LONGEST, PathTable, check_pattern, normal_path
from variants.variant import Item, Variant

NORMAL: dict[str | bytes, tuple[str, ...] | None] = {
    "/": (),
    "/a/b": ("a", "b"),
    "/a/b/": ("a", "b"),
    "//a///b": ("a", "b"),
    "/a/./b/../c": ("a", "c"),
    "/../../a": ("a",),
    "/a/%2e%2E/b": ("b",),
    "/%61%2D%7e": ("a-~",),
    "/%c3%a9": ("%C3%A9",),
    "/é": ("%C3%A9",),
    b"/\xc3\xa9": ("%C3%A9",),
    b"/\xe9": ("%E9",),
    "/a%20b": ("a%20b",),
    "/a?b/../c#d": ("a",),
    "/a#b?c": ("a",),
    "https://user@www.example:8443/a?b": ("a",),
    "HTTP://www.example": (),
    "https://www.example?a": (),
    "": None,
    "a/b": None,
    "?a": None,
    "www.example/a": None,
    "/a%2fb": None,
    "/a%2Fb": None,
    "/a%5Cb": None,
    "/a\\b": None,
    "/a%00": None,
    "/a%0d%0aSet-Cookie": None,
    "/a\r\n": None,
    "/a b": None,
    "/a%7F": None,
    "/a%C2%85": None,
    "/a%": None,
    "/a%2": None,
    "/a%zz": None,
    "/a\ud800": ("a%ED%A0%80",),
    "/" + "a" * LONGEST: None,
}


@pytest.mark.parametrize("raw", NORMAL, ids=[ascii(raw)[:40] for raw in NORMAL])
def test_the_normal_form_of_a_path(raw: str | bytes) -> None:
    assert normal_path(raw) == NORMAL[raw]


@given(st.text() | st.binary())
def test_whatever_is_asked_never_raises(raw: str | bytes) -> None:
    TABLE.match(raw)


@given(st.text(alphabet="/.%2eEaAfF5cC", max_size=20))
def test_the_normal_form_is_its_own(text: str) -> None:
    found = normal_path("/" + text)
    if found is not None:
        assert normal_path("/" + "/".join(found)) == found


def item(name: str, *paths: str) -> Item:
    variant = Variant("en", "en.html", language="en")
    return Item(name, "page", "en", (variant,), paths=paths, file=f"variants/{name}.toml", lines={"paths": 4})


TABLE = PathTable.build(
    [
        item("home", "/"),
        item("class", "/business-class", "/{language}/business-class"),
        item("one", "/*/business-class", "/films/*", "/films/*/extra"),
        item("rest", "/films/**", "/{language}/films/**"),
        item("deep", "/films/*/extra/last", "/films/german/**"),
        item("escaped", "/caf%c3%a9", "/Über/%61"),
        item("top", "/help/{language}"),
    ],
    ["de", "en", "pt-BR"],
)
MATCHES: dict[str, tuple[str, str | None] | None] = {
    "/": ("home", None),
    "https://www.example": ("home", None),
    "/business-class": ("class", None),
    "/business-class/": ("class", None),
    "/Business-Class": None,
    "/de/business-class?utm_source=x": ("class", "de"),
    "/DE/business-class": ("class", "de"),
    "/pt-br/business-class": ("class", "pt-BR"),
    "/fr/business-class": ("one", None),
    "/de/business-class/more": None,
    "/films": ("rest", None),
    "/films/a": ("one", None),
    "/films/a/extra": ("one", None),
    "/films/a/b": ("rest", None),
    "/films/a/extra/last": ("deep", None),
    "/films/a/extra/other": ("rest", None),
    "/films/german": ("deep", None),
    "/films/german/extra": ("deep", None),
    "/films/german/extra/last": ("deep", None),
    "/de/films/a/b": ("rest", "de"),
    "/fr/films/a/b": None,
    "/café": ("escaped", None),
    "/caf%C3%A9": ("escaped", None),
    "/%C3%9Cber/a": ("escaped", None),
    "/help/en": ("top", "en"),
    "/help/fr": None,
    "/help": None,
    "/{language}/business-class": ("one", None),
    "/a%2fbusiness-class": None,
}


@pytest.mark.parametrize("raw", MATCHES)
def test_the_most_specific_pattern_wins(raw: str) -> None:
    assert TABLE.match(raw) == MATCHES[raw]


def test_an_order_of_files_changes_nothing() -> None:
    items = [item("rest", "/**"), item("one", "/*"), item("tongue", "/{language}"), item("written", "/de")]
    for order in (items, items[::-1]):
        table = PathTable.build(order, ["de", "en"])
        assert [table.match(path) for path in ("/de", "/en", "/fr", "/fr/a")] == [
            ("written", None),
            ("tongue", "en"),
            ("one", None),
            ("rest", None),
        ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/a", "/a"),
        ("/a", "//a/"),
        ("/%61", "/a"),
        ("/{language}/a", "/{language}/a"),
        ("/a/**", "/a/**"),
        ("/*", "/*/"),
    ],
)
def test_the_same_pattern_in_two_items_is_a_fault(first: str, second: str) -> None:
    with pytest.raises(Faulty) as caught:
        PathTable.build([item("one", first), item("two", second)], ["de"])
    assert [(one.file, one.line, one.code) for one in caught.value.findings] == [("variants/two.toml", 4, "same-path")]
    assert "variants/one.toml:4" in caught.value.findings[0].problem


def test_the_same_pattern_twice_in_one_item_is_none() -> None:
    assert PathTable.build([item("one", "/a", "/a")], []).match("/a") == ("one", None)


@pytest.mark.parametrize(
    "pattern", ["/", "/a", "/{language}", "/*", "/**", "/a/*/b/**", "/%C3%A9", "/" + "/".join("a" * 32)]
)
def test_a_pattern_that_can_be_used(pattern: str) -> None:
    assert check_pattern(pattern) is None


PATTERNS = {
    "a": "begins",
    "": "begins",
    "/a?b": "query",
    "/a#b": "query",
    "/a b": "spaces",
    "/a%2fb": "%2F",
    "/**/a": "last",
    "/{language}/a/{language}": "one segment",
    "/{lang}": "whole segment",
    "/a*": "whole segment",
    "/a/../b": "dot segments",
    "/" + "/".join("a" * 33): "at most 32",
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_that_cannot_be_used_has_a_cure(pattern: str) -> None:
    assert PATTERNS[pattern] in (check_pattern(pattern) or "")
