"""Looking norms up: SEMANTICS §5."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from locales import norms
from locales.findings import Faulty
from locales.groups import Groups
from locales.norm_fields import read_place
from locales.norms import Norm, NormBook
from locales.preference import Confidence
from locales.territories import place_languages
from tests.locales.own_territories import OWN

CASES = Path(__file__).parent.parent / "cases"
GROUPS = Groups.shipped()
SHIPPED = NormBook.shipped(GROUPS)


def cases() -> list[Any]:
    content: dict[str, list[Any]] = json.loads(CASES.joinpath("norms.json").read_bytes())
    return content["cases"]


def norm(name: str, *mode: str, site: bool = False, confidence: Confidence = Confidence.high) -> Norm:
    """A row by its name, as `ES//children`: place/language/kind/channel/age, the last ones left out where empty."""
    place, language, kind, channel, age = (*name.split("/"), "", "", "", "")[:5]
    return Norm(
        place, language, kind, channel, age, mode or ("sub",), ("a test",), "expert", confidence, None, "", site
    )


def book(*rows: Norm, least: Confidence = Confidence.low) -> NormBook:
    return NormBook(rows, GROUPS, least)


def asked(
    rows: NormBook,
    language: str,
    country: str | None,
    kind: str = "promo",
    channel: str = "web",
    age: str | None = None,
) -> str | None:
    """The name of the row for a visitor in a country, or in a region if the country has a hyphen."""
    region = country if country and "-" in country else None
    found = rows.lookup(language, country.partition("-")[0] if country else None, region, kind, channel, age)
    return found.name if found else None


@pytest.mark.parametrize("case", cases(), ids=lambda case: "-".join(str(value) for value in case.values()))
def test_the_shipped_norm_of_a_visitor(case: dict[str, Any]) -> None:
    found = SHIPPED.lookup(*(case[name] for name in ("language", "country", "region", "kind", "channel", "age")))
    assert (found.name if found else None) == case["norm"]


def test_steps_go_from_narrow_to_wide_and_a_row_for_the_language_comes_first() -> None:
    wide_to_narrow = ["001", "001/fr", "@dach", "CH", "CH-GE", "CH/fr", "CH-GE/fr"]
    for count in range(1, len(wide_to_narrow) + 1):
        found = asked(book(*map(norm, wide_to_narrow[:count])), "fr", "CH-GE")
        assert found == f"norm/{wide_to_narrow[count - 1]}"


def test_within_a_step_kind_and_channel_go_before_kind_before_channel_and_each_with_age_first() -> None:
    any_to_exact = [
        "ES", "ES////teen", "ES///tv", "ES///tv/teen", "ES//promo", "ES//promo//teen", "ES//promo/tv", "ES//promo/tv/teen",
    ]  # fmt: skip
    for count in range(1, len(any_to_exact) + 1):
        rows = [norm(name) for name in any_to_exact[:count]]
        assert asked(book(*rows), "es", "ES", channel="tv", age="teen") == rows[-1].name
    assert asked(book(*map(norm, any_to_exact)), "es", "ES", channel="web") == "norm/ES/promo"
    assert asked(book(*map(norm, any_to_exact)), "es", "ES", kind="news") == "norm/ES"


def test_a_wide_row_of_the_site_goes_before_a_narrow_shipped_one_of_the_same_step_only() -> None:
    shipped = book(norm("ES//promo/tv"), norm("ES"))
    with_site = shipped.with_site([norm("ES//news", site=True), norm("ES", site=True)])
    assert asked(with_site, "es", "ES", channel="tv") == "norm/ES"
    assert asked(shipped, "es", "ES", channel="tv") == "norm/ES/promo/tv"
    assert asked(shipped.with_site([norm("@iberia", site=True)]), "es", "ES") == "norm/ES"


def test_in_a_group_or_the_world_the_sites_rows_come_first_whatever_language_they_name() -> None:
    rows = book(norm("@dach/de")).with_site([norm("@dach", site=True)])
    assert asked(rows, "de", "DE") == "norm/@dach"


def test_groups_are_asked_by_their_names() -> None:
    rows = book(norm("@eu"), norm("@dach"), norm("@150"))
    assert asked(rows, "de", "DE") == "norm/@150"
    assert asked(book(norm("@eu"), norm("@dach")), "de", "DE") == "norm/@dach"
    assert asked(book(norm("@eu"), norm("@gulf")), "de", "CH") is None


def test_for_children_only_rows_that_name_children_count_and_the_worlds() -> None:
    rows = book(norm("SE"), norm("SE///tv"), norm("001"))
    assert asked(rows, "sv", "SE", kind="children", channel="tv") == "norm/001"
    assert asked(book(norm("SE"), norm("SE//children")), "sv", "SE", kind="children") == "norm/SE/children"
    assert asked(book(norm("SE")), "sv", "SE", kind="children") is None


def test_a_language_that_is_not_official_in_the_place_has_the_rows_of_its_home() -> None:
    rows = book(norm("DE"), norm("DE/es"), norm("ES"), norm("MX"), norm("@dach"))
    assert asked(rows, "es", "DE") == "norm/ES"
    assert asked(rows, "es-MX", "DE") == "norm/MX"
    assert asked(rows, "es-419", "DE") == "norm/MX"
    assert asked(rows, "es", None) == "norm/ES"
    assert asked(rows, "eo", "DE") is None


@pytest.mark.parametrize(("code", "own"), OWN.items())
def test_a_subdivision_that_is_a_territory_of_its_own_has_that_territorys_rows(code: str, own: str) -> None:
    for rows in (SHIPPED, book(norm(own), norm(f"{own}/zh"), norm(code[:2]), norm(f"{code[:2]}/zh"), norm("001"))):
        for language in (*place_languages(own, None).languages, "zh-HK", "en", "de"):
            assert asked(rows, language, code) == asked(rows, language, own)
    assert read_place("place", code, GROUPS) == own


def test_the_groups_of_such_a_subdivision_are_those_of_its_territory() -> None:
    rows = book(norm("@029"), norm("@155"), norm("NL"))
    assert asked(rows, "nl", "NL-SX") == "norm/@029"
    assert asked(rows, "nl", "NL-FR") == "norm/NL"


def test_a_row_for_a_language_holds_for_all_its_forms() -> None:
    assert asked(book(norm("CH/fr")), "fr-CH", "CH") == "norm/CH/fr"
    assert asked(book(norm("BR/pt-BR")), "pt", "BR") == "norm/BR/pt-BR"


def test_rows_below_the_least_confidence_are_passed_over_and_stay_in_the_book() -> None:
    rows = (norm("ES/es", confidence=Confidence.unverified), norm("ES", confidence=Confidence.medium))
    assert asked(book(*rows), "es", "ES") == "norm/ES"
    assert asked(book(*rows, least=Confidence.unverified), "es", "ES") == "norm/ES/es"
    assert asked(book(*rows, least=Confidence.high), "es", "ES") is None
    assert book(*rows).rows == rows


def test_a_row_of_the_site_replaces_the_shipped_one_even_where_it_is_too_unsure_to_decide() -> None:
    unsure = norm("ES", "original", site=True, confidence=Confidence.unverified)
    rows = book(norm("ES"), norm("FR")).with_site([unsure])
    assert [(row.place, row.site) for row in rows.rows] == [("ES", True), ("FR", False)]
    assert asked(rows, "es", "ES") is None


def test_the_same_key_twice_in_the_site_is_a_fault() -> None:
    with pytest.raises(Faulty, match="norm/CH/fr-CH stands twice"):
        book().with_site([norm("CH/fr", site=True), norm("CH/fr-CH", site=True)])


def test_no_key_has_two_shipped_rows_and_unverified_ones_ship() -> None:
    assert len(SHIPPED.rows) == 300
    assert len({row.key for row in SHIPPED.rows}) == 300
    assert any(row.confidence is Confidence.unverified for row in SHIPPED.rows)


def test_ages_are_those_of_rows_that_can_speak_of_the_kind_and_channel() -> None:
    whole = book(
        norm("ES//children//child", "dub"),
        norm("ES//fiction/cinema/teen", "sub"),
        norm("PT////adult", "sub", site=True),
        norm("FR", "dub"),
    )
    assert whole.ages("children", "web") == {"child", "adult"}
    assert whole.ages("fiction", "cinema") == {"teen", "adult"}
    assert whole.ages("fiction", "cinema", own=True) == {"adult"}


def test_answers_are_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(norms, "_MEMO", 3)
    rows = book(norm("ES"))
    for country in ("ES", "ES", "DE", "FR", "PT", "ES"):
        assert asked(rows, "es", country) == "norm/ES"
