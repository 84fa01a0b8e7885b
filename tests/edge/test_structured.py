"""Structured field values (RFC 9651): rows of text and value, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.structured import (
    Date,
    Display,
    InnerList,
    Item,
    Token,
    Value,
    _Reader,
    parse_dictionary,
    parse_item,
    parse_list,
    to_dictionary,
    to_item,
    to_list,
)

ITEMS: tuple[tuple[str, Value], ...] = (
    ("1", 1),
    ("-0", 0),
    ("-999999999999999", -999_999_999_999_999),
    ("1.5", 1.5),
    ("-123456789012.125", -123_456_789_012.125),
    ('"a \\"b\\" \\\\c"', 'a "b" \\c'),
    ('""', ""),
    ("es-sub", Token("es-sub")),
    ("*a/b:c", Token("*a/b:c")),
    ("?1", True),
    ("?0", False),
    (":aGVsbG8=:", b"hello"),
    ("::", b""),
    ("@1659578233", Date(1_659_578_233)),
    ("@-1", Date(-1)),
    ('%"f%c3%bc%22r"', Display('fü"r')),
)
BROKEN_ITEMS = (
    "", "a b", "1.", "1.2345", "1234567890123456", "1234567890123.1", "--1", "-", "1.2.3", '"', '"a', '"\\a"', '"é"', "é", "?2",
    "?", ":a", ":a:", ":!:", "@", "@1.5", "@a", '%"%C3"', '%"%c3"', '%"', "%", "(1)", ",", "a;", "a;=1", "a;B=1", "a;b=", "\ta",
)  # fmt: skip


@pytest.mark.parametrize(("text", "value"), ITEMS, ids=repr)
def test_an_item_is_read_and_written(text: str, value: Value) -> None:
    item = parse_item(text)
    assert item == Item(value)
    assert item is not None
    assert type(item.value) is type(value)
    assert to_item(value) == text.replace("-0", "0")


@pytest.mark.parametrize("text", BROKEN_ITEMS, ids=repr)
def test_what_is_no_item_is_absent(text: str) -> None:
    assert parse_item(text) is None


def test_missing_padding_is_forgiven() -> None:
    assert parse_item(":aGk:") == Item(b"hi")


def test_a_dictionary_is_read_and_written() -> None:
    text = 'language=es, captions, sets=(a "b";q=0.5);p, off=?0;x=1'
    members = parse_dictionary(text)
    assert members == {
        "language": Item(Token("es")),
        "captions": Item(True),
        "sets": InnerList((Item(Token("a")), Item("b", {"q": 0.5})), {"p": True}),
        "off": Item(False, {"x": 1}),
    }
    assert to_dictionary(members) == text
    assert members["sets"].values == ("a", "b")  # type: ignore[union-attr]  # the assertion above says which it is


def test_of_a_repeated_key_the_last_counts_and_moves_to_the_end() -> None:
    members = parse_dictionary("a=1,b=2,\ta=3;x=1;y=2;x=3")
    assert members == {"b": Item(2), "a": Item(3, {"y": 2, "x": 3})}
    assert list(members) == ["b", "a"]
    assert to_dictionary(members) == "b=2, a=3;y=2;x=3"


@pytest.mark.parametrize(
    "text", ["a,", "a,,b", "a=", "=1", "A=1", "a=1 b=2", "a=(1", "a=(1,2)", "a=(1(2))", "a;", "a=1, 1", ",a"]
)
def test_what_is_no_dictionary_is_absent_whole(text: str) -> None:
    assert parse_dictionary(text) is None


def test_an_absent_field_is_absent_and_an_empty_one_is_empty() -> None:
    assert parse_dictionary(None) is None
    assert parse_dictionary(b"") == {}
    assert parse_dictionary(b"  a  ") == {"a": Item(True)}
    assert parse_dictionary(b"\xff") is None


def test_a_list_is_read_and_written() -> None:
    members = parse_list('"Tablet", (a b), c;d')
    assert members == (Item("Tablet"), InnerList((Item(Token("a")), Item(Token("b")))), Item(Token("c"), {"d": True}))
    assert to_list(members) == '"Tablet", (a b), c;d'
    assert parse_list("") == ()


@given(
    st.lists(st.sampled_from(['"', "a", "\\", ",", " ", "\t", '"Desktop"', '"",', ", ", ";", "b", "(", "é", "1"])).map(
        "".join
    )
)
def test_a_list_of_strings_is_read_as_any_list_is(text: str) -> None:
    reader = _Reader(text.strip(" "))
    try:
        members: object = reader.list()
    except ValueError:
        members = None
    assert parse_list(text) == (members if reader.at_end() else None)


def test_a_list_of_strings_is_bounded() -> None:
    assert parse_list(", ".join(['"a"'] * 64)) == (Item("a"),) * 64
    assert parse_list(", ".join(['"a"'] * 65)) is None


@pytest.mark.parametrize(
    "text",
    [
        ", ".join(f"k{number}" for number in range(65)),
        "a" + "".join(f";p{number}" for number in range(65)),
        "a=(" + " ".join("x" * 65) + ")",
        "a=" + '"' + "x" * 4096 + '"',
    ],
)
def test_everything_is_bounded(text: str) -> None:
    assert parse_dictionary(text) is None


def test_a_flag_with_parameters_is_written_by_its_name() -> None:
    assert to_dictionary({"a": Item(True, {"b": 1}), "c": Token("d"), "e": True}) == "a;b=1, c=d, e"
    assert to_item(Token("es-sub"), {"reason": Token("rule"), "rule": "airline/es-original", "preview": True}) == (
        'es-sub;reason=rule;rule="airline/es-original";preview'
    )


def test_text_beyond_ascii_becomes_a_display_string() -> None:
    assert to_item("50% für\n") == '%"50%25 f%c3%bcr%0a"'


@pytest.mark.parametrize("value", [Token("ü"), Token(""), Token("1a"), 10**15, 1e12])
def test_what_the_grammar_cannot_say_is_our_own_fault(value: Value) -> None:
    with pytest.raises(ValueError, match=r"token|range"):
        to_item(value)


def test_a_key_that_is_none_is_our_own_fault() -> None:
    with pytest.raises(ValueError, match="key"):
        to_dictionary({"A": 1})


@given(st.one_of(st.text(), st.binary(), st.text(alphabet='ab=,;() "?1:@%-.\\')))
def test_nothing_makes_a_parser_raise(raw: str | bytes) -> None:
    for members in (parse_dictionary(raw), parse_list(raw), parse_item(raw)):
        if isinstance(members, dict):
            assert parse_dictionary(to_dictionary(members)) == members
        elif isinstance(members, tuple):
            assert parse_list(to_list(members)) == members
        elif members is not None:
            assert parse_item(to_item(members.value, members.parameters)) == members


@given(st.text())
def test_every_text_can_be_written_and_read_again(text: str) -> None:
    assert parse_item(to_item(text), limit=10_000) == Item(text)
