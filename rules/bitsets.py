"""Sets of rules as bits of one integer, and for one input of a table the set that each value leaves.

Of `count` rules the first is the highest bit: the first rule of a set is found by `bit_length`, whatever stands below it.

    rule          0    1    2    3        the set of rules that a visitor leaves   0b0101
    bit           8    4    2    1        its first: bit_length 3, the rule at 4 - 3 = 1

A column is one input. Its cells speak of *atoms*: a territory, a tag that covers others, a run of words, a span of days. A value
meets some of them, mostly one, and the rules that it leaves follow from these alone (SEMANTICS §2):

    (rules that want nothing ∪ rules that want an atom of it) \\ rules that refuse an atom of it

A blank value meets the atom None. So what is asked per value is each atom once, not each cell, let alone each rule.

Costs for n rules: a set has n / 7.5 bytes. The atoms of which most rules speak have theirs made at the start (`SETS`), of the
others the positions of these rules are kept. What is remembered of visitors is bounded (`Room`).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from itertools import count as counting

from locales.tags import covers
from rules.cells import Cell, Span, is_within
from rules.inputs import INPUTS
from rules.term_index import RunIndex

#: Values of one input that a column remembers.
VALUES = 4096

#: Sets that an index makes at the start, in all its columns.
SETS = 512

#: Bytes that sets made for visitors may take in an index: for each rule, and at the least.
ROOM_PER_RULE = 96
LEAST_ROOM = 262_144

#: What a set that is remembered costs beside its bits, in bytes.
OVERHEAD = 128

Atom = object
Atoms = tuple[Atom, ...]

#: The rules that speak of an atom: as a set, or where they are few as their positions.
Spoken = int | tuple[int, ...]

_BIT = (128, 64, 32, 16, 8, 4, 2, 1)

#: Nobody's value.
_NOBODY = object()

#: Numbers of classes are never given twice: what remembers one by its number never takes another for it.
_numbers = counting(1)


def new_class() -> int:
    """The number of a class that there was not before."""
    return next(_numbers)


def set_of(positions: Iterable[int], count: int) -> int:
    """The set of the rules at these positions, of so many."""
    ahead = -count % 8
    octets = bytearray((count + ahead) >> 3)
    for position in positions:
        at = position + ahead
        octets[at >> 3] |= _BIT[at & 7]
    return int.from_bytes(octets, "big")


class Speaking:
    """The positions of the rules that want an atom of one input, of those that refuse one, and of those that want any."""

    __slots__ = ("choosy", "refusing", "wanting")

    def __init__(self, asked: Iterable[tuple[Cell, Sequence[int]]]) -> None:
        """`asked` are the different cells, each with the positions of the rules that have it; a rule has one at the most."""
        self.wanting: dict[Atom, list[int]] = {}
        self.refusing: dict[Atom, list[int]] = {}
        self.choosy: list[int] = []
        for cell, positions in asked:
            for atom in cell.positives:
                self.wanting.setdefault(atom, []).extend(positions)
            for atom in cell.negatives:
                self.refusing.setdefault(atom, []).extend(positions)
            if cell.positives:
                self.choosy += positions

    def counts(self) -> list[int]:
        """Of how many rules each atom is spoken."""
        return [len(positions) for positions in chain(self.wanting.values(), self.refusing.values())]


class Room:
    """The bytes that are left for sets that visitors make necessary, in an index of so many rules."""

    __slots__ = ("left", "set_size")

    def __init__(self, count: int) -> None:
        self.left = max(LEAST_ROOM, ROOM_PER_RULE * count)
        self.set_size = count // 7 + OVERHEAD


class Learnt(dict[object, int]):
    """What is known of values: a dictionary that works out what it has not, and may forget whatever has been learnt."""

    __slots__ = ("work_out",)

    def __init__(self, work_out: Callable[[object], int]) -> None:
        super().__init__()
        self.work_out = work_out

    def __missing__(self, value: object) -> int:
        return self.work_out(value)

    def forget(self, but: int) -> None:
        """All but so many, those that have been there longest."""
        for value in list(self)[but:]:
            del self[value]


class Column:
    """One input of an index: for each value `sets` has the rules that it leaves, and `classes` the number of its class.

    Values of one class leave the same rules. `spread` is how many rules an average value leaves: few come first.
    """

    __slots__ = (
        "_atoms",
        "_count",
        "_last",
        "_numbers",
        "_ready",
        "_refusing",
        "_wanting",
        "classes",
        "free",
        "room",
        "sets",
        "spread",
    )  # fmt: skip

    def __init__(self, name: str, spoken: Speaking, count: int, few: int, room: Room) -> None:
        """`spoken` are the positions of rules by atom; where there are no more than `few`, no set is made at the start."""
        self._count = count
        self.free = (1 << count) - 1 ^ set_of(spoken.choosy, count)
        self.spread = self.free.bit_count() + sum(map(len, spoken.wanting.values())) // (len(spoken.wanting) or 1)
        self._wanting = _told(spoken.wanting, count, few)
        self._refusing = _told(spoken.refusing, count, few)
        self._atoms = _reader(name, frozenset((*spoken.wanting, *spoken.refusing)))
        self._last: tuple[object, Atoms] = (_NOBODY, ())
        self._numbers: dict[Atoms, int] = {}
        self._ready: dict[Atom, tuple[int, int]] = {}
        self.room = room
        self.sets = Learnt(self._learn_set)
        self.classes = Learnt(self._learn_class)
        if _is_single(name):
            self._prepare()

    def _prepare(self) -> None:
        """Where a value is one atom, those of which many rules speak are ready from the start. Equal sets are one class."""
        alike = {self.free: (self.free, self._numbers.setdefault((), new_class()))}
        for atom in {**self._wanting, **self._refusing}:
            if isinstance(self._wanting.get(atom, 0), int) and isinstance(self._refusing.get(atom, 0), int):
                found = self._set_for((atom,))
                self._ready[atom] = alike.get(found) or alike.setdefault(found, (found, new_class()))
        for atom, (found, number) in self._ready.items():
            self._wanting.pop(atom, None)
            self._refusing.pop(atom, None)
            self.sets[atom], self.classes[atom] = found, number

    def _learn_set(self, value: object) -> int:
        room, learnt = self.room, len(self.sets) - len(self._ready)
        if learnt and (room.left < room.set_size or learnt >= VALUES):
            room.left += learnt * room.set_size
            self.sets.forget(len(self._ready))
        room.left -= room.set_size
        return self.sets.setdefault(value, self._set_for(self._met(value)))

    def _learn_class(self, value: object) -> int:
        if len(self.classes) - len(self._ready) >= VALUES:
            self.classes.forget(len(self._ready))
        return self.classes.setdefault(value, self._class_for(self._met(value)))

    def _met(self, value: object) -> Atoms:
        """The atoms that the value meets. Who asks for a value's class mostly asks for its set next."""
        last, atoms = self._last
        if last is not value:
            atoms = self._atoms(value)
            self._last = value, atoms
        return atoms

    def _set_for(self, atoms: Atoms) -> int:
        """The rules that are left by a value which meets these."""
        found, refused = self.free, 0
        for atom in atoms:
            if atom in self._ready:
                return self._ready[atom][0]
            if atom in self._wanting:
                found |= self._set(self._wanting[atom])
            if atom in self._refusing:
                refused |= self._set(self._refusing[atom])
        return found & ~refused if refused else found

    def _set(self, spoken: Spoken) -> int:
        return spoken if isinstance(spoken, int) else set_of(spoken, self._count)

    def _class_for(self, atoms: Atoms) -> int:
        """The class of a value that meets these."""
        if len(atoms) == 1 and atoms[0] in self._ready:
            return self._ready[atoms[0]][1]
        if len(self._numbers) >= VALUES:
            self._numbers.clear()
        number = self._numbers.get(atoms)
        return self._numbers.setdefault(atoms, new_class()) if number is None else number


