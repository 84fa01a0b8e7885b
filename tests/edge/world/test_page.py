"""The map as a page, as a picture and in the demo page: complete, accessible, without anything from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import quote_plus, urlencode
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from edge.pages import shell
from edge.pages.texts import LANGUAGES, texts_of
from edge.world.drawing import PATTERNS, style, told
from edge.world.outlines import outlines
from edge.world.survey import EXPERIENCES, NAMES, Place
from locales.territories import TERRITORIES
from tests.edge.folders import NO_RULES
from tests.edge.sites import DEMO_FILES, OPERATOR, demo_site, item_file, make_site, service_of, visitor

SVG = "{http://www.w3.org/2000/svg}"
MAP = "/map/business-class"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with visitor(service_of(demo_site())) as found:
        yield found


class Table(HTMLParser):
    """The rows of the table: texts of their cells by the country's code; and every element with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: dict[str, list[str]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._row: list[str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag == "tr":
            self._row = self.rows.setdefault((found.get("id") or "")[2:], [])
        elif tag in ("th", "td") and self._row is not None:
            self._row.append("")

    def handle_endtag(self, tag: str) -> None:
        self._row = None if tag == "tr" else self._row

    def handle_data(self, data: str) -> None:
        if self._row:
            self._row[-1] += data


def row(client: TestClient, country: str, **query: str) -> list[str]:
    """What the table says of a country, in English."""
    return Table(client.get(MAP, params={"ui": "en", **query}).text).rows[country]


# The founding story.


def test_the_table_tells_the_founding_story(client: TestClient) -> None:
    assert row(client, "DE") == ["Germany DE", "German (dubbed) de-dub", "Dubbed", "custom", "norm/DE", "medium"]
    spain = row(client, "ES")
    assert spain == [
        "Spain ES",
        "English with subtitles in Spanish es-sub",
        "Subtitled",
        "rule",
        "airline/es-original",
        "medium",
    ]
    assert row(client, "CH")[5] == "low several languages are spoken there"
    assert row(client, "FR")[2:5] == ["Not understood", "default", "–"]


def test_spain_is_dubbed_by_norm_once_the_rule_is_taken_out() -> None:
    with visitor(make_site({**DEMO_FILES, "rules/airline.toml": NO_RULES})) as client:
        assert row(client, "ES")[1:5] == ["Spanish (dubbed) es-dub", "Dubbed", "custom", "norm/ES"]
        assert 'class="w-dub"><title>Spain: Dubbed · es-dub (norm/ES)<' in client.get(f"{MAP}.svg?ui=en").text


def test_a_published_change_is_on_the_map_at_once() -> None:
    service = service_of(demo_site())
    with visitor(service) as client:
        assert row(client, "ES")[4] == "airline/es-original"
        service.site = make_site({**DEMO_FILES, "rules/airline.toml": NO_RULES})
        assert row(client, "ES")[4] == "norm/ES"


def test_the_picture_shows_what_the_table_says(client: TestClient) -> None:
    picture = client.get(f"{MAP}.svg?ui=en").text
    assert 'class="w-dub"><title>Germany: Dubbed · de-dub (norm/DE)<' in picture
    assert 'class="w-sub"><title>Spain: Subtitled · es-sub (airline/es-original)<' in picture
    assert 'class="w-original low"><title>Switzerland: Original · original<' in picture
    assert 'class="w-none"><title>Somaliland: no ISO code' in picture


def test_somebody_elses_map_is_another(client: TestClient) -> None:
    assert row(client, "ES", accept_language="de-DE,de;q=0.9")[1] == "English with subtitles in German de-sub"
    assert row(client, "DE", choose="mode=sub")[3] == "choice"
    text = client.get(MAP, params={"ui": "en", "accept_language": "de-DE,de;q=0.9", "at": "2026-12-24"}).text
    assert '<code dir="ltr">accept_language=de-DE,de;q=0.9</code>' in text
    assert 'As of <code dir="ltr">2026-12-24</code>.' in text
    assert re.findall(r'aria-current="page"><bdi>([^<]*)</bdi>', text) == ["German"]


def test_the_readers_own_request_is_not_in_it(client: TestClient) -> None:
    fields = {"Accept-Language": "es-ES,es", "User-Agent": "Mozilla/5.0 (SMART-TV)"}
    text = client.get(f"{MAP}?ui=en&country=ES", headers=fields).text
    assert Table(text).rows["DE"][1] == "German (dubbed) de-dub"
    assert "country=ES" not in text.replace("country=ES&amp;item", "")


# Who may see it.


@pytest.mark.parametrize("path", [MAP, f"{MAP}.svg"])
def test_it_is_open_to_whom_the_demo_page_is(path: str) -> None:
    for policy, plain, operator in (("off", 404, 404), ("operators", 404, 200), ("everyone", 200, 200)):
        site = make_site({**DEMO_FILES, "site.toml": DEMO_FILES["site.toml"].replace('"everyone"', f'"{policy}"')})
        with visitor(site) as client:
            assert (client.get(path).status_code, client.get(path, headers=OPERATOR).status_code) == (plain, operator)
            assert client.get(path, headers=OPERATOR).status_code == client.get("/", headers=OPERATOR).status_code


