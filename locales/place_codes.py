"""The code of a place as somebody writes it: `ES`, `es-ct`, `ESP`, `UK`; and what was meant where it is none."""

from __future__ import annotations

import difflib
from functools import cache

from msgspec import Struct

from locales import cldr
from locales.findings import did_you_mean
from locales.names import territory_name
from locales.territories import (
    TERRITORIES,
    is_macro_region,
    is_region,
    is_territory,
    subdivisions_of,
    territory_of,
)

#: What is longer is no code and no name of a place, and is looked at no further.
LONGEST = 64


class PlaceCode(Struct, frozen=True):
    """`country` is ISO 3166-1, `region` ISO 3166-2 or None. `written` is the code that stood for it, "" if it was this one."""

    country: str
    region: str | None = None
    written: str = ""

    @property
    def code(self) -> str:
        """The narrowest code: `ES-CT`, else `ES`."""
        return self.region or self.country


def parse_place(text: str) -> PlaceCode | None:
    """A territory or a subdivision, in capitals or not. None for anything else.

    What CLDR replaces by one place stands for it: `UK` and `GBR` are GB, `fr-gp` is GP. So does a subdivision that is a
    territory of its own: `CN-HK` is HK, whose money and norms are not those of China.
    """
    if len(text) > LONGEST or not text.isascii():
        return None
    code = text.strip().upper().replace("_", "-")
    if is_territory(code):
        return PlaceCode(code)
    own = territory_of(code[:2], code)
    if own != code[:2]:
        return PlaceCode(own, None, code)
    if code in subdivisions_of(code):
        return PlaceCode(code[:2], code)
    replaced = _replacements(code)
    if len(replaced) == 1:
        found = replaced[0]
        return PlaceCode(found[:2], found if "-" in found else None, code)
    return PlaceCode(code[:2], code) if is_region(code) and not replaced else None


def _replacements(code: str) -> tuple[str, ...]:
    """The places of today that CLDR gives for a code: one, several for a land that came apart, or none."""
    aliases = cldr.table("aliases")
    if "-" in code:
        found = aliases["subdivision"].get(code.replace("-", "", 1).lower(), "").upper().split()
        return tuple(one if len(one) == 2 else f"{one[:2]}-{one[2:]}" for one in found)
    return tuple(one for one in aliases["territory"].get(code, "").split() if is_territory(one))


def place_hint(text: str) -> str:
    """What to write instead of a text that is no place: a sentence, or an empty text where nothing is near."""
    if len(text) > LONGEST:
        return ""
    code = text.strip().upper().replace("_", "-")
    if is_macro_region(code):
        return "That is a group of territories; ask for one of them."
    replaced = _replacements(code)
    if replaced:
        return f"Today's codes are: {', '.join(replaced)}."
    if "-" in code and is_territory(code.partition("-")[0]):
        return did_you_mean(code, subdivisions_of(code))
    return _by_name(text.strip()) or did_you_mean(code, TERRITORIES)


def _by_name(name: str) -> str:
    """`Spain` and `Spian` are ES: by the names in English."""
    if len(name) <= 3:
        return ""
    close = difflib.get_close_matches(name.casefold(), _english_names(), n=1, cutoff=0.75)
    return f'Did you mean "{_english_names()[close[0]]}"?' if close else ""


@cache
def _english_names() -> dict[str, str]:
    return {territory_name(code, "en").casefold(): code for code in sorted(TERRITORIES)}
