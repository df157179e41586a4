"""Findings for people and programs: JSON of the contract, counts, exit codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from addin.finding import Finding
from addin.package.refusal import FileStatus
from templates.content import Identity
from templates.model import Severity


@dataclass(frozen=True)
class Judged:
    """A file and what the audit made of it; ``reason`` says why a refused one was refused."""

    file: str
    identity: Identity | None
    status: FileStatus
    reason: str
    findings: tuple[Finding, ...]


def describe_file(judged: Judged) -> dict[str, Any]:
    """Return the contract's entry of ``validate --json`` for one file."""
    return {
        "file": judged.file,
        "unit": judged.identity.code if judged.identity else None,
        "status": judged.status.value,
        "reason": judged.reason,
        "findings": [_finding(finding) for finding in judged.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "form": finding.form,
        "code": finding.code,
        "cell": finding.cell,
        "ledger": finding.ledger,
        "row": finding.row,
        "message": finding.message,
        "hint": finding.hint,
        "explanation": finding.explanation,
        "explained": bool(finding.explanation) if finding.asks else None,
    }


def count_findings(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many findings there are of each severity, and how many warnings are explained."""
    listed = list(findings)
    by = {severity: sum(finding.severity is severity for finding in listed) for severity in Severity}
    return {
        "errors": by[Severity.ERROR],
        "warnings": by[Severity.WARNING],
        "infos": by[Severity.INFO],
        "explained": sum(bool(finding.explanation) for finding in listed),
    }


def choose_exit_code(judged: Sequence[Judged]) -> int:
    """Return 2 when a file could not be taken in, else 1 when one may not be filed yet, else 0."""
    if any(not one.status.readable for one in judged):
        return 2
    return 1 if any(one.status is not FileStatus.OK for one in judged) else 0
