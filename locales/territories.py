"""Territories and their subdivisions: what is in what, which languages are official there, and where a language is at home.

Facts come from CLDR (`locales.cldr`, tables `codes`, `containment`, `subdivisions`, `territories`) and from three tables of our
own, each row with its source: `subdivision_languages.csv`, which CLDR has not, `ambiguous.csv`, and `official_corrections.csv`
where a status of CLDR is wrong. Official status comes first, shares second: by share alone Belgium would speak English.

Tags of a place are short: `de`, `es`, `nl`. A region stands in them only where the bare language would be something else,
by script or by ear (`zh-HK` is Cantonese in traditional letters) or by UTS #35's kinds of usage (`pt-PT`, `es-MX`, `en-GB`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

from msgspec import Struct

from locales import cldr
from locales.matching import OWN_WRITTEN, region_distance, spoken_form, written_distance
from locales.tags import language_of, maximise, members_of

DATA = Path(__file__).with_name("data")

#: Users of a place's second language per users of the first from which on the place does not tell the language (SEMANTICS §4).
AMBIGUOUS_FROM = 0.5

#: Subdivisions of China by ISO 3166-2 that have a code of their own; CLDR knows the others of this kind as aliases.
_CHINESE = frozenset(("CN-HK", "CN-MO", "CN-TW"))

#: UTS #35: two usages of one language that its match variables put into different clusters are 5 apart.
_OTHER_USAGE = 5

_MEMO = 4096

_REGION = re.compile(r"-([A-Z]{2}|[0-9]{3})(?=-|$)")
_LANGUAGE_AND_SCRIPT = re.compile(r"[a-z]+(?:-[A-Z][a-z]{3}(?=-|$))?")


def _assigned(code: str, numeric: str) -> bool:
    """Not withdrawn, and not left to users (AA, QM to QZ, XA to XZ, ZZ; CLDR numbers them from 958 on); but XK, Kosovo, is."""
    return code == "XK" or ("" < numeric < "900" and code not in cldr.table("aliases")["territory"])


#: ISO 3166-1 alpha-2, and XK.
TERRITORIES: frozenset[str] = frozenset(
    code for code, (_, numeric) in cldr.table("codes").items() if _assigned(code, numeric)
)


class PlaceLanguages(Struct, frozen=True):
    """The languages of a place, the most used first, and whether the place leaves open which of them a visitor speaks."""

    languages: tuple[str, ...]
    ambiguous: bool


class _Official(Struct, frozen=True):
    """A language with a status in a place, as CLDR writes it, and its share of the population in percent, 0 if unknown."""

    tag: str
    share: float


def is_territory(code: str) -> bool:
    """Whether the text is an ISO 3166-1 alpha-2 code in capitals, or XK."""
    return code in TERRITORIES


@lru_cache(_MEMO)
def is_region(code: str) -> bool:
    """Whether the text is an ISO 3166-2 code, `ES-CT`: of today by CLDR, replaced by another, or older in our table."""
    country = code.partition("-")[0]
    if code in cldr.table("subdivisions").get(country, ()) or code in _subdivision_languages():
        return True
    return (
        "-" in code
        and code == code.upper()
        and code.replace("-", "", 1).lower() in cldr.table("aliases")["subdivision"]
    )


def subdivisions_of(code: str) -> tuple[str, ...]:
    """The ISO 3166-2 codes of a territory, `ES`, or of the one that a subdivision's code begins with, sorted."""
    return tuple(cldr.table("subdivisions").get(code.partition("-")[0].upper(), ()))


@lru_cache(_MEMO)
def subdivisions_by_width(code: str) -> tuple[str, ...]:
    """The same, those that lie in no other subdivision first: Catalonia before Barcelona."""
    parents = cldr.table("subdivision_parents")
    return tuple(sorted(subdivisions_of(code), key=lambda one: (one in parents, one)))


def territory_of(country: str, region: str | None = None) -> str:
    """The territory that a place is in: the subdivision itself, where ISO 3166-1 has a code for it too, else the country.

    NL-SX is SX and CN-HK is HK; ES-CT is in ES. A subdivision of another country says nothing.
    """
    if region is None or not region.startswith(f"{country}-"):
        return country
    alias = cldr.table("aliases")["subdivision"].get(region.replace("-", "").lower(), "")
    own = region[3:] if region in _CHINESE else alias
    return own if is_territory(own) else country


def is_macro_region(code: str) -> bool:
    """Whether the text is a UN M49 code of several territories, `419`, or EU."""
    return code == "EU" or (code.isdigit() and code in cldr.table("containment"))


@cache
def members(code: str) -> frozenset[str]:
    """The territories of a UN M49 region (`001`, `150`, `419`) or of EU. KeyError for any other code."""
    if not is_macro_region(code):
        raise KeyError(code)
    return members_of(code) & TERRITORIES


