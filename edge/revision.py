"""What a site is known by: the same content has the same revision in every worker (DESIGN §2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from edge import __version__

#: Packages whose data decide about answers: their bytes are part of the revision.
_SHIPPED = ("locales", "rules", "variants", "edge/signals")


def revision_of(files: Mapping[str, bytes]) -> str:
    """16 hex digits over the site's files, the shipped data and the program's version: compared for equality only."""
    digest = hashlib.blake2b(_shipped(), digest_size=8)
    for relative, content in sorted(files.items()):
        digest.update(f"{relative}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


@cache
def _shipped() -> bytes:
    root = Path(__file__).parent.parent
    digest = hashlib.blake2b(__version__.encode())
    for package in _SHIPPED:
        for path in sorted(root.joinpath(package, "data").glob("*")):
            digest.update(path.name.encode() + path.read_bytes() if path.is_file() else b"")
    return digest.digest()
