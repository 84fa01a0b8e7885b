"""The JSON manifest of an item (DESIGN §3): a function of the item, its revision and the class of the visitor, nothing else.

All labels of a manifest are in the language in which its variant is read or heard, the site's default where it has none. What can
be said of a variant is encoded once for each language and kept in the item's memo, at most `MOST_PIECES` of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Raw, Struct

from locales.matching import NEAR_WRITTEN, written_distance
from locales.names import variant_label
from variants.experience import compile_item, parts_of
from variants.selecting import Selection
from variants.variant import WORDLESS, Item, Variant

#: Encoded variants that an item remembers.
MOST_PIECES = 4096

#: In place of a text track: the one that is nearest.
NEAREST = "*"

#: By position, experience, the language that meets it, the language of the label, and the text track.
Pieces = dict[tuple[int, str, str, str, str | None], Raw]


class VariantPart(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One variant, as it is met: tracks that it has not got are left out, `tags` stays."""

    id: str
    experience: str
    audio: str | None = None
    voiceover: bool = False
    burned_in: Sequence[str] = ()
    subtitles: Sequence[str] = ()
    captions: Sequence[str] = ()
    audio_description: Sequence[str] = ()
    devices: Sequence[str] = ()
    language: str | None = None
    url: str
    media_type: str = ""
    label: str
    tags: dict[str, str]


class Start(Struct, frozen=True):
    """What a player begins with: the audio, and the text track to switch on, None where there is nothing to switch."""

    audio: str | None
    text: str | None


class OverrodePart(Struct, frozen=True):
    """What a lower layer said otherwise."""

    layer: str
    rule: str | None
    said: tuple[str, ...]
    source: str | None


class SplitPart(Struct, frozen=True):
    """The arm of an experiment that the visitor is in. `fallback`: why it is the default (`rules.splits`), else null."""

    experiment: str
    arm: str
    fallback: str | None


class DecisionPart(Struct, frozen=True, omit_defaults=True):
    """Why it is this variant. `expires` is RFC 3339 in UTC. `splits` is there where the word of an arm was used."""

    reason: str
    layer: str
    rule: str | None
    why: str | None
    confidence: str
    expires: str | None
    overrode: tuple[OverrodePart, ...]
    splits: tuple[SplitPart, ...] = ()


class Offered(Struct, frozen=True):
    """What is offered: the members of a manifest that say nothing of why."""

    item: str
    variant: Raw
    start: Start
    alternatives: list[Raw]


class Manifest(Offered, frozen=True):
    """All of it; `msgspec.json.encode` makes the body."""

    decision: DecisionPart


#: Between the two halves of an encoded manifest, and after them: see `opening` and `decided`.
_JOINT, _END = b',"decision":', b"}"
_ENCODER = msgspec.json.Encoder()


def manifest(
    item: Item,
    selection: Selection,
    default_language: str,
    *,
    reason: str | None = None,
    why: str | None = None,
    expires: str | None = None,
) -> Manifest:
    """The manifest of a selection that has a variant.

    `reason` stands in for the selection's own (`stale`, `error`); `why` is the editor's text; `expires` RFC 3339. Raises
    ValueError where everything is barred: that is a 451 without a manifest.
    """
    said = _offered(item, selection, default_language)
    return Manifest(said.item, said.variant, said.start, said.alternatives, _decided(selection, reason, why, expires))


def opening(item: Item, selection: Selection, default_language: str) -> bytes:
    """The first half of an encoded manifest: all that does not depend on why it is this variant. ValueError as `manifest`."""
    return _ENCODER.encode(_offered(item, selection, default_language))[: -len(_END)] + _JOINT


def decided(
    selection: Selection, *, reason: str | None = None, why: str | None = None, expires: str | None = None
) -> bytes:
    """The second half, to be put behind `opening`."""
    return _ENCODER.encode(_decided(selection, reason, why, expires)) + _END


