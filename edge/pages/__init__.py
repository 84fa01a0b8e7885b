"""The page at `/`, and explanations as pages: server-rendered, in English and Hebrew, without scripts or anything from elsewhere."""

from __future__ import annotations
