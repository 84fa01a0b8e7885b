"""The running service: which site it serves now, and how it comes to the next one (DESIGN §6)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import signal
import sys
import time
from pathlib import Path

from edge.operators import Operators
from edge.site import DEMO, Loader, Site, Unsettled
from edge.watching import Look, Vanished, Watch, look
from locales.findings import Faulty, Finding, Severity

#: How often the folder is looked at, in seconds.
INTERVAL = 0.1

log = logging.getLogger("isogloss")


class Service:
    """One process's state. `site` is swapped by one assignment; whoever answers reads it once."""

    def __init__(self, loader: Loader, site: Site, operators: Operators | None = None) -> None:
        self.loader = loader
        self.site = site
        self.operators = operators or Operators()
        self.draining = False
        self.started = time.time()

    @classmethod
    def open(cls, folder: Path, operators: Operators | None = None) -> Service:
        """The service of a folder. Raises Faulty or Vanished: at the start there is no last good site to fall back on."""
        loader = Loader(folder)
        for _ in range(50):
            with contextlib.suppress(Unsettled):
                return cls(loader, loader.load(), operators)
        raise Vanished(f"{folder} changes all the time")

    async def keep_current(self, interval: float = INTERVAL) -> None:
        """Looks after the folder until it is cancelled."""
        watch = Watch(self.loader.folder, look(self.loader.folder, self._geo_path()), self._geo_path())
        while True:
            await asyncio.sleep(interval)
            try:
                found = watch.settled(time.time())
            except Vanished as vanished:
                self._degrade((Finding(str(vanished), 0, Severity.error, "vanished", "The folder of the site is gone."),))
                watch.forget()
                continue
            if found is not None:
                await self._take(watch, found)

    async def _take(self, watch: Watch, found: Look) -> None:
        """Builds the new site aside, waits for the instant at which every worker switches, and switches."""
        switch_at = watch.switch_at(found, time.time(), self.site.settings.publish_delay)
        try:
            site = await asyncio.to_thread(self.loader.load)
        except (Unsettled, Vanished):
            return
        except Faulty as fault:
            watch.take(found)
            self._degrade(fault.findings)
            return
        watch.take(found)
        watch.extra = None if site.settings.geo is None else self.loader.folder / site.settings.geo
        await asyncio.sleep(max(0.0, switch_at - time.time()))
        self.site = site
        site.metrics.counter("isogloss_reloads_total", result="good").value += 1
        note("published", revision=site.revision)

    def _degrade(self, findings: tuple[Finding, ...]) -> None:
        if self.site.stale == findings:
            return
        self.site = self.site.degraded(findings)
        self.site.metrics.counter("isogloss_reloads_total", result="faulty").value += 1
        note("kept the last good site", revision=self.site.revision, findings=[str(finding) for finding in findings])

    def _geo_path(self) -> Path | None:
        geo = self.site.settings.geo
        return None if geo is None else self.loader.folder / geo

    def drain(self) -> None:
        """From now on `/readyz` says no; everything is still answered."""
        self.draining = True
        note("draining")


def note(event: str, **members: object) -> None:
    """One JSON line of the log: what happened, never what a visitor sent."""
    log.info(json.dumps({"at": round(time.time(), 3), "event": event, **members}, ensure_ascii=False))


def log_to_stderr() -> None:
    """JSON lines as they are, on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False


def drain_on_signal(service: Service) -> None:
    """SIGUSR1 starts draining: the parent of the workers sends it ahead of ending them."""
    with contextlib.suppress(ValueError, NotImplementedError, RuntimeError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, service.drain)


def demo() -> Path:
    """The folder of the airline demo, inside the package."""
    return DEMO
