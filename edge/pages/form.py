"""The form to be somebody else: a field for every preview parameter, sent as a query, so that each visitor is an address."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from edge.pages.markup import Html, tag
from edge.pages.view import View
from edge.signals.moment import parse_at
from locales.names import territory_name
from locales.territories import TERRITORIES, subdivisions_of
from rules.inputs import AGES, DEVICES, STAGES, SYSTEMS
from rules.schedules import local_time
from variants.variant import Item

#: Visitors to try: country and languages as a browser there says them.
QUICK = {
    "DE": "de-DE,de;q=0.9",
    "ES": "es-ES,es;q=0.9",
    "FR": "fr-FR,fr;q=0.9",
    "IL": "he-IL,he;q=0.9",
    "IR": "fa-IR,fa;q=0.9",
    "PL": "pl-PL,pl;q=0.9",
    "NL": "nl-NL,nl;q=0.9,en;q=0.8",
    "CH": "fr-CH,fr;q=0.9,de;q=0.8",
}
LANGUAGES = (
    "de-DE,de;q=0.9",
    "es-ES,es;q=0.9",
    "en-GB,en;q=0.9",
    "en-US,en;q=0.9",
    "fr-FR,fr;q=0.9",
    "he-IL,he;q=0.9",
    "fa-IR,fa;q=0.9",
    "*",
)
REFERRERS = (
    "https://www.google.com/", "https://www.instagram.com/", "https://chatgpt.com/", "https://mail.google.com/", "https://www.example/",
)  # fmt: skip
NOWHERE = "ZZ"

Option = tuple[str, str]


def quick(view: View) -> Html:
    """One link for each visitor to try, the present one marked."""
    texts = view.texts
    links = [_quick(view, {}, texts("quick.me"))]
    links += [
        _quick(view, {"country": code, "accept_language": said}, texts(f"quick.{code}")) for code, said in QUICK.items()
    ]
    return tag("nav", {"class": "quick", "aria-label": texts.plain("quick.label")}, tag("ul", None, *links))


def _quick(view: View, named: dict[str, str], label: Html) -> Html:
    here = "page" if dict(view.named) == named else None
    return tag("li", None, tag("a", {"href": view.elsewhere(named), "aria-current": here}, label))


def form(view: View) -> Html:
    """The whole form. What links keep goes along unseen."""
    texts = view.texts
    kept = [tag("input", {"type": "hidden", "name": name, "value": value}) for name, value in view.kept.items()]
    buttons = tag(
        "p",
        {"class": "buttons"},
        tag("button", {"type": "submit"}, texts("form.go")),
        tag("a", {"href": view.elsewhere({})}, texts("form.reset")),
    )
    others = tag("div", {"class": "fields"}, *_more(view))
    more = tag("details", {"open": _has_more(view)}, tag("summary", None, texts("form.more")), others)
    first = tag("div", {"class": "fields"}, *_first(view))
    return tag("form", {"method": "get", "action": "/", "autocomplete": "off"}, *kept, first, more, buttons)


_FIRST = ("country", "region", "accept_language", "device", "referer", "q", "at", "choose")


def _has_more(view: View) -> bool:
    return any(name not in _FIRST for name in view.named)


def _first(view: View) -> Iterable[Html]:
    texts = view.texts
    yield _select(view, "country", [(NOWHERE, texts.plain("form.nowhere")), *_countries(texts.language)])
    yield _input(view, "region", _regions(view), pattern="[A-Za-z]{2}-[A-Za-z0-9]{1,3}")
    yield _input(view, "accept_language", LANGUAGES)
    yield _select(view, "device", [(one, texts.plain(f"device.{one}")) for one in DEVICES])
    yield _select(view, "choose", _choices(view), blank="form.choice_none")
    yield _input(view, "referer", REFERRERS)
    yield _input(view, "q", direction="auto")
    yield _time(view)


def _more(view: View) -> Iterable[Html]:
    texts = view.texts
    yield _select(view, "os", [(one, one) for one in SYSTEMS])
    for name in ("user_agent", "utm_source", "utm_medium", "utm_campaign", "utm_term", "segment"):
        yield _input(view, name, direction="auto")
    yield _select(view, "stage", [(one, one) for one in STAGES])
    yield _input(view, "seen")
    yield _select(view, "age", [(one, one) for one in AGES])
    yield _input(view, "unit")
    yield _select(
        view,
        "consent",
        [(one, f"{texts.digits(one)}{texts.plain('between')}{texts.plain(f'consent.{one}')}") for one in "0123"],
    )
    for name in ("gpc", "save_data"):
        yield _select(view, name, [(one, texts.plain(f"flag.{one}")) for one in ("yes", "no")])
    yield _input(view, "url")


def _field(name: str, label: Html, control: Html, more: Html | None = None) -> Html:
    return tag("div", {"class": f"field {name}"}, tag("label", {"for": f"f-{name}"}, label), control, more)


def _input(
    view: View, name: str, known: Sequence[str] = (), direction: str = "ltr", pattern: str | None = None
) -> Html:
    """A line of text, with values to choose from where some are usual."""
    listed = f"l-{name}" if known else None
    control = tag(
        "input",
        {
            "id": f"f-{name}", "name": name, "value": view.named.get(name), "dir": direction, "list": listed, "maxlength": 2048,
            "spellcheck": "false", "pattern": pattern,
        },
    )  # fmt: skip
    options = tag("datalist", {"id": listed}, *(tag("option", {"value": one}) for one in known)) if known else None
    return _field(name, view.texts(f"form.{name}"), control, options)


def _select(view: View, name: str, options: Sequence[Option], blank: str = "form.as_mine") -> Html:
    """A list of values. What a link named and the list has not is kept as it is."""
    said = view.named.get(name, "")
    values = {value for value, _ in options}
    shown = [("", view.texts.plain(blank)), *options, *([(said, said)] if said and said not in values else [])]
    listed = (tag("option", {"value": value, "selected": value == said}, label) for value, label in shown)
    control = tag("select", {"id": f"f-{name}", "name": name}, *listed)
    return _field(name, view.texts(f"form.{name}"), control)


def _time(view: View) -> Html:
    """A moment on the site's clock; one that a link names with an offset is shown there."""
    zone = view.site.settings.zone
    moment = parse_at(view.named.get("at"), zone)
    value = local_time(moment, zone).strftime("%Y-%m-%dT%H:%M") if moment else None
    control = tag("input", {"id": "f-at", "name": "at", "type": "datetime-local", "value": value})
    return _field("at", view.texts("form.at", zone=str(zone)), control)


