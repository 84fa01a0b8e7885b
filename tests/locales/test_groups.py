"""Groups of territories, shipped and of a site."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence

import pytest

from locales.findings import Faulty
from locales.groups import DATA, Groups
from locales.territories import TERRITORIES

SHIPPED = Groups.shipped()


def extended(site: dict[str, Sequence[str]]) -> Groups:
    return SHIPPED.extended(site, "locales/ours.toml", lambda name: 10 + list(site).index(name))


def test_shipped_groups_have_their_members() -> None:
    assert SHIPPED.members("@dach") == {"DE", "AT", "CH"}
    assert SHIPPED.members("dach") == {"DE", "AT", "CH"}
    assert SHIPPED.members("@benelux") == {"BE", "NL", "LU"}
    assert len(SHIPPED.members("@eu")) == 27
    assert SHIPPED.members("@eea") - SHIPPED.members("@eu") == {"IS", "LI", "NO"}
    assert SHIPPED.members("@419") == SHIPPED.members("@latam")
    assert {"eu", "eea", "dach", "nordic", "benelux", "baltic", "balkan", "latam", "mena", "gulf", "cis"} <= {
        *SHIPPED.names()
    }


def test_every_shipped_group_has_members_a_title_and_a_source() -> None:
    tables = tomllib.loads(DATA.joinpath("groups.toml").read_text(encoding="utf-8"))
    assert tuple(sorted(tables)) == SHIPPED.names()
    for name, table in tables.items():
        assert set(table) == {"title", "members", "source"}, name
        assert table["title"], name
        assert table["source"], name
        assert frozenset() < SHIPPED.members(name) <= TERRITORIES, name
    extended({name: table["members"] for name, table in tables.items()})


def test_groups_of_a_territory_are_named_and_sorted() -> None:
    assert SHIPPED.of("DE") == ("dach", "eea", "eu", "schengen")
    assert SHIPPED.of("ZZ") == ()


def test_what_is_a_group_is_in_the_groups() -> None:
    assert "@dach" in SHIPPED
    assert "dach" in SHIPPED
    assert "@419" in SHIPPED
    assert "@dahc" not in SHIPPED
    assert 419 not in SHIPPED
    with pytest.raises(KeyError):
        SHIPPED.members("@dahc")


def test_a_site_adds_groups_and_replaces_shipped_ones() -> None:
    groups = extended({"alps": ["@dach", "IT", "FR", "039"], "dach": ["DE"], "odd": ["@150", "@eu"]})
    assert groups.members("@dach") == {"DE"}
    assert {"DE", "IT", "FR", "PT"} <= groups.members("@alps")
    assert "AT" not in groups.members("@alps")
    assert groups.of("PT")[0] == "alps"
    assert "alps" not in SHIPPED


@pytest.mark.parametrize(
    ("site", "line", "code", "cure"),
    [
        ({"ours": ["DE", "ESP"]}, 10, "unknown-member", 'Did you mean "ES"?'),
        ({"ours": ["@dahc"]}, 10, "unknown-member", 'Did you mean "@dach"?'),
        ({"ours": ["@999"]}, 10, "unknown-member", None),
        ({"ours": ["???"]}, 10, "unknown-member", "Use an ISO 3166-1 code, a UN M49 code or another group."),
        ({"ours": []}, 10, "empty-group", None),
        ({"Ours": ["DE"]}, 10, "bad-name", None),
        ({"ours": ["@ours"]}, 10, "group-cycle", "Take one of the steps out."),
    ],
)
def test_a_fault_of_a_group_is_told_with_line_and_cure(
    site: dict[str, Sequence[str]], line: int, code: str, cure: str | None
) -> None:
    with pytest.raises(Faulty) as caught:
        extended(site)
    (finding,) = caught.value.findings
    assert (finding.file, finding.line, finding.code) == ("locales/ours.toml", line, code)
    assert finding.cure == cure if cure else finding.cure


def test_a_cycle_is_told_of_each_group_in_it_and_only_of_those() -> None:
    with pytest.raises(Faulty) as caught:
        extended({"a": ["@b", "DE"], "b": ["@c", "@c"], "c": ["@a"], "outside": ["@a"]})
    told = [finding.problem for finding in caught.value.findings]
    assert told == [
        "Group @a contains itself: @a, @b, @c, @a.",
        "Group @b contains itself: @b, @c, @a, @b.",
        "Group @c contains itself: @c, @a, @b, @c.",
    ]
