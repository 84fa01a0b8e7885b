"""What the documents of one site say, part by part: groups, norms, laws, items, and the order of its tables.

Each part is read from every document of its folder; what is wrong is kept with the rest, so that an editor sees it all at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from edge.settings import Settings
from locales.documents import Document, convert
from locales.findings import Faulty, Finding, Severity, did_you_mean, errors
from locales.groups import Groups
from locales.laws import Law, check_laws, parse_site_laws, with_site
from locales.norms import Norm, check_norms, parse_site_norms
from rules.tables import Table
from variants.catalog import Catalog, load_item
from variants.variant import Item


@dataclass(slots=True)
class Collector:
    """Collects findings over all files, so that an editor sees every fault at once."""

    settings: Settings
    findings: list[Finding]

    def stop_on_errors(self) -> None:
        """Raises Faulty once there is anything that stops a load."""
        if errors(self.findings):
            raise Faulty(self.findings)

    def groups(self, documents: Iterable[Document]) -> Groups:
        """The shipped groups with the site's own laid over them."""
        groups = Groups.shipped()
        for document in documents:
            try:
                file = convert(document, LocalesFile)
                groups = groups.extended(file.groups, document.file, _locator(document, "groups"))
            except Faulty as fault:
                self.findings += fault.findings
        return groups

    def norms(self, documents: Iterable[Document], groups: Groups) -> list[Norm]:
        """The site's own norms. The same key twice is a fault wherever the two stand."""
        rows: list[Norm] = []
        for document in documents:
            tables = document.data.get("norms", [])
            if not isinstance(tables, list):
                continue  # `groups` has said so already
            found, findings = parse_site_norms(tables, _row_locator(document, "norms"), document.file, groups)
            rows += found
            self.findings += findings
        self.findings += (one for one in check_norms(rows) if one not in self.findings)
        return rows

    def laws(self, documents: Iterable[Document], groups: Groups) -> tuple[Law, ...]:
        """The laws in force: the site's own laid over the shipped ones. The same id twice is a fault wherever the two stand."""
        rows: list[Law] = []
        for document in documents:
            tables = document.data.get("laws", [])
            if isinstance(tables, list):  # else `groups` has said so already
                found, findings = parse_site_laws(tables, _row_locator(document, "laws"), document.file, groups)
                rows += found
                self.findings += findings
        self.findings += (one for one in check_laws(rows) if one not in self.findings)
        return with_site(rows)

    def items(self, documents: Iterable[Document], groups: Groups) -> list[Item]:
        """The items, each from a file of its own."""
        items = []
        for document in documents:
            try:
                items.append(load_item(document, groups, self.settings.zone, self.settings.channel))
            except Faulty as fault:
                self.findings += fault.findings
        return items

    def catalog(self, items: Iterable[Item]) -> Catalog:
        """The catalogue; an empty one where items are in each other's way."""
        try:
            return Catalog.build(items, self.settings.languages)
        except Faulty as fault:
            self.findings += fault.findings
            return Catalog.build((), ())

    def ordered(self, tables: Iterable[Table], documents: Mapping[str, Document]) -> tuple[Table, ...]:
        """Tables as `site.toml` orders them, then the others by id. A name that no table has is a fault."""
        by_id: dict[str, Table] = {}
        for table in sorted(tables, key=lambda table: (table.id, table.file)):
            first = by_id.setdefault(table.id, table)
            if first is not table:
                problem = f'Two tables are called "{table.id}": {first.file} and {table.file}.'
                line = documents[table.file].locate(("table", "id"))
                self.findings.append(
                    Finding(table.file, line, Severity.error, "duplicate-table", problem, "Rename one of them.")
                )
        for position, name in enumerate(self.settings.tables):
            if name not in by_id:
                problem = f'[site] tables names "{name}", but no file in rules/ has that table.'
                cure = did_you_mean(name, by_id) or f"Tables are: {', '.join(by_id) or 'none'}."
                line = documents["site.toml"].locate(("site", "tables", position))
                self.findings.append(Finding("site.toml", line, Severity.error, "unknown-table", problem, cure))
        named = [by_id.pop(name) for name in dict.fromkeys(self.settings.tables) if name in by_id]
        return (*named, *by_id.values())


class LocalesFile(Struct, forbid_unknown_fields=True):
    """`locales/*.toml`. Norms are read row by row elsewhere, so that every fault of every row is told."""

    groups: dict[str, list[str]] = {}
    norms: list[dict[str, Any]] = []
    laws: list[dict[str, Any]] = []


def _locator(document: Document, *prefix: str | int) -> Callable[[str], int]:
    return lambda key: document.locate((*prefix, key))


def _row_locator(document: Document, table: str) -> Callable[[int, str], int]:
    return lambda row, key: document.locate((table, row, key))
