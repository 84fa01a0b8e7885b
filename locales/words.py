"""The normal form of words, and the language that a few search terms are in.

The normal form makes `كتابٌ` equal `کتاب`, `שָׁלוֹם` equal `שלום` and `İstanbul` equal `istanbul`, and leaves apart what is apart.
Marks are taken away only from the four ranges that are named below: the marks of Indic and Thai script and the dots of kana
belong to the letter, and whoever removes every mark removes the vowels of Hindi.

The language of words is told by script first, then by letters and words that few languages have. It is a hint: one language
or none, and where in doubt none.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data")

# Unicode 15: the format characters (Cf), as first and last code points.
_FORMAT = (
    (0xAD, 0xAD), (0x600, 0x605), (0x61C, 0x61C), (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2),
    (0x180E, 0x180E), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x206F), (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB), (0x110BD, 0x110BD), (0x110CD, 0x110CD), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0001, 0xE0001), (0xE0020, 0xE007F),
)  # fmt: skip
_TATWEEL = 0x640
# Maqaf, paseq, sof pasuq and nun hafukha lie within the Hebrew range; they are punctuation, not marks, and part words.
_MARKS = (
    (0x300, 0x36F),
    (0x591, 0x5BD),
    (0x5BF, 0x5BF),
    (0x5C1, 0x5C2),
    (0x5C4, 0x5C5),
    (0x5C7, 0x5C7),
    (0x64B, 0x65F),
    (0x670, 0x670),
)
_ALIKE = {"ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا"}

_REMOVED = {code: None for first, last in (*_FORMAT, *_MARKS, (_TATWEEL, _TATWEEL)) for code in range(first, last + 1)}
_TABLE: dict[int, str | None] = {**_REMOVED, **{ord(one): other for one, other in _ALIKE.items()}}
_GAP = re.compile(r"\W")
_PLAIN_WORD = re.compile(r"\w+", re.ASCII)


def normal_form(text: str) -> str:
    """The text as it is compared: SEMANTICS §1, NFKC to NFC. Spaces and punctuation stay; see `words`."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", folded).translate(_TABLE))


def words(text: str) -> tuple[str, ...]:
    """The words of the normal form, in order. Letters, digits, `_` and marks make words; all else parts them."""
    if text.isascii():
        return tuple(_PLAIN_WORD.findall(text.lower()))
    return tuple(_GAP.sub(_gap, normal_form(text)).split())


def _gap(found: re.Match[str]) -> str:
    """A mark that Python does not count as part of a word (`ि`, `ั`) stays; anything else is a gap."""
    character = found[0]
    return character if unicodedata.category(character)[0] == "M" else " "


# First code point of a run of letters, and its script: ISO 15924, "" where a run tells nothing. In order.
_RUNS: tuple[tuple[int, str], ...] = (
    (0x0, ""), (0x370, "Grek"), (0x400, "Cyrl"), (0x530, "Armn"), (0x590, "Hebr"), (0x600, "Arab"), (0x700, "Syrc"),
    (0x750, "Arab"), (0x780, "Thaa"), (0x7C0, "Nkoo"), (0x800, ""), (0x860, "Arab"), (0x900, "Deva"), (0x980, "Beng"),
    (0xA00, "Guru"), (0xA80, "Gujr"), (0xB00, "Orya"), (0xB80, "Taml"), (0xC00, "Telu"), (0xC80, "Knda"), (0xD00, "Mlym"),
    (0xD80, "Sinh"), (0xE00, "Thai"), (0xE80, "Laoo"), (0xF00, "Tibt"), (0x1000, "Mymr"), (0x10A0, "Geor"), (0x1100, "Hang"),
    (0x1200, "Ethi"), (0x13A0, "Cher"), (0x1400, "Cans"), (0x1680, ""), (0x1780, "Khmr"), (0x1800, "Mong"), (0x18B0, ""),
    (0x1C50, "Olck"), (0x1C80, ""), (0x1F00, "Grek"), (0x2000, ""), (0x2D30, "Tfng"), (0x2D80, "Ethi"), (0x2DE0, ""),
    (0x3041, "Kana"), (0x3100, ""), (0x3131, "Hang"), (0x3190, ""), (0x31F0, "Kana"), (0x3200, ""), (0x3400, "Hani"),
    (0xA000, ""), (0xAC00, "Hang"), (0xD7B0, ""), (0xF900, "Hani"), (0xFB00, ""), (0x20000, "Hani"), (0x32000, ""),
)  # fmt: skip
_STARTS = [start for start, _ in _RUNS]

#: The language that a script alone tells. Where several share it, the one with by far the most readers, unless letters say
#: otherwise; Cyrillic and Latin tell none. Arabic script without letters of its own is Arabic, with them Persian.
_LANGUAGE: dict[str, tuple[str, ...]] = {
    "Arab": ("ar", "fa"), "Armn": ("hy",), "Beng": ("bn",), "Cans": ("iu",), "Cher": ("chr",), "Deva": ("hi",), "Ethi": ("am",),
    "Geor": ("ka",), "Grek": ("el",), "Gujr": ("gu",), "Guru": ("pa",), "Hang": ("ko",), "Hani": ("zh",), "Hebr": ("he",),
    "Kana": ("ja",), "Khmr": ("km",), "Knda": ("kn",), "Laoo": ("lo",), "Mlym": ("ml",), "Mong": ("mn",), "Mymr": ("my",),
    "Nkoo": ("nqo",), "Olck": ("sat",), "Orya": ("or",), "Sinh": ("si",), "Syrc": ("syr",), "Taml": ("ta",), "Telu": ("te",),
    "Tfng": ("zgh",), "Thaa": ("dv",), "Thai": ("th",), "Tibt": ("bo",),
}  # fmt: skip

