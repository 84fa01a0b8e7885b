"""A table and its visitors: questions for somebody who meets some rules and none of others, however long the table is.

A question begins with the rules that must hold, and with them alone. Whoever is found is looked up in the whole table. If a rule
to be avoided holds for them, it is taken into the question, and somebody else is looked for:

    rules taken in     somebody             rules to be avoided that hold
    none               ES, no device        "spain"
    "spain"            DE, tv               "tv"
    "spain", "tv"      DE, no device        none: found

So a question is about few rules, whatever the table has, and when nobody is left, these few are the proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, repeat

from msgspec import Struct

from rules.analysis.axes import WELL_KNOWN, Items
from rules.analysis.excerpt import Excerpt, Scene, anybody
from rules.analysis.lines import Lines, bits_of
from rules.analysis.searching import Budget, Ended
from rules.analysis.world import Atom, Visitor, World
from rules.context import Subject
from rules.tables import Rule, Table

#: Rules that a question takes in at the most.
TAKEN = 400

#: Rules to be avoided that hold for one visitor, of which some are taken in.
LOOKED_AT = 64

#: Steps of a budget that asking the engine for somebody costs.
ASKING = 8


class Avoid(Struct, frozen=True):
    """Rules that must not hold: all above a position, but for one."""

    above: int
    but: int = -1

    def among(self, found: int) -> int:
        """Those of a set of rules."""
        left = found & ((1 << self.above) - 1)
        return left if self.but < 0 else left & ~(1 << self.but)


class Found(Struct, frozen=True):
    """Somebody, or why nobody; `because` are the positions of the rules that were taken in."""

    visitor: Visitor | None
    ended: Ended | None = None
    because: tuple[int, ...] = ()

    @property
    def nobody(self) -> bool:
        """Whether it is proved that there is nobody."""
        return self.ended is Ended.nobody


class Field:
    """All visitors of a table."""

    __slots__ = ("_lines", "budget", "rules", "scene", "table", "world")

    def __init__(self, table: Table, world: World, budget: Budget) -> None:
        self.table = table
        self.rules: Sequence[Rule] = table.rules
        self.world = world
        self.budget = budget
        self.scene = Scene(world, Items(world.subjects), table.zone == "visitor")
        self._lines: Lines | None = None

    @property
    def lines(self) -> Lines:
        """The whole table, made when it is first asked for."""
        if self._lines is None:
            self._lines = Lines(self.rules)
        return self._lines

    def excerpt(self, needed: Sequence[int], others: Sequence[int] = ()) -> Excerpt:
        """Some rules, by position, over the axes of what they ask."""
        rules = self.rules
        return Excerpt([rules[at] for at in needed], [rules[at] for at in others], self.scene)

    def meeting(self, position: int) -> int:
        """The rules above one that may hold together with it; each other one never does."""
        self.budget.take(self.lines.steps)
        return self.lines.meeting(self.rules[position]) & ((1 << position) - 1)

    def reach(self, needed: Sequence[int], avoid: Avoid) -> Found:
        """Whether anybody meets the rules and none of the others. Nobody is asked for."""
        return _Question(self, needed, avoid, self.scene, None).answer()

    def search(self, needed: Sequence[int], avoid: Avoid, answer: int) -> Found:
        """A visitor for whom the needed rules hold and the others do not, and whom the rule `answer` answers."""
        return _Question(self, needed, avoid, self.scene, self.rules[answer].name).answer()

    def gap(self) -> Found:
        """Somebody whom no rule answers, asking for an item that some rule is for."""
        spoken = [subject for subject in self.world.subjects if self.lines.about(subject)]
        if not spoken:
            return Found(None, Ended.nobody)
        scene = Scene(self.world, Items(spoken), self.scene.of_visitor)
        plain = next(filter(self._is_passed_by, map(_in_country, repeat(spoken[0].item), WELL_KNOWN)), None)
        if plain is not None and self.lines.reads("country"):
            return Found(plain)
        return _Question(self, (), Avoid(len(self.rules)), scene, "").answer()

    def _is_passed_by(self, visitor: Visitor) -> bool:
        """Whether no rule answers somebody."""
        self.budget.take(self.lines.steps + ASKING)
        return not self.holding(visitor) and not self.answered(visitor)

    def is_within(self, position: int, other: int) -> bool:
        """Whether it is sure that whoever meets a rule meets the other one."""
        return self._without(position, other) is Ended.nobody

    def is_apart(self, position: int, other: int) -> bool:
        """Whether it is sure that somebody meets a rule and not the other one."""
        return isinstance(self._without(position, other), tuple)

    def _without(self, position: int, other: int) -> tuple[Atom, ...] | Ended:
        excerpt = self.excerpt((position,), (other,))
        self.budget.begin()
        return excerpt.find(self.budget, anybody) if self.budget.take(excerpt.steps) else Ended.stopped

    def holding(self, visitor: Visitor) -> int:
        """The rules of the table that hold for somebody, as far as the axes tell."""
        subject = self.scene.items.subject(visitor.item) or _NOTHING
        return self.lines.holding(visitor, subject, self.world.moment, self.world.zone)

    def answered(self, visitor: Visitor) -> str:
        """The rule of this table that answers somebody, by its full name; empty where none does."""
        prefix = f"{self.table.id}/"
        return next((name for name in self.world.answering(visitor) if name.startswith(prefix)), "")

    def positions(self, name: str, avoid: Avoid) -> list[int]:
        """Where a rule of that full name stands, if it is to be avoided."""
        self.budget.take(1 + avoid.above // 100)
        identifier = name.partition("/")[2]
        return [at for at, rule in enumerate(self.rules[: avoid.above]) if rule.id == identifier and at != avoid.but]


def _in_country(item: str, code: str) -> Visitor:
    """Somebody of whom that much is known."""
    return Visitor(item, {"country": code, "region": None}, {"country": code})


_NOTHING = Subject("", "", "", audio=True)


class _Question:
    """`wanted` is the rule that answers, by its full name; empty for none, and None where nobody is asked for."""

    def __init__(self, field: Field, needed: Sequence[int], avoid: Avoid, scene: Scene, wanted: str | None) -> None:
        self._field = field
        self._needed = [field.rules[position] for position in needed]
        self._avoid = avoid
        self._scene = scene
        self._wanted = wanted
        self._budget = field.budget
        self._taken: dict[int, None] = {}
        #: Rules to be avoided that hold for somebody who was tried since a rule was last taken in.
        self._met: set[int] = set()
        #: Who was tried last.
        self._visitor: Visitor | None = None

    def answer(self) -> Found:
        """Somebody, or why nobody."""
        self._budget.begin()
        found: Visitor | Ended | None = None
        while found is None and len(self._taken) <= TAKEN:
            found = self._round()
        taken = tuple(sorted(self._taken))
        if isinstance(found, Visitor):
            return Found(found, None, taken)
        if found is None or found is Ended.stopped:
            self._budget.stopped += 1
        return Found(None, found or Ended.stopped, taken)

    def _round(self) -> Visitor | Ended | None:
        """The search with the rules that are taken in; None where others must be taken in, and are."""
        rules = self._field.rules
        excerpt = Excerpt(self._needed, [rules[position] for position in self._taken], self._scene)
        if not self._budget.take(excerpt.steps):
            return Ended.stopped
        found = excerpt.find(self._budget, anybody)
        if isinstance(found, Ended):
            return found
        if not self._suits(found):
            if self._take_in():
                return None
            found = excerpt.find(self._budget, self._suits)
            if isinstance(found, Ended):
                return None if self._take_in() else found
        return self._visitor

    def _suits(self, atoms: Sequence[Atom]) -> bool:
        """Whether none of the rules to be avoided holds for somebody, and the one that is wanted answers."""
        self._visitor = visitor = Visitor.from_atoms(atoms)
        self._budget.take(self._field.lines.steps)
        met = self._avoid.among(self._field.holding(visitor))
        if met:
            self._met.update(islice(bits_of(met), LOOKED_AT))
            return False
        if self._wanted is None:
            return True
        if visitor.named is None:
            return False
        self._budget.take(ASKING)
        answer = self._field.answered(visitor)
        if answer and answer != self._wanted:
            self._met.update(self._field.positions(answer, self._avoid))
        return answer == self._wanted

    def _take_in(self) -> bool:
        """Whether there were rules to be taken in: those that ask for least, the more the more there are."""
        rules = self._field.rules
        new = sorted(self._met.difference(self._taken), key=lambda position: (len(rules[position].cells), position))
        self._met.clear()
        self._taken.update(dict.fromkeys(new[: 1 + len(self._taken) // 2]))
        return bool(new)
