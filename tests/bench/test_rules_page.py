"""The page of figures: what stands in it is what was measured, and the plot can be read."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.rules import Figures
from bench.rules_ours import DECIDE, MEMO, NO_MEMO
from bench.rules_page import BEGIN, END, drawn, load_figures, tables, title_of, with_figures, write_page
from bench.rules_plot import APART, Series, micros, svg
from bench.rules_race import Result, Timing
from tests.conftest import REPOSITORY

DOCS = REPOSITORY / "docs"
SVG = "{http://www.w3.org/2000/svg}"


def timings(factor: float) -> tuple[Timing, ...]:
    found = {NO_MEMO: 0.6, MEMO: 0.7, DECIDE: 5.0, "scan": 0.66 * factor, "zen": 7.0, "cel": 12.5 * factor}
    missing = Timing("flagd", refused="visitor 3: r1 instead of r2")
    return (
        *(Timing(name, (value,), 19, 40, version="2.1" * (name == "zen")) for name, value in found.items()),
        missing,
    )


FIGURES = Figures(
    "A processor, 2 cores", "3.11.7", (Result(10, 40, 4.5, timings(1)), Result(1000, 40, 700, timings(80))), ()
)


def test_the_page_in_the_repository_shows_the_figures_beside_it() -> None:
    figures = load_figures(DOCS)
    page = (DOCS / "bench.md").read_text("utf-8")
    assert page == with_figures(page, figures)
    assert (DOCS / "bench.svg").read_text("utf-8") == drawn(figures)
    assert [one.rules for one in figures.results] == [10, 1000, 10_000, 100_000]


def test_the_tables_have_a_row_for_each_engine_and_say_who_was_refused() -> None:
    shown = tables(FIGURES)
    assert "| Isogloss, new visitor | 0.600 | 0.600 |" in shown
    assert "| zen-engine 2.1 | 7.00 | 7.00 |" in shown
    assert "| plain scan | 0.660 | 52.8 |" in shown
    assert "| flagd-core | visitor 3: r1 instead of r2 | visitor 3: r1 instead of r2 |" in shown
    assert "| GrowthBook | left out | left out |" in shown
    assert "| plain scan | 40 / 19 | 40 / 19 |" in shown
    assert "A processor, 2 cores; Python 3.11.7; 40 visitors" in shown
    assert "at position 4 of 10, 700 of 1,000." in shown


def test_what_is_written_can_be_read_back_and_written_again_to_the_same(tmp_path: Path) -> None:
    write_page(tmp_path / "docs", FIGURES)
    assert load_figures(tmp_path / "docs") == FIGURES
    before = {path.name: path.read_text() for path in (tmp_path / "docs").iterdir()}
    write_page(tmp_path / "docs", FIGURES)
    assert {path.name: path.read_text() for path in (tmp_path / "docs").iterdir()} == before


def test_what_stands_around_the_figures_stays() -> None:
    page = with_figures(f"above\n{BEGIN}\nold\n{END}\nbelow\n", FIGURES)
    assert page.startswith(f"above\n{BEGIN}\n")
    assert page.endswith(f"{END}\nbelow\n")
    assert "old" not in page


@pytest.mark.parametrize("page", ["nothing", f"only {BEGIN}", f"only {END}"])
def test_a_page_without_its_marks_is_not_written_over(page: str) -> None:
    with pytest.raises(ValueError, match="lacks a mark"):
        with_figures(page, FIGURES)


def test_the_plot_is_well_formed_follows_the_scheme_and_names_axes_and_engines() -> None:
    text = drawn(FIGURES)
    top = ElementTree.fromstring(text)
    said = [node.text or "" for node in top.iter(f"{SVG}text")]
    for words in (
        "rules in the table (logarithmic)",
        "CPU time for one decision (logarithmic)",
        "zen-engine 2.1",
        "plain scan",
    ):
        assert words in said
    assert {"10", "100", "1,000", "100 ns", "1 µs", "1 ms"} <= set(said)
    assert "prefers-color-scheme: dark" in text
    assert len(list(top.iter(f"{SVG}polyline"))) == 6
    assert "10 rules 0.600 µs" in (top.findtext(f"{SVG}desc") or "")


def test_a_slower_engine_is_drawn_higher_and_a_larger_table_further_right() -> None:
    top = ElementTree.fromstring(
        svg("t", [Series("a", "s0", {10: 1.0, 1000: 100.0}), Series("b", "s1", {10: 10.0, 1000: 10.0})])
    )
    lines = [
        [tuple(map(float, point.split(","))) for point in node.attrib["points"].split()]
        for node in top.iter(f"{SVG}polyline")
    ]
    (rising, level) = lines
    assert rising[0][0] < rising[1][0]
    assert rising[0][1] > level[0][1] == level[1][1] > rising[1][1]
    # On logarithmic axes ten lies half way between one and a hundred.
    assert level[0][1] == pytest.approx((rising[0][1] + rising[1][1]) / 2)


def test_names_stand_apart_and_within_the_picture() -> None:
    same = [Series(f"engine {number}", f"s{number}", {10: 5.0, 100: 5.0 + number / 100}) for number in range(8)]
    found = re.findall(r'<text x="615" y="([0-9.]+)">', svg("t", same))
    heights = [float(height) for height in found]
    assert len(heights) == 8
    assert all(two - one >= APART - 0.2 for one, two in itertools.pairwise(heights))
    assert min(heights) > 0


def test_a_plot_of_nothing_is_a_plot() -> None:
    assert (
        ElementTree.fromstring(svg("nothing & no one", [Series("a", "s0", {})])).findtext(f"{SVG}title")
        == "nothing & no one"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.05512, "0.0551"),
        (0.7, "0.700"),
        (9.996, "10.0"),
        (12.34, "12.3"),
        (99.96, "100"),
        (123.4, "123"),
        (22528.2, "22,500"),
    ],
)
def test_figures_have_three_digits_that_count(value: float, text: str) -> None:
    assert micros(value) == text


def test_ours_have_names_for_people() -> None:
    assert [title_of(name) for name in (NO_MEMO, "cel")] == ["Isogloss, new visitor", "CEL"]
