"""The workbooks that are composed: read, and refused where they do not belong together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from addin.finding import word
from addin.reading.reader import read
from addin.submission import Refusal, Submission
from templates.catalogue import INSTALLED, Surveys
from templates.model import Survey
from templates.words import lookup, say


class ComposeError(Exception):
    """The parts cannot be composed; ``problems`` lists every reason, each one sentence with the file's name."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def gather(
    unit: Path, parts: Sequence[Path], surveys: Surveys = INSTALLED
) -> tuple[Survey, Submission, list[Submission]]:
    """Return the survey, the parent's own return and its parts'.

    Survey, version and year are the parent's: the reader refuses any other. Raises :class:`ComposeError` with every
    file that cannot be used.
    """
    own = read(unit, survey=surveys.wanted, surveys=surveys)
    if isinstance(own, Refusal):
        raise ComposeError([_refused(unit, own.reason)])
    wanted = own.identity
    found = [(path, read(path, survey=wanted.survey, year=wanted.year, surveys=surveys)) for path in parts]
    problems = [_refused(path, result.reason) for path, result in found if isinstance(result, Refusal)]
    usable = [result for _, result in found if isinstance(result, Submission)]
    survey = surveys(own.edition.survey)
    problems += list_misfits(survey, own, usable)
    if problems:
        raise ComposeError(problems)
    return survey, own, usable


def list_misfits(survey: Survey, unit: Submission, parts: Sequence[Submission]) -> list[str]:
    """Return why workbooks cannot be composed into ``unit``'s return: one sentence a workbook."""
    found = [_refused(Path(unit.file), reason) for reason in _first(_wrong_parent(survey, unit))]
    files = {unit.identity.code: unit.file}
    for part in parts:
        reason = _first(_wrong_part(survey, unit, part, files))
        found += [_refused(Path(part.file), said) for said in reason]
        files.setdefault(part.identity.code, part.file)
    return found


def _first(reasons: Iterator[str]) -> list[str]:
    reason = next(reasons, None)
    return [] if reason is None else [reason]


def _wrong_parent(survey: Survey, unit: Submission) -> Iterator[str]:
    if survey.kind[unit.identity.kind].part:
        yield say("compose.refused.parent_is_part", kind=unit.identity.kind)
    yield from _not_whole(unit)


def _wrong_part(survey: Survey, unit: Submission, part: Submission, files: dict[str, str]) -> Iterator[str]:
    own, found = unit.identity, part.identity
    if (found.survey, found.version, found.hash) != (own.survey, own.version, own.hash):
        yield say("compose.refused.survey", found=f"{found.survey} {found.version}", own=f"{own.survey} {own.version}")
    if found.year != own.year:
        yield say("compose.refused.year", found=found.year, own=own.year)
    if not survey.kind[found.kind].part:
        fitting = [kind.name for kind in survey.kinds if kind.part and own.level in kind.levels]
        kinds = lookup("compose.join_names").join(fitting)
        yield say("compose.refused.kind", name=found.name, kind=found.kind, kinds=kinds)
    if found.parent and found.parent != own.code:
        yield say("compose.refused.parent", name=found.name, parent=found.parent, own=own.code)
    if found.code in files:
        yield say("compose.refused.twice", code=found.code, other=Path(files[found.code]).name)
    if missing := [form for form in survey.kind[found.kind].forms if form not in survey.kind[own.kind].forms]:
        yield say("compose.refused.forms", forms=lookup("compose.join_names").join(missing))
    yield from _not_whole(part)


def _not_whole(submission: Submission) -> Iterator[str]:
    yield from (word(lost).message for lost in submission.gaps.lost)


def _refused(path: Path, reason: str) -> str:
    return say("compose.refused.file", file=path.name, reason=reason)
