"""`isogloss match`: the best of the languages on offer for a value of Accept-Language, by eye or by ear, and why."""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache
from itertools import accumulate
from typing import Annotated, Any, Literal

import click
import msgspec

from locales.findings import did_you_mean
from locales.matcher import Match, Matcher
from locales.offers import read_matchable
from locales.tags import is_language, known_languages

#: So many sets of languages are kept prepared while lines are read.
_PREPARED = 256

Favor = Literal["normal", "script"]


@click.command()
@click.option("--want", metavar="HEADER", help='What the browser says, such as "gsw, fr;q=0.8".')
@click.option("--offer", metavar="TAGS", help="What is on offer, with commas: en,de,zh-Hant.")
@click.option("--ear", is_flag=True, help="Match soundtracks, by how languages sound.")
@click.option("--default", metavar="TAG", help="The answer where nothing is near. Without one there is none.")
@click.option("--favor", type=click.Choice(["normal", "script"]), default="normal", help="Script before language.")
@click.option("--threshold", type=click.IntRange(0, 1000), help="Distances from here on are no match.")
@click.option("--json", "as_json", is_flag=True, help="Print the match as JSON.")
@click.option("--jsonl", is_flag=True, help="Read one question (a JSON object) a line, answer one line each.")
def match(want: str | None, offer: str | None, default: str | None, as_json: bool, jsonl: bool, **options: Any) -> None:
    """Which of the languages on offer fits somebody best?"""
    if jsonl:
        if want is not None or offer is not None:
            raise click.UsageError(
                "--jsonl reads what is wanted and offered from its lines, not from --want and --offer."
            )
        raise SystemExit(_match_lines())
    offered = [text.strip() for text in (offer or "").split(",") if text.strip()]
    if not offered:
        raise click.UsageError("Say what is on offer, such as --offer en,de,zh-Hant.")
    _check([*offered, *([default] if default else [])])
    if want is None:
        raise click.UsageError(
            'Say what is wanted, such as --want "gsw, fr;q=0.8"; --want "" is a browser that says nothing.'
        )
    question = _Question(want, offered, default=default, **options)
    try:
        found = _matcher_for(question).match(os.fsencode(want))
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error
    click.echo(_as_json(found) if as_json else _in_words(found, want, options["ear"]))


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    """One line of `--jsonl`. `favor`, `threshold` and `default` may be left out."""

    want: str
    offer: list[str]
    ear: bool = False
    favor: Favor | None = None
    threshold: Annotated[int, msgspec.Meta(ge=0, le=1000)] | None = None
    default: str | None = None


def _matcher_for(question: _Question) -> Matcher:
    """Raises ValueError for a question that asks two things at once."""
    if question.ear and question.favor == "script":
        raise ValueError("a script is not heard: favor is for what is read")
    return _prepared(
        tuple(question.offer), question.default, question.favor == "script", question.threshold, question.ear
    )


@lru_cache(_PREPARED)
def _prepared(
    offered: tuple[str, ...], default: str | None, favour_script: bool, threshold: int | None, ear: bool
) -> Matcher:
    return Matcher(offered, default, favour_script=favour_script, threshold=threshold, ear=ear)


def _match_lines() -> int:
    status = 0
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            answer = _answer(msgspec.json.decode(line, type=_Question))
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            answer, status = {"error": f"line {number}: {error}"}, 1
        sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()
    return status


def _answer(question: _Question) -> dict[str, Any]:
    """Best, distance and rule, null where nothing is near. What is on offer and is no tag is told as well."""
    matcher = _matcher_for(question)
    found = matcher.match(question.want)
    answer: dict[str, Any] = {"best": None, "distance": None, "rule": None}
    if found is not None:
        answer = {"best": found.best, "distance": found.distance, "rule": found.rule}
    return {**answer, "unreadable": matcher.unreadable} if matcher.unreadable else answer


def _as_json(found: Match | None) -> str:
    members = ("best", "wanted", "distance", "rule", "runner_up", "combined")
    told = {name: getattr(found, name, None) for name in members}
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()


def _in_words(found: Match | None, want: str, ear: bool) -> str:
    if found is None:
        return "none  (nothing on offer is near enough, or it is refused)"
    why = f"for {_as_written(found.wanted, want)}" if found.wanted else "nothing is near enough"
    lines = [f"{found.best}  ({why})"]
    if found.distance is not None:
        lines.append(f"  distance    {found.distance} by {'ear' if ear else 'eye'}")
    return "\n".join([*lines, f"  rule        {found.rule}", f"  runner-up   {found.runner_up or 'none'}"])


def _as_written(wanted: str, want: str) -> str:
    """The wish as it stands in the header: `iw`, where the canonical tag is `he`."""
    written = (part.partition(";")[0].strip() for part in want.split(","))
    return next((text for text in written if wanted in (text, read_matchable(text))), wanted)


def _check(texts: list[str]) -> None:
    """Raises click.UsageError for what is no language, with "did you mean"."""
    for text in texts:
        for part in text.split("+"):
            if not _is_known(part):
                raise click.UsageError(f'"{part}" is no language. {_cure(part)}')


def _is_known(text: str) -> bool:
    tag = read_matchable(text)
    return tag is not None and (tag.startswith("x-") or is_language(tag))


def _cure(text: str) -> str:
    """The longest beginning that is a tag, a code that looks alike, or the tag of a language that is called so."""
    shorter = accumulate(re.split(r"[-_.@ ]", text), "{}-{}".format)
    tags = [tag for tag in map(read_matchable, filter(_is_known, shorter)) if tag]
    if tags:
        return f'Did you mean "{tags[-1]}"?'
    near = did_you_mean(text, known_languages()) if len(text) <= len("zxx") else _by_name(text)
    return near or 'Write a BCP 47 tag such as "es" or "zh-Hant".'


def _by_name(text: str) -> str:
    from babel import Locale  # only here: names are read for a mistake alone

    named = {name.casefold(): tag for tag, name in Locale("en").languages.items() if is_language(tag)}
    hint = did_you_mean(text, named)
    return f'Did you mean "{named[hint.split(chr(34))[1]]}"?' if hint else ""
