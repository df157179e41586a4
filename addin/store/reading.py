"""A reader with a memory: what it has read once is taken from the store, whatever the file is called now."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from addin.receiving.archive import Found
from addin.receiving.collect import modified
from addin.receiving.receive import Read
from addin.store.events import RECEIVED, Event, add_events, now
from addin.store.packed import packed, unpacked
from addin.store.store import Store
from addin.store.submissions import Arrival, Reader, fetch, keep, known, transaction
from addin.submission import Refusal, Submission
from templates.migration import fingerprint
from templates.model import Survey
from templates.program import READING, program_version

EVERY = 2.0
"""Seconds of reading that a killed program may lose: what is read in them is written together."""

AHEAD = 64
"""So many submissions are taken out at once: files come in the order in which they came before."""


@dataclass(frozen=True)
class Kept:
    """Where the store has a file: the fingerprint of its bytes and the number of the submission."""

    sha256: str
    submission: int


@dataclass
class StoredReading:
    """Reads files by ``read``, each only once. What is not written yet is written when the ``with`` block ends.

    Nothing is open while a file is parsed. Raises StoreError when the store cannot be used.
    """

    store: Store
    definitions: Survey
    read: Read
    every: float = EVERY
    parsed: int = 0
    recalled: int = 0
    _known: dict[str, int] = field(default_factory=dict)
    """Numbers of submissions by the fingerprint of their bytes."""
    _waiting: list[Arrival] = field(default_factory=list)
    _ahead: dict[int, dict[str, Any]] = field(default_factory=dict)
    _fingerprints: dict[Path, str] = field(default_factory=dict)
    _written: float = 0.0

    def __enter__(self) -> Self:
        with self.store.opened(read_only=True) as connection:
            self._known = known(connection, self._reader)
        self._written = time.monotonic()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._write()

    def __call__(self, path: Path, *, survey: str | None = None) -> Submission | Refusal:
        """Return the file's data from the store or, when they are not there, by reading it."""
        sha256 = self._fingerprints[path] = _fingerprint(path)
        if any(arrival.sha256 == sha256 for arrival in self._waiting):
            self._write()
        if sha256 in self._known:
            return self._recall(self._known[sha256])
        return self._parse(path, sha256, survey)

    def kept(self, path: Path | None) -> Kept | None:
        """Return where the store has the file; None when reading broke off. To be asked when the block has ended."""
        sha256 = self._fingerprints.get(path, "") if path else ""
        return Kept(sha256, self._known[sha256]) if sha256 in self._known else None

    @property
    def _reader(self) -> Reader:
        survey = self.definitions
        older = f" {fingerprint(survey.migrations)}" if survey.migrations else ""
        return Reader(f"{survey.id} {survey.version} {survey.hash}{older}", program_version(READING))

    def _recall(self, number: int) -> Submission | Refusal:
        if number not in self._ahead:
            wanted = sorted(other for other in self._known.values() if other >= number)[:AHEAD]
            with self.store.opened(read_only=True) as connection:
                self._ahead = fetch(connection, wanted)
        self.recalled += 1
        return unpacked(self._ahead.pop(number))

    def _parse(self, path: Path, sha256: str, survey: str | None) -> Submission | Refusal:
        content = self.read(path, survey=survey)
        self.parsed += 1
        changed = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
        saved = modified(Found(path, path.name, changed)).isoformat()
        if _fingerprint(path) == sha256:  # else somebody has just saved it, and these are no longer its data
            self._waiting.append(Arrival(sha256, packed(content), path.name, saved, now()))
        if time.monotonic() - self._written >= self.every:
            self._write()
        return content

    def _write(self) -> None:
        """Write what was read since the last time, all of it or nothing."""
        arrivals, self._waiting = self._waiting, []
        if not arrivals:
            return
        with self.store.opened() as connection, transaction(connection):
            here = known(connection, self._reader)
            new = [arrival for arrival in arrivals if arrival.sha256 not in here]
            numbers = keep(connection, self._reader, new)
            add_events(connection, [_received(arrival, numbers[arrival.sha256]) for arrival in new])
        self._known |= here | numbers
        self._written = time.monotonic()


def _fingerprint(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _received(arrival: Arrival, number: int) -> Event:
    head = arrival.packed.head
    return Event(
        RECEIVED,
        head["survey"] or "",
        head["year"],
        head["code"] or "",
        head["name"] or "",
        arrival.file,
        arrival.sha256,
        number,
        {"status": head["status"]},
    )
