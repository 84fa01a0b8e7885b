"""Territories, their languages, and where a language is at home."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from locales import cldr
from locales.tags import is_language, parse_tag
from locales.territories import (
    DATA,
    TERRITORIES,
    PlaceLanguages,
    groups_around,
    home,
    is_macro_region,
    is_official,
    is_region,
    is_territory,
    members,
    official_languages,
    official_names,
    official_places,
    official_somewhere,
    place_languages,
    subdivisions_by_width,
    subdivisions_of,
    territory_of,
    told_subdivisions,
    usages,
)

CASES = Path(__file__).parent.parent / "cases"


def cases(name: str) -> list[Any]:
    content: dict[str, list[Any]] = json.loads(CASES.joinpath(f"{name}.json").read_bytes())
    return content["cases"]


def rows(name: str) -> list[dict[str, str]]:
    with DATA.joinpath(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", cases("places"), ids=lambda case: case["region"] or case["country"])
def test_a_place_tells_its_languages(case: dict[str, Any]) -> None:
    told = PlaceLanguages(tuple(case["languages"]), case["ambiguous"])
    assert place_languages(case["country"], case["region"]) == told


@pytest.mark.parametrize("case", cases("homes"), ids=lambda case: case["tag"])
def test_a_language_has_its_home(case: dict[str, Any]) -> None:
    assert home(case["tag"]) == case["home"]


def test_the_home_of_a_language_is_the_most_populous_member_of_a_macro_region() -> None:
    assert home("en-001") == "IN"
    assert home("fr-150") == "FR"


def test_territories_are_those_of_iso_and_kosovo() -> None:
    assert len(TERRITORIES) == 249 + 1
    assert {"DE", "TW", "XK", "AQ", "SS"} <= TERRITORIES
    assert not TERRITORIES & {"UK", "EU", "AN", "SU", "YU", "DD", "ZZ", "XX", "T1", "AP", "AC", "419"}
    assert is_territory("DE")
    assert not is_territory("de")


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("ES-CT", True), ("CH-ZH", True), ("GB-WLS", True), ("IN-OD", True), ("IN-OR", True), ("FR-A", True), ("FI-01", True),
        ("ES-ZZ", False), ("es-CT", False), ("es-ct", False), ("cn-11", False), ("ES", False), ("", False), ("XX-1", False),
    ],
)  # fmt: skip
def test_a_subdivision_is_known_by_its_iso_code(code: str, known: bool) -> None:
    assert is_region(code) is known


def test_subdivisions_of_a_territory() -> None:
    assert "ES-CT" in subdivisions_of("ES")
    assert subdivisions_of("es-xx") == subdivisions_of("ES")
    assert subdivisions_of("ZZ") == ()


def test_members_of_macro_regions() -> None:
    assert {"MX", "AR", "JM"} <= members("419")
    assert "US" not in members("419")
    assert len(members("EU")) == 27
    assert members("001") == TERRITORIES
    assert is_macro_region("150")
    assert not is_macro_region("DE")
    assert not is_macro_region("999")
    assert not is_macro_region("UN")
    with pytest.raises(KeyError):
        members("DE")


@pytest.mark.parametrize(
    ("language", "country", "region", "official"),
    [
        ("de", "DE", None, True), ("de-CH", "DE", None, True), ("en", "DE", None, False), ("en", "GB", None, True),
        ("ca", "ES", None, False), ("ca", "ES", "ES-CT", True), ("ca", "ES", "ES-MD", False), ("es", "ES", "ES-CT", True),
        ("fr", "CH", "CH-GE", True), ("fr", "CH", "CH-ZH", False), ("gsw", "CH", "CH-ZH", True), ("gsw", "DE", None, True),
        ("yue", "HK", None, True), ("zh-TW", "HK", None, True), ("nb", "DK", None, False), ("no", "NO", None, True),
        ("ru", "UA", None, False), ("uk", "UA", None, True), ("ru", "KZ", None, True), ("en", "CA", "CA-QC", True),
        ("en-US", "IN", "IN-TN", True), ("hi", "IN", "IN-TN", False), ("en", "US", None, True), ("es", "US", "US-PR", True),
        ("de", "ZZ", None, False), ("de", "CH", "FR-75", True),
    ],
)  # fmt: skip
def test_a_language_is_official_or_it_is_not(language: str, country: str, region: str | None, official: bool) -> None:
    assert is_official(language, country, region) is official


def test_official_languages_stand_by_share() -> None:
    assert official_languages("CH") == ("de", "gsw", "fr", "it")
    assert official_languages("CH", "CH-FR") == ("fr", "de")
    assert official_languages("ES", "ES-CT") == ("es", "ca", "oc")
    assert official_languages("ZZ") == ()


def test_the_whole_world_has_canonical_tags() -> None:
    for country in TERRITORIES:
        for tag in official_languages(country):
            assert parse_tag(tag) == tag, country


def test_a_second_language_of_half_the_share_makes_a_place_ambiguous() -> None:
    """Told from CLDR's shares alone, where two languages are official that have nothing to do with each other."""
    flagged = {row["territory"] for row in rows("ambiguous.csv")} | {
        row["territory"] for row in rows("official_corrections.csv")
    }
    seen = set()
    for country in TERRITORIES - flagged:
        languages = cldr.table("territories").get(country, {}).get("languages", [])
        shares = [share for _, share, status in languages if status in ("official", "de_facto_official")]
        told = place_languages(country, None)
        if len(shares) == len(told.languages) == 2:
            assert told.ambiguous is (min(shares) >= max(shares) / 2), country
            seen.add(told.ambiguous)
    assert seen == {True, False}


