"""Step 6 of `selecting`: which of several variants that fulfil the same experience (SEMANTICS §7, *among equals*).

1) nearest tracks, which the keys of the candidates hold; under subtitles also audio of another listed language
2) captions and audio description exactly as wanted, none where nothing is known
3) devices: named and matching, not named, named and not matching
4) tags: +1 equal, 0 absent, −1 different; ties by order of mention
5) order in the file
"""

from __future__ import annotations

from collections.abc import Sequence

from locales.matching import NEAR_SPOKEN, NEAR_WRITTEN, spoken_distance, written_distance
from locales.preference import Listed, Word
from variants.experience import Candidate
from variants.variant import Variant
from variants.visit import Said, Use, Visit


def best(
    visit: Visit, said: Said, candidates: Sequence[Candidate], experience: str, listed: Listed
) -> tuple[Variant, tuple[Use, ...]]:
    """The best of candidates that are in order of their keys and else of the file, and the tags that set it apart."""
    left = equals(candidates)
    if len(left) > 1:
        if experience == "sub":
            left = _least(left, [(not _otherwise_heard(visit, variant),) for variant in left])
        left = _least(left, [_comfort(visit, variant, listed) for variant in left])
        if said.tags and len(left) > 1:
            return _by_tags(left, said.tags)
    return left[0], ()


def equals(candidates: Sequence[Candidate]) -> list[Variant]:
    """Those with the best key, of candidates in order of their keys."""
    first = candidates[0].key
    return [candidate.variant for candidate in candidates if candidate.key == first]


def _least(variants: list[Variant], ranks: Sequence[tuple[int, ...]]) -> list[Variant]:
    best = min(ranks)
    return [variant for variant, rank in zip(variants, ranks, strict=True) if rank == best]


def _otherwise_heard(visit: Visit, variant: Variant) -> bool:
    """Whether its audio is understood in some other language of the list."""
    return any(visit.view(listed.tag).hears[variant.position] for listed in visit.languages)


def _comfort(visit: Visit, variant: Variant, listed: Listed) -> tuple[int, ...]:
    """Criteria 2 and 3. What the visitor said of captions and audio description counts before what is not known."""
    preference = visit.preference
    wishes = (
        (preference.captions, variant.captions, written_distance, NEAR_WRITTEN),
        (preference.audio_description, variant.audio_description, spoken_distance, NEAR_SPOKEN),
    )
    known = unknown = 0
    for wanted, tags, distance, near in wishes:
        if wanted:
            languages = (listed, *visit.languages)
            fits = any(distance(one.tag, tag) <= near for one in languages for tag in tags if tag not in visit.refused)
            known += 0 if fits else 1 if tags else 2
        elif wanted is False:
            known += bool(tags)
        else:
            unknown += bool(tags)
    return known, unknown, _device_rank(preference.device, variant.devices)


def _device_rank(device: str | None, named: frozenset[str]) -> int:
    """Named and matching, not named, named and not matching."""
    return 1 if not named else 0 if device in named else 2


def _by_tags(variants: list[Variant], tags: dict[str, tuple[str, Word]]) -> tuple[Variant, tuple[Use, ...]]:
    """Criteria 4 and 5. Of the tags, those are used in which the best is ahead of some variant that it beat."""
    scores = [_score(variant, tags) for variant in variants]
    best = max(scores, key=lambda score: (sum(score), score))
    beaten = [score for score in scores if score != best]
    uses = (
        Use("tags", word, key)
        for index, (key, (_, word)) in enumerate(tags.items())
        if any(score[index] < best[index] for score in beaten)
    )
    return variants[scores.index(best)], tuple(uses)


def _score(variant: Variant, tags: dict[str, tuple[str, Word]]) -> tuple[int, ...]:
    """Per tag in order of mention: +1 equal, 0 absent, −1 different."""
    return tuple(
        0 if key not in variant.tags else 1 if variant.tags[key] == value else -1 for key, (value, _) in tags.items()
    )
