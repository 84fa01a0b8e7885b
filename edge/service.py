"""The running service: which site it serves now, and how it comes to the next one (DESIGN §6)."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import signal
import sys
import time
from pathlib import Path

from edge.operators import Operators
from edge.site import Loader, Site, Unsettled
from edge.watching import Look, Vanished, Watch, look
from locales.findings import Faulty, Finding, Severity

#: How often the folder is looked at, in seconds.
INTERVAL = 0.1
#: How often a folder that changes while it is read is read again at the start.
ATTEMPTS = 50

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
        for _ in range(ATTEMPTS):
            with contextlib.suppress(Unsettled):
                return cls(loader, loader.load(), operators)
            time.sleep(INTERVAL)
        raise Vanished(f"{folder} changes all the time")

    def catch_up(self) -> None:
        """Takes a state that is newer than the one this service was opened with, if it is a good one.

        For a worker that takes the place of another: the service that it is handed was opened when the first worker was.
        """
        with contextlib.suppress(Unsettled, Vanished, Faulty):
            if look(self.loader.folder, self.loader.geo_path).signature != self.loader.read.signature:
                self.site = self.loader.load()

    async def keep_current(self, interval: float = INTERVAL) -> None:
        """Looks after the folder until it is cancelled. Changes since the site was loaded count, however long ago that was."""
        watch = Watch(self.loader.folder, self.loader.read, self.loader.geo_path)
        while True:
            await asyncio.sleep(interval)
            try:
                await self._look(watch)
            except Exception as error:  # whatever it is, the last good site goes on, and so does the looking
                note("looking after the folder failed", error=type(error).__name__)

    async def _look(self, watch: Watch) -> None:
        try:
            found = watch.settled(time.time())
        except Vanished as vanished:
            await self._degrade(
                (Finding(str(vanished), 0, Severity.error, "vanished", "The folder of the site is gone."),)
            )
            watch.forget()
            return
        if found is not None:
            await self._take(watch, found)

    async def _take(self, watch: Watch, found: Look) -> None:
        """Builds the new site aside, waits for the instant at which every worker switches, and switches."""
        delay = self.site.settings.publish_delay + found.building
        switch_at = watch.switch_at(found, time.time(), delay)
        try:
            site = await asyncio.to_thread(self.loader.load, found)
        except (Unsettled, Vanished):
            return
        except Faulty as fault:
            self._taken(watch)
            await self._degrade(fault.findings)
            return
        except Exception as error:  # a fault of ours: the visitors have the last good site, the editor is told
            self._taken(watch)
            problem = f"The site could not be loaded ({type(error).__name__}). This is a fault of the program."
            await self._degrade((Finding("site.toml", 0, Severity.error, "internal", problem),))
            return
        self._taken(watch)
        await asyncio.sleep(max(0.0, switch_at - time.time()))
        self.site = site
        settle_memory()
        site.metrics.counter("isogloss_reloads_total", result="good").value += 1
        note("published", revision=site.revision)

    def _taken(self, watch: Watch) -> None:
        """What the loader has read is dealt with; the geo file that it named is watched from now on."""
        watch.extra = self.loader.geo_path
        watch.take(self.loader.read)

    async def _degrade(self, findings: tuple[Finding, ...]) -> None:
        if self.site.stale == findings:
            return
        self.site = await asyncio.to_thread(self.site.degraded, findings)
        self.site.metrics.counter("isogloss_reloads_total", result="faulty").value += 1
        note("kept the last good site", revision=self.site.revision, findings=[str(finding) for finding in findings])

    def drain(self) -> None:
        """From now on `/readyz` says no; everything is still answered."""
        if not self.draining:
            self.draining = True
            note("draining")


def settle_memory() -> None:
    """Hides what lives as long as the site from the garbage collector, which takes 13 ms to walk it each time."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


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
