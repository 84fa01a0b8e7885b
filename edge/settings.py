"""`site.toml` as a value: everything that a site says about itself rather than about its items and rules (DESIGN §2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from msgspec import Struct, field

from edge.signals.hops import Hop, parse_proxies
from locales.documents import Document, convert
from locales.findings import Faulty, Finding, Severity, did_you_mean, errors
from locales.preference import Confidence
from locales.tags import is_language, parse_tag
from rules.inputs import CHANNELS, INPUTS
from variants.bars import Rights
from variants.catalog import IDENTIFIER

#: A serialised origin (RFC 6454 §6.2): what a browser sends in `Origin`, in small letters and without a path.
_ORIGIN = re.compile(r"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?")

_YEAR = 31_536_000

#: Settings that are one of a few words.
WORDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("site", "channel"): CHANNELS,
    ("site", "weak_header"): ("trust", "geo", "hedge"),
    ("site", "least_confidence"): tuple(level.name for level in Confidence),
    ("rights", "unknown"): ("bar", "allow"),
    ("rights", "least"): tuple(level.name for level in Confidence if level > Confidence.unverified),
    ("preview", "for"): ("off", "operators", "everyone"),
}
#: Settings that are numbers, with the least and the most of each.
RANGES: Mapping[tuple[str, str], tuple[int, int]] = {
    ("site", "publish_delay"): (0, 60),
    ("consent", "default"): (0, 3),
    ("cache", "max_age"): (0, _YEAR),
    ("cache", "stale_while_revalidate"): (0, _YEAR),
    ("cache", "stale_if_error"): (0, _YEAR),
}


class SiteSection(Struct, forbid_unknown_fields=True, frozen=True):
    """`[site]`."""

    id: str
    default_language: str
    languages: list[str] = []
    zone: str = "UTC"
    channel: str = "web"
    weak_header: str = "hedge"
    tables: list[str] = []
    least_confidence: str = "low"
    publish_delay: float = 0.6


class RightsSection(Struct, forbid_unknown_fields=True, frozen=True):
    """`[rights]`: what an unknown place may see, and how sure a place must be."""

    unknown: str = "bar"
    least: str = "low"


class PreviewSection(Struct, forbid_unknown_fields=True, frozen=True):
    """`[preview]`: who may look through another visitor's eyes."""

    for_: str = field(name="for", default="operators")


class ConsentSection(Struct, forbid_unknown_fields=True, frozen=True):
    """`[consent]`: the level of somebody of whom no hop says more."""

    default: int = 1


class ChoiceSection(Struct, forbid_unknown_fields=True, frozen=True):
    """`[choice]`: whether the service itself reads the choice cookie (answers are then private)."""

    cookie: bool = False


class GeoSection(Struct, forbid_unknown_fields=True, frozen=True):
    """`[geo]`: a MaxMind-format file, relative to the site's folder."""

    database: str | None = None


class CorsSection(Struct, forbid_unknown_fields=True, frozen=True):
    """`[cors]`: origins that may read manifests from a page of theirs. Credentials are never allowed."""

    origins: list[str] = field(default_factory=lambda: ["*"])


class CacheSection(Struct, forbid_unknown_fields=True, frozen=True):
    """`[cache]`: lifetimes in seconds, and the inputs on which the site's own cache keys."""

    keyed: list[str] = []
    max_age: int = 60
    stale_while_revalidate: int = 60
    stale_if_error: int = 86_400


class SiteFile(Struct, forbid_unknown_fields=True, frozen=True):
    """The whole of `site.toml`."""

    site: SiteSection
    rights: RightsSection = RightsSection()
    preview: PreviewSection = PreviewSection()
    consent: ConsentSection = ConsentSection()
    choice: ChoiceSection = ChoiceSection()
    geo: GeoSection = GeoSection()
    cors: CorsSection = CorsSection()
    cache: CacheSection = CacheSection()
    proxies: list[dict[str, Any]] = []


class Settings(Struct, frozen=True):
    """A checked `site.toml`. Durations are seconds; languages are canonical tags."""

    id: str
    default_language: str
    languages: tuple[str, ...]
    zone: ZoneInfo
    channel: str
    weak_header: str
    tables: tuple[str, ...]
    least: Confidence
    rights: Rights
    preview: str
    consent: int
    choice_cookie: bool
    geo: str | None
    origins: tuple[str, ...]
    keyed: frozenset[str]
    max_age: int
    stale_while_revalidate: int
    stale_if_error: int
    publish_delay: float
    hops: tuple[Hop, ...]


