"""The best of the languages on offer for somebody's list: UTS #35, Language Matching, whole.

Where `locales.matching` says how far two tags are, this chooses, as ICU's LocaleMatcher does: the default first, then
CLDR's paradigm locales, then the order given; each further wish costs a little; between equals the likelier tag of a
language has it. Beyond ICU: what the list refuses is never chosen, and the answer says the rule and the runner-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from locales import cldr
from locales.matching import is_refused, region_between, rule_between
from locales.ranges import LanguageRanges
from locales.tags import maximise, names

#: Distances from here on are no match: another script (50), another language (80).
THRESHOLD = 50

#: Distances are counted in eighths, so that a tag that names the same subtags goes before one that only implies them.
_EIGHTHS = 8


@dataclass(frozen=True, slots=True)
class Match:
    """The tag on offer, the wish that it answers, their distance (language, script and region), and why.

    `rule` names CLDR's row (`gsw → de 4`), `same` where language and script are the same, `*` where anything will do.
    `runner_up` is what would have been chosen were the best one not there, None where nothing else is near enough.
    """

    best: str
    wanted: str
    distance: int
    rule: str
    runner_up: str | None = None


#: UTS #35, pseudo-locales: the regions and variants that mark accented, bidirectional and cracked text.
_PSEUDO = {"XA": "-xa", "psaccent": "-xa", "XB": "-xb", "psbidi": "-xb", "XC": "-xc", "pscrack": "-xc"}


class _Offer(NamedTuple):
    """A tag on offer, maximised; `named` has a bit for each of language, script, region that it names itself."""

    tag: str
    subtags: tuple[str, str, str]
    named: int


class _Found(NamedTuple):
    offer: _Offer
    wanted: str
    eighths: int


class Matcher:
    """Tags on offer, prepared once. `favour_script` counts a foreign language a quarter, so that the script decides."""

    __slots__ = ("_favour_script", "_limit", "_offers")

    def __init__(
        self,
        offered: Sequence[str],
        default: str | None = None,
        *,
        favour_script: bool = False,
        threshold: int = THRESHOLD,
    ) -> None:
        self._favour_script = favour_script
        self._limit = threshold * _EIGHTHS
        offers = [_offer(tag) for tag in dict.fromkeys(offered)]
        home = _offer(default or offered[0]).subtags if default or offered else None
        paradigms = {maximise(tag) for tag in cldr.table("matching")["paradigm"]}
        offers.sort(key=lambda offer: 0 if offer.subtags == home else 1 if offer.subtags in paradigms else 2)
        self._offers = tuple(offers)

    def best(self, ranges: LanguageRanges) -> Match | None:
        """The match of the list's first wish that has a near one, or None; what is refused counts as not on offer."""
        offers = [offer for offer in self._offers if not is_refused(offer.tag, ranges.excluded)]
        found = self._first(offers, ranges.wanted)
        if found is None:
            return self._anything(offers) if ranges.anything else None
        second = self._first([offer for offer in offers if offer is not found.offer], ranges.wanted)
        distance, rule = _distance(_offer(found.wanted).subtags, found.offer.subtags, 1)
        return Match(found.offer.tag, found.wanted, distance, rule, second.offer.tag if second else None)

    def _anything(self, offers: Sequence[_Offer]) -> Match | None:
        if not offers:
            return None
        return Match(offers[0].tag, "*", 0, "*", offers[1].tag if len(offers) > 1 else None)

    def _first(self, offers: Iterable[_Offer], wanted: Iterable[str]) -> _Found | None:
        found = None
        limit = self._limit
        for tag in wanted:
            better = self._nearest(offers, _offer(tag), limit)
            if better is not None:
                found, limit = better, better.eighths
            limit -= _demotion() * _EIGHTHS
            if limit <= 0:
                break
        return found

    def _nearest(self, offers: Iterable[_Offer], wish: _Offer, limit: int) -> _Found | None:
        best: _Found | None = None
        for offer in offers:
            eighths = _distance(wish.subtags, offer.subtags, 4 if self._favour_script else 1)[0] * _EIGHTHS
            eighths = eighths or wish.named ^ offer.named
            if eighths < limit or (best and eighths == limit and _likelier(offer.subtags, best.offer.subtags)):
                best, limit = _Found(offer, wish.tag, eighths), eighths
        return best


def _offer(tag: str) -> _Offer:
    """As ICU does it: `und` alone is like itself only; for a language without likely subtags those of `und` serve.

    A pseudo-locale, made to test programs, counts as a language of its own.
    """
    if tag == "und":
        return _Offer(tag, ("und", "", ""), 7)
    language, script, region = maximise(tag)
    pseudo = next((_PSEUDO[part] for part in tag.split("-") if part in _PSEUDO), "")
    return _Offer(tag, (language + pseudo, (script or "Latn") + pseudo, region or "US"), names(tag))


def _distance(desired: tuple[str, str, str], supported: tuple[str, str, str], share: int) -> tuple[int, str]:
    language, script, rule = rule_between(desired, supported)
    return language // share + script + region_between(desired, supported), rule


@cache
def _demotion() -> int:
    """What each further wish costs: the distance between American and British English."""
    return region_between(maximise("en-US"), maximise("en-GB"))


def _likelier(subtags: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """Whether a tag has the script that is likely for its language, or the region likely for both, unlike the other."""
    if subtags[0] != other[0]:
        return False
    if subtags[1] != other[1]:
        return subtags[1] == maximise(subtags[0])[1]
    return subtags[2] != other[2] and subtags[2] == maximise("-".join(subtags[:2]))[2]
