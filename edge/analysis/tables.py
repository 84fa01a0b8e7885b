"""The analysis of a site's tables: the visitors are previews, and each is answered by the whole line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from edge.classes.asking import request_for
from edge.reading import read
from edge.signals.visit import parse_visit
from edge.site import Site
from rules.analysis.field import Field
from rules.analysis.searching import Budget
from rules.analysis.world import Referral, Visitor, World
from rules.deciding import decide
from rules.tables import Table

#: Steps for one question, and for all questions about one table.
EACH, TOTAL = 20_000, 2_000_000

#: The ways to come that say no name, or one of their own.
_WAYS: Sequence[Mapping[str, str]] = (
    {"referer": "https://www.google.com/"},
    {"referer": "https://www.instagram.com/"},
    {"referer": "https://chatgpt.com/"},
    {"utm_medium": "email"},
    {"utm_medium": "cpc"},
    {"utm_medium": "social"},
    {"referer": "https://nowhere.example/"},
    {"referer": "https://www.example/", "url": "https://www.example/"},
    {},
)


def field_of(table: Table, world: World, steps: int = EACH) -> Field:
    """A table over the axes of its inputs."""
    return Field(table, world, Budget(steps, steps * (TOTAL // EACH)))


def world_of(site: Site, moment: datetime) -> World:
    """The site as an analysis sees it."""
    # Of items for which the same rules hold the first is named: the one with most to choose from tells most.
    subjects = [served.subject for served in sorted(site.served.values(), key=lambda one: -len(one.item.variants))]

    def answering(visitor: Visitor) -> frozenset[str]:
        served = site.served[visitor.item]
        reading = read(request_for(site, visitor.named or {}, moment), served, site)
        matched = decide(reading.context, served.subject, site.book).matched
        return frozenset(rule.name for rule in matched)

    return World(subjects, site.settings.zone, moment, answering, referrals, site.settings.consent)


def referrals(names: Sequence[str]) -> list[Referral]:
    """The ways to come, where rules name these referrers; the plain ones first."""
    found: dict[tuple[str, str | None], Referral] = {}
    for words in (*_WAYS, *(way for name in names for way in _ways_of(name))):
        referral = _referral(words)
        found.setdefault((referral.referrer, referral.name), referral)
    return list(found.values())


def _ways_of(name: str) -> Iterator[Mapping[str, str]]:
    """As a source that a link names, with each medium, and as a host."""
    for medium in ({}, {"utm_medium": "email"}, {"utm_medium": "cpc"}, {"utm_medium": "social"}):
        yield {"utm_source": name, **medium}
    yield {"referer": f"https://{name}/"}
    yield {"referer": f"https://www.{name}.com/"}


def _referral(words: Mapping[str, str]) -> Referral:
    query = "&".join(f"{name}={text}" for name, text in words.items() if name.startswith("utm_")).encode()
    host = words.get("url", "").removeprefix("https://").strip("/").encode()
    visit = parse_visit(words["referer"].encode() if "referer" in words else None, query, host)
    return Referral(visit.referrer, visit.referrer_name, tuple(words.items()))
