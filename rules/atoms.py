"""Atoms: what the cells of one input speak of, and which of them a visitor's value meets.

An atom is a territory, a tag that covers others, a run of words, a span of days. The atom None is met by a blank value.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence

from locales.tags import covers
from rules.cells import Span, is_within
from rules.inputs import INPUTS
from rules.term_index import RunIndex

#: Tags of visitors for which a reader remembers what they meet.
TAGS = 4096

Atom = object
Atoms = tuple[Atom, ...]

#: From a value to the atoms, of those that cells speak of, that it meets. The same ones always come in the same order.
Reader = Callable[[object], Atoms]


def is_single(name: str) -> bool:
    """Whether a value of the input meets one atom at the most."""
    row = INPUTS[name]
    return not row.many and row.kind not in {"tag", "date"}


def is_mixed(name: str) -> bool:
    """Whether a visitor has several values of the input, of words or texts, so that hardly two have the same."""
    row = INPUTS[name]
    return row.many and row.kind != "tag"


def fold_of(name: str) -> Callable[[str], str] | None:
    """What makes values of an input comparable; None where they are as they stand."""
    return str.casefold if INPUTS[name].kind == "text" else None


def member_of(name: str, atom: Atom) -> str | None:
    """Of an input that is mixed, the one member that meets the atom and meets no other; None where there is none such."""
    if not isinstance(atom, str):
        return None
    if INPUTS[name].kind == "text":
        return atom
    words = atom.split(" ")
    return words[1] if len(words) == 3 and words[0] == words[2] == "" else None


def reader_of(name: str, named: frozenset[Atom]) -> Reader:
    """What reads the values of an input of which cells speak of these atoms."""
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


def _tag_reader(tags: Sequence[str], blank: Atoms) -> Reader:
    """A visitor has one tag, or a list of them; an atom is met by each that it covers. Few tags are in use, and remembered."""
    known: dict[str, frozenset[int]] = {}

    def covering(tag: str) -> frozenset[int]:
        if tag not in known:
            if len(known) >= TAGS:
                known.clear()
            known[tag] = frozenset([at for at, wide in enumerate(tags) if covers(wide, tag)])
        return known[tag]

    def met(value: object) -> Atoms:
        members = (value,) if isinstance(value, str) else _members(value)
        return tuple([tags[at] for at in sorted(frozenset().union(*map(covering, members)))]) if members else blank

    return met


def _date_reader(spans: Sequence[Span]) -> Reader:
    def met(value: object) -> Atoms:
        return tuple([span for span in spans if isinstance(value, datetime.date) and is_within(value, span)])

    return met
