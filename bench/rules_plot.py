"""The plot of the rules part: µs for a decision over the number of rules, both axes logarithmic, as a small SVG of our own.

It follows the reader's light or dark scheme. Lines differ in dashes and marks as well as in colour, and each has its name at
its end, so that nobody needs to match colours with a legend.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple

WIDTH, HEIGHT = 820, 500
#: The frame that the axes span; right of it stand the names.
LEFT, TOP, RIGHT, BOTTOM = 78, 56, 588, 440
#: Least distance of two names, in pixels.
APART = 17


class Series(NamedTuple):
    """One line: the name at its end, its class in the style sheet, and µs by number of rules."""

    title: str
    style: str
    points: Mapping[int, float]


class _Axes(NamedTuple):
    """Decades that both axes span."""

    rules: tuple[int, int]
    micros: tuple[int, int]

    def x(self, rules: float) -> float:
        return LEFT + (RIGHT - LEFT) * _share(rules, self.rules)

    def y(self, micros: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * _share(micros, self.micros)


_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1c1f24; }
.title { font-size: 16px; font-weight: 600; }
.paper { fill: #ffffff; } .grid { stroke: #d5d9df; stroke-width: 1; }
.line { fill: none; stroke-width: 2; } .ours { stroke-width: 3.2; }
.s0 { stroke: #0a58ca; } .s1 { stroke: #0a58ca; stroke-dasharray: 7 4; } .s2 { stroke: #0a58ca; stroke-dasharray: 2 4; }
.s3 { stroke: #b3261e; } .s4 { stroke: #5f6670; stroke-dasharray: 9 3 2 3; } .s5 { stroke: #8a5200; }
.s6 { stroke: #6f2da8; stroke-dasharray: 5 3; } .s7 { stroke: #1b6e3c; stroke-dasharray: 2 3; }
.mark { stroke-dasharray: none; fill: #ffffff; stroke-width: 2; } .lead { stroke-width: 1; opacity: .5; fill: none; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6e8eb; } .paper, .mark { fill: #14171c; } .grid { stroke: #343a43; }
  .s0, .s1, .s2 { stroke: #6ea8fe; } .s3 { stroke: #ff8a80; } .s4 { stroke: #aab1bb; } .s5 { stroke: #f0b35a; }
  .s6 { stroke: #cf9bff; } .s7 { stroke: #6fd39a; }
}
"""


def svg(title: str, series: Sequence[Series]) -> str:
    """The whole picture. Series without a point are left out."""
    shown = [one for one in series if one.points]
    axes = _Axes(
        _decades(rules for one in shown for rules in one.points),
        _decades(v for one in shown for v in one.points.values()),
    )
    told = "; ".join(
        f"{one.title}: {', '.join(f'{n:,} rules {micros(v)} µs' for n, v in one.points.items())}" for one in shown
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">',
        f'<title id="t">{escape(title)}</title>',
        f'<desc id="d">{escape(told)}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}" rx="6"/>',
        f'<text class="title" x="{LEFT}" y="30">{escape(title)}</text>',
        *_grid(axes),
        *(part for one in shown for part in _line(one, axes)),
        *_names(shown, axes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def micros(value: float) -> str:
    """Three digits that count, without an exponent."""
    if value >= 100:
        rounded = round(value, 2 - math.floor(math.log10(value)))
        return f"{rounded:,.0f}"
    return f"{value:#.3g}".rstrip(".")


def _share(value: float, decades: tuple[int, int]) -> float:
    low, high = decades
    return (math.log10(value) - low) / (high - low)


def _decades(values: Iterable[float]) -> tuple[int, int]:
    """The powers of ten that hold them all; at least one decade."""
    found = list(values) or [1.0]
    low, high = math.floor(math.log10(min(found))), math.ceil(math.log10(max(found)))
    return low, max(high, low + 1)


def _grid(axes: _Axes) -> Iterator[str]:
    for power in range(axes.rules[0], axes.rules[1] + 1):
        x = axes.x(10.0**power)
        yield f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{BOTTOM}"/>'
        yield f'<text x="{x:.1f}" y="{BOTTOM + 20}" text-anchor="middle">{10**power:,}</text>'
    for power in range(axes.micros[0], axes.micros[1] + 1):
        y = axes.y(10.0**power)
        yield f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{RIGHT}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_time(power)}</text>'
    yield f'<text x="{(LEFT + RIGHT) / 2}" y="{BOTTOM + 44}" text-anchor="middle">rules in the table (logarithmic)</text>'
    middle = (TOP + BOTTOM) / 2
    turned = f'transform="rotate(-90 18 {middle})"'
    yield f'<text x="18" y="{middle}" text-anchor="middle" {turned}>CPU time for one decision (logarithmic)</text>'


def _time(power: int) -> str:
    """A power of ten of µs, in the unit that one says."""
    for unit, above in (("s", 6), ("ms", 3), ("µs", 0), ("ns", -3)):
        if power >= above:
            return f"{10 ** (power - above):,} {unit}"
    return f"1e{power} µs"


def _line(one: Series, axes: _Axes) -> Iterator[str]:
    """The line, and a mark for each size that was measured."""
    points = [(axes.x(rules), axes.y(value)) for rules, value in sorted(one.points.items())]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    weight = " ours" if one.style in {"s0", "s1", "s2"} else ""
    yield f'<polyline class="line {one.style}{weight}" points="{path}"/>'
    for x, y in points:
        yield f'<circle class="mark {one.style}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'


def _names(shown: Sequence[Series], axes: _Axes) -> Iterator[str]:
    """Names beside the frame, as near to the ends of their lines as they have room, each led to by a thin line."""
    ends = []
    for one in shown:
        rules, value = max(one.points.items())
        ends.append((axes.y(value), axes.x(rules), one))
    ends.sort(key=lambda end: end[0])
    for (y, x, one), place in zip(ends, _spaced([end[0] for end in ends]), strict=True):
        yield f'<path class="lead {one.style}" d="M{x + 5:.1f} {y:.1f} L{RIGHT + 22} {place:.1f}"/>'
        yield f'<text x="{RIGHT + 27}" y="{place + 4:.1f}">{escape(one.title)}</text>'


def _spaced(heights: Sequence[float]) -> list[float]:
    """The same heights in order, pushed apart downwards where they are too near, and back up from the lower edge."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + APART) if placed else height)
    for number in range(len(placed) - 1, -1, -1):
        lowest = placed[number + 1] - APART if number + 1 < len(placed) else float(BOTTOM)
        placed[number] = min(placed[number], lowest)
    return placed
