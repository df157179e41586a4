"""What every sheet writer needs at hand: the workbook, the map, the unit's content, formats and formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from generator.formats import TABS, Formats
from generator.formula import Formulas
from generator.lock import Lock
from generator.strict import StrictWorkbook, StrictWorksheet
from templates.content import Content, Identity
from templates.layout import WorkbookLayout
from templates.model import Survey

Figures = Mapping[tuple[str, str], float]
"""Numbers that come from ledgers, by form and code: derived cells and 台账合计, as far as they are known."""


@dataclass
class SheetContext:
    """One workbook in the making."""

    workbook: StrictWorkbook
    layout: WorkbookLayout
    identity: Identity
    content: Content
    figures: Figures
    lock: Lock
    formats: Formats

    @property
    def survey(self) -> Survey:
        """The survey that the workbook belongs to."""
        return self.layout.survey

    @cached_property
    def formulas(self) -> Formulas:
        """Formulas for this unit."""
        return Formulas(self.layout, self.identity.year)

    def add(self, name: str, *, protected: bool = True, **rights: bool) -> StrictWorksheet:
        """Add a sheet, protected unless said otherwise, without grid lines."""
        sheet: StrictWorksheet = self.workbook.add_worksheet(name)
        sheet.set_tab_color(TABS[self.layout.kind_of_tab(name)])
        sheet.hide_gridlines(2)
        if protected:
            sheet.protect_with(self.lock, **rights)
        return sheet
