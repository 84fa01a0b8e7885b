"""How far a language on offer is from a wanted one: by eye, by ear, and in region. Small is near, 0 is the same.

By eye: UTS #35, Language Matching, over CLDR's table `written-new`. Both tags are maximised; the first rule that fits
counts; some rules hold one way only (a reader of Swiss German reads German, not the other way round). The part of
language and script tells whether a text is understood. The part of region only ranks, so it is kept apart.

By ear: the product's own table `data/spoken_distance.csv`, directed from listener to soundtrack, language alone. A row
that names a region only ranks dubs of one language or tells of one territory, and is not read here. Its sources are in
`data/spoken_sources.csv`.

Tags are canonical (`locales.tags.parse_tag`). What cannot be compared is unrelated, never an error.
"""

from __future__ import annotations

import os.path
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from locales import cldr
from locales.tags import NO_LANGUAGE, maximise, members_of, refuses

#: The visitor's own language: understood as such (SEMANTICS §7).
OWN_WRITTEN = 10
OWN_SPOKEN = 5

#: Near: understood well enough where nothing of their own is there.
NEAR_WRITTEN = 40
NEAR_SPOKEN = 20

#: No relation at all: what cannot be compared, and what stands not in the spoken table.
UNRELATED = 100

_MEMO = 16_384

#: Language, script, region, as `maximise` gives them.
Subtags = tuple[str, str, str]


@lru_cache(_MEMO)
def written_distance(want: str, have: str) -> int:
    """Language and script part of UTS #35: 0 for the same, 50 for another script, 80 and more for no relation.

    `have` may be bilingual, `zh-Hant+en`: the least of its parts counts.
    """
    return min(_written(want, part) for part in have.split("+"))


def _written(want: str, have: str) -> int:
    if want == have:
        return 0
    if want in NO_LANGUAGE or have in NO_LANGUAGE:
        return UNRELATED
    desired, supported = maximise(want), maximise(have)
    if not (desired[0] and supported[0]):
        return UNRELATED
    language, script, _ = rule_between(desired, supported)
    return language + script


@lru_cache(_MEMO)
def region_distance(want: str, have: str) -> int:
    """Region part of UTS #35, 0 to 5: `es-AR` is nearer to `es-MX` (4) than to `es-ES` (5). Only ranks among equals.

    Of a bilingual `have` the part that is nearest by eye counts.
    """
    part = min(have.split("+"), key=lambda part: written_distance(want, part))
    return region_between(maximise(want), maximise(part))


@lru_cache(_MEMO)
def spoken_form(tag: str) -> str:
    """What a tag sounds like: its language, but `yue` for Chinese of HK and MO and `cmn` for all other Chinese."""
    language, _, region = maximise(tag)
    if language != "zh":
        return language
    return "yue" if region in ("HK", "MO") else "cmn"


@lru_cache(_MEMO)
def spoken_distance(want: str, have: str) -> int:
    """How far a soundtrack is for a listener: 0 for the same spoken form, 100 for a pair that the table lacks."""
    if want == have:
        return 0
    listener, audio = spoken_form(want), spoken_form(have)
    if want in NO_LANGUAGE or have in NO_LANGUAGE or not (listener and audio):
        return UNRELATED
    return 0 if listener == audio else _spoken_table().get((listener, audio), UNRELATED)


def is_refused(tag: str, excluded: Sequence[str]) -> bool:
    """Whether a range with `q=0` covers the tag: `en;q=0` covers `en-GB`. In doubt it does not.

    Something bilingual is refused when each of its parts is.
    """
    return all(any(refuses(wide, part) for wide in excluded) for part in tag.split("+"))


# The tables, ready to use.


class _RegionRule(NamedTuple):
    """One rule of the third part; `*` is anything, `$name` a set of territories, `$!name` all others."""

    language: str
    script: str
    desired: str
    supported: str
    distance: int


class _Rules(NamedTuple):
    """CLDR's rules by length: pairs of languages, pairs of (language, script), and regions in order."""

    languages: Mapping[tuple[str, str], int]
    scripts: Mapping[tuple[str, str], int]
    regions: tuple[_RegionRule, ...]
    sets: Mapping[str, frozenset[str]]


