"""What is open of a return, as the slip that its unit gets: what must be mended first, then what must be explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from addin.auditing.subjects import name_subject
from addin.buttons.live import marks
from addin.finding import Finding, make_key, sort_findings
from addin.submission import Submission
from generator.sent_back.slip import LISTED, ReturnBand, Slip, SlipLine
from generator.sent_back.workbook import Marks
from templates.checks import load_checks
from templates.layout import WorkbookLayout
from templates.model import Severity, Survey
from templates.words import lookup, say


def make_slip(survey: Survey, submission: Submission, findings: Iterable[Finding], band: ReturnBand) -> Slip:
    """Return the slip. An officer's reason is a line of its own, to be answered like the others."""
    found = [finding for finding in sort_findings(findings) if finding.pending or finding.hold]
    lines = [*_word_reason(band), *(_line(survey, finding) for finding in found)]
    return Slip(
        survey=survey.title,
        year=submission.identity.year,
        code=submission.identity.code,
        name=submission.identity.name,
        band=band,
        lines=tuple(lines[:LISTED]),
        rest=max(len(lines) - LISTED, 0),
        errors=sum(finding.severity is Severity.ERROR for finding in found),
        unexplained=sum(finding.unexplained for finding in found),
    )


def _word_reason(band: ReturnBand) -> Iterator[SlipLine]:
    if band.reason:
        remedy = lookup("sent_back.kinds")["reason_remedy"]
        yield SlipLine("reason", "reason", say("sent_back.whole"), "", band.reason, remedy)


def _line(survey: Survey, finding: Finding) -> SlipLine:
    place = finding.cell or finding.form or finding.ledger
    return SlipLine(
        key=make_key(finding),
        kind=finding.severity.value,
        place=place,
        subject=name_subject(survey, finding),
        problem=finding.message,
        remedy=finding.hint,
        cell=finding.cell,
    )


def mark_unseen(layout: WorkbookLayout, findings: Sequence[Finding]) -> Marks:
    """Return the marks of findings that the workbook does not show by itself.

    It shows all others, and no longer than they last: a mark would stay when the unit has mended the cell, since only
    the button of the add-in takes it away. Nothing where there are none.
    """
    known = load_checks()
    unseen = [one for one in findings if one.pending and one.rule in known and not known[one.rule].live]
    digits = [[cell if isinstance(cell, int) else None for cell in line] for line in marks(layout, unseen)]
    return digits if any(any(line) for line in digits) else ()


def needs_renewal(submission: Submission, findings: Iterable[Finding]) -> bool:
    """Return whether the unit cannot mend what is wrong with its workbook, so that it gets a fresh one.

    It cannot put back a formula in place of what was typed over it.
    """
    known = load_checks()
    return bool(submission.typed) or any(finding.rule in known and known[finding.rule].renewed for finding in findings)
