"""Writes `cases/golden.json`: the facts by hand, the rows by a plan, the expectations by the oracle. Never by the product.

    python -m tests.golden_writer          from the root of the repository

When the norm data changes, run it and read what changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.golden_facts import facts
from tests.oracle import answer, norm_rows

GOLDEN = Path(__file__).parent / "cases" / "golden.json"

ABOUT = (
    "Territory × strength of the header × kind of item (SEMANTICS §4, §5, §7), each row reasoned from facts and norm data by"
    " a second reading of the text (tests/oracle.py), not printed by the product. places: languages by official status, then"
    " share; ambiguous; with: what counts with one of them there; why. homes, scripts, regions: of tags that are used here."
    " norms: the rows of the norm data that the table rests on, order and confidence. Visitors are given by the names of the"
    " preview's parameters, the place is sure. languages: tag origin confidence. rule is empty where no norm row was used."
)

SITES = {
    "hedge": {"default_language": "en", "weak_header": "hedge"},
    "geo": {"default_language": "en", "weak_header": "geo"},
    "trust": {"default_language": "en", "weak_header": "trust"},
    "french": {"default_language": "fr", "weak_header": "geo"},
}


def dubbed(tags: str) -> list[dict[str, Any]]:
    return [{"id": f"{tag.lower()}-dub", "audio": tag} for tag in tags.split()]


def voiced(tags: str) -> list[dict[str, Any]]:
    return [{"id": f"{tag.lower()}-vo", "audio": tag, "voiceover": True} for tag in tags.split()]


def subbed(audio: str, tags: str) -> list[dict[str, Any]]:
    return [{"id": f"{tag.lower()}-sub", "audio": audio, "subtitles": [tag]} for tag in tags.split()]


def pages(tags: str) -> list[dict[str, Any]]:
    return [{"id": tag.lower(), "language": tag} for tag in tags.split()]


ITEMS: dict[str, dict[str, Any]] = {
    "promo": {
        "kind": "promo",
        "original_language": "en",
        "variants": [
            {"id": "original", "audio": "en"},
            *dubbed("de es fr it pt-BR ru uk hi cmn"),
            *subbed("en", "de es fr nl sv hr uk pt-PT he ar fa ja ko zh-Hant"),
            *voiced("pl"),
            *subbed("en", "pl"),
        ],
    },
    "film": {
        "kind": "fiction",
        "channel": "cinema",
        "original_language": "en",
        "variants": [
            {"id": "original", "audio": "en"},
            *dubbed("de es-ES es-419 fr it cs hu tr ka ru uk hi ta fa yue cmn"),
            *subbed("en", "de es-419 fr nl nb fi sr hr ro el pt-PT kk ar he bn"),
            *subbed("en", "zh-Hant zh-Hans pl id"),
        ],
    },
    "cartoon": {
        "kind": "children",
        "original_language": "en",
        "variants": [
            {"id": "original", "audio": "en"},
            *dubbed("de es fr nl sv nb fi da pt-PT he ar fa sr uk yue cmn ja"),
            *subbed("en", "de sv nl hr el he zh-Hant ko"),
        ],
    },
    "documentary": {
        "kind": "documentary",
        "channel": "tv",
        "original_language": "en",
        "variants": [
            {"id": "original", "audio": "en"},
            *voiced("de fr pl ru uk bg"),
            *dubbed("it hu"),
            *subbed("en", "de fr pl it nl ru ro"),
        ],
    },
    "anime": {
        "kind": "fiction",
        "channel": "tv",
        "original_language": "ja",
        "variants": [
            {"id": "original", "audio": "ja"},
            *voiced("pl ru"),
            *dubbed("de en fr ca es-419 fil"),
            *subbed("ja", "pl de en es sv zh-Hant zh-Hans"),
        ],
    },
    "kung-fu": {
        "kind": "fiction",
        "channel": "streaming",
        "original_language": "yue",
        "variants": [
            {"id": "original", "audio": "yue"},
            *dubbed("cmn en de fr"),
            *subbed("yue", "zh-Hant zh-Hans en de ms"),
        ],
    },
    "page": {
        "kind": "page",
        "original_language": "en",
        "variants": pages("en de es fr nl pl hr sr uk ru he ar fa hi zh-Hant zh-Hans"),
    },
}

NONE, WEAK = "", "en-US,en;q=0.9"


def plan(places: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Place, header, item, site."""
    for place, row in places.items():
        own = row["languages"][0]
        yield place, NONE, "promo", "hedge"
        yield place, WEAK, "promo", "hedge"
        yield place, NONE, "cartoon", "hedge"
        yield place, own, "film", "hedge"
    for place in ONLY_EN.split():
        yield place, WEAK, "promo", "geo"
        yield place, WEAK, "promo", "trust"
        yield place, WEAK, "page", "hedge"
    for place in DOCUMENTARY.split():
        yield place, places[place]["languages"][0], "documentary", "hedge"
    for place in ANIME.split():
        yield place, NONE, "anime", "geo"
    for place in KUNG_FU.split():
        yield place, NONE, "kung-fu", "hedge"
        yield place, places[place]["languages"][0], "kung-fu", "hedge"
    for place in AMBIGUOUS.split():
        yield place, NONE, "page", "hedge"
        yield place, NONE, "film", "french"
        yield place, WEAK, "cartoon", "hedge"
    yield from more()


