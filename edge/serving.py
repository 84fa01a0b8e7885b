"""Starting a server: granian by default, uvicorn as well. The site is opened before any worker is, so a fault stops the start.

On SIGTERM a worker first says on `/readyz` that it is going, serves on for `drain` seconds, finishes what is in flight and ends.
"""

from __future__ import annotations

import contextlib
import gc
import ipaddress
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp

from edge.app import SITE_VARIABLE, from_environment, make_app
from edge.operators import Operators, WeakToken
from edge.service import Service, log_to_stderr
from edge.site import DEMO

if TYPE_CHECKING:
    from uvicorn import Config


#: Seconds for what is in flight once a server ends: half a request would hold it up for 30. With the drain it is less than the
#: 10 after which Docker ends a container the hard way.
LAST = 4


class Refused(Exception):  # noqa: N818 - reads as what happened to the start
    """The service does not start like this. The message says why, and what to do."""


#: The service opened by the parent. A forked worker finds it here; one that was spawned opens it anew.
_opened: Service | None = None


def folder_for(folder: Path | None, host: str, *, demo: bool) -> Path:
    """The folder to serve: the named one; the demo if asked for, or where nothing is named and nobody outside can see it."""
    if demo:
        if folder is not None:
            raise Refused("--demo and --site (or ISOGLOSS_SITE) name two sites. Leave one of them out.")
        return DEMO
    if folder is not None:
        return folder
    if is_loopback(host):
        return DEMO
    raise Refused(f"No site is named, and {host} can be reached from outside. Name one with --site, or say --demo.")


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve(folder: Path, host: str, port: int, workers: int, drain: float, server: str) -> None:
    """Serves until a signal ends it. Raises Faulty, Vanished or Refused before anything listens."""
    global _opened  # noqa: PLW0603 - what a fork hands to a worker has to be found by a module-level name
    try:
        operators = Operators.from_environment(os.environ)
    except WeakToken as weak:
        raise Refused(str(weak)) from weak
    host, port = _address(host, port)
    log_to_stderr()
    _opened = Service.open(folder, operators)
    gc.freeze()  # nothing of it is garbage; and what no collector touches stays one memory for all workers
    os.environ[SITE_VARIABLE] = str(folder)
    for finding in _opened.site.findings:
        print(finding)
    name = "the airline demo" if folder == DEMO else folder
    shown = f"[{host}]" if ":" in host else host
    print(f"Isogloss serves {name} on http://{shown}:{port} (revision {_opened.site.revision})", flush=True)
    start = _with_granian if server == "granian" else _with_uvicorn
    start(host, port, workers, drain)


def _address(host: str, port: int) -> tuple[str, int]:
    """The IP address of a host name, which granian does not look up, and a free port for 0.

    Raises Refused where somebody listens there: granian would share the port (SO_REUSEPORT), and every second answer would be
    another's.
    """
    # As bytes where that says the same: for a text Python loads the tables of internationalised names, which takes 3 ms.
    name = host.encode("ascii") if host.isascii() else host
    try:
        family, _, _, _, address = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)[0]
        with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            found = probe.getsockname()
            return found[0], found[1]
    except (OSError, UnicodeError) as error:  # UnicodeError: no host name at all
        reason = error.strerror if isinstance(error, OSError) else "no host name"
        raise Refused(f"Cannot listen on {host}:{port}: {reason}. Choose others with --host and --port.") from error


def load_app(target: str) -> ASGIApp:
    """The application, in a worker. `target` is the name that granian loads by, and says nothing."""
    if _opened is None:
        return from_environment()
    _opened.catch_up()
    return make_app(_opened)


def _drain(seconds: float, workers: Callable[[], Iterable[int | None]], stop: Callable[[], object]) -> None:
    """Tells workers, by process id, that they are going, and stops them after that many seconds.

    They are told again and again (SIGUSR1, as `drain_on_signal` understands it), for one of them may only just be starting.
    The thread holds nobody up who ends before.
    """

    def wait() -> None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            for worker in workers():
                if worker is not None:
                    with contextlib.suppress(OSError):
                        os.kill(worker, signal.SIGUSR1)
            time.sleep(min(left, 0.2))
        stop()

    threading.Thread(target=wait, daemon=True).start()


def _spare_starting_workers() -> None:
    """A worker that does not understand SIGUSR1 yet would be ended by it. That it is ignored is inherited."""
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)


def _with_granian(host: str, port: int, workers: int, drain: float) -> None:
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.log import LogLevels
    from granian.server.mp import MPServer

    class Draining(MPServer):
        """Granian that tells its workers first, and waits."""

        def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
            stop: Callable[..., None] = super().signal_handler_interrupt
            if not args or args[0] != signal.SIGTERM or drain <= 0:
                stop(*args, **kwargs)
                return
            _drain(drain, lambda: [worker.inner.pid for worker in self.wrks], partial(stop, *args, **kwargs))

    _spare_starting_workers()
    Draining(
        "edge.serving:load_app",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        http=HTTPModes.http1,
        loop=Loops.auto,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=LAST,
    ).serve(target_loader=load_app)


def _with_uvicorn(host: str, port: int, workers: int, drain: float) -> None:
    import uvicorn

    # Addresses come from the socket alone: whose forwarding fields count is for the site's hops to say.
    options: dict[str, Any] = {
        "host": host, "port": port, "access_log": False, "log_level": "warning", "proxy_headers": False, "ws": "none",
        "server_header": False, "date_header": True, "timeout_graceful_shutdown": LAST,
    }  # fmt: skip
    # When it has ended well, uvicorn sends itself the signals that it has seen; nobody is to be ended by them then.
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: None)
    if workers == 1:
        _one_uvicorn(uvicorn.Config(load_app("edge"), **options), drain)
    else:
        _many_uvicorns(uvicorn.Config("edge.app:from_environment", factory=True, workers=workers, **options), drain)


def _one_uvicorn(config: Config, drain: float) -> None:
    import uvicorn

    class Draining(uvicorn.Server):
        """uvicorn that says on `/readyz` that it is going, and waits."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            stop = super().handle_exit
            if sig != signal.SIGTERM or drain <= 0:
                stop(sig, frame)
                return
            _drain(drain, lambda: [os.getpid()], partial(stop, sig, frame))

    Draining(config).run()


def _many_uvicorns(config: Config, drain: float) -> None:
    from uvicorn.supervisors import Multiprocess

    class Draining(Multiprocess):
        """uvicorn's parent of workers, which tells them first, and waits."""

        def handle_term(self) -> None:
            stop = super().handle_term
            if drain <= 0:
                stop()
                return
            _drain(drain, lambda: [process.pid for process in self.processes], stop)

    parent = Draining(config, sockets=[config.bind_socket()])
    _spare_starting_workers()  # the parent has handlers of its own by now
    parent.run()
