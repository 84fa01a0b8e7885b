"""What changes from one site to another: Spain without its rule, and sites made at random."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.classes import changes
from edge.classes.asking import ask
from edge.classes.changes import ANY, NO_HEADER, OWN, Both, ItemChanges, added, changes_of
from edge.classes.differing import Content, differing
from edge.classes.visitors import territories
from edge.site import Site
from rules.tables import Outcome, Rule
from tests.conftest import UNMEASURED
from tests.edge.crowd import ITEMS, RULES, crowd_site, present
from tests.edge.folders import NO_RULES
from tests.edge.sites import BUSINESS, DEMO_FILES, NOON, demo_site, item_file, make_site, norms_file, rules_file

FILM = "business-class"
STEPS = 2_600


def without_spain() -> Site:
    return make_site({**DEMO_FILES, "rules/airline.toml": NO_RULES})


def film_site(rules: str) -> Site:
    """The airline's film alone, with one table of rules."""
    return make_site({"variants/business-class.toml": BUSINESS, "rules/r.toml": rules})


def held(old: Site, new: Site, found: ItemChanges) -> None:
    """Every change has a possible witness who gets what is said on both sites."""
    for change in found.changes:
        for site, told in ((old, change.old), (new, change.new)):
            assert ask(site, found.item, change.witness, NOON).answer.told == told
        assert change.old != change.new
        assert "region" not in change.witness or change.witness["region"].startswith(f"{change.witness['country']}-")
        assert dict(change.common).items() <= change.witness.items()


@UNMEASURED
def test_without_its_rule_spain_alone_changes_for_those_who_do_not_strongly_want_another_language() -> None:
    old, new = demo_site(), without_spain()
    found = changes_of(Both(old, new, FILM, NOON))
    held(old, new, found)
    assert {country for change in found.changes for country in change.countries} == {"ES"}
    assert not found.stopped
    (main,) = (change for change in found.changes if change.new == ("es-dub", "norm/ES", "norm"))
    assert main.old == ("es-sub", "airline/es-original", "rule")
    assert main.countries == ("ES",)
    assert set(main.languages) == {NO_HEADER, OWN, "en-US", "en"}
    assert (main.common, main.witness) == ((), {"country": "ES"})


def test_an_item_of_which_nothing_differs_is_not_tried() -> None:
    found = changes_of(Both(demo_site(), without_spain(), "for-travellers", NOON))
    assert found == ItemChanges("for-travellers", (), 0, 0, False)


def test_a_site_does_not_differ_from_itself() -> None:
    for item in ("film", "page"):
        assert changes_of(Both(crowd_site(), crowd_site(), item, NOON)).changes == ()


@UNMEASURED
def test_an_input_that_the_new_site_alone_reads_is_tried_and_is_common_to_those_who_change() -> None:
    page = item_file(
        "page", {"kind": "page", "variants": [{"id": "a", "language": "en"}, {"id": "b", "language": "en"}]}
    )
    rules = rules_file("r", [{"id": "gold", "when": {"segment": ["gold"], "device": ["tv"]}, "then": {"variant": "b"}}])
    old, new = make_site({"variants/page.toml": page}), make_site({"variants/page.toml": page, "rules/r.toml": rules})
    found = changes_of(Both(old, new, "page", NOON), 14_000)
    held(old, new, found)
    (change,) = found.changes
    assert change.common == (("consent", "3"), ("device", "tv"), ("segment", "gold"))
    assert (len(change.countries), change.languages) == (len(territories()), (ANY,))


def test_a_rule_for_a_subdivision_changes_nobody_else() -> None:
    rules = rules_file("r", [{"id": "ct", "when": {"region": ["ES-CT"]}, "then": {"variant": "de-dub"}}])
    old, new = film_site(rules_file("r", [])), film_site(rules)
    found = changes_of(Both(old, new, FILM, NOON), STEPS)
    held(old, new, found)
    assert found.changes
    assert {(change.countries, change.regions) for change in found.changes} == {((), ("ES-CT",))}


