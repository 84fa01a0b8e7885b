"""What every country of the world gets: decided, drawn as a map, and told as a table that says all that the map shows."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

__all__ = ["map_endpoint"]


async def map_endpoint(request: Request) -> Response:
    """`/map/{item}` and `/map/{item}.svg`: see `edge.world.page`. Loaded when it is first asked for."""
    from edge.world import page

    return await page.map_endpoint(request)
