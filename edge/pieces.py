"""What of an item's responses is ready made: all but the visitor's key.

face      the variant's name, purge fields, Content-Language, the manifest up to its decision
                                                 by the variant, the language that meets it, and what stands beside
form      status, every other field, the whole body, its entity tag
                                                 by the selection, the way that the request took, how long the answer lives
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


class Words(Struct, frozen=True, eq=False):
    """What an answer says of itself beside its selection. `why` are the editor's words, `expires` is RFC 3339."""

    reason: str
    why: str | None
    expires: str | None
    revision: str
    preview: bool


class Form(Struct, frozen=True, eq=False):
    """A response but for the visitor's key. `shared`: a shared cache may keep it. It holds the selection that it is of."""

    status: int
    fields: tuple[Field, ...]
    body: bytes
    etag: bytes | None
    counter: Counter
    shared: bool
    selection: Selection


def face_of(item: Item, selection: Selection, settings: Settings) -> Face:
    """The face of a selection. Labels are in the language in which the variant is met, else in the site's default."""
    name = selection.variant.id if selection.variant is not None else BARRED
    language = reading_language(selection)
    said = () if language is None else ((b"content-language", language.encode()),)
    start = b"" if selection.variant is None else opening(item, selection, settings.default_language)
    return Face(name, (*purge_fields(settings.id, item.id, name), *said), language, start, selection.alternatives)


def form_of(
    face: Face,
    selection: Selection,
    words: Words,
    caches: tuple[Field, ...],
    counter: Counter,
    shared: bool,
    lookup: bool,
) -> Form:
    """The form of a selection with that face; `caches` are the fields about caches and about who may read it."""
    told = decision_text(face.name, selection, words.reason, words.revision, preview=words.preview)
    status, body, etag = 200, b"", None
    typed: tuple[Field, ...] = ()
    if not lookup and face.opening:
        body = face.opening + decided(selection, reason=words.reason, why=words.why, expires=words.expires)
        etag = etag_of(body)
        typed = (JSON, (b"etag", etag))
    elif not lookup:
        status, body, typed = 451, BARRED_BODY, (PROBLEM,)
    fields = (
        (b"isogloss-variant", face.name.encode()),
        (b"isogloss-decision", told.encode()),
        *caches,
        *face.fields,
        (b"content-length", b"%d" % len(body)),
        *typed,
    )
    return Form(status, fields, body, etag, counter, shared, selection)


def why_of(selection: Selection, language: str, default: str) -> str | None:
    """The editor's words of the rule that was used, in a language, in the site's default, or in any."""
    for word in selection.used:
        texts = word.why
        if texts and word.rule == selection.rule:
            wider = language.partition("-")[0]
            return texts.get(language) or texts.get(wider) or texts.get(default) or next(iter(texts.values()))
    return None