@cache
def _rules() -> _Rules:
    table = cldr.table("matching")
    by_length: dict[int, dict[tuple[str, str], int]] = {1: {}, 2: {}, 3: {}}
    for desired, supported, distance, one_way in table["rules"]:
        pairs = by_length[desired.count("-") + 1]
        pairs.setdefault((desired, supported), distance)
        if not one_way:
            pairs.setdefault((supported, desired), distance)
    regions = tuple(_region_rule(pair, distance) for pair, distance in by_length[3].items())
    sets = {name[1:]: frozenset().union(*map(_leaves, codes)) for name, codes in table["variables"].items()}
    return _Rules(by_length[1], by_length[2], regions, sets)


def _region_rule(pair: tuple[str, str], distance: int) -> _RegionRule:
    language, script, desired = pair[0].split("-")
    return _RegionRule(language, script, desired, pair[1].split("-")[2], distance)


@lru_cache(_MEMO)
def rule_between(desired: Subtags, supported: Subtags) -> tuple[int, int, str]:
    """Distance of the languages, distance of the scripts, and the rules that say so: `gsw → de 4`, or `same`."""
    rules = _rules()
    language, script = 0, 0
    said = []
    if desired[0] != supported[0]:
        language = rules.languages.get((desired[0], supported[0]), rules.languages["*", "*"])
        said.append(f"{desired[0]} → {supported[0]} {language}")
    if desired[1] != supported[1]:
        pair = ("-".join(desired[:2]), "-".join(supported[:2]))
        script = rules.scripts.get(pair, rules.scripts["*-*", "*-*"])
        said.append(f"{pair[0]} → {pair[1]} {script}")
    return language, script, ", ".join(said) or "same"


@lru_cache(_MEMO)
def region_between(desired: Subtags, supported: Subtags) -> int:
    """The greatest distance between any two kinds of territory in the two regions: 001 holds many kinds, MX one."""
    if desired[2] == supported[2]:
        return 0
    language = desired[0] if desired[0] == supported[0] else "*"
    script = desired[1] if desired[1] == supported[1] else "*"
    kinds = product(_kinds(desired[2]), _kinds(supported[2]))
    return max(_kind_distance(language, script, want, have) for want, have in kinds)


@cache
def _kind_distance(language: str, script: str, want: frozenset[str], have: frozenset[str]) -> int:
    return next(
        rule.distance
        for rule in _rules().regions
        if rule.language in ("*", language)
        and rule.script in ("*", script)
        and _is_of(rule.desired, want)
        and _is_of(rule.supported, have)
    )


def _is_of(pattern: str, kind: frozenset[str]) -> bool:
    if pattern.startswith("$!"):
        return pattern[2:] not in kind
    return pattern == "*" or pattern.removeprefix("$") in kind


@cache
def _kinds(region: str) -> frozenset[frozenset[str]]:
    """What the rules can tell of each territory of a region: the sets it is in, and its code where a rule names it."""
    rules = _rules()
    named = {rule.supported for rule in rules.regions}
    return frozenset(
        frozenset([name for name, codes in rules.sets.items() if code in codes]) | (named & {code})
        for code in _leaves(region)
    )


@cache
def _leaves(region: str) -> frozenset[str]:
    """The territories of a region; of a territory, itself."""
    containment = cldr.table("containment")
    return frozenset(code for code in members_of(region) if code not in containment) or frozenset((region,))


@cache
def _spoken_table() -> dict[tuple[str, str], int]:
    """(listener, audio) in spoken forms → distance. A row with canonical codes goes before one with their aliases."""
    import csv  # only here: a start without a soundtrack does not need it

    with open(os.path.join(cldr.DATA, "spoken_distance.csv"), encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if "-" not in row["listener"] + row["audio"]]
    rows.sort(key=_has_alias)
    table: dict[tuple[str, str], int] = {}
    for row in rows:
        table.setdefault((spoken_form(row["listener"]), spoken_form(row["audio"])), int(row["distance"]))
    return table


def _has_alias(row: Mapping[str, str]) -> bool:
    return any(maximise(row[side])[0] != row[side] for side in ("listener", "audio"))
