"""Header fields as one mapping, and the limits beyond which a field counts as absent (DESIGN §4).

Lengths are of the raw bytes and are looked at before anything is decoded, parsed or cached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

#: Lower-case field name → value; the lines of a repeated field are joined as RFC 9110 §5.3 says.
Headers = Mapping[bytes, bytes]

#: The longest value that is read, in bytes. Fields that are not named here: `OTHER`.
LIMITS: Mapping[bytes, int] = {
    b"user-agent": 512,
    b"accept-language": 4096,
    b"referer": 2048,
    b"cookie": 4096,
    b"x-original-uri": 2048,
    b"isogloss-context": 4096,
    b"isogloss-choice": 1024,
    b"sec-ch-ua-form-factors": 128,
    b"sec-ch-ua-mobile": 16,
    b"sec-ch-ua-platform": 64,
}
OTHER = 1024
QUERY = 4096
TERMS = 32
TERM_LENGTH = 64
HOPS = 20


def joined(raw: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The fields of an ASGI scope as a mapping. Repeated lines are joined with a comma, those of Cookie with a semicolon."""
    lines = tuple(raw)
    fields = dict(lines)
    if len(fields) < len(lines):
        repeated: dict[bytes, list[bytes]] = {name: [] for name in fields}
        for name, value in lines:
            repeated[name].append(value)
        for name, values in repeated.items():
            if len(values) > 1:
                # RFC 9113 §8.2.3: the lines of Cookie are put together with "; ".
                fields[name] = (b"; " if name == b"cookie" else b", ").join(values)
    return fields


def field(headers: Headers, name: bytes) -> bytes | None:
    """The value of a field, or None where it is absent or beyond its limit."""
    value = headers.get(name)
    return value if value is not None and len(value) <= LIMITS.get(name, OTHER) else None


def beyond(headers: Headers, query: bytes = b"") -> tuple[str, ...]:
    """Names of the signals that are absent because they pass their limit, for an explanation. Sorted."""
    names = [name.decode("ascii") for name, limit in LIMITS.items() if len(headers.get(name, b"")) > limit]
    return tuple(sorted([*names, "query"] if len(query) > QUERY else names))
