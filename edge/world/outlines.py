"""The outlines of the world map, as `scripts/outlines` has made them of Natural Earth's countries by way of npm `world-atlas`.

`data/outlines.json`, all numbers in units of the picture, x from the left, y downwards:

    source   {"package": "world-atlas", "version": "2.0.2", "sha256": …}
    size     [4000, 1947]: width and height; projection Equal Earth
    sphere   SVG path data of the edge of the map
    paths    {"DE": "M…z"}: path data by ISO 3166-1 alpha-2, and XK; to be filled by the rule evenodd
    dots     {"SG": [x, y]}: what is too small to be seen, with or without a path
    others   {"Somaliland": "M…z"}: areas without a code, by the name that the source has

Boundaries are drawn de facto, by who is in control, as Natural Earth draws them; that says nothing about whose they should be.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

DATA = Path(__file__).with_name("data")


class Outlines(Struct, frozen=True):
    """The whole file. Shared, so nobody changes it."""

    source: dict[str, str]
    size: tuple[int, int]
    sphere: str
    paths: dict[str, str]
    dots: dict[str, tuple[int, int]]
    others: dict[str, str]


@cache
def outlines() -> Outlines:
    """The outlines, read once."""
    return msgspec.json.decode(DATA.joinpath("outlines.json").read_bytes(), type=Outlines)
