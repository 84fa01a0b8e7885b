"""Groups of a site's own that nothing names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from locales.documents import Document, parse_document
from locales.findings import Finding, Severity
from locales.groups import Groups

_NAMED = re.compile(r"@([a-z][a-z0-9_-]*)")


def check_groups(files: Mapping[str, bytes], groups: Groups) -> Iterator[Finding]:
    """Groups in files that load, by relative path, which no cell, bar, norm or law names, nor a group that is named."""
    documents = {name: parse_document(content, name) for name, content in files.items() if name.endswith(".toml")}
    own = {
        group: document
        for name, document in sorted(documents.items())
        if name.startswith("locales/")
        for group in document.data.get("groups", {})
    }
    used = {name for document in documents.values() for name in _names(_texts(_besides(document)))}
    used |= set(_names(content.decode("utf-8", "replace") for name, content in files.items() if name.endswith(".csv")))
    used |= set(Groups.shipped().written)  # what is shipped may name those
    known = _closed(used, groups)
    yield from (_finding(group, document) for group, document in own.items() if group not in known)


def _finding(group: str, document: Document) -> Finding:
    problem = f"Nothing names the group @{group}."
    cure = f'Name it in a cell, country = ["@{group}"], or take it out.'
    line = document.locate(("groups", group))
    return Finding(document.file, line, Severity.note, "unused-group", problem, cure)


def _besides(document: Document) -> object:
    """What a document says besides which groups there are."""
    return {name: value for name, value in document.data.items() if name != "groups"}


def _texts(value: object) -> Iterator[str]:
    """All texts in a value, at any depth. A norm may name its group without the sign."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from (f"@{text}" if name in ("group", "place") else text for text in _texts(one))
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _names(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from _NAMED.findall(text)


def _closed(used: set[str], groups: Groups) -> set[str]:
    """The groups that are used, and those that they are made of."""
    found, new = set(used), set(used)
    while new:
        members = (member for name in new for member in groups.written.get(name, ()))
        new = {member.removeprefix("@") for member in members if member.startswith("@")} - found
        found |= new
    return found
