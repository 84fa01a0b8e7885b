"""The schemas say yes to every file that loads, no to a typo, and know every field that the types know."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from edge.cli.new import TEMPLATE
from edge.schemas import DRAFT, KINDS_OF_FILES, to_schema
from edge.signals import hops
from edge.site import DEMO
from locales import laws, norm_rows
from locales.documents import parse_document
from locales.findings import Faulty
from locales.groups import Groups
from locales.tags import is_language, parse_tag
from rules.cells import CellFault, parse_cell
from rules.inputs import INPUTS, VISITOR_NAMES
from rules.loading import EXPECTATIONS, load_table
from tests.rules.test_bulk_writing import RULE as ANY_RULE
from tests.rules.test_bulk_writing import table

SCHEMAS = {kind: to_schema(kind) for kind in KINDS_OF_FILES}
GROUPS = Groups.shipped()


def plain(value: Any) -> Any:
    """A parsed TOML value as editors hand it to a schema: dates are texts."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else value


def faults(kind: str, text: str) -> list[str]:
    validator = Draft202012Validator(SCHEMAS[kind])
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(plain(tomllib.loads(text)))]


@pytest.mark.parametrize("kind", KINDS_OF_FILES)
def test_a_schema_is_one_of_the_draft_that_it_names(kind: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[kind])
    assert SCHEMAS[kind]["$schema"] == DRAFT
    assert SCHEMAS[kind]["additionalProperties"] is False


def kind_of(file: Path, folder: Path) -> str:
    return file.relative_to(folder).parts[0].removesuffix(".toml")


@pytest.mark.parametrize("folder", [DEMO, TEMPLATE], ids=["demo", "template"])
def test_what_is_shipped_is_good(folder: Path) -> None:
    files = sorted(folder.rglob("*.toml"))
    assert files
    for file in files:
        assert faults(kind_of(file, folder), file.read_text("utf-8")) == [], file


#: Beginnings of the template's lines that are commented out and can be taken in as they are.
ASKED = ("# [", "# not_in", "# database", "# from", "# preset", "# headers", "# normalised", "# active", "# fallback")


def test_what_the_template_has_behind_comments_is_good() -> None:
    taken = 0
    for file in sorted(TEMPLATE.rglob("*.toml")):
        lines = file.read_text("utf-8").split("\n")
        taken += sum(line.startswith(ASKED) for line in lines)
        text = "\n".join(line.removeprefix("# ") if line.startswith(ASKED) else line for line in lines)
        assert faults(kind_of(file, TEMPLATE), text) == [], file
    assert taken == 12


GOOD: list[tuple[str, str]] = [
    ("rules", '[table]\nid = "t"\nhit_policy = "unique"\nzone = "visitor"'),
    ("rules", '[table]\nid = "t"\n[[rules]]\nid = "a"\nthen = { mode = "sub" }\n'
     'active = { from = 2026-12-01, until = 2027-01-06T12:00:00Z }'),
    ("rules", '[table]\nid = "t"\n[[rules]]\nid = "a"\nthen = { tags = { x = "1" } }\n'
     'when = { hour = [7, "18..2"], captions = true, segment = 5, country = "" }'),
    ("rules", '[table]\nid = "t"\n[[tests]]\nname = "n"\nitem = "i"\n'
     'given = { consent = 2, save_data = true, country = "ES" }\n'
     'expect = { rule = "t/a", reason = "norm" }'),
    ("variants", '[item]\nid = "i"\nkind = "promo"\noriginal_language = "en"\n[[variants]]\nid = "v"\n'
     'url = "/x"\nsubtitles = ["zh-Hant+en"]\nonly_in = ["@eu", "CH"]\nfrom = 2026-12-01'),
    ("locales", '[groups]\nalps = ["AT", "@dach", "419"]\n[[norms]]\nregion = "ES-CT"\nmode = "sub"\n'
     'source = ["a", "b"]\nreview = 2027-12-31'),
    ("locales", '[[laws]]\nid = "si-cinema"\noff = true\n[[laws]]\nid = "x"\nterritory = "UA"\n'
     'only = ["uk", "original+uk"]\nbars = "dub:ru"\nlaw = "L"\ndate = 2021-03-22\nsource = "s"\n'
     'kind = ["fiction"]'),
    ("site", '[site]\nid = "s"\ndefault_language = "en"\n[[proxies]]\nfrom = "unix"\n'
     'headers = { country = "X-Geo" }\n[geo]\ndatabase = "a.mmdb"'),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), GOOD)
