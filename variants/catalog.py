"""Items as editors write them (DESIGN §2): from a TOML document to an `Item`, with every fault named; and all items of a site.

    Document  ──convert──▶  rows, typed  ──checks──▶  findings, or an Item  ──build──▶  Catalog

`load_item` gives a value or raises `Faulty` with all the findings of the file; `check_catalog` warns of what is allowed but odd.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from msgspec import Struct, field

from locales.documents import Document, convert
from locales.findings import Faulty, Finding, Severity, did_you_mean
from locales.groups import Groups
from locales.tags import is_language, known_languages, parse_tag
from locales.territories import TERRITORIES, is_territory
from variants.bars import begin_of, end_of, fallback
from variants.experience import compile_item
from variants.paths import PathTable, check_pattern
from variants.urls import media_type_of, url_fault
from variants.variant import WORDLESS, Bars, Item, Variant

#: Ids of items, variants, tables, rules and tags.
IDENTIFIER = re.compile(r"[a-z][a-z0-9_-]{0,63}")

#: Words that an answer has in place of a variant's id.
RESERVED = frozenset(("none", "barred"))

#: What items are. Norms know some of them; a rule can name any.
KINDS = ("promo", "fiction", "children", "documentary", "news", "sport", "music", "game", "education", "page", "image")
CHANNELS = ("web", "streaming", "tv", "cinema")
DEVICES = ("phone", "tablet", "desktop", "tv", "console", "wearable", "bot", "other")

#: Where a value stands in a document.
Path = tuple[str | int, ...]


class ItemRow(Struct, forbid_unknown_fields=True):
    """`[item]`."""

    id: str
    kind: str
    original_language: str
    channel: str | None = None
    paths: list[str] = []
    title: dict[str, str] = {}
    fallback: str | None = None


class VariantRow(Struct, forbid_unknown_fields=True):
    """One of `[[variants]]`. `begins` and `ends` are written `from` and `until`."""

    id: str
    url: str
    audio: str | None = None
    language: str | None = None
    subtitles: list[str] = []
    burned_in: list[str] = []
    captions: list[str] = []
    audio_description: list[str] = []
    voiceover: bool = False
    tags: dict[str, str] = {}
    devices: list[str] = []
    media_type: str = ""
    only_in: list[str] | None = None
    not_in: list[str] = []
    begins: Any = field(name="from", default=None)
    ends: Any = field(name="until", default=None)


class File(Struct, forbid_unknown_fields=True):
    """One file of `variants/`."""

    item: ItemRow
    variants: list[VariantRow] = []


def load_item(document: Document, groups: Groups, zone: tzinfo, channel: str) -> Item:
    """The item of a file; `zone` and `channel` are the site's. Raises Faulty with every fault of the file."""
    return _Reader(document, convert(document, File), groups, zone).item(channel)


