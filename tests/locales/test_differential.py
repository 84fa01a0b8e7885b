"""The comparison with ICU itself: it says what it lacks, tells agreement, and does not call a new difference known."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from locales.tags import maximise
from tests.locales import differential
from tests.locales.differential import Case, best, canonical, cases, known, main


class Locale:
    """As much of ICU's as is asked for, with our own likely subtags."""

    def __init__(self, tag: str) -> None:
        self.tag = tag

    @classmethod
    def forLanguageTag(cls, tag: str) -> Locale:  # noqa: N802 - ICU's name
        return cls(tag)

    def addLikelySubtags(self) -> None:  # noqa: N802 - ICU's name
        """Done where it is asked for."""

    def getLanguage(self) -> str:  # noqa: N802 - ICU's name
        return maximise(self.tag)[0]

    def getScript(self) -> str:  # noqa: N802 - ICU's name
        return maximise(self.tag)[1]

    def getCountry(self) -> str:  # noqa: N802 - ICU's name
        return maximise(self.tag)[2]


@pytest.fixture(autouse=True)
def _icu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "icu", SimpleNamespace(Locale=Locale, ICU_VERSION="0"))
    monkeypatch.setattr(differential, "icu_best", lambda icu, case: best(case))


def test_without_pyicu_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "icu", None)
    assert main() == 2
    assert capsys.readouterr().out.startswith("SKIP PyICU is not installed")


def test_agreement_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["50"]) == 0
    assert "50 cases: 100.00% agree" in capsys.readouterr().out


def test_a_difference_that_nothing_explains_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = Case(("de", "en"), ("gsw",), False)
    monkeypatch.setattr(differential, "cases", lambda rounds, seed: [case])
    monkeypatch.setattr(differential, "icu_best", lambda icu, case: None)
    assert main(["1", "1"]) == 1
    assert f"{case}: ICU None, ours de" in capsys.readouterr().out


def test_the_same_seed_gives_the_same_cases() -> None:
    assert list(cases(20, 3)) == list(cases(20, 3)) != list(cases(20, 4))
    assert all(canonical(tag) for case in cases(100, 1) for tag in (*case.offered, *case.wanted))


KNOWN = [
    (("nl",), ("af",), "a rule"),
    (("ru", "en"), ("de", "uk"), "a rule"),
    (("sr", "en"), ("sh",), "sh, which"),
    (("en", "de"), ("gsw",), ""),
]


@pytest.mark.parametrize(("offered", "wanted", "reason"), KNOWN)
def test_only_what_is_documented_is_known(offered: tuple[str, ...], wanted: tuple[str, ...], reason: str) -> None:
    found = known(SimpleNamespace(Locale=Locale), Case(offered, wanted, False))
    assert found.startswith(reason)
    assert bool(found) == bool(reason)
