"""Visitors made to meet a rule: for each of its cells a value that it holds for, as far as the values tried have one.

And one whom rules let pass, by whom each rule can be seen alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from edge.classes.asking import Named, request_for
from edge.classes.visitors import Signal, Value, tags, territories
from edge.reading import EVERYTHING, read
from edge.served import Served
from edge.site import Site
from locales.territories import is_region
from rules.book import static_values
from rules.cells import Cell
from rules.inputs import TIME_INPUTS
from rules.schedules import CLOCK
from rules.tables import Rule

#: Rules of a site that a visitor is made for, at most, and cells on an input that one is made to fail.
RULES = 200
CELLS = 200


class Aim:
    """Makes visitors for the rules of a site that can matter to an item."""

    def __init__(self, site: Site, served: Served, found: Sequence[Signal], moment: datetime) -> None:
        self._site = site
        self._served = served
        self._signals = found
        self._moment = moment
        self._tags = tags((served,))
        self._told: dict[tuple[str, Value], object] = {}

    def visitors(self) -> Iterator[dict[str, str]]:
        """One for each rule that can be met by one signal at a time, the first rules first."""
        for rule in self._rules()[:RULES]:
            named = self._named(rule)
            if named is not None:
                yield named

    def passer(self) -> dict[str, str]:
        """A visitor whom as few cells as possible hold for, one signal at a time. Place and languages are left open."""
        named: dict[str, str] = {}
        for signal in self._signals:
            cells = [cell for name in signal.inputs for cell in self._served.plan.cells_on(name)][:CELLS]
            if cells:
                best = min(signal.values, key=lambda value: self._held(signal, cells, value))
                named |= dict(signal.needs) | best.named
        return named

    def _held(self, signal: Signal, cells: Sequence[Cell], value: Value) -> int:
        return sum(self._holds(signal, [cell], value) for cell in cells)

    def _rules(self) -> list[Rule]:
        static = static_values(self._served.subject)
        rules = (rule for table in self._site.book.tables for rule in table.rules)
        return [
            rule for rule in rules if all(cell.holds(static[cell.input]) for cell in rule.cells if cell.input in static)
        ]

    def _named(self, rule: Rule) -> dict[str, str] | None:
        """A visitor whom the rule's cells hold for; None where none was found."""
        cells = {cell.input: cell for cell in rule.cells}
        place = self._place(cells.get("country"), cells.get("region"))
        language = self._language(cells.get("language"), cells.get("languages"))
        if place is None or language is None:
            return None
        beside = self.beside(rule)
        return None if beside is None else place | language | beside

    def beside(self, rule: Rule) -> dict[str, str] | None:
        """What such a visitor says besides place and language; None where nothing was found to say."""
        cells = {cell.input: cell for cell in rule.cells}
        named: dict[str, str] = {}
        for signal in self._signals:
            asked = [cells[name] for name in signal.inputs if name in cells]
            if not asked:
                continue
            value = next((one for one in signal.values if self._holds(signal, asked, one)), None)
            if value is None:
                return None
            named |= dict(signal.needs) | value.named
        return named

    def _place(self, country: Cell | None, region: Cell | None) -> dict[str, str] | None:
        if region is not None and not region.holds(None):
            wanted = (text for text in region.text if is_region(text))
            found = (text for text in wanted if region.holds(text) and (country is None or country.holds(text[:2])))
            code = next(found, None)
            return None if code is None else {"country": code[:2], "region": code}
        if country is None:
            return {}
        value = next((one for one in territories() if country.holds(one.named.get("country"))), None)
        return None if value is None else value.named

    def _language(self, first: Cell | None, any_: Cell | None) -> dict[str, str] | None:
        if first is None and any_ is None:
            return {}
        for tag in self._tags:
            if (first is None or first.holds(tag)) and (any_ is None or any_.holds((tag,))):
                return {"accept_language": tag}
        return None

    def _holds(self, signal: Signal, cells: Sequence[Cell], value: Value) -> bool:
        return all(cell.holds(self._value(signal, cell.input, value)) for cell in cells)

    def _value(self, signal: Signal, name: str, value: Value) -> object:
        """What the line reads of a visitor who says that value."""
        key = name, value
        if key not in self._told:
            self._told[key] = self._read(name, dict(signal.needs) | value.named)
        return self._told[key]

    def _read(self, name: str, named: Named) -> object:
        request = request_for(self._site, named, self._moment)
        if name in TIME_INPUTS:
            return CLOCK[name](request.moment.astimezone(self._site.book.policies.zone))
        return getattr(read(request, self._served, self._site, EVERYTHING).context, name)
