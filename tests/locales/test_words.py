"""The normal form of words, and the language that words hint at."""

from __future__ import annotations

import csv
import json
import unicodedata
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from locales.tags import is_language, parse_tag
from locales.words import DATA, language_of_words, normal_form, words

CASES = Path(__file__).parent.parent / "cases"


def cases(name: str) -> list[Any]:
    content: dict[str, list[Any]] = json.loads(CASES.joinpath(f"{name}.json").read_bytes())
    return content["cases"]


@pytest.mark.parametrize("case", cases("words"), ids=lambda case: case["name"])
def test_words_of_a_text_are_those_of_its_normal_form(case: dict[str, Any]) -> None:
    assert words(case["text"]) == tuple(case["words"])


@pytest.mark.parametrize("case", cases("word_languages"), ids=lambda case: case["name"])
def test_a_query_hints_at_one_language_or_at_none(case: dict[str, Any]) -> None:
    assert language_of_words(words(case["text"])) == case["language"]


QUERIES = cases("queries")

#: Those that must be told in every case, with more than half of their searches found.
TOLD = ("en", "de", "es", "fr", "it", "pt", "nl", "pl", "ru", "uk", "he", "ar", "fa", "tr")


def test_no_search_is_taken_for_another_language() -> None:
    """A wrong language does more harm than an unknown one, so that not one of them may be wrong."""
    told = {case["text"]: language_of_words(words(case["text"])) for case in QUERIES}
    wrong = {case["text"]: told[case["text"]] for case in QUERIES if told[case["text"]] not in (None, case["language"])}
    assert wrong == {}
    assert len(QUERIES) == len(told) >= 250


def test_no_name_of_a_territory_a_city_or_a_language_tells_a_language() -> None:
    """As people write them in English: Como is a town, and Sunda a language."""
    english = Locale("en")
    cities = (zone.rpartition("/")[2].replace("_", " ") for zone in available_timezones())
    names = {*english.territories.values(), *english.languages.values(), *cities}
    assert len(names) >= 1000
    assert {name: hint for name in names if (hint := language_of_words(words(name)))} == {}


@pytest.mark.parametrize(("part", "least"), [("first", 0.88), ("held out", 0.8)])
def test_most_searches_tell_their_language(part: str, least: float) -> None:
    labelled = [case for case in QUERIES if case["part"] == part and case["language"]]
    found = [case for case in labelled if language_of_words(words(case["text"])) == case["language"]]
    assert len(found) >= least * len(labelled)


@pytest.mark.parametrize("language", TOLD)
def test_searches_in_a_language_tell_it(language: str) -> None:
    asked = [case["text"] for case in QUERIES if case["language"] == language]
    missed = [text for text in asked if language_of_words(words(text)) is None]
    assert len(asked) >= 7
    assert len(missed) <= len(asked) * 0.47, missed


def by_the_letter(text: str) -> str:
    """SEMANTICS §1 word for word, slow."""
    ranges = ((0x300, 0x36F), (0x591, 0x5C7), (0x64B, 0x65F), (0x670, 0x670))
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    kept = (
        character
        for character in text
        if not (
            unicodedata.category(character) == "Cf"
            or character == "ـ"
            or (
                unicodedata.category(character) == "Mn"
                and any(first <= ord(character) <= last for first, last in ranges)
            )
        )
    )
    composed = unicodedata.normalize("NFC", "".join(kept))
    return composed.translate(str.maketrans("یىکةأإآٱ", "ييكهاااا"))


#: Letters of many scripts with their marks, and all else now and then.
TEXTS = st.text(
    st.one_of(st.characters(max_codepoint=0x6FF), st.characters(exclude_categories=["Cs", "Cn"])), max_size=40
)


@given(TEXTS)
def test_the_normal_form_is_the_one_that_is_written_down(text: str) -> None:
    assert normal_form(text) == by_the_letter(text)


@given(st.text(max_size=40))
def test_no_text_raises_and_what_comes_is_words(text: str) -> None:
    found = words(text)
    assert all(word and not any(character.isspace() for character in word) for word in found)
    hinted = language_of_words(found)
    assert hinted is None or is_language(hinted)


def test_hints_are_in_normal_form_and_name_languages() -> None:
    with DATA.joinpath("word_hints.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["word"] for row in rows}) == len(rows)
    for row in rows:
        assert words(row["word"]) == (row["word"],)
        assert row["source"] in ("own", "stopwords-iso")
        assert row["languages"]
        assert row["weight"] in ("1", "2")
        assert all(parse_tag(tag) == tag and is_language(tag) for tag in row["languages"].split())
