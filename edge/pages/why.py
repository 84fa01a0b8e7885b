"""Why it is this variant: the sentence, the editor's reason, what was overrode with its sources, and what else there is."""

from __future__ import annotations

from collections.abc import Iterable

from edge.explained import NormPart, OverrodePart, VariantPart, WordPart
from edge.pages.markup import Html, code, foreign, isolated, joined, tag
from edge.pages.texts import Texts
from edge.pages.view import View
from locales.norms import WORLD
from locales.preference import MODES
from variants.manifest import SplitPart
from variants.variant import WORDLESS


def headline(view: View) -> Html:
    """What the visitor gets, in one sentence."""
    texts, selection = view.texts, view.explained.selection
    variant = selection.variant
    if variant is None:
        return texts("told.barred")
    audio = variant.audio or variant.language
    if audio in (None, WORDLESS):
        return texts("told.wordless")
    original = view.served.item.original_language
    key = "page" if variant.audio is None and variant.experience == "original" else variant.experience
    name = texts.language_name(audio or "")
    text = texts.language_name(selection.text) if selection.text else texts("screen.none")
    return texts(f"told.{key}", audio=name, page=name, text=text, original=texts.language_name(original))


def why(view: View) -> Html:
    """The section."""
    texts, decision = view.texts, view.explained.decision
    parts: list[Html | None] = [tag("p", {"class": "lead"}, _sentence(view))]
    for word in decision.used:
        because = texts.of_editor(word.why)
        if because is not None:
            parts.append(tag("blockquote", None, because))
        parts += [tag("p", None, texts("why.said", said=_said_by(texts, word))), _sources(texts, word.rule, word.norm)]
    parts += [_split(texts, one) for one in decision.splits]
    parts += [_overrode(texts, one) for one in decision.overrode]
    parts.append(_certainty(view))
    return joined(*parts)


def _sentence(view: View) -> Html:
    texts, decision = view.texts, view.explained.decision
    rule = _rule(texts, decision.rule, next((word.norm for word in decision.used if word.norm), None))
    reason = decision.reason
    if reason == "default" and _is_last_resort(view):
        reason = "default_foreign"
    return texts(f"why.{reason}" if texts.has(f"why.{reason}") else "why.default", rule=rule)


def _is_last_resort(view: View) -> bool:
    selection = view.explained.selection
    return selection.language is None or selection.language.origin == "default"


def _rule(texts: Texts, name: str | None, norm: NormPart | None) -> Html:
    """A rule's full name; for a norm, its place in words too."""
    if norm is None or norm.place.startswith("@") or "-" in norm.place:
        return code(name or "")
    return joined(code(name or ""), " (", texts.territory(WORLD if norm.place == WORLD else norm.place), ")")


def _said_by(texts: Texts, word: WordPart) -> Html:
    said = [texts("said.variant", value=code(word.variant))] if word.variant else []
    said += [texts("said.language", value=texts.language_name(word.language))] if word.language else []
    said += [_order(texts, word.mode)] if word.mode else []
    said += [texts("said.tags", name=code(name), value=code(value)) for name, value in word.tags.items()]
    return texts.listed(said)


def _order(texts: Texts, modes: Iterable[str]) -> Html:
    return texts.listed([texts.word("said", mode) for mode in modes], "then")


def _split(texts: Texts, one: SplitPart) -> Html:
    """Which arm of an experiment, and why."""
    key = f"split.{one.fallback or 'arm'}"
    return tag("p", None, texts(key, experiment=code(one.experiment), arm=code(one.arm)))


def _overrode(texts: Texts, one: OverrodePart) -> Html:
    modes = [mode for mode in one.said if mode in MODES]
    said = _order(texts, modes) if modes else texts.listed([code(word) for word in one.said])
    rule = _rule(texts, one.rule or one.layer, one.norm)
    return tag(
        "div",
        {"class": "overrode"},
        tag("h3", None, texts("why.overrode_title")),
        tag("p", None, texts("why.overrode", rule=rule, said=said)),
        _sources(texts, one.rule, one.norm),
    )


def _sources(texts: Texts, rule: str | None, norm: NormPart | None) -> Html | None:
    """What a norm rests on: basis, confidence, year, and each source."""
    if norm is None:
        return None
    listed = [tag("li", None, foreign(source, "en", "ltr")) for source in norm.sources]
    own = joined(texts("why.site_norm"), ": ") if norm.site else None
    return joined(
        tag("p", {"class": "note"}, own, basis(texts, norm), "."),
        tag(
            "details",
            None,
            tag("summary", None, texts("why.source", rule=code(rule or ""))),
            tag("ul", {"class": "sources"}, *listed),
            tag("p", {"class": "note"}, foreign(norm.note, "en", "ltr")) if norm.note else None,
        ),
    )


def basis(texts: Texts, norm: NormPart) -> Html:
    """Basis, confidence and year of a row."""
    key = "why.basis" if norm.year else "why.basis_no_year"
    confidence = texts.word("confidence", norm.confidence)
    return texts(key, basis=texts.word("basis", norm.basis), confidence=confidence, year=texts.digits(str(norm.year)))


def _certainty(view: View) -> Html:
    texts, decision = view.texts, view.explained.decision
    parts = [texts("why.confidence", confidence=texts.word("confidence", decision.confidence))]
    if decision.expires:
        parts.append(texts("why.expires", moment=code(decision.expires.replace("T", " ").removesuffix("Z"))))
    return tag("p", {"class": "note"}, *(joined(part, " ") for part in parts))


# What else there is


def alternatives(view: View) -> Html:
    """The other variants, each as a link that chooses it; and the wishes that hold for every film."""
    texts = view.texts
    others = view.explained.selection.alternatives
    chosen = bool(view.named.get("choose"))
    links = [_alternative(view, one) for one in others]
    listed = tag("ul", {"class": "choices"}, *links) if links else tag("p", None, texts("alternatives.none"))
    return joined(listed, _wishes(view) if view.served.item.has_audio else None, _take_back(view) if chosen else None)


def _alternative(view: View, one: VariantPart) -> Html:
    texts = view.texts
    link = view.address(choose=f"variant={one.id}")
    title = {"href": link, "title": texts.plain("alternatives.choose", label=one.label)}
    kind = tag("span", {"class": f"kind {one.experience}"}, texts.word("experience", one.experience))
    return tag("li", None, tag("a", title, tag("span", {"class": "name"}, isolated(one.label)), kind, code(one.id)))


def _wishes(view: View) -> Html:
    wishes = (
        tag(
            "li", None, tag("a", {"href": view.address(choose=f"mode={mode}")}, view.texts(f"alternatives.mode_{mode}"))
        )
        for mode in ("original", "sub", "dub")
    )
    return tag("ul", {"class": "wishes"}, *wishes)


def _take_back(view: View) -> Html:
    return tag(
        "p", None, tag("a", {"class": "back", "href": view.address(choose=None)}, view.texts("alternatives.back"))
    )
