"""A chapter's section for each form: its printed head, its notes, every row, every rule."""

from __future__ import annotations

from collections.abc import Iterator

from generator.handbook.entries import tell_indicator
from generator.handbook.paper import Line, Paper, Row
from generator.handbook.rules import write_form_rules
from generator.handbook.scope import HandbookScope
from generator.handbook.styles import CENTRED, FORM_HEAD, NOTE, STRONG
from templates.model import Form, Heading
from templates.words import lookup, say

WIDTHS = (1.3, 4.0, 1.8, 1.9, 7.6)


def write_form(paper: Paper, scope: HandbookScope, form: Form) -> None:
    """Write one form, each but the first on a new page."""
    new_page = form is not scope.forms[0]
    paper.heading(say("handbook.form", form=form.id, title=form.title), 2, new_page=new_page)
    _head(paper, scope, form)
    _notes(paper, form)
    paper.heading(say("handbook.indicators"), 3)
    paper.table(lookup("handbook.indicator_header"), WIDTHS, _rows(scope, form))
    write_form_rules(paper, scope, form)


def _head(paper: Paper, scope: HandbookScope, form: Form) -> None:
    """The official head, as it is printed on the form."""
    survey = scope.survey
    head = (
        say("workbook.form.number", form=form.id),
        say("workbook.form.organ", organ=survey.organ),
        say("workbook.form.approved_by", approved_by=survey.approved_by),
        say("workbook.form.approval", approval=survey.approval),
        say("workbook.form.valid_until", valid_until=survey.valid_until),
    )
    for line in head:
        paper.text(line, FORM_HEAD)
    paper.text(say("handbook.filled_by", filled_by=form.filled_by, units=scope.named(scope.filing(form))))


def _notes(paper: Paper, form: Form) -> None:
    if form.notes:
        paper.heading(say("handbook.notes"), 3)
    for number, note in enumerate(form.notes, start=1):
        paper.text(f"{number}. {note}")
    if form.missing:
        paper.text(say("workbook.form.missing"))


def _rows(scope: HandbookScope, form: Form) -> Iterator[Row]:
    periods = lookup("workbook.definitions.period")
    for row in form.rows:
        if isinstance(row, Heading):
            yield [_heading(row)]
        else:
            name = "　" * row.indent + row.name
            measure, period = (Line(text, CENTRED) for text in (row.measure, periods.get(row.period, "")))
            yield (row.code, name, [measure], [period], tell_indicator(row, scope))


def _heading(heading: Heading) -> list[Line]:
    lines = [Line("　" * (heading.level - 1) + heading.name, STRONG)]
    if heading.definition:
        lines.append(Line(heading.definition))
    if heading.section:
        lines.append(Line(say("handbook.section", code=heading.section), NOTE))
    return lines
