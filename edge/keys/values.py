"""The classes of any value that is neither a place nor a language: which of the item's cells it meets."""

from __future__ import annotations

from collections import Counter
from urllib.parse import quote

from rules.book import Plan, RuleBook
from rules.cells import Cell
from rules.context import Context
from rules.inputs import INPUTS, TIME_INPUTS, WEEKDAYS, daypart_of
from rules.schedules import clock_zone, local_time
from variants.variant import Item

#: The positions of the cells that a value meets, and of each variant whether it is for that device.
Met = tuple[tuple[int, ...], tuple[bool, ...]]


class Values:
    """The classes of one item's values. Methods give `name=class`, or an empty text for what is as good as blank."""

    def __init__(self, item: Item, plan: Plan, book: RuleBook) -> None:
        self._item = item
        self._plan = plan
        self._zone = book.policies.zone
        self._clocks = _clocks(plan)
        self._blank: dict[tuple[str, int], Met] = {}
        self._firsts: dict[int, Counter[tuple[str, ...]]] = {}

    def value(self, name: str, value: object) -> str:
        """The class of an input's value."""
        return self._class(name, self._plan.cells_on(name), value)

    def _class(self, name: str, cells: tuple[Cell, ...], value: object) -> str:
        met = self._met(name, cells, value)
        return "" if met == self._met_by_nothing(name, cells) else f"{name}={self._name(name, cells, met)}"

    def _met_by_nothing(self, name: str, cells: tuple[Cell, ...]) -> Met:
        """What a blank value meets. The plan's tuple of cells lives as long as the plan, so its id stands for it."""
        key = name, id(cells)
        try:
            return self._blank[key]
        except KeyError:
            return self._blank.setdefault(key, self._met(name, cells, () if INPUTS[name].many else None))

    def _met(self, name: str, cells: tuple[Cell, ...], value: object) -> Met:
        if name == "terms" and isinstance(value, tuple):
            return self._plan.holding(value), ()
        held = tuple([position for position, cell in enumerate(cells) if cell.holds(value)])
        return held, tuple([value in one.devices for one in self._item.variants]) if name == "device" else ()

    def _name(self, name: str, cells: tuple[Cell, ...], met: Met) -> str:
        first = next((word for word in INPUTS[name].values if self._met(name, cells, _typed(name, word)) == met), None)
        return first or "+".join([_cell_name(cells[at], self._begun(cells)) for at in met[0]]) or "other"

    def _begun(self, cells: tuple[Cell, ...]) -> Counter[tuple[str, ...]]:
        """How many of the cells begin with each text."""
        if id(cells) not in self._firsts:
            self._firsts[id(cells)] = Counter(cell.text[:1] for cell in cells)
        return self._firsts[id(cells)]

    def moment(self, context: Context) -> str:
        """The classes of the time cells, each on the clock that its table reads; `visitor.` marks those on the visitor's."""
        return ";".join(filter(None, [self._time(of_visitor, context) for of_visitor in self._clocks]))

    def _time(self, of_visitor: bool, context: Context) -> str:
        local = local_time(context.moment, clock_zone(of_visitor, context.zone, self._zone))
        clock = {
            "weekday": WEEKDAYS[local.weekday()],
            "hour": local.hour,
            "daypart": daypart_of(local.hour),
            "date": local.date(),
        }
        cells = self._clocks[of_visitor]
        told = [self._class(name, cells[name], clock[name]) for name in clock if name in cells]
        return ";".join(f"visitor.{one}" if of_visitor else one for one in told if one)


def _clocks(plan: Plan) -> dict[bool, dict[str, tuple[Cell, ...]]]:
    """The time cells by whether they read the visitor's clock, in the order of their tables, then by input."""
    read = dict.fromkeys(part.table.of_visitor for part in plan.parts if not TIME_INPUTS.isdisjoint(part.inputs))
    asked = sorted(TIME_INPUTS & plan.inputs)
    return {of_visitor: {name: plan.cells_on(name, of_visitor) for name in asked} for of_visitor in read}


def _typed(name: str, word: str) -> object:
    kind = INPUTS[name].kind
    if kind == "hour":
        return int(word)
    return word == "yes" if kind == "flag" else word


def _cell_name(cell: Cell, begun: Counter[tuple[str, ...]]) -> str:
    """A cell's first text where no other cell begins with it, else all of it.

    All but plain ASCII is percent-encoded: it stands in a string of RFC 9651, whose parts a semicolon separates.
    """
    return quote("|".join(cell.text[:1] if begun[cell.text[:1]] == 1 else cell.text), safe=" *|!@.:/+<>-_~()")
