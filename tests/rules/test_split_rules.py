"""Rules with a split among the others: what they say to whom, what of it is kept, and what a trace tells of it."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from locales.norms import NormBook
from locales.preference import SPLIT, Confidence, Drawn, Word
from rules.book import RuleBook
from rules.compiling import word_of_rule
from rules.context import Context, Subject
from rules.contradictions import check_contradictions
from rules.deciding import Decision, decide
from rules.loading import EXPECTATIONS
from rules.splits import ALL, draw
from rules.tables import Arm, Outcome, Rule, Split
from rules.tracing import trace
from rules.wording import told_draw
from tests.rules.books import FILM, GROUPS, PAGE, book, norm, rule, tables
from tests.rules.test_deciding import CONTEXTS, SUBJECTS, books, visitor

DUB, SUB, ITALIAN = Outcome(mode=("dub",)), Outcome(mode=("sub",)), Outcome(language="it", tags=(("a", "b"),))


def splitting(plain: Rule, experiment: str = "x", arms: Sequence[Outcome] = (DUB, SUB), coverage: int = ALL) -> Rule:
    """The rule with a split between what these arms say; the first is the default."""
    listed = tuple(Arm(f"arm-{number}", 1, outcome) for number, outcome in enumerate(arms))
    split = Split(experiment, listed, "arm-0", "blake2b-1", coverage)
    return replace(plain, split=split, outcome=arms[0])


TRIAL = splitting(rule("t/try", {"country": "DE"}, why={"en": "We try"}))


def unit_in(arm: str, of: Rule = TRIAL) -> str:
    """A unit that is in that arm."""
    assert of.split is not None
    return next(str(number) for number in range(99) if draw(of.split, str(number)) == Drawn(of.split.experiment, arm))


def words_of(decision: Decision) -> list[Word]:
    return [word for word in decision.preference.words if word.layer == "rules"]


def test_each_unit_gets_what_its_arm_says_and_nobody_else_the_default() -> None:
    site = book(TRIAL)
    for unit, mode, drawn in (
        (unit_in("arm-0"), ("dub",), Drawn("x", "arm-0")),
        (unit_in("arm-1"), ("sub",), Drawn("x", "arm-1")),
        (None, ("dub",), Drawn("x", "arm-0", "no-unit")),
    ):
        decision = decide(visitor("DE", "de", unit=unit), FILM, site)
        assert words_of(decision) == [
            Word("rules", "t/try", mode=mode, why={"en": "We try"}, reads_place=True, drawn=drawn)
        ]
        assert decision.matched == (TRIAL,)
        assert decision.expires is None


def test_where_the_rule_does_not_match_the_unit_changes_nothing() -> None:
    site = book(TRIAL)
    assert decide(visitor("FR", "fr", unit="alice"), FILM, site) == decide(visitor("FR", "fr"), FILM, site)


def test_the_language_of_an_arm_leads_the_list_of_those_who_are_in_it() -> None:
    both = splitting(rule("t/all"), arms=(SUB, ITALIAN))
    listed = {
        unit: decide(visitor("DE", "de", unit=unit), FILM, book(both)).preference.languages[0]
        for unit in (None, unit_in("arm-0", both), unit_in("arm-1", both))
    }
    assert [one.tag for one in listed.values()] == ["de", "de", "it"]
    assert listed[unit_in("arm-1", both)].origin == "rule"
    assert book(both).plan(FILM).said == {"it"}


def test_a_plain_rule_beside_it_says_what_it_says_to_everybody() -> None:
    site = book(TRIAL, rule("u/plain", tags={"a": "c"}))
    for unit in (None, unit_in("arm-0"), unit_in("arm-1")):
        tagged = words_of(decide(visitor("DE", "de", unit=unit), FILM, site))[1]
        assert (tagged.rule, tagged.tags, tagged.drawn) == ("u/plain", (("a", "c"),), None)


def test_a_word_is_made_once_for_each_arm() -> None:
    """Selection keeps what it found by the words themselves."""
    site = book(TRIAL)
    seen = {id(words_of(decide(visitor("DE", "de", unit=str(unit)), FILM, site))[0]) for unit in range(50)}
    assert len(seen) == 2
    assert site.plan(FILM).certain_in("DE") is not None


def test_rules_of_one_experiment_put_a_unit_into_the_same_arm() -> None:
    site = book(TRIAL, splitting(rule("u/too"), arms=(ITALIAN, DUB)))
    for unit in map(str, range(20)):
        first, second = words_of(decide(visitor("DE", "de", unit=unit), FILM, site))
        assert first.drawn == second.drawn


def test_an_item_reads_a_unit_only_where_a_split_can_reach_it() -> None:
    never = book(rule("t/all", {"kind": "promo"}, mode=("sub",)), splitting(rule("t/below")), TRIAL)
    assert never.plan(FILM).splits == ()
    assert "unit" not in never.plan(FILM).inputs
    pages = never.plan(PAGE)
    assert [split.experiment for split in pages.splits] == ["x"]
    assert "unit" in pages.inputs
    assert "unit" not in book(rule("t/all", mode=("sub",))).plan(FILM).inputs


def test_a_plan_names_its_experiments_once_and_in_order() -> None:
    rules = [
        splitting(rule(f"t/{name}-{country}", {"country": country}), name) for name in "cab" for country in ("DE", "ES")
    ]
    assert [split.experiment for split in book(*rules).plan(FILM).splits] == ["a", "b", "c"]


def test_a_trial_against_a_norm_is_no_contradiction() -> None:
    norms = NormBook((norm("DE", ("dub", "sub")),), GROUPS, Confidence.low)
    against = rule("t/against", {"country": "DE"}, mode=("sub",))
    assert len(check_contradictions(tables(against), norms, [FILM])) == 1
    assert check_contradictions(tables(splitting(against, arms=(SUB, DUB))), norms, [FILM]) == ()


def test_a_test_may_expect_a_split() -> None:
    assert SPLIT in EXPECTATIONS["reason"]
    assert EXPECTATIONS["split"] == ()


# Traces


def test_a_trace_says_which_arm_and_why_and_never_who() -> None:
    site = book(splitting(rule("t/try", {"country": "DE"}), coverage=5_000))
    [of] = site.tables[0].rules
    assert of.split is not None
    outside = next(str(unit) for unit in range(99) if draw(of.split, str(unit)).fallback == "outside")
    for unit, told in (
        (unit_in("arm-1", of), "Experiment x: the arm arm-1, by the unit that was given."),
        (outside, "Experiment x: the default arm arm-0, since the unit is not covered."),
        (None, "Experiment x: the default arm arm-0, since no unit was given."),
    ):
        sentences = trace(visitor("DE", "de", unit=unit), FILM, site).sentences
        assert [one for one in sentences if told in one] == [
            f"The layer rules (t/try) says mode {'sub' if 'arm-1' in told else 'dub'}. {told}"
        ]
    assert told_draw("x", "a", "holdout") == "x: the default arm a, since the unit is in the holdout"


def test_an_example_of_a_unit_stands_in_no_sentence() -> None:
    sentences = trace(visitor("DE", "de", unit="alice-of-the-tests"), FILM, book(TRIAL)).sentences
    assert not any("alice" in one for one in sentences)


# Any book


@st.composite
def split_books(draw_: st.DrawFn) -> RuleBook:
    """Books of which some rules have a split."""
    plain = draw_(books())
    chosen = st.sampled_from([None, None, "x", "y"])
    changed = []
    for table in plain.tables:
        named = [(one, draw_(chosen)) for one in table.rules]
        rules = tuple(splitting(one, name, (one.outcome, ITALIAN)) if name else one for one, name in named)
        changed.append(replace(table, rules=rules))
    return RuleBook(tuple(changed), plain.norms, plain.policies)


@settings(max_examples=150)
@given(split_books(), CONTEXTS, SUBJECTS, st.sampled_from([None, "alice", "bob", "1", "2", "3"]))
def test_any_rule_says_what_its_arm_says(site: RuleBook, context: Context, subject: Subject, unit: str | None) -> None:
    """By the plain reading: the rules that match do not depend on the unit, and each says what `draw` says that it says."""
    known = replace(context, unit=unit)
    decision, without = decide(known, subject, site), decide(context, subject, site)
    assert decision.matched == without.matched
    assert decision.expires == without.expires
    expected = [word_of_rule(one, draw(one.split, unit) if one.split is not None else None) for one in decision.matched]
    assert words_of(decision) == expected
    experiments = {one.split.experiment for one in decision.matched if one.split is not None}
    assert experiments <= {split.experiment for split in site.plan(subject).splits}
    assert trace(known, subject, site).decision == decision


@settings(max_examples=80)
@given(split_books(), CONTEXTS, SUBJECTS, st.integers(0, 40), st.integers(0, 40))
def test_units_of_the_same_arms_get_the_same(
    site: RuleBook, context: Context, subject: Subject, one: int, other: int
) -> None:
    splits = site.plan(subject).splits
    units = [str(one), str(other)]
    if len({tuple(draw(split, unit) for split in splits) for unit in units}) == 1:
        decisions = [decide(replace(context, unit=unit), subject, site) for unit in units]
        assert decisions[0] == decisions[1]
