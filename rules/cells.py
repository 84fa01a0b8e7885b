"""Cells: what a rule asks of one input, compiled when the table is loaded.

SEMANTICS §2. A cell is a list of values. Those without `!` are its positives, of which at least one must hold if there
are any; those with `!` are its negatives, of which none may hold. A blank value (None, an empty tuple) holds only in an
empty cell or by the word `unknown`. For sets "holds" reads "holds for any of the members".

    country ["@dach", "!CH"]   DE → yes   CH → no   None → no
    terms   ["cheap flight*"]  ("find", "cheap", "flights") → yes
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from msgspec import Struct

from locales.groups import Groups
from locales.tags import covers
from rules.cell_values import UNKNOWN, CellFault, read_value, written_value
from rules.inputs import Input, closed_values

__all__ = [
    "Cell",
    "CellFault",
    "CellReader",
    "DateCell",
    "SetCell",
    "Span",
    "TagCell",
    "TermCell",
    "TextCell",
    "parse_cell",
]

Span = tuple[datetime.date, datetime.date]


class Cell(Struct, frozen=True, gc=False):
    """One cell. `text` is what was written, in canonical form; `positives` and `negatives` are what that comes to.

    None among them stands for a blank value. It is among the negatives wherever a blank value does not hold.
    """

    input: str
    text: tuple[str, ...]
    positives: frozenset[object] = frozenset()
    negatives: frozenset[object] = frozenset()

    @property
    def asks(self) -> bool:
        """Whether it asks for anything: an empty cell always holds."""
        return bool(self.positives or self.negatives)

    def holds(self, value: object) -> bool:
        """Whether a value of the input satisfies the cell."""
        return (value in self.positives or not self.positives) and value not in self.negatives

    def bars(self, value: object) -> bool:
        """Whether all that one of the `positives`, of this cell or of another on the same input, stands for is refused."""
        return value in self.negatives


class TextCell(Cell, frozen=True, gc=False):
    """Values are folded texts; the visitor's is folded when it is asked."""

    def holds(self, value: object) -> bool:
        return Cell.holds(self, value.casefold() if isinstance(value, str) else value)


class SetCell(Cell, frozen=True, gc=False):
    """Values are folded texts; the visitor has a tuple of them."""

    def holds(self, value: object) -> bool:
        members = _members(value)
        if not members:
            return None not in self.negatives
        folded = frozenset(member.casefold() for member in members)
        return (not self.positives or not folded.isdisjoint(self.positives)) and folded.isdisjoint(self.negatives)


class TagCell(Cell, frozen=True, gc=False):
    """Values are language tags, which hold for every tag that they cover. The visitor has one, or a tuple of them."""

    wide: tuple[str, ...] = ()
    narrow: tuple[str, ...] = ()

    def holds(self, value: object) -> bool:
        if isinstance(value, str):
            return (not self.positives or _covered(self.wide, value)) and not _covered(self.narrow, value)
        members = _members(value)
        if not members:
            return None not in self.negatives
        if self.positives and not any(_covered(self.wide, member) for member in members):
            return False
        return not any(_covered(self.narrow, member) for member in members)

    def bars(self, value: object) -> bool:
        if isinstance(value, str):
            return _covered(self.narrow, value)
        return Cell.bars(self, value)


class TermCell(Cell, frozen=True, gc=False):
    """Values are runs of words; the visitor has the words of a query, in order and in normal form.

    Words hold no space. So the query is written with a space around every word, and a run is a part of that text:
    `" flug"` is a word that begins with flug, `"ספרד "` one that ends so.
    """

    runs: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()

    def holds(self, value: object) -> bool:
        members = _members(value)
        if not members:
            return None not in self.negatives
        query = f" {' '.join(members)} "
        if self.positives and not any(run in query for run in self.runs):
            return False
        return not any(run in query for run in self.barred)

    def bars(self, value: object) -> bool:
        if isinstance(value, str):
            return any(run in value for run in self.barred)
        return Cell.bars(self, value)


class DateCell(Cell, frozen=True, gc=False):
    """Values are spans of days, both ends within. One that ends before it begins wraps: every day but those between."""

    spans: tuple[Span, ...] = ()
    gaps: tuple[Span, ...] = ()

    def holds(self, value: object) -> bool:
        if not isinstance(value, datetime.date):
            return None not in self.negatives
        if self.positives and not any(is_within(value, span) for span in self.spans):
            return False
        return not any(is_within(value, span) for span in self.gaps)

    def bars(self, value: object) -> bool:
        return any(value == gap or _inside(value, gap) for gap in self.gaps) or Cell.bars(self, value)


@lru_cache(16_384)
def _covered(tags: tuple[str, ...], tag: str) -> bool:
    """Whether one of the tags covers a tag."""
    return any(covers(wide, tag) for wide in tags)


