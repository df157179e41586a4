"""``merge`` with a memory: known files are not read again, and what was decided is on record."""

from __future__ import annotations

from addin.auditing.audit import audit as audit_returns
from addin.progress import Progress
from addin.receiving.outcomes import Merged
from addin.receiving.receive import Audit, MergeJob, merge
from addin.receiving.returns import ReadReturns, WorkerReading
from addin.store.against_former import compare_with_former
from addin.store.reading import EVERY, StoredReading
from addin.store.record import record
from addin.store.store import Store
from templates.catalogue import Surveys


def merge_into(
    store: Store,
    job: MergeJob,
    *,
    read: ReadReturns | None = None,
    every: float = EVERY,
    beside: str = "",
    progress: Progress | None = None,
    audit: Audit = audit_returns,
) -> Merged:
    """Return what ``merge`` returns, and leave it in ``store``.

    ``beside`` tells what else the reading depends on.

    ``every`` is how many seconds of reading are written together. A program that is killed has lost no file that was
    written; the next run goes on from there. Raises StoreError, and what ``merge`` raises.
    """
    store.prepare()
    with StoredReading(store, job.survey, read or WorkerReading(Surveys(job.survey)), every, beside) as reading:
        merged = merge(job, progress=progress, read=reading, audit=audit)
    merged = compare_with_former(store, merged)
    record(reading, merged, job.paths)
    return merged
