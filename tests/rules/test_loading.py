"""Tests of loading tables: what a table becomes, and that every fault of a file is told at once."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from locales.documents import parse_document
from locales.findings import Faulty, Finding, Severity
from locales.groups import Groups
from rules.bulk import BulkRows, parse_bulk
from rules.inputs import VISITOR_NAMES
from rules.loading import EXPECTATIONS, load_table
from rules.parts import NO_LANGUAGE
from rules.tables import Outcome, Rule, Schedule, Table, TableTest

GROUPS = Groups.shipped()
BERLIN = ZoneInfo("Europe/Berlin")
FILE = "rules/airline.toml"


def load(text: str, *csv: str) -> Table:
    table, findings = load_table(parse_document(text, FILE), GROUPS, zone=BERLIN, bulk=bulk(*csv))
    assert findings == ()
    return table


def bulk(*csv: str) -> list[BulkRows]:
    return [parse_bulk(text, f"rules/airline.{number}.csv") for number, text in enumerate(csv)]


def faults(text: str, *csv: str) -> tuple[Finding, ...]:
    with pytest.raises(Faulty) as caught:
        load_table(parse_document(text, FILE), GROUPS, zone=BERLIN, bulk=bulk(*csv))
    return caught.value.findings


def rule(body: str) -> Rule:
    return load(f'[table]\nid = "t"\n[[rules]]\nid = "r"\n{body}\n').rules[0]


def utc(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{text}+00:00")


AIRLINE = """\
[table]
id = "airline"

[[rules]]
id = "es-original"
when = { kind = ["promo"], country = ["ES"], device = [] }
then = { mode = ["sub", "dub"] }
why = { en = "In the original", ES = "En original" }
active = { from = 2026-12-01, until = 2027-02-28 }