def _members(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def is_within(day: datetime.date, span: Span) -> bool:
    """Whether a day is of a span, which may wrap."""
    first, last = span
    return first <= day <= last if first <= last else day >= first or day <= last


def _inside(value: object, gap: Span) -> bool:
    """Whether a span of days lies in a gap. Spans that wrap are left alone: that they do not is always safe to say."""
    return isinstance(value, tuple) and gap[0] <= value[0] <= value[1] <= gap[1]


# Reading


#: One value of a cell: whether it is refused, its canonical text, and the values that it stands for.
_Value = tuple[bool, str, tuple[object, ...]]

#: What a cell refuses that has no `!`: nothing where it knows the word `unknown`, else a blank value.
_NOTHING: frozenset[object] = frozenset()
_BLANK: frozenset[object] = frozenset({None})


def parse_cell(input: Input, raw: object, groups: Groups) -> Cell:
    """The cell that an editor wrote for an input: a text, a number, a flag, a date, or a list of them.

    Raises `CellFault`. An empty text or list is a cell that always holds.
    """
    if isinstance(raw, (list, tuple)):
        return _cell(input, [_value(input, one, groups) for one in raw])
    return _cell(input, [] if raw == "" else [_value(input, raw, groups)])


class CellReader:
    """As `parse_cell`, of one input and for lists of texts: each text is looked up once. Long tables repeat themselves."""

    def __init__(self, input: Input, groups: Groups) -> None:
        self._input = input
        self._groups = groups
        self._known: dict[str, _Value] = {}
        #: Those of them that are neither refused nor the word `unknown`.
        self._texts: dict[str, str] = {}
        self._wanted: dict[str, frozenset[object]] = {}

    def read(self, texts: Sequence[str]) -> Cell:
        """The cell of these values. Raises `CellFault`."""
        try:
            wanted = _NOTHING.union(*map(self._wanted.__getitem__, texts))
        except KeyError:
            return _cell(self._input, [self._value(text) for text in texts])
        text = tuple(map(self._texts.__getitem__, texts))
        if len(text) > len({*text}):
            text = _once(text)
        return _build(self._input, text, wanted, _BLANK if text else _NOTHING)

    def _value(self, text: str) -> _Value:
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = _value(self._input, text, self._groups)
            if not found[0] and None not in found[2]:
                self._texts[text], self._wanted[text] = found[1], frozenset(found[2])
        return found


def _value(input: Input, raw: object, groups: Groups) -> _Value:
    text = written_value(input, raw)
    mark, bare = ("!", text[1:].strip()) if text[0] == "!" else ("", text)
    entry = read_value(input, bare, groups)
    return (mark == "!", mark + UNKNOWN, (None,)) if entry is None else (mark == "!", mark + entry.text, entry.values)


def _cell(input: Input, values: Sequence[_Value]) -> Cell:
    text = _once([text for _, text, _ in values])
    wanted = frozenset(chain.from_iterable([stands for refused, _, stands in values if not refused]))
    refused = frozenset(chain.from_iterable([stands for refused, _, stands in values if refused]))
    blank = _BLANK if values and None not in wanted else _NOTHING
    if not refused:  # what nothing is refused of can always hold
        return _build(input, text, wanted, blank)
    cell = _build(input, text, wanted, refused | blank)
    _refuse_contradiction(input, cell)
    return cell


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


#: Cells that have what they want and what they refuse in order too.
_LISTING: Mapping[str, type[TagCell | TermCell | DateCell]] = {"tag": TagCell, "words": TermCell, "date": DateCell}


def _build(input: Input, text: tuple[str, ...], positives: frozenset[object], negatives: frozenset[object]) -> Cell:
    listing = _LISTING.get(input.kind)
    if listing is not None:
        return listing(input.name, text, positives, negatives, _in_order(positives), _in_order(negatives))
    if input.kind == "text":
        return (SetCell if input.many else TextCell)(input.name, text, positives, negatives)
    return Cell(input.name, text, positives, negatives)


def _in_order(values: frozenset[Any]) -> tuple[Any, ...]:
    """Texts or spans, without the blank value."""
    if None in values:
        values -= _BLANK
    return tuple(sorted(values)) if values else ()


def _refuse_contradiction(input: Input, cell: Cell) -> None:
    """A cell that nothing can satisfy is a slip, whatever its values are."""
    every = closed_values(input)
    none_left = bool(every) and every <= cell.negatives
    if none_left or (cell.positives and all(map(cell.bars, cell.positives))):
        written = ", ".join(f'"{value}"' for value in cell.text)
        raise CellFault(
            f"{input.name} = [{written}] can never hold.", "Take out the value, or its opposite.", "contradiction"
        )
