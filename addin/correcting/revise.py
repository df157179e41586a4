"""Totals as handed in and as revised, side by side: what the approved corrections make of them, and what all would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from addin.auditing.figures import Cells
from addin.correcting.requests import CorrectionState, LateReturn, Ruling
from addin.store.corrections import PlainValue
from addin.summary.rollup import DIGITS, Totals, add_up, make_long_form
from templates.model import Indicator


@dataclass(frozen=True)
class RevisedTotal:
    """One total that corrections change."""

    indicator: Indicator
    handed_in: float | None
    """None where nobody had reported any."""
    revised: float | None
    """With what was approved."""
    requested: float | None
    """With everything that units ask for, approved or not."""
    known: bool = True
    """Whether it could be worked out: not where numbers of the level below are in it that do not simply add up."""


@dataclass(frozen=True)
class RevisedTotals:
    """The totals of a locked version, and what becomes of them."""

    handed_in: Totals
    revised: Totals
    changed: tuple[RevisedTotal, ...]


def revise_totals(state: CorrectionState) -> RevisedTotals:
    """Return the totals as handed in beside those as revised; the locked version is only read."""
    handed_in = {form: dict(cells) for form, cells in state.version.totals.items()}
    before, revised, requested = (
        add_up(make_long_form(cells), state.survey)
        for cells in (state.numbers, _apply(state, asked_too=False), _apply(state, asked_too=True))
    )
    changed = tuple(_compare(state, handed_in, before, revised, requested))
    result = {form: dict(cells) for form, cells in handed_in.items()}
    for one in changed:
        cells = result.setdefault(one.indicator.form, {})
        if one.revised is None:
            cells.pop(one.indicator.code, None)
        else:
            cells[one.indicator.code] = one.revised
    return RevisedTotals(handed_in, result, changed)


def _apply(state: CorrectionState, *, asked_too: bool) -> dict[str, Cells]:
    """Return the units' numbers with what was approved; ``asked_too`` with what is open as well."""
    numbers = {code: dict(cells) for code, cells in state.numbers.items()}
    for late in state.late:
        cells = numbers.get(late.unit, {})
        for place, value in _list_values(late, asked_too=asked_too):
            if _is_number(state, place):
                _put(cells, place, value)
        if cells:
            numbers[late.unit] = cells
    return numbers


def _list_values(late: LateReturn, *, asked_too: bool) -> Iterator[tuple[tuple[str, str], PlainValue]]:
    yield from late.approved.items()
    if asked_too:
        yield from ((one.place, one.new) for one in late.requests if one.ruling is Ruling.OPEN)


def _is_number(state: CorrectionState, place: tuple[str, str]) -> bool:
    return state.survey.form[place[0]].indicators[place[1]].kind.is_number


def _put(cells: Cells, place: tuple[str, str], value: PlainValue) -> None:
    if isinstance(value, int | float):
        cells[place] = float(value)
    else:
        cells.pop(place, None)


def _compare(
    state: CorrectionState, handed_in: Mapping[str, Mapping[str, float]], before: Totals, *after: Totals
) -> Iterator[RevisedTotal]:
    for form in state.survey.forms:
        for code, indicator in form.indicators.items():
            start = handed_in.get(form.id, {}).get(code)
            own = before.get(form.id, {}).get(code)
            later = [totals.get(form.id, {}).get(code) for totals in after]
            if all(value == own for value in later):
                continue
            if start == own:
                yield RevisedTotal(indicator, start, later[0], later[1])
            elif indicator.adds_up:
                revised, requested = (_shift(start, own, value) for value in later)
                yield RevisedTotal(indicator, start, revised, requested)
            else:
                yield RevisedTotal(indicator, start, start, start, known=False)


def _shift(start: float | None, own: float | None, value: float | None) -> float:
    """Return the total that was handed in, moved as far as the sum of the units that the store has moved."""
    return round((start or 0.0) + (value or 0.0) - (own or 0.0), DIGITS)
