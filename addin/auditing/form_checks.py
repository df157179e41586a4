"""Structural checks of form cells, for all returns of one kind at once, on the same arrays as the rules.

An array says where something may be wrong; only there the return itself is looked at, and a finding worded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from addin.auditing.arrays import Indices, Status, is_blank, serial
from addin.auditing.batch import Batch, is_declared_empty
from addin.auditing.kept import keep_for_survey
from addin.auditing.places import find_places
from addin.auditing.render import render_quantity
from addin.facts import Gaps
from addin.finding import Finding, make_structural
from addin.submission import Submission
from templates.content import Value
from templates.layout import WorkbookLayout
from templates.model import Indicator, Kind, Survey
from templates.spelling import normalize_credit_code
from templates.words import say

Placed = tuple[int, Finding]
"""A finding, and the position of its return."""


@dataclass(frozen=True)
class Return:
    """One return of a batch, with what every check of its cells needs."""

    batch: Batch
    place: int

    @property
    def submission(self) -> Submission:
        """What was read."""
        return self.batch.submissions[self.place]

    @property
    def survey(self) -> Survey:
        """The survey it answers."""
        return self.batch.survey

    @property
    def layout(self) -> WorkbookLayout:
        """Where its cells lie."""
        return self.batch.layouts[self.place]

    @property
    def gaps(self) -> Gaps:
        """What is not known of it."""
        return self.batch.gaps[self.place]

    def value(self, indicator: Indicator) -> Value | None:
        """Return what stands in a cell."""
        return self.submission.content.values.get(indicator.form, {}).get(indicator.code)

    def derived(self, indicator: Indicator) -> bool:
        """Return whether the unit's cell is computed from a ledger."""
        identity = self.submission.identity
        return indicator.derived_for(identity.kind, identity.level) is not None

    def found(self, check: str, indicator: Indicator, **values: Any) -> Finding:
        """Return the finding of a structural check on a cell."""
        cell = self.layout.address(indicator.reference)
        name = indicator.plain_name
        return make_structural(check, form=indicator.form, code=indicator.code, cell=cell, name=name, **values)


@dataclass(frozen=True, eq=False)
class AskedCells:
    """The open cells of a unit of one kind and level that the checks look at, with their rows in the arrays."""

    forms: tuple[str, ...]
    numbers: tuple[Indicator, ...]
    """Required quantities and days that the unit fills by hand."""
    number_rows: Indices
    texts: tuple[Indicator, ...]
    """Required texts and choices."""
    text_rows: Indices
    sectioned: tuple[tuple[Indicator, ...], ...]
    """Quantities below the headings of 本节无此项业务, by which headings."""
    credit_codes: tuple[Indicator, ...]


@keep_for_survey
def find_asked(survey: Survey, kind: str, level: str) -> AskedCells:
    """Return the open cells of such a unit, the cover's first."""
    places = find_places(survey)
    forms = survey.filled_by(kind, level)
    cells = [cell for form in forms for cell in form.indicators.values() if cell.open_to(kind, level)]
    required = [
        cell
        for cell in cells
        if cell.required and cell.kind is not Kind.COMPOSITE and cell.derived_for(kind, level) is None
    ]
    numbers = tuple(cell for cell in required if cell.reference in places.numbers)
    texts = tuple(cell for cell in required if cell.reference in places.texts)
    sections: dict[tuple[str, tuple[str, ...]], list[Indicator]] = {}
    for cell in cells:
        if cell.section and cell.kind.is_number:
            sections.setdefault((cell.form, cell.section), []).append(cell)
    return AskedCells(
        tuple(form.id for form in forms),
        numbers,
        np.array([places.numbers[cell.reference] for cell in numbers], dtype=np.intp),
        texts,
        np.array([places.texts[cell.reference] for cell in texts], dtype=np.intp),
        tuple(map(tuple, sections.values())),
        tuple(cell for cell in cells if cell.kind is Kind.USCC),
    )


def check_form_cells(batch: Batch) -> Iterator[Placed]:
    """Yield the structural findings on form cells, except those on derived ones."""
    for (kind, level), members in batch.sorts.items():
        asked = find_asked(batch.survey, kind, level)
        for form in asked.forms:
            batch.entries.gather(form, "now")
        yield from _require_cells(batch, asked, members)
        yield from _tell_contradicted_sections(batch, asked, members)
        yield from _compare_credit_codes(batch, asked, members)
    yield from _tell_late(batch)


def _require_cells(batch: Batch, asked: AskedCells, members: Indices) -> Iterator[Placed]:
    entries = batch.entries
    numbers, states = np.ix_(asked.number_rows, members), entries.number_states
    blank = np.isnan(entries.numbers[numbers]) & (states[numbers] != Status.NOT_EVALUATED)
    yield from _require(batch, asked.numbers, members, np.argwhere(blank))
    texts = np.ix_(asked.text_rows, members)
    missing = (entries.texts[texts] == "") & (entries.text_states[texts] != Status.NOT_EVALUATED)
    yield from _require(batch, asked.texts, members, np.argwhere(missing))


