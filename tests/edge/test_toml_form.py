"""The canonical form of TOML files: how it looks, that it says the same, and that it is its own form."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from edge import toml_form
from edge.cli.new import TEMPLATE
from edge.settings import CacheSection, RightsSection, SiteSection
from edge.site import DEMO
from edge.toml_form import ORDERS, to_form
from locales.findings import Faulty
from rules.forms import HeadForm, RuleForm, TestForm
from tests.conftest import REPOSITORY
from variants.catalog import ItemRow, VariantRow

FILE = "rules/t.toml"


def of(text: str, file: str = FILE) -> str:
    """The form of a text, which must say the same and be its own form."""
    made = to_form(text, file)
    said, says = tomllib.loads(text.lstrip("\ufeff")), tomllib.loads(made)
    assert repr(says) == repr(_ordered_as(said, says))
    assert to_form(made, file) == made
    return made


def _ordered_as(data: object, model: object) -> object:
    """The same data with keys in the order of another: dicts compare without order, their texts do not."""
    if isinstance(data, dict) and isinstance(model, dict):
        assert data.keys() == model.keys()
        return {key: _ordered_as(data[key], model[key]) for key in model}
    if isinstance(data, list) and isinstance(model, list):
        return [_ordered_as(one, other) for one, other in zip(data, model, strict=True)]
    return data


LONG = ", ".join(f'"{"x" * 20}{at}"' for at in range(6))

#: A text and its form.
FORMS: list[tuple[str, str]] = [
    ("", ""),
    ("\n\n# only a comment   \n\n\n", "# only a comment\n"),
    ("a=1\r\nb=2# two\r\n", "a = 1\nb = 2  # two\n"),
    ("\ufeffa = 1", "a = 1\n"),
    ("a=1      # in its column\n", "a = 1    # in its column\n"),
    ('[table]\nzone="site"\nid="t"\n[[rules]]\nid="a"\n', '[table]\nid = "t"\nzone = "site"\n\n[[rules]]\nid = "a"\n'),
    (
        '[[rules]]\n\n# why it is so\nwhy="x"\n\nthen={mode="sub"}\nid="a"\n# at the end\n',
        '[[rules]]\nid = "a"\n\nthen = { mode = "sub" }\n\n# why it is so\nwhy = "x"\n# at the end\n',
    ),
    (
        '[table]\n# what it is for\n\n\n# its clock\nzone="site"\nid="t"\n',
        '[table]\n# what it is for\n\nid = "t"\n# its clock\nzone = "site"\n',
    ),
    ('# a site\n\nb=1\n[site]\n\n# x\n\n\nzone=2', '# a site\n\nb = 1\n\n[site]\n# x\n\nzone = 2\n'),
    (
        '[[rules]]\nwhen={kind=["page"],country=["DE",]}\nthen={tags={z="1",a="2"},mode=[ ]}\n',
        '[[rules]]\nwhen = { country = ["DE"], kind = ["page"] }\nthen = { mode = [], tags = { z = "1", a = "2" } }\n',
    ),
    ("a = 1\n# of b\n[b]\n\n\n# of c\n[ c . d ] # why\ne={}", "a = 1\n# of b\n\n[b]\n\n# of c\n[c.d]  # why\ne = {}\n"),
    ("x = [\n  1, 2,\n  3\n]\n", "x = [1, 2, 3]\n"),
    ("x = [ # one\n  1,\n  2 ]# two\n", "x = [ # one\n  1,\n  2 ]  # two\n"),
    (f"x = [{LONG}]\n", "x = [\n" + "".join(f"    {text},\n" for text in LONG.split(", ")) + "]\n"),
    (f"x = [\n{LONG}\n]# c\n", "x = [\n" + "".join(f"    {text},\n" for text in LONG.split(", ")) + "]  # c\n"),
    ('[rules.then]\ntags.b="1"\ntags . a = "2"\nmode="sub"\n', '[rules.then]\nmode = "sub"\ntags.b = "1"\ntags.a = "2"\n'),
    (
        'b="""\n[x] \\\n\n# no comment ""\\""""""\na=\'\'\'it\'s\'\'\'\'\n"c#d"="e" # f\n',
        'b = """\n[x] \\\n\n# no comment ""\\""""""\na = \'\'\'it\'s\'\'\'\'\n"c#d" = "e"  # f\n',
    ),
    ("a = 2026-12-01 20:00:00  # eve\nb=1_000\nc=+1.50\n", "a = 2026-12-01 20:00:00  # eve\nb = 1_000\nc = +1.50\n"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "form"), FORMS, ids=[repr(text)[:40] for text, _ in FORMS])
