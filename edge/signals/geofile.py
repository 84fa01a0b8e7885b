"""A geo database in MaxMind's format, held in memory of our own.

The file is copied before it is opened: a reader maps it, and whoever truncates a mapped file kills the process. It is probed
before it is used, for a file can open well and be corrupt at look-up. Whoever replaces a `GeoFile` by a newer one does so by
one assignment; the old one's memory goes with it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

LARGEST = 512 * 1024 * 1024
_PROBES = 256
_CHUNK = 1 << 20
_CODE_LENGTH = 2

# Addresses of long standing in many parts of the world and of the tree: look-ups that every database should survive.
_WELL_KNOWN = (
    "1.1.1.1", "8.8.8.8", "9.9.9.9", "81.2.69.160", "89.160.20.112", "129.132.1.1", "133.11.1.1", "150.101.1.1", "185.1.1.1",
    "193.0.6.139", "200.160.2.3", "216.160.83.56", "2001:218::1", "2001:4860:4860::8888", "2a00:1450:4001::1", "2606:4700::1111",
)  # fmt: skip


class GeoFault(ValueError):  # noqa: N818 - reads as what the file has
    """A geo file cannot be used. The message says why, with the file's name and no address."""


class Reader(Protocol):
    """What is used of `maxminddb.Reader`, which its C extension offers as well."""

    def get(self, ip_address: str) -> Any: ...
    def metadata(self) -> Any: ...
    def __iter__(self) -> Iterator[tuple[Any, Any]]: ...


class GeoRecord(Struct, frozen=True):
    """What a database says of an address, as it says it: ISO 3166-1, the subdivision's part of ISO 3166-2, IANA zone."""

    country: str | None = None
    subdivision: str | None = None
    zone: str | None = None


NOTHING = GeoRecord()


class GeoFile:
    """An open database. `kind` is the type that it states of itself; `failures` counts look-ups that it could not answer."""

    def __init__(self, reader: Reader) -> None:
        metadata = reader.metadata()
        self._reader = reader
        self._six = metadata.ip_version == 6
        self.kind = str(metadata.database_type)
        self.failures = 0

    @classmethod
    def load(cls, path: Path) -> GeoFile:
        """Copies, opens and probes. Raises GeoFault: absent, too large, no such format, without countries, corrupt."""
        from maxminddb import InvalidDatabaseError

        try:
            with _copied(path) as copy:
                file = cls(_open(copy))
        except OSError as error:
            raise GeoFault(f"{path.name}: cannot be read: {error.strerror or error}") from error
        except InvalidDatabaseError as error:
            # The error's own words name the path of the copy.
            raise GeoFault(f"{path.name}: is no database in MaxMind's format, or a damaged one.") from error
        file._probe(path.name)
        return file

    def get(self, address: str) -> GeoRecord:
        """What is known of an address. A look-up that fails is counted, and nothing is known. Never raises."""
        if not self._six and ":" in address:
            return NOTHING
        try:
            return adapt(self._reader.get(address))
        except Exception:  # a corrupt file makes the reader raise whatever it meets; the visitor's request goes on
            self.failures += 1
            return NOTHING

    def _probe(self, name: str) -> None:
        try:
            found = [adapt(record) for _, record in islice(self._reader, _PROBES)]
            found += [adapt(self._reader.get(address)) for address in _WELL_KNOWN if self._six or ":" not in address]
        except Exception as error:  # as in `get`
            raise GeoFault(f"{name}: is damaged: look-ups in it fail ({type(error).__name__}).") from error
        if not any(record.country for record in found):
            raise GeoFault(
                f'{name}: holds no countries. Its type is "{self.kind}"; a Country or City database is needed.'
            )


def adapt(record: Any) -> GeoRecord:
    """A record of any shape in use: MaxMind's and DB-IP's nested one, ip-location-db's and IPinfo's flat ones."""
    if not isinstance(record, Mapping):
        return NOTHING
    country = (
        _code(record.get("country")) or _code(record.get("registered_country")) or _text(record.get("country_code"))
    )
    divisions = record.get("subdivisions")
    first = divisions[0] if isinstance(divisions, list) and divisions else None
    location = record.get("location")
    zone = location.get("time_zone") if isinstance(location, Mapping) else record.get("timezone")
    return GeoRecord(country, _code(first) or _text(record.get("region_code")), _text(zone))


def _code(found: Any) -> str | None:
    if isinstance(found, Mapping):
        return _text(found.get("iso_code"))
    return found if isinstance(found, str) and len(found) == _CODE_LENGTH else None


def _text(found: Any) -> str | None:
    return found if isinstance(found, str) and found else None


@contextmanager
def _copied(path: Path) -> Iterator[str]:
    """A copy of the file that nobody else can touch, under a path that is good while the context lasts."""
    with path.open("rb") as source:
        if os.fstat(source.fileno()).st_size > LARGEST:
            raise GeoFault(f"{path.name}: is larger than {LARGEST >> 20} MiB.")
        with _anonymous() as (target, name):
            left = LARGEST
            while left > 0 and (chunk := source.read(min(_CHUNK, left))):
                left -= len(chunk)
                _write(target, chunk)
            yield name


@contextmanager
def _anonymous() -> Iterator[tuple[int, str]]:
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("isogloss-geo", os.MFD_CLOEXEC)
        try:
            yield descriptor, f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
    else:  # no memfd outside Linux: a private file, unlinked as soon as it is mapped
        with tempfile.NamedTemporaryFile(prefix="isogloss-geo-") as file:
            yield file.fileno(), file.name


def _write(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


def _open(path: str) -> Reader:
    import maxminddb

    # The pure-Python reader takes twelve times as long; it serves where no C extension was built.
    try:
        reader: Reader = maxminddb.open_database(path, maxminddb.MODE_MMAP_EXT)
    except ValueError:
        reader = maxminddb.open_database(path, maxminddb.MODE_MEMORY)
    return reader
