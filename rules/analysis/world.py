"""What an analysis knows of the site around a table: its items, its clock, the ways by which visitors come, and its answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from urllib.parse import urlencode

from msgspec import Struct

from rules.context import Context, Subject
from rules.inputs import INPUTS

#: Preview parameters by name, in pairs.
Words = tuple[tuple[str, str], ...]


class Atom(Struct, frozen=True):
    """One value of inputs that go together. `fields` are those of a context. `words` say it to a preview; None: nothing does."""

    words: Words | None = ()
    fields: tuple[tuple[str, object], ...] = ()
    item: str = ""


class Visitor(Struct, frozen=True):
    """Somebody who asks for an item. `named` describes them to a preview, None where something of them cannot be said."""

    item: str
    fields: Mapping[str, object]
    named: Mapping[str, str] | None

    @staticmethod
    def from_atoms(atoms: Sequence[Atom]) -> Visitor:
        """The visitor of whom all that is true."""
        item = next((atom.item for atom in atoms if atom.item), "")
        fields = {name: value for atom in atoms for name, value in atom.fields}
        said = [atom.words for atom in atoms]
        if any(words is None for words in said):
            return Visitor(item, fields, None)
        return Visitor(item, fields, dict(pair for words in said for pair in words or ()))

    def context(self, moment: datetime) -> Context:
        """What `decide` is told of them, at that moment unless they name one."""
        return Context(**{"moment": moment, **self.fields})  # type: ignore[arg-type]  # the names are those of its fields

    @property
    def text(self) -> str:
        """`business-class ?country=ES`, to be pasted behind the address of the item's page; empty where it cannot be said."""
        return "" if self.named is None else f"{self.item} ?{urlencode(sorted(self.named.items()))}".strip()


class Referral(Struct, frozen=True):
    """A way by which visitors come: kind and name of the referrer, and the preview parameters that say it."""

    referrer: str
    name: str | None
    words: Words | None


#: The ways to come, where rules name these referrers.
Referrals = Callable[[Sequence[str]], Sequence[Referral]]

#: The full names of the rules that answer a visitor, one of each table at most.
Answering = Callable[[Visitor], frozenset[str]]


class World(Struct, frozen=True):
    """`moment` is now, aware: visitors are made for moments near it. `answering` asks the engine.

    `consent` is the level of somebody of whom nothing more is known.
    """

    subjects: Sequence[Subject]
    zone: tzinfo
    moment: datetime
    answering: Answering
    referrals: Referrals
    consent: int = 1

    def needs(self, name: str) -> Words:
        """What a visitor says beside, so that this input of theirs is read."""
        return (("consent", "3"),) if (INPUTS[name].level or 0) > self.consent else ()
