"""Whether a text explains a soft edit, and where the explanation of a finding stands."""

from __future__ import annotations

from dataclasses import replace

from addin.auditing.arrays import is_blank, text_of
from addin.finding import Finding
from addin.submission import Submission
from templates.model import Severity
from templates.words import lookup


def explained(finding: Finding, submission: Submission) -> Finding:
    """Return the finding with the unit's explanation, where it is a warning and the explanation is accepted."""
    if finding.severity is not Severity.WARNING or finding.explanation:
        return finding
    text = _explanation(finding, submission)
    return replace(finding, explanation=text) if submission.survey.explanations.accepts(text) else finding


def _explanation(finding: Finding, submission: Submission) -> str:
    content = submission.content
    if finding.ledger and finding.row is not None:
        row = content.ledgers.get(finding.ledger, {}).get(finding.row, {})
        remark = row.get(lookup("workbook.row_remark.name"))
        return "" if is_blank(remark) else text_of(remark)
    return content.notes.get(finding.form, {}).get(finding.code, "").strip()