@lru_cache(_MEMO)
def groups_around(code: str) -> tuple[str, ...]:
    """The UN M49 regions that a territory lies in, and EU where it does, sorted."""
    return tuple(
        group for group in sorted(cldr.table("containment")) if is_macro_region(group) and code in members(group)
    )


def official_languages(country: str, region: str | None = None) -> tuple[str, ...]:
    """Official languages, de facto included, of the subdivision where they are known, else of the territory; by share.

    Regional languages count in their subdivision only. Empty for a place that nothing is known of.
    """
    return _place_tags(*_officials(country, region))


@lru_cache(_MEMO)
def is_official(language: str, country: str, region: str | None = None) -> bool:
    """Whether the language of the tag is official in the place, or is one of the place's that counts with an official one.

    Swiss German counts with German in Germany; Norwegian, which is near to Danish, is none of Denmark's and does not.
    """
    officials, country = _officials(country, region)
    name = language_of(language)
    if any(language_of(official.tag) == name for official in officials):
        return True
    return name in _names_counted(country) and any(
        written_distance(name, official.tag) <= OWN_WRITTEN for official in officials
    )


@lru_cache(_MEMO)
def official_names(country: str, region: str | None = None) -> tuple[str, ...]:
    """The bare languages for which `is_official` holds in the place, sorted."""
    officials, territory = _officials(country, region)
    spoken = _names_counted(territory).union([language_of(official.tag) for official in officials])
    return tuple(sorted([name for name in spoken if is_official(name, country, region)]))


@lru_cache(_MEMO)
def usages(language: str) -> tuple[str, ...]:
    """Tags of a bare language that between them have every home that a tag of it can have: `az`, `az-AZ`, `az-Arab`.

    They are itself, itself in each territory where it is official, and in each script that tells a home.
    """
    territories = (code for code in _where_spoken().get(language, ()) if is_official(language, code))
    return (language, *(f"{language}-{part}" for part in (*territories, *_scripts().get(language, ()))))


@lru_cache(_MEMO)
def official_places(language: str) -> tuple[tuple[str, str | None], ...]:
    """Where a bare language is official: territories, and of the subdivisions those that `told_subdivisions` names. Sorted."""
    spoken = _where_spoken().get(language, ())
    inside = (code for code in told_subdivisions() if code[:2] in spoken or language in _names_in(code))
    places = [*((code, None) for code in spoken), *((code[:2], code) for code in inside)]
    return tuple((country, region) for country, region in places if is_official(language, country, region))


@cache
def told_subdivisions() -> tuple[str, ...]:
    """The subdivisions of which more is known than the country: languages of their own, or a code of a territory. Sorted."""
    known = (*_subdivision_languages(), *cldr.table("subdivision_parents"))
    aliases = cldr.table("aliases")["subdivision"]
    own = {f"{key[:2]}-{key[2:]}".upper() for key, value in aliases.items() if is_territory(value)}
    return tuple(sorted({*own, *_CHINESE, *(code for code in known if _subdivision_officials(code[:2], code))}))


@cache
def _names_in(region: str) -> frozenset[str]:
    """The bare languages that are official in a subdivision, those that count with them aside."""
    return frozenset(language_of(official.tag) for official in _officials(region[:2], region)[0])


@cache
def official_somewhere() -> tuple[str, ...]:
    """The bare languages that some territory or subdivision has as an official one, sorted."""
    tags = [official.tag for code in TERRITORIES for official in _territory_officials(code)]
    tags += [official.tag for officials in _subdivision_languages().values() for official in officials]
    return tuple(sorted(set(map(language_of, tags))))


@lru_cache(_MEMO)
def place_languages(country: str, region: str | None) -> PlaceLanguages:
    """What the place says of a visitor's language (SEMANTICS §4). Once the subdivision is known to us, it decides."""
    local = _subdivision_officials(country, region)
    if local:
        return PlaceLanguages(_place_tags(_merge(local), country), ambiguous=False)
    country = territory_of(country, region)
    merged = tuple(sorted(_merge(_territory_officials(country)), key=_by_share))
    flag = _flags().get(country)
    return PlaceLanguages(_place_tags(merged, country), _is_ambiguous(merged) if flag is None else flag)


@lru_cache(_MEMO)
def home(tag: str) -> str | None:
    """The territory where a language is at home (SEMANTICS §5), None where CLDR knows none: `es-419` → MX, `gsw` → CH.

    The tag's own region counts if the language is official there, so that `en-DE` is at home where `en` is: in the US.
    """
    named = _REGION.search(tag)
    region = named[1] if named else ""
    if is_macro_region(region):
        return _most_populous(tag, members(region)) or _likely_home(tag)
    if region and is_official(tag, region):
        return region
    return _likely_home(tag)


def _most_populous(tag: str, territories: Iterable[str]) -> str | None:
    """Of the territories where the language is official the one with most people; ties by code."""
    official = [code for code in territories if is_official(tag, code)]
    return max(official, key=lambda code: (_population(code), code), default=None)