def load_settings(document: Document) -> tuple[Settings, tuple[Finding, ...]]:
    """The settings and what else there is to say of them; raises Faulty with every error of the file."""
    file = convert(document, SiteFile)
    findings = [
        *_check_words(document),
        *_check_ranges(document),
        *_check_site(document, file.site),
        *_check_cache(document, file.cache),
        *_check_cors(document, file.cors),
    ]

    def locate(entry: int, key: str) -> int:
        return document.locate(("proxies", entry, key))

    hops, hop_findings = parse_proxies(file.proxies, locate, document.file)
    findings += hop_findings
    if errors(findings):
        raise Faulty(findings)
    return _settings(file, tuple(hops)), tuple(findings)


def _settings(file: SiteFile, hops: tuple[Hop, ...]) -> Settings:
    site = file.site
    default = parse_tag(site.default_language) or site.default_language
    return Settings(
        id=site.id,
        default_language=default,
        languages=tuple(parse_tag(tag) or tag for tag in site.languages) or (default,),
        zone=ZoneInfo(site.zone),
        channel=site.channel,
        weak_header=site.weak_header,
        tables=tuple(site.tables),
        least=Confidence[site.least_confidence],
        rights=Rights(
            unknown="allow" if file.rights.unknown == "allow" else "bar", least=Confidence[file.rights.least]
        ),
        preview=file.preview.for_,
        consent=file.consent.default,
        choice_cookie=file.choice.cookie,
        geo=file.geo.database,
        origins=tuple(file.cors.origins),
        keyed=frozenset(file.cache.keyed),
        max_age=file.cache.max_age,
        stale_while_revalidate=file.cache.stale_while_revalidate,
        stale_if_error=file.cache.stale_if_error,
        publish_delay=site.publish_delay,
        hops=hops,
    )


def _check_words(document: Document) -> Iterator[Finding]:
    for (section, key), words in WORDS.items():
        value = document.data.get(section, {}).get(key, words[0])
        if value not in words:
            cure = did_you_mean(value, words) or f"Use one of: {', '.join(words)}."
            yield document.finding((section, key), "unknown-word", f'"{value}" is not known here.', cure)


def _check_ranges(document: Document) -> Iterator[Finding]:
    for (section, key), (least, most) in RANGES.items():
        value = document.data.get(section, {}).get(key, least)
        if not least <= value <= most:
            problem = f"{value} is out of range for {key}."
            yield document.finding((section, key), "out-of-range", problem, f"Write a number from {least} to {most}.")


def _check_site(document: Document, site: SiteSection) -> list[Finding]:
    def fault(key: str, problem: str, cure: str) -> Finding:
        return Finding(document.file, document.locate(("site", key)), Severity.error, f"site-{key}", problem, cure)

    findings = []
    if not IDENTIFIER.fullmatch(site.id):
        findings.append(fault("id", f'"{site.id}" is no id.', "Use lower-case letters, digits, - and _, at most 64."))
    if not _is_zone(site.zone):
        cure = did_you_mean(site.zone, available_timezones()) or 'Write an IANA name such as "Europe/Berlin".'
        findings.append(fault("zone", f'"{site.zone}" is no time zone.', cure))
    for key, tags in (("default_language", [site.default_language]), ("languages", site.languages)):
        findings += [
            fault(key, f'"{tag}" is no language.', 'Write a BCP 47 tag such as "de" or "zh-Hant".')
            for tag in tags
            if parse_tag(tag) is None or not is_language(tag)
        ]
    return findings


def _is_zone(name: str) -> bool:
    """Whether the name is one of the IANA database. Listing all of them takes sixty times as long."""
    if name in ("localtime", "posixrules") or name.startswith(("posix/", "right/")):
        return False  # files beside the database's own names; "right" counts leap seconds
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        return False
    return True


def _check_cache(document: Document, cache: CacheSection) -> list[Finding]:
    line = document.locate(("cache", "keyed"))
    return [
        Finding(
            document.file,
            line,
            Severity.error,
            "unknown-input",
            f'[cache] keyed names "{name}", which is no input.',
            did_you_mean(name, INPUTS) or f"Inputs are {', '.join(INPUTS)}.",
        )
        for name in cache.keyed
        if name not in INPUTS
    ]


def _check_cors(document: Document, cors: CorsSection) -> list[Finding]:
    line = document.locate(("cors", "origins"))
    return [
        Finding(
            document.file,
            line,
            Severity.error,
            "cors-origin",
            f'"{origin}" is no origin.',
            'Write "*" or an origin such as "https://www.example".',
        )
        for origin in cors.origins
        if origin != "*" and not _ORIGIN.fullmatch(origin)
    ]
