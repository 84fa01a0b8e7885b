"""Loading a site: what a folder becomes, that every fault names its place and a cure, and what a second load does not repeat."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from edge import revision as revision_module
from edge import site as site_module
from edge.revision import revision_of
from edge.site import DEMO, Loader, Site, Unsettled
from edge.watching import Vanished, look
from locales.documents import Document, parse_document
from locales.findings import Faulty, Finding, Severity
from rules.bulk import parse_bulk
from rules.loading import load_table
from tests.conftest import SHARED, require_shared
from tests.edge.folders import NO_RULES, add, change, demo_folder, publish
from tests.edge.sites import DEMO_FILES, NOWHERE, make_site

TEMPLATE = DEMO.with_name("template")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return demo_folder(tmp_path / "site")


def faults(files: Mapping[str, str | bytes | None]) -> list[Finding]:
    """What is wrong with the demo once these files are in it; None takes one out."""
    whole: dict[str, str | bytes | None] = {**DEMO_FILES, **files}
    texts = {name: text.encode() if isinstance(text, str) else text for name, text in whole.items() if text is not None}
    with pytest.raises(Faulty) as caught:
        Loader(NOWHERE).build(texts)
    return list(caught.value.findings)


def row(name: str, old: str, new: str) -> dict[str, str | bytes | None]:
    """One file of the demo with a part of it replaced."""
    assert old in DEMO_FILES[name]
    return {name: DEMO_FILES[name].replace(old, new, 1)}


# What a folder becomes


def test_the_demo_loads_with_a_word_on_the_norm_that_it_goes_against_and_no_other() -> None:
    site = Loader(DEMO).load()
    assert (site.settings.id, sorted(site.catalog.items)) == ("airline", ["business-class", "for-travellers"])
    assert [table.id for table in site.book.tables] == ["airline", "markets", "moments"]
    assert [(one.file, one.line, one.code) for one in site.findings] == [("rules/airline.toml", 6, "against-norm")]
    assert (site.stale, site.geo) == ((), None)
    assert set(site.doors) == {
        f"/v1/{door}/{item}" for door in ("items", "decide") for item in ("business-class", "for-travellers")
    }


def test_what_new_writes_loads_with_the_same_word_of_its_example() -> None:
    assert [(one.file, one.code) for one in Loader(TEMPLATE).load().findings] == [("rules/house.toml", "against-norm")]


def test_tables_that_site_toml_does_not_name_follow_by_id() -> None:
    files = {f"rules/{file}.toml": f'[table]\nid = "{name}"\n' for file, name in (("1", "c"), ("2", "b"), ("3", "a"))}
    assert [table.id for table in make_site(files, tables=["b", "b"]).book.tables] == ["b", "a", "c"]


def test_rows_of_a_csv_file_follow_the_rules_of_its_table() -> None:
    rows = "id,country,mode\nfr,FR,sub\n"
    site = make_site({"rules/house.toml": NO_RULES.replace("airline", "house"), "rules/house.spring.csv": rows})
    assert [rule.name for rule in site.book.tables[0].rules] == ["house/fr"]


def test_groups_and_norms_of_the_site_are_laid_over_the_shipped_ones() -> None:
    ours = '[groups]\nalps = ["AT", "CH"]\n[[norms]]\nterritory = "ES"\nmode = ["sub", "dub"]\n'
    ours += 'source = "us"\nbasis = "observed"\nconfidence = "high"\nyear = 2026\n'
    site = make_site({**DEMO_FILES, "rules/airline.toml": NO_RULES, "locales/ours.toml": ours})
    assert site.groups.members("@alps") == {"AT", "CH"}
    norm = site.book.norms.lookup("es", "ES", None, "promo", "web", None)
    assert norm is not None
    assert (norm.site, norm.mode) == (True, ("sub", "dub"))


def test_a_site_may_have_nothing_but_a_site_toml() -> None:
    site = make_site({})
    assert (dict(site.catalog.items), site.book.tables, dict(site.doors)) == ({}, (), {})


def test_a_degraded_site_answers_from_the_same_revision_and_remembers_nothing() -> None:
    site = Loader(DEMO).load()
    finding = Finding("rules/airline.toml", 1, Severity.error, "not-toml", "Not TOML.")
    stale = site.degraded((finding,))
    assert (stale.revision, stale.stale, stale.metrics) == (site.revision, (finding,), site.metrics)
    assert stale.served["business-class"] is not site.served["business-class"]
    assert stale.degraded(()).stale == ()


# Faults

AIRLINE, FILM, SITE = "rules/airline.toml", "variants/business-class.toml", "site.toml"

#: What is changed in the demo; file, line and a part of problem or cure.
FAULTS: dict[str, tuple[dict[str, str | bytes | None], str, int, str]] = {
    "no site.toml": ({SITE: None}, SITE, 0, "isogloss new"),
    "a typo": (row(AIRLINE, 'id = "es-original"', "id = es-original"), AIRLINE, 7, "straight quotes"),
    "half a file": ({AIRLINE: DEMO_FILES[AIRLINE][:200]}, AIRLINE, 8, "Not TOML"),
    "not UTF-8": ({AIRLINE: b'[table]\nid = "\xff"\n'}, AIRLINE, 2, "UTF-8"),
    "500 brackets": ({AIRLINE: "a = " + "[" * 500 + "]" * 500}, AIRLINE, 1, "inside each other"),
    "a wrong country": (row(AIRLINE, '["ES"]', '["UK"]'), AIRLINE, 8, "GB"),
    "a wrong mode": (row(AIRLINE, '["sub", "dub"]', '["subtitles"]'), AIRLINE, 9, 'Did you mean "sub"?'),
    "a wrong input": (row(AIRLINE, "country =", "contry ="), AIRLINE, 8, 'Did you mean "country"?'),
    "a rule twice": (
        {AIRLINE: DEMO_FILES[AIRLINE] + '\n[[rules]]\nid = "es-original"\nthen = { mode = "dub" }\n'},
        AIRLINE, 24, '"es-original" is also that of the rule in rules/airline.toml line 6',
    ),
    "a table twice": ({"rules/other.toml": NO_RULES}, "rules/other.toml", 2, 'called "airline": rules/airline.toml and'),
    "a table that is not there": (row(SITE, '"moments"]', '"momets"]'), SITE, 9, 'Did you mean "moments"?'),
    "an item twice": ({"variants/copy.toml": DEMO_FILES[FILM]}, "variants/copy.toml", 2, f"also in {FILM}:2"),
    "a path of two items": (
        row("variants/for-travellers.toml", '"/for-travellers"', '"/business-class"'),
        "variants/for-travellers.toml", 7, '"/business-class" is a path of',
    ),
    "a variant twice": (row(FILM, '"de-sub"', '"de-dub"'), FILM, 19, 'Variant "de-dub" is there twice'),
    "a wrong language": (row(FILM, 'audio = "de"', 'audio = "german"'), FILM, 15, '"german" is no language'),
    "a circle of groups": (
        {"locales/ours.toml": '[groups]\na = ["@b"]\nb = ["@c"]\nc = ["@a"]\n'},
        "locales/ours.toml", 2, "Group @a contains itself: @a, @b, @c, @a.",
    ),
    "a group of nobody": ({"locales/ours.toml": '[groups]\na = ["GE", "UK"]\n'}, "locales/ours.toml", 2, '"UK" in group @a'),
    "an unknown section": ({"locales/ours.toml": '[gruops]\na = ["DE"]\n'}, "locales/ours.toml", 1, 'Did you mean "groups"?'),
    "norms that are no list": ({"locales/ours.toml": "norms = 5\n"}, "locales/ours.toml", 1, "a list"),
    "a norm without a source": (
        {"locales/ours.toml": '[[norms]]\nterritory = "ES"\nmode = ["sub"]\n'}, "locales/ours.toml", 1, "source",
    ),
    "rows of no table": ({"rules/spring.csv": "id,mode\na,sub\n"}, "rules/spring.csv", 0, "rules/spring.toml"),
    "a row too long": ({"rules/airline.csv": "id,mode\na,sub,dub\n"}, "rules/airline.csv", 2, "3 cells"),
    "a row of no country": ({"rules/airline.csv": "id,country,mode\na,XX,sub\n"}, "rules/airline.csv", 2, "XX"),
    "a geo file that is not there": (
        {SITE: DEMO_FILES[SITE] + '\n[geo]\ndatabase = "nowhere.mmdb"\n'}, SITE, 15, "nowhere.mmdb: cannot be read",
    ),
    "a failing test": (row(AIRLINE, '"es-sub", reason', '"es-dub", reason'), AIRLINE, 12, 'expects variant = "es-dub", but gets'),
    "a test of no item": (row(AIRLINE, '"business-class"', '"busines-class"'), AIRLINE, 12, 'Did you mean "business-class"?'),
}  # fmt: skip


@pytest.mark.parametrize(("files", "file", "line", "told"), FAULTS.values(), ids=FAULTS)
def test_a_fault_names_file_line_value_and_cure(
    files: dict[str, str | bytes | None], file: str, line: int, told: str
) -> None:
    found = faults(files)
    about = [finding for finding in found if told in f"{finding.problem} {finding.cure}"]
    assert (file, line) in [(finding.file, finding.line) for finding in about], found
    assert all(finding.severity is Severity.error for finding in about)


def test_faults_of_all_files_are_told_at_once() -> None:
    found = faults({
        **row(AIRLINE, '["ES"]', '["UK"]'),
        **row(FILM, 'audio = "de"', 'audio = "german"'),
        "rules/airline.csv": "identifier\n",
        "locales/ours.toml": '[groups]\na = ["@a"]\n',
        "variants/other.toml": DEMO_FILES["variants/for-travellers.toml"],
    })  # fmt: skip
    assert {finding.file for finding in found} == {
        AIRLINE, FILM, "rules/airline.csv", "locales/ours.toml", "variants/other.toml"
    }  # fmt: skip


def test_a_table_that_could_not_be_read_is_not_said_to_be_missing_as_well() -> None:
    assert {finding.code for finding in faults(row(AIRLINE, '["ES"]', '["UK"]'))} == {"unknown-territory"}


def test_warnings_stop_nothing_and_are_kept() -> None:
    pin = '\n[[rules]]\nid = "never"\nwhen = { country = ["ES"], kind = ["promo"] }\nthen = { mode = "dub" }\n'
    site = make_site({**DEMO_FILES, AIRLINE: DEMO_FILES[AIRLINE] + pin})
    found = [(finding.severity, finding.file, finding.code) for finding in site.findings]
    assert found == [(Severity.warning, AIRLINE, "unreachable"), (Severity.warning, AIRLINE, "against-norm")]


def test_a_file_that_nothing_reads_is_a_warning() -> None:
    stray = {"rule/extra.toml": "", "variants/list.csv": "", "notes.toml": "", "rules/deep/er.toml": NO_RULES}
    site = make_site(stray)
    assert [(one.file, one.severity, one.code) for one in site.findings] == [
        (file, Severity.warning, "unread-file") for file in ("notes.toml", "rule/extra.toml", "variants/list.csv")
    ]
    assert site.findings[1].cure == 'Did you mean "rules"?'
    assert site.book.tables[0].id == "airline"


# The folder


def test_a_missing_empty_or_unreadable_folder_is_no_site(tmp_path: Path, folder: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path / "empty", folder / "site.toml"):
        tmp_path.joinpath("empty").mkdir(exist_ok=True)
        with pytest.raises(Vanished):
            Loader(path).load()


def test_a_folder_that_changes_while_it_is_read_is_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.read_bytes

    def interfering(path: Path) -> bytes:
        content = whole(path)
        if path.name == "airline.toml":
            publish(path, content + b"#")
        return content

    monkeypatch.setattr(Path, "read_bytes", interfering)
    with pytest.raises(Unsettled):
        Loader(folder).load()
    monkeypatch.undo()
    Loader(folder).load()


def test_a_file_that_goes_before_it_is_read_is_no_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.read_bytes

    def vanishing(path: Path) -> bytes:
        path.unlink()
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", vanishing)
    with pytest.raises(Unsettled):
        Loader(folder).load()


def test_a_file_that_nobody_may_read_is_a_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refusing)
    with pytest.raises(Faulty, match="cannot be read: Permission denied"):
        Loader(folder).load()


def test_a_state_that_was_settled_is_loaded_as_it_was_or_not_at_all(folder: Path) -> None:
    loader = Loader(folder)
    settled = look(folder)
    loader.load(settled)
    assert loader.read.signature == settled.signature
    add(folder / AIRLINE, "#")
    with pytest.raises(Unsettled):
        loader.load(settled)
    assert loader.read.signature == settled.signature


# Revisions


def revisions(*contents: Mapping[str, str]) -> list[str]:
    return [revision_of({name: text.encode() for name, text in files.items()}) for files in contents]


def test_the_same_content_has_the_same_revision_wherever_it_lies_and_whenever_it_is_loaded(tmp_path: Path) -> None:
    here, there = demo_folder(tmp_path / "here"), demo_folder(tmp_path / "there")
    os.utime(there / AIRLINE, (1, 1))
    first = Loader(here).load().revision
    assert [Loader(there).load().revision, Loader(here).load().revision] == [first, first]
    assert len(first) == 16
    int(first, 16)


def test_every_change_of_content_changes_the_revision() -> None:
    base = {"a.toml": "x", "b.toml": "y"}
    others = [
        {},
        {"a.toml": "x"},
        {"a.toml": "x", "b.toml": "z"},
        {"a.toml": "x", "c.toml": "y"},
        {"a.toml": "xy", "b.toml": ""},
        {"a.toml": "", "b.toml": "xy"},
        {"a.toml": "y", "b.toml": "x"},
    ]
    found = revisions(base, *others)
    assert len(set(found)) == len(found)
    assert revisions(dict(reversed(base.items()))) == found[:1]


def test_shipped_data_and_the_version_are_part_of_the_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    (before,) = revisions({"a.toml": "x"})
    revision_module._shipped.cache_clear()
    monkeypatch.setattr(revision_module, "__version__", "another")
    assert revisions({"a.toml": "x"}) != [before]
    revision_module._shipped.cache_clear()
    monkeypatch.undo()
    assert revisions({"a.toml": "x"}) == [before]


# What a second load does not repeat


class Counted:
    """Counts what is parsed, by file."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.files: list[str] = []
        monkeypatch.setattr(site_module, "parse_document", self._counting(parse_document))
        monkeypatch.setattr(site_module, "parse_bulk", self._counting(parse_bulk))

        def loading(document: Document, *args: object, **kwargs: object) -> object:
            self.files.append(f"table {document.file}")
            return load_table(document, *args, **kwargs)  # type: ignore[arg-type]  # handed on as it came

        monkeypatch.setattr(site_module, "load_table", loading)

    def _counting(self, parse: object) -> object:
        def counting(content: bytes, file: str) -> object:
            self.files.append(file)
            return parse(content, file)  # type: ignore[operator]  # one of two functions of this shape

        return counting

    def since(self) -> list[str]:
        found, self.files = sorted(self.files), []
        return found


