"""The store as a file: opened briefly, made whole or not at all, and waited for while another program has it.

DuckDB lets one process in at a time, readers too as long as somebody writes. So whoever works with a store opens it for
one short piece of work and closes it again.
"""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

import duckdb

from addin.store.schema import SCHEMA, complete, create, read_schema
from generator.temporary import temporary_folder
from templates.system import find_reason
from templates.words import say

PATIENCE = 30.0
"""Seconds that a busy store is waited for."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
_PRIVATE = 0o077
"""Returns hold data of units: for the owner only, DuckDB's log beside the file, too."""

_BUSY = re.compile(r"Could not set lock on file|File is already open in|\(PID \d+\)")
_HOLDER = re.compile(r"([^\s/\\]+) \(PID (\d+)\)")

_TOLD_BY = {
    "foreign": re.compile("not a valid DuckDB database file|in-memory database"),
    "damaged": re.compile(
        "(?i)corrupt|checksum|could not read enough bytes|failed to deserialize|reading past end|damage"
    ),
}

_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL)
"""What file systems say that know no links: those of USB sticks and of some shares."""

_OUTSIDE = (duckdb.OperationalError, duckdb.SerializationException, duckdb.FatalException, duckdb.InternalException)


def is_of_the_world(error: duckdb.Error) -> bool:
    """Return whether the world did it to the file: a full disk, a lost share, damage. No mistake in SQL is that.

    DuckDB tells a damaged block by its most general class.
    """
    return isinstance(error, _OUTSIDE) or type(error) is duckdb.Error


class StoreError(Exception):
    """The store cannot be used; the message is one sentence that says why and what to do."""


@dataclass(frozen=True)
class Store:
    """The store at ``path``. ``told`` hears the one sentence to say when it has to be waited for."""

    path: Path
    told: Callable[[str], None] = lambda _sentence: None
    patience: float = PATIENCE

    def prepare(self) -> None:
        """Make the store where there is none, and see that this program can write it. Raises StoreError."""
        if not self.path.exists():
            self._make()
        with self.opened() as connection:
            complete(connection)

    @contextmanager
    def opened(
        self, *, read_only: bool = False, settings: dict[str, str] | None = None
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a connection that nobody else's can disturb; keep it briefly. Raises StoreError.

        ``settings`` are DuckDB's own, by name.
        """
        if not self.path.exists():
            raise StoreError(say("store.refused.missing", file=self.path))
        with _private():
            connection = self._connected(read_only, settings or {})
            try:
                self._check(connection)
                yield connection
            except duckdb.Error as error:
                if not is_of_the_world(error):
                    raise
                raise self._failed(error) from error
            finally:
                _close(connection)

    def _connected(self, read_only: bool, settings: dict[str, str]) -> duckdb.DuckDBPyConnection:
        until = time.monotonic() + self.patience
        for waited, pause in enumerate(_pauses()):
            try:
                return duckdb.connect(self.path, read_only=read_only, config=dict(settings))
            except duckdb.Error as error:
                if not _BUSY.search(str(error)):
                    raise self._failed(error) from error
                if time.monotonic() + pause > until:
                    raise StoreError(say("store.refused.busy", file=self.path, holder=_holder(error))) from error
                if not waited:
                    self.told(say("store.waiting", file=self.path, holder=_holder(error)))
            time.sleep(pause)
        raise AssertionError("pauses never end")

    def _failed(self, error: duckdb.Error) -> StoreError:
        """Return what to say of a file that cannot be used, by what DuckDB says of it."""
        reason = _first_line(error)
        found = next((what for what, pattern in _TOLD_BY.items() if pattern.search(reason)), "failed")
        return StoreError(say(f"store.refused.{found}", file=self.path, reason=reason))

    def _check(self, connection: duckdb.DuckDBPyConnection) -> None:
        found = read_schema(connection)
        if found is None:
            raise StoreError(say("store.refused.foreign", file=self.path))
        if found > SCHEMA:
            raise StoreError(say("store.refused.newer", file=self.path, found=found, known=SCHEMA))

    def _make(self) -> None:
        """Make an empty store beside its place and put it there whole, unless somebody else has been quicker."""
        try:
            with _private(), temporary_folder(self.path.parent) as folder:
                made = Path(folder, self.path.name)
                with duckdb.connect(made) as connection:
                    create(connection)
                _put(made, self.path)
        except OSError as error:
            raise StoreError(say("store.refused.unwritable", file=self.path, reason=find_reason(error))) from error
        except duckdb.Error as error:
            raise self._failed(error) from error


def _close(connection: duckdb.DuckDBPyConnection) -> None:
    """Close the connection; what a damaged file or a full disk says to that has been said already."""
    with suppress(duckdb.Error):
        connection.close()


def _put(made: Path, place: Path) -> None:
    """Give the file its place; a store that has come there meanwhile stays."""
    try:
        os.link(made, place)
    except FileExistsError:
        return
    except OSError as error:
        if error.errno not in _NO_LINKS or place.exists():
            raise
        made.rename(place)


@contextmanager
def _private() -> Iterator[None]:
    before = os.umask(_PRIVATE)
    try:
        yield
    finally:
        os.umask(before)


def _pauses() -> Iterator[float]:
    """Yield how long to wait before each next try: longer and longer, and never in step with others who wait."""
    chance, pause = SystemRandom(), _FIRST_PAUSE
    while True:
        yield pause * chance.uniform(0.5, 1.0)
        pause = min(2 * pause, _LONGEST_PAUSE)


def _holder(error: duckdb.Error) -> str:
    """Return who has the file, as DuckDB tells it."""
    found = _HOLDER.search(str(error))
    return say("store.holder", program=found[1], pid=found[2]) if found else say("store.holder_unknown")


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0]
