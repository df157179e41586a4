"""``merge`` with a memory: known files are not read again, and what was decided is on record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from addin.receiving.outcomes import Merged
from addin.receiving.receive import Read, merge, reader_of
from addin.rosters.roster import Roster
from addin.store.reading import EVERY, StoredReading
from addin.store.record import record
from addin.store.store import Store
from templates.model import Survey


def merge_into(
    store: Store,
    paths: Sequence[Path],
    roster: Roster,
    survey: Survey,
    *,
    read: Read | None = None,
    every: float = EVERY,
    **options: Any,
) -> Merged:
    """Return what ``merge`` returns, and leave it in ``store``.

    ``options`` are those of ``merge``. ``every`` is how many seconds of reading are written together. A program that is
    killed has lost no file that was written; the next run goes on from there. Raises StoreError.
    """
    store.prepare()
    with StoredReading(store, survey, read or reader_of(survey), every) as reading:
        merged = merge(paths, roster, survey, read=reading, **options)
    record(reading, merged, paths)
    return merged
