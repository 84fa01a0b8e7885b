"""Why a visitor got what they got: `/v1/explain/{item}`, the command `explain`, and the page.

    Request ──▶ Reading, Decision, Selection (as for any answer) ──▶ Explanation ──▶ JSON, HTML, plain words

A visitor is told their own inputs, the winning rule and its reason, what it overrode, and what else they may choose. An operator
is told everything: rows tried, near misses, what is not in force, what is barred, every layer's word. The rows of long tables are
left out unless all rules are asked for, which takes as long as the tables are. Raw inputs stand here and nowhere else, so an
explanation is never stored and never shown to another origin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import NamedTuple

import msgspec
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.types import Scope

from edge import problems
from edge.answer import stand
from edge.endpoints import problem, service_of
from edge.entering import entering
from edge.explained import (
    BarredPart,
    CellPart,
    ClockPart,
    DecisionPart,
    Explanation,
    ListedPart,
    NearMissPart,
    NormPart,
    OverrodePart,
    Replay,
    RulePart,
    SelectionPart,
    TablePart,
    TracePart,
    VariantPart,
    WordPart,
)  # fmt: skip
from edge.headers import key_text, vary_text
from edge.parameters import parse_parameters
from edge.provenance import seen_inputs
from edge.reading import EVERYTHING, VISIT_INPUTS, Reading, read
from edge.rendering import expires_text
from edge.replaying import query_of, replay_of
from edge.request import Request
from edge.served import Served
from edge.signals.fields import QUERY, beyond
from edge.signals.moment import visitor_zone
from edge.site import Site
from edge.telling import in_words
from locales.names import variant_label
from locales.preference import Listed, Word
from rules.deciding import Decision, decide
from rules.nearness import NearMiss
from rules.schedules import local_time, parse_zone
from rules.tracing import CellTrace, RuleTrace, TableTrace, Trace, trace, trace_briefly
from rules.wording import in_words as value_in_words
from variants.bars import Stand, why_barred
from variants.manifest import reading_language, split_parts
from variants.selecting import Selection, select
from variants.variant import Item, Variant

__all__ = ["Known", "explain_endpoint", "explanation", "in_words", "known", "label_of", "prefers_html", "unread"]

PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
HTML, JSON = "text/html", "application/json"

#: The parameter by which an operator asks for all rules, and its value.
TRACE, ALL_RULES = "trace", "all"

#: Of a word, where nobody says otherwise.
NOTHING: Mapping[str, str] = {}


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

    Where the visit came from and the age are not looked at for an item that does not ask: words that a referrer lets slip would
    tell a language that the answer did not know of, and shipped norms know of ages.
    """
    reading = read(request, served, site, EVERYTHING - _unasked(served))
    decision = decide(reading.context, served.subject, site.book)
    return Known(
        request, served, site, reading, decision, select(decision.preference, served.item, stand(reading, site))
    )


def _unasked(served: Served) -> frozenset[str]:
    visit = VISIT_INPUTS if VISIT_INPUTS.isdisjoint(served.reads) else frozenset()
    return visit | (frozenset({"age"}) - served.reads)


def explanation(
    request: Request,
    served: Served,
    site: Site,
    *,
    operator: bool,
    all_rules: bool = False,
    in_language: str | None = None,
    unread: tuple[str, ...] = (),
) -> Explanation:
    """Why this request gets the variant that it gets. Labels are in the given language, else in that of the variant.

    `all_rules`: an operator is told of each rule that was tried, however many there are. `unread` names what was left behind
    before there was a request.
    """
    facts = known(request, served, site)
    reading, decision, selection = facts.reading, facts.decision, facts.selection
    language = in_language or reading_language(selection) or site.settings.default_language
    listed = decision.preference.languages if operator else _of_the_visitor(decision, selection)
    whole = read(request, served, site, EVERYTHING) if _unasked(served) else reading
    return Explanation(
        item=served.item.id,
        kind=served.item.kind,
        channel=served.item.channel,
        revision=site.revision,
        preview=request.preview,
        stale=bool(site.stale),
        moment=request.moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        clock=_clock(request, site, reading),
        inputs=seen_inputs(request, whole, site, served.subject, listed),
        beyond=(*beyond(request.fields), *unread),
        languages=tuple(ListedPart(one.tag, one.origin, one.confidence.name) for one in listed),
        decision=_decision(facts),
        selection=_selection(served.item, selection, language),
        key=key_text(served.item.id, reading.classes).strip('"'),
        classes={name: text for name, text in reading.classes._asdict().items() if text},
        replay=_replay(facts),
        trace=_trace(facts, all_rules) if operator else None,
    )


def _clock(request: Request, site: Site, reading: Reading) -> ClockPart:
    zone = visitor_zone(reading.place)
    local = local_time(request.moment, site.settings.zone).isoformat(timespec="minutes")
    theirs = parse_zone(zone) if zone is not None else None
    there = local_time(request.moment, theirs).isoformat(timespec="minutes") if theirs else None
    return ClockPart(str(site.settings.zone), local, zone, there)


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
        splits=split_parts(selection),
    )


