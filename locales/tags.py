"""Language tags: canonical form, likely subtags, containment.

BCP 47 (RFC 5646) gives the syntax, UTS #35 the canonical form (Annex C, LocaleId Canonicalization) and the likely
subtags, CLDR the tables. Tags come from visitors as well: text is bounded before it is looked at, and what is no tag is
None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from msgspec import Struct

from locales import cldr

#: Longest tag that is read, in characters.
MAX_LENGTH = 64

#: Codes of ISO 639 that name no language. Each is like itself only; likely subtags alone would take `und` for English.
NO_LANGUAGE = frozenset(("und", "mul", "mis", "zxx"))

#: Languages of today that CLDR has as part of another (its parent locales): Norwegian is written in two standards.
#: `no` is asked for by pages and rules, `nb` is what browsers send.
WITHIN = {"nb": "no", "nn": "no"}

_MEMO = 4096

#: What most tags are: a language, a script, a region, each written as it should be.
USUAL = r"([a-z]{2,3})(?:-([A-Z][a-z]{3}))?(?:-([A-Z]{2}|[0-9]{3}))?"
_USUAL = re.compile(USUAL)


class _Parts(Struct, frozen=True):
    """A tag taken apart, every part in its canonical case; '' where it has none."""

    language: str
    script: str = ""
    region: str = ""
    variants: tuple[str, ...] = ()

    def subtags(self) -> tuple[str, ...]:
        return (self.language, self.script, self.region, *self.variants)


class _Rule(Struct, frozen=True):
    """An alias of more than a language alone, as `zh-hakka` → `hak`; language `und` stands for any."""

    old: _Parts
    new: _Parts

    def fits(self, parts: _Parts) -> bool:
        return (
            self.old.language in ("und", parts.language)
            and self.old.region in ("", parts.region)
            and set(self.old.variants) <= set(parts.variants)
        )

    def apply(self, parts: _Parts) -> _Parts:
        """UTS #35: what the rule names is taken away, what it gives fills what is then empty."""
        region = "" if self.old.region else parts.region
        return _Parts(
            parts.language if self.new.language == "und" else self.new.language,
            parts.script or self.new.script,
            region or self.new.region,
            tuple(sorted((set(parts.variants) - set(self.old.variants)) | set(self.new.variants))),
        )


class _Aliases(Struct, frozen=True):
    """The alias tables, ready to use: whole tags in lower case, languages, rules (the most exact first), the rest.

    `marked` are the variants, and the language `sgn`, without which no rule fits. `touched` are the languages, scripts and
    regions that an alias could change, but for the regions of `heirs`, each of which became one other.
    """

    whole: dict[str, str]
    languages: dict[str, _Parts]
    rules: tuple[_Rule, ...]
    marked: frozenset[str]
    scripts: dict[str, str]
    territories: dict[str, str]
    touched: frozenset[str]
    heirs: dict[str, str]


def read_tag(text: str) -> str | None:
    """As `parse_tag`, but nothing is remembered: for those who remember what they read it from."""
    if len(text) > MAX_LENGTH or not text.isascii():
        return None
    usual = _USUAL.fullmatch(text)
    tag = usual_tag(text, usual.group(1, 2, 3)) if usual is not None else None
    if tag is not None:
        return tag
    aliases = _aliases()
    lowered = text.strip().lower().replace("_", "-")
    found = _split(aliases.whole.get(lowered, lowered).lower())
    if found is None:
        return None
    parts, rest = found
    extensions = _extensions(rest)
    if extensions is None or len(set(parts.variants)) < len(parts.variants):
        return None
    tag = "-".join(filter(None, (*_canonical(parts).subtags(), extensions)))
    return tag if len(tag) <= MAX_LENGTH else None


def usual_tag(text: str, subtags: Sequence[str | None]) -> str | None:
    """The canonical tag of a text that fits `USUAL`, whose groups are `subtags`; None where it takes more to tell."""
    aliases = _aliases()
    if not aliases.touched.isdisjoint(subtags):
        return None
    region = subtags[2]
    heir = aliases.heirs.get(region) if region else None
    return text if heir is None or not region else text[: -len(region)] + heir


_remembered = lru_cache(_MEMO)(read_tag)


def parse_tag(text: str) -> str | None:
    """The canonical tag: `iw` → `he`, `ZH_tw` → `zh-TW`, `sh` → `sr-Latn`, `i-klingon` → `tlh`, `zh-yue` → `yue`.

    None for what is not well-formed, is longer than 64 characters, or names no language (`*`, `x-…`). Whether the
    language exists is not asked: see `is_language`. Extensions are put in order of their singletons and else left as
    they are.
    """
    return _remembered(text) if len(text) <= MAX_LENGTH else None


@lru_cache(_MEMO)
def maximise(tag: str) -> tuple[str, str, str]:
    """Language, script, region with the likely ones filled in (UTS #35, Add Likely Subtags); '' for what is not known.

    `zh-TW` → (zh, Hant, TW). A tag that cannot be read gives three empty texts.
    """
    parts = _parts_of(tag)
    return complete(parts.language, parts.script, parts.region) if parts is not None else ("", "", "")


