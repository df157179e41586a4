"""An open workbook against the audit of its saved copy: what it shows must be what the receiver will say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from addin.auditing.arrays import Status
from addin.auditing.audit import audit, outcomes
from addin.finding import Finding
from addin.host import connect
from addin.reading.reader import read
from addin.submission import Submission
from generator.unit.checks import CODES, EXPLAINED, FIRST_ROW, NOT_APPLICABLE, NOT_EVALUATED, UNFILLED
from templates.cover_layout import READY
from templates.layout import AUDIT, COLUMNS, WorkbookLayout, name_column
from templates.model import Severity, Survey
from templates.words import lookup
from tests.support.office import Book, Office

STATUS = {0: Status.PASSED, EXPLAINED: Status.FAILED, NOT_APPLICABLE: Status.NOT_APPLICABLE}
STATUS |= {NOT_EVALUATED: Status.NOT_EVALUATED} | dict.fromkeys(CODES.values(), Status.FAILED)
"""What became of a rule, by the code that the audit sheet shows."""

ROSTER = "identity.uscc"
"""A finding that needs the roster, which no workbook has."""


def saved(office: Office, path: Path, copy: Path, survey: Survey) -> Submission:
    """Return what the workbook that is open from ``path`` holds, saved as ``copy`` by LibreOffice and read as mail."""
    connect(str(path), pipe=office.pipe).save_copy(copy)
    found = read(copy, surveys=lambda _: survey)
    assert isinstance(found, Submission), found
    return found


@dataclass(frozen=True)
class Shown:
    """What an open workbook shows just now."""

    book: Book
    layout: WorkbookLayout

    def rules(self) -> dict[str, tuple[int, str]]:
        """Return status code and message of every line of the audit sheet, by id."""
        lines = self.book.block(lookup("workbook.sheets.audit"), f"A{FIRST_ROW}:J{FIRST_ROW + 2000}")
        id, status, message = AUDIT.id - 1, AUDIT.status - 1, AUDIT.message - 1
        return {line[id]: (int(line[status]), line[message]) for line in lines if line[id]}

    def cells(self) -> dict[str, tuple[int, str]]:
        """Return state and message of every form cell that is faulty by itself, by address."""
        found = {}
        for form in self.layout.forms.values():
            for code, row in form.rows.items():
                own = str(self.book.cell(f"{form.sheet}!{name_column(COLUMNS.own)}{row}").getString())
                if own:
                    message = self.book.cell(f"{form.sheet}!{name_column(COLUMNS.message)}{row}").getString()
                    found[form.address(code)] = int(own[0]), message
        return found

    def light(self) -> str:
        """Return the cover's answer to 可否上报."""
        return str(self.book.cell(f"{lookup('workbook.sheets.cover')}!{READY}").getString())


def differences(shown: Shown, submission: Submission, survey: Survey) -> list[tuple[object, ...]]:
    """Return in what the open workbook and the audit of ``submission`` differ; [] when they say the same."""
    findings = audit(survey, submission.identity.year, [submission])[0]
    return [
        *_rules(shown.rules(), outcomes(survey, submission.identity.year, submission), findings),
        *_cells(shown, findings),
        *_ledgers(shown, survey, findings),
        *_light(shown, findings),
    ]


def _rules(
    lines: dict[str, tuple[int, str]], judged: dict[str, Status], findings: list[Finding]
) -> Iterator[tuple[object, ...]]:
    messages = {finding.rule: finding.message for finding in reversed(findings)}
    for rule, status in judged.items():
        code, message = lines[rule]
        if STATUS[code] is not status:
            yield rule, f"workbook {STATUS[code].name}", f"audit {status.name}"
        elif code in CODES.values() and message != messages[rule]:
            yield rule, message, messages[rule]


def _cells(shown: Shown, findings: list[Finding]) -> Iterator[tuple[object, ...]]:
    """Compare what is said of cells that are faulty by themselves; rows that the audit is silent about are silent."""
    told = {}
    for finding in findings:
        if finding.rule.startswith("cell.") and finding.rule != "cell.formula":
            told[finding.cell] = UNFILLED if finding.rule == "cell.required" else CODES[finding.severity]
    seen = {cell: state for cell, (state, message) in shown.cells().items() if message}
    for cell in sorted({*told, *seen}):
        if told.get(cell) != seen.get(cell):
            yield cell, f"workbook {seen.get(cell)}", f"audit {told.get(cell)}"


def _ledgers(shown: Shown, survey: Survey, findings: list[Finding]) -> Iterator[tuple[object, ...]]:
    lines = shown.rules()
    for ledger in survey.ledgers:
        live = [code for rule, (code, _) in lines.items() if rule.startswith(f"{ledger.id}.")]
        told = [
            finding.rule
            for finding in findings
            if finding.ledger == ledger.short and finding.rule.startswith("ledger.") and _is_error(finding)
        ]
        if bool({CODES[Severity.ERROR], UNFILLED} & set(live)) != bool(told):
            yield ledger.short, f"workbook {live}", f"audit {told}"


def _light(shown: Shown, findings: list[Finding]) -> Iterator[tuple[object, ...]]:
    pending = [finding.rule for finding in findings if finding.pending and finding.rule != ROSTER]
    answer = lookup("workbook.cover.no" if pending else "workbook.cover.yes")
    if shown.light() != answer:
        yield shown.light(), pending


def _is_error(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR
