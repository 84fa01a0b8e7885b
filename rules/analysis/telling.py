"""What there is to say of a table: rules that nobody meets, orders that surprise, visitors that no rule answers, moves.

never-holds      the rule's own cells exclude each other                                   warning
no-item          no item of the site is asked for                                          note
shadowed         one rule above, or several together, answer whoever meets it              warning
ambiguous-order  two rules with different outcomes meet, and neither asks for less         warning
gap              somebody whom no rule of the table answers                                note
not-yet          the rule is not in force yet                                              note
unfinished       the budget was spent                                                      note
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from locales.findings import Finding, Severity
from rules.analysis.field import Boxes, Field
from rules.analysis.searching import Ended
from rules.analysis.world import Visitor
from rules.tables import Rule

#: Findings about the order of one table, and pairs of rules that are looked at for them.
ORDERS = 5
PAIRS = 5_000

#: Rules of one table that are told to be never reached, each with somebody to try; of more the number is told.
SHADOWED = 100

#: Rules that are named in one finding, and of how many those are looked for that are needed.
NAMED = 4
NEEDED = 40


def check_field(field: Field) -> list[Finding]:
    """Everything that an analysis says of a table, in order."""
    met = Shadows(field)
    findings = list(met.findings())
    findings += _orders(field, met)
    findings += _gap(field)
    findings += _not_yet(field)
    if field.budget.stopped:
        findings.append(_unfinished(field))
    return sorted(findings)


def told(rule: Rule, severity: Severity, code: str, problem: str, cure: str, visitor: Visitor | None = None) -> Finding:
    """A finding about a rule, with somebody to try it with."""
    witness = visitor.text if visitor is not None else ""
    return Finding(rule.file, rule.line, severity, code, f"Rule {rule.name}: {problem}", cure, witness)


def named(rules: Sequence[Rule]) -> str:
    """Rules by id and line: `"a" (line 3), "b" (line 9) and 2 more`."""
    listed = ", ".join(f'"{rule.id}" (line {rule.line})' for rule in rules[:NAMED])
    return listed + (f" and {len(rules) - NAMED} more" if len(rules) > NAMED else "")


def bits_of(mask: int) -> Iterator[int]:
    """The positions of the rules in a set, the first rule first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


