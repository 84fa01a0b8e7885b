"""Random tables and the visitors who ask them: rules that say different things, over years, and visitors who come back.

What is drawn together has much in common, or little would be tested: rules ask for what some visitor has, visitors differ in one
value from others, moments lie at the flips of schedules and clocks.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from locales.ranges import LanguageRanges
from rules.book import Policies, RuleBook
from rules.cells import Cell, CellFault, parse_cell
from rules.context import Choice, Context, Subject
from rules.inputs import AGES, DAYPARTS, DEVICES, INPUTS, REFERRERS, STAGES, TIME_INPUTS, WEEKDAYS
from rules.tables import Arm, Outcome, Rule, Schedule, Split, Table
from tests.rules.books import CARTOON, FILM, GROUPS, NOON, NORMS, PAGE, book
from tests.rules.engine_scan import seen_by

#: What cells ask for. `unknown` may be added to any, and each may be refused.
ASKED: Mapping[str, tuple[str, ...]] = {
    "country": ("DE", "AT", "ES", "US", "HK", "XK", "@dach", "@eu", "@419"),
    "region": ("ES-CT", "ES-MD", "CH-ZH", "US-CA"),
    "language": ("de", "de-AT", "es", "ca", "en", "zh", "zh-Hant", "zh-TW", "es-419", "es-MX", "no", "nb"),
    "languages": ("de", "es", "ca", "en", "zh", "zh-Hant", "zh-HK", "es-419", "no", "nn"),
    "device": DEVICES,
    "os": ("ios", "android", "tvos"),
    "referrer": REFERRERS,
    "referrer_name": ("google", "Example.com"),
    "campaign": (*(f"Winter {number}" for number in range(12)), "Straße", "unknowns"),
    "terms": ("flug*", "cheap flight*", "*berlin", "flight", "rome", "cheap", "*light*", "to rome", "cheap flights to"),
    "weekday": (*WEEKDAYS, "sat..mon", "mon..fri"),
    "hour": ("0", "2", "7", "18..23", "22..2", "0..5"),
    "daypart": (*DAYPARTS, "evening..night"),
    "date": (
        *("2026-11-22", "2026-11-23..2026-11-25", "2026-12-24..2026-01-06", "2027-02-28..2027-03-28", "2026-10-25"),
        *("2011-12-30", "2024-02-29", "2024-02-28..2024-03-01", "2030-01-01..2030-12-31"),
    ),
    "segment": ("gold", "Silver", "new", "Straße"),
    "stage": STAGES,
    "seen": ("film", "film:done", "page"),
    "age": AGES,
    "captions": ("yes", "no"),
    "audio_description": ("yes", "no"),
    "save_data": ("yes", "no"),
    "item": ("business-class", "cartoon", "other", "for-travellers"),
    "kind": ("promo", "children", "page"),
    "channel": ("web", "tv"),
}
HEADERS = (
    *("", "de", "de-AT,de", "es-ES,es", "en-US,en", "ca,es;q=0.5", "zh-TW", "zh-HK,en", "zh", "*,de;q=0"),
    *("en;q=0", "en;q=0", "*;q=0,en;q=0"),
    *("nb,da", "no", "nn", "es-MX", "fr,pt,it", "x-klingon", "de;q=0.2,es;q=0.9"),
)
WORDS = ("cheap", "flights", "flug", "flughafen", "berlin", "ostberlin", "to", "rome", "flight", "other")

CHOICES = (
    *(None, None, None, Choice(language="de"), Choice(captions=True), Choice(mode="sub", audio_description=False)),
    *(Choice(variant="de-sub"), Choice(language="es", origin="cookie")),
)

#: Each field of a context that cells or languages read, and what a visitor may have.
FIELDS: Mapping[str, Callable[[random.Random], object]] = {
    "country": lambda chance: chance.choice((None, None, "DE", "AT", "ES", "CH", "US", "HK", "MX", "NL", "ZZ")),
    "region": lambda chance: chance.choice((None, None, None, "ES-CT", "ES-MD", "CH-ZH", "CH-GE", "US-CA", "DE-XX")),
    "ranges": lambda chance: LanguageRanges.from_header(chance.choice(HEADERS)),
    "url_language": lambda chance: chance.choice((None, None, None, "es", "zh-Hant")),
    "device": lambda chance: chance.choice((None, *DEVICES, "toaster")),
    "os": lambda chance: chance.choice((None, "ios", "android", "beos")),
    "referrer": lambda chance: chance.choice((None, *REFERRERS, "space")),
    "referrer_name": lambda chance: chance.choice((None, "google", "EXAMPLE.com", "nobody")),
    "campaign": lambda chance: chance.choice(
        (None, *(f"WINTER {one}" for one in range(9)), "STRASSE", "straße", "unknown", "")
    ),
    "terms": lambda chance: tuple(chance.sample(WORDS, chance.choice((0, 1, 2, 3)))),
    "segment": lambda chance: tuple(chance.sample(("gold", "silver", "straße", "old"), chance.choice((0, 1, 2)))),
    "stage": lambda chance: chance.choice((None, *STAGES)),
    "seen": lambda chance: tuple(chance.sample(("film", "FILM:done", "other"), chance.choice((0, 1, 2)))),
    "age": lambda chance: chance.choice((None, *AGES)),
    "captions": lambda chance: chance.choice((None, True, False)),
    "audio_description": lambda chance: chance.choice((None, True, False)),
    "save_data": lambda chance: chance.choice((None, True, False)),
    "choice": lambda chance: chance.choice(CHOICES),
}
SUBJECTS = (
    FILM,
    CARTOON,
    PAGE,
    Subject("other", "promo", "tv", audio=True),
    Subject("other", "page", "web", audio=False),
    Subject("fifth", "promo", "web", audio=True),
)
ZONES = (
    *(None, "America/New_York", "Asia/Kathmandu", "Europe/London", "Australia/Lord_Howe", "Atlantic/Azores"),
    *("Pacific/Apia", "Nowhere/Else"),
)
UNITS = (None, None, "", *(f"unit-{number}" for number in range(12)), "Zoë")

#: Clocks change: Berlin, London and the Azores in autumn and spring, New York, Lord Howe by half an hour; Apia loses a day.
CHANGES = (
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2027, 3, 28, 1, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2027, 3, 14, 7, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
)
#: Days that `ASKED` names, years apart from the others: a rule that holds then flips beyond the horizon of schedules.
DAYS = (
    datetime(2030, 6, 15, tzinfo=UTC),
    datetime(2024, 2, 29, 12, tzinfo=UTC),
    datetime(2011, 12, 30, 12, tzinfo=UTC),
    datetime(2027, 3, 1, 12, tzinfo=UTC),
)
STEPS = (
    *(timedelta(0), timedelta(microseconds=1), timedelta(seconds=1), timedelta(minutes=30), timedelta(hours=1)),
    *(timedelta(hours=5), timedelta(days=1), timedelta(days=40)),
)


class Round(NamedTuple):
    """What the books and visitors of one round have in common: times at which something happens, experiments, people, visits.

    Visitors come from a few zones, at a few moments each: who comes when somebody like them has just been there meets what is
    remembered.
    """

    times: tuple[datetime, ...]
    experiments: tuple[Split, ...]
    people: tuple[Context, ...]
    moments: tuple[datetime, ...]
    zones: tuple[str | None, ...]


def any_round(chance: random.Random) -> Round:
    some_year = datetime(chance.randint(1995, 2055), chance.randint(1, 12), 15, chance.randrange(24), tzinfo=UTC)
    soon = NOON + timedelta(hours=chance.choice((-9, 1, 5, 700)))
    times = (NOON, *chance.sample(CHANGES, 2), chance.choice(DAYS), some_year, soon)
    moments = [chance.choice(times) + chance.choice((-1, 1)) * chance.choice(STEPS) for _ in range(8)]
    return Round(
        times,
        tuple(any_split(chance, f"x{number}") for number in range(2)),
        any_people(chance),
        (*moments, NOON + timedelta(minutes=chance.randrange(-(10**7), 10**7))),
        (None, *chance.sample(ZONES, 2)),
    )


# Rules


def any_book(chance: random.Random, given: Round) -> RuleBook:
    """A third of the books do not read the clock."""
    names = chance.choice(("a", "ab", "abc", "bacd"))
    timed = chance.random() < 2 / 3
    zone = ZoneInfo(chance.choice(("Europe/Berlin", "Europe/Berlin", "UTC", "America/New_York", "Pacific/Apia")))
    policies = Policies("en", chance.choice(("trust", "geo", "hedge")), zone)
    return RuleBook(tuple(any_table(chance, name, given, timed) for name in names), book(norms=NORMS).norms, policies)


def any_table(chance: random.Random, name: str, given: Round, timed: bool) -> Table:
    """The longer, the more do its rules ask for, or nobody would get beyond the first."""
    length, most = chance.choice(((0, 0), (1, 2), (3, 3), (12, 4), (30, 6), (44, 8)))
    rules = [
        any_rule(chance, f"{name}/r{number}", given, chance.randint(most // 2, most), timed) for number in range(length)
    ]
    return Table(name, tuple(rules), zone=chance.choice(("site", "visitor")))


def any_rule(chance: random.Random, name: str, given: Round, asking: int, timed: bool) -> Rule:
    """Half of the rules ask for what one of the people has, so that many of them meet several rules."""
    aimed = chance.choice((None, *given.people))
    seen = {} if aimed is None else seen_by(aimed, chance.choice(SUBJECTS), ("de", ("de", "es")))
    asked = chance.sample([one for one in ASKED if timed or one not in TIME_INPUTS], asking)
    cells = tuple([any_cell(chance, one, seen) for one in sorted(asked, key=[*ASKED].index)])
    table, identifier = name.split("/")
    split = any_arms(chance, chance.choice(given.experiments)) if chance.random() < 0.2 else None
    outcome = any_outcome(chance) if split is None else split.says(split.default)
    active = any_schedule(chance, given.times) if timed else Schedule()
    return Rule(table, identifier, cells, outcome, active, split=split)


def any_cell(chance: random.Random, name: str, seen: Mapping[str, object]) -> Cell:
    """Loading refuses cells that can never hold, so there are none here. What is `seen` mostly satisfies it."""
    for turn in range(1000):
        wanted = chance.sample(ASKED[name], min(len(ASKED[name]), chance.choice((0, 1, 1, 2, 3))))
        refused = ["!" + one for one in chance.sample(ASKED[name], chance.choice((0, 0, 1)))]
        try:
            cell = parsed(name, (*wanted, *refused, *(["unknown"] if chance.random() < 0.1 else [])))
        except CellFault:
            continue
        if turn > 6 or name in TIME_INPUTS or name not in seen or cell.holds(seen[name]):
            return cell
    raise AssertionError(f"{name}: no cell that can hold")


@functools.cache
def parsed(name: str, written: tuple[str, ...]) -> Cell:
    """Cells that are written alike are one, as they are of a table that is loaded."""
    return parse_cell(INPUTS[name], written, GROUPS)


def any_schedule(chance: random.Random, times: Sequence[datetime]) -> Schedule:
    if chance.random() < 0.6:
        return Schedule()
    ends = sorted({chance.choice(times) + chance.choice((-1, 1)) * chance.choice(STEPS) for _ in range(2)})
    return Schedule(chance.choice((None, ends[0])), chance.choice((None, ends[-1])) if len(ends) > 1 else None)


def any_outcome(chance: random.Random) -> Outcome:
    one = chance.choice
    said: dict[str, Any] = {
        "variant": one(("de-dub", "de-sub", "es-sub", "original")),
        "language": one(("it", "es", "de", "zh-Hant")),
        "mode": one((("sub",), ("dub", "sub"), ("original", "dub"))),
        "tags": one(((("market", "de"),), (("market", "es"), ("cut", "long")), (("cut", "short"),))),
    }
    return Outcome(**{name: said[name] for name in chance.sample([*said], one((1, 1, 2, 4)))})


def any_split(chance: random.Random, experiment: str) -> Split:
    """Who is in which arm; what the arms say is each rule's own."""
    arms = tuple(Arm(name, chance.choice((0, 1, 3, 1000)), Outcome()) for name in "abc"[: chance.choice((2, 3))])
    arms = arms if any(arm.weight for arm in arms) else (*arms[1:], Arm("z", 1, Outcome()))
    holdout = chance.choice((0, 0, 2500, 10_000))
    coverage = chance.choice((10_000 - holdout, (10_000 - holdout) // 2, 0))
    return Split(experiment, arms, chance.choice(arms).id, "blake2b-1", coverage, holdout, chance.choice(("", "again")))


def any_arms(chance: random.Random, split: Split) -> Split:
    return replace(split, arms=tuple(replace(arm, outcome=any_outcome(chance)) for arm in split.arms))


# Visitors


def any_people(chance: random.Random) -> tuple[Context, ...]:
    """Strangers, and for each some who differ from them in a value or two."""
    people: list[Context] = []
    for _ in range(2):
        stranger = Context(**{name: draw(chance) for name, draw in FIELDS.items() if chance.random() < 0.8})  # type: ignore[arg-type] # fields by their names
        people.append(stranger)
        for _ in range(3):
            changed = {name: FIELDS[name](chance) for name in chance.sample([*FIELDS], chance.choice((1, 1, 2)))}
            people.append(replace(stranger, **changed))
    return tuple(people)


def any_visit(chance: random.Random, given: Round) -> tuple[Context, Subject]:
    """One of the people, mostly at a time at which something happens."""
    known = {"moment": chance.choice(given.moments), "zone": chance.choice(given.zones), "unit": chance.choice(UNITS)}
    return replace(chance.choice(given.people), **known), chance.choice(SUBJECTS)
