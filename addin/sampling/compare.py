"""A filled 复核表 held against the draw: whether it is ours and unaltered, what was checked, and what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from addin.auditing.arrays import round_half_up
from addin.reading.raw import show_number_text
from addin.sampling.answers import SheetAnswer, SheetLine, parse_number
from addin.sampling.record import Draw, DrawnUnit
from generator.spot_checks.sheet import CheckedCell, CheckedRow
from templates.words import lookup, say

_NOISE: Final = 1e-9


class NotTaken(Exception):
    """A sheet is not taken; the text is one sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class CellCheck:
    """A number that was checked."""

    cell: CheckedCell
    checked: float
    evidence: str
    by: str

    @property
    def reported(self) -> float:
        """What was reported; a blank is 0, as in all arithmetic."""
        return self.cell.reported or 0.0

    @property
    def difference(self) -> float:
        """上报数 less 复核值, both rounded to the decimals of the form: above 0 where too much was reported."""
        pair = round_half_up(np.array([self.reported, self.checked]), self.cell.decimals)
        return float(round_half_up(pair[:1] - pair[1:], self.cell.decimals)[0])

    @property
    def is_wrong(self) -> bool:
        """Whether the two differ."""
        return abs(self.difference) > _NOISE


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A ledger row that was checked."""

    row: CheckedRow
    verdict: str
    """A key of ``[verdicts]``."""
    evidence: str
    by: str

    @property
    def is_wrong(self) -> bool:
        """Whether the row is not as it was found."""
        right, *_ = lookup("sampling.verdicts")
        return self.verdict != str(right)


@dataclass(frozen=True)
class CheckedUnit:
    """What was found at one unit."""

    drawn: DrawnUnit
    file: str
    cells: tuple[CellCheck, ...]
    rows: tuple[RowCheck, ...]
    open: int
    """How many lines were not checked."""
    faults: tuple[str, ...]
    """What is not as it should be with lines that were, or could not be taken: a sentence each."""
    foot: Mapping[str, str]

    @property
    def done(self) -> bool:
        """Whether anything was checked at all."""
        return bool(self.cells or self.rows)

    @property
    def wrong_cells(self) -> list[CellCheck]:
        """The numbers that differ."""
        return [one for one in self.cells if one.is_wrong]

    @property
    def wrong_rows(self) -> list[RowCheck]:
        """The ledger rows that differ."""
        return [one for one in self.rows if one.is_wrong]


def compare_sheet(draw: Draw, answer: SheetAnswer, file: str) -> CheckedUnit:
    """Return what was found. Raises NotTaken for a sheet of another draw or unit, or one whose locked cells differ."""
    drawn = _find_unit(draw, answer)
    lines = {(line.part, line.key): line for line in answer.cells}
    rows = {(line.part, line.key): line for line in answer.rows}
    _refuse_altered(drawn, lines, rows)
    faults: list[str] = []
    cells = [_check_cell(cell, lines[cell.form, cell.code], faults) for cell in drawn.cells]
    ledger = [_check_row(row, rows[row.ledger, str(row.row)], faults) for row in drawn.rows]
    found, listed = tuple(one for one in cells if one), tuple(one for one in ledger if one)
    left = len(cells) + len(ledger) - len(found) - len(listed)
    return CheckedUnit(drawn, file, found, listed, left, tuple(faults), answer.foot)


def _find_unit(draw: Draw, answer: SheetAnswer) -> DrawnUnit:
    if answer.draw != draw.number:
        raise NotTaken(say("sampling.unread.other_draw", found=answer.draw, expected=draw.number))
    found = next((one for one in draw.units if one.unit.code == answer.identity.code), None)
    if found is None:
        raise NotTaken(say("sampling.unread.not_drawn", name=answer.identity.name, code=answer.identity.code))
    return found


def _refuse_altered(
    drawn: DrawnUnit, cells: Mapping[tuple[str, str], SheetLine], rows: Mapping[tuple[str, str], SheetLine]
) -> None:
    found = next(_find_alterations(drawn, cells, rows), "")
    if found:
        raise NotTaken(say("sampling.unread.altered", name=drawn.unit.name, what=found))


def _find_alterations(
    drawn: DrawnUnit, cells: Mapping[tuple[str, str], SheetLine], rows: Mapping[tuple[str, str], SheetLine]
) -> Iterator[str]:
    """Yield what was locked and is not as it was written."""
    for cell in drawn.cells:
        line, place = cells.get((cell.form, cell.code)), f"{cell.form}-{cell.code}"
        expected = "" if cell.reported is None else show_number_text(cell.reported)
        if line is None:
            yield say("sampling.altered.gone", place=place)
        elif line.reported != expected:
            told = {"found": line.reported or say("sampling.blank"), "expected": expected or say("sampling.blank")}
            yield say("sampling.altered.reported", place=place, **told)
    for row in drawn.rows:
        line, place = rows.get((row.ledger, str(row.row))), say("sampling.place_row", ledger=row.ledger, row=row.row)
        if line is None:
            yield say("sampling.altered.gone", place=place)
        elif "".join(line.shown.split()) != "".join(row.shown.split()):
            yield say("sampling.altered.row", place=place)
    own = {(cell.form, cell.code) for cell in drawn.cells} | {(row.ledger, str(row.row)) for row in drawn.rows}
    for part, key in [*cells, *rows]:
        if (part, key) not in own:
            yield say("sampling.altered.more", place=f"{part}-{key}")


def _check_cell(cell: CheckedCell, line: SheetLine, faults: list[str]) -> CellCheck | None:
    if not line.found:
        return None
    number, place = parse_number(line.found), f"{cell.form}-{cell.code}"
    if number is None:
        faults.append(say("sampling.fault.no_number", place=place, found=line.found))
        return None
    check = CellCheck(cell, number, line.evidence, line.by)
    faults += _find_gaps(place, line, wrong=check.is_wrong)
    return check


def _check_row(row: CheckedRow, line: SheetLine, faults: list[str]) -> RowCheck | None:
    if not line.found:
        return None
    place, verdicts = say("sampling.place_row", ledger=row.ledger, row=row.row), lookup("sampling.verdicts")
    verdict = next((key for key, shown in verdicts.items() if shown == line.found.strip()), None)
    if verdict is None:
        known = "、".join(verdicts.values())
        faults.append(say("sampling.fault.no_verdict", place=place, found=line.found, known=known))
        return None
    check = RowCheck(row, verdict, line.evidence, line.by)
    faults += _find_gaps(place, line, wrong=check.is_wrong)
    return check


def _find_gaps(place: str, line: SheetLine, *, wrong: bool) -> Iterator[str]:
    """Yield what a line that was checked does not say."""
    if not line.by:
        yield say("sampling.fault.no_name", place=place)
    if wrong and not line.evidence:
        yield say("sampling.fault.no_evidence", place=place)


def list_by(checks: Sequence[CheckedUnit], *, risky: bool) -> list[CheckedUnit]:
    """Return what was found at units drawn by lot, or at those checked for their risk; untouched sheets left out."""
    return [one for one in checks if one.done and one.drawn.risky is risky]
