"""Documents: the TOML files of a site, with the line of every key, so that a fault can name its place.

`parse_document` refuses what no site needs and what harms (sizes, depths, controls) with a finding, never with another
exception. `convert` gives the values their types, and tells every fault it can at once, in words.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
import msgspec.inspect
import tomli

from locales.findings import Faulty, Finding, Severity, did_you_mean
from locales.toml_lines import DEEPEST, Locator, Path, TooDeep, scan_headers
from locales.toml_plain import Parsed, Plain, parse_apart

#: Bytes of a file: far beyond what a person writes.
LARGEST = 8 * 1024 * 1024

T = TypeVar("T")

_Struct = msgspec.inspect.StructType
_Dict = msgspec.inspect.DictType
_List = msgspec.inspect.ListType


class Document(msgspec.Struct, frozen=True):
    """One parsed file. `file` is relative to the site's folder; `locate` gives the line of a path, from 1, or 0."""

    file: str
    data: dict[str, Any]
    locate: Callable[[Sequence[str | int]], int]

    def finding(
        self, path: Sequence[str | int], code: str, problem: str, cure: str = "", severity: Severity = Severity.error
    ) -> Finding:
        """Something to say about the place of a path."""
        return Finding(self.file, self.locate(path), severity, code, problem, cure)


def parse_document(text: str | bytes, file: str) -> Document:
    """The document of a TOML text. Raises `Faulty`: too large, not UTF-8, controls, too deep, not TOML."""
    source = _decoded(text, file)
    _refuse_controls(source, file)
    plain: list[Plain] = []
    try:
        headers = scan_headers(source, plain)
    except TooDeep as deep:
        raise _too_deep(file, deep.line) from None
    locator = Locator(source, headers)
    parsed = parse_apart(source, plain, locator.element) or Parsed(source, _parsed(source, file))
    document = Document(file, parsed.data, locator.line)
    if any(mark in parsed.rest for mark in _MAY_HIDE_CONTROLS) or _is_deep(document.data):
        _check_values(document)
    parsed.put_back()
    return document


# Text


def _fault(file: str, line: int, code: str, problem: str, cure: str) -> Faulty:
    return Faulty([Finding(file, line, Severity.error, code, problem, cure)])


_NOT_UTF8 = ("not-utf-8", "The file is not UTF-8.", "Save it in the encoding UTF-8.")


def _decoded(text: str | bytes, file: str) -> str:
    """One form of line ends, no byte order mark."""
    try:
        content = text.encode("utf-8") if isinstance(text, str) else text
        if len(content) > LARGEST:
            cure = "Split it; long lists of rules load faster as CSV."
            raise _fault(file, 0, "too-large", f"The file has more than {LARGEST} bytes.", cure)
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeEncodeError:
        raise _fault(file, 0, *_NOT_UTF8) from None
    except UnicodeDecodeError as error:
        raise _fault(file, content.count(b"\n", 0, error.start) + 1, *_NOT_UTF8) from None


#: C0 and C1 controls and DEL. Tab and line feed are space between values, and controls inside of them.
_CONTROL_IN_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def has_control(text: str) -> bool:
    """Whether a text has a control character, line ends and tabs among them."""
    return _CONTROL.search(text) is not None


def _refuse_controls(source: str, file: str) -> None:
    found = _CONTROL_IN_TEXT.search(source)
    if found:
        line = source.count("\n", 0, found.start()) + 1
        problem = f"The file has the control character U+{ord(found[0]):04X}."
        raise _fault(file, line, "control-character", problem, "Take it out.")


def _parsed(source: str, file: str) -> dict[str, Any]:
    try:
        return tomli.loads(source)
    except ValueError as error:  # also int() of thousands of digits, which is no TOMLDecodeError
        problem, _, place = str(error).partition(" (at ")
        found = re.match(r"line (\d+)", place)
        last = source.count("\n") + 1 if place.startswith("end") else 0
        line = int(found[1]) if found else last
        raise _fault(file, line, "not-toml", f"Not TOML: {problem}.", _toml_cure(problem)) from None


