"""Laws that bar forms of foreign films: the shipped ones, and those that an editor writes."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from locales import norm_rows
from locales.findings import Faulty
from locales.groups import Groups
from locales.laws import (
    COLUMNS,
    SHIPPED,
    Form,
    Law,
    load_law_table,
    parse_site_laws,
    read_form,
    shipped_laws,
    with_site,
)
from locales.norm_fields import Wrong
from locales.norm_tables import shipped_rows

GROUPS = Groups.shipped()
LEAST: dict[str, Any] = {
    "id": "film-act", "territory": "ES", "only": "es", "law": "Film act, article 8", "date": 2009, "source": "Gazette"
}  # fmt: skip
WHOLE: dict[str, Any] = {
    "id": "film-act",
    "group": "dach",
    "kind": ["fiction", "documentary"],
    "channel": ["cinema", "tv"],
    "only": ["original+de", "de"],
    "bars": "voiceover:ru",
    "law": "Film act, article 8",
    "date": date(2021, 3, 22),
    "source": ["Gazette", "MX-LAW21"],
    "from": date(2026, 1, 1),
    "until": datetime(2026, 12, 31, 20),
    "note": "for the tests",
}


def parsed(*tables: dict[str, Any]) -> tuple[list[Law], list[tuple[int, str]]]:
    """The laws, and line and code of each finding; the line of a field is 10 for each row and its place in the row."""

    def locate(number: int, name: str) -> int:
        return 10 * number + (1 + list(tables[number]).index(name) if name else 0)

    laws, findings = parse_site_laws(tables, locate, "locales/ours.toml", GROUPS)
    assert all(one.file == "locales/ours.toml" and one.problem and one.cure for one in findings)
    return laws, [(one.line, one.code) for one in findings]


def test_a_whole_law_of_a_site() -> None:
    (law,), findings = parsed(WHOLE)
    assert not findings
    assert law == Law(
        id="film-act",
        place="@dach",
        kinds=("fiction", "documentary"),
        channels=("cinema", "tv"),
        only=(Form("original", "", "de"), Form("any", "de", "")),
        bars=(Form("voiceover", "ru", ""),),
        title="Film act, article 8",
        date="2021-03-22",
        sources=("Gazette", "MX-LAW21"),
        begins=date(2026, 1, 1),
        ends=datetime(2026, 12, 31, 20),
        note="for the tests",
        site=True,
        file="locales/ours.toml",
        line=0,
    )
    assert (law.name, law.told) == ("law/film-act", "Film act, article 8 (2021-03-22)")
    assert law.source_text.startswith("Gazette; Ley Federal de Cinematografía, article 8 (Mexico, ")


def test_a_law_concerns_its_kinds_and_channels_and_without_them_all() -> None:
    (narrow, wide), _ = parsed(WHOLE, {**LEAST, "id": "b"})
    assert narrow.concerns("fiction", "tv")
    assert not narrow.concerns("fiction", "web")
    assert not narrow.concerns("promo", "tv")
    assert wide.concerns("promo", "web")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("es", Form("any", "es", "")),
        ("any", Form("any", "", "")),
        ("any+es", Form("any", "", "es")),
        ("original+es", Form("original", "", "es")),
        ("original:en", Form("original", "en", "")),
        ("dub", Form("dub", "", "")),
        ("dub:in", Form("dub", "id", "")),
        ("voiceover:ru+uk", Form("voiceover", "ru", "uk")),
        ("es+ca", Form("any", "es", "ca")),
    ],
)
def test_a_form_is_what_is_heard_and_what_is_read_with_it(text: str, form: Form) -> None:
    assert read_form("only", text, GROUPS) == form


@pytest.mark.parametrize(
    "text", ["", "+es", "es+", "dub:", "any:es", "sub:es", "xx", "original+xx", "dub:xx", "es+de+fr"]
)
def test_what_is_no_form_is_told_with_an_example(text: str) -> None:
    with pytest.raises(Wrong) as wrong:
        read_form("only", text, GROUPS)
    assert wrong.value.code == "bad-form"
    assert '"original+es"' in wrong.value.cure


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"id": "Film Act"}, (1, "bad-id")),
        ({"id": 7}, (1, "bad-type")),
        ({"territory": "SP"}, (2, "unknown-territory")),
        ({"group": "@eu"}, (7, "two-places")),
        ({"only": []}, (3, "bad-type")),
        ({"only": "xx"}, (3, "bad-form")),
        ({"bars": ["es", "?"]}, (7, "bad-form")),
        ({"law": 8}, (4, "bad-type")),
        ({"date": "yesterday"}, (5, "bad-date")),
        ({"date": 21}, (5, "bad-date")),
        ({"source": ""}, (6, "bad-type")),
        ({"kind": "A film"}, (7, "bad-kind")),
        ({"channel": ["radio"]}, (7, "unknown-channel")),
        ({"from": "2026-01-01"}, (7, "bad-moment")),
        ({"note": 1}, (7, "bad-type")),
        ({"off": "yes"}, (7, "bad-type")),
        ({"mode": "sub"}, (7, "unknown-field")),
        ({"from": date(2026, 2, 1), "until": date(2026, 1, 1)}, (8, "never")),
    ],
)
def test_every_fault_of_a_law_is_told_and_it_gives_no_law(changed: dict[str, Any], fault: tuple[int, str]) -> None:
    assert parsed({**LEAST, **changed}) == ([], [fault])


@pytest.mark.parametrize(
    ("place", "code"), [("ES-CT", "narrow-law"), ("ES-ZZ", "unknown-region"), ("@dahc", "unknown-group")]
)
def test_laws_hold_in_territories_and_groups(place: str, code: str) -> None:
    rest = {name: value for name, value in LEAST.items() if name != "territory"}
    assert parsed({**rest, "place": place}) == ([], [(6, code)])
    assert [law.place for law in parsed({**rest, "place": "@419"})[0]] == ["@419"]
    assert [law.place for law in parsed({**rest, "place": "001"})[0]] == ["001"]


def test_what_is_missing_is_told_at_the_law() -> None:
    wanted = ("missing-id", "missing-place", "missing-law", "missing-date", "missing-source", "bars-nothing")
    assert parsed({}) == ([], [(0, code) for code in wanted])


def test_a_law_ends_no_sooner_than_it_begins() -> None:
    day = date(2026, 1, 1)
    assert len(parsed({**LEAST, "from": day, "until": day})[0]) == 1
    assert parsed({**LEAST, "from": datetime(2026, 1, 1, 20), "until": day})[1] == []
    assert parsed({**LEAST, "from": day})[1] == []


def test_the_same_id_twice_is_a_fault() -> None:
    laws, findings = parsed(LEAST, {**LEAST, "territory": "PT"})
    assert len(laws) == 2
    assert findings == [(10, "duplicate-law")]


def test_a_sites_law_takes_the_stead_of_a_shipped_one_and_off_takes_it_out() -> None:
    (mine, gone), _ = parsed({**LEAST, "id": "si-cinema"}, {"id": "ua-cinema", "off": True})
    found = {law.id: law for law in with_site([mine, gone])}
    assert found["si-cinema"] is mine
    assert "ua-cinema" not in found
    assert {*found, "ua-cinema"} == {law.id for law in shipped_laws()}
    assert with_site([], [mine]) == (mine,)


@pytest.mark.parametrize(
    ("row", "cure"),
    [
        ({"id": "ua-cinnema", "off": True}, 'Did you mean "ua-cinema"?'),
        ({"id": "ua-cinnema", "off": True, "territory": "UA", "note": "no"}, 'Did you mean "ua-cinema"?'),
        ({"id": "zzz", "off": True}, "Shipped laws are: "),
    ],
)
def test_taking_out_a_law_that_is_none_is_a_fault_at_its_id(row: dict[str, Any], cure: str) -> None:
    laws, (finding,) = parse_site_laws(
        [row], lambda _, name: list(row).index(name) + 2 if name else 1, "a.toml", GROUPS
    )
    assert laws == []
    assert (finding.file, finding.line, finding.code) == ("a.toml", 2, "unknown-law")
    assert finding.cure.startswith(cure)


def test_a_whole_law_of_the_sites_own_may_rest() -> None:
    (law,), faults = parsed({**LEAST, "off": True})
    assert (law.off, faults) == (True, [])
    assert law not in with_site([law])
    assert parsed({**LEAST, "off": False})[0][0] in with_site(parsed({**LEAST, "off": False})[0])


def test_shipped_laws_name_the_law_its_date_and_what_they_rest_on() -> None:
    for law in shipped_laws():
        assert law.title, law.id
        assert law.date[:4].isdecimal(), law.id
        assert law.note, law.id
        assert all(text not in law.sources for text in law.source_text.split("; ")), law.id
        assert (law.kinds, law.channels) > ((), ()), law.id
        assert not {"web", "streaming"} & set(law.channels), law.id


def test_a_shipped_law_rests_on_the_sources_of_the_norms_of_its_place() -> None:
    """No law is made up beside the data: what it cites is cited by a row of that place."""
    for law in shipped_laws():
        cited = {source for row in shipped_rows() if row.place == law.place for source in row.sources}
        assert cited & set(law.sources), law.id


def table(*lines: str) -> str:
    return "\n".join((",".join(COLUMNS), *lines))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("a,SP,,,es,,Film act,2009,,,GE-LAW09,", "unknown-territory"),
        ("a,ES,,,subtitles,,Film act,2009,,,GE-LAW09,", "bad-form"),
        ("a,ES,,,es,,Film act,2009,,,,", "missing-source"),
        ("a,ES,,,es,,,2009,,,GE-LAW09,", "missing-law"),
        ("a,ES,,,es,,Film act,,,,GE-LAW09,", "missing-date"),
        ("a,ES,,,es,,Film act,2009,soon,,GE-LAW09,", "bad-moment"),
        ("a,ES,,,es,,Film act,2009,,,GE-LAW09", "row-length"),
        ("one,ES,,,es,,Film act,2009,,,GE-LAW09,", "duplicate-law"),
    ],
)
def test_a_table_with_a_fault_does_not_load_and_tells_its_line(line: str, code: str) -> None:
    with pytest.raises(Faulty) as raised:
        load_law_table(table("one,ES,fiction,tv;cinema,,dub,Act,2009,2020-01-01,,X,", line), "laws.csv", GROUPS)
    assert [(one.file, one.line, one.code) for one in raised.value.findings] == [("laws.csv", 3, code)]


def test_a_shipped_table_is_read_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = "one,ES,fiction,tv;cinema,,dub,Act,2009,2020-01-01,2030-01-01,X,"
    tmp_path.joinpath(SHIPPED).write_text(table(line), encoding="utf-8")
    monkeypatch.setattr(norm_rows, "DATA", tmp_path)
    (law,) = shipped_laws.__wrapped__()
    assert (law.channels, law.bars, law.site) == (("tv", "cinema"), (Form("dub"),), False)
    assert (law.begins, law.ends, law.file, law.line) == (date(2020, 1, 1), date(2030, 1, 1), SHIPPED, 2)
