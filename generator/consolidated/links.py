"""Links from the consolidated workbook to the copies of the units' files that lie beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Links:
    """``files`` holds the path of each unit's file, relative to the workbook, by the unit's code."""

    files: Mapping[str, str]

    def to_file(self, unit: str) -> str:
        """Return the link to the unit's file, or ``""`` when there is none."""
        file = self.files.get(unit)
        return f"external:{file}" if file else ""

    def to_sheet(self, unit: str, sheet: str) -> str:
        """Return the link to a sheet of the unit's file, or ``""`` when there is no file."""
        return self.to_cell(unit, f"{sheet}!A1")

    def to_cell(self, unit: str, cell: str) -> str:
        """Return the link to a cell, given as findings quote it (``KX03!E31``), or ``""`` when there is no file."""
        file = self.files.get(unit)
        sheet, mark, place = cell.rpartition("!")
        return f"external:{file}#'{sheet.replace(chr(39), chr(39) * 2)}'!{place}" if file and mark else ""