def test_what_iso_counts_twice_is_itself() -> None:
    for whole, region, own in (
        ("NL", "NL-AW", "AW"),
        ("CN", "CN-HK", "HK"),
        ("CN", "CN-TW", "TW"),
        ("FR", "FR-PF", "PF"),
    ):
        assert place_languages(whole, region) == place_languages(own, None)
        assert official_languages(whole, region) == official_languages(own)
    assert is_official("en", "NL", "NL-SX")
    assert not is_official("en", "NL", "NL-NH")


@pytest.mark.parametrize("country", ["CH", "BE", "CA", "IN"])
def test_every_subdivision_of_a_flagged_territory_decides(country: str) -> None:
    assert place_languages(country, None).ambiguous
    for region in subdivisions_of(country):
        told = place_languages(country, region)
        assert told.languages, region
        assert not told.ambiguous, region


def test_subdivision_rows_are_sound() -> None:
    table = rows("subdivision_languages.csv")
    keys = [(row["region"], row["language"]) for row in table]
    assert len(set(keys)) == len(keys)
    assert [row["region"].split("-")[0] for row in table] == sorted(row["region"].split("-")[0] for row in table)
    for row in table:
        assert is_region(row["region"]), row
        assert row["source"], row
        assert row["checked"] in ("", "2026"), row
        assert parse_tag(row["language"]) == row["language"], row
        assert is_language(row["language"]), row


def test_known_shares_of_a_subdivision_fall_and_unknown_ones_stand_last() -> None:
    shares: dict[str, list[float]] = {}
    for row in rows("subdivision_languages.csv"):
        shares.setdefault(row["region"], []).append(float(row["share"] or 0))
    for region, listed in shares.items():
        assert listed == sorted(listed, reverse=True), region


def test_flags_and_corrections_are_of_territories_and_have_sources() -> None:
    for row in (*rows("ambiguous.csv"), *rows("official_corrections.csv")):
        assert is_territory(row["territory"])
        assert row["source"]
    assert {row["ambiguous"] for row in rows("ambiguous.csv")} == {"yes", "no"}
    for row in rows("official_corrections.csv"):
        listed = cldr.table("territories")[row["territory"]]["languages"]
        assert any(tag == row["language"] and status != row["status"] for tag, _, status in listed), (
            "CLDR has caught up"
        )


ALL_PLACES = [(code, region) for code in sorted(TERRITORIES) for region in (None, *subdivisions_of(code))]


@pytest.mark.parametrize("language", ["de", "en", "ca", "gsw", "nb", "zh", "qu", "tlh"])
def test_where_a_language_is_official_is_told_by_place_and_by_language_alike(language: str) -> None:
    """In subdivisions that are not told, it is official where it is in the country."""
    told = set(official_places(language))
    for country, region in ALL_PLACES:
        assert (language in official_names(country, region)) is is_official(language, country, region)
        known = region is None or region in told_subdivisions()
        assert ((country, region if known else None) in told) is is_official(language, country, region)


def test_subdivisions_are_told_that_have_languages_or_a_code_of_their_own() -> None:
    told = set(told_subdivisions())
    assert {"ES-CT", "ES-B", "CH-GE", "US-PR", "CN-HK", "NL-SX"} <= told
    assert told.isdisjoint({"DE-BE", "FR-IDF", "US-TX"})
    for country, region in ALL_PLACES:
        if region is not None and region not in told:
            assert territory_of(country, region) == country
            assert place_languages(country, region) == place_languages(country, None)


@pytest.mark.parametrize("language", ["de", "en", "az", "pa", "zh", "sr", "aaa"])
def test_usages_have_every_home_of_a_language(language: str) -> None:
    homes = {home(tag) for tag in usages(language)}
    scripts = ("Latn", "Cyrl", "Arab", "Hans", "Hant", "Guru", "Shaw")
    tags = [language, *(f"{language}-{code}" for code in (*TERRITORIES, "001", "150", "419", *scripts))]
    assert {home(tag) for tag in tags} <= homes
    assert usages(language)[0] == language


def test_official_languages_of_the_world() -> None:
    names = official_somewhere()
    assert {"de", "ca", "qu", "gd"} <= set(names)
    assert "tlh" not in names
    assert list(names) == sorted(set(names))


def test_groups_and_subdivisions_by_width() -> None:
    assert {"001", "150", "155", "EU"} <= set(groups_around("DE"))
    assert "419" not in groups_around("DE")
    regions = subdivisions_by_width("ES")
    assert sorted(regions) == sorted(subdivisions_of("ES"))
    assert regions.index("ES-CT") < regions.index("ES-B")
