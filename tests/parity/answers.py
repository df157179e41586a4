"""What a workbook can say, and what it must say when the audit is right about the return that stands in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from addin.auditing.arrays import Status
from addin.auditing.audit import audit
from addin.auditing.batch import Batch
from addin.auditing.evaluate import Verdict, judge
from addin.auditing.explain import ExplainedFindings
from addin.finding import Finding
from addin.package.refusal import FileStatus
from addin.receiving.outcomes import FileOutcome, Role, State, UnitOutcome
from addin.roster import ReportingUnit
from addin.submission import Submission
from generator.unit.checks import (
    CODES,
    EXPLAINED,
    FIRST_ROW,
    NOT_APPLICABLE,
    NOT_EVALUATED,
    UNFILLED,
    Check,
    Checks,
)
from generator.unit.ledger_faults import REQUIRED
from generator.unit.sheets.live import takes_explanation
from templates.checks import load_checks
from templates.explanations import Worth
from templates.layout import LedgerLayout, WorkbookLayout, name_column
from templates.model import Kind, Rule, Severity
from templates.nature import format_grouped
from templates.words import lookup, say

LIT = {1, 2, 3, UNFILLED}
"""Codes of states that ask for something, and so show a message."""

FINE = {Status.PASSED: 0, Status.NOT_APPLICABLE: NOT_APPLICABLE, Status.NOT_EVALUATED: NOT_EVALUATED}

Said = tuple[int, int, str]
"""Status code, number of findings, and message where one is shown."""

NONE: Said = (0, 0, "")

OWN = {"identity.uscc": "uscc_registered"}
"""Findings on a cell that are no ``cell.…``, by the words that the workbook has for them."""

LEDGER_CHECKS: dict[str, list[str]] = {}
"""Which findings a row of 审核 about a ledger stands for, as the registry of checks says."""
for _kind in load_checks().values():
    LEDGER_CHECKS.setdefault(_kind.live.removeprefix("ledger_"), []).append(_kind.id)

QUOTED = re.compile(r"(的「|（).*(」|）)$", re.DOTALL)
"""What a ledger's message quotes of a cell: there the two sides cut and clean differently, and it is left out."""


def unquoted(message: str) -> str:
    """Return a message of a ledger's check without what it quotes."""
    return QUOTED.sub(r"\1\2", message)


@dataclass
class Answers:
    """Everything that is compared. Both engines fill one."""

    checks: dict[str, Said] = field(default_factory=dict)
    """By row of 审核."""
    cells: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    """State and message beside each cell of the forms."""
    light: tuple[str, int, int, int] = ("", 0, 0, 0)
    """可否上报, errors, unfilled cells, unexplained warnings."""
    state: State = State.MISSING
    """What a merge makes of the return; a workbook does not know it."""
    counts: bool = False
    """Whether a merge adds it up."""

    @property
    def ready(self) -> bool:
        """Whether the light says that the return may be submitted."""
        return self.light[0] == say("workbook.cover.yes")

    def judgements(self, other: Answers) -> list[str]:
        """Return a line where the light of the workbook, ``self``, and the city, ``other``, disagree on the return."""
        fine = other.state in (State.PASSED, State.HELD)
        wrong = [] if self.ready == fine else [f"the light says {self.light[0]}, the city {other.state.shown}"]
        return wrong + (["counted although the light says no"] if other.counts and not self.ready else [])

    def differences(self, other: Answers) -> list[str]:
        """Return a line for everything that the two say differently, ``self`` being the workbook."""
        mine, theirs = self._listed(), other._listed()
        return [
            f"{key}: workbook {mine.get(key)}, audit {theirs.get(key)}"
            for key in sorted(mine.keys() | theirs.keys())
            if mine.get(key) != theirs.get(key)
        ]

    def _listed(self) -> dict[str, object]:
        cells = {f"{form}!{code}": said for (form, code), said in self.cells.items()}
        return {"light": self.light, **self.checks, **cells}


def expected(layout: WorkbookLayout, checks: Checks, submissions: Sequence[Submission]) -> list[Answers]:
    """Return what the workbook must say of each return; they are audited all at once, as a city does."""
    survey, year = layout.survey, submissions[0].identity.year
    batch = Batch(survey, year, submissions)
    verdicts = {rule.id: judge(rule, batch) for rule in survey.rules_of(layout.kind, layout.level)}
    found = audit(survey, year, submissions)
    return [
        _Audited(layout, checks, verdicts, place, submissions[place], findings).answers()
        for place, findings in enumerate(found)
    ]


