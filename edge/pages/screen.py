"""The chosen variant, drawn: what one would hear, and what one would read along. There is no film, so one line stands for it."""

from __future__ import annotations

from functools import cache

from edge.explained import Explanation, VariantPart
from edge.pages.markup import NOTHING, Html, foreign, isolated, joined, tag
from edge.pages.texts import DATA, Texts, greeting
from locales.names import direction, language_name
from variants.variant import WORDLESS, Item

#: Bars of a sound wave: heights of 24.
_WAVE = (6, 12, 20, 10, 16, 24, 14, 8, 18, 11, 5)


def screen(texts: Texts, item: Item, explained: Explanation) -> Html:
    """The drawing, with its facts below."""
    variant = explained.selection.variant
    if variant is None:
        inside = tag("p", {"class": "shut"}, texts("screen.no_variant"))
        return _framed(texts, joined(_scene(), inside), NOTHING)
    if variant.audio is None:
        return _framed(texts, _page(item, variant), _page_facts(texts, variant))
    text = explained.selection.text or next(iter(variant.burned_in), None)
    return _framed(texts, _film(variant, text), _film_facts(texts, variant, text))


def _framed(texts: Texts, inside: Html, facts: Html) -> Html:
    picture = tag("div", {"class": "picture"}, inside)
    return tag("figure", {"class": "screen", "aria-label": texts.plain("screen.label")}, picture, facts)


@cache
def _scene() -> Html:
    return Html(DATA.joinpath("scene.svg").read_text(encoding="utf-8").strip())


def _film(variant: VariantPart, text: str | None) -> Html:
    spoken = "" if variant.audio in (None, WORDLESS) else _line(variant.audio or "", "q")
    balloon = tag("p", {"class": "spoken"}, _wave(), spoken) if spoken else None
    lines = [_line(part, "span") for part in text.split("+")] if text else []
    below = tag("p", {"class": "subtitle"}, Html("<br>".join(lines))) if lines else None
    return joined(_scene(), balloon, below)


def _line(language: str, element: str) -> Html:
    """The line in a language; where there is none, the name that the language has for itself."""
    words = greeting(language) or language_name(language, language)
    return tag(element, {"lang": language, "dir": direction(language)}, words)


def _wave() -> Html:
    bars = "".join(
        f'<rect x="{place * 5}" y="{12 - height / 2:g}" width="2.6" height="{height}" rx="1.3"/>'
        for place, height in enumerate(_WAVE)
    )
    return Html(f'<svg class="wave" viewBox="0 0 54 24" aria-hidden="true" focusable="false">{bars}</svg>')


def _film_facts(texts: Texts, variant: VariantPart, text: str | None) -> Html:
    audio = isolated("–") if variant.audio in (None, WORDLESS) else texts.language_name(variant.audio or "")
    how = texts.word("experience", "voiceover") if variant.voiceover else None
    burned = texts("screen.burned_in") if text and text in variant.burned_in else None
    return tag(
        "dl",
        {"class": "facts"},
        _fact(texts("screen.sound"), audio, how),
        _fact(texts("screen.text"), texts.language_name(text) if text else texts("screen.none"), burned),
    )


def _fact(name: Html, value: Html, more: Html | None = None) -> Html:
    note = tag("small", None, more) if more else None
    return tag("div", None, tag("dt", None, name), tag("dd", None, value, " " if note else None, note))


# Pages


def _page(item: Item, variant: VariantPart) -> Html:
    language = variant.language or item.original_language
    title = item.title.get(language) or item.title.get(language.partition("-")[0]) or item.id
    lines = "".join(f'<i class="l{number}"></i>' for number in range(1, 5))
    words = greeting(language)
    lead = tag("p", None, words) if words else None
    head = tag("header", None, tag("strong", None, title), lead)
    marks = [tag("span", None, tag("bdi", {"dir": "ltr"}, f"{name}: {value}")) for name, value in variant.tags.items()]
    tags = tag("p", {"class": "marks"}, *marks) if marks else None
    inside = joined(tag("div", {"class": "hero"}, _scene(), head), tags, Html(f'<div class="lines">{lines}</div>'))
    return tag("div", {"class": "sheet", "lang": language, "dir": direction(language)}, inside)


def _page_facts(texts: Texts, variant: VariantPart) -> Html:
    language = texts.language_name(variant.language) if variant.language else isolated("–")
    return tag("dl", {"class": "facts"}, _fact(texts("screen.page"), language), *_tag_facts(variant))


def _tag_facts(variant: VariantPart) -> list[Html]:
    return [_fact(foreign(name, "en", "ltr"), foreign(value, "en", "ltr")) for name, value in variant.tags.items()]