[[tests]]
name = "Madrid"
given = { country = "ES", q = 747, utm_term = 1.5, gpc = true, save_data = false, at = 2026-12-24T20:00:00 }
item = "business-class"
expect = { variant = "es-sub", reason = "rule", rule = "airline/es-original", language = "ES", confidence = "high" }
"""


def test_the_table_of_the_design_loads() -> None:
    table = load(AIRLINE)
    (only,) = table.rules
    assert (table.id, table.hit_policy, table.zone, table.file) == ("airline", "first", "site", FILE)
    assert (only.name, only.file, only.line) == ("airline/es-original", FILE, 4)
    assert [(cell.input, cell.text) for cell in only.cells] == [("country", ("ES",)), ("kind", ("promo",))]
    assert only.outcome == Outcome(mode=("sub", "dub"))
    assert only.why == {"en": "In the original", "es": "En original"}
    assert only.active == Schedule(utc("2026-11-30T23:00"), utc("2027-02-28T23:00"))


def test_the_tests_of_a_table_are_kept_as_texts() -> None:
    given_ = {
        "country": "ES",
        "q": "747",
        "utm_term": "1.5",
        "gpc": "true",
        "save_data": "false",
        "at": "2026-12-24T20:00:00",
    }
    expect = {
        "variant": "es-sub",
        "reason": "rule",
        "rule": "airline/es-original",
        "language": "es",
        "confidence": "high",
    }
    assert load(AIRLINE).tests == (TableTest("Madrid", "business-class", given_, expect, FILE, 11),)


def test_the_head_names_policy_and_clock() -> None:
    table = load('[table]\nid = "t"\nhit_policy = "any"\nzone = "visitor"')
    assert (table.hit_policy, table.zone, table.rules, table.tests) == ("any", "visitor", (), ())


#: What a rule says, and its outcome.
OUTCOMES: list[tuple[str, Outcome]] = [
    ('then = { mode = "sub" }', Outcome(mode=("sub",))),
    ('then = { mode = ["sub", "original"] }', Outcome(mode=("sub", "original"))),
    ('then = { variant = "es-sub" }', Outcome(variant="es-sub")),
    ('then = { language = "zh_tw" }', Outcome(language="zh-TW")),
    ('then = { tags = { market = "es", tone = "warm" } }', Outcome(tags=(("market", "es"), ("tone", "warm")))),
    ('[rules.then]\nvariant = "a"\nmode = "dub"', Outcome(variant="a", mode=("dub",))),
]


@pytest.mark.parametrize(("body", "outcome"), OUTCOMES)
def test_a_rule_says_what_it_says(body: str, outcome: Outcome) -> None:
    assert rule(body).outcome == outcome


def test_a_reason_in_no_language_is_kept_as_such() -> None:
    assert rule('then = { mode = "sub" }\nwhy = "Because"').why == {NO_LANGUAGE: "Because"}
    assert rule('then = { mode = "sub" }').why == {}


@pytest.mark.parametrize(
    ("active", "schedule"),
    [
        ("{}", Schedule()),
        ("{ from = 2026-12-01 }", Schedule(utc("2026-11-30T23:00"), None)),
        ('{ until = "2026-12-24T20:00" }', Schedule(None, utc("2026-12-24T19:00"))),
        ("{ from = 2026-12-24, until = 2026-12-24 }", Schedule(utc("2026-12-23T23:00"), utc("2026-12-24T23:00"))),
        (
            "{ from = 2026-10-25T02:30:00, until = 2026-10-25T02:30:00 }",
            Schedule(utc("2026-10-25T00:30"), utc("2026-10-25T01:30")),
        ),
        ("{ from = 2026-03-29T02:30:00 }", Schedule(utc("2026-03-29T01:00"), None)),
    ],
)
def test_a_schedule_is_on_the_clock_of_the_site(active: str, schedule: Schedule) -> None:
    assert rule(f'then = {{ mode = "sub" }}\nactive = {active}').active == schedule


def test_bulk_rows_follow_the_rules_of_the_file_in_their_order() -> None:
    table = load(AIRLINE, "id,country,mode,why\nb1,DE|AT,dub,Because\nb2,,sub>dub,", "id,tags.market\nc1,es")
    assert [(one.id, one.file, one.line) for one in table.rules] == [
        ("es-original", FILE, 4),
        ("b1", "rules/airline.0.csv", 2),
        ("b2", "rules/airline.0.csv", 3),
        ("c1", "rules/airline.1.csv", 2),
    ]
    assert table.rules[1].cells[0].text == ("DE", "AT")
    assert table.rules[1].why == {NO_LANGUAGE: "Because"}
    assert table.rules[2].outcome == Outcome(mode=("sub", "dub"))


def test_a_cell_that_stands_twice_is_one_value() -> None:
    table = load('[table]\nid = "t"', "id,country,mode\na,DE|AT,sub\nb,DE|AT,sub")
    assert table.rules[0].cells[0] is table.rules[1].cells[0]


HEAD = '[table]\nid = "t"\n'
RULE = f'{HEAD}[[rules]]\nid = "r"\n'
SAYS = f'{RULE}then = {{ mode = "sub" }}\n'
TEST = f'{HEAD}[[tests]]\nname = "n"\nitem = "i"\n'

#: A file, and of each finding line, code, part of the problem, part of the cure.
FAULTS: list[tuple[str, list[tuple[int, str, str, str]]]] = [
    # the head
    ("", [(0, "missing-field", '"table" is missing', "[table]")]),
    ("table = 3", [(1, "wrong-type", '"table" is a whole number', "a table")]),
    ("[table]", [(1, "missing-field", '"id" is missing', "id = …")]),
    ('[table]\nid = "Airline"', [(2, "bad-id", '"Airline"', "small letters")]),
    ('[table]\nid = "none"', [(2, "reserved-word", '"none"', "another id")]),
    ('[table]\nid = "t"\nhit_policy = "frist"', [(3, "unknown-word", '"frist"', 'Did you mean "first"?')]),
    ('[table]\nid = "t"\nhit_policy = "q"', [(3, "unknown-word", '"q"', "Use one of: first, unique, any.")]),
    ('[table]\nid = "t"\nzone = "vistor"', [(3, "unknown-word", '"vistor"', 'Did you mean "visitor"?')]),
    ('[table]\nid = "T"\nzona = 1', [(2, "bad-id", '"T"', ""), (3, "unknown-field", '"zona"', 'Did you mean "zone"?')]),
    # the file
    (f"{HEAD}[rule]", [(3, "unknown-field", '"rule"', 'Did you mean "rules"?')]),
    (f"rules = 3\ntests = [1]\n{HEAD}", [
        (1, "wrong-type", '"rules" is a whole number', "a list"),
        (2, "wrong-type", '"0" is a whole number', "a table"),
    ]),
    # a rule
    (f"{HEAD}[[rules]]", [(3, "missing-field", '"id" is missing', "")]),
    (RULE, [(3, "missing-field", '"then" is missing', "[then] or then = { … }")]),
    (f"{RULE}when = {{ country = 'UK' }}", [
        (3, "missing-field", '"then" is missing', ""),
        (5, "unknown-territory", '"UK"', 'Did you mean "GB"?'),
    ]),
    (f'{HEAD}[[rules]]\nid = "barred"\nthen = {{ mode = "sub" }}', [(4, "reserved-word", '"barred"', "")]),
    (SAYS + SAYS.removeprefix(HEAD), [(6, "duplicate-id", '"r" is also that of the rule in rules/airline.toml line 3', "")]),
    # cells
    (f"{SAYS}when = {{ contry = 'DE' }}", [(6, "unknown-input", '"contry" is no input', 'Did you mean "country"?')]),
    (f"{SAYS}when = {{ lang = 'de' }}", [(6, "unknown-input", '"lang"', 'Did you mean "language"?')]),
    (f"{SAYS}when = {{ zzzz = 'de' }}", [(6, "unknown-input", '"zzzz"', "Use one of: country, ")]),
    (f"{SAYS}when = {{ consent = 1 }}", [(6, "unknown-input", 'cannot ask about "consent"', "unknown")]),
    (f"{SAYS}when = {{ choice = 'sub' }}", [(6, "unknown-input", 'cannot ask about "choice"', "above all rules")]),
    (f"{SAYS}[rules.when]\ncountry = ['DE',\n 'Germany']\ndevice = 'fone'", [
        (7, "unknown-territory", '"Germany"', 'Did you mean "DE"?'),
        (9, "unknown-value", '"fone"', 'Did you mean "phone"?'),
    ]),
    # outcomes
    (f"{RULE}then = {{}}", [(5, "empty-outcome", "says nothing", "mode")]),
    (f"{RULE}then = {{ mode = [] }}", [(5, "empty-mode", "empty", "original, sub, dub, voiceover")]),
    (f"{RULE}then = {{ mode = 'sub titles' }}", [(5, "unknown-mode", '"sub titles" is not a mode', 'Did you mean "sub"?')]),
    (f"{RULE}then = {{ mode = ['Voice-over', 'OmU', 'orignal', '7'] }}", [
        (5, "unknown-mode", '"7"', "Use one of: original, sub, dub, voiceover."),
        (5, "unknown-mode", '"OmU"', 'Did you mean "sub"?'),
        (5, "unknown-mode", '"Voice-over"', 'Did you mean "voiceover"?'),
        (5, "unknown-mode", '"orignal"', 'Did you mean "original"?'),
    ]),
    (f"{RULE}then = {{ mode = ['sub', 'dub', 'sub'] }}", [(5, "duplicate-mode", '"sub"', "Keep one.")]),
    (f"{RULE}then = {{ mode = 3 }}", [(5, "wrong-type", '"mode" is a whole number', "a text in quotes or a list")]),
    (f"{RULE}then = {{ langage = 'es', mode = 'sub' }}", [(5, "unknown-field", '"langage"', 'Did you mean "language"?')]),
    (f"{RULE}then = {{ language = 'cn' }}", [(5, "unknown-language", '"cn"', 'Did you mean "zh"?')]),
    (f"{RULE}then = {{ variant = 'ES sub' }}", [(5, "bad-id", '"ES sub"', "")]),
    (f"{RULE}then = {{ variant = 'none' }}", [(5, "reserved-word", '"none"', "")]),
    (f"{RULE}[rules.then.tags]\nMarket = 'es'\ntone = ''", [
        (6, "bad-id", '"Market"', ""),
        (7, "empty-text", '"tone" has no value', ""),
    ]),
    # reasons
    (f"{SAYS}why = {{ xx-yy-zz = 'x', de = '' }}", [
        (6, "empty-text", '"why" has no text for "de"', ""),
        (6, "unknown-language", '"xx-yy-zz"', "BCP 47"),
    ]),
    (f"{SAYS}why = {{ de = 3 }}", [(6, "wrong-type", '"de" is a whole number', "")]),
    # schedules
    (f"{SAYS}active = {{ from = 2027-01-02, until = 2027-01-01 }}", [
        (6, "empty-schedule", "ends (2027-01-01) before it begins (2027-01-02)", "Swap"),
    ]),
    (f"{SAYS}active = {{ from = 2027-01-01T00:00:00, until = 2027-01-01T00:00:00 }}", [(6, "empty-schedule", "ends", "")]),
    (f"{SAYS}active = {{ from = 'soon', until = 20:00:00 }}", [
        (6, "bad-moment", '"20:00:00"', "2026-12-24"),
        (6, "bad-moment", '"soon"', "2026-12-24"),
    ]),
    (f"{SAYS}active = {{ till = 2027-01-02 }}", [(6, "unknown-field", '"till"', 'Did you mean "until"?')]),
    # tests
    (f"{TEST}expect = {{}}", [(6, "empty-test", "expects nothing", "variant")]),
    (TEST, [(3, "missing-field", '"expect" is missing', "")]),
    (f"{TEST}expect = {{ variant = 'a' }}\ngiven = {{ contry = 'DE', q = [1] }}", [
        (7, "unknown-word", '"contry"', 'Did you mean "country"?'),
        (7, "wrong-type", '"q" is neither a text nor a number', "query"),
    ]),
    (f"{TEST}expect = {{ varint = 'a', reason = 'rules', layer = 'rule', confidence = 'hi', experience = 'subs' }}", [
        (6, "unknown-word", '"hi"', 'Did you mean "high"?'),
        (6, "unknown-word", '"rule"', 'Did you mean "rules"?'),
        (6, "unknown-word", '"rules"', 'Did you mean "rule"?'),
        (6, "unknown-word", '"subs"', 'Did you mean "sub"?'),
        (6, "unknown-word", '"varint"', 'Did you mean "variant"?'),
    ]),
    (f"{TEST}expect = {{ language = 'cn' }}", [(6, "unknown-language", '"cn"', "")]),
    (f'{HEAD}[[tests]]\nname = "n"\nitem = "I"\nexpect = {{ variant = "none" }}', [(5, "bad-id", '"I"', "")]),
    # hit policies
    ('[table]\nid = "t"\nhit_policy = "unique"\n' + SAYS.removeprefix(HEAD) + SAYS.removeprefix(HEAD).replace('"r"', '"s"'), [
        (7, "overlap", '"s" and "r" (line 4) can hold together', "first"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FAULTS, ids=[repr(text)[-50:] for text, _ in FAULTS])
def test_every_fault_is_told_with_line_value_and_cure(text: str, expected: list[tuple[int, str, str, str]]) -> None:
    found = faults(text)
    assert [(finding.line, finding.code) for finding in found] == [row[:2] for row in expected]
    for finding, (_, _, problem, cure) in zip(found, expected, strict=True):
        assert finding.file == FILE
        assert finding.severity is Severity.error
        assert problem in finding.problem
        assert cure in finding.cure


def test_a_fault_of_a_bulk_row_is_on_its_line() -> None:
    found = faults(AIRLINE, "id,country,mode,from\nb1,DE,sub,\nes-original,UK,sbu,soon")
    assert [(finding.file, finding.line, finding.code) for finding in found] == [
        ("rules/airline.0.csv", 3, "bad-moment"),
        ("rules/airline.0.csv", 3, "duplicate-id"),
        ("rules/airline.0.csv", 3, "unknown-mode"),
        ("rules/airline.0.csv", 3, "unknown-territory"),
    ]


def test_a_fault_that_rows_share_is_told_of_each() -> None:
    found = faults(AIRLINE, "id,country,mode,why.xx-y\na,UK,sub,\nb,UK,sbu,\nnone,,,no\nc,,sbu,\nB,DE,sub,")
    assert [(finding.line, finding.code) for finding in found] == [
        (2, "unknown-territory"),
        (3, "unknown-mode"),
        (3, "unknown-territory"),
        (4, "empty-outcome"),
        (4, "reserved-word"),
        (4, "unknown-language"),
        (5, "unknown-mode"),
        (6, "bad-id"),
    ]


def test_bulk_rows_say_what_the_same_rules_say_in_toml() -> None:
    csv = (
        "tags.b,id,kind,when.language,country,mode,tags.a,then.language,variant,why,why.es,from,until\n"
        "2,r1,promo,es-mx|fr, DE | @eu |!AT ,sub > dub,1,ES,,Because,Porque,2026-12-01,2026-12-24\n"
        ",r2,,,DE|@eu|!AT,,,,es-sub,,,,2026-12-24\n"
        "2,r3,promo,,,dub,1,,,,,,\n"
    )
    toml = """
