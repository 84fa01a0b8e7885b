"""Where two sites differ for an item: the rules that one has and the other has not, or elsewhere, and who is tried for each.

Only somebody who meets such a rule can get another answer by it. So these come first, before visitors who are tried at random.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from edge.classes.aiming import RULES, Aim
from edge.classes.visitors import Signal, now_of
from edge.served import Served
from edge.site import Site
from rules.book import static_values
from rules.tables import Rule

#: Parameters and their texts, in order.
Words = tuple[tuple[str, str], ...]

#: All of a rule that an answer can show, and the clock of its table.
Content = tuple[object, ...]


class Occasion(Struct, frozen=True):
    """What visitors say besides place and language. Those who are tried for a rule are where it may hold."""

    words: Words = ()
    rule: Rule | None = None

    def reaches(self, country: str | None, region: str | None) -> bool:
        """Whether somebody in that place is to be tried."""
        known = {"country": country, "region": region}
        cells = () if self.rule is None else self.rule.cells
        return all(cell.holds(known[cell.input]) for cell in cells if cell.input in known)


def rules_of(site: Site, served: Served) -> Mapping[Content, Rule]:
    """What each rule on the item says, in the order of the tables; the lines that rules stand on do not count."""
    static = static_values(served.subject)
    return {
        (table.zone, rule.name, rule.cells, rule.outcome, rule.active, rule.split): rule
        for table in site.book.tables
        for rule in table.rules
        if all(cell.holds(static[cell.input]) for cell in rule.cells if cell.input in static)
    }


def differing(old: Mapping[Content, Rule], new: Mapping[Content, Rule]) -> tuple[list[Rule], list[Rule]]:
    """The rules of the old that the new has not, and those of the new that the old has not.

    Of rules that both have in another order, those are of both that would have to be moved.
    """
    places = {content: place for place, content in enumerate(new)}
    common = [content for content in old if content in places]
    kept = {common[at] for at in _longest_rise([places[content] for content in common])}
    gone, come = ([rule for content, rule in one.items() if content not in kept] for one in (old, new))
    return gone, come


def _longest_rise(numbers: Sequence[int]) -> list[int]:
    """Where the longest part of different numbers stands that rises throughout."""
    ends: list[int] = []
    at_end: list[int] = []
    before: list[int] = []
    for at, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(at_end[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        at_end[length : length + 1] = [at]
    found: list[int] = []
    at = at_end[-1] if at_end else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found


def occasions(
    site: Site, served: Served, rules: Sequence[Rule], signals: Sequence[Signal], now: datetime
) -> Iterator[Occasion]:
    """For each rule who meets it, where somebody was found who does; of a rule to come, as soon as it has begun."""
    aim = Aim(site, served, signals, now)
    for rule in rules[:RULES]:
        words = aim.beside(rule)
        if words is not None:
            begins = rule.active.begins
            if begins is not None and begins > now:
                words |= now_of(site, begins + timedelta(seconds=59))
            yield Occasion(tuple(sorted(words.items())), rule)
