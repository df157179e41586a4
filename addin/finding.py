"""Findings are values: where, how grave, what was found, what to do. The words stand in words/{audit,tamper}.toml."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from templates.model import Severity
from templates.words import lookup, say

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


def make_structural(
    check: str,
    *,
    form: str = "",
    code: str = "",
    cell: str = "",
    ledger: str = "",
    row: int | None = None,
    **values: object,
) -> Finding:
    """Return the finding of a structural check, worded by ``[checks."<check>"]`` of words/audit.toml or tamper.toml.

    A check may word its message differently in ledgers and forms; the values fill the message's placeholders.
    """
    words = lookup("tamper.checks" if check.startswith("tamper.") else "audit.checks")[check]
    values |= {"label": label(code, str(values.get("name", "")))}
    return Finding(
        rule=check,
        severity=Severity(words["severity"]),
        message=words["message"].format(form=form, code=code, cell=cell, ledger=ledger, row=row, **values),
        hint=words["hint"].format(form=form, code=code, cell=cell, ledger=ledger, row=row, **values),
        form=form,
        code=code,
        cell=cell,
        ledger=ledger,
        row=row,
    )


def label(code: str, name: str) -> str:
    """Return how messages name a cell: ``28「举办…次数」``, or the name alone where it is the code."""
    return say("audit.label_plain" if code in ("", name) else "audit.label", code=code, name=name)


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings as people read them: grave first, then by place."""
    return sorted(findings, key=lambda f: (_ORDER[f.severity], f.form, f.ledger, f.row or 0, f.code, f.rule))
