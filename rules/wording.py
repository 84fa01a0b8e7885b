"""Values and draws in words, for people."""

from __future__ import annotations

from datetime import date

from rules.splits import HOLDOUT, NO_UNIT, OUTSIDE


def in_words(value: object) -> str:
    """A value of an input for people: `unknown` where it is blank."""
    if value is None or value == ():
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)


#: Why somebody got the default of a split, by what `Drawn.fallback` says.
_FALLBACKS = {
    NO_UNIT: "no unit was given",
    OUTSIDE: "the unit is not covered",
    HOLDOUT: "the unit is in the holdout",
}


def told_draw(experiment: str, arm: str, fallback: str | None) -> str:
    """Which arm somebody is in, and why. It never says who they are."""
    if fallback is None:
        return f"{experiment}: the arm {arm}, by the unit that was given"
    return f"{experiment}: the default arm {arm}, since {_FALLBACKS[fallback]}"
