"""Processes: starting a server on one core, asking it the first question, counting its CPU time, ending it.

Linux only: CPU times come from `/proc`, cores from `sched_setaffinity`.
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
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

TOP = Path(__file__).resolve().parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")

Fields = Sequence[tuple[str, str]]


class BenchFault(Exception):  # noqa: N818 - reads as what the bench has
    """Something that makes measuring pointless: a server that does not start, an answer that is wrong."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. Names of fields are in lower case; their order is kept."""

    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes

    def field(self, name: str) -> str:
        """The value of a field, empty where it is not there."""
        return next((value for key, value in self.fields if key == name), "")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that has answered. `pid` is the root of its process tree; `began` is the moment of its exec (monotonic)."""

    pid: int
    port: int
    began: float
    answered: float


def cores() -> tuple[int | None, int | None]:
    """The core of the server and the core of the load; None where there are not two, then nothing is pinned."""
    available = sorted(os.sched_getaffinity(0))
    return (available[0], available[1]) if len(available) > 1 else (None, None)


@contextlib.contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Meanwhile this process and those that it starts run on that core alone; on any where it is None."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, before if core is None else {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def forked(work: Callable[[], list[float]]) -> list[float]:
    """What the work gives in a child of this process: it begins from all that this one knows, and leaves nothing behind here.

    Raises BenchFault where the child fails; its traceback goes to standard error.
    """
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        _work_and_leave(work, sending)
    os.close(sending)
    with open(receiving, encoding="ascii") as pipe:
        said = pipe.read()
    if os.waitpid(child, 0)[1]:
        raise BenchFault("a child that was to measure has failed")
    found: list[float] = json.loads(said)
    return found


def _work_and_leave(work: Callable[[], list[float]], sending: int) -> NoReturn:
    """Without any of the ways out of its parent: no handler runs, no buffer is written twice."""
    code = 1
    try:
        with open(sending, "w", encoding="ascii") as pipe:
            json.dump(work(), pipe)
        code = 0
    except BaseException:  # whatever it is, this child has no caller that it could reach
        traceback.print_exc()
    finally:
        os._exit(code)


def free_port() -> int:
    """A port of the loopback address that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def service_command(site: Path, port: int, workers: int = 1) -> list[str]:
    """How the service is started: by its own command, with nothing about it changed."""
    flags = ["--site", str(site), "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)]
    return [sys.executable, "-m", "edge", "serve", *flags, "--server", "granian", "--drain", "0"]


def peer_command(app: str, port: int) -> list[str]:
    """An app of `bench.peers` on granian, with the settings that the service gives it."""
    flags = ["--interface", "asgi", "--http", "1", "--no-ws", "--loop", "uvloop", "--workers", "1"]
    return [sys.executable, "-m", "granian", *flags, "--host", "127.0.0.1", "--port", str(port), f"bench.peers:{app}"]


@contextlib.contextmanager
def running(
    command: Sequence[str],
    port: int,
    *,
    core: int | None = None,
    env: Mapping[str, str] | None = None,
    path: str = "/healthz",
    fields: Fields = (),
) -> Iterator[Server]:
    """Starts a server, waits for its first 200 on `path`, hands it out, and ends it and its children."""
    with tempfile.TemporaryFile() as output:
        began = time.monotonic()
        process = _spawn(command, core, env or {}, output)
        try:
            answered = _first_answer(process, port, path, fields, output)
            yield Server(process.pid, port, began, answered)
        finally:
            _end(process)


def _spawn(
    command: Sequence[str], core: int | None, env: Mapping[str, str], output: IO[bytes]
) -> subprocess.Popen[bytes]:
    """A child inherits the cores of its parent, and so do the children of that child."""
    with pinned(core):
        return subprocess.Popen(
            command, cwd=TOP, env={**os.environ, **env}, stdout=output, stderr=output, start_new_session=True
        )


def _first_answer(process: subprocess.Popen[bytes], port: int, path: str, fields: Fields, output: IO[bytes]) -> float:
    """The moment of the first 200. Asks every 2 ms, which is how exact a cold start is measured."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if ask(port, path, fields).status == http.client.OK:
                return time.monotonic()
        time.sleep(0.002)
    output.seek(0)
    said = output.read().decode(errors="replace")[-2000:]
    raise BenchFault(
        f"no answer on {path} from: {' '.join(process.args if isinstance(process.args, list) else [])}\n{said}"
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """Asks the whole group of the server to end; after 10 s it is ended."""
    for sign, patience in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            return


def ask(port: int, path: str, fields: Fields = (), timeout: float = 5.0) -> Answer:
    """One GET on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        named = any(name.lower() == "host" for name, _ in fields)
        connection.putrequest("GET", path, skip_host=named, skip_accept_encoding=True)
        for name, value in fields:
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        found = tuple((name.lower(), value) for name, value in response.getheaders())
        return Answer(response.status, found, response.read())
    finally:
        connection.close()


def cpu_seconds(root: int) -> float:
    """utime + stime of a process and of all that descend from it and live."""
    children: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                parent, used = parse_stat(Path("/proc", entry, "stat").read_text())
                children.setdefault(parent, []).append(int(entry))
                ticks[int(entry)] = used
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        total += ticks.get(pid, 0)
        waiting += children.get(pid, [])
    return total / _TICKS


def parse_stat(text: str) -> tuple[int, int]:
    """(parent, utime + stime in ticks) of a line of `/proc/PID/stat`; the name may hold spaces and brackets (proc(5))."""
    rest = text.rpartition(")")[2].split()
    return int(rest[1]), int(rest[11]) + int(rest[12])
