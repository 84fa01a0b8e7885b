"""What a hop says of the person: the dictionary `Isogloss-Context` (RFC 9651), and the fields that an operator named.

    Isogloss-Context: country=ES, device=tv, language=es, segment=(gold family), stage=returning, consent=2, unit="7f3a91"

Only values that can be enumerated are taken: words of ours, ISO codes, BCP 47 tags, identifiers of the site. What is not one
of them is absent, each by itself; what does not parse is absent whole. The one exception is `unit`, the name by which splits
count somebody: a text that is hashed and shown nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from edge.signals.fields import Headers
from edge.signals.proxies import Client
from edge.structured import Item, Member, Value, parse_dictionary
from locales.ranges import LanguageRanges
from locales.tags import parse_tag
from locales.territories import is_region, is_territory
from rules.inputs import AGES, DEVICES, REFERRERS, STAGES

#: Characters of a unit.
LONGEST_UNIT = 128

#: At most so many members of a set.
MOST = 32

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}\Z")
_SEEN = re.compile(r"[a-z][a-z0-9_-]{0,63}(:done)?\Z")
_FLAGS: Mapping[Value, bool] = {
    True: True,
    False: False,
    "yes": True,
    "no": False,
    "true": True,
    "false": False,
    "1": True,
    "0": False,
}
_LEVELS = range(4)


class Audience(Struct, frozen=True):
    """What is known of the person. None and empty: nothing was said. `consent`: a level, and 0 where what was said is none."""

    country: str | None = None
    region: str | None = None
    languages: LanguageRanges | None = None
    device: str | None = None
    os: str | None = None
    referrer: str | None = None
    referrer_name: str | None = None
    segment: tuple[str, ...] = ()
    stage: str | None = None
    seen: tuple[str, ...] = ()
    age: str | None = None
    save_data: bool | None = None
    consent: int | None = None
    unit: str | None = None


NOBODY = Audience()
UNREADABLE = Audience(consent=0)


def read_audience(client: Client, headers: Headers) -> Audience:
    """What the crossed hops say in Isogloss-Context, and else in the fields that the operator named for them."""
    raw = client.context(headers)
    audience = NOBODY if raw is None else parse_audience(raw)
    if not client.told:
        return audience
    said = {name: client.says(name, headers) for name in ("segment", "stage", "seen", "age", "consent", "unit")}
    named = from_words({name: text for name, text in said.items() if text is not None})
    return _filled(audience, named)


def parse_audience(raw: bytes) -> Audience:
    """The value of Isogloss-Context. Where it cannot be read, neither can a consent in it: level 0, the safe side."""
    members = parse_dictionary(raw)
    if not members:
        return UNREADABLE
    return _audience({name: _values(member) for name, member in members.items()})


def from_words(given: Mapping[str, str]) -> Audience:
    """The same from plain texts: an operator's fields, flags, `given` of a test, preview. Sets are parted by commas or spaces."""
    return _audience({
        name: (text,) if name == "unit" else tuple(text.replace(",", " ").split()) for name, text in given.items()
    })  # fmt: skip


def _audience(said: Mapping[str, tuple[Value, ...]]) -> Audience:
    def one(name: str) -> Value | None:
        values = said.get(name, ())
        return values[0] if len(values) == 1 else None

    def among(name: str, words: tuple[str, ...]) -> str | None:
        value = one(name)
        return str(value) if isinstance(value, str) and value in words else None  # a token is a kind of text

    return Audience(
        country=_territory(one("country")),
        region=_region(one("region")),
        languages=_languages(said.get("languages") or said.get("language") or ()),
        device=among("device", DEVICES),
        os=_matching(one("os")),
        referrer=among("referrer", REFERRERS),
        referrer_name=_matching(one("referrer_name")),
        segment=_set(said.get("segment", ()), _WORD),
        stage=among("stage", STAGES),
        seen=_set(said.get("seen", ()), _SEEN),
        age=among("age", AGES),
        save_data=_flag(one("save_data")),
        consent=parse_level(one("consent")) if "consent" in said else None,
        unit=parse_unit(one("unit")),
    )


def _filled(audience: Audience, other: Audience) -> Audience:
    """The first, with what only the second knows."""
    return replace(
        audience,
        segment=audience.segment or other.segment,
        stage=audience.stage or other.stage,
        seen=audience.seen or other.seen,
        age=audience.age or other.age,
        consent=other.consent if audience.consent is None else audience.consent,
        unit=audience.unit or other.unit,
    )


def _values(member: Member) -> tuple[Value, ...]:
    if isinstance(member, Item):
        return (member.value,)
    return member.values


def parse_level(value: Value | None) -> int:
    """A consent level 0 to 3 from a number or a text; anything else is 0: what is not understood is not given."""
    if isinstance(value, str):
        value = int(value) if value in ("0", "1", "2", "3") else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value in _LEVELS else 0


def parse_unit(value: Value | None) -> str | None:
    """A unit: text of 1 to 128 characters, all of them printable, as it is. A number is none, for `007` would be 7."""
    if isinstance(value, str) and 0 < len(value) <= LONGEST_UNIT and value.isprintable():
        return str(value)
    return None


def _territory(value: Value | None) -> str | None:
    return value.upper() if isinstance(value, str) and is_territory(value.upper()) else None


def _region(value: Value | None) -> str | None:
    return value.upper() if isinstance(value, str) and is_region(value.upper()) else None


def _languages(values: tuple[Value, ...]) -> LanguageRanges | None:
    tags = (parse_tag(value) for value in values[:MOST] if isinstance(value, str))
    wanted = tuple(dict.fromkeys(tag for tag in tags if tag))
    return LanguageRanges(wanted) if wanted else None


def _matching(value: Value | None) -> str | None:
    return value.lower() if isinstance(value, str) and _WORD.match(value) else None


def _set(values: tuple[Value, ...], form: re.Pattern[str]) -> tuple[str, ...]:
    words = (str(value) for value in values[:MOST] if isinstance(value, str) and form.match(value))
    return tuple(dict.fromkeys(words))


def _flag(value: Value | None) -> bool | None:
    # `True` as a key would be found by the number 1 as well, which is meant to count.
    return _FLAGS.get(value) if value is not None else None
