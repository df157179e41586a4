"""The audit: everything there is to say about returns, all units of a kind at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from addin.auditing.arrays import Status
from addin.auditing.batch import Batch
from addin.auditing.evaluate import Verdict, judge
from addin.auditing.explain import ExplainedFindings
from addin.auditing.form_checks import Return, check_derived_cells
from addin.auditing.render import render_messages
from addin.auditing.stacked import judge_all
from addin.auditing.structure import check_structure
from addin.finding import Finding, make_structural, sort_findings, word
from addin.submission import Submission
from templates.expression import CellRef, ColumnRef, walk
from templates.layout import WorkbookLayout
from templates.model import Rule, Severity, Survey

ROWS_AT_ONCE: Final = 250_000
"""Ledger rows of a batch, about: arrays over them take some 0.3 kB a row, and larger ones save no time."""


def audit(survey: Survey, year: int, submissions: Sequence[Submission]) -> list[list[Finding]]:
    """Return the findings of each submission, grave ones first: the reader's, the structural, the rules'."""
    found: list[list[Finding]] = [[] for _ in submissions]
    for kind in dict.fromkeys(submission.identity.kind for submission in submissions):
        of_kind = [place for place, submission in enumerate(submissions) if submission.identity.kind == kind]
        for places in _split_by_rows(submissions, of_kind):
            batch = Batch(survey, year, [submissions[place] for place in places])
            for place, findings in zip(places, _of_kind(batch, kind), strict=True):
                found[place] = findings
    return found


def _split_by_rows(submissions: Sequence[Submission], places: Iterable[int]) -> Iterator[list[int]]:
    """Yield the places in batches of :data:`ROWS_AT_ONCE` ledger rows: no return's findings depend on another's."""
    taken: list[int] = []
    rows = 0
    for place in places:
        taken.append(place)
        rows += sum(map(len, submissions[place].content.ledgers.values()))
        if rows >= ROWS_AT_ONCE:
            yield taken
            taken, rows = [], 0
    if taken:
        yield taken


def outcomes(survey: Survey, year: int, submission: Submission) -> dict[str, Status]:
    """Return what became of every rule that applies to the submission; a row rule's worst row counts."""
    batch = Batch(survey, year, [submission])
    rules = survey.rules_of(submission.identity.kind, submission.identity.level)
    return {rule.id: judge(rule, batch).of_unit(0) for rule in rules}


def _of_kind(batch: Batch, kind: str) -> list[list[Finding]]:
    """Return the findings of a batch whose units are all of one kind, and so have the same rules."""
    found = check_structure(batch)
    spoken: list[set[tuple[str, str]]] = [set() for _ in batch.submissions]
    for verdict in judge_all(batch, kind):
        typed = _derived_cells(verdict.rule)
        for place, finding in _tell(verdict, batch):
            found[place].append(finding)
            spoken[place] |= typed
    for place, submission in enumerate(batch.submissions):
        if submission.typed:
            found[place] += check_derived_cells(Return(batch, place), spoken[place])
        found[place] += map(word, submission.oddities)
    return [
        _finished(findings, ExplainedFindings(batch.submissions[place], batch.layouts[place]))
        for place, findings in enumerate(found)
    ]


def _finished(findings: Iterable[Finding], explained: ExplainedFindings) -> list[Finding]:
    return sort_findings(explained.told(finding) for finding in dict.fromkeys(findings))


def _derived_cells(rule: Rule) -> set[tuple[str, str]]:
    """Return the derived cells whose typed-over value the rule judges, when it judges them as errors."""
    if rule.severity is not Severity.ERROR:
        return set()
    return {(reference.form, reference.code) for reference in rule.reads if reference.view == "typed"}


def _tell(verdict: Verdict, batch: Batch) -> Iterator[tuple[int, Finding]]:
    rule = verdict.rule
    if verdict.reason:
        yield from _broken(rule, batch)
        return
    failed = verdict.failed()
    if not len(failed):
        return
    scope = batch.rows(rule.each) if rule.each else batch
    messages = render_messages(rule, scope, failed, verdict.rows)
    rows = verdict.rows[failed].tolist() if verdict.rows is not None else [None] * len(failed)
    column = _find_judged_column(rule)
    for unit, row, message in zip(verdict.units[failed].tolist(), rows, messages, strict=True):
        layout = batch.layouts[unit]
        cell = _cell(rule, layout) if row is None else _row_cell(rule, layout, column, row)
        yield unit, _finding(rule, cell, row, message)


def _finding(rule: Rule, cell: str, row: int | None, message: str) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        message=message,
        hint=rule.hint,
        form=rule.form,
        code=rule.at,
        cell=cell,
        ledger=rule.each,
        row=row,
        hold=rule.hold,
    )


def _cell(rule: Rule, layout: WorkbookLayout) -> str:
    """Return the address of the cell that carries the rule's message: its own, else the first it reads."""
    places = [CellRef(rule.form, rule.at)] if rule.at else list(rule.reads)
    return next((address for place in places if (address := layout.address(place))), "")


def _row_cell(rule: Rule, layout: WorkbookLayout, column: str, row: int) -> str:
    """Return the address of the column that the rule checks, in the row."""
    ledger = layout.ledgers.get(rule.each)
    return ledger.address(column, row) if ledger and column else ""


def _find_judged_column(rule: Rule) -> str:
    """Return the first column that the rule checks, "" where it checks none."""
    columns = (node.name for tree in reversed(rule.judged) for node in walk(tree) if isinstance(node, ColumnRef))
    return next(columns, "")


def _broken(rule: Rule, batch: Batch) -> Iterator[tuple[int, Finding]]:
    """Judge the returns one by one, so that only those that break the rule are told so, and the others are judged."""
    for place, submission in enumerate(batch.submissions):
        alone = Batch(batch.survey, batch.year, [submission], batch.fixed)
        verdict = judge(rule, alone)
        if verdict.reason:
            yield place, _could_not_evaluate(rule, verdict.reason, alone.layouts[0])
        else:
            yield from ((place, finding) for _, finding in _tell(verdict, alone))


def _could_not_evaluate(rule: Rule, reason: str, layout: WorkbookLayout) -> Finding:
    place = {"form": rule.form, "code": rule.at, "cell": _cell(rule, layout)}
    return make_structural("engine.failed", rule=rule.id, reason=reason, **place)
