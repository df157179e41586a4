"""Returns read in workers: what is asked for, what a worker answers, and what that is here.

The worker opens the file, once; what comes back is data. Nothing here raises over a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol

from addin.codec import decode, encode
from addin.package.opened import Origin, digest_file
from addin.package.refusal import FileStatus
from addin.reading.reader import read
from addin.submission import Refusal, Submission
from addin.tampering.examine import read_examined
from addin.workers.faults import WorkerFault
from addin.workers.frames import Unfit
from addin.workers.limits import USUAL, WorkerLimits
from addin.workers.pool import Task, WorkerAnswer, read_all, read_here
from templates.catalogue import INSTALLED, Surveys, load_folder, locate_folder, tell_folder
from templates.migration import fingerprint_migrations
from templates.model import Survey
from templates.problems import SurveyError
from templates.words import say

_WORK: Final = "addin.receiving.returns:read_for_parent"


class ReadReturns(Protocol):
    """How files become returns."""

    def __call__(self, paths: Sequence[Path]) -> Iterator[Submission | Refusal]:
        """Yield what each file holds, or why it could not be taken in, in the order of the paths."""


@dataclass(frozen=True)
class WorkerReading:
    """Reads returns in workers. Raises :class:`addin.workers.faults.CannotRead` where these do not run."""

    surveys: Surveys = INSTALLED
    """By which definitions returns are read; where one was named, others are refused."""
    year: int | None = None
    """Which year was asked for; None takes any."""
    any_version: bool = False
    """Whether older returns are taken as far as codes match, not only those that the survey says how to read."""
    examined: bool = True
    """Whether it is told what people changed that is not theirs to change."""
    kept: Path | None = None
    """A folder with the blueprints of what was sent out, that returns are compared with."""
    workers: int | None = None
    work: str = _WORK
    """What a worker does with a file."""
    limits: WorkerLimits = USUAL

    def __call__(self, paths: Sequence[Path]) -> Iterator[Submission | Refusal]:
        """Yield what each file holds, or why it could not be taken in, in the order of the paths."""
        return (self.understand(answer) for answer in read_all(self.task, paths, self.workers))

    def read_few(self, paths: Sequence[Path]) -> Iterator[Submission | Refusal]:
        """Yield the same; a single file is read by this process, which starts no worker for it."""
        if len(paths) == 1:
            return iter([self.understand(read_here(self.task, paths[0]))])
        return self(paths)

    @property
    def task(self) -> Task:
        """What is to be done with each file, in this machine's workers or another's."""
        named = self.surveys.named
        by = _definitions(named) if named else None
        kept = str(self.kept.absolute()) if self.kept else None
        asked = {"year": self.year, "any_version": self.any_version, "examined": self.examined}
        return Task(self.work, asked | {"definitions": by, "kept": kept}, self.limits)

    def understand(self, answer: WorkerAnswer) -> Submission | Refusal:
        """Return what a worker's answer means here; a fault has no origin, since nobody knows what was read."""
        if answer.fault:
            return Refusal(str(answer.path), FileStatus.UNREADABLE, answer.fault.sentence)
        try:
            return replace(decode(answer.value), file=str(answer.path))
        except ValueError:  # a worker that talks nonsense has read nothing
            return Refusal(str(answer.path), FileStatus.UNREADABLE, WorkerFault("nonsense").sentence)


# --- in the worker ---------------------------------------------------------------------------------------------------


def read_for_parent(path: Path, options: Mapping[str, Any]) -> str:
    """Return what the workbook at ``path`` holds as a line of text; ``options`` are those of :class:`WorkerReading`."""
    surveys = _surveys(options["definitions"])
    asked = {"survey": surveys.wanted, "year": options["year"], "surveys": surveys}
    if options["any_version"]:
        found = read(path, any_version=True, **asked)
    else:
        kept = Path(options["kept"]) if options.get("kept") else None
        found = (
            read_examined(path, older=True, kept=kept, **asked)
            if options["examined"]
            else read(path, older=True, **asked)
        )
    return encode(found if found.origin else replace(found, origin=_origin(path)))


def _surveys(known: Mapping[str, str] | None) -> Surveys:
    """Return the definitions that the parent has. Raises :class:`Unfit` where they were changed meanwhile."""
    if known is None:
        return INSTALLED
    try:
        found = load_folder(locate_folder(known["folder"]), known["hash"])
    except SurveyError as error:
        raise Unfit(str(error.problems.found[0])) from error
    if _definitions(found) != known:
        raise Unfit(say("workers.other_migrations", folder=known["folder"]))
    return Surveys(found)


def _definitions(survey: Survey) -> dict[str, str]:
    """Return what tells the definitions of a survey from others; how older returns are read is no part of its hash."""
    return {"folder": tell_folder(survey), "hash": survey.hash, "migrations": fingerprint_migrations(survey.migrations)}


def _origin(path: Path) -> Origin | None:
    """Return the fingerprint of a file that is no workbook; None where it cannot be opened."""
    digest = digest_file(path)
    return Origin(digest) if digest else None