class _Reader:
    """Reads one typed file and collects its faults on the way; a faulty value has some stand-in until the end."""

    def __init__(self, document: Document, file: File, groups: Groups, zone: tzinfo) -> None:
        self._document = document
        self._file = file
        self._groups = groups
        self._zone = zone
        self._faults: list[Finding] = []

    def item(self, channel: str) -> Item:
        """The item, or Faulty."""
        row = self._file.item
        self._identifier(("item", "id"), row.id)
        self._word(("item", "kind"), row.kind, KINDS)
        if row.channel is not None:
            self._word(("item", "channel"), row.channel, CHANNELS)
        item = Item(
            id=row.id,
            kind=row.kind,
            original_language=self._tag(("item", "original_language"), row.original_language),
            variants=tuple(self._variant(position, row) for position, row in enumerate(self._file.variants)),
            channel=row.channel or channel,
            paths=tuple(self._paths(row.paths)),
            title={self._tag(("item", "title", tag), tag): text for tag, text in row.title.items()},
            fallback=row.fallback,
            file=self._document.file,
            lines=self._lines(),
        )
        self._check_whole(item)
        if self._faults:
            raise Faulty(sorted(self._faults))
        return item

    def _lines(self) -> dict[str, int]:
        locate = self._document.locate
        variants = {f"variants/{row.id}": locate(("variants", at, "id")) for at, row in enumerate(self._file.variants)}
        return {"item": locate(("item", "id")), "paths": locate(("item", "paths")), **variants}

    def _fault(self, path: Path, code: str, problem: str, cure: str) -> None:
        line = self._document.locate(path)
        self._faults.append(Finding(self._document.file, line, Severity.error, code, problem, cure))

    # One value

    def _identifier(self, path: Path, text: str) -> None:
        if text in RESERVED:
            self._fault(path, "reserved-id", f'"{text}" is a word of the service itself.', "Choose another id.")
        elif not IDENTIFIER.fullmatch(text):
            cure = "Use a-z, 0-9, - and _, beginning with a letter, at most 64 characters."
            self._fault(path, "bad-id", f'"{text}" is no id.', cure)

    def _word(self, path: Path, text: str, known: Sequence[str]) -> None:
        if text not in known:
            cure = did_you_mean(text, known) or f"Use one of: {', '.join(known)}."
            self._fault(path, "unknown-word", f'"{text}" is not known here.', cure)

    def _tag(self, path: Path, text: str) -> str:
        """The canonical tag of one language, or `zxx`."""
        tag = parse_tag(text)
        if tag is None or not is_language(tag):
            cure = did_you_mean(text, known_languages()) if len(text) <= len("zxx") else ""
            self._fault(
                path,
                "unknown-language",
                f'"{text}" is no language.',
                cure or 'Write a BCP 47 tag such as "es" or "zh-Hant".',
            )
        return tag or text

    def _optional_tag(self, path: Path, text: str | None) -> str | None:
        return None if text is None else self._tag(path, text)

    def _tags(self, path: Path, texts: Sequence[str], bilingual: bool) -> tuple[str, ...]:
        """Tracks, each a language or, where that may be, two: `zh-Hant+en`."""
        found: list[str] = []
        for index, text in enumerate(texts):
            parts = text.split("+") if bilingual else [text]
            track = "+".join(self._track_part((*path, index), part) for part in parts)
            if track in found:
                self._fault((*path, index), "twice", f'"{text}" stands here twice.', "Keep one.")
            found.append(track)
        return tuple(found)

    def _track_part(self, path: Path, text: str) -> str:
        tag = self._tag(path, text)
        if tag == WORDLESS:
            self._fault(path, "wordless-text", '"zxx" is no language that can be read.', "Leave it out.")
        return tag

    def _paths(self, patterns: Sequence[str]) -> Iterator[str]:
        for index, pattern in enumerate(patterns):
            cure = check_pattern(pattern)
            if cure is None:
                yield pattern
            else:
                self._fault(("item", "paths", index), "bad-path", f'"{pattern}" is no path.', cure)

    # A variant

    def _variant(self, position: int, row: VariantRow) -> Variant:
        path: Path = ("variants", position)
        self._identifier((*path, "id"), row.id)
        self._check_url((*path, "url"), row.url)
        self._check_senses(path, row)
        for index, device in enumerate(row.devices):
            self._word((*path, "devices", index), device, DEVICES)
        return Variant(
            id=row.id,
            url=row.url,
            position=position,
            audio=self._optional_tag((*path, "audio"), row.audio),
            language=self._optional_tag((*path, "language"), row.language),
            subtitles=self._tags((*path, "subtitles"), row.subtitles, bilingual=True),
            burned_in=self._tags((*path, "burned_in"), row.burned_in, bilingual=True),
            captions=self._tags((*path, "captions"), row.captions, bilingual=False),
            audio_description=self._tags((*path, "audio_description"), row.audio_description, bilingual=False),
            voiceover=row.voiceover,
            tags=self._checked_tags(path, row.tags),
            devices=frozenset(row.devices),
            media_type=self._media_type((*path, "media_type"), row),
            bars=self._bars(path, row),
        )

    def _check_url(self, path: Path, url: str) -> None:
        cure = url_fault(url)
        if cure is not None:
            self._fault(path, "bad-url", f'"{url}" is no URL that can be served.', cure)

    def _check_senses(self, path: Path, row: VariantRow) -> None:
        if row.audio is not None and row.language is not None:
            cure = "Films have audio, pages and images a language; keep one of them."
            self._fault((*path, "language"), "audio-and-language", f'"{row.id}" has audio and a language.', cure)
        if row.voiceover and row.audio is None:
            cure = "Say in which language: audio = …"
            self._fault(
                (*path, "voiceover"), "voiceover-without-audio", f'"{row.id}" is a voice-over without audio.', cure
            )

    def _checked_tags(self, path: Path, tags: Mapping[str, str]) -> dict[str, str]:
        for key, value in tags.items():
            self._identifier((*path, "tags", key), key)
            if not value.strip():
                self._fault(
                    (*path, "tags", key), "empty-tag", f'Tag "{key}" has no value.', "Give it one, or take it out."
                )
        return dict(tags)

    def _media_type(self, path: Path, row: VariantRow) -> str:
        if row.media_type and not re.fullmatch(r"[a-z]+/[a-z0-9][a-z0-9.+-]*", row.media_type):
            self._fault(
                path, "bad-media-type", f'"{row.media_type}" is no media type.', 'Write one such as "video/mp4".'
            )
        return row.media_type or media_type_of(row.url)

    # Bars

    def _bars(self, path: Path, row: VariantRow) -> Bars:
        bars = Bars(
            None if row.only_in is None else self._places((*path, "only_in"), row.only_in),
            self._places((*path, "not_in"), row.not_in),
            self._moment((*path, "from"), row.begins),
            self._moment((*path, "until"), row.ends),
        )
        if bars.only_in is not None and bars.only_in <= bars.not_in:
            cure = "Name at least one territory that not_in does not name, or take the line out."
            self._fault((*path, "only_in"), "nowhere", f'"{row.id}" may be shown nowhere.', cure)
        if bars.begins is not None and bars.ends is not None and bars.begins >= bars.ends:
            self._fault(
                (*path, "until"), "never", f'"{row.id}" ends before it begins.', "Let `until` come after `from`."
            )
        return bars

    def _places(self, path: Path, cells: Sequence[str]) -> frozenset[str]:
        """The territories of codes, `@group` and `@419`."""
        found: set[str] = set()
        for index, cell in enumerate(cells):
            if cell.startswith("@") and cell in self._groups:
                found |= self._groups.members(cell)
            elif is_territory(cell):
                found.add(cell)
            else:
                cure = self._place_cure(cell)
                self._fault((*path, index), "unknown-territory", f'"{cell}" is no territory and no group.', cure)
        return frozenset(found)

    def _place_cure(self, cell: str) -> str:
        """`UK` is what CLDR calls an alias of GB; else the nearest code or group."""
        alias = (parse_tag(f"und-{cell}") or "").rpartition("-")[2]
        if is_territory(alias):
            return f'Did you mean "{alias}"?'
        known = [*TERRITORIES, *(f"@{name}" for name in self._groups.names())]
        return did_you_mean(cell, known) or "Use an ISO 3166-1 code, or @ and a group."

    def _moment(self, path: Path, value: object) -> datetime | None:
        if value is None:
            return None
        if not isinstance(value, date):  # a datetime is one as well
            cure = "Write a date or a time without quotes: 2026-12-01 or 2026-12-01T20:00:00."
            self._fault(path, "bad-moment", f'"{value}" is no date and no time.', cure)
            return None
        return (end_of if path[-1] == "until" else begin_of)(value, self._zone)

    # All of it

    def _check_whole(self, item: Item) -> None:
        if not item.variants:
            self._fault(("item", "id"), "no-variants", f'"{item.id}" has no variant.', "Add one: [[variants]].")
        seen: set[str] = set()
        for variant in item.variants:
            if variant.id in seen:
                path = ("variants", variant.position, "id")
                self._fault(path, "same-id", f'Variant "{variant.id}" is there twice.', "Give each an id of its own.")
            seen.add(variant.id)
        self._check_fallback(item)

    def _check_fallback(self, item: Item) -> None:
        if item.fallback is None:
            return
        path = ("item", "fallback")
        variant = item.variant(item.fallback)
        if variant is None:
            cure = did_you_mean(item.fallback, [one.id for one in item.variants]) or "Name one of its variants."
            self._fault(path, "unknown-fallback", f'"{item.fallback}" is no variant of "{item.id}".', cure)
        elif variant.bars:
            cure = "What is given when all else fails must be allowed everywhere and always."
            self._fault(path, "barred-fallback", f'The fallback "{variant.id}" has a bar.', cure)


