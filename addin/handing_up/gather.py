"""The returns that stand in a store, put together as a merge would, from what it knows and nothing else.

No file is read again: each return is what reading made of it when it came, and only where somebody edited that is the
kept file read. The audit is done anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from addin.handing_up.checks import SpotChecks, read_spot_checks
from addin.receiving.outcomes import Merged, UnitOutcome
from addin.receiving.receive import MergeJob, merge
from addin.receiving.returns import WorkerReading
from addin.receiving.upward import DOCUMENT
from addin.roster import Roster, name_workbooks
from addin.store.acts import UnitStanding, list_own_files, read_acts, read_standings
from addin.store.evidence import find_kept_file
from addin.store.packed import unpack_reading
from addin.store.store import Store, StoreError
from addin.store.submissions import fetch, find_first_readings
from addin.submission import Refusal, Submission
from addin.tracking.settle import Known, settle
from generator.files import MODE
from templates.catalogue import Surveys
from templates.model import Survey
from templates.words import say


@dataclass(frozen=True)
class Gathered:
    """What stands in the store of one survey and year."""

    merged: Merged
    standings: Mapping[str, UnitStanding]
    files: Mapping[str, Path]
    """The kept file of each unit by its code, as it came."""
    below: Sequence[Path] = ()
    """Results of the level below, as they came."""
    checks: SpotChecks = field(default_factory=SpotChecks)
    """What the store knows of spot checks."""


@dataclass
class _KnownReading:
    """Reads files by the number that their reading has in the store."""

    store: Store
    survey: Survey
    numbers: Mapping[Path, int]
    heads: dict[int, dict[str, Any]] = field(default_factory=dict)

    def __call__(self, paths: Sequence[Path]) -> Iterator[Submission | Refusal]:
        """Yield what each file holds, in the order of the paths. Raises StoreError where the store was damaged."""
        wanted = [self.numbers[path] for path in paths if path in self.numbers]
        with self.store.opened(read_only=True) as connection:
            self.heads |= fetch(connection, wanted)
        return (self._recall(path) for path in paths)

    def _recall(self, path: Path) -> Submission | Refusal:
        try:
            head = self.heads[self.numbers[path]]
            return replace(unpack_reading(head), file=str(path))
        except (LookupError, ValueError):
            return next(WorkerReading(Surveys(self.survey)).read_few([path]))


def gather_returns(store: Store, survey: Survey, year: int | None, roster: Roster, folder: Path) -> Gathered:
    """Return what stands in the store; copies of the kept files are left in ``folder``.

    Raises StoreError where a kept file is gone, OSError where the folder cannot be written.
    """
    standings = read_standings(store, survey.id, year)
    names = name_workbooks(roster.units)
    files, numbers = dict[str, Path](), dict[Path, int]()
    for code, one in standings.items():
        if one.sha256 and code in names:
            files[code] = _fetch(store, one.sha256, one.name, folder / "units", names[code])
            if one.submission is not None:
                numbers[files[code]] = one.submission
    below = list(_fetch_below(store, survey, year, folder / "below"))
    numbers |= dict(below)
    results = [path for path, _ in below]
    job = MergeJob([*files.values(), *results], roster, survey, year, unpacked=folder)
    with store.opened(read_only=True) as connection:
        first_read = find_first_readings(connection)
    job = replace(job, own=list_own_files(store, survey.id))
    merged = merge(job, read=_KnownReading(store, survey, numbers))
    merged = settle(merged, Known(acts=read_acts(store, survey.id, year), first_read=first_read)).merged
    units = tuple(_as_standing(unit, standings.get(unit.code)) for unit in merged.units)
    checks = read_spot_checks(store, survey.id, year)
    return Gathered(replace(merged, units=units), standings, files, results, checks)


def _as_standing(unit: UnitOutcome, standing: UnitStanding | None) -> UnitOutcome:
    """Return the unit undecided where several files contend for it: here only one of them was looked at."""
    return replace(unit, undecided=True) if standing and standing.undecided else unit


def _fetch(store: Store, sha256: str, unit: str, folder: Path, name: str) -> Path:
    kept = find_kept_file(store.path, sha256)
    if kept is None:
        raise StoreError(say("package.refused.not_kept", unit=unit, folder=f"{store.path.name}.files"))
    folder.mkdir(exist_ok=True)
    copy = Path(shutil.copy2(kept, folder / Path(name).with_suffix(kept.suffix).name))
    copy.chmod(MODE)  # Windows removes nothing that is read-only
    return copy


def _fetch_below(store: Store, survey: Survey, year: int | None, folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield the results of the level below that ever came, with the numbers of their readings."""
    statement = (
        "SELECT sha256, arg_max(file, id), max(id) FROM submissions WHERE document = ? AND survey = ?"
        " AND year IS NOT DISTINCT FROM ? GROUP BY sha256 ORDER BY max(id)"
    )
    with store.opened(read_only=True) as connection:
        found = connection.execute(statement, [DOCUMENT, survey.id, year]).fetchall()
    for number, (sha256, file, submission) in enumerate(found, start=1):
        name = f"{number}-{Path(file).name}"
        yield _fetch(store, sha256, file, folder, name), submission
