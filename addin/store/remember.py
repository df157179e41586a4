"""``merge`` with a memory: known files are not read again, and what was decided is on record."""

from __future__ import annotations

from dataclasses import replace

from addin.auditing.audit import audit as audit_returns
from addin.progress import Progress
from addin.receiving.outcomes import Merged, UnitOutcome
from addin.receiving.receive import Audit, MergeJob, merge
from addin.receiving.returns import ReadReturns, WorkerReading
from addin.store.acts import list_own_files
from addin.store.against_former import compare_with_former
from addin.store.reading import EVERY, StoredReading
from addin.store.record import record
from addin.store.store import Store
from addin.tracking.settle import NOTHING_KNOWN, Known
from templates.catalogue import Surveys
from templates.words import say


def merge_into(
    store: Store,
    job: MergeJob,
    *,
    read: ReadReturns | None = None,
    every: float = EVERY,
    beside: str = "",
    progress: Progress | None = None,
    audit: Audit = audit_returns,
    asked: Known = NOTHING_KNOWN,
) -> Merged:
    """Return what ``merge`` returns, settled by what people did about the units, and leave it in ``store``.

    ``beside`` tells what else the reading depends on; ``asked`` what the workbook of the last merge tells.

    ``every`` is how many seconds of reading are written together. A program that is killed has lost no file that was
    written; the next run goes on from there. Raises StoreError, and what ``merge`` raises.
    """
    store.prepare()
    job = replace(job, own=job.own | list_own_files(store, job.survey.id))
    with StoredReading(store, job.survey, read or WorkerReading(Surveys(job.survey)), every, beside) as reading:
        merged = merge(job, progress=progress, read=reading, audit=audit)
    merged = compare_with_former(store, _tell_edited(merged, reading))
    return record(reading, merged, job.paths, asked)


def _tell_edited(merged: Merged, reading: StoredReading) -> Merged:
    """Return the units, with a remark on each whose return the store held otherwise than it was put in."""
    told = say("store.edited")

    def is_edited(unit: UnitOutcome) -> bool:
        kept = (reading.kept(file.path) for file in unit.files if file.counted)
        return any(one is not None and one.sha256 in reading.edited for one in kept)

    units = (replace(one, remarks=(*one.remarks, told)) if is_edited(one) else one for one in merged.units)
    return replace(merged, units=tuple(units)) if reading.edited else merged
