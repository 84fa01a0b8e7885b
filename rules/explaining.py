"""Why somebody gets what the layers say, at the speed of a decision: what won, what that overrode, and what nearly won.

    decide ──▶ rules that won, arms drawn, what every layer says, expiry
    words  ──▶ what lower layers said otherwise
    sets   ──▶ near misses                                          (`rules.nearness`)

No rule is looked at but those that are told of. `rules.tracing` looks at all, rule by rule and cell by cell, and takes as long as
the tables are; both come to the same.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from msgspec import Struct

from locales.preference import Word, complete
from rules.book import RuleBook
from rules.context import Context, Subject
from rules.deciding import Decision, completed, decide_as_heard, languages_of
from rules.nearness import NearMiss, Nearness, near_misses


class Overridden(Struct, frozen=True, gc=False):
    """What a layer said of an output in vain: the word of a layer above it, `by`, has that output and says otherwise.

    `output` is `variant`, `language`, `mode`, or the name of a tag as in `tags.market`. A pin also outranks languages and modes
    wherever the item has that variant, which is for selection to know.
    """

    output: str
    word: Word
    by: Word


class Explained(Struct, frozen=True, gc=False):
    """The decision with the rules that won, what these and higher layers overrode, and near misses.

    These are in the order of their tables, those of other items, kinds and channels last; five at the most.
    """

    decision: Decision
    overridden: tuple[Overridden, ...]
    near_misses: tuple[NearMiss, ...]


def explain(context: Context, subject: Subject, book: RuleBook) -> Explained:
    """What `decide` answers for the same three, and why."""
    if context.choice is not None or (context.region is not None and context.country is None):
        context = completed(context)
    heard = languages_of(context, subject, book)
    decision = decide_as_heard(context, subject, book, heard)
    near = near_misses(nearness_of(book), context, subject, heard)
    return Explained(decision, overridden(decision.preference.words), near)


def nearness_of(book: RuleBook) -> tuple[Nearness, ...]:
    """The tables, as they are asked for near misses. They are made when somebody first asks, and kept with the book."""
    known: tuple[Nearness, ...] | None = book.kept.get(__name__)
    if known is None:
        known = book.kept[__name__] = tuple([Nearness(table, book.policies.zone) for table in book.compiled])
    return known


def overridden(words: Sequence[Word]) -> tuple[Overridden, ...]:
    """What lower layers say otherwise, of the words of all layers, uppermost first. The last one is what holds without a word."""
    variant = language = mode = None
    tags: dict[str, tuple[str, Word]] = {}
    found: list[Overridden] = []
    for word in words[:-1]:
        if word.variant is not None:
            variant = variant or word
            if word.variant != variant.variant and word.layer != variant.layer:
                found.append(Overridden("variant", word, variant))
        if word.language is not None:
            language = language or word
            if word.language != language.language and word.layer != language.layer:
                found.append(Overridden("language", word, language))
        if word.mode:
            mode = mode or word
            if word.mode != mode.mode and word.layer != mode.layer and _is_otherwise(word.mode, mode.mode):
                found.append(Overridden("mode", word, mode))
        for name, value in word.tags:
            said, by = tags.setdefault(name, (value, word))
            if value != said and word.layer != by.layer:
                found.append(Overridden(f"tags.{name}", word, by))
    return tuple(found)


@functools.lru_cache(maxsize=256)
def _is_otherwise(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two orders of modes come to different ones."""
    return complete(one) != complete(other)
