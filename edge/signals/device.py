"""The class of a device and its system.

    1) a hop's field                       CloudFront-Is-SmartTV-Viewer: true          →  tv
    2) client hints, form factors first    Sec-CH-UA-Form-Factors: "Tablet"            →  tablet
    3) robots                              … compatible; Googlebot/2.1 …               →  bot
    4) televisions, consoles, wearables    … Android 9; AFTS … Silk/…                  →  tv
    5) phones, tablets, desktops           … iPhone; CPU iPhone OS 17_0 …              →  phone

Steps 3 and 4 go by a table of tokens (`tokens`): the rules of step 5 know few robots and call a Fire TV a tablet. Step 5
answers plain user agents by their platform, and asks those rules (`useragents`) only about others; a test holds both together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from edge.signals.audience import Audience
from edge.signals.fields import LIMITS, Headers
from edge.signals.proxies import Client
from edge.signals.tokens import ASK, TELLING, class_finder, system_finder
from edge.signals.useragents import judge
from edge.structured import Item, parse_item, parse_list
from rules.inputs import DEVICES, SYSTEMS


class Device(Struct, frozen=True):
    """`device`: phone tablet desktop tv console wearable bot other. `os`: android ios windows … other. None: nothing is known."""

    device: str | None = None
    os: str | None = None


class Hints(Struct, frozen=True):
    """Client hints as they came: Sec-CH-UA-Form-Factors, -Mobile, -Platform (User-Agent Client Hints, WICG)."""

    form_factors: bytes | None = None
    mobile: bytes | None = None
    platform: bytes | None = None


NOTHING = Device()
NO_HINTS = Hints()

#: What client hints come to: class by form factors, whether it is mobile, system. Many values come to the same.
Said = tuple[str | None, bool | None, str | None]
SILENT: Said = (None, None, None)

#: Form factor → class, in the order in which they count where several are given. "TV" stood only in drafts, but costs nothing.
_FORM_FACTORS = (
    ("TV", "tv"), ("Watch", "wearable"), ("XR", "wearable"), ("Automotive", "other"), ("Tablet", "tablet"), ("EInk", "tablet"),
    ("Mobile", "phone"), ("Desktop", "desktop"),
)  # fmt: skip

_PLATFORMS = {
    "android": "android", "ios": "ios", "ipados": "ios", "windows": "windows", "macos": "macos", "mac os x": "macos",
    "linux": "linux", "chrome os": "chromeos", "chromium os": "chromeos", "chromeos": "chromeos", "tizen": "tizen",
    "webos": "webos", "web0s": "webos", "tvos": "tvos", "watchos": "watchos", "fuchsia": "other",
}  # fmt: skip
#: The same as sf-strings in lower case, as they mostly come; others are parsed. So with booleans.
_USUAL_PLATFORMS = {f'"{name}"'.encode(): system for name, system in _PLATFORMS.items()}
_USUAL_MOBILES = {b"?1": True, b"?0": False}
#: What the pairs of mobile and platform come to that browsers send.
_USUAL_SAID: Mapping[tuple[bytes | None, bytes | None], Said] = {
    (None, None): SILENT,
    **{
        (mobile, f'"{platform}"'.encode()): (None, told, _PLATFORMS[platform.lower()])
        for mobile, told in _USUAL_MOBILES.items()
        for platform in ("Android", "Chrome OS", "Linux", "Windows", "macOS")
    },
}
_DESKTOPS = frozenset({"windows", "macos", "linux", "chromeos"})
#: How nearly all browsers write themselves, and on iPhones the one application that shows as many pages: platform and model in
#: parentheses, then engine and products that say nothing of the device but for `Mobile`. Whatever could be a token of the table
#: can only stand in the first parentheses; `tv` is no language or territory here, for it is one. Nothing is tried twice (`++`).
#: Of a system's version the first digit stands for all: behind these names no token of the table has a number.
_USUAL = re.compile(
    rb"(Mozilla/5\.0 \((?:(?:Linux; Android|(iPhone; )CPU iPhone OS|iPad; CPU OS|Macintosh; Intel Mac OS X|X11; CrOS x86_64)"
    rb" [0-9](?=[0-9._]*+[;) ]))?+)(?:(?<=[0-9])[0-9._]*+)?"
    rb"([^();]*+(?:;(?! rv:[0-9.]++\))[^();]*+)*)(?:; rv:[0-9.]++)?\)"
    rb"(?: (?:Chrome|Version|Safari|Firefox|Edg|EdgA|OPR|SamsungBrowser|CriOS|FxiOS|GSA|DuckDuckGo|Ddg|Gecko)/[0-9.]++"
    rb"| AppleWebKit/[0-9.]++ \(KHTML, like Gecko\)"
    rb"|( Mobile)(?:/[0-9]{2}[A-Z][0-9]{1,5}+[a-z]?|/[0-9.]++)?"
    rb"|(?(2) Instagram [0-9.]++ \(iPhone[0-9]++,[0-9]++; iOS [0-9_]++; "
    rb"(?:(?!tv)[a-z]{2}_(?!TV)[A-Z]{2}; (?!tv)[a-z]{2}; )?scale=[0-9.]++(?:; [0-9x]++)*\)|(?!)))*\Z"
)
_LONGEST = LIMITS[b"user-agent"]
_SPECIAL = frozenset({"bot", "tv", "console", "wearable"})


def read_device(client: Client, headers: Headers, audience: Audience | None = None) -> Device:
    """The device of a request. Where a hop is `normalised`, the browser's own fields are not looked at."""
    device, system = (audience.device, audience.os) if audience is not None else (None, None)
    if client.told:
        device = device or _known(client.says("device", headers), DEVICES)
        system = system or _system_word(client.says("os", headers))
    if (device and system) or client.normalised:
        return Device(device, system)
    agent = headers.get(b"user-agent")
    if agent is not None and len(agent) > _LONGEST:
        agent = None
    seen = _classify(agent, _said_in(headers))
    return seen if device is None and system is None else Device(device or seen.device, system or seen.os)


