"""Why a visitor got what they got: `/v1/explain/{item}`, the command `explain`, and the page.

    Request ──▶ Reading, Decision, Selection (as for any answer) ──▶ Explanation ──▶ JSON, HTML, plain words

A visitor is told their own inputs, the winning rule and its reason, what it overrode, and what else they may choose. An operator
is told everything: rows tried, near misses, what is not in force, what is barred, every layer's word. Raw inputs stand here and
nowhere else, so an explanation is never stored and never shown to another origin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from typing import NamedTuple

import msgspec
from msgspec import Struct
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from edge import problems
from edge.answer import stand
from edge.endpoints import problem, service_of
from edge.entering import entering
from edge.headers import key_text, vary_text
from edge.provenance import Seen, seen_inputs
from edge.reading import EVERYTHING, VISIT_INPUTS, Reading, read
from edge.rendering import expires_text
from edge.replaying import query_of, replay_of
from edge.request import Request
from edge.served import Served
from edge.signals.fields import beyond
from edge.site import Site
from locales.names import variant_label
from locales.norms import Norm
from locales.preference import Confidence, Word
from rules.deciding import Decision, decide
from rules.tracing import RuleTrace, Trace, trace
from variants.bars import is_barred
from variants.manifest import reading_language
from variants.selecting import Selection, select
from variants.variant import Item, Variant

PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
HTML, JSON = "text/html", "application/json"


class NormPart(Struct, frozen=True, kw_only=True):
    """A row of the norms with what it rests on. `sources` is one text for people."""

    place: str
    mode: tuple[str, ...]
    sources: str
    basis: str
    confidence: str
    year: int | None
    note: str
    site: bool


class WordPart(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a layer, or a table of the layer `rules`, said. `why` maps languages to the editor's texts."""

    layer: str
    rule: str | None
    variant: str | None = None
    language: str | None = None
    mode: tuple[str, ...] = ()
    tags: dict[str, str] = {}
    why: dict[str, str] = {}
    norm: NormPart | None = None


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
    """Why it is this variant. `used` are the words that were used, uppermost layer first; `expires` is RFC 3339 in UTC."""

    reason: str
    layer: str
    rule: str | None
    confidence: str
    place_confidence: str
    expires: str | None
    used: tuple[WordPart, ...]
    overrode: tuple[OverrodePart, ...]


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
    """What was selected: None where everything is barred. `language` is the one that it was found for, `text` what is read along."""

    variant: VariantPart | None
    language: ListedPart | None
    text: str | None
    alternatives: tuple[VariantPart, ...]


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


class TablePart(Struct, frozen=True):
    """A table with its rules down to the one that matched."""

    table: str
    winner: str | None
    tried: tuple[RulePart, ...]


class BarredPart(Struct, frozen=True):
    """A variant that a bar takes away, and by what."""

    id: str
    because: tuple[str, ...]


class TracePart(Struct, frozen=True, kw_only=True):
    """For operators: everything that was tried, in the order in which it was, and as sentences."""

    words: tuple[WordPart, ...]
    tables: tuple[TablePart, ...]
    near_misses: tuple[str, ...]
    inactive: tuple[str, ...]
    barred: tuple[BarredPart, ...]
    norm_steps: tuple[str, ...]
    told: tuple[str, ...]


