"""The same returns in a third engine: IronCalc, which shares no code with LibreOffice.

It has known faults (tests/cases/ironcalc.toml), each told by the shape of a formula. What such a formula would yield of
a check's status and count is put in as the audit has it, so that all that follows from them can be compared; whatever
else follows from such a formula is left out, and counted.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import ironcalc
from openpyxl.utils import coordinate_to_tuple

from addin.auditing.arrays import serial
from addin.buttons.live import as_grid
from addin.host import Block, ErrorValue
from addin.reading.grid import Grid
from addin.reading.reader import read_source
from addin.submission import Submission
from generator.unit.checks import FIRST_ROW
from templates.layout import AUDIT as CHECKS
from templates.layout import COLUMNS
from templates.words import lookup
from tests.parity.answers import Answers
from tests.parity.bench import Told
from tests.parity.drawing import Poke
from tests.support.error_cell import ErrorCell
from tests.support.formula_graph import Cell, Graph, area_of

FAULTS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "ironcalc.toml").read_text(encoding="utf-8")
)["faults"]
SHAPES = [re.compile(fault["shape"]) for fault in FAULTS if "shape" in fault]
INSTEAD = {fault["value"]: fault["instead"] for fault in FAULTS if "value" in fault}

AUDIT = lookup("workbook.sheets.audit")
STATUS, COUNT, MESSAGE = CHECKS.status, CHECKS.count, CHECKS.message
"""Columns of 审核."""

LIGHT = 10
LIGHT_ROWS = range(3, 8)
"""The cover's column and rows with 可否上报 and the counts."""


def _read(value: Any) -> Any:
    """Return a value as an open workbook gives it."""
    if value is None:
        return ""
    if isinstance(value, ErrorCell):
        return ErrorValue(value.literal)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@dataclass
class IronBench(Told):
    """An all-zero, complete workbook in IronCalc; returns come and go."""

    graph: Graph
    _typed: dict[Cell, Any] = field(default_factory=dict)

    @cached_property
    def faulty(self) -> set[Cell]:
        """Formulas of a shape that IronCalc gets wrong."""
        return {at for at, formula in self.graph.formulas.items() if any(shape.search(formula) for shape in SHAPES)}

    @cached_property
    def left_out(self) -> set[Cell]:
        """Cells that are not compared: those of known faults, and what follows from them but for the statuses."""
        known = {(AUDIT, row, column) for row in self._rows for column in (STATUS, COUNT)}
        return self.graph.following(self.faulty, known)

    @property
    def _rows(self) -> range:
        return range(FIRST_ROW, self.checks.last_row + 1)

    @cached_property
    def model(self) -> Any:
        """The workbook in IronCalc, without the formulas that it gets wrong."""
        found = ironcalc.load_from_xlsx(str(self.graph.path), "en", "UTC", "en")
        for sheet, row, column in self.faulty:
            found.update_cell_with_text(self.graph.names.index(sheet), row, column, "")
        return found

    def put(self, pokes: Sequence[Poke]) -> None:
        """Put values in."""
        for address, drawn in pokes:
            value = INSTEAD.get(drawn, drawn)
            sheet, _, place = address.rpartition("!")
            at = (sheet, *coordinate_to_tuple(place))
            self._typed[at] = value
            self._enter(at, value)

    def take_back(self) -> None:
        """Put back what stood there."""
        for at in self._typed:
            self._enter(at, self.graph.cells.get(at))
        self._typed.clear()

    def _enter(self, at: Cell, value: Any) -> None:
        place = (self.graph.names.index(at[0]), at[1], at[2])
        if value is None:
            self.model.clear_cell_contents(*place)
        elif isinstance(value, datetime):
            self.model.update_cell_with_number(*place, serial(value.date()))
        elif isinstance(value, ErrorCell):
            self.model.set_user_input(*place, f"={value.literal}")
        elif isinstance(value, str):
            self.model.update_cell_with_text(*place, value)
        else:
            self.model.update_cell_with_number(*place, value)

    def calculate(self, wanted: Answers) -> None:
        """Calculate, with the statuses and counts that are left out as the audit has them."""
        for row, check in zip(self._rows, self.checks.rows, strict=True):
            code, count, _ = wanted.checks[check.id]
            for column, value in ((STATUS, code), (COUNT, count)):
                if (AUDIT, row, column) in self.left_out:
                    self._enter((AUDIT, row, column), float(value))
        self.model.evaluate()

    # --- the return as it stands -------------------------------------------------------------------------------------

    @property
    def sheets(self) -> Sequence[str]:
        """The names of all sheets."""
        return self.graph.names

    def grid(self, sheet: str) -> Grid:
        """Return a sheet as it would be read."""
        here = {at: value for at, value in (self.graph.cells | self._typed).items() if at[0] == sheet}
        height, width = max((at[1] for at in here), default=1), max((at[2] for at in here), default=1)
        values: list[list[Any]] = [[""] * width for _ in range(height)]
        formulas = [[""] * width for _ in range(height)]
        for (_, row, column), value in here.items():
            if isinstance(value, str) and value.startswith("="):
                formulas[row - 1][column - 1] = value
            else:
                values[row - 1][column - 1] = _read(value)
        return as_grid(sheet, Block(values, formulas))

    def submission(self) -> Submission:
        """Return what the reader reads."""
        found = read_source(str(self.graph.path), self, surveys=lambda _: self.layout.survey)
        assert isinstance(found, Submission), found
        return found

    # --- what the workbook says --------------------------------------------------------------------------------------

    def _block(self, sheet: str, area: str) -> tuple[tuple[Any, ...], ...]:
        _, top, bottom, left, right = area_of(sheet, area)
        number = self.graph.names.index(sheet)
        return tuple(
            tuple(self._value(number, row, column) for column in range(left, right + 1))
            for row in range(top, bottom + 1)
        )

    def _value(self, number: int, row: int, column: int) -> Any:
        found = self.model.get_cell_value(number, row, column)
        return float(found) if isinstance(found, int | float) else found or ""

    # --- what is compared --------------------------------------------------------------------------------------------

    def compared(self, answers: Answers) -> Answers:
        """Return what of the answers is compared: the light, and what does not follow from a known fault."""
        assert all(self._sound(self.layout.cover.sheet, row, LIGHT) for row in LIGHT_ROWS)
        rows = {check.id: row for row, check in zip(self._rows, self.checks.rows, strict=True)}
        checks = {
            id: said for id, said in answers.checks.items() if self._sound(AUDIT, rows[id], STATUS, COUNT, MESSAGE)
        }
        forms = {form.form.id: form for form in self.layout.forms.values()}
        cells = {
            (form, code): said
            for (form, code), said in answers.cells.items()
            if self._sound(forms[form].sheet, forms[form].rows[code], COLUMNS.state, COLUMNS.message)
        }
        return Answers(checks, cells, answers.light)

    def _sound(self, sheet: str, row: int, *columns: int) -> bool:
        return not any((sheet, row, column) in self.left_out for column in columns)
