"""A table's own tests: what they may say of a visitor and of the answer, and how a failing one is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pytest

from edge.proving import check_examples
from edge.site import Site
from locales.findings import Faulty, Finding, Severity
from rules.loading import EXPECTATIONS
from tests.edge.sites import DEMO_FILES, NOON, make_site, told

AIRLINE = DEMO_FILES["rules/airline.toml"].partition("[[tests]]")[0]
LINE = AIRLINE.count("\n") + 1


def site_with(*tests: str, item: str = "business-class") -> Site:
    """The demo with these tests of the airline's table, each written as `given` and `expect`."""
    written = "".join(f'[[tests]]\nname = "it"\nitem = "{item}"\n{test}\n' for test in tests)
    return make_site({**DEMO_FILES, "rules/airline.toml": AIRLINE + written})


def findings(*tests: str, item: str = "business-class") -> list[Finding]:
    with pytest.raises(Faulty) as caught:
        site_with(*tests, item=item)
    return of_tests(caught.value.findings)


def of_tests(found: Iterable[Finding]) -> list[Finding]:
    """Without what is said of the airline's rule, which goes against the norm of Spain on purpose."""
    return [one for one in found if one.code != "against-norm"]


HOLDING = {
    "the variant": 'given = { country = "ES" }\nexpect = { variant = "es-sub" }',
    "everything at once": (
        'given = { country = "ES", accept_language = "es-ES" }\n'
        'expect = { variant = "es-sub", reason = "rule", rule = "airline/es-original", layer = "rules",'
        ' experience = "sub", confidence = "high", language = "es-ES" }'
    ),
    "a norm": 'given = { country = "DE" }\nexpect = { reason = "norm", rule = "norm/DE", layer = "norms" }',
    "that there is no rule": 'given = { accept_language = "en-GB" }\nexpect = { rule = "", reason = "default" }',
    "a region": 'given = { region = "ES-CT", accept_language = "ca" }\nexpect = { variant = "es-sub" }',
    "a choice": 'given = { country = "DE", choose = "mode=sub" }\nexpect = { variant = "de-sub", reason = "choice" }',
    "the language of an address": 'given = { url = "https://www.example/es/business-class" }\nexpect = { language = "es" }',
    "numbers and booleans": 'given = { q = 747, gpc = true, save_data = false, consent = 2 }\nexpect = { variant = "original" }',
    "a moment": 'given = { country = "ES", at = "2026-12-24T20:00" }\nexpect = { variant = "es-sub" }',
    "a moment of TOML": 'given = { country = "ES", at = 2026-12-24T20:00:00 }\nexpect = { variant = "es-sub" }',
}


@pytest.mark.parametrize("test", HOLDING.values(), ids=HOLDING)
def test_what_holds_stops_nothing(test: str) -> None:
    assert of_tests(site_with(test).findings) == []


def test_each_expectation_that_fails_is_a_finding_with_the_whole_answer() -> None:
    found = findings('given = { country = "ES" }\nexpect = { variant = "es-dub", reason = "rule", experience = "dub" }')
    assert [(one.file, one.line, one.severity, one.code) for one in found] == [
        ("rules/airline.toml", LINE, Severity.error, "failing-test")
    ] * 2
    assert [one.problem for one in found] == [
        'The test "it" expects variant = "es-dub", but gets "es-sub".',
        'The test "it" expects experience = "dub", but gets "sub".',
    ]
    assert found[0].cure.startswith("The answer is variant es-sub, reason rule, rule airline/es-original")


def test_all_failing_tests_are_told_at_once() -> None:
    failing = 'given = { country = "ES" }\nexpect = { variant = "es-dub" }'
    assert [one.line for one in findings(failing, failing)] == [LINE, LINE + 5]


def test_a_moment_that_is_none_is_told_and_not_taken_for_now() -> None:
    (found,) = findings('given = { at = "Christmas" }\nexpect = { variant = "original" }')
    assert 'at = "Christmas", which is no moment' in found.problem


def test_a_value_that_nobody_understands_is_a_warning() -> None:
    site = site_with('given = { country = "UK", device = "phon" }\nexpect = { variant = "original" }')
    assert [(one.line, one.severity, one.problem, one.cure) for one in of_tests(site.findings)] == [
        (LINE, Severity.warning, 'In the test "it": "UK" is no country of ISO 3166-1.', 'Did you mean "GB"?'),
        (LINE, Severity.warning, 'In the test "it": "phon" is no device.', 'Did you mean "phone"?'),
    ]


def test_an_item_that_is_not_there_is_told_once_with_the_one_that_was_meant() -> None:
    (found,) = findings('expect = { variant = "original" }', item="busines-class")
    assert (found.severity, found.cure) == (Severity.error, 'Did you mean "business-class"?')


def test_an_unknown_name_is_told_before_any_test_runs() -> None:
    found = findings('given = { contry = "ES" }\nexpect = { varient = "es-sub" }')
    assert [one.cure for one in sorted(found)] == ['Did you mean "country"?', 'Did you mean "variant"?']


def test_barred_can_be_expected() -> None:
    barred = DEMO_FILES["variants/business-class.toml"].replace("url = ", 'not_in = ["US"]\nurl = ')
    test = '[[tests]]\nname = "it"\nitem = "business-class"\ngiven = { country = "US" }\n'
    test += 'expect = { variant = "barred", reason = "barred" }\n'
    make_site({**DEMO_FILES, "variants/business-class.toml": barred, "rules/airline.toml": AIRLINE + test})


def test_a_test_without_a_moment_runs_as_of_the_load() -> None:
    # The season lies in the past, so that the site loads whenever these tests run.
    seasonal = AIRLINE.replace("\nwhy =", "\nactive = { from = 2020-12-01, until = 2020-12-31 }\nwhy =")
    head = '[[tests]]\nname = "it"\nitem = "business-class"\n'
    dated = head + 'given = { country = "ES", at = "2020-12-24" }\nexpect = { variant = "es-sub" }\n'
    undated = head + 'given = { country = "ES" }\nexpect = { variant = "es-dub" }\n'
    site = make_site({**DEMO_FILES, "rules/airline.toml": seasonal + dated + undated})
    assert check_examples(site, NOON) == ()
    (failing,) = check_examples(site, datetime.fromisoformat("2020-12-24T12:00:00+00:00"))
    assert failing.problem == 'The test "it" expects variant = "es-dub", but gets "es-sub".'


def test_everything_that_may_be_expected_is_answered() -> None:
    assert {*told(make_site(DEMO_FILES), "business-class", {})} - {"key", "overrode"} == {*EXPECTATIONS}