@UNMEASURED
def test_who_gets_the_same_said_otherwise_is_counted_beside() -> None:
    norms = norms_file([{"territory": "ES", "language": "es", "mode": ["dub", "voiceover"]}])
    found = changes_of(Both(demo_site(), make_site({**DEMO_FILES, "locales/ours.toml": norms}), FILM, NOON), STEPS)
    assert found.beside > 0


def test_a_spent_budget_is_told() -> None:
    found = changes_of(Both(demo_site(), without_spain(), FILM, NOON), 40)
    assert (found.stopped, found.tried, found.changes) == (True, 40, ())


@UNMEASURED
def test_who_meets_a_rule_that_differs_is_tried_before_whom_none_concerns() -> None:
    """The page has some hundred values of other inputs, for which no budget would do."""
    changed = RULES["rules/b.toml"].replace('"weight" = "light"', '"focus" = "deal"', 1)
    assert changed != RULES["rules/b.toml"]
    files = {"variants/page.toml": item_file("page", ITEMS["page"])}
    old, new = (make_site({**files, **RULES, "rules/b.toml": text}) for text in (RULES["rules/b.toml"], changed))
    found = changes_of(Both(old, new, "page", NOON), 6_000)
    held(old, new, found)
    assert found.stopped
    assert found.changes
    assert {("save_data", "yes")} <= set(found.changes[0].common)


def test_a_rule_to_come_is_tried_when_it_has_begun() -> None:
    rule = {
        "id": "ct",
        "when": {"region": ["ES-CT"]},
        "then": {"variant": "de-dub"},
        "active": {"from": "2027-03-01T08:30:10"},
    }
    old, new = film_site(rules_file("r", [])), film_site(rules_file("r", [rule]))
    found = changes_of(Both(old, new, FILM, NOON), STEPS)
    held(old, new, found)
    assert {(change.regions, change.common) for change in found.changes} == {
        (("ES-CT",), (("at", "2027-03-01T08:31"),))
    }


def test_norms_that_differ_are_tried_with_their_language_before_those_on_offer() -> None:
    """Nobody is offered French. Who reads Spanish besides gets the dub or the subtitles by the norm of France."""
    old = make_site({"variants/business-class.toml": BUSINESS})
    norms = norms_file([{"territory": "FR", "mode": ["sub"]}])
    new = make_site({"variants/business-class.toml": BUSINESS, "locales/ours.toml": norms})
    found = changes_of(Both(old, new, FILM, NOON), STEPS)
    held(old, new, found)
    assert ("es-dub", "norm/FR", "norm") in {change.old for change in found.changes}
    assert {change.witness["accept_language"] for change in found.changes} == {"fr,de", "fr,es"}


@given(st.permutations(range(7)), st.sets(st.integers(0, 6)), st.sets(st.integers(0, 6)))
def test_rules_that_differ_are_as_few_as_can_be(order: list[int], less: set[int], more: set[int]) -> None:
    """Without them both sites have the same rules in the same order; no smaller number would do."""
    old: dict[Content, Rule] = {
        (number,): Rule("t", f"r{number}", (), Outcome()) for number in range(7) if number not in less
    }
    new: dict[Content, Rule] = {
        (number,): Rule("t", f"r{number}", (), Outcome()) for number in order if number not in more
    }
    gone, come = differing(old, new)
    left = [[rule.id for rule in one.values() if rule not in out] for one, out in ((old, gone), (new, come))]
    assert left[0] == left[1]
    common = [content for content in old if content in new]
    most = max(len(kept) for kept in subsequences(common) if kept == [one for one in new if one in kept])
    assert len(left[0]) == most


def subsequences(values: Sequence[Content]) -> Iterator[list[Content]]:
    for count in range(len(values) + 1):
        yield from map(list, combinations(values, count))


def test_items_that_one_site_alone_has() -> None:
    assert (added({"a": 1}, {"a": 1, "b": 1}), added({"a": 1, "b": 1}, {"a": 1})) == (("b",), ())