def test_what_a_load_has_built_is_old_to_the_collector_at_once(folder: Path) -> None:
    loader = Loader(folder)
    assert gc.isenabled()
    site = loader.load()
    assert gc.isenabled()
    old = {id(one) for one in gc.get_objects(generation=2)}
    assert {id(site.served), id(site.book)} <= old
    assert gc.get_freeze_count() == 0
    gc.disable()
    try:
        loader.load()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_has_not_changed_is_not_parsed_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch)
    publish(folder / "rules/markets.csv", "id,country,kind,tags.market\nnl,NL,page,nl\n")
    loader = Loader(folder)
    first = loader.load()
    assert len(counted.since()) == 10  # six documents, a file of rows, three tables

    assert loader.load().revision == first.revision
    assert counted.since() == []

    change(folder / AIRLINE, '["sub", "dub"]', '["sub"]')
    assert loader.load().revision != first.revision
    assert counted.since() == [AIRLINE, f"table {AIRLINE}"]

    publish(folder / "rules/markets.csv", "id,country,kind,tags.market\nit,IT,page,it\n")
    loader.load()
    assert counted.since() == ["rules/markets.csv", "table rules/markets.toml"]

    os.utime(folder / AIRLINE)  # touched, and the same
    loader.load()
    assert counted.since() == []


