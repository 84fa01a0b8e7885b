"""Rules that nobody is answered by: their own cells exclude each other, no item is asked for, or rules above answer everybody.

never-holds      the rule's own cells exclude each other                                   warning
no-item          no item of the site is asked for                                          note
shadowed         one rule above, or several together, answer whoever meets it              warning
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from msgspec import Struct

from locales.findings import Finding, Severity
from rules.analysis.excerpt import anybody
from rules.analysis.field import Avoid, Field
from rules.analysis.lines import bits_of
from rules.analysis.saying import few, named, told
from rules.analysis.searching import Ended
from rules.analysis.world import Visitor
from rules.tables import Rule

#: Rules above one of which those are looked for that are needed, or that answer somebody who meets it.
NEEDED = 40


class Unmet(Struct, frozen=True):
    """Why nobody is answered by a rule: those `above` it, by position; or none, as its inputs `empty` exclude each other."""

    above: tuple[int, ...] = ()
    empty: tuple[str, ...] = ()


#: What is known of a rule.
_UNKNOWN, _MET, _UNMET = range(3)


class Shadows:
    """The rules of a table by whether anybody is answered by them. The first `looked` of them were looked at."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.looked = 0
        self._known = bytearray(len(field.rules))

    def findings(self) -> Iterator[Finding]:
        """Rules that nobody meets, or for whom another one always answers, until the budget is spent."""
        more = "of its rules are never reached"
        yield from few(self._found(), self.field.table, Severity.warning, "shadowed", more)

    def _found(self) -> Iterator[Callable[[], Finding]]:
        for position in range(len(self.field.rules)):
            if self.field.budget.is_spent:
                return
            unmet = None if self._known[position] == _MET else self._asked(position)
            self.looked = position + 1
            if unmet is not None:
                yield partial(self._finding, position, unmet)

    def is_unmet(self, position: int) -> bool:
        """Whether nobody is answered by a rule; not where it is undecided."""
        if self._known[position] == _UNKNOWN:
            self._asked(position)
        return self._known[position] == _UNMET

    def _asked(self, position: int) -> Unmet | None:
        found = self.field.reach((position,), Avoid(position))
        self._known[position] = _UNMET if found.nobody else _MET
        if not found.nobody:
            return None
        return Unmet(found.because, () if found.because else tuple(self.field.excerpt((position,)).empty))

    def _finding(self, position: int, unmet: Unmet) -> Finding:
        rule = self.field.rules[position]
        if unmet.empty:
            return self._empty(rule, unmet.empty)
        alone = self._alone(position)
        return self._several(position, unmet.above) if alone is None else self._single(position, alone)

    def _empty(self, rule: Rule, empty: tuple[str, ...]) -> Finding:
        if "item" in empty:
            problem = "no item of the site is one that it asks for."
            return told(rule, Severity.note, "no-item", problem, "Mend item, kind or channel, or take the rule out.")
        asked = [name for name in empty if any(cell.input == name for cell in rule.cells)]
        problem = f"it can never hold: what it asks of {' and '.join(asked) or 'time'} excludes each other."
        return told(rule, Severity.warning, "never-holds", problem, "Mend one of the cells, or take the rule out.")

    def _alone(self, position: int) -> int | None:
        """The first rule above one that by itself answers whoever meets it: one that holds for anybody who does."""
        somebody = self.field.reach((position,), Avoid(0)).visitor
        if somebody is None:
            return None
        holding = bits_of(Avoid(position).among(self.field.holding(somebody)))
        return next((above for above in islice(holding, NEEDED) if self.field.is_within(position, above)), None)

    def _single(self, position: int, above: int) -> Finding:
        rule, first = self.field.rules[position], self.field.rules[above]
        visitor = self._witness(position, above) or self._met(position, above)
        problem = f"it is never reached: whoever meets it meets {named([first])} above it."
        return told(
            rule, Severity.warning, "shadowed", problem, f'Move it above "{first.id}", or take it out.', visitor
        )

    def _several(self, position: int, above: tuple[int, ...]) -> Finding:
        needed = self._needed(position, above)
        rules = [self.field.rules[one] for one in needed]
        problem = f"it is never reached: whoever meets it meets one of {named(rules)} above it."
        visitor = next(filter(None, (self._witness(position, one) for one in needed)), None)
        cure = f'Move it above "{rules[0].id}", or take it out.'
        return told(self.field.rules[position], Severity.warning, "shadowed", problem, cure, visitor)

    def _needed(self, position: int, above: tuple[int, ...]) -> list[int]:
        """Of the rules that together leave nobody few, each of them needed; all, where they are too many to try."""
        if len(above) > NEEDED:
            return list(above)
        excerpt = self.field.excerpt((position,), above)
        left = excerpt.others
        for number in reversed(range(len(above))):
            without = left & ~(2 << number)  # the rule itself is the first of the excerpt
            self.field.budget.begin()
            if excerpt.find(self.field.budget, anybody, without) is Ended.nobody:
                left = without
        return [one for number, one in enumerate(above) if left >> number & 2]

    def _witness(self, position: int, above: int) -> Visitor | None:
        """Somebody who meets the rule and is answered by the one above it."""
        return self.field.search((position, above), Avoid(above), above).visitor

    def _met(self, position: int, above: int) -> Visitor | None:
        """The same, where other rules answer all whom both are for."""
        others = bits_of(Avoid(above).among(self.field.meeting(position)))
        return next(filter(None, (self._witness(position, one) for one in islice(others, NEEDED))), None)
