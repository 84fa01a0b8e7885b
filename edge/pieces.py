"""Pieces of an item's responses that are ready made. A response is one of each, with the visitor's key between them.

frame     Vary, Cache-Status, Cache-Control, CORS
                                                 by the way that a request took, and how long its answer lives
face      the variant's name, purge fields, Content-Language, the manifest up to its decision
                                                 by the variant, the language that meets it, and what stands beside
piece     Isogloss-Decision, the whole body, its entity tag
                                                 by the selection, as a look-up and as a manifest
"""

from __future__ import annotations

from msgspec import Struct

from edge import problems
from edge.headers import Field, decision_text, purge_fields
from edge.metrics import Counter
from edge.response import etag_of
from edge.settings import Settings
from variants.manifest import decided, opening, reading_language
from variants.selecting import Selection
from variants.variant import Item, Variant

BARRED = "barred"
BARRED_BODY = problems.body(problems.BARRED)

JSON = (b"content-type", b"application/json")
PROBLEM = (b"content-type", problems.MEDIA_TYPE.encode())

# Fields of a Struct are read faster than those of a named tuple: the interpreter (3.11) has a short way to slots.


class Frame(Struct, frozen=True, eq=False):
    """Fields about caches, and about who may read the answer. `shared`: a shared cache may keep it."""

    fields: tuple[Field, ...]
    shared: bool


class Face(Struct, frozen=True, eq=False):
    """What a response says of a variant as a language meets it.

    `name` is `barred` where there is no variant, and `opening` is empty then. `alternatives` are those of the selection that it
    was made of.
    """

    name: str
    fields: tuple[Field, ...]
    language: str | None
    opening: bytes
    alternatives: tuple[tuple[Variant, str], ...]


class Piece(Struct, frozen=True, eq=False):
    """All that follows from a selection. `variant` is the first field, `fields` come after those of the frame."""

    variant: Field
    fields: tuple[Field, ...]
    status: int
    body: bytes
    etag: bytes | None
    counter: Counter
    selection: Selection


def face_of(item: Item, selection: Selection, settings: Settings) -> Face:
    """The face of a selection. Labels are in the language in which the variant is met, else in the site's default."""
    name = selection.variant.id if selection.variant is not None else BARRED
    language = reading_language(selection)
    said = () if language is None else ((b"content-language", language.encode()),)
    start = b"" if selection.variant is None else opening(item, selection, settings.default_language)
    return Face(name, (*purge_fields(settings.id, item.id, name), *said), language, start, selection.alternatives)


def piece_of(
    face: Face,
    selection: Selection,
    reason: str,
    expires: str | None,
    counter: Counter,
    *,
    revision: str,
    default: str,
    preview: bool,
    lookup: bool,
) -> Piece:
    """What follows from a selection with that face. The editor's words are in its language, else in the site's default."""
    told = decision_text(face.name, selection, reason, revision, preview=preview)
    status, body, etag = (200, b"", None)
    form: tuple[Field, ...] = ()
    if not lookup and face.opening:
        why = why_of(selection, face.language or default, default)
        body = face.opening + decided(selection, reason=reason, why=why, expires=expires)
        etag = etag_of(body)
        form = (JSON, (b"etag", etag))
    elif not lookup:
        status, body, form = 451, BARRED_BODY, (PROBLEM,)
    fields = ((b"isogloss-decision", told.encode()), *face.fields, (b"content-length", b"%d" % len(body)), *form)
    return Piece((b"isogloss-variant", face.name.encode()), fields, status, body, etag, counter, selection)


def why_of(selection: Selection, language: str, default: str) -> str | None:
    """The editor's words of the rule that was used, in a language, in the site's default, or in any."""
    for word in selection.used:
        texts = word.why
        if texts and word.rule == selection.rule:
            wider = language.partition("-")[0]
            return texts.get(language) or texts.get(wider) or texts.get(default) or next(iter(texts.values()))
    return None
