"""Parts into the one return of their parent: cells, ledgers and explanations, and the trace of who gave what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial

from addin.auditing.audit import audit
from addin.auditing.batch import Batch
from addin.auditing.explain import NONE, ExplainedFindings, Judged
from addin.auditing.figures import compute_figures
from addin.composing.cells import OWN, ComposedCells, Given, Outcome
from addin.composing.gather import ComposeError, list_misfits
from addin.composing.ledgers import Stacked, keep_rows, stack_rows
from addin.submission import Edition, Submission
from generator.trace import CellLine, RowLine, Trace
from templates.content import Content, Identity
from templates.explanations import Worth
from templates.model import Indicator, Severity, Survey
from templates.words import lookup, say


@dataclass(frozen=True)
class Part:
    """A workbook that was composed, and what the audit counts in it."""

    identity: Identity
    file: str
    errors: int
    warnings: int


@dataclass(frozen=True)
class Composed:
    """The composed return, of what it was composed, and what a person should look at, each one sentence."""

    submission: Submission
    parts: tuple[Part, ...]
    trace: Trace
    remarks: tuple[str, ...]


def compose(survey: Survey, unit: Submission, parts: Sequence[Submission], *, strict: bool = False) -> Composed:
    """Return ``unit``'s return with ``parts`` in it; what ``unit`` holds itself is one more part.

    Raises :class:`ComposeError` when a workbook does not belong here, and with ``strict`` when a part has errors.
    """
    if problems := list_misfits(survey, unit, parts):
        raise ComposeError(problems)
    judged = tuple(_judged(survey, unit.identity.year, parts))
    faulty = [_faulty(part) for part in judged if part.errors]
    if strict and faulty:
        raise ComposeError([*faulty, say("compose.strict")])
    whole = [unit, *parts]
    rows = stack_rows(unit.layout(survey), whole)
    submission, trace = _composed(survey, whole, rows)
    remarks = [*faulty, *_typed(whole), *_cell_remarks(trace.cells), *_row_remarks(trace.rows)]
    return Composed(submission, judged, trace, tuple(remarks))


def _composed(survey: Survey, whole: Sequence[Submission], rows: Sequence[Stacked]) -> tuple[Submission, Trace]:
    unit = whole[OWN]
    cells = ComposedCells(Batch(survey, unit.identity.year, whole))
    content = deepcopy(unit.content)
    lines = cells.compose(content)
    content.ledgers = keep_rows(rows)
    content.remarks = _joined(unit.content.remarks, [(part, part.content.remarks) for part in whole[1:]], "\n")
    notes = list(_notes(cells, content))
    submission = Submission(unit.file, unit.identity, Edition.of(survey), content)
    lines += _derived(cells, submission, rows)
    return submission, Trace(_in_order(lines, survey), [_row_line(row, whole) for row in rows], notes)


def _judged(survey: Survey, year: int, parts: Sequence[Submission]) -> Iterator[Part]:
    for part, findings in zip(parts, audit(survey, year, parts), strict=True):
        severities = [finding.severity for finding in findings]
        counts = severities.count(Severity.ERROR), severities.count(Severity.WARNING)
        yield Part(part.identity, part.file, *counts)


def _in_order(lines: Sequence[CellLine], survey: Survey) -> list[CellLine]:
    """Return cell lines as the forms have their rows: derived cells among the others."""
    codes = [(form.id, code) for form in survey.forms for code in form.indicators]
    order = {key: place for place, key in enumerate(codes)}
    return sorted(lines, key=lambda line: order[line.form, line.code])


# --- what ledgers give -----------------------------------------------------------------------------------------------


def _derived(cells: ComposedCells, composed: Submission, rows: Sequence[Stacked]) -> Iterator[CellLine]:
    """Yield what the rows of each workbook that were kept add to each derived cell."""
    results = compute_figures(cells.survey, composed)
    shares = [
        compute_figures(cells.survey, _share(submission, rows, place))
        for place, submission in enumerate(cells.submissions)
    ]
    for form in cells.survey.forms_of(composed.identity.kind):
        for indicator in form.indicators.values():
            result = results.get((form.id, indicator.code))
            if indicator.derive is None or result is None:
                continue
            numbers = [(place, share.get((form.id, indicator.code))) for place, share in enumerate(shares)]
            given = [Given(place, number, "ledger") for place, number in numbers if number is not None]
            yield from cells.lines(indicator, Outcome.of(result, given))


def _share(submission: Submission, rows: Sequence[Stacked], place: int) -> Submission:
    return replace(submission, content=Content(ledgers=keep_rows(rows, place)), oddities=(), typed={})


def _row_line(row: Stacked, whole: Sequence[Submission]) -> RowLine:
    unit = whole[row.place].identity
    return RowLine(
        row.ledger.short, row.row, unit.code, unit.name, row.source_row, row.label, row.kept, tuple(row.differs)
    )


# --- explanations ----------------------------------------------------------------------------------------------------


def _notes(cells: ComposedCells, content: Content) -> Iterator[CellLine]:
    """Join the explanations of cells that take parts, each part's under its name; yield which ones there were."""
    unit, survey = cells.submissions[OWN], cells.survey
    judged = [ExplainedFindings(*one).beside for one in zip(cells.submissions, cells.batch.layouts, strict=True)]
    for form in survey.forms_of(unit.identity.kind):
        for indicator in form.indicators.values():
            if indicator.derive is None and not survey.composition(indicator).takes_parts:
                continue
            note = partial(_note, cells, judged, indicator)
            yield from _noted(cells, indicator, note, content)


