"""The matcher against ICU on random tags, where PyICU is installed: `python -m tests.locales.differential [ROUNDS [SEED]]`.

A development check and no part of the tests: PyICU has no wheel and brings the ICU of the system, whose CLDR may be older than
ours. Prints how often the two agree and each difference that is not known; docs/matching.md lists those that are. Exit codes:
0 all agree or the difference is known, 1 one is not, 2 PyICU is missing.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from locales import cldr
from locales.matcher import Matcher
from locales.tags import language_of, maximise, parse_tag

ROUNDS, SEED = 20_000, 1

#: Rules of CLDR 48 that ICU 72.1 (CLDR 42) has not, or has and CLDR 48 has not: (desired, supported).
NEW_RULES = {("af", "en"), ("scn", "it")}
OLD_RULES = {("af", "nl"), ("uk", "ru")}

COMMON = (
    *(
        "en",
        "es",
        "pt",
        "zh",
        "ar",
        "fr",
        "de",
        "sr",
        "sh",
        "no",
        "nb",
        "nn",
        "da",
        "sv",
        "hr",
        "bs",
        "ca",
        "gsw",
        "lb",
    ),
    *("uk", "ru", "nl", "af", "ms", "id", "hi", "ur", "fa", "tr", "az", "kk", "ja", "ko", "yue", "he", "x-bork"),
)
SCRIPTS = ("Latn", "Cyrl", "Arab", "Hans", "Hant", "Deva", "Hebr", "Jpan", "Kore", "Hani")
GROUPS = ("001", "003", "019", "150", "202", "419", "UK", "YU", "SU", "XK", "XA")


class Case(NamedTuple):
    """What is on offer, what is wanted in order, and whether the script is favoured."""

    offered: tuple[str, ...]
    wanted: tuple[str, ...]
    favour_script: bool


def main(arguments: Sequence[str] = ()) -> int:
    """Compares so many random cases."""
    try:
        icu = import_module("icu")
    except ImportError:
        print("SKIP PyICU is not installed (pip install PyICU, with libicu-dev, pkg-config and a C++ compiler)")
        return 2
    rounds, seed = (*map(int, arguments), *(ROUNDS, SEED)[len(arguments) :])
    found: Counter[str] = Counter()
    for case in cases(rounds, seed):
        theirs, ours = icu_best(icu, case), best(case)
        reason = "agree" if theirs == ours else known(icu, case)
        found[reason or "unknown"] += 1
        if not reason:
            print(f"{case}: ICU {theirs}, ours {ours}")
    print(f"ICU {icu.ICU_VERSION}, CLDR {cldr.version()}, {rounds} cases: {found['agree'] / rounds:.2%} agree")
    for reason, count in found.most_common():
        print(f"{count:7} {reason}")
    return 1 if found["unknown"] else 0


def cases(rounds: int, seed: int) -> Iterator[Case]:
    """The same for the same seed."""
    chance = random.Random(seed)
    for _ in range(rounds):
        offered = dict.fromkeys(_tag(chance) for _ in range(chance.randint(1, 8)))
        wanted = tuple(_tag(chance) for _ in range(chance.randint(1, 3)))
        yield Case(tuple(offered), wanted, chance.random() < 0.3)


def _tag(chance: random.Random) -> str:
    ruled, every, aliases, regions = _codes()
    language = chance.choice(chance.choices((COMMON, ruled, every, aliases), (60, 20, 17, 3))[0])
    parts = [language]
    if chance.random() < 0.2:
        parts.append(chance.choice(SCRIPTS))
    if chance.random() < 0.5:
        parts.append(chance.choice(regions))
    return language if language.startswith("x-") else "-".join(parts)


@lru_cache
def _codes() -> tuple[Sequence[str], Sequence[str], Sequence[str], Sequence[str]]:
    """Languages of CLDR's matching rules, those with likely subtags, aliases, and regions."""
    ruled = {tag for row in cldr.table("matching")["rules"] for tag in row[:2] if tag.isalpha()}
    every = [tag for tag in cldr.table("likely") if "-" not in tag]
    aliases = [old for old in cldr.table("aliases")["language"] if old.isalpha()]
    return sorted(ruled), every, aliases, [*cldr.table("territories"), *GROUPS]


def best(case: Case) -> str | None:
    """Ours, in canonical form."""
    match = Matcher(case.offered, favour_script=case.favour_script).match(",".join(case.wanted))
    return canonical(match.best) if match else None


def icu_best(icu: Any, case: Case) -> str | None:
    """Theirs, in canonical form. ICU takes the first on offer for the default; its index tells that nothing is near."""
    builder = icu.LocaleMatcher.Builder()
    builder.setSupportedLocales([icu.Locale.forLanguageTag(tag) for tag in case.offered])
    if case.favour_script:
        builder.setFavorSubtag(icu.ULocMatchFavorSubtag.SCRIPT)
    result = builder.build().getBestMatchResult([icu.Locale.forLanguageTag(tag) for tag in case.wanted])
    index = result.getSupportedIndex()
    return None if index < 0 else canonical(case.offered[index])


def canonical(tag: str) -> str:
    return parse_tag(tag) or tag


def known(icu: Any, case: Case) -> str:
    """Why the two may differ, empty where nothing that is documented explains it."""
    tags = (*case.offered, *case.wanted)
    pairs = {(language_of(want), language_of(have)) for want in case.wanted for have in case.offered}
    if pairs & (NEW_RULES | OLD_RULES):
        return "a rule that only one of the two versions of CLDR has"
    if any(language_of(tag) == "sh" for tag in tags):
        return "sh, which is Latin here as sr-Latn is, and elsewhere as its region is"
    if any(_is_new(icu, tag, canonical(tag)) for tag in tags):
        return "likely subtags that ICU's version of CLDR has not, or has otherwise"
    if any(language_of(tag) in cldr.table("aliases")["language"] and _is_new(icu, tag, tag) for tag in tags):
        return "an alias that ICU's matcher does not follow (cnr is sr-ME, tnf is fa-AF)"
    return ""


def _is_new(icu: Any, tag: str, name: str) -> bool:
    theirs = icu.Locale.forLanguageTag(name)
    theirs.addLikelySubtags()
    return (theirs.getLanguage(), theirs.getScript(), theirs.getCountry()) != maximise(tag)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
