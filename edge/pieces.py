"""Pieces of an item's responses that are ready made: those that do not depend on why it is this variant.

    frame   Vary, Cache-Status, Cache-Control      by the way that a request took, and how long its answer lives
    face    the variant's name, purge fields, Content-Language, the manifest up to its decision
                                                   by the variant, the language that meets it, and what stands beside

A response is both, the key and the decision between them (`edge.rendering`).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from edge.headers import Field, purge_fields
from edge.settings import Settings
from variants.manifest import opening, reading_language
from variants.selecting import Selection
from variants.variant import Item, Variant

BARRED = "barred"


class Frame(NamedTuple):
    """Fields about caches. `shared`: a shared cache may keep the answer."""

    fields: tuple[Field, ...]
    shared: bool


class Face(NamedTuple):
    """What a response says of a variant as a language meets it.

    `name` is `barred` where there is no variant, and `opening` is empty then; `digest` has taken in the opening.
    `alternatives` are those of the selection that it was made of.
    """

    name: str
    variant: Field
    fields: tuple[Field, ...]
    language: str | None
    opening: bytes
    digest: blake2b
    alternatives: tuple[tuple[Variant, str], ...]


def face_of(item: Item, selection: Selection, settings: Settings) -> Face:
    """The face of a selection. Labels are in the language in which the variant is met, else in the site's default."""
    name = selection.variant.id if selection.variant is not None else BARRED
    language = reading_language(selection)
    said = () if language is None else ((b"content-language", language.encode()),)
    start = b"" if selection.variant is None else opening(item, selection, settings.default_language)
    fields = (*purge_fields(settings.id, item.id, name), *said)
    digest = blake2b(start, digest_size=8)
    return Face(name, (b"isogloss-variant", name.encode()), fields, language, start, digest, selection.alternatives)
