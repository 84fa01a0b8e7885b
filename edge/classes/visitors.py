"""The visitors that are tried: for each input its values as preview parameters, and visitors made to meet a rule.

Every visitor is possible: a subdivision stands with its own country, and what needs consent comes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import combinations, islice, product

from msgspec import Struct

from edge.served import Served
from edge.site import Site
from edge.units import made_up
from locales.preference import MODES
from locales.territories import TERRITORIES, place_languages, subdivisions_of
from rules.cells import Cell, DateCell, TagCell
from rules.inputs import INPUTS
from rules.schedules import CLOCK
from variants.bars import Barriers

#: A value of an input: its name for people, and the preview parameters that say it. Unknown says nothing.
Words = tuple[tuple[str, str], ...]

ValuesOf = Callable[["Offered"], Iterator["Value"]]

#: Moments, pairs of words, what bars leave, and units in different arms that are tried at most.
MOMENTS = 400
QUERIES = 60
STANDS = 24
UNITS = 40

#: Words that meet no cell but one that anything meets.
NO_WORDS = "zzyzx"


class Value(Struct, frozen=True):
    """One value of an input. `words` is empty where nothing is known."""

    label: str
    words: Words = ()

    @property
    def named(self) -> dict[str, str]:
        """The parameters."""
        return dict(self.words)


class Signal(Struct, frozen=True):
    """Inputs that one signal tells together, and their values. `needs` is what a visitor must say beside to be heard."""

    name: str
    inputs: tuple[str, ...]
    values: tuple[Value, ...]
    needs: Words = ()

    @property
    def parameters(self) -> frozenset[str]:
        """The preview parameters that say it."""
        return frozenset(name for value in self.values for name, _ in value.words)


UNKNOWN = Value("unknown")

#: The referrers, each as a visitor who comes from there.
_REFERRERS: Mapping[str, Words] = {
    "direct": (),
    "internal": (("referer", "https://www.example/"), ("url", "https://www.example/")),
    "search": (("referer", "https://www.google.com/"),),
    "social": (("referer", "https://www.instagram.com/"),),
    "ai": (("referer", "https://chatgpt.com/"),),
    "email": (("utm_medium", "email"),),
    "paid": (("utm_medium", "cpc"),),
    "other": (("referer", "https://nowhere.example/"),),
}
_CONSENTED = (("consent", "3"),)


def territories() -> tuple[Value, ...]:
    """Every territory, and none."""
    return (UNKNOWN, *(Value(code, (("country", code),)) for code in sorted(TERRITORIES)))


def regions(country: str) -> tuple[Value, ...]:
    """A territory's subdivisions, and none."""
    words = (("country", country),)
    return (Value("unknown", words), *(Value(code, (*words, ("region", code))) for code in subdivisions_of(country)))


def tags(served: Iterable[Served]) -> tuple[str, ...]:
    """The languages that can matter: of places, of tracks, of rules and their cells."""
    found: dict[str, None] = dict.fromkeys(("en-US", "en", "en-GB"))
    for one in served:
        found.update(dict.fromkeys(track_tags(one)))
        found.update(dict.fromkeys(sorted(one.plan.said)))
        found.update(dict.fromkeys(cell_tags(one)))
    found.update(dict.fromkeys(_place_tags()))
    return tuple(tag for tag in found if tag not in ("zxx", "und"))


def track_tags(served: Served) -> tuple[str, ...]:
    """The languages on offer, as they stand in the item's file; those of two lines at once one by one."""
    found: dict[str, None] = {}
    for one in served.item.variants:
        listed = (one.audio, one.language, *one.subtitles, *one.burned_in, *one.captions, *one.audio_description)
        found.update(dict.fromkeys(part for tag in listed if tag for part in tag.split("+")))
    return tuple(tag for tag in found if tag != "zxx")


def cell_tags(served: Served) -> Iterator[str]:
    """The languages that its rules ask for, or refuse."""
    for name in ("language", "languages"):
        for cell in served.plan.cells_on(name):
            if isinstance(cell, TagCell):
                yield from (*cell.wide, *cell.narrow)


