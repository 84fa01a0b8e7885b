"""Splits as editors write them: what is read, and everything that can be wrong, each told with its line and its cure."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from locales.documents import parse_document
from locales.findings import Faulty, Finding, Severity
from locales.groups import Groups
from rules.bulk_writing import to_bulk
from rules.checking import check_tables
from rules.loading import load_table
from rules.split_parts import check_experiments
from rules.splits import draw
from rules.tables import Arm, Outcome, Rule, Split, Table
from tests.rules.test_loading import BERLIN, faults, load

#: Line by line, so that a test can say where it expects a finding.
RULE = {
    1: "[table]",
    2: 'id = "t"',
    3: "[[rules]]",
    4: 'id = "try"',
    5: 'when = { country = "DE" }',
    6: 'why = "We try"',
    7: "[rules.split]",
    8: 'experiment = "de-subtitles"',
    9: 'hash = "blake2b-1"',
    10: "coverage = 50",
    11: "holdout = 2.5",
    12: 'default = "dub"',
    13: "[[rules.split.arms]]",
    14: 'id = "dub"',
    15: "weight = 3",
    16: 'then = { mode = "dub" }',
    17: "[[rules.split.arms]]",
    18: 'id = "sub"',
    19: 'then = { mode = ["sub", "dub"], language = "de" }',
}


def text(changed: Mapping[int, str] | None = None) -> str:
    """The rule with lines changed. A line may hold several."""
    return "\n".join({**RULE, **(changed or {})}.values())


def rule(changed: Mapping[int, str] | None = None) -> Rule:
    return load(text(changed)).rules[0]


def test_a_split_is_read() -> None:
    found = rule()
    dub, sub = Outcome(mode=("dub",)), Outcome(language="de", mode=("sub", "dub"))
    arms = (Arm("dub", 3, dub), Arm("sub", 1, sub))
    assert found.split == Split("de-subtitles", arms, "dub", "blake2b-1", 5000, 250)
    assert found.outcome == dub
    assert found.outcomes == (dub, sub)
    assert found.why == {"und": "We try"}
    assert (found.line, found.name) == (3, "t/try")


def test_without_coverage_it_is_all_that_the_holdout_leaves() -> None:
    split = rule({10: "", 11: "holdout = 2.5"}).split
    assert split is not None
    assert (split.coverage, split.holdout, split.salt) == (9750, 250, "")
    bare = rule({10: "", 11: 'salt = "again"'}).split
    assert bare is not None
    assert (bare.coverage, bare.holdout, bare.salt) == (10_000, 0, "again")


def test_every_share_of_two_decimals_is_read_to_the_hundredth() -> None:
    for hundredths in range(0, 9751, 7):
        split = rule({10: f"coverage = {hundredths // 100}.{hundredths % 100:02}"}).split
        assert split is not None
        assert split.coverage == hundredths


def test_a_rule_without_a_split_says_one_thing() -> None:
    found = load('[table]\nid = "t"\n[[rules]]\nid = "r"\nthen = { mode = "sub" }').rules[0]
    assert found.split is None
    assert found.outcomes == (found.outcome,)


#: Lines changed → line, code, a part of the problem, a part of the cure.
FAULTS: tuple[tuple[Mapping[int, str], int, str, str, str], ...] = (
    ({9: ""}, 7, "missing-field", '"hash" is missing', "hash = …"),
    ({9: 'hash = "murmur3-v2"'}, 9, "unknown-word", '"murmur3-v2" is not known', "blake2b-1"),
    ({9: 'hash = "blake2-1"'}, 9, "unknown-word", '"blake2-1"', 'Did you mean "blake2b-1"?'),
    ({8: 'experiment = "De Subtitles"'}, 8, "bad-id", '"De Subtitles"', "small letters"),
    ({8: ""}, 7, "missing-field", '"experiment" is missing', ""),
    ({15: "weight = -1"}, 15, "bad-weight", '"dub" weighs -1', "whole number from 0"),
    ({15: "weight = 1000001"}, 15, "bad-weight", '"dub" weighs 1000001', "1000000"),
    ({15: "weight = 1.5"}, 15, "wrong-type", '"weight" is a number', "a whole number"),
    ({15: "weight = true"}, 15, "wrong-type", '"weight" is true or false', "a whole number"),
    ({15: "weight = nan"}, 15, "wrong-type", '"weight" is a number', "a whole number"),
    ({15: f"weight = {10**30}"}, 15, "bad-weight", f'"dub" weighs {10**30}', "1000000"),
    ({15: 'weight = "1"'}, 15, "wrong-type", '"weight" is a text', "a whole number"),
    ({15: "weight = 0", 19: "weight = 0\n" + RULE[19]}, 13, "bad-weight", "No arm", "coverage = 0"),
    ({10: "coverage = 98"}, 10, "bad-share", "more than all visitors", "coverage = 97.5"),
    ({10: "coverage = 100", 11: "holdout = 5"}, 10, "bad-share", "coverage = 100 and holdout = 5", "or leave it out"),
    ({10: "coverage = -1"}, 10, "bad-share", "coverage = -1", "from 0 to 100"),
    ({10: "coverage = 50.005"}, 10, "bad-share", "coverage = 50.005", "two decimals"),
    ({10: "coverage = 1e-9"}, 10, "bad-share", "coverage = 1e-09", "two decimals"),
    ({10: "coverage = 49.999999999"}, 10, "bad-share", "coverage = 49.999999999", "two decimals"),
    ({10: f"coverage = {10**30}"}, 10, "bad-share", f"coverage = {10**30}", "from 0 to 100"),
    ({10: "coverage = nan"}, 10, "bad-share", "coverage = nan", "from 0 to 100"),
    ({11: "holdout = 101"}, 11, "bad-share", "holdout = 101", "from 0 to 100"),
    ({10: "", 11: "holdout = inf"}, 11, "bad-share", "holdout = inf", "from 0 to 100"),
    ({10: 'coverage = "50%"'}, 10, "wrong-type", '"coverage" is a text', "a whole number or a number"),
    ({12: 'default = "dup"'}, 12, "unknown-arm", '"dup", which is no arm', 'Did you mean "dub"?'),
    ({12: 'default = "zzz"'}, 12, "unknown-arm", '"zzz"', "Use one of: dub, sub."),
    ({12: ""}, 7, "missing-field", '"default" is missing', ""),
    ({12: 'default = ""'}, 12, "unknown-arm", '"", which is no arm', "Use one of: dub, sub."),
    ({12: f'{RULE[12]}\nsalt = "a\\u0000b"'}, 13, "control-character", "U+0000", "without escapes"),
    ({8: 'experiment = ""'}, 8, "bad-id", '"" cannot be an id', "small letters"),
    ({18: 'id = "dub"'}, 18, "duplicate-arm", 'Two arms are called "dub"', "Rename"),
    ({18: 'id = "Sub"'}, 18, "bad-id", '"Sub"', "small letters"),
    ({18: 'id = "none"'}, 18, "reserved-word", '"none"', "another id"),
    ({17: "", 18: "", 19: ""}, 13, "arms", "has 1 arm.", "two [[rules.split.arms]]"),
    ({12: 'default = "dub"\narms = []', **dict.fromkeys(range(13, 20), "")}, 13, "arms", "has 0 arms.", "two"),
    ({**{12: 'default = "dub"'}, **dict.fromkeys(range(13, 20), "")}, 7, "missing-field", '"arms" is missing', "arms = [ … ]"),
    ({16: "then = {}"}, 16, "empty-outcome", "says nothing", "mode"),
    ({16: ""}, 13, "missing-field", '"then" is missing', "then = { … }"),
    ({16: 'then = { mode = "dubbed" }'}, 16, "unknown-mode", '"dubbed"', 'Did you mean "dub"?'),
    ({19: 'then = { langauge = "de" }'}, 19, "unknown-field", '"langauge"', 'Did you mean "language"?'),
    ({14: 'id = "dub"\nwheight = 2'}, 15, "unknown-field", '"wheight"', 'Did you mean "weight"?'),
    ({12: f'{RULE[12]}\nsalt = "{"x" * 65}"'}, 13, "bad-salt", "has 65 characters", "may have 64"),
    ({6: 'then = { mode = "sub" }'}, 7, "two-outcomes", "both then and a split", "into the arms"),
    ({7: "[rules.splitt]"}, 7, "unknown-field", '"splitt"', 'Did you mean "split"?'),
)  # fmt: skip


@pytest.mark.parametrize(("changed", "line", "code", "problem", "cure"), FAULTS, ids=lambda one: str(one)[:40])
def test_every_fault_is_told_with_its_line_and_its_cure(
    changed: Mapping[int, str], line: int, code: str, problem: str, cure: str
) -> None:
    found = faults(text(changed))
    told = [one for one in found if (one.line, one.code) == (line, code)]
    assert told, [(one.line, one.code, one.problem) for one in found]
    assert problem in told[0].problem
    assert cure in told[0].cure
    assert all(one.severity is Severity.error for one in found)


def test_too_many_arms() -> None:
    arms = "\n".join(f'[[rules.split.arms]]\nid = "a{number}"\nthen = {{ mode = "sub" }}' for number in range(65))
    changed = {12: 'default = "a0"', 13: arms, **dict.fromkeys(range(14, 20), "")}
    assert [(one.line, one.code) for one in faults(text(changed))] == [(13, "arms")]


def test_all_faults_of_a_split_are_told_at_once() -> None:
    found = faults(
        text({8: 'experiment = "X"', 9: 'hash = "md5"', 10: "coverage = 101", 15: "weight = -2", 12: 'default = "x"'})
    )
    assert [(one.line, one.code) for one in found] == [
        (8, "bad-id"), (9, "unknown-word"), (10, "bad-share"), (12, "unknown-arm"), (15, "bad-weight"),
    ]  # fmt: skip


def test_a_rule_that_says_nothing_at_all_is_told_once() -> None:
    found = faults('[table]\nid = "t"\n[[rules]]\nid = "r"\n')
    assert [(one.line, one.code) for one in found] == [(3, "missing-field")]
    assert "[rules.split]" in found[0].cure


# Experiments that several rules name


def other(changed: Mapping[int, str], name: str = "u") -> Table:
    return load_table(
        parse_document(text({2: f'id = "{name}"', **changed}), f"rules/{name}.toml"), Groups.shipped(), zone=BERLIN
    )[0]


def test_rules_of_one_experiment_may_say_different_things_in_its_arms() -> None:
    tables = (load(text()), other({5: 'when = { country = "AT" }', 16: 'then = { variant = "at" }'}))
    assert check_experiments(tables) == ()
    drawn = [draw(one.rules[0].split, "alice") for one in tables if one.rules[0].split is not None]
    assert drawn[0] == drawn[1]


DIFFERENT: tuple[tuple[Mapping[int, str], str], ...] = (
    ({15: "weight = 1"}, "other weights than"),
    ({14: 'id = "dubbed"', 12: 'default = "dubbed"'}, "other default, arms than"),
    ({12: 'default = "sub"'}, "other default than"),
    ({12: f'{RULE[12]}\nsalt = "s"'}, "other salt than"),
    ({10: "coverage = 60"}, "other coverage than"),
    ({11: ""}, "other holdout than"),
)


@pytest.mark.parametrize(("changed", "said"), DIFFERENT)
def test_rules_that_draw_one_experiment_differently_are_a_fault(changed: Mapping[int, str], said: str) -> None:
    [found] = check_tables((load(text()), other(changed)), {})
    assert (found.file, found.line, found.code) == ("rules/u.toml", 3, "other-experiment")
    assert found.severity is Severity.error
    assert said in found.problem
    assert "t/try (rules/airline.toml line 3)" in found.problem
    assert "a name of its own" in found.cure


def test_two_rules_of_one_table_are_held_against_each_other_too() -> None:
    first = rule()
    assert first.split is not None
    second = replace(first, id="again", split=replace(first.split, coverage=1))
    assert [one.code for one in check_experiments([Table("t", (first, second))])] == ["other-experiment"]


# Elsewhere


def test_a_split_is_refused_by_a_spreadsheet() -> None:
    with pytest.raises(Faulty) as caught:
        to_bulk(load(text()), BERLIN)
    [found] = caught.value.findings
    assert (found.line, found.code) == (3, "not-for-csv")
    assert '"try"' in found.problem
    assert "TOML" in found.cure


def test_pins_of_every_arm_are_checked() -> None:
    table = load(text({16: 'then = { variant = "dub-x" }', 19: 'then = { variant = "sub-x" }'}))
    found = check_tables([table], {"film": frozenset({"dub-x"})})
    assert [(one.code, one.line) for one in found] == [("blind-pin", 3), ("blind-pin", 3), ("unknown-variant", 3)]
    assert [name for name in ("dub-x", "sub-x") if any(f'pins "{name}"' in one.problem for one in found)] == [
        "dub-x",
        "sub-x",
    ]


def policy(*changes: Mapping[int, str]) -> tuple[Finding, ...]:
    rules = "\n".join("\n".join([*text(changed).split("\n")[2:]]) for changed in changes)
    return faults(f'[table]\nid = "t"\nhit_policy = "any"\n{rules}')


def test_under_the_policy_any_two_splits_of_one_default_are_not_the_same_outcome() -> None:
    changed = {4: 'id = "b"', 8: 'experiment = "other"'}
    assert [one.code for one in policy({}, changed)] == ["overlap"]


def test_under_the_policy_any_the_same_split_twice_is_no_conflict() -> None:
    rules = "\n".join("\n".join(text({4: f'id = "{name}"'}).split("\n")[2:]) for name in "ab")
    assert len(load(f'[table]\nid = "t"\nhit_policy = "any"\n{rules}').rules) == 2
