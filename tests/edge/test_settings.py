"""`site.toml`: what it says by itself, what it may say, and that every fault of it is told with its line and a cure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from edge.settings import Settings, load_settings
from edge.site import DEMO
from locales.documents import parse_document
from locales.findings import Faulty, Finding
from locales.preference import Confidence
from variants.bars import Rights

LEAST = '[site]\nid = "airline"\ndefault_language = "en"\n'


def load(text: str) -> Settings:
    settings, findings = load_settings(parse_document(text, "site.toml"))
    assert findings == ()
    return settings


def faults(text: str) -> list[Finding]:
    with pytest.raises(Faulty) as caught:
        load_settings(parse_document(text, "site.toml"))
    return list(caught.value.findings)


def test_an_id_and_a_language_are_enough() -> None:
    assert load(LEAST) == Settings(
        id="airline",
        default_language="en",
        languages=("en",),
        zone=ZoneInfo("UTC"),
        channel="web",
        weak_header="hedge",
        tables=(),
        least=Confidence.low,
        rights=Rights(unknown="bar", least=Confidence.low),
        preview="operators",
        consent=1,
        choice_cookie=False,
        geo=None,
        origins=("*",),
        keyed=frozenset(),
        max_age=60,
        stale_while_revalidate=60,
        stale_if_error=86_400,
        publish_delay=0.6,
        hops=(),
    )


EVERYTHING = """\
[site]
id = "airline"
default_language = "EN-us"
languages = ["EN", "iw", "zh-hant"]
zone = "Europe/Berlin"
channel = "cinema"
weak_header = "trust"
tables = ["airline", "markets"]
least_confidence = "medium"
publish_delay = 2
[rights]
unknown = "allow"
least = "high"
[preview]
for = "off"
[consent]
default = 0
[choice]
cookie = true
[geo]
database = "places.mmdb"
[cors]
origins = ["https://www.example", "http://localhost:3000", "https://[::1]:8443"]
[cache]
keyed = ["country", "device"]
max_age = 0
stale_while_revalidate = 1
stale_if_error = 2
[[proxies]]
from = ["10.0.0.0/8"]
"""


def test_everything_can_be_said_otherwise_and_languages_become_canonical() -> None:
    settings = load(EVERYTHING)
    assert (settings.default_language, settings.languages) == ("en-US", ("en", "he", "zh-Hant"))
    assert (settings.zone, settings.channel, settings.weak_header) == (ZoneInfo("Europe/Berlin"), "cinema", "trust")
    assert (settings.tables, settings.least) == (("airline", "markets"), Confidence.medium)
    assert settings.rights == Rights(unknown="allow", least=Confidence.high)
    assert (settings.preview, settings.consent, settings.choice_cookie) == ("off", 0, True)
    assert (settings.geo, settings.keyed) == ("places.mmdb", frozenset({"country", "device"}))
    assert settings.origins == ("https://www.example", "http://localhost:3000", "https://[::1]:8443")
    assert (settings.max_age, settings.stale_while_revalidate, settings.stale_if_error) == (0, 1, 2)
    assert (settings.publish_delay, len(settings.hops)) == (2.0, 1)


def test_the_demo_is_open_to_everyone_and_asks_the_place_where_a_browser_says_little() -> None:
    settings = load((DEMO / "site.toml").read_text("utf-8"))
    assert (settings.preview, settings.weak_header) == ("everyone", "geo")
    assert settings.languages == ("en", "de", "es", "he", "fa")
    assert settings.tables == ("airline", "markets", "moments")


#: What is put at the end of the least `site.toml`, or its whole text; the line of the fault; a part of problem or cure.
FAULTS = {
    "no default language": ('[site]\nid = "a"\n', 1, '"default_language" is missing'),
    "no [site]": ('[rights]\nunknown = "bar"\n', 0, '"site" is missing'),
    "an id with capitals": ('[site]\nid = "Air"\ndefault_language = "en"\n', 2, '"Air" is no id'),
    "a zone with a typo": (f'{LEAST}zone = "Europe/Berlim"\n', 4, 'Did you mean "Europe/Berlin"?'),
    "a zone that is a folder": (f'{LEAST}zone = "Europe"\n', 4, '"Europe" is no time zone'),
    "a zone outside": (f'{LEAST}zone = "../../etc/passwd"\n', 4, "is no time zone"),
    "a zone that counts leap seconds": (f'{LEAST}zone = "right/UTC"\n', 4, "is no time zone"),
    "a default that is no language": (
        '[site]\nid = "a"\ndefault_language = "english"\n',
        3,
        '"english" is no language',
    ),
    "a language that is none": (f'{LEAST}languages = ["en", "deutsch"]\n', 4, '"deutsch" is no language'),
    "an unknown channel": (f'{LEAST}channel = "radio"\n', 4, '"radio" is not known here. Use one of: web'),
    "an unknown policy": (f'{LEAST}weak_header = "maybe"\n', 4, "Use one of: trust, geo, hedge."),
    "an unknown setting": (f'{LEAST}defualt = "en"\n', 4, "defualt"),
    "an unknown section": (f"{LEAST}[cashe]\nmax_age = 5\n", 4, 'Did you mean "cache"?'),
    "a text for a number": (f'{LEAST}[cache]\nmax_age = "5"\n', 5, "Write a whole number"),
    "a negative lifetime": (
        f"{LEAST}[cache]\nmax_age = -1\n",
        5,
        "-1 is out of range for max_age. Write a number from 0",
    ),
    "a delay that is no number": (f"{LEAST}publish_delay = nan\n", 4, "nan is out of range"),
    "consent beyond 3": (f"{LEAST}[consent]\ndefault = 4\n", 5, "Write a number from 0 to 3."),
    "an unknown input": (f'{LEAST}[cache]\nkeyed = ["contry"]\n', 5, 'Did you mean "country"?'),
    "an origin with a path": (f'{LEAST}[cors]\norigins = ["https://www.example/"]\n', 5, "is no origin"),
    "an origin without a host": (f'{LEAST}[cors]\norigins = ["https://"]\n', 5, "is no origin"),
    "an origin that no browser sends": (f'{LEAST}[cors]\norigins = ["HTTPS://WWW.EXAMPLE"]\n', 5, "is no origin"),
    "an origin of two lines": (f'{LEAST}[cors]\norigins = ["https://a b"]\n', 5, "is no origin"),
    "a preview for nobody known": (f'{LEAST}[preview]\nfor = "everyon"\n', 5, 'Did you mean "everyone"?'),
    "a proxy with a typo": (
        f'{LEAST}[[proxies]]\nfrom = ["10.0.0.0/8"]\npreste = "fastly"\n',
        6,
        'Did you mean "preset"?',
    ),
    "a proxy from nowhere": (f'{LEAST}[[proxies]]\nfrom = ["10.0.0.0/33"]\n', 5, "10.0.0.0/33"),
    "an unknown preset": (
        f'{LEAST}[[proxies]]\nfrom = ["unix"]\npreset = "cloudfare"\n',
        6,
        'Did you mean "cloudflare"?',
    ),
}


@pytest.mark.parametrize(("text", "line", "told"), FAULTS.values(), ids=FAULTS)
def test_a_fault_names_file_line_value_and_cure(text: str, line: int, told: str) -> None:
    found = [finding for finding in faults(text) if told in f"{finding.problem} {finding.cure}"]
    assert [(finding.file, finding.line) for finding in found] == [("site.toml", line)], faults(text)
    assert all(finding.cure for finding in found)


def test_all_faults_of_values_are_told_at_once() -> None:
    text = f'{LEAST}zone = "Nowhere"\nlanguages = ["deutsch"]\n[cache]\nkeyed = ["contry"]\n[cors]\norigins = ["x"]\n'
    assert [finding.line for finding in sorted(faults(text))] == [4, 5, 7, 9]
