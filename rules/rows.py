"""Bulk rows as rules: each cell of the file is a part of a rule, and a text that a column has had before is not read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rules.bulk import BulkRow, BulkRows
from rules.cells import Cell
from rules.forms import OutcomeForm, ScheduleForm
from rules.inputs import INPUTS, is_identifier
from rules.parts import Parts, Place, identifier_faults, row_place
from rules.tables import ALWAYS, Outcome, Rule, Schedule

#: Positions of columns, and the names that they have within their part of a rule.
Columns = Sequence[tuple[int, str]]


class RowReader:
    """The rules of one file. Faults are told by `parts`; what has one is read again for each row, so that each row is told."""

    def __init__(self, parts: Parts, table: str, rows: BulkRows) -> None:
        self._parts = parts
        self._table = table
        self._rows = rows
        [(self._id, _)] = self._columns("rule")
        order = {name: position for position, name in enumerate(INPUTS)}
        when = sorted(self._columns("when"), key=lambda column: order[column[1]])
        self._when: list[tuple[int, str, dict[str, Cell]]] = [(at, name, {}) for at, name in when]
        self._said = [*self._columns("then"), *self._columns("tags")]
        self._saying = len(self._columns("then"))
        self._active = self._columns("active")
        self._why = self._columns("why")
        self._outcomes: dict[tuple[str, ...], Outcome] = {}

    def _columns(self, part: str) -> Columns:
        return [(at, slot[1]) for at, slot in enumerate(self._rows.columns) if slot is not None and slot[0] == part]

    def rules(self) -> Iterator[Rule]:
        """A rule for each row, in order."""
        for row in self._rows.rows:
            yield self._rule(row)

    def _rule(self, row: BulkRow) -> Rule:
        texts, place = row.cells, row_place(self._rows.file, row.line)
        identifier = texts[self._id]
        if not is_identifier(identifier):
            self._parts.findings += identifier_faults(place, ("id",), identifier)
        return Rule(
            self._table,
            identifier,
            self._cells(texts, place),
            self._outcome(texts, place),
            self._schedule(texts, place) if self._active else ALWAYS,
            self._parts.why(_written(self._why, texts), place),
            place.file,
            row.line,
        )

    def _cells(self, texts: Sequence[str], place: Place) -> tuple[Cell, ...]:
        found = []
        for at, name, known in self._when:
            text = texts[at]
            if text:
                cell = known.get(text)
                if cell is None:
                    values = tuple([value.strip() for value in text.split("|")])
                    cell = self._parts.cell(name, values, place)
                    if cell is None:
                        continue
                    known[text] = cell
                found.append(cell)
        return tuple(found)

    def _outcome(self, texts: Sequence[str], place: Place) -> Outcome:
        key = tuple([texts[at] for at, _ in self._said])
        known = self._outcomes.get(key)
        if known is None:
            told = len(self._parts.findings)
            known = self._parts.outcome(self._outcome_form(texts), place)
            if len(self._parts.findings) == told:
                self._outcomes[key] = known
        return known

    def _outcome_form(self, texts: Sequence[str]) -> OutcomeForm:
        said: dict[str, Any] = dict(_written(self._said[: self._saying], texts))
        if "mode" in said:
            said["mode"] = [mode.strip() for mode in said["mode"].split(">")]
        return OutcomeForm(**said, tags=dict(_written(self._said[self._saying :], texts)))

    def _schedule(self, texts: Sequence[str], place: Place) -> Schedule:
        written = _written(self._active, texts)
        return self._parts.schedule(ScheduleForm(written.get("from"), written.get("until")), place)


def _written(columns: Columns, texts: Sequence[str]) -> Mapping[str, str]:
    """The texts of a part's cells that are not empty, by name."""
    return {name: texts[at] for at, name in columns if texts[at]}
