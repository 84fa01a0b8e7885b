"""Axes: inputs that depend on each other, with every combination of their values that makes a difference to a table.

    place      country, region             a subdivision stands in its own country
    item       item, kind, channel         the items that the site has
    referrer   referrer, referrer_name     the ways to come that the site's signals tell
    wishes     captions, audio_description   one choice says both
    others     one input each; languages, words and sets, and time, have modules of their own

Of values for which the same rules hold one is kept, the most telling first and the blank one last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import product
from operator import and_, or_
from typing import Protocol

from msgspec import Struct

from locales.territories import TERRITORIES, subdivisions_of
from rules.analysis.columns import BLANK, Column, columns_of
from rules.analysis.searching import Choice
from rules.analysis.world import Atom, Referral, World
from rules.inputs import INPUTS, REFERRERS
from rules.tables import Rule

#: Territories that say something to most readers come first.
_WELL_KNOWN = ("DE", "ES", "FR", "GB", "US", "IN", "BR", "JP", "NL", "PL")


class Box(Struct, frozen=True):
    """What some rules leave of an axis: its choices, the rules that hold for any of them, and those that hold for all.

    `whole`: no choice was left out that could make a difference.
    """

    choices: Sequence[Choice]
    some: int
    every: int
    whole: bool = True

    @staticmethod
    def of(choices: Sequence[Choice], *, whole: bool = True, some: int | None = None) -> Box:
        """The box of these choices. `some` where more rules could hold than the choices tell."""
        masks = [mask for mask, _ in choices]
        return Box(choices, reduce(or_, masks, 0) if some is None else some, reduce(and_, masks, -1), whole)


class Axis(Protocol):
    """Inputs that go together. `inputs` are their names."""

    inputs: tuple[str, ...]

    def box(self, required: tuple[int, ...], avoid: int) -> Box:
        """The choices for which all the rules at these positions hold. `avoid` are the rules that should not hold."""
        ...

    def meeting(self, position: int) -> int:
        """The rules that hold for a value for which the one at that position holds; of sets, maybe some more."""
        ...


class ClosedAxis:
    """An axis whose values can be listed, whatever is asked of it."""

    __slots__ = ("_boxes", "_keys", "_whole", "choices", "inputs")

    def __init__(
        self, inputs: Iterable[str], rules: Sequence[Rule], choices: Iterable[Choice], *, whole: bool = True
    ) -> None:
        self.inputs = tuple(inputs)
        by_mask: dict[int, Atom] = {}
        for mask, atom in choices:
            by_mask.setdefault(mask, atom)
        self.choices = tuple(by_mask.items())
        self._whole = whole
        self._keys = keys_of(inputs, rules)
        self._boxes: dict[object, Box] = {}

    def box(self, required: tuple[int, ...], avoid: int) -> Box:
        """Rules that ask the same have the same box."""
        key = tuple(self._keys[position] for position in required)
        known = self._boxes.get(key)
        if known is None:
            found = self.choices if not required else self.box(required[:-1], avoid).choices
            if required and self._keys[required[-1]]:
                found = tuple(choice for choice in found if choice[0] >> required[-1] & 1)
            known = Box.of(found, whole=self._whole)
            if len(required) <= 1:  # of pairs there are too many to remember
                self._boxes[key] = known
        return known

    def meeting(self, position: int) -> int:
        """Exactly those."""
        return self.box((position,), 0).some


def keys_of(inputs: Iterable[str], rules: Sequence[Rule]) -> list[tuple[object, ...]]:
    """For each rule what it asks of these inputs; empty where it asks nothing. Time's schedule is an input here."""
    names = frozenset(inputs)
    keys: list[tuple[object, ...]] = []
    for rule in rules:
        asked: list[object] = [id(cell) for cell in rule.cells if cell.input in names]
        if "schedule" in names and (rule.active.begins or rule.active.ends):
            asked.append((rule.active.begins, rule.active.ends))
        keys.append(tuple(asked))
    return keys


def place_axis(rules: Sequence[Rule]) -> ClosedAxis | None:
    """Every territory, each subdivision that a cell names, one that none names in every country, and no place at all."""
    columns = columns_of(("country", "region"), rules)
    country, region = columns.values()
    if not any(columns.values()):
        return None
    named = [str(value) for value in region.named]
    codes = dict.fromkeys((*map(str, country.named), *(code[:2] for code in named), *_WELL_KNOWN, *sorted(TERRITORIES)))
    places: list[tuple[str | None, str | None]] = [(code[:2], code) for code in named]
    places += [(code, None) for code in codes]
    places += [(code, _another_region(code, named)) for code in codes if region]
    return ClosedAxis(columns, rules, [_place(*place, columns) for place in (*places, (None, None))])


