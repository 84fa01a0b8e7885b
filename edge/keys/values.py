"""The classes of any value that is neither a place nor a language: which of the item's cells it meets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from edge.keys.named import NOTHING, Met, Named
from rules.book import Plan, RuleBook
from rules.cells import Cell
from rules.context import Context
from rules.inputs import INPUTS, TIME_INPUTS, WEEKDAYS, daypart_of
from rules.schedules import clock_zone, local_time
from variants.variant import Item

#: A value that no cell names, where that is another class than a blank one; beside a list of words, of which `other` may be one.
_OTHER, _BESIDE_WORDS = "other", "*"

#: What stands as it is in a name. All else is percent-encoded, and so are the signs that a name is put together with: it stands
#: in a string of RFC 9651, whose parts a semicolon separates.
_PLAIN = " *!@.:/<>-_()"


class Values:
    """The classes of one item's values. Methods give `name=class`, or an empty text for what is as good as blank."""

    def __init__(self, item: Item, plan: Plan, book: RuleBook) -> None:
        self._devices = tuple([variant.devices for variant in item.variants])
        self._plan = plan
        self._zone = book.policies.zone
        self._clocks = _clocks(plan)
        self._inputs: dict[tuple[str, bool | None], _Input] = {}

    def value(self, name: str, value: object) -> str:
        """The class of an input's value."""
        return self._class(name, value)

    def _class(self, name: str, value: object, of_visitor: bool | None = None) -> str:
        key = name, of_visitor
        if key not in self._inputs:
            devices = self._devices if name == "device" else ()
            self._inputs[key] = _Input(name, self._plan.cells_on(name, of_visitor), devices)
        found = self._inputs[key].name(value)
        return f"{name}={found}" if found else ""

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
        told = [self._class(name, clock[name], of_visitor) for name in clock if name in self._clocks[of_visitor]]
        return ";".join(f"visitor.{one}" if of_visitor else one for one in told if one)


class _Input:
    """One input's cells, and the names of its classes."""

    def __init__(self, name: str, cells: Sequence[Cell], devices: Sequence[frozenset[str]]) -> None:
        self._words = [(word, _typed(name, word)) for word in INPUTS[name].values]
        self._listed = INPUTS[name].many or INPUTS[name].kind == "date"
        self._cells = cells
        self._named = Named(cells)
        self._devices = devices
        self._begun = Counter(cell.text[:1] for cell in cells) if self._listed else Counter[tuple[str, ...]]()
        # It is always some time.
        self._blank = (NOTHING, ()) if name in TIME_INPUTS else self._told(None)

    def _told(self, value: object) -> tuple[Met, tuple[bool, ...]]:
        """The cells that a value meets, and of each variant whether it is for that device."""
        return self._named.met(value), tuple([value in devices for devices in self._devices])

    def name(self, value: object) -> str:
        """The first member of the value's class: of a list of words, else of the values that cells name. Empty for blank ones.

        What is a set, or a day, has no such list: it goes by the cells that it meets, those that it fails marked by `^`.
        """
        told = self._told(value)
        if told == self._blank:
            return ""
        first = next((word for word, typed in self._words if self._told(typed) == told), None)
        if first is not None:
            return first
        if self._listed:
            wanted, refused = told[0]
            names = [self._cell_name(at) for at in wanted] + [f"^{self._cell_name(at)}" for at in refused]
            return "+".join(names) or _OTHER
        alike = self._named.first_alike(value)
        if alike is None:
            return _BESIDE_WORDS if self._words else _OTHER
        return _written(str(alike))

    def _cell_name(self, at: int) -> str:
        """A cell's first text where no other cell begins with it, else all of it."""
        texts = self._cells[at].text
        return "|".join(map(_written, texts[:1] if self._begun[texts[:1]] == 1 else texts))


@lru_cache(maxsize=16_384)
def _written(text: str) -> str:
    """A text of an editor's. What is spelled like `other` is another."""
    return "%6Fther" if text == _OTHER else quote(text, safe=_PLAIN)


def _clocks(plan: Plan) -> dict[bool, tuple[str, ...]]:
    """The inputs of time by whether they are read on the visitor's clock, in the order of their tables, then by input."""
    read = dict.fromkeys(part.table.of_visitor for part in plan.parts if not TIME_INPUTS.isdisjoint(part.inputs))
    return dict.fromkeys(read, tuple(sorted(TIME_INPUTS & plan.inputs)))


def _typed(name: str, word: str) -> object:
    kind = INPUTS[name].kind
    if kind == "hour":
        return int(word)
    return word == "yes" if kind == "flag" else word
