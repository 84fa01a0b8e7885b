"""What the pages say, in the languages of the interface: every sentence stands in `data/texts.toml`.

A placeholder `{name}` takes a value that is escaped and isolated, unless it is markup already.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from edge.pages.markup import Html, escaped, isolated, tag
from locales.matching import OWN_WRITTEN, written_distance
from locales.names import direction, language_name, territory_name
from locales.ranges import LanguageRanges

DATA = Path(__file__).with_name("data")

#: Languages of the interface; the first is for everybody who reads none of them.
LANGUAGES = ("en", "de", "es", "he", "fa")


@dataclass(frozen=True, slots=True)
class Texts:
    """The interface in one language."""

    language: str
    said: Mapping[str, str]

    def __call__(self, key: str, /, **values: str) -> Html:
        """The text of that key with its values. Raises KeyError where the interface has none: a test asks for each."""
        shown = {name: value if isinstance(value, Html) else isolated(value) for name, value in values.items()}
        return Html(escaped(self.said[key]).format_map(shown))

    def plain(self, key: str, /, **values: str) -> str:
        """The same for an attribute: text, not markup."""
        return self.said[key].format_map(values)

    def has(self, key: str) -> bool:
        """Whether there is a text of that key."""
        return key in self.said

    def word(self, group: str, word: str) -> Html:
        """A word of ours in this language, such as `device.tv`; a word that has no text as it is."""
        key = f"{group}.{word}"
        return self(key) if key in self.said else isolated(word)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return direction(self.language)

    def language_name(self, language: str) -> Html:
        """The name of a language, of both where a text is bilingual."""
        return isolated(" + ".join(language_name(part, self.language) for part in language.split("+")))

    def territory(self, code: str) -> Html:
        """The name of a territory."""
        return isolated(self.plain_territory(code))

    def plain_territory(self, code: str) -> str:
        """The same for an attribute."""
        return territory_name(code, self.language)

    def digits(self, text: str | int) -> str:
        """A number or a time in the digits of this language: ۱۲ in Persian. What is copied, such as a code, keeps its own."""
        return str(text).translate(_digits(self.said["digits"]))

    def plural(self, key: str, number: int) -> str:
        """A text that counts, in the form that this number takes (CLDR plural rules), for an attribute."""
        form = f"{key}.{_plural(self.language, number)}"
        return self.plain(form if form in self.said else f"{key}.other", count=self.digits(number))

    def listed(self, parts: list[Html], key: str = "list") -> Html:
        """Parts as a list in a sentence."""
        return Html(escaped(self.said[key]).join(parts))

    def of_editor(self, texts: Mapping[str, str]) -> Html | None:
        """What an editor wrote, in this language or else in English or in any, as a paragraph of its own in that language."""
        if not texts:
            return None
        language = next((one for one in (self.language, "en") if one in texts), next(iter(texts)))
        return tag("p", {"lang": language, "dir": direction(language)}, tag("q", None, texts[language]))


@cache
def _digits(ten: str) -> Mapping[int, str]:
    return {ord("0") + value: digit for value, digit in enumerate(ten)}


@lru_cache(maxsize=2048)
def _plural(language: str, number: int) -> str:
    from babel import Locale

    return Locale.parse(language).plural_form(number)


@cache
def texts_of(language: str) -> Texts:
    """The interface in one of `LANGUAGES`."""
    return Texts(language, _tables()[language])


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    with DATA.joinpath("texts.toml").open("rb") as file:
        return {language: dict(_flat(table)) for language, table in tomllib.load(file).items()}


def _flat(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    """`[en.device] tv = "…"` as `device.tv`."""
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        found += _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else [(f"{prefix}{name}", str(value))]
    return found


def interface_language(asked: str | None, ranges: LanguageRanges) -> str:
    """The language of the interface: the one asked for, else the first of the reader's that there is."""
    if asked in LANGUAGES:
        return asked
    readable = (own for tag in ranges.wanted for own in LANGUAGES if written_distance(tag, own) <= OWN_WRITTEN)
    return next(readable, LANGUAGES[0])


@cache
def greeting(language: str) -> str | None:
    """The line that is spoken or read on the screen of the page, in a language; None where there is none of it."""
    with DATA.joinpath("greetings.toml").open("rb") as file:
        lines: Mapping[str, str] = tomllib.load(file)["lines"]
    near = min(lines, key=lambda have: written_distance(language, have))
    return lines[near] if written_distance(language, near) <= OWN_WRITTEN else None
