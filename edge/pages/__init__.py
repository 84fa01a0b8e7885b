"""The page at `/`, and explanations as pages: in five languages, without scripts or anything from elsewhere.

Both endpoints stand here and load what they need when they are first asked: a service that only answers look-ups never does.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

__all__ = ["explain_endpoint", "page_endpoint"]


async def explain_endpoint(request: Request) -> Response:
    """`/v1/explain/{item}`: see `edge.explaining`."""
    from edge import explaining

    return await explaining.explain_endpoint(request)


async def page_endpoint(request: Request) -> Response:
    """`/`: see `edge.pages.page`."""
    from edge.pages import page

    return await page.page_endpoint(request)
