"""The matcher over a whole offer: ICU's vectors for LocaleMatcher, and what goes beyond them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.matcher import Match, Matcher
from locales.ranges import LanguageRanges
from locales.tags import parse_tag
from tests.conftest import require_shared

#: Where the answer differs from ICU's. A tag in private use names no language here. `sh` is `sr-Latn` before it is
#: matched, so that Serbian in Cyrillic is found for it.
DIFFERENT = {"x-bork", "x-piglatin", "sh"}


def vectors() -> list[tuple[int, str, str, dict[str, str]]]:
    """(line, wishes, expected, parameters) of each case; a group begins without parameters."""
    lines = require_shared("vectors/icu-78.3/localeMatcherTest.txt").read_text("utf-8").splitlines()
    cases = []
    parameters: dict[str, str] = {}
    for number, raw in enumerate(lines, 1):
        line = raw.partition("#")[0].strip()
        if line.startswith("**"):
            parameters = {}
        elif line.startswith("@"):
            name, _, value = line[1:].partition("=")
            parameters = {**parameters, name: value.strip()}
        elif ">>" in line:
            wishes, _, expected = line.partition(">>")
            cases.append((number, wishes.strip(), expected.partition("|")[0].strip(), parameters))
    return cases


def answer(wishes: str, parameters: dict[str, str]) -> str:
    """What is chosen, in canonical form; without a match the default, else the first on offer."""
    offered = [tag.strip() for tag in parameters.get("supported", "").split(",") if tag.strip()]
    tags = [parse_tag(tag) or tag for tag in offered]
    default = parameters.get("default", "")
    matcher = Matcher(
        tags,
        parse_tag(default),
        favour_script=parameters.get("favor") == "script",
        threshold=int(parameters.get("threshold") or 50),
    )
    wanted = [parse_tag(tag.strip()) or "und" for tag in wishes.split(",") if tag.strip()]
    match = matcher.best(LanguageRanges(tuple(wanted)))
    chosen = match.best if match else default or (offered[0] if offered else "null")
    return parse_tag(chosen) or chosen


def test_the_choice_agrees_with_icu() -> None:
    cases = vectors()
    assert len(cases) == 929
    differing = [
        (number, wishes, expected)
        for number, wishes, expected, parameters in cases
        if answer(wishes, parameters) != (parse_tag(expected) or expected)
    ]
    assert {wishes for _, wishes, _ in differing} == DIFFERENT
    assert len(differing) == 8


BEST = [
    (("de", "en"), "fr", None),
    (("de", "en"), "fr,en", Match("en", "en", 0, "same")),
    (("de", "en", "en-GB"), "en-AU", Match("en-GB", "en-AU", 3, "same", "en")),
    (("en", "de"), "gsw", Match("de", "gsw", 8, "gsw → de 4")),
    (("es", "en"), "ca", Match("es", "ca", 20, "ca → es 20")),
    (("sr", "en"), "sr-Latn", Match("sr", "sr-Latn", 5, "sr-Latn → sr-Cyrl 5")),
    (("ru", "tr"), "az", Match("ru", "az", 44, "az → ru 30, az-Latn → ru-Cyrl 10")),
    (("no", "nb"), "nn", Match("no", "nn", 20, "nn → no 20", "nb")),
    (("zh-Hant-CN", "zh-Hans"), "zh-Hani", Match("zh-Hans", "zh-Hani", 20, "zh-Hani → zh-Hans 20", "zh-Hant-CN")),
    (("de-AT", "de-DE"), "de-CH", Match("de-DE", "de-CH", 4, "same", "de-AT")),
    (("zh-Hant", "zh-TW"), "zh-TW", Match("zh-TW", "zh-TW", 0, "same", "zh-Hant")),
    (("en", "nl"), "nl,en;q=0", Match("nl", "nl", 0, "same")),
    (("en", "fr"), "*,en;q=0", Match("fr", "*", 0, "*")),
    (("en", "fr"), "*", Match("en", "*", 0, "*", "fr")),
    (("en",), "*,en;q=0", None),
    (("en", "de"), "en;q=0", None),
    ((), "de,*", None),
    ((), "", None),
]


@pytest.mark.parametrize(("offered", "header", "match"), BEST)
def test_the_best_is_chosen_and_says_why(offered: tuple[str, ...], header: str, match: Match | None) -> None:
    assert Matcher(offered).best(LanguageRanges.from_header(header)) == match


def test_the_default_goes_before_its_equals() -> None:
    wish = LanguageRanges(("de-LI",))
    first = Matcher(("de-AT", "de-CH")).best(wish)
    chosen = Matcher(("de-AT", "de-CH"), "de-CH").best(wish)
    assert first
    assert chosen
    assert (first.best, chosen.best) == ("de-AT", "de-CH")


@given(st.lists(st.sampled_from(["de", "en-GB", "zh-HK", "sr-Latn", "und", "xx", "es-419"])), st.text(max_size=60))
def test_any_wish_is_answered_from_the_offer(offered: list[str], header: str) -> None:
    match = Matcher(offered).best(LanguageRanges.from_header(header))
    assert match is None or match.best in offered
