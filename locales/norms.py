"""Norms: how viewers of a place are used to watching what is not in their language, each row with its source.

A row says: in this place, for speakers of this language (or any), for this kind, channel and age (or any), this order of modes.
What a row is and where rows come from tells `locales.norm_rows`; here they are laid over each other and looked up.

Looking up takes four steps, each drawn for a French speaker in Geneva who asks for a film in a cinema:

1) whose rows: the place's if the language is official there,          fr is official in CH-GE  →  CH-GE, CH
   else those of the language's home                                   (in DE it would be        →  FR)
   CN-HK is the territory HK: China's rows are not its own
2) places from narrow to wide, the language's own rows first           (CH-GE, fr) (CH, fr) CH-GE CH @groups 001
3) at each of these the site's rows, then the shipped ones
4) among either the narrowest: kind and channel, kind, channel, any;   (CH-GE, fr, cinema)  →  sub, dub
   each with the age before without
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product

from locales.findings import Faulty
from locales.groups import Groups
from locales.norm_rows import WORLD, Norm, check_norms, parse_site_norms
from locales.norm_tables import shipped_rows
from locales.preference import Confidence
from locales.tags import language_of
from locales.territories import home, is_official, territory_of

__all__ = ["CHILDREN", "WORLD", "Norm", "NormBook", "check_norms", "parse_site_norms"]

#: A kind that a row for all kinds says nothing of: children are dubbed for almost everywhere (SEMANTICS §5).
CHILDREN = "children"

_MEMO = 4096

#: Place → (language, kind, channel, age) → row.
Index = Mapping[str, Mapping[tuple[str, str, str, str], Norm]]


class NormBook:
    """All rows, and the least confidence that a row must have to decide. Rows below it stay to be shown.

    `rows` has no two rows of one key: a site's row stands in the place of the shipped one. Nothing of a book is changed later.
    """

    __slots__ = ("_found_by", "_group_places", "_memo", "groups", "least", "rows")

    def __init__(self, rows: tuple[Norm, ...], groups: Groups, least: Confidence) -> None:
        self.rows, self.groups, self.least = rows, groups, least
        named = sorted({row.place for row in rows if row.place.startswith("@")})
        self._found_by: Mapping[bool, Index] = {site: self._index(site) for site in (True, False)}
        self._group_places = tuple((place, groups.members(place)) for place in named)
        self._memo: dict[tuple[str | None, ...], Norm | None] = {}

    def _index(self, site: bool) -> Index:
        """Place → the rest of the key → row, of the rows that may decide."""
        index: dict[str, dict[tuple[str, str, str, str], Norm]] = {}
        for row in self.rows:
            if row.site is site and row.confidence >= self.least:
                index.setdefault(row.place, {})[row.key[1:]] = row
        return index

    @classmethod
    def shipped(cls, groups: Groups, least: Confidence = Confidence.low) -> NormBook:
        """The rows that come with the product."""
        return cls(shipped_rows(), groups, least)

    def with_site(self, rows: Iterable[Norm]) -> NormBook:
        """The site's rows laid over: one of the same place, language, kind, channel and age takes a shipped one's stead.

        Raises Faulty where two of the site's rows have the same key.
        """
        own = tuple(rows)
        faults = check_norms(own)
        if faults:
            raise Faulty(faults)
        replaced = {row.key for row in own}
        kept = (row for row in self.rows if row.site or row.key not in replaced)
        return NormBook((*own, *kept), self.groups, self.least)

    def ages(self, kind: str, channel: str, *, own: bool = False) -> frozenset[str]:
        """The ages that rows name which can speak of that kind and channel; with `own`, rows of the site alone."""
        rows = (row for row in self.rows if row.age and (row.site or not own))
        return frozenset(row.age for row in rows if row.kind in ("", kind) and row.channel in ("", channel))

    def lookup(
        self, language: str, country: str | None, region: str | None, kind: str, channel: str, age: str | None
    ) -> Norm | None:
        """The row that speaks for a visitor whose first language is `language`, a canonical tag, in the place of the visit.

        None where no row of enough confidence does. The order is SEMANTICS §5; answers are remembered.
        """
        asked = (language, country, region, kind, channel, age)
        try:
            return self._memo[asked]
        except KeyError:
            if len(self._memo) >= _MEMO:
                self._memo.clear()
            found = self._memo[asked] = next(
                self._candidates(language, country, region, (kind, channel, age or "")), None
            )
            return found

    def _candidates(
        self, language: str, country: str | None, region: str | None, wanted: tuple[str, str, str]
    ) -> Iterator[Norm]:
        """Every row that could speak, the first that does first."""
        _, country, region = whose_rows(language, country, region)
        for place, spoken in self.steps(language_of(language), country, region):
            narrower = _narrowest_first(*wanted, world=place == WORLD)
            for site in (True, False):
                rows = self._found_by[site].get(place)
                if rows:
                    keys = ((name, *rest) for name in spoken for rest in narrower)
                    yield from (rows[key] for key in keys if key in rows)

    def steps(self, language: str, country: str | None, region: str | None) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Places, and the languages that a row there may name, "" for none; from narrow to wide.

        `language` is a bare one; `country` and `region` are of where its rows are looked for.
        """
        own = [place for place in (region, country) if place]
        yield from ((place, (language,)) for place in own)
        yield from ((place, ("",)) for place in own)
        wide = [place for place, members in self._group_places if country in members]
        yield from ((place, (language, "")) for place in (*wide, WORLD))


def whose_rows(language: str, country: str | None, region: str | None) -> tuple[bool, str | None, str | None]:
    """Whether the language is official in the place of the visit; and the country and region whose rows count.

    A subdivision that is a territory of its own is that territory, before anything is asked of it.
    """
    if country is not None:
        own = territory_of(country, region)
        country, region = own, region if own == country else None
        if is_official(language, country, region):
            return True, country, region
    return False, home(language), None


@lru_cache(_MEMO)
def _narrowest_first(kind: str, channel: str, age: str, world: bool) -> tuple[tuple[str, str, str], ...]:
    """Kind, channel, age of the rows to look for. For children none that names no kind, but the world's."""
    kinds = (kind, "") if kind != CHILDREN or world else (kind,)
    return tuple(dict.fromkeys(product(kinds, (channel, ""), (age, ""))))
