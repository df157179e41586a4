"""Stacking of returns: what came in, matched to the roster, audited, each unit with its state and the reason for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from addin.auditing.audit import audit as audit_returns
from addin.finding import Finding
from addin.keys import Key, refuse_unsigned
from addin.package.refusal import FileStatus
from addin.progress import Progress, track
from addin.receiving.archive import Found, Unpacker
from addin.receiving.choice import is_preferred, make_file_outcome
from addin.receiving.collect import collect
from addin.receiving.impostor import refuse_impostor
from addin.receiving.outcomes import FileOutcome, IncomingFile, Merged, Role, State
from addin.receiving.reconcile import reconcile
from addin.receiving.returns import ReadReturns, WorkerReading
from addin.receiving.twins import tell_twins
from addin.receiving.upward import list_returns_inside
from addin.roster import Roster
from addin.submission import Refusal, Submission
from generator.temporary import make_folder, temporary_folder
from templates.catalogue import Surveys
from templates.model import Survey
from templates.words import say

Audit = Callable[[Survey, int, Sequence[Submission]], list[list[Finding]]]
"""How returns are audited: the findings of each, in the order of the returns."""


class NotAmong(Exception):
    """A file that an officer decided for did not come in; the text names it."""


@dataclass(frozen=True)
class MergeJob:
    """What is to be merged, and how."""

    paths: Sequence[Path]
    """Files, folders, zips."""
    roster: Roster
    survey: Survey
    year: int | None = None
    """None takes the year that most files state."""
    include_faulty: bool = False
    """Whether everything that can be added up counts, faulty or not."""
    include_unexplained: bool = False
    """Whether returns count that have no error, but an open question to the unit or to an officer."""
    result: Path | None = None
    """Where the consolidated workbook will be written: what stands there is passed over."""
    keys: Sequence[Key] = ()
    """With keys only what one of them signed is taken."""
    prefer: Sequence[str] = ()
    """Files, as they are listed or by their paths, that stand for their units whatever their time."""
    own: frozenset[str] = frozenset()
    """Digests of workbooks that we sent back: they never win over a file of the unit's."""
    moment: datetime | None = None
    """As of when the units stand as they do, and after which no file can have been saved; None is now."""
    unpacked: Path | None = None
    """A folder that keeps what came in zips; without it that is gone afterwards."""

    @property
    def included(self) -> frozenset[State]:
        """The open states in which a return counts all the same."""
        asked = {State.UNEXPLAINED, State.HELD} if self.include_unexplained or self.include_faulty else set()
        return frozenset(asked | ({State.FAULTY, State.SENT_BACK} if self.include_faulty else set()))


def merge(
    job: MergeJob,
    *,
    progress: Progress | None = None,
    read: ReadReturns | None = None,
    audit: Audit = audit_returns,
) -> Merged:
    """Return the returns that the job finds, reconciled with its roster and audited.

    A consolidated workbook of the level below is taken for the returns in it. No file, however damaged, raises; a
    preferred one that did not come raises :class:`NotAmong`, workers that do not run raise
    :class:`addin.workers.faults.CannotRead`, a full disk OSError.
    """
    with ExitStack() as stack:
        folder = job.unpacked or stack.enter_context(temporary_folder())
        unpacker = Unpacker(make_folder(folder))
        found = list(collect(job.paths, unpacker, job.result))
        read = read or WorkerReading(Surveys(job.survey))
        incoming = _read_all(found, read, progress)
        expected = job.year or _stated_year(incoming, job.survey)
        trusted = [
            refuse_impostor(_refuse_unsigned(file, job.keys, job.roster), job.survey, job.roster) for file in incoming
        ]
        each = list_returns_inside(trusted, job.survey, expected, job.roster.by_code, read, job.keys)
    if unknown := [text for text in job.prefer if not any(is_preferred(file, [text]) for file in each)]:
        raise NotAmong(say("merge.refusal.not_among", files=say("merge.reason.and").join(unknown)))
    in_year = [_refuse_other_year(file, expected) for file in each]
    merged = reconcile(in_year, job.roster, job.survey, expected, job.included, job.prefer, job.own, job.moment)
    merged = replace(tell_twins(merged), moment=job.moment or merged.moment, unsigned=tuple(_list_unsigned(each)))
    return _audited(replace(merged, taken_apart=tuple(_taken_apart(trusted, each))), audit)


def _read_all(found: Sequence[Found | Refusal], read: ReadReturns, progress: Progress | None) -> list[IncomingFile]:
    """Return every file with what it holds, in the order in which they came."""
    contents = read([file.path for file in found if isinstance(file, Found)])
    return [
        IncomingFile(file.file, None, file, order=order)
        if isinstance(file, Refusal)
        else IncomingFile.of(file, next(contents), order)
        for order, file in enumerate(track(found, len(found), progress))
    ]


def _taken_apart(files: Iterable[IncomingFile], each: Iterable[IncomingFile]) -> Iterator[FileOutcome]:
    """Yield the consolidated workbooks among ``files`` whose returns are among ``each``, and whether one is signed."""
    inside = Counter((file.order, file.carried.vouched) for file in each if file.carried)
    for file in files:
        for vouched, told in ((True, "taken_apart"), (False, "taken_apart_unsigned")):
            if count := inside[file.order, vouched]:
                yield make_file_outcome(file, Role.COUNTED, say(f"merge.reason.{told}", count=count))


def _list_unsigned(each: Iterable[IncomingFile]) -> Iterable[str]:
    """Return the consolidated workbooks that nobody vouches for, in the order in which they came."""
    return dict.fromkeys(file.carried.source for file in each if file.carried and not file.carried.vouched)


def _refuse_unsigned(file: IncomingFile, keys: Sequence[Key], roster: Roster) -> IncomingFile:
    """Refuse a submission whose identity none of ``keys`` signed."""
    submission = file.submission
    return replace(file, content=refuse_unsigned(submission, keys, roster.units)) if submission else file


def _stated_year(incoming: Iterable[IncomingFile], survey: Survey) -> int | None:
    """Return the year most files state, of several the newest; None when none states one."""
    identities = [file.identity for file in incoming if file.identity and file.identity.survey == survey.id]
    stated = Counter(identity.year for identity in identities)
    return max(stated, key=lambda year: (stated[year], year)) if stated else None


def _refuse_other_year(file: IncomingFile, expected: int | None) -> IncomingFile:
    """Refuse a submission of another year."""
    submission = file.submission
    if submission is None or submission.identity.year == expected:
        return file
    reason = say("merge.reason.other_year", found=submission.identity.year, expected=expected)
    return replace(file, content=Refusal(file.shown, FileStatus.OTHER_YEAR, reason, submission.identity))


def _audited(merged: Merged, audit: Audit) -> Merged:
    """Return the units with the findings on what they sent."""
    received = [unit for unit in merged.units if unit.submission is not None]
    if not received or merged.year is None:
        return merged
    judged = audit(merged.survey, merged.year, [unit.submission for unit in received if unit.submission is not None])
    findings = {unit.code: tuple(found) for unit, found in zip(received, judged, strict=True)}
    units = tuple(unit.judged(findings[unit.code]) if unit.code in findings else unit for unit in merged.units)
    return replace(merged, units=units)
