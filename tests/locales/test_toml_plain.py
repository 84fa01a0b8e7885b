"""Tests of plain sections: which are, and that whatever stands in a text is read as the parser alone would read it."""

from __future__ import annotations

import tomllib
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from locales import toml_lines
from locales.documents import parse_document
from locales.findings import Faulty
from locales.toml_lines import MANY, TooDeep, scan_headers
from locales.toml_plain import AT_ONCE, Plain, parse_apart

RULE = '[[rules]]\nid = "a"\n'


def plain_of(text: str) -> list[Plain]:
    """The plain sections of a text, however short."""
    found: list[Plain] = []
    with patch.object(toml_lines, "MANY", 0):
        scan_headers(text, found)
    return found


def outcome(text: str, many: int) -> object:
    """What comes of a text where as many lists of tables make it a long one: values with lines of some, or what is wrong."""
    with patch.object(toml_lines, "MANY", many):
        try:
            document = parse_document(text, "x.toml")
        except Faulty as fault:
            return fault.findings
    paths = [
        (),
        ("table",),
        ("rules", 0),
        ("rules", 1),
        ("rules", 2),
        ("rules", 1, "id"),
        ("rules", 0, "when", "country", 1),
    ]
    return repr(document.data), [document.locate(path) for path in paths]


#: Lines of a section that is plain.
PLAIN_LINES = [
    'id = "a"',
    'id = ""',
    'why = "ü, b: c}"',
    'x-1_Y = ":"',
    "12 = 0",
    "number = 123456789012345",
    "flags = [true, false,1]",
    "nothing = []",
    'when = { country = ["DE", "AT"], hour = [7] }',
    'when = {a = 1,b = "c, d"}',
    'then = { mode = ["sub"], tags = { market = "es", deep = [1] } }',
    "then = { a = { b = 1 } }",
]


@pytest.mark.parametrize("line", PLAIN_LINES)
def test_a_section_of_such_a_line_is_plain(line: str) -> None:
    text = f'[table]\nid = "t"\n\n{RULE}{line.replace("id", "name")}\n# a comment = "\n\n[[rules]]\n{line}\n'
    assert [(one.name, one.lines.count("\n")) for one in plain_of(text)] == [("rules", 2), ("rules", 1)]
    parsed = parse_apart(text, plain_of(text), lambda header: header - 1)
    assert parsed is not None
    assert parsed.rest == '[table]\nid = "t"\n\n[[rules]]\n[[rules]]\n'
    parsed.put_back()
    assert parsed.data == tomllib.loads(text)


#: What makes a section, or what stands behind one, another than plain.
OTHER = [
    "id = 'a'",
    'id = "a\\tb"',
    'id = "a\tb"',
    'id = "a = b"',
    'id = "{"',
    'id = """a"""',
    'id="a"',
    ' id = "a"',
    'id = "a" # why',
    '"id" = "a"',
    "when.country = 1",
    "number = 01",
    "number = +1",
    "number = 1_000",
    "number = 1.5",
    "number = 1234567890123456",
    "day = 2026-12-24",
    "when = {}",
    "when = { a = { b = { c = 1 } } }",
    "list = [[1]]",
    "list = [1, ]",
    "list = [\n1]",
    "[rules.when]",
    "[[rules.arms]]",
    '["x"]',
    "[x.y]",
]


@pytest.mark.parametrize("line", OTHER)
def test_a_section_of_such_a_line_is_not(line: str) -> None:
    text = f"{RULE}{line}\n{RULE}"
    assert [one.begin for one in plain_of(text)] == [len(text) - len(RULE)]
    assert outcome(text, 0) == outcome(text, 10**9)


