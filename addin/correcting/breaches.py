"""What a unit's return would be with only a part of its corrections: whether that still keeps the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from addin.auditing.audit import audit
from addin.finding import make_key, sort_findings
from addin.store.corrections import PlainValue
from addin.submission import Submission
from templates.content import Content, Value
from templates.finding import Finding
from templates.model import Indicator, Severity, Survey


def find_breaches(
    survey: Survey,
    was: Submission | None,
    now: Submission,
    approved: Mapping[tuple[str, str], PlainValue],
) -> tuple[Finding, ...]:
    """Return the errors of the return as revised that neither the one handed in nor the later one has.

    Cells that ledgers give come with the later ledgers, as soon as one of them is approved.
    """
    identity = now.identity
    content = Content({form: dict(cells) for form, cells in was.content.values.items()} if was else {})
    content.notes, content.summary, content.ledgers = now.content.notes, now.content.summary, {}
    content.ledgers = dict(was.content.ledgers) if was else {}
    for (form, code), value in approved.items():
        indicator = survey.form[form].indicators[code]
        if indicator.derived_for(identity.kind, identity.level) is not None:
            content.ledgers = dict(now.content.ledgers)
        else:
            content.set(form, code, _restore(value, indicator))
    content.prior, content.confirmed = now.content.prior, now.content.confirmed
    revised = replace(now, content=content, oddities=(), typed={})
    before = [was] if was else []
    *others, found = audit(survey, identity.year, [*before, now, revised])
    known = {make_key(finding) for findings in others for finding in findings}
    errors = [finding for finding in found if finding.severity is Severity.ERROR and make_key(finding) not in known]
    return tuple(sort_findings(errors))


def _restore(value: PlainValue, indicator: Indicator) -> Value | None:
    """Return a value of JSON as returns hold it."""
    if isinstance(value, str):
        return date.fromisoformat(value) if indicator.kind.is_date else value
    return None if value is None else float(value)
