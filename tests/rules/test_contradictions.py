"""Rules against norms of which we are sure: told once, with the source and a cure, and only where it is so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations, product
from typing import Any

import pytest
from msgspec.structs import replace

from locales.findings import Finding, Severity
from locales.norms import Norm, NormBook
from locales.preference import Confidence
from rules import contradictions
from rules.context import Subject
from rules.contradictions import check_contradictions
from rules.tables import Rule
from tests.rules.books import CARTOON, FILM, GROUPS, NOON, PAGE, norm, rule, tables

SERIES = Subject("series", "fiction", "streaming", audio=True)
ITEMS = (FILM, CARTOON, PAGE, SERIES)
NORMS = (
    norm("DE", ("dub", "sub")),
    norm("ES", ("dub", "sub")),
    norm("FR", ("dub", "sub")),
    norm("IT", ("dub", "sub")),
    norm("ES-CT", ("sub", "dub"), language="ca"),
    norm("NL", ("original", "sub")),
    norm("PT", ("sub", "dub"), confidence=Confidence.medium),
    norm("SE", ("sub", "dub")),
    norm("SE", ("dub",), kind="children"),
    norm("BE", ("dub", "sub"), language="fr"),
    norm("BE", ("sub", "dub"), language="nl"),
)


def book(rows: Sequence[Norm] = NORMS) -> NormBook:
    return NormBook(tuple(rows), GROUPS, Confidence.low)


def told(*rules: Rule, norms: NormBook | None = None, items: Sequence[Subject] = ITEMS) -> tuple[Finding, ...]:
    return check_contradictions(tables(*rules), norms or book(), items, NOON)


ES_SUB = {"country": ["ES"], "kind": ["promo"]}


def test_it_is_told_with_place_norm_source_and_cure_and_is_no_error() -> None:
    (finding,) = told(replace_place(rule("airline/es", ES_SUB, mode=["sub", "dub"])))
    assert (finding.file, finding.line, finding.severity, finding.code) == (
        "rules/airline.toml", 6, Severity.warning, "against-norm",
    )  # fmt: skip
    assert finding.problem == (
        "Rule airline/es: it says sub first, against norm/ES (dub > sub; confidence high, observed, 2026). "
        "norm/ES rests on: A study."
    )
    assert "write a norm with its source in locales/" in finding.cure


def replace_place(one: Rule) -> Rule:
    """The same rule, in a file."""
    return Rule(one.table, one.id, one.cells, one.outcome, one.active, one.why, "rules/airline.toml", 6)


@pytest.mark.parametrize(
    ("when", "mode", "against"),
    [
        ({"country": ["ES"]}, ["sub"], ["norm/ES"]),
        ({"country": ["ES"]}, ["voiceover"], ["norm/ES"]),
        ({"country": ["ES"]}, ["original", "sub"], ["norm/ES"]),
        ({"country": ["ES"]}, ["original"], ["norm/ES"]),
        ({"country": ["ES"]}, ["dub"], []),
        ({"country": ["ES"]}, ["original", "dub"], []),
        ({"country": ["NL"]}, ["sub"], []),
        ({"country": ["NL"]}, ["dub"], ["norm/NL"]),
        ({"country": ["PT"]}, ["dub"], []),
        ({"country": ["@dach", "ES"]}, ["sub"], ["norm/DE", "norm/ES"]),
        ({"country": ["@eu", "!ES", "!DE"]}, ["sub"], ["norm/FR", "norm/IT", "norm/SE/children"]),
        ({"country": ["!ES"]}, ["sub"], []),
        ({"country": ["unknown"]}, ["sub"], []),
        ({"kind": ["promo"]}, ["sub"], []),
        ({"region": ["ES-CT"]}, ["dub"], []),
        ({"region": ["ES-CT"]}, ["sub"], []),
        ({"region": ["ES-CT"]}, ["voiceover"], ["norm/ES", "norm/ES-CT/ca"]),
        ({"region": ["ES-CT"], "language": ["ca"]}, ["dub"], ["norm/ES-CT/ca"]),
        ({"region": ["ES-CT"], "language": ["es"]}, ["dub"], []),
        ({"region": ["ES-CT"], "language": ["es"]}, ["sub"], ["norm/ES"]),
        ({"region": ["ES-CT"], "country": ["ES"]}, ["voiceover"], ["norm/ES", "norm/ES-CT/ca"]),
        ({"region": ["ES-CT"], "country": ["!ES"]}, ["dub"], []),
        ({"country": ["ES"], "region": ["!ES-CT"]}, ["sub"], []),
        ({"country": ["ES"], "language": ["en"]}, ["sub"], []),
        ({"country": ["ES"], "language": ["!es"]}, ["sub"], []),
        ({"country": ["ES"], "languages": ["!ca"]}, ["sub"], ["norm/ES"]),
        ({"country": ["ES"], "languages": ["es", "ca"]}, ["sub"], ["norm/ES"]),
        ({"country": ["SE"]}, ["sub"], ["norm/SE/children"]),
        ({"country": ["SE"]}, ["dub"], ["norm/SE"]),
        ({"country": ["SE"], "kind": ["!children"]}, ["sub"], []),
        ({"country": ["SE"], "item": ["cartoon"]}, ["sub"], ["norm/SE/children"]),
        ({"country": ["SE"], "item": ["business-class"]}, ["sub"], []),
        ({"country": ["SE"], "item": ["nothing"]}, ["dub"], []),
        ({"country": ["SE"], "item": ["!cartoon"]}, ["dub"], ["norm/SE"]),
        ({"country": ["SE"], "channel": ["tv"]}, ["sub"], ["norm/SE/children"]),
        ({"country": ["SE"], "kind": ["page"]}, ["dub"], []),
        ({"country": ["ES"], "age": ["teen"]}, ["sub"], ["norm/ES"]),
        ({"country": ["ES"], "device": ["tv"]}, ["sub"], []),
        ({"country": ["ES"], "utm_campaign": ["spring"]}, ["sub"], []),
        ({"country": ["BE"]}, ["sub"], []),
        ({"country": ["BE"]}, ["dub"], []),
        ({"country": ["BE"]}, ["voiceover"], ["norm/BE/fr", "norm/BE/nl"]),
        ({"country": ["BE"], "language": ["fr"]}, ["sub"], ["norm/BE/fr"]),
    ],
)
def test_what_a_rule_goes_against(when: dict[str, object], mode: list[str], against: list[str]) -> None:
    when = {("campaign" if name == "utm_campaign" else name): cell for name, cell in when.items()}
    found = told(rule("a/b", when, mode=mode))
    assert len(found) == bool(against)
    assert [row.name for row in NORMS if f"{row.name} (" in "".join(one.problem for one in found)] == against


def test_a_rule_without_a_mode_or_that_is_over_goes_against_nothing() -> None:
    assert told(rule("a/b", {"country": ["ES"]}, variant="es-sub")) == ()
    over, later = NOON - timedelta(days=1), NOON + timedelta(days=1)
    assert told(rule("a/b", {"country": ["ES"]}, mode=["sub"], ends=over)) == ()
    assert len(told(rule("a/b", {"country": ["ES"]}, mode=["sub"], ends=later))) == 1
    timeless = tables(rule("a/b", {"country": ["ES"]}, mode=["sub"], ends=over))
    assert len(check_contradictions(timeless, book(), ITEMS)) == 1


def test_a_norm_of_the_sites_own_ends_the_warning_or_has_one_of_its_own() -> None:
    one = rule("a/b", {"country": ["ES"]}, mode=["sub"])
    agreeing = replace(norm("ES", ("sub",)), site=True)
    assert told(one, norms=book().with_site([agreeing])) == ()
    assert told(one, norms=book().with_site([replace(agreeing, mode=("dub",), confidence=Confidence.low)])) == ()
    (finding,) = told(one, norms=book().with_site([replace(agreeing, mode=("voiceover",), sources=("our viewers",))]))
    assert "norm/ES (voiceover; " in finding.problem
    assert finding.problem.endswith("rests on: our viewers.")


def test_rules_against_the_same_norms_are_told_of_once_in_each_table() -> None:
    many = [rule(f"{table}/r{number}", {"country": ["ES"]}, mode=["sub"]) for table in "ab" for number in range(40)]
    other = rule("a/other", {"country": ["DE"]}, mode=["sub"])
    found = told(*many, other)
    assert [one.problem.partition(":")[0] for one in found] == ["Rule a/r0", "Rule a/other", "Rule b/r0"]
    assert "The same goes for 39 more of the table's rules." in found[0].problem
    assert "The same goes" not in found[1].problem


def test_rules_that_list_some_of_the_same_places_are_told_of_all_of_them() -> None:
    found = told(
        *(rule(f"a/r{at}", {"country": list(at.upper().split("-"))}, mode=["sub"]) for at in ("es", "es-de", "de"))
    )
    assert [[row.name for row in NORMS if f"{row.name} (" in one.problem] for one in found] == [
        ["norm/ES"],
        ["norm/DE", "norm/ES"],
        ["norm/DE"],
    ]


def test_many_norms_are_counted() -> None:
    (finding,) = told(rule("a/b", {"country": ["DE", "ES", "FR", "IT"]}, mode=["sub"]))
    assert "norm/DE (" in finding.problem
    assert "norm/FR (" in finding.problem
    assert " and 1 more norms" in finding.problem
    assert "norm/IT" not in finding.problem


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is looked up among norms."""
    asked: list[object] = []
    look_up = NormBook.lookup

    def counted(norms: NormBook, *question: Any) -> Norm | None:
        asked.append(question)
        return look_up(norms, *question)

    monkeypatch.setattr(NormBook, "lookup", counted)
    return asked


