"""A crowd of random visitors, and items that between them ask about everything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import strategies as st

from edge.site import Site
from tests.edge.sites import DEMO_FILES, item_file, make_site, norms_file, rules_file

#: An item for every kind of variant, each with rules that ask about something else.
ITEMS: Mapping[str, Mapping[str, object]] = {
    "film": {
        "kind": "fiction",
        "variants": [
            {"id": "original", "audio": "en"},
            {"id": "es", "audio": "es", "audio_description": ["es"]},
            {"id": "es-mx", "audio": "es-MX"},
            {"id": "es-sub", "audio": "en", "subtitles": ["es-ES", "es-419", "pt-BR"]},
            {"id": "pl-vo", "audio": "pl", "voiceover": True},
            {"id": "pl-sub", "audio": "en", "burned_in": ["pl"]},
            {"id": "de", "audio": "de", "captions": ["de"]},
            {"id": "de-plain", "audio": "de"},
        ],
    },
    "anime": {
        "kind": "fiction",
        "original_language": "ja",
        "variants": [
            {"id": "ja-both", "audio": "ja", "subtitles": ["zh-Hant+en"]},
            {"id": "en-dub", "audio": "en"},
            {"id": "yue-dub", "audio": "zh-HK"},
            {"id": "cmn-dub", "audio": "zh-TW"},
            {"id": "hans", "audio": "ja", "subtitles": ["zh-Hans", "sr-Latn"]},
        ],
    },
    "cartoon": {
        "kind": "children",
        "variants": [{"id": "original", "audio": "en"}, {"id": "sv-sub", "audio": "en", "subtitles": ["sv"]}],
    },
    "screens": {
        "kind": "promo",
        "variants": [
            {"id": "big", "audio": "en", "devices": ["tv", "console"]},
            {"id": "small", "audio": "en", "devices": ["phone"]},
            {"id": "any", "audio": "en"},
            {"id": "big-de", "audio": "de", "devices": ["tv"]},
        ],
    },
    "poster": {
        "kind": "image",
        "variants": [
            {"id": "plain", "language": "zxx"},
            {"id": "both", "language": "zxx", "burned_in": ["zh-Hant+en"]},
            {"id": "de", "language": "de"},
        ],
    },
    "page": {
        "kind": "page",
        "variants": [
            {"id": "en", "language": "en"},
            {"id": "de", "language": "de"},
            {"id": "de-light", "language": "de", "tags": {"weight": "light"}},
            {"id": "fr", "language": "fr"},
            {"id": "fr-deal", "language": "fr", "tags": {"focus": "deal"}},
            {"id": "en-deal", "language": "en", "tags": {"focus": "deal"}},
            {"id": "en-late", "language": "en", "tags": {"time": "late"}},
            {"id": "en-young", "language": "en", "tags": {"who": "young"}},
            {"id": "en-light", "language": "en", "tags": {"weight": "light"}},
        ],
    },
    "licensed": {
        "kind": "fiction",
        "variants": [
            {"id": "original", "audio": "en", "not_in": ["US", "@dach"]},
            {"id": "de", "audio": "de", "only_in": ["@dach"]},
            {"id": "free", "audio": "en", "subtitles": ["fr"]},
        ],
    },
    "leaving": {
        "kind": "fiction",
        "variants": [
            {"id": "original", "audio": "en", "not_in": ["@eu"]},
            {"id": "es", "audio": "es", "only_in": ["ES", "MX"]},
        ],
    },
    "trial": {
        "kind": "documentary",
        "variants": [
            {"id": "original", "audio": "en"},
            {"id": "de-dub", "audio": "de"},
            {"id": "de-sub", "audio": "en", "subtitles": ["de"]},
            {"id": "es-dub", "audio": "es"},
            {"id": "es-sub", "audio": "en", "subtitles": ["es"]},
            {"id": "es-loud", "audio": "es", "tags": {"mood": "loud"}},
        ],
    },
}


def _arm(name: str, then: Mapping[str, object], weight: int = 1) -> Mapping[str, object]:
    return {"id": name, "weight": weight, "then": then}


def _split(experiment: str, *arms: Mapping[str, object], **more: object) -> Mapping[str, object]:
    return {"experiment": experiment, "hash": "blake2b-1", "default": arms[0]["id"], "arms": [*arms], **more}


_DUB, _SUB = {"mode": ["dub"]}, {"mode": ["sub"]}

RULES = {
    "rules/a.toml": rules_file(
        "a",
        [
            {
                "id": "spain",
                "when": {"kind": ["fiction"], "country": ["ES"], "region": ["ES-CT", "ES-PV"]},
                "then": {"mode": ["sub"]},
            },
            {
                "id": "spanish",
                "when": {"kind": ["fiction"], "languages": ["es", "!es-MX"]},
                "then": {"language": "es", "mode": ["dub", "sub"]},
            },
            {"id": "first", "when": {"item": ["anime"], "language": ["en", "!en-GB"]}, "then": {"mode": ["sub"]}},
            {"id": "wishes", "when": {"item": ["film"], "captions": ["yes"]}, "then": {"mode": ["sub"]}},
            {
                "id": "pin",
                "when": {"item": ["screens"], "os": ["!ios"], "device": ["tv"]},
                "then": {"variant": "big-de"},
            },
        ],
    ),
    "rules/b.toml": rules_file(
        "b",
        [
            {"id": "light", "when": {"item": ["page"], "save_data": ["yes"]}, "then": {"tags": {"weight": "light"}}},
            {
                "id": "deal",
                "when": {"item": ["page"], "terms": ["flug*", "Flüge nach", "טיס*"], "referrer": ["!email"]},
                "then": {"tags": {"focus": "deal"}},
            },
            {
                "id": "campaign",
                "when": {"item": ["page"], "campaign": ['say "hi"; now', "summer"]},
                "then": {"tags": {"focus": "deal"}, "language": "fr"},
            },
            {
                "id": "young",
                "when": {"item": ["page"], "age": ["child", "teen"], "segment": ["gold", "!blue"]},
                "then": {"tags": {"who": "young"}},
            },
            {
                "id": "known",
                "when": {"item": ["page"], "referrer_name": ["google"], "stage": ["!new"], "seen": ["film:done"]},
                "then": {"tags": {"who": "young"}},
            },
        ],
    ),
    "rules/c.toml": rules_file(
        "c",
        [
            {
                "id": "late",
                "when": {"item": ["page"], "daypart": ["evening", "night"], "weekday": ["fri..sun"]},
                "then": {"tags": {"time": "late"}},
            }
        ],
    ),
    "rules/d.toml": rules_file(
        "d",
        [{"id": "early", "when": {"item": ["page"], "hour": ["5..9"]}, "then": {"language": "fr"}}],
        zone="visitor",
    ),
}

#: Two rules of one experiment, one with coverage and a holdout, and one that tags and pins.
RULES["rules/e.toml"] = rules_file(
    "e",
    [
        {
            "id": "german",
            "when": {"item": ["trial"], "country": ["DE", "AT"]},
            "split": _split("watching", _arm("dub", _DUB), _arm("sub", _SUB)),
        },
        {
            "id": "french",
            "when": {"item": ["trial"], "country": ["FR"], "device": ["!tv"]},
            "split": _split("watching", _arm("dub", {"language": "de"}), _arm("sub", {"language": "es", "mode": "sub"})),
        },
        {
            "id": "spanish",
            "when": {"item": ["trial"], "languages": ["es"]},
            "split": _split(
                "mood", _arm("plain", _DUB, 3), _arm("loud", {"tags": {"mood": "loud"}}), _arm("pin", {"variant": "es-sub"}),
                coverage=60, holdout=20, salt="s",
            ),
        },
    ],
)  # fmt: skip

NORMS = norms_file(
    [
        {"region": "ES-CT", "kind": "fiction", "mode": ["dub", "original"]},
        {"region": "CH-GE", "language": "fr", "mode": ["sub"]},
        {"territory": "IE", "mode": ["dub"]},
        {"territory": "MX", "language": "es", "kind": "fiction", "age": "teen", "mode": ["sub"]},
    ]
)

POLICIES = ("trust", "geo", "hedge")


@cache
def crowd_site(weak_header: str = "geo", default: str = "en", more: str = "[choice]\ncookie = true\n") -> Site:
    """A site with all items, both of the demo among them, and more in its `site.toml`."""
    items = {f"variants/{name}.toml": item_file(name, row) for name, row in ITEMS.items()}
    demo = {name: text for name, text in DEMO_FILES.items() if name != "site.toml"}
    return make_site(
        {**demo, **items, **RULES, "locales/ours.toml": NORMS},
        more=f'[preview]\nfor = "everyone"\n{more}',
        weak_header=weak_header,
        default_language=default,
        languages=["en", "de", "es", "fr", "zh-Hant"],
        tables=["a", "b", "c", "d", "e"],
    )


NAMES = (*ITEMS, "business-class", "for-travellers")

_TAGS = (
    "en", "en-US", "en-GB", "en-IE", "de", "de-AT", "de-CH", "es", "es-ES", "es-MX", "es-419", "es-AR", "ca",
    "eu", "fr", "fr-CA", "fr-CH", "it", "pt-BR", "pt", "pl", "sv", "nb", "nl", "ja", "ko", "zh", "zh-TW", "zh-HK",
    "zh-Hant", "zh-Hans-HK", "yue", "sr", "sr-Latn", "hr", "gsw", "gl", "he", "fa", "hi", "ta", "qaa",
    "xx", "und",
)  # fmt: skip
_COUNTRIES = (
    "DE", "ES", "FR", "US", "GB", "IE", "CH", "BE", "IN", "CA", "MX", "AR", "PL", "SE", "NL", "JP", "HK",
    "TW", "CN", "IL", "IR", "AT", "BR", "AQ", "",
)  # fmt: skip
_REGIONS = (
    "ES-CT",
    "ES-PV",
    "ES-MD",
    "CH-GE",
    "CH-ZH",
    "CA-QC",
    "CA-ON",
    "IN-TN",
    "US-CA",
    "BE-VLG",
    "DE-BY",
    "AT-9",
    "",
)
_QUERIES = (
    "flug",
    "Flüge nach Rom",
    "vuelos baratos",
    "טיסות",
    "билеты на самолёт",
    "航班",
    "cheap flights",
    "nothing of interest",
    "機票",
    "",
)
_AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/6.0 TV Safari/537.36",
    "Mozilla/5.0 (Linux; Android 9; AFTS) AppleWebKit/537.36 (KHTML, like Gecko) Silk/120 like Chrome/120 Safari/537.36",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "",
)
_REFERERS = (
    "https://www.google.com/",
    "https://www.google.de/search?q=flug+nach+rom",
    "https://www.instagram.com/p/1",
    "https://mail.google.com/",
    "https://nowhere.example/",
    "",
)


def _choices() -> st.SearchStrategy[str]:
    members = st.fixed_dictionaries(
        {},
        optional={
            "language": st.sampled_from(_TAGS[:24]),
            "mode": st.sampled_from(["original", "sub", "dub", "voiceover", "loud"]),
            "variant": st.sampled_from(["original", "es", "de", "de-dub", "en-deal", "free", "nothing"]),
            "captions": st.sampled_from(["?1", "?0"]),
            "audio_description": st.sampled_from(["?1", "?0"]),
        },
    )
    return members.map(lambda said: ", ".join(f"{name}={value}" for name, value in said.items()))


def headers() -> st.SearchStrategy[str]:
    """Values of Accept-Language."""
    part = st.tuples(st.sampled_from([*_TAGS, "*"]), st.sampled_from(["", "", ";q=0.9", ";q=0.5", ";q=0", ";q=2"]))
    usual = st.sampled_from(["", "", "en-US,en;q=0.9", "en", "en-US", "de-DE,de;q=0.9", "es-ES,es;q=0.9", "*, de;q=0"])
    made = st.lists(part, max_size=5).map(lambda parts: ",".join(name + weight for name, weight in parts))
    return st.one_of(usual, made)


#: What a visitor may be, by name; `choose` is made of members.
POOLS: Mapping[str, tuple[str, ...]] = {
    "country": _COUNTRIES,
    "region": _REGIONS,
    "accept_language": (
        *_TAGS,
        "en-US,en;q=0.9",
        "en,fr",
        "fr,en",
        "es,es-MX",
        "*, de;q=0",
        "fr-CA,es,fr;q=0",
        "it,de",
        "*",
        "pt-BR;q=0",
    ),
    "user_agent": _AGENTS,
    "device": ("tv", "phone", "desktop", "console", ""),
    "referer": _REFERERS,
    "q": _QUERIES,
    "utm_medium": ("email", "cpc", ""),
    "utm_campaign": ("summer", 'say "hi"; now', "winter", ""),
    "utm_term": _QUERIES,
    "segment": ("gold", "gold blue", "red", ""),
    "stage": ("new", "known", ""),
    "seen": ("film", "film:done", ""),
    "age": ("child", "teen", "adult", ""),
    "unit": ("alice", "bob", "carol", "dave", "eve", "frank", "grace", "heidi", "ivan", "judy", "mallory", ""),
    "consent": ("0", "1", "2", "3", ""),
    "gpc": ("1", "0", ""),
    "choose": (
        *(f"language={tag}" for tag in _TAGS[:22]),
        "mode=sub",
        "mode=original",
        "variant=es",
        "captions=?1",
        "",
    ),
    "save_data": ("yes", "no", ""),
    "url": ("/de/business-class", "/es/business-class?q=flug", "/business-class", "/nowhere", ""),
}


def visitors() -> st.SearchStrategy[dict[str, str]]:
    """Visitors by name, as previews and flags name them."""
    pools = {name: st.sampled_from(pool) for name, pool in POOLS.items() if name not in ("country", "accept_language")}
    return st.fixed_dictionaries(
        {"country": st.sampled_from(_COUNTRIES), "accept_language": headers()}, optional={**pools, "choose": _choices()}
    ).map(present)


def present(named: Mapping[str, str]) -> dict[str, str]:
    """Without what is empty."""
    return {name: value for name, value in named.items() if value}


#: Noon, an evening, a night at the end of a week, an early morning.
MOMENTS = tuple(datetime(2026, 11, 20, 11, tzinfo=UTC) + timedelta(hours=hours) for hours in (0, 8, 36, 41, 67, 100))
