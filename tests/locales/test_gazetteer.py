"""The entry of a place: its languages, names, groups, norms and laws, put together with their sources."""

from __future__ import annotations

import csv
from datetime import date

import msgspec
import pytest

from locales.facts import source
from locales.gazetteer import DATA, Entry, entry, has_names
from locales.groups import Groups
from locales.laws import Law, shipped_laws
from locales.norms import Norm, NormBook
from locales.place_codes import PlaceCode, parse_place
from locales.preference import Confidence
from locales.territories import TERRITORIES, place_languages

GROUPS = Groups.shipped()
NORMS = NormBook.shipped(GROUPS)


def told(
    code: str, language: str = "en", on: date | None = None, norms: NormBook = NORMS, groups: Groups = GROUPS
) -> Entry:
    place = parse_place(code)
    assert place is not None
    return entry(place, language, on, groups, norms, shipped_laws())


def norm(
    place: str, confidence: Confidence = Confidence.high, *, language: str = "", kind: str = "", site: bool = True
) -> Norm:
    mode, sources = ("sub", "dub"), ("our own viewers",)
    return Norm(place, language, kind, "", "", mode, sources, "observed", confidence, 2026, "", site=site)


# Names


NAMES: list[tuple[str, str, dict[str, str]]] = [
    ("ES", "en", {"en": "Spain", "es": "España"}),
    ("ES", "de", {"de": "Spanien", "es": "España", "en": "Spain"}),
    ("ES-CT", "en", {"en": "Spain", "es": "España", "ca": "Espanya", "oc": "Espanha"}),
    ("IL", "en", {"en": "Israel", "he": "ישראל", "ar": "إسرائيل"}),
    ("AQ", "en", {"en": "Antarctica"}),
]


@pytest.mark.parametrize(("code", "language", "names"), NAMES)
def test_names_are_in_what_was_asked_for_in_official_languages_and_in_english(
    code: str, language: str, names: dict[str, str]
) -> None:
    found = told(code, language)
    assert (found.language, found.names.by_language) == (language, names)
    assert found.names.source.endswith(" by Babel")


def test_a_language_may_have_no_names() -> None:
    assert [tag for tag in ("en", "es", "zh-Hant", "fa", "tlh") if not has_names(tag)] == ["tlh"]


def test_what_nobody_has_a_name_for_has_none() -> None:
    spoken = told("IN").languages.other
    assert spoken is not None
    assert {one.tag: one.name for one in spoken}["hne"] is None
    assert {one.tag: one.name for one in spoken}["bho"] == "Bhojpuri"


# Languages


OFFICIAL: dict[str, list[tuple[str, str, str | None]]] = {
    "ES": [("es", "Latn", "ltr")],
    "IR": [("fa", "Arab", "rtl")],
    "IL": [("he", "Hebr", "rtl"), ("ar", "Arab", "rtl")],
    "CH": [("de", "Latn", "ltr"), ("gsw", "Latn", "ltr"), ("fr", "Latn", "ltr"), ("it", "Latn", "ltr")],
    "MV": [("dv", "Thaa", "rtl")],
    "PK": [("ur", "Arab", "rtl"), ("en", "Latn", "ltr")],
    "RS": [("sr", "Cyrl", "ltr"), ("sr-Latn", "Latn", "ltr")],
    "UA": [("uk", "Cyrl", "ltr")],
    "ES-CT": [("es", "Latn", "ltr"), ("ca", "Latn", "ltr"), ("oc", "Latn", "ltr")],
    "CH-GE": [("fr", "Latn", "ltr")],
}


