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
from functools import lru_cache

from msgspec import Struct

from edge.signals.audience import Audience
from edge.signals.fields import LIMITS, Headers, field
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
_DESKTOPS = frozenset({"windows", "macos", "linux", "chromeos"})
#: How nearly all browsers write themselves: platform and model in parentheses, then products that say nothing of the device but
#: for `Mobile`. Whatever could be a token of the table can only stand in the first parentheses.
_USUAL = re.compile(
    rb"(Mozilla/5\.0 \([^()]*?)(?:; rv:[0-9.]+)?\) (?:AppleWebKit/[0-9.]+ \(KHTML, like Gecko\)|Gecko/[0-9.]+)"
    rb"(?: (?:Chrome|Version|Safari|Firefox|Edg|EdgA|OPR|SamsungBrowser|CriOS|FxiOS|GSA|DuckDuckGo|Ddg)/[0-9.]+"
    rb"|( Mobile)(?:/[0-9]{2}[A-Z][0-9]{1,5}[a-z]?|/[0-9.]+)?)*\Z"
)
_LONGEST = LIMITS[b"user-agent"]
_SPECIAL = frozenset({"bot", "tv", "console", "wearable"})


def read_device(client: Client, headers: Headers, audience: Audience | None = None) -> Device:
    """The device of a request. Where a hop is `normalised`, the browser's own fields are not looked at."""
    device, system = (audience.device, audience.os) if audience is not None else (None, None)
    if client.told:
        device = device or _known(client.says("device", headers), DEVICES)
        system = system or _system_word(client.says("os", headers))
    if client.normalised or (device and system):
        return Device(device, system)
    agent = headers.get(b"user-agent")
    seen = classify(agent if agent is None or len(agent) <= _LONGEST else None, _hints(headers))
    return seen if device is None and system is None else Device(device or seen.device, system or seen.os)


def _hints(headers: Headers) -> Hints:
    if (
        b"sec-ch-ua-mobile" not in headers
        and b"sec-ch-ua-platform" not in headers
        and b"sec-ch-ua-form-factors" not in headers
    ):
        return NO_HINTS
    return Hints(
        field(headers, b"sec-ch-ua-form-factors"),
        field(headers, b"sec-ch-ua-mobile"),
        field(headers, b"sec-ch-ua-platform"),
    )


def classify(user_agent: bytes | None, hints: Hints = NO_HINTS) -> Device:
    """Class and system from what a browser sends. An absent user agent and no hints: nothing is known. Never raises."""
    usual = _USUAL.match(user_agent) if user_agent else None
    if usual is not None:
        device = _by_form(usual.groups(), hints)
        if device is not None:
            return device
    return by_whole(user_agent, hints)


@lru_cache(maxsize=4096)
def _by_form(said: tuple[bytes, bytes | None], hints: Hints) -> Device | None:
    """The device of a browser in its usual form, whose versions tell nothing: others stand in for them. None: they may tell."""
    platform, mobile = said
    agent = b"%b) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/100.0%b Safari/537.36" % (platform, mobile or b"")
    found = class_finder()(agent.decode("latin-1"))
    return by_whole(agent, hints) if found is not None and found != ASK else None


@lru_cache(maxsize=8192)
def by_whole(user_agent: bytes | None, hints: Hints) -> Device:
    """The device by the whole of what was sent."""
    agent = user_agent.decode("latin-1").strip() if user_agent else ""
    found = class_finder()(agent) if agent else None
    named = system_finder()(agent) if agent else None
    device, system = found, named
    if hints is not NO_HINTS:
        platform = _platform(hints.platform)
        system = named if named in TELLING or platform is None else platform
        device = _of_hints(hints, found, platform) or found
    if device is None or device == ASK:
        device, judged = judge(agent) if agent else (None, None)
        system = system or judged
    return Device(device, system or ("other" if agent else None))


def _of_hints(hints: Hints, found: str | None, platform: str | None) -> str | None:
    """The class by client hints. `found`: a television sends Mobile ?0 as a laptop does; a robot may send what it likes."""
    if hints.form_factors is not None:
        factors = {member.value for member in parse_list(hints.form_factors) or () if isinstance(member, Item)}
        device = next((name for factor, name in _FORM_FACTORS if factor in factors), None)
        if device is not None:
            return device
    mobile = _mobile(hints.mobile) if found not in _SPECIAL else None
    if mobile:
        return "phone"
    if mobile is None:
        return None
    return "desktop" if platform in _DESKTOPS else "tablet" if platform == "android" else None


def _mobile(raw: bytes | None) -> bool | None:
    if raw is None or raw in _USUAL_MOBILES:
        return _USUAL_MOBILES[raw] if raw else None
    item = parse_item(raw)
    return item.value if item is not None and isinstance(item.value, bool) else None


def _platform(raw: bytes | None) -> str | None:
    if raw is None:
        return None
    usual = _USUAL_PLATFORMS.get(raw.lower())
    if usual is not None:
        return usual
    item = parse_item(raw)
    return _PLATFORMS.get(item.value.lower()) if item is not None and isinstance(item.value, str) else None


def _known(text: str | None, words: tuple[str, ...]) -> str | None:
    return text.lower() if text is not None and text.lower() in words else None


def _system_word(text: str | None) -> str | None:
    """A system as a hop spells it: one of ours, or a platform's own name (`Android`, `Mac OS X`)."""
    return _known(text, SYSTEMS) or (_PLATFORMS.get(text.lower()) if text is not None else None)
