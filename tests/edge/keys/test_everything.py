"""Equal keys, equal answers, whatever the key is made of: requests as they come over a hop, with a cookie, at any time.

`test_sufficient` has members of the same class of languages and places take each other's place. Here any one thing of a visitor
changes: a choice by hand or from a cookie, consent, a wish, the device, the moment, the arm of a split, how surely the place is
known. Where that leaves the key as it is, it must leave the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from edge.answer import outcome
from edge.headers import key_text
from edge.rendering import render
from edge.request import Request
from edge.site import Site
from tests.conftest import seed_of_run
from tests.edge.keys.open_sites import open_site
from tests.edge.keys.random_sites import COUNTRIES, HEADERS, REGIONS, TAGS
from tests.edge.sites import GERMAN, PROXY, SPANISH, answer_of

SITES, VISITORS, OTHERS = 6, 16, 3
SEED = seed_of_run()

#: Around the ends of the bars, and the times of day and of the week that cells name.
MOMENTS = (
    *(datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in (1, 8, 11, 18, 23)),
    *(datetime(2026, 11, 26, 11, tzinfo=UTC) + timedelta(days=days) for days in (0, 1, 4, 5, 28, 30)),
)

_CHOICES = (
    *(f"language={tag}" for tag in ("de", "en", "en-US", "es", "es-MX", "pt", "pt-BR", "gsw", "sw", "yo")),
    *(f"mode={mode}" for mode in ("original", "sub", "dub", "voiceover")),
    *(f"variant={one}" for one in ("original", "dub", "late", "limited", "v0", "nothing")),
    "captions=?1", "captions=?0", "audio_description=?1", "audio_description=?0",
    "captions=?1, mode=dub", "audio_description=?0, captions=?0", "language=fr, captions=?1",
)  # fmt: skip

#: What is told of a visitor, and how it may be said. An empty text says nothing.
FACTS: Mapping[str, tuple[str, ...]] = {
    "x-geo-country": COUNTRIES,
    "x-geo-region": REGIONS,
    "x-forwarded-for": (GERMAN, SPANISH, "127.0.0.1"),
    "accept-language": (*HEADERS, *TAGS, "de,es", "es-AR,es", "en-US", "pt-BR;q=0", "es,es-MX;q=0", "ca", "gl", "yue"),
    "isogloss-choice": _CHOICES,
    "cookie": tuple(f"isogloss_choice={said}" for said in _CHOICES),
    "save-data": ("on",),
    "sec-gpc": ("1", "0"),
    "device": ("tv", "phone", "console", "desktop", "other"),
    "os": ("ios", "windows", "haiku", "other"),
    "referrer": ("social", "search", "ai", "direct"),
    "referrer_name": ("google", "instagram", "elsewhere"),
    "segment": ("gold", "blue", "(gold blue)", "(gold red)", "red"),
    "stage": ("known", "new"),
    "seen": ("(film:done)", "(page)", "(film)"),
    "age": ("child", "teen", "adult"),
    "consent": ("0", "1", "2", "3"),
    "unit": tuple(f'"unit {number}"' for number in range(12)),
    "q": ("flug nach rom", "cheap flights", "flugzeug", "vuelos baratos", "agora", "航空券"),
    "utm_campaign": ("spring", "AUTUMN", "winter"),
    "url": ("de", "es", "en"),
}  # fmt: skip

_FIELDS = frozenset(
    ("x-geo-country", "x-geo-region", "x-forwarded-for", "accept-language", "isogloss-choice", "cookie")
)
_FLAGS = frozenset(("save-data", "sec-gpc"))
_QUERY = frozenset(("q", "utm_campaign"))

Told = dict[str, str]


def request_of(told: Told, moment: datetime) -> Request:
    """The request of a visitor of whom that is told, over a hop."""
    fields = {name: text for name, text in told.items() if name in _FIELDS | _FLAGS}
    context = {name: text for name, text in told.items() if name not in _FIELDS | _FLAGS | _QUERY and name != "url"}
    if context:
        fields["isogloss-context"] = ", ".join(f"{name}={text}" for name, text in context.items())
    query = "&".join(f"{name}={told[name].replace(' ', '+')}" for name in sorted(_QUERY & told.keys()))
    return Request(
        moment,
        {name.encode(): text.encode() for name, text in fields.items()},
        peer=PROXY,
        query=query.encode(),
        url_language=told.get("url"),
    )


def somebody(rng: Random) -> Told:
    """Of whom some things are told."""
    told = {name: rng.choice(pool) for name, pool in FACTS.items() if rng.random() < 0.3}
    return told | {"consent": "3"} if rng.random() < 0.6 else told


def differing(rng: Random, told: Told) -> Iterator[Told]:
    """The same with one thing told otherwise, or not at all."""
    for name, pool in FACTS.items():
        for text in ("", *rng.sample(pool, min(OTHERS, len(pool)))):
            yield {one: said for one, said in (told | {name: text}).items() if said}


def key_and_answers(site: Site, item: str, request: Request) -> tuple[str, object, object]:
    """The key, the answer but for its end, and all of it."""
    reading, decision, selection = outcome(request, site.served[item], site)
    response = render(request, site.served[item], site, reading, decision, selection)
    said = answer_of(selection, None)
    return key_text(item, reading.classes), (*said[:6], *said[7:]), (*said, decision.expires, response.body)


@pytest.mark.parametrize("number", range(SITES))
def test_what_leaves_the_key_as_it_is_leaves_the_answer(number: int) -> None:
    seed = SEED + number
    print(f"ISOGLOSS_SEED={seed}")  # seen where the test fails
    site, rng = open_site(seed), Random(seed)
    compared = 0
    for item in ("film", "page"):
        ever: dict[str, tuple[object, Told]] = {}
        then: dict[tuple[str, datetime], tuple[object, Told]] = {}
        for _ in range(VISITORS):
            visitor, moment = somebody(rng), rng.choice(MOMENTS)
            met = [(told, moment) for told in (visitor, *differing(rng, visitor))]
            for told, now in (*met, *((visitor, other) for other in MOMENTS)):
                key, answer, whole = key_and_answers(site, item, request_of(told, now))
                compared += key in ever
                if not site.served[item].item.variants[0].bars and not _turning(site, item):
                    first, who = ever.setdefault(key, (answer, told))
                    assert answer == first, f"{item} {key}: {who} and {told}"
                first, who = then.setdefault((key, now), (whole, told))
                assert whole == first, f"{item} {key} at {now}: {who} and {told}"
    assert compared > 100


def _turning(site: Site, item: str) -> bool:
    """Whether bars begin or end: no class tells of that, for the answer's life ends there."""
    return any(one.bars.begins or one.bars.ends for one in site.served[item].item.variants)
