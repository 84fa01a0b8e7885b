"""A survey as a picture: SVG without scripts, fonts or anything from elsewhere.

Each experience has a colour and a pattern, so that the map is read without colour as well; what is not sure is fainter. A title
on each territory says what it gets. The picture as a whole has a title and a description; the table beside it says everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from edge.pages.markup import Attribute, Html, joined, tag
from edge.pages.texts import Texts
from edge.world.outlines import DATA, outlines
from edge.world.survey import EXPERIENCES, Place, Survey

#: In units of the picture: half the width of a dot and of a field of the legend, and the height of its rows.
DOT = 12
KEY = 44
ROW = 104

#: Where Europe is, which is small on a map of the world and has many countries: left, top, width and height. It is shown again,
#: so many times as large.
EUROPE = (1830, 120, 500, 350)
LARGER = 4

_NAMESPACE = "http://www.w3.org/2000/svg"

#: Patterns: the side of their tile, how it is turned, and their second colour as rectangles x, y, width, height.
PATTERNS = {
    "translated": (28, 45, ((10, 10, 8, 8),)),
    "dub": (24, 45, ((0, 0, 9, 24),)),
    "voiceover": (24, -45, ((0, 0, 7, 7), (12, 12, 7, 7))),
    "sub": (24, 0, ((0, 13, 24, 8),)),
    "barred": (30, 45, ((0, 0, 30, 6), (0, 0, 6, 30))),
}


def drawing(texts: Texts, found: Survey, title: str, *, alone: bool = False, keyed: bool = False) -> Html:
    """The picture. `alone`: as a file of its own, which brings its style along; `keyed`: with legend and Europe below it."""
    shapes = outlines()
    width, height = shapes.size
    below = EUROPE[3] * LARGER + ROW if keyed else 0
    attributes = {
        "class": "world", "role": "img", "aria-labelledby": "w-title w-desc", "viewBox": f"0 0 {width} {height + below}",
        "lang": texts.language, "direction": texts.direction if keyed else None, "xmlns": _NAMESPACE if alone else None,
    }  # fmt: skip
    return tag(
        "svg",
        attributes,
        tag("title", {"id": "w-title"}, title),
        tag("desc", {"id": "w-desc"}, described(texts, found)),
        tag("style", None, style()) if alone else None,
        patterns(),
        Html(f'<path class="w-sea" d="{shapes.sphere}"/>'),
        _land(texts, found),
        _legend(texts, found) if keyed else None,
        _europe_below(texts) if keyed else None,
    )


def europe() -> Html:
    """Europe again, larger, for a page that has the picture. Nothing is told there that the picture does not tell."""
    return _europe({"class": "world europe", "focusable": "false"})


def _europe_below(texts: Texts) -> Html:
    """Europe beside the legend, on the side where lines end."""
    width, height = outlines().size
    wide, high = EUROPE[2] * LARGER, EUROPE[3] * LARGER
    x = 0 if texts.direction == "rtl" else width - wide
    return _europe({"class": "europe", "x": x, "y": height + ROW, "width": wide, "height": high})


def _europe(attributes: Mapping[str, Attribute]) -> Html:
    """The land of the picture, used once more."""
    left, top, width, height = EUROPE
    sea = Html(f'<rect class="w-sea" x="{left}" y="{top}" width="{width}" height="{height}"/><use href="#w-land"/>')
    return tag("svg", {**attributes, "viewBox": f"{left} {top} {width} {height}", "aria-hidden": "true"}, sea)


@cache
def style() -> Html:
    """The style of the map; pages have it in their own style sheet."""
    return Html(DATA.joinpath("map.css").read_text(encoding="utf-8"))


def described(texts: Texts, found: Survey) -> str:
    """How many countries get what, in one sentence without markup."""
    counts = (f"{_word(texts, one)}: {_number(texts, found, one)}" for one in _shown(found))
    return texts.plain("map.described", counts="; ".join(counts))


def _number(texts: Texts, found: Survey, experience: str) -> str:
    return texts.plural("map.places", found.count(experience))


def _shown(found: Survey) -> list[str]:
    return [one for one in EXPERIENCES if found.count(one)]


@cache
def patterns() -> Html:
    """The patterns, for the map and for the fields of its legend."""
    return tag("defs", None, *(_pattern(name, *row) for name, row in PATTERNS.items()))


def _pattern(name: str, side: int, turn: int, parts: Iterable[tuple[int, int, int, int]]) -> Html:
    ground = Html(f'<rect class="a-{name}" width="{side}" height="{side}"/>')
    marks = (
        Html(f'<rect class="b-{name}" x="{x}" y="{y}" width="{width}" height="{height}"/>')
        for x, y, width, height in parts
    )
    where: dict[str, Attribute] = {"id": f"w-p-{name}", "width": side, "height": side}
    where |= {"patternUnits": "userSpaceOnUse", "patternTransform": f"rotate({turn})" if turn else None}
    return tag("pattern", where, ground, *marks)


# Land


def _land(texts: Texts, found: Survey) -> Html:
    shapes = outlines()
    places = {place.country: place for place in found.places}
    areas = (_area(texts, places[code], f'<path d="{path}"', "path") for code, path in shapes.paths.items())
    others = (_unnamed(texts, name, path) for name, path in shapes.others.items())
    dots = (
        _area(texts, places[code], f'<circle cx="{x}" cy="{y}" r="{DOT}"', "circle")
        for code, (x, y) in shapes.dots.items()
    )
    return tag("g", {"class": "w-land", "id": "w-land"}, *areas, *others, *dots)


def _area(texts: Texts, place: Place, opening: str, name: str) -> Html:
    low = " low" if place.confidence == "low" else ""
    title = tag("title", None, told(texts, place))
    return Html(f'{opening} class="w-{place.experience}{low}">{title}</{name}>')


def told(texts: Texts, place: Place) -> str:
    """What a territory gets, and by which rule, in one line of text."""
    how = _word(texts, place.experience)
    got = f"{place.variant} ({place.rule})" if place.rule else place.variant
    return f"{texts.plain_territory(place.country)}: {how}{f' · {got}' if got else ''}"


def _unnamed(texts: Texts, name: str, path: str) -> Html:
    title = tag("title", None, f"{name}: {texts.plain('map.no_code')}")
    return Html(f'<path d="{path}" class="w-none">{title}</path>')


# Legend


def key(experience: str) -> Html:
    """One field of the legend, for a page that has `patterns` and the style."""
    field = f'<rect class="w-key w-{experience}" x="2" y="2" width="116" height="76" rx="12"/>'
    return Html(f'<svg class="key" viewBox="0 0 120 80" aria-hidden="true" focusable="false">{field}</svg>')


def _legend(texts: Texts, found: Survey) -> Html:
    """One field a row, and below them what the page says beside the picture."""
    shown = _shown(found)
    fields = (_field(texts, found, one, number) for number, one in enumerate(shown))
    notes = (
        texts.plain("map.low"),
        texts.plain("map.dots"),
        texts.plain("map.boundaries"),
        texts.plain("map.projection"),
    )
    lines = (_line(texts, KEY, len(shown) + 0.5 + 0.8 * number, note) for number, note in enumerate(notes))
    return tag("g", None, *fields, *lines)


def _field(texts: Texts, found: Survey, experience: str, row: int) -> Html:
    width, height = outlines().size
    left = width - 3 * KEY if texts.direction == "rtl" else KEY
    top = height + ROW * (row + 1) + KEY / 2
    field = Html(
        f'<rect class="w-key w-{experience}" x="{left}" y="{top:g}" width="{2 * KEY}" height="{KEY * 1.3:g}" rx="6"/>'
    )
    return joined(
        field, _line(texts, 3.7 * KEY, row, f"{_word(texts, experience)}: {_number(texts, found, experience)}")
    )


def _line(texts: Texts, indent: float, row: float, text: str) -> Html:
    """A line of text, `row` rows below the first."""
    width, height = outlines().size
    x, y = width - indent if texts.direction == "rtl" else indent, height + ROW * (row + 1) + 1.6 * KEY
    return tag("text", {"x": f"{x:g}", "y": f"{y:g}"}, text)


def _word(texts: Texts, experience: str) -> str:
    return texts.plain(f"experience.{experience}")