def test_what_loads_is_good(kind: str, text: str) -> None:
    assert faults(kind, text) == []


def test_a_rule_with_a_split_is_good() -> None:
    for more in ("", "coverage = 50", "coverage = 12.5\nholdout = 5", 'salt = "again"'):
        text = SPLIT.replace('default = "a"', f'default = "a"\n{more}')
        load_table(parse_document(text, "rules/t.toml"), GROUPS, zone=datetime.UTC)
        assert faults("rules", text) == []


RULE = '[table]\nid = "t"\n[[rules]]\nid = "a"\n'
SPLIT = f'{RULE}[rules.split]\nexperiment = "e"\nhash = "blake2b-1"\ndefault = "a"\n' + "".join(
    f'[[rules.split.arms]]\nid = "{name}"\nthen = {{ mode = "sub" }}\n' for name in "ab"
)

#: A file with a slip, and where it is seen.
SLIPS: list[tuple[str, str, str]] = [
    ("rules", '[tabel]\nid = "t"', "$: "),
    ("rules", '[table]\nid = "T"', "$.table.id"),
    ("rules", '[table]\nid = "none"', "$.table.id"),
    ("rules", '[table]\nid = "t"\nhit_policy = "frist"', "$.table.hit_policy"),
    ("rules", f'{RULE}when = {{ contry = "DE" }}\nthen = {{ mode = "sub" }}', "$.rules[0].when"),
    ("rules", f'{RULE}when = {{ consent = "1" }}\nthen = {{ mode = "sub" }}', "$.rules[0].when"),
    ("rules", f'{RULE}when = {{ country = ["UK"] }}\nthen = {{ mode = "sub" }}', "$.rules[0].when.country"),
    ("rules", f'{RULE}when = {{ device = "telly" }}\nthen = {{ mode = "sub" }}', "$.rules[0].when.device"),
    ("rules", f'{RULE}when = {{ hour = [24] }}\nthen = {{ mode = "sub" }}', "$.rules[0].when.hour"),
    ("rules", f'{RULE}then = {{ mode = ["sub", "dubbed"] }}', "$.rules[0].then.mode"),
    ("rules", f'{RULE}then = {{ mode = [] }}', "$.rules[0].then.mode"),
    ("rules", f'{RULE}then = {{ varaint = "x" }}', "$.rules[0].then"),
    ("rules", RULE, "$.rules[0]: 'then' is a required"),
    ("rules", SPLIT.replace('hash = "blake2b-1"\n', ""), "$.rules[0].split: 'hash' is a required"),
    ("rules", SPLIT.replace("blake2b-1", "murmur3"), "$.rules[0].split.hash"),
    ("rules", SPLIT.replace('default = "a"', 'default = "a"\ncoverage = 101'), "$.rules[0].split.coverage"),
    ("rules", SPLIT.replace('id = "b"', 'id = "b"\nweight = -1'), "$.rules[0].split.arms[1].weight"),
    ("rules", SPLIT.replace('id = "b"\nthen = { mode = "sub" }', 'id = "b"'), "$.rules[0].split.arms[1]: 'then' is"),
    ("rules", SPLIT.replace("[rules.split]", 'then = { mode = "sub" }\n[rules.split]'), "$.rules[0]: "),
    ("rules", f'{RULE}then = {{ mode = "sub" }}\nactive = {{ till = 2026-12-01 }}', "$.rules[0].active"),
    ("rules", '[table]\nid = "t"\n[[tests]]\nname = "n"\nitem = "i"\n'
     'expect = { reason = "norms" }', "$.tests[0].expect.reason"),
    ("rules", '[table]\nid = "t"\n[[tests]]\nname = "n"\nitem = "i"\nexpect = {}', "$.tests[0].expect"),
    ("variants", '[item]\nid = "i"\nkind = "promotion"\noriginal_language = "en"', "$.item.kind"),
    ("variants", '[item]\nid = "i"\nkind = "promo"\noriginal_language = "en"\n[[variants]]\nid = "v"', "$.variants[0]"),
    ("variants", '[item]\nid = "i"\nkind = "promo"\noriginal_language = "en"\n[[variants]]\nid = "v"\n'
     'url = "/"\nnot_in = "US"', "$.variants[0].not_in"),
    ("site", '[site]\nid = "s"', "$.site: 'default_language'"),
    ("site", '[site]\nid = "s"\ndefault_language = "en"\nweak_header = "hedged"', "$.site.weak_header"),
    ("site", '[site]\nid = "s"\ndefault_language = "en"\n[cache]\nmax_age = -1', "$.cache.max_age"),
    ("site", '[site]\nid = "s"\ndefault_language = "en"\n[[proxies]]\nfrom = []\n'
     'preset = "cloudfare"', "$.proxies[0].preset"),
    ("locales", '[[norms]]\nterritory = "ES"\nregion = "ES-CT"', "$.norms[0]"),
    ("locales", '[[norms]]\nterritory = "ES"\nmode = ["subs"]', "$.norms[0].mode"),
    ("locales", '[[laws]]\nid = "x"\nonly = "dub:"', "$.laws[0].only"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "where"), SLIPS, ids=[text[-40:] for _, text, _ in SLIPS])
