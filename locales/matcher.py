"""The best of the languages on offer for somebody's list: UTS #35, Language Matching, whole, or the same by ear.

Where `locales.matching` says how far two tags are, this chooses, as ICU's LocaleMatcher does: the default first, then
CLDR's paradigm locales, then the order given; each further wish costs a little; between equals the likelier tag of a
language has it. Beyond ICU: what the list refuses is never chosen, not even as a default; `*` takes what is there; and the
answer says the rule and the runner-up.

A `Matcher` is prepared once for what is on offer. It remembers headers, their parts and wishes, a bounded number of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from msgspec import Struct

from locales import cldr
from locales.matching import NEAR_SPOKEN
from locales.offers import MEMO, Ear, Eye, Near, Offer, Sense, Tag, offer_of, read_matchable, tag_of
from locales.ranges import MAX_BYTES, MAX_KNOWN, MAX_RANGES, LanguageRanges, read_parts, read_range
from locales.tags import combine, maximise, refuses

#: By eye, distances from here on are no match: another script (50), another language (80).
THRESHOLD = 50

#: By ear: what is near (SEMANTICS §7) is below it.
EAR_THRESHOLD = NEAR_SPOKEN + 1

#: What each further wish costs, as in ICU: the distance between American and British English.
DEMOTION = 5

Value = TypeVar("Value")


class Match(Struct, frozen=True):
    """What is on offer, as it was written, the wish that it answers, their distance, and why.

    By eye the distance counts language, script and region; by ear only what is heard. `rule` names CLDR's rows
    (`ca → es 20, *-*-* → *-*-* 4`) or the row by ear with its sources (`ca → es 6 (IDESCAT2018, JUDGE)`), `same` where
    nothing differs, `*` where anything will do, `default` where nothing is near: then there is no distance and no wish.
    `runner_up` is what would have been chosen were the best one not there, None where nothing else is near enough.
    """

    best: str
    wanted: str
    distance: int | None
    rule: str
    runner_up: str | None = None

    @property
    def combined(self) -> str:
        """The tag for numbers and dates: `fr` for somebody who wanted `fr-BE` is `fr-BE` (`locales.tags.combine`)."""
        return combine(self.best, self.wanted)


class _Wish(Struct, eq=False):
    """One wish and what it can reach, nearest first. One object for a tag.

    `units` and `text` are those of the nearest; where nothing is near they are the limit and empty. What only a chosen wish
    needs is found when it is needed: `alone`, the match where nothing else is wished for, and `second`, the nearest of
    another text, once `ranked` is set.
    """

    tag: Tag
    near: Sequence[Near]
    head: Near | None
    units: int
    text: str
    alone: Match | None = None
    second: Near | None = None
    ranked: bool = False


class Matcher:
    """Languages on offer, prepared once. Safe to share; answers depend on nothing but the arguments.

    A bilingual offer, `zh-Hant+en`, is as near as its nearest part. What cannot be read as a tag is never chosen and stands
    in `unreadable`. `default` goes before its equals and is the answer where nothing is near; without one the first on
    offer goes before its equals, and the answer is None. `favour_script` counts a foreign language a quarter, so that the
    script decides (by eye only). `threshold`: distances from there on are no match. `ear` matches soundtracks.
    """

    __slots__ = ("_cost", "_default", "_limit", "_offers", "_parts", "_sense", "_wishes", "match", "unreadable")

    #: The match of a value of Accept-Language, read leniently (`locales.ranges`); None where nothing is near.
    match: Callable[[str | bytes], Match | None]

    def __init__(
        self,
        offered: Sequence[str],
        default: str | None = None,
        *,
        favour_script: bool = False,
        threshold: int | None = None,
        ear: bool = False,
    ) -> None:
        limit = threshold if threshold is not None else EAR_THRESHOLD if ear else THRESHOLD
        self._offers, self.unreadable = _offers(offered, default)
        self._default = default if default and read_matchable(default) else None
        self._sense: Sense = Ear(self._offers, limit) if ear else Eye(self._offers, limit, 4 if favour_script else 1)
        self._limit = limit * self._sense.scale
        self._cost = DEMOTION * self._sense.scale
        self._wishes = _Memo(self._wish)
        self._parts = _Memo(self._part)
        self.match = _Answers(self._answer).__getitem__

    def best(self, ranges: LanguageRanges) -> Match | None:
        """The same for a field that has been read."""
        return self._choose([self._wishes[tag] for tag in ranges.wanted], ranges.excluded, ranges.anything)

    def _answer(self, header: str) -> Match | None:
        parts = header.split(",")
        if len(header) <= MAX_KNOWN and len(parts) <= MAX_RANGES:
            wishes: list[_Wish] = []
            last = -1.0
            for below, wish in map(self._parts.__getitem__, parts):
                if wish is None or not last <= below < 0:
                    break
                wishes.append(wish)
                last = below
            else:
                return self._nearest(dict.fromkeys(wishes)) or self._by_default()
        return self._answer_of(header)

    def _answer_of(self, header: str) -> Match | None:
        """The same for any header: weights in any order, refusals, `*`, and no more parts than are read."""
        if len(header) > MAX_BYTES:
            return self._by_default()
        find = self._parts.__getitem__ if len(header) <= MAX_KNOWN else self._part
        wishes, refused, anything = read_parts(header, find)
        return self._choose(wishes, [wish.tag.name for wish in refused], anything)

    def _part(self, part: str) -> tuple[float, _Wish | None]:
        below, name = read_range(part, read_matchable)
        if name is None:
            return below, None if below else _ALL_ELSE
        return below, self._wishes[name]

    def _wish(self, name: str) -> _Wish:
        tag = tag_of(name)
        return self._wish_for(tag, sorted(self._sense.reach(tag)))

    def _wish_for(self, tag: Tag, near: Sequence[Near]) -> _Wish:
        head = _head(near)
        if head is None or head[0] >= self._limit:
            return _Wish(tag, (), None, self._limit, "")
        return _Wish(tag, near, head, head[0], head[2].text)

    def _choose(self, wishes: Sequence[_Wish], excluded: Sequence[str], anything: bool) -> Match | None:
        if excluded:
            return self._choose_unrefused(wishes, _Refusals(excluded, [wish.tag.name for wish in wishes]), anything)
        found = self._nearest(wishes)
        if anything:
            found = _or_anything(found, (offer.text for offer in self._offers))
        return found or self._by_default()

    def _choose_unrefused(self, wishes: Sequence[_Wish], refused: _Refusals, anything: bool) -> Match | None:
        """What is refused counts as not on offer."""
        found = self._nearest([self._without(wish, refused) for wish in wishes])
        if anything:
            found = _or_anything(found, (offer.text for offer in self._offers if offer.text not in refused))
        return found or (None if refused.all_else or (self._default or "") in refused else self._by_default())

    def _without(self, wish: _Wish, refused: _Refusals) -> _Wish:
        return self._wish_for(wish.tag, [near for near in wish.near if near[2].text not in refused])

    def _by_default(self) -> Match | None:
        return Match(self._default, "", None, "default") if self._default else None

    def _nearest(self, wishes: Iterable[_Wish]) -> Match | None:
        found, limit = None, self._limit
        for wish in wishes:
            if wish.units < limit:
                found, limit = wish, wish.units
            limit -= self._cost
            if limit <= 0:
                break
        if found is None or found.head is None:
            return None
        return self._with_runner_up(found.alone or self._alone(found, found.head), wishes)

    def _with_runner_up(self, found: Match, wishes: Iterable[_Wish]) -> Match:
        """What would be chosen were the best one not there."""
        best, second, limit = found.best, None, self._limit
        for wish in wishes:
            if wish.text != best:
                if wish.units < limit:
                    second, limit = wish.text, wish.units
            else:
                near = wish.second if wish.ranked else _second(wish)
                if near is not None and near[0] < limit:
                    second, limit = near[2].text, near[0]
            limit -= self._cost
            if limit <= 0:
                break
        if second == found.runner_up:
            return found
        return Match(best, found.wanted, found.distance, found.rule, second)

    def _alone(self, wish: _Wish, head: Near) -> Match:
        distance, rule = self._sense.measure(wish.tag, head)
        second = _second(wish)
        wish.alone = Match(wish.text, wish.tag.name, distance, rule, second[2].text if second else None)
        return wish.alone


#: What `*;q=0` refuses: all that is not wished for, and so the default.
_ALL_ELSE = _Wish(Tag("*", ("", "", ""), 0), (), None, 0, "")


class _Refusals:
    """What a list refuses. A narrower wish saves: `en-GB, en;q=0` wants British English and no other."""

    __slots__ = ("_saviours", "all_else")

    def __init__(self, excluded: Sequence[str], wanted: Sequence[str]) -> None:
        self.all_else = _ALL_ELSE.tag.name in excluded
        self._saviours = {wide: [wish for wish in wanted if refuses(wide, wish)] for wide in excluded}

    def __contains__(self, text: str) -> bool:
        """Something bilingual is refused when each of its parts is."""
        return all(self._is_refused(read_matchable(part) or part) for part in text.split("+"))

    def _is_refused(self, tag: str) -> bool:
        return any(
            wide == tag or (refuses(wide, tag) and not any(refuses(wish, tag) for wish in saviours))
            for wide, saviours in self._saviours.items()
        )


class _Memo(dict[str, Value]):
    """Makes what it lacks; all of it goes when it is full."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[str], Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: str) -> Value:
        value = self._make(key)
        if len(self) >= MEMO:
            self.clear()
        self[key] = value
        return value


