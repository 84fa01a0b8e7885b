"""Axes of inputs of which a visitor has several values: words of a search, segments, items seen, and languages.

What visitors can have is without end, but few of it make a difference. One value is needed for each rule that must hold and asks
for one; one for each rule that must not hold and refuses it; any other value could be left out and nothing would hold less. So
the choices are: for each required rule one of the values that it asks for, and any of the values that other rules refuse.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain, combinations, islice, product
from operator import or_

from locales.ranges import LanguageRanges
from locales.tags import covers, known_languages, language_of
from locales.territories import TERRITORIES, is_official
from rules.analysis.axes import Box, keys_of, unnamed
from rules.analysis.columns import BLANK, Column, columns_of
from rules.analysis.searching import Choice
from rules.analysis.world import Atom, World
from rules.languages import FACTORY_SETTINGS
from rules.tables import Rule

#: Refused values that are tried in every combination; of more, one and two at a time.
REFUSED = 5

#: Combinations that are tried for one question; how many, where there are more; and those that are remembered, with their boxes.
COMBINED = 600
FEW = 20
REMEMBERED = 4_000
BOXES = 400

#: What stands between the words that two cells ask for: the first that no cell asks for; and how an open word goes on.
FILLERS = ("zzyzx", "qwyqwy", "xyxxy", "vyjvyj")
LETTER = "z"

Values = tuple[str, ...]


class OpenAxis(ABC):
    """An axis of sets. A subclass says which values there are, what they satisfy, and how they are said.

    The last of the inputs is the one with several values.
    """

    __slots__ = (
        "_boxes",
        "_column",
        "_having",
        "_keys",
        "_masks",
        "_parts",
        "_refusing",
        "_rules",
        "_values",
        "inputs",
    )

    def __init__(self, inputs: tuple[str, ...], rules: Sequence[Rule], column: Column, values: Iterable[str]) -> None:
        self.inputs = inputs
        self._column = column
        self._rules = rules
        self._keys = keys_of(inputs, rules)
        self._having: dict[object, list[str]] = {}
        self._boxes: dict[object, Box] = {}
        self._masks: dict[Values, Choice] = {}
        self._parts: dict[str, tuple[int, int]] = {}
        self._values = tuple(dict.fromkeys(values))
        #: The rules that refuse each value that somebody refuses.
        self._refusing = list(self._refused_values())

    def box(self, required: tuple[int, ...], avoid: int) -> Box:
        """The choices for which the rules hold; as many rules as are avoided may refuse something."""
        refused = tuple(value for value, bits in self._refusing if bits & avoid)
        key = (tuple(self._keys[position] for position in required), refused)
        known = self._boxes.get(key)
        if known is None:
            known = self._made(required, refused)
            if len(self._boxes) >= BOXES:
                self._boxes.clear()
            self._boxes[key] = known
        return known

    def meeting(self, position: int) -> int:
        """Whoever has several values can have one for each rule."""
        return -1

    def _made(self, required: tuple[int, ...], refused: Sequence[str]) -> Box:
        needed = reduce(or_, (1 << position for position in required), 0)
        by_mask: dict[int, Atom] = {}
        bases = list(islice(self.bases(required), COMBINED))
        pairs = ((base, more) for more in _subsets(refused) for base in bases)
        whole = len(refused) <= REFUSED and len(bases) << len(refused) <= COMBINED
        for base, more in islice(pairs, COMBINED if whole else FEW):
            mask, atom = self.choice(tuple(dict.fromkeys((*base, *more))))
            if mask & needed == needed:
                by_mask.setdefault(mask, atom)
        return Box.of(tuple(by_mask.items()), whole=whole)

    def choice(self, values: Values) -> Choice:
        """The rules that hold for a visitor who has these values, and no other."""
        known = self._masks.get(values)
        if known is None:
            if len(self._masks) >= REMEMBERED:
                self._masks.clear()
            known = self._masks[values] = self.holding(values), self.atom(values)
        return known

    def bases(self, required: tuple[int, ...]) -> Iterator[Values]:
        """For each required rule one of the values that it asks for."""
        asked = [values for values in map(self.wanted, required) if values]
        if not asked:
            yield (self.other,)
        else:
            yield from product(*asked)
        yield ()

    def wanted(self, position: int) -> list[str]:
        """The values that satisfy something that a rule asks for."""
        name = self.inputs[-1]
        asked = {value for cell in self._rules[position].cells if cell.input == name for value in cell.positives}
        found = {value for one in asked for value in self._satisfying(one)}
        return [value for value in self._values if value in found]

    def _satisfying(self, named: object) -> list[str]:
        known = self._having.get(named)
        if known is None:
            known = self._having[named] = [value for value in self._values if self.satisfies(value, named)]
        return known

    def _refused_values(self) -> Iterator[tuple[str, int]]:
        for value in self._values:
            bits = (bits for named, bits in self._column.refused.items() if self.satisfies(value, named))
            refusing = reduce(or_, bits, 0)
            if refusing:
                yield value, refusing

    @property
    def other(self) -> str:
        """A value that satisfies nothing."""
        return self._values[-1]

    def holding(self, values: Values) -> int:
        """The rules that hold for these values."""
        return self._column.combined(map(self._part, values)) if values else self._column.holding(BLANK)

    def _part(self, value: str) -> tuple[int, int]:
        known = self._parts.get(value)
        if known is None:
            satisfied = [one for one in self._column.named if self.satisfies(value, one)]
            known = self._parts[value] = self._column.parts(satisfied)
        return known

    def satisfies(self, value: str, named: object) -> bool:
        """Whether a value is what a cell names."""
        return value == named

    @abstractmethod
    def atom(self, values: Values) -> Atom:
        """The values, as a preview and as a context have them."""


def _subsets(values: Sequence[str]) -> Iterator[Values]:
    most = len(values) if len(values) <= REFUSED else 2
    yield from chain.from_iterable(combinations(values, count) for count in range(most + 1))


class WordsAxis(OpenAxis):
    """Texts of the site: segments, items seen."""

    __slots__ = ("_needs",)

    def __init__(self, name: str, rules: Sequence[Rule], column: Column, world: World) -> None:
        self._needs = world.needs(name)
        super().__init__((name,), rules, column, (*map(str, column.named), unnamed(column)))

    def atom(self, values: Values) -> Atom:
        """Values stand behind each other."""
        (name,) = self.inputs
        return Atom(((name, " ".join(values)), *self._needs) if values else (), ((name, values),))


class TermsAxis(OpenAxis):
    """Runs of words. Where a cell leaves open how a word goes on, it does so in some of the values."""

    __slots__ = ("_filler",)

    def __init__(self, rules: Sequence[Rule], column: Column) -> None:
        runs = [value for value in column.named if isinstance(value, str)]
        self._filler = next((word for word in FILLERS if not any(run in f" {word} " for run in runs)), FILLERS[0])
        super().__init__(("terms",), rules, column, (*chain.from_iterable(map(_queries, runs)), self._filler))

    def satisfies(self, value: str, named: object) -> bool:
        """Runs are written with a space where a word ends."""
        return isinstance(named, str) and named in f" {value} "

    def atom(self, values: Values) -> Atom:
        """The words of a search on the site itself."""
        words = self._query(values)
        return Atom((("q", " ".join(words)),) if words else (), (("terms", words),))

    def _query(self, values: Values) -> Values:
        """The words of several runs, something between each two."""
        parted = f" {self._filler} ".join(value for value in values if value != self._filler)
        return tuple((parted or " ".join(values)).split())


def _queries(run: str) -> Iterator[str]:
    """A run as it stands, and going on where it is open."""
    bare = run.strip(" ")
    fronts = ("",) if run.startswith(" ") else ("", LETTER)
    backs = ("",) if run.endswith(" ") else ("", LETTER)
    yield from (f"{front}{bare}{back}" for front, back in product(fronts, backs))


class LanguagesAxis(OpenAxis):
    """Lists of languages: the first is what `language` is, any of them what `languages` is."""

    __slots__ = ("_first", "_met")

    def __init__(self, rules: Sequence[Rule], first: Column, every: Column) -> None:
        named = [str(value) for value in dict.fromkeys((*first.named, *every.named))]
        self._first = first
        self._met: dict[object, int] = {}
        super().__init__(("language", "languages"), rules, every, _tags(named))

    def bases(self, required: tuple[int, ...]) -> Iterator[Values]:
        """Any language may be the first that the required rules let be."""
        needed = reduce(or_, (1 << position for position in required), 0)
        firsts = [value for value in self._values if self._first_holding((value,)) & needed == needed]
        asked = [values for values in map(self.wanted, required) if values]
        for base in product(firsts, *asked):
            yield from _strong(tuple(dict.fromkeys(base)))
        yield ()

    def meeting(self, position: int) -> int:
        """Of languages only one is the first."""
        key = self._keys[position]
        known = self._met.get(key)
        if known is None:
            masks = (self._first_holding((value,)) for value in self._values)
            masks_of_it = (mask for mask in (*masks, self._first_holding(())) if mask >> position & 1)
            known = self._met[key] = reduce(or_, masks_of_it, 0)
        return known

    def _first_holding(self, values: Values) -> int:
        satisfied = [one for one in self._first.named if values and covers(str(one), values[0])]
        return self._first.holding(satisfied if values else BLANK)

    def holding(self, values: Values) -> int:
        """Both columns."""
        return self._first_holding(values) & super().holding(values)

    def satisfies(self, value: str, named: object) -> bool:
        """A tag satisfies what covers it."""
        return isinstance(named, str) and covers(named, value)

    def atom(self, values: Values) -> Atom:
        """A header. Nobody's list is empty but of somebody who refuses the site's default: no header says that in general."""
        if not values:
            return Atom(None, ())
        ranges = LanguageRanges(values)
        return Atom((("accept_language", ranges.to_header()),), (("ranges", ranges),))


def _strong(values: Values) -> Iterator[Values]:
    """A header of a browser that nobody set up says little; with a language more it counts."""
    if FACTORY_SETTINGS.issuperset(values):
        yield (*values, "en-GB")
    yield values


#: Scripts of languages that are written in more than one.
_SCRIPTS = ("Latn", "Cyrl", "Arab", "Hans", "Hant")

#: Languages of which one is not named by any cell.
_OTHERS = ("ja", "fi", "sw", "ka", "eu", "haw", "eo")


def _tags(named: Sequence[str]) -> Iterator[str]:
    """For each set of named languages that one tag can satisfy together one such tag; last one that satisfies none."""
    known: set[frozenset[str]] = {frozenset()}
    for tag in _candidates(named):
        satisfied = frozenset(one for one in named if covers(one, tag))
        if satisfied not in known:
            known.add(satisfied)
            yield tag
    yield next(tag for tag in chain(_OTHERS, sorted(known_languages())) if not any(covers(one, tag) for one in named))


def _candidates(named: Sequence[str]) -> Iterator[str]:
    """The tags themselves; where a region or script of a language is named, its other ones."""
    bases = dict.fromkeys(map(language_of, named))
    parted = dict.fromkeys(language_of(tag) for tag in named if "-" in tag)
    yield from (tag for tag in ("en-GB", "en-AU") if "en" in bases)
    yield from (tag for tag in named if tag not in FACTORY_SETTINGS)
    for base in parted:
        yield base
        yield from (f"{base}-{code}" for code in sorted(TERRITORIES) if is_official(base, code))
        yield from (f"{base}-{script}" for script in _SCRIPTS)
    yield from (tag for tag in named if tag in FACTORY_SETTINGS)


def open_axes(rules: Sequence[Rule], world: World) -> Iterator[OpenAxis]:
    """The axes of sets that a table reads."""
    languages = columns_of(("language", "languages"), rules)
    if any(languages.values()):
        yield LanguagesAxis(rules, *languages.values())
    terms = Column("terms", rules)
    if terms:
        yield TermsAxis(rules, terms)
    yield from (
        WordsAxis(name, rules, column, world)
        for name, column in columns_of(("segment", "seen"), rules).items()
        if column
    )
