"""The normal form of words, and the language that a few search terms are in.

The normal form makes `كتابٌ` equal `کتاب`, `שָׁלוֹם` equal `שלום` and `İstanbul` equal `istanbul`, and leaves apart what is apart.
Marks are taken away only from the four ranges that are named below: the marks of Indic and Thai script and the dots of kana
belong to the letter, and whoever removes every mark removes the vowels of Hindi.

The language of words is told by script first, then by letters and words that few languages have. It is a hint: one language
or none, and where in doubt none, for a wrong language does more harm than an unknown one. So a word counts as much as it can
bear (`data/word_hints.csv`): `vuelos` tells Spanish by itself, `para` only beside another Spanish word.
"""

from __future__ import annotations

import csv
import operator
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache, lru_cache, reduce
from pathlib import Path

from msgspec import Struct

DATA = Path(__file__).with_name("data")

#: Patterns, each with the languages that a text admits in which it is found.
Patterns = tuple[tuple[re.Pattern[str], int], ...]

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

#: The language that a script alone tells; where several share it, the one with by far the most readers, unless something says
#: otherwise. Arabic script, Han, Cyrillic and Latin tell none: تهران is Persian to one and Arabic to another, 東京 is written
#: so in Japanese and in Chinese.
_USUAL: dict[str, str] = {
    "Armn": "hy", "Beng": "bn", "Cans": "iu", "Cher": "chr", "Deva": "hi", "Ethi": "am", "Geor": "ka", "Grek": "el", "Gujr": "gu",
    "Guru": "pa", "Hang": "ko", "Hebr": "he", "Kana": "ja", "Khmr": "km", "Knda": "kn", "Laoo": "lo", "Mlym": "ml", "Mong": "mn",
    "Mymr": "my", "Nkoo": "nqo", "Olck": "sat", "Orya": "or", "Sinh": "si", "Syrc": "syr", "Taml": "ta", "Telu": "te",
    "Tfng": "zgh", "Thaa": "dv", "Thai": "th", "Tibt": "bo",
}  # fmt: skip
#: The language with by far the most readers among those that a letter of the script admits: پ is Persian, unless more is said.
_FIRST: dict[str, str] = {"Arab": "fa"}

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
    "Hani": {
        # Of Japan's own simplification, and not of China's.
        "込畑峠働駅検発沢円図辻栃気対変戦楽様売続応単伝広帰価覚顔権観歳営毎団歩効黒満総抜専両薬壊戻歴弾圏労挙焼険払圧児鉄従継択脳髪銭駆剤"
        "譲舗験桜塩緑縄蔵姫霊栄隠恵黙辺竜滝渋経軽仮仏実関県稲荘転渓": "ja",
        # Of China's simplification, of pronouns and particles, and traditional letters that Japan has simplified.
        "这为个们时对么你说于过现开经还动吗业进关长样什很间电从问种员产无场应题资计给让两该她认怎结总话设别见变报论选它运车记决视处门术强规"
        "划单头达历书广几带游办级师团请乐许气难吧语线则济听价举观华质钱费转较众风啊创亲识欢哪护连节获边击响职找试罗须态纪复戏显值买环极远够"
        "习评预呢兰热艺仅录满优谢简帮虽频飞晚刚讲剧编围愿轻压层财园奖阳铁换银岛择紧韩汉亿检馆购坚镇药乡卖载钟临货龙减输访训胜楼夺粤"
        "們這沒還嗎麼國學會對來說發實濟廣觀圖單點萬與號總樂戲聲處變轉傳團歡檢驗險關雙鐵灣臺兒讓賣裡幾醫區辦氣邊體圍當數條擇據"
        "歸擔屬您咱哦啦": "zh",
    },
    "Hebr": {"װױײ": "yi"},
}  # fmt: skip


