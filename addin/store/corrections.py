"""Decisions on corrections, as events of the store: put on record, and read as what stands.

A correction is asked for by a unit's later file alone. What is on record is what somebody decided about one cell and
one value; the locked version that it corrects is never touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from addin.store.events import CORRECTION_APPROVED, CORRECTION_REFUSED, Event, add_events
from addin.store.store import Store
from addin.store.submissions import hold_transaction

PlainValue = str | int | float | None
"""A value as JSON has it: a day as a text, a blank cell as None."""

_DECISIONS: Final = (CORRECTION_APPROVED, CORRECTION_REFUSED)
_TOLD: Final = ("version", "form", "code", "old", "new", "by", "note", "why")


@dataclass(frozen=True)
class CorrectionDecision:
    """What somebody decided about one cell of a locked version."""

    approved: bool
    version: int
    unit: str
    name: str
    form: str
    code: str
    old: PlainValue
    """What the cell held before: as it was handed in, or as it was approved last."""
    new: PlainValue
    """What the unit reported since: the decision is about this value and no other."""
    by: str
    note: str = ""
    why: str = ""
    """The unit's reason."""
    file: str = ""
    sha256: str = ""
    """The digest of the file that reports it."""
    submission: int | None = None
    at: str = ""
    """When it was decided; ``""`` becomes the moment in which it is put on record."""


def record_corrections(
    store: Store, survey: str, year: int | None, decisions: Iterable[CorrectionDecision], sentence: Any
) -> None:
    """Put decisions on record, all or none; ``sentence`` words each for the unit's story. Raises StoreError."""
    with store.opened() as connection, hold_transaction(connection):
        add_events(connection, [_event(one, survey, year, str(sentence(one))) for one in decisions])


def read_corrections(store: Store, survey: str, year: int | None, version: int) -> list[CorrectionDecision]:
    """Return all decisions about a locked version, the oldest first. Raises StoreError."""
    statement = (
        "SELECT what, unit, name, file, sha256, submission, happened_at, details FROM events"
        " WHERE survey = ? AND year IS NOT DISTINCT FROM ? AND list_contains(?::VARCHAR[], what) ORDER BY rowid"
    )
    with store.opened(read_only=True) as connection:
        rows = connection.execute(statement, [survey, year, list(_DECISIONS)]).fetchall()
    found = []
    for what, unit, name, file, sha256, submission, at, details in rows:
        told = {key: value for key, value in json.loads(details).items() if key in _TOLD}
        whose = {"unit": unit, "name": name, "file": file, "sha256": sha256, "submission": submission, "at": at}
        found.append(CorrectionDecision(approved=what == CORRECTION_APPROVED, **whose, **told))
    return [one for one in found if one.version == version]


def _event(one: CorrectionDecision, survey: str, year: int | None, sentence: str) -> Event:
    details = {name: getattr(one, name) for name in _TOLD} | {"reason": sentence}
    what = CORRECTION_APPROVED if one.approved else CORRECTION_REFUSED
    return Event(
        what, survey, year, one.unit, one.name, one.file, one.sha256, one.submission, details, happened_at=one.at
    )
