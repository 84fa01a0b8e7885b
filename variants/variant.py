"""Items and their variants, as values that cannot be wrong: loading has checked them (see `variants.catalog`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec import Struct

#: Sound or pages without words (ISO 639: no linguistic content).
WORDLESS = "zxx"


class LawBar(Struct, frozen=True):
    """A law that takes a variant away in some territories, from `begins` until before `ends`; `told` has its name and date."""

    name: str
    told: str
    places: frozenset[str]
    begins: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """What removes a variant (SEMANTICS §6). Territories are expanded from groups; moments are aware, `until` exclusive.

    The first four are the site's, `laws` follow from what the variant is.
    """

    only_in: frozenset[str] | None = None
    not_in: frozenset[str] = frozenset()
    begins: datetime | None = None
    ends: datetime | None = None
    laws: tuple[LawBar, ...] = ()

    def __bool__(self) -> bool:
        return self.territorial or self.begins is not None or self.ends is not None

    @property
    def licensed(self) -> bool:
        """Whether the site limits it to places."""
        return bool(self.not_in) or self.only_in is not None

    @property
    def territorial(self) -> bool:
        """Whether the place of the connection is read."""
        return self.licensed or bool(self.laws)


@dataclass(frozen=True, slots=True)
class Variant:
    """One rendering of an item. Tags are canonical BCP 47, except `zxx`; a text entry may be bilingual: `zh-Hant+en`.

    `language` stands for pages and images, `audio` for what is heard. `position` is the order in the file.
    """

    id: str
    url: str
    position: int = 0
    audio: str | None = None
    language: str | None = None
    subtitles: tuple[str, ...] = ()
    burned_in: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    audio_description: tuple[str, ...] = ()
    voiceover: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    devices: frozenset[str] = frozenset()
    media_type: str = ""
    bars: Bars = Bars()


@dataclass(frozen=True, slots=True)
class Item:
    """What a site offers under one id. `paths` are the patterns of `variants.paths`; `title` maps languages to texts.

    `file` is where it is written, `lines` has the line of `item`, of `paths` and of each variant's id. `memo` keeps what has been
    worked out of this item, and only that: it goes when the item goes.
    """

    id: str
    kind: str
    original_language: str
    variants: tuple[Variant, ...]
    channel: str = "web"
    paths: tuple[str, ...] = ()
    title: Mapping[str, str] = field(default_factory=dict)
    fallback: str | None = None
    file: str = field(default="", compare=False)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    memo: dict[str, Any] = field(init=False, default_factory=dict, compare=False, repr=False)

    @property
    def has_audio(self) -> bool:
        """Whether anything of it is heard in words (`zxx` is sound without words)."""
        return any(variant.audio not in (None, WORDLESS) for variant in self.variants)

    def variant(self, identifier: str) -> Variant | None:
        """The variant of that id, or None."""
        return next((variant for variant in self.variants if variant.id == identifier), None)