def _toml_cure(problem: str) -> str:
    cures = {
        "Invalid value": 'Texts stand in straight quotes: "ES".',
        "Cannot overwrite a value": "The same key stands here twice; keep one.",
        "Cannot declare": "The same table stands here twice; lists of tables have two brackets: [[rules]].",
        "Expected '='": 'A line reads: key = "value".',
        "Illegal character": "Close the quotes on the same line.",
        "Invalid initial character for a key part": "An inline table { … } is one line, without a comma at its end.",
        "Unclosed inline table": "An inline table { … } stands on one line.",
        "Unclosed array": "A ] is missing.",
    }
    return next((cure for start, cure in cures.items() if problem.startswith(start)), "")


#: Without one of these no value has a control character that the text has not.
_MAY_HIDE_CONTROLS = ("\\", "\t", '"""', "'''")


def _is_deep(data: dict[str, Any]) -> bool:
    """Whether tables and lists are nested deeper than `DEEPEST`."""
    level: list[Any] = [data]
    for _ in range(DEEPEST + 1):
        inner = (value for one in level for value in (one.values() if isinstance(one, dict) else one))
        level = [value for value in inner if isinstance(value, (dict, list))]
    return bool(level)


def _check_values(document: Document) -> None:
    """Refuses what only shows in the parsed values: escaped controls, and tables that dotted keys nest too deep."""
    todo: list[tuple[Path, Any]] = [((), document.data)]
    while todo:
        path, value = todo.pop()
        if len(path) > DEEPEST:
            raise _too_deep(document.file, document.locate(path))
        if isinstance(value, dict):
            for key, inner in value.items():
                _check_value_text(document, (*path, key), key)
                todo.append(((*path, key), inner))
        elif isinstance(value, list):
            todo.extend(((*path, position), inner) for position, inner in enumerate(value))
        elif isinstance(value, str):
            _check_value_text(document, path, value)


def _check_value_text(document: Document, path: Path, text: str) -> None:
    found = _CONTROL.search(text)
    if found:
        problem = f"A text has the control character U+{ord(found[0]):04X}."
        cure = "Write it in one line, without escapes such as \\n or \\u0000."
        raise Faulty([document.finding(path, "control-character", problem, cure)])


def _too_deep(file: str, line: int) -> Faulty:
    return _fault(file, line, "too-deep", f"More than {DEEPEST} brackets or tables inside each other.", "Flatten it.")


# Types


def convert(document: Document, type_: type[T], path: Path = ()) -> T:
    """The value of a document, or of the part at `path`, as a msgspec type. Raises `Faulty` with all faults it finds."""
    value, findings = salvage(document, type_, path)
    if value is None or findings:
        raise Faulty(findings)
    return value


def salvage(document: Document, type_: type[T], path: Path = ()) -> tuple[T | None, tuple[Finding, ...]]:
    """As `convert`, but it gives what is left without the faulty parts, or None, together with the findings.

    A fault is taken out of a copy, and the rest looked at again, so that one slip does not hide the next.
    """
    value = _part(document.data, path)
    try:
        return msgspec.convert(value, type_), ()
    except msgspec.ValidationError:
        return _without_faults(document, type_, path, copy.deepcopy(value))


_MOST_FAULTS = 50
_MISSING = "Object missing required field `"
_UNKNOWN = "Object contains unknown field `"
_PLACE = " - at "


def _without_faults(document: Document, type_: type[T], path: Path, rest: Any) -> tuple[T | None, tuple[Finding, ...]]:
    findings: list[Finding] = []
    taken: set[Path] = set()
    while len(findings) < _MOST_FAULTS:
        try:
            return msgspec.convert(rest, type_), tuple(findings)
        except msgspec.ValidationError as error:
            message = str(error)
        culprit = _culprit(rest, type_, message)
        if culprit in taken:  # a required field that was of the wrong type
            break
        findings.append(_told(document, type_, path, culprit, message.partition(_PLACE)[0]))
        if message.startswith(_MISSING) or not _take_out(rest, culprit):
            break
        taken.add(culprit)
    return None, tuple(findings)


