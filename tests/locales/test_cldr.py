"""The CLDR tables: what is shipped is small, has the shapes that are told, and comes from the version that is told."""

from __future__ import annotations

import ast
import importlib.machinery
import json
import re
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

from locales import cldr

REPOSITORY = Path(__file__).resolve().parents[2]
NAMES = sorted(path.stem.removeprefix("cldr_") for path in Path(cldr.DATA).glob("cldr_*.json"))


def generator() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("cldr_generator", str(REPOSITORY / "scripts" / "cldr"))
    module = ModuleType(loader.name)
    module.__file__ = loader.path
    loader.exec_module(module)
    return module


def test_every_table_is_told_in_the_docstring_and_made_by_the_generator() -> None:
    told = re.findall(r"^    ([a-z_]+) +\{", cldr.__doc__ or "", re.MULTILINE)
    assert told == [*NAMES[: NAMES.index("source")], *NAMES[NAMES.index("source") + 1 :], "source"]
    assert sorted([*generator().TABLES, "source"]) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_small_and_read_once(name: str) -> None:
    assert (Path(cldr.DATA) / f"cldr_{name}.json").stat().st_size <= 300_000
    assert cldr.table(name)
    assert cldr.table(name) is cldr.table(name)


def test_a_name_that_is_no_table_is_our_own_fault() -> None:
    with pytest.raises(FileNotFoundError):
        cldr.table("nonsense")


def test_the_source_is_known() -> None:
    assert cldr.version() == "48.2.0"
    assert re.fullmatch("[0-9a-f]{64}", cldr.digest())


def test_facts_that_everything_else_stands_on() -> None:
    assert cldr.table("likely")["zh-TW"] == "zh-Hant-TW"
    assert cldr.table("aliases")["language"]["iw"] == "he"
    assert cldr.table("aliases")["territory"]["UK"] == "GB"
    assert cldr.table("parents")["es-MX"] == "es-419"
    assert "ES" in cldr.table("containment")["EU"]
    assert cldr.table("containment")["419"] == ["013", "029", "005"]
    assert "ES-CT" in cldr.table("subdivisions")["ES"]
    assert cldr.table("subdivision_parents")["ES-B"] == "ES-CT"
    assert cldr.table("codes")["DE"] == ["DEU", "276"]
    assert cldr.table("territories")["DE"]["languages"][0] == ["de", 91.0, "official"]
    assert cldr.table("languages")["other"] == sorted(cldr.table("languages")["other"])
    assert cldr.table("currencies")["BG"][:2] == [["EUR", "2026-01-01", "", 1], ["BGN", "1999-07-05", "2026-01-31", 1]]
    assert cldr.table("measurement")["system"]["US"] == "US"
    assert cldr.table("measurement")["temperature"]["001"] == "celsius"
    assert cldr.table("measurement")["paper"]["MX"] == "US-Letter"
    assert cldr.table("week")["first"]["US"] == "sun"
    assert cldr.table("week")["weekend"]["IR"] == ["fri"]
    assert cldr.table("week")["weekend"]["IL"] == ["fri", "sat"]
    assert cldr.table("time")["US"] == ["h", ["h", "hb", "H", "hB"]]
    assert cldr.table("calendars")["IR"][0] == "persian"
    assert {"Arab", "Hebr", "Thaa"} <= set(cldr.table("scripts")["rtl"])
    assert "hu" in cldr.table("name_order")["surnameFirst"]


def test_babel_gives_names_and_forms_and_nothing_else() -> None:
    """Its CLDR is older than ours: what a place is like comes from the tables."""
    users = {}
    for package in ("locales", "rules", "variants", "edge"):
        for path in REPOSITORY.joinpath(package).rglob("*.py"):
            imports = [
                node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)
            ]
            names = {name.name for node in imports if (node.module or "").startswith("babel") for name in node.names}
            if names:
                users[path.relative_to(REPOSITORY).as_posix()] = names
            assert "import babel" not in path.read_text("utf-8")
    forms = {"Locale", "exists", "get_cldr_version"}
    assert {path: names - forms for path, names in users.items() if names - forms} == {}


