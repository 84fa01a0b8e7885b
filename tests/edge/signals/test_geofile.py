"""Geo files: those of a healthy kind, and every way in which one can be ill."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.signals import geofile
from edge.signals.geofile import NOTHING, GeoFault, GeoFile, GeoRecord, adapt
from tests.conftest import require_shared

ROWS = (
    ("GeoIP2-City-Test.mmdb", "81.2.69.160", GeoRecord("GB", "ENG", "Europe/London")),
    ("GeoIP2-City-Test.mmdb", "89.160.20.112", GeoRecord("SE", "E", "Europe/Stockholm")),
    ("GeoIP2-City-Test.mmdb", "2a02:d180::1", GeoRecord("DE", None, "Europe/Berlin")),
    ("GeoIP2-Country-Test.mmdb", "81.2.69.160", GeoRecord("GB")),
    ("GeoIP2-Country-Test.mmdb", "217.65.48.1", GeoRecord("GI")),
    ("GeoLite2-Country-Test.mmdb", "2001:218::1", GeoRecord("JP")),
    ("GeoLite2-Country-Test.mmdb", "1.1.1.1", NOTHING),
)


@pytest.mark.parametrize(("name", "address", "record"), ROWS)
def test_country_and_city_files_are_read_alike(name: str, address: str, record: GeoRecord) -> None:
    file = GeoFile.load(require_shared(f"geoip/{name}"))
    assert file.get(address) == record
    assert file.failures == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("GeoIP2-City-Test-Broken-Double-Format.mmdb", "is damaged: look-ups in it fail"),
        ("GeoIP2-City-Test-Invalid-Node-Count.mmdb", "is no database in MaxMind's format, or a damaged one"),
    ],
)
def test_a_damaged_file_is_told_before_it_is_used(name: str, words: str) -> None:
    with pytest.raises(GeoFault, match=words) as caught:
        GeoFile.load(require_shared(f"geoip/{name}"))
    assert "/proc" not in str(caught.value)


def test_a_file_that_is_corrupt_only_at_look_up_knows_nothing_and_counts() -> None:
    """As if the probes had not met the damaged record."""
    path = require_shared("geoip/GeoIP2-City-Test-Broken-Double-Format.mmdb")
    with geofile._copied(path) as copy:
        file = GeoFile(geofile._open(copy))
    assert file.get("81.2.69.160") == NOTHING
    assert file.get("1.1.1.1") == NOTHING
    assert file.failures == 1


def test_a_file_that_is_truncated_while_in_use_goes_on_answering(tmp_path: Path) -> None:
    path = tmp_path / "geo.mmdb"
    shutil.copyfile(require_shared("geoip/GeoIP2-Country-Test.mmdb"), path)
    file = GeoFile.load(path)
    os.truncate(path, 0)
    assert file.get("81.2.69.160") == GeoRecord("GB")
    with pytest.raises(GeoFault, match=r"geo\.mmdb: is no database"):
        GeoFile.load(path)


def test_a_file_cut_in_half_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "geo.mmdb"
    data = require_shared("geoip/GeoIP2-City-Test.mmdb").read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(GeoFault):
        GeoFile.load(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "no database"), (b"\xab\xcd\xefMaxMind.com", "no database"), (b"x" * 9999, "no database")],
)
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "geo.mmdb"
    path.write_bytes(content)
    with pytest.raises(GeoFault, match=words):
        GeoFile.load(path)


def test_an_absent_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.mmdb", tmp_path):
        with pytest.raises(GeoFault, match="cannot be read"):
            GeoFile.load(path)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geofile, "LARGEST", 3 << 20)
    path = tmp_path / "geo.mmdb"
    with path.open("wb") as file:
        file.truncate((3 << 20) + 1)
    with pytest.raises(GeoFault, match="larger than 3 MiB"):
        GeoFile.load(path)


def test_without_memfd_a_private_file_does_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    assert GeoFile.load(require_shared("geoip/GeoIP2-Country-Test.mmdb")).get("81.2.69.160") == GeoRecord("GB")


def test_without_the_extension_the_slow_reader_does_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maxminddb._extension", None)
    assert GeoFile.load(require_shared("geoip/GeoIP2-Country-Test.mmdb")).get("81.2.69.160") == GeoRecord("GB")


class Reader:
    """A database of one record, for the kinds that no test file is at hand of."""

    def __init__(self, record: Any, kind: str = "Anything", ip_version: int = 6) -> None:
        self.record, self.kind, self.ip_version = record, kind, ip_version

    def get(self, ip_address: str) -> Any:
        if self.ip_version == 4 and ":" in ip_address:
            raise ValueError(ip_address)
        return self.record

    def metadata(self) -> Any:
        return SimpleNamespace(database_type=self.kind, ip_version=self.ip_version)

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        yield "81.2.0.0/16", self.record


RECORDS = (
    ({"country": {"iso_code": "ES"}, "registered_country": {"iso_code": "US"}}, GeoRecord("ES")),
    ({"registered_country": {"iso_code": "US"}}, GeoRecord("US")),
    ({"country": {"names": {}}, "registered_country": {"iso_code": "US"}}, GeoRecord("US")),
    ({"country_code": "ES"}, GeoRecord("ES")),
    ({"country": "ES", "region_code": "CT", "timezone": "Europe/Madrid"}, GeoRecord("ES", "CT", "Europe/Madrid")),
    ({"country": "Spain", "country_code": "ES"}, GeoRecord("ES")),
    ({"country": {"iso_code": "ES"}, "subdivisions": [{"iso_code": "CT"}, {"iso_code": "B"}]}, GeoRecord("ES", "CT")),
    ({"country": {"iso_code": "ES"}, "subdivisions": [], "location": {"time_zone": 7}}, GeoRecord("ES")),
    ({"country": {"iso_code": 7}, "subdivisions": "x", "location": "y"}, NOTHING),
    ("ES", NOTHING),
    (None, NOTHING),
)


@pytest.mark.parametrize(("record", "expected"), RECORDS)
def test_every_shape_of_record_in_use_is_understood(record: Any, expected: GeoRecord) -> None:
    assert adapt(record) == expected


@given(
    st.recursive(
        st.one_of(st.none(), st.text(max_size=3), st.integers()),
        lambda inner: st.one_of(
            st.lists(inner, max_size=2),
            st.dictionaries(
                st.sampled_from(["country", "iso_code", "subdivisions", "location", "time_zone"]), inner, max_size=4
            ),
        ),
        max_leaves=8,
    )
)
def test_no_record_makes_it_raise(record: Any) -> None:
    assert isinstance(adapt(record), GeoRecord)


def test_a_database_of_something_else_is_refused_by_its_type() -> None:
    file = GeoFile(Reader({"autonomous_system_number": 64496}, "GeoLite2-ASN"))
    with pytest.raises(GeoFault, match=r'holds no countries\. Its type is "GeoLite2-ASN"'):
        file._probe("asn.mmdb")


def test_a_database_of_ipv4_alone_knows_nothing_of_ipv6() -> None:
    file = GeoFile(Reader({"country": "ES"}, ip_version=4))
    file._probe("four.mmdb")
    assert file.get("2001:db8::1") == NOTHING
    assert (file.get("81.2.69.160"), file.failures) == (GeoRecord("ES"), 0)
