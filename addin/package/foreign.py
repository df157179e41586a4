"""Tables that are no .xlsx: .xls, .et, .xlsb and .ods, read by calamine, and by nothing else here.

calamine is native code. A file may abort the process that reads it, so a worker reads it, always.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from addin.package.addresses import Place
from addin.package.limits import MERGED_CELLS
from addin.package.refusal import FileStatus, NotOpened
from addin.workers.pool import Task, read_all

ForeignCell = int | float | str | bool | time | date | datetime | timedelta

_TASK: Final = Task("addin.package.foreign:read_for_parent")


@dataclass(frozen=True)
class ForeignSheet:
    """A sheet: its rows from the first row and column on. Error values and blank cells are both empty texts."""

    name: str
    rows: Sequence[Sequence[ForeignCell]]
    merged: dict[Place, Place] = field(default_factory=dict)
    """For each cell that a merged range hides the cell that shows its value."""


def read_foreign(path: Path) -> list[ForeignSheet]:
    """Return the sheets of a workbook in order. Raises NotOpened where it is none that calamine can read.

    Raises :class:`addin.workers.faults.CannotRead` where workers do not run.
    """
    (answer,) = read_all(_TASK, [path])
    if answer.fault:
        raise NotOpened(FileStatus.UNREADABLE, answer.fault.sentence)
    return [
        ForeignSheet(name, [[_cell(told) for told in row] for row in rows], _merged(ranges))
        for name, rows, ranges in answer.value
    ]


def read_for_parent(path: Path, _options: Mapping[str, Any]) -> list[tuple[str, list[list[Any]], Any]]:
    """Return name, rows and merged ranges of each sheet as plain data."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only workers need the native library

    with CalamineWorkbook.from_path(str(path)) as book:
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        return [
            (
                sheet.name,
                [[_told(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)],
                sheet.merged_cell_ranges or (),
            )
            for sheet in sheets
        ]


def _told(cell: ForeignCell) -> Any:
    """Return a cell as JSON holds it: days and times as a list of what they are and how they are written."""
    if isinstance(cell, timedelta):
        return ["timedelta", cell.total_seconds()]
    return [type(cell).__name__, cell.isoformat()] if isinstance(cell, date | time) else cell


def _cell(told: Any) -> ForeignCell:
    if not isinstance(told, list):
        value: ForeignCell = told
        return value
    kind, written = told
    return _KINDS[kind](written)


_KINDS: Final[dict[str, Callable[[Any], ForeignCell]]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
}


def _merged(ranges: Sequence[Sequence[Sequence[int]]]) -> dict[Place, Place]:
    found: dict[Place, Place] = {}
    for (top, left), (bottom, right) in ranges:
        if len(found) + (bottom - top + 1) * (right - left + 1) <= MERGED_CELLS:
            for row in range(top + 1, bottom + 2):
                found |= {(row, column): (top + 1, left + 1) for column in range(left + 1, right + 2)}
            found.pop((top + 1, left + 1))
    return found
