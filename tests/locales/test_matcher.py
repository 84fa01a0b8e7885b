"""The matcher over a whole offer: ICU's vectors for LocaleMatcher, what goes beyond them, and any input at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import matcher, tags
from locales.matcher import Match, Matcher
from locales.matching import NEAR_SPOKEN, is_refused
from locales.ranges import MAX_BYTES, MAX_RANGES, LanguageRanges
from locales.tags import parse_tag
from tests.conftest import require_shared


class Vector(NamedTuple):
    """One case of localeMatcherTest.txt; `combined` is empty where the file does not ask for it."""

    line: int
    wishes: str
    expected: str
    combined: str
    supported: tuple[str, ...]
    options: dict[str, Any]


def vectors() -> Iterator[Vector]:
    """A group begins without parameters."""
    lines = require_shared("vectors/icu-78.3/localeMatcherTest.txt").read_text("utf-8").splitlines()
    parameters: dict[str, str] = {}
    for number, raw in enumerate(lines, 1):
        line = raw.partition("#")[0].strip()
        if line.startswith("**"):
            parameters = {}
        elif line.startswith("@"):
            name, _, value = line[1:].partition("=")
            parameters = {**parameters, name: value.strip()}
        elif ">>" in line:
            wishes, _, results = line.partition(">>")
            expected, _, combined = (part.strip() for part in [*results.split("|"), "", ""][:3])
            yield Vector(number, wishes.strip(), expected, combined, *prepared(parameters))


def prepared(parameters: dict[str, str]) -> tuple[tuple[str, ...], dict[str, Any]]:
    supported = tuple(tag.strip() for tag in parameters.get("supported", "").split(",") if tag.strip())
    options = {
        "default": parameters.get("default") or None,
        "favour_script": parameters.get("favor") == "script",
        "threshold": int(parameters.get("threshold") or matcher.THRESHOLD),
    }
    return supported, options


def canonical(text: str) -> str:
    return parse_tag(text) or text


def differs(vector: Vector) -> bool:
    """ICU answers without a match as well: with the first on offer, or null where there is nothing."""
    match = Matcher(vector.supported, **vector.options).match(vector.wishes)
    answer = match.best if match else [*vector.supported, "null"][0]
    if canonical(answer) != canonical(vector.expected):
        return True
    return bool(vector.combined) and (match is None or match.combined != canonical(vector.combined))


def test_the_choice_agrees_with_icu(capsys: pytest.CaptureFixture[str]) -> None:
    cases = list(vectors())
    differing = [vector for vector in cases if differs(vector)]
    with capsys.disabled():
        print(f"\nlocaleMatcherTest.txt: {len(cases) - len(differing)} of {len(cases)}")
    assert differing == []
    assert len(cases) == 929
    assert sum(bool(vector.combined) for vector in cases) == 10
    assert sum(vector.options["favour_script"] for vector in cases) == 427


BEST = [
    (("de", "en"), "fr", None),
    (("de", "en"), "fr,en", Match("en", "en", 0, "same")),
    (("de", "en", "en-GB"), "en-AU", Match("en-GB", "en-AU", 3, "en-*-$!enUS → en-*-GB 3", "en")),
    (("en", "de"), "gsw", Match("de", "gsw", 8, "gsw → de 4, *-*-* → *-*-* 4")),
    (("es", "en"), "ca", Match("es", "ca", 20, "ca → es 20")),
    (("sr", "en"), "sr-Latn", Match("sr", "sr-Latn", 5, "sr-Latn → sr-Cyrl 5")),
    (("ru", "tr"), "az", Match("ru", "az", 44, "az → ru 30, az-Latn → ru-Cyrl 10, *-*-* → *-*-* 4")),
    (("no", "nb"), "nn", Match("no", "nn", 20, "nn → no 20", "nb")),
    (("zh-Hant-CN", "zh-Hans"), "zh-Hani", Match("zh-Hans", "zh-Hani", 20, "zh-Hani → zh-Hans 20", "zh-Hant-CN")),
    (("de-AT", "de-DE"), "de-CH", Match("de-DE", "de-CH", 4, "*-*-* → *-*-* 4", "de-AT")),
    (("zh-Hant", "zh-TW"), "zh-TW", Match("zh-TW", "zh-TW", 0, "same", "zh-Hant")),
    (("fr", "en-GB", "en"), "en-AU,fr", Match("en-GB", "en-AU", 3, "en-*-$!enUS → en-*-GB 3", "en")),
    (
        ("zh-Hans", "zh-Hant-CN", "es"),
        "zh-Hani,ca",
        Match("zh-Hans", "zh-Hani", 20, "zh-Hani → zh-Hans 20", "zh-Hant-CN"),
    ),
    (("iw", "en"), "he-IT", Match("iw", "he-IT", 4, "*-*-* → *-*-* 4")),
    (("en", "zh_hant+en"), "zh-TW", Match("zh_hant+en", "zh-TW", 0, "same")),
    (("en", "sr", "nl"), "sh", None),
    (("en", "sr-Latn"), "sh-ME", Match("sr-Latn", "sh-Latn-ME", 8, "sh → sr 4, *-*-* → *-*-* 4")),
    (("fr", "en", "x-bork"), "x-bork", Match("x-bork", "x-bork", 0, "same")),
    (("en", "und"), "und", Match("und", "und", 0, "same")),
    ((), "de,*", None),
    ((), "", None),
]


@pytest.mark.parametrize(("offered", "header", "match"), BEST)
def test_the_best_is_chosen_and_says_why(offered: tuple[str, ...], header: str, match: Match | None) -> None:
    assert Matcher(offered).match(header) == match


REFUSALS = [
    ("en fr", None, "nl, en;q=0", None),
    ("en fr", "en", "nl, en;q=0", None),
    ("en fr", "fr", "nl, en;q=0", "fr"),
    ("en fr", None, "*, en;q=0", "fr"),
    ("en fr", "en", "*, en;q=0", "fr"),
    ("en fr", None, "*", "en"),
    ("en fr", "fr", "*", "fr"),
    ("en fr", None, "nl, *", "en"),
    ("en fr", None, "fr, *", "fr"),
    ("en-GB", None, "*, en;q=0", None),
    ("en de", None, "en;q=0", None),
    ("en nl", None, "nl, en;q=0", "nl"),
    ("en fr", "en", "nl, *;q=0", None),
    ("en fr", "en", "fr, *;q=0", "fr"),
    ("en-US en-GB", None, "en-GB, en;q=0", "en-GB"),
    ("en-US", "en-US", "en-GB, en;q=0", None),
    ("en-US en-GB", None, "en, en-US;q=0", "en-GB"),
    ("zh-Hant+en de", None, "zh-TW, en;q=0", "zh-Hant+en"),
    ("zh-Hant+en de", "de", "de;q=0.1, zh;q=0, en;q=0", "de"),
    ("x-bork en", None, "x-bork;q=0, x-piglatin, en", "en"),
    ("en fr", "en", "en, en;q=0", "en"),
]


@pytest.mark.parametrize(("offered", "default", "header", "best"), REFUSALS)
def test_what_is_refused_is_never_chosen(offered: str, default: str | None, header: str, best: str | None) -> None:
    match = Matcher(offered.split(" "), default).match(header)
    assert (match and match.best) == best


def test_anything_names_the_next_one_as_well() -> None:
    assert Matcher(("de", "en", "fr")).match("en, *") == Match("en", "en", 0, "same", "de")
    assert Matcher(("de", "en", "fr")).match("en, *, de;q=0") == Match("en", "en", 0, "same", "fr")
    assert Matcher(("en",)).match("en, *") == Match("en", "en", 0, "same")
    assert Matcher(("en", "fr")).match("*") == Match("en", "*", 0, "*", "fr")
    assert Matcher(("de+fr", "fr")).match("*, fr;q=0") == Match("de+fr", "*", 0, "*")
    assert Matcher(("de+fr",)).match("*") == Match("de+fr", "*", 0, "*")


def test_without_a_near_one_the_default_is_the_answer_if_there_is_one() -> None:
    for header in ("fr", "", "nonsense!", "de," * MAX_BYTES, "de," * (MAX_RANGES + 1)):
        assert Matcher(("en", "es"), "en").match(header) == Match("en", "", None, "default")
        assert Matcher(("en", "es")).match(header) is None
    assert Matcher(("en",), "no tag!").match("fr") is None


def test_the_default_goes_before_its_equals() -> None:
    assert best(Matcher(("de-AT", "de-CH")), "de-LI") == "de-AT"
    assert best(Matcher(("de-AT", "de-CH"), "de-CH"), "de-LI") == "de-CH"


def best(one: Matcher, header: str) -> str | None:
    match = one.match(header)
    return match.best if match else None


def test_what_is_no_tag_is_told_and_never_chosen() -> None:
    one = Matcher(("german", "en", "", "de+?", "50", "x" * 65))
    assert one.unreadable == ("german", "", "de+?", "50", "x" * 65)
    assert best(one, "german,de,*") == "en"


def test_the_script_may_count_more_than_the_language() -> None:
    assert best(Matcher(("ru", "ro")), "sr") is None
    assert best(Matcher(("ro", "ru"), favour_script=True), "sr") == "ru"


def test_a_threshold_bounds_what_is_near() -> None:
    assert best(Matcher(("es",), threshold=20), "ca") is None
    assert best(Matcher(("es",), threshold=21), "ca") == "es"
    assert best(Matcher(("es",), threshold=0), "es") is None
    assert best(Matcher(("ja",), threshold=131), "es") is None
    assert best(Matcher(("ja",), threshold=135), "es") == "ja"


HEARD = [
    (("es", "en"), "ca", Match("es", "ca", 6, "ca → es 6 (IDESCAT2018)")),
    (("en", "sr-Cyrl", "bs"), "hr", Match("bs", "hr", 3, "hr → bs 3 (HRVEM2012, JUDGE)", "sr-Cyrl")),
    (("de", "en"), "gsw", Match("de", "gsw", 8, "gsw → de 8 (CLDR48, JUDGE)")),
    (("cmn", "zh-Hant-HK"), "zh-HK", Match("zh-Hant-HK", "zh-HK", 0, "same")),
    (("cmn", "zh-CN", "yue"), "zh-TW", Match("cmn", "zh-TW", 0, "same", "zh-CN")),
    (("es-ES", "es-419"), "es-MX", Match("es-419", "es-MX", 0, "same", "es-ES")),
    (("ru", "pl"), "uk", None),
    (("ru", "pl"), "uk,ru;q=0.1", Match("ru", "ru", 0, "same")),
    (("gsw",), "de", None),
    (("zxx", "en"), "zxx", Match("zxx", "zxx", 0, "same")),
    (("en",), "und", None),
]


@pytest.mark.parametrize(("offered", "header", "match"), HEARD)
def test_soundtracks_are_matched_by_ear(offered: tuple[str, ...], header: str, match: Match | None) -> None:
    assert Matcher(offered, ear=True).match(header) == match


def test_by_ear_as_much_is_near_as_the_semantics_say() -> None:
    assert best(Matcher(("nb",), ear=True), "da") == "nb"
    assert best(Matcher(("nb",), ear=True, threshold=NEAR_SPOKEN), "da") is None


def test_a_field_that_has_been_read_gives_the_same() -> None:
    one = Matcher(("de", "en", "fr"), "en")
    for header in ("fr;q=0.2,de", "it", "*,en;q=0", "nl,en;q=0"):
        assert one.best(LanguageRanges.from_header(header)) == one.match(header)


def test_what_is_remembered_is_bounded_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher, "MEMO", 2)
    monkeypatch.setattr("locales.offers.MEMO", 2)
    one = Matcher(("de", "en", "fr", "zh-Hant"))
    for _ in range(2):
        for header in ("de,en", "fr", "gsw,fr;q=0.5", "zh-TW", "it,sv,da,en"):
            assert one.match(header) == Matcher(("de", "en", "fr", "zh-Hant")).match(header)
    long = "de;q=0.1," + ", ".join(["fr;q=0.25", "en;q=0.5"] * 15)
    assert len(long) > 256
    assert best(one, long) == "en"
    memories = (one.match.__self__, one._parts, one._wishes)  # type: ignore[attr-defined]  # a bound method has it
    assert [len(memory) <= 2 for memory in memories] == [True] * 3
    assert long not in memories[0]


OFFERS = [
    "de",
    "de-AT",
    "en-GB",
    "en",
    "zh-HK",
    "zh-Hant+en",
    "sr-Latn",
    "hr",
    "und",
    "xx",
    "es-419",
    "pt",
    "x-bork",
    "en-XA",
    "?",
]
PARTS = [*OFFERS, "*", "gsw", "no", "nb", "ca", "sh", "en-AU", "zh-TW", "und-TW", "iw", "fr-PSCRACK", "", " "]
PART = st.builds("{}{}".format, st.sampled_from(PARTS), st.sampled_from(["", ";q=0", ";q=0.5", "; Q = .7", ";q=x"]))
HEADER = st.one_of(st.text(max_size=60), st.lists(PART, max_size=MAX_RANGES + 2).map(",".join))
OFFERED = st.lists(st.sampled_from(OFFERS), max_size=8)


@given(OFFERED, HEADER, st.booleans(), st.booleans(), st.integers(0, 150))
def test_any_wish_is_answered_from_the_offer(
    offered: list[str], header: str, ear: bool, favour_script: bool, threshold: int
) -> None:
    one = Matcher(offered, favour_script=favour_script, threshold=threshold, ear=ear)
    match = one.match(header)
    assert match is None or (match.best in offered and match.runner_up in {*offered, None} - {match.best})
    assert one.match(header.encode("utf-8")) == one.match(header.encode("utf-8").decode("latin-1"))


@given(st.lists(st.text(max_size=tags.MAX_LENGTH + 2), max_size=4), st.binary(max_size=MAX_BYTES + 10), st.booleans())
def test_any_bytes_are_answered(offered: list[str], header: bytes, ear: bool) -> None:
    match = Matcher([*offered, "en"], "en", ear=ear).match(header)
    assert match is None or match.best in {*offered, "en"}


@given(OFFERED, HEADER, st.booleans())
def test_the_runner_up_is_chosen_when_the_best_is_not_there(offered: list[str], header: str, ear: bool) -> None:
    offered = ["en-NZ", *offered]
    match = Matcher(offered, "en-NZ", ear=ear).match(header)
    if match is not None and match.rule != "default":
        left = [text for text in offered if text != match.best]
        second = Matcher(left, "en-NZ", ear=ear).match(header)
        assert match.runner_up == (second.best if second and second.rule != "default" else None)


@given(OFFERED, HEADER, st.sampled_from(["de", "en", "zh", "hr", "x-bork", "en-GB"]))
def test_what_is_refused_counts_as_not_on_offer(offered: list[str], header: str, refused: str) -> None:
    wanted = LanguageRanges.from_header(header).wanted
    offered = ["en-NZ", *offered]
    if not any(is_refused(tag, (refused,)) for tag in wanted) and ";" not in header and refused not in header:
        left = [text for text in offered if not is_refused(canonical(text), (refused,)) and text != refused]
        told = Matcher(offered, "en-NZ").match(f"{header},{refused};q=0")
        expected = Matcher(left, "en-NZ").match(header)
        if expected is not None and expected.rule == "default" and is_refused("en-NZ", (refused,)):
            expected = None
        assert told == expected


@given(HEADER)
def test_repeating_a_wish_changes_nothing(header: str) -> None:
    one = Matcher(("de", "en", "fr", "zh-Hant"))
    if header.count(",") < MAX_RANGES // 2 and "q" not in header.casefold():
        assert one.match(f"{header},{header}") == one.match(header)