def _require(batch: Batch, cells: tuple[Indicator, ...], members: Indices, blank: Indices) -> Iterator[Placed]:
    for cell, member in blank.tolist():
        indicator, filed = cells[cell], Return(batch, int(members[member]))
        if not _is_excused(filed, indicator):
            yield filed.place, filed.found("cell.required", indicator)


def _is_excused(filed: Return, indicator: Indicator) -> bool:
    """Whether a required cell may stay blank: its section, its alternative or the area above it says so."""
    if indicator.kind.is_number and is_declared_empty(filed.submission, indicator):
        return True
    cells = filed.survey.form[indicator.form].indicators
    if indicator.alternative and not is_blank(filed.value(cells[indicator.alternative])):
        return True
    return _has_nothing_narrower(filed, indicator)


def _has_nothing_narrower(filed: Return, indicator: Indicator) -> bool:
    """Whether the wider area that is chosen above has none within it, or none is chosen yet."""
    if not indicator.code_list:
        return False
    wider, parents = _find_wider(filed.survey, indicator.form, indicator.code)
    chosen = "".join(str(filed.value(cell) or "") for cell in wider)
    return bool(wider) and chosen not in parents


@keep_for_survey
def _find_wider(survey: Survey, form: str, code: str) -> tuple[tuple[Indicator, ...], frozenset[str]]:
    """Return the cells of the wider areas, and the areas that have narrower ones within them."""
    cells = survey.form[form].indicators
    wider = tuple(cells[reference.code] for reference in survey.wider(cells[code]))
    return wider, frozenset(survey.code_lists[cells[code].code_list].parents)


def _tell_contradicted_sections(batch: Batch, asked: AskedCells, members: Indices) -> Iterator[Placed]:
    for cells in asked.sectioned:
        empty = np.flatnonzero(batch.entries.is_declared_empty(cells[0].form, cells[0].section)[members])
        for cell in cells if len(empty) else ():
            numbers = batch.cell(cell.reference).numbers[members[empty]]
            for place in np.flatnonzero(~np.isnan(numbers) & (numbers != 0)).tolist():
                filed = Return(batch, int(members[empty[place]]))
                value = render_quantity(float(numbers[place]), cell.decimals)
                yield filed.place, filed.found("cell.section", cell, value=value)


def _compare_credit_codes(batch: Batch, asked: AskedCells, members: Indices) -> Iterator[Placed]:
    """Compare the credit codes that were entered with those of the roster."""
    for cell in asked.credit_codes:
        entered = batch.entries.cell(cell.reference).texts[members].tolist()
        for place, value in zip(members.tolist(), entered, strict=True):
            registered = batch.submissions[place].identity.uscc
            if value == registered or not value or not registered.strip():
                continue
            filed = Return(batch, place)
            other = normalize_credit_code(value) != normalize_credit_code(registered)
            if other and not filed.gaps.has_cell(cell.form, cell.code):
                yield place, filed.found("identity.uscc", cell, value=value, registered=registered)


def _tell_late(batch: Batch) -> Iterator[Placed]:
    survey = batch.survey
    if not survey.deadlines:
        return
    last = max(deadline.due(batch.year) for deadline in survey.deadlines)
    for cell in survey.cover.indicators.values():
        if cell.kind is not Kind.DATE:
            continue
        for place in np.flatnonzero(batch.entries.cell(cell.reference).numbers > serial(last)).tolist():
            filed = Return(batch, place)
            value = filed.value(cell)
            if isinstance(value, date) and value > last:
                yield place, filed.found("cover.late", cell, value=value.isoformat(), deadline=last.isoformat())


def check_derived_cells(filed: Return, spoken: set[tuple[str, str]]) -> Iterator[Finding]:
    """Yield findings on derived cells that hold something else than their formula and that no rule has spoken of."""
    for (form, code), typed in filed.submission.typed.items():
        indicator = filed.survey.form[form].indicators.get(code) if form in filed.survey.form else None
        if indicator is None or not filed.derived(indicator):
            continue
        if not np.isnan(typed) and (form, code) in spoken:
            continue
        value = say("render.blank") if np.isnan(typed) else render_quantity(typed, indicator.decimals)
        yield filed.found("cell.derived", indicator, value=value, number=_recompute(filed, indicator))


def _recompute(filed: Return, indicator: Indicator) -> str:
    values = filed.batch.cell(indicator.reference)
    if values.state[filed.place] == Status.NOT_EVALUATED:
        return say("render.unreadable")
    return render_quantity(float(np.nan_to_num(values.numbers[filed.place])), indicator.decimals)
