"""Classes and keys (SEMANTICS §9): equal keys, equal answers; finite, whatever visitors send; nothing that is not read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import combinations
from urllib.parse import unquote

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from edge.answer import outcome
from edge.headers import key_text
from edge.reading import read
from edge.rendering import render
from edge.site import Site
from edge.structured import parse_item
from locales.ranges import LanguageRanges
from rules.context import Choice
from tests.conftest import UNMEASURED
from tests.edge.crowd import MOMENTS, NAMES, POLICIES, POOLS, crowd_site, headers, present, visitors
from tests.edge.sites import NOON, answer_of, asked, demo_site, item_file, make_site, rules_file, told

Answer = tuple[object, ...]


def key_and_answer(site: Site, item: str, named: Mapping[str, str], moment: datetime = NOON) -> tuple[str, Answer]:
    """The key of a visitor, and the answer that it stands for."""
    request = asked(named, moment)
    found = site.catalog.paths.match(request.target) if request.target is not None else None
    if found is not None:
        request = request.with_language(found[1])
    reading, decision, selection = outcome(request, site.served[item], site)
    response = render(request, site.served[item], site, reading, decision, selection)
    said = tuple(pair for pair in response.fields if pair[0] not in (b"isogloss-key", b"vary", b"cache-control"))
    return key_text(item, reading.classes), (*answer_of(selection, decision.expires), response.body, said)


def projected(site: Site, item: str, header: str) -> str:
    return site.served[item].projection.language(LanguageRanges.from_header(header))


@UNMEASURED
@settings(max_examples=15)
@given(visitors(), st.sampled_from(POLICIES), st.sampled_from(["en", "en-US", "de"]))
def test_equal_keys_give_equal_answers(somebody: dict[str, str], policy: str, default: str) -> None:
    """Somebody, and everybody who differs from them in one input."""
    site = crowd_site(policy, default)
    others = [{**somebody, name: value} for name, pool in POOLS.items() for value in pool]
    for item in NAMES:
        seen: dict[str, tuple[Answer, dict[str, str]]] = {}
        for named in map(present, others):
            key, answer = key_and_answer(site, item, named)
            first, who = seen.setdefault(key, (answer, named))
            assert answer == first, f"{key}: {who} and {named}"


@settings(max_examples=150)
@given(visitors(), headers(), headers(), st.sampled_from(POLICIES), st.sampled_from(["en", "en-US", "fr"]))
def test_headers_of_one_class_can_be_swapped(
    named: dict[str, str], one: str, other: str, policy: str, default: str
) -> None:
    site = crowd_site(policy, default)
    for item in NAMES:
        if projected(site, item, one) == projected(site, item, other):
            said = [key_and_answer(site, item, {**named, "accept_language": header}) for header in (one, other)]
            assert said[0] == said[1], item


#: Pairs of headers that are easily taken for one, where an item is heard or read in these languages.
TREACHEROUS = (
    ({"country": "CH"}, "en", "en-US"),  # the default of an ambiguous place, confirmed or not
    ({"country": "DE"}, "es,es-MX", "es"),  # a cell that wants es and refuses es-MX
    ({"country": "US"}, "de,fr,es;q=0.5,de;q=0", "de,it,es;q=0.5,de;q=0"),
    (
        {"country": "US"},
        "de-AT,fr,es;q=0.5,de;q=0",
        "de-AT,pl,es;q=0.5,de;q=0",
    ),  # the first is refused: the second counts
    ({"country": "FR"}, "es-AR,fr,es;q=0.8,es-AR;q=0", "fr,es;q=0.8,es-AR;q=0"),
    ({"country": "TW"}, "en", "zh-Hant"),
    ({"country": "DE"}, "*,de;q=0", "*"),
    ({"country": "IN"}, "en-US", "en"),
)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(("named", "one", "other"), TREACHEROUS)
def test_headers_that_are_easily_taken_for_one(named: dict[str, str], one: str, other: str, policy: str) -> None:
    site = crowd_site(policy)
    for item in NAMES:
        said = [key_and_answer(site, item, {**named, "accept_language": header}) for header in (one, other)]
        assert said[0][0] != said[1][0] or said[0][1] == said[1][1], item


@settings(max_examples=80)
@given(visitors(), st.lists(st.sampled_from(MOMENTS), min_size=2, max_size=4))
def test_equal_keys_give_equal_variants_at_any_moment(named: dict[str, str], moments: list[datetime]) -> None:
    """Of items without schedules: those end, and no class tells of it."""
    site = crowd_site()
    seen: dict[str, object] = {}
    for moment in moments:
        key, answer = key_and_answer(site, "page", named, moment)
        assert seen.setdefault(key, answer[:6]) == answer[:6]


@settings(max_examples=120)
@given(visitors(), st.sampled_from(POLICIES), st.sampled_from(MOMENTS))
def test_a_key_is_one_string_of_rfc_9651(named: dict[str, str], policy: str, moment: datetime) -> None:
    site = crowd_site(policy)
    for item in NAMES:
        key, _ = key_and_answer(site, item, named, moment)
        parsed = parse_item(key)
        assert parsed is not None, key
        assert str(parsed.value).partition(";")[0] == item
        assert "country=" not in key or str(parsed.value).split(";")[1].startswith("country=")


NAMED = (
    # item, header, class
    ("business-class", "", ""),
    ("business-class", "de", "language=de"),
    ("business-class", "de-DE,de;q=0.9", "language=de"),
    ("business-class", "DE_de", "language=de"),
    ("business-class", "en", "language=en"),
    ("business-class", "en-US,en;q=0.9", "language=en"),
    ("business-class", "en-US", "language=en-US"),
    ("business-class", "en-GB", "language=en-GB"),
    ("business-class", "fr,ja,ko,es", "language=fr,es"),
    ("business-class", "fr,de,it,es", "language=fr,de,es"),
    ("business-class", "qaa", "language=und"),
    ("business-class", "qaa,xx,yy,de", "language=und,de"),
    ("business-class", "*", ""),
    ("business-class", "*,de;q=0", "language=!de"),
    ("business-class", "fr,de;q=0,qaa;q=0,tlh-x-a;q=0", "language=fr,!de"),
    ("for-travellers", "fr", "language=und"),
    ("for-travellers", "fr,ja,de-AT,es-MX", "language=und,de,es"),
    ("for-travellers", "ja,de,ko,fa", "language=und,de,fa"),
)


@pytest.mark.parametrize(("item", "header", "name"), NAMED)
def test_a_class_is_named_by_its_first_member_and_empty_profiles_drop_out(item: str, header: str, name: str) -> None:
    assert projected(demo_site(), item, header) == name


def test_a_header_that_says_english_and_means_it_is_another_class_than_the_one_of_the_factory() -> None:
    site = make_site({"variants/film.toml": item_file("film", {"variants": [{"id": "a", "audio": "de"}]})})
    assert projected(site, "film", "en-US,en") == "language=en,en-US"
    assert projected(site, "film", "en,qaa") == "language=en+"
    assert projected(site, "film", "en-US;q=0.1,en") == projected(site, "film", "en-US,en")


@settings(max_examples=60)
@given(st.lists(st.from_regex(r"[a-z]{2,3}(-[A-Z]{2})?(-x-[a-z]{1,8})?", fullmatch=True), max_size=12))
def test_made_up_languages_make_no_classes(tags: list[str]) -> None:
    """Those that exist do, where norms may tell them apart: but one of them each."""
    site = demo_site()
    header = ",".join(f"{tag}-x-made-up" for tag in tags)
    name = projected(site, "for-travellers", header)
    assert "made-up" not in name
    assert len(projected(site, "business-class", header)) <= len("language=") + 40


REGIONS = (
    # country, region, counts
    ("ES", "ES-CT", True),  # Catalan is official there
    ("ES", "ES-MD", False),
    ("CH", "CH-GE", True),
    ("DE", "DE-BE", False),
    ("FR", "FR-IDF", False),
    ("CA", "CA-QC", True),
)


@pytest.mark.parametrize(("country", "region", "counts"), REGIONS)
def test_a_region_is_in_the_key_only_where_it_makes_a_difference(country: str, region: str, counts: bool) -> None:
    key = told(demo_site(), "business-class", {"country": country, "region": region})["key"]
    assert (f"region={region}" in key) is counts


def test_a_region_that_a_rule_asks_for_is_told_from_others_and_those_are_not_told_apart() -> None:
    rules = rules_file("r", [{"id": "berlin", "when": {"region": ["DE-BE"]}, "then": {"mode": ["sub"]}}])
    film = item_file("film", {"variants": [{"id": "a", "audio": "en"}, {"id": "b", "audio": "de"}]})
    site = make_site({"variants/film.toml": film, "rules/r.toml": rules})
    keys = {region: told(site, "film", {"region": region})["key"] for region in ("DE-BE", "DE-HH", "DE-HE")}
    assert keys["DE-BE"] != keys["DE-HH"]
    assert keys["DE-HH"] == keys["DE-HE"]


def test_devices_of_variants_are_classes_and_make_none_of_inputs_that_nobody_reads() -> None:
    variants = [{"id": "small", "audio": "en", "devices": ["phone"]}, {"id": "b", "audio": "en"}]
    site = make_site({"variants/film.toml": item_file("film", {"variants": variants})})
    projection = site.served["film"].projection
    told_as = {"phone": "device=phone", "tv": "", "bot": "", None: ""}
    assert {device: projection.value("device", device) for device in told_as} == told_as
    assert [projection.value(name, "x") for name in ("region", "os")] == ["", ""]


def test_search_words_are_told_by_the_cells_that_they_meet() -> None:
    cells = [["rome"], ["cheap flight*"], ["rome", "oslo"], ["!oslo"]]
    rules = rules_file(
        "r", [{"id": f"r{n}", "when": {"terms": cell}, "then": {"tags": {"a": str(n)}}} for n, cell in enumerate(cells)]
    )
    page = item_file("page", {"kind": "page", "variants": [{"id": "a", "language": "en"}]})
    projection = make_site({"variants/page.toml": page, "rules/r.toml": rules}).served["page"].projection
    for words, told_as in (
        ("rome", "terms=rome+rome|oslo"),
        ("cheap flights to rome", "terms=rome+cheap flight*+rome|oslo"),
        ("oslo", "terms=rome|oslo+^!oslo"),
        ("paris", "terms=other"),
        ("", ""),
    ):
        assert projection.value("terms", tuple(words.split())) == told_as


UNREAD: Mapping[str, Mapping[str, str]] = {
    "device": {"device": "tv"},
    "os": {"os": "ios"},
    "referrer": {"referer": "https://www.google.com/"},
    "campaign": {"utm_campaign": "summer"},
    "segment": {"segment": "gold", "consent": "3"},
    "stage": {"stage": "known", "consent": "3"},
    "seen": {"seen": "film", "consent": "3"},
    "age": {"age": "teen", "consent": "3"},
    "save_data": {"save_data": "yes"},
    "captions": {"choose": "captions=?1"},
    "audio_description": {"choose": "audio_description=?0"},
    "hour": {"at": "2026-11-22T05:00"},
    "variant": {"choose": "variant=there-is-no-such"},
}


@pytest.mark.parametrize("name", UNREAD)
def test_an_input_that_is_not_read_stands_in_no_key(name: str) -> None:
    site = demo_site()
    plain = told(site, "business-class", {"country": "DE"})
    assert told(site, "business-class", {"country": "DE", **UNREAD[name]}) == plain


@pytest.mark.parametrize("item", ["business-class", "for-travellers"])
def test_an_input_that_is_not_read_stands_in_no_vary(item: str) -> None:
    served = demo_site().served[item]
    vary = served.vary((), False)[0].decode()
    wanted = {
        "business-class": "Accept-Language, Isogloss-Choice",
        "for-travellers": "Accept-Language, Referer, Isogloss-Choice",
    }
    assert [name for name in vary.split(", ") if name not in ("DNT", "Sec-GPC")] == wanted[item].split(", ")


def test_both_clocks_stand_in_the_key_where_both_are_read() -> None:
    site = crowd_site()
    at = "2026-11-20T20:30"  # a Friday evening in Berlin, an afternoon in New York
    key = told(site, "page", {"country": "AT", "at": at}, datetime.fromisoformat(f"{at}+01:00"))["key"]
    assert "weekday=fri" in key
    assert "daypart=night" in key or "daypart=evening" in key
    early = told(site, "page", {"country": "JP"}, datetime.fromisoformat("2026-11-20T22:00+00:00"))["key"]
    assert "visitor.hour=5" in early
    assert "zone=Asia/Tokyo" in early


CHOICES = (
    (Choice(language="es-ES"), "choice=language=es"),
    (Choice(mode="sub"), "choice=mode=sub"),
    (Choice(variant="de-dub"), "choice=variant=de-dub"),
    (Choice(variant="other"), ""),
    (Choice(captions=True), ""),
    (Choice(language="es", origin="cookie"), "choice=language=es,from=cookie"),
    (Choice(mode="sub", origin="cookie"), "choice=mode=sub"),
    (None, ""),
)


@pytest.mark.parametrize(("choice", "name"), CHOICES)
def test_of_a_choice_the_members_that_can_count_are_told(choice: Choice | None, name: str) -> None:
    assert demo_site().served["business-class"].projection.choice(choice) == name


def test_a_choice_that_takes_back_a_refusal_is_another_than_one_that_does_not() -> None:
    """`pt-BR;q=0` refuses the track of that region; who then chooses `pt-BR` wants it, who chooses `pt` does not say so."""
    named = {"country": "DE", "accept_language": "pt-BR;q=0"}
    chosen = [key_and_answer(crowd_site(), "film", {**named, "choose": f"language={tag}"}) for tag in ("pt", "pt-BR")]
    assert chosen[0][0] != chosen[1][0]
    assert chosen[0][1] != chosen[1][1]


def test_wishes_for_captions_are_told_where_there_are_any() -> None:
    projection = crowd_site().served["film"].projection
    assert projection.choice(Choice(captions=True)) == "choice=captions=?1"
    assert projection.choice(Choice(audio_description=True)) == "choice=audio_description=?1"


def test_not_to_want_captions_is_to_have_said_nothing_unless_something_stands_against_it() -> None:
    both = {"id": "c", "audio": "de", "captions": ["de"], "audio_description": ["de"]}
    for variants, name in (([], ""), ([both], "choice=captions=?0")):
        rows = [{"id": "a", "audio": "de"}, {"id": "b", "audio": "de", "captions": ["de"]}, *variants]
        site = make_site({"variants/film.toml": item_file("film", {"variants": rows})})
        assert site.served["film"].projection.choice(Choice(captions=False)) == name
    ruled = crowd_site().served["film"].projection.choice(Choice(captions=True))
    assert ruled == "choice=captions=?1"


@example(value='flug; "\\ \u05d8')
@given(st.text(min_size=1, max_size=20))
@settings(max_examples=40)
def test_what_an_editor_writes_in_a_cell_stays_within_the_string(value: str) -> None:
    assume(value.isprintable() and value.strip() == value and value[0] != "!" and value.lower() != "unknown")
    page = item_file("page", {"kind": "page", "variants": [{"id": "a", "language": "en"}]})
    rules = rules_file("r", [{"id": "one", "when": {"campaign": [value]}, "then": {"tags": {"a": "b"}}}])
    site = make_site({"variants/page.toml": page, "rules/r.toml": rules})
    key, _ = key_and_answer(site, "page", {"utm_campaign": value})
    parsed = parse_item(key)
    assert parsed is not None
    name = str(parsed.value).rpartition("campaign=")[2]
    assert not name or unquote(name).casefold() == value.casefold()


def test_an_explanation_reads_all_and_says_the_same() -> None:
    from rules.inputs import INPUTS

    site = demo_site()
    request = asked({"country": "ES", "accept_language": "es", "device": "tv", "referer": "https://www.google.com/"})
    served = site.served["business-class"]
    few, all_of_them = read(request, served, site), read(request, served, site, frozenset(INPUTS))
    assert few.context.device is None
    assert all_of_them.context.device == "tv"
    assert (few.classes.place, few.classes.language) == (all_of_them.classes.place, all_of_them.classes.language)


# Units

UNITS = st.one_of(st.sampled_from(POOLS["unit"]), st.text('abc123 ,;"é', max_size=6))
TRIED = st.fixed_dictionaries(
    {
        "country": st.sampled_from(["DE", "AT", "FR", "ES", "US"]),
        "accept_language": st.sampled_from(["de", "es", "es-MX,de", "en-US,en", "fr", ""]),
        "consent": st.sampled_from(["0", "1", "2", "3"]),
        "device": st.sampled_from(["tv", "phone", ""]),
    },
    optional={
        "choose": st.sampled_from(["mode=dub", "language=es", "variant=es-loud"]),
        "gpc": st.sampled_from(["1", "0"]),
    },
)


@settings(max_examples=60)
@given(TRIED, st.lists(UNITS, max_size=12))
def test_units_of_equal_keys_get_equal_answers(somebody: dict[str, str], units: list[str]) -> None:
    """And whoever does not agree to be counted gets what everybody else gets who does not."""
    site = crowd_site()
    seen: dict[str, Answer] = {}
    for unit in ("", *units, *POOLS["unit"]):
        key, answer = key_and_answer(site, "trial", present({**somebody, "unit": unit}))
        assert seen.setdefault(key, answer) == answer, key
        assert not unit or f"{unit};" not in key
    if somebody["consent"] in "01" or somebody.get("gpc") == "1":
        assert len(seen) == 1


def test_any_two_classes_of_units_are_told_apart_by_somebody() -> None:
    site = crowd_site()
    visitors_ = [
        {"country": country, "accept_language": header, "consent": "2"}
        for country in ("DE", "US") for header in ("de", "es")
    ]  # fmt: skip
    by_class: dict[str, list[Answer]] = {}
    for unit in POOLS["unit"]:
        name = site.served["trial"].projection.unit(unit)
        by_class[name] = [key_and_answer(site, "trial", present({**one, "unit": unit}))[1] for one in visitors_]
    assert len(by_class) == 8
    for one, other in combinations(by_class.values(), 2):
        assert any(first != second for first, second in zip(one, other, strict=True))


@pytest.mark.parametrize("item", ["film", "page", "business-class"])
def test_a_unit_stands_in_no_key_of_an_item_whose_rules_do_not_split(item: str) -> None:
    site = crowd_site()
    named = {"country": "DE", "consent": "3"}
    assert told(site, item, named) == told(site, item, {**named, "unit": "alice"})


def test_the_key_names_the_arms_and_why_they_are_the_default() -> None:
    site = crowd_site()
    for unit, arms in (
        ("alice", ";split=mood:pin,watching:sub"),
        ("carol", ";split=mood:plain(holdout),watching:dub"),
        ("", ""),
    ):
        named = present({"country": "DE", "accept_language": "de", "consent": "2", "unit": unit})
        assert told(site, "trial", named)["key"] == f'"trial;country=DE;language=de{arms}"'
