"""A request as a value: what of it can matter, and no more. The server's own objects end here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote_plus

from msgspec import Struct, field
from msgspec.structs import replace

#: Visitors by name: flags of the commands, members of `--jsonl`, `given` of a table's tests, preview parameters.
FIELD_OF = {
    "accept_language": b"accept-language",
    "user_agent": b"user-agent",
    "referer": b"referer",
    "gpc": b"sec-gpc",
    "save_data": b"save-data",
    "choose": b"isogloss-choice",
}
#: Parameters of the visited address rather than of the look-up.
TARGET_PARAMETERS = ("q", "utm_source", "utm_medium", "utm_campaign", "utm_term")

_HINTS = (b"sec-ch-ua-form-factors", b"sec-ch-ua-mobile", b"sec-ch-ua-platform")
_YES = frozenset({"1", "yes", "true", "on", "?1"})


class Request(Struct, frozen=True):
    """What was asked. `fields` are header fields in lower case, repeated ones joined; `peer` is the socket peer's address.

    `lookup`: the answer goes to a proxy. `target` is the address that the visitor asked for, where another server asks for them
    (`X-Original-URI`, `?url=`). `named` are inputs by name that replace signals, given by somebody who may.
    """

    moment: datetime
    fields: Mapping[bytes, bytes] = field(default_factory=dict)
    peer: str | None = None
    query: bytes = b""
    target: bytes | None = None
    by_field: bool = False
    url_language: str | None = None
    named: Mapping[str, str] = field(default_factory=dict)
    preview: bool = False
    lookup: bool = False

    @property
    def visited(self) -> bytes:
        """The query of the address that the visitor asked for."""
        target = self.target
        if target is None:
            return self.query
        return target.partition(b"#")[0].partition(b"?")[2] if b"?" in target else b""

    @property
    def authority(self) -> bytes:
        """Host and port of the address that the visitor asked for, empty where nothing says it."""
        target = self.target or b""
        if b"://" in target[:16]:
            return target.partition(b"://")[2].partition(b"/")[0].partition(b"?")[0]
        return self.fields.get(b"host", b"")

    def with_language(self, language: str | None) -> Request:
        """The same request under an address that names a language."""
        return replace(self, url_language=language)

    def having(self, fields: Mapping[bytes, bytes]) -> Request:
        """The same request with other fields."""
        return replace(self, fields=fields)


#: A request of no visitor at no particular time.
NOBODY = Request(datetime(1970, 1, 1, tzinfo=UTC))


def posing(request: Request, named: Mapping[str, str]) -> Request:
    """The same request from somebody else's eyes: named inputs stand for the fields that they would come from."""
    fields = dict(request.fields)
    for name, value in named.items():
        text = value
        if name == "user_agent":
            for hint in _HINTS:
                fields.pop(hint, None)
        if name in ("gpc", "save_data"):
            text = ("1" if name == "gpc" else "on") if value.lower() in _YES else "0"
        if name in FIELD_OF:
            fields[FIELD_OF[name]] = text.encode("utf-8", "surrogateescape")
    target = _target(request, named)
    return replace(request, fields=fields, target=target, named=dict(named))


def _target(request: Request, named: Mapping[str, str]) -> bytes | None:
    """The visited address with named search words and campaign; `url` replaces it."""
    target = named["url"].encode("utf-8", "surrogateescape") if "url" in named else request.target
    added = "&".join(f"{name}={quote_plus(named[name])}" for name in TARGET_PARAMETERS if name in named).encode()
    if not added:
        return target
    if target is None:
        return b"?" + added + (b"&" + request.query if request.query else b"")
    path, _, query = target.partition(b"#")[0].partition(b"?")
    return path + b"?" + added + (b"&" + query if query else b"")
