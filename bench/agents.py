"""User agents made up for measuring, as browsers, in-app browsers, televisions and bots of 2024 to 2026 send them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) {chrome}"
_SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
_IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS {{ios}} like Mac OS X) {_SAFARI}"

#: Shares, and what is sent; names in braces are those of `_WORDS` and `_NUMBERS`.
TEMPLATES: Sequence[tuple[int, str]] = (
    (25, f"Mozilla/5.0 (Linux; Android {{android}}; {{phone}}) {_CHROME} Mobile Safari/537.36"),
    (
        6,
        f"Mozilla/5.0 (Linux; Android {{android}}; SAMSUNG {{phone}}) SamsungBrowser/{{n}}.0 {_CHROME} Mobile Safari/537.36",
    ),
    (16, f"{_IPHONE} Version/{{safari}} Mobile/{{build}} Safari/604.1"),
    (6, f"{_IPHONE} Mobile/{{build}} Instagram {{n}}.0.0.{{n}}.{{n}} (iPhone{{m}},{{m}}; iOS {{ios}}; scale=3.00)"),
    (14, f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME} Safari/537.36"),
    (5, f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME} Safari/537.36 Edg/{{n}}.0.{{n}}.{{n}}"),
    (7, f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_{{m}}) {_SAFARI} Version/{{safari}} Safari/605.1.{{m}}"),
    (7, "Mozilla/5.0 ({system}; rv:{n}.{m}) Gecko/20100101 Firefox/{n}.{m}"),
    (3, f"Mozilla/5.0 (iPad; CPU OS {{ios}} like Mac OS X) {_SAFARI} Version/{{safari}} Mobile/{{build}} Safari/604.1"),
    (3, f"Mozilla/5.0 (Linux; Android {{android}}; {{tablet}}) {_CHROME} Safari/537.36"),
    (1, f"Mozilla/5.0 (SMART-TV; LINUX; Tizen {{m}}.{{m}}) {_CHROME} TV Safari/537.36"),
    (1, f"Mozilla/5.0 (Web0S; Linux/SmartTV) {_CHROME} Safari/537.36 WebAppManager LGE/OLED{{n}}C{{m}}"),
    (2, f"Mozilla/5.0 (Linux; Android {{android}}; {{tv}} Build/{{build}}) {_CHROME} Safari/537.36"),
    (1, f"Mozilla/5.0 (PlayStation; PlayStation 5/{{m}}.{{n}}) {_SAFARI} Version/13.0 Safari/605.1.15"),
    (3, "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; {bot}) {chrome} Safari/537.36"),
)

_WORDS: Mapping[str, Sequence[str]] = {
    "phone": (
        "SM-S928B",
        "SM-A546B",
        "SM-G991U",
        "Pixel 8",
        "Pixel 9 Pro",
        "M2101K6G",
        "CPH2451",
        "RMX3630",
        "XQ-DQ54",
    ),
    "tablet": ("SM-X910", "SM-T225", "Lenovo TB-X606F", "KFTRWI", "Pixel Tablet"),
    "tv": ("BRAVIA 4K VH2", "AFTKA", "AFTMM", "MiTV-MSSP1", "SHIELD Android TV", "Chromecast"),
    "system": ("Windows NT 10.0; Win64; x64", "X11; Linux x86_64", "Macintosh; Intel Mac OS X 10.15"),
    "bot": (
        "Googlebot/2.1; +http://www.google.com/bot.html",
        "bingbot/2.0; +http://www.bing.com/bingbot.htm",
        "GPTBot/1.2; +https://openai.com/gptbot",
    ),
}

_NUMBERS: Mapping[str, Callable[[random.Random], str]] = {
    "android": lambda rng: str(rng.randint(9, 16)),
    "build": lambda rng: f"{rng.randint(15, 22)}{rng.choice('ABCDEFG')}{rng.randint(10, 399)}",
    "chrome": lambda rng: f"Chrome/{rng.randint(118, 146)}.0.{rng.randint(5000, 7600)}.{rng.randint(0, 220)}",
    "ios": lambda rng: f"{rng.randint(15, 26)}_{rng.randint(0, 7)}",
    "safari": lambda rng: f"{rng.randint(15, 26)}.{rng.randint(0, 7)}",
}


def user_agent(rng: random.Random) -> str:
    """A user agent of a random kind, model and version."""
    (template,) = rng.choices([text for _, text in TEMPLATES], [share for share, _ in TEMPLATES])
    words = {name: rng.choice(of) for name, of in _WORDS.items()}
    numbers = {name: make(rng) for name, make in _NUMBERS.items()}
    return template.format(n=rng.randint(10, 399), m=rng.randint(1, 9), **words, **numbers)
