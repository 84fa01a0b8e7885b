"""The JSON manifest: its members, their order, and that it tells of nobody."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from locales.preference import Confidence, Listed
from tests.variants.cases import CASES, ITEMS, make_item, make_preference, make_stand
from variants import manifest as module
from variants.manifest import decided, manifest, opening, reading_language
from variants.selecting import Overrode, Selection, select
from variants.variant import Item

ROWS = {row["name"]: row for row in CASES["cases"]}


def selected(name: str) -> tuple[Item, Selection]:
    row = ROWS[name]
    item = ITEMS[row["item"]]
    return item, select(make_preference(row), item, make_stand(row["stand"]))


def told(name: str, **more: str) -> dict[str, Any]:
    item, selection = selected(name)
    return dict(msgspec.json.decode(msgspec.json.encode(manifest(item, selection, "en", **more))))


def test_the_manifest_of_the_spanish_visitor() -> None:
    item = make_item("business-class", {**CASES["items"]["business-class"], "kind": "promo"})
    row = ROWS["Spain, Spanish header"]
    selection = select(make_preference(row), item, make_stand(row["stand"]))
    body = msgspec.json.encode(manifest(item, selection, "en", why="Our travellers", expires="2027-01-01T00:00:00Z"))
    said = msgspec.json.decode(body)
    assert list(said) == ["item", "variant", "start", "alternatives", "decision"]
    assert said["variant"] == {
        "id": "es-sub",
        "experience": "sub",
        "audio": "en",
        "burned_in": ["es"],
        "language": "es",
        "url": "https://media.example/es-sub.mp4",
        "label": "Inglés con subtítulos en español",
        "tags": {},
    }
    assert list(said["variant"]) == ["id", "experience", "audio", "burned_in", "language", "url", "label", "tags"]
    assert said["start"] == {"audio": "en", "text": None}
    assert [(one["id"], one["experience"]) for one in said["alternatives"]] == [
        ("original", "foreign"),
        ("de-dub", "foreign"),
        ("de-sub", "foreign"),
        ("es-dub", "dub"),
    ]
    assert said["alternatives"][3]["label"] == "Español (doblaje)"
    assert list(said["decision"].items()) == [
        ("reason", "rule"),
        ("layer", "rules"),
        ("rule", "airline/es-original"),
        ("why", "Our travellers"),
        ("confidence", "high"),
        ("expires", "2027-01-01T00:00:00Z"),
        ("overrode", [{"layer": "norms", "rule": "norm/ES", "said": ["dub", "sub"], "source": "b"}]),
    ]


#: Case, member of the manifest, value.
MEMBERS = [
    ("Germany without norms", "start", {"audio": "en", "text": "de"}),
    ("Germany, German header", "start", {"audio": "de", "text": None}),
    ("a German page", "start", {"audio": None, "text": None}),
    ("captions wanted", "start", {"audio": "de", "text": "de"}),
    ("a silent film with the nearest text", "start", {"audio": "zxx", "text": "fr"}),
    ("a silent film without any text that is read: fewest burned in", "start", {"audio": "zxx", "text": None}),
    ("a bilingual text is read by either, by the first", "start", {"audio": "ja", "text": "zh-Hant+en"}),
]


@pytest.mark.parametrize(("name", "member", "value"), MEMBERS)
def test_what_a_player_starts_with(name: str, member: str, value: object) -> None:
    assert told(name)[member] == value


#: Case, the language in which the chosen variant is met, a label.
LANGUAGES = [
    ("Spain, Spanish header", "es", "Inglés con subtítulos en español"),
    ("Germany, German header", "de", "Deutsch (Synchronfassung)"),
    ("Germany without norms", "de", None),
    ("a German page", "de", "Deutsch"),
    ("France, French: the site's default language", "en", None),
    ("a bilingual text is read by either, by the first", "zh-Hant", None),
    ("a bilingual text is read by either, by the second", "en", None),
    ("a silent film with the nearest text", "fr", None),
    ("a silent film without any text that is read: fewest burned in", None, None),
    ("captions in another listed language", "de", None),
    ("a pin wins even where it is not understood", "de", None),
    ("neither audio nor language", None, None),
    ("the first in the file where nothing is understood", "ru", None),
    ("all variants barred in the United States", None, None),
]


@pytest.mark.parametrize(("name", "language", "label"), LANGUAGES)
def test_the_language_in_which_a_variant_is_met(name: str, language: str | None, label: str | None) -> None:
    _, selection = selected(name)
    assert reading_language(selection) == language
    if selection.variant is not None:
        part = told(name)["variant"]
        assert part.get("language") == language
        assert part["label"]
        assert label is None or part["label"] == label


def test_the_reason_may_be_stood_in_for() -> None:
    decision = told("Germany, German header", reason="stale")["decision"]
    assert (decision["reason"], decision["layer"]) == ("stale", "norms")


def test_a_source_that_is_not_there_is_null() -> None:
    item, selection = selected("Germany, German header")
    changed = msgspec.structs.replace(selection, overrode=(Overrode("hedge", None, ("sub",), ""),))
    said = msgspec.json.decode(msgspec.json.encode(manifest(item, changed, "en")))
    assert said["decision"]["overrode"] == [{"layer": "hedge", "rule": None, "said": ["sub"], "source": None}]


@pytest.mark.parametrize(
    "name", [row["name"] for row in CASES["cases"] if row["expect"].get("variant", "") is not None]
)
def test_the_halves_make_the_whole(name: str) -> None:
    item, selection = selected(name)
    if selection.variant is not None:
        whole = msgspec.json.encode(manifest(item, selection, "en", why="So", expires="2027-01-01T00:00:00Z"))
        assert opening(item, selection, "en") + decided(selection, why="So", expires="2027-01-01T00:00:00Z") == whole


def test_barred_has_no_manifest() -> None:
    item, selection = selected("all variants barred in the United States")
    with pytest.raises(ValueError, match="no variant"):
        manifest(item, selection, "en")


def test_barred_variants_never_appear() -> None:
    item, selection = selected("barred variants are no alternatives")
    assert b'"id":"de-dub"' not in msgspec.json.encode(manifest(item, selection, "en"))


def test_what_is_said_of_a_variant_is_encoded_once() -> None:
    item, selection = selected("Germany, German header")
    first, second = manifest(item, selection, "en"), manifest(item, selection, "en")
    assert first.variant is second.variant
    assert all(one is other for one, other in zip(first.alternatives, second.alternatives, strict=True))


def test_every_member_of_a_variant() -> None:
    row = {
        "id": "all",
        "url": "a.mp4",
        "media_type": "video/mp4",
        "audio": "de",
        "voiceover": True,
        "subtitles": ["de"],
        "captions": ["de"],
        "audio_description": ["de"],
        "burned_in": ["en"],
        "tags": {"market": "de"},
        "devices": ["tv", "console"],
    }
    item = make_item("x", {"original_language": "en", "variants": [row]})
    listed = Listed("de", "header", Confidence.high)
    case = ROWS["Germany, German header"]
    selection = select(make_preference({**case, "languages": [listed.tag]}), item, make_stand(case["stand"]))
    part = msgspec.json.decode(manifest(item, selection, "en").variant)
    assert {name: part[name] for name in row} == {**row, "devices": ["console", "tv"]}
    assert set(part) - set(row) == {"experience", "language", "label"}


def test_the_memory_of_encoded_variants_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PIECES", 2)
    item, german = selected("a German page")
    _, other = selected("a page without French")
    item.memo.pop("pieces", None)
    for selection in (german, other, german):
        assert manifest(item, selection, "en").alternatives
        assert 0 < len(item.memo["pieces"]) <= 2
