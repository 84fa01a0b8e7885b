"""The sites that are measured: the demo behind a network on this machine, the same with ten thousand rules, and their edits."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.machine import TOP

DEMO = TOP / "edge" / "demo"

#: The peer of every request of the bench is this machine. It is believed as a content delivery network, as a plain proxy with
#: its X-Forwarded-For, or not at all.
PLAIN = '\n[[proxies]]\nfrom = ["127.0.0.0/8"]\n'
CLOUDFLARE = PLAIN + 'preset = "cloudflare"\n'
NOBODY = ""

_CITIES = ("rome", "lisbon", "paris", "athens", "tokyo", "oslo", "cairo", "lima", "delhi", "tehran")
_COUNTRIES = ("DE", "FR", "IT", "AT", "CH", "GB", "US", "NL", "PL", "SE", "IL", "MX", "BR", "JP", "IN", "PT")


@dataclass(frozen=True, slots=True)
class Edited:
    """A site and the file in it that its editor keeps changing.

    `text(n)` is that file at the n-th publication. It is another text each time, so that each has its own revision, and the
    Spanish rule in it turns over each time: whoever is in Spain then gets `variant(n)`.
    """

    folder: Path
    file: Path
    text: Callable[[int], str]

    def variant(self, number: int) -> str:
        """Subtitles first, as the demo has it, at even numbers; dubbing first at odd ones."""
        return "es-dub" if number % 2 else "es-sub"


def demo_site(folder: Path, hop: str = CLOUDFLARE) -> Path:
    """A copy of the demo that believes this machine so far."""
    shutil.copytree(DEMO, folder, dirs_exist_ok=True)
    file = folder / "site.toml"
    file.write_text(file.read_text() + hop)
    return folder


def edited_demo(folder: Path) -> Edited:
    """The demo, whose editor changes the airline's own table and the test in it."""
    file = demo_site(folder) / "rules" / "airline.toml"
    text = file.read_text()
    dubbed = text.replace('mode = ["sub", "dub"]', 'mode = ["dub", "sub"]').replace(
        'variant = "es-sub"', 'variant = "es-dub"'
    )
    return Edited(folder, file, lambda number: f"# publication {number}\n{dubbed if number % 2 else text}")


def edited_bulk(folder: Path, rules: int = 10_000) -> Edited:
    """The demo with so many rules in a bulk table in the place of the airline's; the editor changes that file itself.

    Half of the rules can speak for any item.
    """
    site = demo_site(folder) / "site.toml"
    site.write_text(site.read_text().replace('"airline", "markets"', '"bulk", "markets"'))
    tables = folder / "rules"
    (tables / "airline.toml").unlink()
    (tables / "bulk.toml").write_text('[table]\nid = "bulk"\n')
    rows = [_bulk_row(number) for number in range(1, rules)]

    def text(number: int) -> str:
        mode = "dub>sub" if number % 2 else "sub>dub"
        spain = f'es-original,ES,,promo,,{mode},"Our Spanish travellers, publication {number}"'
        return "\n".join(["id,country,terms,kind,tags.focus,mode,why.en", spain, *rows, ""])

    file = tables / "bulk.csv"
    file.write_text(text(0))
    return Edited(folder, file, text)


def _bulk_row(number: int) -> str:
    country, city = _COUNTRIES[number % 16], _CITIES[number // 16 % 10]
    kind = "page" if number % 2 else ""
    return f'r{number},{country},{city} {number},{kind},fares,,"Fares to {city.title()}, campaign {number}"'


def publish(file: Path, text: str) -> None:
    """Puts a new text in the place of a file, as an editor's tool does: written beside it, then renamed."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text)
    os.replace(beside, file)
