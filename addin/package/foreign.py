"""Tables that are no .xlsx: .xls, .et, .xlsb and .ods, read by calamine, and by nothing else here.

calamine is native code. A file may abort the process that reads it, so foreign files are read in worker processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO

from addin.package.addresses import Place
from addin.package.limits import MERGED_CELLS
from addin.package.refusal import word_refusal

ForeignCell = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True)
class ForeignSheet:
    """A sheet: its rows from the first row and column on. Error values and blank cells are both empty texts."""

    name: str
    rows: Sequence[Sequence[ForeignCell]]
    merged: dict[Place, Place] = field(default_factory=dict)
    """For each cell that a merged range hides the cell that shows its value."""


def read_foreign(data: bytes) -> list[ForeignSheet]:
    """Return the sheets of a workbook in order. Raises NotOpened where it is none that calamine can read."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - only lists need the native library

    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
            sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
            return [
                ForeignSheet(
                    sheet.name, sheet.to_python(skip_empty_area=False), _merged(sheet.merged_cell_ranges or ())
                )
                for sheet in sheets
            ]
    except (CalamineError, ValueError, OSError) as error:
        raise word_refusal("foreign", reason=error) from error


def _merged(ranges: Sequence[tuple[Place, Place]]) -> dict[Place, Place]:
    found: dict[Place, Place] = {}
    for (top, left), (bottom, right) in ranges:
        if len(found) + (bottom - top + 1) * (right - left + 1) <= MERGED_CELLS:
            for row in range(top + 1, bottom + 2):
                found |= {(row, column): (top + 1, left + 1) for column in range(left + 1, right + 2)}
            found.pop((top + 1, left + 1))
    return found
