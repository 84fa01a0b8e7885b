"""The table of engines, networks, assistants and mail hosts."""

from __future__ import annotations

import re
import tomllib

from edge.signals.referrers import DATA, Origin, _rows, parse_origin, source
from rules.inputs import REFERRERS

ROWS = tomllib.loads(DATA.read_text(encoding="utf-8"))
LEAST = {"search": 40, "social": 20, "ai": 10, "email": 10}
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.([a-z]{2,}|\*)")
APP = re.compile(r"app:[a-z]\w*(\.\w+)+")


def test_the_rows_are_those_that_any_reader_of_toml_finds() -> None:
    assert list(_rows()) == [(kind, name, listed) for kind, rows in ROWS.items() for name, listed in rows.items()]


def test_each_kind_has_enough_rows() -> None:
    assert set(ROWS) == set(LEAST) < set(REFERRERS)
    for kind, least in LEAST.items():
        assert len(ROWS[kind]) >= least, kind


def test_every_host_stands_once_and_is_a_host() -> None:
    hosts = [host for rows in ROWS.values() for listed in rows.values() for host in listed]
    assert [host for host in hosts if not (HOST.fullmatch(host) or APP.fullmatch(host))] == []
    assert len(hosts) == len(set(hosts))


def test_every_name_stands_once_and_is_a_name() -> None:
    names = [name for rows in ROWS.values() for name in rows]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]*", name) for name in names)


def test_every_host_answers_with_its_own_row() -> None:
    for kind, rows in ROWS.items():
        for name, listed in rows.items():
            assert source(name) == (kind, name)
            for host in listed:
                assert source(host.replace(".*", ".com")) == (kind, name), host


def test_a_wildcard_stands_for_a_public_suffix_and_no_more() -> None:
    assert source("www.google.com.mx") == ("search", "google")
    assert source("google.evil.mx") is None
    assert source("google.com.evil.example") is None
    assert source("evil-google.com") is None
    assert source("google") == ("search", "google")
    assert source("com") is None


def test_an_origin_is_scheme_host_and_query() -> None:
    assert parse_origin(b" HTTPS://user@WWW.Example.org.:443/path?a=b#q=c ") == Origin("www.example.org", b"a=b")
    assert parse_origin(b"android-app://com.slack/x") == Origin("app:com.slack")
    assert parse_origin(b"https://xn--mnchen-3ya.example") == Origin("xn--mnchen-3ya.example")
    assert parse_origin(b"https://www.example.org") == Origin("www.example.org")
    assert Origin("www.example.org").site == "example.org"
    assert parse_origin(b"https://" + b"a" * 254) is None
    assert parse_origin("https://münchen.example".encode()) is None
    assert parse_origin(b"//www.example.org/") is None
