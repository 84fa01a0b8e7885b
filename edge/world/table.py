"""A survey as a table: every territory with what it gets and why. It says all that the map shows, and more."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from edge.explaining import label_of
from edge.pages.form import sorted_by
from edge.pages.markup import Html, code, isolated, joined, tag
from edge.pages.texts import Texts
from edge.world.drawing import key, patterns
from edge.world.survey import EXPERIENCES, Place, Survey
from variants.variant import Item

COLUMNS = ("place", "gets", "how", "layer", "rule", "confidence")

#: The address of the page of a visitor in a country; None where there is no page to go to.
Address = Callable[[str], str] | None


def table(texts: Texts, item: Item, found: Survey, address: Address = None) -> Html:
    """Sorted by name in the language of the interface. On a narrow screen it is wider than the screen, and scrolls."""
    labels = {one.id: label_of(item, one, texts.language) for one in item.variants}
    places = sorted(found.places, key=lambda one: sorted_by(texts.plain_territory(one.country), texts.language))
    answers = {one: _answer(texts, one, labels) for one in {replace(place, country="") for place in places}}
    rows = (_row(texts, one.country, answers[replace(one, country="")], address) for one in places)
    head = tag("tr", None, *(tag("th", {"scope": "col"}, texts(f"map.{column}")) for column in COLUMNS))
    listed = tag(
        "table",
        {"class": "places"},
        tag("caption", None, tag("span", None, texts("map.caption"))),
        tag("thead", None, head),
        tag("tbody", None, *rows),
    )
    where = {"class": "scroll", "role": "region", "aria-label": texts.plain("map.caption"), "tabindex": "0"}
    return tag("div", where, listed)


def _row(texts: Texts, country: str, answer: Html, address: Address) -> Html:
    name = texts.territory(country)
    linked = tag("a", {"href": address(country)}, name) if address else name
    return tag("tr", {"id": f"w-{country}"}, tag("th", {"scope": "row"}, linked, " ", code(country)), answer)


def _answer(texts: Texts, place: Place, labels: Mapping[str, str]) -> Html:
    """The cells behind the country, which are the same for many."""
    kind = tag("span", {"class": f"kind {place.experience}"}, texts.word("experience", place.experience))
    got = joined(isolated(labels[place.variant]), " ", code(place.variant)) if place.variant else isolated("–")
    sure = joined(texts.word("confidence", place.confidence), _open(texts) if place.open else None)
    rule = code(place.rule) if place.rule else isolated("–")
    return joined(*(tag("td", None, cell) for cell in (got, kind, texts.word("layer", place.layer), rule, sure)))


def _open(texts: Texts) -> Html:
    return joined(" ", tag("small", None, texts("map.open")))


def legend(texts: Texts, found: Survey) -> Html:
    """What the colours and patterns mean, with the number of countries of each, for a page that has the map."""
    rows = (_meaning(texts, one, number) for one in EXPERIENCES if (number := found.count(one)))
    return tag("ul", {"class": "legend"}, *rows)


def legend_of(texts: Texts, item: Item) -> Html:
    """The same for a page that has no survey: how the item can be met at all. It brings its patterns along."""
    unseen = tag("svg", {"class": "patterns", "aria-hidden": "true", "focusable": "false"}, patterns())
    return joined(unseen, tag("ul", {"class": "legend"}, *(_meaning(texts, one) for one in experiences_of(item))))


def experiences_of(item: Item) -> tuple[str, ...]:
    """The experiences that an item's variants can be met with, by its audio, its texts and its bars."""
    possible = {
        "original": True,
        "translated": not item.has_audio,
        "dub": item.has_audio,
        "voiceover": any(one.voiceover for one in item.variants),
        "sub": item.has_audio,
        "foreign": True,
        "barred": any(one.bars for one in item.variants),
    }
    return tuple(one for one in EXPERIENCES if possible[one])


def _meaning(texts: Texts, experience: str, number: int | None = None) -> Html:
    counted = None if number is None else tag("small", None, texts.plural("map.places", number))
    return tag("li", None, key(experience), texts.word("experience", experience), " ", counted)