PLACES = sorted({row.place for row in NORMS if "-" not in row.place})


def test_ten_thousand_rules_ask_each_question_once(asked: list[object]) -> None:
    kinds = ("promo", "children", "fiction")
    rules = [
        rule(f"a/r{number}", {"country": [PLACES[number % len(PLACES)]], "kind": [kinds[number % 3]]}, mode=["sub"])
        for number in range(10_000)
    ]
    assert told(*rules)
    assert len(asked) == len(set(asked)) <= 3 * 3 * len(PLACES)


def test_lists_of_places_tables_and_modes_that_differ_ask_no_question_again(
    asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contradictions, "NAMED", 9)
    lists = [list(places) for places in combinations(PLACES, 3)]
    modes = (["sub"], ["dub", "sub"], ["voiceover"], ["original", "sub"])
    items = [{}, {"item": ["business-class", "cartoon", "series"]}, {"item": ["nothing"]}]
    rules = [
        rule(f"{table}/r{number}", {"country": places, **when}, mode=mode)
        for table in "ab"
        for number, (places, mode, when) in enumerate(product(lists, modes, items))
    ]
    found = told(*rules)
    assert len(asked) == len(set(asked)) <= 3 * (len(PLACES) + 2)  # sorts of items; Belgium has three languages
    first: dict[tuple[str, tuple[str, ...]], str] = {}
    for one in rules:
        for finding in told(one):
            first.setdefault((one.table, _against(finding)), one.name)
    assert {(name[0], norms): name for name, norms in ((_rule(one), _against(one)) for one in found)} == first
    assert len(found) == len(first) > 2 * len(lists)


def _rule(finding: Finding) -> str:
    return finding.problem.removeprefix("Rule ").partition(":")[0]


def _against(finding: Finding) -> tuple[str, ...]:
    return tuple(re.findall(r"(norm/\S+) \(", finding.problem))
