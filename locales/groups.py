"""Groups of territories: `@dach`, `@eu`, and UN M49 regions as `@419`.

A group is a name and its members: territories, UN M49 codes, or other groups. Shipped ones stand in `data/groups.toml`, each
with its source; a site adds its own, and one of the same name replaces the shipped one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct

from locales.findings import Faulty, Finding, Severity, did_you_mean
from locales.territories import TERRITORIES, is_macro_region, is_territory, members

DATA = Path(__file__).with_name("data")
NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")


class Groups(Struct, frozen=True):
    """Named groups, as written and as the territories that they come to. Make one with `shipped`, then `extended`."""

    written: Mapping[str, tuple[str, ...]]
    expanded: Mapping[str, frozenset[str]]

    @classmethod
    def shipped(cls) -> Groups:
        """The groups of `data/groups.toml`."""
        return _shipped()

    def extended(self, site: Mapping[str, Sequence[str]], file: str, line_of: Callable[[str], int]) -> Groups:
        """These groups and the site's; `line_of` tells the line that a group stands on. Raises Faulty with every fault."""
        written = {**self.written, **{name: tuple(listed) for name, listed in site.items()}}
        faults = [
            Finding(file, line_of(name), Severity.error, code, problem, cure)
            for name in site
            for code, problem, cure in _faults(name, written)
        ]
        if faults:
            raise Faulty(faults)
        return Groups(written, {name: _expand(name, written) for name in written})

    def members(self, group: str) -> frozenset[str]:
        """The territories of `@dach`, `dach` or `@419`. KeyError for a group that is not known."""
        name = group.removeprefix("@")
        if name in self.expanded:
            return self.expanded[name]
        if is_macro_region(name):
            return members(name)
        raise KeyError(group)

    def of(self, country: str) -> tuple[str, ...]:
        """The names of the groups that have this territory, sorted, without `@`."""
        return tuple(name for name in self.names() if country in self.expanded[name])

    def names(self) -> tuple[str, ...]:
        """The names of all groups, sorted, without `@`."""
        return tuple(sorted(self.expanded))

    def __contains__(self, group: object) -> bool:
        """Whether `members` knows the group."""
        return isinstance(group, str) and ((name := group.removeprefix("@")) in self.expanded or is_macro_region(name))


@cache
def _shipped() -> Groups:
    with DATA.joinpath("groups.toml").open("rb") as file:
        tables = tomllib.load(file)
    written = {name: tuple(table["members"]) for name, table in tables.items()}
    return Groups(written, {name: _expand(name, written) for name in written})


def _expand(name: str, written: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The territories of a group that is known to have no fault."""
    found: set[str] = set()
    for member in written[name]:
        inner = member.removeprefix("@")
        if inner in written:
            found |= _expand(inner, written)
        else:
            found |= members(inner) if is_macro_region(inner) else {inner}
    return frozenset(found)


def _faults(name: str, written: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str, str]]:
    """Code, problem and cure of everything wrong with one group of the site."""
    if not NAME.fullmatch(name):
        yield "bad-name", f'"{name}" is no name for a group.', "Use a-z, 0-9, - and _, beginning with a letter."
    if not written[name]:
        yield "empty-group", f"Group @{name} has no member.", 'Name at least one territory, such as "DE".'
    for member in written[name]:
        if not _is_member(member, written):
            known = [*TERRITORIES, *(f"@{other}" for other in written)]
            cure = did_you_mean(member, known) or "Use an ISO 3166-1 code, a UN M49 code or another group."
            yield "unknown-member", f'"{member}" in group @{name} is no territory and no group.', cure
    if circle := _circle(name, written):
        yield "group-cycle", f"Group @{name} contains itself: {circle}.", "Take one of the steps out."


def _is_member(member: str, written: Mapping[str, Sequence[str]]) -> bool:
    if member.startswith("@"):
        return member[1:] in written or is_macro_region(member[1:])
    return is_territory(member) or is_macro_region(member)


def _circle(name: str, written: Mapping[str, Sequence[str]]) -> str:
    """`@a, @b, @a` where the group contains itself, else an empty text. Breadth first, each group visited once."""
    paths: list[tuple[str, ...]] = [(name,)]
    seen: set[str] = set()
    for path in paths:
        for member in written[path[-1]]:
            inner = member[1:]
            if not member.startswith("@") or inner not in written:
                continue
            if inner == name:
                return ", ".join(f"@{step}" for step in (*path, name))
            if inner not in seen:
                seen.add(inner)
                paths.append((*path, inner))
    return ""
