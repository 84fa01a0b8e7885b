"""Tests of reading TOML: what is refused, what is said of it, and on which line."""

from __future__ import annotations

import contextlib
import datetime
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.documents import LARGEST, Document, convert, has_control, parse_document, salvage
from locales.findings import Faulty, Finding, Severity

#: Text or bytes, code of the finding, line, part of the problem, part of the cure.
REFUSED: list[tuple[str | bytes, str, int, str, str]] = [
    (b'a = 1\nb = "\xff"', "not-utf-8", 2, "not UTF-8", "encoding UTF-8"),
    ("a = 1".encode("utf-16"), "not-utf-8", 1, "not UTF-8", "encoding UTF-8"),
    ("a = '\ud800'", "not-utf-8", 0, "not UTF-8", ""),
    ("a = 1\nb = '\x00'", "control-character", 2, "U+0000", "Take it out."),
    ("a = 1 \x85", "control-character", 1, "U+0085", ""),
    ("a = 1\rb = 2", "control-character", 1, "U+000D", ""),
    ('a = 1\nb = "\\u0000"', "control-character", 2, "U+0000", "without escapes"),
    ('[t]\nb = ["x", "\\n"]', "control-character", 2, "U+000A", ""),
    ('[t]\n"\\u001b" = 1', "control-character", 2, "U+001B", ""),
    ('a = "x\ty"', "control-character", 1, "U+0009", ""),
    ("a = '''x\ny'''", "control-character", 1, "U+000A", "in one line"),
    ("\n" + "[" * 500 + "]" * 500, "too-deep", 2, "More than 32", "Flatten"),
    ("b = 1\n" + ".".join("a" * 100) + " = 1", "too-deep", 2, "More than 32", "Flatten"),
    ("#" * (LARGEST + 1), "too-large", 0, "more than 8388608 bytes", "CSV"),
    ("a = ES", "not-toml", 1, "Invalid value", "straight quotes"),
    ("a = “ES”", "not-toml", 1, "Invalid value", "straight quotes"),
    ("a = 1\na = 2", "not-toml", 2, "Cannot overwrite a value", "twice"),
    ("[[a]]\n[a]", "not-toml", 2, "Cannot declare", "[[rules]]"),
    ("a", "not-toml", 1, "Expected '='", 'key = "value"'),
    ('a = "x\nb = 1', "not-toml", 1, "Illegal character", "same line"),
    ("a = { x = 1,\n y = 2 }", "not-toml", 1, "Invalid initial character", "one line"),
    ("a = { x = 1", "not-toml", 1, "Unclosed inline table", "one line"),
    ("\na = [1", "not-toml", 2, "Unclosed array", "]"),
    ("a = 1 2", "not-toml", 1, "Expected newline", ""),
    ("a = " + "9" * 5000, "not-toml", 0, "4300 digits", ""),
    ("a = 2026-13-45", "not-toml", 1, "", ""),
]


@pytest.mark.parametrize(
    ("text", "code", "line", "problem", "cure"), REFUSED, ids=[str(row[:3])[-60:] for row in REFUSED]
)
def test_a_broken_file_is_refused_with_its_line_and_a_cure(
    text: str | bytes, code: str, line: int, problem: str, cure: str
) -> None:
    with pytest.raises(Faulty) as caught:
        parse_document(text, "rules/x.toml")
    (finding,) = caught.value.findings
    assert (finding.file, finding.severity, finding.code, finding.line) == ("rules/x.toml", Severity.error, code, line)
    assert problem in finding.problem
    assert cure in finding.cure


@pytest.mark.parametrize("text", ["\ufeffa = 1\r\nb = 'ü'\r\n", b"\xef\xbb\xbfa = 1\r\nb = '\xc3\xbc'", "a=1\nb='ü'"])
def test_byte_order_marks_and_both_line_ends_are_allowed_for(text: str | bytes) -> None:
    document = parse_document(text, "x.toml")
    assert document.data == {"a": 1, "b": "ü"}
    assert document.locate(("b",)) == 2