@pytest.mark.parametrize("path", ["/map/nothing", "/map/nothing.svg", "/map/business-class.png", "/map/.svg"])
def test_an_item_that_there_is_not_has_no_map(client: TestClient, path: str) -> None:
    answered = client.get(path)
    assert answered.status_code == 404
    assert answered.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", [MAP, f"{MAP}.svg", f"{MAP}.svg?legend=yes"])
def test_it_fetches_nothing_runs_nothing_and_is_kept_by_nobody(client: TestClient, path: str) -> None:
    answered = client.get(path)
    assert answered.headers["cache-control"] == "private, no-store"
    assert answered.headers["content-security-policy"] == shell.policy(style() if "svg" in path else None)
    assert "unsafe" not in answered.headers["content-security-policy"]
    tags = Table(answered.text).tags
    assert not [name for name, _ in tags if name in ("script", "iframe", "img", "object", "image", "foreignobject")]
    assert not [found for _, found in tags if "style" in found or any(name.startswith("on") for name in found)]
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", answered.text)
    assert client.head(path).status_code == 200


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><script>", "\u202egnp", "\x00\x7f"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("path", [MAP, f"{MAP}.svg"])
def test_nothing_that_a_query_says_becomes_markup(client: TestClient, path: str, text: str) -> None:
    answered = client.get(path, params={**dict.fromkeys(("accept_language", "q", "at", "choose", "url", "ui"), text)})
    assert answered.status_code == 200
    assert "<script" not in answered.text
    assert "<img" not in answered.text
    assert not set("\u202e\x00\x7f") & set(answered.text)


# Complete and accessible.


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_is_complete_and_has_its_headings(client: TestClient, language: str) -> None:
    answered = client.get(MAP, params={"ui": language})
    assert answered.headers["content-language"] == language
    assert f'<html lang="{language}" dir="{texts_of(language).direction}">' in answered.text
    table = Table(answered.text)
    assert set(table.rows) - {""} == TERRITORIES
    assert {len(cells) for cells in table.rows.values()} == {6}
    assert all(all(cells) for cells in table.rows.values())
    names = [name for name, _ in table.tags]
    assert names.count("table") == names.count("caption") == 1
    scopes = [found.get("scope") for name, found in table.tags if name == "th"]
    assert scopes == ["col"] * 6 + ["row"] * len(TERRITORIES)
    assert names.count("h1") == 1
    assert [found.get("dir") for name, found in table.tags if name == "html"] == [texts_of(language).direction]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("legend", ["no", "yes"])
def test_the_picture_is_well_formed_small_and_described(client: TestClient, language: str, legend: str) -> None:
    answered = client.get(f"{MAP}.svg", params={"ui": language, "legend": legend})
    assert answered.headers["content-type"] == "image/svg+xml"
    assert len(answered.content) < 350_000
    root = ElementTree.fromstring(answered.text)
    assert root.get("role") == "img"
    named = (root.get("aria-labelledby") or "").split()
    assert [one.get("id") for one in root if one.tag in (f"{SVG}title", f"{SVG}desc")] == named
    assert all(one.text for one in root if one.get("id") in named)
    land = root.find(f"{SVG}g[@id='w-land']")
    assert land is not None
    assert all(shape.findtext(f"{SVG}title") for shape in land)
    shapes = outlines()
    assert len(land) == len(shapes.paths) + len(shapes.dots) + len(shapes.others)
    assert (root.find(f".//{SVG}text") is not None) == (legend == "yes")


def test_every_experience_has_a_colour_and_most_a_pattern() -> None:
    sheet = style()
    for experience in EXPERIENCES:
        assert f".w-{experience}" in sheet, experience
    assert set(EXPERIENCES) - set(PATTERNS) == {"original", "foreign"}  # a strong and a weak field without marks
    assert all(f"url(#w-p-{name})" in sheet and f".a-{name}" in sheet and f".b-{name}" in sheet for name in PATTERNS)
    assert "prefers-color-scheme:dark" in sheet
    assert "</" not in sheet


def test_numbers_are_counted_in_the_forms_and_digits_of_the_language() -> None:
    forms = {
        "en": ["1 country", "2 countries", "24 countries"],
        "de": ["1 Land", "2 Länder", "24 Länder"],
        "es": ["1 país", "2 países", "24 países"],
        "he": ["מדינה אחת", "שתי מדינות", "24 מדינות"],
        "fa": ["۱ کشور", "۲ کشور", "۲۴ کشور"],
    }
    assert {one: [texts_of(one).plural("map.places", number) for number in (1, 2, 24)] for one in LANGUAGES} == forms


