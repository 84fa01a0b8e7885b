"""Pieces of an item's responses that are ready made. A response is one of each, with the visitor's key between them.

frame     Vary, Cache-Status, Cache-Control, CORS, Content-Type
                                                 by the way that a request took, and how long its answer lives
face      the variant's name, purge fields, Content-Language, the manifest up to its decision
                                                 by the variant, the language that meets it, and what stands beside
verdict   Isogloss-Decision, the manifest's decision
                                                 by what is said of itself, for one face
"""

from __future__ import annotations

from hashlib import blake2b

from msgspec import Struct

from edge.headers import Field, decision_text, purge_fields
from edge.metrics import Counter
from edge.settings import Settings
from variants.manifest import decided, opening, reading_language
from variants.selecting import Selection
from variants.variant import Item, Variant

BARRED = "barred"

# Fields of a Struct are read faster than those of a named tuple: the interpreter (3.11) has a short way to slots.


class Frame(Struct, frozen=True, eq=False):
    """Fields about caches, and about the form of the answer. `shared`: a shared cache may keep it."""

    caches: tuple[Field, ...]
    form: tuple[Field, ...]
    shared: bool


class Verdict(Struct, frozen=True, eq=False):
    """Why it is this variant: the field, the second half of the manifest, and the counter of such answers."""

    told: Field
    encoded: bytes
    counter: Counter


class Face(Struct, frozen=True, eq=False):
    """What a response says of a variant as a language meets it.

    `name` is `barred` where there is no variant, and `opening` is empty then; `digest` has taken in the opening.
    `alternatives` are those of the selection that it was made of. `verdicts` are kept for it, by what they say.
    """

    name: str
    variant: Field
    fields: tuple[Field, ...]
    language: str | None
    opening: bytes
    digest: blake2b
    alternatives: tuple[tuple[Variant, str], ...]
    verdicts: dict[tuple[object, ...], Verdict]


def face_of(item: Item, selection: Selection, settings: Settings) -> Face:
    """The face of a selection. Labels are in the language in which the variant is met, else in the site's default."""
    name = selection.variant.id if selection.variant is not None else BARRED
    language = reading_language(selection)
    said = () if language is None else ((b"content-language", language.encode()),)
    start = b"" if selection.variant is None else opening(item, selection, settings.default_language)
    fields = (*purge_fields(settings.id, item.id, name), *said)
    digest = blake2b(start, digest_size=8)
    return Face(name, (b"isogloss-variant", name.encode()), fields, language, start, digest, selection.alternatives, {})


def verdict_of(
    face: Face,
    selection: Selection,
    reason: str,
    expires: str | None,
    counter: Counter,
    *,
    revision: str,
    default: str,
    preview: bool,
) -> Verdict:
    """The verdict on a face. The editor's words are in its language, else in the site's default."""
    told = decision_text(face.name, selection, reason, revision, preview=preview)
    why = why_of(selection, face.language or default, default)
    encoded = decided(selection, reason=reason, why=why, expires=expires)
    return Verdict((b"isogloss-decision", told.encode()), encoded, counter)


def why_of(selection: Selection, language: str, default: str) -> str | None:
    """The editor's words of the rule that was used, in a language, in the site's default, or in any."""
    for word in selection.used:
        texts = word.why
        if texts and word.rule == selection.rule:
            wider = language.partition("-")[0]
            return texts.get(language) or texts.get(wider) or texts.get(default) or next(iter(texts.values()))
    return None
