"""Rules and visitors that every engine is measured with, made up from a seed, and the plain scan that says what is right.

Nine inputs. A rule asks three to six of them, for one to four values each; of the most specific the rule stands first, and the
last matches everybody. Half of the visitors are drawn at random, half are made to fit some rule. They come in the order of
their moments, as visitors do: a day from its first hour to its last.
"""

from __future__ import annotations

import functools
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

INPUTS = ("country", "region", "language", "device", "os", "referrer", "terms", "daypart", "segment")

#: The id of the last rule, which asks nothing.
DEFAULT = "default"

_CODES = (
    "AD AE AR AT AU BE BG BR CA CH CL CN CO CZ DE DK EC EE EG ES FI FR GB GR HR HU IE IL IN IS IT JP KE KR LT LU LV MA MX NG NL"
    " NO NZ PE PL PT RO RS SE SI SK TR US ZA"
)
COUNTRIES = tuple(_CODES.split())
#: Languages none of which covers another.
_TAGS = "ar bg ca cs da de el en es et fi fr he hi hr hu is it ja ko lt lv nl pl pt ro sk sl sv tr uk"
LANGUAGES = tuple(_TAGS.split())
DAYPARTS = ("night", "morning", "afternoon", "evening")
WORDS = tuple(f"word{number}" for number in range(255))
SEGMENTS = tuple(f"segment{number}" for number in range(21))
REGIONS_OF_A_COUNTRY = 6


class Visitor(NamedTuple):
    """One visitor, normalised: the nine inputs in their order, None and () where nothing is known, then the minute of the day."""

    country: str
    region: str | None
    language: str
    device: str
    os: str
    referrer: str
    terms: tuple[str, ...]
    daypart: str
    segment: str | None
    minute: int

    @property
    def values(self) -> Mapping[str, object]:
        """The nine inputs by name."""
        return dict(zip(INPUTS, self[: len(INPUTS)], strict=True))


@dataclass(frozen=True, slots=True)
class MadeRule:
    """What a rule asks, by input; of the values at least one must be the visitor's."""

    id: str
    when: Mapping[str, tuple[str, ...]]

    @property
    def breadth(self) -> tuple[int, float]:
        """Fewer inputs is broader, then more values."""
        return -len(self.when), math.prod(len(self.when[name]) / len(values()[name]) for name in self.when)


@functools.cache
def regions() -> Mapping[str, tuple[str, ...]]:
    """Some subdivisions of each country (ISO 3166-2)."""
    from locales.territories import subdivisions_of

    return {country: subdivisions_of(country)[:REGIONS_OF_A_COUNTRY] for country in COUNTRIES}


@functools.cache
def values() -> Mapping[str, tuple[str, ...]]:
    """Every value that an input takes here."""
    from rules.inputs import DEVICES, REFERRERS, SYSTEMS

    every_region = tuple(code for codes in regions().values() for code in codes)
    found = (COUNTRIES, every_region, LANGUAGES, DEVICES, SYSTEMS, REFERRERS, WORDS, DAYPARTS, SEGMENTS)
    return dict(zip(INPUTS, found, strict=True))


def made_rules(count: int, seed: int = 1) -> list[MadeRule]:
    """So many rules, the most specific first; the same for the same seed."""
    chance = random.Random(f"rules {seed} {count}")
    made = [MadeRule("", _conditions(chance)) for _ in range(count - 1)]
    made.sort(key=lambda rule: rule.breadth)
    named = [MadeRule(f"r{number}", rule.when) for number, rule in enumerate(made, start=1)]
    return [*named, MadeRule(DEFAULT, {})]


def _conditions(chance: random.Random) -> Mapping[str, tuple[str, ...]]:
    """A rule on region and country asks for regions of one country, and that country is among its own."""
    asked = set(chance.sample(INPUTS, chance.randint(3, 6)))
    when = {
        name: tuple(chance.sample(values()[name], chance.randint(1, _most(name)))) for name in INPUTS if name in asked
    }
    if "region" in when:
        country = chance.choice([code for code in when.get("country", COUNTRIES) if regions()[code]] or ["DE"])
        when["region"] = tuple(chance.sample(regions()[country], chance.randint(1, min(4, len(regions()[country])))))
        if "country" in when and country not in when["country"]:
            when["country"] = (*when["country"][:3], country)
    return when


def _most(name: str) -> int:
    """Four values at most, and never all of them."""
    return min(4, len(values()[name]) - 1)


def made_visitors(rules: Sequence[MadeRule], count: int, seed: int = 1) -> list[Visitor]:
    """So many visitors, half of them aimed at a rule, in the order of their moments."""
    chance = random.Random(f"visitors {seed} {len(rules)} {count}")
    aims = [rule for rule in rules if rule.when] or [MadeRule(DEFAULT, {})]
    made = [_visitor(chance, chance.choice(aims).when if number % 2 else {}) for number in range(count)]
    return sorted(made, key=lambda visitor: visitor.minute)


def _visitor(chance: random.Random, when: Mapping[str, tuple[str, ...]]) -> Visitor:
    """Somebody who meets those conditions, and is anybody otherwise."""
    drawn = {name: chance.choice(when.get(name, values()[name])) for name in INPUTS}
    if "region" in when:
        drawn["country"] = drawn["region"].partition("-")[0]
    known = regions()[drawn["country"]]
    region = drawn["region"] if "region" in when else chance.choice([*known, None])
    words = {chance.choice(WORDS) for _ in range(chance.randint(0, 2))} | (
        {drawn["terms"]} if "terms" in when else set()
    )
    return Visitor(
        drawn["country"],
        region,
        drawn["language"],
        drawn["device"],
        drawn["os"],
        drawn["referrer"],
        tuple(sorted(words)),
        drawn["daypart"],
        drawn["segment"] if "segment" in when else chance.choice([drawn["segment"], None]),
        DAYPARTS.index(drawn["daypart"]) * 360 + chance.randrange(360),
    )


class Scan:
    """What one writes by hand: rule after rule, cell after cell, each a set, until the first that holds."""

    def __init__(self, rules: Sequence[MadeRule]) -> None:
        self._rows = [(rule.id, _tests(rule), frozenset(rule.when.get("terms", ()))) for rule in rules]

    def first(self, visitor: Visitor) -> str:
        """The id of the first rule that holds."""
        for name, tests, terms in self._rows:
            for position, wanted in tests:
                if visitor[position] not in wanted:
                    break
            else:
                if not terms or not terms.isdisjoint(visitor.terms):
                    return name
        raise LookupError("a table without a last rule")


def _tests(rule: MadeRule) -> list[tuple[int, frozenset[str]]]:
    return [(INPUTS.index(name), frozenset(wanted)) for name, wanted in rule.when.items() if name != "terms"]
