"""Whether a text explains a soft edit, and where the explanation of a finding stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from addin.auditing.arrays import convert_to_text, is_blank
from addin.finding import Finding
from addin.submission import Submission
from templates.content import Value
from templates.explanations import Worth
from templates.filled import FilledLedger
from templates.layout import WorkbookLayout
from templates.model import Form, Severity
from templates.words import lookup

Judged = tuple[Worth, str]
"""What a 说明 is worth, and the explanation that it stands for."""

NONE: Judged = (Worth.BLANK, "")


@dataclass
class ExplainedFindings:
    """The explanations of one return."""

    submission: Submission
    layout: WorkbookLayout
    _forms: dict[str, dict[str, Judged]] = field(default_factory=dict)

    def told(self, finding: Finding) -> Finding:
        """Return a warning with its accepted explanation, or with why what stands there is none."""
        if finding.severity is not Severity.WARNING or finding.explanation:
            return finding
        in_ledger = finding.ledger and finding.row is not None
        worth, text = self._in_row(finding) if in_ledger else self._judge_form(finding.form).get(finding.code, NONE)
        if worth is Worth.ACCEPTED:
            return replace(finding, explanation=text)
        why = "" if in_ledger else self.layout.survey.explanations.why(worth)
        return replace(finding, message=finding.message + why) if why else finding

    def _in_row(self, finding: Finding) -> Judged:
        """Judge 备注 of the finding's ledger row; it may say anything, so that it is no explanation is no fault."""
        name = lookup("workbook.row_remark.name")
        remark = self._find_cell(finding.ledger, finding.row or 0, name)
        text = "" if is_blank(remark) or self._is_error(finding, name) else convert_to_text(remark)
        return self.layout.survey.explanations.worth(text), text

    def _find_cell(self, ledger: str, row: int, column: str) -> Value | None:
        rows = self.submission.content.ledgers.get(ledger, {})
        if isinstance(rows, FilledLedger):
            return rows.find_cell(row, column)
        return rows.get(row, {}).get(column)

    def _is_error(self, finding: Finding, column: str) -> bool:
        ledger = self.layout.ledgers.get(finding.ledger)
        return bool(self._errors) and ledger is not None and ledger.address(column, finding.row or 0) in self._errors

    @cached_property
    def _errors(self) -> frozenset[str]:
        return self.submission.gaps.errors

    @cached_property
    def beside(self) -> dict[tuple[str, str], Judged]:
        """By form and code: 说明 of every row, which may point at one above."""
        return {
            (id, code): self._judge_form(id).get(code, NONE)
            for id, form in self.layout.forms.items()
            for code, row in form.form.indicators.items()
            if row.kind.takes_a_note
        }

    def _judge_form(self, form: str) -> dict[str, Judged]:
        """Judge every 说明 of a form, by code; none where nothing is written."""
        if form not in self._forms:
            notes = self.submission.content.notes.get(form)
            placed = self.layout.forms.get(form)
            self._forms[form] = self._judge_notes(placed.form, notes) if placed and notes else {}
        return self._forms[form]

    def _judge_notes(self, form: Form, notes: Mapping[str, str]) -> dict[str, Judged]:
        codes = [code for code, row in form.indicators.items() if code in notes and row.kind.takes_a_note]
        judged = self.layout.survey.explanations.down(notes[code] for code in codes)
        return dict(zip(codes, judged, strict=True))
