"""The visitor's languages as one list: what the person says, what the browser says, what the place lets one expect.

SEMANTICS §4. The parts stand in this order, and a tag that comes again is dropped:

    choice   by hand, in this request                     high
    url      the language that the URL names              high
    rule     what a rule of the site says                 high     (conditions do not see it, norms do)
    cookie   an earlier choice                            high
    the rest, by strength of the header:
        strong        header high, terms medium
        none          terms medium, place
        weak  trust   header medium, terms medium
              geo     terms medium, place, header medium
              hedge   as geo where there is something to hear, else as trust
    place    official languages by share, medium; where they are ambiguous the site's default comes first, and all are low
    default  the site's, low: only where the list is empty otherwise, or the place is ambiguous

A language refused with `q=0` goes to the end, unless it was named (choice, url, rule, cookie): a person's word of now outranks
the settings of a browser.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from enum import Enum

from msgspec import Struct

from locales.matching import is_refused
from locales.preference import Confidence, Listed
from locales.territories import is_official, place_languages
from locales.words import language_of_words
from rules.context import Choice, Context

#: What browsers send whose owner never set a language.
FACTORY_SETTINGS = frozenset({"en", "en-US"})

#: An enumeration is slow to give its members.
_SURE, _LIKELY, _DOUBTED = Confidence.high, Confidence.medium, Confidence.low

#: Origins of languages that somebody named, in their order.
NAMED = ("choice", "url", "rule", "cookie")


class Strength(Enum):
    """How much an `Accept-Language` tells of a person."""

    none = "none"
    weak = "weak"
    strong = "strong"


class Listing(Struct, frozen=True, eq=False):
    """The list, and what is known of how it came about.

    `excluded` are the refusals that count: a range that refuses a named language is not among them. `first` and `accepted`
    are what conditions on `language` and `languages` see. `reads_place`: the place was asked, for its languages or for the
    strength of the header. `hedged`: a weak header under the policy `hedge`, and the place's language comes first. One list is
    one object, as long as it is remembered: others keep by it what follows from it.
    """

    listed: tuple[Listed, ...]
    excluded: tuple[str, ...] = ()
    first: str | None = None
    accepted: tuple[str, ...] = ()
    reads_place: bool = False
    hedged: bool = False


def header_strength(wanted: Sequence[str], country: str | None, region: str | None) -> Strength:
    """The strength of a header with these ranges for a visitor of that place. What has `q=0` and `*` tells nothing."""
    if not wanted:
        return Strength.none
    if country is None or not FACTORY_SETTINGS.issuperset(wanted) or is_official("en", country, region):
        return Strength.strong
    return Strength.weak


def chosen_language(choice: Choice) -> str | None:
    """The language of a choice of now; that of a cookie ranks lower."""
    return None if choice.origin == "cookie" else choice.language


def remembered_language(choice: Choice) -> str | None:
    """The language of an earlier choice, from a cookie."""
    return choice.language if choice.origin == "cookie" else None


def visitor_languages(
    context: Context, audio: bool, default: str, weak_header: str, rule: str | None = None
) -> Listing:
    """The languages of a visitor, for an item with something to hear or without.

    `default` and `weak_header` (`trust`, `geo`, `hedge`) are the site's; `rule` is the language that a rule says, None for the
    list that conditions see.
    """
    choice, ranges = context.choice, context.ranges
    return _listing(
        None if choice is None else chosen_language(choice),
        context.url_language,
        rule,
        None if choice is None else remembered_language(choice),
        ranges.wanted,
        ranges.excluded,
        _language_of_terms(context.terms) if context.terms else None,
        context.country,
        context.region,
        default,
        weak_header,
        audio,
    )


_language_of_terms = functools.lru_cache(maxsize=4096)(language_of_words)


@functools.lru_cache(maxsize=8192)
def _listing(
    choice: str | None,
    url: str | None,
    rule: str | None,
    cookie: str | None,
    wanted: tuple[str, ...],
    refused: tuple[str, ...],
    terms: str | None,
    country: str | None,
    region: str | None,
    default: str,
    weak_header: str,
    audio: bool,
) -> Listing:
    """The list, remembered: what is named, what the header wants and refuses, the language of the search, the place, the site.

    The arguments are flat, since every look-up hashes them.
    """
    said = zip(NAMED, (choice, url, rule, cookie), strict=True)
    named = [Listed(tag, origin, _SURE) for origin, tag in said if tag is not None]
    strength = header_strength(wanted, country, region)
    by_place = strength is Strength.none or (strength is Strength.weak and _prefers_place(weak_header, audio))
    sure = _LIKELY if strength is Strength.weak else _SURE
    browser = [Listed(tag, "header", sure) for tag in wanted]
    words = [] if terms is None else [Listed(terms, "terms", _LIKELY)]
    supposed = [*words, *_of_place(country, region, default), *browser] if by_place else [*browser, *words]
    excluded = _counting_refusals(refused, named)
    listed, accepted = _arranged([*named, *supposed], excluded, default)
    return Listing(
        listed=listed,
        excluded=excluded,
        first=accepted[0] if accepted else None,
        accepted=accepted,
        reads_place=FACTORY_SETTINGS.issuperset(wanted),
        hedged=strength is Strength.weak and weak_header == "hedge" and audio and listed[0].origin == "place",
    )


def _prefers_place(weak_header: str, audio: bool) -> bool:
    """Whether the place's languages come before those of a weak header."""
    return weak_header == "geo" or (weak_header == "hedge" and audio)


@functools.lru_cache(maxsize=1024)
def _of_place(country: str | None, region: str | None, default: str) -> tuple[Listed, ...]:
    if country is None:
        return ()
    place = place_languages(country, region)
    if place.ambiguous:
        return (Listed(default, "default", _DOUBTED), *(Listed(tag, "place", _DOUBTED) for tag in place.languages))
    return tuple(Listed(tag, "place", _LIKELY) for tag in place.languages)


def _counting_refusals(excluded: Sequence[str], named: Iterable[Listed]) -> tuple[str, ...]:
    return tuple(wide for wide in excluded if not any(is_refused(entry.tag, (wide,)) for entry in named))


def _arranged(
    entries: Iterable[Listed], excluded: tuple[str, ...], default: str
) -> tuple[tuple[Listed, ...], tuple[str, ...]]:
    """The list without repeats and with what is refused at its end, and the tags that conditions see."""
    unique: dict[str, Listed] = {}
    for entry in entries:
        known = unique.setdefault(entry.tag, entry)
        if known.origin == "default":
            # It is there not only as the default: it keeps its place and its doubt, and has a norm (SEMANTICS §4).
            unique[entry.tag] = Listed(entry.tag, entry.origin, known.confidence)
    if unique and not excluded:
        return tuple(unique.values()), tuple(unique)
    wanted = [entry for entry in unique.values() if not _is_out(entry, excluded)]
    refused = [entry for entry in unique.values() if _is_out(entry, excluded)]
    if not wanted:
        wanted = [Listed(default, "default", _DOUBTED)]
        refused = [entry for entry in refused if entry.tag != default]
    accepted = tuple(entry.tag for entry in wanted if not _is_out(entry, excluded))
    return (*wanted, *refused), accepted


def _is_out(entry: Listed, excluded: tuple[str, ...]) -> bool:
    return entry.origin not in NAMED and is_refused(entry.tag, excluded)
