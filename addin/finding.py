"""Findings are values: where, how grave, what was found, what to do. Their words stand in words/checks.toml."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from addin.facts import Oddity
from templates.checks import find_check
from templates.model import Severity
from templates.words import say

_PLACE: Final = ("form", "code", "cell", "ledger", "row")
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark of the audit. ``rule`` is a rule's id, or the id of a structural check such as ``cell.text``."""

    rule: str
    severity: Severity
    message: str
    hint: str = ""
    form: str = ""
    code: str = ""
    cell: str = ""
    ledger: str = ""
    row: int | None = None
    explanation: str = ""
    """For a warning: the unit's accepted explanation. An explained warning needs no more work."""

    @property
    def pending(self) -> bool:
        """Whether the unit still has something to do about it."""
        return self.severity is Severity.ERROR or (self.severity is Severity.WARNING and not self.explanation)


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


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings as people read them: grave first, then by place."""
    return sorted(findings, key=lambda f: (_ORDER[f.severity], f.form, f.ledger, f.row or 0, f.code, f.rule))
