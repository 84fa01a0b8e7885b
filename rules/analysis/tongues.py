"""The axis of languages: lists of tags, of which the first is what `language` is and any what `languages` is.

For each set of named tags that one tag can satisfy together, one such tag is tried. A tag satisfies what covers it by its
language, its script and its region, each as it is written or as is likely. So tags are tried of each language that is named, in
each script, and in one region of each sort that makes a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from locales.ranges import LanguageRanges
from locales.tags import WITHIN, covers, known_languages, language_of, maximise, members_of, parse_tag
from locales.territories import TERRITORIES, is_official
from rules.analysis.axes import Axis
from rules.analysis.columns import BLANK, Asked
from rules.analysis.sets import OpenAxis, Values
from rules.analysis.world import Atom
from rules.languages import FACTORY_SETTINGS

LANGUAGES = ("language", "languages")

#: What makes a header of English count.
STRONG = "en-GB"

#: Scripts of languages that are written in more than one.
SCRIPTS = ("Latn", "Cyrl", "Arab", "Hans", "Hant")

#: Languages of which one mostly is not named by any cell.
_OTHERS = ("ja", "fi", "sw", "ka", "eu", "haw", "eo")


class LanguagesAxis(OpenAxis):
    """Lists of languages. `default` is the site's; nobody's list is empty but of those who refuse it, from nowhere."""

    def __init__(self, asked: Asked, default: str) -> None:
        self._first = asked.column("language")
        every = asked.column("languages")
        self._default = default
        self._satisfied = tags_for(tuple([str(tag) for tag in dict.fromkeys((*self._first.named, *every.named))]))
        super().__init__(LANGUAGES, every, self._satisfied, self._first)

    def bases(self, needed: int) -> Iterator[Values]:
        """Any language may be the first that the needed rules let be."""
        firsts = [value for value in self._values if self._first_holding((value,)) & needed == needed]
        for base in product(firsts, *self.wanted(needed)):
            yield from _strong(tuple(dict.fromkeys(base)))
        yield ()

    def holding(self, values: Values) -> int:
        """Both columns."""
        return self._first_holding(values) & super().holding(values)

    def _first_holding(self, values: Values) -> int:
        return self._first.holding(self._satisfied[values[0]] if values else BLANK)

    def atom(self, values: Values) -> Atom:
        """A header, or one that refuses what the list would have for want of better."""
        ranges = LanguageRanges(values, () if values or not self._default else (self._default,))
        header = ranges.to_header()
        return Atom((("accept_language", header),) if header else None, (("ranges", ranges),))


def language_axis(asked: Asked, needed: int, default: str) -> Axis:
    """The lists that make a difference."""
    return LanguagesAxis(asked, default).axis(needed)


def _strong(values: Values) -> Iterator[Values]:
    """A header of a browser that nobody set up says little; with a language more it counts."""
    if FACTORY_SETTINGS.issuperset(values):
        yield (*values, STRONG)
    yield values


@lru_cache(512)
def tags_for(named: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Tags with the named ones that each satisfies: for each set that there can be a tag, the last satisfies none."""
    found: dict[str, tuple[str, ...]] = {}
    known: set[tuple[str, ...]] = {()}
    for tag in dict.fromkeys(_candidates(named)):
        satisfied = _covering(named, tag)
        if satisfied not in known or tag == STRONG:
            known.add(satisfied)
            found[tag] = satisfied
    found[next(tag for tag in _every_language() if not _covering(named, tag))] = ()
    return found


@cache
def _every_language() -> tuple[str, ...]:
    """All of them, first those of which one mostly is not named."""
    return (*_OTHERS, *sorted(known_languages()))


def _covering(named: Sequence[str], tag: str) -> tuple[str, ...]:
    return tuple([one for one in named if covers(one, tag)])


def _candidates(named: Sequence[str]) -> Iterator[str]:
    """The tags themselves, each language, its other regions and scripts; last what browsers say that nobody set up."""
    languages = _languages(named)
    yield from (tag for tag in (STRONG, "en-AU") if "en" in languages)
    yield from (tag for tag in (*named, *languages) if tag not in FACTORY_SETTINGS)
    for language in languages:
        subtags = [_Subtags.of(tag) for tag in named if language_of(tag) in (language, WITHIN.get(language))]
        parted = [one for one in subtags if one.script or one.region or one.variants]
        if parted:
            yield from _in_parts(language, parted)
    yield from (tag for tag in named if tag in FACTORY_SETTINGS)


def _languages(named: Sequence[str]) -> Mapping[str, None]:
    """The languages of tags, those that they may stand for, and those that are within one of these."""
    found = dict.fromkeys(map(language_of, named)) | dict.fromkeys(maximise(tag)[0] for tag in named)
    return found | dict.fromkeys(inner for inner, outer in WITHIN.items() if outer in found)


class _Subtags(NamedTuple):
    """What follows the language in a tag."""

    script: str
    region: str
    variants: tuple[str, ...]

    @staticmethod
    def of(tag: str) -> _Subtags:
        rest = tag.split("-")[1:]
        script = next((one for one in rest if len(one) == 4 and one.isalpha()), "")
        region = next((one for one in rest if len(one) == 2 or (len(one) == 3 and one.isdigit())), "")
        return _Subtags(script, region, tuple([one for one in rest if one not in (script, region)]))


def _in_parts(language: str, parted: Sequence[_Subtags]) -> Iterator[str]:
    """Tags of a language in each script, in a region of each sort, with the variants that are named, one and all."""
    regions = _regions(language, tuple(dict.fromkeys(one.region for one in parted if one.region)))
    scripts = dict.fromkeys(("", *(one.script for one in parted if one.script)))
    if len(scripts) > 1:
        scripts |= dict.fromkeys(SCRIPTS)
    every = tuple(sorted({variant for one in parted for variant in one.variants}))
    variants = dict.fromkeys(("", *("-".join(one.variants) for one in parted if one.variants), "-".join(every)))
    for variant, script, region in product(variants, scripts, regions):
        tag = parse_tag("-".join(filter(None, (language, script, region, variant))))
        if tag is not None:
            yield tag


@lru_cache(512)
def _regions(language: str, named: tuple[str, ...]) -> Iterable[str]:
    """No region, those that are named, and of all others one for each set of the named ones that it lies in."""
    sorts: dict[tuple[str, ...], str] = {}
    for region in sorted(_every_region(), key=lambda code: (not _is_at_home(language, code), code)):
        around = tuple([one for one in named if covers(f"{language}-{one}", f"{language}-{region}")])
        sorts.setdefault(around, region)
    return dict.fromkeys(("", *named, *sorts.values()))


def _is_at_home(language: str, region: str) -> bool:
    return region in TERRITORIES and is_official(language, region)


@cache
def _every_region() -> frozenset[str]:
    """Territories, and the groups of UN M49 that stand in tags as well."""
    groups = (code for code in ("001", "419", *members_of("001")) if code.isdigit())
    return TERRITORIES.union(groups)
