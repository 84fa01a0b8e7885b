"""Plain sections of a TOML text, read all at once.

Long tables are written by programs, or laid out by `isogloss fmt`, and one section is as the next:

    [[rules]]
    id = "a"
    when = { country = ["DE", "AT"], hour = [7] }

Such a section is nearly JSON, and a few replacements make it so: `{"id":"a","when":{"country":["DE", "AT"],"hour":[7]}}`. The
parser reads the text in which each has left its header alone; then they are put back. That takes a third of the parser's time.

A section is plain if it has no more than `PLAIN` allows. All else is for the parser, and so is the whole text where anything is
odd: no plain section hides a fault, or says another thing than the parser would.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import tomli

_KEY = "[A-Za-z0-9_-]++"

#: Texts without escapes, and without what marks keys and tables; whole numbers that any reader of JSON keeps.
_SCALAR = r'(?:"[^"\\\n\t={]*+"|true|false|0|[1-9][0-9]{0,14}+)'
_LIST = rf"\[(?:{_SCALAR}(?:(?=\])|,(?! *+\]) *+))*+\]"


def _with_tables(value: str) -> str:
    """A value, or an inline table of such values."""
    return rf"(?:{value}|\{{ *+(?:{_KEY} = {value}(?:(?= *+\}})|,(?! *+\}}) *+))++ *+\}})"


#: One list of tables, `[[name]]`, whose keys stand below it a line each, up to a header that does not go on with it.
PLAIN = (
    rf"^\[\[(?P<name>{_KEY})\]\]\n(?P<lines>(?:{_KEY} = {_with_tables(_with_tables(f'(?:{_SCALAR}|{_LIST})'))}\n)++)"
    rf"(?:(?:#[^\n]*+)?\n)*+(?=\[\[?{_KEY}\]|\Z)"
)

# What stands before a key in an inline table. `re` keeps the patterns once they are used: few starts need them.
_COMMA = rf", *+(?={_KEY} =)"
_BRACE = r"\{ *+"

#: Sections that are read in one go: a few milliseconds, for in a running service nobody is answered meanwhile.
AT_ONCE = 500

#: Stands between sections: no text has it.
_BETWEEN = "\x01"


class Plain(msgspec.Struct, frozen=True, gc=False):
    """A plain section: the name in its header, its lines, its position among all headers, and from where to where it stands."""

    name: str
    lines: str
    header: int
    begin: int
    end: int


class Parsed(msgspec.Struct, frozen=True):
    """The values of a text, without those of its plain sections as long as they are not `put_back`.

    `rest` is the text that has been parsed. A gap is a list, a position in it, and the section that belongs there.
    """

    rest: str
    data: dict[str, Any]
    gaps: Sequence[tuple[list[Any], int, dict[str, Any]]] = ()

    def put_back(self) -> None:
        """Fills the gaps."""
        for among, position, section in self.gaps:
            among[position] = section


def parse_apart(source: str, sections: Sequence[Plain], element: Callable[[int], int]) -> Parsed | None:
    """The values of a text. None where it has no plain sections, or the parser must see it whole.

    `element` tells of the header at a position which element of its list it begins. It is asked where all headers are TOML.
    """
    values = _values(sections) if sections else None
    if values is None:
        return None
    rest = _without(source, sections)
    try:
        data = tomli.loads(rest)
    except ValueError:
        return None
    gaps = []
    for section, value in zip(sections, values, strict=True):
        among, at = data.get(section.name), element(section.header)
        if not isinstance(among, list) or among[at : at + 1] != [{}]:  # another header has gone on with the section
            return None
        gaps.append((among, at, value))
    return Parsed(rest, data, gaps)


def _values(sections: Sequence[Plain]) -> list[dict[str, Any]] | None:
    """What each section holds. None where a key stands in one twice: JSON would keep the last."""
    found: list[dict[str, Any]] = []
    for at in range(0, len(sections), AT_ONCE):
        text = re.sub(_COMMA, ',"', _BETWEEN.join([section.lines[:-1] for section in sections[at : at + AT_ONCE]]))
        text = re.sub(_BRACE, '{"', text).replace(" = ", '":').replace("\n", ',"').replace(_BETWEEN, '},{"')
        values = msgspec.json.decode(f'[{{"{text}}}]', type=list[dict[str, Any]])
        if msgspec.json.encode(values).count(b'":') != text.count('":'):
            return None
        found += values
    return found


def _without(source: str, sections: Sequence[Plain]) -> str:
    pieces: list[str] = []
    at = 0
    for section in sections:
        pieces += (source[at : section.begin], f"[[{section.name}]]\n")
        at = section.end
    return "".join([*pieces, source[at:]])
