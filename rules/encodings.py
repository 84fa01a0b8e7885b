"""Bytes of a sheet as text, and what a file is instead that is not UTF-8, so that an editor knows what to save anew."""

from __future__ import annotations

import codecs

from locales.findings import Faulty, Finding, Severity

#: What files begin with that are no text at all.
_SIGNATURES = ((b"PK\x03\x04", "a workbook"), (b"\xd0\xcf\x11\xe0", "a workbook"), (b"%PDF", "a PDF"))

#: Bytes of the beginning in which UTF-16 shows itself.
_HEAD = 64

#: What words of a sheet stand between, and the most that is shown of one, in bytes.
_MARKS = b' ,;|"\t\r\n'
_LONGEST = 40


def decoded(content: bytes, file: str) -> str:
    """The text of a file in UTF-8, with a byte order mark or without. Raises `Faulty`, which names the first other byte."""
    kind = _kind(content)
    if kind:
        raise Faulty([_fault(file, 0, f"The file is {kind}, not CSV in UTF-8.")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text, at = error.object, error.start
        line = len(text[: at + 1].splitlines())
        problem = f'The file is not UTF-8: "{_word(text, at)}" has the byte {text[at]:02X}.'
        raise Faulty([_fault(file, line, problem)]) from None


def _kind(content: bytes) -> str:
    """What the beginning of a file shows that it is; empty for what may be UTF-8."""
    head = content[:_HEAD]
    zeros = len(head) > 3 and (not any(head[::2]) or not any(head[1::2]))
    if zeros or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    return next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), "")


def _word(text: bytes, at: int) -> str:
    """The word that a byte stands in, as Windows has it in Western Europe."""
    begin = max(text.rfind(mark, 0, at) for mark in _MARKS) + 1
    ends = (text.find(mark, at) for mark in _MARKS)
    end = min((end for end in ends if end >= 0), default=len(text))
    return text[max(begin, at - _LONGEST) : min(end, at + _LONGEST)].decode("cp1252", "replace")


def _fault(file: str, line: int, problem: str) -> Finding:
    return Finding(file, line, Severity.error, "not-utf-8", problem, "Save it as CSV UTF-8.")
