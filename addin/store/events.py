"""What happened to units and files: lines that are only ever added."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from addin.store.schema import insert

RECEIVED, MERGED, EDITED, LOCKED = "received", "merged", "edited", "locked"
"""Bytes that were read for the first time; a merge that came to its end; bytes read again, for the store was edited; a
version that was handed in."""

SAMPLED, SPOT_CHECKED = "sampled", "spot_checked"
"""Units were drawn to be checked once more; what came of it. Of no single unit: who is drawn is in nobody's story."""

CORRECTION_APPROVED, CORRECTION_REFUSED = "correction_approved", "correction_refused"
"""What somebody decided about a cell that a unit reports otherwise since."""


@dataclass(frozen=True)
class Event:
    """One thing that happened. ``what`` is a key of ``[what]`` in words/store.toml."""

    what: str
    survey: str = ""
    year: int | None = None
    unit: str = ""
    name: str = ""
    file: str = ""
    sha256: str = ""
    submission: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    happened_at: str = ""
    """When, as :func:`tell_now` writes it; ``""`` becomes the moment in which it is put in."""

    @property
    def told(self) -> str:
        """The details as JSON."""
        return json.dumps(self.details, ensure_ascii=False)


def tell_now() -> str:
    """Return the moment as the store writes it: local time with its distance from UTC, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def add_events(connection: duckdb.DuckDBPyConnection, events: Iterable[Event]) -> None:
    """Put events in, in their order. To be called in a transaction."""
    moment, who = tell_now(), _who()
    rows = [
        (e.happened_at or moment, who, e.what, e.survey, e.year, e.unit, e.name, e.file, e.sha256, e.submission, e.told)
        for e in events
    ]
    insert(connection, "events", rows)


def _who() -> str:
    """Return the user of the computer; ``""`` where the system does not know."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
