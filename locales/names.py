"""What languages, territories and variants are called, in any language: names of CLDR by Babel, phrases of `labels.toml`.

Babel is loaded on first need, and each of its locales once. What it has no name for is called by its tag or code, so that every
pair of languages gives a label and nothing here raises.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from locales.matching import spoken_form
from locales.tags import maximise

if TYPE_CHECKING:
    from babel import Locale

DATA = Path(__file__).with_name("data")

#: ISO 15924 codes of the scripts that are written from right to left.
RIGHT_TO_LEFT = frozenset(
    (
        "Adlm",
        "Arab",
        "Aran",
        "Armi",
        "Hebr",
        "Mand",
        "Nkoo",
        "Rohg",
        "Samr",
        "Syrc",
        "Syre",
        "Syrj",
        "Syrn",
        "Thaa",
        "Yezi",
    )
)

#: More texts than these in a label are left to the menu of the player.
MOST_TEXTS = 3

#: The label is for a page that is read in these languages, whose i has a dot as a capital too.
_DOTTED_I = ("az", "tr")

_MEMO = 8192


def direction(tag: str) -> str:
    """`rtl` or `ltr`, by the likely script of the language: `fa` and `pa-Arab` are rtl, `pa` is ltr."""
    return "rtl" if maximise(tag)[1] in RIGHT_TO_LEFT else "ltr"


@lru_cache(_MEMO)
def language_name(tag: str, in_language: str) -> str:
    """The name of a language in another: `zh-Hant` in `es` is `chino tradicional`. In lower case where that is its custom.

    As CLDR's display names: the most exact name that there is, the rest of the tag in brackets. The tag where there is none.
    """
    locale = _locale(in_language)
    if locale is None:
        return tag
    parts = _parts(tag)
    names = locale.languages
    for known in _most_exact_first(parts):
        name = names.get("_".join(known))
        if name is not None:
            rest = [_part_name(part, locale) for part in parts[1:] if part and part not in known]
            return f"{name} ({', '.join(rest)})" if rest else str(name)
    return tag


@lru_cache(_MEMO)
def territory_name(code: str, in_language: str) -> str:
    """The name of a territory or UN M49 region: `ES` in `de` is `Spanien`. The code where there is none."""
    locale = _locale(in_language)
    return code if locale is None else str(locale.territories.get(code, code))


def variant_label(
    audio: str | None,
    subtitles: Sequence[str],
    burned_in: Sequence[str],
    language: str | None,
    voiceover: bool,
    original_language: str,
    captions: Sequence[str],
    audio_description: Sequence[str],
    in_language: str,
) -> str:
    """What a menu calls a variant, in the given language: `Inglés con subtítulos en español`, `Español (doblaje)`, `Deutsch`.

    The arguments are the fields of a variant, `original_language` that of its item. A page is called by its language alone.
    """
    texts = tuple(dict.fromkeys((*burned_in, *subtitles)))
    heard = "" if audio is None else audio
    relation = _relation(heard, voiceover, original_language)
    return _label(heard or language or "zxx", relation, texts, bool(captions), bool(audio_description), in_language)


def _relation(audio: str, voiceover: bool, original_language: str) -> str:
    """Which phrase names the audio: `original`, `dub`, `voiceover`, or none for a page and for what has no words."""
    if audio in ("", "zxx"):
        return ""
    if spoken_form(audio) == spoken_form(original_language):
        return "original"
    return "voiceover" if voiceover else "dub"


@lru_cache(_MEMO)
def _label(
    tag: str, relation: str, texts: tuple[str, ...], captions: bool, audio_description: bool, in_language: str
) -> str:
    phrases = _phrases(in_language)
    asked = _as_heard(tag) if relation else tag
    label = name = language_name(asked, in_language)
    if relation and not (texts and relation == "original"):
        label = phrases[relation].format(name=name)
    if texts:
        label = phrases["sub"].format(audio=label, text=_text_names(texts, in_language))
    additions = (("captions", captions), ("audio_description", audio_description))
    label = " · ".join((label, *(phrases[addition] for addition, there in additions if there)))
    return label if name == asked else _capital(label, in_language)


def _as_heard(tag: str) -> str:
    """Writing is not heard: `sr-Latn` sounds as `sr`, and `zh-HK` is Cantonese."""
    language, _, region = _parts(tag)
    if language == "zh":
        return "yue" if spoken_form(tag) == "yue" else "zh"
    return f"{language}-{region}" if region else language


def _text_names(texts: tuple[str, ...], in_language: str) -> str:
    """Names of the texts, each bilingual one with a plus between its parts."""
    named = [" + ".join(language_name(part, in_language) for part in text.split("+")) for text in texts[:MOST_TEXTS]]
    return _phrases(in_language)["list"].join(named) + (" …" if len(texts) > MOST_TEXTS else "")


def _capital(label: str, in_language: str) -> str:
    """A label begins as a sentence does. Georgian does not use the capitals that Unicode has for it; nor does `title` here."""
    first = label[:1]
    if first == "i" and maximise(in_language)[0] in _DOTTED_I:
        return f"İ{label[1:]}"
    return first.title() + label[1:]


@lru_cache(_MEMO)
def _phrases(in_language: str) -> Mapping[str, str]:
    """The phrases of a language; what it lacks is taken from the neutral ones."""
    table = _labels()
    language, script, region = maximise(in_language)
    written = {"no": "nb", "nn": "nb"}.get(language, language)
    own = (written, f"{written}-{script}", f"{written}-{region}")
    found: dict[str, str] = dict(table["und"])
    for name in own:
        found.update(table.get(name, {}))
    return found


@cache
def _labels() -> dict[str, dict[str, str]]:
    with DATA.joinpath("labels.toml").open("rb") as file:
        return tomllib.load(file)


# Names.


def _parts(tag: str) -> tuple[str, str, str]:
    """Language, script and region that a canonical tag names, "" for what it does not; variants have no part in a name."""
    language, *rest = tag.split("-")
    script = next((part for part in rest if len(part) == 4 and part.istitle()), "")
    region = next((part for part in rest if part.isupper() or (len(part) == 3 and part.isdigit())), "")
    return language, script, region


def _most_exact_first(parts: tuple[str, str, str]) -> Iterator[tuple[str, ...]]:
    language, script, region = parts
    for known in ((language, script, region), (language, script), (language, region), (language,)):
        if all(known):
            yield known


def _part_name(part: str, locale: Locale) -> str:
    """The name of a script or a region, or its code."""
    return str((locale.scripts if part.istitle() else locale.territories).get(part, part))


@lru_cache(_MEMO)
def _locale(tag: str) -> Locale | None:
    """Babel's locale for a tag, or the nearest wider one that is written the same way; None where there is none."""
    from babel import Locale
    from babel.localedata import exists

    language, script, region = maximise(tag)
    for name in (f"{language}_{region}", f"{language}_{script}_{region}", f"{language}_{script}", language):
        if exists(name) and maximise(name.replace("_", "-"))[1] == script:
            return Locale.parse(name)
    return None
