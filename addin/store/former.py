"""What units reported for a former year, taken out of the store one by one: workbooks of the next year need it once."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from addin.codec import decode
from addin.reading.older import translate_codes
from addin.receiving.outcomes import Role
from addin.sending.last_year import LastYear, make_last_year
from addin.store.store import Store, StoreError
from addin.submission import Submission
from templates.model import Survey
from templates.older import find_migration
from templates.words import say

_AT_ONCE = 50

_COUNTED = """
SELECT counted.unit, submissions.reading
FROM (SELECT unit, arg_max(submission, rowid) AS submission FROM events
      WHERE what = ? AND survey = ? AND year = ? GROUP BY unit) AS counted
JOIN submissions ON submissions.id = counted.submission AND submissions.status = 'ok' AND reading IS NOT NULL"""
"""The return of each unit that counted when the year was merged last."""


@dataclass(frozen=True)
class FormerReturns(Mapping[str, LastYear]):
    """Returns by unit code. They are held packed: unpacked, those of a province would fill the memory."""

    survey: Survey
    path: Path
    """The store that they come from."""
    packed: Mapping[str, bytes]

    def __getitem__(self, code: str) -> LastYear:
        """Return what a unit reported, in the codes of today. Raises StoreError where the store is damaged."""
        try:
            read = decode(zlib.decompress(self.packed[code]).decode())
        except ValueError as error:
            raise StoreError(say("store.refused.damaged", file=self.path, reason=error)) from error
        if not isinstance(read, Submission):
            raise KeyError(code)
        how = find_migration(self.survey, read.edition.version, read.edition.hash)
        return make_last_year(self.survey, translate_codes(read, self.survey, how) if how else read)

    def __iter__(self) -> Iterator[str]:
        return iter(self.packed)

    def __len__(self) -> int:
        return len(self.packed)


def recall_former_returns(store: Store, survey: Survey, year: int) -> FormerReturns:
    """Return what was counted for ``year`` when it was merged last. Raises StoreError."""
    packed: dict[str, bytes] = {}
    with store.opened(read_only=True) as connection:
        found = connection.execute(_COUNTED, [Role.COUNTED.value, survey.id, year])
        while rows := found.fetchmany(_AT_ONCE):
            packed |= {unit: zlib.compress(reading.encode(), 1) for unit, reading in rows}
    return FormerReturns(survey, store.path, packed)
