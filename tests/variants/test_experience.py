"""Experience as a relation between a language and a variant."""

from __future__ import annotations

import pytest

from tests.variants.cases import ITEMS, make_item
from variants import experience
from variants.experience import FAR, Reading, Text, compile_item, nearest, parts_of

#: Item, language, experiences at the level own, and where they differ at the level near.
MET = [
    ("business-class", "en", "original foreign original foreign original", None),
    ("business-class", "de-AT", "foreign dub sub foreign foreign", None),
    ("business-class", "es", "foreign foreign foreign dub sub", None),
    ("business-class", "ca", "foreign foreign foreign foreign foreign", "foreign foreign foreign dub sub"),
    ("business-class", "gsw", "foreign foreign sub foreign foreign", "foreign dub sub foreign foreign"),
    ("business-class", "sco", "original foreign original foreign original", None),
    ("business-class", "xx", "foreign foreign foreign foreign foreign", None),
    ("anime", "pl", "foreign voiceover sub foreign foreign foreign", None),
    ("hongkong", "zh-HK", "foreign dub foreign sub foreign", None),
    ("hongkong", "zh-TW", "foreign foreign dub sub foreign", None),
    ("hongkong", "zh-CN", "foreign foreign dub foreign sub", None),
    ("page", "de", "translated foreign", None),
    ("page", "en-GB", "foreign original", None),
    ("image", "fr", "original original", None),
    ("plain", "fr", "original", None),
    ("silent-film", "fr", "original original original original", None),
    ("bilingual", "en", "foreign sub sub foreign", None),
    ("bilingual", "zh-Hant", "foreign sub sub foreign", None),
    ("serbian", "sr", "foreign dub sub", None),
]


@pytest.mark.parametrize(("name", "tag", "own", "near"), MET)
def test_what_a_language_makes_of_an_item(name: str, tag: str, own: str, near: str | None) -> None:
    view = compile_item(ITEMS[name]).view(tag)
    assert " ".join(view.own.experiences) == own
    assert " ".join(view.near.experiences) == (near or own)


def test_what_is_refused_is_not_understood() -> None:
    offer = compile_item(ITEMS["business-class"])
    refused = offer.refused(("en",))
    assert refused == {"en"}
    assert offer.view("en", refused).own.experiences == ("foreign",) * 5
    assert offer.view("de", refused).own.experiences == ("foreign", "dub", "sub", "foreign", "foreign")
    assert offer.refused(("en",)) is refused
    assert offer.refused(()) == frozenset()


def test_a_refused_page_is_foreign() -> None:
    offer = compile_item(ITEMS["page"])
    assert offer.view("de", offer.refused(("de",))).own.experiences == ("foreign", "foreign")


def test_candidates_stand_in_order_of_nearness() -> None:
    view = compile_item(ITEMS["regions"]).view("es-MX")
    assert [one.variant.id for one in view.own.candidates["dub"]] == ["es-419", "es-es"]
    assert [one.variant.id for one in view.own.candidates["sub"]] == ["sub-419", "sub-es"]
    assert "foreign" not in view.own.candidates


def test_a_wordless_variant_whose_text_is_not_read_comes_last() -> None:
    ranked = compile_item(ITEMS["silent-film"]).view("fr").own.candidates["original"]
    assert [one.variant.id for one in ranked] == ["fr", "bare", "es", "burned-de"]
    assert [one.key[2] for one in ranked] == [0, FAR, FAR, FAR]


@pytest.mark.parametrize(
    ("tag", "texts", "refused", "expected"),
    [
        ("de", [], (), None),
        ("de", ["de"], ("de",), None),
        ("de", ["en", "de"], (), ("de", "de")),
        ("en", ["zh-Hant+en"], (), ("zh-Hant+en", "en")),
        ("zh-TW", ["zh-Hant+en"], (), ("zh-Hant+en", "zh-Hant")),
        ("zh-TW", ["zh-Hans", "zh-Hant"], (), ("zh-Hant", "zh-Hant")),
        ("es-MX", ["es-ES", "es-419"], (), ("es-419", "es-419")),
    ],
)
def test_the_nearest_text(
    tag: str, texts: list[str], refused: tuple[str, ...], expected: tuple[str, str] | None
) -> None:
    found = nearest(tag, [Text(text, parts_of(text), False) for text in texts], frozenset(refused))
    assert (found and (found.tag, found.part)) == expected


def test_of_two_equal_texts_the_burned_in_one_needs_no_switching() -> None:
    texts = [Text("de", ("de",), False), Text("de-DE", ("de-DE",), True)]
    assert nearest("de", texts) == Reading(0, 0, "de-DE", "de-DE")


def test_the_original_is_a_spoken_form_and_a_page_a_written_one() -> None:
    row = {
        "original_language": "zh-HK",
        "variants": [
            {"id": "yue", "audio": "yue"},
            {"id": "hk", "audio": "zh-HK"},
            {"id": "cmn", "audio": "zh-CN"},
            {"id": "hant", "language": "zh-Hant"},
            {"id": "hans", "language": "zh-Hans"},
        ],
    }
    assert [one.original for one in compile_item(make_item("x", row)).renditions] == [True, True, False, True, False]


def test_an_offer_is_made_once() -> None:
    item = ITEMS["business-class"]
    assert compile_item(item) is compile_item(item)


def test_the_memory_of_an_offer_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experience, "MOST_VIEWS", 2)
    offer = compile_item(make_item("x", {"original_language": "en", "variants": [{"id": "en", "audio": "en"}]}))
    for tag in ("de", "en", "es"):
        offer.view(tag)
    assert [tag for tag, _ in offer.views] == ["es"]
