"""JSON Schema of a site's TOML files, for the completion and the underlining of editors. Made from the types that load them.

The draft is 2020-12. A schema tells an editor at once what `isogloss check` tells with more words: unknown names, words that
are none of a list, wrong types. It never refuses what loads, and lets some things pass that do not: that needs the whole site.
Dates are texts in it, as editors hand them to a schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from edge.settings import RANGES, WORDS, SiteFile
from edge.signals.presets import NAMEABLE, PRESETS
from locales.laws import HEARD
from locales.norm_rows import BASES
from locales.preference import MODES, Confidence
from locales.territories import TERRITORIES
from rules.cell_values import UNKNOWN
from rules.forms import HeadForm, RuleForm, TestForm
from rules.inputs import AGES, CHANNELS, IDENTIFIER, INPUTS, RESERVED, VISITOR_NAMES, Input
from rules.loading import EXPECTATIONS, HIT_POLICIES, ZONES
from rules.split_parts import HEAVIEST, LONGEST_SALT, MOST_ARMS
from rules.splits import HASHES
from variants.catalog import DEVICES, KINDS, File

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"

_TAG = r"([A-Za-z]{2,8}|[iI])([-_][A-Za-z0-9]{1,8})*"
_GROUP = r"@[A-Za-z0-9_-]+"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def _text(**more: Any) -> Schema:
    return {"type": "string", **more}


def _pattern(pattern: str) -> Schema:
    return _text(pattern=f"^({pattern})$")


def _words(words: Iterable[str]) -> Schema:
    return {"enum": [*words]}


def _list(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


def _one_or_more(items: Schema) -> Schema:
    return {"anyOf": [items, _list(items)]}


def _table(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    """A table that has no other keys."""
    found: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**found, "required": [*required]} if required else found


def _map(names: Schema, values: Schema) -> Schema:
    return {"type": "object", "propertyNames": names, "additionalProperties": values}


ID: Schema = {**_pattern(IDENTIFIER.pattern), "not": {"enum": sorted(RESERVED)}}
TAG = _pattern(_TAG)
TAGS = _map(ID, _text(minLength=1))
MOMENT = _text(pattern=f"^{_DAY}")
PLACE: Schema = {"anyOf": [_words(TERRITORIES), _pattern(_GROUP)]}
_SUBTITLES = _pattern(rf"{_TAG}(\+{_TAG})*")


# Cells


def _cell(row: Input) -> Schema:
    """A value of an input, or a list of them. Words that can be completed come first, then all ways to write them."""
    values = _VALUES[row.kind](row)
    return {"description": row.description, "anyOf": [*values, _list({"anyOf": values}), {"const": ""}]}


def _written(pattern: str) -> Schema:
    """A value with or without `!`, or `unknown`; spaces around it do no harm."""
    return _text(pattern=rf"^\s*(!\s*)?({pattern}|{UNKNOWN})\s*$")


def _listed(row: Input, more: str = "") -> list[Schema]:
    words = "|".join(map(re.escape, row.values))
    signed = [*row.values, UNKNOWN, *(f"!{word}" for word in (*row.values, UNKNOWN))]
    return [_words(signed), _written(f"{words}{more}")]


def _cycle(row: Input) -> list[Schema]:
    words = "|".join(row.values)
    return _listed(row, rf"|({words})\s*\.\.\s*({words})")


def _territory(row: Input) -> list[Schema]:
    codes = [*TERRITORIES, *(f"!{code}" for code in TERRITORIES)]
    return [_words([*codes, UNKNOWN, f"!{UNKNOWN}"]), _written(f"{'|'.join(TERRITORIES)}|{_GROUP}")]


def _name(row: Input) -> list[Schema]:
    return [_words([*row.values, *(f"!{word}" for word in row.values)]), _written(IDENTIFIER.pattern)]


_HOUR = r"[0-9]{1,2}"
_VALUES: Mapping[str, Callable[[Input], list[Schema]]] = {
    "territory": _territory,
    "region": lambda row: [_written(r"[A-Z]{2}-[A-Z0-9]{1,3}")],
    "tag": lambda row: [_written(_TAG)],
    "word": _listed,
    "cycle": _cycle,
    "hour": lambda row: [
        {"type": "integer", "minimum": 0, "maximum": 23},
        _written(rf"{_HOUR}(\s*\.\.\s*{_HOUR})?"),
    ],
    "date": lambda row: [_written(rf"{_DAY}(\s*\.\.\s*{_DAY})?")],
    "flag": lambda row: [{"type": "boolean"}, *_listed(row, "|true|false")],
    "name": _name,
    "text": lambda row: [_text(minLength=1), {"type": "integer"}],
    "words": lambda row: [_text(minLength=1), {"type": "integer"}],
}


# Files


def _forms(*types: type) -> dict[str, Schema]:
    """The schemas of types by name, without null, which TOML has not."""
    _, found = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    return {name: _without_null(schema) for name, schema in found.items()}


def _without_null(schema: Schema) -> Schema:
    properties = {name: _plain(dict(one)) for name, one in schema["properties"].items()}
    return {**schema, "properties": properties}


def _plain(schema: Schema) -> Schema:
    """One property: `X or null` is X, and a default of null none."""
    options = [one for one in schema.pop("anyOf", ()) if one != {"type": "null"}]
    if len(options) == 1:
        schema |= options[0]
    elif options:
        schema["anyOf"] = options
    return {name: value for name, value in schema.items() if (name, value) != ("default", None)}


def _refine(schema: Schema, **properties: Schema) -> None:
    """Says more of properties that the type of a form has; of one that it has not, KeyError."""
    known = schema["properties"]
    for written, more in properties.items():
        name = written.rstrip("_")
        kept = {word: value for word, value in known[name].items() if word in ("default", "description")}
        known[name] = {**kept, **more}


def _rules() -> Schema:
    defs = _forms(HeadForm, RuleForm, TestForm)
    _refine(defs["HeadForm"], id=ID, hit_policy=_words(HIT_POLICIES), zone=_words(ZONES))
    _refine(defs["OutcomeForm"], variant=ID, language=TAG, mode=_order(), tags=TAGS)
    _refine(defs["ScheduleForm"], from_=MOMENT, until=MOMENT)
    why = {"anyOf": [_text(), _map(_text(pattern=f"^({_TAG})?$"), _text(minLength=1))]}
    share: Schema = {"type": "number", "minimum": 0, "maximum": 100}
    weight: Schema = {"type": "integer", "minimum": 0, "maximum": HEAVIEST}
    arms = _list(_ref("ArmForm"), minItems=2, maxItems=MOST_ARMS)
    _refine(defs["ArmForm"], id=ID, weight=weight)
    _refine(
        defs["SplitForm"],
        experiment=ID,
        hash=_words(HASHES),
        default=ID,
        arms=arms,
        coverage=share,
        holdout=share,
        salt=_text(maxLength=LONGEST_SALT),
    )
    defs["RuleForm"] |= _THEN_OR_SPLIT
    _refine(
        defs["RuleForm"], id=ID, when=_table({row.name: _cell(row) for row in INPUTS.values() if row.cell}), why=why
    )
    given = {"type": ["string", "number", "boolean"]}
    expected = {name: _words(words) if words else _text() for name, words in EXPECTATIONS.items()}
    _refine(
        defs["TestForm"],
        item=ID,
        given=_table(dict.fromkeys(VISITOR_NAMES, given)),
        expect={**_table(expected), "minProperties": 1},
    )
    parts = {"table": _ref("HeadForm"), "rules": _list(_ref("RuleForm")), "tests": _list(_ref("TestForm"))}
    return {**_table(parts, ["table"]), "$defs": defs}


#: A rule says something, or its arms do.
_THEN_OR_SPLIT: Schema = {
    "if": {"required": ["split"]},
    "then": {"not": {"required": ["then"]}},
    "else": {"required": ["then"]},
}


def _order() -> Schema:
    return {"anyOf": [_words(MODES), _list(_words(MODES), minItems=1, uniqueItems=True)]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _variants() -> Schema:
    defs = _forms(File)
    _refine(
        defs["ItemRow"],
        id=ID,
        kind=_words(KINDS),
        original_language=TAG,
        channel=_words(CHANNELS),
        title=_map(TAG, _text()),
        fallback=ID,
    )
    _refine(
        defs["VariantRow"],
        id=ID,
        url=_text(minLength=1),
        audio=TAG,
        language=TAG,
        tags=TAGS,
        devices=_list(_words(DEVICES)),
        only_in=_list(PLACE),
        not_in=_list(PLACE),
        from_=MOMENT,
        until=MOMENT,
        **dict.fromkeys(("subtitles", "burned_in", "captions", "audio_description"), _list(_SUBTITLES)),
    )
    return {**defs.pop("File"), "$defs": defs}


def _site() -> Schema:
    defs = _forms(SiteFile)
    by_section = {name: defs[one["$ref"].rpartition("/")[2]] for name, one in _references(defs["SiteFile"])}
    for (section, key), words in WORDS.items():
        _refine(by_section[section], **{key: _words(words)})
    for (section, key), (least, most) in RANGES.items():
        kind = by_section[section]["properties"][key]["type"]
        _refine(by_section[section], **{key: {"type": kind, "minimum": least, "maximum": most}})
    _refine(by_section["site"], default_language=TAG, languages=_list(TAG))
    _refine(by_section["cache"], keyed=_list(_words(INPUTS)))
    _refine(defs["SiteFile"], proxies=_list(_proxy()))
    return {**defs.pop("SiteFile"), "$defs": defs}


def _references(schema: Schema) -> list[tuple[str, Schema]]:
    return [(name, one) for name, one in schema["properties"].items() if "$ref" in one]


def _proxy() -> Schema:
    return _table(
        {
            "from": _one_or_more(_text(minLength=1)),
            "preset": _words(PRESETS),
            "headers": _table(dict.fromkeys(NAMEABLE, _text())),
            "secret_env": _text(minLength=1),
            "secret_header": _text(minLength=1),
            "context": {"type": "boolean"},
            "normalised": {"type": "boolean"},
        },
        ["from"],
    )


def _locales() -> Schema:
    group = _map(_pattern(r"[a-z][a-z0-9_-]{0,63}"), _list(_text(minLength=1), minItems=1))
    return _table({"groups": group, "norms": _list(_norm()), "laws": _list(_law())})


_KIND = _pattern(r"[a-z][a-z0-9_-]{0,63}")
_YEAR: Schema = {"type": "integer", "minimum": 1900, "maximum": 2199}
_PLACES: Mapping[str, Schema] = {
    "territory": _words(TERRITORIES),
    "region": _pattern(r"[A-Z]{2}-[A-Z0-9]{1,3}"),
    "group": _pattern("@?[A-Za-z0-9_-]+"),
    "place": _text(minLength=2),
}


def _norm() -> Schema:
    fields = {
        **_PLACES,
        "language": TAG,
        "kind": {"anyOf": [_words(KINDS), _KIND]},
        "channel": _words(CHANNELS),
        "age": _words(AGES),
        "mode": _order(),
        "source": _sources(),
        "basis": _words(BASES),
        "confidence": _words(Confidence.__members__),
        "year": _YEAR,
        "review": _text(pattern=f"^{_DAY}$"),
        "note": _text(),
    }
    return {**_table(fields), "oneOf": [{"required": [name]} for name in _PLACES]}


def _sources() -> Schema:
    text = _text(pattern=r"\S")
    return {"anyOf": [text, _list(text, minItems=1)]}


def _law() -> Schema:
    form = _pattern(rf"(({'|'.join(HEARD)})(:{_TAG})?|{_TAG})(\+{_TAG})?")
    fields = {
        "id": _pattern(r"[a-z][a-z0-9_-]{0,63}"),
        **{name: schema for name, schema in _PLACES.items() if name != "region"},
        "kind": _one_or_more({"anyOf": [_words(KINDS), _KIND]}),
        "channel": _one_or_more(_words(CHANNELS)),
        "only": _one_or_more(form),
        "bars": _one_or_more(form),
        "law": _text(),
        "date": {"anyOf": [_text(), _YEAR]},
        "source": _sources(),
        "from": MOMENT,
        "until": MOMENT,
        "note": _text(),
        "off": {"type": "boolean"},
    }
    return _table(fields, ["id"])


#: Kind of a file → title and what makes its schema.
_MADE: Mapping[str, tuple[str, Callable[[], Schema]]] = {
    "site": ("site.toml", _site),
    "variants": ("variants/*.toml: an item and its variants", _variants),
    "rules": ("rules/*.toml: a table of rules with its tests", _rules),
    "locales": ("locales/*.toml: groups, norms and laws of the site's own", _locales),
}

KINDS_OF_FILES = tuple(_MADE)


def to_schema(kind: str) -> Schema:
    """The schema of one kind of file: site, variants, rules or locales. KeyError for another."""
    title, make = _MADE[kind]
    made = make()
    made.pop("title", None)
    made.pop("description", None)
    return {"$schema": DRAFT, "title": f"Isogloss {title}", **made}
