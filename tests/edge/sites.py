"""Small sites made of texts, without a folder, and visitors who ask them over ASGI.

site = make_site({"variants/film.toml": FILM}, site='[cache]\nmax_age = 5')
with visitor(site, peer="10.0.0.1") as ask:
    ask.get("/v1/decide/film", headers={"X-Geo-Country": "ES"})
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient
from starlette.types import ASGIApp

from edge.answer import outcome
from edge.app import make_app
from edge.headers import key_text
from edge.metrics import Metrics
from edge.operators import Operators
from edge.proving import answered
from edge.request import Request, posing
from edge.service import Service
from edge.site import DEMO, Loader, Site, serve_all
from locales.norms import NormBook
from locales.preference import Confidence
from rules.book import RuleBook
from variants.selecting import Selection

#: A Sunday noon in Berlin.
NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)

NOWHERE = Path("there-is-no-such-folder")
TOKEN = "an-operator-of-the-tests-who-shows-this"
OPERATOR = {"Authorization": f"Bearer {TOKEN}"}

#: The address of an operator's own proxy, which says where a visitor is.
PROXY = "10.0.0.1"
OWN_HOP = '[[proxies]]\nfrom = ["10.0.0.0/8"]\nheaders = { country = "X-Geo-Country", region = "X-Geo-Region" }\n'

#: Addresses that the registries assigned long ago, and one of which nothing is known.
GERMAN, SPANISH, LOOPBACK = "78.46.0.1", "80.58.0.1", "127.0.0.1"

DEMO_FILES: Mapping[str, str] = {
    path.relative_to(DEMO).as_posix(): path.read_text("utf-8") for path in sorted(DEMO.rglob("*.toml"))
}
BUSINESS = DEMO_FILES["variants/business-class.toml"]


def site_file(more: str = "", **settings: object) -> str:
    """The text of a `site.toml` whose `[site]` has these settings beside an id and a default language."""
    whole = {"id": "tests", "default_language": "en", "zone": "Europe/Berlin", "weak_header": "geo", **settings}
    return "[site]\n" + "".join(f"{name} = {to_toml(value)}\n" for name, value in whole.items()) + more


def make_site(files: Mapping[str, str], more: str = "", **settings: object) -> Site:
    """A site of these files. Without a `site.toml` among them it has the one of `site_file`.

    Many tests want the same files, so what was read of them is kept; counters and memories of answers are made anew each time.
    """
    whole = {"site.toml": site_file(more, **settings), **files}
    site = _read(tuple(whole.items()))
    served = serve_all(site.catalog, site.book, site.settings)
    return dataclasses.replace(site, metrics=Metrics(), served=served).opened()


@lru_cache(maxsize=64)
def _read(files: tuple[tuple[str, str], ...]) -> Site:
    return Loader(NOWHERE).build({name: text.encode() for name, text in files})


def demo_site(more: str = "") -> Site:
    """The airline, with more at the end of its `site.toml`."""
    return make_site({**DEMO_FILES, "site.toml": DEMO_FILES["site.toml"] + more})


def without_norms(site: Site) -> Site:
    """The same site of somebody who believes in no norm."""
    book = RuleBook(site.book.tables, NormBook((), site.groups, Confidence.low), site.book.policies)
    return dataclasses.replace(site, book=book, served=serve_all(site.catalog, book, site.settings)).opened()


def service_of(site: Site) -> Service:
    """A service of a site, with one operator."""
    return Service(Loader(NOWHERE), site, Operators((TOKEN.encode(),)))


def visitor(
    site: Site | Service, peer: str = LOOPBACK, around: Callable[[ASGIApp], ASGIApp] = lambda app: app
) -> TestClient:
    """Somebody at that address who asks the application of a site, with a middleware around it."""
    service = site if isinstance(site, Service) else service_of(site)
    app = around(make_app(service, watching=False))
    client = TestClient(app, client=(peer, 50000), follow_redirects=False)
    client.headers.clear()  # what it would send by itself; a field sent twice takes another way
    client.headers["Accept"] = "*/*"
    return client


def asked(named: Mapping[str, str], moment: datetime = NOON) -> Request:
    """A request of somebody described by name, at noon."""
    return posing(Request(moment), named)


def told(site: Site, item: str, named: Mapping[str, str], moment: datetime = NOON) -> dict[str, Any]:
    """What somebody gets, in the words of a table's tests, with `key` and `overrode`."""
    request = asked(named, moment)
    found = site.catalog.paths.match(request.target) if request.target is not None else None
    if found is not None:
        request = request.with_language(found[1])
    reading, _, selection = outcome(request, site.served[item], site)
    return {
        **answered(selection),
        "key": key_text(item, reading.classes),
        "overrode": [f"{one.rule or one.layer}: {' '.join(one.said)}" for one in selection.overrode],
    }


def answer_of(selection: Selection, expires: datetime | None) -> tuple[object, ...]:
    """The answer in the sense of SEMANTICS §9, and the language in which it is met."""
    return (
        selection.variant and selection.variant.id,
        selection.layer,
        selection.rule,
        selection.reason,
        selection.overrode,
        selection.confidence,
        selection.boundary,
        expires,
        selection.experience,
        selection.text,
        tuple((variant.id, experience) for variant, experience in selection.alternatives),
    )


def to_toml(value: object) -> str:
    """A value as TOML: what JSON writes, but for tables, which are written inline."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(str(key))} = {to_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(to_toml, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


def item_file(name: str, row: Mapping[str, Any]) -> str:
    """The file of an item: `variants` and whatever else stands in `[item]`."""
    head = {"id": name, "kind": "promo", "original_language": "en", **row}
    variants = head.pop("variants")
    return _table("[item]", head) + "".join(
        _table("[[variants]]", {"url": f"https://media.example/{one['id']}", **_dated(one)}) for one in variants
    )


def _dated(row: Mapping[str, Any]) -> dict[str, Any]:
    """Dates as dates, where JSON had to quote them."""
    dates = {name: date.fromisoformat(str(row[name])) for name in ("from", "until") if name in row}
    return {**row, **dates}


def rules_file(name: str, rules: Iterable[Mapping[str, Any]], **settings: object) -> str:
    """The file of a table of rules."""
    return _table("[table]", {"id": name, **settings}) + "".join(_table("[[rules]]", rule) for rule in rules)


def norms_file(rows: Iterable[Mapping[str, Any]]) -> str:
    """A file of the site's own norms."""
    usual = {"source": "the tests", "basis": "observed", "confidence": "high", "year": 2026}
    return "".join(_table("[[norms]]", {**usual, **row}) for row in rows)


def _table(head: str, values: Mapping[str, Any]) -> str:
    return head + "\n" + "".join(f"{name} = {to_toml(value)}\n" for name, value in values.items()) + "\n"