def test_the_values_of_toml_are_kept() -> None:
    data = parse_document("a = 2026-12-01\nb = [1, { c = 1.5 }]\nd = true", "x.toml").data
    assert data == {"a": datetime.date(2026, 12, 1), "b": [1, {"c": 1.5}], "d": True}


def test_escapes_that_hide_no_control_are_allowed() -> None:
    data = parse_document("\ta = \"\\u00fc \\\"x\\\"\"\nb = [1, true]\nc = '''d'''", "x.toml").data
    assert data == {"a": 'ü "x"', "b": [1, True], "c": "d"}


def test_a_finding_is_put_where_its_path_is() -> None:
    document = parse_document("[a]\nb = 1", "x.toml")
    assert document.finding(["a", "b"], "odd", "p", "c") == Finding("x.toml", 2, Severity.error, "odd", "p", "c")
    assert document.finding((), "odd", "p", severity=Severity.note) == Finding("x.toml", 0, Severity.note, "odd", "p")


def test_controls_are_those_of_both_sets_with_tab_and_line_end() -> None:
    assert all(has_control(f"a{chr(code)}") for code in (*range(0x20), *range(0x7F, 0xA0)))
    assert not any(map(has_control, ("", "a b", "\u200f", "\u2028", "é", "سلام")))


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200), st.text("[]{}=.,\"'\\\n#a1 ", max_size=200)))
def test_whatever_a_file_holds_the_answer_is_a_document_or_a_finding(text: str | bytes) -> None:
    with contextlib.suppress(Faulty):
        assert parse_document(text, "x.toml").locate(("no", "such", "thing")) >= 0


# Types


