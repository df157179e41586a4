"""Cell by cell: what was accepted, and what an export has; all differences, and what could not be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import numpy as np

from addin.auditing.arrays import round_half_up
from addin.importing.source import ListRefused, read_sheets
from addin.package.refusal import NotOpened
from addin.reading.cells import Spec, interpret, is_blank, show_as_text, specify_indicator
from addin.reading.table_file import TableError, describe_unread
from addin.reconciling.accepted import AcceptedReturns, AcceptedUnit
from addin.reconciling.export_sheet import ExportCell, SheetReader, SheetReading, Unplaced
from addin.reconciling.export_units import find_mentioned
from addin.reconciling.meanings import Meanings
from templates.content import Value
from templates.expression import CellRef
from templates.model import Indicator, Kind
from templates.nature import DIGITS
from templates.spelling import make_name_key
from templates.words import lookup, say


class ExportRefused(Exception):
    """The export cannot be read, or nothing in it can be compared; the text is one sentence."""


@dataclass(frozen=True)
class CellDifference:
    """A cell that the export has otherwise."""

    unit: AcceptedUnit
    indicator: Indicator
    cell: str
    """Where it lies in the unit's workbook."""
    ours: Value | None
    theirs: Value | None
    """As the export has it, in its own measure; a text where that is no value."""
    why: str
    """A key of ``[why]`` in words/reconcile.toml."""
    times: float
    """For ``times``: how many times the one is the other."""
    sheet: str
    place: str
    measure: str = ""
    """The export's measure, where it is another one."""


@dataclass(frozen=True)
class ReadAs:
    """Values of one column or list that were compared as something else than they are written: said, never guessed."""

    sheet: str
    what: str
    """A key of ``[read_as]``."""
    measure: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class ExportComparison:
    """What comparing yields."""

    accepted: AcceptedReturns
    files: tuple[str, ...]
    compared: int
    units: int
    differences: tuple[CellDifference, ...]
    missing: tuple[tuple[AcceptedUnit, str], ...]
    """Units that the export does not have at all, or not in a form that it has: the form, ``""`` for all."""
    missing_columns: tuple[Indicator, ...]
    """Number cells of the export's forms that it has no column for."""
    missing_forms: tuple[str, ...]
    """Forms that the export does not have: they are not compared."""
    strangers: tuple[Unplaced, ...]
    unmapped: tuple[Unplaced, ...]
    remarks: tuple[Unplaced, ...]
    read_as: tuple[ReadAs, ...]

    @property
    def equal(self) -> bool:
        """Whether both sides hold the same, and nothing stands on one side only."""
        return not (self.differences or self.missing or self.missing_columns or self.strangers or self.unmapped)


@dataclass
class _Verdict:
    """What comparing one cell yields."""

    why: str = ""
    theirs: Value | None = None
    read_as: list[str] = field(default_factory=list)
    times: float = 0.0


def compare_export(paths: Sequence[Path], accepted: AcceptedReturns) -> ExportComparison:
    """Return how the export differs from what was accepted. Raises :class:`ExportRefused`."""
    found = SheetReading()
    for path in paths:
        for reading in _read_file(path, accepted):
            found.cells += reading.cells
            found.unmapped += reading.unmapped
            found.strangers += reading.strangers
            found.remarks += reading.remarks
    if not found.cells:
        raise ExportRefused(_explain_nothing(found, paths))
    judged = [(cell, _judge(cell, accepted)) for cell in found.cells]
    forms = {cell.indicator.form for cell in found.cells}
    covered = {(cell.unit.code, cell.indicator.form) for cell in found.cells}
    columns = {cell.indicator.reference for cell in found.cells}
    return ExportComparison(
        accepted,
        tuple(path.name for path in paths),
        len({(cell.unit.code, cell.indicator.reference) for cell in found.cells}),
        len({unit for unit, _ in covered}),
        tuple(_list_differences(judged, accepted)),
        tuple(_list_missing(covered, forms, accepted)),
        tuple(_list_missing_columns(columns, forms, accepted)),
        tuple(form.id for form in accepted.survey.forms if form.id not in forms and _is_filed(form.id, accepted)),
        tuple(found.strangers),
        tuple(found.unmapped),
        tuple(found.remarks),
        tuple(_list_read_as(judged)),
    )