[[rules]]
id = "r1"
when = { country = ["DE", "@eu", "!AT"], language = ["es-MX", "fr"], kind = "promo" }
then = { language = "es", mode = ["sub", "dub"], tags = { b = "2", a = "1" } }
why = { "" = "Because", es = "Porque" }
active = { from = 2026-12-01, until = 2026-12-24 }
[[rules]]
id = "r2"
when = { country = ["DE", "@eu", "!AT"] }
then = { variant = "es-sub" }
active = { until = 2026-12-24 }
[[rules]]
id = "r3"
when = { kind = "promo" }
then = { mode = "dub", tags = { b = "2", a = "1" } }
"""
    head = '[table]\nid = "airline"\n'
    wanted = [replace(rule, file="", line=0) for rule in load(head + toml).rules]
    assert [replace(rule, file="", line=0) for rule in load(head, csv).rules] == wanted


def test_a_fault_that_several_rows_have_is_told_of_each() -> None:
    rows = (
        "id,country,mode,then.language,from,why.xx1\n"
        "a,UK|DE,sub,es,,\n"
        "b, UK | DE ,omu,xx1,never,because\n"
        "B,DE,omu,xx1,never,\n"
        "c,UK|DE,,es,never,because\n"
        ",,,,,\n"
    )
    found = faults('[table]\nid = "t"\n', rows, "id,country,mode\nd,UK|DE,sub\n")
    expected = [
        *((0, line, "unknown-territory") for line in (2, 3, 5)),
        *((0, line, "bad-moment") for line in (3, 4, 5)),
        *((0, line, "unknown-language") for line in (3, 3, 4, 5)),
        *((0, line, "unknown-mode") for line in (3, 4)),
        (0, 4, "bad-id"),
        (1, 2, "unknown-territory"),
    ]
    assert sorted((int(one.file.split(".")[1]), one.line, one.code) for one in found) == sorted(expected)


def test_equal_cells_of_bulk_rows_are_one_object_in_all_files() -> None:
    rows = ("id,country,mode\na,DE|AT,sub\nb, DE | AT ,sub\n", "id,country,mode\nc,DE | AT,sub\nd,AT|DE,sub\n")
    a, b, c, d = (rule.cells[0] for rule in load('[table]\nid = "t"\n', *rows).rules)
    assert a is b is c
    assert a != d
    assert a.positives == d.positives


def test_equal_cells_and_outcomes_of_toml_are_one_object_and_unlike_ones_are_not() -> None:
    hours = ["7", "[7]", '"7"', '["7"]', "[7]", '["7"]']
    rules = "".join(
        f'[[rules]]\nid = "r{number}"\nwhen = {{ hour = {hour} }}\nthen = {{ mode = ["sub"] }}\n'
        for number, hour in enumerate(hours)
    )
    found = load(f'[table]\nid = "t"\n{rules}').rules
    assert found[1].cells[0] is found[4].cells[0]
    assert found[3].cells[0] is found[5].cells[0]
    assert len({rule.cells[0] for rule in found}) == 1
    assert len({id(rule.outcome) for rule in found}) == 1
    assert [one.code for one in faults(f'[table]\nid = "t"\n{rules.replace("[7]", "[true]")}')] == ["wrong-type"] * 2


def test_a_warning_does_not_stop_a_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.overlaps.MOST_PAIRS", 0)
    text = AIRLINE.replace('id = "airline"\n', 'id = "airline"\nhit_policy = "unique"\n', 1)
    table, findings = load_table(
        parse_document(text, FILE), GROUPS, zone=BERLIN, bulk=bulk("id,country,mode\na,ES,sub")
    )
    assert len(table.rules) == 2
    assert [finding.severity for finding in findings] == [Severity.warning]


def test_every_name_of_a_visitor_can_be_given() -> None:
    given_ = "\n".join(f'{name} = "1"' for name in VISITOR_NAMES)
    table = load(f'{TEST}expect = {{ variant = "a" }}\n[tests.given]\n{given_}')
    assert list(table.tests[0].given) == list(VISITOR_NAMES)


@pytest.mark.parametrize("name", EXPECTATIONS)
def test_every_expectation_is_known(name: str) -> None:
    value = next(iter(EXPECTATIONS[name]), "es")
    assert load(f'{TEST}expect = {{ {name} = "{value}" }}').tests[0].expect == {name: value}


SCRAPS = st.recursive(
    st.sampled_from(["1", '"x"', "true", "2026-01-02", '"DE"', '"sub"', "[]", "{}", "1.5", '""']),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2).map(lambda each: f"[{', '.join(each)}]"),
        st.dictionaries(st.sampled_from(["mode", "country", "from", "de", "a"]), inner, max_size=2).map(
            lambda each: "{" + ", ".join(f"{name} = {value}" for name, value in each.items()) + "}"
        ),
    ),
    max_leaves=4,
)
KEYS = st.sampled_from(["id", "when", "then", "why", "active", "name", "given", "item", "expect"])
PARTS = st.tuples(st.sampled_from(["[table]", "[[rules]]", "[[tests]]"]), st.dictionaries(KEYS, SCRAPS, max_size=4))


@given(st.lists(PARTS, max_size=3, unique_by=lambda part: part[0]))
def test_whatever_a_table_holds_the_answer_is_a_table_or_findings(parts: list[tuple[str, dict[str, str]]]) -> None:
    text = "\n".join("\n".join([head, *(f"{key} = {value}" for key, value in pairs.items())]) for head, pairs in parts)
    document = parse_document(text, FILE)
    try:
        table, _ = load_table(document, GROUPS, zone=BERLIN)
    except Faulty as fault:
        lines = {finding.line for finding in fault.findings}
        assert max(lines) <= text.count("\n") + 1
    else:
        assert table.id
