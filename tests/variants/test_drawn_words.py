"""Words that an arm of a split said: reason and arms of the answer (SEMANTICS §8), and their place in the manifest."""

from __future__ import annotations

import msgspec
import pytest

from locales.preference import Confidence, Drawn, Listed, Preference, Word
from tests.variants.cases import LAST, NOON, make_item
from variants.manifest import manifest
from variants.selecting import Rights, Selection, Stand, select

FILM = make_item(
    "film",
    {
        "original_language": "en",
        "variants": [
            {"id": "original", "audio": "en"},
            {"id": "de-dub", "audio": "de"},
            {"id": "de-sub", "audio": "en", "subtitles": ["de"]},
            {"id": "de-loud", "audio": "de", "tags": {"mood": "loud"}},
        ],
    },
)
SUB = Word("rules", "t/try", mode=("sub",), drawn=Drawn("x", "sub"))
LOUD = Word("rules", "u/mood", tags=(("mood", "loud"),), drawn=Drawn("y", "loud", "holdout"))
PLAIN = Word("rules", "a/plain", mode=("dub",))
NORM = Word("norms", "norm/DE", mode=("dub",), reads_place=True)
CHOICE = Word("choice", mode=("dub",))


def given(*words: Word, language: str = "de") -> Selection:
    preference = Preference((*words, LAST), (Listed(language, "header", Confidence.high),))
    return select(preference, FILM, Stand("DE", Confidence.high, NOON, Rights(), "en"))


WORDS: tuple[tuple[tuple[Word, ...], str, str, str, str | None, tuple[str, ...]], ...] = (
    # words, language, variant, reason, rule, arms
    ((SUB, NORM), "de", "de-sub", "split", "t/try", ("x:sub",)),
    ((SUB, NORM), "en", "original", "default", None, ()),
    ((CHOICE, SUB, NORM), "de", "de-dub", "choice", None, ()),
    ((PLAIN, NORM), "de", "de-dub", "rule", "a/plain", ()),
    ((PLAIN, LOUD, NORM), "de", "de-loud", "rule", "a/plain", ("y:loud(holdout)",)),
    ((LOUD, NORM), "de", "de-loud", "split", "u/mood", ("y:loud(holdout)",)),
)


@pytest.mark.parametrize(("words", "language", "variant", "reason", "rule", "arms"), WORDS)
def test_the_arms_whose_words_were_used_are_told(
    words: tuple[Word, ...], language: str, variant: str, reason: str, rule: str | None, arms: tuple[str, ...]
) -> None:
    found = given(*words, language=language)
    assert found.variant is not None
    assert (found.variant.id, found.reason, found.rule) == (variant, reason, rule)
    assert tuple(map(str, found.splits)) == arms


def test_the_layer_of_a_split_is_that_of_the_rules_and_it_overrides_as_they_do() -> None:
    found = given(SUB, NORM)
    assert found.layer == "rules"
    assert [one.rule for one in found.overrode] == ["norm/DE"]


def test_the_manifest_has_a_member_for_each_arm_and_none_where_there_is_none() -> None:
    decisions = [
        msgspec.json.decode(msgspec.json.encode(manifest(FILM, given(*words), "en")))["decision"]
        for words in ((SUB, NORM), (LOUD, NORM), (NORM,))
    ]
    assert decisions[0]["splits"] == [{"experiment": "x", "arm": "sub", "fallback": None}]
    assert decisions[1]["splits"] == [{"experiment": "y", "arm": "loud", "fallback": "holdout"}]
    assert "splits" not in decisions[2]