#: Where English is not official and widely read: a weak header is weak all the same.
ONLY_EN = "NL SE NO DK FI DE AT BE CH GR IL HR SI RO PL LU IS JP KR TR"
DOCUMENTARY = "DE FR PL NL ES RU UA BG HU RO IT BE-WAL CH-TI LU AT"
ANIME = "JP PL DE ES-CT MX US GB SE HK TW CN PH RU FR SG AT"
KUNG_FU = "HK MO TW CN SG DE GB US FR"
AMBIGUOUS = "CH BE LU CA HK SG KZ MA IN PH"

#: Travellers, minorities, second languages, refusals: place: header → item, on the site with `hedge` unless one is named.
MORE = """
DE: tr → film; es → promo; uk,ru;q=0.9 → promo; *, de;q=0 → promo; en-GB → promo
ES: en-GB → promo
ES-CT: ca → film; ca,es;q=0.9 → anime
ES-PV: eu,es;q=0.9 → film
ES-GA: gl → film
UA: ru → promo; uk,ru;q=0.8 → film; ru,uk;q=0.9 → page; none → page; none → documentary on geo
RS: sr-Latn → film; hr → film
HR: sr → promo
BA: hr → film; sr → film
BA-SRP: sr → page
CH: gsw → promo; de → film; fr → film; it → film; rm → promo; en-GB → promo; *, de;q=0 → promo
CH-ZH: gsw,de;q=0.9 → film; de → promo on geo
CH-GE: de → film
CH-TI: it → film
CH-GR: rm,de;q=0.9 → promo
BE: nl → cartoon; fr → cartoon; de → promo
BE-VLG: fr → promo
BE-BRU: weak → promo on geo
CA: fr-CA → promo; en → anime
CA-QC: fr-CA,fr;q=0.9 → film; en → promo; none → film on geo
IN: hi → promo; ta → film
IN-TN: hi → film; weak → film on geo
IN-WB: bn → promo
IN-MH: mr,hi;q=0.8 → film
IN-KA: kn,en;q=0.8 → film
IL: ar → promo; ru → promo; he,ar;q=0 → page; he;q=0 → page
IQ: ckb → promo; ckb,ar;q=0.9 → promo
IR: fa → film; az → promo; ku,fa;q=0.8 → page
MA: ar-MA → promo; fr → film
KZ: kk → film; ru → film; kk,ru;q=0.9 → promo
BY: be → page; be,ru;q=0.9 → promo
HK: zh-HK → film; zh-HK → promo; zh-TW → film; en → film
TW: zh-TW → film; zh-HK → promo
MO: zh-MO → film; pt-PT → promo
SG: zh-CN → film; ms → kung-fu; ta → film
US: yue → film; es-MX → film; es-US → promo; de → anime
US-PR: none → film on geo
PT: pt-BR → promo
BR: pt-PT → promo
MX: es-MX → anime
NO: nn → film
DK: da → page
FI: sv,fi;q=0.9 → cartoon; sv → promo
FI-01: sv → cartoon
SE: fi → film
NL-FR: fy,nl;q=0.9 → promo
LU: lb → promo; lb,fr;q=0.9 → film
IT-BZ: de → film; weak → film on geo
SK: sk,cs;q=0.9 → film; sk → promo
MD: ru → film; ro,ru;q=0.9 → film
GB-WLS: cy → promo
IE: ga,en;q=0.8 → promo
TR: ku → promo; tr → film on geo
JP: en-US → anime; ja → promo
KR: ko → promo
PL: pl → film; pl → promo; pl → documentary on geo; *, pl;q=0 → promo
GE: ru → promo; ka,ru;q=0.8 → promo
EG: ar → film
SA: weak → promo on geo
AE: hi → promo
nowhere: none → promo; weak → promo; de → promo; es-MX,es;q=0.9 → film; uk → promo; * → page; en;q=0 → page
nowhere: none → anime on french
"""


