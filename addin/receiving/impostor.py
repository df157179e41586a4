"""Workbooks of another unit: the whole file was copied, so its identity, signature and all, is not its sender's.

What the sender typed tells: the name of another unit of the roster, and not this one's credit code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from addin.package.refusal import FileStatus
from addin.receiving.outcomes import IncomingFile
from addin.roster import ReportingUnit, Roster
from addin.submission import Refusal, Submission
from templates.model import Indicator, Kind, Survey
from templates.spelling import make_name_key, normalize_credit_code
from templates.words import say


def refuse_impostor(file: IncomingFile, survey: Survey, roster: Roster) -> IncomingFile:
    """Refuse a return whose cells say that another unit of the roster filled it."""
    submission = file.submission
    other = _sender(submission, survey, roster) if submission else None
    if submission is None or other is None:
        return file
    who = submission.identity
    reason = say("merge.reason.copied", code=who.code, name=who.name, other=other.code, other_name=other.name)
    return replace(file, content=Refusal(file.shown, FileStatus.NOT_OURS, reason, who))


def _sender(submission: Submission, survey: Survey, roster: Roster) -> ReportingUnit | None:
    """Return the other unit whose name stands in the forms. A part may well write its parent's."""
    who = submission.identity
    codes = {normalize_credit_code(text) for text in _typed(submission, survey, _holds_code)}
    names = {make_name_key(text) for text in _typed(submission, survey, _holds_name)}
    if make_name_key(who.name) in names or (who.uscc and normalize_credit_code(who.uscc) in codes):
        return None
    others = [roster.by_name.get(name) for name in sorted(names)]
    strangers = [one for one in others if one and one.code not in (who.code, _parent(who.code, roster) or who.parent)]
    return strangers[0] if strangers else None


def _parent(code: str, roster: Roster) -> str:
    unit = roster.by_code.get(code)
    return unit.parent if unit else ""


def _holds_name(row: Indicator) -> bool:
    return row.role == "unit_name"


def _holds_code(row: Indicator) -> bool:
    return row.kind is Kind.USCC


def _typed(submission: Submission, survey: Survey, wanted: Callable[[Indicator], bool]) -> Iterator[str]:
    """Yield the texts in the cells that are wanted."""
    for form in survey.forms_of(submission.identity.kind):
        for code, row in form.indicators.items():
            value = submission.content.values.get(form.id, {}).get(code) if wanted(row) else None
            if isinstance(value, str):
                yield value