def _likely_home(tag: str) -> str | None:
    """Likely subtags of language and script, whatever region the tag names."""
    named = _LANGUAGE_AND_SCRIPT.match(tag)
    region = maximise(named[0])[2] if named else ""
    return region if is_territory(region) else None


# Official languages.


def _officials(country: str, region: str | None) -> tuple[tuple[_Official, ...], str]:
    """The official languages of a place, and the territory that it is in."""
    local = _subdivision_officials(country, region)
    if local:
        return local, country
    country = territory_of(country, region)
    return _territory_officials(country), country


def _subdivision_officials(country: str, region: str | None) -> tuple[_Official, ...]:
    """Those of the subdivision or of the nearest one around it that our table has: Barcelona's are Catalonia's.

    None for a subdivision of another country: two signals that disagree tell no more than the country.
    """
    table, parents = _subdivision_languages(), cldr.table("subdivision_parents")
    while region is not None and region.startswith(f"{country}-"):
        if region in table:
            return table[region]
        region = parents.get(region)
    return ()


@cache
def _territory_officials(country: str) -> tuple[_Official, ...]:
    corrected = _corrections()
    statuses = ((tag, share, corrected.get((country, tag), status)) for tag, share, status in _territory(country))
    found = [_Official(tag, share) for tag, share, status in statuses if status in ("official", "de_facto_official")]
    return tuple(sorted(found, key=_by_share))


def _by_share(official: _Official) -> float:
    return -official.share


def _merge(officials: Iterable[_Official]) -> tuple[_Official, ...]:
    """A language within written distance 10 of a larger one counts with it: their shares add up."""
    kept: list[_Official] = []
    for official in officials:
        near = next(
            (i for i, larger in enumerate(kept) if written_distance(official.tag, larger.tag) <= OWN_WRITTEN), None
        )
        if near is None:
            kept.append(official)
        else:
            kept[near] = _Official(kept[near].tag, kept[near].share + official.share)
    return tuple(kept)


def _is_ambiguous(merged: tuple[_Official, ...]) -> bool:
    return len(merged) > 1 and merged[1].share >= AMBIGUOUS_FROM * merged[0].share


def _place_tags(officials: Iterable[_Official], country: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_place_tag(official.tag, country) for official in officials))


def _place_tag(tag: str, country: str) -> str:
    """The shortest tag that says the same in this place: the bare language, with the region, or as CLDR writes it."""
    language, local = language_of(tag), f"{language_of(tag)}-{country}"
    if maximise(tag)[1] == maximise(language)[1]:
        same_sound = spoken_form(local) == spoken_form(language)
        same_usage = region_distance(local, language) < _OTHER_USAGE
        return language if same_sound and same_usage else local
    return local if maximise(local)[1] == maximise(tag)[1] else tag


# The tables, ready to use.


def _territory(country: str) -> list[tuple[str, float, str]]:
    """Tag, share in percent and status of every language that CLDR counts in the territory."""
    languages: list[tuple[str, float, str]] = cldr.table("territories").get(country, {}).get("languages", [])
    return languages


@cache
def _names_counted(country: str) -> frozenset[str]:
    """The bare languages that CLDR counts in the territory."""
    return frozenset([language_of(tag) for tag, _, _ in _territory(country)])


@cache
def _where_spoken() -> dict[str, list[str]]:
    """Bare language → the territories in which CLDR counts it, sorted."""
    found: dict[str, list[str]] = {}
    for code in sorted(TERRITORIES):
        for name in _names_counted(code):
            found.setdefault(name, []).append(code)
    return found


@cache
def _scripts() -> dict[str, list[str]]:
    """Bare language → the scripts in which the likely subtags tell its home apart."""
    found: dict[str, list[str]] = {}
    for key in cldr.table("likely"):
        if key[-5:-4] == "-":  # what stands behind it has four letters, and so is a script
            found.setdefault(key[:-5], []).append(key[-4:])
    return found


def _population(country: str) -> int:
    return int(cldr.table("territories").get(country, {}).get("population", 0))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with DATA.joinpath(name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def _subdivision_languages() -> dict[str, tuple[_Official, ...]]:
    """In the order of the file: where shares are known, they are in that order; an empty one is unknown."""
    table: dict[str, tuple[_Official, ...]] = {}
    for row in _rows("subdivision_languages.csv"):
        official = _Official(row["language"], float(row["share"] or 0))
        table[row["region"]] = (*table.get(row["region"], ()), official)
    return table


@cache
def _flags() -> dict[str, bool]:
    return {row["territory"]: row["ambiguous"] == "yes" for row in _rows("ambiguous.csv")}


@cache
def _corrections() -> dict[tuple[str, str], str]:
    return {(row["territory"], row["language"]): row["status"] for row in _rows("official_corrections.csv")}