@cache
def _place_tags() -> tuple[str, ...]:
    """The official languages of all territories and subdivisions."""
    places = [(code, region) for code in sorted(TERRITORIES) for region in (None, *subdivisions_of(code))]
    found = (tag for country, region in places for tag in place_languages(country, region).languages)
    return tuple(sorted(dict.fromkeys(found)))


def signals(site: Site, served: Sequence[Served], moment: datetime) -> tuple[Signal, ...]:
    """The signals that one of the items can read, but for place and language, each with its values, the unknown first."""
    reads = frozenset().union(*(one.reads for one in served))
    found: list[Signal] = []
    for name, (inputs, values_of) in _SIGNALS.items():
        read = tuple(one for one in inputs if one in reads)
        if read:
            known = tuple(values_of(Offered(site, tuple(served), read, moment)))
            values = known if name == "time" else (UNKNOWN, *known)  # it is always some time
            needs = _CONSENTED if any((INPUTS[one].level or 0) >= 2 for one in read) else ()
            found.append(Signal(name, read, values, needs))
    return tuple(found)


class Offered(Struct, frozen=True):
    """What values are made from: the items, the inputs that they read of a signal, and the moment that is looked at."""

    site: Site
    served: tuple[Served, ...]
    read: tuple[str, ...]
    moment: datetime

    def cells(self, name: str) -> tuple[Cell, ...]:
        """The items' cells on an input."""
        return tuple(dict.fromkeys(cell for one in self.served for cell in one.plan.cells_on(name)))

    def texts(self, name: str) -> list[str]:
        """What the cells on an input name, wanted or refused."""
        found = dict.fromkeys(text.lstrip("!") for cell in self.cells(name) for text in cell.text)
        return [text for text in found if text != "unknown"]


def _listed(parameter: str) -> ValuesOf:
    """Values of a list, and those that cells name beside."""

    def values(offered: Offered) -> Iterator[Value]:
        (name,) = offered.read
        for text in dict.fromkeys((*INPUTS[name].values, *offered.texts(name))):
            yield Value(text, ((parameter, text),))

    return values


def _sets(parameter: str) -> ValuesOf:
    """Each text of a cell, two of them at a time, and one that no cell names."""

    def values(offered: Offered) -> Iterator[Value]:
        texts = offered.texts(offered.read[0])
        pairs = (f"{one} {other}" for one, other in combinations(texts, 2))
        for text in (*texts, *islice(pairs, QUERIES), "other"):
            yield Value(text, ((parameter, text),))

    return values


def _referrers(offered: Offered) -> Iterator[Value]:
    yield from (Value(name, words) for name, words in _REFERRERS.items() if words)
    for text in offered.texts("referrer_name"):
        yield Value(text, ((("referer", f"https://{text}/"),) if "." in text else (("utm_source", text),)))


def _campaigns(offered: Offered) -> Iterator[Value]:
    yield from (Value(text, (("utm_campaign", text),)) for text in (*offered.texts("campaign"), "other"))


def _queries(offered: Offered) -> Iterator[Value]:
    """Words that meet one cell, two cells, none."""
    texts = list(dict.fromkeys(text.strip("*") for text in offered.texts("terms")))
    pairs = (f"{one} {other}" for one, other in combinations(texts, 2))
    yield from (Value(text, (("q", text),)) for text in (*texts, *islice(pairs, QUERIES), NO_WORDS))


def _moments(offered: Offered) -> Iterator[Value]:
    """Hours of a day or of a week on the site's clock, and days before, in and behind the spans of date cells."""
    today = offered.moment.astimezone(offered.site.book.policies.zone).date()
    days = [today + timedelta(days=number) for number in range(7 if "weekday" in offered.read else 1)]
    for cell in offered.cells("date"):
        if isinstance(cell, DateCell):
            days += [day for span in (*cell.spans, *cell.gaps) for end in span for day in _around(end)]
    hours = range(24) if "hour" in offered.read else (2, 8, 14, 20) if "daypart" in offered.read else (12,)
    moments = (datetime.combine(day, time(hour)) for day, hour in product(dict.fromkeys(days), hours))
    yield from (at_value(moment) for moment in islice(moments, MOMENTS))


