"""The engine finds what a plain scan finds, and explains what a full trace tells: for thousands of random tables and visitors.

Each run draws new ones. A failing run prints its seed; `ISOGLOSS_SEED=…` draws the same again.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from locales.ranges import LanguageRanges
from rules import bitsets, indexes, timetables
from rules import book as book_module
from rules.book import Policies, RuleBook
from rules.cells import Cell, CellFault, parse_cell
from rules.context import Choice, Context, Subject
from rules.deciding import completed, decide, languages_of
from rules.explaining import explain
from rules.inputs import AGES, DAYPARTS, DEVICES, INPUTS, REFERRERS, STAGES, WEEKDAYS
from rules.tables import Outcome, Rule, Schedule, Table
from rules.tracing import trace
from tests.conftest import seed_of_run
from tests.rules.books import CARTOON, FILM, GROUPS, NOON, NORMS, PAGE, book
from tests.rules.test_deciding import scanned

SEED = seed_of_run()

#: Books, rules at the most in a table of one, and visitors to each.
BOOKS, RULES, VISITORS = 90, 40, 36

#: What cells ask for. `unknown` may be added to any, and each may be refused.
ASKED: Mapping[str, tuple[str, ...]] = {
    "country": ("DE", "AT", "ES", "US", "HK", "@dach", "@eu", "@419"),
    "region": ("ES-CT", "ES-MD", "CH-ZH"),
    "language": ("de", "es", "ca", "en", "zh", "zh-Hant", "es-419", "no"),
    "languages": ("de", "es", "ca", "en", "zh", "zh-Hant", "es-419", "no"),
    "device": DEVICES,
    "os": ("ios", "android", "tvos"),
    "referrer": REFERRERS,
    "referrer_name": ("google", "Example.com"),
    "campaign": tuple(f"Winter {number}" for number in range(30)),
    "terms": ("flug*", "cheap flight*", "*berlin", "flight", "rome", "cheap", "*light*", "to rome"),
    "weekday": (*WEEKDAYS, "sat..mon"),
    "hour": ("7", "18..23", "22..2", "0..5"),
    "daypart": (*DAYPARTS, "evening..night"),
    "date": ("2026-11-22", "2026-11-23..2026-11-25", "2026-12-24..2026-01-06"),
    "segment": ("gold", "Silver", "new"),
    "stage": STAGES,
    "seen": ("film", "film:done", "page"),
    "age": AGES,
    "captions": ("yes", "no"),
    "audio_description": ("yes", "no"),
    "save_data": ("yes", "no"),
    "item": ("business-class", "cartoon", "other"),
    "kind": ("promo", "children", "page"),
    "channel": ("web", "tv"),
}
HEADERS = ("", "de", "es-ES,es", "en-US,en", "ca,es;q=0.5", "zh-TW", "*,de;q=0", "en;q=0", "nb,da", "es-MX", "fr,pt,it")
WORDS = ("cheap", "flights", "flug", "flughafen", "berlin", "ostberlin", "to", "rome", "flight", "other")
OUTCOME = Outcome(mode=("sub",))
ZONES = (None, "America/New_York", "Asia/Kathmandu", "Europe/London", "Nowhere/Else")
#: The clock goes back in Berlin at one of these.
MOMENTS = (NOON, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 12, 31, 22, tzinfo=UTC))


def any_cell(chance: random.Random, name: str) -> list[str]:
    wanted = chance.sample(ASKED[name], min(len(ASKED[name]), chance.choice((0, 1, 1, 2, 3))))
    refused = ["!" + one for one in chance.sample(ASKED[name], chance.choice((0, 0, 1)))]
    return [*wanted, *refused, *(["unknown"] if chance.random() < 0.1 else [])]


def any_rule(chance: random.Random, name: str) -> Rule:
    """Loading refuses cells that can never hold, so there are none here."""
    ends = (None, None, None, *(NOON + timedelta(hours=hours) for hours in (-9, 1, 5, 700)))
    asked = chance.sample([*ASKED], chance.choice((0, 1, 1, 2, 2, 3, 4)))
    while True:
        try:
            cells = tuple([parsed(one, tuple(any_cell(chance, one))) for one in asked])
        except CellFault:
            continue
        table, identifier = name.split("/")
        return Rule(table, identifier, cells, OUTCOME, Schedule(chance.choice(ends), chance.choice(ends)))


@functools.cache
def parsed(name: str, written: tuple[str, ...]) -> Cell:
    """Cells that are written alike are one, as they are of a table that is loaded."""
    return parse_cell(INPUTS[name], written, GROUPS)


def any_book(chance: random.Random) -> RuleBook:
    tables = tuple(
        Table(name, tuple(any_rule(chance, f"{name}/r{n}") for n in range(chance.randint(0, RULES))), zone=zone)
        for name in chance.choice(("a", "ab", "abc"))
        for zone in [chance.choice(("site", "visitor"))]
    )
    policies = Policies("en", chance.choice(("trust", "geo", "hedge")), ZoneInfo("Europe/Berlin"))
    return RuleBook(tables, book(norms=NORMS).norms, policies)


def any_visitor(chance: random.Random) -> Context:
    one = chance.choice
    return Context(
        country=one((None, "DE", "ES", "CH", "US", "HK", "MX")),
        region=one((None, None, "ES-CT", "CH-GE")),
        ranges=LanguageRanges.from_header(one(HEADERS)),
        url_language=one((None, None, None, "es")),
        device=one((None, *DEVICES)),
        os=one((None, "ios", "beos")),
        referrer=one((None, *REFERRERS)),
        referrer_name=one((None, "google", "EXAMPLE.com")),
        campaign=one((None, *(f"winter {number}" for number in range(40)))),
        terms=tuple(chance.sample(WORDS, chance.choice((0, 1, 2, 3)))),
        segment=tuple(chance.sample(("gold", "silver", "old"), chance.choice((0, 1, 2)))),
        stage=one((None, *STAGES)),
        seen=tuple(chance.sample(("film", "film:done", "other"), chance.choice((0, 1, 2)))),
        age=one((None, *AGES)),
        captions=one((None, True, False)),
        audio_description=one((None, True, False)),
        save_data=one((None, True, False)),
        choice=one((None, None, Choice(language="de"), Choice(captions=True))),
        moment=one(MOMENTS) + timedelta(minutes=chance.randrange(3 * 24 * 60)),
        zone=one(ZONES),
    )


SUBJECTS = (FILM, CARTOON, PAGE, Subject("other", "promo", "tv", audio=True))


def check(chance: random.Random, site: RuleBook, visitors: int) -> None:
    """Scan, search, memory and decision come to the same rules; the explanation to the near misses of the trace."""
    for _ in range(visitors):
        context, subject = any_visitor(chance), chance.choice(SUBJECTS)
        whole = completed(context)
        rules, expires = scanned(whole, subject, site)
        plan, heard = site.plan(subject), languages_of(whole, subject, site)
        values = plan.values_of(whole, heard.first, heard.accepted)
        assert plan.search(values, whole.moment, whole.zone) == (tuple(rules), expires)
        for _ in range(2):
            won, flip = plan.winners(values, whole.moment, whole.zone)
            assert (list(won.rules), flip) == (rules, expires)
        decision = decide(context, subject, site)
        assert (list(decision.matched), decision.expires) == (rules, expires)
        explained, traced = explain(context, subject, site), trace(context, subject, site)
        assert (list(explained.won.rules), explained.expires) == (rules, expires)
        assert [(near.rule, near.cell.input, str(near)) for near in explained.near_misses] == [
            (near.rule, near.failed[0].input, str(near)) for near in traced.near_misses
        ]


def test_a_search_by_sets_finds_what_a_plain_scan_finds() -> None:
    print(f"ISOGLOSS_SEED={SEED}")
    chance = random.Random(SEED)
    for _ in range(BOOKS):
        check(chance, any_book(chance), VISITORS)


TIGHT = (
    *((bitsets, name, 1) for name in ("VALUES", "ROOM_PER_RULE", "LEAST_ROOM")),
    (indexes, "SETS", 9),
    *((timetables, name, 1) for name in ("COMMON", "ZONES")),
    *((book_module, name, 2) for name in ("COUNTRIES", "VISITORS", "JOINED_VALUES")),
)


def test_the_same_where_next_to_nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, most in TIGHT:
        monkeypatch.setattr(module, name, most)
    print(f"ISOGLOSS_SEED={SEED}")
    chance = random.Random(SEED)
    for _ in range(BOOKS // 5):
        check(chance, any_book(chance), VISITORS)


def test_every_input_that_a_rule_may_ask_about_is_drawn() -> None:
    assert set(ASKED) == {name for name, row in INPUTS.items() if row.cell}
    assert BOOKS * VISITORS >= 3000
