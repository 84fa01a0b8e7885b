"""HTML as a text of its own type: what is not `Html` is escaped wherever it is put, so nothing a visitor sends becomes markup.

Names and numbers from elsewhere are isolated (`bdi`): a Hebrew word in an English sentence leaves the sentence in order. Control
characters, those that turn the direction of text among them (UAX #9 §2), are shown as a replacement character.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape as _escape

#: C0 and C1 controls but for tab and line feed; marks, embeddings, overrides and isolates of direction; line separators, BOM.
_CONTROLS = (*range(0x00, 0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0))
_DIRECTIONS = (0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
_SURROGATES = range(0xD800, 0xE000)
_REPLACED = dict.fromkeys((*_CONTROLS, *_DIRECTIONS, *_SURROGATES), "\N{REPLACEMENT CHARACTER}")

#: Elements without content (HTML standard §13.1.2).
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})

Attribute = str | int | bool | None


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


NOTHING = Html("")


def escaped(text: str) -> Html:
    """A text as markup that shows it, safe in an attribute too."""
    return text if isinstance(text, Html) else Html(_escape(text.translate(_REPLACED)))


def joined(*parts: str | None) -> Html:
    """Parts behind each other, None left out."""
    return Html("".join(escaped(part) for part in parts if part is not None))


def tag(name: str, attributes: Mapping[str, Attribute] | None = None, /, *content: str | None) -> Html:
    """An element. Attributes that are None or False are left out, those that are True stand by their name."""
    opening = f"<{name}{''.join(_attribute(key, value) for key, value in (attributes or {}).items())}>"
    return Html(opening) if name in _VOID else Html(f"{opening}{joined(*content)}</{name}>")


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escaped(str(value))}"'


def isolated(text: str) -> Html:
    """A text whose direction is its own."""
    return tag("bdi", None, text)


def foreign(text: str, language: str, direction: str) -> Html:
    """A text in a language of its own."""
    return tag("bdi", {"lang": language, "dir": direction}, text)


def code(text: str) -> Html:
    """An id, a field or an address: always from left to right."""
    return tag("code", {"dir": "ltr"}, text)
