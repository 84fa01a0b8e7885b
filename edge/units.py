"""Made-up units: names that nobody has, to show an arm without naming somebody who is in it."""

from __future__ import annotations

from collections.abc import Iterator

from edge.keys import Projection

#: As many are made up before an arm is given up.
TRIED = 4096


def made_up(count: int = TRIED) -> Iterator[str]:
    """`example-1`, `example-2` and so on."""
    return (f"example-{number}" for number in range(1, count + 1))


def unit_like(projection: Projection, unit: str) -> str | None:
    """A made-up unit that is in the same arms of the item's experiments, None where none is found soon."""
    wanted = projection.unit(unit)
    return next((one for one in made_up() if projection.unit(one) == wanted), None)
