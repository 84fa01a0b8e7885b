"""How far a visitor lets the service go: 0 this request only, 1 functional, 2 personal, 3 shared (SEMANTICS §1).

what a hop says, else the site's default ──▶ at most 1 under `Sec-GPC: 1` or `DNT: 1` ──▶ inputs above it are blank
"""

from __future__ import annotations

from operator import attrgetter

from msgspec.structs import replace

from edge.signals.fields import Headers, field
from rules.context import Context
from rules.inputs import INPUTS

#: The level that a request not to be tracked leaves.
CAPPED = 1


def read_consent(said: int | None, headers: Headers, default: int) -> int:
    """The level of a request. `said` is the hop's word, None where it said nothing."""
    level = default if said is None else said
    return min(level, CAPPED) if objects(headers) else level


def objects(headers: Headers) -> bool:
    """Whether `Sec-GPC` or `DNT` says exactly `1`; of several lines one is enough, any other value means nothing."""
    return (b"sec-gpc" in headers or b"dnt" in headers) and any(
        value is not None and b"1" in (line.strip(b" \t") for line in value.split(b","))
        for value in (field(headers, b"sec-gpc"), field(headers, b"dnt"))
    )


#: Input → what its field of a Context is when nothing is known.
_BLANK = {name: getattr(Context(), name) for name in INPUTS if hasattr(Context(), name)}
_ABOVE: tuple[dict[str, object], ...] = tuple(
    {name: blank for name, blank in _BLANK.items() if (INPUTS[name].level or 0) > level} for level in range(4)
)
#: One call that reads the level and all inputs above it, and what it gives for a context that needs no change.
_READ = tuple(attrgetter("consent", "consent", *above) for above in _ABOVE)
_KEPT = tuple((level, level, *above.values()) for level, above in enumerate(_ABOVE))


def blanked(context: Context, level: int, *, own_terms: bool = True) -> Context:
    """The context without the inputs above the level. Words of the site's own search are level 0, any other words level 1."""
    keeps_terms = own_terms or level >= CAPPED
    if keeps_terms and _READ[level](context) == _KEPT[level]:
        return context
    above = _ABOVE[level] if keeps_terms else {**_ABOVE[level], "terms": ()}
    changed = {name: blank for name, blank in above.items() if getattr(context, name) != blank}
    return replace(context, consent=level, **changed) if changed or context.consent != level else context
