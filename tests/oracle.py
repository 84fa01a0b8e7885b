"""A second reading of SEMANTICS §4 to §7, slow and by the letter, that shares no line with the product.

It works from facts that are written down by hand in `cases/golden.json` (which languages a place has, where a language is at
home, in which script it is written), from the rows of `viewing_norms.csv` and `viewing_laws.csv`, and from the two tables of
distances, read here in the simplest way. It knows neither rules, choices nor bars of a site: the golden table is about
territory, header and kind of item.

What it answers has a sentence that says why. `python -m tests.golden_writer` writes the table anew after a change of the norm
data; what then differs in the table is to be read, row by row.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(__file__).parent.parent / "locales" / "data"

#: From unsure to sure.
CONFIDENCES = ("unverified", "low", "medium", "high")

#: UTS #35: regions whose usage of a language goes together (`$americas`, `$enUS`, `$cnsar`).
USAGE = {
    "es": {"MX", "AR", "CO", "419", "PR", "US"},
    "pt": {"BR"},
    "en": {"US", "PH", "CA", "PR"},
    "zh": {"HK", "MO"},
}


#: Subdivisions of the table that ISO 3166-1 has as territories of their own: the rows are that territory's.
OWN_CODES = {"US-PR": "PR", "FI-01": "AX"}


class Entry(NamedTuple):
    """One of the visitor's languages."""

    tag: str
    origin: str
    confidence: str


class Norm(NamedTuple):
    """A row of the norm data: its name, the order of modes, and how sure it is."""

    name: str
    mode: tuple[str, ...]
    confidence: str


class Answer(NamedTuple):
    """What somebody gets, and why."""

    languages: tuple[Entry, ...]
    variant: str
    experience: str
    reason: str
    rule: str
    confidence: str
    because: str


