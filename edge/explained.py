"""The parts of an explanation, as they are encoded. `edge.explaining` fills them, the page and the commands tell them."""

from __future__ import annotations

from msgspec import Struct

from edge.provenance import Seen
from variants.manifest import SplitPart


class NormPart(Struct, frozen=True, kw_only=True):
    """A row of the norms with what it rests on. `sources` are texts for people: title, publisher, year.

    `review` is the day from which it is due for review, None where it is due at once.
    """

    place: str
    mode: tuple[str, ...]
    sources: tuple[str, ...]
    basis: str
    confidence: str
    year: int | None
    note: str
    review: str | None
    site: bool


class WordPart(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a layer, or a table of the layer `rules`, said. `why` maps languages to the editor's texts.

    `split` is the arm that it is of, as a text: `de-subtitles:sub`. `overridden` has the outputs of which a higher layer says
    otherwise, and for each the rule or layer that is heard.
    """

    layer: str
    rule: str | None
    variant: str | None = None
    language: str | None = None
    mode: tuple[str, ...] = ()
    tags: dict[str, str] = {}
    why: dict[str, str] = {}
    norm: NormPart | None = None
    split: str = ""
    overridden: dict[str, str] = {}


class OverrodePart(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a lower layer said otherwise."""

    layer: str
    rule: str | None
    said: tuple[str, ...]
    norm: NormPart | None = None


class ListedPart(Struct, frozen=True):
    """One of the visitor's languages (SEMANTICS §4)."""

    tag: str
    origin: str
    confidence: str


class DecisionPart(Struct, frozen=True, kw_only=True):
    """Why it is this variant. `used` are the words that were used, uppermost layer first; `expires` is RFC 3339 in UTC.

    `splits` are the arms of experiments whose words were used.
    """

    reason: str
    layer: str
    rule: str | None
    confidence: str
    place_confidence: str
    expires: str | None
    used: tuple[WordPart, ...]
    overrode: tuple[OverrodePart, ...]
    splits: tuple[SplitPart, ...]


class VariantPart(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A variant as the visitor's language experiences it, labelled in the language of the explanation."""

    id: str
    experience: str
    label: str
    audio: str | None = None
    language: str | None = None
    voiceover: bool = False
    subtitles: tuple[str, ...] = ()
    burned_in: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    audio_description: tuple[str, ...] = ()
    tags: dict[str, str] = {}
    url: str = ""


class SelectionPart(Struct, frozen=True, kw_only=True):
    """What was selected: None where everything is barred. `language` is what it was found for, `text` what is read along."""

    variant: VariantPart | None
    language: ListedPart | None
    text: str | None
    alternatives: tuple[VariantPart, ...]


class ClockPart(Struct, frozen=True):
    """The moment on the site's clock and on the visitor's, where their zone is known: zone (IANA name) and local time."""

    zone: str
    local: str
    visitor_zone: str | None
    visitor_local: str | None


class Replay(Struct, frozen=True):
    """The visitor as preview parameters, and as the query that these make."""

    parameters: dict[str, str]
    query: str


class CellPart(Struct, frozen=True):
    """One cell of a rule that was tried."""

    input: str
    wants: tuple[str, ...]
    saw: str
    holds: bool


class RulePart(Struct, frozen=True):
    """A rule that was tried, with the sentence that tells how it went."""

    rule: str
    matches: bool
    in_force: bool
    cells: tuple[CellPart, ...]
    told: str


class TablePart(Struct, frozen=True, kw_only=True):
    """A table with its rules down to the one that matched: of `count` rules so many were tried.

    Where these are many, `tried` has only the one that matched.
    """

    table: str
    winner: str | None
    count: int
    tried_count: int
    tried: tuple[RulePart, ...]


class NearMissPart(Struct, frozen=True):
    """A rule that one cell kept from matching, that cell, and the sentence that tells of it."""

    rule: str
    cell: CellPart
    told: str


class BarredPart(Struct, frozen=True):
    """A variant that a bar takes away, and by what."""

    id: str
    because: tuple[str, ...]


class TracePart(Struct, frozen=True, kw_only=True):
    """For operators: what was tried, in the order in which it was, and as sentences.

    `inactive` are the first of `inactive_count` rules that would match if they were in force. `whole`: nothing has been left out.
    """

    words: tuple[WordPart, ...]
    tables: tuple[TablePart, ...]
    near_misses: tuple[NearMissPart, ...]
    inactive: tuple[str, ...]
    inactive_count: int
    barred: tuple[BarredPart, ...]
    norm_steps: tuple[str, ...]
    told: tuple[str, ...]
    whole: bool


class Explanation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All of it. `beyond` names signals that passed their limit and so count as absent; `trace` is for operators only."""

    item: str
    kind: str
    channel: str
    revision: str
    preview: bool
    stale: bool
    moment: str
    clock: ClockPart
    inputs: tuple[Seen, ...]
    beyond: tuple[str, ...]
    languages: tuple[ListedPart, ...]
    decision: DecisionPart
    selection: SelectionPart
    key: str
    classes: dict[str, str]
    replay: Replay
    trace: TracePart | None = None