def test_the_rules_of_matching_keep_their_order() -> None:
    rules = cldr.table("matching")["rules"]
    assert len(rules) == 378
    assert ["gsw", "de", 4, 1] in rules
    wildcards = [desired for desired, *_ in rules if set(desired) <= {"*", "-"}]
    assert wildcards == ["*", "*-*", "*-*-*"]
    lengths = [desired.count("-") for desired, *_ in rules]
    assert lengths == sorted(lengths)


def test_the_shipped_tables_are_made_again_byte_for_byte() -> None:
    """From the files of cldr-core that `scripts/cldr` kept, which are those that the digest was taken of."""
    module = generator()
    made = module.make_tables(module.read_package(module.KEPT))
    assert sorted(made) == NAMES
    shipped = {name: (Path(cldr.DATA) / f"cldr_{name}.json").read_text("utf-8") for name in NAMES}
    assert [name for name in NAMES if made[name] != shipped[name]] == []


def made_up_package(folder: Path) -> Path:
    """A package of two languages and one land, in the shape of cldr-core."""
    sources = {
        "aliases": {
            "metadata": {
                "alias": {
                    "languageAlias": {"iw": {"_reason": "deprecated", "_replacement": "he"}},
                    "scriptAlias": {},
                    "territoryAlias": {"UK": {"_replacement": "GB"}},
                    "subdivisionAlias": {},
                    "variantAlias": {},
                }
            }
        },
        "codeMappings": {"ES": {"_alpha3": "ESP", "_numeric": "724"}, "AA": {}, "EUR": {"_numeric": "978"}},
        "languageData": {"he": {}, "es-alt-secondary": {}},
        "languageGroups": {"roa": "es ca"},
        "languageMatching": {
            "written-new": {
                "paradigmLocales": {"_locales": ["es", "es-419"]},
                "matchVariables": {"$cnsar": {"_value": "HK+MO"}},
                "languageMatch": [
                    {"_desired": "ca", "_supported": "es", "_distance": 20, "_oneway": True},
                    {"_desired": "*", "_supported": "*", "_distance": 80},
                ],
            }
        },
        "likelySubtags": {"es": "es-Latn-ES"},
        "parentLocales": {"parentLocale": {"es-MX": "es-419"}},
        "subdivisionContainment": {"ES": {"_contains": ["esct"]}, "esct": {"_contains": ["esb"]}},
        "calendarPreferenceData": {"001": ["gregorian"], "IR": ["persian", "gregorian"]},
        "currencyData": {
            "fractions": {"DEFAULT": {}},
            "region": {
                "BG": [{"EUR": {"_from": "2026-01-01"}}, {"BGN": {"_from": "1999-07-05", "_to": "2026-01-31"}}],
                "CH": [{"CHF": {"_from": "1799-03-17"}}, {"CHE": {"_tender": "false"}}],
            },
        },
        "measurementData": {"measurementSystem": {"001": "metric"}, "paperSize": {"001": "A4", "US": "US-Letter"}},
        "personNamesDefaults": {"givenFirst": "und", "surnameFirst": "hu ja"},
        "timeData": {"001": {"_allowed": "H h", "_preferred": "H"}},
        "unitPreferenceData": {
            "temperature": {"weather": {"001": [{"unit": "celsius"}], "US": [{"unit": "fahrenheit"}]}}
        },
        "weekData": {
            "firstDay": {"001": "mon", "GB": "mon", "GB-alt-variant": "sun"},
            "weekendStart": {"001": "sat", "IR": "fri", "IN": "sun", "OM": "fri"},
            "weekendEnd": {"001": "sun", "IR": "fri", "OM": "sat"},
        },
        "territoryContainment": {"039": {"_contains": ["ES"]}, "039-status-deprecated": {"_contains": ["CS"]}},
        "territoryInfo": {
            "ES": {
                "_population": "47",
                "_literacyPercent": "97.7",
                "languagePopulation": {
                    "ca": {"_populationPercent": "16", "_officialStatus": "official_regional"},
                    "es_Latn": {"_populationPercent": "99"},
                },
            },
            "ZZ": {"_population": "0", "_literacyPercent": "0"},
        },
    }
    folder.joinpath("supplemental").mkdir(parents=True)
    for name, content in sources.items():
        text = json.dumps({"supplemental": {name: content} if name != "aliases" else content})
        folder.joinpath("supplemental", f"{name}.json").write_text(text, "utf-8")
    directions = {"Arab": {"rtl": "YES"}, "Latn": {"rtl": "NO"}, "Mend": {"rtl": "UNKNOWN"}}
    folder.joinpath("scriptMetadata.json").write_text(json.dumps({"scriptMetadata": directions}), "utf-8")
    folder.joinpath("package.json").write_text('{"name": "cldr-core", "version": "0.0.1"}', "utf-8")
    folder.joinpath("LICENSE").write_text("Anybody may.", "utf-8")
    return folder