def _read_file(path: Path, accepted: AcceptedReturns) -> Iterator[SheetReading]:
    meanings = Meanings(accepted.survey)
    whose = find_mentioned(path.stem, accepted)
    try:
        sheets = read_sheets(path)
    except ListRefused as error:
        cause = error.__cause__
        reason = describe_unread(cause) if isinstance(cause, TableError | NotOpened | OSError) else str(error)
        raise ExportRefused(say("reconcile.refused.unreadable", file=path.name, reason=reason)) from error
    for sheet in sheets:
        if sheet.columns:
            yield SheetReader(sheet, accepted, meanings, whose).read()


def _explain_nothing(found: SheetReading, paths: Sequence[Path]) -> str:
    names = lookup("reconcile.gap").join(path.name for path in paths)
    uncached = any(one.why == "uncached" for one in found.unmapped)
    key = "uncached" if uncached else "strangers" if found.strangers else "nothing"
    return say(f"reconcile.refused.{key}", file=names)


# --- one cell --------------------------------------------------------------------------------------------------------


def _judge(cell: ExportCell, accepted: AcceptedReturns) -> _Verdict:
    unit = accepted.units[cell.unit.code]
    ours = unit.find_value(cell.indicator)
    if cell.is_error:
        return _Verdict("unread_error", show_as_text(cell.raw))
    if is_blank(cell.raw):
        if unit.is_settled(cell.indicator):
            return _Verdict(read_as=["nothing_here"])
        blank = ours is None or (ours == 0 and not unit.is_asked(cell.indicator, accepted.survey))
        return _Verdict() if blank else _Verdict("blank_theirs")
    spec = replace(specify_indicator(cell.indicator, accepted.survey), most=None)
    return _judge_number(cell, ours, spec, unit, accepted) if spec.kind.is_number else _judge_other(cell, ours, spec)


def _judge_number(
    cell: ExportCell, ours: Value | None, spec: Spec, unit: AcceptedUnit, accepted: AcceptedReturns
) -> _Verdict:
    reading = interpret(cell.raw, replace(spec, kind=Kind.DECIMAL, measure=cell.meaning.measure or spec.measure))
    theirs = reading.value
    if not isinstance(theirs, float):
        return _Verdict("unread_text", show_as_text(cell.raw))
    verdict = _Verdict("", theirs, ["text"] if isinstance(cell.raw, str) else [])
    if cell.meaning.factor != 1.0:
        verdict.read_as.append("measure")
    if ours is None:
        closed = theirs == 0 and not unit.is_asked(cell.indicator, accepted.survey)
        verdict.why = "" if closed else "zero_theirs" if theirs == 0 else "blank_ours"
    elif not isinstance(ours, int | float):
        verdict.why = "text_ours"
    else:
        _weigh(verdict, float(ours), theirs, cell)
    return verdict


def _weigh(verdict: _Verdict, ours: float, theirs: float, cell: ExportCell) -> None:
    """Say whether two numbers are one: to the declared decimals; in another measure to the export's own, and told."""
    factor, decimals = cell.meaning.factor, cell.indicator.decimals
    if _round(ours, decimals) == _round(theirs * factor, decimals):
        if factor == 1.0 and _round(theirs, decimals) != theirs:
            verdict.read_as.append("fraction")
        return
    if factor != 1.0 and _round(ours / factor, _count_decimals(theirs)) == _round(theirs, _count_decimals(theirs)):
        verdict.read_as.append("rounded")
        return
    verdict.why = "value"
    for times in TIMES if factor == 1.0 else ():
        if ours and _round(theirs * times, decimals) == _round(ours, decimals):
            verdict.why, verdict.times = "times", times
        elif ours and _round(ours * times, decimals) == _round(theirs, decimals):
            verdict.why, verdict.times = "times", 1 / times


