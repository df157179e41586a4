"""What a merge decided, put on record: what became of each file, where each unit stands, what the audit found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from addin.receiving.acts import Act
from addin.receiving.collect import show_name
from addin.receiving.outcomes import FileOutcome, Merged, Role, UnitOutcome
from addin.store.acts import collect_acts, make_events
from addin.store.events import MERGED, Event, add_events
from addin.store.news import find_news
from addin.store.packed import pack_finding
from addin.store.reading import Kept, StoredReading
from addin.store.rosters import find_new_roster
from addin.store.schema import Row, insert
from addin.store.submissions import find_first_readings, hold_transaction
from addin.tracking.settle import Known, settle


def record(reading: StoredReading, merged: Merged, paths: Sequence[Path], asked: Known) -> Merged:
    """Return the merge settled by what people did, and write the audit's findings and every event that is news.

    ``asked`` is what the workbook of the last merge tells; acts that only it knows are put on record, too. The merge
    itself always is news. Raises StoreError.
    """
    with reading.store.opened() as connection, hold_transaction(connection):
        known, brought = _recall(connection, merged, asked)
        settled = settle(merged, known)
        insert(connection, "findings", list(_new_findings(connection, settled.merged, reading)))
        told = find_news(connection, settled.merged, list(_events(settled.merged, reading)))
        acts = make_events(merged.survey.id, merged.year, [*brought, *settled.acts])
        listed = find_new_roster(connection, settled.merged)
        add_events(connection, [*told, _merge(settled.merged, reading, paths, listed), *acts])
    return settled.merged


def _recall(connection: duckdb.DuckDBPyConnection, merged: Merged, asked: Known) -> tuple[Known, list[Act]]:
    """Return what is known beside the files, and the acts that the store did not know yet."""
    acts = collect_acts(connection, merged.survey.id, merged.year)
    brought = {unit: told for unit, told in asked.acts.items() if unit not in acts}
    return (
        replace(asked, acts=acts | brought, first_read=find_first_readings(connection)),
        [act for told in brought.values() for act in told.acts],
    )


def _counted(unit: UnitOutcome, reading: StoredReading) -> Kept | None:
    """Return where the file is kept that stands for the unit."""
    files = [file for file in unit.files if file.counted]
    return reading.kept(files[0].path) if files else None


# --- findings --------------------------------------------------------------------------------------------------------


def _new_findings(connection: duckdb.DuckDBPyConnection, merged: Merged, reading: StoredReading) -> Iterator[Row]:
    """Yield rows of each audit, but for those where the same submission was found to have the same faults before."""
    known = set(connection.execute("SELECT DISTINCT submission, audit FROM findings WHERE audit <> ''").fetchall())
    for unit in merged.units:
        kept, audit = _counted(unit, reading), audit_id(unit)
        if kept and (kept.submission, audit) not in known:
            yield from ((kept.submission, audit, *pack_finding(finding)) for finding in unit.findings)


def audit_id(unit: UnitOutcome) -> str:
    """Return the fingerprint of all that the audit found."""
    told = json.dumps([list(pack_finding(finding)) for finding in unit.findings], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


# --- events ----------------------------------------------------------------------------------------------------------


def _events(merged: Merged, reading: StoredReading) -> Iterator[Event]:
    """Yield what became of each file and where each unit stands, unit by unit, then the files of no unit."""
    listed: set[tuple[str, Role]] = set()
    for unit in merged.units:
        for file in unit.files:
            listed.add((file.shown, file.role))
            yield _file_event(merged, reading, file, unit.code, unit.name)
        yield _unit_event(merged, reading, unit)
    for file in merged.strays:
        if (file.shown, file.role) not in listed:
            code, name = (file.identity.code, file.identity.name) if file.identity else ("", "")
            yield _file_event(merged, reading, file, code, name)


def _file_event(merged: Merged, reading: StoredReading, file: FileOutcome, code: str, name: str) -> Event:
    kept = reading.kept(file.path)
    # Whether the counted file is faulty is said of its unit.
    details = {} if file.counted else {"status": file.status.value, "reason": file.reason}
    return Event(
        file.role.value,
        merged.survey.id,
        merged.year,
        code,
        name,
        file.shown,
        kept.sha256 if kept else "",
        kept.submission if kept else None,
        details,
    )


def _unit_event(merged: Merged, reading: StoredReading, unit: UnitOutcome) -> Event:
    kept = _counted(unit, reading)
    details: dict[str, Any] = {"reason": unit.reason_found}
    if kept:
        details |= {"errors": unit.errors, "warnings": unit.warnings, "audit": audit_id(unit), "content": unit.content}
        details |= {"undecided": True} if unit.undecided else {}
    return Event(
        unit.verdict.value,
        merged.survey.id,
        merged.year,
        unit.code,
        unit.name,
        "",
        kept.sha256 if kept else "",
        kept.submission if kept else None,
        details,
    )


def _merge(merged: Merged, reading: StoredReading, paths: Iterable[Path], listed: list[dict[str, str]] | None) -> Event:
    """Return the event that the merge itself is; ``listed`` is its roster where that is not the last one's."""
    states = [unit.state for unit in merged.units]
    details = {
        "paths": [show_name(str(path)) for path in paths],
        "read": reading.parsed,
        "recalled": reading.recalled,
        "units": {state.value: states.count(state) for state in dict.fromkeys(states)},
    }
    details |= {} if listed is None else {"roster": listed}
    return Event(MERGED, merged.survey.id, merged.year, details=details)
