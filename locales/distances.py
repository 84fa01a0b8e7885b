"""How far two maximised tags are from each other by eye: UTS #35, Language Matching, over CLDR's table `written-new`.

A distance has three parts: language, script, region. Each is said by the first rule of its table that fits. Some rules
hold one way only: a reader of Swiss German reads German, not the other way round. `locales.matching` gives measures of
two tags, `locales.matcher` chooses among many; both stand on this.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import product

from msgspec import Struct

from locales import cldr
from locales.tags import members_of

#: Language, script, region, as `locales.tags.maximise` gives them.
Subtags = tuple[str, str, str]

#: What the rules can tell of a territory: the sets it is in, and its code where a rule names it. A region has one or more.
Kinds = frozenset[frozenset[str]]

_MEMO = 16_384


class RegionRule(Struct, frozen=True):
    """One rule of the third part; `*` is anything, `$name` a set of territories, `$!name` all others. `text` is the row."""

    language: str
    script: str
    desired: str
    supported: str
    distance: int
    text: str

    def fits(self, language: str, script: str, want: frozenset[str], have: frozenset[str]) -> bool:
        """Whether it tells of such tags; `want` and `have` are kinds of territories."""
        return (
            self.language in ("*", language)
            and self.script in ("*", script)
            and _is_of(self.desired, want)
            and _is_of(self.supported, have)
        )


class _Rules(Struct, frozen=True):
    """CLDR's rules by length: pairs of languages, pairs of (language, script), and regions in order.

    `sets` are those of territories, `named` the territories and languages that a rule of regions names.
    """

    languages: Mapping[tuple[str, str], int]
    scripts: Mapping[tuple[str, str], int]
    regions: tuple[RegionRule, ...]
    sets: Mapping[str, frozenset[str]]
    named: frozenset[str]


def language_between(desired: str, supported: str) -> int:
    """0 for the same language, 80 for no relation."""
    if desired == supported:
        return 0
    languages = _rules().languages
    return languages.get((desired, supported), languages["*", "*"])


def script_between(desired: Subtags, supported: Subtags) -> int:
    """0 for the same script, 50 for another one; less where readers of the language know it (`sr-Latn`, `sr-Cyrl`)."""
    if desired[1] == supported[1]:
        return 0
    scripts = _rules().scripts
    return scripts.get((f"{desired[0]}-{desired[1]}", f"{supported[0]}-{supported[1]}"), scripts["*-*", "*-*"])


@lru_cache(_MEMO)
def region_between(desired: Subtags, supported: Subtags) -> int:
    """The greatest distance between any two kinds of territory in the two regions: 001 holds many kinds, MX one."""
    rule = _region_rule_of(desired, supported)
    return rule.distance if rule else 0


def rules_between(desired: Subtags, supported: Subtags) -> str:
    """CLDR's rows that make the distance, as it writes them: `ca → es 20, *-*-* → *-*-* 4`; `same` where none does."""
    rules = _rules()
    said = []
    if desired[0] != supported[0]:
        pair = (desired[0], supported[0])
        said.append(_row(pair if pair in rules.languages else ("*", "*"), rules.languages))
    if desired[1] != supported[1]:
        pair = (f"{desired[0]}-{desired[1]}", f"{supported[0]}-{supported[1]}")
        said.append(_row(pair if pair in rules.scripts else ("*-*", "*-*"), rules.scripts))
    region = _region_rule_of(desired, supported)
    if region:
        said.append(region.text)
    return ", ".join(said) or "same"


def related(language: str) -> Mapping[str, int]:
    """The languages that a reader of `language` can be given by a rule of their own, with their distances."""
    return _related().get(language, {})


def unrelated() -> int:
    """The distance of two languages that no rule names."""
    return _rules().languages["*", "*"]


class RegionTable(dict[tuple[Kinds, Kinds], RegionRule]):
    """The rule for two regions by what can be told of them. There are some ten kinds, so that it stays small."""

    def __init__(self, language: str, script: str) -> None:
        super().__init__()
        self._of = language, script

    def __missing__(self, regions: tuple[Kinds, Kinds]) -> RegionRule:
        """Of several the one that says the greatest distance."""
        rules = (_kind_rule(*self._of, want, have) for want, have in product(*regions))
        found = self[regions] = max(rules, key=lambda rule: rule.distance)
        return found


def region_table(desired: Subtags, supported: Subtags) -> RegionTable:
    """The table for all tags of these languages and scripts. Of what differs the rules of regions tell nothing."""
    if desired[0] != supported[0] or desired[0] not in _rules().named:
        return _region_table("*", "*")
    return _region_table(desired[0], desired[1] if desired[1] == supported[1] else "*")


@cache
def _region_table(language: str, script: str) -> RegionTable:
    return RegionTable(language, script)


@cache
def kinds_of(region: str) -> Kinds:
    """What the rules can tell of each territory of a region. Equal values are one object."""
    told = _told()
    return _same(frozenset(told.get(code, _NOTHING) for code in _leaves(region)))


_NOTHING: frozenset[str] = frozenset()


@cache
def _same(kinds: Kinds) -> Kinds:
    return kinds


@cache
def _told() -> Mapping[str, frozenset[str]]:
    """Territory → the sets of the rules that it is in, and itself where a rule names it; without those of neither."""
    rules = _rules()
    codes = rules.named.union(*rules.sets.values())
    return {
        code: frozenset([name for name, members in rules.sets.items() if code in members]) | (rules.named & {code})
        for code in codes
    }


def _row(pair: tuple[str, str], table: Mapping[tuple[str, str], int]) -> str:
    return f"{pair[0]} → {pair[1]} {table[pair]}"


def _region_rule_of(desired: Subtags, supported: Subtags) -> RegionRule | None:
    if desired[2] == supported[2]:
        return None
    return region_table(desired, supported)[kinds_of(desired[2]), kinds_of(supported[2])]


@lru_cache(_MEMO)
def _kind_rule(language: str, script: str, want: frozenset[str], have: frozenset[str]) -> RegionRule:
    return next(rule for rule in _rules().regions if rule.fits(language, script, want, have))


def _is_of(pattern: str, kind: frozenset[str]) -> bool:
    if pattern.startswith("$!"):
        return pattern[2:] not in kind
    return pattern == "*" or pattern.removeprefix("$") in kind


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
    named = frozenset(name for rule in regions for name in (rule.language, rule.supported))
    return _Rules(by_length[1], by_length[2], regions, sets, named)


def _region_rule(pair: tuple[str, str], distance: int) -> RegionRule:
    language, script, desired = pair[0].split("-")
    text = f"{pair[0]} → {pair[1]} {distance}"
    return RegionRule(language, script, desired, pair[1].split("-")[2], distance, text)


@cache
def _related() -> Mapping[str, Mapping[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (desired, supported), distance in _rules().languages.items():
        if desired != "*":
            found.setdefault(desired, {})[supported] = distance
    return found


@cache
def _leaves(region: str) -> frozenset[str]:
    """The territories of a region; of a territory, itself."""
    containment = cldr.table("containment")
    if region not in containment:
        return frozenset((region,))
    return frozenset(code for code in members_of(region) if code not in containment)
