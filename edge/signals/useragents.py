"""The classes of `user_agents`, fed by the Rust engine of `ua-parser`, loaded when the first user agent asks for them.

`user_agents` decides phone, tablet or desktop from families of device, system and browser. Two things make it dear: it takes
those from a pure-Python parser (450 µs each), and importing it compiles that parser's 1,270 patterns (140 ms). Here a
stand-in keeps the parser from being imported, and of the engine's 633 device patterns only those 29 are built whose families
`user_agents` looks at: 11 ms in place of 95. Measured on CPython 3.11, user-agents 2.2.0, ua-parser 1.0.2.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from operator import attrgetter
from types import ModuleType
from typing import Any

_LEGACY = "ua_parser.user_agent_parser"

#: Family of a system → our word. What is not here is looked for by token, and else `other`.
_SYSTEMS = {
    "Android": "android", "iOS": "ios", "Windows": "windows", "Windows Phone": "windows", "Windows Mobile": "windows",
    "Windows CE": "windows", "Mac OS X": "macos", "Mac OS": "macos", "Linux": "linux", "Ubuntu": "linux", "Debian": "linux",
    "Fedora": "linux", "Red Hat": "linux", "Gentoo": "linux", "SUSE": "linux", "Chrome OS": "chromeos", "Tizen": "tizen",
    "webOS": "webos", "tvOS": "tvos", "ATV OS X": "tvos", "WatchOS": "watchos", "Chromecast Android": "android",
    "FireHbbTV": "fireos", "Firefox OS": "other", "KaiOS": "other",
}  # fmt: skip


#: Class (phone tablet desktop bot other), and the system or None where the engine has no family that we know.
Judged = tuple[str, str | None]


def judge(agent: str) -> Judged:
    """What `user_agents` says of a user agent. The first call loads the engine."""
    return _judge()(agent)


@cache
def _judge() -> Callable[[str], Judged]:
    parsers = _user_agents()
    find_os, find_device = _engine(parsers)

    class Seen(parsers.UserAgent):  # type: ignore[misc, name-defined]  # user_agents has no types
        """A UserAgent whose families come from the Rust engine instead of the Python parser."""

        def __init__(self, agent: str) -> None:
            system, device = find_os(agent), find_device(agent)
            self.ua_string = agent
            self.os = parsers.parse_operating_system(*_version(system))
            self.device = parsers.Device(device.family if device else "Other", None, None)
            self.browser = parsers.Browser(_browser(agent), (), "")

    def judge_one(agent: str) -> Judged:
        seen = Seen(agent)
        return _class(seen), _SYSTEMS.get(seen.os.family)

    return judge_one


def _class(seen: Any) -> str:
    # A tablet before a phone: user_agents calls an iPad with Chrome both. Cubot, a brand, is no robot.
    if seen.is_bot and "cubot" not in seen.ua_string.lower():
        return "bot"
    if seen.is_tablet:
        return "tablet"
    if seen.is_mobile:
        return "phone"
    return "desktop" if seen.is_pc else "other"


def _user_agents() -> Any:
    """The module `user_agents.parsers`, imported without the parser that this process never calls."""
    if _LEGACY in sys.modules:
        return import_module("user_agents.parsers")
    sys.modules[_LEGACY] = ModuleType(_LEGACY)
    try:
        return import_module("user_agents.parsers")
    finally:
        del sys.modules[_LEGACY]


def _engine(parsers: Any) -> tuple[Callable[[str], Any], Callable[[str], Any]]:
    """The extractors of system and device, the latter for the families that `user_agents` asks about."""
    from ua_parser_rs import DeviceExtractor, OSExtractor

    _, systems, devices = import_module("ua_parser_builtins.lazy").MATCHERS
    asked = {
        "Spider",
        *parsers.MOBILE_DEVICE_FAMILIES,
        *parsers.TABLET_DEVICE_FAMILIES,
        *parsers.TOUCH_CAPABLE_DEVICE_FAMILIES,
    }
    of_system = attrgetter("regex", "family", "major", "minor", "patch", "patch_minor")
    of_device = attrgetter("regex", "regex_flag", "family", "brand", "model")
    # A family of "$1" is what the pattern's group found: `(iPad);…`.
    wanted = [
        one
        for one in devices
        if one.family in asked or ("$" in one.family and any(name in one.regex for name in asked))
    ]
    return OSExtractor(map(of_system, systems)).extract, DeviceExtractor(map(of_device, wanted)).extract


def _version(system: Any) -> tuple[str | None, ...]:
    return (system.family, system.major, system.minor, system.patch, system.patch_minor) if system else ("Other",)


def _browser(agent: str) -> str:
    """The family of the browser, as far as `user_agents` asks about it; the engine's 433 patterns for it stay unbuilt."""
    if "Opera Mini" in agent:
        return "Opera Mini"
    if "Opera Mobi" in agent:
        return "Opera Mobile"
    if "IEMobile" in agent:
        return "IE Mobile"
    return "Firefox Mobile" if "Firefox/" in agent and "Mobile;" in agent else "Other"
