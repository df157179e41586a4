"""A reader with a memory: what it has read once is taken from the store, whatever the file is called now."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from addin.package.opened import digest_file
from addin.receiving.collect import show_name
from addin.receiving.returns import ReadReturns
from addin.store.events import EDITED, RECEIVED, Event, add_events, tell_now
from addin.store.evidence import keep_file
from addin.store.packed import pack_reading, unpack_reading
from addin.store.seals import find_edited
from addin.store.store import Store, StoreError
from addin.store.submissions import Arrival, Reader, fetch, find_known, hold_transaction, keep
from addin.submission import Refusal, Submission
from templates.migration import fingerprint_migrations
from templates.model import Survey
from templates.program import READING, fingerprint_program
from templates.system import find_reason
from templates.words import say

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
    read: ReadReturns
    every: float = EVERY
    beside: str = ""
    """What else the reading depends on: files that were read by other means are read again."""
    parsed: int = 0
    recalled: int = 0
    edited: set[str] = field(default_factory=set)
    """Fingerprints of files of which the store holds something else than was put in: they were read again."""
    _known: dict[str, int] = field(default_factory=dict)
    """Numbers of submissions by the fingerprint of their bytes."""
    _unsound: set[str] = field(default_factory=set)
    """Fingerprints of those that have not been read again yet."""
    _waiting: list[Arrival] = field(default_factory=list)
    _ahead: dict[int, dict[str, Any]] = field(default_factory=dict)
    _fingerprints: dict[Path, str] = field(default_factory=dict)
    _written: float = 0.0

    def __enter__(self) -> Self:
        with self.store.opened(read_only=True) as connection:
            self._known = find_known(connection, self._reader)
            changed = find_edited(connection, self._known.values())
        self._unsound = {sha256 for sha256, number in self._known.items() if number in changed}
        self._written = time.monotonic()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._write()

    def __call__(self, paths: Sequence[Path]) -> Iterator[Submission | Refusal]:
        """Yield what each file holds, from the store or, where it is not there, by reading it."""
        marks = [digest_file(path) for path in paths]
        self._fingerprints |= dict(zip(paths, marks, strict=True))
        new = self._new(marks)
        parsed = self.read([path for number, path in enumerate(paths) if number in new])
        for number, (path, sha256) in enumerate(zip(paths, marks, strict=True)):
            found = self._remembered(path, sha256, next(parsed)) if number in new else self._again(path, sha256)
            self._keep(path, sha256)
            yield found

    def kept(self, path: Path | None) -> Kept | None:
        """Return where the store has the file; None when reading broke off. To be asked when the block has ended."""
        sha256 = self._fingerprints.get(path, "") if path else ""
        return Kept(sha256, self._known[sha256]) if sha256 in self._known else None

    def _keep(self, path: Path, sha256: str) -> None:
        """Keep the file itself. What cannot be opened has no fingerprint; there is nothing to keep."""
        try:
            if sha256:
                keep_file(self.store.path, path, sha256)
        except OSError as error:
            raise StoreError(say("store.refused.not_kept", file=path.name, reason=find_reason(error))) from error

    @property
    def _reader(self) -> Reader:
        survey = self.definitions
        older = f" {fingerprint_migrations(survey.migrations)}" if survey.migrations else ""
        beside = f" {self.beside}" if self.beside else ""
        return Reader(f"{survey.id} {survey.version} {survey.hash}{older}{beside}", fingerprint_program(READING))

    def _new(self, marks: Sequence[str]) -> set[int]:
        """Return the places of the files that are not in the store, of those with the same bytes the first."""
        seen, new = set(self._known), set()
        for number, sha256 in enumerate(marks):
            if not sha256 or sha256 not in seen:
                new.add(number)
            seen.add(sha256)
        return new

    def _again(self, path: Path, sha256: str) -> Submission | Refusal:
        """Return what a file holds whose bytes were read before; it is read once more where nothing came of that."""
        if any(arrival.sha256 == sha256 for arrival in self._waiting):
            self._write()
        if sha256 in self._known:
            known = None if sha256 in self._unsound else self._recall(self._known[sha256])
            if known:
                return known
            self._unsound.add(sha256)
            self.edited.add(sha256)
        return self._remembered(path, sha256, next(self.read([path])))

    def _recall(self, number: int) -> Submission | Refusal | None:
        """Return what the store has under the number; None where that is damaged, and the file has to tell again."""
        if number not in self._ahead:
            wanted = sorted(other for other in self._known.values() if other >= number)[:AHEAD]
            with self.store.opened(read_only=True) as connection:
                self._ahead = fetch(connection, wanted)
        try:
            found = unpack_reading(self._ahead.pop(number))
        except ValueError:
            return None
        self.recalled += 1
        return found

    def _remembered(self, path: Path, sha256: str, found: Submission | Refusal) -> Submission | Refusal:
        """Return what was read of a file, and have it written with the next ones."""
        self.parsed += 1
        if found.origin and found.origin.sha256 == sha256:  # else somebody has just saved it, or the reading broke off
            saved = found.origin.saved_at or datetime.fromtimestamp(path.stat().st_mtime).astimezone()
            name = show_name(path.name)
            self._waiting.append(Arrival(sha256, pack_reading(found), name, saved.isoformat(), tell_now()))
        if time.monotonic() - self._written >= self.every:
            self._write()
        return found

    def _write(self) -> None:
        """Write what was read since the last time, all of it or nothing."""
        arrivals, self._waiting = self._waiting, []
        if not arrivals:
            return
        with self.store.opened() as connection, hold_transaction(connection):
            here = find_known(connection, self._reader)
            new = [arrival for arrival in arrivals if arrival.sha256 not in here or arrival.sha256 in self._unsound]
            numbers = keep(connection, self._reader, new)
            add_events(connection, [self._event(arrival, numbers[arrival.sha256]) for arrival in new])
        self._known |= here | numbers
        self._unsound -= numbers.keys()
        self._written = time.monotonic()

    def _event(self, arrival: Arrival, number: int) -> Event:
        told = _received(arrival, number)
        return replace(told, what=EDITED) if arrival.sha256 in self._unsound else told


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
