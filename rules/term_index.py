"""Which of many runs of search words, or of cells that ask for them, hold for a query, without asking all of them.

A run of words that is in a query has each of its whole words there: those between spaces, since the first and the last may be a
part of a word. So a run is looked for only where the rarest of these is in the query. One without a whole word (`flug*`) has
pieces of three characters, and is looked for only where the rarest of those is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from rules.cells import Cell, TermCell

#: Characters of a piece.
PIECE = 3


class RunIndex:
    """Runs as `TermCell` has them, by the rarest of their whole words, or of their pieces.

    `_lone` are runs of one whole word and nothing else, by that word: they are in each query that has it.
    """

    __slots__ = ("_by_piece", "_by_word", "_lone")

    def __init__(self, runs: Sequence[str]) -> None:
        whole = {run: run.split(" ")[1:-1] for run in runs}
        self._lone = {words[0]: run for run, words in whole.items() if words and run == f" {words[0]} "}
        lone = frozenset(self._lone.values())
        self._by_word = _by_rarest({run: words for run, words in whole.items() if words and run not in lone})
        self._by_piece = _by_rarest({run: _pieces(run) or [run] for run, words in whole.items() if not words})

    def within(self, terms: Sequence[str]) -> tuple[str, ...]:
        """The runs that are in a query, by its words; the same runs always come in the same order."""
        query = " ".join(terms)
        words = query.split(" ")
        found = {self._lone[word] for word in words if word in self._lone}
        if self._by_word or self._by_piece:
            found.update(self._longer(f" {query} ", words))
        return tuple(sorted(found))

    def _longer(self, query: str, words: Sequence[str]) -> Iterator[str]:
        """Those of several words, or of parts of one."""
        asked = list(chain.from_iterable([self._by_word.get(word, ()) for word in words]))
        if self._by_piece:
            pieces = {piece for size in range(1, PIECE + 1) for piece in _pieces(query, size)}
            asked += chain.from_iterable([self._by_piece[piece] for piece in pieces & self._by_piece.keys()])
        return (run for run in asked if run in query)


def _by_rarest(parts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Runs by that part of theirs which the fewest others have."""
    found: dict[str, list[str]] = {}
    common = Counter(chain.from_iterable(parts.values()))
    for run, own in parts.items():
        found.setdefault(min(own, key=common.__getitem__), []).append(run)
    return found


def _pieces(text: str, size: int = PIECE) -> list[str]:
    return [text[at : at + size] for at in range(len(text) - size + 1)]


class TermIndex:
    """Cells on `terms`, by the rarest word of each run that they want. Cells that want none are asked always."""

    __slots__ = ("_always", "_by_word", "_cells")

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._cells = cells
        self._always: list[int] = []
        self._by_word: dict[str, list[int]] = {}
        wanted = [[run.split(" ")[1:-1] for run in _wanted(cell)] for cell in cells]
        common = Counter(chain.from_iterable(chain.from_iterable(wanted)))
        for position, runs in enumerate(wanted):
            if not runs or [] in runs:
                self._always.append(position)
            for run in filter(None, runs):
                word = run[0] if len(run) == 1 else min(run, key=common.__getitem__)
                self._by_word.setdefault(word, []).append(position)

    def holding(self, terms: Sequence[str]) -> tuple[int, ...]:
        """The positions of the cells that hold for the words of a query, in order."""
        asked = set(self._always)
        for word in " ".join(terms).split(" "):
            asked.update(self._by_word.get(word, ()))
        return tuple([position for position in sorted(asked) if self._cells[position].holds(terms)])


def _wanted(cell: Cell) -> tuple[str, ...]:
    """The runs one of which a query must have; none where the cell holds without."""
    return cell.runs if isinstance(cell, TermCell) and None not in cell.positives else ()