def test_a_file_is_laid_out(text: str, form: str) -> None:
    assert of(text) == form


@pytest.mark.parametrize("folder", [DEMO, TEMPLATE], ids=["demo", "template"])
def test_what_is_shipped_is_in_its_form(folder: Path) -> None:
    for file in sorted(folder.rglob("*.toml")):
        relative = file.relative_to(folder).as_posix()
        assert of(file.read_text("utf-8"), relative) == file.read_text("utf-8"), relative


PAGES = sorted((*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/*.md")))
EXAMPLES = [block for page in PAGES for block in re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.S)]


def test_examples_of_the_pages_have_a_form_that_says_the_same() -> None:
    assert len(EXAMPLES) > 12
    for text in EXAMPLES:
        assert sorted(_comments(of(text))) == sorted(_comments(text))


@given(st.sampled_from(sorted((*DEMO.rglob("*.toml"), *TEMPLATE.rglob("*.toml")))), st.randoms(use_true_random=False))
def test_a_shipped_file_in_disorder_comes_back_to_its_form(file: Path, chance: random.Random) -> None:
    """Blank lines double, spaces come and go, and the first two keys of a table change places."""
    root = DEMO if file.is_relative_to(DEMO) else TEMPLATE
    tidy, relative = file.read_text("utf-8"), file.relative_to(root).as_posix()
    lines: list[str] = []
    for line in tidy.split("\n"):
        simple = re.fullmatch(r"[a-z_]+ = [^#]*[^\[#{]", line)
        before = lines[-2:-1] if simple and re.fullmatch(r"\[\[?[a-z.]+\]\]?", (lines[-2:-1] or [""])[0]) else []
        if before and re.fullmatch(r"[a-z_]+ = [^#]*[^\[#{]", lines[-1]) and chance.random() < 0.5:
            lines.insert(-1, line)
        else:
            lines.append(line.replace(" = ", chance.choice((" = ", "=", "  =\t")), 1) if simple else line)
        lines += [""] * (line == "" and chance.random() < 0.5)
    assert of("\r\n".join(lines), relative) == tidy


def test_what_is_no_toml_has_no_form() -> None:
    with pytest.raises(Faulty):
        to_form("a = ", FILE)


def test_a_form_that_says_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for other in ("a = 2", "a = 1.0", "a = true", "b = 1", "a = [1]", "a = {}"):
        monkeypatch.setattr(toml_form, "_lines", lambda sections, other=other: [other])
        with pytest.raises(AssertionError, match="something else"):
            to_form("a = 1", FILE)


def test_every_field_that_a_file_can_have_has_its_place() -> None:
    forms: list[tuple[str, str, type]] = [
        ("site", "site", SiteSection), ("site", "rights", RightsSection), ("site", "cache", CacheSection),
        ("variants", "item", ItemRow), ("variants", "variants", VariantRow),
        ("rules", "table", HeadForm), ("rules", "rules", RuleForm), ("rules", "tests", TestForm),
    ]  # fmt: skip
    for folder, table, form in forms:
        info = inspect.type_info(form)
        assert isinstance(info, inspect.StructType)
        assert sorted(ORDERS[folder][table]) == sorted(one.encode_name for one in info.fields), (folder, table)


# Whatever a file looks like

SPACE = st.sampled_from(["", " ", "\t", "  "])
COMMENT = st.sampled_from(["", "", "# c", "#", '  # "[x]" = {', "\t# é  "])
SCALAR = st.sampled_from(
    ["1", "-0.5", "true", "inf", "0x1F", '"a"', '"#\\"]"', "'\\'", '""', "1979-05-27", "1979-05-27 07:32:00", "07:32:00",
     '"""\n[a] \\\n# b \\\n\n"""', "'''\nx''y'''", '"""a""""', f'"{"w" * 60}"']
)  # fmt: skip
FLAT = SCALAR.filter(lambda text: "\n" not in text)
KEYS = st.sampled_from(["id", "when", "then", "why", "zone", "x", '"q#"', "'s.t'", "mode", "country", "kind"])


@st.composite
def lists(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    """A list, on one line or on several, with comments or without."""
    text = "["
    listed = draw(st.lists(values, max_size=5))
    for at, value in enumerate(listed):
        text += draw(SPACE) + draw(st.sampled_from(["", "\n", "\n\n  ", " # in\n"])) + value
        text += draw(SPACE) + ("," if at + 1 < len(listed) else draw(st.sampled_from(["", ",", ",\n", "\n# end\n"])))
    return f"{text}{draw(SPACE)}]"


@st.composite
def inline(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    pairs = [f"{key}{draw(SPACE)}={draw(SPACE)}{draw(values)}" for key in draw(st.lists(KEYS, max_size=3, unique=True))]
    return "{" + draw(SPACE) + f"{draw(SPACE)},{draw(SPACE)}".join(pairs) + draw(SPACE) + "}"


VALUE = st.one_of(SCALAR, lists(SCALAR), inline(FLAT), lists(inline(FLAT)), lists(lists(FLAT)), inline(inline(FLAT)))


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file as somebody in a hurry leaves it."""
    lines: list[str] = []

    def between() -> Iterator[str]:
        return iter(draw(st.lists(st.sampled_from(["", "  ", "# a comment", "  # [x] "]), max_size=3)))

    for header in ["", *draw(st.lists(st.sampled_from(["[[rules]]", " [[ rules ]]", "[[tests]]"]), max_size=4))]:
        lines += between()
        if header:
            lines.append(header + draw(COMMENT))
        for key in draw(st.lists(KEYS, max_size=5, unique=True)):
            lines += between()
            spelled = draw(st.sampled_from([key, f"  {key}", f"{key} ", f"{key}.n", f"{key} . n"]))
            lines.append(f"{spelled}={draw(SPACE)}{draw(VALUE)}{draw(COMMENT)}")
        lines += between()
    return "\n".join(lines)


@given(files(), st.sampled_from([FILE, "site.toml", "variants/a.toml", "other.toml"]))
def test_whatever_a_file_looks_like_its_form_says_the_same_and_keeps_every_comment(text: str, file: str) -> None:
    made = of(text, file)
    assert sorted(_comments(made)) == sorted(_comments(text))
    assert "\n\n\n" not in made


@given(st.permutations(["id", "when", "then", "why", "active", "x", "y"]), st.integers(0, 7), st.data())
def test_a_comment_stays_with_its_key(keys: list[str], count: int, data: st.DataObject) -> None:
    text = "[[rules]]\n"
    for key in keys[:count]:
        blank = data.draw(st.sampled_from(["", "\n"]))
        text += f"{blank}# of {key}\n# still of {key}\n{key} = 1 # behind {key}\n"
    lines = of(text).splitlines()
    for key in keys[:count]:
        at = lines.index(f"# of {key}")
        assert lines[at + 1 : at + 3] == [f"# still of {key}", lines[at + 2]]
        assert lines[at + 2].startswith(f"{key} = 1 ")
        assert lines[at + 2].endswith(f"# behind {key}")


def _comments(text: str) -> list[str]:
    return [found[0].rstrip() for found in toml_form._TOKEN.finditer(text) if found.lastgroup == "comment"]
