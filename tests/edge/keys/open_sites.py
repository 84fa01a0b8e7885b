"""Sites at random on which everything that is said can be seen by somebody: each rule says a tag of its own, and for each set of
such tags there is a variant.

They read more than `random_sites`: every input that rules have, on two clocks, in several tables, with splits, limits of
variants, captions, audio description and devices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product
from random import Random

from edge.site import Site
from tests.edge.keys.random_sites import COUNTRIES, TAGS
from tests.edge.sites import OWN_HOP, item_file, make_site, norms_file, rules_file

Row = Mapping[str, object]

#: What rules may ask of a visitor: an input, and some cells of which each is met by somebody and failed by somebody.
ASKED: Mapping[str, Sequence[Sequence[str]]] = {
    "country": (["@ours"], ["DE", "unknown"], ["!US"], ["@419", "!MX"]),
    "region": (["ES-CT", "CH-GE"], ["!ES-CT"]),
    "language": (["de"], ["es", "!es-MX"], ["!en"]),
    "languages": (["fr"], ["zh", "!zh-Hant"], ["!de"]),
    "device": (["tv", "console"], ["!phone"], ["unknown"]),
    "os": (["ios"], ["!windows"]),
    "referrer": (["social", "ai"], ["!search"]),
    "referrer_name": (["google"], ["!instagram"]),
    "campaign": (["Spring", "autumn"], ["!spring"], ["unknown"]),
    "terms": (["flug*", "cheap flight*"], ["!rome"]),
    "weekday": (["fri..sun"],),
    "hour": (["22..2"], ["9", "12"]),
    "daypart": (["evening"], ["!night"]),
    "date": (["2026-12-24..2026-12-26"], ["!2026-11-22"]),
    "segment": (["gold"], ["!blue"], ["gold", "!blue"], ["unknown"]),
    "stage": (["known"], ["!new"]),
    "seen": (["film:done"], ["!page"]),
    "age": (["child"], ["teen", "unknown"]),
    "save_data": (["yes"], ["!yes"]),
    "captions": (["yes"],),
    "audio_description": (["no"],),
}

#: Inputs of which one may say what the other does. No two of them stand in one table, where the first rule would hide the next.
KIN = (
    ("country", "region", "language", "languages"),
    ("weekday", "hour", "daypart", "date"),
    ("referrer", "referrer_name"),
    ("segment", "stage", "seen", "age"),
)

#: Those that stand in a table on the visitor's clock, now and then.
CLOCK = KIN[1]

#: Inputs that a site reads.
FEW, MANY = 2, 4


@lru_cache(maxsize=2)
def open_site(seed: int, more: str = "") -> Site:
    """The site of that seed: the same each time."""
    rng = Random(seed)
    asked = [(name, rng.choice(ASKED[name])) for name in rng.sample(sorted(ASKED), rng.randint(FEW, MANY))]
    clock = rng.random() < 0.3
    tables: dict[str, list[Row]] = {}
    for number, (name, cell) in enumerate(asked):
        tables.setdefault(_table_for(rng, name, clock=clock), []).append(_rule(number, name, cell))
    if rng.random() < 0.4:
        tables["split"] = [_split(len(asked))]
    film, page = _film(rng), _page(rng, len(asked) + 1)
    return make_site(
        {
            "variants/film.toml": item_file("film", {"kind": rng.choice(["fiction", "promo"]), "variants": film}),
            "variants/page.toml": item_file("page", {"kind": "page", "variants": page}),
            **_files(tables),
            "rules/film.toml": rules_file("film", _modes(rng)),
            "locales/ours.toml": _groups(rng) + norms_file(_norms(rng)),
        },
        more=f'[choice]\ncookie = true\n[preview]\nfor = "everyone"\n{OWN_HOP}{more}',
        weak_header=rng.choice(["trust", "geo", "hedge"]),
        default_language=rng.choice(["en", "en", "en-US", "de"]),
        languages=["de", "es", "fr", "en"],
    )


def _table_for(rng: Random, name: str, *, clock: bool) -> str:
    """The table of a rule that asks for this input: its own, or one that it shares with inputs that tell nothing of it."""
    kin = next((kin for kin in KIN if name in kin), (name,))
    if clock and name in CLOCK:
        return f"clock-{name}"
    return rng.choice([f"of-{name}", f"shared-{kin.index(name)}"])


def _files(tables: Mapping[str, Sequence[Row]]) -> dict[str, str]:
    visitors = {"zone": "visitor"}
    zones = {name: visitors if name.startswith("clock") else {} for name in tables}
    return {f"rules/{name}.toml": rules_file(name, rows, **zones[name]) for name, rows in tables.items()}


def _rule(number: int, name: str, cell: Sequence[str]) -> Row:
    return {"id": f"r{number}", "when": {"item": ["page"], name: [*cell]}, "then": {"tags": {f"t{number}": "yes"}}}


def _split(number: int) -> Row:
    words = {"plain": "no", "told": "yes"}
    arms = [{"id": name, "weight": 1, "then": {"tags": {f"t{number}": word}}} for name, word in words.items()]
    split = {"experiment": "telling", "hash": "blake2b-1", "default": "plain", "arms": arms, "coverage": 80}
    return {"id": "split", "when": {"item": ["page"]}, "split": split}


def _page(rng: Random, rules: int) -> list[Row]:
    """Translations, and an English variant for each set of rules that hold: that of the fewest first."""
    tags = rng.sample(TAGS[1:], 2)
    sets = sorted(product(("no", "yes"), repeat=rules), key=lambda one: one.count("yes"))
    told = [{f"t{number}": word for number, word in enumerate(one)} for one in sets]
    english = [{"id": f"v{number}", "language": "en", "tags": one} for number, one in enumerate(told)]
    limited = {"id": "limited", "language": tags[0], "not_in": rng.sample(COUNTRIES, 2)}
    return [*({"id": f"p-{tag.lower()}", "language": tag} for tag in tags), limited, *english]


def _film(rng: Random) -> list[Row]:
    one, two, three = rng.sample(TAGS[1:], 3)
    usual: list[Row] = [
        {"id": "original", "audio": "en"},
        {"id": "dub", "audio": one},
        {"id": "sub", "audio": "en", "subtitles": [two, one]},
    ]
    more: list[Row] = [
        {"id": "described", "audio": one, "audio_description": [one]},
        {"id": "captioned", "audio": one, "captions": [one, "en"]},
        {"id": "spoken", "audio": two, "voiceover": True},
        {"id": "big", "audio": one, "devices": ["tv", "console"]},
        {"id": "late", "audio": three, "from": "2026-12-01"},
        {"id": "leaving", "audio": "en", "burned_in": [three], "until": "2026-11-30"},
        {"id": "limited", "audio": two, "not_in": rng.sample(COUNTRIES, 2)},
        {"id": "ours", "audio": "en", "subtitles": [f"{three}+en"], "only_in": ["@ours"]},
        {"id": "plain-captions", "audio": "en", "captions": ["en"]},
    ]
    return [*usual, *rng.sample(more, rng.randint(1, 4))]


def _modes(rng: Random) -> list[Row]:
    place = {"country": [rng.choice(COUNTRIES)]}
    by = rng.choice([place, {"device": ["tv"]}, {"daypart": ["evening"]}])
    return [{"id": "mode", "when": {"item": ["film"], **by}, "then": {"mode": ["sub", "dub"]}}]


def _groups(rng: Random) -> str:
    return "[groups]\nours = [" + ", ".join(f'"{code}"' for code in rng.sample(COUNTRIES, 4)) + "]\n"


def _norms(rng: Random) -> list[Row]:
    places: list[Row] = [
        {"group": "@ours"},
        {"region": "CH-GE", "language": "fr"},
        {"territory": "CH", "language": "de"},
    ]
    return [{**place, "mode": rng.choice([["sub", "dub"], ["dub"], ["voiceover", "sub"]])} for place in places]
