"""Stacking of returns: what came in, matched to the roster, audited, each unit with its state and the reason for it."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from python_calamine import CalamineError

from addin.auditing.audit import audit as audit_returns
from addin.finding import Finding
from addin.progress import Progress, tracked
from addin.receiving.archive import Found, Unpacker
from addin.receiving.choice import is_preferred
from addin.receiving.collect import collect
from addin.receiving.impostor import unmasked
from addin.receiving.outcomes import Incoming, Merged
from addin.receiving.reconcile import reconcile
from addin.receiving.upward import expanded
from addin.rosters.roster import Roster
from addin.sending.keys import Key, genuine
from addin.submission import FileStatus, Refusal, Submission
from addin.tampering.examine import read_examined
from templates.model import Survey
from templates.words import say

Audit = Callable[[Survey, int, Sequence[Submission]], list[list[Finding]]]
"""Called with the number of files read and of files in all."""

_DAMAGED = (CalamineError, zipfile.BadZipFile, zlib.error, OSError, EOFError, SyntaxError, ValueError, LookupError)
"""What parsers raise over files that only look whole (an XML error is a SyntaxError). One such file stops nothing."""


class NotAmong(Exception):
    """A file that an officer decided for did not come in; the text names it."""


class Read(Protocol):
    """How a file becomes a submission."""

    def __call__(self, path: Path, *, survey: str | None = None) -> Submission | Refusal:
        """Return the file's data, or why they could not be taken in."""


def merge(
    paths: Iterable[Path],
    roster: Roster,
    survey: Survey,
    *,
    year: int | None = None,
    include_faulty: bool = False,
    progress: Progress | None = None,
    unpacked: Path | None = None,
    result: Path | None = None,
    keys: Sequence[Key] = (),
    prefer: Sequence[str] = (),
    read: Read | None = None,
    audit: Audit = audit_returns,
) -> Merged:
    """Return the returns found in ``paths`` (files, folders, zips), reconciled with ``roster``.

    ``year`` is what most files state when it is not given. ``unpacked`` is a folder that keeps what came in zips;
    without it that is gone afterwards. ``result`` is where the consolidated workbook will be written: what stands there
    is passed over. With ``keys`` only what one of them signed is taken. A consolidated workbook of the level below is
    taken for the returns in it. ``prefer`` names files, as they are listed or by their paths, that stand for their
    units whatever their time. No file, however damaged, raises; a preferred one that did not come raises
    :class:`NotAmong`.
    """
    with ExitStack() as stack:
        if unpacked is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tianbao-"))
        else:
            folder = tempfile.mkdtemp(dir=unpacked)
        found = list(collect(paths, Unpacker(Path(folder)), result))
        incoming = _read_all(found, survey, read or reader_of(survey), progress)
        expected = year or _stated_year(incoming, survey)
        trusted = [unmasked(_trusted(file, keys, roster), survey, roster) for file in incoming]
        each = [one for file in trusted for one in expanded(file, survey, expected, roster.by_code, keys)]
    if unknown := [text for text in prefer if not any(is_preferred(file, [text]) for file in each)]:
        raise NotAmong(say("merge.refusal.not_among", files=say("merge.reason.and").join(unknown)))
    in_year = [_of_year(file, expected) for file in each]
    merged = reconcile(in_year, roster, survey, expected, include_faulty, prefer)
    return _audited(merged, audit)


def reader_of(survey: Survey) -> Read:
    """Return the reader of workbooks, with the definitions that are at hand; it tells of tampering, too."""

    def read(path: Path, *, survey: str | None = None) -> Submission | Refusal:
        return read_examined(path, survey=survey, older=True, surveys=lambda _id: definitions)

    definitions = survey
    return read


def _read_all(found: list[Found | Refusal], survey: Survey, read: Read, progress: Progress | None) -> list[Incoming]:
    return [_incoming(file, survey, read) for file in tracked(found, len(found), progress)]


def _incoming(file: Found | Refusal, survey: Survey, read: Read) -> Incoming:
    if isinstance(file, Refusal):
        return Incoming(file.file, None, file)
    content = _outcome(file, survey, read)
    return Incoming.of(file, replace(content, file=file.shown))


def _outcome(file: Found, survey: Survey, read: Read) -> Submission | Refusal:
    try:
        return read(file.path, survey=survey.id)
    except _DAMAGED as error:
        reason = say("merge.refusal.damaged", reason=f"{type(error).__name__}: {error}")
        return Refusal(file.shown, FileStatus.UNREADABLE, reason)


def _trusted(file: Incoming, keys: Sequence[Key], roster: Roster) -> Incoming:
    """Refuse a submission whose identity none of ``keys`` signed."""
    submission = file.submission
    return replace(file, content=genuine(submission, keys, roster.units)) if submission else file


def _stated_year(incoming: Iterable[Incoming], survey: Survey) -> int | None:
    """Return the year most files state, of several the newest; None when none states one."""
    identities = [file.identity for file in incoming if file.identity and file.identity.survey == survey.id]
    stated = Counter(identity.year for identity in identities)
    return max(stated, key=lambda year: (stated[year], year)) if stated else None


def _of_year(file: Incoming, expected: int | None) -> Incoming:
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