def at_value(moment: datetime) -> Value:
    """A moment, naive, on the site's clock."""
    text = moment.isoformat(timespec="minutes")
    return Value(text, (("at", text),))


def reads_clock(served: Served) -> bool:
    """Whether an item's answers depend on the moment: by rules or by bars. Then every visitor names one."""
    return served.plan.reads_time or bool(Barriers.from_item(served.item).moments)


def stands(site: Site, served: Served) -> tuple[dict[str, str], ...]:
    """Where and when bars leave something else of the item: a country for each of its lots, and moments around their ends.

    The first is nobody knows where, at no moment in particular. So many at most.
    """
    moments = Barriers.from_item(served.item).moments
    turns = [{}, *(now_of(site, one) for one in (*(one - timedelta(minutes=1) for one in moments[:1]), *moments))]
    lots = served.projection.places.lots
    countries = {lots.here(code): code for code in sorted(TERRITORIES, reverse=True)} if lots.territorial else {}
    places = [{}, *({"country": code} for code in sorted(countries.values()))]
    return tuple(place | turn for place, turn in islice(product(places, turns), STANDS))


def now_of(site: Site, moment: datetime) -> dict[str, str]:
    """The moment as parameters, to the minute."""
    return at_value(moment.astimezone(site.settings.zone).replace(tzinfo=None)).named


def _around(day: date) -> Iterator[date]:
    """The day, the one before and the one behind, as far as the calendar goes."""
    for step in (-1, 0, 1):
        if date.min.toordinal() < day.toordinal() + step < date.max.toordinal():
            yield day + timedelta(days=step)


def _flag(name: str) -> ValuesOf:
    """A wish, by hand."""
    words = (("yes", f"{name}=?1"), ("no", f"{name}=?0"))
    return lambda offered: iter([Value(label, (("choose", text),)) for label, text in words])


def _save_data(offered: Offered) -> Iterator[Value]:
    yield from (Value(text, (("save_data", text),)) for text in ("yes", "no"))


def _choices(offered: Offered) -> Iterator[Value]:
    served = offered.served
    languages = (tag for one in served for tag in (*track_tags(one), *sorted(one.plan.said)))
    said = [f"language={tag}" for tag in languages]
    said += [f"mode={mode}" for mode in MODES]
    said += [f"variant={variant.id}" for one in served for variant in one.item.variants]
    said += [f"{name}=?{flag}" for name in ("captions", "audio_description") for flag in (1, 0)]
    yield from (Value(text, (("choose", text),)) for text in dict.fromkeys(said))


def _levels(offered: Offered) -> Iterator[Value]:
    yield from (Value(level, (("consent", level),)) for level in INPUTS["consent"].values)


def _units(offered: Offered) -> Iterator[Value]:
    """A made-up unit for each of the arms, and for each of the experiments together as far as they turn up."""
    found: dict[str, str] = {}
    for unit in made_up():
        found.setdefault(";".join(one.projection.unit(unit) for one in offered.served), unit)
        if len(found) == UNITS:
            break
    yield from (Value(unit, (("unit", unit),)) for unit in found.values())


_SIGNALS: Mapping[str, tuple[tuple[str, ...], ValuesOf]] = {
    "device": (("device",), _listed("device")),
    "os": (("os",), _listed("os")),
    "referrer": (("referrer", "referrer_name"), _referrers),
    "campaign": (("campaign",), _campaigns),
    "terms": (("terms",), _queries),
    "time": (tuple(CLOCK), _moments),
    "segment": (("segment",), _sets("segment")),
    "stage": (("stage",), _listed("stage")),
    "seen": (("seen",), _sets("seen")),
    "age": (("age",), _listed("age")),
    "unit": (("unit",), _units),
    "captions": (("captions",), _flag("captions")),
    "audio_description": (("audio_description",), _flag("audio_description")),
    "save_data": (("save_data",), _save_data),
    "choice": (("choice",), _choices),
    "consent": (("consent",), _levels),
}
