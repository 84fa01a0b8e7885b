"""A site: everything that one revision of a folder says, built aside, checked, and never changed afterwards.

`Loader.load` reads a folder into a `Site` or raises Faulty with every finding. Documents of unchanged files are kept from load
to load, so a publish parses what was edited and no more.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from edge.collecting import Collector
from edge.glance import Door, Glance
from edge.metrics import Metrics
from edge.proving import check_examples
from edge.revision import revision_of
from edge.served import Served
from edge.settings import Settings, load_settings
from edge.signals.geofile import GeoFault, GeoFile
from edge.watching import Look, Row, look, row_of
from locales.documents import Document, parse_document
from locales.findings import Faulty, Finding, Severity, did_you_mean, errors
from locales.groups import Groups
from locales.laws import Law
from locales.norms import NormBook
from rules.book import Policies, RuleBook
from rules.bulk import BulkRows, parse_bulk, table_of
from rules.checking import check_tables
from rules.context import Subject
from rules.contradictions import check_contradictions
from rules.loading import load_table
from rules.tables import Table
from variants.catalog import KINDS, Catalog, check_catalog
from variants.law_bars import check_law_bars, check_law_kinds, with_laws

DEMO = Path(__file__).with_name("demo")

#: Where items are answered.
MANIFESTS, LOOKUPS = "/v1/items/", "/v1/decide/"


#: What a site's folder has beside `site.toml`.
_FOLDERS = ("variants", "rules", "locales")


@dataclass(frozen=True, eq=False)
class Site:
    """One revision. `stale` holds why a later state of the folder could not be taken, and is empty while all is well."""

    settings: Settings
    catalog: Catalog
    book: RuleBook
    groups: Groups
    revision: str
    findings: tuple[Finding, ...] = ()
    geo: GeoFile | None = None
    laws: tuple[Law, ...] = ()
    stale: tuple[Finding, ...] = ()
    metrics: Metrics = field(default_factory=Metrics)
    served: Mapping[str, Served] = field(default_factory=dict)
    #: Paths of known items, each with its short way.
    doors: dict[str, Door] = field(default_factory=dict, init=False)

    def degraded(self, findings: tuple[Finding, ...]) -> Site:
        """The same revision, marked stale; with no findings, well again. What was remembered says otherwise and is dropped."""
        return replace(self, stale=findings, served=serve_all(self.catalog, self.book, self.settings)).opened()

    def opened(self) -> Site:
        """The same site with its doors made, so that nobody's first request waits for them."""
        for name, served in self.served.items():
            glance = Glance(served, self)
            self.doors[MANIFESTS + name] = Door(glance, False)
            self.doors[LOOKUPS + name] = Door(glance, True)
        return self


def serve_all(catalog: Catalog, book: RuleBook, settings: Settings) -> Mapping[str, Served]:
    """Every item, ready to be answered, with memories of its own."""
    return {item.id: Served(item, book, settings, len(catalog.items)) for item in catalog.items.values()}


class Unsettled(Exception):  # noqa: N818 - reads as what the folder is
    """The folder changed while it was read. Nothing is wrong: look again."""