_CELLS: dict[str, st.SearchStrategy[list[str]]] = {
    "country": st.sampled_from([["DE"], ["ES"], ["@dach"], ["!FR"], ["CH", "BE"], ["unknown"]]),
    "region": st.sampled_from([["ES-CT"], ["CH-GE"]]),
    "language": st.sampled_from([["de"], ["es", "!es-MX"], ["!en"]]),
    "languages": st.sampled_from([["ca"], ["!fr"]]),
    "device": st.sampled_from([["tv"], ["!phone"]]),
    "stage": st.sampled_from([["known"]]),
    "save_data": st.sampled_from([["yes"], ["unknown"]]),
    "terms": st.sampled_from([["flug*"], ["!rome"]]),
    "daypart": st.sampled_from([["evening"], ["!night"]]),
}
_OUTCOMES = st.sampled_from(
    [
        {"mode": ["sub", "dub"]},
        {"mode": ["dub"]},
        {"language": "de"},
        {"variant": "es-sub"},
        {"mode": ["original", "sub"]},
    ]
)
_ROW = st.tuples(
    st.fixed_dictionaries({}, optional=_CELLS).filter(lambda one: not {"country", "region"} <= one.keys()), _OUTCOMES
)


@st.composite
def two_tables(draw: st.DrawFn) -> list[str]:
    """A table, and the same after an editor was there: a rule less, a rule more, another outcome, another order."""
    before = draw(st.lists(_ROW, max_size=3))
    edited = draw(st.permutations(before))[draw(st.integers(0, 1)) :] + draw(st.lists(_ROW, max_size=1))
    return [
        rules_file("r", [{"id": f"r{at}", "when": when, "then": then} for at, (when, then) in enumerate(rows)])
        for rows in (before, edited)
    ]


#: Places of every kind: with one language and several, with rules and norms of their own and without.
PLACES = ("DE", "AT", "CH", "BE", "ES", "FR", "MX", "US", "GB", "JP")
_NAMED: dict[str, tuple[str, ...]] = {
    "country": ("", *PLACES),
    "accept_language": ("", "", "de", "es", "ca", "en-GB", "fr", "es-MX,es;q=0.5", "fr,de", "en-US,en;q=0.9", "*"),
    "device": ("", "", "tv", "phone"),
    "stage": ("", "", "known"),
    "save_data": ("", "", "yes", "no"),
    "q": ("", "", "flug rome", "rome"),
    "at": ("", "2026-11-22T20:00", "2026-11-22T03:00"),
}
_VISITORS = st.fixed_dictionaries({name: st.sampled_from(texts) for name, texts in _NAMED.items()}).map(present)


@UNMEASURED
@settings(max_examples=25)
@given(two_tables(), st.lists(_VISITORS, min_size=60, max_size=60))
def test_every_witness_holds_and_no_visitor_changes_of_whom_nothing_is_said(
    texts: list[str], crowd: list[dict[str, str]]
) -> None:
    """Whoever changes belongs to an item of which changes are told, and in what is usual, to a change that is told."""
    old, new = map(film_site, texts)
    places = tuple(value for value in territories() if value.label in ("unknown", *PLACES))
    with pytest.MonkeyPatch.context() as fewer:
        fewer.setattr(changes, "territories", lambda: places)
        found = changes_of(Both(old, new, FILM, NOON), 4_000)
    held(old, new, found)
    told = {(country, change.old, change.new) for change in found.changes for country in change.countries}
    for named in crowd:
        person = {"consent": "3", **named} if "stage" in named else named
        was, is_ = (ask(site, FILM, person, NOON).answer.told for site in (old, new))
        assert was == is_ or found.changes, person
        if named.keys() <= {"country"}:
            assert was == is_ or (named.get("country", "unknown"), was, is_) in told
    for place in places:
        was, is_ = (ask(site, FILM, place.named, NOON).answer.told for site in (old, new))
        assert was == is_ or (place.label, was, is_) in told