def _culprit(rest: Any, type_: type, message: str) -> Path:
    """The path that a message of msgspec is about: it writes `$.rules[3].when`, and `[...]` for a key of a mapping."""
    problem, _, place = message.partition(_PLACE)
    path: Path = ()
    for name, position in re.findall(r"\.([^.\[]+)|\[([^\]]+)\]", place.strip("`")):
        if position == "...":
            path = (*path, _guilty_key(rest, _part(rest, path), type_, message))
        else:
            path = (*path, name or int(position))
    field = re.match(r"Object (?:contains unknown|missing required) field `(.*)`", problem)
    return (*path, field[1]) if field else path


def _guilty_key(rest: Any, mapping: dict[str, Any], type_: type, message: str) -> str:
    """The key that a message does not name: the last of the shortest head of the mapping that gives the same message."""
    whole = list(mapping.items())
    low, high = 0, len(whole)
    while high - low > 1:
        middle = (low + high) // 2
        mapping.clear()
        mapping.update(whole[:middle])
        low, high = (low, middle) if _message(rest, type_) == message else (middle, high)
    mapping.clear()
    mapping.update(whole)
    return whole[low][0]


def _message(value: Any, type_: type) -> str:
    try:
        msgspec.convert(value, type_)
    except msgspec.ValidationError as error:
        return str(error)
    return ""


def _take_out(value: Any, path: Path) -> bool:
    """Whether it could be taken out without moving anything else."""
    owner = _part(value, path[:-1]) if path else None
    if not isinstance(owner, dict):
        return False
    del owner[path[-1]]
    return True


_PLAIN_NAMES: Mapping[str, str] = {
    "str": "a text in quotes",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "array": "a list",
    "object": "a table",
    "date": "a date",
    "datetime": "a date with time",
    "time": "a time",
}


def _told(document: Document, type_: type, path: Path, culprit: Path, problem: str) -> Finding:
    """A message of msgspec in words for an editor."""
    name = culprit[-1] if culprit else document.file
    whole = (*path, *culprit)
    if problem.startswith(_UNKNOWN):
        known = _fields(type_, culprit[:-1])
        cure = did_you_mean(str(name), known) or f"Known here: {', '.join(known)}."
        return document.finding(whole, "unknown-field", f'"{name}" is not known here.', cure)
    if problem.startswith(_MISSING):
        cure = f"Write {_as_written(str(name), _fields(type_, culprit[:-1]).get(str(name)))}."
        return document.finding(whole, "missing-field", f'"{name}" is missing.', cure)
    wanted = re.match(r"Expected `([^`]*)`, got `([^`]*)`", problem)
    if wanted is None:
        return document.finding(whole, "bad-value", f'"{name}": {problem}.')
    expected = " or ".join(_PLAIN_NAMES.get(word, word) for word in wanted[1].split(" | ") if word != "null")
    got = _PLAIN_NAMES.get(wanted[2], wanted[2])
    return document.finding(whole, "wrong-type", f'"{name}" is {got}.', f"Write {expected}.")


def _as_written(name: str, info: msgspec.inspect.Type | None) -> str:
    """How a field of a type is begun in TOML."""
    if isinstance(info, (_Struct, _Dict)):
        return f"[{name}] or {name} = {{ … }}"
    return f"{name} = [ … ]" if isinstance(info, _List) else f"{name} = …"


def _fields(type_: type, path: Path) -> Mapping[str, msgspec.inspect.Type]:
    """The fields of the struct at a path inside a type, as they are written, with their types."""
    info = _unwrapped(msgspec.inspect.type_info(type_))
    for step in path:
        info = _unwrapped(_inner_type(info, step))
    return {field.encode_name: field.type for field in info.fields} if isinstance(info, _Struct) else {}


def _unwrapped(info: msgspec.inspect.Type) -> msgspec.inspect.Type:
    """The one type of a union that holds others."""
    if isinstance(info, msgspec.inspect.UnionType):
        return next((option for option in info.types if isinstance(option, (_Struct, _List, _Dict))), info)
    return info


def _inner_type(info: msgspec.inspect.Type, step: str | int) -> msgspec.inspect.Type:
    """The type of what a path leads to, from a type that holds others."""
    if isinstance(info, _Struct):
        return next((field.type for field in info.fields if field.encode_name == step), info)
    if isinstance(info, _List):
        return info.item_type
    return info.value_type if isinstance(info, _Dict) else info


def _part(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value
