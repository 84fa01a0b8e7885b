"""A response as a value: encoded once, sent as often as it is asked for."""

from __future__ import annotations

from hashlib import blake2b

from msgspec import Struct, field
from msgspec.structs import replace

from edge.caching import NOT_AT_ALL, Lifetimes
from edge.headers import Field
from edge.metrics import Counter

#: What a 304 repeats (RFC 9110 §15.4.5), besides our own fields.
_REPEATED = frozenset(
    {
        b"vary",
        b"cache-control",
        b"cdn-cache-control",
        b"etag",
        b"content-language",
        b"isogloss-variant",
        b"isogloss-key",
        b"isogloss-decision",
        b"access-control-allow-origin",
        b"access-control-expose-headers",
    }
)


#: `Cache-Status` of an answer that was worked out, and of one that was remembered (RFC 9211).
MISS: Field = (b"cache-status", b"isogloss; fwd=miss")
HIT: Field = (b"cache-status", b"isogloss; hit")


class Response(Struct, eq=False):
    """Status, fields in lower case, body. `until` (seconds since 1970): not to be used again afterwards.

    `etag` is the value of the field, quotes included, or None where conditional requests are not honoured. `lives` and
    `shared` are what its cache fields were made of. `hit` is the same as
    it is given from memory, once that was asked for; `remembered` says that this is it.
    """

    status: int
    fields: list[Field]
    body: bytes = b""
    etag: bytes | None = None
    until: float = 0.0
    counter: Counter = field(default_factory=Counter)
    lives: Lifetimes = NOT_AT_ALL
    shared: bool = False
    hit: Response | None = None
    remembered: bool = False

    def value(self, name: bytes) -> str:
        """The value of a field, empty where it is not there."""
        return next((value.decode("latin-1") for found, value in self.fields if found == name), "")

    def as_hit(self) -> Response:
        """The same, as it is given from memory (RFC 9211): one object, however often it is asked for."""
        if self.remembered:
            return self
        if self.hit is None:
            fields = [HIT if pair[0] == b"cache-status" else pair for pair in self.fields]
            self.hit = replace(self, fields=fields, remembered=True)
        return self.hit

    def unless(self, condition: bytes) -> Response:
        """The same, or the 304 of it where an `If-None-Match` with that value names it."""
        return self.not_modified() if self.etag is not None and matches(condition, self.etag) else self

    def not_modified(self) -> Response:
        """The 304 of it: no content, and the fields that a cache updates its copy with."""
        return Response(304, [pair for pair in self.fields if pair[0] in _REPEATED], until=self.until)


def etag_of(body: bytes) -> bytes:
    """A strong entity tag (RFC 9110 §8.8.3): 16 hex digits over the representation, revision and moment not among it."""
    return f'"{blake2b(body, digest_size=8).hexdigest()}"'.encode()


def matches(condition: bytes, etag: bytes) -> bool:
    """Whether an `If-None-Match` names the entity tag, by weak comparison, or is `*` (RFC 9110 §13.1.2)."""
    if condition == etag:
        return True
    if condition.strip() == b"*":
        return True
    return any(part.strip().removeprefix(b"W/") == etag for part in condition.split(b","))
