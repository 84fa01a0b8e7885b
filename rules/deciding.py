"""From a visitor's context to a decision: what every layer says about how they would like an item.

SEMANTICS §3. The layers are asked one by one, uppermost first, and everything that they say is kept; which of it is used is
for selection to find. In a table the first rule that holds is the whole answer.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from locales.preference import Preference, Word
from rules.book import Plan, RuleBook, Won
from rules.context import Choice, Context, Subject
from rules.languages import Listing, chosen_language, visitor_languages
from rules.tables import Rule

#: Lists of languages for which a book keeps what the standing layers say.
LISTS = 8192


class Decision(Struct, frozen=True):
    """What is wished for, the rules that matched in the order of their tables, and until when that holds for this visitor.

    `expires` is in UTC, None where no rule that could match ever flips. The boundaries of bars are not part of it.
    """

    preference: Preference
    matched: tuple[Rule, ...] = ()
    expires: datetime | None = None


class Stand(Struct, frozen=True):
    """What a standing layer looks at. `listing` is the whole list of languages, of a visitor in that place."""

    context: Context
    subject: Subject
    book: RuleBook
    listing: Listing


def decide(context: Context, subject: Subject, book: RuleBook) -> Decision:
    """What the layers say of an item to a visitor. Never raises, whatever the context is."""
    if context.choice is not None or (context.region is not None and context.country is None):
        context = completed(context)
    policies = book.policies
    heard = visitor_languages(context, subject.audio, policies.default_language, policies.weak_header)
    return decide_as_heard(context, subject, book, heard)


def decide_as_heard(context: Context, subject: Subject, book: RuleBook, heard: Listing) -> Decision:
    """The same for a completed context, whose languages without those of rules are known."""
    plan = book.plan(subject)
    certain = plan.certain_in(context.country)
    won, expires = (certain, None) if certain is not None else winners(context, plan, heard)
    if context.unit is not None and plan.splits:
        won = plan.drawn(won, context.unit)
    listing = heard if won.language is None else languages_of(context, subject, book, won.language)
    spoken = won.words if context.choice is None else choice_words(context.choice) + won.words
    preference = Preference(
        spoken + standing_words(context, subject, book, listing),
        listing.listed,
        listing.excluded,
        context.captions,
        context.audio_description,
        context.device,
        listing.reads_place,
    )
    return Decision(preference, won.rules, expires)


def standing_words(context: Context, subject: Subject, book: RuleBook, listing: Listing) -> tuple[Word, ...]:
    """What the layers below the rules say. It follows from the list, which belongs to one place, and is kept for it."""
    key = (listing, subject.kind, subject.channel, context.age)
    try:
        return book.standing[key]
    except KeyError:
        stand = Stand(context, subject, book, listing)
        words = tuple([word for say in STANDING.values() for word in say(stand)])
        if len(book.standing) >= LISTS:
            book.standing.clear()
        return book.standing.setdefault(key, words)


def completed(context: Context) -> Context:
    """The context with what follows from itself: the country of a lone region, the wishes that a choice carries."""
    if context.country is None and context.region is not None:
        context = replace(context, country=context.region[:2])
    choice = context.choice
    if choice is None or (choice.captions is None and choice.audio_description is None):
        return context
    captions = context.captions if choice.captions is None else choice.captions
    described = context.audio_description if choice.audio_description is None else choice.audio_description
    return replace(context, captions=captions, audio_description=described)


def languages_of(context: Context, subject: Subject, book: RuleBook, rule: str | None = None) -> Listing:
    """The visitor's languages under the site's policies, with the language of a rule or without."""
    policies = book.policies
    return visitor_languages(context, subject.audio, policies.default_language, policies.weak_header, rule)


def winners(context: Context, plan: Plan, heard: Listing) -> tuple[Won, datetime | None]:
    """The rules that match a completed context, and until when."""
    values = plan.values_of(context, heard.first, heard.accepted)
    return plan.winners(values, context.moment, context.zone)


# The layers, each as what it says: a tuple of words, most often none or one. What the rules say stands in `Won`.

DEFAULT = (Word("default", mode=("sub", "dub")),)
HEDGE = (Word("hedge", mode=("sub", "original"), reads_place=True),)


@functools.lru_cache(maxsize=1024)
def choice_words(choice: Choice) -> tuple[Word, ...]:
    """The word of a choice. The language of a cookie is not a word of this layer: it ranks below the URL's (SEMANTICS §4)."""
    language = chosen_language(choice)
    if choice.variant is None and choice.mode is None and language is None:
        return ()
    return (
        Word("choice", variant=choice.variant, language=language, mode=() if choice.mode is None else (choice.mode,)),
    )


def say_hedge(stand: Stand) -> tuple[Word, ...]:
    """Under a weak header the place's language is a guess: subtitles do less harm than a dub. Children cannot read them."""
    return HEDGE if stand.listing.hedged and stand.subject.kind != "children" else ()


def say_norms(stand: Stand) -> tuple[Word, ...]:
    """What viewers of the first language expect: how they watch, so that pages and images have no norm.

    Nor has the site's default, where it stands for want of better.
    """
    first = stand.listing.listed[0]
    if first.origin == "default" or not stand.subject.audio:
        return ()
    context, subject = stand.context, stand.subject
    word = stand.book.norm_word(first.tag, context.country, context.region, subject.kind, subject.channel, context.age)
    return () if word is None else (word,)


def say_default(stand: Stand) -> tuple[Word, ...]:
    """What holds where nobody says anything."""
    return DEFAULT


#: The layers below the rules, in the order of `LAYERS`: they look at the list of languages, the place and the item alone.
STANDING: Mapping[str, Callable[[Stand], tuple[Word, ...]]] = {
    "hedge": say_hedge,
    "norms": say_norms,
    "default": say_default,
}
