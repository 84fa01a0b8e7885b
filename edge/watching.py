"""When a site's folder has changed, and when it has come to rest (DESIGN §6). Files are polled, not trusted to events."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".toml", ".csv")
#: A file changed within this many seconds may still be half written.
SETTLED = 0.15
#: A newest change that lies further back says nothing of when this change was made (a folder swapped in by a link).
FRESH = 2.0

Signature = tuple[tuple[str, str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a folder: what is in it, and when (seconds since 1970) its newest change was."""

    signature: Signature
    newest: float


class Vanished(Exception):  # noqa: N818 - reads as what happened to the folder
    """The folder is not there, or nothing in it can be read as a site."""


def look(folder: Path, extra: Path | None = None) -> Look:
    """The signature of all non-hidden `*.toml` and `*.csv` below the folder, and of one file beside them (the geo file).

    A row is (relative path, real path, inode, size, mtime in ns), so that a swap by a link or a rename shows as well.
    """
    rows = []
    times = [_changed(folder)]
    for relative, entry in _files(folder, ""):
        status = entry.stat()
        rows.append((relative, os.path.realpath(entry.path), status.st_ino, status.st_size, status.st_mtime_ns))
        times.append(max(status.st_mtime, status.st_ctime))
    if not rows:
        raise Vanished(f"{folder} holds no .toml or .csv file")
    if extra is not None and extra.exists():
        status = extra.stat()
        rows.append((str(extra), os.path.realpath(extra), status.st_ino, status.st_size, status.st_mtime_ns))
        times.append(max(status.st_mtime, status.st_ctime))
    return Look(tuple(sorted(rows)), max(times))


def _changed(folder: Path) -> float:
    try:
        status, link = folder.stat(), folder.lstat()
    except OSError as error:
        raise Vanished(f"{folder}: {error.strerror}") from error
    return max(status.st_mtime, status.st_ctime, link.st_ctime)


def _files(folder: Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Files in reach, at most four folders deep: a link that leads back up ends there."""
    if prefix.count("/") > 4:
        return
    try:
        entries = sorted(os.scandir(folder / prefix), key=lambda entry: entry.name)
    except OSError as error:
        raise Vanished(f"{folder / prefix}: {error.strerror}") from error
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _files(folder, f"{prefix}{entry.name}/")
        elif entry.name.endswith(SUFFIXES) and entry.is_file():
            yield f"{prefix}{entry.name}", entry


class Watch:
    """Tells, look after look, whether there is a settled state of the folder that has not been taken yet."""

    def __init__(self, folder: Path, taken: Look, extra: Path | None = None) -> None:
        self.folder = folder
        self.extra = extra
        self.taken = taken.signature
        self._seen = taken.signature
        self._since = 0.0

    def settled(self, now: float) -> Look | None:
        """A new state, unchanged for `SETTLED` seconds, or None. Raises Vanished where the folder is gone."""
        found = look(self.folder, self.extra)
        if found.signature != self._seen:
            self._seen, self._since = found.signature, now
        if found.signature == self.taken or now - self._since < SETTLED or 0 <= now - found.newest < SETTLED:
            return None
        return found

    def switch_at(self, found: Look, now: float, delay: float) -> float:
        """When every worker switches to that state: its newest change plus the delay, the same instant for all of them."""
        newest = found.newest if 0 <= now - found.newest < FRESH else self._since
        return newest + delay

    def take(self, found: Look) -> None:
        """That state is dealt with, well or badly: it is not offered again."""
        self.taken = found.signature

    def forget(self) -> None:
        """Whatever is found next is new, even what was there before."""
        self.taken = self._seen = ()
