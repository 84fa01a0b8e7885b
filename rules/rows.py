"""Bulk rows as rules: each cell of the file is a part of a rule, and a text that a column has had before is not read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from locales.preference import MODES
from locales.toml_lines import Path
from rules.bulk import MOST_FAULTS, BulkRow, BulkRows, column_name, too_many
from rules.cells import Cell, CellFault, parse_cell
from rules.forms import OutcomeForm, ScheduleForm
from rules.inputs import INPUTS, is_identifier
from rules.parts import Parts, Place, identifier_faults
from rules.tables import ALWAYS, Outcome, Rule, Schedule

#: Positions of columns, and the names that they have within their part of a rule.
Columns = Sequence[tuple[int, str]]

#: What spreadsheets and people put between values, where it ought to be another mark.
OTHER_MARKS = (",", ";", "/", "|", ">")


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
        """A rule for each row, in order. Where faults are too many, the rows behind them are not read."""
        known = len(self._parts.findings)
        for row in self._rows.rows:
            yield self._rule(row)
            if len(self._parts.findings) - known >= MOST_FAULTS:
                self._parts.findings.append(too_many(self._rows.file, row.line))
                return

    def _rule(self, row: BulkRow) -> Rule:
        texts, place = row.cells, Place(self._rows.file, partial(_on_line, row.line), (), _column_of)
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
                    told = len(self._parts.findings)
                    cell = self._parts.cell(name, _parted(text, "|"), place)
                    if cell is None:
                        self._cure_mark(told, "|", text, partial(self._is_value, name))
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
            for at, fault in enumerate(self._parts.findings[told:], told):
                if fault.code == "unknown-mode":
                    self._cure_mark(at, ">", _written(self._said, texts)["mode"], MODES.__contains__)
                elif fault.code == "empty-outcome":
                    self._cure(at, "Fill a cell of variant, then.language, mode or tags.NAME.")
        return known

    def _outcome_form(self, texts: Sequence[str]) -> OutcomeForm:
        said: dict[str, Any] = dict(_written(self._said[: self._saying], texts))
        if "mode" in said:
            said["mode"] = list(_parted(said["mode"], ">"))
        return OutcomeForm(**said, tags=dict(_written(self._said[self._saying :], texts)))

    def _schedule(self, texts: Sequence[str], place: Place) -> Schedule:
        written = _written(self._active, texts)
        return self._parts.schedule(ScheduleForm(written.get("from"), written.get("until")), place)

    def _cure_mark(self, at: int, mark: str, text: str, is_value: Callable[[str], bool]) -> None:
        """Gives the finding at that place the cure for values that are good, but parted by another mark."""
        for other in OTHER_MARKS:
            values = _parted(text, other)
            if other != mark and len(values) > 1 and all(map(is_value, values)):
                self._cure(at, f"Values of one cell have {mark} between them: {mark.join(values)}")
                return

    def _cure(self, at: int, cure: str) -> None:
        self._parts.findings[at] = replace(self._parts.findings[at], cure=cure)

    def _is_value(self, name: str, text: str) -> bool:
        try:
            return parse_cell(INPUTS[name], (text,), self._parts.groups).asks
        except CellFault:
            return False


def _on_line(line: int, path: Path) -> int:
    """All parts of a row stand on its line."""
    return line


def _column_of(path: Path) -> str:
    """The name of the column that a part stands in; empty for several columns together."""
    part, *names = map(str, path)
    if part == "id" or not names:
        return part if part == "id" else ""
    return column_name(("tags", names[1]) if names[0] == "tags" else (part, names[0]))


def _parted(text: str, mark: str) -> tuple[str, ...]:
    return tuple([value.strip() for value in text.split(mark)])


def _written(columns: Columns, texts: Sequence[str]) -> Mapping[str, str]:
    """The texts of a part's cells that are not empty, by name."""
    return {name: texts[at] for at, name in columns if texts[at]}