class Variant(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    subtitles: list[str] = []
    title: dict[str, str] = {}
    audio: str | None = None


class Shop(msgspec.Struct, forbid_unknown_fields=True):
    open: bool
    since: datetime.date | None = None
    size: Annotated[int, msgspec.Meta(ge=1)] = 1


class File(msgspec.Struct, forbid_unknown_fields=True):
    variants: list[Variant]
    shop: Shop | None = None
    shops: dict[str, Shop] = {}
    maximum: float = msgspec.field(default=1.0, name="max")


GOOD = """
max = 2
shop = { open = true, since = 2026-12-01 }
[[variants]]
id = "a"
[shops.one]
open = false
"""


def document(text: str) -> Document:
    return parse_document(text, "x.toml")


def test_a_document_gets_its_types() -> None:
    value = convert(document(GOOD), File)
    assert value.shop == Shop(open=True, since=datetime.date(2026, 12, 1))
    assert (value.maximum, value.variants, value.shops) == (2.0, [Variant("a")], {"one": Shop(open=False)})


def test_a_part_of_a_document_gets_its_type() -> None:
    assert convert(document(GOOD), Variant, ("variants", 0)) == Variant("a")


#: Text, and of each finding line, code, problem, cure.
FAULTS: list[tuple[str, list[tuple[int, str, str, str]]]] = [
    (
        "variants = []\nvariant = 1\nxyz = 2",
        [
            (2, "unknown-field", '"variant" is not known here.', 'Did you mean "variants"?'),
            (3, "unknown-field", '"xyz" is not known here.', "Known here: variants, shop, shops, max."),
        ],
    ),
    (
        "[[variants]]\nid = 'a'\n[[variants]]\nid = 'b'\nsubtitels = []\naudio = 3\ntitle = { en = 'x', de = true }",
        [
            (5, "unknown-field", '"subtitels" is not known here.', 'Did you mean "subtitles"?'),
            (6, "wrong-type", '"audio" is a whole number.', "Write a text in quotes."),
            (7, "wrong-type", '"de" is true or false.', "Write a text in quotes."),
        ],
    ),
    ("[[variants]]\nid = 'a'\nsubtitles = ['x', 3]", [(3, "wrong-type", '"1" is a whole number.', "Write a text in quotes.")]),
    ("[[variants]]\n", [(1, "missing-field", '"id" is missing.', "Write id = ….")]),
    ("[[variants]]\nid = 3\naudio = 4", [
        (2, "wrong-type", '"id" is a whole number.', "Write a text in quotes."),
        (3, "wrong-type", '"audio" is a whole number.', "Write a text in quotes."),
    ]),
    ("[variants]", [(1, "wrong-type", '"variants" is a table.', "Write a list.")]),
    ("", [(0, "missing-field", '"variants" is missing.', "Write variants = [ … ].")]),
    ("variants = []\nshop = 3", [(2, "wrong-type", '"shop" is a whole number.', "Write a table.")]),
    ("variants = []\n[shop]\nopne = true", [
        (3, "unknown-field", '"opne" is not known here.', 'Did you mean "open"?'),
        (2, "missing-field", '"open" is missing.', "Write open = ….")
    ]),
    ("variants = []\n[shop]\nopen = true\nsize = 0", [(4, "bad-value", '"size": Expected `int` >= 1.', "")]),
    ("variants = []\n[shop]\nopen = true\nsince = 2026-12-01T00:00:00", [
        (4, "wrong-type", '"since" is a date with time.', "Write a date.")
    ]),
    ("variants = []\n[shops.one]\nopen = 'yes'", [(3, "wrong-type", '"open" is a text in quotes.', "Write true or false.")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FAULTS, ids=[row[0][:40] for row in FAULTS])
def test_every_fault_of_type_is_told_in_words(text: str, expected: list[tuple[int, str, str, str]]) -> None:
    with pytest.raises(Faulty) as caught:
        convert(document(text), File)
    found = [(finding.line, finding.code, finding.problem, finding.cure) for finding in caught.value.findings]
    assert found == expected


def test_the_text_of_a_whole_document_may_be_of_the_wrong_type() -> None:
    with pytest.raises(Faulty, match=r'"x\.toml" is a table\.'):
        convert(document("a = 1"), list[int])


def test_what_is_left_without_the_faults_can_be_looked_at() -> None:
    value, findings = salvage(document("[[variants]]\nid = 'a'\nx = 1\naudio = 2"), File)
    assert value == File([Variant("a")])
    assert [finding.line for finding in findings] == [3, 4]


def test_a_document_itself_is_left_as_it_was() -> None:
    one = document("[[variants]]\nid = 'a'\nx = 1")
    salvage(one, File)
    assert one.data == {"variants": [{"id": "a", "x": 1}]}


@pytest.mark.parametrize(
    ("type_", "cure"), [(dict[str, int], "[a] or a = { … }"), (list[int], "a = [ … ]"), (int, "a = …")]
)
def test_what_is_missing_is_shown_as_it_is_written(type_: Any, cure: str) -> None:
    made = msgspec.defstruct("Made", [("a", type_)])
    with pytest.raises(Faulty) as caught:
        convert(document("b = 1"), made)
    assert [finding.cure for finding in caught.value.findings] == [f"Write {cure}."]


def test_there_is_an_end_to_faults() -> None:
    text = "variants = []\n" + "".join(f"x{number} = 1\n" for number in range(80))
    value, findings = salvage(document(text), File)
    assert value is None
    assert len(findings) == 50


class Leaf(msgspec.Struct, forbid_unknown_fields=True):
    colour: str = ""


class Tree(msgspec.Struct, forbid_unknown_fields=True):
    leaves: list[dict[str, Leaf]] = []
    anything: Any = None


def test_unknown_fields_deep_in_a_list_of_mappings_are_looked_up() -> None:
    with pytest.raises(Faulty) as caught:
        convert(document("[[leaves]]\n" + "one = {}\n" + 'two = { colur = "green" }\nthree = {}'), Tree)
    (finding,) = caught.value.findings
    assert (finding.line, finding.cure) == (3, 'Did you mean "colour"?')
