"""An explanation in plain English, line by line, for the command `isogloss explain`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from edge.explained import Explanation, NormPart, OverrodePart, TracePart, VariantPart, WordPart
from edge.provenance import Seen
from rules.wording import in_words as value_in_words
from rules.wording import told_draw

#: Who said an input → how that is told; `{name}` is the field, the parameter or the file.
_BY = {
    "preview": "named as {name}",
    "query": "parameter {name} of the address",
    "field": "field {name}",
    "cookie": "cookie {name}",
    "geo-file": "address of the connection, looked up in {name}",
    "registry": "address of the connection, by the registries' lists",
    "clock": "clock, in the site's zone",
    "url": "language that the address names",
    "rule": "a rule of the site",
    "terms": "language of the search words",
    "place": "languages of the place",
    "site": "the site's default",
    "catalogue": "catalogue",
    "withheld": "not looked at: the visitor has not agreed",
    "absence": "nothing was sent",
    "nobody": "",
}

#: As much of a raw text is told.
_LONGEST = 160


def in_words(explained: Explanation) -> str:
    """The whole explanation as lines of text."""
    return "\n".join(_lines(explained))


def _lines(explained: Explanation) -> Iterator[str]:
    yield from _answer(explained)
    yield ""
    yield "What was seen of the visitor"
    yield from (f"  {_seen(one)}" for one in explained.inputs if one.by != "nobody")
    unknown = [one.input for one in explained.inputs if one.by == "nobody"]
    if unknown:
        yield f"  unknown: {', '.join(unknown)}"
    if explained.beyond:
        yield f"  too long, so not read: {', '.join(explained.beyond)}"
    if explained.selection.alternatives:
        yield ""
        yield "What they could have instead"
        yield from (f"  {one.id}  {_experienced(one)}" for one in explained.selection.alternatives)
    yield ""
    yield f"Key     {explained.key}"
    yield f"Replay  {explained.replay.query}"
    if explained.trace is not None:
        yield from _trace(explained.trace)


def _answer(explained: Explanation) -> Iterator[str]:
    decision, variant = explained.decision, explained.selection.variant
    if variant is None:
        yield f"{explained.item}: barred. Rights or law leave no variant."
    else:
        yield f"{explained.item}: {variant.id}  {_experienced(variant)}"
    yield f"  reason      {decision.reason}{f', by {decision.rule}' if decision.rule else ''}"
    yield from (f"  said        {_word(word)}" for word in decision.used)
    yield from (f"  experiment  {told_draw(one.experiment, one.arm, one.fallback)}" for one in decision.splits)
    yield from (f"  overrode    {_overrode(one)}" for one in decision.overrode)
    languages = (f"{one.tag} ({one.origin}, {one.confidence})" for one in explained.languages)
    yield f"  languages   {', '.join(languages)}"
    yield f"  confidence  {decision.confidence}"
    yield f"  expires     {decision.expires or 'never by itself'}"


def _experienced(variant: VariantPart) -> str:
    return f"{variant.label} ({variant.experience})"


def _word(word: WordPart) -> str:
    said = " and ".join(filter(None, (
        f"variant {word.variant}" if word.variant else "",
        f"language {word.language}" if word.language else "",
        f"{', then '.join(word.mode)}" if word.mode else "",
        ", ".join(f"{name} = {value}" for name, value in word.tags.items()),
    )))  # fmt: skip
    why = word.why.get("en") or next(iter(word.why.values()), "")
    return ". ".join(filter(None, (f"{word.rule or word.layer}: {said}", why, _norm(word.norm))))


def _overrode(one: OverrodePart) -> str:
    return ". ".join(filter(None, (f"{one.rule or one.layer}: {', then '.join(one.said)}", _norm(one.norm))))


def _norm(norm: NormPart | None) -> str:
    """What a row rests on."""
    if norm is None:
        return ""
    year = f", {norm.year}" if norm.year else ""
    return f"{norm.basis}, confidence {norm.confidence}{year}: {'; '.join(norm.sources)}"


def _seen(one: Seen) -> str:
    told = _BY[one.by].format(name=one.name)
    raw = f": {_short(one.raw)}" if one.raw else ""
    return f"{one.input} is {value_in_words(one.value)}{f' ({told}{raw})' if told else ''}"


def _short(text: str) -> str:
    """A raw text as it may stand in a terminal: printable, and not too long."""
    shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def _trace(found: TracePart) -> Iterator[str]:
    yield from _block("How it came about", found.told)
    if not found.whole:
        yield "  Not every rule is told of here; --all-rules tells of each."
    yield from _block("Near misses", (one.told for one in found.near_misses))
    yield from _block("Not in force", (*found.inactive, *_more(found)))
    yield from _block("Barred", (f"{one.id}: {'; '.join(one.because)}" for one in found.barred))


def _more(found: TracePart) -> Iterator[str]:
    """How many others are not in force."""
    untold = found.inactive_count - len(found.inactive)
    if untold:
        yield f"and {untold:,} more"


def _block(title: str, lines: Iterable[str]) -> Iterator[str]:
    listed = list(lines)
    if listed:
        yield ""
        yield title
        yield from (f"  {_short(line) if len(line) > 400 else line}" for line in listed)