class Catalog(Struct, frozen=True, eq=False):
    """All items of a site by id, and the table of their paths."""

    items: Mapping[str, Item]
    paths: PathTable

    @staticmethod
    def build(items: Iterable[Item], languages: Sequence[str]) -> Catalog:
        """The catalogue; `languages` are those that `{language}` may be. Raises Faulty where ids or paths collide."""
        by_id: dict[str, Item] = {}
        faults: list[Finding] = []
        for item in items:
            first = by_id.setdefault(item.id, item)
            if first is not item:
                problem = f'Item "{item.id}" is also in {first.file}:{first.lines.get("item", 0)}.'
                faults.append(_finding(item, "item", Severity.error, "same-id", problem, "Give each an id of its own."))
            compile_item(item)
        if faults:
            raise Faulty(faults)
        return Catalog(by_id, PathTable.build(by_id.values(), languages))


def check_catalog(catalog: Catalog) -> tuple[Finding, ...]:
    """What is allowed but odd: no fallback, variants that nothing tells apart, nothing in the original language."""
    return tuple(finding for item in catalog.items.values() for finding in _warnings(item))


def _finding(item: Item, key: str, severity: Severity, code: str, problem: str, cure: str) -> Finding:
    return Finding(item.file, item.lines.get(key, 0), severity, code, problem, cure)


