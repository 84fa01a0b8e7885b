"""What changes from one site to another: Spain without its rule, and sites made at random."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.classes.asking import ask
from edge.classes.changes import ANY, NO_HEADER, OWN, Both, ItemChanges, added, changes_of
from edge.classes.visitors import territories
from edge.site import Site
from tests.conftest import UNMEASURED
from tests.edge.crowd import crowd_site
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


def test_items_that_one_site_alone_has() -> None:
    assert (added({"a": 1}, {"a": 1, "b": 1}), added({"a": 1, "b": 1}, {"a": 1})) == (("b",), ())


_CELLS: dict[str, st.SearchStrategy[list[str]]] = {
    "country": st.sampled_from([["DE"], ["ES"], ["@dach"], ["!FR"], ["CH", "BE"], ["unknown"]]),
    "region": st.sampled_from([["ES-CT"], ["CH-GE"]]),
    "language": st.sampled_from([["de"], ["es", "!es-MX"], ["!en"]]),
    "device": st.sampled_from([["tv"], ["!phone"]]),
    "stage": st.sampled_from([["known"]]),
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


@st.composite
def rules(draw: st.DrawFn) -> str:
    rows: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 3))):
        when = draw(
            st.fixed_dictionaries({}, optional=_CELLS).filter(lambda one: not {"country", "region"} <= one.keys())
        )
        rows.append({"id": f"r{number}", "when": when, "then": draw(_OUTCOMES)})
    return rules_file("r", rows)


@UNMEASURED
@settings(max_examples=6)
@given(rules(), rules())
def test_every_witness_holds_and_no_country_is_missed(one: str, other: str) -> None:
    old, new = film_site(one), film_site(other)
    found = changes_of(Both(old, new, FILM, NOON), STEPS)
    held(old, new, found)
    told = {
        (country, change.old, change.new)
        for change in found.changes
        for country in change.countries
        if {NO_HEADER, ANY}.intersection(change.languages)
    }
    for value in territories():
        was, is_ = (ask(site, FILM, value.named, NOON).answer.told for site in (old, new))
        assert was == is_ or (value.label, was, is_) in told