def test_a_slip_is_seen_where_it_stands(kind: str, text: str, where: str) -> None:
    assert any(fault.startswith(where) for fault in faults(kind, text)), faults(kind, text)


def test_every_field_that_a_reader_knows_is_in_the_schema() -> None:
    parts = SCHEMAS["locales"]["properties"]
    assert set(parts["norms"]["items"]["properties"]) == set(norm_rows._READERS)
    assert set(parts["laws"]["items"]["properties"]) == set(laws._READERS)
    proxies = SCHEMAS["site"]["properties"]["proxies"]["items"]["properties"]
    assert set(proxies) == set(hops._KEYS)
    rules = SCHEMAS["rules"]["$defs"]
    assert set(rules["RuleForm"]["properties"]["when"]["properties"]) == {
        row.name for row in INPUTS.values() if row.cell
    }
    assert set(rules["TestForm"]["properties"]["given"]["properties"]) == set(VISITOR_NAMES)
    assert set(rules["TestForm"]["properties"]["expect"]["properties"]) == set(EXPECTATIONS)


VALUES = st.sampled_from(
    ["DE", "@dach", "@419", "@EU", "ES-CT", "es", "zh-hant-TW", "sl-rozaj-biske-1994", "de_AT", "i-klingon", "und", "tv", "ios",
     "search", "mon", "fri..mon", "night .. morning", "evening", "7", "07", "22..2", "2026-12-24", "2026-12-24..2027-01-06",
     "yes", "no", "true", "new", "adult", "promo", "web", "cheap flight*", "x", "unknown", "Ünïcode|=", "a" * 65]
)  # fmt: skip
WRITTEN = st.one_of(
    st.tuples(st.sampled_from(["", "!", " ! ", " "]), VALUES, st.sampled_from(["", " "])).map("".join),
    st.integers(-1, 25),
    st.booleans(),
    st.dates(datetime.date(1000, 1, 1)),
    st.text(max_size=6),
)


@given(st.sampled_from([row for row in INPUTS.values() if row.cell]), st.one_of(WRITTEN, st.lists(WRITTEN, max_size=2)))
def test_no_cell_that_loads_is_refused(row: Any, raw: Any) -> None:
    try:
        parse_cell(row, raw, GROUPS)
    except CellFault:
        return
    cell = SCHEMAS["rules"]["$defs"]["RuleForm"]["properties"]["when"]["properties"][row.name]
    assert Draft202012Validator(cell).is_valid(plain(raw)), raw


@given(ANY_RULE)
def test_no_rule_that_loads_is_refused(rule: dict[str, Any]) -> None:
    row = {"id": "r", **rule, "then": {name: value for name, value in rule["then"].items() if value is not None}}
    try:
        table(row)
    except Faulty:
        return
    document = plain({"table": {"id": "t"}, "rules": [row]})
    assert [error.message for error in Draft202012Validator(SCHEMAS["rules"]).iter_errors(document)] == []


@given(st.one_of(st.from_regex(r"[A-Za-z]{1,4}([-_][A-Za-z0-9]{1,8}){0,3}", fullmatch=True), VALUES))
def test_no_language_is_refused(text: str) -> None:
    tag = parse_tag(text)
    if tag is not None and is_language(tag):
        assert faults("site", f'[site]\nid = "s"\ndefault_language = "{text}"') == []