class Facts:
    """The facts of the golden table. `places`, `homes`, `scripts`, `regions` as they stand in it."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.places: Mapping[str, Mapping[str, Any]] = table["places"]
        self.homes: Mapping[str, str] = table["homes"]
        self.scripts: Mapping[str, str] = table["scripts"]
        self.regions: Mapping[str, str] = table["regions"]

    def is_official(self, tag: str, place: str) -> bool:
        """A language of the place, or a variety that counts with one of them there."""
        there = self.places[place]
        return base(tag) in {base(one) for one in there["languages"]} | set(there.get("with", ()))


def base(tag: str) -> str:
    return tag.partition("-")[0]


def parse_header(header: str) -> tuple[list[str], list[str]]:
    """What is wanted, by weight, and what is refused."""
    weighed: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";q=")
        if tag and tag != "*":
            weighed.append((float(weight or 1), tag))
    wanted = [tag for weight, tag in sorted(weighed, key=lambda one: -one[0]) if weight > 0]
    return list(dict.fromkeys(wanted)), [tag for weight, tag in weighed if weight == 0]


# SEMANTICS §4: the list of languages.


def listed(
    facts: Facts, place: str | None, header: str, audio: bool, default: str, weak_header: str
) -> tuple[tuple[Entry, ...], tuple[str, ...], bool, str]:
    """The list, what is refused, whether the layer hedge speaks (kind aside), and how it came about."""
    wanted, refused = parse_header(header)
    known = facts.places[place] if place else {"languages": [], "ambiguous": False}
    weak = bool(wanted) and set(wanted) <= {"en", "en-US"} and place is not None and not facts.is_official("en", place)
    by_place = _of_place(known, default)
    if wanted and not weak:
        entries, story = [Entry(tag, "header", "high") for tag in wanted], "the header is strong"
    elif not wanted:
        entries, story = by_place, "no header, so the place"
    else:
        browser = [Entry(tag, "header", "medium") for tag in wanted]
        asks_place = weak_header == "geo" or (weak_header == "hedge" and audio)
        entries = [*by_place, *browser] if asks_place else browser
        story = "a weak header, so the place first" if asks_place else "a weak header that is taken at its word"
    if by_place and by_place[0].origin == "default" and entries[:1] == by_place[:1]:
        story += ", which is ambiguous"
    kept = _unique(entries)
    out = [entry for entry in kept if base(entry.tag) in refused]
    kept = [entry for entry in kept if entry not in out]
    if not kept:
        kept, story = [Entry(default, "default", "low")], "nothing is left but the site's default"
    hedged = weak and weak_header == "hedge" and audio and kept[0].origin == "place"
    return (*kept, *out), tuple(refused), hedged, story


def _of_place(known: Mapping[str, Any], default: str) -> list[Entry]:
    if known["ambiguous"]:
        return [Entry(default, "default", "low"), *(Entry(tag, "place", "low") for tag in known["languages"])]
    return [Entry(tag, "place", "medium") for tag in known["languages"]]


def _unique(entries: Sequence[Entry]) -> list[Entry]:
    """A tag stands once. The default that comes again from elsewhere is not there only as the default."""
    found: dict[str, Entry] = {}
    for entry in entries:
        before = found.setdefault(entry.tag, entry)
        if before.origin == "default":
            found[entry.tag] = Entry(entry.tag, entry.origin, before.confidence)
    return list(found.values())


# SEMANTICS §5: the norm.


@cache
def norm_rows() -> tuple[Mapping[str, str], ...]:
    with DATA.joinpath("viewing_norms.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def norm_of(facts: Facts, first: str, place: str | None, kind: str, channel: str) -> Norm | None:
    """The row that speaks for the first language."""
    if place is None or not facts.is_official(first, place):
        place = facts.homes[first]
    place = OWN_CODES.get(place, place)
    country = place[:2]
    region = place if place != country else ""
    steps = [(region, base(first)), (country, base(first)), (region, ""), (country, ""), ("001", "")]
    for where, language in steps:
        rows = [row for row in norm_rows() if row["place"] == where and row["language"] == language]
        fits = _first_fitting(rows, kind, channel, world=where == "001")
        if where and fits is not None:
            return fits
    return None


def _first_fitting(rows: list[Mapping[str, str]], kind: str, channel: str, world: bool) -> Norm | None:
    for wanted in ((kind, channel), (kind, ""), ("", channel), ("", "")):
        if kind == "children" and not wanted[0] and not world:
            continue
        for row in rows:
            if (row["kind"], row["channel"]) == wanted and not row["age"] and row["confidence"] != "unverified":
                parts = [row[name] for name in ("place", "language", "kind", "channel") if row[name]]
                return Norm("norm/" + "/".join(parts), tuple(row["mode"].split(">")), row["confidence"])
    return None


# SEMANTICS §6: what a law lets be shown.


@cache
def law_rows() -> tuple[Mapping[str, str], ...]:
    with DATA.joinpath("viewing_laws.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def lawful(item: Mapping[str, Any], country: str) -> Mapping[str, Any]:
    """The item without the variants that a law of the country bars."""
    left = item["variants"]
    for law in law_rows():
        kinds, channels = law["kind"].split(";"), law["channel"].split(";")
        if law["place"] == country and item["kind"] in kinds and item.get("channel", "web") in channels:
            only, bars = (list(filter(None, law[column].split(";"))) for column in ("only", "bars"))
            left = [one for one in left if not only or any(_has_form(one, item, form) for form in only)]
            left = [one for one in left if not any(_has_form(one, item, form) for form in bars)]
    return {**item, "variants": left}


def _has_form(variant: Mapping[str, Any], item: Mapping[str, Any], form: str) -> bool:
    """`any+sl`: whatever is heard, with Slovenian to be read, unless it is heard; `dub:id`: an Indonesian dub."""
    heard, _, read = form.partition("+")
    how, _, language = heard.partition(":")
    original = sound(variant["audio"]) == sound(item["original_language"])
    fits = {"any": True, "original": original, "dub": not original and not variant.get("voiceover")}
    if not fits.get(how, base(variant["audio"]) == how) or (language and base(variant["audio"]) != language):
        return False
    return not read or read in {base(one) for one in (variant["audio"], *variant.get("subtitles", ()))}


# Distances.


@cache
def _matching() -> list[list[Any]]:
    rules: list[list[Any]] = json.loads(DATA.joinpath("cldr_matching.json").read_bytes())["rules"]
    return rules


@cache
def _rule(want: str, have: str, unlike: int) -> int:
    """The first rule that names the pair, one way or both ways; distance of what no rule names."""
    if want == have:
        return 0
    for desired, supported, distance, one_way in _matching():
        if (desired, supported) == (want, have) or (not one_way and (supported, desired) == (want, have)):
            return int(distance)
    return unlike


def by_eye(facts: Facts, want: str, have: str) -> int:
    """Written distance: language and script."""
    scripts = [facts.scripts.get(tag) or facts.scripts.get(base(tag), "Latn") for tag in (want, have)]
    pair = [f"{base(tag)}-{script}" for tag, script in zip((want, have), scripts, strict=True)]
    language = _rule(base(want), base(have), 80)
    return language + (0 if scripts[0] == scripts[1] else _rule(pair[0], pair[1], 50))


@cache
def _spoken() -> dict[tuple[str, str], int]:
    with DATA.joinpath("spoken_distance.csv").open(encoding="utf-8", newline="") as file:
        return {(row["listener"], row["audio"]): int(row["distance"]) for row in csv.DictReader(file)}


def sound(tag: str) -> str:
    """`zh-HK` and `zh-MO` listen as Cantonese, other Chinese as Mandarin."""
    if base(tag) in ("zh", "cmn"):
        return "yue" if tag in ("zh-HK", "zh-MO") else "cmn"
    return base(tag)


def by_ear(want: str, have: str) -> int:
    """Spoken distance. A pair that the table lacks is not understood."""
    if sound(want) == sound(have):
        return 0
    return _spoken().get((sound(want), sound(have)), 100)


def by_region(facts: Facts, want: str, have: str) -> int:
    """0 the same region, 4 the same usage, 5 another; from elsewhere to British English 3."""
    regions = [facts.regions.get(tag) or tag.partition("-")[2] for tag in (want, have)]
    if regions[0] == regions[1]:
        return 0
    there = USAGE.get(base(want), set())
    inside = [region in there for region in regions]
    if base(want) == "en" and regions[1] == "GB" and not inside[0]:
        return 3
    return 4 if inside[0] == inside[1] else 5


# SEMANTICS §7: the choice.


class Film(NamedTuple):
    """An item in front of one visitor."""

    facts: Facts
    item: Mapping[str, Any]
    refused: tuple[str, ...]

    def understands(self, tag: str, track: str, ear: bool, near: bool) -> bool:
        if base(track) in self.refused:
            return False
        if ear:
            return by_ear(tag, track) <= (20 if near else 5)
        return by_eye(self.facts, tag, track) <= (40 if near else 10)

    def experience(self, variant: Mapping[str, Any], tag: str, near: bool = False) -> str:
        if "language" in variant:
            if not self.understands(tag, variant["language"], ear=False, near=near):
                return "foreign"
            return "original" if variant["language"] == self.item["original_language"] else "translated"
        if self.understands(tag, variant["audio"], ear=True, near=near):
            if sound(variant["audio"]) == sound(self.item["original_language"]):
                return "original"
            return "voiceover" if variant.get("voiceover") else "dub"
        texts = variant.get("subtitles", ())
        read = any(self.understands(tag, text, ear=False, near=near) for text in texts)
        return "sub" if read else "foreign"

    def having(self, experience: str, tag: str, near: bool = False) -> list[Mapping[str, Any]]:
        """The variants that offer it, the nearest first."""
        found = [one for one in self.item["variants"] if self.experience(one, tag, near) == experience]
        return sorted(found, key=lambda variant: self._distance(variant, experience, tag))

    def _distance(self, variant: Mapping[str, Any], experience: str, tag: str) -> tuple[int, ...]:
        if experience == "sub":
            return min((by_eye(self.facts, tag, one), by_region(self.facts, tag, one)) for one in variant["subtitles"])
        met = variant.get("audio") or variant["language"]
        far = by_ear(tag, met) if "audio" in variant else by_eye(self.facts, tag, met)
        return (far, by_region(self.facts, tag, met))


def whole_order(mode: Sequence[str]) -> list[str]:
    """A voice-over stands right behind the dub unless it is named; what is not named follows."""
    order: list[str] = []
    for one in mode:
        order += [one, "voiceover"] if one == "dub" and "voiceover" not in mode else [one]
    return order + [one for one in ("sub", "dub", "voiceover") if one not in order]


def find(
    film: Film, entries: Sequence[Entry], mode: Sequence[str], default: str
) -> Iterator[tuple[Mapping[str, Any], str, Entry, bool, str]]:
    """Variant, experience, language, whether the order was used, and the pass: the first that comes is the answer."""
    audio = any("audio" in variant for variant in film.item["variants"])
    for near, name in ((False, "its own"), (True, "something near")):
        for entry in entries:
            order = ("sub", "dub") if entry.origin == "default" else mode
            yield from _of_language(film, entries, entry, order if audio else (), near, name)
    fallbacks = ((default, "the site's default language"), (film.item["original_language"], "the original language"))
    for tag, name in fallbacks:
        if base(tag) not in film.refused:
            entry = Entry(tag, "default", "low")
            yield from _of_language(film, entries, entry, ("sub", "dub") if audio else (), False, name)
    # What was refused is not given while there is anything else (§4: it comes last).
    whole = film.item["variants"]
    first = next((one for one in whole if base(one.get("audio") or one["language"]) not in film.refused), whole[0])
    yield first, "foreign", Entry("", "default", "low"), False, "the first in the file that was not refused"


def _of_language(
    film: Film, entries: Sequence[Entry], entry: Entry, order: Sequence[str], near: bool, name: str
) -> Iterator[tuple[Mapping[str, Any], str, Entry, bool, str]]:
    for experience in ("original", "translated"):
        for variant in film.having(experience, entry.tag, near):
            yield variant, experience, entry, False, name
    for experience in whole_order(order) if order else ():
        if experience == "original":
            for other in entries:
                for variant in film.having("original", other.tag):
                    yield variant, "original", entry, True, "the original that another of the list understands"
        for variant in film.having(experience, entry.tag, near):
            yield variant, experience, entry, True, name


def answer(table: Mapping[str, Any], given: Mapping[str, str], item_name: str, site_name: str) -> Answer:
    """What somebody of that place, with that header, gets of the item on that site."""
    facts, item, site = Facts(table), table["items"][item_name], table["sites"][site_name]
    place, header = given.get("region") or given.get("country"), given.get("accept_language", "")
    default, audio = site["default_language"], "audio" in item["variants"][0]
    entries, refused, hedged, story = listed(facts, place, header, audio, default, site["weak_header"])
    reason, norm = "norm", None
    mode: tuple[str, ...] = ("sub", "dub")
    if hedged and item["kind"] != "children":
        reason, mode = "hedge", ("sub", "original")
    elif audio and entries[0].origin != "default":
        norm = norm_of(facts, entries[0].tag, place, item["kind"], item.get("channel", "web"))
        mode = norm.mode if norm else mode
    decided = reason if hedged or norm else "default"
    item = lawful(item, place[:2] if place else "")
    if not item["variants"]:
        return Answer(entries, "barred", "", "barred", "", "high", f"{story}; a law of {place} bars all there is")
    film = Film(facts, item, refused)
    variant, experience, entry, ordered, name = next(find(film, entries, mode, default))
    used = ordered and decided != "default" and entry.origin != "default"
    reads_place = used or set(parse_header(header)[0]) <= {"en", "en-US"}
    unknown = "low" if reads_place and place is None else "high"
    sure = [entry.confidence, norm.confidence if used and norm else "high", unknown]
    told = f"{norm.name if norm else decided} says {', '.join(mode)}" if decided != "default" else "no norm speaks"
    return Answer(
        entries,
        variant["id"],
        experience,
        decided if used else "default",
        norm.name if used and norm else "",
        min(sure, key=CONFIDENCES.index),
        f"{story}: {entry.tag or 'nobody'} finds {name}; {told}",
    )
