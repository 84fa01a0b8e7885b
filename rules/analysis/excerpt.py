"""An excerpt: the few rules of a table that a question is about, over the axes of what they ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import and_, or_

from msgspec import Struct

from rules.analysis.axes import (
    ITEM,
    PLACE,
    REFERRER,
    SINGLE,
    WISHES,
    Axis,
    Items,
    flag_axis,
    item_axis,
    place_axis,
    referrer_axis,
    single_axis,
    wishes_axis,
)
from rules.analysis.columns import Asked
from rules.analysis.searching import A_STEP, Accept, Budget, Ended, find
from rules.analysis.sets import terms_axis, words_axis
from rules.analysis.times import TIMES, time_axis
from rules.analysis.tongues import LANGUAGES, language_axis
from rules.analysis.world import Atom, World
from rules.tables import ALWAYS, Rule


class Scene(Struct, frozen=True):
    """Where the rules of a table stand: the site around it, the items that count, and whether its clock is the visitor's."""

    world: World
    items: Items
    of_visitor: bool = False


#: Makes an axis of what rules ask, for which some of them, a set, must hold.
Make = Callable[[Asked, int, Scene], Axis]


class Excerpt:
    """Some rules that must hold, the `needed` ones, and `others` behind them. `axes` have what the former leave of each."""

    __slots__ = ("axes", "others", "rules")

    def __init__(self, needed: Sequence[Rule], others: Sequence[Rule], scene: Scene) -> None:
        self.rules = (*needed, *others)
        asked, must = Asked.of(self.rules), (1 << len(needed)) - 1
        self.others = asked.every ^ must
        read = {_AXIS_OF[name] for name in asked.cells} | {0}  # everybody asks for an item
        if any(rule.active != ALWAYS for rule in self.rules):
            read.add(_AXIS_OF["schedule"])
        self.axes: list[Axis] = [_AXES[number][1](asked, must, scene) for number in sorted(read)]

    @property
    def steps(self) -> int:
        """What it cost to make, in steps of a budget."""
        return 1 + sum(2 + len(axis.choices) // A_STEP for axis in self.axes)

    @property
    def whole(self) -> bool:
        """Whether no choice was left out."""
        return all(axis.whole for axis in self.axes)

    @property
    def empty(self) -> list[str]:
        """The inputs of which no value is left for the needed rules."""
        return [name for axis in self.axes if not axis.choices for name in axis.inputs]

    def find(self, budget: Budget, accept: Accept, avoid: int = -1) -> tuple[Atom, ...] | Ended:
        """Values for which the needed rules hold and none of the others, or of those to avoid among them, that are accepted.

        That there are none is said only where no choice was left out.
        """
        if any(axis.whole and not axis.choices for axis in self.axes):
            return Ended.nobody
        listed = [axis.choices for axis in self.axes]
        relevant = self.others & avoid
        if relevant:
            relevant = reduce(and_, [reduce(or_, [mask for mask, _ in choices], 0) for choices in listed], relevant)
        found = find(listed, relevant, budget, accept)
        return Ended.stopped if found is Ended.nobody and not self.whole else found


def _single(name: str) -> Make:
    return lambda asked, must, scene: single_axis(name, asked, must, scene.world)


def _words(name: str) -> Make:
    return lambda asked, must, scene: words_axis(name, asked, must, scene.world)


#: The inputs of each axis, and how it is made.
_AXES: Sequence[tuple[tuple[str, ...], Make]] = (
    (ITEM, lambda asked, must, scene: item_axis(asked, must, scene.items)),
    (PLACE, lambda asked, must, scene: place_axis(asked, must)),
    (REFERRER, lambda asked, must, scene: referrer_axis(asked, must, scene.world)),
    (WISHES, lambda asked, must, scene: wishes_axis(asked, must)),
    (("save_data",), lambda asked, must, scene: flag_axis(asked, must)),
    (TIMES, lambda asked, must, scene: time_axis(asked, must, scene.world, of_visitor=scene.of_visitor)),
    (LANGUAGES, lambda asked, must, scene: language_axis(asked, must, scene.world.language)),
    *(((name,), _single(name)) for name in SINGLE),
    (("terms",), lambda asked, must, scene: terms_axis(asked, must)),
    *(((name,), _words(name)) for name in ("segment", "seen")),
)

_AXIS_OF = {name: number for number, (names, _) in enumerate(_AXES) for name in names}


def anybody(atoms: Iterable[Atom]) -> bool:
    """Accepts whoever was found."""
    return True
