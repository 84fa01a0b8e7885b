"""Small sites at random: a film, a page, rules, norms, groups and bars; and visitors at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from random import Random

from edge.site import Site
from tests.edge.sites import item_file, make_site, norms_file, rules_file

TAGS = (
    "en",
    "de",
    "es",
    "es-MX",
    "es-419",
    "fr",
    "pt-BR",
    "pt",
    "zh-Hant",
    "zh-Hans",
    "zh-HK",
    "ja",
    "sr",
    "hr",
    "hi",
    "ar",
)
COUNTRIES = (
    "DE",
    "AT",
    "CH",
    "ES",
    "MX",
    "AR",
    "FR",
    "BE",
    "CA",
    "IN",
    "US",
    "GB",
    "SG",
    "RS",
    "BR",
    "AO",
    "EG",
    "SA",
    "AQ",
    "HK",
)
REGIONS = ("ES-CT", "CH-GE", "CH-ZH", "CA-QC", "IN-TN", "BE-VLG", "US-PR", "RS-VO")
MODES = (["sub", "dub"], ["dub", "sub"], ["sub", "original"], ["original", "dub"], ["dub"], ["voiceover"])
HEADERS = (
    "",
    "en",
    "en-US,en",
    "en-GB",
    "de",
    "fr,de",
    "*",
    "*,de;q=0",
    "gu,kn",
    "ca,es",
    "sw,en",
    "*,pt;q=0",
    "zh-TW,zh;q=0",
)

Named = dict[str, str]


@lru_cache(maxsize=2)
def random_site(seed: int) -> Site:
    """The site of that seed: the same each time."""
    rng = Random(seed)
    film = item_file("film", {"kind": rng.choice(["fiction", "children", "promo"]), "variants": _film(rng)})
    page = item_file("page", {"kind": "page", "variants": _page(rng)})
    return make_site(
        {
            "variants/film.toml": film,
            "variants/page.toml": page,
            "rules/one.toml": rules_file("one", _rules(rng, "film")),
            "rules/two.toml": rules_file("two", _rules(rng, "page")),
            "locales/ours.toml": _groups(rng) + norms_file(_norms(rng)),
        },
        more='[choice]\ncookie = true\n[preview]\nfor = "everyone"\n',
        weak_header=rng.choice(["trust", "geo", "hedge"]),
        default_language=rng.choice(["en", "en-US", "de", "es"]),
        channel=rng.choice(["web", "cinema"]),
        languages=["de", "es", "pt"],
    )


@lru_cache(maxsize=2)
def plain_site(seed: int) -> Site:
    """A site as editors make it: an English film with dubs and subtitles, an English page with translations, and a market's rule.

    Everything that it says can be seen by somebody: nothing is barred, and no rule stands behind one that always holds.
    """
    rng = Random(seed)
    tags = rng.sample(TAGS[1:], 3)
    dubs = [{"id": f"{tag.lower()}-dub", "audio": tag} for tag in tags[:2]]
    subs = [{"id": f"{tag.lower()}-sub", "audio": "en", "subtitles": [tag]} for tag in tags[1:]]
    pages = [{"id": tag.lower(), "language": tag} for tag in ("en", *tags)]
    market = {"id": "market", "language": "en", "tags": {"focus": "deal"}}
    rules = [
        {
            "id": "film",
            "when": {"item": ["film"], "country": [rng.choice(COUNTRIES)]},
            "then": {"mode": ["sub", "dub"]},
        },
        {"id": "page", "when": {"item": ["page"], "country": ["@ours"]}, "then": {"tags": {"focus": "deal"}}},
    ]
    return make_site(
        {
            "variants/film.toml": item_file(
                "film", {"kind": "fiction", "variants": [{"id": "original", "audio": "en"}, *dubs, *subs]}
            ),
            "variants/page.toml": item_file("page", {"kind": "page", "variants": [*pages, market]}),
            "rules/one.toml": rules_file("one", rules),
            "locales/ours.toml": _groups(rng) + norms_file([{"group": "@ours", "mode": ["dub", "sub"]}]),
        },
        weak_header=rng.choice(["trust", "geo", "hedge"]),
    )


def _groups(rng: Random) -> str:
    return "[groups]\nours = [" + ", ".join(f'"{code}"' for code in rng.sample(COUNTRIES, 4)) + "]\n"


def _film(rng: Random) -> list[Mapping[str, object]]:
    found: list[Mapping[str, object]] = [{"id": "original", "audio": "en", **_bars(rng)}]
    for number in range(rng.randint(1, 4)):
        tag = rng.choice(TAGS)
        row: dict[str, object] = {"id": f"v{number}", "audio": rng.choice([tag, "en"]), **_bars(rng)}
        row |= rng.choice([{}, {"subtitles": [tag]}, {"burned_in": [tag]}, {"voiceover": True}, {"captions": [tag]}])
        found.append(row)
    return found


def _page(rng: Random) -> list[Mapping[str, object]]:
    tags = rng.sample(TAGS, rng.randint(1, 3))
    rows: list[Mapping[str, object]] = [{"id": f"p{number}", "language": tag} for number, tag in enumerate(tags)]
    return [*rows, {"id": "deal", "language": rng.choice(tags), "tags": {"focus": "deal"}, **_bars(rng)}]


def _bars(rng: Random) -> dict[str, object]:
    places = [*rng.sample(COUNTRIES, 2), "@ours"]
    return rng.choice([{}, {}, {}, {}, {"not_in": places}, {"only_in": places}])


def _rules(rng: Random, item: str) -> list[Mapping[str, object]]:
    return [
        {"id": f"r{number}", "when": _cells(rng, item), "then": _says(rng, item)} for number in range(rng.randint(0, 3))
    ]


def _cells(rng: Random, item: str) -> dict[str, list[str]]:
    pools: dict[str, Sequence[str]] = {
        "country": ("DE", "ES", "@ours", "unknown", "!US", "BR"),
        "region": ("ES-CT", "CH-GE", "!ES-CT"),
        "language": ("de", "es", "!es-MX", "zh"),
        "languages": ("fr", "!de", "es-419", "hi"),
        "device": ("tv", "!phone"),
        "referrer": ("social", "!search"),
    }
    asked = rng.sample(sorted(pools), rng.randint(1, 2))
    return {"item": [item], **{name: [rng.choice(pools[name])] for name in asked}}


def _says(rng: Random, item: str) -> Mapping[str, object]:
    variant = "original" if item == "film" else "deal"
    said: tuple[Mapping[str, object], ...] = (
        {"mode": rng.choice(MODES)}, {"variant": variant}, {"language": rng.choice(TAGS)}, {"tags": {"focus": "deal"}}
    )  # fmt: skip
    return rng.choice(said)


def _norms(rng: Random) -> list[Mapping[str, object]]:
    places = [{"territory": code} for code in rng.sample(COUNTRIES, 3)]
    places += [{"region": rng.choice(REGIONS)}, {"group": "@ours"}, {"territory": "CH", "language": "fr"}]
    return [
        {**place, "mode": rng.choice(MODES), **rng.choice([{}, {}, {"age": "teen"}])} for place in rng.sample(places, 3)
    ]


def random_visitor(rng: Random) -> Named:
    """Somebody by name, of whom some things are known."""
    tags = (*TAGS, "ca", "gu", "kn", "sw", "en-NG", "qaa")
    said = {
        "country": rng.choice((*COUNTRIES, "")),
        "accept_language": rng.choice(
            (*HEADERS, *tags, f"{rng.choice(tags)},{rng.choice(tags)}", f"de,{rng.choice(tags)};q=0")
        ),
        "choose": rng.choice(
            ("", "", "", "mode=original", "mode=sub", "variant=original", "variant=deal", "captions=?1")
        ),
        "q": rng.choice(("", "", "", "flug", "航班", "vuelos baratos")),
        "url": rng.choice(("", "", "", "/x?q=flug")),
        "device": rng.choice(("", "tv", "phone")),
        "referer": rng.choice(("", "https://www.instagram.com/", "https://www.google.com/")),
        **({"age": "teen", "consent": "3"} if rng.random() < 0.2 else {}),
    }
    if rng.random() < 0.2:
        said["choose"] = f"language={rng.choice(tags)}"
    if said["country"] and rng.random() < 0.3:
        inside = [region for region in REGIONS if region.startswith(said["country"])]
        said["region"] = rng.choice(inside) if inside else ""
    return {name: text for name, text in said.items() if text}
