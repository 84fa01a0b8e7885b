"""What the layers say: tables and layers (SEMANTICS §3), hedge (§4), norms (§5), the end of validity (§8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locales.preference import LAYERS, Confidence, Word
from locales.ranges import LanguageRanges
from rules.book import Policies, RuleBook
from rules.cells import Cell
from rules.context import Choice, Context, Subject
from rules.deciding import DEFAULT, HEDGE, STANDING, Decision, decide
from rules.inputs import INPUTS, STATIC_INPUTS, TIME_INPUTS
from rules.languages import visitor_languages
from rules.schedules import CLOCK, clock_zone, next_flip
from rules.tables import Rule, Schedule, Table
from tests.rules.books import CARTOON, FILM, NOON, PAGE, book, cells, norm, rule

R = rule(
    "airline/es-original", {"country": ["ES"], "kind": ["promo"]}, mode=("sub", "dub"), why={"en": "In the original"}
)


def visitor(country: str | None = None, header: str = "", **known: Any) -> Context:
    return Context(country=country, ranges=LanguageRanges.from_header(header), moment=NOON, **known)


def said(decision: Decision) -> list[tuple[str, str | None]]:
    """The layer and the rule of every word but that of the layer `default`."""
    return [(word.layer, word.rule) for word in decision.preference.words[:-1]]


def matched(decision: Decision) -> list[str]:
    return [rule.name for rule in decision.matched]


# Layers


def test_every_layer_has_a_function_and_they_speak_in_the_order_of_the_layers() -> None:
    assert ("choice", "rules", *STANDING) == LAYERS
    everything = visitor("DE", "en-US,en", choice=Choice(mode="sub"))
    decision = decide(everything, FILM, book(rule("t/all", mode=("dub",))))
    assert [word.layer for word in decision.preference.words] == list(LAYERS)


def test_what_the_lower_layers_say_is_kept_for_a_list_and_the_memory_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rules.deciding.LISTS", 2)
    site = book()
    for _ in range(2):
        for country in ("DE", "ES", "FR"):
            kept = decide(visitor(country), FILM, site).preference.words
            assert decide(visitor(country), FILM, site).preference.words[-1] is kept[-1]
            assert 0 < len(site.standing) <= 2


def test_madrid_gets_the_rule_and_the_norm_that_it_overrides() -> None:
    decision = decide(visitor("ES", "es-ES,es;q=0.9"), FILM, book(R))
    assert said(decision) == [("rules", "airline/es-original"), ("norms", "norm/ES")]
    assert decision.preference.words[0] == Word(
        "rules", "airline/es-original", mode=("sub", "dub"), why={"en": "In the original"}, reads_place=True
    )
    assert decision.matched == (R,)
    assert decision.expires is None


def test_berlin_gets_the_norm() -> None:
    decision = decide(visitor("DE", "de"), FILM, book(R))
    assert said(decision) == [("norms", "norm/DE")]
    word = decision.preference.words[0]
    assert (word.mode, word.confidence, word.reads_place) == (("dub", "sub"), Confidence.high, True)
    assert "A study" in word.source


def test_the_default_speaks_last_and_always() -> None:
    assert (
        decide(Context(), FILM, book(norms=())).preference.words == DEFAULT == (Word("default", mode=("sub", "dub")),)
    )


CHOICES = [
    (None, None),
    (Choice(), None),
    (Choice(captions=True), None),
    (Choice(mode="sub"), Word("choice", mode=("sub",))),
    (Choice(variant="de-sub"), Word("choice", variant="de-sub")),
    (Choice(language="es"), Word("choice", language="es")),
    (
        Choice(language="es", mode="dub", variant="x", origin="field"),
        Word("choice", variant="x", language="es", mode=("dub",)),
    ),
    (Choice(language="es", origin="cookie"), None),
    (Choice(language="es", mode="dub", origin="cookie"), Word("choice", mode=("dub",))),
]


@pytest.mark.parametrize(("choice", "expected"), CHOICES)
def test_what_a_choice_says(choice: Choice | None, expected: Word | None) -> None:
    words = decide(visitor("DE", choice=choice), FILM, book(norms=())).preference.words
    assert words == (*(() if expected is None else (expected,)), *DEFAULT)


def test_the_wishes_of_a_choice_are_the_visitors_wherever_they_are_read() -> None:
    asks = book(rule("t/captions", {"captions": "yes", "audio_description": "no"}, tags={"a": "b"}))
    for known, captions, described in (
        ({"choice": Choice(captions=True, audio_description=False)}, True, False),
        ({"captions": True, "audio_description": False}, True, False),
        ({"captions": False, "audio_description": False, "choice": Choice(captions=True)}, True, False),
        ({"captions": True, "choice": Choice(audio_description=False)}, True, False),
        ({"captions": True, "audio_description": True}, True, True),
        ({}, None, None),
    ):
        decision = decide(visitor(**known), FILM, asks)
        assert (decision.preference.captions, decision.preference.audio_description) == (captions, described)
        assert bool(decision.matched) is (described is False)


def test_the_device_is_handed_on() -> None:
    assert decide(visitor(device="tv"), FILM, book()).preference.device == "tv"


# Tables


def test_in_a_table_the_first_rule_that_matches_is_the_whole_answer_even_if_it_sets_tags_only() -> None:
    decision = decide(
        visitor("ES"),
        FILM,
        book(rule("t/tag", {"country": "ES"}, tags={"market": "es"}), rule("t/mode", {"country": "ES"}, mode=("sub",))),
    )
    assert matched(decision) == ["t/tag"]
    assert decision.preference.words[0] == Word("rules", "t/tag", tags=(("market", "es"),), reads_place=True)


def test_every_table_answers_in_the_order_of_the_book() -> None:
    rules = (rule("b/one", tags={"x": "1"}), rule("a/one", tags={"x": "2", "y": "2"}), rule("c/one", variant="v"))
    decision = decide(visitor(), FILM, book(*rules, norms=()))
    assert matched(decision) == ["b/one", "a/one", "c/one"]
    assert [word.tags for word in decision.preference.words[:2]] == [(("x", "1"),), (("x", "2"), ("y", "2"))]
    assert decision.preference.words[2].variant == "v"


def test_a_table_without_a_matching_rule_says_nothing() -> None:
    assert said(decide(visitor("FR", "fr"), FILM, book(R))) == []


def test_rules_of_other_items_kinds_and_channels_do_not_match() -> None:
    others: list[dict[str, object]] = [
        {"item": "other"},
        {"kind": "fiction"},
        {"channel": "tv"},
        {"item": "!business-class"},
    ]
    for when in others:
        assert decide(visitor(), FILM, book(rule("t/r", when, mode=("sub",)))).matched == ()
    own: list[dict[str, object]] = [{"item": "business-class"}, {"kind": ["promo", "news"]}, {"channel": "!tv"}, {}]
    for when in own:
        assert matched(decide(visitor(), FILM, book(rule("t/r", when, mode=("sub",))))) == ["t/r"]


def test_a_region_brings_its_country() -> None:
    decision = decide(visitor(None, "es", region="ES-MD"), FILM, book(R))
    assert said(decision) == [("rules", "airline/es-original"), ("norms", "norm/ES")]


def test_only_cells_on_the_place_make_a_word_read_it() -> None:
    for when, expected in (
        ({"country": "ES"}, True),
        ({"region": "ES-CT"}, True),
        ({"language": "es"}, False),
        ({}, False),
    ):
        decision = decide(visitor("ES", "es", region="ES-CT"), FILM, book(rule("t/r", when, mode=("sub",)), norms=()))
        assert decision.preference.words[0].reads_place is expected


# Languages


def test_conditions_see_the_languages_without_a_rules_own_and_norms_see_them_with() -> None:
    rules = (
        rule("a/spanish", {"language": "de"}, language="es"),
        rule("b/never", {"languages": "es"}, mode=("sub",)),
        rule("b/german", {"language": "de"}, tags={"saw": "de"}),
    )
    decision = decide(visitor("DE", "de"), FILM, book(*rules))
    assert matched(decision) == ["a/spanish", "b/german"]
    assert [(entry.tag, entry.origin) for entry in decision.preference.languages] == [("es", "rule"), ("de", "header")]
    assert said(decision)[-1] == ("norms", "norm/ES")


def test_the_first_table_that_says_a_language_has_it() -> None:
    rules = (rule("a/tags", tags={"x": "y"}), rule("b/french", language="fr"), rule("c/italian", language="it"))
    decision = decide(visitor("DE", "de"), FILM, book(*rules))
    assert [entry.tag for entry in decision.preference.languages] == ["fr", "de"]


def test_conditions_do_not_see_what_is_refused() -> None:
    asks = book(
        rule("t/german", {"languages": "de"}, mode=("sub",)), rule("t/blank", {"language": "unknown"}, mode=("dub",))
    )
    assert matched(decide(visitor("DE", "fr, de;q=0"), FILM, asks)) == []
    assert matched(decide(visitor("DE", "en;q=0, de;q=0"), FILM, asks)) == ["t/blank"]
    assert decide(visitor("DE", "fr, de;q=0"), FILM, asks).preference.excluded == ("de",)


def test_the_list_of_the_policy_of_the_site() -> None:
    for weak_header, first in (("trust", "en-US"), ("geo", "de"), ("hedge", "de")):
        decision = decide(visitor("DE", "en-US,en"), FILM, book(policies=Policies("en", weak_header)))
        assert decision.preference.languages[0].tag == first
        assert decision.preference.reads_place is True
    assert decide(visitor("DE", "de"), FILM, book()).preference.reads_place is False


# Hedge and norms


HEDGED = [
    ("a film under a weak header", FILM, visitor("DE", "en-US,en"), "hedge", True),
    ("a cartoon: children cannot read", CARTOON, visitor("DE", "en-US,en"), "hedge", False),
    ("a page: nothing to hear", PAGE, visitor("DE", "en-US,en"), "hedge", False),
    ("another policy", FILM, visitor("DE", "en-US,en"), "geo", False),
    ("a strong header", FILM, visitor("DE", "de"), "hedge", False),
    ("no header", FILM, visitor("DE"), "hedge", False),
    ("an ambiguous place", FILM, visitor("CH", "en-US,en"), "hedge", False),
    ("a choice comes first", FILM, visitor("DE", "en-US,en", choice=Choice(language="fr")), "hedge", False),
]


@pytest.mark.parametrize(("name", "subject", "context", "policy", "expected"), HEDGED, ids=[row[0] for row in HEDGED])
def test_the_hedge(name: str, subject: Subject, context: Context, policy: str, expected: bool) -> None:
    words = decide(context, subject, book(policies=Policies("en", policy))).preference.words
    assert (HEDGE[0] in words) is expected


def test_a_rules_language_leaves_nothing_to_hedge() -> None:
    words = decide(visitor("DE", "en-US,en"), FILM, book(rule("t/fr", language="fr"))).preference.words
    assert [word.layer for word in words] == ["rules", "default"]


NORM_OF = [
    ("the place's", visitor("DE", "de"), FILM, "norm/DE"),
    ("the home of a language that is not the place's", visitor("DE", "es"), FILM, "norm/ES"),
    ("of the place's language where nothing is said", visitor("ES"), FILM, "norm/ES"),
    ("not of the second language", visitor("FR", "fr,de"), FILM, None),
    ("none for the site's default", visitor(None), FILM, None),
    ("none for the default of an ambiguous place", visitor("CH"), FILM, None),
    ("of the default of an ambiguous place that speaks it", visitor("CA"), FILM, "norm/CA"),
    ("none where all is refused", visitor("DE", "de;q=0"), FILM, None),
    ("a person's own language, the place unknown", visitor(None, "es"), FILM, "norm/ES"),
    ("children have the world's", visitor("DE", "de"), CARTOON, "norm/001/children"),
    ("pages have none: nothing is heard", visitor("DE", "de"), PAGE, None),
]


@pytest.mark.parametrize(("name", "context", "subject", "expected"), NORM_OF, ids=[row[0] for row in NORM_OF])
def test_whose_norm(name: str, context: Context, subject: Subject, expected: str | None) -> None:
    words = [word for word in decide(context, subject, book()).preference.words if word.layer == "norms"]
    assert [word.rule for word in words] == ([] if expected is None else [expected])


def test_without_norms_the_default_speaks_alone() -> None:
    assert said(decide(visitor("DE", "de"), FILM, book(norms=()))) == []


def test_a_norm_of_little_confidence_says_so() -> None:
    one = book(norms=(norm("DE", ("sub",), confidence=Confidence.low),))
    assert decide(visitor("DE", "de"), FILM, one).preference.words[0].confidence is Confidence.low


# Time


DECEMBER, MARCH = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)
EVENING = datetime(2026, 11, 22, 18, tzinfo=UTC)


def test_a_rule_counts_only_while_it_is_in_force() -> None:
    scheduled = book(rule("t/winter", begins=DECEMBER, ends=MARCH, mode=("sub",)), rule("t/else", mode=("dub",)))
    for moment, expected, expires in (
        (NOON, "t/else", DECEMBER),
        (DECEMBER, "t/winter", MARCH),
        (MARCH - timedelta(microseconds=1), "t/winter", MARCH),
        (MARCH, "t/else", None),
    ):
        decision = decide(Context(moment=moment), FILM, scheduled)
        assert (matched(decision), decision.expires) == ([expected], expires)


EXPIRES: list[tuple[str, list[Rule], datetime | None]] = [
    ("no rule reads the clock", [rule("t/a", mode=("sub",))], None),
    ("an evening begins", [rule("t/a", {"daypart": "evening"}, mode=("sub",))], EVENING),
    (
        "a rule that another cell keeps from matching",
        [rule("t/a", {"daypart": "evening", "country": "FR"}, mode=("sub",))],
        None,
    ),
    ("a rule of another item", [rule("t/a", {"daypart": "evening", "item": "x"}, mode=("sub",))], None),
    (
        "below a rule that always matches",
        [rule("t/a", mode=("sub",)), rule("t/b", begins=DECEMBER, mode=("sub",))],
        None,
    ),
    (
        "below a rule that matches this visitor at any time",
        [rule("t/a", {"country": "DE"}, mode=("sub",)), rule("t/b", begins=DECEMBER, mode=("sub",))],
        None,
    ),
    (
        "below a rule that matches for now",
        [rule("t/a", {"hour": "6..20"}, mode=("sub",)), rule("t/b", {"daypart": "evening"}, mode=("sub",))],
        EVENING,
    ),
    (
        "above a rule that always matches",
        [rule("t/a", begins=DECEMBER, mode=("sub",)), rule("t/b", mode=("sub",))],
        DECEMBER,
    ),
    (
        "in another table, the earlier of the two",
        [
            rule("t/a", begins=MARCH, mode=("sub",)),
            rule("u/a", begins=DECEMBER, mode=("sub",)),
            rule("v/a", begins=MARCH, mode=("sub",)),
        ],
        DECEMBER,
    ),
]


@pytest.mark.parametrize(("name", "rules", "expected"), EXPIRES, ids=[row[0] for row in EXPIRES])
def test_a_decision_expires_with_the_next_flip_of_a_rule_that_could_match(
    name: str, rules: list[Rule], expected: datetime | None
) -> None:
    assert decide(visitor("DE", "de"), FILM, book(*rules)).expires == expected


def test_time_is_the_sites_unless_the_table_says_that_it_is_the_visitors() -> None:
    evening = rule("t/evening", {"daypart": "evening"}, mode=("sub",))
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # 00:30 in Berlin, 18:30 in New York
    policies = Policies("en", zone=ZoneInfo("Europe/Berlin"))
    for zone, known, expected in (
        ("site", "America/New_York", []),
        ("visitor", "America/New_York", ["t/evening"]),
        ("visitor", "Nowhere/Else", []),
        ("visitor", None, []),
    ):
        decision = decide(Context(moment=late, zone=known), FILM, book(evening, policies=policies, zone=zone))
        assert matched(decision) == expected


# decide is a plain scan, only faster


def scanned(context: Context, subject: Subject, site: RuleBook) -> tuple[list[Rule], datetime | None]:
    """SEMANTICS §3 and §8 word by word: every table is read from the top, every cell is asked."""
    policies = site.policies
    heard = visitor_languages(context, subject.audio, policies.default_language, policies.weak_header)
    values: dict[str, object] = {
        **{name: getattr(context, name, None) for name in INPUTS},
        **{"item": subject.item, "kind": subject.kind, "channel": subject.channel},
        **{"language": heard.first, "languages": heard.accepted},
    }
    winners: list[Rule] = []
    flips: list[datetime] = []
    for table in site.tables:
        winner, ended = _scanned_table(table, context, values, policies, flips)
        assert not (ended and winner is None)
        winners += [] if winner is None else [winner]
    return winners, min(flips, default=None)


def _scanned_table(
    table: Table, context: Context, values: dict[str, object], policies: Policies, flips: list[datetime]
) -> tuple[Rule | None, bool]:
    zone = clock_zone(table.zone == "visitor", context.zone, policies.zone)
    local = context.moment.astimezone(zone)
    winner: Rule | None = None
    for candidate in table.rules:
        asked = [cell for cell in candidate.cells if cell.asks]
        timed: list[Cell] = [cell for cell in asked if cell.input in TIME_INPUTS]
        if not all(cell.holds(values[cell.input]) for cell in asked if cell not in timed):
            continue
        flip = next_flip(timed, candidate.active, context.moment, zone)
        flips += [] if flip is None else [flip]
        holds = candidate.active.holds(context.moment) and all(cell.holds(CLOCK[cell.input](local)) for cell in timed)
        winner = candidate if holds and winner is None else winner
        if not timed and candidate.active == Schedule():
            return winner, True
    return winner, False


WHENS = st.fixed_dictionaries(
    {},
    optional={
        "country": st.sampled_from([["DE"], ["ES", "DE"], ["@dach"], ["!US"], ["unknown"], ["@eu", "!DE"]]),
        "region": st.sampled_from([["ES-CT"], ["!ES-CT"], ["unknown"]]),
        "language": st.sampled_from([["de"], ["es", "ca"], ["!en"], ["unknown"]]),
        "languages": st.sampled_from([["de"], ["!es"], ["zh"]]),
        "device": st.sampled_from([["tv"], ["!tv"], ["unknown", "phone"]]),
        "terms": st.sampled_from([["flug*"], ["cheap flight*"], ["!flug"], ["unknown"]]),
        "segment": st.sampled_from([["gold"], ["!gold"]]),
        "save_data": st.sampled_from(["yes", "no"]),
        "kind": st.sampled_from([["promo"], ["!page"], ["children"]]),
        "item": st.sampled_from(["business-class", "!business-class"]),
        "channel": st.sampled_from(["web", "tv"]),
        "weekday": st.sampled_from([["sat", "sun"], ["!mon"]]),
        "hour": st.sampled_from([["18..23"], ["22..2"], ["!12"]]),
        "daypart": st.sampled_from([["evening"], ["!night"]]),
        "date": st.sampled_from([["2026-12-24..2026-12-26"], ["!2026-11-22"]]),
    },
)
ENDS = st.sampled_from([None, None, None, NOON - timedelta(days=1), NOON + timedelta(hours=5), DECEMBER])
OUTCOMES: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{"mode": ("sub", "dub")}, {"tags": {"a": "b"}}, {"language": "it"}, {"variant": "x"}]
)


@st.composite
def books(draw: st.DrawFn) -> RuleBook:
    rules = [
        rule(f"{table}/r{number}", draw(WHENS), begins=draw(ENDS), ends=draw(ENDS), **draw(OUTCOMES))
        for table in ("a", "b", "c")
        for number in range(draw(st.integers(0, 4)))
    ]
    policies = Policies("en", draw(st.sampled_from(["trust", "geo", "hedge"])), ZoneInfo("Europe/Berlin"))
    return book(*rules, policies=policies, zone=draw(st.sampled_from(["site", "visitor"])))


CONTEXTS = st.builds(
    Context,
    country=st.sampled_from([None, "DE", "ES", "CH", "US", "HK"]),
    region=st.none(),
    ranges=st.sampled_from(["", "de", "es-ES,es", "en-US,en", "ca,es;q=0.5", "zh-TW", "*,de;q=0", "en;q=0"]).map(
        LanguageRanges.from_header
    ),
    url_language=st.sampled_from([None, None, "es"]),
    device=st.sampled_from([None, "tv", "phone"]),
    terms=st.sampled_from([(), ("cheap", "flights"), ("flug", "berlin")]),
    segment=st.sampled_from([(), ("gold",), ("silver", "new")]),
    save_data=st.sampled_from([None, True, False]),
    choice=st.sampled_from([None, None, Choice(language="de"), Choice(language="fr", mode="sub", origin="cookie")]),
    moment=st.integers(0, 5 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    zone=st.sampled_from([None, "America/New_York", "Nowhere/Else"]),
)
SUBJECTS = st.sampled_from([FILM, CARTOON, PAGE])


@given(site=books(), contexts=st.lists(CONTEXTS, min_size=1, max_size=5), subject=SUBJECTS)
@settings(max_examples=200, deadline=None)
def test_decide_finds_what_a_plain_scan_finds(site: RuleBook, contexts: list[Context], subject: Subject) -> None:
    for context in contexts:
        decision = decide(context, subject, site)
        winners, expires = scanned(context, subject, site)
        assert list(decision.matched) == winners
        assert decision.expires == expires
        assert decision == decide(context, subject, site)
        assert [word.rule for word in decision.preference.words if word.layer == "rules"] == [
            rule.name for rule in winners
        ]


def test_until_it_expires_a_decision_stays_what_it_is() -> None:
    site = book(
        rule("a/x", {"hour": "18..23", "weekday": "sat"}, mode=("sub",)), rule("b/y", begins=DECEMBER, mode=("dub",))
    )
    context = visitor("DE", "de")
    decision = decide(context, FILM, site)
    assert decision.expires is not None
    for moment in (decision.expires - timedelta(seconds=1), decision.expires):
        later = decide(Context(country="DE", ranges=context.ranges, moment=moment), FILM, site)
        assert (later.matched == decision.matched) is (moment < decision.expires)


def test_a_moment_may_be_written_in_any_zone() -> None:
    site = book(rule("a/evening", {"daypart": "evening"}, mode=("sub",)))
    moment = NOON.astimezone(timezone(timedelta(hours=9)))
    assert decide(Context(moment=moment), FILM, site).expires == EVENING


def test_static_inputs_are_no_business_of_the_scan() -> None:
    assert {"item", "kind", "channel"} == STATIC_INPUTS
    assert cells({"country": ""})[0].holds(None)
