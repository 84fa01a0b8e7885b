"""The service as a process of its own, on either server, and somebody who asks it over a real connection.

with serving(folder, server="uvicorn") as service:
    assert service.ask("/v1/decide/business-class", CF_IPCountry="ES")["isogloss-variant"] == "original"
    service.end()
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.conftest import REPOSITORY

SERVERS = ("granian", "uvicorn")

#: Seconds that a start, an end or a change may take at most on a machine that does much else. What must be quick is measured.
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer. Names of fields are in lower case."""

    status: int
    fields: Mapping[str, str]
    body: bytes

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Service:
    """A running service."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, output: IO[bytes]) -> None:
        self.process = process
        self.port = port
        self._output = output

    def ask(self, path: str, **fields: str) -> Reply:
        """One GET on a connection of its own; `Accept_Language="de"` is the field Accept-Language."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in fields.items()})
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, found, response.read())
        finally:
            connection.close()

    def until(self, path: str, told: Callable[[Reply], bool], **fields: str) -> float:
        """Seconds until an answer is as it should be."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            if told(self.ask(path, **fields)):
                return time.monotonic() - began
            time.sleep(0.02)
        raise AssertionError(f"{path} never came to that; last: {self.ask(path, **fields)}\n{self.said()}")

    def end(self) -> None:
        """Tells the service, and nobody else, to end."""
        self.process.send_signal(signal.SIGTERM)

    def exit_code(self) -> int:
        """How it ended."""
        return self.process.wait(PATIENCE)

    def said(self) -> str:
        """All that it has printed so far."""
        self._output.seek(0)
        return self._output.read().decode(errors="replace")


def command(*arguments: object) -> list[str]:
    """The command `isogloss` of this tree."""
    return [sys.executable, "-m", "edge", *map(str, arguments)]


def environment(**variables: str) -> dict[str, str]:
    """The variables of this process, without those by which somebody may have named a site of their own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ISOGLOSS_")} | variables


def isogloss(*arguments: object, stdin: bytes = b"", **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs the command to its end."""
    run = subprocess.run(
        command(*arguments), input=stdin, cwd=REPOSITORY, env=environment(**variables), capture_output=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    return subprocess.CompletedProcess(run.args, run.returncode, run.stdout.decode(), run.stderr.decode())


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(folder: Path | None, *flags: object, server: str = "granian", **variables: str) -> Iterator[Service]:
    """A service that is ready; it is ended at the end, with all of its workers."""
    port = free_port()
    site = () if folder is None else ("--site", folder)
    whole = command("serve", *site, "--port", port, "--server", server, *flags)
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            whole, cwd=REPOSITORY, env=environment(**variables), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
        service = Service(process, port, output)
        try:
            _wait(service)
            yield service
        finally:
            _end(process)


def _wait(service: Service) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and service.process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if service.ask("/readyz").status == 200:
                return
        time.sleep(0.02)
    raise AssertionError(f"the service did not start:\n{service.said()}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Every process of the group that this test has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)