def _said_in(headers: Headers) -> Said:
    factors = headers.get(b"sec-ch-ua-form-factors")
    mobile = headers.get(b"sec-ch-ua-mobile")
    platform = headers.get(b"sec-ch-ua-platform")
    if factors is None:
        usual = _USUAL_SAID.get((mobile, platform))
        if usual is not None:
            return usual
    return _said(factors, mobile, platform)


def _said(factors: bytes | None, mobile: bytes | None, platform: bytes | None) -> Said:
    """What the values come to. An overlong one is absent."""
    form = None if factors is None or len(factors) > LIMITS[b"sec-ch-ua-form-factors"] else _form(factors)
    return form, _mobile(mobile), _platform(platform)


def classify(user_agent: bytes | None, hints: Hints = NO_HINTS) -> Device:
    """Class and system from what a browser sends. An absent user agent and no hints: nothing is known. Never raises."""
    return _classify(user_agent, _said(hints.form_factors, hints.mobile, hints.platform))


def _classify(user_agent: bytes | None, said: Said) -> Device:
    usual = _USUAL.match(user_agent) if user_agent else None
    device = _by_form(usual.group(1, 3, 4), said) if usual is not None else None
    return device or _by_whole(user_agent, said)


@lru_cache(maxsize=4096)
def _by_form(usual: tuple[bytes, bytes, bytes | None], said: Said) -> Device | None:
    """The device of a browser in its usual form, whose products tell nothing but for `Mobile`. None: they may tell."""
    system, model, mobile = usual
    agent = (system + model + b")" + (mobile or b"")).decode("latin-1")
    found = class_finder()(agent)
    return _device(agent, found, said) if found is not None and found != ASK else None


def by_whole(user_agent: bytes | None, hints: Hints = NO_HINTS) -> Device:
    """The device by the whole of what was sent, as `classify` has it by the shortest way."""
    return _by_whole(user_agent, _said(hints.form_factors, hints.mobile, hints.platform))


@lru_cache(maxsize=8192)
def _by_whole(user_agent: bytes | None, said: Said) -> Device:
    agent = user_agent.decode("latin-1").strip() if user_agent else ""
    return _device(agent, class_finder()(agent) if agent else None, said)


def _device(agent: str, found: str | None, said: Said) -> Device:
    """The device by the class that was found in a user agent, by the system in it, and by client hints."""
    named = system_finder()(agent) if agent else None
    device, system = found, named
    if said is not SILENT:
        platform = said[2]
        system = named if named in TELLING or platform is None else platform
        device = _of_hints(said, found) or found
    if device is None or device == ASK:
        device, judged = judge(agent) if agent else (None, None)
        system = system or judged
    return Device(device, system or ("other" if agent else None))


def _of_hints(said: Said, found: str | None) -> str | None:
    """The class by client hints. `found`: a television sends Mobile ?0 as a laptop does; a robot may send what it likes."""
    form, mobile, platform = said
    if form is not None:
        return form
    if mobile is None or found in _SPECIAL:
        return None
    if mobile:
        return "phone"
    return "desktop" if platform in _DESKTOPS else "tablet" if platform == "android" else None


def _form(raw: bytes) -> str | None:
    factors = {member.value for member in parse_list(raw) or () if isinstance(member, Item)}
    return next((name for factor, name in _FORM_FACTORS if factor in factors), None)


def _mobile(raw: bytes | None) -> bool | None:
    if raw is None or raw in _USUAL_MOBILES:
        return _USUAL_MOBILES[raw] if raw else None
    item = parse_item(raw, LIMITS[b"sec-ch-ua-mobile"])
    return item.value if item is not None and isinstance(item.value, bool) else None


def _platform(raw: bytes | None) -> str | None:
    if raw is None:
        return None
    usual = _USUAL_PLATFORMS.get(raw.lower())
    if usual is not None:
        return usual
    item = parse_item(raw, LIMITS[b"sec-ch-ua-platform"])
    return _PLATFORMS.get(item.value.lower()) if item is not None and isinstance(item.value, str) else None


def _known(text: str | None, words: tuple[str, ...]) -> str | None:
    return text.lower() if text is not None and text.lower() in words else None


def _system_word(text: str | None) -> str | None:
    """A system as a hop spells it: one of ours, or a platform's own name (`Android`, `Mac OS X`)."""
    return _known(text, SYSTEMS) or (_PLATFORMS.get(text.lower()) if text is not None else None)
