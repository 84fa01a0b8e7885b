"""Structured field values (RFC 9651): text in, value out, text back.

Parsing is strict, as §4.2 demands, and bounded; what does not parse is None and nothing is ever raised. Values are

    Integer int · Decimal float · String str · Token Token · Boolean bool · Byte Sequence bytes · Date Date
    Display String Display

A member of a dictionary or list is an `Item` (value, parameters) or an `InnerList` (items, parameters).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn, TypeVar
from urllib.parse import unquote_to_bytes

from msgspec import Struct, field

LIMIT = 4096
MEMBERS = 64


class Token(str):
    """A token (§3.3.4): written bare, where a plain `str` is written in quotes."""

    __slots__ = ()


class Display(str):
    """A display string (§3.3.8): any Unicode text."""

    __slots__ = ()


class Date(int):
    """A date (§3.3.7): seconds since 1970-01-01T00:00Z."""

    __slots__ = ()


Value = bool | int | float | str | bytes
Parameters = Mapping[str, Value]


class Item(Struct, frozen=True):
    """A bare value with its parameters."""

    value: Value
    parameters: Parameters = field(default_factory=dict)


class InnerList(Struct, frozen=True):
    """`(a b c)` with its parameters."""

    items: tuple[Item, ...]
    parameters: Parameters = field(default_factory=dict)

    @property
    def values(self) -> tuple[Value, ...]:
        """The bare values, in order."""
        return tuple(item.value for item in self.items)


Member = Item | InnerList
T = TypeVar("T")

_SPACES = re.compile(r" *")
_BLANKS = re.compile(r"[ \t]*")
_KEY = re.compile(r"[a-z*][a-z0-9_\-.*]*")
_TOKEN = re.compile(r"[A-Za-z*][A-Za-z0-9!#$%&'*+\-.^_`|~:/]*")
_NUMBER = re.compile(r"-?(\d{1,15})(\.\d{1,3})?(?![\d.])")
_STRING = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
_BINARY = re.compile(r":([A-Za-z0-9+/=]*):")
_DISPLAY = re.compile(r'%"((?:[ !#$&-~]|%[0-9a-f]{2})*)"')
_ESCAPE = re.compile(r'\\(["\\])')
#: A list of nothing but strings without escapes, as client hints have it.
_STRINGS = re.compile(r'"[ !#-\[\]-~]*+"(?:[ \t]*+,[ \t]*+"[ !#-\[\]-~]*+")*')
_WHOLE_KEY = re.compile(_KEY.pattern + r"\Z")
_WHOLE_TOKEN = re.compile(_TOKEN.pattern + r"\Z")
_INTEGER_DIGITS_OF_A_DECIMAL = 12


class _BrokenError(ValueError):
    """The text is not a structured field. Never leaves this module."""


def parse_dictionary(raw: bytes | str | None, limit: int = LIMIT) -> dict[str, Member] | None:
    """A dictionary (§4.2.2), `{}` for an empty text; of a repeated key the last counts. None: absent or broken."""
    return _parse(raw, limit, _Reader.dictionary)


def parse_list(raw: bytes | str | None, limit: int = LIMIT) -> tuple[Member, ...] | None:
    """A list (§4.2.1). None: absent or broken."""
    return _parse(raw, limit, _list)


def parse_item(raw: bytes | str | None, limit: int = LIMIT) -> Item | None:
    """A single item (§4.2.3). None: absent or broken."""
    return _parse(raw, limit, _Reader.item)


def _parse(raw: bytes | str | None, limit: int, read: Callable[[_Reader], T]) -> T | None:
    if raw is None or len(raw) > limit or not raw.isascii():
        return None
    reader = _Reader((raw.decode("ascii") if isinstance(raw, bytes) else raw).strip(" "))
    if reader.text.endswith(","):  # nothing that these fields can be ends so; found here, it costs nothing
        return None
    try:
        value = read(reader)
    except ValueError:  # _BrokenError, or bytes that are not UTF-8 or base64
        return None
    return value if reader.at_end() else None


def _list(reader: _Reader) -> tuple[Member, ...]:
    """A list; the commonest form by one pattern."""
    if _STRINGS.fullmatch(reader.text) is None:
        return reader.list()
    strings = reader.text.split('"')[1::2]
    if len(strings) > MEMBERS:
        _fail()
    reader.position = len(reader.text)
    return tuple([Item(string) for string in strings])


class _Reader:
    """A position in a text. Each method consumes what it names, or raises `_BrokenError`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self.position == len(self.text)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self.text, self.position)
        if match is None:
            _fail()
        self.position = match.end()
        return match

    def next_is(self, character: str) -> bool:
        """Consumes the character if it stands here."""
        if not self.text.startswith(character, self.position):
            return False
        self.position += 1
        return True

    def dictionary(self) -> dict[str, Member]:
        members: dict[str, Member] = {}
        for _ in self.members():
            key = self.take(_KEY).group()
            member = self.member() if self.next_is("=") else Item(True, self.parameters())
            members.pop(key, None)
            members[key] = member
        return members

    def list(self) -> tuple[Member, ...]:
        return tuple([self.member() for _ in self.members()])

    def members(self) -> _Commas:
        return _Commas(self)

    def member(self) -> Member:
        return self.inner_list() if self.next_is("(") else self.item()

    def inner_list(self) -> InnerList:
        items: list[Item] = []
        while True:
            self.take(_SPACES)
            if self.next_is(")"):
                return InnerList(tuple(items), self.parameters())
            items.append(self.item())
            if len(items) > MEMBERS or self.text[self.position : self.position + 1] not in (" ", ")"):
                _fail()

    def item(self) -> Item:
        return Item(self.bare(), self.parameters())

    def parameters(self) -> dict[str, Value]:
        parameters: dict[str, Value] = {}
        while self.next_is(";"):
            self.take(_SPACES)
            key = self.take(_KEY).group()
            parameters.pop(key, None)
            parameters[key] = self.bare() if self.next_is("=") else True
            if len(parameters) > MEMBERS:
                _fail()
        return parameters

    def bare(self) -> Value:
        first = self.text[self.position : self.position + 1]
        read = _BY_FIRST.get(first)
        if read is not None:
            return read(self)
        return self.number() if first.isdigit() or first == "-" else Token(self.take(_TOKEN).group())

    def number(self) -> int | float:
        match = self.take(_NUMBER)
        if match[2] is None:
            return int(match.group())
        if len(match[1]) > _INTEGER_DIGITS_OF_A_DECIMAL:
            _fail()
        return float(match.group())

    def string(self) -> str:
        return _ESCAPE.sub(r"\1", self.take(_STRING)[1])

    def binary(self) -> bytes:
        content = self.take(_BINARY)[1].rstrip("=")
        try:
            return base64.b64decode(content + "=" * (-len(content) % 4), validate=True)
        except binascii.Error:
            _fail()

    def boolean(self) -> bool:
        self.position += 1
        if self.next_is("1"):
            return True
        if self.next_is("0"):
            return False
        _fail()

    def date(self) -> Date:
        self.position += 1
        number = self.number()
        if isinstance(number, float):
            _fail()
        return Date(number)

    def display(self) -> Display:
        return Display(unquote_to_bytes(self.take(_DISPLAY)[1]).decode("utf-8"))


