"""Query parameters, bounded and lenient."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import parse_qsl

from edge.signals.fields import QUERY


@lru_cache(maxsize=512)
def parse_parameters(query: bytes) -> dict[str, str]:
    """Parameters of a query, the first of each name; empty ones, as forms send them, are absent. Never raises.

    A query beyond its limit has none. The result is shared: nobody changes it.
    """
    if len(query) > QUERY:
        return {}
    pairs = parse_qsl(query.decode("latin-1"), encoding="utf-8", errors="replace")
    return {name: value for name, value in reversed(pairs) if value}