class Shadows:
    """The rules of a table by whether anybody is answered by them. `unmet` are the positions of those that answer nobody."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.unmet: set[int] = set()

    def findings(self) -> Iterator[Finding]:
        """Rules that nobody meets, or for whom another one always answers."""
        for position, rule in enumerate(self.field.rules):
            boxes = self.field.boxes((position,), (1 << position) - 1)
            above = self._above(position, boxes)
            if above is None:
                continue
            self.unmet.add(position)
            if not above:
                yield self._empty(rule, boxes)
            elif len(self.unmet) <= SHADOWED:
                yield self._shadowed(position, above)
        if len(self.unmet) > SHADOWED:
            yield self._more()

    def _above(self, position: int, boxes: Boxes) -> int | None:
        """The rules above one that together leave it nobody, the first alone if one is enough.

        None where somebody is left, or it is undecided; no rules where there is nobody in the first place.
        """
        if not all(box.choices for box in boxes.listed):
            return 0 if boxes.whole else None
        earlier = (1 << position) - 1
        alone = boxes.every & earlier if boxes.whole else 0
        if alone:
            return alone & -alone
        relevant = boxes.some & earlier
        met = not relevant or self.field.meets((position,), relevant) is not Ended.nobody
        return None if met else relevant

    def _shadowed(self, position: int, above: int) -> Finding:
        first = above.bit_length() - 1
        return self._single(position, first) if above == 1 << first else self._several(position, above)

    def _more(self) -> Finding:
        table = self.field.table
        problem = f'Table "{table.id}": {len(self.unmet) - SHADOWED} more of its rules are never reached.'
        return Finding(
            table.file, 0, Severity.warning, "shadowed", problem, "Mend those that are told, and check again."
        )

    def _empty(self, rule: Rule, boxes: Boxes) -> Finding:
        empty = [
            name
            for box, axis in zip(boxes.listed, self.field.axes, strict=True)
            if not box.choices
            for name in axis.inputs
        ]
        if "item" in empty:
            problem = "no item of the site is one that it asks for."
            return told(rule, Severity.note, "no-item", problem, "Mend item, kind or channel, or take the rule out.")
        asked = [name for name in empty if any(cell.input == name for cell in rule.cells)]
        problem = f"it can never hold: what it asks of {' and '.join(asked) or 'time'} excludes each other."
        return told(rule, Severity.warning, "never-holds", problem, "Mend one of the cells, or take the rule out.")

    def _single(self, position: int, above: int) -> Finding:
        rule, first = self.field.rules[position], self.field.rules[above]
        visitor = self._witness(position, above) or self._met(position, above)
        problem = f"it is never reached: whoever meets it meets {named([first])} above it."
        return told(
            rule, Severity.warning, "shadowed", problem, f'Move it above "{first.id}", or take it out.', visitor
        )

    def _several(self, position: int, relevant: int) -> Finding:
        rule = self.field.rules[position]
        needed = list(bits_of(self._needed(position, relevant)))
        rules = [self.field.rules[one] for one in needed]
        problem = f"it is never reached: whoever meets it meets one of {named(rules)} above it."
        visitor = next(filter(None, (self._witness(position, one) for one in needed)), None)
        return told(
            rule, Severity.warning, "shadowed", problem, f'Move it above "{rules[0].id}", or take it out.', visitor
        )

    def _needed(self, position: int, relevant: int) -> int:
        """Few of the rules that together leave nobody, each of them needed; all, where they are too many to try."""
        if relevant.bit_count() > NEEDED:
            return relevant
        for one in reversed(list(bits_of(relevant))):
            if self.field.meets((position,), relevant & ~(1 << one)) is Ended.nobody:
                relevant &= ~(1 << one)
        return relevant

    def _witness(self, position: int, above: int) -> Visitor | None:
        """Somebody who meets the rule and is answered by the one above it."""
        return visitor_of(self.field, (position, above), (1 << above) - 1, above)

    def _met(self, position: int, above: int) -> Visitor | None:
        """The same, where other rules answer all whom both are for."""
        others = bits_of(self.field.meeting(position) & ((1 << above) - 1))
        return next(filter(None, (self._witness(position, one) for one in islice(others, NEEDED))), None)


def visitor_of(field: Field, required: Sequence[int], avoid: int, answer: int) -> Visitor | None:
    """Somebody who meets rules and is answered by one of them; None where nobody was found."""
    found = field.search(required, avoid, answer)
    return found if isinstance(found, Visitor) else None


def said(rule: Rule) -> str:
    """What a rule says in few words: `mode sub > dub`, `variant es-sub`, `language es`, `tags market=es`, `a split`."""
    if rule.split is not None:
        return f'the split "{rule.split.experiment}"'
    outcome = rule.outcome
    parts = (
        f"variant {outcome.variant}" if outcome.variant else "",
        f"language {outcome.language}" if outcome.language else "",
        f"mode {' > '.join(outcome.mode)}" if outcome.mode else "",
        f"tags {', '.join(f'{name}={value}' for name, value in outcome.tags)}" if outcome.tags else "",
    )
    return ", ".join(filter(None, parts))


# Order


def _orders(field: Field, met: Shadows) -> Iterator[Finding]:
    """Pairs of rules, the later one told, that somebody meets and of which neither is for fewer visitors than the other.

    Where one is, it is the exception to the other, and meant. Where a rule above both answers whoever meets both, it is settled.
    """
    count = looked = 0
    for later in range(len(field.rules)):
        for earlier in _others_above(field, met, later):
            looked += 1
            if looked > PAIRS or count == ORDERS:
                yield _more(field.rules[later], count)
                return
            visitor = None if field.is_within(earlier, later) else _between(field, earlier, later)
            if visitor is not None:
                count += 1
                yield _ambiguous(field.rules[earlier], field.rules[later], visitor)
                break


def _others_above(field: Field, met: Shadows, later: int) -> Iterator[int]:
    """The rules above one that is reached which may meet it, say something else, and are reached."""
    if later not in met.unmet:
        says = field.rules[later].says
        for earlier in bits_of(field.meeting(later) & ((1 << later) - 1)):
            if field.rules[earlier].says != says and earlier not in met.unmet:
                yield earlier


def _between(field: Field, earlier: int, later: int) -> Visitor | None:
    """Somebody who meets both rules and is answered by the earlier one."""
    return visitor_of(field, (earlier, later), (1 << earlier) - 1, earlier)


def _ambiguous(first: Rule, rule: Rule, visitor: Visitor) -> Finding:
    problem = (
        f'it and {named([first])} are both for some visitors, and neither is the exception to the other. "{first.id}" '
        f"({said(first)}) stands above and answers them, not this one ({said(rule)})."
    )
    cure = f'If that is wrong, move it above "{first.id}". To settle it, write a rule for those who meet both above the two.'
    return told(rule, Severity.warning, "ambiguous-order", problem, cure, visitor)


def _more(rule: Rule, count: int) -> Finding:
    problem = "From this rule on, the order of the table was not looked at: " + (
        f"{count} pairs of rules in no clear order are told." if count == ORDERS else f"{PAIRS} pairs of rules were."
    )
    return Finding(rule.file, rule.line, Severity.note, "unfinished", problem, "Settle what is told, and check again.")


# What is left


def _gap(field: Field) -> Iterator[Finding]:
    """Somebody whom no rule answers, asking for an item that some rule is for."""
    visitor = field.gap()
    if isinstance(visitor, Visitor):
        problem = f'Table "{field.table.id}": there are visitors whom none of its rules answers.'
        cure = "Other tables, norms and the default decide for them. If that is wrong, end the table with a rule without when."
        yield Finding(field.table.file, 0, Severity.note, "gap", problem, cure, visitor.text)


def _not_yet(field: Field) -> Iterator[Finding]:
    for position, rule in enumerate(field.rules):
        begins = rule.active.begins
        if begins is not None and begins > field.world.moment:
            problem = (
                f"it is not in force before {begins.astimezone(field.world.zone):%Y-%m-%d %H:%M}, on the site's clock."
            )
            visitor = visitor_of(field, (position,), (1 << position) - 1, position)
            yield told(rule, Severity.note, "not-yet", problem, "Nothing to do; preview it with at=.", visitor)


def _unfinished(field: Field) -> Finding:
    problem = (
        f'Table "{field.table.id}": {field.budget.stopped} questions about its rules were left undecided, '
        "as the steps were spent, or there were too many cases. What is told holds; there may be more."
    )
    return Finding(
        field.table.file, 0, Severity.note, "unfinished", problem, "Allow more with --steps, or shorten the table."
    )
