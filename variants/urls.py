"""URLs of variants: which are allowed, and what media type their suffix tells of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

#: By suffix of the path. RFC 8216 §4 for HLS, ISO/IEC 23009-1 Annex C for DASH, else the IANA registry.
MEDIA_TYPES: Mapping[str, str] = {
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "webm": "video/webm",
    "mov": "video/quicktime",
    "mkv": "video/matroska",
    "m3u8": "application/vnd.apple.mpegurl",
    "mpd": "application/dash+xml",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "html": "text/html",
    "htm": "text/html",
    "txt": "text/plain",
    "pdf": "application/pdf",
    "json": "application/json",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "svg": "image/svg+xml",
}

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\\<>\"^`{|}]")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def url_fault(url: str) -> str | None:
    """How to cure a URL that cannot be served; None where nothing is wrong. https, http or relative (RFC 3986 §4.2)."""
    if not url:
        return "Write where the variant is found."
    if _UNSAFE.search(url) or _BROKEN_ESCAPE.search(url):
        return "Write spaces and such characters as escapes: %20."
    scheme = _SCHEME.match(url)
    if scheme and scheme[0].lower() not in ("https:", "http:"):
        return "Use https, http, or a URL relative to the site."
    try:
        parts = urlsplit(url)
        named = parts.hostname is not None and parts.port != 0
    except ValueError:
        return "Check the host and the port."
    if (scheme or url.startswith("//")) and not named:
        return "A host is missing."
    return None


def media_type_of(url: str) -> str:
    """The media type that the suffix of the path tells of, or an empty text."""
    path = url.partition("#")[0].partition("?")[0]
    _, dot, suffix = path.rpartition("/")[2].rpartition(".")
    return MEDIA_TYPES.get(suffix.lower(), "") if dot else ""
