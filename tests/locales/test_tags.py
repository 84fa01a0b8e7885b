"""Tags: canonical form, likely subtags, containment. The cases of tests/cases/tags.json, and ICU's own vectors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import cldr, tags
from locales.tags import (
    WITHIN,
    combine,
    covers,
    is_language,
    known_languages,
    language_of,
    maximise,
    names,
    parse_tag,
    refuses,
)
from tests.conftest import require_shared

CASES = json.loads((Path(__file__).parent.parent / "cases" / "tags.json").read_text("utf-8"))["cases"]

#: Text that looks like tags, and text that is anything.
SUBTAG = st.one_of(
    st.sampled_from(
        ["zh", "sh", "cmn", "sgn", "no", "hy", "Hant", "YU", "SU", "840", "hakka", "aaland", "u", "x", "a"]
    ),
    st.text("abxz01-_ é*", max_size=9),
)
TEXT = st.one_of(st.text(max_size=80), st.lists(SUBTAG, max_size=8).map("-".join))


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["text"][:30]))
def test_a_text_has_one_canonical_tag_or_none(case: dict[str, str]) -> None:
    assert parse_tag(case["text"]) == case["tag"]


def test_the_canonical_form_agrees_with_icu() -> None:
    rows = vectors("localeCanonicalization.txt")
    assert len(rows) > 1700
    assert not [row for row in rows if parse_tag(row[0]) != row[1].replace("_", "-")]


def test_likely_subtags_agree_with_icu() -> None:
    """Where ICU fails for want of an entry, nothing is added."""
    rows = vectors("likelySubtags.txt")
    assert len(rows) > 1700
    expected = {row[0]: row[0] if row[1] == "FAIL" else row[1] for row in rows}
    assert not {tag: want for tag, want in expected.items() if "-".join(filter(None, maximise(tag))) != want}


def vectors(name: str) -> list[list[str]]:
    lines = require_shared(f"vectors/icu-78.3/{name}").read_text("utf-8").splitlines()
    rows = [line.partition("#")[0].split(";") for line in lines]
    return [[cell.strip() for cell in row] for row in rows if len(row) > 1]


MAXIMISED = [
    ("zh", "zh Hans CN"),
    ("zh-TW", "zh Hant TW"),
    ("zh-Hant", "zh Hant TW"),
    ("zh-Hant-HK", "zh Hant HK"),
    ("en-Latn-GB", "en Latn GB"),
    ("sr-ME", "sr Latn ME"),
    ("und-419", "es Latn 419"),
    ("und", "en Latn US"),
    ("en-Zzzz-ZZ", "en Latn US"),
    ("ca-valencia", "ca Latn ES"),
    ("xx", "xx  "),
    ("xx-Latn-DE", "xx Latn DE"),
    ("nonsense", "  "),
    ("", "  "),
]


@pytest.mark.parametrize(("tag", "subtags"), MAXIMISED)
def test_likely_subtags_are_filled_in(tag: str, subtags: str) -> None:
    assert maximise(tag) == tuple(subtags.split(" "))


COVERED = [
    ("zh", "zh"),
    ("zh", "zh-Hant"),
    ("zh-Hant", "zh-TW"),
    ("zh-Hant", "zh-HK"),
    ("zh", "zh-TW"),
    ("zh-Hans", "zh"),
    ("zh-TW", "zh-Hant"),
    ("es-419", "es-MX"),
    ("es-419", "es-419"),
    ("es-019", "es-419"),
    ("es-001", "es-MX"),
    ("en-150", "en-GB"),
    ("en-EU", "en-IE"),
    ("en-US", "en"),
    ("sr", "sr-Latn-ME"),
    ("ca", "ca-valencia"),
    ("no", "nb"),
    ("no", "nb-NO"),
    ("no-NO", "nn"),
    ("zxx", "zxx"),
    ("und", "und"),
]
NOT_COVERED = [
    ("zh-Hant", "zh"),
    ("zh-TW", "zh-HK"),
    ("zh", "yue"),
    ("es-419", "es"),
    ("es-MX", "es-419"),
    ("en-EU", "en-GB"),
    ("es-419", "es-019"),
    ("es-013", "es-029"),
    ("en", "de"),
    ("en-GB", "en"),
    ("ca-valencia", "ca"),
    ("en", "und"),
    ("und-US", "und"),
    ("und-US", "en-GB"),
    ("en", "zxx"),
    ("nb", "no"),
    ("nb", "nn"),
    ("nn", "nb-NO"),
    ("no-SJ", "nb"),
    ("nonsense", "en"),
    ("en", "nonsense"),
    ("nonsense", "nonsense"),
]


def test_a_wide_tag_covers_what_it_names() -> None:
    assert not [pair for pair in COVERED if not covers(*pair)]
    assert not [pair for pair in NOT_COVERED if covers(*pair)]


def test_a_refusal_does_not_guess_a_region() -> None:
    assert refuses("en", "en-GB")
    assert refuses("en-US", "en-US")
    assert refuses("zh-Hant", "zh-TW")
    assert refuses("es-419", "es-MX")
    assert not refuses("en-US", "en")
    assert not refuses("zh-TW", "zh-Hant")
    assert not refuses("en", "nonsense")


def test_norwegian_holds_both_of_its_standards() -> None:
    """Browsers send `nb-NO,nb,no,nn`, editors write `no`. CLDR has had no alias from `no` to `nb` since it made it a parent."""
    assert [covers("no", tag) for tag in ("no", "nb-NO", "nn-NO", "no-NO")] == [True] * 4
    assert refuses("no", "nb-NO")
    assert not refuses("nb", "no")
    assert (parse_tag("no"), parse_tag("no-bok"), parse_tag("nor")) == ("no", "nb", "no")


def test_a_language_within_another_is_what_cldr_says_of_parents() -> None:
    parents = cldr.table("parents").items()
    assert {tag: parent for tag, parent in parents if "-" not in tag + parent and parent != "und"} == WITHIN


COMBINED = [
    ("fr", "fr-BE-fonipa", "fr-BE-fonipa"),
    ("fr-Cyrl-CA", "fr-BE", "fr-Cyrl-BE"),
    ("no", "nn-NO", "no-NO"),
    ("de-AT-1996", "de", "de-AT-1996"),
    ("sl-rozaj", "sl-nedis", "sl-nedis"),
    ("en-GB-u-sd-gbsct", "en-t-m0-iso-u-nu-arab", "en-GB-t-m0-iso-u-nu-arab"),
    ("th-u-nu-latn", "th-x-own", "th-u-nu-latn-x-own"),
    ("iw", "he-IT", "he-IT"),
    ("x-bork", "de-AT", "x-bork"),
    ("de", "x-bork", "de"),
]


def test_the_person_s_region_goes_with_the_chosen_language() -> None:
    assert [combine(chosen, wanted) for chosen, wanted, _ in COMBINED] == [row[2] for row in COMBINED]


def test_the_language_of_a_tag_is_its_first_subtag() -> None:
    assert [language_of(tag) for tag in ("de", "zh-Hant-TW", "yue-HK")] == ["de", "zh", "yue"]


def test_a_tag_says_which_subtags_it_names() -> None:
    assert [names(tag) for tag in ("de", "zh-Hant", "zh-TW", "zh-Hant-TW", "und-DE", "")] == [4, 6, 5, 7, 1, 0]


def test_editors_learn_which_languages_exist() -> None:
    for tag in ("de", "iw", "zh-Hant-TW", "yue", "tlh", "gsg", "sem", "und", "zxx", "no", "cmn"):
        assert is_language(tag), tag
    for tag in ("qq", "xx-DE", "german", "", "*"):
        assert not is_language(tag), tag
    assert len(known_languages()) > 7500


@given(TEXT)
def test_any_text_gives_a_bounded_tag_or_none(text: str) -> None:
    tag = parse_tag(text)
    assert tag is None or len(tag) <= tags.MAX_LENGTH
    assert len(maximise(text)) == 3


@given(TEXT)
def test_a_canonical_tag_is_its_own_canonical_form(text: str) -> None:
    tag = parse_tag(text)
    if tag is not None:
        assert parse_tag(tag) == tag
        assert parse_tag(tag.upper()) == tag
        assert parse_tag(tag.replace("-", "_")) == tag


@given(TEXT)
def test_a_tag_covers_itself(text: str) -> None:
    tag = parse_tag(text)
    if tag is not None:
        assert covers(tag, tag)


@given(TEXT, TEXT)
def test_what_is_combined_is_canonical(chosen: str, wanted: str) -> None:
    combined = combine(chosen, wanted)
    assert combined == chosen or parse_tag(combined) == combined or len(combined) > tags.MAX_LENGTH


@given(TEXT, TEXT)
def test_containment_never_raises(wide: str, narrow: str) -> None:
    assert covers(wide, narrow) in (True, False)
    assert refuses(wide, narrow) in (True, False)
