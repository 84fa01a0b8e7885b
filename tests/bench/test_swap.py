"""What a record of answers says of a swap; and the edits that make one."""

from __future__ import annotations

import csv
import math
import tomllib
from pathlib import Path

from bench.sites import demo_site, edited_bulk, edited_demo, publish
from bench.swap import (
    Published,
    Record,
    Seen,
    lines,
    misfits,
    revisions,
    stale,
    switch_times,
    waited_during,
    waiting_line,
)


def seen(text: str) -> list[Seen]:
    """One answer a second, each a letter: the revision; its variant is the same letter."""
    return [Seen(float(second), letter, letter) for second, letter in enumerate(text)]


def test_revisions_are_in_the_order_of_their_first_appearance() -> None:
    assert revisions(seen("aabbabcc")) == ["a", "b", "c"]


def test_an_answer_is_stale_where_a_later_revision_has_been_seen() -> None:
    cases = {"aaaa": 0, "aabb": 0, "abab": 1, "abaabb": 2, "abcab": 2, "": 0}
    assert {text: stale(seen(text)) for text in cases} == cases


def test_a_switch_takes_until_nobody_gets_the_older_answer() -> None:
    assert switch_times(seen("aaabbb"), [1.5]) == [1.5]
    assert switch_times(seen("aaabab"), [1.5]) == [2.5]
    assert switch_times(seen("aabbcc"), [0.5, 2.5]) == [1.5, 1.5]
    assert switch_times(seen("aaaa"), [1.5]) == [math.inf]


def test_an_answer_that_does_not_fit_its_revision_is_a_failure() -> None:
    record = [Seen(0.0, "r0", "es-sub"), Seen(1.0, "r1", "es-dub"), Seen(2.0, "r1", "es-sub")]
    assert misfits(record, ["es-sub", "es-dub"]) == ["es-sub in r1"]


def test_four_lines_come_of_a_record() -> None:
    record = Record()
    for one in seen("aaabbb"):
        record.add(one)
    found = list(lines("demo", 1.0, record, [Published(0.0, "a"), Published(2.5, "b")]))
    assert [line.text for line in found] == [
        "swap/demo/failed 0 <=0 ok",
        "swap/demo/seconds 0.50 <=1 ok",
        "swap/demo/stale-percent 0.000 <=0.1 ok",
        "swap/demo/p99-ms 0.0 <=50 ok",
    ]


def test_of_the_waiting_counts_what_was_under_way_during_a_switch() -> None:
    record = [
        Seen(float(second), "a", "a", waited) for second, waited in enumerate((0.1, 0.2, 1.5, 0.4, 0.5, 2.0, 0.7))
    ]
    assert waited_during(record, [1.5], [1.5]) == [1.5, 0.4, 2.0]
    assert waited_during(record, [1.5], [float("inf")]) == [1.5, 0.4, 0.5, 2.0, 0.7]
    assert waited_during(record, [], []) == []


def test_of_a_hundred_answers_one_may_be_slower_than_the_99th_percentile() -> None:
    line = waiting_line("demo", [number / 1000 for number in range(100, 0, -1)])
    assert (line.text, line.note) == ("swap/demo/p99-ms 99.0 <=50 MISS", "100 answers, p50 51.0, most 100.0")


def test_nothing_seen_keeps_no_promise() -> None:
    assert [line.kept for line in lines("demo", 1.0, Record(), [Published(0.0, "a")])] == [True, False, False, False]


def test_every_edit_of_the_demo_is_another_text_and_turns_the_rule_and_its_own_test(tmp_path: Path) -> None:
    site = edited_demo(tmp_path / "site")
    assert len({site.text(number) for number in range(4)}) == 4
    for number in range(4):
        table = tomllib.loads(site.text(number))
        assert table["rules"][0]["then"]["mode"][0] == site.variant(number).removeprefix("es-")
        assert table["tests"][0]["expect"]["variant"] == site.variant(number)


def test_the_large_site_has_ten_thousand_rules_and_its_edits_turn_the_first(tmp_path: Path) -> None:
    site = edited_bulk(tmp_path / "site")
    for number in range(2):
        rows = list(csv.DictReader(site.text(number).splitlines()))
        assert len({row["id"] for row in rows}) == len(rows) == 10_000
        assert rows[0]["mode"].partition(">")[0] == site.variant(number).removeprefix("es-")
    assert "bulk" in tomllib.loads((site.folder / "site.toml").read_text())["site"]["tables"]


def test_a_published_file_is_renamed_into_its_place(tmp_path: Path) -> None:
    file = demo_site(tmp_path / "site") / "rules" / "airline.toml"
    before = file.stat().st_ino
    publish(file, "new")
    assert file.read_text() == "new"
    assert file.stat().st_ino != before
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []
