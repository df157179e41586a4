"""What units reported for a former year, taken out of the store one by one: workbooks of the next year need it once."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from addin.codec import decode, encode
from addin.reading.older import bring_up_to_date
from addin.receiving.outcomes import Role
from addin.receiving.returns import WorkerReading
from addin.sending.last_year import LastYear, make_last_year
from addin.store.acts import list_rounds
from addin.store.evidence import find_kept_file
from addin.store.seals import digest_reading, has_seals
from addin.store.store import Store, StoreError
from addin.submission import Submission
from templates.catalogue import Surveys
from templates.model import Survey
from templates.words import say

_AT_ONCE = 50

_COUNTED = """
SELECT counted.unit, submissions.name, submissions.reading, submissions.sha256, submissions.definitions,
       submissions.reader, sealed.digest, submissions.id >= (SELECT min(submission) FROM seals) AS has_seal
FROM (SELECT unit, arg_max(submission, rowid) AS submission FROM events
      WHERE what = ? AND survey = ? AND year = ? GROUP BY unit) AS counted
JOIN submissions ON submissions.id = counted.submission AND submissions.status = 'ok' AND reading IS NOT NULL
LEFT JOIN seals AS sealed ON sealed.submission = submissions.id"""
"""The return of each unit that counted when the year was merged last."""

_UNSEALED = "WITH seals AS (SELECT 0 AS submission, '' AS digest WHERE false)"
"""What stands in for the seals of a store that has none."""


@dataclass(frozen=True)
class FormerReturns(Mapping[str, LastYear]):
    """Returns by unit code. They are held packed: unpacked, those of a province would fill the memory."""

    survey: Survey
    path: Path
    """The store that they come from."""
    packed: Mapping[str, bytes]
    id: str = ""
    """What the store calls the survey."""
    undeclared: int = 0
    """How many go by other definitions, and nobody declares how those are read: codes are taken as they are."""

    def __getitem__(self, code: str) -> LastYear:
        """Return what a unit reported, in the codes of today. Raises StoreError where the store is damaged.

        A unit of a kind that the survey no longer has reported nothing that could be put in.
        """
        read = self.unpack(code)
        if read.identity.kind not in self.survey.kind:
            return LastYear({})
        return make_last_year(self.survey, bring_up_to_date(read, self.survey))

    def unpack(self, code: str) -> Submission:
        """Return the return of a unit as it was read then. Raises StoreError where the store is damaged, KeyError."""
        try:
            read = decode(zlib.decompress(self.packed[code]).decode())
        except ValueError as error:
            raise StoreError(say("store.refused.damaged", file=self.path, reason=error)) from error
        if not isinstance(read, Submission):
            raise KeyError(code)
        return read

    def __contains__(self, code: object) -> bool:
        """Return whether a return of the unit counted; nothing is unpacked for that."""
        return code in self.packed

    def __iter__(self) -> Iterator[str]:
        return iter(self.packed)

    def __len__(self) -> int:
        return len(self.packed)


def recall_former_returns(store: Store, survey: Survey, year: int, id: str = "") -> FormerReturns:
    """Return what was counted for ``year`` when it was merged last. Raises StoreError.

    ``id`` is what the store calls the survey. Where it is not given, it is what ``survey`` is called, else another one
    whose returns ``survey`` declares how to read: a survey may be called otherwise in its next edition.
    """
    found = _recall(store, survey, year, id or survey.id)
    if found or id:
        return found
    others = (other for other, merged in list_rounds(store) if merged == year and other != survey.id)
    declared = (one for other in others if (one := _recall(store, survey, year, other)) and not one.undeclared)
    return next(declared, found)


def _recall(store: Store, survey: Survey, year: int, id: str) -> FormerReturns:
    packed: dict[str, bytes] = {}
    undeclared = 0
    with store.opened(read_only=True) as connection:
        statement = _COUNTED if has_seals(connection) else _UNSEALED + _COUNTED
        found = connection.execute(statement, [Role.COUNTED.value, id, year])
        names = [column[0] for column in found.description or ()]
        while rows := found.fetchmany(_AT_ONCE):
            heads = [dict(zip(names, row, strict=True)) for row in rows]
            undeclared += sum(not _is_declared(survey, str(head["definitions"])) for head in heads)
            packed |= {head["unit"]: zlib.compress(_tell_reading(store, survey, head).encode(), 1) for head in heads}
    return FormerReturns(survey, store.path, packed, id, undeclared)


def _is_declared(survey: Survey, definitions: str) -> bool:
    """Return whether it is known how a return is read: by what it was, the survey as it is or a declared older one."""
    told = definitions.split()
    return survey.hash in told or any(how.source in told for how in survey.migrations)


def _tell_reading(store: Store, survey: Survey, head: Mapping[str, Any]) -> str:
    """Return what was read of a file: as it was put in, or read again out of the file that was kept.

    Raises StoreError where somebody changed it and the file is gone. What older programs put in has no seal.
    """
    if not head["has_seal"] or head["digest"] == digest_reading(head):
        return str(head["reading"])
    kept = find_kept_file(store.path, head["sha256"])
    found = next(WorkerReading(Surveys(survey), any_version=True, examined=False).read_few([kept])) if kept else None
    if not isinstance(found, Submission):
        folder = f"{store.path.name}.files"
        raise StoreError(say("store.edited_lost", file=store.path, unit=head["name"], kept=folder))
    return encode(found)