_BY_FIRST: Mapping[str, Callable[[_Reader], Value]] = {
    '"': _Reader.string,
    ":": _Reader.binary,
    "?": _Reader.boolean,
    "@": _Reader.date,
    "%": _Reader.display,
}


class _Commas:
    """Iterates while there are members: a comma stands between two, none at the end, at most `MEMBERS`."""

    def __init__(self, reader: _Reader) -> None:
        self.reader = reader
        self.count = 0

    def __iter__(self) -> _Commas:
        return self

    def __next__(self) -> int:
        reader = self.reader
        if self.count:
            reader.take(_BLANKS)
        if reader.at_end():
            raise StopIteration
        if self.count:
            if not reader.next_is(","):
                _fail()
            reader.take(_BLANKS)
        self.count += 1
        if reader.at_end() or self.count > MEMBERS:
            _fail()
        return self.count


def _fail() -> NoReturn:
    raise _BrokenError


def to_item(value: Value, parameters: Parameters | None = None) -> str:
    """A value with parameters as text (§4.1.3). Raises ValueError for what the grammar cannot say: our fault, not a visitor's."""
    return to_bare(value) + to_parameters(parameters or {})


def to_parameters(parameters: Parameters) -> str:
    """`;a=1;b`: a parameter that is True is written by its name alone (§4.1.1.2)."""
    return "".join(
        f";{_key(key)}" + ("" if value is True else f"={to_bare(value)}") for key, value in parameters.items()
    )


def to_dictionary(members: Mapping[str, Value | Member]) -> str:
    """A dictionary as text (§4.1.2)."""
    return ", ".join(_key(key) + _dictionary_value(member) for key, member in members.items())


def to_list(members: Sequence[Value | Member]) -> str:
    """A list as text (§4.1.1)."""
    return ", ".join(map(_member, members))


def _dictionary_value(member: Value | Member) -> str:
    if member is True:
        return ""
    if isinstance(member, Item) and member.value is True:
        return to_parameters(member.parameters)
    return f"={_member(member)}"


def _member(member: Value | Member) -> str:
    if isinstance(member, InnerList):
        inside = " ".join(to_item(item.value, item.parameters) for item in member.items)
        return f"({inside})" + to_parameters(member.parameters)
    return to_item(member.value, member.parameters) if isinstance(member, Item) else to_bare(member)


def _key(key: str) -> str:
    if not _WHOLE_KEY.match(key):
        raise ValueError(f"not a key of a structured field: {key!r}")
    return key


def to_bare(value: Value) -> str:
    """A bare value as text (§4.1.3.1). A plain `str` beyond printable ASCII becomes a display string."""
    if isinstance(value, bool):
        return "?1" if value else "?0"
    if isinstance(value, int):
        return ("@" if isinstance(value, Date) else "") + _integer(value)
    if isinstance(value, float):
        return _decimal(value)
    if isinstance(value, bytes):
        return f":{base64.b64encode(value).decode('ascii')}:"
    return _text(value)


def _integer(value: int) -> str:
    if abs(value) > 999_999_999_999_999:
        raise ValueError(f"integer out of range: {value}")
    return str(int(value))


def _decimal(value: float) -> str:
    text = f"{value:.3f}".rstrip("0")
    text += "0" if text.endswith(".") else ""
    if len(text.partition(".")[0].lstrip("-")) > _INTEGER_DIGITS_OF_A_DECIMAL:
        raise ValueError(f"decimal out of range: {value}")
    return text


def _text(value: str) -> str:
    if isinstance(value, Token):
        if not _WHOLE_TOKEN.match(value):
            raise ValueError(f"not a token: {str(value)!r}")
        return str(value)
    if isinstance(value, Display) or not (value.isascii() and value.isprintable()):
        return '%"' + "".join(map(_display_byte, value.encode("utf-8"))) + '"'
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _display_byte(byte: int) -> str:
    # §4.1.11: percent sign, quotation mark and all beyond printable ASCII are written as two lower-case hex digits.
    return f"%{byte:02x}" if byte in b'%"' or not 0x20 <= byte < 0x7F else chr(byte)