def _warnings(item: Item) -> Iterator[Finding]:
    warning = Severity.warning
    if fallback(item) is None:
        problem = f'"{item.id}" has no fallback: each of its variants has a bar.'
        cure = "When something fails, nobody gets anything. Add a variant without bars."
        yield _finding(item, "item", warning, "no-fallback", problem, cure)
    seen: dict[tuple[object, ...], Variant] = {}
    for variant in item.variants:
        first = seen.setdefault(_differences(variant), variant)
        if first is not variant:
            problem = f'Nothing tells "{variant.id}" from "{first.id}": the first in the file is always taken.'
            yield _finding(
                item, f"variants/{variant.id}", warning, "alike", problem, "Let a language, tag or device differ."
            )
    if item.original_language != WORDLESS and not any(one.original for one in compile_item(item).renditions):
        problem = f'"{item.id}" has no variant in its original language, {item.original_language}.'
        yield _finding(item, "item", warning, "no-original", problem, "Check original_language, or add that variant.")


def _differences(variant: Variant) -> tuple[object, ...]:
    """All that selection can tell variants apart by."""
    return (
        variant.audio,
        variant.language,
        frozenset(variant.subtitles),
        frozenset(variant.burned_in),
        frozenset(variant.captions),
        frozenset(variant.audio_description),
        variant.voiceover,
        frozenset(variant.tags.items()),
        variant.devices,
        variant.bars,
    )