# What letters tell, in the normal form: that has no ё, й, ї, ў, ќ or ѓ left. A Cyrillic text with a letter from beyond the
# Slavic alphabets is asked about those letters only ("Cyrl+").
_LETTERS: dict[str, dict[str, str]] = {
    "": {"ł": "pl", "ə": "az", "þð": "is", "ħ": "mt", "ı": "tr az", "œ": "fr", "æø": "da nb", "đ": "vi hr bs sr"},
    "Arab": {
        "پچژگ": "fa ur ps ckb ug sd", "ٹڈڑںےہھ": "ur", "ټډړږښځڅېګ": "ps", "ێڕڵ": "ckb", "ەۆ": "ckb ug", "ۈۇ": "ug",
        "ٻڀٿڄڃڏڊ": "sd",
    },
    "Beng": {"ৰৱ": "as"},
    "Cyrl": {
        "єґ": "uk", "і": "uk be", "ыэ": "ru be", "щ": "ru uk bg", "ъ": "ru bg", "яюь": "ru uk bg be", "љњјџ": "sr mk",
        "ђћ": "sr", "ѕ": "mk",
    },
    "Cyrl+": {
        "ұ": "kk", "әһ": "kk tt ba", "ғқ": "kk tg uz ba", "ң": "kk ky tt ba", "өү": "kk ky mn tt ba", "і": "kk", "ҷ": "tg",
        "ҳ": "tg uz", "ҙҡҫ": "ba", "җ": "tt",
    },
    "Deva": {"ळ": "mr"},
    "Ethi": {"ቐቑቒቓቔቕቖ": "ti"},
    "Hani": {"込畑峠働駅検発沢円図辻栃": "ja"},
    "Hebr": {"װױײ": "yi"},
}  # fmt: skip
_TOLD = {
    script: {letter: frozenset(languages.split()) for letters, languages in rows.items() for letter in letters}
    for script, rows in _LETTERS.items()
}
_BEYOND_SLAVIC = frozenset(_TOLD["Cyrl+"]) - {"і"}
# Belarusian has no и, and й stands behind vowels only; Russian writes ъ before е, ю and я only.
_NOT_BELARUSIAN = re.compile("[бвгджзклмнпрстфхцчш]и"), frozenset(("ru", "uk", "bg", "sr", "mk"))
_BULGARIAN = re.compile("ъ(?![еюя])"), frozenset(("bg",))
_RUSSIAN = frozenset(("ru",))


def language_of_words(words: tuple[str, ...]) -> str | None:
    """The one language that words in normal form hint at, as a bare BCP 47 tag, or None.

    Any script but Latin speaks alone: names and brands stand in Latin letters inside every text. Two such scripts in one
    query tell nothing, but for Japanese and Korean, that are written with Han beside their own.
    """
    text = " ".join(words)
    letters = frozenset() if text.isascii() else frozenset(text)
    script = _script(letters)
    if script is None:
        return None
    told = _told_by_letters(letters, script) + _told_by_words(words, script)
    if script == "Cyrl" and not letters & _BEYOND_SLAVIC:
        told += [languages for pattern, languages in (_NOT_BELARUSIAN, _BULGARIAN) if pattern.search(text)]
    return _agreed(told, _LANGUAGE.get(script, ()))


def _script(letters: frozenset[str]) -> str | None:
    """The script other than Latin that the letters are of, "" where there is none, None where there are several."""
    found = {_RUNS[bisect_right(_STARTS, ord(letter)) - 1][1] for letter in letters} - {""}
    if len(found) == 2 and "Hani" in found:
        found &= {"Kana", "Hang"}
    elif not found:
        return ""
    return found.pop() if len(found) == 1 else None


def _told_by_letters(letters: frozenset[str], script: str) -> list[frozenset[str]]:
    """The languages that each telling letter admits. Where ы or э stands without any і the text is no Belarusian."""
    if script != "Cyrl":
        table = _TOLD.get(script, {})
    elif letters & _BEYOND_SLAVIC:
        table = _TOLD["Cyrl+"]
    else:
        table = _TOLD["Cyrl"]
        if "і" not in letters and letters & {"ы", "э"}:
            return [_RUSSIAN]
    return [table[letter] for letter in letters if letter in table]


def _told_by_words(words: tuple[str, ...], script: str) -> list[frozenset[str]]:
    known = _hints()
    return [known[word] for word in words if word in known and not (script and word.isascii())]


def _agreed(told: list[frozenset[str]], usual: tuple[str, ...]) -> str | None:
    """The only language that every hint admits; without any hint, or with several left, the script's usual one."""
    if not told:
        return usual[0] if usual else None
    left = frozenset.intersection(*told)
    if len(left) == 1:
        return next(iter(left))
    return next((language for language in usual if language in left), None)


@cache
def _hints() -> dict[str, frozenset[str]]:
    """Words of `data/word_hints.csv` in normal form and the languages that they are common in."""
    with DATA.joinpath("word_hints.csv").open(encoding="utf-8", newline="") as file:
        return {row["word"]: frozenset(row["languages"].split()) for row in csv.DictReader(file)}