@dataclass(slots=True)
class Loader:
    """Reads one folder, again and again."""

    folder: Path
    metrics: Metrics = field(default_factory=Metrics)
    #: What the last load, good or bad, has read; and the geo file that the last readable `site.toml` names.
    read: Look = field(default=Look((), 0.0), init=False)
    geo_path: Path | None = field(default=None, init=False)
    _documents: dict[str, tuple[bytes, Document]] = field(default_factory=dict, init=False)
    _bulk: dict[str, tuple[bytes, BulkRows]] = field(default_factory=dict, init=False)
    _geo: tuple[Row, GeoFile] | None = field(default=None, init=False)
    _geo_row: Row | None = field(default=None, init=False)
    _tables: dict[str, tuple[object, tuple[Table, tuple[Finding, ...]]]] = field(default_factory=dict, init=False)

    def load(self, settled: Look | None = None) -> Site:
        """The site as it stands, or as it stood at a look if it still does.

        Raises Faulty; Vanished where there is no folder; Unsettled where it changed meanwhile.
        """
        before = look(self.folder)
        self._geo_row = None if self.geo_path is None else row_of(self.geo_path)
        if settled is not None and before.beside(self._geo_row).signature != settled.signature:
            raise Unsettled(f"{self.folder} changes")
        files = {relative: self._bytes(relative) for relative, *_ in before.signature}
        if look(self.folder).signature != before.signature:
            raise Unsettled(f"{self.folder} changes")
        try:
            return self.build(files)
        finally:
            self.read = before.beside(self._geo_row)

    def _bytes(self, relative: str) -> bytes:
        try:
            return (self.folder / relative).read_bytes()
        except FileNotFoundError as error:
            raise Unsettled(f"{self.folder} changes") from error
        except OSError as error:
            problem = f"The file cannot be read: {error.strerror}."
            cure = "Let the user whom the service runs as read it."
            raise Faulty([Finding(relative, 0, Severity.error, "unreadable", problem, cure)]) from error

    def build(self, files: Mapping[str, bytes]) -> Site:
        """A site from the bytes of its files, by relative path.

        Nothing that is built is garbage, so the collector, which would walk all of it again and again, waits. Then all that there
        is counts as old: else its next run, short as a rule, would walk it once more, and nobody would be answered meanwhile.
        """
        collecting = gc.isenabled()
        gc.disable()
        try:
            site = self._build(files)
            if collecting:
                gc.freeze()
                gc.unfreeze()
            return site
        finally:
            if collecting:
                gc.enable()

    def _build(self, files: Mapping[str, bytes]) -> Site:
        documents = self._parse(files)
        if "site.toml" not in documents:
            raise Faulty([_missing_site_file(documents)])
        settings, findings = load_settings(documents["site.toml"])
        reader = Collector(settings, [*findings, *_unread(files)])
        groups = reader.groups(_below(documents, "locales"))
        norms = reader.norms(_below(documents, "locales"), groups)
        laws = reader.laws(_below(documents, "locales"), groups)
        items = [
            with_laws(item, laws, groups, settings.zone) for item in reader.items(_below(documents, "variants"), groups)
        ]
        tables = self._load_tables(reader, documents, files, groups)
        geo = self._load_geo(reader, documents["site.toml"])
        catalog = reader.catalog(items)
        reader.stop_on_errors()
        ordered = reader.ordered(tables, documents)
        reader.findings += (*check_catalog(catalog), *check_law_bars(items), *check_law_kinds(laws, KINDS))
        variants = {item.id: frozenset(variant.id for variant in item.variants) for item in items}
        reader.findings += check_tables(ordered, variants, datetime.now(UTC))
        reader.stop_on_errors()
        policies = Policies(settings.default_language, settings.weak_header, settings.zone)
        book = RuleBook(ordered, NormBook.shipped(groups, settings.least).with_site(norms), policies)
        subjects = [Subject(item.id, item.kind, item.channel, item.has_audio) for item in items]
        reader.findings += check_contradictions(ordered, book.norms, subjects, datetime.now(UTC))
        site = Site(
            settings,
            catalog,
            book,
            groups,
            revision_of(files),
            tuple(reader.findings),
            geo,
            laws=laws,
            metrics=self.metrics,
            served=serve_all(catalog, book, settings),
        )
        proved = check_examples(site, datetime.now(UTC))
        if errors(proved):
            told = {(finding.file, finding.line) for finding in proved}  # checks may have warned of the same test
            raise Faulty([*(one for one in site.findings if (one.file, one.line) not in told), *proved])
        return replace(site, findings=(*site.findings, *proved)).opened()

    def _parse(self, files: Mapping[str, bytes]) -> dict[str, Document]:
        found: dict[str, Document] = {}
        faults: list[Finding] = []
        for relative, content in files.items():
            if not relative.endswith(".toml"):
                continue
            known = self._documents.get(relative)
            if known is not None and known[0] == content:
                found[relative] = known[1]
                continue
            try:
                found[relative] = parse_document(content, relative)
            except Faulty as fault:
                faults += fault.findings
                continue
            self._documents[relative] = content, found[relative]
        if faults:
            raise Faulty(faults)
        self._documents = {relative: self._documents[relative] for relative in found}
        return found

    def _load_geo(self, reader: Collector, document: Document) -> GeoFile | None:
        """The site's geo file, opened and probed; one that has not changed stays open."""
        name = reader.settings.geo
        self.geo_path = None if name is None else self.folder / name
        self._geo_row = None if self.geo_path is None else row_of(self.geo_path)
        if self.geo_path is None:
            self._geo = None
            return None
        if self._geo is not None and self._geo[0] == self._geo_row:
            return self._geo[1]
        try:
            file = GeoFile.load(self.geo_path)
        except GeoFault as fault:
            cure = "Point [geo] database to a whole MaxMind-format file of places; write it beside and rename it over the old."
            line = document.locate(("geo", "database"))
            reader.findings.append(
                Finding(document.file, line, Severity.error, "geo-file", f"[geo] database: {fault}", cure)
            )
            return None
        self._geo = None if self._geo_row is None else (self._geo_row, file)
        return file

    def _load_tables(
        self, reader: Collector, documents: Mapping[str, Document], files: Mapping[str, bytes], groups: Groups
    ) -> list[Table]:
        """Tables in the order of their files; one whose file, rows, zone and groups are the same is not checked again."""
        bulk = self._parse_bulk(reader, files)
        tables = []
        for document in _below(documents, "rules"):
            rows = tuple(bulk.pop(Path(document.file).stem, ()))
            known_by = (document, rows, groups, reader.settings.zone)
            known = self._tables.get(document.file)
            if known is None or known[0] != known_by:
                try:
                    known = known_by, load_table(document, groups, zone=reader.settings.zone, bulk=rows)
                except Faulty as fault:
                    reader.findings += fault.findings
                    continue
                self._tables[document.file] = known
            tables.append(known[1][0])
            reader.findings += known[1][1]
        self._tables = {file: known for file, known in self._tables.items() if file in documents}
        reader.findings += [_lonely_rows(rows) for lonely in bulk.values() for rows in lonely]
        return tables

    def _parse_bulk(self, reader: Collector, files: Mapping[str, bytes]) -> dict[str, list[BulkRows]]:
        """Rows of CSV files, by the table that they belong to, in the order of their files."""
        found: dict[str, list[BulkRows]] = {}
        kept: dict[str, tuple[bytes, BulkRows]] = {}
        for relative, content in sorted(files.items()):
            if not relative.startswith("rules/") or not relative.endswith(".csv"):
                continue
            known = self._bulk.get(relative)
            try:
                rows = known[1] if known is not None and known[0] == content else parse_bulk(content, relative)
            except Faulty as fault:
                reader.findings += fault.findings
                continue
            kept[relative] = content, rows
            found.setdefault(table_of(relative), []).append(rows)
        self._bulk = kept
        return found


