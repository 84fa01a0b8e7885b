"""Starting and ending a server: which site it serves, what it refuses, how it drains, and two workers as one."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edge.serving import LAST, Refused, folder_for, is_loopback
from edge.site import DEMO
from tests.conftest import BY_THE_CLOCK, require_shared
from tests.edge.folders import NO_RULES, add, demo_folder, publish
from tests.edge.servers import PATIENCE, SERVERS, Service, free_port, isogloss, serving

pytestmark = BY_THE_CLOCK

LOOK_UP = "/v1/decide/business-class?country=ES"

# Which site


def test_the_demo_is_served_where_nothing_is_named_and_nobody_outside_can_see_it() -> None:
    for host in ("127.0.0.1", "127.9.9.9", "localhost", "::1"):
        assert folder_for(None, host, demo=False) == DEMO
        assert is_loopback(host)


def test_an_address_that_others_reach_needs_a_site_or_the_word_demo() -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1", "www.example", "", "127.0.0.1.example"):
        assert not is_loopback(host)
        with pytest.raises(Refused, match="--site, or say --demo"):
            folder_for(None, host, demo=False)
        assert folder_for(None, host, demo=True) == DEMO
        assert folder_for(Path("site"), host, demo=False) == Path("site")


def test_a_named_folder_is_never_the_demo_whatever_it_is() -> None:
    assert folder_for(Path("nowhere"), "127.0.0.1", demo=False) == Path("nowhere")
    with pytest.raises(Refused, match="two sites"):
        folder_for(Path("nowhere"), "127.0.0.1", demo=True)


def test_a_missing_or_empty_folder_ends_the_start_with_a_clear_message(tmp_path: Path) -> None:
    missing = isogloss("serve", "--site", tmp_path / "nowhere", "--port", free_port())
    assert (missing.returncode, missing.stdout) == (1, "")
    cure = '"isogloss new DIR" writes a site to start from.'
    assert missing.stderr == f"Error: {tmp_path}/nowhere: No such file or directory. {cure}\n"
    empty = isogloss("serve", "--port", free_port(), ISOGLOSS_SITE=str(tmp_path))
    assert (empty.returncode, empty.stdout) == (1, "")
    assert f"{tmp_path} holds no .toml or .csv file" in empty.stderr


def test_a_faulty_site_ends_the_start_with_its_findings(tmp_path: Path) -> None:
    site = demo_folder(tmp_path / "site")
    publish(site / "rules/airline.toml", NO_RULES.replace("airline", "Airline"))
    add(site / "site.toml", '\n[geo]\ndatabase = "site.toml"\n')  # a geo file of the wrong type
    run = isogloss("serve", "--site", site, "--port", free_port())
    assert (run.returncode, run.stdout) == (1, "")
    assert 'rules/airline.toml:2: error: "Airline" cannot be an id.' in run.stderr
    assert "site.toml:15: error: [geo] database: site.toml: is no database in MaxMind's format" in run.stderr
    assert run.stderr.endswith("2 errors: this site cannot be served.\n")


def test_an_empty_variable_names_no_site() -> None:
    with serving(None, ISOGLOSS_SITE="") as service:
        assert service.ask(LOOK_UP)["isogloss-variant"] == "es-sub"
        warned, *_, told = service.said().splitlines()
        assert warned.startswith(
            "rules/airline.toml:6: warning: Rule airline/es-original: it says sub first, against norm/ES"
        )
        assert told.startswith(f"Isogloss serves the airline demo on http://127.0.0.1:{service.port} (revision ")


def test_an_address_that_others_reach_is_refused_by_the_command_as_well() -> None:
    run = isogloss("serve", "--host", "0.0.0.0", "--port", free_port())
    assert run.returncode == 2
    assert "Name one with --site, or say --demo." in run.stderr


@pytest.mark.parametrize("server", SERVERS)
def test_a_port_that_is_taken_is_refused(server: str) -> None:
    with closing(socket.socket()) as other:
        # As granian listens: without a look first, both would get every second connection.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = isogloss("serve", "--port", port, "--server", server)
    assert run.returncode == 2
    assert (
        f"Cannot listen on 127.0.0.1:{port}: Address already in use. Choose others with --host and --port."
        in run.stderr
    )


def test_a_host_that_is_none_is_refused(tmp_path: Path) -> None:
    site = demo_folder(tmp_path / "site")
    run = isogloss("serve", "--site", site, "--host", "300.0.0.1", "--port", free_port())
    assert run.returncode == 2
    assert "Cannot listen on 300.0.0.1" in run.stderr


def test_a_weak_token_is_refused_and_not_repeated() -> None:
    run = isogloss("serve", "--port", free_port(), ISOGLOSS_OPERATOR_TOKENS="hunter2")
    assert run.returncode == 2
    assert "token 1 has 7 bytes" in run.stderr
    assert "hunter2" not in run.stderr


# The end


@dataclass
class Asking:
    """Somebody who asks all the time, over connections that are renewed so that every worker has its share."""

    port: int
    pause: float = 0.002
    failed: list[str] = field(default_factory=list)
    seen: list[tuple[str, str]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Asking:
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._stop.is_set():
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
                for _ in range(20):
                    self._ask_once(connection)
                    if self._stop.wait(self.pause):
                        return

    def _ask_once(self, connection: http.client.HTTPConnection) -> None:
        try:
            connection.request("GET", LOOK_UP)
            reply = connection.getresponse()
            reply.read()
        except (OSError, http.client.HTTPException) as error:
            self.failed.append(repr(error))
            return
        if reply.status != 200:
            self.failed.append(str(reply.status))
        found = re.search(r'revision="([0-9a-f]{16})"', reply.getheader("isogloss-decision", ""))
        self.seen.append((reply.getheader("isogloss-variant", ""), found[1] if found else ""))


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("server", SERVERS)
def test_a_server_that_is_told_to_end_says_so_serves_on_and_ends_well(server: str, workers: int) -> None:
    with serving(None, "--workers", workers, "--drain", 1.5, server=server) as service:
        service.end()
        # Of two workers one may be told before the other: the answer that says no is the one to read.
        service.until("/readyz", lambda reply: reply.status == 503 and reply.json() == {"status": "draining"})
        for _ in range(4):  # over new connections, so that every worker is asked
            assert service.ask(LOOK_UP)["isogloss-variant"] == "es-sub"
            assert service.ask("/healthz").status == 200
        assert service.exit_code() == 0
        assert 1 <= service.said().count('"draining"') <= workers  # the second may not have been there yet
        assert "Traceback" not in service.said()


@pytest.mark.parametrize("server", SERVERS)
def test_without_a_drain_it_ends_at_once(server: str) -> None:
    with serving(None, "--drain", 0, server=server) as service:
        service.end()
        assert service.exit_code() == 0
        assert "draining" not in service.said()


@pytest.mark.parametrize("server", SERVERS)
def test_somebody_who_never_ends_a_request_does_not_hold_it_up(server: str) -> None:
    with serving(None, "--drain", 0, server=server) as service, closing(socket.socket()) as slow:
        slow.connect(("127.0.0.1", service.port))
        slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: half.example\r\n")
        service.end()
        began = time.monotonic()
        assert service.exit_code() == 0
        assert time.monotonic() - began < LAST * 3


def test_whoever_presses_control_c_does_not_wait() -> None:
    with serving(None, "--drain", 60, server="uvicorn") as service:
        service.process.send_signal(signal.SIGINT)
        assert service.exit_code() == 0


# Two workers


def test_two_workers_change_a_rule_as_one_and_no_request_fails(tmp_path: Path) -> None:
    site = demo_folder(tmp_path / "site")
    rules = (site / "rules/airline.toml").read_text("utf-8")
    with serving(site, "--workers", 2) as service, Asking(service.port) as asking:
        assert len(workers_of(service)) == 2
        for text, variant in ((NO_RULES, "es-dub"), (rules, "es-sub")):
            publish(site / "rules/airline.toml", text)
            # Both workers have switched once the older answer is no longer seen in thirty new connections.
            for _ in range(30):
                until(lambda: service.ask(LOOK_UP)["isogloss-variant"] == variant)  # noqa: B023 - called at once
        until(lambda: [variant for variant, _ in asking.seen[-100:]] == ["es-sub"] * 100)
    assert asking.failed == []
    # Whichever worker answers, one variant has one revision, and the first content has its revision again.
    assert len(set(asking.seen)) == 2
    assert {variant for variant, _ in asking.seen} == {"es-sub", "es-dub"}


def test_a_worker_that_takes_the_place_of_another_serves_the_site_as_it_is_now(tmp_path: Path) -> None:
    site = demo_folder(tmp_path / "site")
    with serving(site) as service:
        publish(site / "rules/airline.toml", NO_RULES)
        service.until(LOOK_UP, lambda reply: reply["isogloss-variant"] == "es-dub")
        (before,) = workers_of(service)
        os.kill(before, signal.SIGKILL)
        until(lambda: workers_of(service) not in ([], [before]) and answers(service))
        assert service.ask(LOOK_UP)["isogloss-variant"] == "es-dub"


def workers_of(service: Service) -> list[int]:
    """The processes that the service has started and that live."""
    listed = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children")
    if not listed.exists():
        pytest.skip("the kernel does not list the children of a process")
    return [int(child) for child in listed.read_text().split()]


def answers(service: Service) -> bool:
    try:
        return service.ask("/readyz").status == 200
    except (OSError, http.client.HTTPException):
        return False


def until(holds: Callable[[], bool]) -> None:
    """Waits until it holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