class Explanation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All of it. `beyond` names signals that passed their limit and so count as absent; `trace` is for operators only."""

    item: str
    kind: str
    channel: str
    revision: str
    preview: bool
    stale: bool
    moment: str
    inputs: tuple[Seen, ...]
    beyond: tuple[str, ...]
    languages: tuple[ListedPart, ...]
    decision: DecisionPart
    selection: SelectionPart
    key: str
    classes: dict[str, str]
    replay: Replay
    trace: TracePart | None = None


class Known(NamedTuple):
    """The values of one answer, from which an explanation is told."""

    request: Request
    served: Served
    site: Site
    reading: Reading
    decision: Decision
    selection: Selection


def known(request: Request, served: Served, site: Site) -> Known:
    """The straight line once more, with every input evaluated.

    Where the visit came from is not looked at for an item whose rules do not ask: words that a referrer lets slip would tell a
    language that the answer did not know of.
    """
    unread = VISIT_INPUTS if VISIT_INPUTS.isdisjoint(served.reads) else frozenset()
    reading = read(request, served, site, EVERYTHING - unread)
    decision = decide(reading.context, served.subject, site.book)
    return Known(request, served, site, reading, decision, select(decision.preference, served.item, stand(reading, site)))


def explanation(
    request: Request, served: Served, site: Site, *, operator: bool, in_language: str | None = None
) -> Explanation:
    """Why this request gets the variant that it gets. Labels are in the given language, else in that of the variant."""
    facts = known(request, served, site)
    reading, decision, selection = facts.reading, facts.decision, facts.selection
    language = in_language or reading_language(selection) or site.settings.default_language
    listed = decision.preference.languages if operator else _of_the_visitor(decision, selection)
    whole = reading if not VISIT_INPUTS.isdisjoint(served.reads) else read(request, served, site, EVERYTHING)
    return Explanation(
        item=served.item.id,
        kind=served.item.kind,
        channel=served.item.channel,
        revision=site.revision,
        preview=request.preview,
        stale=bool(site.stale),
        moment=request.moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        inputs=seen_inputs(request, whole, site, served.subject, listed),
        beyond=beyond(request.fields, request.query),
        languages=tuple(ListedPart(one.tag, one.origin, one.confidence.name) for one in listed),
        decision=_decision(facts),
        selection=_selection(served.item, selection, language),
        key=key_text(served.item.id, reading.classes).strip('"'),
        classes={name: text for name, text in reading.classes._asdict().items() if text},
        replay=_replay(facts),
        trace=_trace(facts) if operator else None,
    )


def _of_the_visitor(decision: Decision, selection: Selection) -> tuple[Listed, ...]:
    """The list without a language that a rule put into it, unless that is the one that counted."""
    languages = decision.preference.languages
    return tuple(one for one in languages if one.origin != "rule" or one is selection.language) or languages[:1]


def _decision(facts: Known) -> DecisionPart:
    selection = facts.selection
    return DecisionPart(
        reason="stale" if facts.site.stale else selection.reason,
        layer=selection.layer,
        rule=selection.rule,
        confidence=selection.confidence.name,
        place_confidence=facts.reading.place.confidence.name,
        expires=expires_text(facts.decision, selection),
        used=tuple(_word(word, facts.site) for word in selection.used),
        overrode=tuple(
            OverrodePart(layer=one.layer, rule=one.rule, said=one.said, norm=_norm(one.rule, facts.site))
            for one in selection.overrode
        ),
    )


def _word(word: Word, site: Site) -> WordPart:
    return WordPart(
        layer=word.layer,
        rule=word.rule,
        variant=word.variant,
        language=word.language,
        mode=word.mode,
        tags=dict(word.tags),
        why=dict(word.why),
        norm=_norm(word.rule, site),
    )


def _norm(name: str | None, site: Site) -> NormPart | None:
    """The row of that name. The site's own stand first, where both have one."""
    if name is None or not name.startswith("norm/"):
        return None
    row: Norm | None = next((row for row in site.book.norms.rows if row.name == name), None)
    return row and NormPart(
        place=row.place,
        mode=row.mode,
        sources=row.source_text,
        basis=row.basis,
        confidence=row.confidence.name,
        year=row.year,
        note=row.note,
        site=row.site,
    )


def _selection(item: Item, selection: Selection, language: str) -> SelectionPart:
    chosen = selection.variant
    listed = selection.language
    return SelectionPart(
        variant=_variant(item, chosen, selection.experience, language) if chosen else None,
        language=ListedPart(listed.tag, listed.origin, listed.confidence.name) if listed else None,
        text=selection.text,
        alternatives=tuple(_variant(item, one, experience, language) for one, experience in selection.alternatives),
    )


def _variant(item: Item, variant: Variant, experience: str, language: str) -> VariantPart:
    return VariantPart(
        id=variant.id,
        experience=experience,
        label=label_of(item, variant, language),
        audio=variant.audio,
        language=variant.language,
        voiceover=variant.voiceover,
        subtitles=variant.subtitles,
        burned_in=variant.burned_in,
        captions=variant.captions,
        audio_description=variant.audio_description,
        tags=dict(variant.tags),
        url=variant.url,
    )


def label_of(item: Item, variant: Variant, language: str) -> str:
    """What a menu in that language calls the variant."""
    return variant_label(
        variant.audio, variant.subtitles, variant.burned_in, variant.language, variant.voiceover, item.original_language,
        variant.captions, variant.audio_description, language,
    )  # fmt: skip


def _replay(facts: Known) -> Replay:
    named = replay_of(facts.request, facts.served, facts.site, facts.reading, facts.selection)
    return Replay(named, query_of(named))