def _word(word: Word, site: Site, overridden: Mapping[str, str] = NOTHING) -> WordPart:
    return WordPart(
        layer=word.layer,
        rule=word.rule,
        variant=word.variant,
        language=word.language,
        mode=word.mode,
        tags=dict(word.tags),
        why=dict(word.why),
        norm=_norm(word.rule, site),
        split="" if word.drawn is None else str(word.drawn),
        overridden=dict(overridden),
    )


def _norm(name: str | None, site: Site) -> NormPart | None:
    """The row of that name, where the rule is one: a book never has two of a name."""
    if name is None or not name.startswith("norm/"):
        return None
    row = next(row for row in site.book.norms.rows if row.name == name)
    return NormPart(
        place=row.place,
        mode=row.mode,
        sources=row.citations,
        basis=row.basis,
        confidence=row.confidence.name,
        year=row.year,
        note=row.note,
        review=row.review.isoformat() if row.review else None,
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


# For operators.


def _trace(facts: Known, all_rules: bool) -> TracePart:
    found = (trace if all_rules else trace_briefly)(facts.reading.context, facts.served.subject, facts.site.book)
    return TracePart(
        words=tuple(_words(found, facts.site)),
        tables=tuple(map(_table, found.tables)),
        near_misses=tuple(map(_near_miss, found.near_misses)),
        inactive=tuple(map(str, found.inactive)),
        inactive_count=found.inactive_count,
        barred=tuple(_barred(facts.served.item, stand(facts.reading, facts.site))),
        norm_steps=tuple(map(str, found.norm.steps)) if found.norm else (),
        told=found.sentences,
        whole=found.whole,
    )


def _words(found: Trace, site: Site) -> Iterator[WordPart]:
    """What every layer says, and who is heard instead of it."""
    for word in found.decision.preference.words:
        lost = (one for one in found.overridden if one.word is word)
        yield _word(word, site, {one.output: one.by.rule or one.by.layer for one in lost})


def _table(traced: TableTrace) -> TablePart:
    return TablePart(
        table=traced.table,
        winner=traced.winner,
        count=traced.count,
        tried_count=traced.tried_count,
        tried=tuple(map(_rule, traced.tried)),
    )


def _rule(traced: RuleTrace) -> RulePart:
    return RulePart(traced.rule.name, traced.matches, traced.in_force, tuple(map(_cell, traced.cells)), str(traced))


def _cell(traced: CellTrace) -> CellPart:
    return CellPart(traced.cell.input, traced.cell.text, value_in_words(traced.value), traced.holds)


def _near_miss(near: NearMiss) -> NearMissPart:
    return NearMissPart(near.rule.name, _cell(CellTrace(near.cell, near.value, holds=False)), str(near))


def _barred(item: Item, where: Stand) -> Iterator[BarredPart]:
    for variant in item.variants:
        because = tuple(why_barred(variant.bars, where)) if variant.bars else ()
        if because:
            yield BarredPart(variant.id, because)


# Over HTTP.


async def explain_endpoint(request: HttpRequest) -> HttpResponse:
    """`/v1/explain/{item}`: for a browser as a page, for everybody else as JSON. No other origin may read it."""
    service = service_of(request)
    site = service.site
    served = site.served.get(request.path_params["item"])
    if served is None:
        return problem(problems.NO_SUCH_ITEM, PRIVATE)
    entered = entering(request.scope, service, lookup=False)
    operator = service.operators.admits(entered.fields.get(b"authorization"))
    fields = {**PRIVATE, "Vary": _vary(served, site, entered)}
    if prefers_html(request.headers.get("accept", "")):
        from edge.pages.traces import trace_page

        return trace_page(request, entered, served, site, operator=operator, fields=fields)
    made = explanation(
        entered, served, site, operator=operator, all_rules=asks_all_rules(request.scope), unread=unread(request.scope)
    )
    return HttpResponse(msgspec.json.encode(made), headers=fields, media_type=JSON)


def asks_all_rules(scope: Scope) -> bool:
    """Whether each rule that was tried is asked for, `?trace=all`: a site may have very many."""
    return parse_parameters(scope["query_string"]).get(TRACE) == ALL_RULES


def unread(scope: Scope) -> tuple[str, ...]:
    """What passes its limit so far that no request has it: the query."""
    return ("query",) if len(scope["query_string"]) > QUERY else ()


def _vary(served: Served, site: Site, request: Request) -> str:
    """What selects the form, and every field that the item could read."""
    reading = read(request, served, site)
    listed, _ = served.vary(reading.via, request.by_field)
    return ", ".join(filter(None, (vary_text(["accept"]), listed.decode())))


def prefers_html(accept: str) -> bool:
    """Whether an `Accept` (RFC 9110 §12.5.1) likes HTML better than JSON. In doubt it is a program that asks."""
    return _weight(accept, HTML) > _weight(accept, JSON)


def _weight(accept: str, wanted: str) -> float:
    """The weight of a media type by the most exact range that holds it; 0 where none does."""
    ranges = dict(_ranges(accept[:1024]))
    kind = wanted.partition("/")[0]
    return next((ranges[one] for one in (wanted, f"{kind}/*", "*/*") if one in ranges), 0.0)


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        name, *parameters = (one.strip().lower() for one in part.split(";"))
        weight = next((one[2:] for one in parameters if one.startswith("q=")), "1")
        yield name, float(weight) if weight.replace(".", "", 1).isdecimal() and weight.isascii() else 0.0