def test_what_is_barred_is_told_without_a_variant() -> None:
    place = Place("US", None, "barred", "bars", None, "low", open=False)
    assert told(texts_of("en"), place) == "United States: Barred"
    film = item_file("film", {"variants": [{"id": "original", "audio": "en", "not_in": ["US"]}]})
    with visitor(make_site({"variants/film.toml": film}, '[preview]\nfor = "everyone"\n')) as client:
        assert Table(client.get("/map/film?ui=en").text).rows["US"][1:5] == ["–", "Barred", "rights or law", "–"]
        assert '<svg class="key"' in client.get("/?ui=en").text
        assert "Barred" in client.get("/?ui=en").text


def test_persian_names_are_in_the_order_of_the_persian_alphabet(client: TestClient) -> None:
    names = [cells[0] for code, cells in Table(client.get(MAP, params={"ui": "fa"}).text).rows.items() if code]
    places = [
        next(i for i, name in enumerate(names) if name.startswith(word))
        for word in ("برزیل", "پرتغال", "تایلند", "چین", "ژاپن")
    ]
    assert places == sorted(places)


# On the demo page.


def test_the_demo_page_shows_the_map_and_links_to_its_table(client: TestClient) -> None:
    text = client.get("/", params={"ui": "de", "at": "2026-12-24T20:00", "country": "ES"}).text
    query = "?ui=de&amp;at=2026-12-24T20%3A00"
    assert f'<img src="{MAP}.svg{query}" alt="Business Class rund um die Welt"' in text
    assert f'<a href="{MAP}{query}">Die Karte mit der Tabelle aller Länder</a>' in text
    assert client.get(f"{MAP}.svg?ui=de").status_code == 200
    legend = re.findall(r"</svg>([^<]*)", text.partition('<ul class="legend">')[2].partition("</ul>")[0])
    assert [word.strip() for word in legend] == ["Original", "Synchronisiert", "Mit Untertiteln", "Nicht verstanden"]


def test_a_row_links_to_the_page_of_such_a_visitor(client: TestClient) -> None:
    text = client.get(MAP, params={"ui": "en"}).text
    link = re.search(r'<tr id="w-ES">.*?href="([^"]*)"', text)
    assert link is not None
    page = client.get(link[1].replace("&amp;", "&"), headers={"Accept-Language": "de-DE,de"}).text
    assert "English with subtitles in Spanish" in page


# However much is asked.

LONG: dict[str, dict[str, str]] = {
    "a long header": {"accept_language": "de," * 1000},
    "what escapes to six": {"q": "'" * 4000},
    "what encodes to twelve": {"q": "\N{GRINNING FACE}" * 300},
    "everything at once": dict.fromkeys(NAMES, "'" * 170),
    "as much as fits": {"q": "'" * 40, "utm_source": "b" * 65},
    "a lone surrogate": {"q": "\udcff" * 200},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asked", LONG.values(), ids=LONG)
def test_the_page_stays_small_whatever_is_asked(client: TestClient, asked: dict[str, str], language: str) -> None:
    query = urlencode({**asked, "ui": language}, errors="surrogateescape")
    answered = client.get(f"{MAP}?{query}")
    assert answered.status_code == 200
    assert len(answered.content) < 300_000


def links(text: str) -> list[str]:
    return [found.get("href") or "" for name, found in Table(text).tags if name == "a"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accept_language", "de," * 100), ("accept_language", "!!"), ("at", "tomorrow"), ("choose", "mode=loud"),
        ("device", "toaster"), ("q", "flug" * 60),
    ],
)  # fmt: skip
def test_links_leave_out_what_is_too_long_or_says_nothing_and_the_page_says_so_once(
    client: TestClient, name: str, value: str
) -> None:
    text = client.get(MAP, params={"ui": "en", "utm_source": "mail", name: value}).text
    assert text.count("do not repeat") == 1
    assert f'do not repeat <code dir="ltr">{name}</code>' in text
    assert not [link for link in links(text) if value[:8] in link or quote_plus(value[:8]) in link]
    assert sum("utm_source=mail" in link for link in links(text)) > len(TERRITORIES)


@pytest.mark.parametrize(
    ("name", "value"),
    [("accept_language", "de"), ("at", "2026-12-24"), ("choose", "mode=sub"), ("device", "tv"), ("q", "flug")],
)
def test_links_repeat_what_was_understood(client: TestClient, name: str, value: str) -> None:
    text = client.get(MAP, params={"ui": "en", name: value}).text
    assert "do not repeat" not in text
    assert sum(f"{name}={quote_plus(value)}" in link for link in links(text)) > len(TERRITORIES)


# On a narrow screen.


def test_rows_are_stacked_on_a_narrow_screen_and_codes_stay_whole(client: TestClient) -> None:
    text = client.get(MAP, params={"ui": "en"}).text
    assert re.findall(r'<th scope="col"><bdi>([^<]*)|<th scope="col">([^<]*)', text)[2] == ("", "Experience")
    wide, _, narrow = text.partition("@media (max-width:60rem)")
    assert ".places code{white-space:nowrap}" in wide
    assert "border-collapse:separate" in wide  # else a sticky cell leaves its line behind
    assert ".places{display:block;min-inline-size:0}" in narrow
    assert ".places tbody tr{display:flex;flex-wrap:wrap;" in narrow
