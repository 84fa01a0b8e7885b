"""What the service sees of the visitor: every input that says something, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from edge.explained import ListedPart
from edge.pages.markup import Html, code, isolated, joined, tag
from edge.pages.texts import Texts
from edge.pages.view import View
from edge.provenance import Seen
from rules.inputs import WEEKDAYS, daypart_of

#: A raw text is shown up to this length.
LONGEST = 120

#: Inputs with a row of their own, in their order.
ROWS = (
    "country", "region", "languages", "device", "os", "referrer", "campaign", "terms", "time", "consent", "choice", "segment",
    "stage", "seen", "age", "unit", "save_data", "captions", "audio_description",
)  # fmt: skip


def sees(view: View) -> Html:
    """The table, and below it what is not known."""
    texts, inputs = view.texts, view.inputs
    known = [name for name in ROWS if name == "time" or _says(inputs[name])]
    unknown = [name for name in ROWS if name not in known]
    head = tag(
        "tr", None, *(tag("th", {"scope": "col"}, texts(f"sees.{column}")) for column in ("input", "value", "from"))
    )
    rows = [_row(view, name) for name in known]
    table = tag("table", None, tag("thead", None, head), tag("tbody", None, *rows))
    names = texts.listed([texts(f"input.{name}") for name in unknown])
    beyond = view.explained.beyond
    return joined(
        table,
        tag("p", {"class": "note"}, tag("b", None, texts("sees.unknown_title")), ": ", names, ".") if unknown else None,
        tag("p", {"class": "note"}, texts("sees.beyond", names=code(", ".join(beyond)))) if beyond else None,
    )


def _says(seen: Seen) -> bool:
    return seen.value not in (None, ()) or seen.by == "preview"


def _row(view: View, name: str) -> Html:
    texts = view.texts
    seen = view.inputs["hour" if name == "time" else name]
    label = tag("th", {"scope": "row"}, texts(f"input.{name}"))
    shown = _SHOWN.get(name, _plain)
    return tag(
        "tr", None, label, tag("td", None, shown(view, seen)), tag("td", {"class": "from"}, _from(view, name, seen))
    )


def _from(view: View, name: str, seen: Seen) -> Html:
    """Who said it, and the text as it came where that differs from what was understood."""
    said = view.explained.clock.zone if seen.by == "clock" else seen.name
    source = view.texts(f"by.{seen.by}", name=code(said))
    if not seen.raw or name == "time" or (name == "os" and seen.raw == view.inputs["device"].raw):
        return source  # nothing but what the row says, or the row above
    raw = seen.raw if len(seen.raw) <= LONGEST else f"{seen.raw[:LONGEST]}…"
    return joined(source, tag("span", {"class": "raw", "title": view.texts.plain("sees.raw"), "dir": "auto"}, raw))


# Values in words


def _plain(view: View, seen: Seen) -> Html:
    value = seen.value
    if value in (None, ()):
        return tag("i", None, view.texts("sees.unknown"))
    if isinstance(value, bool):
        return view.texts("flag.yes" if value else "flag.no")
    if isinstance(value, tuple):
        return view.texts.listed([isolated(one) for one in value])
    return isolated(str(value))


def _country(view: View, seen: Seen) -> Html:
    if not isinstance(seen.value, str):
        return _plain(view, seen)
    return joined(view.texts.territory(seen.value), " ", code(seen.value))


def _region(view: View, seen: Seen) -> Html:
    return code(str(seen.value)) if seen.value else _plain(view, seen)


def _languages(view: View, _: Seen) -> Html:
    return tag("ol", {"class": "tongues"}, *(_language(view.texts, one) for one in view.explained.languages))


def _language(texts: Texts, one: ListedPart) -> Html:
    origin = tag("small", None, texts.word("origin", one.origin))
    return tag("li", None, texts.language_name(one.tag), " ", code(one.tag), " ", origin)


def _word(group: str) -> Callable[[View, Seen], Html]:
    def shown(view: View, seen: Seen) -> Html:
        return view.texts.word(group, seen.value) if isinstance(seen.value, str) else _plain(view, seen)

    return shown


def _referrer(view: View, seen: Seen) -> Html:
    kind = _word("referrer")(view, seen)
    name = view.inputs["referrer_name"].value
    return joined(kind, " ", code(name)) if isinstance(name, str) else kind


def _consent(view: View, seen: Seen) -> Html:
    texts, level = view.texts, str(seen.value)
    return joined(isolated(texts.digits(level)), texts("between"), texts.word("consent", level))


def _choice(view: View, seen: Seen) -> Html:
    return code(seen.value) if isinstance(seen.value, str) else _plain(view, seen)


def _unit(view: View, seen: Seen) -> Html:
    return view.texts("sees.given") if seen.value else _plain(view, seen)


def _time(view: View, _: Seen) -> Html:
    """The moment on the clock that tables read; the visitor's own, where that is another."""
    clock = view.explained.clock
    site = _clock(view.texts, clock.local)
    if clock.visitor_local is None or clock.visitor_local[:16] == clock.local[:16]:
        return site
    theirs = joined(_clock(view.texts, clock.visitor_local), " ", code(clock.visitor_zone or ""))
    return joined(site, tag("br"), tag("small", None, theirs))


def _clock(texts: Texts, local: str) -> Html:
    moment = datetime.fromisoformat(local)
    weekday = texts.word("weekday", WEEKDAYS[moment.weekday()])
    said = tag("time", {"datetime": local}, weekday, " ", isolated(texts.digits(local[11:16])))
    return joined(
        said,
        texts("between"),
        texts.word("daypart", daypart_of(moment.hour)),
        " ",
        tag("small", None, isolated(local[:10])),
    )


_SHOWN: Mapping[str, Callable[[View, Seen], Html]] = {
    "country": _country,
    "region": _region,
    "languages": _languages,
    "device": _word("device"),
    "os": _word("os"),
    "referrer": _referrer,
    "time": _time,
    "consent": _consent,
    "choice": _choice,
    "unit": _unit,
}