def test_tables_are_read_again_where_groups_or_the_zone_have_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader = Loader(folder)
    loader.load()
    counted = Counted(monkeypatch)
    tables = [f"table rules/{name}.toml" for name in ("airline", "markets", "moments")]
    folder.joinpath("locales").mkdir()
    publish(folder / "locales/ours.toml", '[groups]\niberia = ["ES", "PT"]\n')
    loader.load()
    assert counted.since() == ["locales/ours.toml", *tables]
    change(folder / SITE, "Europe/Berlin", "Europe/Madrid")
    loader.load()
    assert counted.since() == [SITE, *tables]


def test_what_is_gone_is_forgotten(folder: Path) -> None:
    loader = Loader(folder)
    loader.load()
    folder.joinpath("rules/moments.toml").unlink()
    change(folder / SITE, ', "moments"', "")
    loader.load()
    remembered = {*loader._documents, *loader._tables}
    assert remembered == {*DEMO_FILES} - {"rules/moments.toml"}


def test_a_faulty_load_leaves_nothing_behind_for_the_next(folder: Path) -> None:
    loader = Loader(folder)
    first = loader.load()
    text = folder.joinpath(AIRLINE).read_text("utf-8")
    publish(folder / AIRLINE, text.replace('["ES"]', '["UK"]'))
    with pytest.raises(Faulty):
        loader.load()
    publish(folder / AIRLINE, text)
    assert loader.load().revision == first.revision