# A geo file


def test_a_geo_file_that_is_truncated_in_place_does_not_end_the_process(tmp_path: Path) -> None:
    site = demo_folder(tmp_path / "site")
    places = site / "places.mmdb"
    places.write_bytes(require_shared("geoip/GeoIP2-City-Test.mmdb").read_bytes())
    add(site / "site.toml", '[geo]\ndatabase = "places.mmdb"\n[[proxies]]\nfrom = ["127.0.0.1"]\n')
    german = {"X_Forwarded_For": "2a02:d180::1"}
    with serving(site) as service:
        before = workers_of(service)
        assert service.ask("/v1/decide/business-class", **german)["isogloss-variant"] == "de-dub"
        with places.open("r+b") as file:
            file.truncate(4096)
        for _ in range(20):
            assert service.ask("/v1/decide/business-class", **german)["isogloss-variant"] == "de-dub"
        service.until("/readyz", lambda reply: reply.json()["status"] == "degraded")
        for network in range(0x2A02, 0x2A0A):  # look-ups all over the tree
            assert service.ask("/v1/decide/business-class", X_Forwarded_For=f"{network:x}:d180::1").status == 200
        assert service.ask("/v1/decide/business-class", **german)["isogloss-variant"] == "de-dub"
        publish(places, require_shared("geoip/GeoIP2-City-Test.mmdb").read_bytes())
        service.until("/readyz", lambda reply: reply.json()["status"] == "ready")
        assert workers_of(service) == before
