"""Bulk rows as rules, column by column: a text that a column has had before is not read again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import repeat
from typing import Any, TypeVar

from msgspec.structs import replace

from locales.preference import MODES
from locales.toml_lines import Path
from rules.bulk import MOST_FAULTS, BulkRows, column_name, too_many
from rules.cells import Cell, CellFault, parse_cell
from rules.forms import OutcomeForm, ScheduleForm
from rules.inputs import INPUTS, is_identifier
from rules.parts import NO_LANGUAGE, Parts, Place, identifier_faults
from rules.tables import ALWAYS, Outcome, Rule, Schedule

#: Positions of columns, and the names that they have within their part of a rule.
Columns = Sequence[tuple[int, str]]

#: The texts of a part of one row, in the order of its columns.
Texts = tuple[str, ...]

T = TypeVar("T")

#: What spreadsheets and people put between values, where it ought to be another mark.
OTHER_MARKS = (",", ";", "/", "|", ">")


class _TooManyError(Exception):
    """More faults than anybody reads."""


class RowReader:
    """The rules of one file. Faults are told by `parts`; what has one is read again for each row, so that each row is told."""

    def __init__(self, parts: Parts, table: str, rows: BulkRows) -> None:
        self._parts = parts
        self._table = table
        self._rows = rows
        self._texts = tuple(zip(*[row.cells for row in rows.rows], strict=True))
        self._said = [*self._columns("then"), *self._columns("tags")]
        self._saying = len(self._columns("then"))
        self._active = self._columns("active")
        self._known = len(parts.findings)

    def _columns(self, part: str) -> Columns:
        return [(at, slot[1]) for at, slot in enumerate(self._rows.columns) if slot is not None and slot[0] == part]

    def rules(self) -> Iterator[Rule]:
        """A rule for each row, in order; none where faults are too many."""
        if not self._rows.rows:
            return
        table, file = self._table, self._rows.file
        try:
            parts = (self._ids(), self._cells(), self._outcomes(), self._schedules(), self._reasons())
        except _TooManyError:
            return
        for row, identifier, cells, outcome, active, why in zip(self._rows.rows, *parts, strict=False):
            yield Rule(table, identifier, cells, outcome, active, why, file, row.line)

    def _place(self, row: int) -> Place:
        return Place(self._rows.file, partial(_on_line, self._rows.rows[row].line), (), _column_of)

    def _look(self, row: int) -> None:
        """Ends the reading at a row with the last fault that is told."""
        if len(self._parts.findings) - self._known >= MOST_FAULTS:
            self._parts.findings.append(too_many(self._rows.file, self._rows.rows[row].line))
            raise _TooManyError

    # Parts, one of each row

    def _ids(self) -> Texts:
        [(at, _)] = self._columns("rule")
        for row, identifier in enumerate(self._texts[at]):
            if not is_identifier(identifier):
                self._parts.findings += identifier_faults(self._place(row), ("id",), identifier)
                self._look(row)
        return self._texts[at]

    def _cells(self) -> Iterable[tuple[Cell, ...]]:
        order = {name: position for position, name in enumerate(INPUTS)}
        when = sorted(self._columns("when"), key=lambda column: order[column[1]])
        columns = [self._column(name, self._texts[at]) for at, name in when]
        return [tuple(filter(None, cells)) for cells in zip(*columns, strict=True)] if columns else repeat(())

    def _column(self, name: str, texts: Texts) -> list[Cell | None]:
        """The cells of an input; None where one asks nothing, or has a fault. Each row with a fault is told."""
        cells, faults = self._parts.column(name, texts)
        for row in [row for row, text in enumerate(texts) if text in faults] if faults else ():
            told = faults[texts[row]]
            cure = self._other_mark("|", texts[row], partial(self._is_value, name)) or told.cure
            self._parts.findings.append(self._place(row).finding(("when", name), told.code, told.problem, cure))
            self._look(row)
        return cells

    def _outcomes(self) -> Sequence[Outcome]:
        return self._each(self._said, self._outcome)

    def _outcome(self, texts: Texts, place: Place) -> Outcome:
        told = len(self._parts.findings)
        read = self._parts.outcome(self._outcome_form(texts), place)
        for at, fault in enumerate(self._parts.findings[told:], told):
            cure = ""
            if fault.code == "unknown-mode":
                cure = self._other_mark(">", _written(self._said, texts)["mode"], MODES.__contains__)
            elif fault.code == "empty-outcome":
                cure = "Fill a cell of variant, then.language, mode or tags.NAME."
            self._parts.findings[at] = replace(fault, cure=cure or fault.cure)
        return read

    def _outcome_form(self, texts: Texts) -> OutcomeForm:
        said: dict[str, Any] = dict(_written(self._said[: self._saying], texts))
        if "mode" in said:
            said["mode"] = list(_parted(said["mode"], ">"))
        return OutcomeForm(**said, tags=dict(_written(self._said[self._saying :], texts[self._saying :])))

    def _schedules(self) -> Iterable[Schedule]:
        return self._each(self._active, self._schedule) if self._active else repeat(ALWAYS)

    def _schedule(self, texts: Texts, place: Place) -> Schedule:
        written = _written(self._active, texts)
        return self._parts.schedule(ScheduleForm(written.get("from"), written.get("until")), place)

    def _each(self, columns: Columns, read: Callable[[Texts, Place], T]) -> Sequence[T]:
        """What is read from the columns, for each row. The same texts are read once, if they have no fault."""
        known: dict[Texts, T] = {}
        found: list[T] = []
        of_rows = zip(*[self._texts[at] for at, _ in columns], strict=True) if columns else [()] * len(self._rows.rows)
        for row, texts in enumerate(of_rows):
            one = known.get(texts)
            if one is None:
                told = len(self._parts.findings)
                one = read(texts, self._place(row))
                if len(self._parts.findings) == told:
                    known[texts] = one
                self._look(row)
            found.append(one)
        return found

    def _reasons(self) -> Sequence[Mapping[str, str]]:
        found: list[dict[str, str]] = [{} for _ in self._rows.rows]
        for at, name in self._columns("why"):
            texts = self._texts[at]
            rows = [row for row, text in enumerate(texts) if text]
            tag = self._language(name, rows)
            if tag is not None:
                for row in rows:
                    found[row][tag] = texts[row]
        return found

    def _language(self, name: str, rows: Iterable[int]) -> str | None:
        """The language of a column of reasons. Where it is none, each of the rows is told."""
        if name == "":
            return NO_LANGUAGE
        told = (self._parts.language(name, self._place(row), ("why", name)) for row in rows)
        return next((tag for tag in told if tag is not None), None)

    @staticmethod
    def _other_mark(mark: str, text: str, is_value: Callable[[str], bool]) -> str:
        """The cure for values that are good, but parted by another mark; empty where they are not."""
        for other in OTHER_MARKS:
            values = _parted(text, other)
            if other != mark and len(values) > 1 and all(map(is_value, values)):
                return f"Values of one cell have {mark} between them: {mark.join(values)}"
        return ""

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


def _written(columns: Columns, texts: Texts) -> Mapping[str, str]:
    """The texts of a part's columns that are not empty, by name."""
    return {name: text for (_, name), text in zip(columns, texts, strict=False) if text}
