"""Sets of rules as bits of one integer, and for one input of a table the set that each value leaves.

Of `count` rules the first is the highest bit: the first rule of a set is found by `bit_length`, whatever stands below it.

    rule          0    1    2    3        the set of rules that a visitor leaves   0b0101
    bit           8    4    2    1        its first: bit_length 3, the rule at 4 - 3 = 1

A column is one input. Its cells speak of *atoms* (`rules.atoms`). A value meets some of them, mostly one, and the rules that it
leaves follow from these alone (SEMANTICS §2):

    (rules that want nothing ∪ rules that want an atom of it) \\ rules that refuse an atom of it

A blank value meets the atom None. So what is asked per value is each atom once, not each cell, let alone each rule.

Costs for n rules: a set has n / 7.5 bytes. The atoms of which most rules speak have theirs made at the start (`SETS`), of the
others the positions of these rules are kept. What is remembered of visitors is bounded (`Room`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from itertools import count as counting

from rules.atoms import Atom, Atoms, is_mixed, is_single, member_of, reader_of
from rules.cells import Cell

#: Values of one input that a column remembers.
VALUES = 4096

#: Sets that an index makes at the start, in all its columns.
SETS = 1024

#: Bytes that sets made for visitors may take in an index: for each rule, and at the least.
ROOM_PER_RULE = 96
LEAST_ROOM = 262_144

#: What a set that is remembered costs beside its bits, in bytes.
OVERHEAD = 128

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


class Column:
    """One input of an index. `sets` and `classes` have what is known of values: the rules that each leaves, and the number of its
    class. They are read as they are where speed counts; `leaves` and `class_of` work out what is not in them.

    Values of one class leave the same rules. `free` are the rules that want nothing. `spread` is how many rules an average value
    leaves: columns with few are asked first.

    `members`: of an input of which a visitor has several values (`is_mixed`), the rules that each leaves; None where
    some refuse one, want a blank or not just whole words, or have no set. A visitor leaves what any of his values does.
    """

    __slots__ = (
        "_count", "_last", "_numbers", "_read", "_ready", "_refusing", "_wanting", "classes", "free", "members", "room",
        "sets", "spread",
    )  # fmt: skip

    def __init__(self, name: str, spoken: Speaking, count: int, few: int, room: Room) -> None:
        """`spoken` are the positions of rules by atom; where there are no more than `few`, no set is made at the start."""
        self._count = count
        self.free = (1 << count) - 1 ^ set_of(spoken.choosy, count)
        self.spread = self.free.bit_count() + sum(map(len, spoken.wanting.values())) // (len(spoken.wanting) or 1)
        self._wanting = _told(spoken.wanting, count, few)
        self._refusing = _told(spoken.refusing, count, few)
        self._read = reader_of(name, frozenset((*spoken.wanting, *spoken.refusing)))
        self._last: tuple[object, Atoms] = (_NOBODY, ())
        self._numbers: dict[Atoms, int] = {}
        self._ready: dict[Atom, tuple[int, int]] = {}
        self.room = room
        self.sets: dict[object, int] = {}
        self.classes: dict[object, int] = {}
        self.members = self._by_member(name) if is_mixed(name) else None
        if is_single(name):
            self._prepare()

    def _prepare(self) -> None:
        """Where a value is one atom, those of which many rules speak are ready from the start. Equal sets are one class."""
        alike = {self.free: (self.free, self._numbers.setdefault((), new_class()))}
        for atom in {**self._wanting, **self._refusing}:
            if isinstance(self._wanting.get(atom, 0), int) and isinstance(self._refusing.get(atom, 0), int):
                found = self.left_by((atom,))
                self._ready[atom] = alike.get(found) or alike.setdefault(found, (found, new_class()))
        for atom, (found, number) in self._ready.items():
            self._wanting.pop(atom, None)
            self._refusing.pop(atom, None)
            self.sets[atom], self.classes[atom] = found, number

    def _by_member(self, name: str) -> dict[str, int] | None:
        if self._refusing.keys() - {None} or self.free & self.rules_of(self._refusing.get(None, 0)):
            return None
        found: dict[str, int] = {}
        for atom, rules in self._wanting.items():
            member = member_of(name, atom)
            if member is None or not isinstance(rules, int):
                return None
            self._wanting[atom] = found[member] = rules | self.free
        return found

    def met(self, value: object) -> Atoms:
        """The atoms that the value meets. Who asks for its class mostly asks for its set next."""
        last, atoms = self._last
        if last is not value:
            atoms = self._read(value)
            self._last = value, atoms
        return atoms

    def left_by(self, atoms: Atoms) -> int:
        """The rules that are left by a value which meets these."""
        found, refused = self.free, 0
        for atom in atoms:
            if atom in self._ready:
                return self._ready[atom][0]
            if atom in self._wanting:
                found |= self.rules_of(self._wanting[atom])
            if atom in self._refusing:
                refused |= self.rules_of(self._refusing[atom])
        return found & ~refused if refused else found

    def rules_of(self, spoken: Spoken) -> int:
        """The set of the rules that speak of an atom."""
        return spoken if isinstance(spoken, int) else set_of(spoken, self._count)

    def leaves(self, value: object) -> int:
        """The rules that the value leaves."""
        try:
            return self.sets[value]
        except KeyError:
            room, learnt = self.room, len(self.sets) - len(self._ready)
            if learnt and (room.left < room.set_size or learnt >= VALUES):
                room.left += learnt * room.set_size
                self._forget(self.sets)
            room.left -= room.set_size
            return self.sets.setdefault(value, self.left_by(self.met(value)))

    def class_of(self, value: object) -> int:
        """The number of the value's class."""
        try:
            return self.classes[value]
        except KeyError:
            if len(self.classes) - len(self._ready) >= VALUES:
                self._forget(self.classes)
            return self.classes.setdefault(value, self._class_for(self.met(value)))

    def _forget(self, known: dict[object, int]) -> None:
        """All but what has been there from the start."""
        for value in list(known)[len(self._ready) :]:
            del known[value]

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
