"""Laws laid on the variants of an item, as bars of theirs (SEMANTICS §6): made once at load, so that nothing later knows of laws.

law  ──concerns the item's kind and channel──▶  the variants whose form it does not allow  ──▶  `Bars.laws` of each of them

A variant that is a page or an image is none of what these laws speak of. What has no words, heard or read, is a foreign film
nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo

from locales.findings import Finding, Severity, did_you_mean
from locales.groups import Groups
from locales.laws import Form, Law
from locales.norm_fields import WORLD
from locales.tags import covers
from locales.territories import TERRITORIES
from variants.bars import begin_of, end_of
from variants.experience import parts_of
from variants.variant import WORDLESS, Bars, Item, LawBar, Variant


def with_laws(item: Item, laws: Iterable[Law], groups: Groups, zone: tzinfo) -> Item:
    """The item with the bars that laws put on its variants; the same one where there are none. `zone` is the site's."""
    concerned = [law for law in laws if law.concerns(item.kind, item.channel)]
    if not any(offends(law, item, variant) for law in concerned for variant in item.variants):
        return item
    made = {law.id: _bar(law, groups, zone) for law in concerned}
    return replace(item, variants=tuple(_barred(item, variant, concerned, made) for variant in item.variants))


def _barred(item: Item, variant: Variant, laws: Iterable[Law], made: dict[str, LawBar]) -> Variant:
    found = tuple(made[law.id] for law in laws if offends(law, item, variant))
    return replace(variant, bars=replace(variant.bars, laws=found)) if found else variant


def _bar(law: Law, groups: Groups, zone: tzinfo) -> LawBar:
    return LawBar(
        law.name,
        law.told,
        _territories(law.place, groups),
        None if law.begins is None else begin_of(law.begins, zone),
        None if law.ends is None else end_of(law.ends, zone),
    )


def _territories(place: str, groups: Groups) -> frozenset[str]:
    if place == WORLD:
        return TERRITORIES
    return groups.members(place) if place.startswith("@") else frozenset((place,))


# Forms


def offends(law: Law, item: Item, variant: Variant) -> bool:
    """Whether a law that concerns the item takes this variant of it away."""
    if variant.language is not None or not (_heard(variant) or _texts(variant)):
        return False
    if law.only and not any(_has(form, item, variant) for form in law.only):
        return True
    return any(_has(form, item, variant) for form in law.bars)


def _heard(variant: Variant) -> str | None:
    """The language of what is heard, if there are words in it."""
    return None if variant.audio == WORDLESS else variant.audio


def _texts(variant: Variant) -> tuple[str, ...]:
    tracks = (*variant.subtitles, *variant.burned_in, *variant.captions)
    return tuple(part for track in tracks for part in parts_of(track))


def _has(form: Form, item: Item, variant: Variant) -> bool:
    """Whether the variant has the form."""
    return (
        _sounds(form.heard, item, variant)
        and (not form.language or _is_heard(form.language, variant))
        and (not form.read or _is_heard(form.read, variant) or _is_read(form.read, variant))
    )


def _sounds(heard: str, item: Item, variant: Variant) -> bool:
    """What has no words to be heard is in its original form."""
    audio = _heard(variant)
    original = audio is None or covers(item.original_language, audio) or covers(audio, item.original_language)
    if heard == "original":
        return original
    return heard == "any" or (not original and (heard == "dub" or variant.voiceover))


def _is_heard(language: str, variant: Variant) -> bool:
    audio = _heard(variant)
    return audio is not None and covers(language, audio)


def _is_read(language: str, variant: Variant) -> bool:
    return any(covers(language, text) for text in _texts(variant))


# Checks


def check_law_bars(items: Iterable[Item]) -> tuple[Finding, ...]:
    """What an editor should know of what laws take away: an item all of whose variants go somewhere, a fallback that goes."""
    return tuple(finding for item in items for finding in (*_nothing_left(item), *_fallback_gone(item)))


def _nothing_left(item: Item) -> Iterator[Finding]:
    laws = {bar.name: bar for variant in item.variants for bar in variant.bars.laws}
    named = frozenset().union(*(bar.places for bar in laws.values()))
    empty = sorted(country for country in named if all(_gone(variant.bars, country) for variant in item.variants))
    if empty:
        told = "; ".join(f"{name}, {bar.told}" for name, bar in laws.items() if not bar.places.isdisjoint(empty))
        problem = f'Laws can bar every variant of "{item.id}" in {_listed(empty)}: {told}.'
        cure = "If it is shown there, add a variant that they allow. A law that is none for you: [[laws]], its id, off = true."
        yield _finding(item, "item", Severity.note, "law-bars-all", problem, cure)


def _gone(bars: Bars, country: str) -> bool:
    """Whether the variant can be gone in the country, at some time at least."""
    limited = country in bars.not_in or (bars.only_in is not None and country not in bars.only_in)
    return limited or any(country in law.places for law in bars.laws)


def _fallback_gone(item: Item) -> Iterator[Finding]:
    declared = None if item.fallback is None else item.variant(item.fallback)
    if declared is not None and declared.bars.laws:
        names = _listed([bar.name for bar in declared.bars.laws])
        problem = f'"{item.id}" cannot fall back on "{declared.id}", which is barred in some places by {names}.'
        cure = "The first variant without any bar is taken instead, if there is one."
        yield _finding(item, "item", Severity.warning, "lawless-fallback", problem, cure)


def _finding(item: Item, key: str, severity: Severity, code: str, problem: str, cure: str) -> Finding:
    return Finding(item.file, item.lines.get(key, 0), severity, code, problem, cure)


def _listed(names: Sequence[str], most: int = 8) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def check_law_kinds(laws: Iterable[Law], kinds: Sequence[str]) -> tuple[Finding, ...]:
    """A law of a kind that no item can have bars nothing, which its writer should hear of."""
    return tuple(
        Finding(
            law.file,
            law.line,
            Severity.warning,
            "unknown-kind",
            f'{law.name} speaks of the kind "{kind}", which no item has.',
            did_you_mean(kind, kinds) or f"Kinds are: {', '.join(kinds)}.",
        )
        for law in laws
        for kind in law.kinds
        if kind not in kinds
    )
