"""nginx in look-up mode, as it was exported: the real program before the real service."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import BY_THE_CLOCK, require_tool
from tests.edge.exporters.proxies import AGE, Stand, standing
from tests.edge.folders import add, change, demo_folder

pytestmark = BY_THE_CLOCK

#: What stands around the file, as Debian's nginx.conf does. Folders of its own, since a test is nobody's root.
FRAME = """{user}daemon off; worker_processes 1; pid {folder}/pid; error_log stderr warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {file};
}}
"""
COUNTRY = "$http_x_test_country"
HOP = '\n[[proxies]]\nfrom = ["127.0.0.1"]\n'
PAGE = "/business-class"


def start(file: Path, folder: Path, port: int) -> list[str]:
    """nginx in the foreground."""
    frame = folder / "frame.conf"
    user = "user root; " if os.geteuid() == 0 else ""  # else its workers may not read the folder of the test
    frame.write_text(FRAME.format(user=user, folder=folder, file=file))
    return ["nginx", "-c", str(frame), "-p", str(folder)]


def site_of(folder: Path, *, max_age: int = 60, stale: int = 60) -> Path:
    """The demo behind a hop, with answers that live as long as that."""
    site = demo_folder(folder / "site")
    add(
        site / "site.toml",
        HOP + f"\n[cache]\nmax_age = {max_age}\nstale_while_revalidate = 0\nstale_if_error = {stale}\n",
    )
    return site


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    require_tool("nginx")
    folder = tmp_path_factory.mktemp("nginx")
    with standing(site_of(folder), "nginx", folder, start, "--country", COUNTRY) as found:
        yield found


#: Country, language, and what the visitor sees.
STORY = [
    ("DE", "de", "de-dub"),
    ("AT", "de", "de-dub"),
    ("ES", "es", "es-sub"),
    ("FR", "fr", "original"),
    ("", "de", "de-dub"),
]


def test_each_visitor_gets_the_variant_and_the_origin_is_asked_once_for_each(stand: Stand) -> None:
    for turn in range(2):
        for country, language, variant in STORY:
            found = stand.variant(f"{PAGE}?story", X_Test_Country=country, Accept_Language=language)
            assert found == variant, (turn, country, language)
    assert sorted(stand.fetched()) == ["de-dub", "es-sub", "original"]


def test_pages_are_decided_each_by_its_own_address(stand: Stand) -> None:
    assert stand.variant("/for-travellers", X_Test_Country="DE", Accept_Language="de") == "de-from-germany"
    assert stand.variant(f"{PAGE}?own", X_Test_Country="DE", Accept_Language="de") == "de-dub"
    assert stand.variant("/es/business-class", X_Test_Country="ES", Accept_Language="fr") == "es-sub"


def test_what_is_no_items_is_passed_on_with_the_lifetime_of_the_origin(stand: Stand) -> None:
    reply = stand.ask("/elsewhere?a=1&b=%20")
    assert (reply.status, reply["cache-control"]) == (200, f"public, max-age={AGE}")
    assert reply.body.startswith(b"none /elsewhere?a=1&b=%20 ")


def test_several_variants_stand_behind_one_address_so_only_the_browser_keeps_one(stand: Stand) -> None:
    for _ in range(2):
        reply = stand.ask(f"{PAGE}?lifetime", X_Test_Country="DE", Accept_Language="de")
        assert reply["cache-control"] == f"private, max-age={AGE}"
    stand.origin.control = "no-store"
    assert stand.ask(f"{PAGE}?secret", X_Test_Country="DE")["cache-control"] == "no-store"
    stand.origin.control = f"public, max-age={AGE}"


def test_what_a_visitor_sends_in_our_name_reaches_nobody(stand: Stand) -> None:
    forged = {
        "Isogloss_Variant": "es-dub", "Isogloss_Context": "country=ES", "Isogloss_Choice": "variant=es-dub",
        "Isogloss_Key": "x", "Isogloss_Decision": "x", "X_Original_URI": "/for-travellers", "X_Forwarded_For": "2.16.0.1",
    }  # fmt: skip
    stand.origin.asked.clear()
    assert stand.variant(f"{PAGE}?forged", X_Test_Country="DE", Accept_Language="de", **forged) == "de-dub"
    (asked,) = stand.origin.asked
    assert {name for name in asked.fields if name.startswith("isogloss-")} == {"isogloss-variant"}
    assert stand.variant(f"{PAGE}?forged", X_Test_Country='ES";x', Accept_Language="es") == "es-dub"


def test_the_cookie_of_a_choice_becomes_the_field(stand: Stand) -> None:
    chosen = {"Cookie": "a=b; isogloss_choice=variant=es-dub; c=d", "Accept_Language": "de", "X_Test_Country": "DE"}
    assert [stand.variant(f"{PAGE}?chosen", **chosen) for _ in range(2)] == ["es-dub", "es-dub"]
    assert stand.variant(f"{PAGE}?chosen", Accept_Language="de", X_Test_Country="DE") == "de-dub"


def test_head_and_ranges_and_bodies_work(stand: Stand) -> None:
    german = {"X_Test_Country": "DE", "Accept_Language": "de"}
    head = stand.send("HEAD", f"{PAGE}?head", german)
    assert (head.status, head.body) == (200, b"")
    stand.fetched()
    assert stand.variant(f"{PAGE}?head", **german) == "de-dub"
    assert stand.fetched() == []
    part = stand.send("GET", f"{PAGE}?head", {"Range": "bytes=0-5", **german})
    assert (part.status, part.body) == (206, b"de-dub")
    posted = stand.send("POST", f"{PAGE}?form", german, b"name=value")
    assert posted.status == 200
    assert stand.origin.asked[-1].method == "POST"


def test_decisions_are_kept_by_all_that_they_read(stand: Stand) -> None:
    target = f"{PAGE}?kept"
    for country, language in (("DE", "de"), ("ES", "es"), ("DE", "es"), ("ES", "de")):
        stand.variant(target, X_Test_Country=country, Accept_Language=language)
    seen = [stand.variant(target, X_Test_Country=one, Accept_Language="de") for one in ("DE", "ES", "DE")]
    assert seen[0] == seen[2] != seen[1]


def test_a_service_that_ends_leaves_what_is_known_and_the_fallback(tmp_path: Path) -> None:
    require_tool("nginx")
    with standing(site_of(tmp_path), "nginx", tmp_path, start, "--country", COUNTRY) as stand:
        german = {"X_Test_Country": "DE", "Accept_Language": "de"}
        assert stand.variant(PAGE, **german) == "de-dub"
        stand.service.end()
        stand.service.exit_code()
        assert stand.variant(PAGE, **german) == "de-dub"
        began = time.monotonic()
        reply = stand.send("GET", "/de/business-class", german)
        assert time.monotonic() - began < 5
        assert reply.body.startswith(b"original ")
        assert reply["cache-control"] == "private, max-age=0"
        assert stand.variant("/elsewhere") == "none"


def test_a_variant_whose_bar_begins_while_the_service_is_dead_is_shown_to_nobody(tmp_path: Path) -> None:
    """The answers that nginx keeps live on after the service, but not beyond the bar: `stale-if-error` ends there."""
    require_tool("nginx")
    site = site_of(tmp_path, max_age=1, stale=3600)
    begins = datetime.now(UTC) + timedelta(seconds=9)
    file = site / "variants" / "business-class.toml"
    change(file, 'id = "de-dub"\n', f'id = "de-dub"\nuntil = {begins.strftime("%Y-%m-%dT%H:%M:%SZ")}\n')
    with standing(site, "nginx", tmp_path, start, "--country", COUNTRY) as stand:
        german = {"X_Test_Country": "DE", "Accept_Language": "de"}
        assert stand.variant(PAGE, **german) == "de-dub"
        stand.service.end()
        stand.service.exit_code()
        assert datetime.now(UTC) < begins, "this machine is too slow for the test"
        time.sleep(max(0.0, (begins - datetime.now(UTC)).total_seconds()) + 1.5)
        assert stand.variant(PAGE, **german) == "original"


class Impostor:
    """Somebody at the service's port who answers badly: what stands in `answer`, or nothing at all."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_server(("127.0.0.1", port))
        self.answer: bytes | None = None
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(connection)
            if (answer := self.answer) is not None:
                connection.recv(65_536)
                connection.sendall(answer)
                connection.close()

    def end(self) -> None:
        self._socket.close()
        for one in self._open:
            one.close()