def complete(language: str, script: str, region: str) -> tuple[str, str, str]:
    """The same for a tag that has been taken apart, '' where it names none. Nothing is remembered."""
    script = "" if script == "Zzzz" else script
    region = "" if region == "ZZ" else region
    likely = _likely(language, script, region)
    if likely is None:
        return (language, script, region)
    return (likely[0] if language == "und" else language, script or likely[1], region or likely[2])


@lru_cache(_MEMO)
def names(tag: str) -> int:
    """Which subtags a tag names itself: 4 for the language (not `und`), 2 for the script, 1 for the region, summed."""
    parts = _parts_of(tag)
    if parts is None:
        return 0
    return 4 * (parts.language != "und") + 2 * bool(parts.script) + bool(parts.region)


def combine(chosen: str, wanted: str) -> str:
    """The chosen tag with the region, the variants and the extensions of the wanted one, where it names any.

    Somebody who wants `fr-BE` and gets French texts still writes dates as in Belgium: `fr` and `fr-BE` give `fr-BE`, as
    ICU's LocaleMatcher::Result::makeResolvedLocale does. A tag that cannot be read changes nothing.
    """
    own, given = _taken_apart(chosen), _taken_apart(wanted)
    if own is None or given is None:
        return chosen
    (parts, rest), (asked, asked_rest) = own, given
    parts = _Parts(parts.language, parts.script, asked.region or parts.region, asked.variants or parts.variants)
    extensions = {**(_singletons(rest) or {}), **(_singletons(asked_rest) or {})}
    return "-".join(filter(None, (*parts.subtags(), _in_order(extensions))))


def language_of(tag: str) -> str:
    """The language subtag of a canonical tag."""
    return tag.partition("-")[0]


@lru_cache(_MEMO)
def covers(wide: str, narrow: str) -> bool:
    """Whether all that `wide` names holds for `narrow` with its likely subtags: `zh` ⊇ `zh-Hant` ⊇ `zh-TW`, `no` ⊇ `nb`.

    Both are canonical tags. Region 001 and the other groups of UN M49 cover their members, `es-419` ⊇ `es-MX`. Variants
    must be there as well.
    """
    return _contains(wide, narrow, maximise(narrow)[2])


@lru_cache(_MEMO)
def refuses(wide: str, narrow: str) -> bool:
    """As `covers`, but a region that `narrow` does not name is not guessed: refusing `en-US` does not refuse `en`."""
    parts = _parts_of(narrow)
    return parts is not None and _contains(wide, narrow, parts.region)


def _contains(wide: str, narrow: str, region: str) -> bool:
    asked, given = _parts_of(wide), _parts_of(narrow)
    if asked is None or given is None or narrow in NO_LANGUAGE:
        return asked is not None and wide == narrow
    language, script, _ = maximise(narrow)
    return (
        asked.language in (given.language, language, WITHIN.get(language))
        and asked.script in ("", script)
        and (asked.region in ("", region) or _lies_in(region, asked.region))
        and set(asked.variants) <= set(given.variants)
    )


def _lies_in(region: str, group: str) -> bool:
    """Whether a territory, or all of a smaller group, is in a group: 419 itself stands beside the tree."""
    members = members_of(group)
    smaller = members_of(region)
    return region in members or (bool(smaller) and smaller <= members)


def is_language(tag: str) -> bool:
    """Whether CLDR knows the language of the tag: ISO 639-1 and -3, groups included, and what they are aliases of."""
    canonical = parse_tag(tag)
    return canonical is not None and language_of(canonical) in known_languages()


@cache
def known_languages() -> frozenset[str]:
    """Every language code that CLDR knows, about 7,700."""
    likely = (key for key in cldr.table("likely") if "-" not in key)
    return NO_LANGUAGE.union(likely, cldr.table("languages")["other"])


@cache
def _any_tag() -> re.Pattern[str]:
    """RFC 5646 §2.1, with one extlang and no language of five letters or more: none is registered."""
    return re.compile(
        r"([a-z]{2,3})(?:-([a-z]{3}))?"  # language, extlang
        r"(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?"  # script, region
        r"((?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"  # variants
        r"((?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?)",  # extensions, private use
        re.ASCII,
    )


def _split(text: str) -> tuple[_Parts, str] | None:
    """A tag in lower case, taken apart; the second value is what follows the variants. An extlang stands for itself."""
    found = _any_tag().fullmatch(text)
    if found is None:
        return None
    language, extlang, script, region, variants, rest = found.groups(default="")
    return _Parts(extlang or language, script.title(), region.upper(), tuple(variants.split("-")[1:])), rest


