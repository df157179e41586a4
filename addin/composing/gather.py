"""The workbooks that are composed: read, and refused where they do not belong together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from addin.reading import reader
from addin.submission import Refusal, Submission
from templates.words import lookup, say

LOST = ("sheet.missing", "sheet.part_missing")
"""Findings of the reader after which a workbook is not whole: what stood there cannot be added up."""


class ComposeError(Exception):
    """The parts cannot be composed; ``problems`` lists every reason, each one sentence with the file's name."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


class ReadPart(Protocol):
    """How a file becomes a submission."""

    def __call__(self, path: Path, *, survey: str | None = None, year: int | None = None) -> Submission | Refusal:
        """Return the file's data, or why they could not be taken in."""


def gather(unit: Path, parts: Sequence[Path], read: ReadPart = reader.read) -> tuple[Submission, list[Submission]]:
    """Return the parent's own return and its parts'. Raises :class:`ComposeError` with every file that cannot be used.

    Survey, version and year are the parent's: the reader refuses any other.
    """
    own = read(unit)
    if isinstance(own, Refusal):
        raise ComposeError([_refused(unit, own.reason)])
    found = [(path, read(path, survey=own.identity.survey, year=own.identity.year)) for path in parts]
    problems = [_refused(path, result.reason) for path, result in found if isinstance(result, Refusal)]
    usable = [result for _, result in found if isinstance(result, Submission)]
    problems += list_misfits(own, usable)
    if problems:
        raise ComposeError(problems)
    return own, usable


def list_misfits(unit: Submission, parts: Sequence[Submission]) -> list[str]:
    """Return why workbooks cannot be composed into ``unit``'s return: one sentence a workbook."""
    found = [_refused(Path(unit.file), reason) for reason in _first(_wrong_parent(unit))]
    files = {unit.identity.code: unit.file}
    for part in parts:
        reason = _first(_wrong_part(unit, part, files))
        found += [_refused(Path(part.file), said) for said in reason]
        files.setdefault(part.identity.code, part.file)
    return found


def _first(reasons: Iterator[str]) -> list[str]:
    reason = next(reasons, None)
    return [] if reason is None else [reason]


def _wrong_parent(unit: Submission) -> Iterator[str]:
    if unit.survey.kind[unit.identity.kind].part:
        yield say("compose.refused.parent_is_part", kind=unit.identity.kind)
    yield from _not_whole(unit)


def _wrong_part(unit: Submission, part: Submission, files: dict[str, str]) -> Iterator[str]:
    own, found, survey = unit.identity, part.identity, unit.survey
    if (found.survey, found.version, found.hash) != (own.survey, own.version, own.hash):
        yield say("compose.refused.survey", found=f"{found.survey} {found.version}", own=f"{own.survey} {own.version}")
    if found.year != own.year:
        yield say("compose.refused.year", found=found.year, own=own.year)
    if not survey.kind[found.kind].part:
        kinds = lookup("compose.join_names").join(kind.name for kind in survey.kinds if kind.part)
        yield say("compose.refused.kind", name=found.name, kind=found.kind, kinds=kinds)
    if found.parent and found.parent != own.code:
        yield say("compose.refused.parent", name=found.name, parent=found.parent, own=own.code)
    if found.code in files:
        yield say("compose.refused.twice", code=found.code, other=Path(files[found.code]).name)
    if missing := [form for form in survey.kind[found.kind].forms if form not in survey.kind[own.kind].forms]:
        yield say("compose.refused.forms", forms=lookup("compose.join_names").join(missing))
    yield from _not_whole(part)


def _not_whole(submission: Submission) -> Iterator[str]:
    yield from (finding.message for finding in submission.findings if finding.rule in LOST)


def _refused(path: Path, reason: str) -> str:
    return say("compose.refused.file", file=path.name, reason=reason)
