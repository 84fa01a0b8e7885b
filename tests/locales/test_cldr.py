"""The CLDR tables: what is shipped is small, has the shapes that are told, and comes from the version that is told."""

from __future__ import annotations

import importlib.machinery
import json
import re
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


def test_the_rules_of_matching_keep_their_order() -> None:
    rules = cldr.table("matching")["rules"]
    assert len(rules) == 378
    assert ["gsw", "de", 4, 1] in rules
    wildcards = [desired for desired, *_ in rules if set(desired) <= {"*", "-"}]
    assert wildcards == ["*", "*-*", "*-*-*"]
    lengths = [desired.count("-") for desired, *_ in rules]
    assert lengths == sorted(lengths)


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
    folder.joinpath("package.json").write_text('{"name": "cldr-core", "version": "0.0.1"}', "utf-8")
    return folder


def test_the_generator_makes_every_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = generator()
    data = tmp_path / "data"
    monkeypatch.setattr(module, "DATA", data)
    assert module.main([str(made_up_package(tmp_path / "package"))]) == 0
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