def _canonical(parts: _Parts) -> _Parts:
    """UTS #35 Annex C. Every rule takes a variant or a region away, so that the loop ends."""
    aliases = _aliases()
    language = aliases.languages.get(parts.language)
    if language is not None:
        script, region = parts.script or language.script, parts.region or language.region
        parts = _Parts(language.language, script, region, parts.variants)
    parts = _Parts(
        parts.language,
        aliases.scripts.get(parts.script, parts.script),
        _territory(parts),
        tuple(sorted(parts.variants)),
    )
    if not aliases.marked.isdisjoint((parts.language, *parts.variants)):
        while rule := next((rule for rule in aliases.rules if rule.fits(parts)), None):
            parts = rule.apply(parts)
    return parts


def _territory(parts: _Parts) -> str:
    """The region of today: where one became several, the one that the language is at home in, else the first."""
    replaced = _aliases().territories.get(parts.region)
    if replaced is None:
        return parts.region
    heirs = replaced.split(" ")
    likely = _likely(parts.language, parts.script, "") if len(heirs) > 1 else None
    return likely[2] if likely and likely[2] in heirs else heirs[0]


def _extensions(rest: str) -> str | None:
    """Extensions in order of their singletons, private use last; None where one stands twice (RFC 5646 §2.2.6)."""
    found = _singletons(rest)
    return None if found is None else _in_order(found)


def _singletons(rest: str) -> dict[str, str] | None:
    """Singleton → the extension that begins with it, `u` → `u-nu-latn`, `x` for private use; None where one stands twice."""
    if not rest:
        return {}
    public, _, private = f"{rest}-".partition("-x-")
    extensions = re.findall(r"-([a-wyz0-9](?:-[a-z0-9]{2,8})+)", public)
    found = {extension[0]: extension for extension in extensions}
    if len(found) < len(extensions):
        return None
    return {**found, "x": f"x-{private[:-1]}"} if private else found


def _in_order(extensions: Mapping[str, str]) -> str:
    return "-".join(extensions[singleton] for singleton in sorted(extensions, key=lambda one: (one == "x", one)))


@lru_cache(_MEMO)
def _parts_of(tag: str) -> _Parts | None:
    usual = _USUAL.fullmatch(tag)
    if usual is not None:
        language, script, region = subtags = usual.groups("")
        if usual_tag(tag, subtags) == tag:
            return _Parts(language, script, region)
    found = _taken_apart(tag)
    return found[0] if found else None


def _taken_apart(tag: str) -> tuple[_Parts, str] | None:
    canonical = parse_tag(tag)
    return _split(canonical.lower()) if canonical else None


def _likely(language: str, script: str, region: str) -> tuple[str, str, str] | None:
    """The most exact entry of the likely subtags, or None: the language, script and region that it gives."""
    table = cldr.table("likely")
    found = (
        (script and region and table.get(f"{language}-{script}-{region}"))
        or (script and table.get(f"{language}-{script}"))
        or (region and table.get(f"{language}-{region}"))
        or table.get(language)
    )
    if not found:
        return None
    given, likely_script, likely_region = found.split("-")
    return (given, likely_script, likely_region)


@cache
def members_of(group: str) -> frozenset[str]:
    """All territories and groups inside a group of UN M49 or EU, EZ, UN; empty for a territory."""
    direct = cldr.table("containment").get(group, ())
    return frozenset(direct).union(*map(members_of, direct))


@cache
def _aliases() -> _Aliases:
    table = cldr.table("aliases")
    whole, languages, rules = {}, {}, []
    for old, new in table["language"].items():
        if "-" in old:
            whole[old.lower()] = new
            rules += _rule(old, new)
        else:
            languages[old] = _plain(new)
    for old, new in table["variant"].items():
        rules.append(_Rule(_Parts("und", "", "", (old,)), _Parts("und", "", "", (new,))))
    rules.sort(key=_exactness)
    marked = frozenset(("sgn",)).union(*(rule.old.variants for rule in rules))
    scripts, territories = table["script"], table["territory"]
    heirs = {old: new for old, new in territories.items() if " " not in new}
    several = territories.keys() - heirs.keys()
    usual = [old for old in whole if re.fullmatch(USUAL, old, re.IGNORECASE)]
    touched = marked.union(languages, map(language_of, usual), scripts, several)
    return _Aliases(whole, languages, tuple(rules), marked, scripts, territories, touched, heirs)


def _plain(tag: str) -> _Parts:
    language, *rest = tag.split("-")
    script = next((part for part in rest if len(part) == 4), "")
    return _Parts(language, script, next((part for part in rest if part != script), ""))


def _rule(old: str, new: str) -> list[_Rule]:
    """The rule of an alias that names a region or variants; none where it only holds for the tag as a whole."""
    source, target = _split(old.lower()), _split(new.lower())
    if source is None or target is None or target[1] or not (source[0].region or source[0].variants):
        return []
    return [_Rule(source[0], target[0])]


def _exactness(rule: _Rule) -> tuple[int, str, tuple[str, ...]]:
    named = (rule.old.language != "und") + bool(rule.old.region) + len(rule.old.variants)
    return -named, rule.old.language, rule.old.variants