def _told(rules: Mapping[Atom, Sequence[int]], count: int, few: int) -> dict[Atom, Spoken]:
    return {atom: tuple(at) if len(at) <= few else set_of(at, count) for atom, at in rules.items()}


# From a value to the atoms, of those that cells speak of, that it meets


def _is_single(name: str) -> bool:
    """Whether a value of the input meets one atom at the most."""
    row = INPUTS[name]
    return not row.many and row.kind not in {"tag", "date"}


def _reader(name: str, named: frozenset[Atom]) -> Callable[[object], Atoms]:
    row = INPUTS[name]
    blank: Atoms = (None,) if None in named else ()
    texts = [atom for atom in named if isinstance(atom, str)]
    if row.kind == "tag":
        return _tag_reader(texts, blank)
    if row.kind == "words":
        runs = RunIndex(texts)
        return lambda value: runs.within(_members(value)) if value else blank
    if row.many:
        return lambda value: _folded(named, _members(value)) if value else blank
    if row.kind == "date":
        return _date_reader([atom for atom in named if isinstance(atom, tuple)])
    if row.kind == "text":
        return lambda value: _one(named, value.casefold() if isinstance(value, str) else value)
    return lambda value: _one(named, value)


def _one(named: frozenset[Atom], value: object) -> Atoms:
    return (value,) if value in named else ()


def _members(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _folded(named: frozenset[Atom], members: Iterable[str]) -> Atoms:
    return tuple(sorted({folded for member in members if (folded := member.casefold()) in named}))


def _tag_reader(tags: Sequence[str], blank: Atoms) -> Callable[[object], Atoms]:
    """A visitor has one tag, or a list of them; an atom is met by each that it covers."""

    def met(value: object) -> Atoms:
        members = (value,) if isinstance(value, str) else _members(value)
        return tuple([tag for tag in tags if any(covers(tag, one) for one in members)]) if members else blank

    return met


def _date_reader(spans: Sequence[Span]) -> Callable[[object], Atoms]:
    def met(value: object) -> Atoms:
        return tuple([span for span in spans if isinstance(value, datetime.date) and is_within(value, span)])

    return met