@dataclass
class _Audited:
    """One audited return, read as its workbook must show it."""

    layout: WorkbookLayout
    checks: Checks
    verdicts: dict[str, Verdict]
    place: int
    submission: Submission
    findings: list[Finding]

    def answers(self) -> Answers:
        cells = {
            (form.form.id, code): self._cell(form.form.id, code)
            for form in self.layout.forms.values()
            for code, indicator in form.form.indicators.items()
            if indicator.kind is not Kind.COMPOSITE
        }
        judged = self._outcome()
        return Answers(self._said, cells, self._light(), judged.state, judged.counts)

    def _outcome(self) -> UnitOutcome:
        """Return the unit as a merge of this one return has it."""
        who = self.submission.identity
        unit = ReportingUnit(who.code, who.name, who.uscc, who.kind, who.level, who.region)
        file = FileOutcome("unit.xlsx", Role.COUNTED, FileStatus.OK)
        return UnitOutcome(unit, (file,), self.submission).judged(tuple(self.findings))

    @cached_property
    def _said(self) -> dict[str, Said]:
        rules = {rule.id: rule for rule in self.layout.survey.rules}
        return {
            check.id: self._rule(rules[check.id]) if check.id in rules else self._structural(check)
            for check in self.checks.rows
        }

    @cached_property
    def _by_rule(self) -> dict[str, list[Finding]]:
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.rule, []).append(finding)
        return found

    # --- rules -------------------------------------------------------------------------------------------------------

    def _rule(self, rule: Rule) -> Said:
        verdict = self.verdicts[rule.id]
        pending = [finding for finding in self._by_rule.get(rule.id, []) if not finding.explanation]
        if rule.each:
            return self._row_rule(rule, verdict, pending)
        status = verdict.of_unit(self.place)
        if status is Status.FAILED:
            return (CODES[rule.severity], 1, pending[0].message) if pending else (EXPLAINED, 0, "")
        return FINE[status], 0, ""

    def _row_rule(self, rule: Rule, verdict: Verdict, pending: list[Finding]) -> Said:
        if pending:
            first = min(pending, key=lambda finding: finding.row or 0)
            return CODES[rule.severity], len(pending), first.message
        undecided = Status.NOT_EVALUATED in verdict.status[verdict.units == self.place]
        return (NOT_EVALUATED, 0, "") if undecided else NONE

    # --- checks of sheets --------------------------------------------------------------------------------------------

    def _structural(self, check: Check) -> Said:
        owner, _, kind = check.id.partition(".")
        if check.form:
            return self._form_check(check.form, kind)
        if owner == "summary":
            length = self.layout.survey.summary_min_length
            found = check.id in self._by_rule
            code = CODES[check.severity] if self.submission.content.summary.strip() else UNFILLED
            return (code, 1, say("workbook.audit.summary_message", length=length)) if found else NONE
        return self._ledger_check(check, owner, kind)

    def _ledger_check(self, check: Check, ledger: str, kind: str) -> Said:
        layout = next(each for each in self.layout.ledgers.values() if each.ledger.id == ledger)
        if kind == "unconfirmed" and not layout.carried:
            return NOT_APPLICABLE, 0, ""
        found = [
            finding
            for finding in self.findings
            if finding.ledger == layout.ledger.short and finding.rule in LEDGER_CHECKS[kind] and not finding.explanation
        ]
        if kind == "duplicates" and self._holds_errors(layout, layout.ledger.key):
            return NOT_EVALUATED, 0, ""
        if not found:
            return NONE
        if kind == "unconfirmed":
            return UNFILLED, len(found), unquoted(found[0].message)
        columns = {name_column(layout.column(column.name)): column.name for column in layout.ledger.columns}
        first = min(found, key=lambda finding: (finding.row or 0, len(_column(finding)), _column(finding)))
        other = re.search(r"与第 (\d+) 行", first.message)
        words = lookup(f"workbook.audit.ledger_{kind}_message")
        told = {"count": len(found), "row": first.row, "column": columns[_column(first)], "value": ""}
        message = words.format(**told, other=other and other[1], last=layout.end_row - 1)
        return UNFILLED if kind == REQUIRED else CODES[check.severity], len(found), unquoted(message)

    def _holds_errors(self, layout: LedgerLayout, columns: Sequence[str]) -> bool:
        """Whether one of the columns holds an error value, wherever in the ledger."""
        letters = {name_column(layout.column(name)) for name in columns}
        here = [finding for finding in self.findings if finding.ledger == layout.ledger.short]
        return any(finding.rule == "ledger.error" and _column(finding) in letters for finding in here)

    def _form_check(self, form: str, kind: str) -> Said:
        code, words = {
            "cell.required": (UNFILLED, "unfilled"),
            "cell": (CODES[Severity.ERROR], "cells"),
            "cell.warning": (CODES[Severity.WARNING], "checks"),
        }[kind]
        count = Counter(digit for (place, _), (digit, _) in self._own.items() if place == form)[code]
        return (code, count, say(f"workbook.audit.{words}_message", count=count)) if count else NONE

    # --- cells -------------------------------------------------------------------------------------------------------

    @cached_property
    def _own(self) -> dict[tuple[str, str], tuple[int, str]]:
        """What is wrong with a cell by itself: the digit that the workbook keeps, and its words."""
        worst: dict[tuple[str, str], tuple[int, str]] = {}
        for finding in self.findings:
            check = OWN.get(finding.rule) or finding.rule.removeprefix("cell.")
            if not finding.code or check == finding.rule or finding.explanation:
                continue
            code = UNFILLED if check == "required" else CODES[finding.severity]
            before, _ = worst.get((finding.form, finding.code), (0, ""))
            # Of two remarks the workbook makes one: that the number is a text.
            if before < code or (before == code and check == "number_text"):
                worst[finding.form, finding.code] = (code, check)
        return worst

    def _cell(self, form: str, code: str) -> tuple[int, str]:
        digit, check = self._own.get((form, code), (0, ""))
        if digit > CODES[Severity.INFO]:
            return digit, self._own_words(form, code, check)
        for row in self.checks.at(form, code):
            id = self.checks.rows[row - FIRST_ROW].id
            status, _, message = self._said[id]
            if status in LIT:
                return status, self._in_row(form, code, self.layout.survey.rule[id], message)
        return digit, self._own_words(form, code, check) if digit else self._at_rest(form, code)

    def _in_row(self, form: str, code: str, rule: Rule, message: str) -> str:
        """What a row says of a rule: short, without its own code and name; a warning says what it waits for."""
        row, words = self.layout.forms[form].form.indicators[code], lookup("workbook.form")
        said = rule.short or message.replace(say("sentence.cell", code=code, name=row.plain_name), "", 1)
        if rule.severity is not Severity.WARNING:
            return said
        worth = self._worth(form, code)
        if worth < 0:
            return str(words["refused"][worth.name.lower()])
        return said + str(words["explain"])

    def _at_rest(self, form: str, code: str) -> str:
        """What a row says in which nothing is wrong."""
        layout = self.layout.forms[form]
        indicator = layout.form.indicators[code]
        if indicator.kind is not Kind.NOTHING_HERE and not indicator.open_to(self.layout.kind, self.layout.level):
            return say("workbook.form.closed")
        told = takes_explanation(layout, indicator, self.checks) and self._worth(form, code) is Worth.ACCEPTED
        return say("workbook.form.told") if told else ""

    def _worth(self, form: str, code: str) -> Worth:
        return self._explained.beside[form, code][0]

    @cached_property
    def _explained(self) -> ExplainedFindings:
        return ExplainedFindings(self.submission, self.layout)

    def _own_words(self, form: str, code: str, check: str) -> str:
        indicator = self.layout.forms[form].form.indicators[code]
        if check == "required" and not indicator.kind.is_number:
            check = "required_choice" if indicator.kind.is_choice else "required_text"
        if check in ("date", "date_text"):
            check = "month" if indicator.kind is Kind.YEAR_MONTH else "date"
        taken, most = self.submission.content.values.get(form, {}).get(code, 0.0), self.layout.survey.most_of(indicator)
        number = format_grouped(most or 0) if check == "most" else f"{taken:.15g}" if isinstance(taken, float) else ""
        registered = self.submission.identity.uscc
        text = say(f"workbook.own.{'error_value' if check == 'error' else check}", number=number, registered=registered)
        return text + self._why(form, code) if check.startswith("uscc_") else text

    def _why(self, form: str, code: str) -> str:
        return self.layout.survey.explanations.why(self._worth(form, code))

    # --- the light ---------------------------------------------------------------------------------------------------

    def _light(self) -> tuple[str, int, int, int]:
        said = self._said.values()
        errors, unfilled, warnings = (sum(n for code, n, _ in said if code == wanted) for wanted in (3, UNFILLED, 2))
        pending = any(finding.pending for finding in self.findings)
        ready = not pending and NOT_EVALUATED not in {code for code, _, _ in said}
        words = lookup("workbook.cover")
        return words["yes" if ready else "no"], errors + unfilled, unfilled, warnings


def _column(finding: Finding) -> str:
    """Return the letters of the finding's column."""
    return finding.cell.rpartition("!")[2].rstrip("0123456789")