def _place(code: str | None, part: str | None, columns: Mapping[str, Column]) -> Choice:
    said = {"country": code, "region": part}
    satisfied = [BLANK if value is None else (value,) for value in said.values()]
    words = tuple((name, text) for name, text in said.items() if text is not None)
    mask = reduce(and_, map(Column.holding, columns.values(), satisfied))
    return mask, Atom(words, tuple(said.items()))


def _another_region(country: str, named: Iterable[str]) -> str | None:
    taken = frozenset(named)
    return next((code for code in subdivisions_of(country) if code not in taken), None)


def item_axis(rules: Sequence[Rule], world: World) -> ClosedAxis:
    """The items of the site: kind and channel follow from the item."""
    columns = columns_of(("item", "kind", "channel"), rules)
    choices = []
    for subject in world.subjects:
        values = {"item": subject.item, "kind": subject.kind, "channel": subject.channel}
        masks = (columns[name].holding((value,)) for name, value in values.items())
        choices.append((reduce(and_, masks), Atom(item=subject.item)))
    return ClosedAxis(("item", "kind", "channel"), rules, choices)


def referrer_axis(rules: Sequence[Rule], world: World) -> ClosedAxis | None:
    """The ways to come by which the site knows a referrer of that kind and name."""
    columns = columns_of(("referrer", "referrer_name"), rules)
    kind, name = columns["referrer"], columns["referrer_name"]
    if not any(columns.values()):
        return None
    choices = []
    for way in world.referrals([str(value) for value in name.named]):
        mask = kind.holding((way.referrer,)) & name.holding(BLANK if way.name is None else (way.name.casefold(),))
        choices.append((mask, Atom(way.words, (("referrer", way.referrer), ("referrer_name", way.name)))))
    return ClosedAxis(columns, rules, choices)


def any_referrals(names: Sequence[str]) -> Sequence[Referral]:
    """Every kind with every name, and how nobody knows: for those who know of no signals."""
    unnamed = [Referral(kind, None, () if kind == "direct" else None) for kind in REFERRERS]
    nameable = [kind for kind in REFERRERS if kind not in ("direct", "internal")]
    return [*unnamed, *(Referral(kind, name, None) for kind in nameable for name in (*names, "nowhere.example"))]


def wishes_axis(rules: Sequence[Rule]) -> ClosedAxis | None:
    """Captions and audio description, each wanted, not wanted or unsaid."""
    columns = columns_of(("captions", "audio_description"), rules)
    if not any(columns.values()):
        return None
    choices = []
    for flags in product((True, False, None), repeat=2):
        said = dict(zip(columns, flags, strict=True))
        mask = reduce(and_, (columns[name].holding((flag,)) for name, flag in said.items()))
        chosen = ", ".join(f"{name}=?{int(flag)}" for name, flag in said.items() if flag is not None)
        choices.append((mask, Atom((("choose", chosen),) if chosen else (), tuple(said.items()))))
    return ClosedAxis(columns, rules, choices)


def flag_axis(rules: Sequence[Rule]) -> ClosedAxis | None:
    """Whether data is to be saved."""
    column = Column("save_data", rules)
    if not column:
        return None
    values: Mapping[str, bool] = {"yes": True, "no": False}
    choices = [
        (column.holding((flag,)), Atom((("save_data", text),), (("save_data", flag),))) for text, flag in values.items()
    ]
    return ClosedAxis(("save_data",), rules, [*choices, (column.holding(BLANK), Atom())])


def unnamed(column: Column) -> str:
    """A word that no cell of a column names."""
    numbers = ("something", *(f"something-{number}" for number in range(len(column.named))))
    return next(word for word in numbers if word not in column.named)


#: Inputs with one value of a list or of the site's own, each with its preview parameter.
_SINGLE: Mapping[str, str] = {
    "device": "device", "os": "os", "campaign": "utm_campaign", "stage": "stage", "age": "age",
}  # fmt: skip


def single_axes(rules: Sequence[Rule], world: World) -> Iterator[ClosedAxis]:
    """The values that cells name, those of the input's list, one that is neither where there can be one, and none."""
    for name, parameter in _SINGLE.items():
        column = Column(name, rules)
        if column:
            row = INPUTS[name]
            others = () if row.kind == "word" else (unnamed(column),)
            values = dict.fromkeys((*map(str, column.named), *row.values, *others))
            needs = world.needs(name)
            choices = [
                (column.holding((text.casefold(),)), Atom(((parameter, text), *needs), ((name, text),)))
                for text in values
            ]
            yield ClosedAxis((name,), rules, [*choices, (column.holding(BLANK), Atom())])
