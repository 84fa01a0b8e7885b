"""Laws as bars of variants: which forms offend, where and since when, and what an editor is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from locales.groups import Groups
from locales.laws import Form, Law, read_form, shipped_laws
from locales.preference import Confidence
from locales.territories import TERRITORIES
from tests.variants.cases import make_item
from variants.bars import Barriers, Rights, Stand, fallback, unbarred, why_barred
from variants.catalog import KINDS
from variants.law_bars import check_law_bars, check_law_kinds, offends, with_laws
from variants.variant import Bars, Item

GROUPS = Groups.shipped()
BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

VARIANTS: dict[str, dict[str, Any]] = {
    "original": {"audio": "en"},
    "es-dub": {"audio": "es-419"},
    "es-vo": {"audio": "es", "voiceover": True},
    "es-sub": {"audio": "en-US", "subtitles": ["es-ES"]},
    "es-burned": {"audio": "en", "burned_in": ["de+es"]},
    "es-captions": {"audio": "en", "captions": ["es"]},
    "de-sub": {"audio": "en", "subtitles": ["de"]},
    "ru-dub": {"audio": "ru"},
    "ru-dub-es-sub": {"audio": "ru", "subtitles": ["es"]},
    "silent": {"audio": "zxx"},
    "silent-es": {"audio": "zxx", "burned_in": ["es"]},
    "silent-de": {"burned_in": ["de"]},
    "page": {"language": "de"},
}
ITEM = make_item(
    "film", {"original_language": "en", "variants": [{"id": name, **row} for name, row in VARIANTS.items()]}
)


def law(only: tuple[str, ...] = (), bars: tuple[str, ...] = (), **given: Any) -> Law:
    forms = {
        name: tuple(read_form(name, text, GROUPS) for text in texts) for name, texts in (("only", only), ("bars", bars))
    }
    whole = {
        "id": "act",
        "place": "MX",
        "kinds": (),
        "channels": (),
        "title": "Act, 8",
        "date": "2021-03-22",
        "sources": ("x",),
    }
    return Law(**{**whole, **forms, **given})


def offending(one: Law, item: Item = ITEM) -> set[str]:
    return {variant.id for variant in item.variants if offends(one, item, variant)}


HEARD = {name for name, row in VARIANTS.items() if name not in ("silent", "page")}
SPANISH_READ = {"es-sub", "es-burned", "es-captions"}


@pytest.mark.parametrize(
    ("only", "allowed"),
    [
        (("original+es",), SPANISH_READ | {"silent-es"}),
        (("es",), {"es-dub", "es-vo"}),
        (("any+es",), SPANISH_READ | {"es-dub", "es-vo", "ru-dub-es-sub", "silent-es"}),
        (("dub:es",), {"es-dub", "es-vo"}),
        (("voiceover",), {"es-vo"}),
        (("voiceover:de",), set()),
        (("dub",), {"es-dub", "es-vo", "ru-dub", "ru-dub-es-sub"}),
        (("original",), {"original", "de-sub", "silent-es", "silent-de"} | SPANISH_READ),
        (("original:en",), {"original", "de-sub"} | SPANISH_READ),
        (("es", "original+es"), SPANISH_READ | {"es-dub", "es-vo", "silent-es"}),
        (("any",), HEARD),
    ],
)
def test_only_bars_all_but_these_forms_and_neither_pages_nor_what_has_no_words(
    only: tuple[str, ...], allowed: set[str]
) -> None:
    assert offending(law(only)) == HEARD - allowed
    assert offending(law(bars=only)) == allowed


def test_both_bar_what_either_does() -> None:
    assert offending(law(("any+es",), ("ru",))) == offending(law(("any+es",))) | {"ru-dub-es-sub"}


def test_a_film_in_the_laws_own_language_is_no_foreign_film() -> None:
    spanish = make_item(
        "film", {"original_language": "es-MX", "variants": [{"id": "a", "audio": "es-MX"}, {"id": "b", "audio": "en"}]}
    )
    assert offending(law(("original+es",)), spanish) == {"b"}
    assert offending(law(bars=("dub:es",)), spanish) == set()


def stand(country: str | None, moment: datetime = NOON, confidence: Confidence = Confidence.high) -> Stand:
    return Stand(country, confidence, moment, Rights(), "en")


def left(item: Item, where: Stand) -> set[str]:
    return {variant.id for variant in unbarred(item, where)}


def test_laws_become_bars_of_the_variants_that_offend_and_an_item_without_any_stays_itself() -> None:
    item = with_laws(ITEM, [law(("es",)), law(bars=("xh",), id="other")], GROUPS, BERLIN)
    assert {one.id for one in item.variants if one.bars} == HEARD - {"es-dub", "es-vo"}
    assert all(bar.name == "law/act" for one in item.variants for bar in one.bars.laws)
    assert with_laws(ITEM, [law(bars=("xh",)), law(("es",), kinds=("fiction",))], GROUPS, BERLIN) is ITEM
    assert with_laws(ITEM, [law(("es",), channels=("cinema",))], GROUPS, BERLIN) is ITEM


def test_a_law_bars_where_it_holds_however_unsure_the_place_and_nowhere_else() -> None:
    item = with_laws(ITEM, [law(("es",))], GROUPS, BERLIN)
    everything = {variant.id for variant in item.variants}
    spanish = {"es-dub", "es-vo", "silent", "page"}
    assert left(item, stand("MX")) == spanish
    assert left(item, stand("MX", confidence=Confidence.unverified)) == spanish
    assert left(item, stand("ES")) == everything
    assert left(item, stand(None, confidence=Confidence.low)) == everything


@pytest.mark.parametrize(
    ("place", "inside", "outside"),
    [("@dach", {"DE", "AT"}, "FR"), ("@419", {"MX", "AR"}, "ES"), ("001", TERRITORIES, None)],
)
def test_a_law_may_hold_in_a_group_or_everywhere(place: str, inside: frozenset[str], outside: str | None) -> None:
    item = with_laws(ITEM, [law(bars=("ru",), place=place)], GROUPS, BERLIN)
    assert all("ru-dub" not in left(item, stand(country)) for country in inside)
    assert "ru-dub" in left(item, stand(outside))


def test_a_law_begins_and_ends_in_the_sites_zone_and_its_moments_are_boundaries() -> None:
    item = with_laws(ITEM, [law(bars=("ru",), begins=date(2026, 1, 1), ends=date(2026, 1, 31))], GROUPS, BERLIN)
    begins, ends = datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 1, 31, 23, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert [
        "ru-dub" in left(item, stand("MX", moment)) for moment in (begins - second, begins, ends - second, ends)
    ] == [True, False, False, True]
    barriers = Barriers.from_item(item)
    assert (barriers.territorial, barriers.moments) == (True, (begins, ends))
    assert {variant.id for variant in barriers.barred} == {"ru-dub", "ru-dub-es-sub"}


def test_laws_stand_beside_the_sites_own_bars() -> None:
    own = Bars(not_in=frozenset({"US"}), begins=NOON, ends=NOON + timedelta(days=1))
    limited = replace(ITEM, variants=tuple(replace(one, bars=own) for one in ITEM.variants))
    item = with_laws(limited, [law(bars=("ru",))], GROUPS, BERLIN)
    ru = item.variant("ru-dub")
    assert ru is not None
    assert (ru.bars.not_in, ru.bars.begins, ru.bars.ends) == (own.not_in, own.begins, own.ends)
    assert list(why_barred(ru.bars, stand("US"))) == ["not in US"]
    assert list(why_barred(ru.bars, stand("MX"))) == ["law/act in MX: Act, 8 (2021-03-22)"]
    assert list(why_barred(ru.bars, stand(None))) == ["the place is not known well enough"]
    early, late = NOON - timedelta(days=1), NOON + timedelta(days=1)
    assert list(why_barred(ru.bars, stand("FR", early))) == ["begins 2026-01-01T12:00:00+00:00"]
    assert list(why_barred(ru.bars, stand("FR", late))) == ["ended 2026-01-02T12:00:00+00:00"]
    allowed = Stand(None, Confidence.low, NOON, Rights("allow"), "en")
    assert list(why_barred(ru.bars, allowed)) == []
    assert list(why_barred(Bars(only_in=frozenset({"ES", "DE"})), stand("US"))) == ["only in DE, ES"]
    assert list(why_barred(Bars(only_in=frozenset({"ES"})), stand("ES"))) == []


def test_what_a_law_bars_anywhere_is_no_fallback() -> None:
    rows = [{"id": "ru", "audio": "ru"}, {"id": "original", "audio": "en"}]
    item = make_item("film", {"original_language": "en", "fallback": "ru", "variants": rows})
    legal = with_laws(item, [law(bars=("ru",))], GROUPS, BERLIN)
    assert fallback(item) is item.variants[0]
    assert fallback(legal) is legal.variants[1]
    assert fallback(with_laws(item, [law(("es",))], GROUPS, BERLIN)) is None
    (finding,) = check_law_bars([legal])
    assert finding.code == "lawless-fallback"
    assert finding.problem == '"film" cannot fall back on "ru", which is barred in some places by law/act.'


def test_an_item_that_laws_leave_nothing_of_somewhere_is_told_with_the_law() -> None:
    rows = [{"id": "a", "audio": "en", "only_in": ["DE", "MX"]}, {"id": "b", "audio": "es", "not_in": ["MX"]}]
    item = make_item("film", {"original_language": "en", "variants": rows})
    both = [law(("es",)), law(("de",), id="de-act", place="DE")]
    (finding,) = check_law_bars([with_laws(item, both, GROUPS, BERLIN)])
    assert finding.code == "law-bars-all"
    assert finding.problem == (
        'Laws can bar every variant of "film" in DE, MX: law/act, Act, 8 (2021-03-22); law/de-act, Act, 8 (2021-03-22).'
    )
    assert check_law_bars([with_laws(item, [law(("en",))], GROUPS, BERLIN), ITEM]) == ()


def test_many_places_are_counted() -> None:
    item = make_item("film", {"original_language": "en", "variants": [{"id": "a", "audio": "en"}]})
    (finding,) = check_law_bars([with_laws(item, [law(("xh",), place="001")], GROUPS, BERLIN)])
    assert f" and {len(TERRITORIES) - 8} more: law/act" in finding.problem


def test_a_kind_that_no_item_can_have_is_told() -> None:
    assert [one.cure for one in check_law_kinds([law(kinds=("ficton", "qqqq"))], KINDS)] == [
        'Did you mean "fiction"?',
        f"Kinds are: {', '.join(KINDS)}.",
    ]
    assert check_law_kinds(shipped_laws(), KINDS) == ()


#: Country, kind, channel, and what is left of an English film with these variants, by shipped law.
FILM: dict[str, dict[str, Any]] = {
    "original": {"audio": "en"}, "ru": {"audio": "ru"}, "es": {"audio": "es"}, "es-sub": {"audio": "en", "subtitles": ["es"]},
    "uk": {"audio": "uk"}, "uk-sub": {"audio": "en", "burned_in": ["uk"]}, "ru-uk": {"audio": "ru", "subtitles": ["uk"]},
    "ka": {"audio": "ka"}, "ka-sub": {"audio": "en", "subtitles": ["ka"]}, "id": {"audio": "id"}, "ro": {"audio": "ro"},
    "ru-ro": {"audio": "ru", "subtitles": ["ro"]}, "sl-sub": {"audio": "en", "subtitles": ["sl"]},
}  # fmt: skip
SHIPPED = [
    ("MX", "fiction", "cinema", set(FILM)),
    ("UA", "fiction", "cinema", {"uk", "uk-sub"}),
    ("UA", "children", "cinema", {"uk", "uk-sub"}),
    ("UA", "fiction", "streaming", set(FILM)),
    ("UA", "promo", "cinema", set(FILM)),
    ("GE", "fiction", "tv", {"ka", "ka-sub"}),
    ("GE", "fiction", "cinema", set(FILM)),
    ("ID", "fiction", "cinema", set(FILM) - {"id"}),
    ("ID", "documentary", "cinema", set(FILM)),
    ("MD", "fiction", "tv", {"ro", "ru-ro"}),
    ("MD", "children", "tv", {"ro"}),
    ("SI", "fiction", "cinema", {"sl-sub"}),
    ("SI", "promo", "cinema", set(FILM)),
    ("SI", "fiction", "web", set(FILM)),
    ("SI", "fiction", "tv", set(FILM)),
    ("ES", "fiction", "cinema", set(FILM)),
]


@pytest.mark.parametrize(("country", "kind", "channel", "allowed"), SHIPPED)
def test_what_shipped_laws_leave_of_a_film(country: str, kind: str, channel: str, allowed: set[str]) -> None:
    rows = [{"id": name, **row} for name, row in FILM.items()]
    item = replace(make_item("film", {"original_language": "en", "kind": kind, "variants": rows}), channel=channel)
    assert left(with_laws(item, shipped_laws(), GROUPS, BERLIN), stand(country)) == allowed


def test_forms_are_written_as_they_are_read() -> None:
    assert law(("original+es",)).only == (Form("original", "", "es"),)
