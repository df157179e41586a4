"""What is checked at one unit: the chosen numbers that it fills, and some rows of its ledgers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from addin.auditing.batch import is_withdrawn
from addin.auditing.figures import Cells
from addin.reading.raw import show_as_text
from addin.sampling.draw import draw_rows
from addin.sampling.population import NoDraw
from addin.submission import Submission
from generator.spot_checks.sheet import CheckedCell, CheckedRow
from templates.content import Value
from templates.expression import CellRef
from templates.model import Form, Indicator, Ledger, Survey
from templates.sampling import Sampling
from templates.words import lookup, say

ROW_TEXT = 72
"""Of a ledger row so many characters are shown beside its name."""


@dataclass(frozen=True)
class CheckPlan:
    """What is checked, whichever unit it is."""

    survey: Survey
    sampling: Sampling
    seed: int
    round: str


def choose_sampling(survey: Survey, indicators: str) -> Sampling:
    """Return what is checked: as the survey declares it, or the numbers named on the command line. Raises NoDraw.

    ``indicators`` are places with commas between, ``KX03-28`` or ``KX03!28``; ``""`` takes those of the survey.
    """
    named = [text.strip() for text in indicators.replace("，", ",").split(",") if text.strip()]
    cells = tuple(_find_cell(survey, text) for text in dict.fromkeys(named)) or survey.sampling.indicators
    if not cells:
        raise NoDraw(say("sampling.refused.no_indicators", survey=survey.id))
    return replace(survey.sampling, indicators=cells)


def _find_cell(survey: Survey, text: str) -> CellRef:
    form, _, code = text.partition("!") if "!" in text else text.rpartition("-")
    cell = CellRef(form.strip(), code.strip())
    indicator = survey.indicator(cell)
    if indicator is None or not indicator.kind.is_number:
        raise NoDraw(say("sampling.refused.no_such_indicator", text=text))
    return cell


def list_checked_cells(plan: CheckPlan, submission: Submission, numbers: Cells) -> list[CheckedCell]:
    """Return the chosen numbers that the unit fills, with what it reported; None is a blank cell."""
    identity = submission.identity
    asked = (plan.survey.indicator(cell) for cell in plan.sampling.indicators)
    own = [one for one in asked if one and _is_filled_by(one, plan.survey, identity.kind, identity.level)]
    return [_make_cell(plan.survey, one, numbers.get((one.form, one.code))) for one in own]


def _is_filled_by(indicator: Indicator, survey: Survey, kind: str, level: str) -> bool:
    return indicator.form in survey.kind[kind].forms and indicator.open_to(kind, level)


def _make_cell(survey: Survey, indicator: Indicator, reported: float | None) -> CheckedCell:
    name = name_in_full(survey.form[indicator.form], indicator)
    return CheckedCell(indicator.form, indicator.code, name, indicator.measure, indicator.decimals, reported)


def name_in_full(form: Form, indicator: Indicator) -> str:
    """Return the name of a number with that of the one above it that it belongs to: 参加人次 alone says nothing."""
    rows = list(form.indicators.values())
    above = [row for row in rows[: rows.index(indicator)] if row.indent < indicator.indent and not row.kind.is_choice]
    if not indicator.indent or not above:
        return indicator.plain_name
    return say("sampling.part_of", name=indicator.plain_name, whole=above[-1].plain_name)


def list_checked_rows(plan: CheckPlan, submission: Submission) -> list[CheckedRow]:
    """Return some rows of the unit's ledgers, drawn by the same lot as the units."""
    survey, identity = plan.survey, submission.identity
    wanted = plan.sampling.ledgers
    ledgers = {
        ledger.short: ledger
        for ledger in survey.ledgers_of(identity.kind, identity.level)
        if not wanted or ledger.short in wanted
    }
    places = [
        (short, row)
        for short in ledgers
        for row, cells in sorted(submission.content.ledgers.get(short, {}).items())
        if not is_withdrawn(cells)
    ]
    drawn = draw_rows(places, plan.sampling.ledger_rows, plan.seed, plan.round, identity.code)
    return [_make_row(ledgers[short], row, submission) for short, row in drawn]


def _make_row(ledger: Ledger, row: int, submission: Submission) -> CheckedRow:
    cells = submission.content.ledgers[ledger.short][row]
    name = show_as_text(cells.get(ledger.names_row, ""))
    return CheckedRow(ledger.short, row, name, _shorten(list(_tell_columns(ledger, cells))))


def _tell_columns(ledger: Ledger, cells: Mapping[str, Value]) -> Iterator[str]:
    for column in ledger.columns:
        if column.name != ledger.names_row and cells.get(column.name, "") != "":
            yield say("sampling.row_part", column=column.name, value=show_as_text(cells[column.name]))


def _shorten(parts: Sequence[str]) -> str:
    text = str(lookup("sampling.join")).join(parts)
    return text if len(text) <= ROW_TEXT else f"{text[: ROW_TEXT - 1]}…"