def test_the_generator_makes_every_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = generator()
    data, kept = tmp_path / "data", tmp_path / "kept.tar.xz"
    monkeypatch.setattr(module, "DATA", data)
    monkeypatch.setattr(module, "KEPT", kept)
    assert module.main([str(made_up_package(tmp_path / "package"))]) == 0
    first = {path.name: path.read_bytes() for path in data.glob("*.json")}
    assert module.main([str(kept)]) == 0
    assert {path.name: path.read_bytes() for path in data.glob("*.json")} == first
    made = {path.stem[5:]: json.loads(path.read_text("utf-8")) for path in data.glob("*.json")}
    assert sorted(made) == NAMES
    assert made["matching"]["rules"] == [["ca", "es", 20, 1], ["*", "*", 80, 0]]
    assert made["matching"]["variables"] == {"$cnsar": ["HK", "MO"]}
    assert made["subdivisions"] == {"ES": ["ES-B", "ES-CT"]}
    assert made["subdivision_parents"] == {"ES-B": "ES-CT"}
    assert made["containment"] == {"039": ["ES"]}
    assert made["codes"] == {"AA": ["", ""], "ES": ["ESP", "724"]}
    assert made["languages"] == {"other": ["ca", "he", "roa"]}
    assert made["territories"]["ES"]["languages"] == [["es-Latn", 99.0, ""], ["ca", 16.0, "official_regional"]]
    assert made["calendars"]["IR"] == ["persian", "gregorian"]
    assert made["currencies"]["BG"] == [["EUR", "2026-01-01", "", 1], ["BGN", "1999-07-05", "2026-01-31", 1]]
    assert made["currencies"]["CH"] == [["CHF", "1799-03-17", "", 1], ["CHE", "", "", 0]]
    assert made["measurement"] == {
        "system": {"001": "metric"},
        "temperature": {"001": "celsius", "US": "fahrenheit"},
        "paper": {"001": "A4", "US": "US-Letter"},
    }
    assert made["name_order"] == {"givenFirst": ["und"], "surnameFirst": ["hu", "ja"]}
    assert made["scripts"] == {"ltr": ["Latn"], "rtl": ["Arab"]}
    assert made["time"] == {"001": ["H", ["H", "h"]]}
    assert made["week"] == {
        "first": {"001": "mon", "GB": "mon"},
        "weekend": {"001": ["sat", "sun"], "IN": ["sun"], "IR": ["fri"], "OM": ["fri", "sat"]},
    }
    assert made["source"]["version"] == "0.0.1"
    assert "cldr_likely.json" in capsys.readouterr().out


def test_the_generator_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert generator().main([]) == 2
    assert "npm pack cldr-core@" in capsys.readouterr().err


def test_the_generator_refuses_a_table_that_would_slow_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = generator()
    monkeypatch.setattr(module, "DATA", tmp_path / "data")
    monkeypatch.setattr(module, "LARGEST", 10)
    with pytest.raises(ValueError, match="larger than 10 bytes"):
        module.main([str(made_up_package(tmp_path / "package"))])
    assert not tmp_path.joinpath("data").exists()


def test_an_archive_that_lacks_a_source_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "other.tgz", "w:gz") as archive:
        member = tarfile.TarInfo("package/LICENSE")
        member.type = tarfile.DIRTYPE
        archive.addfile(member)
    with pytest.raises(KeyError, match="package/LICENSE"):
        generator().read_package(tmp_path / "other.tgz")
