"""Lock status of cells as Excel resolves it: the cell's own style, else its row's, else its column's."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@dataclass(frozen=True)
class SheetLocks:
    """Styles of one sheet and which of them unlock."""

    unlocked: frozenset[int]
    cells: dict[str, int]
    rows: dict[int, int]
    columns: dict[int, int]
    protected: bool

    def is_unlocked(self, row: int, column: int) -> bool:
        """Return whether a cell may be edited on the protected sheet."""
        address = f"{get_column_letter(column)}{row}"
        style = self.cells.get(address, self.rows.get(row, self.columns.get(column, 0)))
        return style in self.unlocked


def locks(path: Path) -> dict[str, SheetLocks]:
    """Return the locks of every sheet, read straight from the XML: openpyxl forgets column styles of empty cells."""
    names = load_workbook(path, read_only=True).sheetnames
    with zipfile.ZipFile(path) as package:
        unlocked = _unlocked(package)
        return {
            name: _sheet(package.read(f"xl/worksheets/sheet{number}.xml"), unlocked)
            for number, name in enumerate(names, start=1)
        }


def _unlocked(package: zipfile.ZipFile) -> frozenset[int]:
    formats = ET.fromstring(package.read("xl/styles.xml")).find("m:cellXfs", NS)
    assert formats is not None
    protections = (xf.find("m:protection", NS) for xf in formats)
    return frozenset(number for number, p in enumerate(protections) if p is not None and p.get("locked") == "0")


def _sheet(xml: bytes, unlocked: frozenset[int]) -> SheetLocks:
    root = ET.fromstring(xml)
    rows = root.findall("m:sheetData/m:row", NS)
    columns: dict[int, int] = {}
    for column in root.findall("m:cols/m:col", NS):
        if style := column.get("style"):
            columns |= dict.fromkeys(range(int(column.get("min", 0)), int(column.get("max", 0)) + 1), int(style))
    return SheetLocks(
        unlocked=unlocked,
        cells={cell.get("r", ""): int(cell.get("s", 0)) for row in rows for cell in row.findall("m:c", NS)},
        rows={int(row.get("r", 0)): int(row.get("s", 0)) for row in rows if row.get("customFormat")},
        columns=columns,
        protected=root.find("m:sheetProtection", NS) is not None,
    )
