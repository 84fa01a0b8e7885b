"""Splits: visitors of one rule in arms, by a hash of who they are. `docs/splits.md` is the reference of the algorithm.

    position(label) = the first 8 bytes, big-endian, of BLAKE2b-512 over, in UTF-8 and with a zero byte between them,
                      the name of the hash, the label, the salt, the experiment, the unit

    no unit                                            ──▶ the default, `no-unit`
    position("holdout"), without the experiment        ──▶ the default, `holdout`
    position("coverage")                               ──▶ the default, `outside`
    position("arm") among the weights, one by one      ──▶ an arm

Each question has a hash of its own: whoever changes coverage or holdout moves nobody from one arm to another. Numbers are
compared as whole numbers, so that every language gets the same. BLAKE2b is RFC 7693, unkeyed, with a digest of 64 bytes.

An algorithm stays as it is for ever. Another one gets another name, which a file must say.
"""

from __future__ import annotations

from hashlib import blake2b

from locales.preference import Drawn
from rules.tables import Split

#: The algorithms, by the name that a file has for each.
HASHES = ("blake2b-1",)

#: All units, in hundredths of a percent.
ALL = 10_000

#: Positions are below 2 to this power.
BITS = 64

NO_UNIT, OUTSIDE, HOLDOUT = "no-unit", "outside", "holdout"


def draw(split: Split, unit: str | None) -> Drawn:
    """The arm that a unit is in; without one (None or empty), the default. Never raises."""
    if not unit:
        return Drawn(split.experiment, split.default, NO_UNIT)
    if split.holdout and position(split, HOLDOUT, unit) * ALL < split.holdout << BITS:
        return Drawn(split.experiment, split.default, HOLDOUT)
    rest = ALL - split.holdout
    if split.coverage < rest and position(split, "coverage", unit) * rest >= split.coverage << BITS:
        return Drawn(split.experiment, split.default, OUTSIDE)
    return Drawn(split.experiment, _arm(split, unit))


def position(split: Split, label: str, unit: str) -> int:
    """Where a unit stands, from 0 up to 2 to the power of 64. All experiments of one salt have the same holdout."""
    experiment = "" if label == HOLDOUT else split.experiment
    text = "\0".join((split.hash, label, split.salt, experiment, unit))
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def _arm(split: Split, unit: str) -> str:
    """The first arm at which the weights so far reach beyond the position."""
    place = position(split, "arm", unit) * sum(arm.weight for arm in split.arms) >> BITS
    for arm in split.arms:
        place -= arm.weight
        if place < 0:
            return arm.id
    return split.default  # no weights at all: no file says so
