"""Small sites for traffic at random: the same items behind different hops, and with different words in `site.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, NamedTuple

from edge.signals.geofile import GeoFile
from tests.edge import crowd
from tests.edge.sites import item_file, rules_file

#: The day on which everything happens, and the instants at which something starts or ends.
DAY = datetime(2026, 11, 20, tzinfo=UTC)
START, RELEASE, END, LAST = (
    DAY.replace(hour=hour, minute=minute, second=second)
    for hour, minute, second in ((11, 30, 0), (12, 0, 30), (12, 30, 0), (13, 0, 0))
)
BOUNDARIES = (START, RELEASE, END, LAST)

#: The environment variable with the secret that some hops ask for, and the secret.
SECRET_VARIABLE, SECRET = "ISOGLOSS_TESTS_SECRET", "open-sesame"


#: Variants that come and go to the second, which `item_file` cannot say: beside rules on the hour, and beside none.
_TIMED = {
    "original": 'audio = "en"',
    "de": f'audio = "de"\nfrom = {RELEASE.isoformat()}',
    "es": f'audio = "es"\nuntil = {LAST.isoformat()}\nnot_in = ["MX"]',
    "es-sub": 'audio = "en"\nsubtitles = ["es"]\ncaptions = ["es", "en"]',
    "fr": 'audio = "fr"\nonly_in = ["FR", "CH"]',
}
_PREMIERE = {
    "original": f'audio = "en"\nuntil = {LAST.isoformat()}\nnot_in = ["@eu"]',
    "de": f'audio = "de"\nfrom = {RELEASE.isoformat()}\nonly_in = ["DE", "CH"]',
    "es": f'audio = "es"\nuntil = {END.isoformat()}\nonly_in = ["ES", "MX"]',
    "es-late": f'audio = "en"\nsubtitles = ["es"]\nfrom = {START.isoformat()}\nonly_in = ["ES", "MX"]',
}


def _dated_item(name: str, kind: str, rows: Mapping[str, str]) -> str:
    paths = f'paths = ["/{name}", "/{{language}}/{name}"]'
    head = f'[item]\nid = "{name}"\nkind = "{kind}"\noriginal_language = "en"\n{paths}\n'
    return head + "".join(
        f'[[variants]]\nid = "{one}"\nurl = "https://media.example/{one}"\n{row}\n' for one, row in rows.items()
    )


#: A page whose rules ask for what needs consent, and never for the time.
SHOP = {
    "kind": "page",
    "variants": [
        {"id": "en", "language": "en"},
        {"id": "de", "language": "de"},
        {"id": "en-gold", "language": "en", "tags": {"who": "gold"}},
        {"id": "en-fares", "language": "en", "tags": {"who": "fares"}},
        {"id": "de-young", "language": "de", "tags": {"who": "young"}},
    ],
}

_SHOP_RULES = (
    {"id": "gold", "when": {"item": ["shop"], "segment": ["gold"]}, "then": {"tags": {"who": "gold"}}},
    {"id": "young", "when": {"item": ["shop"], "age": ["teen"]}, "then": {"tags": {"who": "young"}, "language": "de"}},
    {
        "id": "fares",
        "when": {"item": ["shop"], "terms": ["flug*", "vuelo*"], "referrer": ["search", "internal"]},
        "then": {"tags": {"who": "fares"}},
    },
)
_TIMED_RULES = (
    {
        "id": "campaign",
        "active": {"from": START, "until": END},
        "when": {"item": ["timed"], "country": ["DE", "ES", "MX"]},
        "then": {"mode": ["original", "sub"]},
    },
    {"id": "hour", "when": {"item": ["timed"], "hour": ["12..13"], "language": ["es"]}, "then": {"mode": ["sub"]}},
)
_CLOCK_RULES = ({"id": "lunch", "when": {"item": ["timed"], "hour": ["14", "20..22"]}, "then": {"language": "de"}},)

#: Items whose rules never ask for the time: their answers are remembered by raw values as well. And all items.
TIMELESS = ("film", "screens", "shop", "premiere")
ITEMS = (*TIMELESS, "page", "timed")


def files() -> dict[str, str]:
    """All files of a site but `site.toml`."""
    rows: Mapping[str, Mapping[str, Any]] = {**crowd.ITEMS, "shop": SHOP}
    dated = {
        "timed": ("fiction", _TIMED),
        "premiere": ("promo", _PREMIERE),
    }  # of a promo no age is asked: caches may share it
    made = {
        f"variants/{name}.toml": item_file(name, {**rows[name], "paths": [f"/{name}", f"/{{language}}/{name}"]})
        for name in ITEMS
        if name in rows
    }
    tables = {
        "rules/shop.toml": rules_file("shop", _SHOP_RULES),
        "rules/timed.toml": rules_file("timed", _TIMED_RULES),
        "rules/clock.toml": rules_file("clock", _CLOCK_RULES, zone="visitor"),
    }
    made |= {f"variants/{name}.toml": _dated_item(name, *rest) for name, rest in dated.items()}
    return {**made, **crowd.RULES, **tables, "locales/ours.toml": crowd.NORMS}


class Behind(NamedTuple):
    """What stands before a site: its hops, addresses of theirs, and whether the site has a geo file."""

    proxies: str
    peers: tuple[str | None, ...] = ()
    geo: bool = False

    @property
    def is_told_apart(self) -> bool:
        """Whether a peer tells which hop it is: there is one, and not everybody is."""
        return bool(self.peers) and _ANYBODY not in self.proxies


def _hop(networks: str, rest: str) -> str:
    return f"[[proxies]]\nfrom = [{networks}]\n{rest}\n"


_COUNTRY = 'headers = { country = "X-Geo-Country", region = "X-Geo-Region" }'
_EVERYTHING = (
    'headers = { country = "X-Geo-Country", region = "X-Geo-Region", zone = "X-Geo-Zone", device = "X-Device", '
    'segment = "X-Segment", age = "X-Age", consent = "X-Consent" }'
)
_OWN = _hop('"10.0.0.0/8"', _EVERYTHING)
_CDN = _hop('"192.0.2.0/24", "2001:db8::/32"', 'preset = "cloudflare"')
_PROVED = _hop('"172.16.0.0/12"', f'secret_env = "{SECRET_VARIABLE}"\n{_COUNTRY}')
_ANYBODY = '"0.0.0.0/0", "::/0"'

_PRESETS = ("cloudflare", "cloudfront", "fastly", "akamai", "google", "vercel")

BEHIND: Mapping[str, Behind] = {
    "nobody": Behind(""),
    "nobody, cities": Behind("", geo=True),
    "an own proxy": Behind(_OWN, ("10.0.0.1", "10.0.0.2"), geo=True),
    "an own proxy behind a network": Behind(_OWN + _CDN, ("10.0.0.1", "192.0.2.7", "2001:db8::7"), geo=True),
    "every preset": Behind(
        "".join(_hop(f'"10.{at}.0.0/16"', f'preset = "{name}"') for at, name in enumerate(_PRESETS)),
        tuple(f"10.{at}.0.1" for at in range(len(_PRESETS))),
    ),
    "a network that hands on the context": Behind(
        _hop('"10.0.0.0/8"', 'preset = "akamai"\ncontext = true') + _CDN, ("10.0.0.1", "192.0.2.7"), geo=True
    ),
    "a socket": Behind(_hop('"unix"', _COUNTRY) + _OWN, (None, "", "10.0.0.1")),
    "Forwarded": Behind(
        _hop('"10.0.0.0/8"', 'headers = { country = "X-Geo-Country", address = "Forwarded" }') + _CDN,
        ("10.0.0.1", "192.0.2.7"),
        geo=True,
    ),
    "a secret": Behind(_PROVED + _OWN, ("172.16.0.1", "10.0.0.1"), geo=True),
    "a normalised field": Behind(_hop('"10.0.0.0/8"', "normalised = true") + _CDN, ("10.0.0.1", "192.0.2.7"), geo=True),
    "anybody": Behind(_hop(_ANYBODY, 'preset = "cloudflare"'), ("78.46.0.1", "10.0.0.1")),
    "anybody with a secret": Behind(
        _hop(_ANYBODY, f'secret_env = "{SECRET_VARIABLE}"\n{_COUNTRY}'), ("78.46.0.1", "10.0.0.1"), geo=True
    ),
}

#: What else may stand in `site.toml`.
MORE = (
    "",
    "[choice]\ncookie = true\n",
    '[cors]\norigins = ["https://a.example", "https://c.example"]\n',
    '[cache]\nkeyed = ["country"]\nmax_age = 5\nstale_while_revalidate = 5\nstale_if_error = 20\n',
    '[rights]\nunknown = "allow"\nleast = "medium"\n[consent]\ndefault = 2\n',
    '[preview]\nfor = "everyone"\n[cache]\nkeyed = ["country", "region"]\n',
)

_CITIES = {
    "78.46.0.1": ("DE", "BY", "Europe/Berlin"),
    "80.58.0.1": ("ES", "CT", "Europe/Madrid"),
    "8.8.8.8": ("US", "CA", "America/Los_Angeles"),
    "81.2.69.160": ("GB", "", "Europe/London"),
    "2a02:d180::1": ("CH", "GE", "Europe/Zurich"),
    "41.0.0.1": ("", "", ""),
}


class Cities:
    """What is used of a reader of MaxMind's format, over a few addresses."""

    def get(self, ip_address: str) -> dict[str, str] | None:
        found = _CITIES.get(ip_address)
        return None if found is None else dict(zip(("country", "region_code", "timezone"), found, strict=True))

    def metadata(self) -> SimpleNamespace:
        return SimpleNamespace(ip_version=6, database_type="Tests-City")

    def __iter__(self) -> Any:
        return iter(())


CITIES = GeoFile(Cities())