# The geo file


def geo_site(folder: Path, geo: Path) -> Loader:
    shutil.copy(geo, folder / "places.mmdb")
    add(folder / SITE, '\n[geo]\ndatabase = "places.mmdb"\n')
    return Loader(folder)


def test_a_geo_file_stays_open_until_it_changes(folder: Path) -> None:
    loader = geo_site(folder, require_shared("geoip/GeoIP2-City-Test.mmdb"))
    first = loader.load()
    assert first.geo is not None
    add(folder / AIRLINE, "#")
    assert loader.load().geo is first.geo
    publish(folder / "places.mmdb", require_shared("geoip/GeoIP2-Country-Test.mmdb").read_bytes())
    second = loader.load()
    assert second.geo is not None
    assert second.geo is not first.geo
    assert loader.geo_path == folder / "places.mmdb"
    assert {row[0] for row in loader.read.signature} == {*DEMO_FILES, str(folder / "places.mmdb")}


def test_a_geo_file_that_is_no_longer_named_is_let_go(folder: Path) -> None:
    loader = geo_site(folder, require_shared("geoip/GeoIP2-City-Test.mmdb"))
    loader.load()
    publish(folder / SITE, DEMO_FILES[SITE])
    assert loader.load().geo is None
    assert loader.geo_path is None


