"""Variants that nobody gets: looked for by asking for visitors who may, until each variant was somebody's answer.

First those who read or hear what is on offer; then those who meet a rule; then every country, every value of all else that the
item reads, and the moments at which a bar begins or ends; last those who choose by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from edge.classes.aiming import Aim
from edge.classes.asking import Budget, Named, ask, pasteable
from edge.classes.visitors import Signal, at_value, signals, territories, track_tags
from edge.served import Served
from edge.site import Site
from locales.findings import Finding, Severity
from locales.territories import place_languages
from variants.bars import Barriers
from variants.variant import Variant

#: Visitors that are asked for, for one item and for a whole site.
EACH, TOTAL = 4_000, 80_000


def check_variants(site: Site, moment: datetime) -> Iterator[Finding]:
    """Variants that nobody was found to get, or only who chooses them."""
    spent = 0
    for served in site.served.values():
        if spent >= TOTAL:
            yield _unfinished(served)
            return
        budget = Budget(min(EACH, TOTAL - spent))
        yield from _Search(site, served, moment, budget).findings()
        spent += budget.spent


#: What browsers say that nobody set up counts little; the same of somebody who did.
_SURE = {"en": "en-GB", "en-US": "en-US,en-GB"}


class _Search:
    def __init__(self, site: Site, served: Served, moment: datetime, budget: Budget) -> None:
        self._site = site
        self._served = served
        self._moment = moment
        self._budget = budget
        self._tried = 0
        self._signals = signals(site, (served,), moment)
        tags = dict.fromkeys(_SURE.get(tag, tag) for tag in track_tags(served))
        self._headers: list[Named] = [{}, *({"accept_language": tag} for tag in tags)]

    def findings(self) -> Iterator[Finding]:
        """One for each variant that is left."""
        variants = self._served.item.variants
        yield from (self._over(variant) for variant in variants if self._is_over(variant))
        left = dict.fromkeys(variant.id for variant in variants if not self._is_over(variant))
        for variant in self._got(self._visitors(), left):
            del left[variant]
        self._tried = self._budget.spent
        self._budget.steps += EACH  # of their own: what is spent on others is no reason to say that nobody can choose
        for variant in left:
            choosing = (named for got, named in self._answers(self._choosing(variant)) if got == variant)
            yield self._told(variant, next(choosing, None))

    def _is_over(self, variant: Variant) -> bool:
        return variant.bars.ends is not None and variant.bars.ends <= self._moment

    def _over(self, variant: Variant) -> Finding:
        item, ends = self._served.item, variant.bars.ends
        problem = f'"{variant.id}" of "{item.id}" is over since {ends:%Y-%m-%d %H:%M} UTC.'
        return Finding(
            item.file, self._line(variant.id), Severity.note, "expired", problem, "Take it out, or move its end."
        )

    def _line(self, variant: str) -> int:
        return self._served.item.lines.get(f"variants/{variant}", 0)

    def _got(self, visitors: Iterable[Named], left: dict[str, None]) -> Iterator[str]:
        for variant, _ in self._answers(visitors):
            if variant in left:
                yield variant
            if not left:
                return

    def _answers(self, visitors: Iterable[Named]) -> Iterator[tuple[str, Named]]:
        for named in visitors:
            if not self._budget.take():
                return
            variant = ask(self._site, self._served.item.id, named, self._moment).answer.variant
            if variant is not None:
                yield variant, named

    def _visitors(self) -> Iterator[Named]:
        yield from self._headers
        met = _unlike(Aim(self._site, self._served, self._signals, self._moment).visitors())
        yield from self._with_headers(met)
        yield from self._with_headers(self._at_home())
        yield from self._with_headers({**place, **one} for place in self._at_home() for one in met)
        yield from self._with_headers(self._others())
        countries = [value.named for value in territories()]
        yield from self._with_headers(countries)
        yield from ({**one, **other} for other in self._others() for one in countries)

    def _at_home(self) -> Iterator[Named]:
        """Where a language on offer is spoken."""
        offered = {tag.partition("-")[0] for tag in track_tags(self._served)}
        for value in territories()[1:]:
            spoken = place_languages(value.label, None).languages
            if offered.intersection(tag.partition("-")[0] for tag in spoken):
                yield value.named

    def _others(self) -> Iterator[Named]:
        """Values of inputs, but for choices; and moments at the ends of bars."""
        yield from self._ends()
        for signal in self._signals:
            if "choice" not in signal.inputs:
                yield from _values(signal)

    def _ends(self) -> Iterator[Named]:
        """The moments to come at which a bar begins or ends. What is over does not come back."""
        for moment in Barriers.from_item(self._served.item).moments:
            if moment > self._moment:
                yield at_value(moment.astimezone(self._site.settings.zone).replace(tzinfo=None)).named

    def _with_headers(self, visitors: Iterable[Named]) -> Iterator[Named]:
        yield from ({**named, **header} for named in visitors for header in self._headers)

    def _choosing(self, variant: str) -> Iterator[Named]:
        """Who names the variant, wherever and whenever they are."""
        pin = {"choose": f"variant={variant}"}
        countries = [value.named for value in territories()]
        yield from ({**pin, **named} for named in countries)
        yield from ({**pin, **moment, **named} for moment in self._ends() for named in countries)

    def _told(self, variant: str, named: Named | None) -> Finding:
        item, tried = self._served.item, self._tried
        line = self._line(variant)
        if named is not None:
            problem = (
                f'Only who chooses "{variant}" of "{item.id}" gets it: none of {tried} others who were tried does.'
            )
            cure = "Nothing to do, if that is meant. Else let a rule ask for it, or a language, tag or device differ."
            witness = f"{item.id} {pasteable(named)}"
            return Finding(item.file, line, Severity.note, "only-by-choice", problem, cure, witness)
        problem = f'Nobody gets "{variant}" of "{item.id}", not even who chooses it: {tried} visitors were tried.'
        cure = "Look at only_in, not_in, from and the laws of its places (isogloss norms --laws), or take it out."
        return Finding(item.file, line, Severity.warning, "unreachable-variant", problem, cure)


def _unlike(visitors: Iterable[dict[str, str]]) -> list[Named]:
    """Without repeats, in order."""
    return list({tuple(sorted(named.items())): named for named in visitors}.values())


def _values(signal: Signal) -> Iterator[Named]:
    yield from (dict(signal.needs) | value.named for value in signal.values if value.words)


def _unfinished(served: Served) -> Finding:
    problem = f'The variants of items behind "{served.item.id}" were not looked at: {TOTAL} visitors were tried.'
    return Finding(served.item.file, 0, Severity.note, "unfinished", problem)
