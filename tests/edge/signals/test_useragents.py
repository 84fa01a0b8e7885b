"""The classes of `user_agents`, fed by the Rust engine."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from edge.signals import useragents
from edge.signals.useragents import judge

AGENTS = (
    (
        "Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X) AppleWebKit/605.1.15 CriOS/121.0 Mobile/15E148 Safari/604.1",
        ("tablet", "ios"),
    ),
    ("Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0", ("phone", "android")),
    ("Opera/9.80 (J2ME/MIDP; Opera Mini/9.80; U; en) Presto/2.5.25 Version/10.54", ("phone", None)),
    ("Mozilla/4.0 (compatible; MSIE 6.0; Windows CE; IEMobile 7.11)", ("phone", "windows")),
    ("Opera/9.80 (S60; SymbOS; Opera Mobi/23.348; U; en) Presto/2.5.25", ("phone", None)),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0", ("desktop", "windows")),
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", ("bot", None)),
    (
        "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 Chrome/91.0 Mobile Safari/537.36",
        ("phone", "android"),
    ),
    ("nothing that is known", ("other", None)),
    ("", ("other", None)),
)


@pytest.mark.parametrize(("agent", "judged"), AGENTS)
def test_a_tablet_is_no_phone_and_a_brand_no_robot(agent: str, judged: tuple[str, str | None]) -> None:
    assert judge(agent) == judged


def test_a_parser_that_somebody_else_imported_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    parser = ModuleType(useragents._LEGACY)
    monkeypatch.setitem(sys.modules, useragents._LEGACY, parser)
    assert useragents._user_agents().__name__ == "user_agents.parsers"
    assert sys.modules[useragents._LEGACY] is parser