def more() -> Iterator[tuple[str, str, str, str]]:
    """The rows of `MORE`."""
    for line in MORE.strip().splitlines():
        place, _, visits = line.partition(": ")
        for visit in visits.split("; "):
            header, _, rest = visit.partition(" → ")
            item, _, site = rest.partition(" on ")
            known = {"none": NONE, "weak": WEAK}
            yield "" if place == "nowhere" else place, known.get(header, header), item, site or "hedge"


def given(place: str, header: str) -> dict[str, str]:
    named = {"region" if "-" in place else "country": place} if place else {}
    return {**named, "accept_language": header} if header else named


def rows(table: dict[str, Any]) -> Iterator[dict[str, Any]]:
    seen = set()
    for row in plan(table["places"]):
        place, header, item, site = row
        if row not in seen:
            seen.add(row)
            found = answer(table, given(place, header), item, site)
            expect = {
                "languages": [" ".join(entry) for entry in found.languages],
                "variant": found.variant,
                "experience": found.experience,
                "reason": found.reason,
                "rule": found.rule,
                "confidence": found.confidence,
            }
            yield {
                "given": given(place, header),
                "item": item,
                "site": site,
                "expect": expect,
                "because": found.because,
            }


def written() -> dict[str, Any]:
    """The whole table."""
    table: dict[str, Any] = {"version": 1, "about": ABOUT, **facts(), "sites": SITES, "items": ITEMS}
    found = list(rows(table))
    used = {row["expect"]["rule"] for row in found} - {""}
    table["norms"] = {name: said for name, said in sorted(_norms()) if name in used}
    return {**table, "rows": found}


def _norms() -> Iterator[tuple[str, str]]:
    for row in norm_rows():
        parts = [row[name] for name in ("place", "language", "kind", "channel", "age") if row[name]]
        yield "norm/" + "/".join(parts), f"{row['mode']} {row['confidence']}"


def to_text(table: dict[str, Any]) -> str:
    """JSON with one line for each fact and each row, so that a change can be read."""
    parts = []
    for name, value in table.items():
        if isinstance(value, dict) and name != "sites":
            lines = ",\n".join(f"    {_json(key)}: {_json(one)}" for key, one in value.items())
            parts.append(f"  {_json(name)}: {{\n{lines}\n  }}")
        elif isinstance(value, list):
            lines = ",\n".join(f"    {_json(one)}" for one in value)
            parts.append(f"  {_json(name)}: [\n{lines}\n  ]")
        else:
            parts.append(f"  {_json(name)}: {_json(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    GOLDEN.write_text(to_text(written()), "utf-8")
