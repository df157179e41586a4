"""Findings are made here, and nowhere else but for those of rules: the words of a check, filled with what was found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from addin.facts import Oddity
from addin.package.refusal import FileStatus
from templates.checks import find_check
from templates.finding import Finding
from templates.model import Severity
from templates.words import say

__all__ = ["Finding", "judge_status", "label", "make_key", "make_structural", "sort_findings", "word"]

_PLACE: Final = ("form", "code", "cell", "ledger", "row")
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def make_structural(check: str, **facts: Any) -> Finding:
    """Return the finding of a check of the audit; ``facts`` are those of :meth:`Oddity.of`."""
    return word(Oddity.of(check, **facts))


def word(oddity: Oddity) -> Finding:
    """Return the finding on an oddity, in the words that its check has in the registry."""
    kind = find_check(oddity.check)
    place = {name: getattr(oddity, name) for name in _PLACE}
    quotes = place | dict(oddity.quotes)
    printed = "" if oddity.form == say("workbook.sheets.cover") else oddity.code
    quotes["label"] = label(printed, oddity.quote("name"))
    return Finding(oddity.check, kind.severity, kind.message.format(**quotes), kind.hint.format(**quotes), **place)


def label(code: str, name: str) -> str:
    """Return how messages name a cell: ``28「举办…次数」``, or the name alone where no code of its own is printed."""
    return say("audit.label_plain" if code in ("", name) else "audit.label", code=code, name=name)


def judge_status(findings: Iterable[Finding]) -> FileStatus:
    """Return the status of a file that was read, as the light of the workbook has it: errors outrank all else."""
    listed = list(findings)
    if any(finding.severity is Severity.ERROR for finding in listed):
        return FileStatus.HAS_ERRORS
    return FileStatus.UNEXPLAINED if any(finding.unexplained for finding in listed) else FileStatus.OK


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings as people read them: grave first, then by place."""
    return sorted(findings, key=lambda f: (_ORDER[f.severity], f.form, f.ledger, f.row or 0, f.code, f.rule))


def make_key(finding: Finding) -> str:
    """Return by what a finding is known again in another reading of the return: its rule and its place."""
    place = finding.cell or finding.form or finding.ledger
    return "|".join(filter(None, (finding.rule, place, str(finding.row or ""))))
