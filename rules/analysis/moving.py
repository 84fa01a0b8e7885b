"""What another order would change: the visitors whom another rule answers once a rule stands elsewhere in its table."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from rules.analysis.field import Field
from rules.analysis.searching import Ended
from rules.analysis.world import Visitor
from rules.tables import Rule, Table


class Effect(Struct, frozen=True):
    """Visitors whom one rule answers before and another one after. `visitor` is one of them; None: it was left undecided."""

    before: Rule
    after: Rule
    visitor: Visitor | None


def effects_of(field: Field, moved: int, above: int) -> Iterator[Effect]:
    """What changes once the rule at one position stands right above the one at another; nothing where it does already.

    Moved up, it takes visitors from the rules that it passes; moved down, it leaves them to those. Rules of one outcome change
    nothing.
    """
    rules = field.rules
    for other in range(above, moved) if above < moved else range(moved + 1, above):
        before, after = (other, moved) if above < moved else (moved, other)
        if rules[before].says != rules[after].says:
            avoid = (1 << other) - 1 & ~(1 << moved)
            found = field.search((moved, other), avoid, before)
            if isinstance(found, Visitor) or found is Ended.stopped:
                yield Effect(rules[before], rules[after], found if isinstance(found, Visitor) else None)


def reordered(table: Table, moved: int, above: int) -> Table:
    """The table with the rule at one position right above the one at another."""
    rules = list(table.rules)
    rule = rules.pop(moved)
    rules.insert(above - (moved < above), rule)
    return replace(table, rules=tuple(rules))