#: Texts with a section that looks plain, in which something is odd.
ODD = [
    'x = """\n[[rules]]\nid = 1\n"""\n',
    "x = '''\n[[rules]]\nid = 1\n'''\n",
    "x = [\n[[rules]]\nid = 1\n]\n",
    "x = [\n[[1]]\nid = 1\n]\n",
    "x = [\n[[1]]\nid = 1\n[2]]\n",
    f"x = [\n{RULE}" + "[" * 40,
    "x = [\n[[true]]\n]\n",
    f'{RULE}id = "b"\n',
    '[[rules]]\nwhen = { a = 1, a = ":" }\n',
    f"{RULE}[[rules]]\n",
    f"[[rules]]\n{RULE}",
    f"{RULE}[table]\n[rules.when]\na = 1\n",
    f"{RULE}[table]\n[rules.id]\na = 1\n",
    f"{RULE}[table]\n[[rules.x]]\n[[rules]]\n",
    f"rules = []\n{RULE}",
    f"rules = 1\n{RULE}",
    f"{RULE}[rules]\n",
    f"{RULE}[table]\n[table]\n",
    f'{RULE}[table]\nx = "\\u0007"\n{RULE}',
    f'[table]\nx = "\ty"\n{RULE}',
    f"[table]\n{'a.' * 40}a = 1\n{RULE}",
    f'{RULE}[[tests]]\nid = "b"\n{RULE}[[tests]]\nx = 1.5\n[["tests"]]\n',
    f"{RULE}[[ rules ]]\nid = 1\n",
    f'x = "\n{RULE}',
]


@pytest.mark.parametrize("text", ODD)
def test_a_text_in_which_something_is_odd_is_read_as_a_whole(text: str) -> None:
    assert outcome(text, 0) == outcome(text, 10**9)


def test_only_long_texts_are_looked_through() -> None:
    for count, found in ((MANY, 0), (MANY + 1, MANY + 1)):
        plain: list[Plain] = []
        assert len(scan_headers(RULE * count, plain)) == count
        assert len(plain) == found
        data = parse_document(RULE * count, "x.toml").data
        assert data == {"rules": [{"id": "a"}] * count}


def test_more_sections_than_are_read_in_one_go_are_read() -> None:
    rules = [{"id": f"r{number}", "when": {"hour": [number]}} for number in range(2 * AT_ONCE + 1)]
    lines = [f'[[rules]]\nid = "r{number}"\nwhen = {{ hour = [{number}] }}\n' for number in range(len(rules))]
    assert len(plain_of("".join(lines))) == len(rules)
    assert parse_document("".join(lines), "x.toml").data == {"rules": rules}
    twice = [*lines, RULE + 'id = "b"\n']
    assert outcome("".join(twice), 0) == outcome("".join(twice), 10**9)


def test_headers_stand_where_they_stand_without() -> None:
    text = f'[table]\nid = "t"\n{RULE}when = {{ a = 1 }}\n\n# x\n{RULE}id-2 = 1.5\n[rules.x]\n{RULE}'
    with patch.object(toml_lines, "MANY", 0):
        assert scan_headers(text, []) == scan_headers(text)


#: Headers and lines out of which texts are made.
PIECES = [
    *("[[rules]]", "[[tests]]", "[table]", "[rules]", "[rules.when]", "[[rules.arms]]", "[[1]]"),
    *PLAIN_LINES,
    *(line for line in OTHER if not line.startswith("[")),
    *("", "# c", '"""', "'''", "x = [", "]", "bad", '"'),
]
SECTIONS = st.lists(st.sampled_from(PLAIN_LINES), min_size=1, max_size=3).map(
    lambda lines: "\n".join(["[[rules]]", *lines])
)
TEXTS = st.lists(st.one_of(SECTIONS, SECTIONS, st.sampled_from(PIECES)), max_size=8).map(
    lambda pieces: "\n".join([*pieces, ""])
)


@given(
    TEXTS,
    st.integers(0, 400),
    st.sampled_from(("", '"', "[", "]", "{", "}", ",", "\n", "=", " ", "#", "'", "\\", ".", "0")),
)
@example(f"{RULE}{RULE}", 15, '"')
def test_whatever_stands_in_a_text_is_read_as_the_parser_alone_reads_it(text: str, at: int, mark: str) -> None:
    for one in (text, f"{text[:at]}{mark}{text[at:]}", f"{text[:at]}{mark}{text[at + 1 :]}"):
        assert outcome(one, 0) == outcome(one, 10**9)


def test_a_text_that_is_too_deep_is_so_with_plain_sections_too() -> None:
    with patch.object(toml_lines, "MANY", 0), pytest.raises(TooDeep) as caught:
        scan_headers(f"{RULE}x = {'[' * 40}", [])
    assert caught.value.line == 3
