"""Parts of rules: cells, outcome, reason, schedule, each read on its own, so that one run shows all faults of a file.

A reader of a part returns None, or what it could read, where there is an error: the finding is in the list by then, and
whoever asked for the part goes on to the next. What has no fault is read once: long tables repeat themselves.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from locales.findings import Finding, Severity, did_you_mean
from locales.groups import Groups
from locales.preference import MODES
from locales.tags import is_language, parse_tag
from locales.toml_lines import Path
from rules.cell_values import language_cure
from rules.cells import Cell, CellFault, CellReader, parse_cell
from rules.forms import OutcomeForm, ScheduleForm
from rules.inputs import INPUTS, RESERVED, is_identifier
from rules.moments import MomentFault, parse_begin, parse_end
from rules.tables import ALWAYS, Outcome, Schedule

#: The language of a `why` that is a plain text: BCP 47's word for one that is not told.
NO_LANGUAGE = "und"

_ORDER = {name: position for position, name in enumerate(INPUTS)}

_TEXT = frozenset({str})

#: An outcome that says nothing.
_SILENT = OutcomeForm()


class Place(Struct, frozen=True):
    """Where a rule is written, for findings about its parts.

    `column` names the column of a part where the rule is a row, and is empty for the rule as a whole.
    """

    file: str
    locate: Callable[[Path], int]
    path: Path = ()
    column: Callable[[Path], str] | None = None

    def line(self, path: Path = ()) -> int:
        """The line of a part."""
        return self.locate((*self.path, *path))

    def inside(self, *path: str | int) -> Place:
        """The place of a part."""
        return Place(self.file, self.locate, (*self.path, *path), self.column)

    def finding(self, path: Path, code: str, problem: str, cure: str = "") -> Finding:
        """An error in a part."""
        column = self.column((*self.path, *path)) if self.column else ""
        told = f'Column "{column}": {problem}' if column else problem
        return Finding(self.file, self.line(path), Severity.error, code, told, cure)


class Parts:
    """Reads the parts of one table's rules. `zone` is the site's: times without an offset are on its clock."""

    def __init__(self, groups: Groups, zone: datetime.tzinfo) -> None:
        self.groups = groups
        self.zone = zone
        self.findings: list[Finding] = []
        self._cells: dict[str, dict[object, Cell]] = {name: {} for name, row in INPUTS.items() if row.cell}
        self._columns: dict[str, dict[str, Cell]] = {}
        self._readers = {name: CellReader(row, groups) for name, row in INPUTS.items()}
        self._outcomes: dict[tuple[object, ...], Outcome] = {}
        self._tags: dict[str, str] = {}

    def cells(self, when: Mapping[str, Any], place: Place) -> tuple[Cell, ...]:
        """The cells that ask for something, in the order of the inputs."""
        found: dict[str, Cell] = {}
        for name, raw in when.items():
            if name not in self._cells:
                self.findings.append(place.finding(("when", name), "unknown-input", *_unknown_input(name)))
            elif raw not in ("", []):
                cell = self.cell(name, raw, place)
                if cell is not None:
                    found[name] = cell
        return tuple([found[name] for name in sorted(found, key=_ORDER.__getitem__)])

    def cell(self, name: str, raw: object, place: Place) -> Cell | None:
        """One cell, as TOML has it, where `1`, `true` and `"1"` are different values."""
        key = tuple(raw) if type(raw) is list and _TEXT.issuperset(map(type, raw)) else repr(raw)
        known = self._cells[name].get(key)
        if known is not None:
            return known
        try:
            read = self._readers[name].read
            cell = read(key) if isinstance(key, tuple) else parse_cell(INPUTS[name], raw, self.groups)
        except CellFault as fault:
            self.findings.append(place.finding(("when", name), fault.code, fault.problem, fault.cure))
            return None
        return self._cells[name].setdefault(key, cell)

    def column(self, name: str, texts: Sequence[str]) -> tuple[list[Cell | None], Mapping[str, CellFault]]:
        """The cells of an input in bulk rows, each text read once; None where it asks nothing, or has one of the faults."""
        known = self._columns.setdefault(name, {})
        faults: dict[str, CellFault] = {}
        read = self._readers[name].read
        for text in [text for text in dict.fromkeys(texts) if text and text not in known]:
            values = list(map(str.strip, text.split("|")))
            bare = "|".join(values)
            try:
                known[text] = known.get(bare) or known.setdefault(bare, read(values))
            except CellFault as fault:
                faults[text] = fault
        return list(map(known.get, texts)), faults

    def outcome(self, form: OutcomeForm, place: Place, *, whole: bool = True) -> Outcome:
        """What a rule says. `whole`: nothing of the rule has been refused yet."""
        if whole and form == _SILENT:
            cure = "Write then = { mode = … }, or variant, language, tags."
            self.findings.append(place.finding(("then",), "empty-outcome", "The rule says nothing.", cure))
        mode = (form.mode,) if isinstance(form.mode, str) else tuple(form.mode or ())
        key = form.variant, form.language, mode, form.mode == [], *form.tags.items()
        known = self._outcomes.get(key)
        if known is None:
            told = len(self.findings)
            known = self._outcome(form, mode, place)
            if len(self.findings) == told:
                self._outcomes[key] = known
        return known

    def _outcome(self, form: OutcomeForm, mode: tuple[str, ...], place: Place) -> Outcome:
        path: Path = ("then",)
        language = self.language(form.language, place, (*path, "language")) if form.language is not None else None
        self.findings += _mode_faults(place, mode, empty=form.mode == [])
        if form.variant is not None:
            self.findings += identifier_faults(place, (*path, "variant"), form.variant)
        for tag, value in form.tags.items():
            self.findings += identifier_faults(place, (*path, "tags", tag), tag)
            if not value:
                self.findings.append(
                    place.finding((*path, "tags", tag), "empty-text", f'The tag "{tag}" has no value.')
                )
        return Outcome(form.variant, language, mode, tuple(form.tags.items()))

    def language(self, text: str, place: Place, path: Path) -> str | None:
        """The canonical tag of a language."""
        if text in self._tags:
            return self._tags[text]
        tag = parse_tag(text)
        if tag is not None and is_language(tag):
            return self._tags.setdefault(text, tag)
        problem = f'"{text}" is not a language of BCP 47.'
        self.findings.append(place.finding(path, "unknown-language", problem, language_cure(text)))
        return None

    def why(self, written: str | Mapping[str, str], place: Place) -> Mapping[str, str]:
        """The reason by language."""
        if isinstance(written, str):
            return {NO_LANGUAGE: written} if written else {}
        texts: dict[str, str] = {}
        for name, text in written.items():
            tag = NO_LANGUAGE if name == "" else self.language(name, place, ("why", name))
            if tag is not None:
                texts[tag] = text
            if not text:
                self.findings.append(place.finding(("why", name), "empty-text", f'"why" has no text for "{name}".'))
        return texts

    def schedule(self, form: ScheduleForm, place: Place) -> Schedule:
        """When the rule is in force."""
        if form.from_ is None and form.until is None:
            return ALWAYS
        begins = self._moment(form.from_, parse_begin, place, ("active", "from"))
        ends = self._moment(form.until, parse_end, place, ("active", "until"))
        if begins is not None and ends is not None and ends <= begins:
            problem = f"The rule ends ({form.until}) before it begins ({form.from_})."
            self.findings.append(
                place.finding(("active", "until"), "empty-schedule", problem, "Swap the two, or mend one.")
            )
        return Schedule(begins, ends)

    def _moment(
        self,
        written: object,
        parse: Callable[[object, datetime.tzinfo], datetime.datetime],
        place: Place,
        path: Path,
    ) -> datetime.datetime | None:
        if written is None:
            return None
        try:
            return parse(written, self.zone)
        except MomentFault as fault:
            self.findings.append(place.finding(path, "bad-moment", fault.problem, fault.cure))
            return None


def identifier_faults(place: Place, path: Path, text: str) -> list[Finding]:
    """What keeps a text from being an id."""
    if is_identifier(text):
        return []
    if text in RESERVED:
        return [place.finding(path, "reserved-word", f'"{text}" has a meaning of its own.', "Choose another id.")]
    cure = "Ids are small letters, digits, - and _, begin with a letter and have 64 characters at most."
    return [place.finding(path, "bad-id", f'"{text}" cannot be an id.', cure)]


def word_faults(place: Place, path: Path, word: str, known: Iterable[str]) -> list[Finding]:
    """What is said of a word that is not listed. Where the list is empty, any word will do."""
    words = tuple(known)
    if not words or word in words:
        return []
    cure = did_you_mean(word, words) or f"Use one of: {', '.join(words)}."
    return [place.finding(path, "unknown-word", f'"{word}" is not known here.', cure)]


#: What editors write for modes, letters only.
_MODE_WORDS: Mapping[str, str] = {
    "ov": "original",
    "originalversion": "original",
    "omu": "sub",
    "vost": "sub",
    "caption": "sub",
    "captions": "sub",
    "lektor": "voiceover",
    "vo": "voiceover",
}


def _mode_faults(place: Place, modes: Sequence[str], *, empty: bool) -> list[Finding]:
    path: Path = ("then", "mode")
    if empty:
        return [place.finding(path, "empty-mode", "The order of modes is empty.", f"Use some of: {', '.join(MODES)}.")]
    faults = [
        place.finding(path, "unknown-mode", f'"{mode}" is not a mode.', _mode_cure(mode))
        for mode in modes
        if mode not in MODES
    ]
    twice = [mode for mode in MODES if modes.count(mode) > 1]
    return faults + [
        place.finding(path, "duplicate-mode", f'"{mode}" stands there twice.', "Keep one.") for mode in twice
    ]


def _mode_cure(mode: str) -> str:
    letters = "".join(filter(str.isalpha, mode.casefold()))
    guess = _MODE_WORDS.get(letters) or next((known for known in MODES if letters.startswith(known)), None)
    return f'Did you mean "{guess}"?' if guess else did_you_mean(letters, MODES) or f"Use one of: {', '.join(MODES)}."


#: What editors write for inputs.
_INPUT_WORDS: Mapping[str, str] = {
    "lang": "language",
    "territory": "country",
    "q": "terms",
    "query": "terms",
    "time": "hour",
}


#: Why no rule asks about some inputs.
_NOT_ASKED: Mapping[str, str] = {
    "choice": "What the visitor chooses stands above all rules as it is.",
    "unit": "It says who somebody is: rules split units, and ask for none.",
    "consent": 'Inputs beyond the visitor\'s consent are blank: ask them for "unknown".',
}


def _unknown_input(name: str) -> tuple[str, str]:
    """Problem and cure."""
    if name in INPUTS:
        return f'A rule cannot ask about "{name}".', _NOT_ASKED[name]
    known = [row.name for row in INPUTS.values() if row.cell]
    guess = _INPUT_WORDS.get(name.casefold())
    cure = f'Did you mean "{guess}"?' if guess else did_you_mean(name, known) or f"Use one of: {', '.join(known)}."
    return f'"{name}" is no input.', cure
