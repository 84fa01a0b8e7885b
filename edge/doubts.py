"""What somebody has written of a visitor that nobody understands. For visitors such a signal is absent, and it is so here; but a
flag or a table's own test was written by a person, who is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from edge.signals.place import parse_country, parse_region
from locales.findings import did_you_mean
from locales.tags import parse_tag
from locales.territories import TERRITORIES, is_territory
from rules.inputs import INPUTS

#: Inputs of a few words, whatever request says them.
_WORDS = ("device", "age", "consent")


def doubts(named: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Problem and cure (or an empty text) of each value of a visitor, described by name, that means nothing."""
    country = named.get("country")
    if country is not None and parse_country(country) is None:
        yield f'"{country}" is no country of ISO 3166-1.', _country_cure(country)
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


def _country_cure(country: str) -> str:
    """`UK` is what CLDR calls an alias of GB; else the nearest code."""
    alias = (parse_tag(f"und-{country}") or "").rpartition("-")[2]
    return f'Did you mean "{alias}"?' if is_territory(alias) else did_you_mean(country, TERRITORIES)
