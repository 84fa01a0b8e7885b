"""The figures of a run as a page shows them: `bench.json`, `bench.svg`, and the part of `bench.md` between two marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from bench.rules import Figures
from bench.rules_ours import DECIDE, MEMO, NO_MEMO
from bench.rules_peers import PEERS
from bench.rules_plot import Series, micros, svg
from bench.rules_race import Timing

BEGIN = "<!-- figures: begin; written by scripts/bench --only rules --plot docs -->"
END = "<!-- figures: end -->"

#: What ours are called on the page. The order is that of the styles in the plot.
OURS = {NO_MEMO: "Isogloss, new visitor", MEMO: "Isogloss, seen before", DECIDE: "Isogloss, all layers"}
#: How a table shows one timing.
Cell = Callable[[Timing], str]
_ORDER = (*OURS, "zen", "scan", "cel", "growthbook", "flagd")


def write_page(folder: Path, figures: Figures) -> None:
    """Writes the figures and the plot, and puts the tables into the page that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.json").write_bytes(msgspec.json.format(msgspec.json.encode(figures), indent=1) + b"\n")
    (folder / "bench.svg").write_text(drawn(figures), "utf-8")
    page = folder / "bench.md"
    before = page.read_text("utf-8") if page.exists() else f"{BEGIN}\n{END}\n"
    page.write_text(with_figures(before, figures), "utf-8")


def load_figures(folder: Path) -> Figures:
    """What was written down there."""
    return msgspec.json.decode((folder / "bench.json").read_bytes(), type=Figures)


def with_figures(page: str, figures: Figures) -> str:
    """The page with these figures between its two marks. ValueError where it lacks one."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks a mark: {BEGIN} or {END}")
    return f"{before}{BEGIN}\n\n{tables(figures)}\n{END}{after}"


def drawn(figures: Figures) -> str:
    """The plot."""
    series = []
    for number, name in enumerate(_ORDER):
        found = {one.rules: one.named(name) for one in figures.results}
        points = {rules: timing.middle for rules, timing in found.items() if timing.micros}
        series.append(Series(title_of(name, list(found.values())), f"s{number}", points))
    return svg("One decision: CPU time over the number of rules", series)


def title_of(name: str, timings: Sequence[Timing] = ()) -> str:
    """An engine's name for people, with its version where one is known."""
    if name in OURS:
        return OURS[name]
    known = next((one.version for one in timings if one.version), "")
    return f"{PEERS[name].title} {known}".rstrip()


def tables(figures: Figures) -> str:
    """The machine, µs by engine and size, how many were compared and timed, and the lines as the bench printed them."""
    return "\n".join([*_told(figures), "", *_speeds(figures), "", *_counts(figures), "", *_lines(figures)])


def _told(figures: Figures) -> list[str]:
    ranks = ", ".join(f"{one.rank:,.0f} of {one.rules:,}" for one in figures.results)
    visitors = max((one.visitors for one in figures.results), default=0)
    return [
        f"{figures.machine}; Python {figures.python}; {visitors:,} visitors for each size. "
        f"The row that wins stands, in the median, at position {ranks}.",
    ]


def _speeds(figures: Figures) -> list[str]:
    rows = [_row(figures, name, _speed) for name in _ORDER]
    return ["µs of CPU for one decision, the median of the rounds:", "", *_heading(figures), *rows]


def _counts(figures: Figures) -> list[str]:
    rows = [_row(figures, name, _count) for name in _ORDER]
    return ["Decisions timed / answers compared with the scan:", "", *_heading(figures), *rows]


def _heading(figures: Figures) -> list[str]:
    sizes = [f"{one.rules:,}" for one in figures.results]
    return [f"| rules | {' | '.join(sizes)} |", f"|---|{'---:|' * len(sizes)}"]


def _row(figures: Figures, name: str, cell: Cell) -> str:
    found = [one.named(name) for one in figures.results]
    return f"| {title_of(name, found)} | {' | '.join(map(cell, found))} |"


def _speed(one: Timing) -> str:
    return micros(one.middle) if one.micros else one.refused or "–"


def _count(one: Timing) -> str:
    return f"{one.timed:,} / {one.checked:,}" if one.micros else "–"


def _lines(figures: Figures) -> list[str]:
    return ["What the bench printed:", "", "```text", *(text for text, _ in figures.lines), "```"]
