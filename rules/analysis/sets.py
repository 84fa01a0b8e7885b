"""Axes of inputs of which a visitor has several values: words of a search, segments, items seen, and languages.

What visitors can have is without end, but few of it make a difference. One value is needed for each rule that must hold and asks
for one; one for each rule that must not hold and refuses it; any other value could be left out and nothing would hold less. So
the choices are: for each required rule one of the values that it asks for, and any of the values that other rules refuse. Of
values that the same rules want and the same refuse, one is enough.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, islice, product

from rules.analysis.axes import Axis, unnamed
from rules.analysis.columns import BLANK, Asked, Choice, Column
from rules.analysis.world import Atom, World
from rules.term_index import RunIndex

#: Refused values that are tried in every combination; of more, one and two at a time.
REFUSED = 6

#: Combinations that are tried for one question; how many, where there are more.
COMBINED = 600
FEW = 20

Values = tuple[str, ...]

#: Values, each with the named values that it satisfies.
Satisfied = Mapping[str, Iterable[object]]


class OpenAxis(ABC):
    """An axis of sets. A subclass says which values there are, what they satisfy, and how they are said.

    The last of the inputs is the one with several values.
    """

    inputs: tuple[str, ...]

    def __init__(self, inputs: tuple[str, ...], column: Column, satisfied: Satisfied, *beside: Column) -> None:
        """`beside` are columns that look at the values as well."""
        self.inputs = inputs
        self._column = column
        self._parts = {value: column.parts(named) for value, named in satisfied.items()}
        alike: dict[object, str] = {}
        for value, named in satisfied.items():
            alike.setdefault((self._parts[value], *(one.parts(named) for one in beside)), value)
        #: Of values that are alike to all of the rules the first.
        self._values = tuple(alike.values())

    def axis(self, needed: int) -> Axis:
        """The choices for which the needed rules hold. Of the others, any may refuse something."""
        refused = [value for value in self._values if self._parts[value][1] & ~needed]
        bases = list(islice(self.bases(needed), COMBINED + 1))
        whole = len(refused) <= REFUSED and len(bases) << len(refused) <= COMBINED
        pairs = ((base, more) for more in _subsets(refused) for base in bases)
        by_mask: dict[int, Values] = {}
        for base, more in islice(pairs, COMBINED if whole else FEW + len(bases)):
            values = tuple(dict.fromkeys((*base, *more)))
            mask = self.holding(values)
            if mask & needed == needed:
                by_mask.setdefault(mask, values)
        choices: list[Choice] = [(mask, self.atom(values)) for mask, values in by_mask.items()]
        return Axis(self.inputs, choices, whole)

    def bases(self, needed: int) -> Iterator[Values]:
        """For each needed rule one of the values that it asks for."""
        asked = self.wanted(needed)
        yield from product(*asked) if asked else [(self.other,)]
        yield ()

    def wanted(self, needed: int) -> list[list[str]]:
        """For each needed rule that asks for some, the values that satisfy it."""
        bits = [1 << position for position in range(needed.bit_length()) if needed >> position & 1]
        found = [[value for value in self._values if self._parts[value][0] & bit] for bit in bits]
        return [values for values in found if values]

    @property
    def other(self) -> str:
        """A value that satisfies nothing, or nothing that counts."""
        return next(value for value in self._values if self._parts[value] == (0, 0))

    def holding(self, values: Values) -> int:
        """The rules that hold for these values."""
        return (
            self._column.combined([self._parts[value] for value in values]) if values else self._column.holding(BLANK)
        )

    @abstractmethod
    def atom(self, values: Values) -> Atom:
        """The values, as a preview and as a context have them."""


def _subsets(values: Sequence[str]) -> Iterator[Values]:
    most = len(values) if len(values) <= REFUSED else 2
    yield from chain.from_iterable(combinations(values, count) for count in range(most + 1))


class WordsAxis(OpenAxis):
    """Texts of the site: segments, items seen."""

    def __init__(self, name: str, column: Column, world: World) -> None:
        self._needs = world.needs(name)
        super().__init__((name,), column, {value: (value,) for value in (*map(str, column.named), unnamed(column))})

    def atom(self, values: Values) -> Atom:
        """Values stand behind each other."""
        (name,) = self.inputs
        return Atom(((name, " ".join(values)), *self._needs) if values else (), ((name, values),))


#: Letters of which words are made that go on where a run is open, or stand between two runs: the first that no run has.
_LETTERS = "zqxjkvwybhmpgufcdlnrstoaei" "0123456789" "ѣжщцъюяфэ" "ψξζχωφ" "ღჭხჯჰ"  # fmt: skip


class TermsAxis(OpenAxis):
    """Runs of words. Where a cell leaves open how a word goes on, it does so in some of the values."""

    def __init__(self, column: Column) -> None:
        runs = [value for value in column.named if isinstance(value, str)]
        written = "".join(runs)
        letter = next((one for one in _LETTERS if one not in written), _LETTERS[0])
        self._filler = letter * 3
        values = (*chain.from_iterable(_queries(run, letter) for run in runs), self._filler)
        index = RunIndex(runs)
        super().__init__(("terms",), column, {value: index.within(value.split()) for value in values})

    def atom(self, values: Values) -> Atom:
        """The words of a search on the site itself, something between each two runs."""
        parted = f" {self._filler} ".join(value for value in values if value != self._filler)
        words = tuple((parted or " ".join(values)).split())
        return Atom((("q", " ".join(words)),) if words else (), (("terms", words),))


def _queries(run: str, letter: str) -> Iterator[str]:
    """A run as it stands, and going on where it is open."""
    bare = run.strip(" ")
    fronts = ("",) if run.startswith(" ") else ("", letter)
    backs = ("",) if run.endswith(" ") else ("", letter)
    yield from (f"{front}{bare}{back}" for front, back in product(fronts, backs))


def terms_axis(asked: Asked, needed: int) -> Axis:
    """The words of a search."""
    return TermsAxis(asked.column("terms")).axis(needed)


def words_axis(name: str, asked: Asked, needed: int, world: World) -> Axis:
    """Segments, or items seen."""
    return WordsAxis(name, asked.column(name), world).axis(needed)