class _Answers(dict[str | bytes, Match | None]):
    """Headers and their answers; long ones are not remembered, and bytes are looked up as the text that they are."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[str], Match | None]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: str | bytes) -> Match | None:
        if isinstance(key, bytes):
            return self[key.decode("latin-1")]
        answer = self._make(key)
        if len(key) <= MAX_KNOWN:
            if len(self) >= MEMO:
                self.clear()
            self[key] = answer
        return answer


def _offers(offered: Sequence[str], default: str | None) -> tuple[tuple[Offer, ...], tuple[str, ...]]:
    """What is on offer in the order of preference, and what cannot be read."""
    found: list[tuple[str, Tag]] = []
    unreadable = []
    for text in dict.fromkeys(offered):
        tags = [tag_of(name) for name in map(read_matchable, text.split("+")) if name]
        if len(tags) <= text.count("+"):
            unreadable.append(text)
        else:
            found += [(text, tag) for tag in tags]
    home = read_matchable(default) if default else None
    first = tag_of(home).subtags if home else found[0][1].subtags if found else None
    paradigms = {maximise(tag) for tag in cldr.table("matching")["paradigm"]}
    found.sort(key=lambda one: 0 if one[1].subtags == first else 1 if one[1].subtags in paradigms else 2)
    return tuple(offer_of(text, tag, place) for place, (text, tag) in enumerate(found)), tuple(unreadable)


def _or_anything(found: Match | None, texts: Iterator[str]) -> Match | None:
    """What `*` adds: where nothing is near the first that is there, and a runner-up where there is none yet."""
    best = found or next((Match(text, "*", 0, "*") for text in texts), None)
    if best is None or best.runner_up is not None:
        return best
    other = next((text for text in texts if text != best.best), None)
    return Match(best.best, best.wanted, best.distance, best.rule, other)


def _head(near: Sequence[Near]) -> Near | None:
    """The nearest; among equals the first in place, but for the likelier tag of its language."""
    if len(near) < 2:
        return near[0] if near else None
    best = near[0]
    for other in near:
        if other[0] > best[0]:
            break
        if _is_likelier(other[2], best[2]):
            best = other
    return best


def _second(wish: _Wish) -> Near | None:
    """The nearest of another text."""
    wish.second = _head([near for near in wish.near if near[2].text != wish.text]) if len(wish.near) > 1 else None
    wish.ranked = True
    return wish.second


def _is_likelier(offer: Offer, other: Offer) -> bool:
    """Whether it has the script that is likely for its language, or the region likely for both, unlike the other."""
    mine, its = offer.tag.subtags, other.tag.subtags
    if mine[0] != its[0]:
        return False
    if mine[1] != its[1]:
        return offer.likely_script
    return mine[2] != its[2] and offer.likely_region