class _Languages:
    """Sets of languages as the bits of a number, so that what all hints admit is one `&` each."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.sets: dict[str, int] = {}

    def set_of(self, text: str) -> int:
        """The languages of a text with gaps: `da nb`."""
        found = self.sets.get(text)
        if found is None:
            found = self.sets[text] = sum(1 << self._place(name) for name in text.split())
        return found

    def _place(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def only(self, languages: int) -> str | None:
        """The language of a set of one."""
        return self.names[languages.bit_length() - 1] if languages and not languages & (languages - 1) else None


_LANGUAGES = _Languages()
_set_of = _LANGUAGES.set_of

_BEYOND_SLAVIC = frozenset("".join(_LETTERS["Cyrl+"])) - {"і"}
_RUSSIAN, _ARABIC = _set_of("ru"), _set_of("ar")
#: The article: 19 of 100 words of Arabic begin with it, and 3 of 1,000 of Persian and Urdu (wordfreq 3.1.1).
_ARTICLE = r"\bال\w{3}"


# Few searches need these, and no start does: they are made when the first one asks.


@cache
def _telling(script: str) -> Mapping[str, int]:
    """The letters of a script that tell, each with the languages that it admits."""
    rows = _LETTERS.get(script, {})
    return {letter: _set_of(languages) for letters, languages in rows.items() for letter in letters}


@cache
def _shapes() -> Patterns:
    """Belarusian has no и, and й stands behind vowels only; Russian writes ъ before е, ю and я only."""
    slavic = re.compile("[бвгджзклмнпрстфхцчш]и"), _set_of("ru uk bg sr mk")
    bulgarian = re.compile("ъ(?![еюя])"), _set_of("bg")
    return slavic, bulgarian


@cache
def _compounds() -> Patterns:
    """Han is written without gaps, so that words are looked for within."""
    japanese = re.compile("予約|格安|航空券|映画|吹替|無料|料金|新幹線|動画"), _set_of("ja")
    chinese = re.compile("酒店|便宜|[机機]票|[电電][影视視]"), _set_of("zh")
    return japanese, chinese


#: What a letter bears, or a word that is sixty times rarer in any other language. Of other words it takes two.
SURE = 2


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
    sure = _told_by_letters(text, letters, script)
    told = bool(sure)
    weak = _told_by_words(words, script, sure)
    if script == "Arab":
        weak += [_ARABIC] * len(re.findall(_ARTICLE, text))
    if not sure and not weak:
        return _USUAL.get(script)
    return _agreed(sure, weak, _FIRST.get(script) if told else None)


@lru_cache(maxsize=4096)
def _script_of(letter: str) -> str:
    return _RUNS[bisect_right(_STARTS, ord(letter)) - 1][1]


def _script(letters: frozenset[str]) -> str | None:
    """The script other than Latin that the letters are of, "" where there is none, None where there are several."""
    found = {_script_of(letter) for letter in letters} - {""}
    if len(found) == 2 and "Hani" in found:
        found &= {"Kana", "Hang"}
    elif not found:
        return ""
    return found.pop() if len(found) == 1 else None


def _told_by_letters(text: str, letters: frozenset[str], script: str) -> list[int]:
    """The languages that each telling letter, or run of letters, admits. With ы or э but without any і it is Russian."""
    if script == "Cyrl" and letters & _BEYOND_SLAVIC:
        script = "Cyrl+"
    table = _telling(script)
    told = [table[letter] for letter in letters if letter in table] if table else []
    if script == "Cyrl":
        if "і" not in letters and ("ы" in letters or "э" in letters):
            told = [_RUSSIAN]
        told += [languages for pattern, languages in _shapes() if pattern.search(text)]
    elif script == "Hani":
        told += [languages for pattern, languages in _compounds() if pattern.search(text)]
    return told


def _told_by_words(words: tuple[str, ...], script: str, sure: list[int]) -> list[int]:
    """The languages of words that need company; those of words that do not join the sure ones."""
    known = _hints()
    weak: list[int] = []
    for word in dict.fromkeys(words):
        hint = known.get(word)
        if hint is not None and not (script and word.isascii()):
            (sure if hint.weight >= SURE else weak).append(hint.languages)
    return weak


def _agreed(sure: list[int], weak: list[int], first: str | None) -> str | None:
    """The only language that the hints admit, if they bear enough; with several left the first one, if it is among them.

    All must admit it, but that one weak hint against a sure one is passed over: `meer` is Dutch, and the sea of a German.
    """
    left = reduce(operator.and_, sure or weak)
    against = 0
    for languages in weak:
        if left & languages:
            left &= languages
        else:
            against += 1
    found = _LANGUAGES.only(left)
    if against > 1 or found is None:
        return first if first is not None and not against and left & _set_of(first) else None
    return found if sure or len(weak) >= SURE else None


class _Hint(Struct, frozen=True):
    """The languages that a word is common in, and what it bears."""

    languages: int
    weight: int


@cache
def _hints() -> dict[str, _Hint]:
    """Words of `data/word_hints.csv` in normal form."""
    with DATA.joinpath("word_hints.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return {word: _Hint(_set_of(languages), int(weight)) for word, languages, weight, _ in rows}
