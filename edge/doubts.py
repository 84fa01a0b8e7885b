"""What somebody has written of a visitor that nobody understands. For visitors such a signal is absent, and it is so here; but a
flag or a table's own test was written by a person, who is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from edge.signals.audience import LONGEST_UNIT, parse_unit
from edge.signals.choice import LONGEST, parse_choice
from edge.signals.place import parse_country, parse_region
from edge.structured import InnerList, parse_dictionary, to_bare
from locales.findings import did_you_mean
from locales.norm_fields import territory_meant
from locales.preference import MODES
from rules.inputs import INPUTS

#: Inputs of a few words, whatever request says them.
_WORDS = ("device", "age", "consent")


def doubts(named: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Problem and cure (or an empty text) of each value of a visitor, described by name, that means nothing."""
    country = named.get("country")
    if country is not None and parse_country(country) is None:
        yield f'"{country}" is no country of ISO 3166-1.', territory_meant(country)
    region = named.get("region")
    if region is not None and parse_region(region, parse_country(country)) is None:
        where = f" in {country}" if parse_country(country) else ""
        yield f'"{region}" is no region of ISO 3166-2{where}.', 'Write one such as "ES-CT".'
    for name in _WORDS:
        known = INPUTS[name].values
        if name in named and named[name].lower() not in known:
            yield (
                f'"{named[name]}" is no {name}.',
                did_you_mean(named[name], known) or f"Use one of: {', '.join(known)}.",
            )
    if "unit" in named and parse_unit(named["unit"]) is None:
        yield "What is given as unit is none.", f"It has 1 to {LONGEST_UNIT} characters that can be printed."
    if "choose" in named:
        yield from _choice_doubts(named["choose"])


def _choice_doubts(text: str) -> Iterator[tuple[str, str]]:
    """What of a choice counts for nothing: members that no choice has, values that mean nothing, or the text as a whole."""
    members = parse_dictionary(text, LONGEST)
    if not members:
        yield f'"{text}" is no choice.', 'Write one such as "language=es, mode=sub".'
        return
    choice = parse_choice(text.encode("utf-8", "replace"))
    for name, member in members.items():
        if name not in _CURES:
            yield f'"{name}" is no part of a choice.', did_you_mean(name, _CURES) or f"Use one of: {', '.join(_CURES)}."
        elif getattr(choice, name, None) is None:
            value = "(…)" if isinstance(member, InnerList) else to_bare(member.value).strip('"')
            yield f'"{value}" is no {name}.', (did_you_mean(value, MODES) if name == "mode" else "") or _CURES[name]


#: What can be chosen, and how it is written.
_CURES = {
    "language": 'Write a BCP 47 tag such as "es" or "zh-Hant".',
    "mode": f"Use one of: {', '.join(MODES)}.",
    "variant": "Write the id of a variant: a-z, 0-9, - and _, beginning with a letter.",
    "captions": "Write ?1 or ?0.",
    "audio_description": "Write ?1 or ?0.",
}
