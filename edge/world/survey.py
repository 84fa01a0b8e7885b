"""One visitor in every country: the straight line of `edge.answer`, once for each territory.

The visitor is the same everywhere but for the country. Where nothing is said of a language the place speaks, so that the map
shows what is usual there; with a language it shows where in the world its speakers get what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from edge.answer import outcome
from edge.request import Request, posing
from edge.served import Served
from edge.site import Site
from locales.preference import Listed
from locales.territories import TERRITORIES, place_languages
from rules.inputs import VISITOR_NAMES
from variants.selecting import Selection

#: What can be said of the visitor: everything but where they are.
WHERE = ("country", "region")
NAMES = tuple(name for name in VISITOR_NAMES if name not in WHERE)

#: How a variant can be met, in the order of the legend.
EXPERIENCES = ("original", "translated", "dub", "voiceover", "sub", "foreign", "barred")


class Place(Struct, frozen=True):
    """What a visitor in one territory gets. `variant` is an id, None where everything is barred.

    `experience` is one of `EXPERIENCES`: `foreign` too where nothing is in a language of the place, so that the site's own was
    taken. `rule` is the full name of the rule or norm that decided, None where a layer without rows did. `open` says that
    the place has several languages and nothing tells which of them the visitor speaks.
    """

    country: str
    variant: str | None
    experience: str
    layer: str
    rule: str | None
    confidence: str
    open: bool


class Survey(Struct, frozen=True):
    """Every territory, by code, and until when that holds: None where no rule, bar or hour changes it."""

    places: tuple[Place, ...]
    until: datetime | None

    def count(self, experience: str) -> int:
        """How many territories meet the item so."""
        return sum(place.experience == experience for place in self.places)


def survey(site: Site, served: Served, named: Mapping[str, str], moment: datetime) -> Survey:
    """All territories at once; see `surveying`."""
    return gathered(surveying(site, served, named, moment))


def surveying(
    site: Site, served: Served, named: Mapping[str, str], moment: datetime
) -> Iterator[tuple[Place, datetime | None]]:
    """One territory after the other, each with the moment at which it may change. `named` are values of `NAMES`."""
    target = posing(Request(moment), named).target
    found = site.catalog.paths.match(target) if target is not None and "url" in named else None
    for country in sorted(TERRITORIES):
        request = posing(Request(moment, url_language=found[1] if found else None), {**named, "country": country})
        _, decision, selection = outcome(request, served, site)
        boundaries = [one for one in (decision.expires, selection.boundary) if one is not None]
        yield _place(country, decision.preference.languages, selection), min(boundaries, default=None)


def gathered(found: Iterator[tuple[Place, datetime | None]]) -> Survey:
    """The survey of what `surveying` yields."""
    places, boundaries = zip(*found, strict=True)
    return Survey(tuple(places), min((one for one in boundaries if one is not None), default=None))


def _place(country: str, languages: tuple[Listed, ...], selection: Selection) -> Place:
    variant = selection.variant
    return Place(
        country=country,
        variant=variant.id if variant else None,
        experience=_experience(languages, selection),
        layer=selection.layer,
        rule=selection.rule,
        confidence=selection.confidence.name,
        open=languages[0].origin in ("place", "default") and place_languages(country, None).ambiguous,
    )


def _experience(languages: tuple[Listed, ...], selection: Selection) -> str:
    """That of the visitor's own language; `foreign` where a language won that is not theirs (SEMANTICS §7, passes 3 to 5)."""
    if selection.variant is None:
        return "barred"
    met = selection.language
    theirs = selection.experience == "original" and met is None  # no words in it: the same for everybody
    return selection.experience if theirs or met in languages else "foreign"
