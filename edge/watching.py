"""When a site's folder has changed, and when it has come to rest (DESIGN §6). Files are polled, not trusted to events."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

#: Seconds without a change after which a folder is believed to be whole: a file changed just now may be half written.
SETTLED = 0.15
#: A newest change that lies further back says nothing of when this change was made (a folder swapped in by a link).
FRESH = 2.0
#: Seconds to build a byte of a site, with room for two workers that share a busy core and answer meanwhile; one that is alone
#: needs less than half. 10,000 rules are 0.6 MB of CSV or 1.6 MB of TOML.
A_BYTE = {".toml": 1.7e-6, ".csv": 1.3e-6}
SUFFIXES = tuple(A_BYTE)
#: Folders inside each other, at most: a link that leads back up ends there.
DEEPEST = 5

#: Relative path, real path, inode, size in bytes, mtime in nanoseconds.
Row = tuple[str, str, int, int, int]
Signature = tuple[Row, ...]


class Look(Struct, frozen=True):
    """One look at a folder: what is in it, and when (seconds since 1970) its newest change was."""

    signature: Signature
    newest: float

    @property
    def building(self) -> float:
        """Seconds that every worker is given to build this site: by its size, which is the same for all of them."""
        return sum(row[3] * A_BYTE.get(os.path.splitext(row[0])[1], 0.0) for row in self.signature)

    def beside(self, row: Row | None) -> Look:
        """The same look with one more file, if there is one."""
        return self if row is None else Look(tuple(sorted((*self.signature, row))), self.newest)


class Vanished(Exception):  # noqa: N818 - reads as what happened to the folder
    """The folder is not there, or nothing in it can be read as a site."""


def look(folder: Path, extra: Path | None = None) -> Look:
    """The signature of all non-hidden `*.toml` and `*.csv` below the folder, and of one file beside them (the geo file).

    A row has the real path and the inode, so that a swap by a link or a rename shows as well. Raises Vanished.
    """
    found = _Found(newest=_changed(folder))
    found.walk(f"{folder}{os.sep}", "", os.path.realpath(folder))
    if not found.rows:
        raise Vanished(f"{folder} holds no .toml or .csv file")
    row = None if extra is None else row_of(extra)
    newest = max(found.newest, row[-1] / 1e9) if row is not None else found.newest
    return Look(tuple(sorted(found.rows)), newest).beside(row)


def row_of(file: Path) -> Row | None:
    """The row of one file by its own path, None while there is no such file."""
    try:
        status = file.stat()
    except OSError:
        return None
    return str(file), os.path.realpath(file), status.st_ino, status.st_size, status.st_mtime_ns


def _changed(folder: Path) -> float:
    """When the folder was changed, or the link that leads to it."""
    try:
        status, link = folder.stat(), folder.lstat()
    except OSError as error:
        raise Vanished(f"{folder}: {error.strerror}") from error
    return max(status.st_mtime, status.st_ctime, link.st_ctime)


class _Found(Struct):
    """What a walk has found so far. Whatever goes while it is looked at is not there."""

    newest: float
    rows: list[Row] = []

    def walk(self, folder: str, prefix: str, real: str) -> None:
        for entry in _entries(folder + prefix, whole=not prefix):
            if entry.name.startswith("."):
                continue
            try:
                self.add(entry, folder, prefix, real)
            except OSError:  # gone meanwhile, or a link that leads to itself
                continue

    def add(self, entry: os.DirEntry[str], folder: str, prefix: str, real: str) -> None:
        # Resolving a path asks for each of its parts; only of links is it not known already.
        path = os.path.realpath(entry.path) if entry.is_symlink() else f"{real}{os.sep}{entry.name}"
        status = entry.stat()
        if entry.is_dir():
            # A file that was taken away shows in its folder alone.
            self.newest = max(self.newest, status.st_mtime, status.st_ctime)
            if prefix.count("/") < DEEPEST:
                self.walk(folder, f"{prefix}{entry.name}/", path)
        elif entry.name.endswith(SUFFIXES) and entry.is_file():
            self.newest = max(self.newest, status.st_mtime, status.st_ctime)
            self.rows.append((f"{prefix}{entry.name}", path, status.st_ino, status.st_size, status.st_mtime_ns))


def _entries(folder: str, *, whole: bool) -> list[os.DirEntry[str]]:
    """What is in a folder. One below the site's that goes meanwhile holds nothing; any other failure is the site's."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        if not whole and isinstance(error, FileNotFoundError | NotADirectoryError):
            return []
        raise Vanished(f"{folder.rstrip(os.sep)}: {error.strerror}") from error


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
        if found.signature == self.taken or now - self._since < SETTLED:
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
