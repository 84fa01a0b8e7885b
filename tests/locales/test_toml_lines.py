"""Tests of the lines of TOML's tables, keys and elements."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.toml_lines import DEEPEST, Locator, Path, TooDeep, scan_headers

SOURCE = '''# a comment with [brackets] and "quotes
a.b = 1
list = [
  { x = 1, y = "[[no]]" },   # }
  { x = 2, y = """
[not]
[[at all]] \\""" \\"
""" },
  [ 1.5, 2026-12-01 12:00:00 ],
]
raw = \'\'\'
[neither]\'\'\'
[table]   # [[not]]
id = "x"
"quoted key" = 'it[s'
[[rules]]
id = "one"
when = { country = ["ES"], device.kind = "tv" }
[rules.then]
mode = ["sub",
  # between
  "dub",
]
[[rules]]
id = "two"
  [[rules.sub]]
  k = 1
  [[ rules . "sub" ]]
  k = 2
[rules.sub.deep."a.b"]
z = 1.5
[other.inner]
[other]
last = true'''

LINES: list[tuple[Path, int]] = [
    ((), 0),
    (("nothing",), 0),
    (("a",), 2),
    (("a", "b"), 2),
    (("list",), 3),
    (("list", 0), 4),
    (("list", 0, "y"), 4),
    (("list", 1, "x"), 5),
    (("list", 2), 9),
    (("list", 2, 1), 9),
    (("raw",), 11),
    (("table",), 13),
    (("table", "id"), 14),
    (("table", "quoted key"), 15),
    (("table", "nothing"), 13),
    (("rules",), 16),
    (("rules", 0), 16),
    (("rules", 0, "id"), 17),
    (("rules", 0, "when"), 18),
    (("rules", 0, "when", "country", 0), 18),
    (("rules", 0, "when", "device", "kind"), 18),
    (("rules", 0, "when", "nothing"), 18),
    (("rules", 0, "then"), 19),
    (("rules", 0, "then", "mode", 0), 20),
    (("rules", 0, "then", "mode", 1), 22),
    (("rules", 1), 24),
    (("rules", 1, "id"), 25),
    (("rules", 1, "sub"), 26),
    (("rules", 1, "sub", 0, "k"), 27),
    (("rules", 1, "sub", 1), 28),
    (("rules", 1, "sub", 1, "k"), 29),
    (("rules", 1, "sub", 1, "deep"), 30),
    (("rules", 1, "sub", 1, "deep", "a.b", "z"), 31),
    (("rules", 7, "id"), 16),
    (("other", "inner"), 32),
    (("other",), 33),
    (("other", "last"), 34),
]


@pytest.mark.parametrize(("path", "line"), LINES)
def test_a_path_has_the_line_of_its_key_or_of_the_nearest_thing_around_it(path: Path, line: int) -> None:
    tomllib.loads(SOURCE)
    assert Locator(SOURCE, scan_headers(SOURCE)).line(path) == line


def test_a_text_without_headers_has_lines_too() -> None:
    assert Locator("\n\na = 1", scan_headers("\n\na = 1")).line(["a"]) == 3
    assert Locator("", []).line(["a"]) == 0
    assert Locator("[a]", scan_headers("[a]")).line(["a", "b"]) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = " + "[" * 500 + "]" * 500, 2),
        ("\n\n" + "[" * 500, 3),
        ("a = " + "{ a = " * 40 + "1" + "}" * 40, 1),
    ],
)
def test_deep_brackets_are_found_before_anybody_walks_into_them(text: str, line: int) -> None:
    with pytest.raises(TooDeep, match=f"line {line}") as caught:
        scan_headers(text)
    assert caught.value.line == line


def test_brackets_of_the_greatest_depth_are_not_too_deep() -> None:
    text = "a = " + "[" * DEEPEST + "]" * DEEPEST
    assert Locator(text, scan_headers(text)).line(("a", *(0,) * DEEPEST)) == 1


@pytest.mark.parametrize(
    "text", ["]]]} [[a]", '"' * 3 + "\\", "'''" + "'" * 9, '"' * 100_000, "[" * 9 + "\n" * 9, "[[\n[["]
)
def test_a_text_that_is_no_toml_can_be_scanned(text: str) -> None:
    scan_headers(text)


NAMES = st.sampled_from(["a", "b", "c-d", "e f", 'g"h', "i.j", "ü", ""])
VALUES = st.recursive(
    st.sampled_from(["1", "1.5", '"x"', "'[y'", '"""\n[z]\n"""', "true", "2026-01-02 03:04:05"]),
    lambda inner: st.lists(inner, max_size=3).map(lambda each: "[" + ",\n".join(each) + "]"),
    max_leaves=5,
)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '\\"') + '"'


@given(
    st.lists(st.tuples(st.lists(NAMES, min_size=1, max_size=2), st.dictionaries(NAMES, VALUES, max_size=3)), max_size=5)
)
def test_every_key_that_is_written_is_found_on_its_line(tables: list[tuple[list[str], dict[str, str]]]) -> None:
    """A document of `[[arrays]]` is written line by line, and each key is looked for where it was written."""
    lines: list[str] = []
    wanted: list[tuple[Path, int]] = []
    count: dict[str, int] = {}
    for names, pairs in tables:
        first = names[0]
        lines.append(f"[[{quoted(first)}]]")
        count[first] = count.get(first, -1) + 1
        path: Path = (first, count[first])
        wanted.append((path, len(lines)))
        for name, value in pairs.items():
            wanted.append(((*path, name), len(lines) + 1))
            lines += f"{quoted(name)} = {value}".split("\n")
        if len(names) > 1 and names[1] not in pairs:
            lines.append(f"[{quoted(first)}.{quoted(names[1])}]")
            wanted.append(((*path, names[1]), len(lines)))
    source = "\n".join(lines)
    data = tomllib.loads(source)
    locator = Locator(source, scan_headers(source))
    assert [(path, locator.line(path)) for path, _ in wanted] == wanted
    assert all(locator.line(path) for path in paths(data))


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from paths(inner, (*path, position))