def _offered(item: Item, selection: Selection, default_language: str) -> Offered:
    variant = selection.variant
    if variant is None:
        raise ValueError(f"{item.id}: no variant, so no manifest")
    label_language = reading_language(selection) or default_language
    tag = selection.language.tag if selection.language else default_language
    pieces: Pieces = item.memo.get("pieces") or item.memo.setdefault("pieces", {})
    experience, text = selection.experience, selection.text
    key = (variant.position, experience, tag, label_language, text)
    alternatives = [
        pieces.get((other.position, met, tag, label_language, NEAREST))
        or _piece(pieces, item, other, met, tag, label_language)
        for other, met in selection.alternatives
    ]
    return Offered(
        item.id,
        pieces.get(key) or _piece(pieces, item, variant, experience, tag, label_language, text),
        Start(variant.audio, text if text in variant.subtitles or text in variant.captions else None),
        alternatives,
    )


def _decided(selection: Selection, reason: str | None, why: str | None, expires: str | None) -> DecisionPart:
    return DecisionPart(
        reason or selection.reason,
        selection.layer,
        selection.rule,
        why,
        selection.confidence.name,
        expires,
        tuple([OverrodePart(one.layer, one.rule, one.said, one.source or None) for one in selection.overrode]),
        split_parts(selection),
    )


def split_parts(selection: Selection) -> tuple[SplitPart, ...]:
    """The arms of experiments whose words were used."""
    return tuple([SplitPart(one.experiment, one.arm, one.fallback) for one in selection.splits])


def reading_language(selection: Selection) -> str | None:
    """The language in which the chosen variant is met: of the text that is read along, else of the audio or the page.

    None where there is no variant, or none with words.
    """
    if selection.variant is None:
        return None
    tag = selection.language.tag if selection.language else ""
    return _met_in(selection.variant, selection.experience, selection.text, tag)


def _met_in(variant: Variant, experience: str, text: str | None, tag: str) -> str | None:
    """Under sound in the reader's own language, captions are not what it is met in."""
    spoken = variant.audio or variant.language
    if spoken not in (None, WORDLESS) and experience != "sub":
        return spoken
    return min(parts_of(text), key=lambda part: written_distance(tag, part)) if text is not None else None


def _piece(
    pieces: Pieces,
    item: Item,
    variant: Variant,
    experience: str,
    tag: str,
    label_language: str,
    text: str | None = NEAREST,
) -> Raw:
    """The variant encoded, as the language `tag` meets it with a text track, labelled in another language; remembered."""
    if len(pieces) >= MOST_PIECES:
        pieces.clear()
    read = _nearest(item, variant, tag) if text == NEAREST else text
    part = _part(item, variant, experience, _met_in(variant, experience, read, tag), label_language)
    piece = pieces[variant.position, experience, tag, label_language, text] = Raw(msgspec.json.encode(part))
    return piece


def _nearest(item: Item, variant: Variant, tag: str) -> str | None:
    """The text track that the language reads, if it is near to any."""
    reading = compile_item(item).view(tag).readings[variant.position]
    return reading.tag if reading is not None and reading.distance <= NEAR_WRITTEN else None


def _part(item: Item, variant: Variant, experience: str, language: str | None, label_language: str) -> VariantPart:
    return VariantPart(
        id=variant.id,
        experience=experience,
        audio=variant.audio,
        voiceover=variant.voiceover,
        burned_in=variant.burned_in,
        subtitles=variant.subtitles,
        captions=variant.captions,
        audio_description=variant.audio_description,
        devices=tuple(sorted(variant.devices)),
        language=language,
        url=variant.url,
        media_type=variant.media_type,
        label=_label(item, variant, label_language),
        tags=dict(variant.tags),
    )


def _label(item: Item, variant: Variant, language: str) -> str:
    return variant_label(
        variant.audio,
        variant.subtitles,
        variant.burned_in,
        variant.language,
        variant.voiceover,
        item.original_language,
        variant.captions,
        variant.audio_description,
        language,
    )
