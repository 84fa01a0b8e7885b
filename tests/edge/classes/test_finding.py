"""The classes of an item: every witness holds, two visitors differ in one input alone, and what the key merges is one."""

from __future__ import annotations

from functools import cache

import pytest

from edge.classes.asking import ask
from edge.classes.finding import InputClasses, classes_of
from edge.classes.visitors import regions, territories
from edge.site import Site
from locales.territories import TERRITORIES
from rules.inputs import VISITOR_NAMES
from tests.edge.crowd import crowd_site
from tests.edge.sites import NOON, demo_site, item_file, make_site, rules_file

STEPS = 1_500

#: Preview parameters that say an input, where they are not its name.
PARAMETERS = {
    "language": {"accept_language"},
    "referrer": {"referer", "url", "utm_medium", "utm_source"},
    "campaign": {"utm_campaign"},
    "terms": {"q"},
    "time": {"at"},
    "captions": {"choose"},
    "audio_description": {"choose"},
    "choice": {"choose"},
}

ITEMS = (
    ("demo", "business-class"),
    ("demo", "for-travellers"),
    ("crowd", "page"),
    ("crowd", "film"),
    ("crowd", "screens"),
)


@cache
def found(name: str, item: str) -> tuple[Site, tuple[InputClasses, ...]]:
    site = crowd_site() if name == "crowd" else demo_site()
    return site, tuple(classes_of(site, site.served[item], NOON, STEPS))


@pytest.mark.parametrize(("name", "item"), ITEMS)
def test_every_witness_is_two_visitors_who_differ_in_that_input_alone_and_get_what_is_said(
    name: str, item: str
) -> None:
    site, inputs = found(name, item)
    for one in inputs:
        assert len(one.witnesses) == len(one.classes) - 1
        for pair in one.witnesses:
            first, second = pair.visitors
            differ = {param for param in VISITOR_NAMES if first.get(param) != second.get(param)}
            assert differ <= PARAMETERS.get(one.name, {one.name}), (one.name, pair.visitors)
            assert pair.answers[0] != pair.answers[1]
            for named, answer in zip(pair.visitors, pair.answers, strict=True):
                got = ask(site, item, named, NOON, whole=True).answer
                assert answer == (got.unbounded if one.name == "time" else got)


@pytest.mark.parametrize(("name", "item"), ITEMS)
def test_no_witness_is_impossible(name: str, item: str) -> None:
    _, inputs = found(name, item)
    for one in inputs:
        for named in (visitor for pair in one.witnesses for visitor in pair.visitors):
            assert "region" not in named or named["region"].startswith(f"{named['country']}-")
            assert (
                {"segment", "stage", "seen", "age"}.isdisjoint(named)
                or named["consent"] >= "2"
                or one.name == "consent"
            )


@pytest.mark.parametrize(("name", "item"), ITEMS)
def test_classes_part_all_values_and_each_input_comes_once(name: str, item: str) -> None:
    site, inputs = found(name, item)
    by_name = {(one.name, one.within): one for one in inputs}
    assert len(by_name) == len(inputs)
    assert {each for one in inputs for each in one.inputs} | {"country"} >= site.served[item].reads - {"region"}
    for one in inputs:
        members = [member for each in one.classes for member in each.members]
        assert len(members) == len(set(members))
        assert len({each.name for each in one.classes}) == len(one.classes)
    assert {member for each in by_name["country", None].classes for member in each.members} == TERRITORIES | {"unknown"}


@pytest.mark.parametrize(("name", "item"), ITEMS)
def test_what_the_key_has_as_one_class_nobody_tells_apart(name: str, item: str) -> None:
    """The other way round: members of one key are asked in the surroundings of every witness."""
    site, inputs = found(name, item)
    for one in inputs:
        if one.name == "region":
            values = {value.label: value for value in regions(one.within or "")}
            for each in one.classes:
                if each.keys == 1 and len(each.members) > 1:
                    answers = {
                        ask(site, item, values[member].named, NOON, whole=True).answer for member in each.members
                    }
                    assert len(answers) == 1, each


def names(inputs: tuple[InputClasses, ...], name: str) -> list[tuple[str, ...]]:
    (one,) = (one for one in inputs if one.name == name)
    return [each.members for each in one.classes]


def test_what_no_rule_reads_is_not_there_and_what_one_reads_is_parted_by_its_cells() -> None:
    _, inputs = found("crowd", "page")
    assert names(inputs, "age") == [("unknown", "adult"), ("child", "teen")]
    assert names(inputs, "save_data") == [("unknown", "no"), ("yes",)]
    assert names(inputs, "stage") == [("unknown", "new"), ("returning", "known")]
    assert names(inputs, "consent") == [("unknown", "1"), ("0",), ("2", "3")]
    assert "device" not in {one.name for one in inputs}


def test_countries_that_nothing_tells_apart_are_one_class() -> None:
    page = item_file(
        "page", {"kind": "page", "variants": [{"id": "a", "language": "zxx"}, {"id": "b", "language": "zxx"}]}
    )
    rules = rules_file("r", [{"id": "dach", "when": {"country": ["@dach"]}, "then": {"variant": "b"}}])
    site = make_site({"variants/page.toml": page, "rules/r.toml": rules})
    inputs = tuple(classes_of(site, site.served["page"], NOON, STEPS))
    others = ("unknown", *(value.label for value in territories()[1:] if value.label not in ("AT", "CH", "DE")))
    assert others in names(inputs, "country")
    assert ("AT", "CH", "DE") in names(inputs, "country")


def test_devices_of_variants_are_parted_and_named_as_in_the_key() -> None:
    _, inputs = found("crowd", "screens")
    (device,) = (one for one in inputs if one.name == "device")
    assert "device=phone" in {each.name for each in device.classes}
    assert any("tv" in each.members and "desktop" not in each.members for each in device.classes)


def test_a_spent_budget_is_told_and_what_was_found_until_then_holds() -> None:
    site = demo_site()
    inputs = tuple(classes_of(site, site.served["business-class"], NOON, 800))
    assert any(one.stopped for one in inputs)
    for one in inputs:
        for pair in one.witnesses:
            assert ask(site, "business-class", pair.visitors[0], NOON, whole=True).answer == pair.answers[0]
