"""Cells by the values that they name: which of them a visitor's value meets, without asking each.

Of all that visitors can send a cell tells apart what it names, and everything else. So cells are looked up by what they want and
refuse, and a value that no cell names costs the same with ten cells as with a hundred thousand.

    campaign   0 ["spring"]   1 ["!spring", "!autumn"]   2 ["unknown"]
    spring     wanted by 0, refused by 1
    winter     neither                    blank     wanted by 2, refused by 1

What follows from the same named values is worked out once, however many visitors' values come to them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence, Set

from locales.tags import WITHIN, covers, language_of, maximise
from rules.cells import Cell, DateCell, SetCell, Span, TagCell, TermCell, TextCell, is_within
from rules.term_index import RunIndex

#: A value that cells name: a text, a span of days, a run of words, a tag for all that it covers; None for a blank one.
Atom = object
Atoms = tuple[Atom, ...]

#: Positions of the cells that want a value, and of those that refuse it though they want none. All others that want none hold.
Met = tuple[tuple[int, ...], tuple[int, ...]]

#: What is met by a value that no cell names.
NOTHING: Met = ((), ())

#: Sets of named values that are remembered where a visitor can have several.
SETS = 1024


class Named:
    """The different cells on one input.

    `in_list`: its tags stand in a list, where a cell that wants one fails all the same for another that it refuses.
    """

    __slots__ = ("_atoms", "_cells", "_in_list", "_met", "_numbers", "_refusing", "_single", "_wanting")

    def __init__(self, cells: Sequence[Cell], *, in_list: bool = False) -> None:
        self._cells = cells
        self._in_list = in_list
        self._wanting = _speaking([cell.positives for cell in cells])
        self._refusing = _speaking([cell.negatives for cell in cells])
        self._atoms = _reader(cells[0] if cells else None, self._wanting.keys() | self._refusing.keys())
        self._single = not cells or type(cells[0]) in (Cell, TextCell)
        self._met: dict[Atoms, Met] = {}
        self._numbers: dict[Met, int] = {}

    def met(self, value: object) -> Met:
        """Which cells the value meets. An empty set is a blank value, None."""
        return self._met_by(self._atoms(value))

    def number(self, value: object) -> int:
        """The same as a number, for those who compare it often: equal numbers, equal cells."""
        return self._number_of(self.met(value))

    def number_of_list(self, values: Iterable[str]) -> int:
        """The number of the cells that values meet all in all, of which a visitor has each."""
        return self._number_of(
            self._met_by(tuple(dict.fromkeys([one for value in values for one in self._atoms(value)])))
        )

    def _number_of(self, met: Met) -> int:
        return self._numbers.setdefault(met, len(self._numbers))

    def first_alike(self, value: object) -> Atom:
        """The first value named by a cell that meets the same cells; None where there is none. Of inputs with one value."""
        wanted, refused = met = self.met(value)
        named = [self._cells[at].positives for at in wanted[:1]] + [self._cells[at].negatives for at in refused[:1]]
        alike = (atom for atom in sorted(named[0] - {None} if named else (), key=str) if self._met_by((atom,)) == met)
        return next(alike, None)

    def _met_by(self, atoms: Atoms) -> Met:
        known = self._met.get(atoms)
        if known is None:
            if len(self._met) >= SETS and not self._single:
                self._met.clear()
            wanted = {at for atom in atoms for at in self._wanting.get(atom, ())}
            refused = {at for atom in atoms for at in self._refusing.get(atom, ())}
            failing = [at for at in refused if self._in_list or not self._cells[at].positives]
            known = tuple(sorted(wanted - refused)), tuple(sorted(failing))
            self._met[atoms] = known
        return known


def _speaking(sides: Iterable[frozenset[Atom]]) -> dict[Atom, list[int]]:
    """The positions at which each atom is named, on one side of the cells."""
    found: dict[Atom, list[int]] = {}
    for at, atoms in enumerate(sides):
        for atom in atoms:
            known = found.get(atom)
            if known is None:
                found[atom] = [at]
            else:
                known.append(at)
    return found


# From a value to the atoms that it meets, of those that cells name


def _reader(cell: Cell | None, named: Set[Atom]) -> Callable[[object], Atoms]:
    """By a cell of the input: they are all of one kind."""
    blank: Atoms = (None,) if None in named else ()
    texts = [atom for atom in named if isinstance(atom, str)]
    if isinstance(cell, TagCell):
        return _tag_reader(texts, blank)
    if isinstance(cell, TermCell):
        runs = RunIndex(texts)
        return lambda value: runs.within(_members(value)) if value else blank
    if isinstance(cell, SetCell):
        return lambda value: _folded(named, _members(value)) if value else blank
    if isinstance(cell, DateCell):
        spans = [atom for atom in named if isinstance(atom, tuple)]
        return lambda value: blank if value is None else _around(spans, value)
    if isinstance(cell, TextCell):
        return lambda value: _one(named, value.casefold() if isinstance(value, str) else value)
    return lambda value: _one(named, value)


def _one(named: Set[Atom], value: object) -> Atoms:
    return (value,) if value in named else ()


def _members(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _folded(named: Set[Atom], members: Iterable[str]) -> Atoms:
    return tuple(sorted({folded for member in members if (folded := member.casefold()) in named}))


def _around(spans: Sequence[Span], value: object) -> Atoms:
    return tuple([span for span in spans if isinstance(value, datetime.date) and is_within(value, span)])


def _tag_reader(tags: Sequence[str], blank: Atoms) -> Callable[[object], Atoms]:
    """A tag is covered by tags of its own language only, or of the one that this is within."""
    by_language: dict[str, list[str]] = {}
    for tag in tags:
        by_language.setdefault(language_of(tag), []).append(tag)

    def met(value: object) -> Atoms:
        if not isinstance(value, str):
            return blank
        given, likely = language_of(value), maximise(value)[0]
        languages = dict.fromkeys((given, likely, WITHIN.get(likely, likely)))
        return tuple([tag for one in languages for tag in by_language.get(one, ()) if covers(tag, value)])

    return met