BROKEN = sorted(path.name for path in SHARED.joinpath("geoip").glob("*Broken*")) or [
    "GeoIP2-City-Test-Broken-Double-Format.mmdb"
]


@pytest.mark.parametrize("name", [*BROKEN, "GeoIP2-City-Test-Invalid-Node-Count.mmdb"])
def test_a_geo_file_that_is_corrupt_inside_is_a_fault_or_harmless(folder: Path, name: str) -> None:
    loader = geo_site(folder, require_shared(f"geoip/{name}"))
    try:
        site: Site = loader.load()
    except Faulty as fault:
        (finding,) = fault.findings
        assert (finding.file, finding.code) == (SITE, "geo-file")
        assert "places.mmdb" in finding.problem
        assert str(folder) not in finding.problem
    else:
        assert site.geo is not None
        assert site.geo.get("81.2.69.160") is not None


@pytest.mark.parametrize("content", [b"", b"no database", b"\0" * 100_000], ids=["empty", "text", "zeros"])
def test_a_geo_file_of_the_wrong_type_is_a_fault_with_its_line(folder: Path, content: bytes) -> None:
    folder.joinpath("places.mmdb").write_bytes(content)
    add(folder / SITE, '\n[geo]\ndatabase = "places.mmdb"\n')
    with pytest.raises(Faulty) as caught:
        Loader(folder).load()
    (finding,) = caught.value.findings
    assert (finding.file, finding.line, finding.code) == (SITE, 15, "geo-file")
    assert finding.cure
