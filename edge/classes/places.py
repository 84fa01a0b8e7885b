"""Sets of territories in few words: groups that lie wholly within, or all but a few."""

from __future__ import annotations

from collections.abc import Collection

from locales.groups import Groups
from locales.territories import TERRITORIES

#: A group is named in place of this many territories at least.
LEAST = 3

#: Territories that may be missing from "all but".
MISSING = 12

WORLD = frozenset(TERRITORIES)


def compact(countries: Collection[str], groups: Groups) -> str:
    """The territories in words: `@dach, LI`, `all but DE, ES`. What it says is exactly the set; nothing for an empty one."""
    wanted = WORLD.intersection(countries)
    missing = WORLD - wanted
    if not missing:
        return "all"
    if len(missing) <= MISSING:
        return f"all but {', '.join(sorted(missing))}"
    return ", ".join(_parts(wanted, groups))


def _parts(wanted: frozenset[str], groups: Groups) -> list[str]:
    """The largest group that lies within, then the largest of those that lie within what is left, then one by one."""
    left, named = wanted, []
    within = {name: groups.expanded[name] for name in groups.names() if groups.expanded[name] <= wanted}
    for name in sorted(within, key=lambda one: (-len(within[one]), one)):
        if len(within[name]) >= LEAST and within[name] <= left:
            named.append(f"@{name}")
            left -= within[name]
    return [*named, *sorted(left)]
