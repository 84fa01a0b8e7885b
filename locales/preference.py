"""What is said about a visitor's wish: the value that `rules.decide` hands to `variants.select`.

It stands in the lowest package because both sides speak it and neither knows the other. SEMANTICS: layers §3, the list of
languages §4, the word of a norm §5, what a decision says of itself §8.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from functools import lru_cache

from msgspec import Struct, field

#: How a variant can be experienced when the mode order speaks of it. `original` inside an order has a meaning of its own (§7).
MODES = ("original", "sub", "dub", "voiceover")

#: Layers, uppermost first. A later layer (programme, experiment, learned) is a row here and a `Word` in the list.
LAYERS = ("choice", "rules", "hedge", "norms", "default")

#: The word that a layer is called by as the reason of an answer (§8). A rule that splits its visitors is `SPLIT`.
REASONS: Mapping[str, str] = {
    "choice": "choice",
    "rules": "rule",
    "hedge": "hedge",
    "norms": "norm",
    "default": "default",
}
SPLIT = "split"


class Confidence(IntEnum):
    """How sure a fact is; the least of those that were used is the answer's."""

    unverified = 0
    low = 1
    medium = 2
    high = 3


# Values of an answer are made for each request: a frozen Struct costs a tenth of a frozen dataclass.


class Listed(Struct, frozen=True):
    """One of the visitor's languages: a canonical BCP 47 tag, where it comes from, and how sure that is.

    `origin` is one of `choice url rule cookie header terms place default`.
    """

    tag: str
    origin: str
    confidence: Confidence


class Drawn(Struct, frozen=True):
    """The arm of an experiment that somebody is in. `fallback` is why it is the default's: `no-unit`, `outside` or `holdout`.

    As a text, in keys and in answers: `de-subtitles:sub`, `de-subtitles:dub(holdout)`.
    """

    experiment: str
    arm: str
    fallback: str | None = None

    def __str__(self) -> str:
        return f"{self.experiment}:{self.arm}" + (f"({self.fallback})" if self.fallback else "")


class Word(Struct, frozen=True):
    """What one layer says, or one table of the layer `rules`: outputs that it leaves alone are None or empty.

    `rule` is the full name (`airline/es-original`, `norm/ES`), None where the layer has no rows. `reads_place` says whether the
    place of the connection was needed to come to this word. `drawn` is the arm, where a rule splits its visitors.
    """

    layer: str
    rule: str | None = None
    variant: str | None = None
    language: str | None = None
    mode: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    confidence: Confidence | None = None
    source: str = ""
    why: Mapping[str, str] = field(default_factory=dict)
    reads_place: bool = False
    drawn: Drawn | None = None


class Preference(Struct, frozen=True):
    """All that selection needs to know of the person: the words of every layer, uppermost first, and the list of languages.

    `words` always ends with the word of the layer `default`. `excluded` are tags that the visitor refused with `q=0`.
    `captions` and `audio_description` are None where nothing is known. `device` is None where unknown.
    """

    words: tuple[Word, ...]
    languages: tuple[Listed, ...]
    excluded: tuple[str, ...] = ()
    captions: bool | None = None
    audio_description: bool | None = None
    device: str | None = None
    reads_place: bool = False


@lru_cache(maxsize=256)
def complete(mode: tuple[str, ...]) -> tuple[str, ...]:
    """The order with what it does not name: voice-over right behind dub, then sub, dub, voiceover."""
    order: list[str] = []
    for name in mode:
        order.append(name)
        if name == "dub" and "voiceover" not in mode:
            order.append("voiceover")
    return tuple(order) + tuple(name for name in ("sub", "dub", "voiceover") if name not in order)
