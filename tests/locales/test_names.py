"""Names of languages, territories and variants, in any language."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from string import Formatter
from typing import NamedTuple

import pytest

from locales.names import DATA, direction, language_name, territory_name, variant_label
from locales.tags import maximise, parse_tag

#: A good part of the languages that Babel has, with their scripts, and some that it has not.
TAGS = (
    "af am ar az be bg bn bs ca ceb ckb cs cy da de dv el en es es-419 et eu fa fi fil fo fr ga gl gsw gu ha he hi hr ht hu hy "
    "id is it ja ka kk km kn ko ku ky lb lo lt lv mg mi mk ml mn mr ms mt my nb ne nl nn no or pa pa-Arab pl ps pt pt-PT rm ro "
    "ru rw sc sd si sk sl so sq sr sr-Latn sv sw ta te tg th ti tk tlh to tr ug uk ur uz uz-Cyrl vi xh yi yo yue zh zh-Hant "
    "zh-HK zu"
)
LANGUAGES = TAGS.split()
RIGHT_TO_LEFT = "he fa ar ur ckb dv yi ps sd ug ks pa-Arab az-Arab nqo syr ff-Adlm rhg"
LEFT_TO_RIGHT = "en de ja zh-Hant pa ks-Deva az ff xx"


class Shown(NamedTuple):
    """The fields of a variant that its label is made of; the item's original language is English."""

    audio: str | None = None
    subtitles: tuple[str, ...] = ()
    burned_in: tuple[str, ...] = ()
    language: str | None = None
    voiceover: bool = False
    original: str = "en"
    captions: tuple[str, ...] = ()
    audio_description: tuple[str, ...] = ()

    def label(self, in_language: str) -> str:
        return variant_label(*self, in_language)


ORIGINAL = Shown("en")
ES_SUB = Shown("en", burned_in=("es",))
ES_DUB = Shown("es")
DE_DUB = Shown("de")
DE_SUB = Shown("en", ("de",))
PL_VO = Shown("pl", voiceover=True)


@pytest.mark.parametrize(
    ("variant", "language", "label"),
    [
        (ORIGINAL, "en", "English (original)"),
        (ORIGINAL, "es", "Inglés (original)"),
        (ORIGINAL, "de", "Englisch (Originalfassung)"),
        (ES_SUB, "es", "Inglés con subtítulos en español"),
        (ES_SUB, "en", "English with subtitles in Spanish"),
        (DE_SUB, "de", "Englisch mit Untertiteln auf Deutsch"),
        (ES_DUB, "es", "Español (doblaje)"),
        (DE_DUB, "de", "Deutsch (Synchronfassung)"),
        (PL_VO, "pl", "Polski (lektor)"),
        (Shown("es-419"), "es", "Español latinoamericano (doblaje)"),
        (Shown(language="de"), "de", "Deutsch"),
        (Shown(language="zh-Hant"), "zh-Hant", "繁體中文"),
        (Shown("en-GB", ("he",)), "he", "אנגלית (בריטניה) עם כתוביות בעברית"),
        (Shown("en", ("fa",)), "fa", "انگلیسی با زیرنویس فارسی"),
        (Shown("zh-HK"), "zh-HK", "廣東話（配音）"),
        (Shown("zh-Hant-TW"), "en", "Chinese (dubbed)"),
        (Shown("sr-Latn"), "en", "Serbian (dubbed)"),
        (Shown("zh-Hant", original="zh"), "en", "Chinese (original)"),
        (Shown("yue", original="zh"), "en", "Cantonese (dubbed)"),
        (Shown("de", ("en",)), "en", "German (dubbed) with subtitles in English"),
        (Shown("en", ("zh-Hant+en",)), "en", "English with subtitles in Traditional Chinese + English"),
        (Shown("en", ("de", "es"), ("es",)), "en", "English with subtitles in Spanish, German"),
        (Shown("en", ("de", "es", "fr", "it")), "en", "English with subtitles in German, Spanish, French …"),
        (Shown("en", ("de", "es")), "ar", "الإنجليزية مع ترجمة مكتوبة: الألمانية، الإسبانية"),
        (Shown("en", ("en",), captions=("en",)), "en", "English with subtitles in English · captions"),
        (Shown("en", audio_description=("en",)), "de", "Englisch (Originalfassung) · Audiodeskription"),
        (Shown("zxx"), "en", "No linguistic content"),
        (Shown(), "en", "No linguistic content"),
        (Shown("zxx", ("en",)), "en", "No linguistic content with subtitles in English"),
        (Shown("en", ("es",)), "ja", "英語（スペイン語字幕）"),
        (Shown("en", ("es",)), "no", "Engelsk med undertekster på spansk"),
        (DE_DUB, "pt", "Alemão (dublagem)"),
        (DE_DUB, "pt-PT", "Alemão (dobragem)"),
        (DE_DUB, "sr-Latn", "Nemački (sinhronizacija)"),
        (DE_DUB, "sr", "Немачки (синхронизација)"),
        (PL_VO, "sr", "Пољски (VO)"),
        (ES_SUB, "eo", "Angla · CC hispana"),
        (ES_SUB, "tlh", "en · CC es"),
        (Shown("it"), "tr", "İtalyanca (dublaj)"),
        (Shown("it"), "az", "İtalyan (dublyaj)"),
        (Shown("is"), "nl", "IJslands (nasynchronisatie)"),
        (DE_DUB, "ka", "გერმანული (დუბლირებული)"),
        (Shown(language="tlh"), "xx", "tlh"),
    ],
)
def test_a_variant_is_called_what_a_speaker_would_call_it(variant: Shown, language: str, label: str) -> None:
    assert variant.label(language) == label