def _below(documents: Mapping[str, Document], folder: str) -> list[Document]:
    return [document for relative, document in sorted(documents.items()) if relative.startswith(f"{folder}/")]


def _unread(files: Iterable[str]) -> Iterator[Finding]:
    """Files that nothing reads, such as those of a folder whose name has a typo."""
    for file in sorted(files):
        folder, slash, _ = file.partition("/")
        if file != "site.toml" and not (folder == "rules" or (folder in _FOLDERS and file.endswith(".toml"))):
            cure = did_you_mean(folder, _FOLDERS) if slash and folder not in _FOLDERS else ""
            known = f"A site has site.toml, {', '.join(f'{name}/*.toml' for name in _FOLDERS)} and rules/*.csv."
            yield Finding(file, 0, Severity.warning, "unread-file", "Nothing reads this file.", cure or known)


def _missing_site_file(documents: Iterable[str]) -> Finding:
    problem = "There is no site.toml in this folder."
    cure = 'Every site has one; "isogloss new DIR" writes a commented example.'
    return Finding("site.toml", 0, Severity.error, "no-site-file", problem, cure)


def _lonely_rows(rows: BulkRows) -> Finding:
    problem = f"There is no rules/{table_of(rows.file)}.toml for these rows to belong to."
    return Finding(
        rows.file, 0, Severity.error, "lonely-rows", problem, "Add the file with its [table], or rename this one."
    )