@pytest.mark.parametrize(("code", "expected"), OFFICIAL.items())
def test_official_languages_with_script_and_direction(code: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert [(one.tag, one.script, one.direction) for one in told(code).languages.official] == expected


def test_shares_and_statuses_are_those_of_cldr() -> None:
    languages = told("ES").languages
    (spanish,) = languages.official
    assert (spanish.name, spanish.share, spanish.status, spanish.name_order) == (
        "Spanish",
        99.0,
        "official",
        "given_first",
    )
    assert [one.tag for one in languages.regional][:3] == ["ca", "gl", "eu"]
    assert {one.status for one in languages.regional} == {"official_regional"}
    assert languages.other is not None
    assert languages.other[0].tag == "en"
    assert (languages.of, languages.source) == ("ES", source())


def test_a_status_that_is_corrected_says_by_what() -> None:
    languages = told("UA").languages
    assert languages.other is not None
    (russian,) = [one for one in languages.other if one.tag == "ru"]
    assert isinstance(russian.source, str)
    assert "Constitution of Ukraine" in russian.source
    assert languages.official[0].source is msgspec.UNSET


def test_every_correction_is_of_a_language_that_cldr_counts() -> None:
    with DATA.joinpath("official_corrections.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            languages = told(row["territory"]).languages
            told_of = {one.tag for one in (*languages.official, *languages.regional)}
            assert row["language"] in told_of | {one.tag for one in languages.other or ()}


def test_a_subdivision_has_its_own_languages_each_with_its_source() -> None:
    languages = told("ES-CT").languages
    assert (languages.of, languages.regional, languages.other) == ("ES-CT", (), None)
    assert all("Constitution of Spain" in str(one.source) for one in languages.official)
    assert [one.share for one in languages.official] == [46.5, 32.6, None]


def test_a_subdivision_inside_another_has_the_languages_of_that_one() -> None:
    barcelona = told("ES-B")
    assert (barcelona.within, barcelona.languages.of) == (("ES-CT",), "ES-CT")
    assert [one.tag for one in barcelona.languages.official] == ["es", "ca", "oc"]


def test_a_subdivision_that_is_not_in_the_table_has_those_of_the_country_and_says_so() -> None:
    found = told("PL-02")
    assert found.languages.of == "PL"
    assert [one.tag for one in found.languages.official] == ["pl"]
    assert "No source here tells the official languages of PL-02: those of the country stand for them." in found.notes


def test_hours_and_the_order_of_names_go_with_the_language() -> None:
    french, hungarian = told("CA").languages.official[1], told("HU").languages.official[0]
    assert french.hours is not None
    assert french.hours.preferred == "H"
    assert hungarian.name_order == "surname_first"


VISITORS: dict[str, tuple[tuple[str, ...], bool]] = {
    "DE": (("de",), False),
    "CH": (("de", "fr", "it"), True),
    "CH-GE": (("fr",), False),
    "BE": (("nl", "fr", "de"), True),
    "AQ": ((), False),
}


@pytest.mark.parametrize(("code", "expected"), VISITORS.items())
def test_what_visitors_are_taken_to_speak(code: str, expected: tuple[tuple[str, ...], bool]) -> None:
    found = told(code)
    assert (found.languages.visitors, found.languages.ambiguous) == expected
    assert place_languages(found.country, found.region).languages == expected[0]


# Groups


def test_groups_stand_by_name_then_regions_from_narrow_to_wide() -> None:
    assert told("ES").groups == ("@eea", "@eu", "@iberia", "@schengen", "@039", "@150")
    own = GROUPS.extended({"ours": ["ES", "PT"]}, "locales/ours.toml", lambda _: 1)
    assert "@ours" in told("ES", groups=own).groups
    assert told("AQ").groups == ("@009",)


# Norms and laws


def test_norms_are_those_that_speak_of_the_place_from_narrow_to_wide() -> None:
    book = NormBook(
        (
            norm("ES"),
            norm("ES-CT"),
            norm("ES-MD"),
            norm("PT"),
            norm("@iberia"),
            norm("@dach"),
            norm("001"),
            norm("ES", kind="news"),
        ),
        GROUPS,
        Confidence.low,
    )
    assert [row.place for row in told("ES", norms=book).norms] == ["ES", "ES", "ES-CT", "ES-MD", "@iberia", "001"]
    assert [row.place for row in told("ES-CT", norms=book).norms] == ["ES-CT", "ES", "ES", "@iberia", "001"]
    assert [row.name for row in told("ES-CT", norms=book).norms][1:3] == ["norm/ES", "norm/ES/news"]


def test_the_sites_own_norms_stand_before_the_shipped_ones() -> None:
    book = NormBook((norm("ES", site=False), norm("ES", kind="news")), GROUPS, Confidence.low)
    assert [(row.name, row.site) for row in told("ES", norms=book).norms] == [
        ("norm/ES/news", True),
        ("norm/ES", False),
    ]


def test_a_norm_is_told_whole_and_whether_it_decides() -> None:
    book = NormBook((norm("ES", Confidence.unverified, language="ca"),), GROUPS, Confidence.low)
    (row,) = told("ES", norms=book).norms
    assert (row.name, row.place, row.language, row.kind, row.mode) == ("norm/ES/ca", "ES", "ca", None, ("sub", "dub"))
    assert (row.basis, row.confidence, row.year, row.note) == ("observed", "unverified", 2026, None)
    assert (row.sources, row.source, row.site, row.decides) == (("our own viewers",), "our own viewers", True, False)


def test_shipped_norms_name_their_sources_in_full() -> None:
    (spain,) = [row for row in told("ES").norms if row.name == "norm/ES"]
    assert spain.mode[0] == "dub"
    assert "EB386" in spain.sources
    assert "European Commission" in spain.source
    assert spain.decides


def test_laws_stand_apart_from_norms() -> None:
    (law,) = told("UA").laws
    assert (law.name, law.place, law.dated) == ("law/ua-cinema", "UA", "2007-12-24")
    assert law.source
    assert told("ES").laws == ()
    here = PlaceCode("ES", "ES-CT")
    laws = [Law(id=f"of{n}", place=where, kinds=(), channels=(), only=(), bars=(), title="A law", date="2026", sources=())
            for n, where in enumerate(("ES", "@iberia", "001", "PT", "@dach"))]  # fmt: skip
    assert [one.place for one in entry(here, "en", None, GROUPS, NORMS, laws).laws] == ["ES", "@iberia", "001"]


# All of it


def test_what_is_not_told_is_said() -> None:
    assert told("ES").notes == ()
    assert told("AQ").notes == ("No language is official here.",)
    assert told("ES-CT").notes == (
        "The names are those of the country ES, not of ES-CT; so are money, week, hours, calendars and measures: "
        "CLDR has all of them by territory alone.",
        "Which other languages are spoken in ES-CT is counted by no source here.",
    )


def test_money_is_that_of_the_day() -> None:
    assert [one.currency for one in told("BG", on=date(2025, 12, 31)).currency.tenders] == ["BGN"]
    assert [one.currency for one in told("BG").currency.tenders] == ["EUR"]


def test_every_territory_has_an_entry_that_is_json() -> None:
    for country in sorted(TERRITORIES):
        found = told(country)
        assert found.names.by_language["en"]
        again = msgspec.json.decode(msgspec.json.encode(found))
        assert (again["place"], again["country"], again["region"]) == (country, country, None)
        assert all(one["direction"] for one in again["languages"]["official"])
