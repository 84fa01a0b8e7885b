"""Reads the language-neutral rows of `tests/cases/selection.json`, and makes items for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from locales.preference import Confidence, Listed, Preference, Word
from variants.selecting import Rights, Selection, Stand
from variants.variant import Bars, Item, Variant

CASES: dict[str, Any] = json.loads((Path(__file__).parents[1] / "cases" / "selection.json").read_text("utf-8"))

NOON = datetime(2026, 1, 1, tzinfo=UTC)
LAST = Word("default", mode=("sub", "dub"))
TRACKS = ("subtitles", "burned_in", "captions", "audio_description")


def make_variant(position: int, row: Mapping[str, Any]) -> Variant:
    """A variant from a row: members as editors write them, moments in RFC 3339."""
    return Variant(
        id=row["id"],
        url=row.get("url", f"https://media.example/{row['id']}.mp4"),
        position=position,
        audio=row.get("audio"),
        language=row.get("language"),
        **{name: tuple(row.get(name, ())) for name in TRACKS},
        voiceover=row.get("voiceover", False),
        tags=row.get("tags", {}),
        devices=frozenset(row.get("devices", ())),
        media_type=row.get("media_type", ""),
        bars=Bars(
            frozenset(row["only_in"]) if "only_in" in row else None,
            frozenset(row.get("not_in", ())),
            moment(row.get("from")),
            moment(row.get("until")),
        ),
    )


def make_item(name: str, row: Mapping[str, Any]) -> Item:
    """An item from a row of the cases."""
    variants = tuple(make_variant(position, one) for position, one in enumerate(row["variants"]))
    return Item(name, row.get("kind", "promo"), row["original_language"], variants, fallback=row.get("fallback"))


def moment(text: str | None) -> datetime | None:
    """An aware moment, or None."""
    return None if text is None else datetime.fromisoformat(text)


ITEMS = {name: make_item(name, row) for name, row in CASES["items"].items()}


def make_word(row: Mapping[str, Any]) -> Word:
    """One layer's word."""
    return Word(
        row["layer"],
        rule=row.get("rule"),
        variant=row.get("variant"),
        language=row.get("language"),
        mode=tuple(row.get("mode", ())),
        tags=tuple(row.get("tags", {}).items()),
        confidence=Confidence[row["confidence"]] if "confidence" in row else None,
        source=row.get("source", ""),
        reads_place=row.get("reads_place", False),
    )


def make_listed(text: str) -> Listed:
    """`TAG ORIGIN CONFIDENCE`, or a tag of a strong header."""
    tag, origin, confidence = text.split() if " " in text else (text, "header", "high")
    return Listed(tag, origin, Confidence[confidence])


def make_preference(row: Mapping[str, Any]) -> Preference:
    """What a row says of the person."""
    return Preference(
        (*(make_word(CASES["words"][name]) for name in row["words"]), LAST),
        tuple(map(make_listed, row["languages"])),
        tuple(row.get("excluded", ())),
        row.get("captions"),
        row.get("audio_description"),
        row.get("device"),
        row.get("reads_place", False),
    )


def make_stand(row: Mapping[str, Any]) -> Stand:
    """Where the person stands."""
    return Stand(
        row.get("country"),
        Confidence[row.get("confidence", "high")],
        moment(row.get("at")) or NOON,
        Rights(row.get("unknown", "bar"), Confidence[row.get("least", "low")]),
        row.get("default", "en"),
    )


def told(selection: Selection) -> dict[str, Any]:
    """A selection in the words of the cases."""
    return {
        "variant": selection.variant and selection.variant.id,
        "experience": selection.experience,
        "reason": selection.reason,
        "rule": selection.rule,
        "layer": selection.layer,
        "language": selection.language and selection.language.tag,
        "text": selection.text,
        "confidence": selection.confidence.name,
        "place_read": selection.place_read,
        "boundary": selection.boundary,
        "alternatives": [[variant.id, experience] for variant, experience in selection.alternatives],
        "overrode": [[one.layer, one.rule, list(one.said)] for one in selection.overrode],
    }
