"""The page at `/`: who may see it, what it shows, in which language, and that nothing a visitor sends becomes markup."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale
from starlette.testclient import TestClient

from edge.app import make_app
from edge.operators import Operators
from edge.pages import form, shell
from edge.pages.machine import safe_host
from edge.pages.markup import Html, escaped, foreign, tag
from edge.pages.texts import DATA, LANGUAGES, greeting, interface_language, texts_of
from edge.provenance import WITNESSES
from edge.service import Service
from edge.site import DEMO, Loader
from locales.ranges import LanguageRanges
from rules.inputs import DEVICES, REFERRERS, SYSTEMS, VISITOR_NAMES

TOKEN = "a-token-of-thirty-two-bytes-or-more"

SPAIN = {"country": "ES", "accept_language": "es-ES,es;q=0.9"}
GERMANY = {"country": "DE", "accept_language": "de-DE,de;q=0.9"}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    service = Service(Loader(DEMO), Loader(DEMO).load())
    with TestClient(make_app(service, watching=False)) as found:
        yield found


def client_of(folder: Path, files: Mapping[str, str], preview: str = "everyone") -> TestClient:
    """A client of a site with these files."""
    site = f'[site]\nid = "own"\ndefault_language = "en"\n[preview]\nfor = "{preview}"\n'
    for name, text in {"site.toml": site, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    service = Service(Loader(folder), Loader(folder).load(), Operators((TOKEN.encode(),)))
    return TestClient(make_app(service, watching=False))


def item(body: str, head: str = "") -> dict[str, str]:
    return {"variants/film.toml": f'[item]\nid = "film"\nkind = "promo"\noriginal_language = "en"\n{head}\n{body}'}


ENGLISH = '[[variants]]\nid = "original"\naudio = "en"\nurl = "https://media.example/en.mp4"\n'


class Reader(HTMLParser):
    """Looks at every element: those that are open at the end, and what must not be there."""

    VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labelled: list[str] = []
        self.controls: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        self.ids += [found["id"] or ""] if "id" in found else []
        self.labelled += [found["for"] or ""] if tag == "label" else []
        self.controls += [found["id"] or ""] if tag in ("input", "select") and found.get("type") != "hidden" else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


# Who may see it.


@pytest.mark.parametrize("policy", ["off", "operators"])
def test_there_is_no_page_where_the_visitor_may_not_preview(tmp_path: Path, policy: str) -> None:
    with client_of(tmp_path, item(ENGLISH), policy) as closed:
        for query in ({}, SPAIN):
            answered = closed.get("/", params=query)
            assert answered.status_code == 404
            assert answered.headers["content-type"] == "application/problem+json"
            assert "Isogloss</span>" not in answered.text


def test_an_operator_sees_it_unless_preview_is_off(tmp_path: Path) -> None:
    for policy, status in (("operators", 200), ("off", 404)):
        with client_of(tmp_path / policy, item(ENGLISH), policy) as site:
            assert site.get("/", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == status


def test_a_site_without_items_has_no_page(tmp_path: Path) -> None:
    with client_of(tmp_path, {}) as empty:
        assert empty.get("/").status_code == 404


def test_the_page_fetches_nothing_but_our_map_runs_nothing_and_is_kept_by_nobody(client: TestClient) -> None:
    answered = client.get("/", params=SPAIN)
    assert answered.status_code == 200
    assert answered.headers["content-type"] == "text/html; charset=utf-8"
    assert answered.headers["cache-control"] == "private, no-store"
    assert answered.headers["x-content-type-options"] == "nosniff"
    policy = answered.headers["content-security-policy"]
    assert policy == shell.policy()
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert not [name for name in answered.headers if name.startswith("access-control-")]
    tags = Reader(answered.text).tags
    assert not [name for name, _ in tags if name in ("script", "iframe", "object", "base")]
    assert not [found for _, found in tags if "style" in found or any(name.startswith("on") for name in found)]
    sources = [found.get("href") or found.get("src") or "" for name, found in tags if name in ("link", "img", "use")]
    assert [source for source in sources if not source.startswith("data:")] == ["/map/business-class.svg?ui=en"]


def test_head_is_answered_too(client: TestClient) -> None:
    assert client.head("/").status_code == 200


# What it shows.


def test_a_visitor_from_spain_sees_the_original_under_spanish_subtitles_and_why(client: TestClient) -> None:
    text = client.get("/", params=SPAIN).text
    assert '<q lang="en" dir="ltr">Welcome on board.' in text
    assert '<p class="subtitle"><span lang="es" dir="ltr">Bienvenidos a bordo.' in text
    assert "English with subtitles in Spanish" in text
    assert "A rule of this site decided" in text
    assert "Our Spanish travellers watch films in the original, with subtitles" in text
    assert "It overrode" in text
    assert "which says: dubbing, then subtitles." in text
    assert "Special Eurobarometer 386" in text
    assert "what viewers say in surveys" in text
    assert "confidence <bdi>high</bdi>" in text or "confidence high" in text


def test_a_visitor_from_germany_sees_the_german_dub_by_the_custom_of_the_place(client: TestClient) -> None:
    text = client.get("/", params=GERMANY).text
    assert '<q lang="de" dir="ltr">Willkommen an Bord.' in text
    assert 'class="subtitle"' not in text
    assert "The sound is dubbed in <bdi>German</bdi>." in text
    assert "the custom of the place decided" in text


def test_alternatives_are_links_that_choose_them(client: TestClient) -> None:
    text = client.get("/", params=GERMANY).text
    link = "/?country=DE&amp;accept_language=de-DE%2Cde%3Bq%3D0.9&amp;choose=variant%3Dde-sub"
    assert f'href="{link}"' in text
    chosen = client.get(link.replace("&amp;", "&")).text
    assert "The visitor chose it." in chosen
    assert '<code dir="ltr">de-sub</code> <span class="kind sub">' in chosen
    assert "Take the choice back" in chosen


def test_a_page_item_shows_the_page_its_language_and_its_tags(client: TestClient) -> None:
    text = client.get("/", params={**GERMANY, "item": "for-travellers"}).text
    assert '<div class="sheet" lang="de" dir="ltr">' in text
    assert "Für Reisende" in text
    assert "A page in <bdi>German</bdi>, translated from <bdi>English</bdi>." in text
    assert '<bdi dir="ltr">market: de</bdi>' in text
    assert "Always dubbing" not in text


def test_what_the_service_sees_names_each_source(client: TestClient) -> None:
    fields = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)", "Accept-Language": "fr"}
    text = client.get("/?q=vols", headers=fields).text
    assert '<td>Phone</td><td class="from">field <code dir="ltr">User-Agent</code>' in text
    assert '<td><bdi>vols</bdi></td><td class="from">address, <code dir="ltr">q</code>' in text
    assert "<bdi>French</bdi>" in text
    assert "Europe/Berlin" in text


def test_the_machines_command_names_this_host_and_its_answer(client: TestClient) -> None:
    text = client.get("/", params=SPAIN).text
    assert (
        "curl -s &#x27;http://testserver/v1/items/business-class?country=ES&amp;accept_language=es-ES,es;q%3D0.9&#x27;"
        in text
    )
    assert "Isogloss-Variant: es-sub" in text
    assert "reason=rule;rule=&quot;airline/es-original&quot;;overrode=&quot;norm/ES&quot;" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "query", [{}, SPAIN, {**GERMANY, "item": "for-travellers"}, {"country": "XX", "choose": "mode=dub"}]
)
def test_a_page_is_well_formed_and_every_control_has_its_label(
    client: TestClient, query: dict[str, str], language: str
) -> None:
    found = Reader(client.get("/", params={**query, "ui": language}).text)
    assert found.open == []
    assert len(found.ids) == len(set(found.ids))
    assert sorted(found.controls) == sorted(found.labelled)
    headings = [name for name, _ in found.tags if re.fullmatch("h[1-6]", name)]
    assert headings[0] == "h1"
    assert headings.count("h1") == 1
    named = {found_.get("name") for name, found_ in found.tags if name in ("input", "select")}
    assert named >= set(VISITOR_NAMES)


ASKED = {
    "country": "CH", "region": "CH-GE", "accept_language": "fr-CH", "user_agent": "curl/8", "device": "tv", "os": "tizen",
    "referer": "https://www.instagram.com/", "q": "vols", "utm_source": "google", "utm_medium": "cpc", "utm_campaign": "Spring",
    "utm_term": "flug", "segment": "gold", "stage": "known", "seen": "film:done", "age": "adult", "unit": "alice",
    "consent": "3", "gpc": "yes", "choose": "language=es", "save_data": "yes", "url": "/de/business-class",
    "at": "2026-12-24T20:00",
}  # fmt: skip


@pytest.mark.parametrize("name", VISITOR_NAMES)
def test_the_page_works_for_every_preview_parameter_and_keeps_it(client: TestClient, name: str) -> None:
    answered = client.get("/", params={name: ASKED[name]})
    assert answered.status_code == 200
    found = {row.get("name"): row for tag_, row in Reader(answered.text).tags if tag_ == "input"}
    shown = found.get(name, {}).get("value")
    selected = [row.get("value") for tag_, row in Reader(answered.text).tags if tag_ == "option" and "selected" in row]
    assert ASKED[name] in (shown, *selected)


def test_all_of_them_at_once(client: TestClient) -> None:
    text = client.get("/", params={**ASKED, "item": "for-travellers", "ui": "he"}).text
    assert '<html lang="he" dir="rtl">' in text
    assert "2026-12-24" in text
    assert '<input type="hidden" name="item" value="for-travellers">' in text
    assert '<input type="hidden" name="ui" value="he">' in text


def test_a_moment_with_an_offset_is_shown_on_the_sites_clock(client: TestClient) -> None:
    assert 'type="datetime-local" value="2026-12-24T20:00"' in client.get("/", params={"at": "2026-12-24T19:00Z"}).text
    assert 'type="datetime-local">' in client.get("/", params={"at": "nonsense"}).text


def test_the_links_to_be_somebody_else_mark_the_present_one(client: TestClient) -> None:
    for named, label in (({}, "Myself"), (SPAIN, "I am in Spain"), (GERMANY, "I am in Germany")):
        assert re.findall(r'<nav class="quick".*?aria-current="page">([^<]*)<', client.get("/", params=named).text) == [
            label
        ]


# Languages of the interface.


def test_the_interface_is_in_the_readers_language_whoever_they_ask_about(client: TestClient) -> None:
    hebrew = {"Accept-Language": "he-IL,he;q=0.9"}
    for query in ({}, SPAIN):
        answered = client.get("/", params=query, headers=hebrew)
        assert '<html lang="he" dir="rtl">' in answered.text
        assert answered.headers["content-language"] == "he"
    assert '<html lang="en" dir="ltr">' in client.get("/?ui=en", headers=hebrew).text
    assert '<html lang="en" dir="ltr">' in client.get("/?country=IL&accept_language=he").text


def test_in_hebrew_names_are_hebrew_and_ids_stay_from_left_to_right(client: TestClient) -> None:
    text = client.get("/", params={**SPAIN, "ui": "he"}).text
    assert "אנגלית עם כתוביות בספרדית" in text
    assert "כלל של האתר הכריע" in text
    assert '<code dir="ltr">airline/es-original</code>' in text
    assert '<bdi>ספרד</bdi> <code dir="ltr">ES</code>' in text
    assert '<blockquote><p lang="en" dir="ltr"><q>Our Spanish travellers' in text
    assert '<pre dir="ltr" lang="en"' in text
    assert 'lang="en" hreflang="en">English</a>' in text


def test_countries_are_sorted_by_their_names_in_the_language_of_the_interface() -> None:
    english = [name for _, name in form._countries("en")]
    assert english.index("Åland Islands") < english.index("Albania")
    assert english.index("Austria") < english.index("Germany") < english.index("Spain")
    hebrew = [name for _, name in form._countries("he")]
    assert hebrew.index("אוסטריה") < hebrew.index("גרמניה") < hebrew.index("ספרד")


@pytest.mark.parametrize(
    ("asked", "header", "expected"),
    [
        (None, "he", "he"),
        (None, "fr, he;q=0.5", "he"),
        (None, "fr", "en"),
        ("he", "en", "he"),
        ("xx", "he", "he"),
        (None, "iw", "he"),
    ],
)
def test_the_language_of_the_interface(asked: str | None, header: str, expected: str) -> None:
    assert interface_language(asked, LanguageRanges.from_header(header)) == expected


#: Texts that count: their keys go on with a form of the language.
COUNTING = ("map.places.", "trace.untold.")


def places_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts_with_the_same_places(language: str) -> None:
    english, own = texts_of("en").said, texts_of(language).said
    assert set(map(uncounted, own)) == set(map(uncounted, english))
    for key, text in english.items():
        if key == uncounted(key):
            assert places_of(own[key]) == places_of(text), key


def uncounted(key: str) -> str:
    """The key of a text without the form that it counts in."""
    return re.sub(r"\.(zero|one|two|few|many|other)$", "", key) if key.startswith(COUNTING) else key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("counting", COUNTING)
def test_a_text_that_counts_has_the_forms_of_its_language_and_no_other(language: str, counting: str) -> None:
    forms = {key.rpartition(".")[2] for key in texts_of(language).said if key.startswith(counting)}
    assert forms | {"many"} == {*Locale.parse(language).plural_form.tags, "other", "many"}  # es: many from a million on


#: What German or Spanish writes as English does.
SHARED = {
    "Site {site}", "Original", "Voice-over", "System", "Region", "Region (ISO 3166-2)", "Computer", "Tablet", "Wearable", "no",
    "cookie {name}", "personal", ", ", " · ", "0123456789",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_text_is_left_in_english(language: str) -> None:
    english, own = texts_of("en").said, texts_of(language).said
    same = {text for key, text in own.items() if text == english.get(key) and not key.startswith("os.")}
    assert same <= SHARED


def test_persian_has_its_own_digits_and_direction(client: TestClient) -> None:
    text = client.get("/", params={**SPAIN, "ui": "fa", "at": "2026-12-24T20:15"}).text
    assert '<html lang="fa" dir="rtl">' in text
    assert "<bdi>۲۰:۱۵</bdi>" in text
    assert "انگلیسی با زیرنویس اسپانیایی" in text
    assert "<bdi>۱</bdi> – " in text  # no dot, which would read as a zero
    assert '<code dir="ltr">airline/es-original</code>' in text
    assert texts_of("fa").digits("2026-12") == "۲۰۲۶-۱۲"
    assert texts_of("he").digits(12) == "12"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_offers_every_language_and_marks_its_own(client: TestClient, language: str) -> None:
    for path in ("/", "/v1/explain/business-class", "/map/business-class"):
        answered = client.get(path, params={"ui": language, "q": "x"}, headers={"Accept": "text/html"})
        links = [found for name, found in Reader(answered.text).tags if name == "a" and found.get("class") == "tongue"]
        assert [one["hreflang"] for one in links] == list(LANGUAGES)
        assert [one["hreflang"] for one in links if "aria-current" in one] == [language]
        for one in links:
            followed = client.get(one["href"] or "", headers={"Accept": "text/html"})
            assert f'<html lang="{one["hreflang"]}"' in followed.text


READERS = [("de-AT", "de"), ("es-MX,es", "es"), ("fa-AF", "fa"), ("gsw", "de"), ("ja", "en")]


@pytest.mark.parametrize(("header", "language"), READERS)
def test_readers_of_every_kind_of_a_language_get_it(client: TestClient, header: str, language: str) -> None:
    assert client.get("/", headers={"Accept-Language": header}).headers["content-language"] == language


def test_every_word_of_ours_has_a_text() -> None:
    words = {"device": DEVICES, "os": SYSTEMS, "referrer": REFERRERS, "by": WITNESSES, "quick": tuple(form.QUICK)}
    for language in LANGUAGES:
        texts = texts_of(language)
        assert [
            f"{group}.{word}" for group, listed in words.items() for word in listed if not texts.has(f"{group}.{word}")
        ] == []


def test_the_style_sheet_turns_with_the_direction_of_the_text() -> None:
    style = DATA.joinpath("style.css").read_text(encoding="utf-8")
    assert not re.search(r"(?<![-\w])(margin|padding|border)-(left|right)\s*:", style)
    assert not re.search(r"(?<![-\w])(left|right|float)\s*:", style)
    assert "prefers-color-scheme:dark" in style
    assert "</" not in style


def test_a_line_is_greeted_in_the_language_it_is_in() -> None:
    with DATA.joinpath("greetings.toml").open("rb") as file:
        lines = tomllib.load(file)["lines"]
    assert all(greeting(language) == line for language, line in lines.items())
    assert greeting("es-MX") == lines["es"]
    assert greeting("zh-TW") == lines["zh-Hant"]
    assert greeting("eu") is None


# What visitors send.


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; alert(1) //",
    "</style><script>",
    "{texts} {0} %s",
    "\u202egnp.exe\u2066",
    "\x00\x1b[31m\x7f",
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
]


@pytest.mark.parametrize("path", ["/", "/v1/explain/for-travellers"])
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_a_visitor_sends_becomes_markup_or_turns_the_text(client: TestClient, text: str, path: str) -> None:
    query = {**dict.fromkeys(VISITOR_NAMES, text), "item": text, "ui": text}
    answered = client.get(path, params=query, headers={"Accept": "text/html"})
    assert answered.status_code == 200
    assert Reader(answered.text).open == []
    for raw in ("<script", "<img src=x", "onerror=alert(1)>"):
        assert raw not in answered.text
    assert answered.text.count("</style>") == 1
    for control in "\u202e\u2066\x00\x1b\x7f":
        assert control not in answered.text


def test_hostile_fields_are_shown_as_text(client: TestClient) -> None:
    fields = {b"user-agent": b'<script>"\xff', b"referer": b"https://x.example/<b>", b"accept": b"text/html"}
    fields[b"host"] = b'x"><script>.example'
    for path in ("/", "/v1/explain/for-travellers"):
        text = client.get(path, headers=list(fields.items())).text
        assert "<script" not in text
        assert "<b>" not in text.replace("<b>Not known of this visitor</b>", "")
        assert "&lt;script&gt;&quot;" in text


@pytest.mark.parametrize(
    ("host", "safe"),
    [
        ("www.example", True),
        ("127.0.0.1:8000", True),
        ("[::1]:8000", True),
        ("x'; rm -rf /", False),
        ("", False),
        ("a b", False),
        ("x:y", False),
    ],
)
def test_a_command_to_copy_names_no_host_but_a_host(host: str, safe: bool) -> None:
    assert safe_host(host) == (host if safe else "localhost:8000")


def test_a_query_beyond_its_limit_is_no_query(client: TestClient) -> None:
    answered = client.get(f"/?country=ES&q={'x' * 5000}")
    assert answered.status_code == 200
    assert "I am in Spain" in answered.text
    assert "Too long, so not read" in answered.text


# Sites of any shape.


SHAPES: list[tuple[str, str, str, dict[str, str], list[str]]] = [
    ("nothing is left", ENGLISH + 'only_in = ["DE"]\n', "", SPAIN, ["Nothing may be shown here", "Rights or law leave no"]),
    ("no words", ENGLISH.replace('"en"', '"zxx"'), "", SPAIN, ["There are no words in it"]),
    ("voice-over", ENGLISH + ENGLISH.replace("original", "pl").replace('"en"', '"pl"') + "voiceover = true\n", "",
     {"country": "PL", "accept_language": "pl"}, ["Voice-over", "A voice in <bdi>Polish</bdi> speaks over"]),
    ("a language without a line", ENGLISH.replace('"en"', '"eu"'), "", {"accept_language": "eu"}, ['<q lang="eu" dir="ltr">']),
    ("two languages at once", ENGLISH + 'subtitles = ["zh-Hant+en"]\n'.replace("en", "ja"), "",
     {"accept_language": "zh-TW"}, ['<span lang="zh-Hant" dir="ltr">', '<span lang="ja" dir="ltr">']),
    ("nothing understood", ENGLISH, "", {"country": "FR", "accept_language": "fr"}, ["Nothing on offer is in a language"]),
    ("a title of its own", ENGLISH, 'title = { de = "Der Film" }', {}, ["film"]),
    ("a page without words of ours", '[[variants]]\nid = "page"\nlanguage = "eu"\nurl = "/eu"\n', "", {}, ['lang="eu"']),
    ("an original page", '[[variants]]\nid = "page"\nlanguage = "en"\nurl = "/en"\n', "", {}, ["the language it was written in"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "variants", "head", "query", "shown"), SHAPES, ids=[row[0] for row in SHAPES])
def test_the_page_can_show_any_variant(
    tmp_path: Path, name: str, variants: str, head: str, query: dict[str, str], shown: list[str]
) -> None:
    with client_of(tmp_path, item(variants, head)) as site:
        answered = site.get("/", params=query)
        assert answered.status_code == 200
        for text in shown:
            assert text in answered.text
        assert Reader(answered.text).open == []
        assert 'class="items"' not in answered.text


NORM = """[[norms]]
territory = "ES"
language = "es"
mode = ["sub"]
source = "our own viewers; all of them"
basis = "observed"
confidence = "high"
note = "Asked on board."
"""
HEDGED = ENGLISH + 'subtitles = ["es"]\n' + ENGLISH.replace("original", "es").replace('"en"', '"es"')


def test_a_norm_of_the_site_says_so_and_shows_its_note(tmp_path: Path) -> None:
    variants = ENGLISH + 'subtitles = ["es"]\n'
    with client_of(tmp_path, {**item(variants), "locales/ours.toml": NORM}) as site:
        text = site.get("/", params=SPAIN).text
    assert "a norm of this site: It rests on what viewers do; confidence high." in text
    assert "our own viewers; all of them" in text
    assert "Asked on board." in text


def test_a_weak_header_and_a_schedule_are_told_in_words(tmp_path: Path) -> None:
    said = 'then = { mode = ["dub"], variant = "es", language = "es" }\nactive = { from = 2099-01-01 }\n'
    rules = f'[table]\nid = "t"\n[[rules]]\nid = "r"\nwhen = {{ country = ["FR"] }}\n{said}'
    with client_of(tmp_path, {**item(HEDGED), "rules/t.toml": rules}) as site:
        assert "subtitles do the least harm" in site.get("/?country=ES&accept_language=en-US").text
        before = site.get("/?country=FR&accept_language=fr").text
        after = site.get("/?country=FR&accept_language=fr&at=2099-06-01").text
    assert "Holds until <code" in before
    assert "2099-01-01 00:00:00" in before
    assert 'It says: variant <code dir="ltr">es</code>, language <bdi>Spanish</bdi>, dubbing.' in after


# The markup itself.


def test_markup_is_escaped_once_and_only_where_it_is_text() -> None:
    inside = tag(
        "b", {"title": 'a"b', "hidden": True, "lang": None, "open": False, "tabindex": 0}, "<i>", None, Html("<br>")
    )
    assert inside == '<b title="a&quot;b" hidden tabindex="0">&lt;i&gt;<br></b>'
    assert escaped(inside) is inside
    assert tag("input", {"value": "'"}) == '<input value="&#x27;">'


def test_zero_width_joiners_stay_since_persian_needs_them() -> None:
    assert escaped("می\u200cخواهم") == "می\u200cخواهم"
    assert escaped("a\u2028b\u061c") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"
    assert foreign("x", "fa", "rtl") == '<bdi lang="fa" dir="rtl">x</bdi>'