TIMES: Final = (100.0, 1000.0, 10_000.0, 100_000_000.0)
"""Multiples that point to another measure; they are said, and nothing is taken for equal."""


def _judge_other(cell: ExportCell, ours: Value | None, spec: Spec) -> _Verdict:
    theirs = interpret(cell.raw, spec).value
    if ours is None:
        return _Verdict("blank_ours", theirs)
    same = make_name_key(show_as_text(theirs or "")) == make_name_key(show_as_text(ours))
    return _Verdict("" if same else "value", theirs)


def _round(number: float, decimals: int) -> float:
    return float(round_half_up(np.array([number]), decimals)[0])


def _count_decimals(number: float) -> int:
    exponent = Decimal(f"{number:.{DIGITS}g}").normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


# --- all of them -----------------------------------------------------------------------------------------------------


def _list_differences(
    judged: Iterable[tuple[ExportCell, _Verdict]], accepted: AcceptedReturns
) -> Iterator[CellDifference]:
    """Yield each difference; a cell that the export tells twice, and differently, is one, too."""
    order = {code: place for place, code in enumerate(accepted.units)}
    seen: dict[tuple[str, CellRef], Value | None] = {}
    listed = sorted(judged, key=lambda one: order[one[0].unit.code])
    for cell, verdict in listed:
        key = (cell.unit.code, cell.indicator.reference)
        twice = key in seen and seen[key] != verdict.theirs and not verdict.why
        if key in seen and seen[key] == verdict.theirs:
            continue
        seen.setdefault(key, verdict.theirs)
        if verdict.why or twice:
            unit = accepted.units[cell.unit.code]
            yield CellDifference(
                unit,
                cell.indicator,
                accepted.address(unit, cell.indicator) if unit.files(cell.indicator.form, accepted.survey) else "",
                unit.find_value(cell.indicator),
                verdict.theirs,
                verdict.why or "twice",
                verdict.times,
                cell.sheet,
                cell.place,
                cell.meaning.measure if cell.meaning.factor != 1.0 else "",
            )


def _list_missing(
    covered: set[tuple[str, str]], forms: set[str], accepted: AcceptedReturns
) -> Iterator[tuple[AcceptedUnit, str]]:
    known = {unit for unit, _ in covered}
    for unit in accepted.units.values():
        if unit.code not in known:
            if not unit.part:
                yield unit, ""
            continue
        for form in accepted.survey.forms:
            if form.id in forms and unit.files(form.id, accepted.survey) and (unit.code, form.id) not in covered:
                yield unit, form.id


def _list_missing_columns(columns: set[CellRef], forms: set[str], accepted: AcceptedReturns) -> Iterator[Indicator]:
    for form in accepted.survey.forms:
        for row in form.indicators.values() if form.id in forms else ():
            if row.kind.is_number and row.reference not in columns and _is_reported(row, accepted):
                yield row


def _is_reported(row: Indicator, accepted: AcceptedReturns) -> bool:
    return any((row.form, row.code) in unit.numbers for unit in accepted.units.values())


def _is_filed(form: str, accepted: AcceptedReturns) -> bool:
    return any(unit.files(form, accepted.survey) for unit in accepted.units.values())


def _list_read_as(judged: Iterable[tuple[ExportCell, _Verdict]]) -> Iterator[ReadAs]:
    found: dict[tuple[str, str, str], list[str]] = {}
    for cell, verdict in judged:
        for what in verdict.read_as:
            measure = cell.meaning.measure if what in ("measure", "rounded") else ""
            found.setdefault((cell.sheet, what, measure), []).append(cell.place)
    for (sheet, what, measure), places in found.items():
        yield ReadAs(sheet, what, measure, tuple(places))
