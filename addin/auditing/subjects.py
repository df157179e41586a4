"""What a finding speaks of, in words for people."""

from __future__ import annotations

from addin.finding import Finding, label
from templates.model import Survey
from templates.words import say


def name_subject(survey: Survey, finding: Finding) -> str:
    """Return the indicator with its code, or the ledger with the row; ``""`` for what is larger than either."""
    if finding.ledger in survey.ledger:
        name = survey.ledger[finding.ledger].name
        return say("sent_back.subject.row", name=name, row=finding.row) if finding.row else name
    form = survey.form.get(finding.form)
    if form is None or finding.code not in form.indicators:
        return ""
    indicator = form.indicators[finding.code]
    return label("" if form is survey.cover else finding.code, indicator.plain_name)
