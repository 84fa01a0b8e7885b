"""Splits of rules as editors write them: read part by part, and experiments that several rules name held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from locales.findings import Finding, Severity
from locales.toml_lines import Path
from rules.forms import SplitForm
from rules.parts import Parts, Place, identifier_faults, word_faults
from rules.splits import ALL, HASHES
from rules.tables import Arm, Rule, Split, Table

#: Bounds of what a file may say. A salt is a word, not a text.
MOST_ARMS = 64
HEAVIEST = 1_000_000
LONGEST_SALT = 64

_PATH: Path = ("split",)


def parse_split(parts: Parts, form: SplitForm, place: Place, *, whole: bool = True) -> Split | None:
    """The split, None where it has no arm. Faults are told by `parts`; what has one must not be drawn from.

    `whole`: nothing of the rule has been refused yet.
    """
    arms = tuple(
        Arm(
            arm.id,
            arm.weight,
            parts.outcome(arm.then, place.inside(*_PATH, "arms", number), whole=whole),
        )
        for number, arm in enumerate(form.arms)
    )
    holdout = _hundredths(form.holdout)
    coverage = ALL - (holdout or 0) if form.coverage is None else _hundredths(form.coverage)
    parts.findings += [*_head_faults(form, place), *_share_faults(form, coverage, holdout, place)]
    parts.findings += [*_arm_faults(form, place), *_weight_faults(form, place)]
    if not arms:
        return None
    return Split(form.experiment, arms, form.default, form.hash, coverage or 0, holdout or 0, form.salt)


def _head_faults(form: SplitForm, place: Place) -> Iterator[Finding]:
    yield from identifier_faults(place, (*_PATH, "experiment"), form.experiment)
    yield from word_faults(place, (*_PATH, "hash"), form.hash, HASHES)
    if len(form.salt) > LONGEST_SALT:
        problem = f'The salt of "{form.experiment}" has {len(form.salt)} characters.'
        yield place.finding((*_PATH, "salt"), "bad-salt", problem, f"It may have {LONGEST_SALT}.")


# Shares


def _hundredths(percent: float) -> int | None:
    """Hundredths of a percent, None where there are not so many, or parts of one.

    Division rounds as reading a number does: what has two decimals at the most is its hundredths divided by 100, to the bit.
    """
    found = round(percent * 100) if 0 <= percent <= 100 else -1
    return found if found >= 0 and found / 100 == percent else None


def _share_faults(form: SplitForm, coverage: int | None, holdout: int | None, place: Place) -> Iterator[Finding]:
    for name, written, found in (("coverage", form.coverage, coverage), ("holdout", form.holdout, holdout)):
        if found is None:
            problem = f"{name} = {written} is no share of all visitors."
            cure = "Write percent, from 0 to 100, with two decimals at the most: 50, or 2.5."
            yield place.finding((*_PATH, name), "bad-share", problem, cure)
    if coverage is not None and holdout is not None and coverage + holdout > ALL:
        problem = f"coverage = {form.coverage} and holdout = {form.holdout} are more than all visitors."
        cure = f"Write coverage = {_percent(ALL - holdout)}, or leave it out: it is all that the holdout leaves."
        yield place.finding((*_PATH, "coverage"), "bad-share", problem, cure)


def _percent(hundredths: int) -> str:
    return f"{hundredths / 100:g}"


# Arms


def _arm_faults(form: SplitForm, place: Place) -> Iterator[Finding]:
    ids = [arm.id for arm in form.arms]
    if not 2 <= len(ids) <= MOST_ARMS:
        problem = f'"{form.experiment}" has {len(ids)} arm{"" if len(ids) == 1 else "s"}.'
        cure = "Write two [[rules.split.arms]] or more." if len(ids) < 2 else f"It may have {MOST_ARMS}."
        yield place.finding((*_PATH, "arms"), "arms", problem, cure)
    for number, arm in enumerate(ids):
        path = (*_PATH, "arms", number, "id")
        yield from identifier_faults(place, path, arm)
        if arm in ids[:number]:
            yield place.finding(path, "duplicate-arm", f'Two arms are called "{arm}".', "Rename one of them.")
    for fault in word_faults(place, (*_PATH, "default"), form.default, ids):
        problem = f'The default of "{form.experiment}" is "{form.default}", which is no arm.'
        yield place.finding((*_PATH, "default"), "unknown-arm", problem, fault.cure)


def _weight_faults(form: SplitForm, place: Place) -> Iterator[Finding]:
    for number, arm in enumerate(form.arms):
        if not 0 <= arm.weight <= HEAVIEST:
            problem = f'The arm "{arm.id}" weighs {arm.weight}.'
            cure = f"A weight is a whole number from 0 to {HEAVIEST}; 1 and 1 are halves."
            yield place.finding((*_PATH, "arms", number, "weight"), "bad-weight", problem, cure)
    if form.arms and all(arm.weight == 0 for arm in form.arms):
        problem = f'No arm of "{form.experiment}" weighs anything, so nobody would be in any.'
        cure = "Give an arm a weight; to pause the experiment write coverage = 0."
        yield place.finding((*_PATH, "arms"), "bad-weight", problem, cure)


# Experiments


def check_experiments(tables: Iterable[Table]) -> tuple[Finding, ...]:
    """Rules that name one experiment and draw differently: a unit would be counted in two arms. What arms say may differ."""
    first: dict[str, tuple[Rule, Mapping[str, object]]] = {}
    found: list[Finding] = []
    for rule, split in ((rule, rule.split) for table in tables for rule in table.rules if rule.split is not None):
        drawn_by = _drawn_by(split)
        known, wanted = first.setdefault(split.experiment, (rule, drawn_by))
        differing = [name for name, value in drawn_by.items() if value != wanted[name]]
        if differing:
            found.append(_differs(rule, known, split.experiment, differing))
    return tuple(found)


def _drawn_by(split: Split) -> Mapping[str, object]:
    """All that decides who is in which arm."""
    return {
        "hash": split.hash,
        "salt": split.salt,
        "coverage": split.coverage,
        "holdout": split.holdout,
        "default": split.default,
        "arms": tuple(arm.id for arm in split.arms),
        "weights": tuple(arm.weight for arm in split.arms),
    }


def _differs(rule: Rule, known: Rule, experiment: str, differing: Sequence[str]) -> Finding:
    problem = (
        f'Rule {rule.name}: the experiment "{experiment}" has other {", ".join(differing)} '
        f"than in {known.name} ({known.file} line {known.line})."
    )
    cure = "Write the same in both, or give this one a name of its own."
    return Finding(rule.file, rule.line, Severity.error, "other-experiment", problem, cure)
