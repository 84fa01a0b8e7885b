"""Asking for one visitor after the other, with a budget: everything that this package says was answered by the whole line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import replace

from edge.answer import outcome
from edge.reading import Classes
from edge.request import Request, posing
from edge.signals.moment import parse_at
from edge.site import Site
from variants.account import Overrode
from variants.manifest import opening
from variants.selecting import Selection

#: A visitor by the names of previews, flags and tables' tests.
Named = Mapping[str, str]


class Answer(Struct, frozen=True):
    """An answer in the sense of SEMANTICS §9. `variant` is None where bars leave none; `until` is the next boundary.

    `splits` are the arms that it tells of. `shown` stands for all else that a manifest says, where that was asked for: how the
    variants are met, and in which language.
    """

    variant: str | None
    layer: str
    rule: str | None
    reason: str
    overrode: tuple[Overrode, ...]
    confidence: str
    until: datetime | None
    splits: tuple[str, ...] = ()
    shown: str = ""

    @property
    def told(self) -> tuple[str, str, str]:
        """What people are told of it: variant or `barred`, rule or an empty text, reason."""
        return self.variant or "barred", self.rule or "", self.reason

    @property
    def unbounded(self) -> Answer:
        """The same without its boundary: two moments of one class have different ones."""
        return replace(self, until=None)


class Budget:
    """Steps that may be taken, each an answer. `spent` says how many were; `stopped`, whether more were asked for."""

    __slots__ = ("spent", "steps", "stopped")

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.spent = 0
        self.stopped = False

    def take(self, count: int = 1) -> bool:
        """Whether so many more steps may be taken; they are then spent."""
        if self.spent + count > self.steps:
            self.stopped = True
            return False
        self.spent += count
        return True


class Asked(Struct, frozen=True):
    """One visitor's answer, and the classes that they are of."""

    answer: Answer
    classes: Classes


def ask(site: Site, item: str, named: Named, moment: datetime, *, whole: bool = False) -> Asked:
    """What a visitor gets of an item: at `at` where they name a moment, else at `moment`, which is aware.

    `whole`: with what the manifest shows, which is a function of the key too.
    """
    reading, decision, selection = outcome(request_for(site, named, moment), site.served[item], site)
    ends = [end for end in (decision.expires, selection.boundary) if end is not None]
    answer = Answer(
        None if selection.variant is None else selection.variant.id,
        selection.layer,
        selection.rule,
        selection.reason,
        selection.overrode,
        selection.confidence.name,
        min(ends, default=None),
        tuple(map(str, selection.splits)),
        _shown(site, item, selection) if whole else "",
    )
    return Asked(answer, reading.classes)


def _shown(site: Site, item: str, selection: Selection) -> str:
    """A short text that is another for each other manifest, the decision aside."""
    if selection.variant is None:
        return ""
    said = opening(site.served[item].item, selection, site.settings.default_language)
    return blake2b(said, digest_size=8).hexdigest()


def request_for(site: Site, named: Named, moment: datetime) -> Request:
    """The request of a visitor by name."""
    at = parse_at(named["at"], site.settings.zone) if "at" in named else None
    request = posing(Request(at or moment), named)
    found = site.catalog.paths.match(request.target) if request.target is not None and "url" in named else None
    return request if found is None else request.with_language(found[1])


def pasteable(named: Named) -> str:
    """The visitor as parameters of a preview: `?accept_language=es&country=ES`; `?` where nothing is known of them."""
    return "?" + urlencode(sorted(named.items()))
