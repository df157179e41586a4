"""The colours of a ledger: the same faults and rules as 审核 lists, asked row by row, with a symbol before the value.

A conditional format cannot write into a cell, but it can change how the cell shows its value; an empty one shows none.
What takes all rows to see (repeats, check characters) lights only the first row that 审核 names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.formula import NUMBER_FORMATS, formulate_sure, quote
from generator.strict import StrictWorksheet
from generator.unit.checks import Checks, find_first_column, formulate_row_failure
from generator.unit.desk import SheetContext
from generator.unit.explained import formulate_accepted
from generator.unit.ledger_faults import REQUIRED, list_faults, list_unneeded
from generator.unit.sheets.entry import address_column
from generator.unit.sheets.ledger_head import STATE
from templates.layout import LedgerLayout, name_column
from templates.model import Rule, Severity
from templates.words import lookup

GRAVEST_FIRST = ("error", "unfilled", "warning", "info")

ANY = "General"
"""The number format of cells that hold who knows what."""


@dataclass(frozen=True)
class Lamp:
    """Something to light up: the cells of these columns, each by its own condition, and the row by the joint one.

    Conditions are numbers, above 0 where something is to light up: to Excel, FALSE is above 0 too.
    """

    light: str
    row: str
    columns: dict[str, str]
    as_formatted: bool = False
    """Whether the cells hold what their column is for; else they show their value whatever it is."""


@dataclass(frozen=True)
class LedgerLights:
    """Writes the conditional formats of one ledger's sheet."""

    desk: SheetContext
    ledger: LedgerLayout
    checks: Checks
    sheet: StrictWorksheet

    def write(self) -> None:
        """Write them, the gravest first: marks of an audit, the row's first cell, single cells, what is not needed.

        All other entry cells are lined, and yellow: one may type there.
        """
        name = self.ledger.ledger.columns[0].name
        for level, light in ((3, "error"), (2, "warning"), (1, "info")):
            marks = f"INDEX({self.desk.layout.mark_names[self.ledger.sheet]},ROW(),1)"
            self._light(name, light, f"{marks}={level}")
        lamps = sorted(
            [*self._faults(), *self._rules(), *self._named()], key=lambda lamp: GRAVEST_FIRST.index(lamp.light)
        )
        for lamp in lamps:
            for column, condition in lamp.columns.items():
                self._light(column, lamp.light, f"{condition}>0", self._shown(lamp, column))
        for lamp in lamps:
            self._light(name, lamp.light, f"{lamp.row}>0")
        self._unneeded()
        self._lines("asked", "=ROW()>0")

    def _cells(self, column: str) -> str:
        """A column in the first row; conditional formats move such an address along with the row."""
        return f"${name_column(self.ledger.column(column))}{self.ledger.first_row}"

    def _faults(self) -> Iterator[Lamp]:
        for fault in list_faults(self.desk.formulas, self.ledger.ledger):
            if fault.coloured:
                light = "unfilled" if fault.words == REQUIRED else fault.severity.value
                columns = {column: fault.within(column, self._cells) for column in fault.columns}
                yield Lamp(light, fault.anywhere(self._cells), columns)

    def _rules(self) -> Iterator[Lamp]:
        layout = self.desk.layout
        for rule in layout.survey.rules_of(layout.kind, layout.level):
            if rule.each == self.ledger.ledger.short:
                fails = self._fails(rule)
                yield Lamp(rule.severity.value, fails, {find_first_column(rule): fails}, as_formatted=True)

    def _fails(self, rule: Rule) -> str:
        fails = formulate_row_failure(self.desk.formulas, rule, self.ledger, self._cells)
        if rule.severity is not Severity.WARNING:
            return fails
        remark, length = lookup("workbook.row_remark.name"), self.desk.survey.explanations.min_length
        return f"{fails}*(1-{formulate_sure(formulate_accepted(self._cells(remark), length))})"

    def _named(self) -> Iterator[Lamp]:
        for place, check in enumerate(self.checks.rows, start=1):
            if check.sheet == self.ledger.sheet and check.whole_columns:
                yield Lamp(check.severity.value, f"(INDEX(audit_row,{place})=ROW())*1", {})

    def _shown(self, lamp: Lamp, column: str) -> str:
        kind = self.ledger.ledger.by_name[column].kind
        return NUMBER_FORMATS.get(kind, ANY) if lamp.as_formatted else ANY

    def _light(self, column: str, light: str, condition: str, shown: str = ANY) -> None:
        number = self.ledger.column(column)
        area = address_column(self.ledger.first_row, self.ledger.end_row - 1, number)
        rule = {"type": "formula", "criteria": f"={condition}", "format": self.desk.formats.light(light, shown, True)}
        self.sheet.conditional_format(area, rule)

    def _unneeded(self) -> None:
        """Cells that their row does not need; the whole sheet where the unit has nothing to register."""
        nothing = quote(lookup("workbook.ledger.status.nothing"))
        self._lines("unneeded", f"={STATE}={nothing}")
        for column, term in list_unneeded(self.desk.formulas, self.ledger.ledger).items():
            area = address_column(self.ledger.first_row, self.ledger.end_row - 1, self.ledger.column(column))
            light = self.desk.formats.light("unneeded", "", True)
            rule = {"type": "formula", "criteria": f"={term(self._cells)}>0", "format": light, "stop_if_true": True}
            self.sheet.conditional_format(area, rule)

    def _lines(self, light: str, criteria: str) -> None:
        """Line all entry cells; the first such format that applies is the last."""
        first, last = self.ledger.first_row, self.ledger.end_row - 1
        width = name_column(len(self.ledger.ledger.columns))
        rule = {
            "type": "formula",
            "criteria": criteria,
            "format": self.desk.formats.light(light, "", True),
            "stop_if_true": True,
        }
        self.sheet.conditional_format(f"A{first}:{width}{last}", rule)