def _choices(view: View) -> list[Option]:
    texts = view.texts
    modes = [(f"mode={mode}", texts.plain(f"form.choice_{mode}")) for mode in ("original", "sub", "dub")]
    variants = [
        (f"variant={one.id}", texts.plain("form.choice_variant", id=one.id)) for one in view.served.item.variants
    ]
    return (modes if view.served.item.has_audio else []) + variants


def _regions(view: View) -> tuple[str, ...]:
    country = view.inputs["country"].value
    return subdivisions_of(country) if isinstance(country, str) else ()


@lru_cache(maxsize=8)
def _countries(language: str) -> tuple[Option, ...]:
    """Territories with their names, in the order of the names without their accents."""
    named = ((code, territory_name(code, language)) for code in TERRITORIES)
    return tuple(sorted(named, key=lambda one: (sorted_by(one[1], language), one[0])))


#: The letters of Persian in their order, which is not that of Unicode (Unicode has پ چ ژ ک گ ی behind the Arabic letters).
_PERSIAN = {ord(letter): chr(place) for place, letter in enumerate("اآبپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی", 0xE000)}


def sorted_by(name: str, language: str) -> str:
    """What names are sorted by: their letters without accents, in the order of the alphabet."""
    if language == "fa":
        return "".join(letter for letter in name if letter.isalnum()).translate(_PERSIAN)
    return "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if letter.isalnum())


def items(view: View) -> Html | None:
    """Which item is asked for: one tab each, where there are several."""
    if len(view.site.served) < 2:
        return None
    tabs = (_item(view, name) for name in view.site.served)
    return tag("nav", {"class": "items", "aria-label": view.texts.plain("items.label")}, tag("ul", None, *tabs))


def _item(view: View, name: str) -> Html:
    here = "page" if name == view.served.item.id else None
    link = tag("a", {"href": view.address(item=name, choose=None), "aria-current": here}, title_of(view, name))
    return tag("li", None, link)


def title_of(view: View, name: str) -> Html:
    """What an item is called in the language of the interface, as markup."""
    title, language = item_title(view.site.served[name].item, view.texts.language)
    return tag("bdi", {"lang": language}, title)


def item_title(item: Item, language: str) -> tuple[str, str | None]:
    """What an item is called in a language, else as it is at home, else its id; and the language of that where it is another."""
    own = next((one for one in (language, item.original_language, "en") if one in item.title), None)
    return (item.id, None) if own is None else (item.title[own], own if own != language else None)
