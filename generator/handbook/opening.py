"""What stands before the forms: the title page, how to fill, when it is due, who files what."""

from __future__ import annotations

from collections.abc import Iterator

from generator.handbook.entries import list_bound_units, tell_kind
from generator.handbook.paper import Line, Paper, Row
from generator.handbook.rules import write_form_rules
from generator.handbook.scope import HandbookScope
from generator.handbook.styles import CELL, CENTRED, IMPRINT, SMALL_PRINT, SUBTITLE, TITLE
from templates.model import Deadline, Ledger
from templates.words import lookup, say

UNIT_WIDTHS = (2.0, 2.6)
LEDGER_WIDTHS = (1.1, 4.9, 5.3, 5.3)
SIGN_OFF_WIDTHS = (3.4, 4.2, 9.0)
DEADLINE_WIDTHS = (6, 10)


def write_title(paper: Paper, scope: HandbookScope) -> None:
    """Write the title page: what it is, for whom, on whose authority, by which definitions."""
    survey = scope.survey
    paper.text(survey.title, TITLE)
    paper.text(say("handbook.title"), SUBTITLE)
    if scope.year is not None:
        paper.text(say("handbook.year", year=scope.year), SUBTITLE)
    everybody = not (scope.kind or scope.level)
    units = say("handbook.everybody") if everybody else scope.named(scope.units)
    paper.text(say("handbook.for_whom", units=units), IMPRINT)
    for name in ("organ", "approved_by", "approval", "valid_until"):
        paper.text(say(f"workbook.form.{name}", **{name: getattr(survey, name)}), IMPRINT)
    paper.text(say("handbook.version", version=survey.version, hash=survey.hash), IMPRINT)
    paper.text(survey.law, SMALL_PRINT)
    paper.text(say("handbook.made"), SMALL_PRINT)


def write_how(paper: Paper, scope: HandbookScope) -> None:
    """Write how a workbook is filled, in the words that stand in it."""
    survey = scope.survey
    paper.heading(say("workbook.cover.steps_title"), 3)
    for step in lookup("workbook.cover.steps").values():
        paper.text(say("handbook.step").join(step))
    paper.heading(say("handbook.mind"), 3)
    for text in lookup("handbook.reminders"):
        paper.text(text)
    _explanations(paper, scope)
    paper.heading(say("workbook.summary.title"), 3)
    paper.text(say("handbook.summary", length=survey.summary_min_length))
    for line in survey.summary_outline:
        paper.text(line)
    _sign_off(paper, scope)


def _explanations(paper: Paper, scope: HandbookScope) -> None:
    wanted = scope.survey.explanations
    paper.heading(say("handbook.explanations"), 3)
    paper.text(say("handbook.explanation", length=wanted.min_length))
    if wanted.stock_phrases:
        paper.text(say("handbook.stock_phrases", phrases="」「".join(wanted.stock_phrases)))
    if wanted.ditto:
        paper.text(say("handbook.ditto", phrases="」「".join(wanted.ditto)))


def _sign_off(paper: Paper, scope: HandbookScope) -> None:
    cover = scope.survey.cover
    paper.heading(say("workbook.cover.sign_off"), 3)
    rows = ((cell.name, tell_kind(cell.kind), cell.definition) for cell in cover.indicators.values())
    paper.table(lookup("handbook.sign_off_header"), SIGN_OFF_WIDTHS, rows)
    write_form_rules(paper, scope, cover)


def write_deadlines(paper: Paper, scope: HandbookScope) -> None:
    """Write when each step is due: the day where the year is known, else month and day of the year after."""
    steps = (step for step in scope.survey.deadlines if not (scope.level and step.levels) or scope.level in step.levels)
    rows = ((_step(step), _due(step, scope.year)) for step in steps)
    paper.table(lookup("handbook.deadline_header"), DEADLINE_WIDTHS, rows)


def _step(deadline: Deadline) -> str:
    levels = say("merge.reason.and").join(deadline.levels)
    return say("handbook.step_of", name=deadline.name, levels=levels) if levels else deadline.name


def _due(deadline: Deadline, year: int | None) -> str:
    if year is None:
        return say("handbook.due_next_year", month=deadline.month, day=deadline.day)
    due = deadline.due(year)
    return say("handbook.due", year=due.year, month=due.month, day=due.day)


def write_who(paper: Paper, scope: HandbookScope) -> None:
    """Write which kinds at which levels file which forms, and which ledgers."""
    paper.heading(say("handbook.who_forms"), 3)
    header = [*lookup("handbook.who_header"), *(form.id for form in scope.forms)]
    paper.table(header, (*UNIT_WIDTHS, *(1.7 for _ in scope.forms)), _filing(scope))
    for form in scope.forms:
        paper.text(say("handbook.form", form=form.id, title=form.title), CELL)
    if scope.ledgers:
        paper.heading(say("handbook.who_ledgers"), 3)
        paper.table(lookup("handbook.who_ledger_header"), LEDGER_WIDTHS, (_ledger(one, scope) for one in scope.ledgers))


def _filing(scope: HandbookScope) -> Iterator[Row]:
    yes, no = say("handbook.yes"), say("handbook.no")
    for kind, level in scope.units:
        filed = scope.survey.kind[kind].forms
        yield (kind, level, *([Line(yes if form.id in filed else no, CENTRED)] for form in scope.forms))


def _ledger(ledger: Ledger, scope: HandbookScope) -> Row:
    bound = scope.named(list_bound_units(ledger, scope))
    return (ledger.id, ledger.name, scope.named(scope.keeping(ledger)), bound or say("handbook.no"))
