"""The page at `/`, and explanations as pages: in English and Hebrew, without scripts or anything from elsewhere."""

from __future__ import annotations

from edge.pages.page import page_endpoint

__all__ = ["page_endpoint"]
