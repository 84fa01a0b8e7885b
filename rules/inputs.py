"""The inputs that rules may ask about: one table, from which menus, documents, `Vary` and the privacy levels derive.

Source: SEMANTICS §1. An input's value is None, or an empty tuple where it is a set, as long as nothing is known of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

#: Ids of items, variants, tables, rules and tags, but for the words that answers use (DESIGN §2, §3).
IDENTIFIER = re.compile(r"[a-z][a-z0-9_-]{0,63}")
RESERVED = frozenset({"none", "barred"})


def is_identifier(text: str) -> bool:
    """Whether a text may be an id."""
    return IDENTIFIER.fullmatch(text) is not None and text not in RESERVED


class Input(Struct, frozen=True):
    """One column of every decision table.

    `kind` says what its values are:

    ==========  =======================================================  ======================
    kind        written in a cell                                        value handed to a cell
    ==========  =======================================================  ======================
    territory   ISO 3166-1 alpha-2, `@group`, `@419`                     str
    region      ISO 3166-2                                               str
    tag         BCP 47                                                   str
    word        one of `values`, and no other                            str
    cycle       one of `values`, or a range of them that may wrap        str
    hour        0 to 23, or a range that may wrap                        int
    date        ISO date, or a range                                     datetime.date
    flag        yes, no                                                  bool
    name        an identifier; `values` are those known beforehand       str
    text        any text, compared without regard to case                str
    words       a run of whole words, in the normal form of words        str (one word)
    unit        not written in a cell
    choice      not written in a cell
    level       not written in a cell
    ==========  =======================================================  ======================

    `many`: the value is a tuple of such values, a set. `fields` are the request header fields it may stem from, in
    lower case, without those that a site's settings add: a hop's own, and the cookie of a choice. `level` is the least
    consent with which it is read (0 this request only, 1 functional, 2 personal, 3 shared), None where consent does not
    enter. `cell`: whether a rule may ask about it.
    """

    name: str
    kind: str
    values: tuple[str, ...]
    fields: tuple[str, ...]
    level: int | None
    cell: bool
    description: str
    many: bool = False


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: First and last hour of each part of the day, in the order in which they follow each other.
DAYPARTS: Mapping[str, tuple[int, int]] = {
    "night": (0, 5),
    "morning": (6, 11),
    "afternoon": (12, 17),
    "evening": (18, 23),
}

DEVICES = ("phone", "tablet", "desktop", "tv", "console", "wearable", "bot", "other")
SYSTEMS = (
    "android",
    "ios",
    "windows",
    "macos",
    "linux",
    "chromeos",
    "tizen",
    "webos",
    "tvos",
    "watchos",
    "fireos",
    "roku",
    "other",
)
REFERRERS = ("direct", "internal", "search", "social", "ai", "email", "paid", "other")
STAGES = ("new", "returning", "known")
AGES = ("child", "teen", "adult")
KINDS = ("promo", "fiction", "children", "documentary", "news", "sport", "page", "image")
CHANNELS = ("web", "streaming", "tv", "cinema")

_DEVICE_FIELDS = ("sec-ch-ua-form-factors", "sec-ch-ua-mobile", "sec-ch-ua-platform", "user-agent")
_CHOICE_FIELDS = ("isogloss-choice", "x-original-uri")

_ROWS = (
    Input(
        "country",
        "territory",
        (),
        (),
        0,
        True,
        "Territory of the connection, ISO 3166-1; a group or an UN M49 region in cells.",
    ),
    Input(
        "region",
        "region",
        (),
        (),
        0,
        True,
        "Subdivision of the connection, ISO 3166-2. Without a country, the country is its prefix.",
    ),
    Input("language", "tag", (), ("accept-language",), 0, True, "The first of the visitor's languages."),
    Input("languages", "tag", (), ("accept-language",), 0, True, "Any of the visitor's languages.", many=True),
    Input("device", "word", DEVICES, _DEVICE_FIELDS, 0, True, "Class of device."),
    Input("os", "name", SYSTEMS, ("sec-ch-ua-platform", "user-agent"), 0, True, "Operating system."),
    Input(
        "referrer",
        "word",
        REFERRERS,
        ("referer", "x-original-uri"),
        0,
        True,
        "Kind of place that the visitor comes from.",
    ),
    Input(
        "referrer_name", "text", (), ("referer", "x-original-uri"), 0, True, "Its name, where it has one, or its host."
    ),
    Input("campaign", "text", (), ("x-original-uri",), 1, True, "Campaign that a link names in `utm_campaign`."),
    Input(
        "terms",
        "words",
        (),
        ("referer", "x-original-uri"),
        0,
        True,
        "Words of the visitor's search. Level 0 for the site's own search, level 1 for words from elsewhere.",
        many=True,
    ),
    Input("weekday", "cycle", WEEKDAYS, (), 0, True, "Day of the week on the table's clock."),
    Input("hour", "hour", tuple(map(str, range(24))), (), 0, True, "Hour of the day on the table's clock."),
    Input(
        "daypart",
        "cycle",
        tuple(DAYPARTS),
        (),
        0,
        True,
        "Part of the day on the table's clock: night 0-5, morning 6-11, afternoon 12-17, evening 18-23.",
    ),
    Input("date", "date", (), (), 0, True, "Date on the table's clock."),
    Input("segment", "text", (), (), 2, True, "Segments that a hop puts the visitor in: words of the site.", many=True),
    Input("stage", "word", STAGES, (), 2, True, "How well the site knows the visitor."),
    Input("seen", "text", (), (), 2, True, "Items that the visitor has seen: `ITEM`, `ITEM:done`.", many=True),
    Input("age", "word", AGES, (), 2, True, "Age group."),
    Input("unit", "unit", (), (), 2, False, "Who a split counts: a name of the site's own for a person or a device."),
    Input(
        "captions",
        "flag",
        ("yes", "no"),
        _CHOICE_FIELDS,
        0,
        True,
        "Whether the visitor wants captions for the deaf and hard of hearing.",
    ),
    Input(
        "audio_description",
        "flag",
        ("yes", "no"),
        _CHOICE_FIELDS,
        0,
        True,
        "Whether the visitor wants audio description.",
    ),
    Input(
        "save_data", "flag", ("yes", "no"), ("save-data",), 0, True, "Whether the visitor's client asks to save data."
    ),
    Input(
        "choice",
        "choice",
        (),
        _CHOICE_FIELDS,
        0,
        False,
        "What the visitor chose by hand: a layer of its own, above all rules.",
    ),
    Input(
        "consent",
        "level",
        ("0", "1", "2", "3"),
        ("dnt", "sec-gpc"),
        None,
        False,
        "What the visitor allows: 0 this request only, 1 functional, 2 personal, 3 shared.",
    ),
    Input("item", "name", (), (), None, True, "Id of the item that is asked for."),
    Input("kind", "name", KINDS, (), None, True, "Kind of the item."),
    Input("channel", "word", CHANNELS, (), None, True, "Where the item plays."),
)

#: Every input by its name, in the order of SEMANTICS §1.
INPUTS: Mapping[str, Input] = {row.name: row for row in _ROWS}

#: Those whose value changes while nothing but time passes.
TIME_INPUTS = frozenset({"weekday", "hour", "daypart", "date"})

#: Those that the item alone decides.
STATIC_INPUTS = frozenset({"item", "kind", "channel"})


def closed_values(row: Input) -> frozenset[object]:
    """Every value that the input can have, as cells see it, blank aside; empty where there is no such list."""
    if row.kind == "hour":
        return frozenset(range(24))
    if row.kind == "flag":
        return frozenset({True, False})
    return frozenset(row.values) if row.kind in {"word", "cycle"} else frozenset()


def daypart_of(hour: int) -> str:
    """The part of the day of an hour 0 to 23."""
    return tuple(DAYPARTS)[hour // 6]


#: The names by which a visitor is described: flags, `given` of a table's tests, `--jsonl` members, preview parameters.
VISITOR_NAMES = (
    "country",
    "region",
    "accept_language",
    "user_agent",
    "device",
    "os",
    "referer",
    "q",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "segment",
    "stage",
    "seen",
    "age",
    "unit",
    "consent",
    "gpc",
    "choose",
    "save_data",
    "url",
    "at",
)