@pytest.mark.parametrize("in_language", LANGUAGES)
def test_any_language_has_a_label_in_any_other_and_different_variants_differ(in_language: str) -> None:
    for tag in LANGUAGES:
        original, sub, voiceover = Shown("en"), Shown("en", (tag,)), Shown(tag, voiceover=True)
        labels = {variant.label(in_language) for variant in (original, sub, voiceover)}
        assert len(labels) == 2 + (tag != "en")
        assert all(labels)


def test_a_label_begins_with_a_capital_where_the_script_has_them() -> None:
    for tag in LANGUAGES:
        label = ES_SUB.label(tag)
        assert label[0] == label[0].title() or label.startswith("en "), tag


@pytest.mark.parametrize(
    ("tag", "in_language", "name"),
    [
        ("de", "es", "alemán"), ("zh-Hant", "es", "chino tradicional"), ("pt-BR", "en", "Brazilian Portuguese"),
        ("es-419", "de", "Spanisch (Lateinamerika)"), ("sr-Latn", "en", "Serbian (Latin)"), ("de-1996", "en", "German"),
        ("uz-Arab-AF", "en", "Uzbek (Arabic, Afghanistan)"), ("tlh", "en", "Klingon"), ("xx", "en", "xx"),
        ("en", "xx", "en"), ("de-Zzxx", "en", "German (Zzxx)"), ("ckb", "en", "Central Kurdish"), ("", "en", ""),
    ],
)  # fmt: skip
def test_a_language_has_a_name_or_is_called_by_its_tag(tag: str, in_language: str, name: str) -> None:
    assert language_name(tag, in_language) == name


@pytest.mark.parametrize(
    ("code", "in_language", "name"),
    [
        ("ES", "de", "Spanien"), ("ES", "he", "ספרד"), ("419", "en", "Latin America"), ("XK", "en", "Kosovo"),
        ("ES-CT", "de", "ES-CT"), ("ES", "xx", "ES"), ("TW", "zh-TW", "台灣"),
    ],
)  # fmt: skip
def test_a_territory_has_a_name_or_is_called_by_its_code(code: str, in_language: str, name: str) -> None:
    assert territory_name(code, in_language) == name


@pytest.mark.parametrize("tag", RIGHT_TO_LEFT.split())
def test_some_languages_are_written_from_right_to_left(tag: str) -> None:
    assert direction(tag) == "rtl"


@pytest.mark.parametrize("tag", LEFT_TO_RIGHT.split())
def test_others_are_written_from_left_to_right(tag: str) -> None:
    assert direction(tag) == "ltr"


def test_phrases_are_for_languages_and_use_their_fields_once() -> None:
    tables = tomllib.loads(DATA.joinpath("labels.toml").read_text(encoding="utf-8"))
    fields = {"original": ["name"], "dub": ["name"], "voiceover": ["name"], "sub": ["audio", "text"]}
    assert set(tables["und"]) == {*fields, "captions", "audio_description", "list"}
    for tag, phrases in tables.items():
        assert parse_tag(tag) == tag
        assert tag == "und" or tag in (maximise(tag)[0], "-".join(maximise(tag)[:2]), "pt-PT")
        assert set(phrases) <= set(tables["und"]), tag
        for name, phrase in phrases.items():
            used = [field for _, field, _, _ in Formatter().parse(phrase) if field is not None]
            assert sorted(used) == fields.get(name, []), (tag, name)


def test_babel_is_loaded_on_first_need_only() -> None:
    program = (
        "import sys, locales.names as n, locales.norms, locales.words; assert 'babel' not in sys.modules; n.direction('he');"
        "assert 'babel' not in sys.modules; n.language_name('de', 'en'); assert 'babel' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=DATA.parent.parent)
