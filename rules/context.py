"""The context of a request, as plain values: what `decide` knows of the visitor, and of the item that is asked for.

Every field is blank (None, empty) where nothing is known or where nobody asked for it. Addresses, clocks and header fields
never get here: the edge turns them into these values.
"""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from locales.preference import Confidence
from locales.ranges import LanguageRanges


class Choice(Struct, frozen=True):
    """What the visitor chose by hand. `origin` is `query`, `field` or `cookie`; a cookie's language ranks below the URL's."""

    language: str | None = None
    mode: str | None = None
    variant: str | None = None
    captions: bool | None = None
    audio_description: bool | None = None
    origin: str = "query"


class Subject(Struct, frozen=True):
    """The item, as far as rules and norms look at it. `audio`: at least one of its variants has sound with words."""

    item: str
    kind: str
    channel: str
    audio: bool


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Context(Struct, frozen=True):
    """One visitor at one moment. Names are those of the inputs (SEMANTICS §1); `moment` is aware and in UTC.

    `ranges` is the parsed `Accept-Language`, `url_language` the language that the URL names, `zone` the visitor's own time
    zone (IANA name) where it is known. `unit` is who splits count, a text of the site's own.
    """

    country: str | None = None
    region: str | None = None
    place_confidence: Confidence = Confidence.low
    ranges: LanguageRanges = LanguageRanges()
    url_language: str | None = None
    device: str | None = None
    os: str | None = None
    referrer: str | None = None
    referrer_name: str | None = None
    campaign: str | None = None
    terms: tuple[str, ...] = ()
    segment: tuple[str, ...] = ()
    stage: str | None = None
    seen: tuple[str, ...] = ()
    age: str | None = None
    captions: bool | None = None
    audio_description: bool | None = None
    save_data: bool | None = None
    choice: Choice | None = None
    consent: int = 1
    moment: datetime = EPOCH
    zone: str | None = None
    unit: str | None = None