def _noted(
    cells: ComposedCells, indicator: Indicator, note: Callable[[int], Judged], content: Content
) -> Iterator[CellLine]:
    """A stock phrase with a department's name before it would pass for an explanation, so that it is not joined."""
    notes = [(place, *note(place)) for place in cells.filling(indicator)]
    given = [
        Given(place, text, "note", counted=place == OWN or worth is Worth.ACCEPTED)
        for place, worth, text in notes
        if text
    ]
    if all(one.place == OWN for one in given):
        return
    taken = [(cells.submissions[one.place], str(one.value)) for one in given if one.counted and one.place != OWN]
    text = _joined(note(OWN)[1], taken, lookup("compose.join"))
    if text:
        content.notes.setdefault(indicator.form, {})[indicator.code] = text
    yield from cells.lines(indicator, Outcome.of(text or None, given))


def _note(
    cells: ComposedCells, judged: list[dict[tuple[str, str], Judged]], indicator: Indicator, place: int
) -> Judged:
    """Return what the note is worth and its text; one that points at the note above is that one."""
    worth, text = judged[place].get((indicator.form, indicator.code), NONE)
    note = cells.submissions[place].content.notes.get(indicator.form, {}).get(indicator.code, "")
    return worth, text or note.strip()


def _joined(own: str, others: Sequence[tuple[Submission, str]], between: str) -> str:
    """Return the own text and those of the parts, each under the part's name."""
    named = [say("compose.named", name=part.identity.name, text=text.strip()) for part, text in others if text.strip()]
    return between.join([own, *named] if own.strip() else named)


# --- what a person should look at ------------------------------------------------------------------------------------


def _faulty(part: Part) -> str:
    return say("compose.faulty", name=part.identity.name, errors=part.errors)


def _typed(whole: Sequence[Submission]) -> Iterator[str]:
    """Yield constants over formulas: the composed cell follows from the ledgers."""
    for submission in whole:
        for form, code in submission.typed:
            yield say("compose.typed", name=submission.identity.name, form=form, code=code)


def _cell_remarks(lines: Sequence[CellLine]) -> Iterator[str]:
    for line in lines:
        if line.use in ("unreadable", "closed"):
            value = line.value if isinstance(line.value, str) else f"{line.value:g}"
            yield say(f"compose.{line.use}", name=line.part_name, form=line.form, code=line.code, value=value)


def _row_remarks(lines: Sequence[RowLine]) -> Iterator[str]:
    holders = {(line.ledger, line.row): line for line in lines if line.kept}
    for line in lines:
        if not line.kept:
            holder = holders[line.ledger, line.row].part_name
            differs = lookup("compose.join_names").join(line.differs)
            extra = say("compose.differs", columns=differs) if differs else ""
            values = {"ledger": line.ledger, "row": line.source_row, "label": line.label, "other": holder}
            yield say("compose.duplicate", name=line.part_name, extra=extra, **values)
