"""Tables of chance and the visitors there can be of them: an analysis is held against trying everybody.

The visitors are made here, from lists written by hand; they share nothing with the axes of the analysis but the engine's cells.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain, combinations, permutations, product
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from locales.groups import Groups
from locales.norms import NormBook
from locales.preference import Confidence
from rules.analysis.field import Field
from rules.analysis.searching import Budget
from rules.analysis.world import Referral, Referrals, Visitor, World
from rules.book import Policies, RuleBook, static_values
from rules.context import Subject
from rules.deciding import decide
from rules.inputs import AGES, DEVICES
from rules.schedules import CLOCK, local_time
from rules.tables import ALWAYS, Rule, Table
from tests.rules.books import FILM, NOON, PAGE, rule

BERLIN = ZoneInfo("Europe/Berlin")
SUBJECTS = (FILM, PAGE, Subject("cartoon", "children", "tv", audio=True))
POLICIES = Policies("en", "geo", BERLIN)

#: Cells by input: what a rule may ask.
CELLS: Mapping[str, Sequence[Sequence[str]]] = {
    "country": (["DE"], ["ES"], ["DE", "AT"], ["!ES"], ["@dach"], ["unknown"], ["unknown", "ES"]),
    "region": (["ES-CT"], ["!ES-CT"], ["ES-CT", "DE-BY"], ["unknown"], ["ES-MD"]),
    "language": (["de"], ["es"], ["es-MX"], ["es", "!es-MX"], ["!de"], ["!es"], ["en"]),
    "languages": (["de"], ["es"], ["es-MX", "de"], ["!de"], ["!es-MX"], ["ja", "!de"]),
    "device": (["tv"], ["phone", "tv"], ["!tv"], ["unknown"], ["!phone", "!tv"]),
    "os": (["ios"], ["!ios"], ["unknown", "ios"]),
    "referrer": (["search"], ["social", "email"], ["!direct"], ["direct"]),
    "referrer_name": (["google"], ["!google"], ["unknown"], ["news"]),
    "terms": (["flug*"], ["flug"], ["cheap flight*"], ["!flug"], ["!hotel*"], ["hotel", "!flug"], ["unknown"]),
    "segment": (["gold"], ["family"], ["!gold"], ["gold", "!family"], ["unknown"], ["!gold", "!family"]),
    "weekday": (["mon..fri"], ["sat", "sun"], ["!mon"]),
    "hour": (["8..17"], ["18..7"], ["!12"]),
    "daypart": (["night"], ["!night"], ["evening", "afternoon"]),
    "date": (["2026-12-01..2026-12-31"], ["!2026-12-24"], ["2026-12-24"], ["2027-01-01..2026-11-30"]),
    "captions": (["yes"], ["!yes"], ["unknown"]),
    "audio_description": (["yes"], ["no", "unknown"]),
    "save_data": (["yes"], ["no"], ["!yes"]),
    "campaign": (["Summer"], ["!summer"], ["unknown"]),
    "age": (["child"], ["!child"]),
    "item": (["business-class"], ["!business-class"]),
    "kind": (["promo"], ["page", "children"], ["!page"]),
}

SPANS = ((None, None), (NOON, None), (None, NOON + timedelta(days=9, hours=5)), (NOON + timedelta(days=9, hours=5), None),
         (NOON + timedelta(days=2), NOON + timedelta(days=4)))  # fmt: skip

_TERMS = ("flug", "flugzeug", "hotel", "hotels", "cheap flights", "zebra")
_TAGS = ("de", "es-ES", "es-MX", "ja", "en-GB", "fi")
_SEGMENTS = ("gold", "family", "other")
_PLACES = (
    ("DE", None), ("DE", "DE-BY"), ("DE", "DE-BE"), ("ES", None), ("ES", "ES-CT"), ("ES", "ES-MD"), ("ES", "ES-GA"),
    ("AT", None), ("AT", "AT-9"), ("CH", None), ("CH", "CH-ZH"), ("FR", None), ("FR", "FR-75C"), (None, None),
)  # fmt: skip
_WAYS = (
    Referral("search", "google", (("referer", "https://www.google.com/"),)),
    Referral("social", "instagram", (("referer", "https://www.instagram.com/"),)),
    Referral("other", "news", (("utm_source", "news"),)),
    Referral("email", "news", (("utm_medium", "email"), ("utm_source", "news"))),
    Referral("email", None, (("utm_medium", "email"),)),
    Referral("direct", None, ()),
)

Said = Mapping[str, object]


def _sets(values: Sequence[str], most: int) -> Iterator[tuple[str, ...]]:
    yield from chain.from_iterable(combinations(values, count) for count in range(most + 1))


def _moments() -> Iterator[datetime]:
    start = datetime(2026, 11, 10, tzinfo=BERLIN)
    for day in range(62):
        yield from (start + timedelta(days=day, hours=hour) for hour in (0, 7, 8, 12, 13, 17, 18))
    yield from (NOON + timedelta(days=9, hours=5, minutes=minutes) for minutes in (-1, 1))


def _at(moment: datetime) -> Said:
    local = local_time(moment, BERLIN)
    return {"moment": moment, **{name: read(local) for name, read in CLOCK.items()}}


def _single(name: str, *values: object) -> list[Said]:
    return [{name: value} for value in (*values, None)]


#: The visitors there can be, input by input; inputs that depend on each other together.
VALUES: Mapping[tuple[str, ...], Sequence[Said]] = {
    ("item", "kind"): [static_values(subject) for subject in SUBJECTS],
    ("country", "region"): [{"country": country, "region": region} for country, region in _PLACES],
    ("language", "languages"): [
        {"language": None, "languages": ()},
        *({"language": tags[0], "languages": tags} for count in (1, 2, 3) for tags in permutations(_TAGS, count)),
    ],
    ("device",): _single("device", *DEVICES),
    ("os",): _single("os", "ios", "android", "beos"),
    ("referrer", "referrer_name"): [{"referrer": way.referrer, "referrer_name": way.name} for way in _WAYS],
    ("terms",): [{"terms": tuple(" zebra ".join(texts).split())} for texts in _sets(_TERMS, 3)],
    ("segment",): [{"segment": texts} for texts in _sets(_SEGMENTS, 3)],
    (*CLOCK, "schedule"): [_at(moment) for moment in _moments()],
    ("captions", "audio_description"): [
        {"captions": one, "audio_description": other} for one, other in product((True, False, None), repeat=2)
    ],
    ("save_data",): _single("save_data", True, False),
    ("campaign",): _single("campaign", "Summer", "winter"),
    ("age",): _single("age", *AGES),
}


def table_of_chance(chance: random.Random) -> Table:
    """Up to seven rules over up to four inputs; outcomes repeat, and some rules have a schedule."""
    names = chance.sample(sorted(CELLS), chance.randint(1, 4))
    timed = chance.random() < 0.3
    rules = []
    for number in range(chance.randint(2, 7)):
        when = {name: chance.choice(CELLS[name]) for name in names if chance.random() < 0.7}
        begins, ends = chance.choice(SPANS) if timed else (None, None)
        mode = chance.choice(("sub", "dub", "voiceover"))
        rules.append(rule(f"t/r{number}", when, mode=[mode], begins=begins, ends=ends))
    return Table("t", tuple(rules), file="rules/t.toml")


def holds(rule: Rule, said: Said) -> bool:
    """Whether the cells on what is said hold, and the schedule where a moment is."""
    moment = said.get("moment")
    return all(cell.holds(said[cell.input]) for cell in rule.cells if cell.input in said) and (
        not isinstance(moment, datetime) or rule.active.holds(moment)
    )


def everybody(table: Table, *, spoken: bool = False) -> set[int]:
    """For every visitor that there can be the rules that hold, as bits; each set of rules once.

    `spoken`: only of those who ask for an item that some rule is for.
    """
    found = {(1 << len(table.rules)) - 1}
    read = {cell.input for rule in table.rules for cell in rule.cells}
    read |= {"schedule" for rule in table.rules if rule.active != ALWAYS}
    for inputs, said in VALUES.items():
        if read.isdisjoint(inputs):
            continue
        masks = {sum(1 << at for at, rule in enumerate(table.rules) if holds(rule, one)) for one in said}
        if spoken and "item" in inputs:
            masks.discard(0)
        found = {one & other for one in found for other in masks}
    return found


def book_of(table: Table) -> RuleBook:
    """The book of one table, without norms."""
    return RuleBook((table,), NormBook((), Groups.shipped(), Confidence.low), POLICIES)


def world_of(table: Table, referrals: Referrals = lambda names: _WAYS) -> World:
    """A world whose visitors are answered by the engine."""
    book = book_of(table)
    return World(SUBJECTS, BERLIN, NOON, lambda visitor: answers(visitor, book), referrals)


def answers(visitor: Visitor, book: RuleBook) -> frozenset[str]:
    """The rules that answer a visitor."""
    subject = next(subject for subject in SUBJECTS if subject.item == visitor.item)
    return frozenset(rule.name for rule in decide(visitor.context(NOON), subject, book).matched)


def field_of(table: Table, each: int = 20_000, total: int = 2_000_000, seen: dict[str, Visitor] | None = None) -> Field:
    """A table over its axes. `seen` gets the visitors who were asked for, by what is told of them."""
    world = world_of(table)

    def answering(visitor: Visitor) -> frozenset[str]:
        if seen is not None:
            seen[visitor.text] = visitor
        return world.answering(visitor)

    return Field(table, replace(world, answering=answering), Budget(each, total))
