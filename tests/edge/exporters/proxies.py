"""Real proxies before the real service and an origin, all on free ports of this machine.

with standing(folder, "nginx") as stand:
    stand.ask("/business-class", Accept_Language="de").body
"""

from __future__ import annotations

import contextlib
import http.client
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.conftest import require_tool
from tests.edge.servers import PATIENCE, Reply, Service, free_port, isogloss, serving

#: How long the origin says that its answers live.
AGE = 300


@dataclass(slots=True)
class Asked:
    """One request that the origin got."""

    method: str
    target: str
    fields: dict[str, str]


@dataclass(slots=True)
class Origin:
    """The content: for each variant a text of its own. `asked` is all that came, in order."""

    port: int = 0
    control: str = f"public, max-age={AGE}"
    asked: list[Asked] = field(default_factory=list)


@contextlib.contextmanager
def origin_running() -> Iterator[Origin]:
    """An origin that names the variant that it was asked for."""
    origin = Origin()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            fields = {name.lower(): value for name, value in self.headers.items()}
            origin.asked.append(Asked(self.command, self.path, fields))
            length = int(self.headers.get("Content-Length", 0))
            self.rfile.read(length)
            body = f"{fields.get('isogloss-variant', '')} {self.path} ".encode() + b"." * 1000
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", origin.control)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_POST = do_GET  # noqa: N815 (the names that http.server looks for)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    origin.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield origin
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)


@dataclass(frozen=True, slots=True)
class Stand:
    """A proxy, what is behind it, and the file it was given."""

    port: int
    origin: Origin
    service: Service
    file: Path

    def ask(self, target: str, method: str = "GET", **fields: str) -> Reply:
        """One request on a connection of its own."""
        return self.send(method, target, fields)

    def send(self, method: str, target: str, fields: Mapping[str, str], body: bytes | None = None) -> Reply:
        """The same with a body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, target, body, {name.replace("_", "-"): one for name, one in fields.items()})
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, found, response.read())
        finally:
            connection.close()

    def variant(self, target: str, **fields: str) -> str:
        """The variant that a visitor sees, as the origin names it; the status where it is no content."""
        reply = self.send("GET", target, fields)
        return reply.body.decode().partition(" ")[0] if reply.status == 200 else str(reply.status)

    def fetched(self) -> list[str]:
        """The variants that the origin was asked for since the last call, in order."""
        found = [one.fields.get("isogloss-variant", "") for one in self.origin.asked]
        self.origin.asked.clear()
        return found


#: From the exported file, the folder and the proxy's port to the command that runs it in the foreground.
Start = Callable[[Path, Path, int], list[str]]


@contextlib.contextmanager
def standing(site: Path, target: str, folder: Path, start: Start, *flags: str, **variables: str) -> Iterator[Stand]:
    """The proxy before the service and an origin."""
    port = free_port()
    with serving(site, **variables) as service, origin_running() as origin:
        file = folder / f"{target}.conf"
        ports = ("--listen", port, "--service", f"127.0.0.1:{service.port}", "--origin", f"127.0.0.1:{origin.port}")
        made = isogloss(
            "export",
            "--site",
            site,
            "--mode",
            "lookup",
            "--to",
            target,
            *ports,
            "--cache",
            folder,
            "--out",
            file,
            *flags,
        )
        assert made.returncode == 0, made.stderr
        command = start(file, folder, port)
        require_tool(command[0])
        with (folder / "output").open("wb") as output:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            stand = Stand(port, origin, service, file)
            _wait(stand, process, folder / "output")
            origin.asked.clear()
            yield stand
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(PATIENCE)


def _wait(stand: Stand, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            stand.ask("/nothing-there")
            return
        time.sleep(0.02)
    raise AssertionError(f"the proxy did not start:\n{output.read_text(errors='replace')}")