EMPTY = b"Content-Length: 0\r\nConnection: close\r\n\r\n"
STATUSES = (200, 204, 301, 304, 400, 401, 403, 404, 418, 429, 451, 500, 503)
BAD_ANSWERS: dict[str, bytes | None] = {
    "hangs": None,
    **{str(status): f"HTTP/1.1 {status} X\r\n".encode() + EMPTY for status in STATUSES},
    "garbage": b"\x00\x01 nonsense\r\n\r\n",
}


def test_whatever_the_service_answers_the_visitor_gets_the_fallback_soon(tmp_path: Path) -> None:
    require_tool("nginx")
    with standing(site_of(tmp_path, stale=0), "nginx", tmp_path, start, "--country", COUNTRY) as stand:
        stand.service.end()
        stand.service.exit_code()
        impostor = Impostor(stand.service.port)
        try:
            replies = {}
            for name, impostor.answer in BAD_ANSWERS.items():
                replies[name] = stand.ask(f"{PAGE}?{name}", Accept_Language="de", X_Test_Country="DE")
        finally:
            impostor.end()
        for name, reply in replies.items():
            assert (reply.status, reply.body.partition(b" ")[0], reply["cache-control"]) == (
                200, b"original", "private, max-age=0",
            ), name  # fmt: skip


def test_where_nothing_is_left_the_answer_is_451(tmp_path: Path) -> None:
    require_tool("nginx")
    site = site_of(tmp_path)
    file = site / "variants" / "business-class.toml"
    file.write_text(re.sub(r'(?m)^(id = "(?!business-class).*")$', r'\1\nonly_in = ["FR"]', file.read_text()))
    table = site / "rules" / "airline.toml"
    table.write_text(table.read_text().partition("[[tests]]")[0])
    with standing(site, "nginx", tmp_path, start, "--country", COUNTRY) as stand:
        assert stand.variant(PAGE, X_Test_Country="FR", Accept_Language="de") != "451"
        reply = stand.ask(PAGE, X_Test_Country="DE", Accept_Language="de")
        assert (reply.status, reply["cache-control"]) == (451, "private, max-age=0")
        stand.service.end()
        stand.service.exit_code()
        assert stand.variant(f"{PAGE}?dead", X_Test_Country="FR", Accept_Language="de") == "451"
