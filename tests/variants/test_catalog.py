"""Items as editors write them: what is read, what is a fault and with which cure, what is only odd."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from locales.documents import parse_document
from locales.findings import Faulty, Severity
from locales.groups import Groups
from variants.catalog import Catalog, check_catalog, load_item
from variants.variant import Item

BERLIN = ZoneInfo("Europe/Berlin")
DEMO = Path(__file__).parents[2] / "edge" / "demo" / "variants"

FULL = """
[item]
id = "film"
kind = "fiction"
original_language = "EN-us"
channel = "tv"
paths = ["/film", "/{language}/film"]
title = { en = "Film", zh_hant = "電影" }
fallback = "original"
[[variants]]
id = "original"
audio = "en-US"
url = "https://media.example/en.mp4"
[[variants]]
id = "de-dub"
audio = "de"
subtitles = ["zh-hant+EN", "iw"]
burned_in = ["es"]
captions = ["de"]
audio_description = ["de"]
voiceover = true
tags = { market = "de" }
devices = ["tv", "console"]
only_in = ["@dach", "IT"]
not_in = ["CH"]
from = 2026-12-01
until = 2026-12-24
url = "de.m3u8"
[[variants]]
id = "music"
audio = "zxx"
url = "/music"
media_type = "audio/flac"
"""


def load(text: str, file: str = "variants/film.toml") -> Item:
    return load_item(parse_document(text, file), Groups.shipped(), BERLIN, "web")


def one_item(item: str = "", variant: str = "", more: str = "") -> str:
    """A file with one variant; lines are put into its two tables."""
    heads = {"id": '"a"', "kind": '"promo"', "original_language": '"en"'}
    tails = {"id": '"b"', "url": '"b.mp4"'}
    lines = [f"{key} = {value}" for key, value in heads.items() if not item.startswith(f"{key} ")]
    ends = [f"{key} = {value}" for key, value in tails.items() if not variant.startswith(f"{key} ")]
    return "\n".join(["[item]", item, *lines, "[[variants]]", variant, *ends, more])


def test_everything_that_an_item_may_say() -> None:
    item = load(FULL)
    original, dub, music = item.variants
    assert (item.id, item.kind, item.original_language, item.channel) == ("film", "fiction", "en-US", "tv")
    assert (item.paths, item.title) == (("/film", "/{language}/film"), {"en": "Film", "zh-Hant": "電影"})
    assert (item.fallback, item.file) == ("original", "variants/film.toml")
    assert item.lines == {
        "item": 3, "paths": 7, "variants/original": 11, "variants/de-dub": 15, "variants/music": 30,
    }  # fmt: skip
    assert (original.audio, original.position, original.media_type, bool(original.bars)) == (
        "en-US",
        0,
        "video/mp4",
        False,
    )
    assert (dub.subtitles, dub.burned_in, dub.captions) == (("zh-Hant+en", "he"), ("es",), ("de",))
    assert (dub.audio_description, dub.voiceover, dub.tags) == (("de",), True, {"market": "de"})
    assert dub.devices == {"tv", "console"}
    assert dub.media_type == "application/vnd.apple.mpegurl"
    assert dub.bars.only_in is not None
    assert {"DE", "AT", "IT"} <= dub.bars.only_in
    assert dub.bars.not_in == {"CH"}
    assert dub.bars.begins == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert dub.bars.ends == datetime(2026, 12, 24, 23, tzinfo=UTC)
    assert (music.audio, music.media_type) == ("zxx", "audio/flac")


def test_an_item_plays_where_its_site_does() -> None:
    assert load(one_item()).channel == "web"


def test_the_demo_has_no_findings() -> None:
    groups = Groups.shipped()
    items = [
        load_item(parse_document(path.read_bytes(), path.name), groups, BERLIN, "web")
        for path in sorted(DEMO.glob("*.toml"))
    ]
    catalog = Catalog.build(items, ["en", "de", "es"])
    assert check_catalog(catalog) == ()
    assert len(catalog.items["business-class"].variants) == 5
    assert catalog.paths.match("/de/business-class") == ("business-class", "de")


#: What is written into [item] or [[variants]], the code of the fault, its line, and a word of its problem or cure.
FAULTS = [
    ('id = "None"', "", "bad-id", 2, "a-z"),
    ('id = "none"', "", "reserved-id", 2, "Choose"),
    ('id = "' + "a" * 65 + '"', "", "bad-id", 2, "64"),
    ("", 'id = "barred"', "reserved-id", 7, "Choose"),
    ("", 'id = "B"', "bad-id", 7, "a-z"),
    ('kind = "promos"', "", "unknown-word", 2, 'Did you mean "promo"?'),
    ('kind = "x"', "", "unknown-word", 2, "promo, fiction"),
    ('channel = "telly"', "", "unknown-word", 2, "web, streaming"),
    ('original_language = "1234"', "", "unknown-language", 2, "BCP 47"),
    ('original_language = "ed"', "", "unknown-language", 2, "Did you mean"),
    ('original_language = "en_US_xxxxxxxxx_"', "", "unknown-language", 2, "BCP 47"),
    ('title = { qqx = "x" }', "", "unknown-language", 2, "Did you mean"),
    ('paths = ["/a", "/a*"]', "", "bad-path", 2, "whole segment"),
    ('fallback = "bb"', "", "unknown-fallback", 2, 'Did you mean "b"?'),
    ('fallback = "original"', "", "unknown-fallback", 2, "one of its variants"),
    ('fallback = "b"', 'not_in = ["US"]', "barred-fallback", 2, "everywhere"),
    ("", 'url = "javascript:alert(1)"', "bad-url", 7, "https"),
    ("", 'audio = "de"\nlanguage = "de"', "audio-and-language", 8, "keep one"),
    ("", "voiceover = true", "voiceover-without-audio", 7, "audio ="),
    ("", 'audio = "xyzzy"', "unknown-language", 7, "BCP 47"),
    ("", 'subtitles = ["de", "de-DE", "DE"]', "twice", 7, "Keep one"),
    ("", 'subtitles = ["zxx"]', "wordless-text", 7, "Leave it out"),
    ("", 'captions = ["de+en"]', "unknown-language", 7, "BCP 47"),
    ("", 'tags = { Market = "x" }', "bad-id", 7, "a-z"),
    ("", 'tags = { market = " " }', "empty-tag", 7, "no value"),
    ("", 'devices = ["telly"]', "unknown-word", 7, "phone, tablet"),
    ("", 'media_type = "video"', "bad-media-type", 7, "video/mp4"),
    ("", 'not_in = ["UK"]', "unknown-territory", 7, 'Did you mean "GB"?'),
    ("", 'not_in = ["@daach"]', "unknown-territory", 7, 'Did you mean "@dach"?'),
    ("", 'not_in = ["dach"]', "unknown-territory", 7, 'Did you mean "@dach"?'),
    ("", 'only_in = ["????"]', "unknown-territory", 7, "ISO 3166-1"),
    ("", "only_in = []", "nowhere", 7, "at least one"),
    ("", 'only_in = ["DE"]\nnot_in = ["@dach"]', "nowhere", 7, "not_in"),
    ("", 'from = "2026-12-01"', "bad-moment", 7, "without quotes"),
    ("", "until = 12:00:00", "bad-moment", 7, "2026-12-01"),
    ("", "from = 2026-01-02\nuntil = 2026-01-01", "never", 8, "after"),
    ("", 'langauge = "de"', "unknown-field", 7, 'Did you mean "language"?'),
    ("", "url = 1", "wrong-type", 7, "text"),
]


@pytest.mark.parametrize(("item", "variant", "code", "line", "words"), FAULTS)
def test_a_fault_names_its_line_and_a_cure(item: str, variant: str, code: str, line: int, words: str) -> None:
    with pytest.raises(Faulty) as caught:
        load(one_item(item, variant))
    found = [one for one in caught.value.findings if one.code == code]
    assert [one.file for one in found[:1]] == ["variants/film.toml"]
    assert found[0].line == line
    assert words in f"{found[0].problem} {found[0].cure}"
    assert found[0].severity is Severity.error


def test_macro_regions_are_places() -> None:
    assert {"MX", "AR"} <= load(one_item("", 'not_in = ["@419"]')).variants[0].bars.not_in


def test_all_faults_of_a_file_are_told_at_once_in_order_of_lines() -> None:
    with pytest.raises(Faulty) as caught:
        load(one_item('kind = "x"\nchannel = "y"', 'audio = "1"\nnot_in = ["UK"]'))
    assert [one.line for one in caught.value.findings] == [2, 3, 7, 8]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (one_item().partition("[[variants]]")[0], "no-variants"),
        (one_item(more='[[variants]]\nid = "b"\nurl = "c"'), "same-id"),
        ("[item]\nid = 'a'\n", "missing-field"),
        ("", "missing-field"),
    ],
)
def test_what_is_wrong_with_the_whole(text: str, code: str) -> None:
    with pytest.raises(Faulty) as caught:
        load(text)
    assert code in [one.code for one in caught.value.findings]


def test_an_id_in_two_files_is_a_fault() -> None:
    with pytest.raises(Faulty) as caught:
        Catalog.build([load(one_item(), "variants/one.toml"), load(one_item(), "variants/two.toml")], [])
    finding = caught.value.findings[0]
    assert (finding.file, finding.line, finding.code) == ("variants/two.toml", 3, "same-id")
    assert "variants/one.toml:3" in finding.problem


def test_a_path_in_two_files_is_a_fault() -> None:
    one = load(one_item('paths = ["/x"]'), "variants/one.toml")
    two = load(one_item('paths = ["/x"]').replace('"a"', '"two"'), "variants/two.toml")
    with pytest.raises(Faulty, match=r"variants/two.toml:2: error"):
        Catalog.build([one, two], [])


WARNINGS = [
    (one_item("", 'audio = "en"'), []),
    (one_item("", 'audio = "en"\nnot_in = ["US"]'), [("no-fallback", 5)]),
    (one_item("", 'audio = "en"', '[[variants]]\nid = "c"\nurl = "c"\naudio = "en"'), [("alike", 11)]),
    (one_item("", 'audio = "en"', '[[variants]]\nid = "c"\nurl = "c"\naudio = "en"\ndevices = ["tv"]'), []),
    (one_item("", 'audio = "de"'), [("no-original", 5)]),
    (one_item('original_language = "zxx"', 'audio = "zxx"'), []),
]


@pytest.mark.parametrize(("text", "expected"), WARNINGS)
def test_what_is_odd_is_a_warning(text: str, expected: list[tuple[str, int]]) -> None:
    findings = check_catalog(Catalog.build([load(text)], []))
    assert [one.code for one in findings] == [code for code, _ in expected]
    assert all(one.severity is Severity.warning and one.cure and one.line for one in findings)
